"""Which carts are worth walking together: a cheap guess that picks candidates for the exact measure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .carts import Bench, Cart


class Related:
    """Ranks carts by how much walking two of them would share.

    The guess for two carts is the aisles both visit, each worth an aisle length, plus the stretch of
    cross aisle both walk, there and back.
    """

    def __init__(self, bench: Bench, room: int) -> None:
        """Room for `room` carts, numbered 0 .. room - 1; none is alive at first."""
        floor = bench.floor
        self._xs = np.array(floor.aisle_x_mm, dtype=np.int64)
        self._depot_x = floor.aisle_x_mm[floor.depot_aisle]
        self._aisle_mm = floor.length_mm
        self._depot_masks = bench.empty.masks
        self._capacity = np.array(bench.capacity, dtype=np.int64)
        self._visits = np.zeros((room, len(self._xs)), dtype=np.float32)
        self._low = np.full(room, self._depot_x, dtype=np.int64)
        self._high = np.full(room, self._depot_x, dtype=np.int64)
        self._load = np.zeros((room, len(bench.capacity)), dtype=np.int64)
        self._alive = np.zeros(room, dtype=bool)
        self._used = 0

    def add(self, number: int, cart: Cart) -> None:
        visited = [mask != empty for mask, empty in zip(cart.masks, self._depot_masks, strict=True)]
        xs = self._xs[visited]
        self._visits[number] = visited
        self._low[number] = min(self._depot_x, xs.min(initial=self._depot_x))
        self._high[number] = max(self._depot_x, xs.max(initial=self._depot_x))
        self._load[number] = cart.load
        self._alive[number] = True
        self._used = max(self._used, number + 1)

    def remove(self, number: int) -> None:
        self._alive[number] = False

    def nearest(self, number: int, most: int, *, fitting: bool) -> list[int]:
        """Up to `most` other carts alive, best first; with `fitting` only those that fit beside it."""
        used = slice(0, self._used)
        chosen = self._alive[used].copy()
        chosen[number] = False
        if fitting:
            chosen &= (self._load[used] + self._load[number] <= self._capacity).all(axis=1)
        others = np.flatnonzero(chosen)
        return self._best(others, self._shared(number, others), most)

    def _shared(self, number: int, others: NDArray[np.intp]) -> NDArray[np.int64]:
        """Guess of the walking shared, in mm, per other cart."""
        aisles: NDArray[np.int64] = (self._visits[others] @ self._visits[number]).astype(np.int64)
        stretch: NDArray[np.int64] = np.minimum(self._high[others], self._high[number])
        stretch -= np.maximum(self._low[others], self._low[number])
        shared: NDArray[np.int64] = aisles * self._aisle_mm + 2 * stretch
        return shared

    @staticmethod
    def _best(others: NDArray[np.intp], shared: NDArray[np.int64], most: int) -> list[int]:
        # Made distinct, so that the choice is the same on every machine.
        rank = shared * (len(others) + 1) - np.arange(len(others))
        if len(others) > most:
            kept = np.argpartition(-rank, most)[:most]
            others, rank = others[kept], rank[kept]
        return [int(number) for number in others[np.argsort(-rank)]]


def related_singles(bench: Bench) -> Related:
    """All orders alive, each as a cart of its own, with room for as many merged carts again."""
    related = Related(bench, 2 * len(bench.singles))
    for number, single in enumerate(bench.singles):
        related.add(number, single)
    return related
