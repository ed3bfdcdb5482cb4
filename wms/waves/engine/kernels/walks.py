"""The shortest walk itself: which way each stretch is walked, then one tour through all of it."""

from __future__ import annotations

import numpy as np

from .compiled import Ints, kernel
from .lengths import NEVER, spread, stretch_costs, stretch_end, used_aisles
from .tables import BACK, FRONT, GAP, NONE, PASS, WAYS, Tables

_DOWN, _UP, _LEFT, _RIGHT = range(4)  # the edges of a point, by direction


@kernel
def shortest_walk(
    aisle_x: Ints, cross_y: Ints, depot_aisle: int, depot_y: int, stops: Ints, moves: Tables
) -> tuple[int, Ints, Ints]:
    """Shortest closed walk from the depot past stops given in any order, repeats allowed.

    stops: int64[n, 2], aisle and y. moves: `tables(cross_y.size)`. The rest as in `lengths`.
    Returns the length, the stops' indices in the order of the first visit (equal stops as given), and the
    polyline int64[points, 2] of x and y with every turn, beginning and ending at the depot. The length is -1
    when a stop lies outside the floor.
    """
    ranked, starts, ys, first_of = places(aisle_x, cross_y, depot_aisle, depot_y, stops)
    if ranked.size == 0:
        return -1, ranked, np.empty((0, 2), dtype=np.int64)
    first, last = used_aisles(depot_aisle, starts)
    length, ways, crossings = _plan(aisle_x, cross_y, starts, ys, first, last, moves)
    aisles, levels, place, corners = _points(cross_y, starts, ys, first, last)
    other, times = _edges(cross_y, starts, ys, levels, corners, ways, crossings, first)
    depot = starts[depot_aisle]
    while ys[depot] != depot_y:
        depot += 1
    begin = 0
    while place[begin] != depot:
        begin += 1
    tour = _euler_tour(other, times, begin)
    order = _first_visits(tour, place, first_of, ranked, stops.shape[0])
    return length, order, _polyline(tour, aisle_x, aisles, levels)


