"""The seller's own site or mini-program: its orders come in here, many at once, and it asks how they stand.

An order is pushed whole, as it is now; what it says decides what is done: a new one is taken in, a changed one brought
up to date, one that is cancelled or asked back is stopped, one that goes on is let on.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wms.channels import service as channels
from wms.core.bulk import among
from wms.core.catalogue import messages
from wms.core.db import db
from wms.orders import service as orders
from wms.orders.models import Order, Shop
from wms.orders.service import axes_of, eight_state, hold_text, trade_status, warehouses_of
from wms.packing import service as packing
from wms.packing.models import Parcel
from wms.shipping.models import Carrier, ParcelTrack, Waybill

PLUGIN = "own"


def push(warehouse_id: int, pushed: Sequence[Mapping[str, Any]], locale: str) -> list[dict[str, Any]]:
    """Take orders in, within the caller's transaction; what became of each, in their sequence.

    `outcome`: taken; waiting, it is told but not to be sent (yet); refused, kept with its reason and taken in as soon
    as what was missing is there; unreadable; elsewhere, it had left or ended before it was ever told. Raises as
    `channels.connect_passive`.
    """
    by_shop: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for each in pushed:
        by_shop[each["shop"]][each["number"]] = _plain(each)
    heard: dict[tuple[str, str], channels.Heard] = {}
    for shop, told in sorted(by_shop.items()):
        channels.connect_passive(warehouse_id, shop, PLUGIN)
        heard |= {(shop, number): each for number, each in channels.hear(warehouse_id, shop, told).items()}
    return [_told(each["shop"], each["number"], heard[each["shop"], each["number"]], locale) for each in pushed]


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _told(shop: str, number: str, heard: channels.Heard, locale: str) -> dict[str, Any]:
    problem = heard.problem
    known = messages().get(problem["code"]) if problem else None
    return {
        "shop": shop, "number": number, "id": heard.order_id, "new": heard.new, "changed": heard.changed,
        "outcome": heard.outcome, "code": problem["code"] if problem else None,
        "text": known.text(locale, problem["params"]) if known and problem else None,
    }  # fmt: skip


def states(warehouse_id: int, shop: str, numbers: Sequence[str], locale: str) -> list[dict[str, Any]]:
    """How orders of a shop stand, those that are here, with their parcels; nothing of who buys."""
    shop_id = db.session.execute(select(Shop.id).where(Shop.code == shop)).scalar_one_or_none()
    if shop_id is None:
        return []
    several = warehouses_of(shop_id)  # any of which may send them
    mine = several if warehouse_id in several else [warehouse_id]
    rows = db.session.execute(
        select(Order)
        .where(Order.shop_id == shop_id, among(Order.warehouse_id, mine), among(Order.number, numbers))
        .options(joinedload(Order.shop))
        .order_by(Order.id)
        .execution_options(populate_existing=True)
    ).scalars().all()  # fmt: skip
    ids = [row.id for row in rows]
    parcels, split = _parcels(ids), orders.split_from(ids)
    return [_state(row, parcels[row.id], split.get(row.id), locale) for row in rows]


def _state(order: Order, parcels: list[dict[str, Any]], split_from: str | None, locale: str) -> dict[str, Any]:
    stands = axes_of(order)
    hold = hold_text(order.hold_reason, order.hold_params, locale)
    return {
        "id": order.id, "shop": order.shop.code, "number": order.number, "state": eight_state(stands).value,
        "trade_status": trade_status(stands), "confirmation": order.confirmation, "payment": order.payment,
        "processing": order.processing, "shipping": order.shipping, "refund": order.refund,
        "hold": order.hold_reason, "hold_text": hold, "split_from": split_from, "parcels": parcels,
    }  # fmt: skip


def _parcels(order_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    of_order = packing.parcels_of(order_ids)
    told: dict[int, dict[str, Any]] = {}
    for row in db.session.execute(
        select(
            Parcel.id, Parcel.number, Parcel.status, Carrier.code, Waybill.number.label("waybill"),
            ParcelTrack.state,
        )
        .outerjoin(Waybill, (Waybill.parcel_id == Parcel.id) & (Waybill.status == "issued"))
        .outerjoin(Carrier, Carrier.id == Waybill.carrier_id)
        .outerjoin(ParcelTrack, ParcelTrack.waybill_id == Waybill.id)
        .where(among(Parcel.id, {id for ids in of_order.values() for id in ids}))
    ):  # fmt: skip
        told[row.id] = {"number": row.number, "status": row.status, "carrier": row.code, "waybill": row.waybill,
                  "track": row.state}  # fmt: skip
    return {order_id: [told[id] for id in ids] for order_id, ids in of_order.items()}
