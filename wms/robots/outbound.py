"""Robots on the way out: they pick, pack and load, and a supervisor releases the waves."""
from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from wms.robots.boxes import SealedBoxes
from wms.robots.bulk import BulkPacker, BulkWalk
from wms.robots.carts import TakeOver, Walk
from wms.robots.device import Device, Refused
from wms.robots.floor import SECONDS_A_CODE, SECONDS_A_PIECE, Floor
from wms.robots.labels import Labels
from wms.robots.person import Kind
from wms.robots.putbacks import PutBacks

SECONDS_A_PARCEL = 15.0
STOPPED = frozenset((
    "packing.order_stopped", "packing.order_stopped_at", "packing.order_stopped_label",
    "packing.order_stopped_label_at", "packing.not_open",
))  # fmt: skip
STOPPED_AT_TRUCK = frozenset(("shipping.order_stopped", "shipping.order_stopped_at"))


class Picker:
    """Waits for a task, scans cart and totes, and walks the lines. Errands come first, where there are any."""

    def __init__(self, device: Device, floor: Floor, labels: Labels, *, errands: bool = False) -> None:
        self.device, self.floor = device, floor
        self.walk, self.bulk_walk = Walk(device, floor, labels), BulkWalk(device, floor, labels)
        self.errands: list[Kind] = []
        if errands:
            self.errands = [PutBacks(device, floor).work, TakeOver(device, floor, self._carry).work]

    def run(self) -> None:
        while not self.floor.done:
            self.floor.guard(self._one_task)
        self.device.close()

    def _one_task(self) -> None:
        self.device.forget_events()  # of tasks that are done
        if self._errand():
            return
        with self.floor.at_work():  # however long the answer takes, the day is not over
            answer = self.device.do("pick.ready")
        task = self._wait() if answer["next"] == "pick_wait" else answer["data"]
        if task is not None:
            self._carry(task)

    def _errand(self) -> bool:
        return any(errand() for errand in self.errands)

    def _carry(self, task: dict[str, Any]) -> None:
        with self.floor.at_work():
            if "bulk" in task:
                self.bulk_walk.go(task["bulk"])
            else:
                self.walk.go(task["task"])
        self.floor.figures.tasks += 1

    def _wait(self) -> dict[str, Any] | None:
        heard = None
        while heard is None:
            if self.floor.done or self.device.heard("pick.waiting_ended") or self._errand():
                return None
            heard = self.device.next_event("pick.assigned", 0.5)
        with self.floor.at_work():
            data: dict[str, Any] = self.device.ask("pick.task")["data"]
        published = datetime.fromisoformat(heard[1]["at"]).timestamp()
        self.floor.figures.to_screen.append(time.time() - published)
        return data if "task" in data or "bulk" in data else None


class Packer:
    """Takes the longest-waiting tote, verifies every piece, weighs and closes the parcel."""

    def __init__(self, device: Device, floor: Floor, share: tuple[int, int]) -> None:
        self.device, self.floor = device, floor
        self.number, self.of = share
        self.aside: set[int] = set()  # parcels whose orders were stopped on the table
        self._bulk = BulkPacker(device, floor, self._pack)
        self.boxes = SealedBoxes(device, floor, self._bulk.packed)

    def run(self) -> None:
        while not self.floor.done:
            self.floor.guard(self._one_parcel)
        self.device.close()

    def _one_parcel(self) -> None:
        state = self.device.ask("pack.state")
        parcel = state["data"].get("parcel")
        if parcel is not None and parcel["id"] in self.aside:
            parcel = None
        box = self.boxes.choose(state["data"]) if parcel is None else None
        if box:
            with self.floor.at_work():
                self.boxes.work(*box)
            return
        tote = self._bulk.choose(state["data"])
        if parcel is None and tote:
            with self._bulk.at_work(tote):
                self._bulk.work(tote)
            return
        if parcel is None:
            parcel = self._open(state["data"]["waiting_totes"])
        if parcel is None:
            time.sleep(0.2)
            return
        with self.floor.at_work():
            try:
                self._pack(parcel)
            except Refused as refused:
                if refused.code not in STOPPED:
                    raise
                self.aside.add(parcel["id"])
                self.floor.missed(refused)

    def _pack(self, parcel: dict[str, Any]) -> None:
        for line in parcel["lines"]:
            self._verify(parcel, line)
        self.floor.pause(SECONDS_A_PARCEL)
        about = {"parcel_id": parcel["id"], "source": "scale", "put_in": True}
        about["weight_g"] = self.device.ask("pack.scale", parcel_id=parcel["id"])["data"]["grams"]
        if self.device.do("pack.close", **about)["popup"]:  # the service doubts the weight
            self.device.do("pack.close", **about, weight_confirmed=True)
        self.floor.shelf.append(parcel["number"])
        self.floor.figures.parcels += 1
        for tote in parcel["totes"]:  # a parcel out of a bulk tote had none of its own
            if tote.startswith(self.floor.totes):
                self.floor.give_back("tote", tote)

    def _open(self, waiting: list[dict[str, Any]]) -> dict[str, Any] | None:
        # Packers stand beside each other and share the queue of totes, each taking its own part of it.
        mine = [each for index, each in enumerate(waiting) if index % self.of == self.number] or waiting[:1]
        for each in mine[:3]:
            try:
                with self.floor.at_work():
                    parcel: dict[str, Any] | None = self.device.do("pack.open", code=each["tote"])["data"].get("parcel")
                if parcel:  # else it was put aside until the other totes of its order are here
                    self.aside.discard(parcel["id"])  # it goes on after all
                    return parcel
            except Refused as refused:
                self.floor.figures.refusals[refused.code] += 1  # a colleague was quicker
        return None

    def _verify(self, parcel: dict[str, Any], line: dict[str, Any]) -> None:
        code, left = line["sku"]["barcodes"][0], line["qty"] - line["verified"]
        self.floor.pause(SECONDS_A_PIECE * left)
        if left:
            self.device.do("pack.verify", parcel_id=parcel["id"], code=code, qty=left)


