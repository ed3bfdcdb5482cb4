"""Orders and the carts they are put in, with the length of each cart's shortest walk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .errors import PlanError
from .floor import Floor, Stop
from .lengths import Masks, WalkMeter

_MEMO_LIMIT = 300_000


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """An order as batching sees it: where it must be picked, and what it takes of each limit of a cart.

    load: whole numbers, one per limit (totes, volume, weight ... in any fixed order and unit).
    """

    stops: tuple[Stop, ...]
    load: tuple[int, ...]


def first_come(loads: Iterable[tuple[int, ...]], capacity: tuple[int, ...]) -> list[list[int]]:
    """Loads as they come into the open cart; one that does not fit closes it and opens the next.

    Returns the positions of the loads in each cart.
    Raises PlanError("order_too_large", orders=...) naming every position that no cart can hold.
    """
    carts: list[list[int]] = []
    used: tuple[int, ...] = ()
    loads = list(loads)
    too_large = tuple(number for number, load in enumerate(loads) if not _holds(capacity, load))
    if too_large:
        raise PlanError("order_too_large", orders=too_large, capacity=capacity)
    for number, load in enumerate(loads):
        together = tuple(x + y for x, y in zip(used, load, strict=True)) if carts else load
        if carts and _holds(capacity, together):
            carts[-1].append(number)
            used = together
        else:
            carts.append([number])
            used = load
    return carts


def _holds(capacity: tuple[int, ...], load: tuple[int, ...]) -> bool:
    return all(used <= most for used, most in zip(load, capacity, strict=True))


class Cart(NamedTuple):
    """Some orders together. members: order indices, ascending. length_mm: the shortest walk."""

    members: tuple[int, ...]
    key: int
    masks: Masks
    load: tuple[int, ...]
    length_mm: int


class Bench:
    """Builds and measures carts of one wave. Orders are named by their index."""

    def __init__(self, floor: Floor, orders: Sequence[BatchOrder], capacity: tuple[int, ...]) -> None:
        self.floor, self.orders, self.capacity = floor, orders, capacity
        self._meter = WalkMeter(floor, (stop for order in orders for stop in order.stops))
        self._lengths: dict[int, int] = {}
        self.empty = Cart((), 0, self._meter.masks(()), (0,) * len(capacity), 0)
        self.singles = [self._single(number, order) for number, order in enumerate(orders)]

    def _single(self, number: int, order: BatchOrder) -> Cart:
        masks = self._meter.masks(order.stops)
        return Cart((number,), 1 << number, masks, order.load, self._meter.length(masks))

    def fits(self, a: Cart, b: Cart) -> bool:
        """Whether one cart can hold the orders of both."""
        for x, y, most in zip(a.load, b.load, self.capacity, strict=True):  # noqa: SIM110 - any() is slower
            if x + y > most:
                return False
        return True

    def joined_length(self, a: Cart, b: Cart) -> int:
        """Length in mm of the shortest walk past the stops of both."""
        key = a.key | b.key
        length = self._lengths.get(key)
        if length is None:
            if len(self._lengths) >= _MEMO_LIMIT:
                self._lengths.clear()
            length = self._meter.length([x | y for x, y in zip(a.masks, b.masks, strict=True)])
            self._lengths[key] = length
        return length

    def join(self, a: Cart, b: Cart) -> Cart:
        """The orders of both in one cart, whether they fit or not."""
        return Cart(
            tuple(sorted(a.members + b.members)),
            a.key | b.key,
            tuple([x | y for x, y in zip(a.masks, b.masks, strict=True)]),
            tuple([x + y for x, y in zip(a.load, b.load, strict=True)]),
            self.joined_length(a, b),
        )

    def cart(self, members: Iterable[int]) -> Cart:
        """These orders in one cart, whether they fit or not."""
        singles = [self.singles[member] for member in sorted(members)]
        if not singles:
            return self.empty
        key, masks, load = 0, list(self.empty.masks), list(self.empty.load)
        for single in singles:
            key |= single.key
            masks = [x | y for x, y in zip(masks, single.masks, strict=True)]
            load = [x + y for x, y in zip(load, single.load, strict=True)]
        length = self._lengths.get(key)
        if length is None:
            length = self._lengths[key] = self._meter.length(masks)
        return Cart(tuple(single.members[0] for single in singles), key, tuple(masks), tuple(load), length)


def total_length(carts: Iterable[Cart]) -> int:
    return sum(cart.length_mm for cart in carts)
