"""What a message says: read for many at once, and written out. Without leave to know who buys, names are masked.

A message says how an order stood at its event's moment; the rest of it (lines, parcels, where it goes) is read as it is
sent, so that no second copy of people's data lies in a queue.
"""
from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from wms.catalog.models import Owner, Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.core.private import MASKS
from wms.inbound.models import Receipt, ReceiptLine
from wms.layout.models import Warehouse
from wms.orders import service as orders
from wms.orders.models import Order, OrderLine, Shop
from wms.orders.service import Axes, eight_state, trade_status
from wms.packing import service as packing
from wms.packing.models import Parcel, ParcelLine
from wms.problems.models import Problem
from wms.programs.models import WebhookMessage
from wms.shipping.models import Carrier, ParcelTrack, Waybill
from wms.waves.models import Wave, WaveOrder

Json = dict[str, Any]
MASKED = {"name": "recipient", "phone": "phone", "address": "address", "postcode": "postcode"}
AXES = ("confirmation", "payment", "processing", "shipping", "refund")


@dataclass(frozen=True)
class Told:
    """A message with the code of its warehouse, and whether its endpoint may know who buys."""

    message: WebhookMessage
    warehouse: str
    personal: bool


def write(told: Sequence[Told]) -> dict[int, bytes]:
    """The bodies of messages by their ids: UTF-8 JSON."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for each in told:
        by_kind[_kind(each.message)].add(each.message.about_id)
    known = {kind: _READERS[kind](ids) for kind, ids in by_kind.items() if kind in _READERS}
    return {
        each.message.id: written(each, known.get(_kind(each.message), {}).get(each.message.about_id)) for each in told
    }


def _kind(message: WebhookMessage) -> str:
    return message.subject.split(":")[0]


def written(told: Told, found: Json | None) -> bytes:
    """One body, of what was found out about its subject; None: it is not there any more."""
    message = told.message
    data = _data(_kind(message), message.facts, found, personal=told.personal)
    body = {
        "id": str(message.uid), "event": message.event, "at": message.at.isoformat(), "warehouse": told.warehouse,
        "data": data,
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False).encode()


def _data(kind: str, facts: Mapping[str, Any], found: Json | None, *, personal: bool) -> Json:
    if kind == "test":
        return {"test": True}
    if kind == "stock":
        return {"stock": {**(found or {}), **facts}}
    if found is None:
        return {kind: None}
    if kind == "order":
        return {"order": _order(found, facts, personal=personal)}
    if kind == "parcel":
        return {"parcel": {**found, **({"track": facts["state"]} if "state" in facts else {})}}
    return {kind: found}


def _order(found: Json, facts: Mapping[str, Any], *, personal: bool) -> Json:
    """How it stood at the event's moment (`facts`), and what else is known of it."""
    axes = {axis: facts.get(axis, found[axis]) for axis in AXES}
    reason = facts.get("hold_reason")
    hold = {"reason": reason, "params": facts.get("hold_params") or {}} if reason else None
    stands = Axes(**axes)
    to = found["recipient"] if personal else _masked(found["recipient"])
    state = {"state": eight_state(stands).value, "trade_status": trade_status(stands), **axes, "hold": hold}
    return {**{name: value for name, value in found.items() if name not in AXES}, **state, "recipient": to}


def _masked(to: Mapping[str, str]) -> Json:
    return {name: MASKS[MASKED[name]](value) if name in MASKED else value for name, value in to.items()}


# ---- reading, many at once

def _orders(ids: Iterable[int]) -> dict[int, Json]:
    wanted_rows = select(Order).where(among(Order.id, ids)).options(joinedload(Order.shop))
    rows = db.session.execute(wanted_rows.execution_options(populate_existing=True)).scalars().all()
    wanted = [row.id for row in rows]
    lines, split, of_order = _lines(wanted), orders.split_from(wanted), packing.parcels_of(wanted)
    parcels = _parcels({id for ids in of_order.values() for id in ids})
    return {
        row.id: _told_order(
            row, split.get(row.id), lines[row.id], [_own(parcels[id], row) for id in of_order[row.id]]
        )
        for row in rows
    }


def _own(parcel: Json, order: Order) -> Json:
    """A parcel with what is in it of an order."""
    mine = (order.shop.code, order.number)
    inside = [
        {name: value for name, value in line.items() if name not in ("shop", "order")}
        for line in parcel["lines"]
        if (line["shop"], line["order"]) == mine
    ]
    return {**{name: value for name, value in parcel.items() if name not in ("order", "shop")}, "lines": inside}


def _told_order(order: Order, split_from: str | None, lines: list[Json], parcels: list[Json]) -> Json:
    return {
        "id": order.id, "shop": order.shop.code, "number": order.number, "split_from": split_from,
        **{axis: getattr(order, axis) for axis in AXES},
        "kind": order.kind, "carrier": order.carrier, "currency": order.currency, "total": str(order.total),
        "paid": str(order.paid), "cod": str(order.cod), "placed_at": _iso(order.placed_at),
        "promised_at": _iso(order.promised_at),
        "recipient": {
            "name": order.recipient, "phone": order.phone, "country": order.country, "province": order.province,
            "city": order.city, "district": order.district, "address": order.address, "postcode": order.postcode,
        },
        "lines": lines, "parcels": parcels,
    }  # fmt: skip


