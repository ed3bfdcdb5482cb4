"""Whole orders into carts, so that all carts together walk little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .carts import BatchOrder, Bench, Cart, first_come, total_length
from .floor import Floor, Stop
from .improve import improve
from .routing import Walk, exact_walk, s_shape
from .savings import savings

_Walker = Callable[[Floor, Sequence[Stop]], Walk]


@dataclass(frozen=True, slots=True)
class Batch:
    """The orders of one cart (indices, ascending), their distinct stops, and the walk past these stops."""

    orders: tuple[int, ...]
    stops: tuple[Stop, ...]
    walk: Walk


def batch_orders(
    floor: Floor,
    orders: Sequence[BatchOrder],
    capacity: tuple[int, ...],
    *,
    seed: int,
    stop: Callable[[], bool],
) -> list[Batch]:
    """Carts by savings, improved until `stop` returns true or improvements run out.

    capacity: the limits of a cart, in the units of `BatchOrder.load`.
    Never walks further than orders taken first come, first served. When `stop` is true from the start,
    that is the answer. The same seed and the same answers of `stop` give the same carts.
    Raises PlanError: "order_too_large", "stop_outside_floor", "floor_unsupported".
    """
    baseline = _as_they_come(floor, orders, capacity, exact_walk)
    if stop() or len(baseline) < 2:
        return baseline
    bench = Bench(floor, orders, capacity)
    best = [bench.cart(batch.orders) for batch in baseline]
    best = min(best, _filled(bench, savings(bench, stop)), key=total_length)
    best = improve(bench, best, seed=seed, stop=stop)
    walked = {batch.orders: batch for batch in baseline}
    return [walked.get(cart.members) or _batch(floor, orders, cart.members, exact_walk) for cart in sorted(best)]


def fcfs_s_shape(floor: Floor, orders: Sequence[BatchOrder], capacity: tuple[int, ...]) -> list[Batch]:
    """The baseline: orders as they come, into the open cart until one does not fit, walked in S-shape.

    Raises as `batch_orders` does.
    """
    return _as_they_come(floor, orders, capacity, s_shape)


def _as_they_come(floor: Floor, orders: Sequence[BatchOrder], capacity: tuple[int, ...], walk: _Walker) -> list[Batch]:
    carts = first_come((order.load for order in orders), capacity)
    return [_batch(floor, orders, members, walk) for members in carts]


def _batch(floor: Floor, orders: Sequence[BatchOrder], members: Sequence[int], walk: _Walker) -> Batch:
    stops = tuple(dict.fromkeys(stop for member in members for stop in orders[member].stops))
    return Batch(tuple(members), stops, walk(floor, stops))


def _filled(bench: Bench, parts: Sequence[Cart]) -> list[Cart]:
    """Small carts, as savings cut short leave them, put together as they come."""
    groups = first_come((part.load for part in parts), bench.capacity)
    return [bench.cart(member for number in group for member in parts[number].members) for group in groups]