@kernel
def places(aisle_x: Ints, cross_y: Ints, depot_aisle: int, depot_y: int, stops: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """The distinct places of the stops and the depot, sorted by aisle and y.

    Returns ranked: stops by place and index, the depot as number n; starts and ys: the places by aisle;
    first_of: where each place begins in ranked, one more entry at the end.
    All are empty when a stop lies outside the floor.
    """
    count = stops.shape[0]
    nothing = np.empty(0, dtype=np.int64)
    front, back = cross_y[0], cross_y[-1]
    span = back - front + 1
    keys = np.empty(count + 1, dtype=np.int64)
    for index in range(count):
        aisle, y = stops[index, 0], stops[index, 1]
        if aisle < 0 or aisle >= aisle_x.size or y < front or y > back:
            return nothing, nothing, nothing, nothing
        keys[index] = (aisle * span + y - front) * (count + 1) + index
    keys[count] = (depot_aisle * span + depot_y - front) * (count + 1) + count
    keys.sort()
    ranked, first_of, ys = np.empty_like(keys), np.empty(count + 2, dtype=np.int64), np.empty_like(keys)
    starts = np.zeros(aisle_x.size + 1, dtype=np.int64)
    found, before = 0, -1
    for number in range(count + 1):
        ranked[number] = keys[number] % (count + 1)
        where = keys[number] // (count + 1)
        if where != before:
            first_of[found], ys[found] = number, where % span + front
            starts[where // span + 1] += 1
            found, before = found + 1, where
    first_of[found] = count + 1
    for aisle in range(aisle_x.size):
        starts[aisle + 1] += starts[aisle]
    return ranked, starts, ys[:found], first_of[: found + 1]


@kernel
def _plan(
    aisle_x: Ints, cross_y: Ints, starts: Ints, ys: Ints, first: int, last: int, moves: Tables
) -> tuple[int, Ints, Ints]:
    """Length of the shortest walk, the way of each stretch, and the times each cross aisle is walked
    from each aisle to the one before. The recurrence of `many_block_length`, kept to be traced back."""
    rows = cross_y.size
    steps = (last - first + 1) * rows - 1
    now, following = np.full(moves.states, NEVER), np.empty(moves.states, dtype=np.int64)
    now[0] = 0
    chosen = np.empty((steps, moves.states), dtype=np.int64)
    costs = np.empty(WAYS, dtype=np.int64)
    step = 0
    for aisle in range(first, last + 1):
        if aisle > first:
            width = aisle_x[aisle] - aisle_x[aisle - 1]
            _keep_across(now, following, width, chosen[step], moves)
            now, following, step = following, now, step + 1
        begin = starts[aisle]
        for row in range(rows - 1):
            end = stretch_end(ys, begin, starts[aisle + 1], cross_y, row)
            stretch_costs(costs, cross_y[row], cross_y[row + 1], ys, begin, end, False, 0)
            _keep_along(now, following, costs, row, chosen[step], moves)
            now, following, step, begin = following, now, step + 1, end
    state = moves.done[0]
    for other in moves.done:
        if now[other] < now[state]:
            state = other
    length = now[state]
    return length, *_traced(chosen, state, last - first + 1, rows, moves)


@kernel
def _keep_along(now: Ints, following: Ints, costs: Ints, row: int, chosen: Ints, moves: Tables) -> None:
    following[:] = NEVER
    for move in range(moves.first[row], moves.first[row + 1]):
        length = now[moves.before[move]] + costs[moves.way[move]]
        after = moves.after[move]
        if length < following[after]:
            following[after], chosen[after] = length, move


@kernel
def _keep_across(now: Ints, following: Ints, width: int, chosen: Ints, moves: Tables) -> None:
    following[:] = NEVER
    step = moves.first.size - 2
    for move in range(moves.first[step], moves.first[step + 1]):
        length = now[moves.before[move]] + width * moves.times[move]
        after = moves.after[move]
        if length < following[after]:
            following[after], chosen[after] = length, move


@kernel
def _traced(chosen: Ints, state: int, aisles: int, rows: int, moves: Tables) -> tuple[Ints, Ints]:
    """ways[aisle, row] of each stretch and crossings[aisle, row]: times from the aisle before."""
    ways = np.empty((aisles, rows - 1), dtype=np.int64)
    crossings = np.zeros((aisles, rows), dtype=np.int64)
    step = chosen.shape[0]
    for aisle in range(aisles - 1, -1, -1):
        for row in range(rows - 2, -1, -1):
            step -= 1
            move = chosen[step, state]
            ways[aisle, row], state = moves.way[move], moves.before[move]
        if aisle:
            step -= 1
            move = chosen[step, state]
            state = moves.before[move]
            for row in range(rows):
                crossings[aisle, row] = (moves.way[move] >> 2 * row) & 3
    return ways, crossings


@kernel
def _points(cross_y: Ints, starts: Ints, ys: Ints, first: int, last: int) -> tuple[Ints, Ints, Ints, Ints]:
    """The points of the floor that matter, aisle by aisle from front to back: crossings and places.

    Returns the aisle, the y and the place (-1: none) of each point, and the point of each crossing
    [aisle - first, row].
    """
    rows = cross_y.size
    most = (last - first + 1) * rows + ys.size
    aisles, levels = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    place, corners = np.full(most, -1), np.empty((last - first + 1, rows), dtype=np.int64)
    count = 0
    for aisle in range(first, last + 1):
        index, end, row = starts[aisle], starts[aisle + 1], 0
        while row < rows:
            aisles[count] = aisle
            if index < end and ys[index] <= cross_y[row]:
                levels[count], place[count] = ys[index], index
                index += 1
            else:
                levels[count] = cross_y[row]
            if levels[count] == cross_y[row]:
                corners[aisle - first, row] = count
                row += 1
            count += 1
    return aisles[:count], levels[:count], place[:count], corners


@kernel
def _edges(
    cross_y: Ints, starts: Ints, ys: Ints, levels: Ints, corners: Ints, ways: Ints, crossings: Ints, first: int
) -> tuple[Ints, Ints]:
    """The walk as a multigraph: for each point and direction the point there and the times walked."""
    other = np.zeros((levels.size, 4), dtype=np.int64)
    times = np.zeros((levels.size, 4), dtype=np.int64)
    for number in range(ways.shape[0]):
        begin = starts[first + number]
        for row in range(cross_y.size):
            corner = corners[number, row]
            if crossings[number, row]:
                before = corners[number - 1, row]
                other[corner, _LEFT], other[before, _RIGHT] = before, corner
                times[corner, _LEFT] = times[before, _RIGHT] = crossings[number, row]
            if row + 1 == cross_y.size or ways[number, row] == NONE:
                continue
            end = stretch_end(ys, begin, starts[first + number + 1], cross_y, row)
            for point in range(corner, corners[number, row + 1]):
                count = _walked(ways[number, row], levels[point], levels[point + 1], ys, begin, end)
                other[point, _UP], other[point + 1, _DOWN] = point + 1, point
                times[point, _UP] = times[point + 1, _DOWN] = count
            begin = end
    return other, times


@kernel
def _walked(way: int, low: int, high: int, ys: Ints, begin: int, end: int) -> int:
    """Times the piece from y low to y high is walked in a stretch with these stops."""
    if way == PASS:
        return 1
    if way == BACK:
        return 2 if low >= ys[begin] else 0
    if way == FRONT:
        return 2 if high <= ys[end - 1] else 0
    if way == GAP:
        return 0 if low == _widest_gap(ys, begin, end) else 2
    return 2


@kernel
def _widest_gap(ys: Ints, begin: int, end: int) -> int:
    """The y at which the widest gap begins, the first of them."""
    widest = spread(ys, begin, end, False, 0)[2]
    index = begin
    while index + 1 < end and ys[index + 1] - ys[index] < widest:
        index += 1
    begins: int = ys[index]
    return begins


@kernel
def _euler_tour(other: Ints, times: Ints, begin: int) -> Ints:
    """A closed tour that uses every edge as often as it counts (Hierholzer). Uses up `times`."""
    stack = np.empty(times.sum() // 2 + 1, dtype=np.int64)
    tour = np.empty_like(stack)
    stack[0], height, size = begin, 1, 0
    while height:
        point = stack[height - 1]
        best = 0
        for direction in range(1, 4):  # the edge counted most often first: dead ends before the way onwards
            if times[point, direction] > times[point, best]:
                best = direction
        if not times[point, best]:
            tour[size], size, height = point, size + 1, height - 1
            continue
        following = other[point, best]
        times[point, best] -= 1
        times[following, best ^ 1] -= 1
        stack[height], height = following, height + 1
    return tour[::-1].copy()


@kernel
def _first_visits(tour: Ints, place: Ints, first_of: Ints, ranked: Ints, count: int) -> Ints:
    order = np.empty(count, dtype=np.int64)
    seen = np.zeros(first_of.size, dtype=np.bool_)
    size = 0
    for point in tour:
        here = place[point]
        if here < 0 or seen[here]:
            continue
        seen[here] = True
        for number in range(first_of[here], first_of[here + 1]):
            if ranked[number] < count:
                order[size], size = ranked[number], size + 1
    return order


@kernel
def _polyline(tour: Ints, aisle_x: Ints, aisles: Ints, levels: Ints) -> Ints:
    """The tour's turns and its ends."""
    path = np.empty((tour.size, 2), dtype=np.int64)
    size = 0
    for point in tour:
        x, y = aisle_x[aisles[point]], levels[point]
        if size > 1 and _between(path[size - 2, 0], path[size - 2, 1], path[size - 1, 0], path[size - 1, 1], x, y):
            size -= 1
        path[size, 0], path[size, 1], size = x, y, size + 1
    return path[:size]


@kernel
def _between(ax: int, ay: int, bx: int, by: int, cx: int, cy: int) -> bool:
    """Whether b lies between a and c, all three on one axis: no turn and no turning back."""
    if ax == bx == cx:
        return min(ay, cy) < by < max(ay, cy)
    return ay == by == cy and min(ax, cx) < bx < max(ax, cx)
