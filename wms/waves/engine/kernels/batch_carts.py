"""Carts in arrays: put an order in, build one anew, copy one, remember costs and distinct carts, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .batch_compiled import inlined, lean
from .batch_data import ONE_BLOCK, Carts, Ground, Ints, Memory, Orders, Pool, Words
from .batch_lengths import grown_cost, set_aisles
from .compiled import kernel


@inlined
def draw(rng: Words) -> np.uint64:
    """The next random word. S. Vigna's SplitMix64."""
    rng[0] += np.uint64(0x9E3779B97F4A7C15)
    word = rng[0]
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))  # type: ignore[no-any-return]


@inlined
def below(rng: Words, most: int) -> int:
    """A random whole number from 0 to most - 1."""
    return np.int64(((draw(rng) >> np.uint64(32)) * np.uint64(most)) >> np.uint64(32))  # type: ignore[return-value]


@inlined
def share(rng: Words) -> float:
    """A random number, 0 <= number < 1."""
    return np.float64(draw(rng) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def fits(used: Ints, load: Ints, capacity: Ints) -> bool:
    """Whether a load fits beside what is used already."""
    for limit in range(capacity.size):  # noqa: SIM110 - compiled
        if used[limit] + load[limit] > capacity[limit]:
            return False
    return True


@inlined
def overload(orders: Orders, used: Ints, load: Ints) -> float:
    """By how much a cart that carries `used` passes its limits with a load more, in shares of them, summed."""
    over = 0.0
    for limit in range(orders.capacity.size):
        most = orders.capacity[limit]
        excess = used[limit] + load[limit] - most
        if excess > 0:
            over += excess / max(most, 1)
    return over


@inlined
def overloaded(orders: Orders, used: Ints) -> float:
    """By how much a cart passes its limits, in shares of them, summed."""
    over = 0.0
    for limit in range(orders.capacity.size):
        most = orders.capacity[limit]
        if used[limit] > most:
            over += (used[limit] - most) / max(most, 1)
    return over


@inlined
def rebuild(orders: Orders, ground: Ground, carts: Carts, cart: int) -> None:
    """Places, load, key and cost of a cart from its members."""
    for word in range(ground.base.size):
        carts.places[cart, word] = ground.base[word]
    for limit in range(orders.capacity.size):
        carts.load[cart, limit] = 0
    key = np.uint64(0)
    for slot in range(carts.held[cart]):
        order = carts.members[cart, slot]
        key ^= orders.names[order]
        for limit in range(orders.capacity.size):
            carts.load[cart, limit] += orders.load[order, limit]
        for entry in range(orders.start[order], orders.start[order + 1]):
            carts.places[cart, orders.words[entry]] |= orders.masks[entry]
    carts.key[cart] = key
    carts.over[cart] = overloaded(orders, carts.load[cart])
    if ground.kind == ONE_BLOCK:
        set_aisles(
            carts.places[cart], ground.at, ground.full, ground.columns, ground.words_per_column, carts.aisles[cart]
        )
    carts.cost[cart] = 0


@inlined
def recost(orders: Orders, ground: Ground, carts: Carts, memory: Memory, cart: int) -> None:
    """The cost of a cart that was built anew, looked up or measured."""
    if not carts.held[cart]:
        return
    key = carts.key[cart]
    slot = np.int64(key & np.uint64(memory.key.size - 1))
    if memory.key[slot] != key:
        memory.key[slot] = key
        memory.cost[slot] = grown_cost(carts.places[cart], carts.aisles[cart], 0, 0, orders.words, orders.masks, ground)
    carts.cost[cart] = memory.cost[slot]


@inlined
def cost_with(orders: Orders, ground: Ground, carts: Carts, memory: Memory, cart: int, order: int) -> int:
    """What the cart costs with the order put in."""
    key = carts.key[cart] ^ orders.names[order]
    slot = np.int64(key & np.uint64(memory.key.size - 1))
    if memory.key[slot] != key:
        memory.key[slot] = key
        memory.cost[slot] = grown_cost(
            carts.places[cart], carts.aisles[cart], orders.start[order], orders.start[order + 1],
            orders.words, orders.masks, ground,
        )  # fmt: skip
    return memory.cost[slot]  # type: ignore[no-any-return]


@inlined
def put(orders: Orders, ground: Ground, carts: Carts, cart: int, order: int, cost: int) -> None:
    """The order into the cart, which then costs `cost`."""
    carts.members[cart, carts.held[cart]] = order
    carts.held[cart] += 1
    carts.key[cart] ^= orders.names[order]
    carts.cost[cart] = cost
    carts.where[order] = cart
    for limit in range(orders.capacity.size):
        carts.load[cart, limit] += orders.load[order, limit]
    carts.over[cart] = overloaded(orders, carts.load[cart])
    for entry in range(orders.start[order], orders.start[order + 1]):
        carts.places[cart, orders.words[entry]] |= orders.masks[entry]
    if ground.kind == ONE_BLOCK:
        set_aisles(
            carts.places[cart], ground.at, ground.full, ground.columns, ground.words_per_column, carts.aisles[cart]
        )


@inlined
def copy_cart(source: Carts, row: int, target: Carts, to: int) -> None:
    """One cart over another, in the same or other arrays. `where` stays as it is."""
    count = source.held[row]
    target.held[to] = count
    for slot in range(count):
        target.members[to, slot] = source.members[row, slot]
    for word in range(source.places.shape[1]):
        target.places[to, word] = source.places[row, word]
    for number in range(source.aisles.shape[1]):
        target.aisles[to, number] = source.aisles[row, number]
    for limit in range(source.load.shape[1]):
        target.load[to, limit] = source.load[row, limit]
    target.cost[to] = source.cost[row]
    target.over[to] = source.over[row]
    target.key[to] = source.key[row]


@kernel
def fill(orders: Orders, ground: Ground, carts: Carts, memory: Memory, where: Ints) -> None:
    """All carts from `where`, the cart of each order (-1: of none here)."""
    carts.held[:] = 0
    carts.where[:] = where
    for order in range(where.size):
        cart = where[order]
        if cart >= 0:
            carts.members[cart, carts.held[cart]] = order
            carts.held[cart] += 1
    for cart in range(carts.held.size):
        rebuild(orders, ground, carts, cart)
        recost(orders, ground, carts, memory, cart)


@lean
def note(pool: Pool, key: np.uint64, members: npt.NDArray[Any], count: int, cost: int) -> bool:
    """Keep a cart in the pool unless it is known or the pool is full. True when it is new."""
    mask = np.uint64(pool.table.size - 1)
    slot = key & mask
    while pool.table[slot]:
        if pool.key[pool.table[slot] - 1] == key:
            return False
        slot = (slot + np.uint64(1)) & mask
    number, used = pool.size[0], pool.size[1]
    if number + 1 >= pool.cost.size or used + count > pool.members.size:
        return False
    pool.table[slot] = number + 1
    pool.key[number] = key
    pool.cost[number] = cost
    for member in range(count):
        pool.members[used + member] = members[member]
    pool.size[0], pool.size[1] = number + 1, used + count
    pool.first[number + 1] = used + count
    return True
