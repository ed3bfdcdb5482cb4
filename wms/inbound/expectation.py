"""Pure decisions about what arrives: how much may come in, on which line, how fresh it is, what is sampled."""
from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Refusal = tuple[str, dict[str, Any]]  # the message's code and its parameters

# ISO 2859-1, table 1: lots of up to so many pieces have the sample size code letter of the row, by general level.
_UP_TO = (8, 15, 25, 50, 90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000, 150_000, 500_000)
_LETTERS = {1: "AABCCDEFGHJKLMN", 2: "ABCDEFGHJKLMNPQ", 3: "BCDEFGHJKLMNPQR"}
# The same, table 2-A: pieces to look at, by code letter.
_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1_250, 2_000)
_SAMPLES = dict(zip("ABCDEFGHJKLMNPQR", _SIZES, strict=True))


def most(qty: int, over_percent: int) -> int:
    """How many pieces may come in on a line of `qty`, tolerance included and rounded down."""
    return qty + qty * over_percent // 100


@dataclass(frozen=True)
class Line:
    """A line of a receipt on which pieces of one SKU may count. `most` None: no limit. `lot` empty: any lot."""

    id: int
    qty: int
    received: int
    most: int | None = None
    lot: str = ""


def share(qty: int, lot: str, lines: Sequence[Line]) -> tuple[dict[int, int], int]:
    """Share `qty` pieces of a lot out to lines: ({line id: pieces}, pieces that no line takes).

    Lines that announced this lot come first, then those that announced none; what is expected is filled
    before any line goes over.
    """
    fitting = [line for line in lines if line.lot == lot] if lot else []
    fitting += [line for line in lines if not line.lot]
    given: dict[int, int] = {}
    left = _fill(qty, fitting, given, [max(0, line.qty - line.received) for line in fitting])
    limits = [left if line.most is None else line.most - line.received - given.get(line.id, 0) for line in fitting]
    return given, _fill(left, fitting, given, limits)


def _fill(left: int, lines: Sequence[Line], given: dict[int, int], rooms: Sequence[int]) -> int:
    for line, room in zip(lines, rooms, strict=True):
        taken = min(left, max(0, room))
        if taken:
            given[line.id] = given.get(line.id, 0) + taken
            left -= taken
    return left


@dataclass(frozen=True)
class Freshness:
    """What a SKU asks of the dates of what arrives; days."""

    expiry_tracked: bool = False
    shelf_life_days: int | None = None
    min_days: int = 0


def expiry_of(produced_on: date | None, expires_on: date | None, asked: Freshness) -> date | None:
    """The expiry date: as stated, else production plus shelf life, else None."""
    if expires_on is None and produced_on is not None and asked.shelf_life_days:
        return produced_on + timedelta(days=asked.shelf_life_days)
    return expires_on


def stale(today: date, produced_on: date | None, expires_on: date | None, asked: Freshness) -> Refusal | None:
    """Why goods with these dates may not come in, None when they may."""
    if produced_on is not None and produced_on > today:
        return "inbound.produced_later", {"produced": produced_on.isoformat()}
    if expires_on is None:
        return None
    if produced_on is not None and expires_on < produced_on:
        return "inbound.dates_crossed", {"produced": produced_on.isoformat(), "expires": expires_on.isoformat()}
    left = (expires_on - today).days
    if left < 0:
        return "inbound.expired", {"expires": expires_on.isoformat(), "days": -left}
    if left < asked.min_days:
        return "inbound.too_short_life", {"expires": expires_on.isoformat(), "days": left, "least": asked.min_days}
    return None


def sample_size(level: str, value: int, lot_size: int) -> int:
    """How many of `lot_size` pieces to look at; at least 1, at most all. See `QualityPlan` for `level`."""
    wanted = {"percent": -(-lot_size * value // 100), "pieces": value}.get(level)
    if wanted is None:
        wanted = _SAMPLES[_LETTERS[value][bisect_left(_UP_TO, lot_size)]]
    return max(1, min(lot_size, wanted))
