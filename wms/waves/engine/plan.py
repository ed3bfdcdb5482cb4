"""The wave planner's interface: what a wave is, and the plan that comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from .batching import Batch, batch_orders, fcfs_s_shape
from .carts import BatchOrder
from .errors import PlanError
from .floor import Floor, Point


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
class WaveProblem:
    """What to plan. Orders stand in the sequence in which they came; a limit of None does not count."""

    floor: Floor
    orders: tuple[WaveOrder, ...]
    totes_per_cart: int
    max_volume_mm3: int | None = None
    max_weight_g: int | None = None


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
    """All carts. baseline_mm: the same orders first come, first served, each cart walked in S-shape."""

    carts: tuple[CartPlan, ...]
    length_mm: int
    baseline_mm: int

    @property
    def saving(self) -> float:
        """Share of the baseline's walking that is saved, 0 to 1."""
        return 1 - self.length_mm / self.baseline_mm if self.baseline_mm else 0.0


def plan_wave(problem: WaveProblem, *, seed: int, stop: Callable[[], bool]) -> WavePlan:
    """Orders into carts and the walk of each, better the later `stop` returns true.

    `stop` is first asked when the orders as they came have been walked (about 1 ms a cart), then every few
    milliseconds. Its first true ends the planning with the best plan so far, at worst those first carts
    with shortest walks; writing out the walks found takes up to 1 ms a cart more. Planning also ends by
    itself when better plans are no longer found. The same seed and the same answers of `stop` give the
    same plan.

    Raises PlanError with one of the codes
    "wave_empty"; "cart_invalid" (limit); "order_invalid" (orders: no lines, totes under 1, negative volume
    or weight); "order_twice" (orders); "line_twice" (lines); "stop_outside_floor" (lines);
    "order_too_large" (orders: more than any cart holds); "floor_unsupported" (blocks).
    """
    _check(problem)
    capacity = _capacity(problem)
    orders = [_batch_order(problem, order) for order in problem.orders]
    baseline = fcfs_s_shape(problem.floor, orders, capacity)
    batches = batch_orders(problem.floor, orders, capacity, seed=seed, stop=stop)
    return WavePlan(
        tuple(_cart_plan(problem, batch) for batch in batches),
        sum(batch.walk.length_mm for batch in batches),
        sum(batch.walk.length_mm for batch in baseline),
    )


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
    capacity = _capacity(problem)
    too_large = (order.id for order in orders if any(map(int.__gt__, _load(problem, order), capacity)))
    _refuse("order_too_large", "orders", too_large)


def _check_limits(problem: WaveProblem) -> None:
    if problem.totes_per_cart < 1:
        raise PlanError("cart_invalid", limit="totes_per_cart", value=problem.totes_per_cart)
    for limit in ("max_volume_mm3", "max_weight_g"):
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


def _capacity(problem: WaveProblem) -> tuple[int, ...]:
    limits = (problem.totes_per_cart, problem.max_volume_mm3, problem.max_weight_g)
    return tuple(limit for limit in limits if limit is not None)


def _load(problem: WaveProblem, order: WaveOrder) -> tuple[int, ...]:
    """What the order takes of each limit that counts, in the order of `_capacity`."""
    limits = (problem.totes_per_cart, problem.max_volume_mm3, problem.max_weight_g)
    used = (order.totes, order.volume_mm3, order.weight_g)
    return tuple(amount for amount, limit in zip(used, limits, strict=True) if limit is not None)


def _batch_order(problem: WaveProblem, order: WaveOrder) -> BatchOrder:
    return BatchOrder(tuple((line.aisle, line.y_mm) for line in order.lines), _load(problem, order))


def _cart_plan(problem: WaveProblem, batch: Batch) -> CartPlan:
    orders = [problem.orders[index] for index in batch.orders]
    placed = _placed(orders)
    turn = {batch.stops[index]: number for number, index in enumerate(batch.walk.order)}
    picks = [
        Pick(line.key, order.id, place.slots, line.aisle, line.y_mm)
        for order, place in zip(orders, placed, strict=True)
        for line in order.lines
    ]
    picks.sort(key=lambda pick: turn[pick.aisle, pick.y_mm])  # stable: at one stop by slot
    return CartPlan(tuple(placed), tuple(picks), batch.walk.length_mm, batch.walk.path)


def _placed(orders: Iterable[WaveOrder]) -> list[CartOrder]:
    """Totes side by side, in the sequence of the orders."""
    placed, slot = [], 1
    for order in orders:
        placed.append(CartOrder(order.id, tuple(range(slot, slot + order.totes))))
        slot += order.totes
    return placed
