"""The shortest walk over a floor of parallel aisles from the depot past some places and back. Lengths in mm."""
from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from wms.layout.service import FloorPlan

Place = tuple[int, int]  # aisle, y in mm
EXACT = 9  # places up to which every order is weighed; 2^9 × 9² steps take about 20 ms


def length(floor: FloorPlan, places: Sequence[Place]) -> int:
    """The walk from the depot past these places in this order, and back."""
    stops = [floor.depot, *places, floor.depot]
    return sum(floor.between(one, other) for one, other in pairwise(stops))


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
    start, count = floor.depot, len(places)
    gaps = [[floor.between(one, other) for other in places] for one in places]
    best = {(1 << i, i): (floor.between(start, places[i]), -1) for i in range(count)}
    for size in range(2, count + 1):
        for chosen in combinations(range(count), size):
            visited = sum(1 << i for i in chosen)
            for last in chosen:
                before = visited & ~(1 << last)
                ways = ((best[before, i][0] + gaps[i][last], i) for i in chosen if i != last)
                best[visited, last] = min(ways)
    everything = (1 << count) - 1
    last = min(range(count), key=lambda i: best[everything, i][0] + floor.between(places[i], start))
    tour, visited = [], everything
    while last >= 0:
        tour.append(places[last])
        visited, last = visited & ~(1 << last), best[visited, last][1]
    return tour[::-1]


def _nearest(floor: FloorPlan, places: Sequence[Place]) -> list[Place]:
    here, left, tour = floor.depot, list(places), []
    while left:
        here = min(left, key=lambda place: (floor.between(here, place), place))
        left.remove(here)
        tour.append(here)
    return tour


def _improved(floor: FloorPlan, tour: list[Place]) -> list[Place]:
    """Turn parts of the walk around for as long as that shortens it (2-opt)."""
    stops = [floor.depot, *tour, floor.depot]
    better = True
    while better:
        better = False
        for i, j in combinations(range(1, len(stops) - 1), 2):
            now = floor.between(stops[i - 1], stops[i]) + floor.between(stops[j], stops[j + 1])
            turned = floor.between(stops[i - 1], stops[j]) + floor.between(stops[i], stops[j + 1])
            if turned < now:
                stops[i : j + 1] = stops[i : j + 1][::-1]
                better = True
    return stops[1:-1]
