"""Robots that seal boxes before there are orders for them, and bring them to the table when there are."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wms.robots.device import Device, Refused
from wms.robots.floor import SECONDS_A_CODE, SECONDS_A_PIECE, Floor

# Its order was stopped, or a colleague brought another box to it.
GONE = frozenset(("picking.box_for_nobody", "stock.box_not_sealed"))


class SealedBoxes:
    """What a packer does with boxes of one piece each: seals them at the start of the day, scans them for orders."""

    def __init__(self, device: Device, floor: Floor, packed: Callable[[list[dict[str, Any]]], None]) -> None:
        self.device, self.floor, self._packed = device, floor, packed

    def seal(self, wanted: str) -> None:
        """Seal what is wanted: `BIN SKU boxes`, more of it after a comma."""
        for each in wanted.split(","):
            bin_code, sku, boxes = each.split()
            content = [{"sku": sku, "qty": 1}]
            made = self.device.do("ahead.seal", bin=bin_code, content=content, boxes=int(boxes))["data"]["made"]
            self.floor.boxes[sku].extend(made)

    def choose(self, data: dict[str, Any]) -> tuple[str, str] | None:
        """A SKU and a box of it for which an order waits, by what the station shows; nobody else can take it then."""
        for each in data["ahead"]:
            sku = each["items"][0]["code"]
            if each["orders"] and self.floor.boxes[sku]:
                return sku, self.floor.boxes[sku].pop()
        return None

    def work(self, sku: str, box: str) -> None:
        self.floor.pause(SECONDS_A_PIECE + SECONDS_A_CODE)
        try:
            self._packed([self.device.do("pack.open", code=box)["data"]["packed"]])
            self.floor.figures.boxes += 1
        except Refused as refused:
            if refused.code not in GONE:
                raise
            self.floor.missed(refused)
            if refused.code == "picking.box_for_nobody":
                self.floor.boxes[sku].append(box)
