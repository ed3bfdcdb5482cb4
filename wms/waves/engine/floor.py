"""Floor geometry: parallel picking aisles between cross aisles.

All lengths are whole millimetres, so every sum is exact. x runs along the cross aisles, y along the
picking aisles, from the front cross aisle (smallest y) to the back one (largest y). Aisles are narrow:
the bins on both sides of a picking aisle are reached from its middle line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from .errors import PlanError

Stop = tuple[int, int]
"""Where a picker stands: (aisle index, y in mm)."""

Point = tuple[int, int]
"""(x, y) in mm, for drawing."""

Side = Literal["front", "back"]


@dataclass(frozen=True, slots=True)
class Floor:
    """Aisles, cross aisles and the depot where each walk starts and ends.

    aisle_x_mm: x of each picking aisle, strictly increasing.
    cross_y_mm: y of each cross aisle, strictly increasing; two of them make one block, and the distances
        below hold for any number.
    depot_aisle, depot_side: the depot stands where this aisle meets the front or back cross aisle.

    Raises PlanError("floor_invalid") when these do not hold.
    """

    aisle_x_mm: tuple[int, ...]
    cross_y_mm: tuple[int, ...]
    depot_aisle: int = 0
    depot_side: Side = "front"

    def __post_init__(self) -> None:
        for name, values, least in (("aisle_x_mm", self.aisle_x_mm, 1), ("cross_y_mm", self.cross_y_mm, 2)):
            if len(values) < least or any(a >= b for a, b in pairwise(values)):
                raise PlanError("floor_invalid", field=name, value=values)
        if not 0 <= self.depot_aisle < len(self.aisle_x_mm):
            raise PlanError("floor_invalid", field="depot_aisle", value=self.depot_aisle)
        if self.depot_side not in ("front", "back"):
            raise PlanError("floor_invalid", field="depot_side", value=self.depot_side)

    @classmethod
    def one_block(
        cls, aisles: int, *, spacing_mm: int, length_mm: int, depot_aisle: int = 0, depot_side: Side = "front"
    ) -> Floor:
        """Evenly spaced aisles of `length_mm` from the front to the back cross aisle (y 0 to length)."""
        return cls.evenly(
            aisles, 1, spacing_mm=spacing_mm, length_mm=length_mm, depot_aisle=depot_aisle, depot_side=depot_side
        )

    @classmethod
    def two_blocks(
        cls,
        aisles: int,
        *,
        spacing_mm: int,
        length_mm: int,
        middle_mm: int,
        depot_aisle: int = 0,
        depot_side: Side = "front",
    ) -> Floor:
        """Evenly spaced aisles from y 0 to `length_mm`, crossed by a middle cross aisle at y `middle_mm`."""
        return cls(_evenly_spaced(aisles, spacing_mm), (0, middle_mm, length_mm), depot_aisle, depot_side)

    @classmethod
    def crossed(
        cls,
        aisles: int,
        *,
        spacing_mm: int,
        cross_y_mm: Sequence[int],
        depot_aisle: int = 0,
        depot_side: Side = "front",
    ) -> Floor:
        """Evenly spaced aisles and cross aisles at these y, the front and the back one among them."""
        return cls(_evenly_spaced(aisles, spacing_mm), tuple(cross_y_mm), depot_aisle, depot_side)

    @classmethod
    def evenly(
        cls,
        aisles: int,
        blocks: int,
        *,
        spacing_mm: int,
        length_mm: int,
        depot_aisle: int = 0,
        depot_side: Side = "front",
    ) -> Floor:
        """Evenly spaced aisles from y 0 to `length_mm`, cut into blocks of equal length (to the mm)."""
        cross = tuple(length_mm * row // max(blocks, 1) for row in range(blocks + 1))
        return cls(_evenly_spaced(aisles, spacing_mm), cross, depot_aisle, depot_side)

    @property
    def front_mm(self) -> int:
        return self.cross_y_mm[0]

    @property
    def back_mm(self) -> int:
        return self.cross_y_mm[-1]

    @property
    def length_mm(self) -> int:
        """Length of a picking aisle from the front to the back cross aisle."""
        return self.back_mm - self.front_mm

    @property
    def blocks(self) -> int:
        return len(self.cross_y_mm) - 1

    @property
    def depot(self) -> Stop:
        return self.depot_aisle, self.front_mm if self.depot_side == "front" else self.back_mm

    def contains(self, stop: Stop) -> bool:
        aisle, y = stop
        return 0 <= aisle < len(self.aisle_x_mm) and self.front_mm <= y <= self.back_mm

    def distance(self, a: Stop, b: Stop) -> int:
        """Shortest walk between two stops, in mm."""
        if a[0] == b[0]:
            return abs(a[1] - b[1])
        return self._across(a[0], b[0]) + min(abs(a[1] - y) + abs(b[1] - y) for y in self.cross_y_mm)

    def tour_length(self, stops: Sequence[Stop]) -> int:
        """Length in mm of the walk depot, stops in this order, depot; 0 without stops."""
        if not stops:
            return 0
        return sum(self.distance(a, b) for a, b in pairwise((self.depot, *stops, self.depot)))

    def trace(self, stops: Sequence[Stop]) -> tuple[Point, ...]:
        """Polyline of that walk along the aisles: its ends and every turn. The front wins a tie."""
        if not stops:
            return ()
        corners = [self.depot]
        for a, b in pairwise((self.depot, *stops, self.depot)):
            corners += self._turns(a, b)
            corners.append(b)
        return polyline(self, corners)

    def _across(self, a: int, b: int) -> int:
        return abs(self.aisle_x_mm[a] - self.aisle_x_mm[b])

    def _turns(self, a: Stop, b: Stop) -> list[Stop]:
        if a[0] == b[0]:
            return []
        y = min(self.cross_y_mm, key=lambda y: abs(a[1] - y) + abs(b[1] - y))
        return [(a[0], y), (b[0], y)]


def _evenly_spaced(aisles: int, spacing_mm: int) -> tuple[int, ...]:
    return tuple(aisle * spacing_mm for aisle in range(aisles))


def polyline(floor: Floor, corners: Sequence[Stop]) -> tuple[Point, ...]:
    """The corners as points, without repeats and without points in the middle of a straight line."""
    return straightened((floor.aisle_x_mm[aisle], y) for aisle, y in corners)


def straightened(corners: Iterable[Point]) -> tuple[Point, ...]:
    """Without repeats and without points in the middle of a line along x or y."""
    points: list[Point] = []
    for point in corners:
        if points and points[-1] == point:
            continue
        if len(points) > 1 and _straight(points[-2], points[-1], point):
            points.pop()
        points.append(point)
    return tuple(points)


def _straight(a: Point, b: Point, c: Point) -> bool:
    """Whether b lies between a and c, all three on one axis: no turn and no turning back."""
    return any(
        a[fixed] == b[fixed] == c[fixed] and min(a[free], c[free]) < b[free] < max(a[free], c[free])
        for fixed, free in ((0, 1), (1, 0))
    )
