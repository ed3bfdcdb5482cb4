"""How an order is shown to people and programs: who gets it, and where below the district, masked."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.catalogue import text
from wms.core.db import db
from wms.core.private import MASKS
from wms.orders import due
from wms.orders.merge_rules import own_key
from wms.orders.models import Order, OrderLine
from wms.orders.rules import eight_state, trade_status
from wms.orders.schemas import OrderSummary, OrderView
from wms.orders.service import axes_of, hold_text

OWN = frozenset(OrderView().fields) - {"shop", "state", "state_text", "trade_status", "hold", "lines", "due"}


def hold(reason: str | None, params: Mapping[str, Any] | None, locale: str) -> dict[str, Any] | None:
    """Why an order is held, in words: {reason, text, params}; None when it is not.

    A reason of our audit has a text; any other, such as a picker's, is shown as it was given.
    """
    if reason is None:
        return None
    return {"reason": reason, "text": hold_text(reason, params, locale) or reason, "params": dict(params or {})}


def summary(order: Order, locale: str) -> dict[str, Any]:
    """One row of a list of orders, as JSON."""
    return _dumped(OrderSummary().dump(_facts(order, locale)))


def whole(order: Order, locale: str) -> dict[str, Any]:
    """An order with its lines, as JSON."""
    mine = order.lines if order.merged_into_id is None else _travelling_lines(order)
    skus = {
        row.id: row
        for row in db.session.execute(
            select(Sku.id, Sku.code, Sku.name).where(Sku.id.in_({line.sku_id for line in mine}))
        )
    }
    lines = [
        {
            "id": line.id,
            "key": own_key(line.origin_id, line.line_key),
            "sku": skus[line.sku_id].code,
            "name": skus[line.sku_id].name,
            "qty": line.qty,
            "dropped": line.dropped,
            "price": line.price,
            "exploded": line.exploded,
            "gift": line.gift,
            "part_of": line.bundle_line_id,
        }
        for line in mine
    ]
    return _dumped(OrderView().dump({**_facts(order, locale), "lines": lines}))


def _travelling_lines(order: Order) -> Sequence[OrderLine]:
    """The lines of an order that travels with another."""
    there = select(OrderLine).where(OrderLine.order_id == order.merged_into_id, OrderLine.origin_id == order.id)
    return db.session.execute(there.order_by(OrderLine.id)).scalars().all()


def _facts(order: Order, locale: str) -> dict[str, Any]:
    axes = axes_of(order)
    state = eight_state(axes)
    return {
        **{name: getattr(order, name) for name in OWN},
        **{name: mask(getattr(order, name)) for name, mask in MASKS.items()},
        "shop": order.shop.code,
        "state": state.value,
        "state_text": text(f"orders.state.{state.value}", locale),
        "trade_status": trade_status(axes, kind=order.kind, hold_reason=order.hold_reason),
        "due": due.shown(order),
        "hold": hold(order.hold_reason, order.hold_params, locale),
    }


def _dumped(found: Any) -> dict[str, Any]:
    assert isinstance(found, dict)
    return found
