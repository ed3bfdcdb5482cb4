"""Walks past the stops of a floor: the shortest one, and the S-shape that most warehouses walk."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from .errors import PlanError
from .floor import Floor, Point, Stop, polyline
from .tours import tour_of

if TYPE_CHECKING:
    from .kernels.compiled import Ints

MOST_EXACT_BLOCKS = 4
"""Up to here the dynamic programme is fast (about 20 µs an aisle at four blocks); its states grow fivefold a block."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A closed walk from the depot.

    length_mm: its length. order: indices of the stops given, in the order of the first visit.
    path: polyline (x, y) in mm, beginning and ending at the depot; empty without stops.
    bound_mm: no walk is shorter than this; equal to the length when the walk is proven shortest, None when
    nothing is known.
    """

    length_mm: int
    order: tuple[int, ...]
    path: tuple[Point, ...]
    bound_mm: int | None = None


NO_WALK = Walk(0, (), (), 0)


def exact_walk(floor: Floor, stops: Sequence[Stop]) -> Walk:
    """The shortest closed walk from the depot past all stops, up to four blocks; beyond, a near-shortest one.

    Equal stops are visited in the order given. Ties are broken the same way every time. About 0.02 ms past thirty
    stops of one or two blocks once the kernels are loaded (see `warm`); some 20 ms beyond four blocks.
    Raises PlanError("stop_without_place", stops=indices) and PlanError("stop_outside_floor", stops=stops).
    """
    if not stops:
        return NO_WALK
    places = stop_array(stops)
    if floor.blocks > MOST_EXACT_BLOCKS:
        return _near_shortest(floor, stops)
    from .kernels.tables import tables
    from .kernels.walks import shortest_walk

    length, order, path = shortest_walk(*floor_arrays(floor), places, tables(len(floor.cross_y_mm)))
    if length < 0:
        raise _outside(floor, stops)
    return Walk(length, tuple(order.tolist()), tuple(map(tuple, path.tolist())), length)


def s_shape(floor: Floor, stops: Sequence[Stop]) -> Walk:
    """The S-shape walk, block by block.

    With one block, each aisle with stops is walked through, beginning at the end nearer to the depot; the last
    is left where it was entered if otherwise the walk would end on the far side. With more, the picker first
    walks up the nearer outermost aisle with stops to the farthest block with stops, picking on the way, and
    comes back through the blocks in S-shape, each begun at the end nearer to where the last one ended
    (Roodbergen and de Koster, International Journal of Production Research 39, 2001).

    Raises as `exact_walk` does.
    """
    if not stops:
        return NO_WALK
    stop_array(stops)
    if not all(map(floor.contains, stops)):
        raise _outside(floor, stops)
    way = s_shape_way(floor, stops)
    corners = [place for place, _ in way]
    order = tuple(index for _, index in way if index is not None)
    return Walk(_corner_length(floor, corners), order, polyline(floor, corners))


def s_shape_way(floor: Floor, stops: Sequence[Stop]) -> list[tuple[Stop, int | None]]:
    """The S-shape walk place by place, each with the index of the stop there or None for a corner. For stops on the
    floor, at least one."""
    return _SShape(floor, stops).way


def stop_array(stops: Sequence[Stop]) -> Ints:
    """int64[n, 2]. Raises PlanError("stop_without_place") when a stop is no pair of whole numbers."""
    import numpy as np

    try:
        flat = array("q", chain.from_iterable(stops))  # refuses what numpy would convert
    except TypeError:
        flat = array("q")
    if len(flat) != 2 * len(stops):
        raise PlanError("stop_without_place", stops=tuple(n for n, stop in enumerate(stops) if not _is_place(stop)))
    return np.frombuffer(flat, np.int64).reshape(-1, 2)


def _near_shortest(floor: Floor, stops: Sequence[Stop]) -> Walk:
    if not all(map(floor.contains, stops)):
        raise _outside(floor, stops)
    import numpy as np

    places = list(dict.fromkeys((floor.depot, *stops)))
    lengths = np.array([[floor.distance(a, b) for b in places] for a in places], np.int64)
    tour, length, bound = tour_of(lengths, seed=0)
    rank = {places[point]: number for number, point in enumerate(tour)}
    order = tuple(sorted(range(len(stops)), key=lambda index: rank[stops[index]]))
    return Walk(length, order, floor.trace([stops[index] for index in order]), bound)


@lru_cache(maxsize=64)
def floor_arrays(floor: Floor) -> tuple[Ints, Ints, int, int]:
    """The floor as kernels take it: aisle_x, cross_y, depot_aisle, depot_y."""
    import numpy as np

    return np.array(floor.aisle_x_mm, np.int64), np.array(floor.cross_y_mm, np.int64), *floor.depot


def _is_place(stop: Any) -> bool:
    return isinstance(stop, tuple | list) and len(stop) == 2 and all(isinstance(part, int) for part in stop)


def _outside(floor: Floor, stops: Iterable[Stop]) -> PlanError:
    return PlanError("stop_outside_floor", stops=tuple(stop for stop in stops if not floor.contains(stop)))


class _SShape:
    """The corners and stops of an S-shape walk, written down as it is walked.

    Heights are turned so that the depot is always at the near end: row 0 is its cross aisle.
    """

    def __init__(self, floor: Floor, stops: Sequence[Stop]) -> None:
        self._stops = stops
        self._rows = floor.cross_y_mm if floor.depot_side == "front" else floor.cross_y_mm[::-1]
        self._left = {index: self._block_of(stop[1]) for index, stop in enumerate(stops)}
        self.way: list[tuple[Stop, int | None]] = [(floor.depot, None)]
        aisles = sorted({aisle for aisle, _ in stops})
        start = min((aisles[0], aisles[-1]), key=lambda aisle: abs(aisle - floor.depot_aisle))
        farthest = max(self._left.values())
        self._go(start, self._rows[0])
        for block in range(farthest):
            self._through(start, block, self._rows[block + 1])
        self._sweep(farthest, entered=0)
        for block in reversed(range(farthest)):
            self._sweep(block, entered=1)
        self.way.append((floor.depot, None))

    def _block_of(self, y: int) -> int:
        low_first = self._rows[0] < self._rows[-1]
        rows = self._rows[1:-1]
        return sum(y >= row if low_first else y <= row for row in rows)

    def _sweep(self, block: int, entered: int) -> None:
        """All aisles with stops left in this block; it is entered at its near (0) or far (1) cross aisle and
        left at its near one."""
        near, far = self._rows[block], self._rows[block + 1]
        aisles = sorted({self._stops[index][0] for index, where in self._left.items() if where == block})
        here = self.way[-1][0][0]
        if not aisles:
            if entered:
                self._go(here, near)
            return
        if abs(aisles[-1] - here) < abs(aisles[0] - here):
            aisles.reverse()
        at = far if entered else near
        for number, aisle in enumerate(aisles, start=1):
            self._go(aisle, at)
            leave = near if at == far else far
            if number == len(aisles) and leave == far:
                leave = at
            self._through(aisle, block, leave)
            at = leave

    def _through(self, aisle: int, block: int, leave: int) -> None:
        """Along this aisle of the block, picking, and out at `leave`, be it where the aisle was entered."""
        enter = self.way[-1][0][1]
        here = [index for index, where in self._left.items() if where == block and self._stops[index][0] == aisle]
        here.sort(key=lambda index: abs(self._stops[index][1] - enter))
        for index in here:
            del self._left[index]
        self.way += [(self._stops[index], index) for index in here]
        self._go(aisle, leave)

    def _go(self, aisle: int, y: int) -> None:
        self.way.append(((aisle, y), None))


def _corner_length(floor: Floor, corners: Sequence[Stop]) -> int:
    xs = floor.aisle_x_mm
    return sum(abs(xs[a[0]] - xs[b[0]]) + abs(a[1] - b[1]) for a, b in pairwise(corners))
