"""Which orders make the next wave: most units for each aisle visited, or for each hour of labour.

Orders and aisles hold pieces of SKUs; the wave visits some aisles, which must have what its orders want. The number
of units (and of orders) lies between limits, and must-ship orders are always in. The ratio is maximised by
Dinkelbach's method (Management Science 13, 1967): for a ratio `lam` that is known, gain - lam x cost is maximised
over sets of aisles, by annealing with a greedy packing (`selection_search`) and by integer programs on pools of
promising aisles (`selection_exact`), in turn, each from the best answer so far. The form is that of the Mercado Libre
challenge (SBPO 2025).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from .errors import PlanError
from .selection_exact import Bools, Floats, Instance, Ints
from .selection_improve import Choice, choose


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order that may go into the wave. id: the caller's. items: (SKU, pieces) of what is to be picked.

    must_ship: it has to make the next cut-off, so it is in whatever it costs.
    """

    id: int
    items: tuple[tuple[int, int], ...]
    must_ship: bool = False


@dataclass(frozen=True, slots=True)
class AisleStock:
    """Free pieces of a SKU in an aisle."""

    aisle: int
    sku: int
    qty: int


@dataclass(frozen=True, slots=True)
class Labour:
    """Seconds of labour: of a wave, of each aisle it visits, of each order line, of each piece, and of each order."""

    setup_s: float
    aisle_s: float
    stop_s: float
    unit_s: float
    order_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SelectionProblem:
    """What to choose from. labour: maximise units an hour by it; None: maximise units for each aisle.

    A limit of None does not count. Must-ship orders count in all limits.
    """

    orders: tuple[WaitingOrder, ...]
    stock: tuple[AisleStock, ...]
    max_units: int | None = None
    min_units: int = 0
    max_orders: int | None = None
    min_orders: int = 0
    labour: Labour | None = None


@dataclass(frozen=True, slots=True)
class WaveSelection:
    """The orders of the wave (ids as they came) and the aisles it visits.

    value: units for each aisle, or for each hour. bound: no selection has a higher value; None when none is proven.
    """

    orders: tuple[int, ...]
    aisles: tuple[int, ...]
    units: int
    value: float
    bound: float | None


def select_wave(problem: SelectionProblem, *, seed: int, stop: Callable[[], bool]) -> WaveSelection:
    """The best selection found until `stop` returns true, or until none better can be found.

    `stop` is first asked when there is a selection, then every few milliseconds; inside a large integer program it
    may take longer. The same seed and the same answers of `stop` give the same selection.

    Raises PlanError with one of the codes
    "wave_empty"; "order_invalid" (orders: without items, or pieces under 1); "order_twice" (orders);
    "stock_invalid" (aisles: pieces under 0); "limits_crossed" (limit);
    "must_ship_over_maximum" (limit, wanted, maximum); "must_ship_short" (orders: no aisles have their goods);
    "nothing_fits" (no set of orders meets the limits).
    """
    _check(problem)
    data, aisles = _instance(problem)
    _check_must(problem, data)
    found = choose(data, seed=seed, stop=stop)
    if found is None:
        raise PlanError("nothing_fits")
    return _selection(problem, data, aisles, found)


def _selection(problem: SelectionProblem, data: Instance, aisles: list[int], found: Choice) -> WaveSelection:
    hours = 3600.0 if problem.labour else 1.0
    return WaveSelection(
        tuple(problem.orders[x].id for x in sorted(found.orders.tolist())),
        tuple(sorted(aisles[a] for a in found.aisles.tolist())),
        int(data.units[found.orders].sum()),
        found.ratio * hours,
        None if found.bound is None else found.bound * hours,
    )


def _check(problem: SelectionProblem) -> None:
    orders = problem.orders
    if not orders:
        raise PlanError("wave_empty")
    _refuse("order_invalid", "orders", (each.id for each in orders if not _is_valid(each)))
    counts = Counter(each.id for each in orders)
    _refuse("order_twice", "orders", (order for order, count in counts.items() if count > 1))
    _refuse("stock_invalid", "aisles", sorted({each.aisle for each in problem.stock if each.qty < 0}))
    for limit, low, high in (
        ("units", problem.min_units, problem.max_units),
        ("orders", problem.min_orders, problem.max_orders),
    ):
        if high is not None and (high < max(low, 1)):
            raise PlanError("limits_crossed", limit=limit)
    labour = problem.labour
    if labour and (min(labour.setup_s, labour.stop_s, labour.unit_s, labour.order_s) < 0 or labour.aisle_s <= 0):
        raise PlanError("limits_crossed", limit="labour")


