"""The shortest walk over a one-block floor from the depot past some places and back. Lengths in mm."""
from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from wms.layout.service import FloorPlan

Place = tuple[int, int]  # aisle, y in mm
EXACT = 9  # places up to which every order is weighed; 2^9 × 9² steps take about 20 ms


def between(floor: FloorPlan, one: Place, other: Place) -> int:
    """The walk between two places: along the aisle, or around by the nearer cross aisle."""
    if one[0] == other[0]:
        return abs(one[1] - other[1])
    across = abs(one[0] - other[0]) * floor.aisle_spacing_mm
    front = one[1] + other[1]
    return across + min(front, 2 * floor.aisle_length_mm - front)


def depot(floor: FloorPlan) -> Place:
    return floor.depot_aisle, 0 if floor.depot_side == "front" else floor.aisle_length_mm


def length(floor: FloorPlan, places: Sequence[Place]) -> int:
    """The walk from the depot past these places in this order, and back."""
    stops = [depot(floor), *places, depot(floor)]
    return sum(between(floor, one, other) for one, other in pairwise(stops))


def order(floor: FloorPlan, places: Sequence[Place]) -> list[int]:
    """The indices of `places` in the order of a short walk: the shortest for few, close to it for many."""
    firsts = list(dict.fromkeys(places))  # goods for one place are put down together
    tour = _exact(floor, firsts) if len(firsts) <= EXACT else _improved(floor, _nearest(floor, firsts))
    rank = {place: number for number, place in enumerate(tour)}
    return sorted(range(len(places)), key=lambda index: rank[places[index]])


def _exact(floor: FloorPlan, places: Sequence[Place]) -> list[Place]:
    """Held and Karp: the best way to each place through each set of others."""
    if not places:
        return []
    start, count = depot(floor), len(places)
    gaps = [[between(floor, one, other) for other in places] for one in places]
    best = {(1 << i, i): (between(floor, start, places[i]), -1) for i in range(count)}
    for size in range(2, count + 1):
        for chosen in combinations(range(count), size):
            visited = sum(1 << i for i in chosen)
            for last in chosen:
                before = visited & ~(1 << last)
                ways = ((best[before, i][0] + gaps[i][last], i) for i in chosen if i != last)
                best[visited, last] = min(ways)
    everything = (1 << count) - 1
    last = min(range(count), key=lambda i: best[everything, i][0] + between(floor, places[i], start))
    tour, visited = [], everything
    while last >= 0:
        tour.append(places[last])
        visited, last = visited & ~(1 << last), best[visited, last][1]
    return tour[::-1]


def _nearest(floor: FloorPlan, places: Sequence[Place]) -> list[Place]:
    here, left, tour = depot(floor), list(places), []
    while left:
        here = min(left, key=lambda place: (between(floor, here, place), place))
        left.remove(here)
        tour.append(here)
    return tour


def _improved(floor: FloorPlan, tour: list[Place]) -> list[Place]:
    """Turn parts of the walk around for as long as that shortens it (2-opt)."""
    stops = [depot(floor), *tour, depot(floor)]
    better = True
    while better:
        better = False
        for i, j in combinations(range(1, len(stops) - 1), 2):
            now = between(floor, stops[i - 1], stops[i]) + between(floor, stops[j], stops[j + 1])
            turned = between(floor, stops[i - 1], stops[j]) + between(floor, stops[i], stops[j + 1])
            if turned < now:
                stops[i : j + 1] = stops[i : j + 1][::-1]
                better = True
    return stops[1:-1]
