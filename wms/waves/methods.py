"""What a wave's method means for its plan: how many orders one walk may serve."""
from __future__ import annotations

from collections.abc import Callable

from wms.core.error import WmsError

OFFERED = ("order", "cart", "wall", "relay", "consolidate", "single", "same", "prepack")
IN_BULK = ("wall", "single", "same")  # the goods of all orders of a walk are picked together
BY_ZONES = ("relay", "consolidate")  # a walk is cut by zones: one after the other with one cart, or all at once

Limit = Callable[[int], int]
_limits: dict[str, Limit] = {}


def most_orders(method: str) -> Callable[[Limit], Limit]:
    """Register how many orders of a method one walk may serve in a warehouse (its id → orders, 0 for none at all):
    the room above that owns a put wall knows how many slots it has."""

    def register(function: Limit) -> Limit:
        _limits[method] = function
        return function

    return register


def orders_a_walk(warehouse_id: int, method: str, wanted: int) -> int:
    """How many orders one walk serves: `wanted`, or fewer where the method allows no more.

    Raises `waves.no_wall` (409) when the warehouse has no place for orders of this method.
    """
    if method == "order":
        return 1
    if method not in _limits:
        return wanted
    most = _limits[method](warehouse_id)
    if most < 1:
        raise WmsError("waves.no_wall")
    return min(wanted, most)
