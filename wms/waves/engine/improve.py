"""Carts made better for as long as there is time.

Up to some hundred orders, ruin and recreate collects carts and set covering chooses among them, in turns that grow
longer. In larger waves ruin and recreate anneals once over the time given, on halves of the carts side by side that
are cut anew again and again. What is done depends on the seed and on counts only; time only ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .carts import numbered
from .ground import Bench
from .kernels.batch_data import BLOCKS, ONE_BLOCK, Flags, Ints, Numbers, Pool
from .kernels.batch_pool import keep, pour, reduced_costs
from .lanes import Lane, anneal
from .partition import Covering, Effort

COVERED = 300  # up to this many orders carts are chosen by set covering
_LANES = 2
_POOL = 400_000  # carts kept of those met
_CHUNK_SECONDS = 0.003  # between two questions of `stop`
_HOT, _COLD = 0.03, 0.001  # temperatures, as shares of the mean cost of a cart
_TURN_SECONDS, _TURN_GROWTH, _TURN_MOST = 0.25, 1.5, 3.0  # of ruin and recreate in a turn
_FIRST_EFFORT, _MOST_EFFORT = Effort(250, 50, 0.85), Effort(1_500, 500, 0.7)
_PATIENCE = 8  # ends after so many turns in a row without a better plan
_SPLIT_SECONDS = 0.5  # after which a large wave is cut anew
_USED = 0.75  # share of the time given that is planned for
_AGAIN = 0.25  # large waves: how hot they are made again, as a share of _HOT


class Plan:
    """The best carts so far."""

    def __init__(self, where: Ints, cost: int, progress: Callable[[int], None]) -> None:
        self.where, self.cost, self._progress = where, cost, progress

    def offer(self, where: Ints, cost: int) -> bool:
        """Take these carts if they cost less."""
        if cost >= self.cost:
            return False
        self.where, self.cost = numbered(where), cost
        self._progress(cost)
        return True


def improve(bench: Bench, near: Ints, plan: Plan, *, seed: int, seconds: float, stop: Callable[[], bool]) -> None:
    """Make the plan better until `stop` says so or better ones are no longer found.

    seconds: about how long the caller means to wait; it sets how slowly a large wave cools down.
    """
    if plan.where.max() == 0:
        return
    with ThreadPoolExecutor(_LANES - 1) as threads:
        work = _Work(bench, near, plan, seed, stop, threads)
        if bench.size <= COVERED:
            work.take_turns()
        else:
            work.cool_down(seconds)


class _Work:
    def __init__(
        self, bench: Bench, near: Ints, plan: Plan, seed: int, stop: Callable[[], bool], threads: ThreadPoolExecutor
    ) -> None:
        self.bench, self.near, self.plan, self.seed, self.stop, self.threads = bench, near, plan, seed, stop, threads
        self.covering: Covering | None = None
        self.scale = plan.cost / (int(plan.where.max()) + 1)
        self.round_seconds = _round_seconds(bench)
        self.chunk = max(1, round(_CHUNK_SECONDS / self.round_seconds))

    def take_turns(self) -> None:
        """Ruin and recreate and set covering in turns."""
        lanes = [self._lane(self.plan.where, lane, _POOL) for lane in range(_LANES)]
        seconds, effort, idle = _TURN_SECONDS, _FIRST_EFFORT, 0
        while idle < _PATIENCE:
            before = self.plan.cost
            going = self._anneal(lanes, seconds, _HOT, _COLD, self._watch_each(lanes))
            if not going or not self._choose(lanes, effort):
                return
            idle = 0 if self.plan.cost < before else idle + 1
            seconds = min(_TURN_MOST, seconds * _TURN_GROWTH)
            effort = Effort(
                min(_MOST_EFFORT.carts, effort.carts * 5 // 4),
                min(_MOST_EFFORT.nodes, effort.nodes * 2),
                max(_MOST_EFFORT.dived, effort.dived - 0.02),
            )
            for lane in lanes:
                lane.restart(self.plan.where)

    def cool_down(self, seconds: float) -> None:
        """Halves of a large wave side by side."""
        rng = np.random.default_rng(self.seed)
        where, hot = self.plan.where, _HOT
        while True:
            parts = max(4, round(_USED * seconds / _SPLIT_SECONDS))
            for part in range(parts):
                halves = _halves(self.bench, where, rng, part)
                lanes = [self._lane(half, part * _LANES + lane, 0) for lane, half in enumerate(halves)]
                begin, end = (hot * (_COLD / hot) ** (number / parts) for number in (part, part + 1))
                if not self._anneal(lanes, _USED * seconds / parts, begin, end, self._watch_all(lanes)):
                    return
                where = _together([lane.where for lane in lanes])
            hot, seconds, where = _HOT * _AGAIN, max(2.0, seconds / 2), self.plan.where

    def _lane(self, where: Ints, number: int, pool_carts: int) -> Lane:
        return Lane(self.bench, self.near, where, self.seed * 1_000_003 + number, pool_carts)

    def _anneal(self, lanes: list[Lane], seconds: float, hot: float, cold: float, watch: Callable[[], None]) -> bool:
        return anneal(
            lanes,
            self.threads,
            rounds=max(1, round(seconds / self.round_seconds)),
            chunk=self.chunk,
            heat=lambda share: self.scale * hot * (cold / hot) ** share,
            stop=self.stop,
            watch=watch,
        )

    def _watch_each(self, lanes: list[Lane]) -> Callable[[], None]:
        def watch() -> None:
            for lane in lanes:
                self.plan.offer(lane.best_where, lane.best)

        return watch

    def _watch_all(self, lanes: list[Lane]) -> Callable[[], None]:
        def watch() -> None:
            cost = sum(lane.best for lane in lanes)
            if cost < self.plan.cost:
                self.plan.offer(_together([lane.best_where for lane in lanes]), cost)

        return watch

    def _choose(self, lanes: list[Lane], effort: Effort) -> bool:
        """Choose the best plan from the carts that all lanes have met. False when stopped."""
        pool = lanes[0].pool
        for lane in lanes[1:]:
            pour(lane.pool, pool)
            keep(lane.pool, np.arange(lane.pool.size[0]) < self.bench.size)
        lanes[0].restart(self.plan.where)
        if self.covering is None:
            self.covering = Covering(self.bench, pool, self.stop)
        if not self.covering.relax(lanes[0].numbers()):
            return False
        dive = self.covering.dive(effort)
        if dive is not None:
            self._offer(pool, dive)
        lanes[0].restart(self.plan.where)
        found = self.covering.best(self.plan.cost, lanes[0].numbers(), effort)
        if found is not None:
            self._offer(pool, found)
        if pool.size[0] > _POOL // 2:
            reduced = reduced_costs(pool, self.covering.duals)
            reduced[: self.bench.size] = -np.inf  # the orders alone stay, and stay first
            keep(pool, reduced <= np.partition(reduced, _POOL // 5)[_POOL // 5])
            self.covering = None
        return not self.stop()

    def _offer(self, pool: Pool, carts: Ints) -> None:
        """Offer a cover made of these carts of the pool."""
        where = _without_repeats(self.bench, [pool.members[pool.first[c] : pool.first[c + 1]] for c in carts])
        self.plan.offer(where, self.bench.cost(where))


def _round_seconds(bench: Bench) -> float:
    """About how long a round of ruin and recreate takes on a common processor. Sets how much is done at a time."""
    ground = bench.ground
    if ground.kind == ONE_BLOCK:
        return 3e-6 + 3e-7 * ground.columns
    if ground.kind == BLOCKS:
        return 2e-5 * ground.columns
    return 3e-4


def _halves(bench: Bench, where: Ints, rng: np.random.Generator, part: int) -> list[Ints]:
    """The carts in two halves: in turn neighbours on the floor together, and at random. -1: in the other half."""
    carts = int(where.max()) + 1
    if part % 2:
        rank = rng.permutation(carts)
    else:
        orders = bench.orders
        middle = np.zeros(bench.size)
        counts = np.maximum(1, np.diff(orders.start))
        np.add.at(middle, np.repeat(np.arange(bench.size), np.diff(orders.start)), orders.words)
        middle = np.bincount(where, middle / counts, carts) / np.bincount(where, minlength=carts)
        rank = np.empty(carts, np.int64)
        rank[np.argsort(middle, kind="stable")] = np.arange(carts)
        rank = (rank + rng.integers(carts)) % carts
    first = rank < carts // 2
    return [_only(where, first), _only(where, ~first)]


def _only(where: Ints, carts: Flags) -> Ints:
    """These carts alone, numbered from 0 on."""
    number = np.where(carts, np.cumsum(carts) - 1, -1)
    return number[where]


def _together(parts: list[Ints]) -> Ints:
    """Carts of several parts, numbered through."""
    where, used = np.full(parts[0].size, -1, np.int64), 0
    for part in parts:
        mine = part >= 0
        where[mine] = part[mine] + used
        used += int(part.max()) + 1
    return numbered(where)


def _without_repeats(bench: Bench, carts: list[Numbers]) -> Ints:
    """The cart of each order, from carts that cover every order once or more: it stays where it saves least."""
    where = np.full(bench.size, -1, np.int64)
    for number, members in enumerate(carts):
        fresh = where[members] < 0
        where[members[fresh]] = number
        for order in members[~fresh]:
            moved = where.copy()
            moved[order] = number
            if bench.cost(moved) < bench.cost(where):
                where = moved
    return numbered(where)
