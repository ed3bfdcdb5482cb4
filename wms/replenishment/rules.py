"""Pure decisions about replenishment: how much, in which packs, from where, and what to buy."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

# The most urgent first; each is wanted within so much time.
URGENCIES = ("emergency", "wave", "minimum")
DUE = {"emergency": timedelta(minutes=15), "wave": timedelta(hours=1), "minimum": timedelta(hours=8)}


@dataclass(frozen=True)
class Face:
    """A pick face and how it stands: pieces lying in it, free of holds, and on their way to it."""

    id: int
    bin_id: int
    sku_id: int
    min_qty: int
    max_qty: int
    on_hand: int = 0
    free: int = 0
    coming: int = 0

    def wants(self) -> int:
        """Pieces to fill it up, 0 while enough lie in it or come."""
        there = self.on_hand + self.coming
        return self.max_qty - there if there < self.min_qty else 0

    def lacks(self, demand: int) -> int:
        """Pieces to bring for a demand that what is free and coming does not serve; the face is filled up with it."""
        missing = demand - self.free - self.coming
        if missing <= 0:
            return 0
        return max(missing, self.max_qty - self.on_hand - self.coming)


@dataclass(frozen=True)
class Source:
    """Pieces of a SKU that nobody holds, in a place from which faces are filled. `bulk`: it is there for that."""

    balance_id: int
    bin_id: int
    lot: str
    container_id: int
    owner_id: int
    free: int
    expires_on: date | None
    bulk: bool


@dataclass(frozen=True)
class Fetch:
    """`qty` pieces out of one source, in packs of `pack_qty`."""

    source: Source
    qty: int
    pack_qty: int


def fetches(wanted: int, sources: Iterable[Source], packs: Sequence[int]) -> list[Fetch]:
    """Where to fetch `wanted` pieces: what expires first goes first (FEFO), then bulk bins, then the emptiest.

    Whole packs of the largest of the `packs` (pieces each) that fits are taken where possible, even when that
    brings a little less; single pieces only where no pack fits or the source has no whole one left.
    """
    order = sorted(
        sources, key=lambda s: (s.expires_on is None, s.expires_on or date.max, not s.bulk, s.free, s.balance_id)
    )
    found: list[Fetch] = []
    left = wanted
    for source in order:
        if left <= 0:
            break
        qty, pack = whole_packs(min(left, source.free), packs)
        if qty:
            found.append(Fetch(source, qty, pack))
            left -= qty
        if pack > 1 and left < pack:
            break  # what is left is less than a pack: not worth a walk of its own
    return found


def whole_packs(pieces: int, packs: Sequence[int]) -> tuple[int, int]:
    """(pieces to take, pieces of a pack) at most `pieces`, in whole packs of the largest kind that fits."""
    fitting = [pack for pack in packs if 1 < pack <= pieces]
    if not fitting:
        return max(0, pieces), 1
    pack = max(fitting)
    return pieces // pack * pack, pack


def to_buy(
    velocity: Decimal, *, lead_days: int, cover_days: int, min_qty: int, available: int, expected: int, multiple: int
) -> int:
    """Pieces to buy: velocity × (lead + cover) − available − expected, at least up to `min_qty`, in whole multiples.

    `velocity` is pieces a day.
    """
    target = max(Decimal(min_qty), velocity * (lead_days + cover_days))
    missing = int((target - available - expected).to_integral_value(ROUND_CEILING))
    return -(-missing // multiple) * multiple if missing > 0 else 0


def is_low(velocity: Decimal, *, available: int, min_qty: int, lead_days: int) -> bool:
    """Whether a SKU runs low: below its minimum, or gone before more can come."""
    return available < min_qty or (velocity > 0 and available < velocity * lead_days)


def days_left(velocity: Decimal, available: int) -> int | None:
    """How many whole days what is there lasts, None for what does not move."""
    return int(max(available, 0) / velocity) if velocity > 0 else None


def is_too_much(velocity: Decimal, *, available: int, over_days: int) -> bool:
    """Whether more lies there than is sold in `over_days`."""
    return available > 0 and available > velocity * over_days
