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
from typing import Any

import highspy
import numpy as np

from .ground import Bench, memory
from .kernels.batch_data import Flags, Floats, Ints, Pool
from .kernels.batch_pool import neighbours, reduced_costs
from .solver import new_solver

_ADDED = 400  # carts added to the linear programme at once
_PRICED = 24  # carts whose neighbours are priced between two questions of `stop`
_ROUNDS, _DIVE_ROUNDS = 60, 4  # of adding carts, at first and each time that some are settled in a dive
_SURE = 0.8  # carts whose value is above are settled together
_NEVER = 1e15  # a cost that no cart has
_OPTIONS: dict[str, Any] = {"mip_rel_gap": 0.0, "random_seed": 0}


@dataclass(frozen=True)
class Effort:
    """How much to do: most carts in a branch and bound, most nodes of it, and the share of the orders dived for."""

    carts: int
    nodes: int
    dived: float


class Covering:
    """Set covering over carts of a pool: every order in at least one. Orders in two are taken out of one later.

    The first carts of the pool are the orders alone.

    Goes on where it left off when the pool has grown.
    """

    def __init__(self, bench: Bench, pool: Pool, stop: Callable[[], bool]) -> None:
        self._bench, self._pool, self._stop = bench, pool, stop
        self._memory, self._scratch = memory(15), bench.empty_carts(1)
        self._unit = max(1, int(np.gcd.reduce(pool.cost[: pool.size[0]])))
        self._solver = new_solver(stop, **_OPTIONS)
        self._chosen = np.zeros(0, np.int64)
        self.bound = 0.0
        self.duals: Floats = np.zeros(bench.size)
        _add_rows(self._solver, bench.size)

    def relax(self, first: Ints) -> bool:
        """Solve the linear programme, the carts `first` in it. False when stopped."""
        self._add(np.union1d(np.arange(self._bench.size), first))  # every order can stand alone
        if not self._converge(_ROUNDS):
            return False
        self.bound, self.duals = self._objective(), self._duals()
        return True

    def dive(self, effort: Effort) -> Ints | None:
        """Carts that cover all orders: the linear programme solved again and again, its largest values made whole.

        New carts are priced on the way; branch and bound chooses the last ones. None when stopped.
        """
        covered, taken = np.zeros(self._bench.size, np.bool_), np.zeros(0, np.int64)
        while covered.sum() < effort.dived * covered.size:
            value = np.array(self._solver.getSolution().col_value)
            sure = np.flatnonzero(value > _SURE)
            if not sure.size:
                sure = np.array([int(np.argmax(value))])
            taken = np.concatenate((taken, self._chosen[sure]))
            covered[_members(self._pool, self._chosen[sure])] = True
            self._settle(covered)
            if not self._converge(_DIVE_ROUNDS, covered):
                self._settle(np.zeros_like(covered))
                return None
        rest = None if covered.all() else self._rest(covered, effort)
        self._settle(np.zeros_like(covered))
        if rest is None and not covered.all():
            return None
        return taken if rest is None else np.concatenate((taken, rest))

    def _rest(self, covered: Flags, effort: Effort) -> Ints | None:
        """Carts for the orders not covered yet, by branch and bound."""
        duals = self._duals()
        duals[covered] = -_NEVER
        reduced = reduced_costs(self._pool, duals)
        alone = np.flatnonzero(~covered)
        wanted = np.union1d(_least(reduced, _NEVER / 2, effort.carts), alone)
        return self._whole(wanted, ~covered, alone, effort)

    def best(self, incumbent: int, start: Ints, effort: Effort) -> Ints | None:
        """The best cover found whose cost is under `incumbent` (cost of the carts `start`); its carts, else None.

        Tried only when few enough carts can be in a better one.
        """
        gap = incumbent - self.bound - 0.5 * self._unit
        if gap <= 0 or self._stop():
            return None
        self._price(self.duals, gap)
        reduced = reduced_costs(self._pool, self.duals)
        wanted = np.flatnonzero(reduced < gap)
        if wanted.size > effort.carts:
            return None
        found = self._whole(np.union1d(wanted, start), np.ones(self._bench.size, np.bool_), start, effort)
        return found if found is not None and self._pool.cost[found].sum() < incumbent else None

    def _whole(self, wanted: Ints, rows: Flags, start: Ints, effort: Effort) -> Ints | None:
        """Branch and bound: the best found of the wanted carts that cover the orders `rows`, at first `start`."""
        solver, count = new_solver(self._stop, **_OPTIONS), wanted.size
        _add_rows(solver, self._bench.size)
        index = np.arange(self._bench.size, dtype=np.int32)
        upper = np.full(index.size, highspy.kHighsInf)
        solver.changeRowsBounds(index.size, index, rows.astype(float), upper)
        _add_columns(solver, self._pool, wanted, self._unit)
        solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), np.ones(count, np.uint8))
        solver.setOptionValue("mip_max_nodes", effort.nodes)
        solution = highspy.HighsSolution()
        solution.col_value = np.isin(wanted, start).astype(float).tolist()
        solver.setSolution(solution)
        solver.run()
        value = np.array(solver.getSolution().col_value)
        return wanted[value > 0.5] if value.size == count else None

    def _converge(self, rounds: int, covered: Flags | None = None) -> bool:
        """Solve, and add carts that the duals make cheap until there are none. False when stopped.

        covered: orders that must not be in a cart any more.
        """
        for number in range(rounds):
            self._solver.run()
            if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return False
            if number == rounds - 1:
                break
            duals = self._duals()
            if covered is not None:
                duals[covered] = -_NEVER
            tiny = -1e-6 * self._unit - 1e-9 * abs(self._objective())
            reduced = reduced_costs(self._pool, duals)
            if not (reduced < tiny).any():
                if not self._price(duals, tiny):
                    return not self._stop()
                reduced = reduced_costs(self._pool, duals)
            self._add(_least(reduced, tiny, _ADDED))
        return not self._stop()

    def _duals(self) -> Floats:
        return np.array(self._solver.getSolution().row_dual) * self._unit

    def _objective(self) -> float:
        return float(self._solver.getInfo().objective_function_value) * self._unit

    def _settle(self, covered: Flags) -> None:
        """Ask for the orders not covered only, of carts without any that is covered."""
        rows = np.arange(covered.size, dtype=np.int32)
        lower = np.where(covered, 0.0, 1.0)
        self._solver.changeRowsBounds(rows.size, rows, lower, np.full(rows.size, highspy.kHighsInf))
        sizes = self._pool.first[self._chosen + 1] - self._pool.first[self._chosen]
        hit = np.add.reduceat(covered[_members(self._pool, self._chosen)], np.cumsum(sizes) - sizes) > 0
        columns = np.arange(self._chosen.size, dtype=np.int32)
        upper = np.where(hit, 0.0, highspy.kHighsInf)
        self._solver.changeColsBounds(columns.size, columns, np.zeros(columns.size), upper)

    def _price(self, duals: Floats, limit: float) -> int:
        """Add carts near those that cost least by the duals to the pool. How many are new."""
        centres = _least(reduced_costs(self._pool, duals), _NEVER / 2, self._bench.size)
        found = 0
        for first in range(0, centres.size, _PRICED):
            if self._stop():
                return 0
            some = centres[first : first + _PRICED]
            found += neighbours(
                self._bench.orders, self._bench.ground, self._scratch, self._memory, self._pool, some, duals, limit
            )
        return found

    def _add(self, carts: Ints) -> None:
        new = np.setdiff1d(carts, self._chosen)
        _add_columns(self._solver, self._pool, new, self._unit)
        self._chosen = np.concatenate((self._chosen, new))


