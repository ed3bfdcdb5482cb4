"""Pure decisions of the waves room: which waiting orders go into a wave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

# How a wave is picked: one order a walk (摘果), a cart with a tote for each order (边拣边分), in bulk and then at a put
# wall (播种), by zones that pass the tote on, orders of one piece in bulk to the station (单件), orders with the same
# content in bulk (爆款), parcels that were packed before they were ordered (预打包).
METHODS = ("order", "cart", "wall", "relay", "single", "same", "prepack")


@dataclass(frozen=True)
class Filter:
    """What a wave asks for; None does not count. `promised_before` includes that moment."""

    max_orders: int
    carrier: str | None = None
    shop: str | None = None
    promised_before: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """A confirmed order that waits for a wave, with what is left to pick of it."""

    order_id: int
    carrier: str
    shop: str
    promised_at: datetime
    lines: int
    units: int


@dataclass(frozen=True)
class Selection:
    """The orders of a wave, earliest promise first, and how many stay behind for which reason."""

    orders: tuple[Waiting, ...]
    left_out: dict[str, int]


def select_orders(waiting: Iterable[Waiting], wanted: Filter) -> Selection:
    """Choose orders, earliest promise first, older order first. The same input gives the same answer.

    Reasons for staying behind: nothing_to_pick, other_carrier, other_shop, promised_later, over_maximum.
    """
    chosen: list[Waiting] = []
    left_out: Counter[str] = Counter()
    for order in sorted(waiting, key=lambda each: (each.promised_at, each.order_id)):
        reason = why_not(order, wanted) or ("over_maximum" if len(chosen) == wanted.max_orders else None)
        if reason:
            left_out[reason] += 1
        else:
            chosen.append(order)
    return Selection(tuple(chosen), dict(left_out))


def why_not(order: Waiting, wanted: Filter) -> str | None:
    """The first reason why the filter leaves this order out, None when it does not."""
    if not order.lines:
        return "nothing_to_pick"
    if wanted.carrier is not None and order.carrier != wanted.carrier:
        return "other_carrier"
    if wanted.shop is not None and order.shop != wanted.shop:
        return "other_shop"
    if wanted.promised_before is not None and order.promised_at > wanted.promised_before:
        return "promised_later"
    return None
