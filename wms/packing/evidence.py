"""All that is known of a parcel, whoever asks after it has left: by its number or a waybill's."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.private import mask_name
from wms.orders.models import Order
from wms.packing.weights import tolerance

# Waybills lie above packing, so they are read by name. A number that was void since counts too: it was on the parcel.
_FOUND = text(
    """
    SELECT id FROM parcel WHERE warehouse_id = :warehouse_id AND (number = :code OR waybill = :code)
    UNION ALL
    SELECT p.id FROM waybill w JOIN parcel p ON p.id = w.parcel_id
    WHERE w.number = :code AND p.warehouse_id = :warehouse_id
    LIMIT 1
    """
)
_HEAD = text(
    """
    SELECT p.id, p.number, p.status, p.ordinal, p.waybill, p.weight_g, p.expected_g, p.put_in, p.opened_at, p.closed_at,
           p.warehouse_id, p.run_id IS NOT NULL AS in_a_run, o.id AS order_id, o.number AS "order", s.code AS shop,
           o.recipient, c.code AS carton, t.code AS station, t.name AS station_name, by.name AS packed_by,
           (SELECT count(*) FROM parcel x WHERE x.order_id = o.id AND x.status <> 'void') AS parcels,
           o.processing = 'packed' AS whole,
           EXISTS (SELECT FROM parcel_trouble x WHERE x.parcel_id = p.id AND x.ended_at IS NULL) AS aside
    FROM parcel p JOIN sales_order o ON o.id = p.order_id JOIN shop s ON s.id = o.shop_id
    JOIN station t ON t.id = p.station_id LEFT JOIN carton c ON c.id = p.carton_id
    LEFT JOIN person by ON by.id = p.packed_by
    WHERE p.id = :id
    """
).columns(recipient=Order.recipient.type)
_LINES = text(
    """
    SELECT k.code, k.name, k.picture, l.qty, l.verified, l.scanned_at, by.name AS scanned_by
    FROM parcel_line l JOIN sku k ON k.id = l.sku_id LEFT JOIN person by ON by.id = l.scanned_by
    WHERE l.parcel_id = :id ORDER BY l.order_line_id
    """
)
_TRACES = text(
    """
    SELECT k.code AS sku, x.lot, x.serial, x.qty, x.scanned_at, by.name AS scanned_by
    FROM parcel_trace x JOIN sku k ON k.id = x.sku_id LEFT JOIN person by ON by.id = x.scanned_by
    WHERE x.parcel_id = :id ORDER BY x.scanned_at, x.serial
    """
)
_WEIGHINGS = text(
    """
    SELECT w.at, w.weight_g, w.expected_g, w.allowed_g, w.source, w.outcome, w.reason, by.name AS person,
           who.name AS agreed_by
    FROM parcel_weighing w LEFT JOIN person by ON by.id = w.person_id LEFT JOIN person who ON who.id = w.agreed_by
    WHERE w.parcel_id = :id ORDER BY w.id
    """
)
_PHOTOS = text(
    """
    SELECT x.file, x.at, by.name AS person FROM parcel_photo x LEFT JOIN person by ON by.id = x.person_id
    WHERE x.parcel_id = :id ORDER BY x.id
    """
)
_TROUBLES = text(
    """
    SELECT x.reason, x.note, x.at, x.ended_at, k.name AS item, by.name AS person FROM parcel_trouble x
    LEFT JOIN sku k ON k.id = x.sku_id LEFT JOIN person by ON by.id = x.person_id WHERE x.parcel_id = :id ORDER BY x.id
    """
)
_WAYBILLS = text(
    """
    SELECT w.number, w.status, c.name AS carrier FROM waybill w JOIN carrier c ON c.id = w.carrier_id
    WHERE w.parcel_id = :id ORDER BY w.id
    """
)


def find(warehouse_id: int, code: str) -> int | None:
    """The id of the parcel of this number, or which has or had the waybill of it."""
    return db.session.execute(_FOUND, {"warehouse_id": warehouse_id, "code": code}).scalar()


def whole(warehouse_id: int, code: str) -> dict[str, Any]:
    """See `of`. Raises `core.not_found`."""
    parcel_id = find(warehouse_id, code)
    if parcel_id is None:
        raise WmsError("core.not_found", thing="parcel", key=code)
    return of(parcel_id)


def of(parcel_id: int) -> dict[str, Any]:
    """What is known of a parcel, as JSON: its head, and its lines, traces (lots and numbers), weighings, pictures,
    troubles and waybills, each with who and when. `parcels`: how many its order has, None until that is known."""
    head = dict(db.session.execute(_HEAD, {"id": parcel_id}).one()._mapping)
    head["recipient"] = mask_name(head["recipient"])
    held_to, is_whole = tolerance(head.pop("warehouse_id")), head.pop("whole")
    return {
        **_told(head),
        "parcels": head["parcels"] if is_whole else None,
        "allowed_g": held_to.allowed_g(head["expected_g"]) if head["expected_g"] else 0,
        **{name: [_told(row._mapping) for row in db.session.execute(rows, {"id": parcel_id})] for name, rows in {
            "lines": _LINES, "traces": _TRACES, "weighings": _WEIGHINGS, "pictures": _PHOTOS, "troubles": _TROUBLES,
            "waybills": _WAYBILLS,
        }.items()},
    }  # fmt: skip


def _told(row: Any) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