def _lines(order_ids: Sequence[int]) -> dict[int, list[Json]]:
    found = orders.own_lines(order_ids)
    skus = {id: told["sku"] for id, told in _skus({line.sku_id for lines in found.values() for line in lines}).items()}
    return {
        order_id: [
            {
                "key": orders.own_key(line.origin_id, line.line_key), "sku": skus[line.sku_id], "qty": line.qty,
                "dropped": line.dropped, "price": str(line.price),
            }
            for line in lines
        ]
        for order_id, lines in found.items()
    }  # fmt: skip


def _parcels(ids: Iterable[int]) -> dict[int, Json]:
    """By id; each of its lines with the order that it is of, as several may travel together."""
    rows = db.session.execute(
        select(
            Parcel.id, Parcel.number, Parcel.status, Parcel.weight_g, Carrier.code, Waybill.number,
            ParcelTrack.state, Order.number, Order.shop_id,
        )
        .join(Order, Order.id == Parcel.order_id)
        .outerjoin(Waybill, (Waybill.parcel_id == Parcel.id) & (Waybill.status == "issued"))
        .outerjoin(Carrier, Carrier.id == Waybill.carrier_id)
        .outerjoin(ParcelTrack, ParcelTrack.waybill_id == Waybill.id)
        .where(among(Parcel.id, ids), Parcel.status != "void")
        .order_by(Parcel.id)
    ).all()  # fmt: skip
    inside: dict[int, list[Json]] = defaultdict(list)
    whose = Order.id == func.coalesce(OrderLine.origin_id, OrderLine.order_id)
    found = db.session.execute(
        select(
            ParcelLine.parcel_id, ParcelLine.qty, OrderLine.line_key, OrderLine.origin_id, Sku.code.label("sku"),
            Order.number, Order.shop_id,
        )
        .join(OrderLine, OrderLine.id == ParcelLine.order_line_id)
        .join(Order, whose)
        .join(Sku, Sku.id == ParcelLine.sku_id)
        .where(among(ParcelLine.parcel_id, [row[0] for row in rows]))
        .order_by(ParcelLine.order_line_id)
    ).all()  # fmt: skip
    shops = _shop_codes({row.shop_id for row in (*rows, *found)})
    for line in found:
        key = orders.own_key(line.origin_id, line.line_key)
        told = {"key": key, "sku": line.sku, "qty": line.qty, "shop": shops[line.shop_id], "order": line.number}
        inside[line.parcel_id].append(told)
    return {
        row[0]: {
            "number": row[1], "order": row[7], "shop": shops[row.shop_id], "status": row[2], "weight_g": row[3],
            "carrier": row[4], "waybill": row[5], "track": row[6], "lines": inside[row[0]],
        }
        for row in rows
    }  # fmt: skip


def _shop_codes(ids: Iterable[int]) -> dict[int, str]:
    return {row.id: row.code for row in db.session.execute(select(Shop.id, Shop.code).where(among(Shop.id, ids)))}


def _waves(ids: Iterable[int]) -> dict[int, Json]:
    wanted = sorted(set(ids))
    numbers: dict[int, list[str]] = defaultdict(list)
    held = select(WaveOrder.wave_id, Order.number).join(Order, Order.id == WaveOrder.order_id)
    for wave_id, number in db.session.execute(held.where(among(WaveOrder.wave_id, wanted)).order_by(Order.id)):
        numbers[wave_id].append(number)
    rows = db.session.execute(select(Wave).where(among(Wave.id, wanted))).scalars()
    return {
        row.id: {
            "number": row.number, "status": row.status, "method": row.method, "cutoff_at": _iso(row.cutoff_at),
            "orders": numbers[row.id],
        }
        for row in rows
    }  # fmt: skip


def _receipts(ids: Iterable[int]) -> dict[int, Json]:
    wanted = sorted(set(ids))
    lines: dict[int, list[Json]] = defaultdict(list)
    for line, sku in db.session.execute(
        select(ReceiptLine, Sku.code)
        .join(Sku, Sku.id == ReceiptLine.sku_id)
        .where(among(ReceiptLine.receipt_id, wanted))
        .order_by(ReceiptLine.receipt_id, ReceiptLine.position)
    ):
        told = {"sku": sku, "expected": line.qty, "received": line.received, "rejected": line.rejected}
        lines[line.receipt_id].append(told)
    rows = db.session.execute(select(Receipt).where(among(Receipt.id, wanted))).scalars()
    return {
        row.id: {
            "number": row.number, "kind": row.kind, "supplier": row.supplier, "status": row.status,
            "short_reason": row.short_reason, "lines": lines[row.id],
        }
        for row in rows
    }  # fmt: skip


def _problems(ids: Iterable[int]) -> dict[int, Json]:
    rows = db.session.execute(select(Problem).where(among(Problem.id, ids))).scalars()
    return {
        row.id: {
            "about": row.about, "code": row.code, "label": row.label, "reason": row.reason, "note": row.note,
            "status": row.status, "reported_at": _iso(row.at),
        }
        for row in rows
    }  # fmt: skip


def _skus(ids: Iterable[int]) -> dict[int, Json]:
    rows = db.session.execute(select(Sku.id, Sku.code, Sku.name).where(among(Sku.id, ids)))
    return {row.id: {"sku": row.code, "name": row.name} for row in rows}


def owner_codes() -> dict[int, str]:
    return {row.id: row.code for row in db.session.execute(select(Owner.id, Owner.code))}


def house_codes(ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Warehouse.id, Warehouse.code).where(among(Warehouse.id, ids)))
    return {row.id: row.code for row in rows}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


_READERS = {
    "order": _orders, "parcel": _parcels, "wave": _waves, "receipt": _receipts, "problem": _problems,
    "stock": _skus,
}  # fmt: skip
