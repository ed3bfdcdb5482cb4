"""Length of the shortest walk alone, fast enough to compare thousands of carts.

The recurrence is that of `routing.exact_walk`, written out for its five states. The stops of an aisle
are one integer, a bit for each level (a distinct y of the wave), so the stops of two orders together
are their masks or-ed, and what an aisle costs is looked up by its mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .errors import PlanError
from .floor import Floor, Stop

Masks = tuple[int, ...]
"""Stops as one bit mask of levels per aisle; the depot's bit is always set."""

_MEMO_LIMIT = 500_000


class WalkMeter:
    """Measures walks over a one-block floor past stops that are known beforehand."""

    def __init__(self, floor: Floor, stops: Iterable[Stop]) -> None:
        """`stops` are all that will ever be asked for, in any order, repeats allowed."""
        if floor.blocks != 1:
            raise PlanError("floor_unsupported", blocks=floor.blocks)
        levels = sorted({y for _, y in stops} | {floor.depot[1]})
        self._bit = {y: 1 << number for number, y in enumerate(levels)}
        self._levels = [y - floor.front_mm for y in levels]
        self._full = floor.length_mm
        self._aisles = len(floor.aisle_x_mm)
        self._gaps = tuple(2 * (b - a) for a, b in pairwise(floor.aisle_x_mm))
        self._depot = floor.depot
        self._costs: dict[int, tuple[int, int, int, int]] = {}

    def masks(self, stops: Iterable[Stop]) -> Masks:
        masks = [0] * self._aisles
        for aisle, y in (self._depot, *stops):
            masks[aisle] |= self._bit[y]
        return tuple(masks)

    def length(self, masks: Sequence[int]) -> int:
        """Shortest closed walk from the depot past these stops, in mm."""
        costs, full, twice = self._costs, self._full, 2 * self._full
        start = 0
        while not masks[start]:
            start += 1
        back, front, gap, _ = costs.get(masks[start]) or self._aisle(masks[start])
        # Shortest part walk in each state: UU1, E01, 0E1, EE1, EE2.
        odd, top, bottom, both, apart = full, back, front, twice, gap
        end = min(top, bottom, both)
        for width, mask in zip(self._gaps[start:], masks[start + 1 :], strict=True):
            # To the next aisle. Conditional expressions: min() costs more than all the rest.
            top = (top if top < both else both) + width
            bottom = (bottom if bottom < both else both) + width
            odd += width
            both += 2 * width
            apart += 2 * width
            # Along it.
            ends = top if top < bottom else bottom
            if apart < ends:
                ends = apart
            joined = ends if ends < both else both
            through, closed = joined + full, odd + full
            if closed > ends + twice:
                closed = ends + twice
            if mask:
                back, front, gap, least = costs.get(mask) or self._aisle(mask)
                odd += least
                both += least
                apart += least
                split = top + (front if front < gap else gap)
                if split < apart:
                    apart = split
                split = bottom + (back if back < gap else gap)
                if split < apart:
                    apart = split
                top += back
                bottom += front
            if through < odd:
                odd = through
            if closed < both:
                both = closed
            if mask:
                end = top if top < bottom else bottom
                if both < end:
                    end = both
        return end

    def _aisle(self, mask: int) -> tuple[int, int, int, int]:
        """Length of walking an aisle from the back end, the front end, both ends, and the least of them."""
        levels, rest = self._levels, mask & (mask - 1)
        lowest = last = levels[(mask ^ rest).bit_length() - 1]
        widest = 0
        while rest:  # each bit set, lowest first
            others = rest & (rest - 1)
            level = levels[(rest ^ others).bit_length() - 1]
            rest = others
            if level - last > widest:
                widest = level - last
            last = level
        back, front, gap = 2 * (self._full - lowest), 2 * last, 2 * (self._full - widest)
        if len(self._costs) >= _MEMO_LIMIT:
            self._costs.clear()
        costs = self._costs[mask] = back, front, gap, min(back, front, gap)
        return costs
