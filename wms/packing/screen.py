"""What a packing station shows."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from wms.catalog.models import Barcode, Sku
from wms.core.clock import now
from wms.core.db import db
from wms.orders.models import Order, Shop
from wms.packing.models import Parcel, ParcelLine
from wms.picking import service as picking
from wms.picking.models import PickTote
from wms.printing import service as printing
from wms.stock.models import Container

WAITING_SHOWN = 30


def station(warehouse_id: int, station_id: int) -> dict[str, Any]:
    """The whole picture of a station; `parcel` is the one that was opened or scanned last."""
    parcel = current(station_id)
    return {
        "parcel": describe(parcel) if parcel else None,
        "printers": printing.printers_of_station(station_id),
        "jobs": printing.jobs_of_station(station_id, 10),
        "waiting_totes": waiting_totes(warehouse_id, station_id),
        "today": {"parcels": closed_today(station_id)},
    }


def current(station_id: int) -> Parcel | None:
    """The open parcel a station works on; others it left open wait for their tote to be scanned again."""
    newest = select(Parcel).where(Parcel.station_id == station_id, Parcel.status == "open")
    return db.session.execute(newest.order_by(Parcel.opened_at.desc()).limit(1)).scalar_one_or_none()


def describe(parcel: Parcel) -> dict[str, Any]:
    """An open parcel with its order and its lines."""
    order = db.session.execute(
        select(Order.number, Shop.name.label("shop"), Order.recipient, Order.remark)
        .join(Shop, Shop.id == Order.shop_id)
        .where(Order.id == parcel.order_id)
    ).one()
    lines = _lines(parcel.id)
    return {
        "id": parcel.id,
        "number": parcel.number,
        "order": dict(order._mapping),
        "tote": _tote(parcel.order_id),
        "expected_g": parcel.expected_g,
        "lines": lines,
        "complete": all(line["verified"] == line["qty"] for line in lines),
    }


def waiting_totes(warehouse_id: int, station_id: int) -> list[dict[str, Any]]:
    """Totes that wait for packing, the longest waiting first, less those on other stations' tables."""
    elsewhere = set(
        db.session.execute(
            select(Parcel.order_id).where(
                Parcel.warehouse_id == warehouse_id, Parcel.status == "open", Parcel.station_id != station_id
            )
        ).scalars()
    )
    return [
        {"tote": tote.code, "order": tote.order, "since": tote.since.isoformat() if tote.since else None}
        for tote in picking.full_totes(warehouse_id, WAITING_SHOWN + len(elsewhere))
        if tote.order_id not in elsewhere
    ][:WAITING_SHOWN]


def closed_today(station_id: int) -> int:
    """How many parcels a station has closed since midnight, UTC."""
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    closed = select(func.count()).where(Parcel.station_id == station_id, Parcel.closed_at >= midnight)
    return db.session.execute(closed).scalar_one()


def _lines(parcel_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(ParcelLine, Sku)
        .join(Sku, Sku.id == ParcelLine.sku_id)
        .where(ParcelLine.parcel_id == parcel_id)
        .order_by(ParcelLine.order_line_id)
    ).all()
    barcodes = _barcodes([sku.id for _, sku in rows])
    return [
        {
            "order_line_id": line.order_line_id,
            "sku": {"code": sku.code, "name": sku.name, "picture": sku.picture, "barcodes": barcodes.get(sku.id, [])},
            "qty": line.qty,
            "verified": line.verified,
        }
        for line, sku in rows
    ]


def _barcodes(sku_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = select(Barcode.sku_id, Barcode.code).where(Barcode.sku_id.in_(sku_ids)).order_by(Barcode.id)
    for sku_id, code in db.session.execute(rows):
        found.setdefault(sku_id, []).append(code)
    return found


def _tote(order_id: int) -> str | None:
    tote = (
        select(Container.code)
        .join(PickTote, PickTote.container_id == Container.id)
        .where(PickTote.order_id == order_id, PickTote.in_use)
        .order_by(PickTote.id.desc())
        .limit(1)
    )
    return db.session.execute(tote).scalar()
