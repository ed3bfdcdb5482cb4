"""How many orders stand where, and what could go into the next wave."""
from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select

from wms.core.db import db
from wms.insight import rules
from wms.insight.progress import iso
from wms.orders.models import Order, Shop
from wms.orders.service import state_column
from wms.packing.models import Parcel
from wms.picking.models import Cart, PickTask, PickTote
from wms.shipping.models import Carrier, Manifest, ManifestParcel
from wms.stock.models import Container

SHIPPED_WITHIN = timedelta(hours=24)
HERE: Any = bindparam("warehouse_id")
AXES = (Order.confirmation, Order.processing, Order.shipping, Order.refund)


def orders(warehouse_id: int, moment: datetime) -> dict[str, Any]:
    """Open orders by pipeline step and by the merchants' states, with those shipped within a day.

    `{steps: {each of rules.STEPS: count}, states: {those that occur: count}}`.
    """
    rows = db.session.execute(_by_axes(), {"warehouse_id": warehouse_id}).all()
    steps: Counter[str] = Counter(dict.fromkeys(rules.STEPS, 0))
    states: Counter[str] = Counter()
    for *axes, state, count in rows:
        steps[rules.step(*axes)] += count
        states[state] += count
    steps["shipped"] = states["shipped"] = _shipped(warehouse_id, moment)
    return {"steps": {step: steps[step] for step in rules.STEPS}, "states": dict(states)}


@cache
def _by_axes() -> Any:
    still = (Order.warehouse_id == HERE, Order.confirmation != "cancelled", Order.shipping == "unshipped")
    state = state_column().label("state")
    return select(*AXES, state, func.count()).where(*still).group_by(*AXES, state)


def _shipped(warehouse_id: int, moment: datetime) -> int:
    """Orders that left on a manifest within a day: from the few manifests, not the many orders."""
    return db.session.execute(
        select(func.count(func.distinct(Parcel.order_id)))
        .select_from(Manifest)
        .join(ManifestParcel, ManifestParcel.manifest_id == Manifest.id)
        .join(Parcel, Parcel.id == ManifestParcel.parcel_id)
        .where(Manifest.warehouse_id == warehouse_id, Manifest.closed_at > moment - SHIPPED_WITHIN)
    ).scalar_one()


def ready(warehouse_id: int) -> dict[str, Any]:
    """What waits for a wave, for choosing from: `{orders, carriers, shops, promises}`, each with its count.

    `promises` counts, hour by hour, the orders promised up to `before`.
    """
    rows = db.session.execute(_ready_query(), {"warehouse_id": warehouse_id}).all()
    return {
        "orders": sum(row[6] for row in rows),
        "carriers": _choices((row[0], row[1] or row[0], row[6]) for row in rows),
        "shops": _choices((row[2], row[3], row[6]) for row in rows),
        "promises": _promises(rows),
    }


@cache
def _ready_query() -> Any:
    hour = func.date_trunc("hour", Order.promised_at)
    return (
        select(Order.carrier, Carrier.name, Shop.code, Shop.name, hour, func.max(Order.promised_at), func.count())
        .join(Shop, Shop.id == Order.shop_id)
        .outerjoin(Carrier, Carrier.code == Order.carrier)
        .where(Order.warehouse_id == HERE, Order.confirmation == "confirmed", Order.processing == "waiting")
        .where(Order.refund == "none")
        .group_by(Order.carrier, Carrier.name, Shop.code, Shop.name, hour)
    )


def _choices(counted: Any) -> list[dict[str, Any]]:
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for code, name, count in counted:
        names[code] = name
        counts[code] += count
    return [{"code": code, "name": names[code], "orders": count} for code, count in counts.most_common()]


def _promises(rows: Any) -> list[dict[str, Any]]:
    latest: dict[datetime, datetime] = {}
    counts: Counter[datetime] = Counter()
    for row in rows:
        latest[row[4]] = max(latest.get(row[4], row[5]), row[5])
        counts[row[4]] += row[6]
    found, so_far = [], 0
    for hour in sorted(counts):
        so_far += counts[hour]
        found.append({"before": iso(latest[hour]), "orders": so_far})
    return found


def carts(warehouse_id: int) -> dict[str, int]:
    """Carts and totes: how many there are and how many carry an order now."""
    row = db.session.execute(_carts_query(), {"warehouse_id": warehouse_id}).one()
    return dict(row._mapping)


@cache
def _carts_query() -> Any:
    in_use = select(func.count(func.distinct(PickTask.cart_id))).where(
        PickTask.warehouse_id == HERE,
        PickTask.status.in_(("open", "assigned", "picking")),
        PickTask.cart_id.is_not(None),
    )
    totes = select(func.count()).select_from(PickTote).join(Container, Container.id == PickTote.container_id)
    return select(
        in_use.scalar_subquery().label("in_use"),
        select(func.count()).where(Cart.warehouse_id == HERE).scalar_subquery().label("total"),
        totes.where(PickTote.in_use, Container.warehouse_id == HERE).scalar_subquery().label("totes"),
    )
