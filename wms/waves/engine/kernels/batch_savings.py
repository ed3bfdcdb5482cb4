"""Carts by savings, compiled: join the two groups of orders that save the most walking together, again and again.

G. Clarke and J. W. Wright, Operations Research 12 (1964), in the form for order batching that measures the savings
anew after each join: C&W(ii) of M. B. M. de Koster, E. S. van der Poort and M. Wolters, International Journal of
Production Research 37 (1999). In large waves only joins with groups of near orders are measured.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .batch_carts import fits
from .batch_data import ONE_BLOCK, Ground, Ints, Orders, Words
from .batch_lengths import grown_cost, set_aisles
from .compiled import kernel

OFFERED = 24  # joins of one group that are remembered
MEASURED = 96  # joins of one group that are measured

GROUPS, HEAP = range(2)


class Groups(NamedTuple):
    """Groups of orders by number: the orders first, joined groups after them.

    places, load, cost: as of carts; cost -1 for groups joined into another. head, tail, following: their orders
    as linked lists. group: of each order. saving, pair: a heap of joins, the best one first. size: (groups, joins
    in the heap). seen: per group, the last one that looked at it.
    """

    places: Words
    load: Ints
    cost: Ints
    head: Ints
    tail: Ints
    following: Ints
    group: Ints
    saving: Ints
    pair: Ints
    size: Ints
    seen: Ints


@kernel
def begin(orders: Orders, ground: Ground, groups: Groups) -> None:
    """Each order a group of its own."""
    for order in range(orders.start.size - 1):
        groups.places[order] = ground.base
        for entry in range(orders.start[order], orders.start[order + 1]):
            groups.places[order, orders.words[entry]] |= orders.masks[entry]
        groups.load[order] = orders.load[order]
        groups.cost[order] = orders.alone[order]
        groups.head[order] = groups.tail[order] = groups.group[order] = order
        groups.following[order] = -1
    groups.size[GROUPS] = orders.start.size - 1
    groups.seen[:] = -1


@kernel
def joined_cost(ground: Ground, orders: Orders, groups: Groups, a: int, b: int, row: Words, aisles: Ints) -> int:
    """What both groups cost in one cart."""
    for word in range(row.size):
        row[word] = groups.places[a, word] | groups.places[b, word]
    if ground.kind == ONE_BLOCK:
        set_aisles(row, ground.at, ground.full, ground.columns, ground.words_per_column, aisles)
    return grown_cost(row, aisles, 0, 0, orders.words, orders.masks, ground)


@kernel
def push(groups: Groups, saving: int, pair: int) -> None:
    """A join into the heap; a full heap forgets it."""
    place = groups.size[HEAP]
    if place == groups.saving.size:
        return
    groups.size[HEAP] += 1
    while place > 0:
        above = (place - 1) // 2
        if groups.saving[above] > saving or (groups.saving[above] == saving and groups.pair[above] <= pair):
            break
        groups.saving[place], groups.pair[place] = groups.saving[above], groups.pair[above]
        place = above
    groups.saving[place], groups.pair[place] = saving, pair


@kernel
def pop(groups: Groups) -> int:
    """The best join out of the heap."""
    best = groups.pair[0]
    groups.size[HEAP] -= 1
    size = groups.size[HEAP]
    saving, pair = groups.saving[size], groups.pair[size]
    place = 0
    while 2 * place + 1 < size:
        below = 2 * place + 1
        other = below + 1
        if other < size and (
            groups.saving[other] > groups.saving[below]
            or (groups.saving[other] == groups.saving[below] and groups.pair[other] < groups.pair[below])
        ):
            below = other
        if saving > groups.saving[below] or (saving == groups.saving[below] and pair <= groups.pair[below]):
            break
        groups.saving[place], groups.pair[place] = groups.saving[below], groups.pair[below]
        place = below
    groups.saving[place], groups.pair[place] = saving, pair
    return best  # type: ignore[no-any-return]


@kernel
def candidates(orders: Orders, near: Ints, groups: Groups, group: int, everything: bool, found: Ints) -> int:
    """Other groups alive that fit beside the group: those of its orders' nearest, or all there are."""
    size = 0
    if everything:
        for other in range(groups.size[GROUPS]):
            if size == found.size:
                break
            if (
                other != group
                and groups.cost[other] >= 0
                and fits(groups.load[group], groups.load[other], orders.capacity)
            ):
                found[size] = other
                size += 1
        return size
    order = groups.head[group]
    while order >= 0:
        for number in range(near.shape[1]):
            if size == found.size or near[order, number] < 0:
                break
            other = groups.group[near[order, number]]
            if other != group and groups.seen[other] != group:
                groups.seen[other] = group
                if fits(groups.load[group], groups.load[other], orders.capacity):
                    found[size] = other
                    size += 1
        order = groups.following[order]
    return size


@kernel
def offer(
    orders: Orders,
    ground: Ground,
    near: Ints,
    groups: Groups,
    group: int,
    everything: bool,
    found: Ints,
    savings: Ints,
    row: Words,
    aisles: Ints,
) -> None:
    """Measure the joins of a group and remember the best ones."""
    size = candidates(orders, near, groups, group, everything, found)
    for number in range(size):
        joined = joined_cost(ground, orders, groups, group, found[number], row, aisles)
        savings[number] = groups.cost[group] + groups.cost[found[number]] - joined
    limit = -(1 << 62)
    if size > OFFERED:
        limit = np.sort(savings[:size])[size - OFFERED]
    for number in range(size):
        if savings[number] >= limit:
            other = found[number]
            push(groups, savings[number], (min(group, other) << 32) | max(group, other))


@kernel
def offer_range(
    orders: Orders,
    ground: Ground,
    near: Ints,
    groups: Groups,
    first: int,
    end: int,
    everything: bool,
) -> None:
    """Offer the groups alive from number first to end."""
    row, aisles = np.empty(ground.base.size, np.uint64), np.empty(3 * ground.columns, np.int64)
    found = np.empty(groups.group.size if everything else MEASURED, np.int64)
    savings = np.empty(found.size, np.int64)
    for group in range(first, end):
        if groups.cost[group] >= 0:
            offer(orders, ground, near, groups, group, everything, found, savings, row, aisles)


@kernel
def join_best(orders: Orders, ground: Ground, near: Ints, groups: Groups, most: int, everything: bool) -> int:
    """Make up to `most` joins, best first. Returns how many; fewer when none is left."""
    row, aisles = np.empty(ground.base.size, np.uint64), np.empty(3 * ground.columns, np.int64)
    found = np.empty(groups.group.size if everything else MEASURED, np.int64)
    savings = np.empty(found.size, np.int64)
    done = 0
    while done < most and groups.size[HEAP]:
        pair = pop(groups)
        a, b = pair >> 32, pair & 0xFFFFFFFF
        if groups.cost[a] < 0 or groups.cost[b] < 0:
            continue
        new = groups.size[GROUPS]
        groups.size[GROUPS] += 1
        groups.cost[new] = joined_cost(ground, orders, groups, a, b, row, aisles)
        groups.places[new] = row
        groups.load[new] = groups.load[a] + groups.load[b]
        groups.cost[a] = groups.cost[b] = -1
        groups.head[new], groups.tail[new] = groups.head[a], groups.tail[b]
        groups.following[groups.tail[a]] = groups.head[b]
        order = groups.head[new]
        while order >= 0:
            groups.group[order] = new
            order = groups.following[order]
        offer(orders, ground, near, groups, new, everything, found, savings, row, aisles)
        done += 1
    return done
