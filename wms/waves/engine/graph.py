"""Floors of any shape: a graph of nodes and edges, some walked one way only, some closed.

The fall-back where aisles are not all parallel, or one-way traffic and obstacles make the walk from a to b
longer than the one from b to a. Walks are proven shortest up to twelve places, near-shortest beyond.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .errors import PlanError
from .floor import Point, straightened
from .routing import NO_WALK, Walk
from .tours import tour_of

if TYPE_CHECKING:
    from .kernels.compiled import Ints


class Edge(NamedTuple):
    """A way between two nodes. one_way: only from a to b."""

    a: int
    b: int
    length_mm: int
    one_way: bool = False


class OnEdge(NamedTuple):
    """A place along an edge, this far from its node a."""

    edge: int
    offset_mm: int


Place = int | OnEdge
"""A node or a place along an edge."""


@dataclass(frozen=True, slots=True)
class Graph:
    """nodes: (x, y) of each in mm, for drawing. depot: the node where walks start and end. closed: edges (by
    index) that an obstacle blocks.

    Raises PlanError("graph_invalid", field, value) for a node or an edge that is not there and for a negative
    length.
    """

    nodes: tuple[Point, ...]
    edges: tuple[Edge, ...]
    depot: int = 0
    closed: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for edge in self.edges:
            if not (self._is_node(edge.a) and self._is_node(edge.b)) or edge.length_mm < 0:
                raise PlanError("graph_invalid", field="edges", value=edge)
        if not self._is_node(self.depot):
            raise PlanError("graph_invalid", field="depot", value=self.depot)
        if unknown := [edge for edge in self.closed if not 0 <= edge < len(self.edges)]:
            raise PlanError("graph_invalid", field="closed", value=sorted(unknown))

    def without(self, edges: Iterable[int]) -> Graph:
        """The same floor with obstacles on these edges too."""
        return replace(self, closed=self.closed | frozenset(edges))

    def contains(self, place: Place) -> bool:
        if isinstance(place, OnEdge):
            edge, offset = place
            return 0 <= edge < len(self.edges) and 0 <= offset <= self.edges[edge].length_mm
        return self._is_node(place)

    def _is_node(self, node: object) -> bool:
        return isinstance(node, int) and 0 <= node < len(self.nodes)


def graph_walk(graph: Graph, stops: Sequence[Place], *, seed: int = 0, effort: float = 1.0) -> Walk:
    """A short closed walk from the depot past all stops; the same seed gives the same walk.

    Equal stops are visited in the order given. `effort`: as `tour_of`.
    Raises PlanError("stop_outside_floor", stops) and PlanError("floor_unconnected", stops) naming the stops that
    cannot be reached from the depot or not left for it.
    """
    if not stops:
        return NO_WALK
    roads, lengths, before = _roads(graph, stops)
    tour, length, bound = tour_of(lengths, seed, effort)
    rank = {roads.places[point]: number for number, point in enumerate(tour)}
    order = sorted(range(len(stops)), key=lambda index: rank[roads.node_of(stops[index])])
    return Walk(length, tuple(order), roads.path(tour, before), bound)


def walk_in_order(graph: Graph, stops: Sequence[Place]) -> Walk:
    """The walk from the depot past the stops as they are given, and back, each way as short as it can be. Raises as
    `graph_walk` does."""
    if not stops:
        return NO_WALK
    roads, lengths, before = _roads(graph, stops)
    tour = [0, *(roads.places.index(roads.node_of(stop)) for stop in stops)]
    length = sum(int(lengths[a, b]) for a, b in pairwise((*tour, 0)))
    return Walk(length, tuple(range(len(stops))), roads.path(tour, before))


def distances(graph: Graph, stops: Sequence[Place]) -> Ints:
    """mm of the shortest way from each stop to each, the depot as the last row and column. Raises as `graph_walk`
    does."""
    import numpy as np

    roads, lengths, _ = _roads(graph, stops)
    number = {node: index for index, node in enumerate(roads.places)}
    places = [*(number[roads.node_of(stop)] for stop in stops), 0]
    return lengths[np.ix_(places, places)]


def _roads(graph: Graph, stops: Sequence[Place]) -> tuple[_Roads, Ints, Ints]:
    """The roads past the stops, with their table."""
    if outside := tuple(stop for stop in stops if not graph.contains(stop)):
        raise PlanError("stop_outside_floor", stops=outside)
    roads = _Roads(graph, stops)
    lengths, before = roads.table()
    _refuse_unreachable(lengths, roads, stops)
    return roads, lengths, before


def _refuse_unreachable(lengths: Ints, roads: _Roads, stops: Sequence[Place]) -> None:
    from .kernels.lengths import NEVER

    lost = {
        node for number, node in enumerate(roads.places) if lengths[0, number] >= NEVER or lengths[number, 0] >= NEVER
    }
    if lost:
        raise PlanError("floor_unconnected", stops=tuple(stop for stop in stops if roads.node_of(stop) in lost))


class _Roads:
    """The graph with a node at each stop. places: the distinct nodes to visit, the depot first."""

    def __init__(self, graph: Graph, stops: Iterable[Place]) -> None:
        self._graph = graph
        self._points = list(graph.nodes)
        self._inserted: dict[OnEdge, int] = {}
        cuts: dict[int, list[OnEdge]] = {}
        for stop in sorted({stop for stop in stops if isinstance(stop, OnEdge)}):
            if self._end_of(stop) is None:
                self._inserted[stop] = len(self._points)
                self._points.append(self._point(stop))
                cuts.setdefault(stop.edge, []).append(stop)
        self._arcs: list[list[tuple[int, int]]] = [[] for _ in self._points]
        for number, edge in enumerate(graph.edges):
            if number not in graph.closed:
                self._lay(edge, cuts.get(number, ()))
        self.places = list(dict.fromkeys((graph.depot, *map(self.node_of, stops))))

    def node_of(self, stop: Place) -> int:
        if not isinstance(stop, OnEdge):
            return stop
        end = self._end_of(stop)
        return self._inserted[stop] if end is None else end

    def table(self) -> tuple[Ints, Ints]:
        """Lengths between the places, and the node before each on the way from each place."""
        import numpy as np

        from .kernels.paths import shortest_ways

        first = np.cumsum([0, *map(len, self._arcs)], dtype=np.int64)
        flat = [arc for arcs in self._arcs for arc in arcs]
        heads = np.array([head for head, _ in flat], dtype=np.int64)
        lengths = np.array([length for _, length in flat], dtype=np.int64)
        places = np.array(self.places, dtype=np.int64)
        distances, before = shortest_ways(first, heads, lengths, places)
        return distances[:, places].copy(), before

    def path(self, tour: Sequence[int], before: Ints) -> tuple[Point, ...]:
        """The polyline of a tour, given as numbers of places."""
        nodes = [self.places[tour[0]]]
        for a, b in pairwise((*tour, tour[0])):
            way = [self.places[b]]
            while way[-1] != self.places[a]:
                way.append(int(before[a, way[-1]]))
            nodes += way[-2::-1]
        return straightened(self._points[node] for node in nodes)

    def _end_of(self, stop: OnEdge) -> int | None:
        """The node at which a place at the end of its edge lies; None for one in between."""
        a, b, length, _ = self._graph.edges[stop.edge]
        return a if stop.offset_mm == 0 else b if stop.offset_mm == length else None

    def _point(self, stop: OnEdge) -> Point:
        a, b, length, _ = self._graph.edges[stop.edge]
        (ax, ay), (bx, by) = self._graph.nodes[a], self._graph.nodes[b]
        return ax + (bx - ax) * stop.offset_mm // length, ay + (by - ay) * stop.offset_mm // length

    def _lay(self, edge: Edge, cuts: Iterable[OnEdge]) -> None:
        """The arcs of an edge, cut at the stops along it."""
        ends = [(edge.a, 0), *((self._inserted[cut], cut.offset_mm) for cut in cuts), (edge.b, edge.length_mm)]
        for (a, begin), (b, end) in pairwise(ends):
            self._arcs[a].append((b, end - begin))
            if not edge.one_way:
                self._arcs[b].append((a, end - begin))