def _is_valid(order: WaitingOrder) -> bool:
    return bool(order.items) and all(qty >= 1 for _, qty in order.items)


def _refuse(code: str, what: str, culprits: Iterable[int]) -> None:
    found = tuple(culprits)
    if found:
        raise PlanError(code, **{what: found})


def _check_must(problem: SelectionProblem, data: Instance) -> None:
    must = np.flatnonzero(data.must)
    for limit, wanted, most in (
        ("units", int(data.units[must].sum()), problem.max_units),
        ("orders", len(must), problem.max_orders),
    ):
        if most is not None and wanted > most:
            raise PlanError("must_ship_over_maximum", limit=limit, wanted=wanted, maximum=most)
    left = np.bincount(data.a_item, data.a_qty, data.n_items).astype(np.int64)
    short = []
    for x in must:
        mine = slice(data.o_ptr[x], data.o_ptr[x + 1])
        left[data.o_item[mine]] -= data.o_qty[mine]
        if (left[data.o_item[mine]] < 0).any():
            short.append(problem.orders[x].id)
    _refuse("must_ship_short", "orders", short)


def _instance(problem: SelectionProblem) -> tuple[Instance, list[int]]:
    """The problem as arrays, and the caller's numbers of its aisles. SKUs that no order wants are left out."""
    items: dict[int, int] = {}
    orders = [Counter[int]() for _ in problem.orders]
    for order, wants in zip(problem.orders, orders, strict=True):
        for sku, qty in order.items:
            wants[items.setdefault(sku, len(items))] += qty
    stock: dict[int, Counter[int]] = {}
    for each in problem.stock:
        if each.qty and each.sku in items:
            stock.setdefault(each.aisle, Counter())[items[each.sku]] += each.qty
    aisles = sorted(stock)
    must = np.array([order.must_ship for order in problem.orders])
    lists = [list(each.items()) for each in orders], [sorted(stock[aisle].items()) for aisle in aisles]
    labour = problem.labour or Labour(0.0, 1.0, 0.0, 0.0)
    return instance(
        *lists, len(items), (problem.min_units, problem.max_units), (problem.min_orders, problem.max_orders),
        must, labour,
    ), aisles  # fmt: skip


def instance(
    orders: list[list[tuple[int, int]]],
    aisles: list[list[tuple[int, int]]],
    n_items: int,
    units: tuple[int, int | None],
    counts: tuple[int, int | None],
    must: Bools,
    labour: Labour,
) -> Instance:
    """An instance from lists of (item, pieces); items from 0 on, none twice in an order or aisle."""
    o_ptr, o_item, o_qty = _arrays(orders)
    a_ptr, a_item, a_qty = _arrays(aisles)
    total = np.concatenate(([0], np.cumsum(o_qty)))
    size = total[o_ptr[1:]] - total[o_ptr[:-1]]
    work: Floats = labour.order_s + labour.stop_s * np.diff(o_ptr) + labour.unit_s * size
    most_units = int(size.sum()) if units[1] is None else min(units[1], int(size.sum()))
    most_orders = len(orders) if counts[1] is None else min(counts[1], len(orders))
    return Instance(
        o_ptr, o_item, o_qty, size, work, must, a_ptr, a_item, a_qty, n_items,
        units[0], most_units, counts[0], most_orders, labour.aisle_s, labour.setup_s,
    )  # fmt: skip


def _arrays(lists: list[list[tuple[int, int]]]) -> tuple[Ints, Ints, Ints]:
    flat = np.array([pair for each in lists for pair in each], np.int64).reshape(-1, 2)
    ptr = np.concatenate(([0], np.cumsum([len(each) for each in lists]))).astype(np.int64)
    return ptr, np.ascontiguousarray(flat[:, 0]), np.ascontiguousarray(flat[:, 1])


def warm() -> None:
    """Load the compiled code of selections, and compile what is not yet on disk."""
    orders = tuple(WaitingOrder(n, ((n % 5, 1 + n % 2), (5 + n % 3, 1))[: 1 + n % 2]) for n in range(20))
    stock = tuple(AisleStock(aisle, (aisle + k) % 8, 2) for aisle in range(8) for k in range(2))
    for counted in (None, Labour(0.0, 1.0, 1.0, 1.0)):
        problem = SelectionProblem(orders, stock, max_units=12, min_units=4, labour=counted)
        select_wave(problem, seed=0, stop=_after(20))


def _after(questions: int) -> Callable[[], bool]:
    """Says stop after so many questions."""
    left = iter([False] * questions)
    return lambda: next(left, True)
