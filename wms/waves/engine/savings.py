"""Carts by savings (Clarke and Wright): see `kernels.batch_savings`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .carts import numbered
from .ground import Bench
from .kernels.batch_data import Ints
from .kernels.batch_savings import GROUPS, OFFERED, Groups, begin, join_best, offer_range

_ALL_GROUPS = 150  # up to this many groups alive, each is measured with every other one
_LAST_GROUPS = 3_000  # up to this many, those that lost all their candidates look at every other one
_CHUNK = 6  # groups offered, or joins made, between two questions of `stop`, when measured with all others
_NEAR_CHUNK = 40  # the same when measured with near ones


def savings(bench: Bench, near: Ints, stop: Callable[[], bool]) -> Ints:
    """The cart of each order. Cut short by `stop`, the carts joined so far, some of them small."""
    groups = _groups(bench)
    begin(bench.orders, bench.ground, groups)
    everything = bench.size <= _ALL_GROUPS
    while _round(bench, near, groups, everything, stop):
        everything = int((groups.cost[: groups.size[GROUPS]] >= 0).sum()) <= _LAST_GROUPS
    return numbered(groups.group)


def _round(bench: Bench, near: Ints, groups: Groups, everything: bool, stop: Callable[[], bool]) -> bool:
    """Offer all groups and join while joins are left. Whether any was made and time is left."""
    step = _CHUNK if everything else _NEAR_CHUNK
    count = int(groups.size[GROUPS])
    for first in range(0, count, step):
        if stop():
            return False
        offer_range(bench.orders, bench.ground, near, groups, first, min(count, first + step), everything)
    joined = False
    while not stop():
        if join_best(bench.orders, bench.ground, near, groups, step, everything) < step:
            return joined or int(groups.size[GROUPS]) > count
        joined = True
    return False


def _groups(bench: Bench) -> Groups:
    count = 2 * bench.size
    heap = count * OFFERED
    return Groups(
        places=np.zeros((count, bench.ground.base.size), np.uint64),
        load=np.zeros((count, bench.orders.capacity.size), np.int64),
        cost=np.full(count, -1, np.int64),
        head=np.zeros(count, np.int64),
        tail=np.zeros(count, np.int64),
        following=np.zeros(bench.size, np.int64),
        group=np.zeros(bench.size, np.int64),
        saving=np.zeros(heap, np.int64),
        pair=np.zeros(heap, np.int64),
        size=np.zeros(2, np.int64),
        seen=np.full(count, -1, np.int64),
    )
