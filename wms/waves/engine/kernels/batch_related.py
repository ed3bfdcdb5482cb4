"""Which orders lie near each other, compiled.

Two orders are as far apart as the walk to one adds to the walk to the other, both ways summed: 0 when they are
picked on the same walk.
"""

from __future__ import annotations

import numpy as np

from .batch_data import ONE_BLOCK, Ground, Ints, Orders, Words
from .batch_lengths import grown_cost, set_aisles
from .compiled import kernel


@kernel
def lay_out(orders: Orders, ground: Ground, order: int, row: Words, aisles: Ints) -> None:
    """The places and walking costs of one order alone."""
    row[:] = ground.base
    for entry in range(orders.start[order], orders.start[order + 1]):
        row[orders.words[entry]] |= orders.masks[entry]
    if ground.kind == ONE_BLOCK:
        set_aisles(row, ground.at, ground.full, ground.columns, ground.words_per_column, aisles)


@kernel
def nearest(
    orders: Orders,
    ground: Ground,
    begin: int,
    end: int,
    ranked: Ints,
    ranks: Ints,
    group: Ints,
    reach: int,
    near: Ints,
) -> None:
    """For orders begin..end the rows of `near`, nearest first, -1 at the end.

    ranked: per sorting, the entries of all orders (numbers of `orders.words`) by it; ranks: the place of each entry
    there. Entries within `reach` in the same `group` (of the entry) are measured. Without sortings, all orders are.
    """
    count = orders.start.size - 1
    owner = np.empty(orders.words.size, np.int64)
    for order in range(count):
        owner[orders.start[order] : orders.start[order + 1]] = order
    row, aisles = np.empty(ground.base.size, np.uint64), np.empty(3 * ground.columns, np.int64)
    seen = np.full(count, -1, np.int64)
    found, apart = np.empty(count, np.int64), np.empty(count, np.int64)
    for order in range(begin, end):
        size = 0
        seen[order] = order
        for sorting in range(ranked.shape[0]):
            for entry in range(orders.start[order], orders.start[order + 1]):
                middle = ranks[sorting, entry]
                for place in range(max(0, middle - reach), min(ranked.shape[1], middle + reach + 1)):
                    other_entry = ranked[sorting, place]
                    other = owner[other_entry]
                    if group[other_entry] == group[entry] and seen[other] != order:
                        seen[other] = order
                        found[size] = other
                        size += 1
        if not ranked.shape[0]:
            for other in range(count):
                if other != order:
                    found[size] = other
                    size += 1
        lay_out(orders, ground, order, row, aisles)
        for number in range(size):
            other = found[number]
            joined = grown_cost(
                row, aisles, orders.start[other], orders.start[other + 1], orders.words, orders.masks, ground
            )
            apart[number] = 2 * joined - orders.alone[order] - orders.alone[other]
        best = np.argsort(apart[:size], kind="mergesort")
        for number in range(near.shape[1]):
            near[order, number] = found[best[number]] if number < size else -1
