"""Somebody who does several kinds of work, as there is need."""
from __future__ import annotations

import time
from collections.abc import Callable

from wms.robots.device import Device, Refused
from wms.robots.floor import Floor

REST_SECONDS = 0.5
# What is refused when a colleague at the dock or in the aisles was quicker.
COLLEAGUE = frozenset(
    ("inbound.no_receipt", "inbound.receipt_over", "inbound.check_over", "inbound.nothing_at_dock",
     "inbound.nothing_on_lpn", "inbound.part_taken", "inbound.less_at_dock")
)  # fmt: skip

Kind = Callable[[], bool]


class Person:
    """Does always the first of its kinds of work that there is something to do of.

    A kind is called for one piece of work and returns whether there was any. Whoever is refused something
    unexpected at a kind of work leaves it alone for the rest of the day: it would only go wrong again.
    """

    def __init__(self, device: Device, floor: Floor, kinds: list[Kind]) -> None:
        self.device, self.floor, self.kinds = device, floor, kinds

    def run(self) -> None:
        while not self.floor.done:
            if not any(self._did(kind) for kind in list(self.kinds)):
                time.sleep(REST_SECONDS)
        self.device.close()

    def _did(self, kind: Kind) -> bool:
        try:
            return kind()
        except Refused as refused:
            if refused.code in COLLEAGUE:
                self.floor.missed(refused)
            else:
                self.floor.failed(refused)
                self.kinds.remove(kind)
            return False
