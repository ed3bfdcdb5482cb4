"""An order that nobody has begun goes to another warehouse: promised there, free here; and why it is where it is."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from wms.core.catalogue import text
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.layout.models import Warehouse
from wms.orders.audit import audit
from wms.orders.bundles import collapse
from wms.orders.events import OrderRerouted
from wms.orders.history import note
from wms.orders.lifecycle import CONFIRMATION, PROCESSING, REFUND, SHIPPING
from wms.orders.models import Order, OrderLine, ShopWarehouse
from wms.orders.stopping import is_intercepted
from wms.stock import service as stock


def move_order(order: Order, code: str, person_id: int | None) -> None:
    """A locked order goes on in the warehouse with this code, if its shop sends from there, and is audited there.

    Raises `orders.unknown_warehouse`, `orders.not_its_warehouse`, `orders.begun` (409); then nothing has moved.
    """
    to = db.session.execute(select(Warehouse).where(Warehouse.code == code)).scalar_one_or_none()
    if to is None:
        raise WmsError("orders.unknown_warehouse", warehouse=code)
    if to.id == order.warehouse_id or to.id not in _of_shop(order.shop_id):
        raise WmsError("orders.not_its_warehouse", warehouse=code, order=order.number)
    if not _movable(order):
        raise WmsError("orders.begun", order=order.number)
    lines = select(OrderLine.id).where(OrderLine.order_id == order.id)
    stock.release_promises(list(db.session.execute(lines).scalars()))
    collapse([order.id])
    here = db.session.get_one(Warehouse, order.warehouse_id)
    order.warehouse_id = to.id
    order.confirmation = CONFIRMATION.after("hold", order.confirmation)
    order.hold_reason, order.hold_params = "changed", None
    if order.carrier_by == "choice":  # by the terms of the warehouse that it leaves
        order.carrier, order.carrier_by = order.shop.carrier, "shop"
    order.routed = {**(order.routed or {"ranking": []}), "way": "moved", "from": here.name}
    db.session.flush()
    note("moved", {order.id: {"from": here.name, "to": to.name}}, person_id=person_id)
    publish(OrderRerouted(here.id, order.id, to.id))
    audit([order.id])


def _of_shop(shop_id: int) -> set[int]:
    its = select(ShopWarehouse.warehouse_id).where(ShopWarehouse.shop_id == shop_id)
    return set(db.session.execute(its).scalars())


def _movable(order: Order) -> bool:
    return (
        order.processing == PROCESSING.initial and order.shipping == SHIPPING.initial and order.refund == REFUND.initial
        and order.confirmation != "cancelled" and not is_intercepted(order)
        and order.merged_into_id is None and not order.companions
    )  # fmt: skip


def whereabouts(order: Order, locale: str) -> dict[str, Any]:
    """In which warehouse an order is and why, in words, and where else it may go:
    `{warehouse, name, why: {line, how, rows: [{warehouse, name, text}]}, others: [{warehouse, name}]}`."""
    its = select(Warehouse.code, Warehouse.name).where(Warehouse.id.in_(_of_shop(order.shop_id)))
    others = db.session.execute(its.where(Warehouse.id != order.warehouse_id).order_by(Warehouse.code))
    here = db.session.get_one(Warehouse, order.warehouse_id)
    return {
        "warehouse": here.code, "name": here.name, "why": in_words(order.routed, locale) if order.routed else None,
        "others": [{"warehouse": row.code, "name": row.name} for row in others] if _movable(order) else [],
    }  # fmt: skip


def in_words(why: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """A reason that was kept (`routing_rules.told`) with its words."""
    rows = [{"warehouse": row["warehouse"], "name": row["name"], "text": _row(row, locale)} for row in why["ranking"]]
    how = text(f"orders.route.{why['way']}", locale, **{"from": why.get("from", "")})
    policy = why.get("otherwise")
    if policy and rows:
        how = f"{how} {text(f'orders.route_else.{policy}', locale)}"
    return {"how": how, "line": "; ".join(row["text"] for row in rows[:4]), "rows": rows}


def _row(row: Mapping[str, Any], locale: str) -> str:
    said = [text("orders.route_km", locale, km=row["km"])] if row["km"] is not None else []
    if row.get("price"):
        said.append(row["price"])
    if row["missing"]:
        missing = ", ".join(f"{sku} × {pieces}" for sku, pieces in list(row["missing"].items())[:3])
        said.append(text("orders.route_missing", locale, skus=missing))
    if row.get("taken") is False:
        said.append(text("orders.route_no_carrier", locale))
    if row.get("late"):
        said.append(text("orders.route_late", locale))
    return f"{row['name']} ({', '.join(said)})" if said else row["name"]
