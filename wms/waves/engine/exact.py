"""Few orders: the best carts of all, by trying every set of orders as a cart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .ground import Bench
from .kernels.batch_data import Ints
from .kernels.batch_exact import cart_costs, partitions

MOST_ORDERS = 14  # 3 ** 14 splits take some 20 ms
_SETS, _CHUNK = 4_000, 512  # sets measured, and sets split, between two questions of `stop`


def best_carts(bench: Bench, stop: Callable[[], bool]) -> Ints | None:
    """The cart of each order in the best plan there is; None when `stop` came first."""
    sets = 1 << bench.size
    costs, best, cart = np.empty(sets, np.int64), np.zeros(sets, np.int64), np.zeros(sets, np.int64)
    for first in range(1, sets, _SETS):
        if stop():
            return None
        cart_costs(bench.orders, bench.ground, first, min(sets, first + _SETS), costs)
    for first in range(1, sets, _CHUNK):
        if stop():
            return None
        partitions(costs, first, min(sets, first + _CHUNK), best, cart)
    where = np.zeros(bench.size, np.int64)
    left, number = sets - 1, 0
    while left:
        here = int(cart[left])
        where[[order for order in range(bench.size) if here >> order & 1]] = number
        left, number = left ^ here, number + 1
    return where
