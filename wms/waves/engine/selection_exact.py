"""Mixed integer programs for `selection`, solved by HiGHS: the best orders and aisles out of a pool of aisles.

For a ratio `lam` the program maximises gain - lam x cost of the aisles (Dinkelbach 1967): a positive optimum is a
better ratio, none proves that no better one lies in the pool.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from .solver import new_solver

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Instance(NamedTuple):
    """Orders and aisles as CSR lists (items and pieces), and the limits. No item twice in an order or aisle."""

    o_ptr: Ints
    o_item: Ints
    o_qty: Ints
    units: Ints
    work: Floats  # labour of an order, in the unit of the costs
    must: Bools
    a_ptr: Ints
    a_item: Ints
    a_qty: Ints
    n_items: int
    min_units: int
    max_units: int
    min_orders: int
    max_orders: int
    aisle_cost: float
    fixed: float

    @property
    def counted(self) -> bool:
        """Whether the number of orders or the labour of each counts, beside their pieces."""
        return self.min_orders > 0 or self.max_orders < len(self.units) or bool(self.work.any())


@dataclass(frozen=True)
class Found:
    """What a program gave. `over`: its proven bound less zero, by which gain - lam x cost could still be positive."""

    aisles: Ints | None
    prefer: Ints  # orders that it took, to be packed first
    over: float
    done: bool  # whether it was solved to the end


class _Columns(NamedTuple):
    """Columns of orders: `of` is the column of each eligible order, -1 for others; `each`: orders in one of it."""

    of: Ints
    gain: Floats
    units: Floats
    each: Floats
    upper: Floats
    lower: Floats
    whole: Bools


def solve(
    data: Instance, pool: Ints, lam: float, start: tuple[Ints, Ints] | None, enough: Callable[[int], bool],
    *, relaxed: bool = False, tight: bool = False,
) -> tuple[Found, Floats]:  # fmt: skip
    """Solve over these aisles, from `start` (aisles, orders), until `enough`, which is told how often it was asked.

    relaxed: only the linear relaxation. tight: every order is a whole number for the solver, for when the most
    units bind. Returns what was found, and the reduced costs of the pool's aisles (of the relaxation only).
    """
    supply = _take(data.a_ptr, data.a_item, data.a_qty, pool)
    nothing = Found(None, np.zeros(0, np.int64), np.inf, False), np.zeros(len(pool))
    model = _Model(data, pool, supply, lam, tight)
    if not model.n_orders:
        return nothing
    highs = _highs(enough)
    highs.passModel(model.lp(relaxed))
    if start is not None and not relaxed:
        given = highspy.HighsSolution()
        given.col_value = list(model.start(*start))
        highs.setSolution(given)
    highs.run()
    done = highs.getModelStatus() in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return Found(None, np.zeros(0, np.int64), -np.inf, True), np.zeros(len(pool))
    info, solution = highs.getInfo(), highs.getSolution()
    if relaxed:
        if not done:
            return nothing
        over = info.objective_function_value
        return Found(None, np.zeros(0, np.int64), over, True), np.array(solution.col_dual[: len(pool)])
    over = info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else np.inf
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Found(None, np.zeros(0, np.int64), over, done), np.zeros(len(pool))
    values = np.array(solution.col_value)
    return Found(pool[values[: len(pool)] > 0.5], model.orders(values), over, done), np.zeros(len(pool))


def _highs(enough: Callable[[int], bool]) -> Any:
    """A solver which asks whether it is enough as it goes."""
    asked = [0, 0]

    def in_program() -> bool:
        asked[0] += 1
        return enough(asked[0])

    def in_simplex() -> bool:
        asked[1] += 1
        return asked[1] % 32 == 0 and enough(asked[1] // 32)

    return new_solver(
        in_program, in_simplex, parallel="off", mip_rel_gap=0.0, mip_abs_gap=1e-4, mip_heuristic_effort=0.15,
        random_seed=1,
    )  # fmt: skip


def _take(ptr: Ints, items: Ints, qtys: Ints, rows: Ints) -> tuple[Ints, Ints, Ints]:
    """These rows of a CSR list: (number of the row in `rows`, item, qty) of each entry."""
    sizes = ptr[rows + 1] - ptr[rows]
    where = spread(ptr[rows], sizes)
    return np.repeat(np.arange(len(rows)), sizes), items[where], qtys[where]


def spread(begins: Ints, sizes: Ints) -> Ints:
    """begins[0], begins[0]+1, … (sizes[0] of them), begins[1], … as one array."""
    total = int(sizes.sum())
    if not total:
        return np.zeros(0, np.int64)
    ends = np.cumsum(sizes)
    return np.arange(total) - np.repeat(ends - sizes, sizes) + np.repeat(begins, sizes)


class _Model:
    """Columns: an aisle each (0 or 1), then orders. Orders of one line that are alike share a column.

    An order that needs an item lies under what the aisles with the item can give it, which is tighter than all
    orders of an item together under their pieces. An item is loose when any one aisle of the pool has enough for
    all: then no row for the item as a whole is needed, and its orders come out whole by themselves.
    """

    def __init__(self, data: Instance, pool: Ints, supply: tuple[Ints, Ints, Ints], lam: float, tight: bool) -> None:
        self.data, self.pool, self.lam = data, pool, lam
        s_aisle, s_item, s_qty = supply
        there = np.bincount(s_item, s_qty, data.n_items).astype(np.int64)
        sizes = np.diff(data.o_ptr)
        owner = np.repeat(np.arange(len(sizes)), sizes)
        fits = data.o_qty <= there[data.o_item]
        able = np.bincount(owner, ~fits, len(sizes)) == 0
        able &= data.units <= data.max_units
        self.orders_able = np.flatnonzero(able)
        self.n_orders = len(self.orders_able)
        if not self.n_orders:
            return
        lines = np.flatnonzero(able[owner])
        self.l_order, self.l_item, self.l_qty = owner[lines], data.o_item[lines], data.o_qty[lines]
        self.demand = np.bincount(self.l_item, self.l_qty, data.n_items).astype(np.int64)
        least = np.full(data.n_items, np.iinfo(np.int64).max)
        np.minimum.at(least, s_item, s_qty)
        self.loose = self.demand <= least
        # Aisles by item.
        turn = np.argsort(s_item, kind="stable")
        self.i_aisle, self.i_qty = s_aisle[turn], s_qty[turn]
        self.i_ptr = np.concatenate(([0], np.cumsum(np.bincount(s_item, minlength=data.n_items))))
        self.columns = self._columns(sizes, tight)

    def _columns(self, sizes: Ints, tight: bool) -> _Columns:
        data, able = self.data, self.orders_able
        gain = data.units[able] - self.lam * data.work[able]
        first = data.o_ptr[able]
        item, qty = data.o_item[first], data.o_qty[first]
        mergeable = (sizes[able] == 1) & ~data.must[able]
        together = mergeable & self.loose[item] & (not data.counted) & (not tight)
        # A key for each column: its own, or that of the item (all its orders as one), or of the item and pieces.
        wide = int(data.o_qty.max()) + 2
        key = np.where(together, item * wide, np.where(mergeable, item * wide + 1 + qty, -1 - np.arange(len(able))))
        _, index, of = np.unique(key, return_index=True, return_inverse=True)
        count = np.bincount(of).astype(np.float64)
        one = together[index]
        total_units = np.bincount(of, data.units[able]).astype(np.float64)
        total_gain = np.bincount(of, gain)
        upper = np.where(one, 1.0, count)
        loose_line = self.loose[self.l_item]
        all_loose = np.bincount(self.l_order, ~loose_line, len(data.units))[able] == 0
        whole = np.full(len(count), tight) | ~all_loose[index]
        if data.counted:
            whole[:] = True
        columns = np.full(len(data.units), -1)
        columns[able] = of
        must = data.must[able][index].astype(np.float64)
        self.one = one
        # `each`: orders in one unit of the column; all of them where it stands for all.
        per = np.where(one, count, 1.0)
        return _Columns(columns, total_gain / upper, total_units / upper, per, upper, must, whole)

    def lp(self, relaxed: bool) -> highspy.HighsLp:
        columns, n = self.columns, len(self.pool)
        rows, cols, values, uppers, lowers = [], [], [], [], []
        n_rows = 0

        def put(row: Ints, col: Ints, value: Floats, upper: Floats, lower: Floats) -> None:
            nonlocal n_rows
            rows.append(row + n_rows)
            cols.append(col)
            values.append(value)
            uppers.append(upper)
            lowers.append(lower)
            n_rows += len(upper)

        self._item_rows(put)
        self._order_rows(put)
        self._limit_rows(put)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = n + len(columns.gain), n_rows
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.offset_ = -self.lam * self.data.fixed
        lp.col_cost_ = np.concatenate((np.full(n, -self.lam * self.data.aisle_cost), columns.gain))
        lp.col_lower_ = np.concatenate((np.zeros(n), columns.lower))
        lp.col_upper_ = np.concatenate((np.ones(n), columns.upper))
        lp.row_lower_, lp.row_upper_ = np.concatenate(lowers), np.concatenate(uppers)
        row, col, value = np.concatenate(rows), np.concatenate(cols), np.concatenate(values)
        turn = np.lexsort((col, row))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=n_rows)))).astype(np.int32)
        lp.a_matrix_.index_, lp.a_matrix_.value_ = col[turn].astype(np.int32), value[turn].astype(np.float64)
        if not relaxed:
            whole = np.concatenate((np.ones(n, np.bool_), columns.whole))
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(each)] for each in whole]
        return lp

    def _item_rows(self, put: Callable[..., None]) -> None:
        """Pieces that orders take of an item, under the pieces that the chosen aisles have."""
        tight = np.flatnonzero(~self.loose & (self.demand > 0))
        number = np.full(self.data.n_items, -1)
        number[tight] = np.arange(len(tight))
        mine = number[self.l_item] >= 0
        n = len(self.pool)
        # Merged columns stand for `upper` orders of the same pieces: one coefficient each.
        pairs = number[self.l_item[mine]] * (n + len(self.columns.gain)) + n + self.columns.of[self.l_order[mine]]
        pairs, index = np.unique(pairs, return_index=True)
        wide = n + len(self.columns.gain)
        where = spread(self.i_ptr[tight], self.i_ptr[tight + 1] - self.i_ptr[tight])
        row_of = np.repeat(np.arange(len(tight)), self.i_ptr[tight + 1] - self.i_ptr[tight])
        enough = np.minimum(self.i_qty[where], self.demand[tight][row_of])
        put(
            np.concatenate((pairs // wide, row_of)),
            np.concatenate((pairs % wide, self.i_aisle[where])),
            np.concatenate((self.l_qty[mine][index], -enough)).astype(np.float64),
            np.zeros(len(tight)),
            np.full(len(tight), -highspy.kHighsInf),
        )

    def _order_rows(self, put: Callable[..., None]) -> None:
        """Each column under what the chosen aisles can give it of each of its items."""
        columns, n = self.columns, len(self.pool)
        col = columns.of[self.l_order]
        _, index = np.unique(col * self.data.n_items + self.l_item, return_index=True)
        item, qty, col = self.l_item[index], self.l_qty[index], col[index]
        want = np.where(self.one[col], 1, qty * columns.upper[col].astype(np.int64))
        needed = self.loose[item] | (self.demand[item] > want)
        item, qty, col, want = item[needed], qty[needed], col[needed], want[needed]
        take = np.where(self.loose[item], 1, qty)
        most = np.where(self.loose[item], columns.upper[col].astype(np.int64), want)
        sizes = self.i_ptr[item + 1] - self.i_ptr[item]
        where, row = spread(self.i_ptr[item], sizes), np.repeat(np.arange(len(item)), sizes)
        give = np.where(self.loose[item][row], most[row], np.minimum(self.i_qty[where], most[row]))
        put(
            np.concatenate((np.arange(len(item)), row)),
            np.concatenate((n + col, self.i_aisle[where])),
            np.concatenate((take, -give)).astype(np.float64),
            np.zeros(len(item)),
            np.full(len(item), -highspy.kHighsInf),
        )

    def _limit_rows(self, put: Callable[..., None]) -> None:
        data, columns, n = self.data, self.columns, len(self.pool)
        every = n + np.arange(len(columns.gain))
        zero = np.zeros(len(every), np.int64)
        put(zero, every, columns.units, np.array([float(data.max_units)]), np.array([float(data.min_units)]))
        if data.counted:
            put(zero, every, columns.each, np.array([float(data.max_orders)]), np.array([float(data.min_orders)]))

    def start(self, aisles: Ints, orders: Ints) -> Floats:
        """Values of the columns for an answer that is known."""
        columns, n = self.columns, len(self.pool)
        values = np.zeros(n + len(columns.gain))
        values[:n] = np.isin(self.pool, aisles)
        of = columns.of[orders]
        taken = np.bincount(of[of >= 0], minlength=len(columns.gain)).astype(np.float64)
        values[n:] = np.where(self.one, taken >= columns.each, taken)
        return values

    def orders(self, values: Floats) -> Ints:
        """Orders that a solution takes whole."""
        taken = np.floor(values[len(self.pool) :] + 1e-6)
        taken = np.where(self.one, taken * self.columns.each, taken).astype(np.int64)
        able = self.orders_able
        turn = np.argsort(self.columns.of[able], kind="stable")
        of = self.columns.of[able][turn]
        first = np.concatenate(([0], np.cumsum(np.bincount(of, minlength=len(taken)))))[of]
        return able[turn[np.arange(len(of)) - first < taken[of]]]
