"""Scattered storage: an item lies in several bins, and which of them to pick from is part of the walk.

After K. Heßler and S. Irnich, "Exact solution of the single-picker routing problem with scattered storage",
INFORMS Journal on Computing 36 (2024), and F. Weidinger, "Picker routing in rectangular mixed shelves
warehouses", Computers & Operations Research 95 (2018), for near-shortest walks of many bins in little time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations, product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from .errors import PlanError
from .floor import Floor, Stop
from .routing import MOST_EXACT_BLOCKS, NO_WALK, Walk, exact_walk, floor_arrays, stop_array

if TYPE_CHECKING:
    from .kernels.choice import Choice

_TRIED = 4_000  # up to so many choices, each is tried
_SMALL = 10  # bins of one item that all sets of are tried
_ROUNDS = 400  # rounds of the search per item
_AT_ONCE = 50  # rounds between two questions whether to stop


class Supply(NamedTuple):
    """Goods in a bin: how many of an item are free there, and their rank. A lower rank must be used up before a
    higher one of the same item may be touched (first expired, first out); equal ranks may be chosen from."""

    item: Hashable
    stop: Stop
    quantity: int
    rank: int = 0


class Take(NamedTuple):
    """So many from this supply (index)."""

    supply: int
    quantity: int


@dataclass(frozen=True, slots=True)
class ScatteredWalk:
    """takes: in walking order. walk: past the stops of these takes; its order is that of `takes`.

    proven: no other choice has a shorter walk.
    """

    takes: tuple[Take, ...]
    walk: Walk
    proven: bool


class _Group(NamedTuple):
    """Supplies of one item and rank of which some must give `need`; the bins of lower ranks are taken anyway."""

    need: int
    supplies: tuple[int, ...]


def choose_bins(
    floor: Floor,
    wants: Iterable[tuple[Hashable, int]],
    supplies: Sequence[Supply],
    *,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> ScatteredWalk:
    """From which bins to take what is wanted, and the walk, as short as can be found.

    All choices are tried when they are few. Otherwise a search goes on until `stop` returns true or it ends by
    itself; it always has an answer. The same seed and the same answers of `stop` give the same choice. Within
    an item and rank the bins with the least are emptied first.
    Raises PlanError: "want_invalid" (item, quantity under 1), "supply_short" (items: those of which there is too
    little, with the quantity missing), "stop_without_place", "stop_outside_floor" (stops),
    "floor_unsupported" (blocks: more than four).
    """
    if floor.blocks > MOST_EXACT_BLOCKS:
        raise PlanError("floor_unsupported", blocks=floor.blocks)
    _check_places(floor, supplies)
    forced, groups = _split(_summed(wants), supplies)
    if not forced and not groups:
        return ScatteredWalk((), NO_WALK, True)
    if not groups:
        return _answer(floor, supplies, forced, proven=True)
    covers = [_covers(group, supplies) for group in groups]
    if prod(map(len, covers)) and prod(map(len, covers)) <= _TRIED:
        return _answer(floor, supplies, forced + _best_of(floor, supplies, forced, groups, covers), proven=True)
    return _answer(floor, supplies, forced + _searched(floor, supplies, forced, groups, seed, stop), proven=False)


def _check_places(floor: Floor, supplies: Sequence[Supply]) -> None:
    stop_array([supply.stop for supply in supplies])
    if outside := tuple(supply.stop for supply in supplies if not floor.contains(supply.stop)):
        raise PlanError("stop_outside_floor", stops=outside)


def _summed(wants: Iterable[tuple[Hashable, int]]) -> Counter[Hashable]:
    summed: Counter[Hashable] = Counter()
    for item, quantity in wants:
        if quantity < 1:
            raise PlanError("want_invalid", item=item, quantity=quantity)
        summed[item] += quantity
    return summed


def _split(wanted: Counter[Hashable], supplies: Sequence[Supply]) -> tuple[list[Take], list[_Group]]:
    """What must be taken in any case, and where there is a choice."""
    ranks: dict[Hashable, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, supply in enumerate(supplies):
        if supply.quantity > 0:
            ranks[supply.item][supply.rank].append(index)
    forced: list[Take] = []
    groups: list[_Group] = []
    short = []
    for item, need in wanted.items():
        for _, members in sorted(ranks[item].items()):
            held = sum(supplies[index].quantity for index in members)
            if held > need and len(members) > 1:
                groups.append(_Group(need, tuple(members)))
            else:
                forced += _shared(need, members, supplies)
            need -= min(need, held)
            if not need:
                break
        if need:
            short.append((item, need))
    if short:
        raise PlanError("supply_short", items=tuple(short))
    return forced, sorted(groups, key=lambda group: len(group.supplies))


def _shared(need: int, members: Iterable[int], supplies: Sequence[Supply]) -> Iterator[Take]:
    """The need taken from these, the ones with the least first."""
    for index in sorted(members, key=lambda index: supplies[index].quantity):
        quantity = min(need, supplies[index].quantity)
        if quantity:
            yield Take(index, quantity)
        need -= quantity


def _covers(group: _Group, supplies: Sequence[Supply]) -> list[tuple[int, ...]]:
    """All sets of supplies that suffice and of which none is needless; none when they are too many to list."""
    if len(group.supplies) > _SMALL:
        return []
    found = []
    for size in range(1, len(group.supplies) + 1):
        for members in combinations(group.supplies, size):
            quantities = [supplies[index].quantity for index in members]
            if 0 <= sum(quantities) - group.need < min(quantities):
                found.append(members)
    return found


def _answer(floor: Floor, supplies: Sequence[Supply], takes: Sequence[Take], *, proven: bool) -> ScatteredWalk:
    walk = exact_walk(floor, [supplies[take.supply].stop for take in takes])
    ordered = tuple(takes[index] for index in walk.order)
    straight = Walk(walk.length_mm, tuple(range(len(takes))), walk.path, walk.bound_mm if proven else None)
    return ScatteredWalk(ordered, straight, proven)


def _best_of(
    floor: Floor,
    supplies: Sequence[Supply],
    forced: Sequence[Take],
    groups: Sequence[_Group],
    covers: Sequence[list[tuple[int, ...]]],
) -> list[Take]:
    """The best choice of all: the shortest walk, then the fewest bins."""
    import numpy as np

    from .kernels.choice import price

    choice = _choice(floor, supplies, forced, groups)
    position = {index: number for number, index in enumerate(index for group in groups for index in group.supplies)}
    best, least = None, None
    for cover in product(*covers):
        chosen = np.zeros(len(position), dtype=np.bool_)
        chosen[[position[index] for members in cover for index in members]] = True
        cost = price(choice, chosen)
        if least is None or cost < least:
            best, least = cover, cost
    assert best is not None
    return [
        take for group, members in zip(groups, best, strict=True) for take in _shared(group.need, members, supplies)
    ]


def _searched(
    floor: Floor,
    supplies: Sequence[Supply],
    forced: Sequence[Take],
    groups: Sequence[_Group],
    seed: int,
    stop: Callable[[], bool],
) -> list[Take]:
    from .kernels.choice import first_choice, improve_choice
    from .kernels.dice import new_dice

    choice = _choice(floor, supplies, forced, groups)
    dice = new_dice(seed)
    best = first_choice(choice, dice)
    current = best.copy()
    most = _ROUNDS * len(groups)
    for done in range(0, most, _AT_ONCE):
        if stop():
            break
        improve_choice(choice, best, current, done, _AT_ONCE, most, dice)
    chosen = iter(best.tolist())
    takes: list[Take] = []
    for group in groups:
        takes += _shared(group.need, [index for index in group.supplies if next(chosen)], supplies)
    return takes


def _choice(floor: Floor, supplies: Sequence[Supply], forced: Sequence[Take], groups: Sequence[_Group]) -> Choice:
    import numpy as np

    from .kernels.choice import Choice
    from .kernels.tables import tables

    candidates = [index for group in groups for index in group.supplies]
    fixed = [supplies[take.supply].stop for take in forced]
    places = sorted({supplies[index].stop for index in candidates} | set(fixed))
    number = {place: index for index, place in enumerate(places)}
    visits = np.bincount([number[stop] for stop in fixed], minlength=len(places)).astype(np.int64)
    columns = (
        [aisle for aisle, _ in places],
        [y for _, y in places],
        visits,
        [number[supplies[index].stop] for index in candidates],
        [supplies[index].quantity for index in candidates],
        [0, *accumulate(len(group.supplies) for group in groups)],
        [group.need for group in groups],
    )
    arrays = (np.array(column, dtype=np.int64) for column in columns)
    return Choice(*floor_arrays(floor), tables(floor.blocks + 1), *arrays)
