"""Who was wrong too often lately, by network address.

In the memory of each process: a code of 49 bits that is good for 10 minutes is safe without, this is in addition.
"""
from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from wms.core.clock import now
from wms.core.error import WmsError

MOST_ADDRESSES = 10_000


class Guesses:
    """So many wrong ones within so long; then nothing is looked at until some are older."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._wrong: dict[str, list[datetime]] = defaultdict(list)

    def check(self, address: str) -> None:
        """Raises `access.too_many_codes` (429)."""
        if len(self._recent(address)) >= self._most:
            raise WmsError("access.too_many_codes", minutes=int(self._within.total_seconds() // 60))

    def wrong(self, address: str) -> None:
        """This address was wrong once more."""
        if len(self._wrong) >= MOST_ADDRESSES:
            self._wrong.clear()
        self._wrong[address] = [*self._recent(address), now()]

    def _recent(self, address: str) -> list[datetime]:
        since = now() - self._within
        return [at for at in self._wrong.get(address, ()) if at > since]
