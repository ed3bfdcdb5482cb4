"""Pricing of carts by the value of their orders (duals of the set covering programme), compiled."""

from __future__ import annotations

import numpy as np

from .batch_carts import cost_with, fits, note, rebuild, recost
from .batch_data import Carts, Flags, Floats, Ground, Ints, Memory, Orders, Pool
from .compiled import kernel


@kernel
def reduced_costs(pool: Pool, duals: Floats) -> Floats:
    """Cost of each cart in the pool less the duals of its orders."""
    count = pool.size[0]
    reduced = np.empty(count, np.float64)
    for cart in range(count):
        value = np.float64(pool.cost[cart])
        for place in range(pool.first[cart], pool.first[cart + 1]):
            value -= duals[pool.members[place]]
        reduced[cart] = value
    return reduced


@kernel
def note_all(carts: Carts, pool: Pool) -> None:
    """All carts that hold orders into the pool."""
    for cart in range(carts.held.size):
        if carts.held[cart]:
            note(pool, carts.key[cart], carts.members[cart], carts.held[cart], carts.cost[cart])


@kernel
def pour(source: Pool, pool: Pool) -> None:
    """One pool into another."""
    for cart in range(source.size[0]):
        first, end = source.first[cart], source.first[cart + 1]
        note(pool, source.key[cart], source.members[first:end], end - first, source.cost[cart])


@kernel
def keep(pool: Pool, wanted: Flags) -> None:
    """Forget all carts but the wanted ones (flags)."""
    pool.table[:] = 0
    mask = np.uint64(pool.table.size - 1)
    number, used = 0, 0
    for cart in range(pool.size[0]):
        first, end = pool.first[cart], pool.first[cart + 1]
        if not wanted[cart]:
            continue
        pool.key[number], pool.cost[number] = pool.key[cart], pool.cost[cart]
        for place in range(first, end):
            pool.members[used + place - first] = pool.members[place]
        slot = pool.key[number] & mask
        while pool.table[slot]:
            slot = (slot + np.uint64(1)) & mask
        used += end - first
        number += 1
        pool.table[slot] = number
        pool.first[number] = used
    pool.size[0], pool.size[1] = number, used


@kernel
def grow(
    orders: Orders,
    ground: Ground,
    scratch: Carts,
    memory: Memory,
    pool: Pool,
    duals: Floats,
    value: float,
    limit: float,
    inside: Flags,
) -> int:
    """Note every cart that is the scratch cart (row 0, reduced cost `value`) and one more order, priced under limit."""
    found = 0
    count = scratch.held[0]
    for order in range(duals.size):
        # A longer list is never cheaper, so the walk need not be measured when the dual is too small.
        if inside[order] or value - duals[order] >= limit:
            continue
        if not fits(scratch.load[0], orders.load[order], orders.capacity):
            continue
        cost = cost_with(orders, ground, scratch, memory, 0, order)
        if value + cost - scratch.cost[0] - duals[order] < limit:
            scratch.members[0, count] = order
            if note(pool, scratch.key[0] ^ orders.names[order], scratch.members[0], count + 1, cost):
                found += 1
    return found


@kernel
def neighbours(
    orders: Orders,
    ground: Ground,
    scratch: Carts,
    memory: Memory,
    pool: Pool,
    chosen: Ints,
    duals: Floats,
    limit: float,
) -> int:
    """Note the carts one order more, less or exchanged away from the chosen ones whose reduced cost is under limit.

    scratch: carts with one row. Returns how many are new.
    """
    found = 0
    inside = np.zeros(duals.size, np.bool_)
    for cart in chosen:
        first, end = pool.first[cart], pool.first[cart + 1]
        for place in range(first, end):
            inside[pool.members[place]] = True
        for left in range(first - 1, end):  # first - 1: all stay
            count = 0
            value = np.float64(0)
            for place in range(first, end):
                if place != left:
                    scratch.members[0, count] = pool.members[place]
                    value -= duals[pool.members[place]]
                    count += 1
            scratch.held[0] = count
            rebuild(orders, ground, scratch, 0)
            recost(orders, ground, scratch, memory, 0)
            value += scratch.cost[0]
            if left >= first and count and value < limit:
                found += note(pool, scratch.key[0], scratch.members[0], count, scratch.cost[0])
            found += grow(orders, ground, scratch, memory, pool, duals, value, limit, inside)
        for place in range(first, end):
            inside[pool.members[place]] = False
    return found
