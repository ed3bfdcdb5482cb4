"""Searches side by side: each has its carts, its random numbers and its pool, and one processor if there are two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .ground import Bench, memory, pool
from .kernels.batch_data import Ints
from .kernels.batch_pool import note_all
from .kernels.batch_search import BEST, FREE, OVERLOADED, SAVED, TOTAL, search

_MEMORY_BITS = 15  # 2 ** 15 costs: half a megabyte, which the processor keeps near


class Lane:
    """One ruin and recreate search over the orders that `where` puts in a cart (-1: not this lane's)."""

    def __init__(self, bench: Bench, near: Ints, where: Ints, seed: int, pool_carts: int) -> None:
        self._bench, self._near = bench, near
        self._rng = np.array([seed * 0x9E37_79B9 + 1], np.uint64)
        self._memory = memory(_MEMORY_BITS)
        self.pool = pool(pool_carts, min(bench.most_members, 40))
        if pool_carts:
            note_all(bench.carts(np.arange(bench.size)), self.pool)
        self._state = np.zeros(6, np.int64)
        scale = bench.orders.alone.mean()
        self._prices = np.array([1.0, 0.1, 20.0]) * scale
        self.restart(where)

    def restart(self, where: Ints) -> None:
        """Go on from these carts."""
        used = int(where.max()) + 1
        rows = used + used // 8 + SAVED
        self._carts = self._bench.carts(where, rows)
        self._saved = self._bench.empty_carts(SAVED)
        self._mine = np.flatnonzero(where >= 0)
        self._touched = np.zeros(SAVED, np.int64)
        self._stamp = np.full(rows, -1, np.int64)
        self._free = np.zeros(rows + SAVED, np.int64)
        empty = np.flatnonzero(self._carts.held == 0)[::-1]
        self._free[: empty.size] = empty
        self._state[TOTAL] = self._state[BEST] = self._carts.cost.sum()
        self._state[FREE] = empty.size
        self._state[OVERLOADED] = 0
        self.best_where = where.copy()
        note_all(self._carts, self.pool)

    def run(self, rounds: int, heat: float, cooling: float) -> None:
        """So many rounds; releases the interpreter meanwhile."""
        bench = self._bench
        search(
            bench.orders, bench.ground, self._near, bench.bulk, self._mine, self._carts, self._saved, self._touched,
            self._stamp, self._state, self._prices, self._free, self._memory, self.pool, self.best_where, self._rng,
            rounds, heat, cooling,
        )  # fmt: skip

    def numbers(self) -> Ints:
        """The carts as they are now, by their numbers in the pool."""
        key, order = self.pool.key[: self.pool.size[0]], np.argsort(self.pool.key[: self.pool.size[0]])
        mine = self._carts.key[self._carts.held > 0]
        return np.sort(order[np.searchsorted(key, mine, sorter=order)])

    @property
    def best(self) -> int:
        """Least cost met since the last restart."""
        return int(self._state[BEST])

    @property
    def where(self) -> Ints:
        """The carts as they are now."""
        return self._carts.where


def anneal(
    lanes: Sequence[Lane],
    threads: ThreadPoolExecutor | None,
    *,
    rounds: int,
    chunk: int,
    heat: Callable[[float], float],
    stop: Callable[[], bool],
    watch: Callable[[], None],
) -> bool:
    """Run every lane for so many rounds, in step; `heat` (mm) by the share of the rounds done.

    `stop` is asked and `watch` called between chunks. False when stop came first.
    """
    done = 0
    while done < rounds:
        if stop():
            return False
        size = min(chunk, rounds - done)
        now, then = heat(done / rounds), heat((done + size) / rounds)
        cooling = (then / now) ** (1 / size)
        tasks = [threads.submit(lane.run, size, now, cooling) for lane in lanes[1:]] if threads else []
        for lane in lanes[:1] if threads else lanes:
            lane.run(size, now, cooling)
        for task in tasks:
            task.result()
        done += size
        watch()
    return True
