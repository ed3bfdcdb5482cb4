"""What a cart costs: the shortest walk past its places, plus what a cart and a stop cost besides, compiled.

One block: the dynamic programme of H. D. Ratliff and A. S. Rosenthal (Operations Research 31, 1983), written out
for its five states, as in `lengths`; here the stops are bits, and only aisles that an order changes are measured
anew. Several blocks: `lengths`. Other floors: nearest neighbour and 2-opt on a matrix of distances, near the
shortest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from .batch_compiled import inlined, lean
from .batch_data import BLOCKS, ONE_BLOCK, Ground, Ints, Orders, Words
from .compiled import kernel
from .lengths import many_block_length

FAR = 1 << 60


def _lowest_bit(typingctx: Any, word: Any) -> Any:
    """Number of the lowest bit set; of no use for 0."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), build


def _bits_set(typingctx: Any, word: Any) -> Any:
    """How many bits are set."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.uint64), build


lowest_bit: Any = intrinsic(_lowest_bit)
bits_set: Any = intrinsic(_bits_set)


@lean
def set_aisles(row: Words, at: Ints, full: int, columns: int, per: int, aisles: Ints) -> None:
    """Walking costs of every column of the places in `row` into `aisles`."""
    for column in range(columns):
        low, last, widest = -1, -1, 0
        for word in range(column * per, (column + 1) * per):
            rest = row[word]
            while rest:
                here = at[word * 64 + lowest_bit(rest)]
                rest &= rest - np.uint64(1)
                if last < 0:
                    low = here
                elif here - last > widest:
                    widest = here - last
                last = here
        if last < 0:
            aisles[3 * column] = -1
        else:
            aisles[3 * column] = 2 * (full - low)
            aisles[3 * column + 1] = 2 * last
            aisles[3 * column + 2] = 2 * (full - widest)


@lean
def one_block_walk(
    row: Words,
    aisles: Ints,
    words: Ints,
    masks: Words,
    first: int,
    end: int,
    at: Ints,
    gaps: Ints,
    full: int,
    columns: int,
    per: int,
) -> int:
    """Shortest walk past the places in `row`, walking costs `aisles`, and those of entries first..end of an order."""
    entry = first
    started = False
    odd = top = bottom = both = apart = 0
    shortest = 0
    for column in range(columns):
        back = aisles[3 * column]
        front = aisles[3 * column + 1]
        gap = aisles[3 * column + 2]
        upto = (column + 1) * per
        if entry < end and words[entry] < upto:
            begin = entry
            fresh = False
            while entry < end and words[entry] < upto:
                if masks[entry] & ~row[words[entry]]:
                    fresh = True
                entry += 1
            if fresh:
                low, last, widest = -1, -1, 0
                for word in range(column * per, upto):
                    rest = row[word]
                    if begin < entry and words[begin] == word:
                        rest |= masks[begin]
                        begin += 1
                    base = word * 64
                    while rest:
                        here = at[base + lowest_bit(rest)]
                        rest &= rest - np.uint64(1)
                        if last < 0:
                            low = here
                        elif here - last > widest:
                            widest = here - last
                        last = here
                back = 2 * (full - low)
                front = 2 * last
                gap = 2 * (full - widest)
        if not started:
            if back < 0:
                continue
            started = True
            odd, top, bottom, both, apart = full, back, front, 2 * full, gap
            shortest = min(top, bottom, both)
            continue
        # To this column: states UU1, E01, 0E1, EE1, EE2.
        width = gaps[column - 1]
        top = min(top, both) + width
        bottom = min(bottom, both) + width
        odd += width
        both += 2 * width
        apart += 2 * width
        # Along it.
        ends = min(top, bottom, apart)
        through = min(ends, both) + full
        closed = min(odd + full, ends + 2 * full)
        if back >= 0:
            least = min(back, front, gap)
            odd = min(odd + least, through)
            both = min(both + least, closed)
            apart = min(apart + least, top + min(front, gap), bottom + min(back, gap))
            top += back
            bottom += front
            shortest = min(top, bottom, both)
        else:
            odd = min(odd, through)
            both = min(both, closed)
    return shortest


@kernel
def matrix_walk(row: Words, distances: Ints) -> int:
    """Nearest neighbour from the depot, then 2-opt until nothing gets shorter."""
    depot = distances.shape[0] - 1
    tour = np.empty(depot + 2, np.int64)
    size = 1
    tour[0] = depot
    for word in range(row.size):
        rest = row[word]
        while rest:
            tour[size] = word * 64 + lowest_bit(rest)
            rest &= rest - np.uint64(1)
            size += 1
    tour[size] = depot
    for done in range(1, size):
        nearest = done
        for other in range(done + 1, size):
            if distances[tour[done - 1], tour[other]] < distances[tour[done - 1], tour[nearest]]:
                nearest = other
        tour[done], tour[nearest] = tour[nearest], tour[done]
    better = True
    while better:
        better = False
        for a in range(size - 1):
            along = against = 0  # the stretch from a + 1 to b, each way: ways may be one-way
            for b in range(a + 2, size):
                along += distances[tour[b - 1], tour[b]]
                against += distances[tour[b], tour[b - 1]]
                now = distances[tour[a], tour[a + 1]] + along + distances[tour[b], tour[b + 1]]
                if distances[tour[a], tour[b]] + against + distances[tour[a + 1], tour[b + 1]] < now:
                    tour[a + 1 : b + 1] = tour[a + 1 : b + 1][::-1].copy()
                    along, against = against, along
                    better = True
    length = 0
    for number in range(size):
        length += distances[tour[number], tour[number + 1]]
    return length


@kernel
def blocks_walk(row: Words, ground: Ground) -> int:
    """The shortest walk over several blocks."""
    starts = np.zeros(ground.columns + 1, np.int64)
    ys = np.empty(row.size * 64, np.int64)
    size = 0
    for column in range(ground.columns):
        for word in range(column * ground.words_per_column, (column + 1) * ground.words_per_column):
            rest = row[word]
            while rest:
                ys[size] = ground.at[word * 64 + lowest_bit(rest)]
                rest &= rest - np.uint64(1)
                size += 1
        starts[column + 1] = size
    return many_block_length(
        ground.aisle_x, ground.cross_y, ground.depot_aisle, ground.depot_y, starts, ys, ground.moves
    )


@kernel
def measured_cost(row: Words, aisles: Ints, first: int, end: int, words: Ints, masks: Words, ground: Ground) -> int:
    """What `grown_cost` says, for every kind of floor and costs of stops."""
    together = row.copy()
    for entry in range(first, end):
        together[words[entry]] |= masks[entry]
    if ground.kind == ONE_BLOCK:
        walk = one_block_walk(
            row, aisles, words, masks, first, end,
            ground.at, ground.gaps, ground.full, ground.columns, ground.words_per_column,
        )  # fmt: skip
    elif ground.kind == BLOCKS:
        walk = blocks_walk(together, ground)
    else:
        walk = matrix_walk(together, ground.distances)
    stops = 0
    if ground.stop_mm:
        for word in range(together.size):
            stops += bits_set(together[word])
    return walk + ground.cart_mm + ground.stop_mm * stops


@inlined
def grown_cost(row: Words, aisles: Ints, first: int, end: int, words: Ints, masks: Words, ground: Ground) -> int:
    """What the cart with these places costs when entries first..end of an order are added."""
    if ground.kind == ONE_BLOCK and ground.stop_mm == 0:
        cost = ground.cart_mm + one_block_walk(
            row, aisles, words, masks, first, end,
            ground.at, ground.gaps, ground.full, ground.columns, ground.words_per_column,
        )  # fmt: skip
    else:
        cost = measured_cost(row, aisles, first, end, words, masks, ground)
    return cost


@kernel
def alone(orders: Orders, ground: Ground) -> Ints:
    """What each order costs as a cart of its own."""
    costs = np.empty(orders.start.size - 1, np.int64)
    aisles = np.empty(3 * ground.columns, np.int64)
    set_aisles(ground.base, ground.at, ground.full, ground.columns, ground.words_per_column, aisles)
    for order in range(costs.size):
        first, end = orders.start[order], orders.start[order + 1]
        costs[order] = grown_cost(ground.base, aisles, first, end, orders.words, orders.masks, ground)
    return costs
