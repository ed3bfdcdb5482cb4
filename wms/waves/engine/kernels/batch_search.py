"""Ruin and recreate, compiled: take related orders out of a few carts and put them back where they cost least.

After J. Christiaens and G. Vanden Berghe, "Slack induction by string removals for vehicle routing problems",
Transportation Science 54 (2020): adjacent removals, greedy insertion that now and then overlooks a cart ("blinks"),
and simulated annealing.
"""

from __future__ import annotations

from math import log

import numpy as np

from .batch_carts import below, copy_cart, cost_with, note, overload, put, rebuild, recost, share
from .batch_compiled import inlined, lean
from .batch_data import Carts, Floats, Ground, Ints, Memory, Orders, Pool, Words
from .compiled import kernel

HITS_LEAST, HITS_MOST = 2, 4  # carts ruined in a round
TAKEN_MOST = 3  # orders taken from one of them
SAVED = HITS_MOST * (TAKEN_MOST + 1) + 1  # carts that one round can touch
ALL_CARTS = 32  # with at most so many carts each is tried for an order, else those of its nearest orders
NEAREST_TRIED = 16
OVERLOOKED = 0.01  # chance that an insertion overlooks a cart

MOST_OVER = 0.1  # share of a limit by which a cart may be overloaded on the way
FIRM, SOFT = 1.002, 0.999  # how the price of overload moves after each round with and without overloaded carts

TOTAL, BEST, FREE, TOUCHED, STAMP, OVERLOADED = range(6)
"""What `state` holds: total cost, least so far, free cart rows, carts touched in this round, number of the round,
overloaded carts."""
PRICE, LEAST_PRICE, MOST_PRICE = range(3)
"""What `prices` holds: mm for a whole cart of overload, now, at least and at most."""


@inlined
def touch(carts: Carts, saved: Carts, touched: Ints, stamp: Ints, state: Ints, cart: int) -> None:
    """Save the cart as it is before this round changes it."""
    if stamp[cart] != state[STAMP]:
        stamp[cart] = state[STAMP]
        copy_cart(carts, cart, saved, state[TOUCHED])
        touched[state[TOUCHED]] = cart
        state[TOUCHED] += 1


@lean
def take(carts: Carts, cart: int, order: int, taken: Ints, size: int, rng: Words) -> int:
    """The order and a few others out of its cart into `taken`; how many are in it then."""
    members, count = carts.members[cart], carts.held[cart]
    out = 1 + below(rng, min(count, TAKEN_MOST))
    for number in range(out):
        chosen = number + below(rng, count - number)
        if number == 0:
            while members[chosen] != order:
                chosen = chosen + 1 if chosen + 1 < count else 0
        members[number], members[chosen] = members[chosen], members[number]
        taken[size + number] = members[number]
        carts.where[members[number]] = -1
    for number in range(out, count):
        members[number - out] = members[number]
    carts.held[cart] = count - out
    return size + out


@lean
def ruin(
    orders: Orders,
    ground: Ground,
    near: Ints,
    mine: Ints,
    carts: Carts,
    memory: Memory,
    saved: Carts,
    touched: Ints,
    stamp: Ints,
    state: Ints,
    taken: Ints,
    rng: Words,
) -> int:
    """Orders out of neighbouring carts; how many."""
    centre = mine[below(rng, mine.size)]
    hits = HITS_LEAST + below(rng, HITS_MOST - HITS_LEAST + 1)
    size = 0
    for number in range(-1, near.shape[1]):
        order = centre if number < 0 else near[centre, number]
        if order < 0:
            break
        cart = carts.where[order]
        if cart < 0 or stamp[cart] == state[STAMP]:
            continue
        touch(carts, saved, touched, stamp, state, cart)
        size = take(carts, cart, order, taken, size, rng)
        rebuild(orders, ground, carts, cart)
        recost(orders, ground, carts, memory, cart)
        if state[TOUCHED] == hits:
            break
    return size


@lean
def arrange(taken: Ints, size: int, bulk: Floats, alone: Ints, rng: Words) -> None:
    """The sequence in which orders are put back: random, bulky first, far first, or near first."""
    for number in range(size - 1, 0, -1):
        other = below(rng, number + 1)
        taken[number], taken[other] = taken[other], taken[number]
    way = below(rng, 11)
    if way < 4:
        return
    for number in range(1, size):
        order, place = taken[number], number
        while place > 0:
            before = taken[place - 1]
            if way < 8:
                earlier = bulk[order] > bulk[before]
            elif way < 10:
                earlier = alone[order] > alone[before]
            else:
                earlier = alone[order] < alone[before]
            if not earlier:
                break
            taken[place] = before
            place -= 1
        taken[place] = order


