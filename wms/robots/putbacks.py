"""Robots that put back what was picked for nothing: tote or parcel, item, bin."""
from __future__ import annotations

from typing import Any

from wms.robots.device import Device, Refused
from wms.robots.floor import SECONDS_A_CODE, SECONDS_A_PIECE, Floor

SECONDS_A_WALK = 10.0
QUICKER = frozenset(("picking.put_back_taken", "picking.nothing_to_put_back", "picking.nothing_in_hand"))


class PutBacks:
    """Takes the tote that waits longest, and brings each piece to the bin that is told."""

    def __init__(self, device: Device, floor: Floor) -> None:
        self.device, self.floor = device, floor

    def work(self) -> bool:
        """One tote; False when none waits that can be put back now."""
        state = self.device.ask("putback.state")
        if state["next"] == "putback_item":  # it was in hand before
            code = state["data"]["task"]["tote"]
        else:
            waiting = [each["tote"] for each in state["data"]["totes"] if not each["person"]]
            code = next((each for each in waiting if each not in self.floor.to_unload), None)
        if code is None:
            return False
        with self.floor.at_work():
            try:
                self._empty(code)
            except Refused as refused:
                if refused.code == "packing.unload_first":
                    self.floor.to_unload.append(code)
                    self.device.do("putback.let_go")
                elif refused.code not in QUICKER:
                    raise
                self.floor.missed(refused)
        return True

    def _empty(self, code: str) -> None:
        self.floor.pause(SECONDS_A_CODE)
        state = self.device.do("putback.take", code=code)
        while state["next"] == "putback_item":
            state = self._one(state["data"]["task"]["items"][0])
        self.floor.figures.put_back += 1
        if code.startswith(self.floor.totes):
            self.floor.give_back("tote", code)

    def _one(self, item: dict[str, Any]) -> dict[str, Any]:
        barcode = item["sku"]["barcodes"][0]
        self.device.ask("putback.item", code=barcode)
        self.floor.pause(SECONDS_A_WALK + SECONDS_A_PIECE * item["qty"])
        return self.device.do("putback.put", item=barcode, bin=item["bin"]["code"], qty=item["qty"], lot=item["lot"])
