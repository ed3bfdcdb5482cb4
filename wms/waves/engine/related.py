"""Which orders lie near each other on the floor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .ground import Bench
from .kernels.batch_data import Ints
from .kernels.batch_related import nearest

_ALL_PAIRS = 400  # up to this many orders, each is compared with every other one
_NEAR = 40  # orders known as near to each
_MEASURED = 160  # about so many are compared with each in larger waves
_CHUNK = 4_000  # measurements between two questions of `stop`


def related(bench: Bench, stop: Callable[[], bool]) -> Ints | None:
    """Per order up to 40 near ones, nearest first, -1 at the end; None when `stop` came first."""
    count = bench.size
    near = np.full((count, min(_NEAR, max(1, count - 1))), -1, np.int64)
    ranked, ranks, group, reach = _sortings(bench)
    step = max(1, _CHUNK // min(count, _MEASURED))
    for first in range(0, count, step):
        if stop():
            return None
        end = min(count, first + step)
        nearest(bench.orders, bench.ground, first, end, ranked, ranks, group, reach, near)
    return near


def _sortings(bench: Bench) -> tuple[Ints, Ints, Ints, int]:
    """As `nearest` takes them: entries by aisle, then by where they are picked and where else their order goes."""
    orders, ground = bench.orders, bench.ground
    group = orders.words // ground.words_per_column
    if bench.size <= _ALL_PAIRS or not group.size:
        nothing = np.zeros((0, group.size), np.int64)
        return nothing, nothing, group, 0
    lowest = (orders.masks & (~orders.masks + np.uint64(1))).astype(np.float64)
    y = ground.at[orders.words * 64 + np.log2(lowest).astype(np.int64)]
    counts = np.diff(orders.start)
    # The entry farthest from each one among those of its order: the first or the last.
    first = np.repeat(orders.start[:-1], counts)
    last = np.repeat(orders.start[1:] - 1, counts)
    other = np.where(group - group[first] > group[last] - group, first, last)
    there, y_there = group[other], y[other]
    ranked = np.stack([np.lexsort((y_there, there, y, group)), np.lexsort((y, y_there, there, group))])
    ranks = np.empty_like(ranked)
    for number in range(len(ranked)):
        ranks[number, ranked[number]] = np.arange(group.size)
    reach = max(4, round(_MEASURED * bench.size / (4 * group.size)))
    return ranked, ranks, group, reach
