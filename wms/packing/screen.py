"""What a packing station shows."""
from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, exists, select, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.private import mask_name
from wms.orders.models import Order
from wms.packing import cartons, inserts, mode, parcels, troubles
from wms.packing.fitting import Box, Filled
from wms.packing.models import Carton, Parcel, ParcelTrouble
from wms.packing.rules import Tolerance
from wms.picking import service as picking
from wms.printing import service as printing

WAITING_SHOWN = 30


_CURRENT = (
    select(Parcel)
    .where(Parcel.station_id == bindparam("station_id"), Parcel.status == "open")
    .where(~exists().where(ParcelTrouble.parcel_id == Parcel.id, ParcelTrouble.ended_at.is_(None)))
    .order_by(Parcel.opened_at.desc())
    .limit(1)
)
_HEAD = text(
    """
    SELECT o.number, s.name AS shop, o.recipient, o.remark, r.percent, r.grams, r.decided_by,
           ARRAY(SELECT c.code FROM pick_tote t JOIN container c ON c.id = t.container_id
                 WHERE t.order_id = o.id AND t.in_use ORDER BY t.id DESC) AS totes
    FROM sales_order o JOIN shop s ON s.id = o.shop_id LEFT JOIN weight_rule r ON r.warehouse_id = o.warehouse_id
    WHERE o.id = :order_id
    """
).columns(recipient=Order.recipient.type)
_LINES = text(
    """
    SELECT l.order_line_id, l.qty, l.verified, k.code, k.name, k.picture,
           k.lot_tracking = 'ship' AS asks_lot, k.serial_tracking IN ('move', 'ship') AS asks_serial,
           ARRAY(SELECT x.code FROM barcode x
                 WHERE x.sku_id = k.id AND x.packaging_id IS NULL ORDER BY x.id) AS barcodes
    FROM parcel_line l JOIN sku k ON k.id = l.sku_id WHERE l.parcel_id = :parcel_id ORDER BY l.order_line_id
    """
)
_ELSEWHERE = text(
    "SELECT order_id FROM parcel WHERE warehouse_id = :warehouse_id AND status = 'open' AND (station_id <> :station_id "
    "OR EXISTS (SELECT FROM parcel_trouble t WHERE t.parcel_id = parcel.id AND t.ended_at IS NULL))"
)
_CLOSED = text("SELECT count(*) FROM parcel WHERE station_id = :station_id AND closed_at >= :since")


def station(warehouse_id: int, station_id: int) -> dict[str, Any]:
    """The whole picture of a station; `parcel` is the one that was opened or scanned last."""
    parcel = current(station_id)
    return {
        "parcel": describe(parcel) if parcel else None,
        "printers": printing.printers_of_station(station_id),
        "jobs": printing.jobs_of_station(station_id, 10),
        "waiting_totes": waiting_totes(warehouse_id, station_id),
        "closes_itself": mode.closes_itself(station_id),
        "aside": troubles.aside_at(station_id),
        "cartons": [_carton(box) for box in cartons.boxes(warehouse_id)],
        "today": {"parcels": closed_today(station_id)},
    }


def current(station_id: int) -> Parcel | None:
    """The open parcel a station works on; others it left open wait for their tote to be scanned again."""
    return db.session.execute(_CURRENT, {"station_id": station_id}).scalar_one_or_none()


def describe(parcel: Parcel) -> dict[str, Any]:
    """An open parcel with its order and its lines. `allowed_g`: how far from `expected_g` it may be, 0 while that is
    not known; `decided_by`: who decides beyond it. `ordinal`: the how-manieth parcel of the order it is; `rest`: pieces
    of it that were split off and go into a further one. `parts`: how it would go into several, where no carton holds
    it: [{carton, lines: [{order_line_id, qty}]}], `carton` None for what leaves as it is. `put_in`: what goes in
    besides the goods, [{kind: gift or insert, text}]. `waybill`: its number, where that was printed before; one that
    was only fetched is printed with the close."""
    head = db.session.execute(_HEAD, {"order_id": parcel.order_id}).one()
    held_to = Tolerance(head.percent, head.grams, head.decided_by) if head.decided_by else Tolerance()
    lines = [_line(row) for row in db.session.execute(_LINES, {"parcel_id": parcel.id})]
    return {
        "id": parcel.id,
        "number": parcel.number,
        "waybill": parcel.waybill if parcel.waybill and _is_printed(parcel.id) else None,
        "ordinal": parcel.ordinal,
        "rest": parcels.unpacked_pieces(parcel.order_id) - sum(line["qty"] for line in lines),
        "order": {
            "number": head.number, "shop": head.shop, "recipient": mask_name(head.recipient), "remark": head.remark,
        },
        "tote": " + ".join(head.totes) or None,
        "totes": head.totes,
        "expected_g": parcel.expected_g,
        "allowed_g": held_to.allowed_g(parcel.expected_g) if parcel.expected_g else 0,
        "decided_by": held_to.decided_by,
        "carton": _carton(cartons.box_of(db.session.get_one(Carton, parcel.carton_id))) if parcel.carton_id else None,
        "put_in": inserts.wanted(parcel),
        "parts": [_part(each) for each in parcels.parts(parcel)],
        "lines": lines,
        "complete": all(line["verified"] == line["qty"] for line in lines),
    }  # fmt: skip


def _is_printed(parcel_id: int) -> bool:
    return any(printing.progress("waybill", [parcel_id]).values())


def waiting_totes(warehouse_id: int, station_id: int) -> list[dict[str, Any]]:
    """Totes that wait for packing, the longest waiting first, less those on other stations' tables or put aside, those
    that belong to an order which gathers at another, and those that wait here for the others of theirs."""
    here = {"warehouse_id": warehouse_id, "station_id": station_id}
    elsewhere = set(db.session.execute(_ELSEWHERE, here).scalars())
    return [
        {"tote": tote.code, "order": tote.order, "since": tote.since.isoformat() if tote.since else None}
        for tote in picking.full_totes(warehouse_id, WAITING_SHOWN + len(elsewhere))
        if tote.order_id not in elsewhere and tote.gathers_at in (None, station_id)
        and not (tote.station_id and tote.more)
    ][:WAITING_SHOWN]


def closed_today(station_id: int) -> int:
    """How many parcels a station has closed since midnight, UTC."""
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return int(db.session.execute(_CLOSED, {"station_id": station_id, "since": midnight}).scalar_one())


def _carton(box: Box) -> dict[str, Any]:
    return {"code": box.code, "sides_mm": list(box.sides), "tare_g": box.tare_g, "max_g": box.max_g}


def _part(filled: Filled) -> dict[str, Any]:
    lines = [{"order_line_id": line, "qty": qty} for line, qty in filled.pieces.items()]
    return {"carton": filled.box.code if filled.box else None, "lines": lines}


def _line(row: Any) -> dict[str, Any]:
    return {
        "order_line_id": row.order_line_id,
        "sku": {"code": row.code, "name": row.name, "picture": row.picture, "barcodes": row.barcodes},
        "qty": row.qty,
        "verified": row.verified,
        "asks_lot": row.asks_lot,
        "asks_serial": row.asks_serial,
    }
