"""What goes into a parcel besides the goods: the buyer's gift note, and what a shop adds (a leaflet, a sample)."""
from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.core.prepared import Prepared, execute
from wms.orders import service as orders
from wms.orders.models import Order, Shop
from wms.packing.models import InsertRule, Parcel

_WANTED = Prepared(
    "parcel_inserts",
    """
    SELECT 'gift' AS kind, o.gift_note AS text, 0 AS id FROM sales_order o WHERE o.id = :order_id AND o.gift_note <> ''
    UNION ALL
    SELECT 'insert', r.name, r.id FROM insert_rule r JOIN sales_order o ON o.id = :order_id
    WHERE r.warehouse_id = o.warehouse_id AND r.shop_id = o.shop_id AND r.active AND o.total >= r.min_total
    ORDER BY id
    """,
)


def wanted(parcel: Parcel) -> list[dict[str, str]]:
    """What is put into this parcel: [{kind: gift or insert, text}]. An order's first parcel gets it all."""
    if parcel.ordinal > 1:
        return []
    rows = execute(_WANTED, {"order_id": parcel.order_id})
    return [{"kind": row.kind, "text": row.text} for row in rows]


def note(parcel: Parcel) -> None:
    """What belongs into a parcel that is closed by its only scan is shown with its waybill: it counts as put in."""
    besides = wanted(parcel)
    if besides:
        parcel.put_in = besides


def carded(order_ids: Iterable[int]) -> set[int]:
    """Those of these orders that have a gift note."""
    its = select(Order.id).where(among(Order.id, order_ids), Order.gift_note != "")
    return set(db.session.execute(its).scalars())


def rules(warehouse_id: int) -> list[dict[str, Any]]:
    """What the shops add: [{shop, name, min_total, active}]."""
    its = select(InsertRule.name, InsertRule.min_total, InsertRule.active, Shop.code.label("shop"))
    its = its.join(Shop, Shop.id == InsertRule.shop_id).where(InsertRule.warehouse_id == warehouse_id)
    return [dict(row._mapping) for row in db.session.execute(its.order_by(Shop.code, InsertRule.id))]


def put(warehouse_id: int, shop: str, name: str, min_total: Decimal, *, active: bool) -> None:
    """A shop adds this to its orders of `min_total` and more, in their currency; or, not `active`, no longer.

    Raises `orders.unknown_shop`.
    """
    shop_id = db.session.execute(select(Shop.id).where(Shop.code == shop)).scalar()
    if shop_id is None:
        raise WmsError("orders.unknown_shop", shop=shop)
    told = {"min_total": min_total, "active": active}
    made = insert(InsertRule).values(warehouse_id=warehouse_id, shop_id=shop_id, name=name, **told)
    db.session.execute(made.on_conflict_do_update(index_elements=["warehouse_id", "shop_id", "name"], set_=told))


def put_gift_note(warehouse_id: int, order_id: int, note: str) -> Order:
    """Change the note of an order, or (empty) take it away, as long as no parcel of it is closed.

    Raises `packing.note_is_in` (409), and as `orders.put_gift_note` does.
    """
    lock("packing.order", order_id)
    gone = Parcel.status.in_(("closed", "loaded", "shipped"))
    its = select(Parcel.number).where(Parcel.order_id == order_id, Parcel.warehouse_id == warehouse_id, gone)
    number = db.session.execute(its.order_by(Parcel.id).limit(1)).scalar()
    if number is not None:
        raise WmsError("packing.note_is_in", parcel=number)
    return orders.put_gift_note(warehouse_id, order_id, note)
