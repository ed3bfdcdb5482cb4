"""A length below which no closed tour can be, for tables that are the same both ways (lengths under 0 do no harm)."""

from __future__ import annotations

from math import ceil

import numpy as np
import numpy.typing as npt

from .compiled import Ints, kernel
from .lengths import NEVER

_STEPS = 150  # of the ascent
_FIRST = 1.5  # share of the gap taken by its first step
_SHRINK = 0.97  # and by each one after, as a share of the one before


@kernel
def tour_bound(lengths: Ints, known: int) -> int:
    """M. Held and R. Karp, Operations Research 18 (1970): the least spanning tree with one more edge is no longer
    than any tour; points with too many edges are made dearer, those with too few cheaper, and the best bound of
    some such steps is kept. known: length of some tour. At least three points.
    """
    dearer = np.zeros(lengths.shape[0])
    best, share = 0.0, _FIRST
    for _ in range(_STEPS):
        bound, excess = _one_tree(lengths, dearer)
        best = max(best, bound)
        uneven = (excess**2).sum()
        if uneven == 0 or bound >= known:
            break
        dearer += share * (known - bound) / uneven * excess
        share *= _SHRINK
    return min(known, ceil(best - 1e-3))


@kernel
def _one_tree(lengths: Ints, dearer: npt.NDArray[np.float64]) -> tuple[float, Ints]:
    """Length of the least tree over all points but 0 with the two shortest edges of 0, less what was made dearer,
    and by how much the number of edges of each point exceeds two."""
    count = lengths.shape[0]
    excess = np.full(count, -2)
    nearest, parent = np.full(count, float(NEVER)), np.full(count, -1)
    inside = np.zeros(count, dtype=np.bool_)
    total, point = -2.0 * dearer.sum(), 1
    inside[0] = True
    for _ in range(count - 2):
        inside[point] = True
        following = -1
        for other in range(1, count):
            if inside[other]:
                continue
            length = lengths[point, other] + dearer[point] + dearer[other]
            if length < nearest[other]:
                nearest[other], parent[other] = length, point
            if following < 0 or nearest[other] < nearest[following]:
                following = other
        total += nearest[following]
        excess[following] += 1
        excess[parent[following]] += 1
        point = following
    shortest = np.argsort(lengths[0, 1:] + dearer[1:])[:2] + 1
    for end in shortest:
        total += lengths[0, end] + dearer[0] + dearer[end]
        excess[end] += 1
        excess[0] += 1
    return total, excess
