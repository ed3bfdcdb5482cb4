"""Robots in the aisles: they fill pick faces from the reserve, and count bins."""
from __future__ import annotations

from typing import Any

from wms.robots.device import Device
from wms.robots.floor import NO_BIN, SECONDS_A_CODE, SECONDS_A_LINE, SECONDS_A_PIECE, Floor
from wms.robots.labels import Labels

SECONDS_A_WALK = 20.0
ON_A_CART = 2
MISCOUNTED = 3  # pieces that a careless counter does not see; more than is tolerated


class Replenisher:
    """Walks to the reserve, takes what is asked for, perhaps for a second face too, and fills them."""

    def __init__(self, device: Device, floor: Floor) -> None:
        self.device, self.floor = device, floor

    def work(self) -> bool:
        """One cart; False when no pick face waits."""
        state = self.device.ask("replenish.state")
        if state["next"] == "replenish_none" and not any(state["data"]["waiting"].values()):
            return False
        with self.floor.at_work():
            answer = self.device.do("replenish.next")
            while answer["next"] != "replenish_none":
                answer = self._step(answer)
        return True

    def _step(self, answer: dict[str, Any]) -> dict[str, Any]:
        data = answer["data"]
        if answer["next"] == "replenish_go":
            return self._go(data["task"])
        if answer["next"] == "replenish_take":
            return self._take(data["task"], len(data["carried"]))
        return self._put(data["carried"][0])

    def _go(self, task: dict[str, Any]) -> dict[str, Any]:
        self.floor.pause(SECONDS_A_WALK)
        if self.floor.chance(self.floor.wrong_share):
            wrong = task["to"]["code"]
            self.floor.wrong(self.device.do, "replenish.source", "replenishment.wrong_source", code=wrong)
        return self.device.do("replenish.source", code=task["from"]["code"])

    def _take(self, task: dict[str, Any], carried: int) -> dict[str, Any]:
        self.floor.pause(SECONDS_A_LINE)
        if self.floor.chance(self.floor.short_share):
            answer = self.device.do("replenish.short", qty=task["qty"] // 2)
        else:
            answer = self.device.do("replenish.take", code=task["sku"]["barcodes"][0], qty=task["qty"])
        if answer["next"] == "replenish_put" and carried + 1 < ON_A_CART:
            return self.device.do("replenish.next")
        return answer

    def _put(self, task: dict[str, Any]) -> dict[str, Any]:
        self.floor.pause(SECONDS_A_WALK)
        if self.floor.chance(self.floor.wrong_share):
            self.floor.wrong(self.device.do, "replenish.put", "catalog.unknown_code", code=NO_BIN)
        answer = self.device.do("replenish.put", code=task["to"]["code"], item=task["sku"]["barcodes"][0])
        self.floor.figures.replenished += 1
        return answer


class Counter:
    """Takes the next bin and counts what lies in it; a careless one overlooks some, and a colleague counts again.

    A robot has no eyes: what lies in a bin, it looks up. That is what the books say, not what anybody sees; so
    counts find differences where robots are careless, or goods moved between the look and the scan.
    """

    def __init__(self, device: Device, floor: Floor, labels: Labels) -> None:
        self.device, self.floor, self.labels = device, floor, labels

    def work(self) -> bool:
        """One bin; False when none waits."""
        state = self.device.ask("count.state")
        if state["next"] == "count_none" and not state["data"]["waiting"]:
            return False
        with self.floor.at_work():
            answer = self.device.do("count.next")
            if answer["next"] == "count_none":  # a colleague was quicker
                return False
            self.count_bin(answer["data"]["task"])
        self.floor.figures.counted += 1
        return True

    def count_bin(self, task: dict[str, Any], *, careful: bool = False) -> None:
        """Count one bin that was given to this person. `careful`: nothing is overlooked."""
        bin = task["bin"]["code"]
        self.floor.pause(SECONDS_A_WALK)
        if self.floor.chance(self.floor.wrong_share):
            self.floor.wrong(self.device.do, "count.bin", "catalog.unknown_code", code=NO_BIN)
        self.device.do("count.bin", code=bin)
        goods = self._seen(bin, task["sku"])
        if not goods:
            self.device.do("count.empty", task_id=task["id"])
            return
        careless = not careful and not task["again"] and self.floor.chance(self.floor.miscount_share)
        for each in goods:
            overlooked = MISCOUNTED if careless and each is goods[0] and each["qty"] > MISCOUNTED else 0
            self._scan(task["id"], each, each["qty"] - overlooked)
            self.floor.figures.miscounted += overlooked > 0
        self.device.do("count.done", task_id=task["id"])

    def _seen(self, bin: str, sku: dict[str, Any] | None) -> list[dict[str, Any]]:
        """What lies in the bin, loose goods before those in containers."""
        places = self.device.ask("lookup.scan", code=bin)["data"]["places"]
        mine = [each for each in places if sku is None or each["sku"]["code"] == sku["code"]]
        return sorted(mine, key=lambda each: each["container"] or "")

    def _scan(self, task_id: int, goods: dict[str, Any], qty: int) -> None:
        if goods["container"]:
            self.floor.pause(SECONDS_A_CODE)
            self.device.do("count.scan", task_id=task_id, code=goods["container"])
        condition = goods["condition"] if goods["condition"] != "good" else ""
        about = {"lot": goods["lot"], "no_lot": not goods["lot"], "condition": condition}
        self.floor.pause(SECONDS_A_PIECE * qty)
        code = self.labels.piece(self.device, goods["sku"]["code"])
        self.device.do("count.scan", task_id=task_id, code=code, qty=qty, **about)
