"""Few orders, compiled: the cost of every set of orders, then the best partition of each set from its subsets."""

from __future__ import annotations

import numpy as np

from .batch_carts import fits
from .batch_data import ONE_BLOCK, Ground, Ints, Orders
from .batch_lengths import FAR, grown_cost, lowest_bit, set_aisles
from .compiled import kernel


@kernel
def cart_costs(orders: Orders, ground: Ground, first: int, end: int, costs: Ints) -> None:
    """Cost of each set of orders (bit i: order i) from number first to end; FAR where it does not fit."""
    row, aisles = np.empty(ground.base.size, np.uint64), np.empty(3 * ground.columns, np.int64)
    used = np.empty(orders.capacity.size, np.int64)
    nothing = np.zeros(orders.capacity.size, np.int64)
    for chosen in range(first, end):
        row[:] = ground.base
        used[:] = 0
        rest = np.uint64(chosen)
        while rest:
            order = lowest_bit(rest)
            rest &= rest - np.uint64(1)
            used += orders.load[order]
            for entry in range(orders.start[order], orders.start[order + 1]):
                row[orders.words[entry]] |= orders.masks[entry]
        costs[chosen] = FAR
        if fits(used, nothing, orders.capacity):
            if ground.kind == ONE_BLOCK:
                set_aisles(row, ground.at, ground.full, ground.columns, ground.words_per_column, aisles)
            costs[chosen] = grown_cost(row, aisles, 0, 0, orders.words, orders.masks, ground)


@kernel
def partitions(costs: Ints, first: int, end: int, best: Ints, cart: Ints) -> None:
    """Least cost of the sets from number first to end, split into carts, and the cart of their first order."""
    for chosen in range(first, end):
        lead = chosen & -chosen
        others = chosen ^ lead
        least, least_cart = FAR, 0
        rest = others
        while True:  # every subset of the others goes with the first order
            joined = rest | lead
            if costs[joined] < FAR:
                total = costs[joined] + best[chosen ^ joined]
                if total < least:
                    least, least_cart = total, joined
            if not rest:
                break
            rest = (rest - 1) & others
        best[chosen], cart[chosen] = least, least_cart
