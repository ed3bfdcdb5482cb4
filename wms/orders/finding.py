"""Other things than orders that people have in hand and type or scan: rooms say which orders are behind a code."""
from __future__ import annotations

from collections.abc import Callable

Finder = Callable[[int, str], list[int]]

_finders: list[Finder] = []


def finds_orders(finder: Finder) -> Finder:
    """Decorator of what gives the ids of orders, a few thousand at most, behind a code: by warehouse id and code."""
    _finders.append(finder)
    return finder


def behind(warehouse_id: int, code: str) -> list[int]:
    """The ids of all orders that are found behind a code."""
    return [id for finder in _finders for id in finder(warehouse_id, code.strip())]
