"""Whole orders into carts, so that all carts together walk little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from .carts import BatchOrder, BatchProblem, batch_problem, first_come
from .exact import MOST_ORDERS, best_carts
from .floor import Floor
from .ground import Bench, bench, rough
from .improve import COVERED, Plan, improve
from .kernels.batch_data import Ints
from .related import related
from .savings import savings

_DEFAULT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Carting:
    """Orders in carts. where: the cart of each order, numbered by first order from 0 on.

    cost_mm: what the carts cost: their walks and whatever else the problem counts. first_come_mm: the same for
    orders as they come. proven: whether no plan costs less.
    """

    where: Ints
    cost_mm: int
    first_come_mm: int
    proven: bool


def into_carts(
    problem: BatchProblem,
    *,
    seed: int,
    stop: Callable[[], bool],
    seconds: float | None = None,
    progress: Callable[[int], None] = lambda cost: None,
) -> Carting:
    """Carts by savings, improved until `stop` returns true or improvements run out.

    stop: asked every few milliseconds; when it is true from the start, orders go as they come.
    seconds: about how long the caller means to wait. Larger waves make the best of it; it is no deadline.
    progress: called with the cost of each better plan found.
    Never costs more than orders taken first come, first served. The same problem, seed and `seconds` give the
    same plan unless `stop` ends it; then, the same answers of `stop` do.
    Raises PlanError("order_too_large").
    """
    first = first_come(*problem.limits())
    if not problem.size:
        return Carting(first, 0, 0, True)
    work = bench(problem)
    first_cost = work.cost(first)
    plan = Plan(first, first_cost, progress)
    roughly = partial(rough, problem, work)
    proven = first.max() == 0 or _plan(work, roughly, plan, seed, seconds or _DEFAULT_SECONDS, stop)
    return Carting(_by_first_order(plan.where), plan.cost, first_cost, bool(proven))


def _plan(
    work: Bench, roughly: Callable[[], Bench], plan: Plan, seed: int, seconds: float, stop: Callable[[], bool]
) -> bool:
    """Make the plan better while time lasts. Whether it is proven best. Which orders are near each other, and the first
    carts, are found `roughly`."""
    if stop():
        return False
    if work.size <= MOST_ORDERS:
        where = best_carts(work, stop)
        if where is not None:
            plan.offer(where, work.cost(where))
        return where is not None
    sketch = roughly()
    near = related(sketch, stop)
    if near is None:
        return False
    where = savings(sketch, near, stop)
    where = _filled(work, where)
    plan.offer(where, work.cost(where))
    if sketch is not work and work.size <= COVERED:  # what is near is worth measuring exactly where time allows it
        near = related(work, stop)
    if near is None:
        return False
    improve(work, near, plan, seed=seed, seconds=seconds, stop=stop)
    return False


def _filled(work: Bench, where: Ints) -> Ints:
    """Small carts, as savings cut short leave them, put together as they come."""
    load = np.zeros((int(where.max()) + 1, work.orders.capacity.size), np.int64)
    np.add.at(load, where, work.orders.load)
    return first_come(load, work.orders.capacity)[where]


def _by_first_order(where: Ints) -> Ints:
    _, first, inverse = np.unique(where, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def warm() -> None:
    """Load the compiled code of batching, and compile what is not yet on disk: a minute, then a second."""
    floor = Floor.one_block(2, spacing_mm=2, length_mm=40)
    for count, asked in ((5, 20), (20, 400), (COVERED + 10, 100)):
        orders = [BatchOrder(((number % 2, number % 40),), (1,)) for number in range(count)]
        left = [False] * asked
        into_carts(batch_problem(floor, orders, (3,)), seed=0, stop=partial(_answer, left))


def _answer(left: list[bool]) -> bool:
    """The next of some answers, true when there is none left."""
    return left.pop() if left else True