class Loader:
    """Scans closed parcels onto a carrier's manifest, one carrier at a time, and closes it."""

    def __init__(self, device: Device, floor: Floor) -> None:
        self.device, self.floor = device, floor
        self.manifest: int | None = None
        self.aside: list[str] = []  # parcels of other carriers, until this one has been served
        self.stopped: list[str] = []  # they may go on after all: each is tried once more at the end
        self.tried = False

    def run(self) -> None:
        while not self.floor.done or self.floor.shelf or self.aside or self.manifest is not None:
            if self.floor.to_unload:
                self.floor.guard(lambda: self._unload(self.floor.to_unload[0]))
            elif self.floor.shelf:
                with self.floor.at_work():
                    self.floor.guard(self._load)
            elif self.floor.done:
                self.floor.guard(self._close)
            else:
                time.sleep(0.05)
        self.floor.guard(self._close)
        self.device.close()

    def _load(self) -> None:
        self.floor.pause(SECONDS_A_CODE)
        code = self.floor.shelf.popleft()
        try:
            answer = self.device.do("load.scan", code=code)
        except Refused as refused:
            if refused.code in STOPPED_AT_TRUCK:
                self.stopped += [] if self.tried else [code]
            elif refused.code == "shipping.other_carrier":
                self.aside.append(code)
            elif refused.code != "shipping.voided":
                raise
            return
        self.manifest = answer["data"]["manifest"]["id"]

    def _close(self) -> None:
        while self.manifest is not None:
            try:
                answer = self.device.do("load.close", manifest_id=self.manifest)
                self.floor.figures.shipped += len(answer["data"]["closed"]["parcels"])
                self.manifest = None
            except Refused as refused:
                if refused.code == "shipping.stopped_on_board":
                    self._unload(refused.params["parcel"])
                elif refused.code == "shipping.empty_manifest":
                    self.manifest = None
                else:
                    raise
        self.floor.shelf.extend([*self.aside, *self.stopped])
        self.aside.clear()
        self.stopped.clear()
        self.tried = self.floor.done

    def _unload(self, parcel: str) -> None:
        """Its order was stopped: it comes off the truck, and is loaded again should it go on after all."""
        self.floor.missed(Refused("load.unload", {"code": "shipping.stopped_on_board"}))
        if parcel in self.floor.to_unload:
            self.floor.to_unload.remove(parcel)
        self.device.do("load.unload", code=parcel)
        self.stopped += [] if self.tried else [parcel]


class Supervisor:
    """Builds and releases waves as long as there are orders and the floor has room."""

    def __init__(
        self, device: Device, floor: Floor, wave_orders: int, totes_per_cart: int, methods: tuple[str, ...] = ("cart",)
    ) -> None:
        self.device, self.floor = device, floor
        self.methods = deque(methods)
        self.wave = {"max_orders": wave_orders, "totes_per_cart": totes_per_cart}
        self.finished = False

    def release(self, orders: int) -> int:
        """Build and release one wave, by one method after the other; returns how many orders it took, 0 when none were
        ready for any."""
        for _ in range(len(self.methods)):
            self.methods.rotate(-1)
            taken = self._release(orders, self.methods[-1])
            if taken:
                return taken
        return 0

    def _release(self, orders: int, method: str) -> int:
        wanted = {**self.wave, "max_orders": orders, "method": method}
        preview = self.device.ask("wave.preview", **wanted)["data"]
        if not preview["orders"]:
            return 0
        wave = self.device.do("wave.build", **wanted)["data"]["wave"]
        self.device.do("wave.release", wave_id=wave["id"])
        return int(preview["orders"])

    def run(self, max_orders: int, waves_ahead: int = 2, more: Callable[[], bool] = lambda: False) -> None:
        """Keep up to `waves_ahead` waves on the floor until `max_orders` are out, or no order is ready and there is no
        `more` to come."""
        released = 0
        while not self.floor.done and released < max_orders:
            if self._waves_on_floor() < waves_ahead:
                taken = self.release(min(self.wave["max_orders"], max_orders - released))
                if not taken and not more():
                    break
                released += taken
            time.sleep(0.2)

    def _waves_on_floor(self) -> int:
        waves = self.device.ask("board.snapshot")["data"]["waves"]
        return sum(wave["status"] == "released" for wave in waves)
