"""Pure decisions about counts: which place a counted piece belongs to, and what a difference means."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from wms.core.error import WmsError

LATEST = timedelta(hours=12)  # a scan that was kept on a device for longer says nothing of the bin any more
MOST = 10_000_000  # pieces of a SKU in a bin; more is a typing error
AHEAD = timedelta(minutes=2)  # how far the clock of a device may be ahead of ours


@dataclass(frozen=True, order=True)
class Spot:
    """A place within the bin that is counted."""

    sku_id: int
    lot: str
    container_id: int
    owner_id: int
    condition: str


@dataclass(frozen=True)
class Seen:
    """Pieces of a SKU that a counter saw between two moments; `lot` and `condition` empty when they did not say."""

    sku_id: int
    lot: str
    container_id: int
    condition: str
    counted: int
    first_at: datetime
    at: datetime

    def fits(self, spot: Spot) -> bool:
        return (
            (self.sku_id, self.container_id) == (spot.sku_id, spot.container_id)
            and self.lot in ("", spot.lot)
            and self.condition in ("", spot.condition)
        )


@dataclass(frozen=True)
class Found:
    """What a round found at a spot. `moved`: the books changed there while it was being counted."""

    spot: Spot
    counted: int
    book: int
    at: datetime
    moved: bool

    @property
    def difference(self) -> int:
        return self.counted - self.book


@dataclass(frozen=True)
class Tolerance:
    """What may be posted without asking again; see `CountPlan`."""

    pieces: int
    percent: int
    value: Decimal
    approval_value: Decimal

    def allows(self, found: Found, value: Decimal) -> bool:
        few = abs(found.difference) <= max(self.pieces, found.book * self.percent // 100)
        return few and value <= self.value


def moment_of(scanned_at: datetime | None, now: datetime, since: datetime) -> datetime:
    """When a scan was made: `scanned_at` as the device says, else now; not before `since`, when the count began.

    Raises `counting.scan_in_future` and `counting.scan_too_old` when a device tells an impossible time.
    """
    if scanned_at is None:
        return now
    if scanned_at > now + AHEAD:
        raise WmsError("counting.scan_in_future", at=f"{scanned_at:%F %T}", now=f"{now:%F %T}")
    if scanned_at < now - LATEST:
        raise WmsError("counting.scan_too_old", at=f"{scanned_at:%F %T}", hours=LATEST // timedelta(hours=1))
    return min(max(scanned_at, since), now)


def spread(
    seen: Iterable[Seen],
    books: Mapping[datetime, Mapping[Spot, int]],
    *,
    began_at: datetime,
    done_at: datetime,
    only_sku: int | None,
    new_condition: str,
) -> list[Found]:
    """What was found at each spot: what the counter saw, laid against the books of the moment they saw it.

    Where the counter did not say the lot, owner or condition, pieces fill the spots that the books know, in order,
    and what is over belongs to the first. Spots that nobody saw were found empty when the bin was declared done.
    `books` has every `first_at` and `at` of `seen`, `began_at` and `done_at`.
    """
    counted: dict[Spot, list[tuple[int, datetime, datetime]]] = {}
    for each in sorted(seen, key=lambda s: (s.sku_id, s.lot == "", s.condition == "", s.container_id, s.lot)):
        for spot, pieces in _share(each, books[each.at], counted, new_condition):
            counted.setdefault(spot, []).append((pieces, each.first_at, each.at))
    for spot, pieces in books[done_at].items():
        if pieces and spot not in counted and only_sku in (None, spot.sku_id):
            counted[spot] = [(0, began_at, done_at)]
    return [_found(spot, parts, books) for spot, parts in sorted(counted.items())]


def _share(
    seen: Seen, book: Mapping[Spot, int], counted: Mapping[Spot, Collection[tuple[int, datetime, datetime]]], new: str
) -> list[tuple[Spot, int]]:
    spots = sorted(spot for spot, pieces in book.items() if pieces and seen.fits(spot))
    if not spots:
        return [(Spot(seen.sku_id, seen.lot, seen.container_id, 1, seen.condition or new), seen.counted)]
    shares, left = {}, seen.counted
    for spot in spots:
        room = max(0, book[spot] - sum(pieces for pieces, _, _ in counted.get(spot, ())))
        shares[spot] = min(room, left)
        left -= shares[spot]
    shares[spots[0]] += left
    return list(shares.items())


def _found(
    spot: Spot, parts: Collection[tuple[int, datetime, datetime]], books: Mapping[datetime, Mapping[Spot, int]]
) -> Found:
    first, last = min(part[1] for part in parts), max(part[2] for part in parts)
    book = books[last].get(spot, 0)
    return Found(spot, sum(part[0] for part in parts), book, last, moved=books[first].get(spot, 0) != book)


def judge(found: Found, value: Decimal, limits: Tolerance, round: int, earlier: Collection[int]) -> str:
    """What becomes of a difference worth `value`: `same`, `posted`, `again` or `approval`.

    `earlier` are the differences that earlier rounds found there and that were not posted. Beyond tolerance a
    difference is counted again; two rounds that agree post it, unless it is worth more than `approval_value`.
    A recount that agrees with the books drops what the first round said.
    """
    if found.difference == 0:
        return "same"
    if round == 1:
        return "posted" if limits.allows(found, value) and not found.moved else "again"
    if not earlier and limits.allows(found, value) and not found.moved:
        return "posted"
    agreed = found.difference in earlier
    return "posted" if agreed and value <= limits.approval_value else "approval"


def after(outcomes: Iterable[str]) -> str:
    """The action that a counted bin's lines ask for: the lifecycle's `ask_again`, `ask_approval`, `finish`, or
    an empty text when differences wait for held pieces."""
    seen = set(outcomes)
    if "again" in seen:
        return "ask_again"
    if "approval" in seen:
        return "ask_approval"
    return "" if "pending" in seen else "finish"


def quota(bins: int, days: int) -> int:
    """How many of `bins` are planned a day, so that each is counted once in `days`."""
    return -(-bins // days)
