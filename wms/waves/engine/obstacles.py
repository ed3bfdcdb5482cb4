"""Parallel aisles with one-way traffic or obstacles: the same floor as a graph."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from .errors import PlanError
from .floor import Floor, Side, Stop
from .graph import Edge, Graph, OnEdge, Place, distances, graph_walk, walk_in_order
from .routing import NO_WALK, Walk, exact_walk, s_shape, s_shape_way, stop_array

if TYPE_CHECKING:
    from .kernels.compiled import Ints

T = TypeVar("T")

Stretch = tuple[int, int, int]
"""A piece of an aisle: (aisle, from y, to y)."""


@dataclass(frozen=True, slots=True)
class ObstructedFloor:
    """A floor and its graph, made by `obstructed`.

    levels: the y of each node of each aisle, increasing. Nodes are numbered aisle by aisle in that order, and so
    are the edges between neighbours, before those along the cross aisles.
    one_way: the aisles walked one way only.
    """

    floor: Floor
    graph: Graph
    levels: tuple[tuple[int, ...], ...]
    one_way: Mapping[int, Side]

    def contains(self, stop: Stop) -> bool:
        return self.floor.contains(stop)

    def walk(self, stops: Sequence[Stop], *, seed: int = 0, effort: float = 1.0) -> Walk:
        """As `graph_walk`, past stops of the floor; the errors name them so."""
        return self._asked(stops, lambda places: graph_walk(self.graph, places, seed=seed, effort=effort))

    def s_shape(self, stops: Sequence[Stop]) -> Walk:
        """The S-shape walk of the floor without obstacles, corner by corner, with the shortest ways around what is in
        between; along a one-way aisle past its stops in its direction. Raises as `walk` does."""
        if not stops:
            return NO_WALK
        stop_array(stops)
        if outside := tuple(stop for stop in stops if not self.contains(stop)):
            raise PlanError("stop_outside_floor", stops=outside)
        way: list[tuple[Stop, int | None]] = []
        for aisle, group in groupby(s_shape_way(self.floor, stops), key=lambda each: each[0][0]):
            run = list(group)
            if aisle in self.one_way:
                run = [each for each in run if each[1] is not None]
                run.sort(key=lambda each: each[0][1], reverse=self.one_way[aisle] == "front")
            way += run
        walk = self._asked([place for place, _ in way], lambda places: walk_in_order(self.graph, places))
        return replace(walk, order=tuple(index for _, index in way if index is not None))

    def distances(self, stops: Sequence[Stop]) -> Ints:
        """As `graph.distances`, between stops of the floor."""
        return self._asked(stops, lambda places: distances(self.graph, places))

    def _asked(self, stops: Sequence[Stop], ask: Callable[[list[Place]], T]) -> T:
        """What the graph says of these stops; its errors name them as stops of the floor."""
        stop_array(stops)
        places = [self.place(stop) for stop in stops]
        try:
            return ask(places)
        except PlanError as error:
            if error.code != "floor_unconnected":
                raise
            lost = error.params["stops"]
            assert isinstance(lost, tuple)
            named = tuple(stop for stop, place in zip(stops, places, strict=True) if place in lost)
            raise PlanError("floor_unconnected", stops=named) from error

    def place(self, stop: Stop) -> Place:
        """Where a stop lies in the graph. Raises PlanError("stop_outside_floor")."""
        if not self.floor.contains(stop):
            raise PlanError("stop_outside_floor", stops=(stop,))
        aisle, y = stop
        levels = self.levels[aisle]
        below = bisect_right(levels, y) - 1
        node = sum(map(len, self.levels[:aisle])) + below
        if levels[below] == y:
            return node
        edge = node - aisle  # one edge fewer than nodes in each aisle before
        upwards = self.graph.edges[edge].a == node
        return OnEdge(edge, y - levels[below] if upwards else levels[below + 1] - y)


AnyFloor = Floor | ObstructedFloor


def obstructed(
    floor: Floor,
    *,
    one_way: Mapping[int, Side] | None = None,
    blocked: Collection[Stretch] = (),
    blocked_cross: Collection[tuple[int, int]] = (),
) -> ObstructedFloor:
    """A floor with obstacles.

    one_way: aisles walked only towards their "back" or "front". blocked: stretches that nobody walks through; a
    stop inside one cannot be reached, a stop at its end can from its side. blocked_cross: (cross aisle, aisle),
    the piece of a cross aisle, 0 the front one, from that aisle to the next.
    Raises PlanError("floor_invalid", field, value) for what is not on the floor.
    """
    one_way = one_way or {}
    _check(floor, one_way, blocked, blocked_cross)
    levels = _levels(floor, blocked)
    nodes = [(aisle, y) for aisle, ys in enumerate(levels) for y in ys]
    number = {node: index for index, node in enumerate(nodes)}
    edges: list[Edge] = []
    closed: set[int] = set()
    for aisle, ys in enumerate(levels):
        for low, high in pairwise(ys):
            if any(each == aisle and begin <= low and high <= end for each, begin, end in blocked):
                closed.add(len(edges))
            edges.append(_along(number[aisle, low], number[aisle, high], high - low, one_way.get(aisle)))
    for row, y in enumerate(floor.cross_y_mm):
        for aisle, (left, right) in enumerate(pairwise(floor.aisle_x_mm)):
            if (row, aisle) in blocked_cross:
                closed.add(len(edges))
            edges.append(Edge(number[aisle, y], number[aisle + 1, y], right - left))
    points = tuple((floor.aisle_x_mm[aisle], y) for aisle, y in nodes)
    graph = Graph(points, tuple(edges), number[floor.depot], frozenset(closed))
    return ObstructedFloor(floor, graph, levels, MappingProxyType(dict(one_way)))


def walk_on(floor: AnyFloor, stops: Sequence[Stop], effort: float = 1.0) -> Walk:
    """As `exact_walk`, over a floor with obstacles as its `walk`."""
    return floor.walk(stops, effort=effort) if isinstance(floor, ObstructedFloor) else exact_walk(floor, stops)


def s_shape_on(floor: AnyFloor, stops: Sequence[Stop]) -> Walk:
    """The S-shape walk over any floor."""
    return floor.s_shape(stops) if isinstance(floor, ObstructedFloor) else s_shape(floor, stops)


def _along(low: int, high: int, length: int, towards: Side | None) -> Edge:
    return Edge(high, low, length, True) if towards == "front" else Edge(low, high, length, towards is not None)


def _levels(floor: Floor, blocked: Collection[Stretch]) -> tuple[tuple[int, ...], ...]:
    ends: list[set[int]] = [set(floor.cross_y_mm) for _ in floor.aisle_x_mm]
    for aisle, begin, end in blocked:
        ends[aisle] |= {begin, end}
    return tuple(tuple(sorted(ys)) for ys in ends)


def _check(
    floor: Floor, one_way: Mapping[int, Side], blocked: Collection[Stretch], blocked_cross: Collection[tuple[int, int]]
) -> None:
    aisles = range(len(floor.aisle_x_mm))
    wrong: dict[str, list[object]] = {
        "one_way": [aisle for aisle, side in one_way.items() if aisle not in aisles or side not in ("front", "back")],
        "blocked": [each for each in blocked if not _is_stretch(floor, each)],
        "blocked_cross": [
            each for each in blocked_cross if each[0] not in range(floor.blocks + 1) or each[1] not in aisles[:-1]
        ],
    }
    for field, value in wrong.items():
        if value:
            raise PlanError("floor_invalid", field=field, value=value)


def _is_stretch(floor: Floor, stretch: Stretch) -> bool:
    aisle, begin, end = stretch
    return begin < end and floor.contains((aisle, begin)) and floor.contains((aisle, end))
