"""Robots that pick in bulk, sort at the put wall, and pack orders of one piece and those with the same content."""
from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from wms.robots.aisles import Counter
from wms.robots.carts import CHANGED, LOST, OVER, USED_TOTE, choose, go_home, leave, on_the_floor
from wms.robots.device import Device, Refused
from wms.robots.floor import NO_BIN, SECONDS_A_CODE, SECONDS_A_LINE, SECONDS_A_PIECE, WALK_MM_PER_SECOND, Floor
from wms.robots.labels import Labels

# What is refused when a colleague was quicker, or no slot is free until a packer has emptied one.
COLLEAGUE = frozenset(
    ("picking.not_a_bulk_tote", "picking.sort_not_inside", "picking.tote_before_item", "picking.wall_full",
     "packing.no_batch", "packing.nothing_to_run")
)  # fmt: skip
# Pieces of orders that wait for others: of the supervisor, of the picker, of a colleague's table.
NOT_NOW = frozenset(("packing.order_short", "packing.still_picking", "packing.in_work", "packing.not_all_here"))
REST_SECONDS = 1.0
SECONDS_A_LABEL = 3.0
PIECES_A_TOTE = 25


class BulkWalk:
    """One walk for many orders: stop by stop into totes, a new one when the tote is full."""

    def __init__(self, device: Device, floor: Floor, labels: Labels) -> None:
        self.device, self.floor = device, floor
        self.counter = Counter(device, floor, labels)
        self.task: dict[str, Any] = {}
        self.tote, self.inside = "", 0
        self.tried: set[int] = set()

    def go(self, task: dict[str, Any]) -> None:
        self.task, self.tried = task, set()
        on_the_floor(self.device, self.floor, task, self._all)

    def _all(self, cart: str) -> None:
        self._look()
        totes = self.task["totes"]
        self.tote, self.inside = (totes[0]["code"], totes[0]["pieces"]) if totes else ("", PIECES_A_TOTE)
        while self.task["stop"]:
            try:
                self._stop(self.task["stop"], cart)
            except Refused as refused:
                if refused.code in USED_TOTE:
                    self.inside = PIECES_A_TOTE
                elif refused.code not in CHANGED:
                    raise
                self.floor.missed(refused)
                self._look()
            if self.task["stop"] and self.floor.chance(self.floor.leave_share):
                leave(self.device, self.floor, self.task["id"], cart)

    def _look(self) -> None:
        """The walk as it is now; raises the refusal that says why there is none any more."""
        found = self.device.ask("bulk.state")["data"].get("bulk")
        if found is None or found["id"] != self.task["id"]:
            raise self._why_not()
        self.task = found

    def _why_not(self) -> Refused:
        """Asked by a scan that must be refused."""
        try:
            self.device.do("bulk.cart", task_id=self.task["id"], code=NO_BIN)
        except Refused as refused:
            return refused
        raise AssertionError("a cart was taken that is none")

    def _stop(self, stop: dict[str, Any], cart: str) -> None:
        floor, device = self.floor, self.device
        floor.pause(self.task["walk_m"] * 1000 / self.task["progress"]["total"] / WALK_MM_PER_SECOND + SECONDS_A_LINE)
        about = {"task_id": self.task["id"], "seq": stop["seq"]}
        if stop["seq"] not in self.tried and floor.chance(floor.short_share):
            self.tried.add(stop["seq"])
            self._missing(about, cart)
            return
        if self.inside >= PIECES_A_TOTE:
            self.tote, self.inside = floor.take("tote"), 0
        qty = min(stop["qty"] - stop["picked"], PIECES_A_TOTE - self.inside)
        about["bin"] = stop["bin"]["code"]
        if floor.chance(floor.wrong_share):
            wrong = {"item": stop["bin"]["code"], "tote": self.tote, "qty": qty}
            floor.wrong(device.do, "bulk.stop", "picking.not_an_item.bin", CHANGED | LOST | OVER, **about, **wrong)
        floor.pause(SECONDS_A_PIECE * qty)
        answer = device.do("bulk.stop", **about, item=stop["sku"]["barcodes"][0], tote=self.tote, qty=qty)
        floor.figures.lines += 1
        go_home(answer, floor, cart)
        self.task, self.inside = answer["data"].get("bulk") or self.task | {"stop": None}, self.inside + qty

    def _missing(self, about: dict[str, Any], cart: str) -> None:
        if not self.floor.chance(self.floor.choose_share):
            answer = self.device.do("bulk.short", **about, reason="missing")
            self.floor.figures.shorts += 1
            go_home(answer, self.floor, cart)
            self.task = answer["data"]["bulk"]
            return
        how, answer = choose(self.device, self.floor, "bulk", about)
        if how == "count":
            self.counter.count_bin(answer["data"]["task"], careful=True)
            return
        self.floor.figures.shorts += how == "order"
        go_home(answer, self.floor, cart)
        self.task = answer["data"]["bulk"]


