"""Whether every place of a floor can be walked to from the depot, and back."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from wms.core.error import WmsError
from wms.layout.rules import FloorPlan, Obstacle

Place = tuple[int, int]  # aisle, y in mm


class Stretch(NamedTuple):
    """A piece of an aisle, y in mm."""

    aisle: int
    low: int
    high: int


def check_whole(floor: FloorPlan) -> None:
    """Raises `layout.floor_in_parts` for the first stretch of an aisle that nobody gets to, or back from."""
    if lost := cut_off(floor):
        raise WmsError("layout.floor_in_parts", aisle=lost.aisle + 1, begin=lost.low, end=lost.high)


def cut_off(floor: FloorPlan) -> Stretch | None:
    """The first open stretch between two corners of which one has no way from the depot, or none to it."""
    stretches = list(_stretches(floor))
    towards = dict(floor.one_way)
    ways: dict[Place, list[Place]] = defaultdict(list)
    for aisle, low, high in stretches:
        if towards.get(aisle) != "front":
            ways[aisle, low].append((aisle, high))
        if towards.get(aisle) != "back":
            ways[aisle, high].append((aisle, low))
    for row in floor.rows_mm:
        for aisle in range(floor.aisles - 1):
            ways[aisle, row].append((aisle + 1, row))
            ways[aisle + 1, row].append((aisle, row))
    back: dict[Place, list[Place]] = defaultdict(list)
    for one, others in ways.items():
        for other in others:
            back[other].append(one)
    sound = _reached(floor.depot, ways) & _reached(floor.depot, back)
    return next((each for each in stretches if not {(each.aisle, each.low), (each.aisle, each.high)} <= sound), None)


def _stretches(floor: FloorPlan) -> Iterable[Stretch]:
    """The open pieces of the aisles from corner to corner, corners being cross aisles and ends of obstacles."""
    there: dict[int, list[Obstacle]] = defaultdict(list)
    for each in floor.obstacles:
        there[each.aisle].append(each)
    for aisle in range(floor.aisles):
        corners = sorted({*floor.rows_mm, *(y for each in there[aisle] for y in (each.from_mm, each.to_mm))})
        for low, high in pairwise(corners):
            if not any(each.from_mm <= low and high <= each.to_mm for each in there[aisle]):
                yield Stretch(aisle, low, high)


def _reached(start: Place, ways: Mapping[Place, list[Place]]) -> set[Place]:
    found, waiting = {start}, [start]
    while waiting:
        for other in ways.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
