"""Length of the shortest walk alone, for searches that compare many walks. Callable from other kernels.

`one_block_length` and `many_block_length` take a floor and its stops as

    aisle_x      int64[aisles]      x of each aisle, increasing
    cross_y      int64[blocks + 1]  y of each cross aisle, increasing
    depot_aisle  int                the aisle where walks start and end
    depot_y      int                and the y there, on the floor (an end of the aisle or anywhere in it)
    starts       int64[aisles + 1]  stops of aisle a: ys[starts[a]:starts[a + 1]]
    ys           int64[stops]       y of each stop, within an aisle increasing (repeats do no harm);
                                    may be longer than starts[-1]

and return the length in the same unit (mm), 0 without stops. Nothing is checked. Arrays must be contiguous.
"""

from __future__ import annotations

import numpy as np

from .compiled import Ints, kernel
from .tables import BACK, FRONT, GAP, NONE, PASS, TWICE, WAYS, Tables

NEVER = 1 << 60
"""Longer than any walk, and small enough that two of them can be added."""


@kernel
def used_aisles(depot_aisle: int, starts: Ints) -> tuple[int, int]:
    """First and last aisle with a stop or the depot. Aisles outside never shorten a walk."""
    first, last = 0, starts.size - 2
    while first < depot_aisle and starts[first + 1] == 0:
        first += 1
    while last > depot_aisle and starts[last] == starts[-1]:
        last -= 1
    return first, last


@kernel
def one_block_length(aisle_x: Ints, cross_y: Ints, depot_aisle: int, depot_y: int, starts: Ints, ys: Ints) -> int:
    """Shortest walk over one block: the recurrence of Ratliff and Rosenthal written out for its five states."""
    front_y, back_y = cross_y[0], cross_y[1]
    full = back_y - front_y
    twice = 2 * full
    first, last = used_aisles(depot_aisle, starts)
    # Shortest part walk in each state: odd at both ends; even at the back only, at the front only, at both in
    # one part, at both in two parts.
    odd = top = bottom = both = apart = NEVER
    for aisle in range(first, last + 1):
        if aisle > first:
            width = 2 * (aisle_x[aisle] - aisle_x[aisle - 1])
            top = min(top, both) + width
            bottom = min(bottom, both) + width
            odd += width
            both += 2 * width
            apart += 2 * width
        ends = min(top, bottom, apart)
        through, closed = min(ends, both) + full, min(odd + full, ends + twice)
        begin, end = starts[aisle], starts[aisle + 1]
        depot_here = aisle == depot_aisle
        if begin == end and not depot_here:
            odd = min(odd, through)
            both = min(both, closed)
            continue
        low, high, widest = spread(ys, begin, end, depot_here, depot_y)
        back, front, gap = 2 * (back_y - low), 2 * (high - front_y), 2 * (full - widest)
        if aisle == first:
            odd, top, bottom, both, apart = full, back, front, twice, gap
            continue
        least = min(back, front, gap)
        odd = min(odd + least, through)
        both = min(both + least, closed)
        apart = min(apart + least, top + min(front, gap), bottom + min(back, gap))
        top += back
        bottom += front
    return min(top, bottom, both)


@kernel
def spread(ys: Ints, begin: int, end: int, depot_here: bool, depot_y: int) -> tuple[int, int, int]:
    """Lowest and highest y of these stops (at least one) and the widest gap between neighbours."""
    if begin == end:
        return depot_y, depot_y, 0
    low, high, widest = ys[begin], ys[end - 1], 0
    if not depot_here:
        for index in range(begin + 1, end):
            widest = max(widest, ys[index] - ys[index - 1])
        return low, high, widest
    for index in range(begin + 1, end):
        y, before = ys[index], ys[index - 1]
        if before < depot_y < y:
            widest = max(widest, depot_y - before, y - depot_y)
        else:
            widest = max(widest, y - before)
    widest = max(widest, low - depot_y, depot_y - high)
    return min(low, depot_y), max(high, depot_y), widest


@kernel
def many_block_length(
    aisle_x: Ints, cross_y: Ints, depot_aisle: int, depot_y: int, starts: Ints, ys: Ints, moves: Tables
) -> int:
    """Shortest walk over any number of blocks. moves: `tables(cross_y.size)`."""
    rows = cross_y.size
    first, last = used_aisles(depot_aisle, starts)
    now, following = np.full(moves.states, NEVER), np.empty(moves.states, dtype=np.int64)
    now[0] = 0
    costs = np.empty(WAYS, dtype=np.int64)
    for aisle in range(first, last + 1):
        if aisle > first:
            step_across(now, following, aisle_x[aisle] - aisle_x[aisle - 1], moves)
            now, following = following, now
        begin = starts[aisle]
        for row in range(rows - 1):
            end = stretch_end(ys, begin, starts[aisle + 1], cross_y, row)
            depot_here = aisle == depot_aisle and in_stretch(depot_y, cross_y, row)
            stretch_costs(costs, cross_y[row], cross_y[row + 1], ys, begin, end, depot_here, depot_y)
            step_along(now, following, costs, row, moves)
            now, following = following, now
            begin = end
    best = NEVER
    for state in moves.done:
        best = min(best, now[state])
    return best


@kernel
def in_stretch(y: int, cross_y: Ints, row: int) -> bool:
    """Whether y belongs to the stretch behind cross aisle `row`: its front end does, the very back too."""
    return cross_y[row] <= y and (y < cross_y[row + 1] or row == cross_y.size - 2)


@kernel
def stretch_end(ys: Ints, begin: int, end: int, cross_y: Ints, row: int) -> int:
    """Where the stops of this stretch end, of those of the aisle from `begin` on."""
    while begin < end and in_stretch(ys[begin], cross_y, row):
        begin += 1
    return begin


@kernel
def stretch_costs(
    costs: Ints, front_y: int, back_y: int, ys: Ints, begin: int, end: int, depot_here: bool, depot_y: int
) -> None:
    """Fill in the length of each way to walk a stretch."""
    full = back_y - front_y
    costs[NONE], costs[PASS], costs[TWICE] = NEVER, full, 2 * full
    costs[BACK] = costs[FRONT] = costs[GAP] = NEVER
    if begin == end and not depot_here:
        costs[NONE] = 0
        return
    low, high, widest = spread(ys, begin, end, depot_here, depot_y)
    costs[BACK], costs[FRONT] = 2 * (back_y - low), 2 * (high - front_y)
    if low < high:
        costs[GAP] = 2 * (full - widest)


@kernel
def step_along(now: Ints, following: Ints, costs: Ints, row: int, moves: Tables) -> None:
    """Shortest part walks once this stretch is added."""
    following[:] = NEVER
    for move in range(moves.first[row], moves.first[row + 1]):
        length = now[moves.before[move]] + costs[moves.way[move]]
        after = moves.after[move]
        if length < following[after]:
            following[after] = length


@kernel
def step_across(now: Ints, following: Ints, width: int, moves: Tables) -> None:
    """Shortest part walks once they are led to the next aisle."""
    following[:] = NEVER
    step = moves.first.size - 2
    for move in range(moves.first[step], moves.first[step + 1]):
        length = now[moves.before[move]] + width * moves.times[move]
        after = moves.after[move]
        if length < following[after]:
            following[after] = length