class Sorter:
    """Stands at the put wall: takes the tote that waits longest, and puts each item where the screen shows."""

    def __init__(self, device: Device, floor: Floor) -> None:
        self.device, self.floor = device, floor

    def run(self) -> None:
        while not self.floor.done:
            self.floor.guard(self._one_tote)
        self.device.close()

    def _one_tote(self) -> None:
        state = self.device.ask("wall.state")
        if state["next"] == "wall_choose":
            time.sleep(0.5)
            return
        data = state["data"]
        tote = data["tote"] or next(iter(data["waiting"]), None)
        if tote is None:
            time.sleep(0.2)
            return
        try:
            with self.floor.at_work():
                self._sort(tote["code"])
        except Refused as refused:
            if refused.code not in COLLEAGUE:
                raise
            self.floor.missed(refused)
            time.sleep(0.1)

    def _sort(self, tote: str) -> None:
        state = self.device.do("wall.tote", code=tote)
        full: set[str] = set()
        while state["next"] == "wall_item":
            item = next((each for each in state["data"]["tote"]["items"] if each["code"] not in full), None)
            if item is None:  # all that is left waits for a slot
                time.sleep(0.2)
                return
            self.floor.pause(SECONDS_A_CODE)
            try:
                shown = self.device.do("wall.item", code=item["code"], qty=1)["data"]["put"]
            except Refused as refused:
                if refused.code != "picking.wall_full":
                    raise
                self.floor.missed(refused)
                full.add(item["code"])
                continue
            state = self._put(shown)
        if state["data"]["tote"] is None:  # this put emptied it; a colleague who shares the tote does not see that
            self.floor.give_back("tote", tote)

    def _put(self, shown: dict[str, Any]) -> dict[str, Any]:
        if self.floor.random.random() < self.floor.wrong_share:
            self.floor.wrong(self.device.do, "wall.put", "picking.not_a_slot", COLLEAGUE, code="NO-SUCH-SLOT")
        self.floor.pause(SECONDS_A_PIECE * shown["qty"])
        answer = self.device.do("wall.put", code=shown["code"])
        while answer["next"] == "wall_put":  # the order was stopped meanwhile
            answer = self.device.do("wall.put", code=answer["data"]["put"]["code"])
        self.floor.figures.sorted += shown["qty"]
        return answer


class BulkPacker:
    """Packs out of bulk totes: each item of a single-item order is a parcel; of orders with the same content a sample
    is packed by hand (`pack`) and the others in runs."""

    def __init__(self, device: Device, floor: Floor, pack: Callable[[dict[str, Any]], None]) -> None:
        self.device, self.floor, self._pack = device, floor, pack
        self._rests: dict[str, float] = {}  # totes whose pieces nobody can pack now, and until when to let them be

    def choose(self, data: dict[str, Any]) -> str | None:
        """A bulk tote to pack out of, by what the station shows: the one on the table, else one that waits."""
        if data["batch"]:
            return str(data["batch"]["tote"])
        now = time.monotonic()
        return next((each["tote"] for each in data["waiting_batches"] if self._rests.get(each["tote"], 0) < now), None)

    def at_work(self, tote: str) -> AbstractContextManager[None]:
        """Looking again at what could not be packed is no work: it keeps nobody here."""
        return nullcontext() if tote in self._rests else self.floor.at_work()

    def work(self, tote: str) -> None:
        try:
            batch = self.device.do("pack.open", code=tote)["data"]["batch"]
            while batch:
                batch = (self._alike if batch["method"] == "same" else self._single)(batch)
                self._rests.pop(tote, None)
        except Refused as refused:
            if refused.code not in COLLEAGUE and refused.code not in NOT_NOW and refused.code != "packing.empty_tote":
                raise
            self.floor.missed(refused)
            if refused.code in NOT_NOW:
                self._rests[tote] = time.monotonic() + REST_SECONDS
                self.device.do("batch.put_off")

    def _single(self, batch: dict[str, Any]) -> dict[str, Any] | None:
        if not batch["items"]:  # what was left is wanted by nobody any more
            return self._left(batch, self.device.do("batch.put_off")["data"].get("batch"))
        self.floor.pause(SECONDS_A_PIECE + SECONDS_A_CODE)
        data = self.device.do("batch.item", code=batch["items"][0]["code"])["data"]
        if data.get("packed"):
            self.packed([data["packed"]])
        return self._left(batch, data["batch"])

    def _alike(self, batch: dict[str, Any]) -> dict[str, Any] | None:
        if batch["others"]:
            return self._left(batch, self.device.do("batch.item", code=batch["others"][0])["data"]["batch"])
        group = next((each for each in batch["groups"] if each["ready"]), None)
        if group and group["proved"] and not group["tracked"]:
            return self._left(batch, self._run(group["content"]))
        self.floor.pause(SECONDS_A_PIECE + SECONDS_A_CODE)
        answer = self.device.do("batch.item", code=(group or batch)["items"][0]["code"])
        if answer["next"] != "pack_verify":  # it was nobody's
            return self._left(batch, answer["data"]["batch"])
        self._pack(answer["data"]["parcel"])
        return self._left(batch, self.device.ask("batch.state")["data"]["batch"])

    def _run(self, content: str) -> dict[str, Any] | None:
        data = self.device.do("batch.run", content=content)["data"]
        self.packed(data["parcels"])
        while data["run"] and data["run"]["open"]:
            self.floor.pause(SECONDS_A_LABEL * len(data["parcels"]))
            data = self.device.do("batch.go_on")["data"]
            self.packed(data["parcels"])
        return data["batch"]  # type: ignore[no-any-return]

    def packed(self, parcels: list[dict[str, Any]]) -> None:
        self.floor.shelf.extend(each["number"] for each in parcels)
        self.floor.figures.parcels += len(parcels)

    def _left(self, before: dict[str, Any], after: dict[str, Any] | None) -> dict[str, Any] | None:
        """What stands on the table after a step; totes that are empty are brought back, by one of those who shared."""
        for tote in set(before["totes"]) - set(after["totes"] if after else ()):
            if self.floor.claim(("emptied", tote, before["wave"])):
                self.floor.give_back("tote", tote)
        return after
