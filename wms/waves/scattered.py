"""Where goods lie scattered: out of which of the bins whose turn it is each cart takes them, so that its walk is short.

Which orders share a cart is planned on the bins that `stock` would hold. Then each cart may change to other bins of the
same turn (first expired, first out, then first in; see `stock.Free`) with pieces that no cart of the wave counts on, in
zones that it goes through anyway, so that nobody is sent where they may not pick. It does where walk and stops together
are less labour. Nothing is held here: `stock.hold` takes what is wished while all of it is there, and chooses by itself
otherwise.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from wms.stock import service as stock
from wms.waves import planner
from wms.waves.engine import CartPlan, Floor, PlanError, Supply, choose_bins
from wms.waves.labour import STANDARD
from wms.waves.walks import Bins

SECONDS = 0.5  # of a wave, for all its carts; those that come later stay as they were planned
A_SEARCH = 0.02  # seconds: with less for a cart, its first choice stands, made in a millisecond and nearly as good
MOST_PLACES = 20  # that a cart looks at for one item, those in the aisles nearest to its own
SEED = 1  # the same wave gives the same plan

Zones = Mapping[int, int | None]
"""bin id → id of its zone."""


class Item(NamedTuple):
    """Pieces of which one is as good as the other."""

    sku_id: int
    owner_id: int
    turn: tuple[float, float, bool]


@dataclass(frozen=True)
class Spare:
    """What could be taken instead: the balances by id, whose item each is, and how many of its pieces no cart counts
    on, by item."""

    free: Mapping[int, stock.Free]
    item_of: Mapping[int, Item]
    left: Mapping[Item, dict[int, int]]

    @classmethod
    def of(cls, free: Iterable[stock.Free], seen: Iterable[stock.Choice]) -> Spare:
        """What is left of these balances once all that was seen is taken."""
        there = {each.balance_id: each for each in free}
        item_of = {key: Item(each.sku_id, each.owner_id, each.turn) for key, each in there.items()}
        left: dict[Item, dict[int, int]] = defaultdict(dict)
        for key, each in there.items():
            left[item_of[key]][key] = each.qty
        spare = cls(there, item_of, left)
        for choice in seen:
            spare.give(choice.balance_id, -choice.qty)
        return spare

    def give(self, balance_id: int, qty: int) -> None:
        """So many more pieces that no cart counts on."""
        self.left[self.item_of[balance_id]][balance_id] += qty

    def bin_ids(self, seen: Sequence[stock.Choice]) -> set[int]:
        """The bins of all that was seen and of what could be had instead; none where nothing lies scattered."""
        items = {self.item_of[each.balance_id] for each in seen}
        others = {self.free[key].bin_id for item in items if len(self.left[item]) > 1 for key in self.left[item]}
        return others | {each.bin_id for each in seen} if others else others


def nearer(
    floor: Floor, carts: Sequence[CartPlan], seen: Sequence[stock.Choice], spare: Spare, bins: Bins, zones: Zones,
    *, whole: bool,
) -> list[stock.Choice]:  # fmt: skip
    """What to hold for these carts, whose picks were planned on `seen`. `bins` and `zones`: of all `spare.bin_ids`.
    `whole`: each cart is one walk; else one that goes through several zones stays as it was planned."""
    wished: list[stock.Choice] = []
    out_of_time, share = planner.deadline(SECONDS), SECONDS / max(1, len(carts))
    for cart in carts:
        mine = [seen[pick.line_key] for pick in cart.picks]
        own = {zone for each in mine if (zone := zones[each.bin_id]) is not None}
        if not out_of_time() and (whole or len(own) < 2):
            near = {key for key, zone in zones.items() if zone is None or zone in own}
            stop = planner.deadline(share if share >= A_SEARCH else 0)
            mine = _of_cart(floor, cart, mine, spare, bins, near, stop)
        wished += mine
    return wished


def _of_cart(
    floor: Floor, cart: CartPlan, mine: list[stock.Choice], spare: Spare, bins: Bins, near: set[int],
    stop: Callable[[], bool],
) -> list[stock.Choice]:  # fmt: skip
    """What one cart takes, only out of bins that are `near`. What it does not take any more is for the others."""
    own: dict[Item, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for each in mine:
        own[spare.item_of[each.balance_id]][each.balance_id] += each.qty
    aisles = {bins[each.bin_id][0] for each in mine}
    places = [
        (item, key, qty) for item, taken in own.items()
        for key, qty in _places(floor, taken, spare.left[item], spare, bins, near, aisles)
    ]  # fmt: skip
    if len(places) == sum(map(len, own.values())):
        return mine  # nothing to choose from
    supplies = [Supply(item, bins[spare.free[key].bin_id], qty) for item, key, qty in places]
    try:
        found = choose_bins(floor, [(item, sum(own[item].values())) for item in own], supplies, seed=SEED, stop=stop)
    except PlanError:  # a floor of more blocks than that can do
        return mine
    taken = [replace(spare.free[places[take.supply][1]], qty=take.quantity) for take in found.takes]
    before = _labour_mm(cart.length_mm, mine)
    if _labour_mm(found.walk.length_mm, taken) >= before:
        return mine
    for each in mine:
        spare.give(each.balance_id, each.qty)
    for place in taken:
        spare.give(place.balance_id, -place.qty)
    return _shared(mine, taken, spare)


def _labour_mm(walk_mm: int, places: Iterable[stock.Choice | stock.Free]) -> int:
    return walk_mm + STANDARD.costs().stop_mm * len({each.bin_id for each in places})


def _places(
    floor: Floor, taken: Mapping[int, int], left: Mapping[int, int], spare: Spare, bins: Bins, near: set[int],
    aisles: set[int],
) -> list[tuple[int, int]]:  # fmt: skip
    """Where a cart may take an item: (balance id, pieces), what it would take first; that alone where there is no
    other place."""
    others = [
        key for key, qty in left.items()
        if qty and key not in taken and spare.free[key].bin_id in near and floor.contains(bins[spare.free[key].bin_id])
    ]  # fmt: skip
    if not others:
        return list(taken.items())
    if len(others) > MOST_PLACES:
        others.sort(key=lambda key: min(abs(bins[spare.free[key].bin_id][0] - aisle) for aisle in aisles))
    return [(key, taken.get(key, 0) + left[key]) for key in [*taken, *others[:MOST_PLACES]]]


def _shared(
    mine: Iterable[stock.Choice], taken: Iterable[stock.Free], spare: Spare
) -> list[stock.Choice]:
    """The pieces taken, to the order lines that were to have as many of the same turn."""
    lines: dict[Item, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    places: dict[Item, list[stock.Free]] = defaultdict(list)
    for each in mine:
        lines[spare.item_of[each.balance_id]][each.order_line_id] += each.qty
    for place in taken:
        places[spare.item_of[place.balance_id]].append(place)
    return [
        choice for item, pieces in lines.items()
        for choice in stock.choose_bins(
            [stock.Want(line, item.sku_id, qty, item.owner_id) for line, qty in pieces.items()], places[item]
        )[0]
    ]  # fmt: skip
