"""Robots on the way out: they pick, pack and load, and a supervisor releases the waves."""
from __future__ import annotations

import time
from collections import deque
from datetime import datetime
from typing import Any

from wms.robots.bulk import BulkPacker, pick_in_bulk
from wms.robots.device import Device, Refused
from wms.robots.floor import NO_BIN, SECONDS_A_CODE, SECONDS_A_LINE, SECONDS_A_PIECE, WALK_MM_PER_SECOND, Floor

SECONDS_A_PARCEL = 15.0


class Picker:
    """Waits for a task, scans cart and totes, and walks the lines."""

    def __init__(self, device: Device, floor: Floor) -> None:
        self.device, self.floor = device, floor

    def run(self) -> None:
        while not self.floor.done:
            self.floor.guard(self._one_task)
        self.device.close()

    def _one_task(self) -> None:
        self.device.forget_events()  # of tasks that are done
        answer = self.device.do("pick.ready")
        if answer["next"] == "pick_wait":
            task = self._wait()
            if task is None:
                return
        else:
            task = answer["data"]
        with self.floor.at_work():
            if "bulk" in task:
                pick_in_bulk(self.device, self.floor, task["bulk"])
            else:
                self._work(task["task"])
        self.floor.figures.tasks += 1

    def _wait(self) -> dict[str, Any] | None:
        heard = None
        while heard is None:
            if self.floor.done:
                return None
            heard = self.device.next_event("pick.assigned", 0.5)
        data: dict[str, Any] = self.device.ask("pick.task")["data"]
        published = datetime.fromisoformat(heard[1]["at"]).timestamp()
        self.floor.figures.to_screen.append(time.time() - published)
        return data if "task" in data or "bulk" in data else None

    def _work(self, task: dict[str, Any]) -> None:
        cart = task["cart"]["code"] if task.get("cart") else self.floor.take("cart")
        self.floor.pause(SECONDS_A_CODE)
        self.device.do("pick.cart", task_id=task["id"], code=cart)
        totes = {slot["slot"]: slot["tote"] for slot in task["slots"]}
        for slot, tote in sorted(totes.items()):
            if tote is None:
                totes[slot] = self.floor.take("tote")
                self.floor.pause(SECONDS_A_CODE)
                self.device.do("pick.tote", task_id=task["id"], slot=slot, code=totes[slot])
        open_lines = {line["id"]: line for line in task["lines"] if line["status"] == "open"}
        zone = None
        while open_lines:
            line = min(open_lines.values(), key=lambda each: each["seq"])
            zone = self._line(task, line, totes[line["slot"]], open_lines).get("zone")
        if zone is None:  # else a colleague in the next zone goes on with it
            self.floor.give_back("cart", cart)

    def _line(
        self, task: dict[str, Any], line: dict[str, Any], tote: str, open_lines: dict[int, Any]
    ) -> dict[str, Any]:
        """Pick one line; what the service answered."""
        floor, device = self.floor, self.device
        steps = max(1, len(task["lines"]))
        floor.pause(task["walk_m"] * 1000 / steps / WALK_MM_PER_SECOND + SECONDS_A_LINE)
        about = {"task_id": task["id"], "line_id": line["id"]}
        if floor.random.random() < floor.short_share:
            answer = device.do("pick.short", **about, reason="missing")
            floor.figures.shorts += 1
            for gone in answer["data"]["lines"]:
                open_lines.pop(gone["id"], None)
            return answer["data"]  # type: ignore[no-any-return]
        if floor.random.random() < floor.wrong_share:
            self._scan_wrong(about)
        left = line["qty"] - line["picked"]
        floor.pause(SECONDS_A_PIECE * left)
        answer = device.do(
            "pick.confirm", **about, bin=line["bin"]["code"], item=line["sku"]["barcodes"][0], qty=left, tote=tote
        )
        open_lines.pop(line["id"])
        floor.figures.lines += 1
        return answer["data"]  # type: ignore[no-any-return]

    def _scan_wrong(self, about: dict[str, Any]) -> None:
        """Scan something that is not there; the service must say so and nothing may move."""
        self.floor.wrong(self.device.ask, "pick.check", "picking.not_a_bin.unknown", **about, expect="bin", code=NO_BIN)


class Packer:
    """Takes the longest-waiting tote, verifies every piece, weighs and closes the parcel."""

    def __init__(self, device: Device, floor: Floor, share: tuple[int, int]) -> None:
        self.device, self.floor = device, floor
        self.number, self.of = share
        self._bulk = BulkPacker(device, floor, self._pack)

    def run(self) -> None:
        while not self.floor.done:
            self.floor.guard(self._one_parcel)
        self.device.close()

    def _one_parcel(self) -> None:
        state = self.device.ask("pack.state")
        parcel = state["data"].get("parcel")
        tote = self._bulk.choose(state["data"])
        if parcel is None and tote:
            with self.floor.at_work():
                self._bulk.work(tote)
            return
        if parcel is None:
            parcel = self._open(state["data"]["waiting_totes"])
        if parcel is None:
            time.sleep(0.2)
            return
        with self.floor.at_work():
            self._pack(parcel)

    def _pack(self, parcel: dict[str, Any]) -> None:
        for line in parcel["lines"]:
            self._verify(parcel, line)
        self.floor.pause(SECONDS_A_PARCEL)
        about = {"parcel_id": parcel["id"], "source": "scale"}
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
                    found = self.device.do("pack.open", code=each["tote"])["data"].get("parcel")
                if found:  # else it was put aside until the other totes of its order are here
                    return found  # type: ignore[no-any-return]
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

    def run(self) -> None:
        while not self.floor.done or self.floor.shelf or self.aside:
            if self.floor.shelf:
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
            if refused.code != "shipping.other_carrier":
                raise
            self.aside.append(code)
            return
        self.manifest = answer["data"]["manifest"]["id"]

    def _close(self) -> None:
        if self.manifest is not None:
            closing, self.manifest = self.manifest, None
            answer = self.device.do("load.close", manifest_id=closing)
            self.floor.figures.shipped += len(answer["data"]["manifest"]["parcels"])
        self.floor.shelf.extend(self.aside)
        self.aside.clear()


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
        for _ in self.methods:
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

    def run(self, max_orders: int, waves_ahead: int = 2) -> None:
        """Keep up to `waves_ahead` waves on the floor until no order is ready or `max_orders` are out."""
        released = 0
        while not self.floor.done and released < max_orders:
            if self._waves_on_floor() < waves_ahead:
                taken = self.release(min(self.wave["max_orders"], max_orders - released))
                if not taken:
                    break
                released += taken
            time.sleep(0.2)
        self.finished = True

    def _waves_on_floor(self) -> int:
        waves = self.device.ask("board.snapshot")["data"]["waves"]
        return sum(wave["status"] == "released" for wave in waves)
