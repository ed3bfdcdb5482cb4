"""Orders and carts as batching takes them, and carts as orders come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from .errors import PlanError
from .floor import Floor, Stop
from .kernels.batch_data import Ints
from .obstacles import AnyFloor, ObstructedFloor


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """An order as batching sees it: where it must be picked, and what it takes of each limit of a cart.

    load: whole numbers, one per limit (totes, volume, weight ... in any fixed order and unit).
    """

    stops: tuple[Stop, ...]
    load: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BatchProblem:
    """Orders to be put into carts, as arrays of whole numbers.

    floor: the floor of parallel aisles they are picked on, or None; then `distances` tells every walk.
    aisle, y: of each distinct place (one row each, empty where only distances are known).
    distances: mm from place to place, the depot as the last row and column (without a floor).
    start, place: order i is picked at place[start[i]:start[i + 1]].
    load[order, limit] and capacity[limit] of a cart: totes, volume, weight ..., in any units.
    most_orders: most orders in a cart, such as the slots of the put wall; None for any number.
    cart_mm, stop_mm: what each cart, and each stop of it, costs besides its walk, in mm walked in that time.
    """

    floor: Floor | None
    aisle: Ints
    y: Ints
    start: Ints
    place: Ints
    load: Ints
    capacity: Ints
    most_orders: int | None = None
    cart_mm: int = 0
    stop_mm: int = 0
    distances: Ints = field(default_factory=lambda: np.zeros((1, 1), np.int64))

    @property
    def size(self) -> int:
        """How many orders there are."""
        return self.start.size - 1

    def limits(self) -> tuple[Ints, Ints]:
        """Loads and capacities with the number of orders as the first limit. Loads are never above it."""
        ones = np.ones((self.size, 1), np.int64)
        most = self.size if self.most_orders is None else self.most_orders
        return np.hstack((ones, self.load)), np.concatenate(([most], self.capacity))


def batch_problem(
    floor: Floor, orders: Sequence[BatchOrder], capacity: Sequence[int], *, most_orders: int | None = None
) -> BatchProblem:
    """The problem of these orders on a floor of parallel aisles."""
    stops = list(chain.from_iterable(order.stops for order in orders))
    flat = np.array(stops, np.int64).reshape(-1, 2)
    counts = np.array([len(order.stops) for order in orders], np.int64)
    load = np.array([order.load for order in orders], np.int64).reshape(len(orders), len(capacity))
    return on_floor(floor, counts, flat[:, 0], flat[:, 1], load, capacity, most_orders=most_orders)


def on_floor(
    floor: AnyFloor,
    counts: Ints,
    aisle: Ints,
    y: Ints,
    load: Ints,
    capacity: Sequence[int],
    *,
    most_orders: int | None = None,
    cart_mm: int = 0,
    stop_mm: int = 0,
) -> BatchProblem:
    """The problem of orders with so many stops each, their stops one after the other in `aisle` and `y`.

    Raises PlanError("stop_outside_floor") naming the stops, and what `ObstructedFloor.distances` raises.
    """
    roads = floor if isinstance(floor, ObstructedFloor) else None
    plain = floor.floor if isinstance(floor, ObstructedFloor) else floor
    outside = (aisle < 0) | (aisle >= len(plain.aisle_x_mm)) | (y < plain.front_mm) | (y > plain.back_mm)
    if outside.any():
        stops = zip(aisle[outside].tolist(), y[outside].tolist(), strict=True)
        raise PlanError("stop_outside_floor", stops=tuple(stops))
    span = plain.length_mm + 1
    known, place = np.unique(aisle * span + (y - plain.front_mm), return_inverse=True)
    problem = BatchProblem(
        plain,
        known // span,
        known % span + plain.front_mm,
        np.concatenate(([0], np.cumsum(counts))),
        place.astype(np.int64),
        load,
        np.array(capacity, np.int64),
        most_orders,
        cart_mm,
        stop_mm,
    )
    if roads is None:
        return problem
    places = list(zip(problem.aisle.tolist(), problem.y.tolist(), strict=True))
    return replace(problem, floor=None, distances=roads.distances(places))


def first_come(load: Ints, capacity: Ints) -> Ints:
    """Loads as they come into the open cart; one that does not fit closes it and opens the next.

    Returns the cart of each, from 0 on.
    Raises PlanError("order_too_large", orders=...) naming every position that no cart can hold.
    """
    too_large = np.flatnonzero((load > capacity).any(axis=1))
    if too_large.size:
        raise PlanError("order_too_large", orders=tuple(too_large.tolist()), capacity=tuple(capacity.tolist()))
    total = np.cumsum(load, axis=0)
    where = np.zeros(len(load), np.int64)
    begin, cart = 0, 0
    while begin < len(load):
        before = total[begin - 1] if begin else np.zeros_like(capacity)
        # The first position at which some limit is passed; sums never fall, so it is found by halving.
        ends = [np.searchsorted(total[:, limit], before[limit] + most, "right") for limit, most in enumerate(capacity)]
        end = int(min(ends, default=len(load)))
        where[begin:end] = cart
        begin, cart = end, cart + 1
    return where


def members_of(where: Ints) -> list[Ints]:
    """The orders of each cart that has any, ascending; carts by their first order. -1 is no cart."""
    order = np.argsort(where, kind="stable")
    order = order[where[order] >= 0]
    groups = np.split(order, np.flatnonzero(np.diff(where[order])) + 1)
    return sorted((group for group in groups if group.size), key=lambda group: int(group[0]))


def numbered(where: Ints) -> Ints:
    """The same carts, numbered from 0 on without gaps."""
    return np.unique(where, return_inverse=True)[1].astype(np.int64)
