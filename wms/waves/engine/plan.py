"""The wave planner's interface: what a wave is, and the plan that comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from .errors import PlanError
from .floor import Floor, Point
from .obstacles import AnyFloor, s_shape_on, walk_on
from .routing import MOST_EXACT_BLOCKS, Walk

if TYPE_CHECKING:  # importing compiled code takes a third of a second: done when planning
    from .carts import BatchProblem
    from .kernels.compiled import Ints


_AT_LEISURE = 10  # carts whose walks around obstacles are searched as thoroughly as a single one: half a second


@dataclass(frozen=True, slots=True)
class WaveLine:
    """A pick: the caller's key of the line, unique in the wave, and where it lies (y in mm)."""

    key: int
    aisle: int
    y_mm: int


@dataclass(frozen=True, slots=True)
class WaveOrder:
    """An order, which stays whole in one cart. id: the caller's, unique in the wave."""

    id: int
    lines: tuple[WaveLine, ...]
    totes: int = 1
    volume_mm3: int = 0
    weight_g: int = 0


@dataclass(frozen=True, slots=True)
class Costs:
    """What a cart costs besides walking, in mm walked in the time that it takes.

    cart_mm: each cart (fetching, setting up, handing over). stop_mm: each stop of a cart.
    """

    cart_mm: int = 0
    stop_mm: int = 0

    @classmethod
    def of_seconds(cls, walking_mm_s: int, *, cart: float = 0, stop: float = 0) -> Costs:
        """From the seconds that a cart and a stop take, and the walking speed."""
        return cls(round(cart * walking_mm_s), round(stop * walking_mm_s))


@dataclass(frozen=True, slots=True)
class WaveProblem:
    """What to plan. Orders stand in the sequence in which they came; a limit of None does not count.

    max_orders: of a cart, such as the slots of the put wall that it is sorted at.
    """

    floor: AnyFloor
    orders: tuple[WaveOrder, ...]
    totes_per_cart: int
    max_volume_mm3: int | None = None
    max_weight_g: int | None = None
    max_orders: int | None = None
    costs: Costs = Costs()


@dataclass(frozen=True, slots=True)
class CartOrder:
    """An order in a cart and the slots (from 1 on) of its totes."""

    order_id: int
    slots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """One line in walking order, with its order and the slots it may be put in."""

    line_key: int
    order_id: int
    slots: tuple[int, ...]
    aisle: int
    y_mm: int


@dataclass(frozen=True, slots=True)
class CartPlan:
    """A cart: its orders by slot, its picks in walking order, and the walk from and to the depot.

    path: polyline (x, y) in mm along the aisles.
    """

    orders: tuple[CartOrder, ...]
    picks: tuple[Pick, ...]
    length_mm: int
    path: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class WavePlan:
    """All carts.

    baseline: the walks of the same orders first come, first served, each cart walked in S-shape. proven: whether no
    plan costs less.
    """

    carts: tuple[CartPlan, ...]
    length_mm: int
    baseline: tuple[Walk, ...]
    proven: bool = False

    @property
    def baseline_mm(self) -> int:
        return sum(walk.length_mm for walk in self.baseline)

    @property
    def saving(self) -> float:
        """Share of the baseline's walking that is saved, 0 to 1."""
        return 1 - self.length_mm / self.baseline_mm if self.baseline_mm else 0.0


def plan_wave(
    problem: WaveProblem,
    *,
    seed: int,
    stop: Callable[[], bool],
    seconds: float | None = None,
    progress: Callable[[int], None] = lambda cost_mm: None,
) -> WavePlan:
    """Orders into carts and the walk of each, better the later `stop` returns true.

    `stop` is asked every few milliseconds from when the orders as they came have been walked. Its first true
    ends the planning with the best plan so far, at worst those first carts with shortest walks; then the walks
    found are written out. Planning also ends by itself when the plan is proven best or better plans are no longer
    found. seconds: about how long the caller means to wait, no deadline: it sets how thoroughly a wave of many
    orders is searched. progress: called with the cost of each better plan. The same seed, seconds and answers of
    `stop` give the same plan.

    Raises PlanError with one of the codes
    "wave_empty"; "cart_invalid" (limit); "order_invalid" (orders: no lines, totes under 1, negative volume
    or weight); "order_twice" (orders); "line_twice" (lines); "stop_outside_floor" (lines);
    "order_too_large" (orders: more than any cart holds); "floor_unconnected" (stops that no walk reaches).
    """
    from .batching import into_carts
    from .carts import members_of

    _check(problem)
    arrays = _arrays(problem)
    baseline = tuple(_walk(problem.floor, arrays, members, s_shape_on)[0] for members in _as_they_come(arrays))
    found = into_carts(arrays, seed=seed, stop=stop, seconds=seconds, progress=progress)
    groups = members_of(found.where)
    effort = min(1.0, _AT_LEISURE / len(groups))
    carts = tuple(_cart_plan(problem, arrays, members, effort) for members in groups)
    exact = isinstance(problem.floor, Floor) and problem.floor.blocks <= MOST_EXACT_BLOCKS
    return WavePlan(carts, sum(cart.length_mm for cart in carts), baseline, found.proven and exact)


