"""Walks through one block: the shortest one, and the S-shape that most warehouses walk.

`exact_walk` is the dynamic programme of H. D. Ratliff and A. S. Rosenthal, "Order-picking in a
rectangular warehouse: a solvable case of the traveling salesman problem", Operations Research 31 (1983).
It adds the aisles from left to right and keeps, for each way in which the part walked so far can end
(the state), its shortest length. A state names the degree parity at the back and the front end of the
last aisle (U odd, E even, 0 untouched) and the number of connected parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from .errors import PlanError
from .floor import Floor, Point, Stop, polyline

# How an aisle is walked (their figure 3): once through, from the back end and back, from the front end
# and back, from both ends leaving the largest gap, twice through, not at all.
PASS, BACK, FRONT, GAP, TWICE, NONE = "pass", "back", "front", "gap", "twice", "none"

# Their table I: state before the aisle, way to walk it, state after.
_AISLE_MOVES: dict[str, dict[str, str]] = {
    "000": {PASS: "UU1", BACK: "E01", FRONT: "0E1", GAP: "EE2", TWICE: "EE1"},
    "UU1": {NONE: "UU1", PASS: "EE1", BACK: "UU1", FRONT: "UU1", GAP: "UU1"},
    "E01": {NONE: "E01", PASS: "UU1", BACK: "E01", FRONT: "EE2", GAP: "EE2", TWICE: "EE1"},
    "0E1": {NONE: "0E1", PASS: "UU1", BACK: "EE2", FRONT: "0E1", GAP: "EE2", TWICE: "EE1"},
    "EE1": {NONE: "EE1", PASS: "UU1", BACK: "EE1", FRONT: "EE1", GAP: "EE1"},
    "EE2": {NONE: "EE2", PASS: "UU1", BACK: "EE2", FRONT: "EE2", GAP: "EE2", TWICE: "EE1"},
}
# Their table II: state after an aisle, times the (back, front) cross aisle is walked to the next, state.
_CROSS_MOVES: dict[str, dict[tuple[int, int], str]] = {
    "UU1": {(1, 1): "UU1"},
    "E01": {(2, 0): "E01"},
    "0E1": {(0, 2): "0E1"},
    "EE1": {(2, 0): "E01", (0, 2): "0E1", (2, 2): "EE1"},
    "EE2": {(2, 2): "EE2"},
}
_FINAL = ("E01", "0E1", "EE1")


@dataclass(frozen=True, slots=True)
class Walk:
    """A closed walk from the depot.

    length_mm: its length. order: indices of the stops given, in the order of the first visit.
    path: polyline (x, y) in mm, beginning and ending at the depot; empty without stops.
    """

    length_mm: int
    order: tuple[int, ...]
    path: tuple[Point, ...]


class _Step(NamedTuple):
    """One aisle of a partial walk: how it is walked, after which cross moves, after which steps."""

    before: _Step | None
    cross: tuple[int, int]
    aisle: str


def exact_walk(floor: Floor, stops: Sequence[Stop]) -> Walk:
    """The shortest closed walk from the depot past all stops of a one-block floor.

    Equal stops are visited in the order given. Ties are broken the same way every time.
    Raises PlanError("stop_outside_floor") and, with a middle cross aisle, PlanError("floor_unsupported").
    """
    _check(floor, stops)
    if not stops:
        return Walk(0, (), ())
    first, columns = _columns(floor, stops)
    length, steps = _shortest(floor, first, columns)
    tour = _euler_tour(floor.depot, _edges(floor, first, columns, steps))
    order = _by_first_visit(tour, stops)
    return Walk(length, order, floor.trace([stops[index] for index in order]))


def s_shape(floor: Floor, stops: Sequence[Stop]) -> Walk:
    """The S-shape walk: each aisle with stops is walked through; the last is left where it was entered
    if otherwise the walk would end on the far side. It starts at the end nearer to the depot.

    Raises as `exact_walk` does.
    """
    _check(floor, stops)
    if not stops:
        return Walk(0, (), ())
    aisles = sorted({aisle for aisle, _ in stops})
    if abs(aisles[-1] - floor.depot_aisle) < abs(aisles[0] - floor.depot_aisle):
        aisles.reverse()
    near = floor.depot[1]
    far = floor.front_mm + floor.back_mm - near
    corners, sequence = [floor.depot], []
    for number, aisle in enumerate(aisles):
        enter, leave = (near, far) if number % 2 == 0 else (far, near)
        here = [index for index, stop in enumerate(stops) if stop[0] == aisle]
        here.sort(key=lambda index: abs(stops[index][1] - enter))
        sequence += here
        turn = leave
        if leave == far and aisle == aisles[-1]:
            turn, leave = stops[here[-1]][1], enter
        corners += [(aisle, enter), (aisle, turn), (aisle, leave)]
    corners.append(floor.depot)
    return Walk(_corner_length(floor, corners), tuple(sequence), polyline(floor, corners))


def _check(floor: Floor, stops: Sequence[Stop]) -> None:
    if floor.blocks != 1:
        raise PlanError("floor_unsupported", blocks=floor.blocks)
    outside = [stop for stop in stops if not floor.contains(stop)]
    if outside:
        raise PlanError("stop_outside_floor", stops=tuple(outside))


def _corner_length(floor: Floor, corners: Sequence[Stop]) -> int:
    xs = floor.aisle_x_mm
    return sum(abs(xs[a[0]] - xs[b[0]]) + abs(a[1] - b[1]) for a, b in pairwise(corners))


def _columns(floor: Floor, stops: Sequence[Stop]) -> tuple[int, list[list[int]]]:
    """The first aisle that matters, and the sorted distinct ys of it and every aisle up to the last.

    The depot counts as a stop. Aisles outside this range never shorten a walk.
    """
    ys: dict[int, set[int]] = defaultdict(set)
    for aisle, y in (floor.depot, *stops):
        ys[aisle].add(y)
    first, last = min(ys), max(ys)
    return first, [sorted(ys[aisle]) if aisle in ys else [] for aisle in range(first, last + 1)]


def _shortest(floor: Floor, first: int, columns: list[list[int]]) -> tuple[int, list[_Step]]:
    """Length of the shortest walk and how it walks each aisle."""
    best: dict[str, tuple[int, _Step | None]] = {"000": (0, None)}
    for number, ys in enumerate(columns):
        aisle = first + number
        gap = floor.aisle_x_mm[aisle] - floor.aisle_x_mm[aisle - 1] if number else 0
        best = _add_aisle(best, gap, _aisle_costs(floor, ys))
    length, step = min((best[state] for state in _FINAL if state in best), key=lambda label: label[0])
    steps = []
    while step is not None:
        steps.append(step)
        step = step.before
    return length, steps[::-1]


def _add_aisle(
    best: dict[str, tuple[int, _Step | None]], gap: int, costs: dict[str, int]
) -> dict[str, tuple[int, _Step | None]]:
    after: dict[str, tuple[int, _Step | None]] = {}
    for start, (length, before) in best.items():
        for cross, state in _CROSS_MOVES.get(start, {(0, 0): start}).items():
            base = length + gap * sum(cross)
            moves = _AISLE_MOVES[state]
            for way, cost in costs.items():
                end = moves.get(way)
                if end and (end not in after or base + cost < after[end][0]):
                    after[end] = base + cost, _Step(before, cross, way)
    return after


def _aisle_costs(floor: Floor, ys: list[int]) -> dict[str, int]:
    """Length of each way to walk an aisle with stops at `ys`."""
    length = floor.length_mm
    if not ys:
        return {NONE: 0, PASS: length, TWICE: 2 * length}
    costs = {BACK: 2 * (floor.back_mm - ys[0]), FRONT: 2 * (ys[-1] - floor.front_mm)}
    if len(ys) > 1:
        costs[GAP] = 2 * (length - max(b - a for a, b in pairwise(ys)))
    return {**costs, PASS: length, TWICE: 2 * length}


def _edges(floor: Floor, first: int, columns: list[list[int]], steps: list[_Step]) -> dict[Stop, dict[Stop, int]]:
    """The walk as a multigraph: times walked between neighbouring points, both ways round."""
    graph: dict[Stop, dict[Stop, int]] = defaultdict(dict)

    def add(a: Stop, b: Stop, times: int) -> None:
        if times and a != b:
            graph[a][b] = graph[b][a] = times

    for number, (ys, step) in enumerate(zip(columns, steps, strict=True)):
        aisle = first + number
        for y, times in zip((floor.back_mm, floor.front_mm), step.cross, strict=True):
            add((aisle - 1, y), (aisle, y), times)
        for low, high, times in _aisle_edges(floor, ys, step.aisle):
            add((aisle, low), (aisle, high), times)
    return graph


def _aisle_edges(floor: Floor, ys: list[int], way: str) -> list[tuple[int, int, int]]:
    """(lower y, upper y, times walked) of each stretch that is walked."""
    pieces = list(pairwise(sorted({floor.front_mm, *ys, floor.back_mm})))
    if way == PASS:
        return [(low, high, 1) for low, high in pieces]
    left_out: set[tuple[int, int]] = set()
    if way == NONE:
        left_out = set(pieces)
    elif way == BACK:
        left_out = {piece for piece in pieces if piece[1] <= ys[0]}
    elif way == FRONT:
        left_out = {piece for piece in pieces if piece[0] >= ys[-1]}
    elif way == GAP:
        left_out = {max(pairwise(ys), key=lambda piece: piece[1] - piece[0])}
    return [(*piece, 2) for piece in pieces if piece not in left_out]


def _euler_tour(start: Stop, graph: dict[Stop, dict[Stop, int]]) -> list[Stop]:
    """A closed walk that uses every edge as often as it counts (Hierholzer). Empties the graph."""
    stack, tour = [start], []
    while stack:
        node = stack[-1]
        neighbours = graph.get(node)
        if not neighbours:
            tour.append(stack.pop())
            continue
        # The edge counted most often first: a dead end is walked before the way onwards.
        following = max(neighbours, key=lambda other: (neighbours[other], other))
        for a, b in ((node, following), (following, node)):
            graph[a][b] -= 1
            if not graph[a][b]:
                del graph[a][b]
        stack.append(following)
    return tour[::-1]


def _by_first_visit(tour: list[Stop], stops: Sequence[Stop]) -> tuple[int, ...]:
    seen: dict[Stop, int] = {}
    for number, place in enumerate(tour):
        seen.setdefault(place, number)
    return tuple(sorted(range(len(stops)), key=lambda index: (seen[stops[index]], index)))