@lean
def cheapest(
    orders: Orders,
    ground: Ground,
    near: Ints,
    carts: Carts,
    memory: Memory,
    touched: Ints,
    state: Ints,
    price: float,
    order: int,
    rng: Words,
) -> tuple[int, int]:
    """The cart that the order makes grow least, overload priced, and its cost then; -1 for a new cart."""
    best, best_cost, growth = -1, 0, np.float64(orders.alone[order])
    rows = carts.held.size
    everywhere = rows <= ALL_CARTS
    tried = state[TOUCHED] + (rows if everywhere else min(NEAREST_TRIED, near.shape[1]))
    load = orders.load[order]
    for number in range(tried):
        if number < state[TOUCHED]:
            cart = touched[number]
        elif everywhere:
            cart = number - state[TOUCHED]
        else:
            other = near[order, number - state[TOUCHED]]
            cart = carts.where[other] if other >= 0 else -1
        if cart < 0 or not carts.held[cart] or carts.held[cart] == carts.members.shape[1]:
            continue
        over = overload(orders, carts.load[cart], load)
        if over > 0.0:
            if over > MOST_OVER:
                continue
            over = price * (over - carts.over[cart])
            if over >= growth:
                continue
        if share(rng) < OVERLOOKED:
            continue
        cost = cost_with(orders, ground, carts, memory, cart, order)
        grown = cost - carts.cost[cart] + over
        if grown < growth:
            best, best_cost, growth = cart, cost, grown
    return best, best_cost


@lean
def recreate(
    orders: Orders,
    ground: Ground,
    near: Ints,
    carts: Carts,
    memory: Memory,
    saved: Carts,
    touched: Ints,
    stamp: Ints,
    state: Ints,
    price: float,
    free: Ints,
    taken: Ints,
    size: int,
    rng: Words,
) -> bool:
    """Every order taken back into a cart. False when a new cart is needed and no row is left for it."""
    for number in range(size):
        order = taken[number]
        cart, cost = cheapest(orders, ground, near, carts, memory, touched, state, price, order, rng)
        if cart < 0:
            for other in range(state[TOUCHED]):
                if not carts.held[touched[other]]:
                    cart = touched[other]
            if cart < 0:
                if not state[FREE]:
                    return False
                state[FREE] -= 1
                cart = free[state[FREE]]
            cost = orders.alone[order]
        touch(carts, saved, touched, stamp, state, cart)
        put(orders, ground, carts, cart, order, cost)
    return True


@lean
def undo(carts: Carts, saved: Carts, touched: Ints, state: Ints) -> None:
    """All carts touched as they were."""
    for number in range(state[TOUCHED]):
        cart = touched[number]
        copy_cart(saved, number, carts, cart)
        for slot in range(carts.held[cart]):
            carts.where[carts.members[cart, slot]] = cart


@kernel
def search(
    orders: Orders,
    ground: Ground,
    near: Ints,
    bulk: Floats,
    mine: Ints,
    carts: Carts,
    saved: Carts,
    touched: Ints,
    stamp: Ints,
    state: Ints,
    prices: Floats,
    free: Ints,
    memory: Memory,
    pool: Pool,
    best: Ints,
    rng: Words,
    rounds: int,
    heat: float,
    cooling: float,
) -> None:
    """So many rounds from the carts given; `heat` (mm) is multiplied by `cooling` after each.

    mine: the orders in these carts. best: `where` of the best carts so far. near: nearest orders of each, -1 at
    the end. free: stack of empty rows. stamp: last round that touched each cart.
    """
    taken = np.empty(HITS_MOST * TAKEN_MOST, np.int64)
    for _ in range(rounds):
        state[STAMP] += 1
        state[TOUCHED] = 0
        rows_free = state[FREE]
        price = prices[PRICE]
        size = ruin(orders, ground, near, mine, carts, memory, saved, touched, stamp, state, taken, rng)
        arrange(taken, size, bulk, orders.alone, rng)
        done = recreate(
            orders, ground, near, carts, memory, saved, touched, stamp, state, price, free, taken, size, rng
        )
        change, over, overloaded = 0, 0.0, 0
        for number in range(state[TOUCHED]):
            cart = touched[number]
            change += carts.cost[cart] - saved.cost[number]
            over += carts.over[cart] - saved.over[number]
            overloaded += (carts.over[cart] > 0.0) - (saved.over[number] > 0.0)
            if pool.cost.size > 1 and done and carts.held[cart] and carts.over[cart] == 0.0:
                note(pool, carts.key[cart], carts.members[cart], carts.held[cart], carts.cost[cart])
        if done and change + price * over <= -heat * log(1.0 - share(rng)):
            state[TOTAL] += change
            state[OVERLOADED] += overloaded
            for number in range(state[TOUCHED]):
                cart = touched[number]
                if not carts.held[cart]:
                    free[state[FREE]] = cart
                    state[FREE] += 1
            if state[TOTAL] < state[BEST] and not state[OVERLOADED]:
                state[BEST] = state[TOTAL]
                best[:] = carts.where
        else:
            undo(carts, saved, touched, state)
            state[FREE] = rows_free
        if state[OVERLOADED]:
            prices[PRICE] = min(price * FIRM, prices[MOST_PRICE])
        else:
            prices[PRICE] = max(price * SOFT, prices[LEAST_PRICE])
        heat *= cooling
