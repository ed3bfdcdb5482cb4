"""Pure decisions of the stock room: which bins serve a pick, and what a place is."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf

MOST = 10_000_000  # pieces in one move; more is a typing error


@dataclass(frozen=True)
class Want:
    """Pieces of a SKU that an order line needs, of one owner's stock.

    `min_days` are the days that must be left before the goods expire, counted from today; 0: they are not expired.
    """

    order_line_id: int
    sku_id: int
    qty: int
    owner_id: int = 1
    min_days: int = 0


@dataclass(frozen=True)
class Free:
    """A balance with pieces that nobody holds.

    `days_left` until its lot expires, negative when it has, None without a date; `received_at` of its lot.
    `contained`: it stands on a pallet or in a box.
    """

    balance_id: int
    bin_id: int
    sku_id: int
    qty: int
    owner_id: int = 1
    days_left: int | None = None
    received_at: datetime | None = None
    contained: bool = False

    @property
    def turn(self) -> tuple[float, float, bool]:
        """First expired, first out; then first in, first out; pallets, which are reserves, after what lies loose.

        What has no date goes last, what has no lot is oldest.
        """
        left = inf if self.days_left is None else self.days_left
        return left, self.received_at.timestamp() if self.received_at else -inf, self.contained


@dataclass(frozen=True)
class Choice:
    """`qty` pieces for an order line out of one balance."""

    order_line_id: int
    balance_id: int
    sku_id: int
    bin_id: int
    qty: int


def content_key(pieces: Mapping[int, int]) -> str:
    """Goods (SKU id → pieces) as one word that equal contents share: `12x1-15x2`."""
    return "-".join(f"{sku_id}x{qty}" for sku_id, qty in sorted(pieces.items()))


def fresh(days_left: int | None, min_days: int) -> bool:
    """Whether goods with so many days left are good for so many; goods without a date are good for any."""
    return days_left is None or days_left >= min_days


def choose_bins(
    wants: Iterable[Want], free: Iterable[Free], wished: Iterable[Choice] = ()
) -> tuple[list[Choice], list[Want]]:
    """Choose the bins that serve each want, in the given order; returns (choices, what is left unserved).

    Each from its owner's stock that is fresh enough, the lot whose turn it is first. Of one turn, a bin that
    covers the whole want comes first, the emptiest such one, so that bins run empty and a picker stops once.
    Otherwise the fullest bins are taken, for the fewest stops. Where what is `wished` for a want says otherwise, it is
    served so instead, as far as its turn allows it and all of that is still there.
    """
    wishes: dict[int, dict[int, int]] = defaultdict(dict)
    for each in wished:
        wishes[each.order_line_id][each.balance_id] = each.qty
    left: dict[tuple[int, int], dict[tuple[float, float, bool], dict[int, Free]]] = defaultdict(dict)
    for place in sorted(free, key=lambda place: place.turn):
        left[place.sku_id, place.owner_id].setdefault(place.turn, {})[place.balance_id] = place
    choices: list[Choice] = []
    unserved: list[Want] = []
    for want in wants:
        missing = want.qty
        for (days_left, *_), places in left[want.sku_id, want.owner_id].items():
            if days_left >= want.min_days:
                missing = _as_wished(want, missing, places, wishes.get(want.order_line_id, {}), choices)
                missing = _serve(want, missing, places, choices)
        if missing:
            unserved.append(replace(want, qty=missing))
    return choices, unserved


def _as_wished(
    want: Want, missing: int, places: dict[int, Free], wished: Mapping[int, int], choices: list[Choice]
) -> int:
    """Take what is wished from places of one turn, unless some of it is gone or a later turn would begin too soon."""
    mine = {balance_id: qty for balance_id, qty in wished.items() if balance_id in places}
    total = sum(mine.values())
    if not mine or total > missing or any(qty > places[balance_id].qty for balance_id, qty in mine.items()):
        return missing
    if total < missing and total < sum(place.qty for place in places.values()):
        return missing
    for balance_id, qty in mine.items():
        _take(want, qty, places, balance_id, choices)
    return missing - total


def _take(want: Want, qty: int, places: dict[int, Free], balance_id: int, choices: list[Choice]) -> None:
    place = places[balance_id]
    choices.append(Choice(want.order_line_id, balance_id, want.sku_id, place.bin_id, qty))
    if qty == place.qty:
        del places[balance_id]
    else:
        places[balance_id] = replace(place, qty=place.qty - qty)


def _serve(want: Want, missing: int, places: dict[int, Free], choices: list[Choice]) -> int:
    """Take up to `missing` pieces from places of one turn; returns what is missing then."""
    while missing and places:
        enough = [place for place in places.values() if place.qty >= missing]
        place = (
            min(enough, key=lambda p: (p.qty, p.balance_id))
            if enough
            else max(places.values(), key=lambda p: (p.qty, -p.balance_id))
        )
        taken = min(missing, place.qty)
        _take(want, taken, places, place.balance_id, choices)
        missing -= taken
    return missing


@dataclass
class Shelf:
    """What may be promised of a SKU of an owner: `on_hand` less `promised` pieces.

    `ages` are those pieces by days left (None: without a date), and None where nobody asks for their age.
    """

    on_hand: int
    promised: int
    ages: Mapping[int | None, int] | None = None

    def room(self, min_days: int) -> int:
        """Pieces with so many days left that nobody was promised.

        As though every promise had been given of these very pieces: a promise does not say how fresh its goods
        must be, so this may be too few, but never too many.
        """
        if self.ages is None:
            return self.on_hand - self.promised
        good = sum(qty for days_left, qty in self.ages.items() if fresh(days_left, min_days))
        return min(self.on_hand, good) - self.promised


def shortages(wants: Sequence[Want], shelves: Mapping[tuple[int, int], Shelf]) -> dict[int, int]:
    """Pieces missing by SKU when these wants are served from the shelves (by SKU and owner); empty when all can be.

    What needs so many days left can be served only from what has them, so each number of days is reckoned with
    all the wants that need as many or more.
    """
    needed: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for want in wants:
        needed[want.sku_id, want.owner_id][want.min_days] += want.qty
    missing: dict[int, int] = {}
    for goods, by_days in needed.items():
        shelf, pieces = shelves.get(goods, Shelf(0, 0)), 0
        for min_days in sorted(by_days, reverse=True):
            pieces += by_days[min_days]
            short = pieces - shelf.room(min_days)
            if short > missing.get(goods[0], 0):
                missing[goods[0]] = short
    return missing