def _check(problem: WaveProblem) -> None:
    orders = problem.orders
    if not orders:
        raise PlanError("wave_empty")
    _check_limits(problem)
    _refuse("order_invalid", "orders", (order.id for order in orders if not _is_valid(order)))
    _refuse("order_twice", "orders", _repeated(order.id for order in orders))
    lines = [line for order in orders for line in order.lines]
    _refuse("line_twice", "lines", _repeated(line.key for line in lines))
    outside = (line.key for line in lines if not problem.floor.contains((line.aisle, line.y_mm)))
    _refuse("stop_outside_floor", "lines", outside)
    load, capacity = _limits(problem)
    too_large = np.flatnonzero((load > np.array(capacity)).any(axis=1)).tolist()
    _refuse("order_too_large", "orders", (orders[number].id for number in too_large))


def _check_limits(problem: WaveProblem) -> None:
    if problem.totes_per_cart < 1:
        raise PlanError("cart_invalid", limit="totes_per_cart", value=problem.totes_per_cart)
    for limit in ("max_volume_mm3", "max_weight_g", "max_orders"):
        value = getattr(problem, limit)
        if value is not None and value <= 0:
            raise PlanError("cart_invalid", limit=limit, value=value)


def _is_valid(order: WaveOrder) -> bool:
    return bool(order.lines) and order.totes >= 1 and order.volume_mm3 >= 0 and order.weight_g >= 0


def _repeated(values: Iterable[Hashable]) -> list[Hashable]:
    return [value for value, count in Counter(values).items() if count > 1]


def _refuse(code: str, what: str, culprits: Iterable[Hashable]) -> None:
    found = tuple(culprits)
    if found:
        raise PlanError(code, **{what: found})


def _limits(problem: WaveProblem) -> tuple[Ints, list[int]]:
    """Load[order, limit] and the capacity of a cart, of the limits that count."""
    limits = (problem.totes_per_cart, problem.max_volume_mm3, problem.max_weight_g)
    names = [name for name, limit in zip(("totes", "volume_mm3", "weight_g"), limits, strict=True) if limit is not None]
    used = [[getattr(order, name) for name in names] for order in problem.orders]
    return np.array(used, np.int64), [limit for limit in limits if limit is not None]


def _arrays(problem: WaveProblem) -> BatchProblem:
    from .carts import on_floor

    orders = problem.orders
    counts = np.array([len(order.lines) for order in orders], np.int64)
    flat = np.array([(line.aisle, line.y_mm) for order in orders for line in order.lines], np.int64)
    load, capacity = _limits(problem)
    return on_floor(
        problem.floor,
        counts,
        flat[:, 0],
        flat[:, 1],
        load,
        capacity,
        most_orders=problem.max_orders,
        cart_mm=problem.costs.cart_mm,
        stop_mm=problem.costs.stop_mm,
    )


def _as_they_come(arrays: BatchProblem) -> list[Ints]:
    from .carts import first_come, members_of

    return members_of(first_come(*arrays.limits()))


def _walk(
    floor: AnyFloor, arrays: BatchProblem, members: Ints, way: Callable[[AnyFloor, list[tuple[int, int]]], Walk]
) -> tuple[Walk, list[tuple[int, int]]]:
    """The walk past the stops of these orders, and these stops."""
    places = [arrays.place[arrays.start[member] : arrays.start[member + 1]] for member in members]
    place = np.unique(np.concatenate(places))
    stops = list(zip(arrays.aisle[place].tolist(), arrays.y[place].tolist(), strict=True))
    return way(floor, stops), stops


def _cart_plan(problem: WaveProblem, arrays: BatchProblem, members: Ints, effort: float) -> CartPlan:
    orders = [problem.orders[index] for index in members.tolist()]
    placed = _placed(orders)
    walk, stops = _walk(problem.floor, arrays, members, partial(walk_on, effort=effort))
    turn = {stops[index]: number for number, index in enumerate(walk.order)}
    picks = [
        Pick(line.key, order.id, place.slots, line.aisle, line.y_mm)
        for order, place in zip(orders, placed, strict=True)
        for line in order.lines
    ]
    picks.sort(key=lambda pick: turn[pick.aisle, pick.y_mm])  # stable: at one stop by slot
    return CartPlan(tuple(placed), tuple(picks), walk.length_mm, walk.path)


def _placed(orders: Iterable[WaveOrder]) -> list[CartOrder]:
    """Totes side by side, in the sequence of the orders."""
    placed, slot = [], 1
    for order in orders:
        placed.append(CartOrder(order.id, tuple(range(slot, slot + order.totes))))
        slot += order.totes
    return placed