def _members(pool: Pool, carts: Ints) -> Ints:
    """The orders of these carts, one cart after the other."""
    sizes = pool.first[carts + 1] - pool.first[carts]
    skipped = pool.first[carts] - (np.cumsum(sizes) - sizes)
    return pool.members[np.repeat(skipped, sizes) + np.arange(int(sizes.sum()))].astype(np.int64)


def _add_rows(solver: Any, orders: int) -> None:
    lower, upper, nothing = np.ones(orders), np.full(orders, highspy.kHighsInf), np.zeros(0, np.int32)
    solver.addRows(orders, lower, upper, 0, np.zeros(orders, np.int32), nothing, np.zeros(0))


def _least(reduced: Floats, limit: float, most: int) -> Ints:
    """The carts with the least reduced cost under the limit, at most so many, ascending by number."""
    under = np.flatnonzero(reduced < limit)
    if under.size > most:
        under = under[np.argsort(reduced[under], kind="stable")[:most]]
    return np.sort(under)


def _add_columns(solver: Any, pool: Pool, carts: Ints, unit: int) -> None:
    sizes = pool.first[carts + 1] - pool.first[carts]
    rows = _members(pool, carts).astype(np.int32)
    starts = (np.cumsum(sizes) - sizes).astype(np.int32)
    lower, upper = np.zeros(carts.size), np.full(carts.size, highspy.kHighsInf)
    solver.addCols(carts.size, pool.cost[carts] / unit, lower, upper, rows.size, starts, rows, np.ones(rows.size))
