"""Closed tours over a table of lengths, which need not be the same both ways. Point 0 is the depot.

Up to `MOST_EXACT` other points by the dynamic programme of M. Held and R. Karp (Journal of SIAM 10, 1962);
beyond, farthest insertion improved by moving and turning segments (or-opt, 2-opt, 3-opt without turning), then
the same again from disturbed tours, which go on unless they are much longer than the best.
"""

from __future__ import annotations

import numpy as np

from .compiled import Ints, kernel
from .dice import Dice, new_dice, throw
from .lengths import NEVER

MOST_EXACT = 12
_SEGMENT = 12  # longest segment that is moved
_WINDOW = 30  # a disturbance stays within so many points
_WORSE = 50  # at first a tour goes on when at most a fiftieth longer than the best
_RETURN = 200  # after so many disturbances the search goes on from the best


@kernel
def short_tour(lengths: Ints, seed: int, disturbances: int) -> Ints:
    """The points in the order of a short tour that begins with 0; the shortest up to `MOST_EXACT` others."""
    if lengths.shape[0] - 1 <= MOST_EXACT:
        return _shortest_tour(lengths)
    dice = new_dice(seed)
    best = _inserted(lengths)
    _improve(best, lengths)
    tour, now = best, tour_length(best, lengths)
    least = now
    for number in range(disturbances):
        other = _disturbed(tour, dice)
        _improve(other, lengths)
        length = tour_length(other, lengths)
        if length <= max(now, least + least * (disturbances - number) // disturbances // _WORSE):
            tour, now = other, length
        if now < least:
            best, least = tour, now
        if number % _RETURN == 0:
            tour, now = best, least
    return best


@kernel
def tour_length(tour: Ints, lengths: Ints) -> int:
    total: int = lengths[tour[-1], tour[0]]
    for index in range(tour.size - 1):
        total += lengths[tour[index], tour[index + 1]]
    return total


@kernel
def _shortest_tour(lengths: Ints) -> Ints:
    """Held and Karp: reach[set, p] is the shortest way from the depot through the set of points, ending in p."""
    count = lengths.shape[0] - 1
    if count == 0:
        return np.zeros(1, dtype=np.int64)
    reach = np.full((1 << count, count), NEVER)
    for point in range(count):
        reach[1 << point, point] = lengths[0, point + 1]
    for members in range(1, 1 << count):
        for end in range(count):
            length = reach[members, end]
            if length >= NEVER:
                continue
            for point in range(count):
                if not members >> point & 1:
                    grown, longer = members | 1 << point, length + lengths[end + 1, point + 1]
                    reach[grown, point] = min(reach[grown, point], longer)
    return _read_back(reach, lengths)


@kernel
def _read_back(reach: Ints, lengths: Ints) -> Ints:
    members, following = reach.shape[0] - 1, 0
    tour = np.zeros(reach.shape[1] + 1, dtype=np.int64)
    for place in range(reach.shape[1], 0, -1):
        best, least = 0, NEVER
        for point in range(reach.shape[1]):
            length = reach[members, point] + lengths[point + 1, following]
            if members >> point & 1 and length < least:
                best, least = point, length
        following = tour[place] = best + 1
        members ^= 1 << best
    return tour


@kernel
def _inserted(lengths: Ints) -> Ints:
    """The point farthest from the tour next, where it costs least."""
    count = lengths.shape[0]
    tour = np.zeros(count, dtype=np.int64)
    away = lengths[0] + lengths[:, 0]
    for size in range(1, count):
        away[0] = -1
        point = np.argmax(away)
        best, least = 0, NEVER
        for index in range(size):
            a, b = tour[index], tour[(index + 1) % size]
            growth = lengths[a, point] + lengths[point, b] - lengths[a, b]
            if growth < least:
                best, least = index, growth
        for index in range(size, best + 1, -1):
            tour[index] = tour[index - 1]
        tour[best + 1] = point
        away[point] = -1
        for other in range(count):
            away[other] = min(away[other], lengths[point, other] + lengths[other, point])
    return tour


@kernel
def _improve(tour: Ints, lengths: Ints) -> None:
    """Move or turn segments as long as that shortens the tour."""
    turned = np.zeros(tour.size + 1, dtype=np.int64)  # what turning everything before a place would cost
    begin, still = 1, 0
    _sum_turned(turned, tour, lengths)
    while still < tour.size - 1:
        if _move_one(tour, lengths, turned, begin):
            _sum_turned(turned, tour, lengths)
            still = 0
        else:
            still += 1
            begin = begin + 1 if begin + 1 < tour.size else 1


@kernel
def _sum_turned(turned: Ints, tour: Ints, lengths: Ints) -> None:
    for index in range(1, tour.size):
        a, b = tour[index - 1], tour[index]
        turned[index] = turned[index - 1] + lengths[b, a] - lengths[a, b]


@kernel
def _move_one(tour: Ints, lengths: Ints, turned: Ints, begin: int) -> bool:
    """Make the best move of a segment that begins at this place, if any shortens the tour."""
    size = tour.size
    best, best_end, best_after, best_turn = 0, 0, 0, False
    for end in range(begin, size):
        before, first, last, behind = tour[begin - 1], tour[begin], tour[end], tour[(end + 1) % size]
        turning = turned[end] - turned[begin]
        cut = lengths[before, first] + lengths[last, behind]
        change = lengths[before, last] + lengths[first, behind] + turning - cut
        if change < best:
            best, best_end, best_after, best_turn = change, end, begin - 1, True
        if end - begin >= _SEGMENT:
            continue
        closed = lengths[before, behind] - cut
        for after in range(size):
            if begin - 1 <= after <= end:
                continue
            a, b = tour[after], tour[(after + 1) % size]
            change = closed + lengths[a, first] + lengths[last, b] - lengths[a, b]
            if change < best:
                best, best_end, best_after, best_turn = change, end, after, False
            change = closed + lengths[a, last] + lengths[first, b] - lengths[a, b] + turning
            if change < best:
                best, best_end, best_after, best_turn = change, end, after, True
    if best == 0:
        return False
    _move(tour, begin, best_end, best_after, best_turn)
    return True


@kernel
def _move(tour: Ints, begin: int, end: int, after: int, turn: bool) -> None:
    """The segment from begin to end behind the point at place `after` (the one before it: in place)."""
    segment = tour[begin : end + 1].copy()
    if turn:
        segment = segment[::-1].copy()
    if after > end:
        tour[begin : begin + after - end] = tour[end + 1 : after + 1].copy()
        begin += after - end
    elif after < begin - 1:
        tour[after + 1 + segment.size : end + 1] = tour[after + 1 : begin].copy()
        begin = after + 1
    tour[begin : begin + segment.size] = segment


@kernel
def _disturbed(tour: Ints, dice: Dice) -> Ints:
    """Two neighbouring segments change places, and each may be turned."""
    span: int = min(_WINDOW, tour.size - 1)
    begin = 1 + throw(dice, tour.size - span)
    cut = begin + 1 + throw(dice, span - 1)
    end = cut + throw(dice, begin + span - cut)
    disturbed = tour.copy()
    _move(disturbed, begin, cut - 1, end, throw(dice, 2) == 0)
    middle = begin + end - cut
    if throw(dice, 2) == 0:
        disturbed[begin : middle + 1] = disturbed[begin : middle + 1][::-1].copy()
    return disturbed
