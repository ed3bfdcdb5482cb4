"""How an order travels, told to its page in one answer."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wms.core.catalogue import text
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.private import MASKS
from wms.orders import due, editing, merging, readdressing, splitting
from wms.orders.edit_rules import FIELDS
from wms.orders.edits import values_of
from wms.orders.models import Order, OrderLine
from wms.orders.rules import eight_state
from wms.orders.service import axes_of


def travel(warehouse_id: int, order_id: int, locale: str) -> dict[str, Any]:
    """As `travel_schemas.Travel` has it. Raises `core.not_found`."""
    order = splitting._of(warehouse_id, order_id)
    refused = splitting._refusal(order)
    into = order.merged_into_id
    parts = [each.id for each in splitting.family(order.id) if each.id != order.id]
    values, differs = values_of(order, FIELDS), editing.shop_word(order.id)
    return {
        "number": order.number,
        "due": due.shown(order),
        "merged_into": next(iter(_related([into], locale)), None) if into else None,
        "companions": _related(_travelling(order.id), locale) if order.companions else [],
        "parts": _related(parts, locale),
        "could_join": _could_join(order) if refused is None else [],
        "editable": refused is None,
        "readdressable": refused is not None and readdressing.may_readdress(order),
        "why": said(refused, locale),
        "lines": [{"key": key, "sku": sku, "qty": qty} for key, sku, qty, _ in values.pop("lines")],
        "line_ids": _line_ids(order.id),
        "values": {name: veiled(name, value) for name, value in values.items()},
        "edits": [{**one, "changes": veiled_changes(one["changes"])} for one in editing.edited(order.id)],
        "differs": None if differs is None else veiled_changes(differs),
    }


def veiled(field: str, value: Any) -> Any:
    """A field's value as pages show it: who gets an order, and where, is masked."""
    return MASKS[field](value) if field in MASKS else value


def veiled_changes(changes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As `veiled`, of rows with a `field` and its values."""
    return [
        {name: each if name == "field" else veiled(one["field"], each) for name, each in one.items()} for one in changes
    ]


def said(refused: WmsError | None, locale: str) -> dict[str, str] | None:
    """A refusal in words: {code, text}."""
    return {"code": refused.code, "text": refused.text(locale)} if refused else None


def _travelling(leader_id: int) -> Sequence[int]:
    return db.session.execute(select(Order.id).where(Order.merged_into_id == leader_id)).scalars().all()


def _could_join(order: Order) -> list[dict[str, Any]]:
    found = merging.suggestions(order.warehouse_id, order.id)
    return [each for group in found for each in group["orders"] if each["id"] != order.id]


def _line_ids(order_id: int) -> dict[str, int]:
    own = select(OrderLine.line_key, OrderLine.id).where(
        OrderLine.order_id == order_id, OrderLine.bundle_line_id.is_(None)
    )
    return {row.line_key: row.id for row in db.session.execute(own.order_by(OrderLine.id))}


def _related(ids: Sequence[int], locale: str) -> list[dict[str, Any]]:
    found = db.session.execute(
        select(Order).where(Order.id.in_(ids)).options(joinedload(Order.shop)).order_by(Order.id)
    ).scalars()
    told = []
    for order in found:
        state = eight_state(axes_of(order)).value
        told.append({
            "id": order.id, "number": order.number, "shop": order.shop.code, "state": state,
            "state_text": text(f"orders.state.{state}", locale),
        })  # fmt: skip
    return told
