"""A robot in the office: it decides about counts that disagree, and closes what has been received."""
from __future__ import annotations

import time
from typing import Any

from wms.robots.device import Device
from wms.robots.floor import Floor

EVERY_SECONDS = 0.5


class Office:
    """Settles what the floor leaves open, over HTTP. Robots count what the books say, so the books are trusted."""

    def __init__(self, device: Device, floor: Floor) -> None:
        self.device, self.floor = device, floor

    def run(self) -> None:
        over = False
        while not over:
            over = self.floor.done  # once more after the last scan of the day
            self.floor.guard(self._settle)
            time.sleep(0 if over else EVERY_SECONDS)

    def _settle(self) -> None:
        for count in self.device.read("/counts", status="approval")["items"]:
            with self.floor.at_work():
                self.device.change(f"/counts/{count['id']}/refuse")
        for receipt in self.device.read("/receipts", status="received")["items"]:
            if not receipt["checks"]:
                with self.floor.at_work():
                    self._close(receipt)

    def _close(self, receipt: dict[str, Any]) -> None:
        for each in self.device.read("/receipt-asides")["items"]:
            if each["receipt"] == receipt["number"]:
                self.device.change(f"/receipt-asides/{each['id']}/settle", outcome="returned")
        self.device.change(f"/receipts/{receipt['number']}/close")
