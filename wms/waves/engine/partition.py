"""The best choice among many carts met: set covering with HiGHS.

The pool of carts that a search has met holds better plans than any that the search has put together (B. A. Foster
and D. M. Ryan, Journal of the Operational Research Society 27, 1976, for vehicle schedules). The linear programme
is solved over a growing part of the pool; its duals tell what each order is worth, and carts near the good ones
that this makes cheap are added (heuristic column generation). Then branch and bound over the carts whose reduced
cost is within the gap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from .ground import Bench, memory
from .kernels.batch_data import Floats, Ints, Pool
from .kernels.batch_pool import neighbours, reduced_costs

_ADDED = 400  # carts added to the linear programme at once
_PRICED = 24  # carts whose neighbours are priced between two questions of `stop`
_ROUNDS = 60


@dataclass(frozen=True)
class Effort:
    """How much to do: most carts in the branch and bound, and most nodes of it."""

    carts: int
    nodes: int


class Covering:
    """Set covering over carts of a pool: every order in at least one. Orders in two are taken out of one later."""

    def __init__(self, bench: Bench, pool: Pool, stop: Callable[[], bool]) -> None:
        self._bench, self._pool, self._stop = bench, pool, stop
        self._memory, self._scratch = memory(15), bench.empty_carts(1)
        self._unit = max(1, int(np.gcd.reduce(pool.cost[: pool.size[0]])))
        self._solver = _solver(stop)
        self._chosen = np.zeros(0, np.int64)
        self.bound = 0.0
        self.duals: Floats = np.zeros(bench.size)
        for _ in range(bench.size):
            self._solver.addRow(1.0, highspy.kHighsInf, 0, np.zeros(0, np.int32), np.zeros(0))

    def relax(self, first: Ints) -> bool:
        """Solve the linear programme, starting with the carts `first`. False when stopped."""
        self._add(first)
        for _ in range(_ROUNDS):
            if not self._solve():
                return False
            reduced = reduced_costs(self._pool, self.duals)
            tiny = -1e-6 * self._unit - 1e-9 * abs(self.bound)
            if not (reduced < tiny).any():
                if not self._price(reduced, tiny):
                    return not self._stop()
                reduced = reduced_costs(self._pool, self.duals)
            self._add(_least(reduced, tiny, _ADDED))
        return True

    def best(self, incumbent: int, start: Ints, effort: Effort) -> Ints | None:
        """The best cover found whose cost is under `incumbent` (cost of the carts `start`); its carts, else None."""
        gap = incumbent - self.bound - 0.5 * self._unit
        if gap <= 0 or self._stop():
            return None
        reduced = reduced_costs(self._pool, self.duals)
        wanted = np.union1d(_least(reduced, gap, effort.carts), start)
        solver = _solver(self._stop)
        for _ in range(self._bench.size):
            solver.addRow(1.0, highspy.kHighsInf, 0, np.zeros(0, np.int32), np.zeros(0))
        _add_columns(solver, self._pool, wanted, self._unit)
        count = wanted.size
        solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), np.ones(count, np.uint8))
        solver.setOptionValue("mip_max_nodes", effort.nodes)
        solution = highspy.HighsSolution()
        solution.col_value = np.isin(wanted, start).astype(float).tolist()
        solver.setSolution(solution)
        solver.run()
        value = np.array(solver.getSolution().col_value)
        if value.size != count:
            return None
        found = wanted[value > 0.5]
        return found if self._pool.cost[found].sum() < incumbent else None

    def _solve(self) -> bool:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        self.duals = np.array(self._solver.getSolution().row_dual) * self._unit
        self.bound = self._solver.getInfo().objective_function_value * self._unit
        return True

    def _price(self, reduced: Floats, limit: float) -> int:
        """Add carts near those that cost least by the duals to the pool. How many are new."""
        centres = _least(reduced, np.inf, self._bench.size)
        found = 0
        for first in range(0, centres.size, _PRICED):
            if self._stop():
                return 0
            found += neighbours(
                self._bench.orders,
                self._bench.ground,
                self._scratch,
                self._memory,
                self._pool,
                centres[first : first + _PRICED],
                self.duals,
                limit,
            )
        return found

    def _add(self, carts: Ints) -> None:
        new = np.setdiff1d(carts, self._chosen)
        _add_columns(self._solver, self._pool, new, self._unit)
        self._chosen = np.concatenate((self._chosen, new))


def _least(reduced: Floats, limit: float, most: int) -> Ints:
    """The carts with the least reduced cost under the limit, at most so many, ascending by number."""
    under = np.flatnonzero(reduced < limit)
    if under.size > most:
        under = under[np.argsort(reduced[under], kind="stable")[:most]]
    return np.sort(under)


def _solver(stop: Callable[[], bool]) -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("random_seed", 0)

    def ask(event: highspy.HighsCallbackEvent) -> None:
        if stop():
            event.interrupt()

    solver.cbSimplexInterrupt += ask
    solver.cbMipInterrupt += ask
    return solver


def _add_columns(solver: highspy.Highs, pool: Pool, carts: Ints, unit: int) -> None:
    sizes = pool.first[carts + 1] - pool.first[carts]
    starts = np.cumsum(sizes) - sizes
    rows = pool.members[np.repeat(pool.first[carts] - starts, sizes) + np.arange(int(sizes.sum()))]
    solver.addCols(
        carts.size,
        pool.cost[carts] / unit,
        np.zeros(carts.size),
        np.full(carts.size, highspy.kHighsInf),
        rows.size,
        starts.astype(np.int32),
        rows,
        np.ones(rows.size),
    )
