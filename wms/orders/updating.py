"""A shop changes an order that clerks had their hands on.

One that travels with others, or in parts, stands by itself and whole first, where it can. What a clerk changed of it is
not written over: where the shop says something new of just that, both are kept until a clerk has chosen.
"""
from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.orders import edits
from wms.orders.edit_rules import conflicts
from wms.orders.history import note
from wms.orders.lifecycle import CONFIRMATION
from wms.orders.merging import part
from wms.orders.models import Order, OrderLine
from wms.orders.splitting import family, join, parts_of
from wms.stock import service as stock

if TYPE_CHECKING:
    from wms.orders.intake import Draft

SHOP_CHANGED = "shop_changed"  # the reason of a hold that only a clerk's choice ends, no audit


def make_way(order_ids: Collection[int]) -> dict[int, str]:
    """Locked orders are to be brought up to date: they go alone. Returns those that cannot any more, with how far the
    order is that they travel with."""
    if not order_ids:
        return {}
    part(order_ids)
    begun = {root: status for root in parts_of(order_ids) if (status := _joined(root))}
    leader = select(Order.id, Order.processing).subquery()
    still = select(Order.id, leader.c.processing).join(leader, leader.c.id == Order.merged_into_id)
    travelling = db.session.execute(still.where(among(Order.id, order_ids)))
    return {**begun, **{row.id: row.processing for row in travelling}}


def _joined(root_id: int) -> str:
    """Join the parts of an order; else, how far one is with which that cannot be done."""
    root, *parts = family(root_id)
    try:
        with db.session.begin_nested():
            join(root, parts, by=None)
    except WmsError as error:
        return str(error.params.get("status", "split"))
    return ""


def respect_edits(drafts: Mapping[int, Draft]) -> tuple[dict[int, dict[str, object]], set[int]]:
    """Locked orders (by id) and what their shops now say of them. Returns what stays as a clerk has changed it, by
    order and field, and the orders where the two do not agree: those are held, with the shop's word beside them."""
    stays: dict[int, dict[str, object]] = {}
    differ: set[int] = set()
    for order_id, mine in edits.live(drafts).items():
        base = edits.base_of(mine)
        ours = edits.values_of(db.session.get_one(Order, order_id, populate_existing=True), base)
        found = conflicts(base, ours, edits.said_in(drafts[order_id]))
        if found:
            edits.keep_word(order_id, drafts[order_id], found)
            _hold(order_id, found)
            differ.add(order_id)
        else:
            edits.rebase(mine, edits.said_in(drafts[order_id]))
            stays[order_id] = ours
    return stays, differ


def _hold(order_id: int, fields: list[str]) -> None:
    lines = select(OrderLine.id).where(OrderLine.order_id == order_id)
    stock.release_promises(list(db.session.execute(lines).scalars()))
    named = [{"say": f"orders.field.{name}"} for name in fields]
    held = {"hold_reason": SHOP_CHANGED, "hold_params": {"fields": named}}
    held["confirmation"] = CONFIRMATION.moves["hold"][1]
    db.session.execute(update(Order).where(Order.id == order_id).values(**held))
    note(SHOP_CHANGED, {order_id: {"fields": named}})
