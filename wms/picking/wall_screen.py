"""What a sorter's screen shows: the wall with its slots, the tote, and the slot for what is in hand."""
from __future__ import annotations

from typing import Any

from sqlalchemy import text

from wms.core.db import db
from wms.picking.unsorted import BulkTote, bulk_tote, bulk_totes, left_in
from wms.picking.wall import ASIDE, place_of, shown

WAITING_SHOWN = 20

_WALLS = text(
    """
    SELECT w.id, w.code, w.name, (SELECT count(*) FROM wall_slot s WHERE s.wall_id = w.id AND s.nr > 0) AS slots
    FROM wall w WHERE w.warehouse_id = :warehouse_id ORDER BY w.code
    """
)
# An order's pieces: all that are wanted of it, those that are in its slot.
_SLOTS = text(
    """
    SELECT s.nr, c.code, o.number AS "order", o.processing, o.confirmation, p.put, p.wanted,
           coalesce((SELECT cast(sum(b.on_hand) AS bigint) FROM stock_balance b
                     WHERE b.container_id = s.container_id), 0) AS pieces
    FROM wall_slot s JOIN container c ON c.id = s.container_id
    LEFT JOIN pick_tote t ON t.container_id = s.container_id AND t.in_use
    LEFT JOIN sales_order o ON o.id = t.order_id
    LEFT JOIN LATERAL (
        SELECT cast(sum(l.sorted) AS bigint) AS put,
               cast(sum(CASE WHEN l.status = 'open' THEN l.qty ELSE l.picked END) AS bigint) AS wanted
        FROM pick_line l WHERE l.order_id = t.order_id) AS p ON true
    WHERE s.wall_id = :wall_id ORDER BY s.nr
    """
)
_PUT = text(
    """
    SELECT p.qty, p.why, p.serial, p.lot, s.nr AS slot, c.code AS slot_code, k.code AS sku, k.name, k.picture,
           o.number AS "order"
    FROM wall_put p JOIN wall_slot s ON s.id = p.slot_id JOIN container c ON c.id = s.container_id
    JOIN sku k ON k.id = p.sku_id
    LEFT JOIN pick_line l ON l.id = p.line_id LEFT JOIN sales_order o ON o.id = l.order_id
    WHERE p.id = :id
    """
)
_LEFT = text(
    """
    SELECT coalesce(cast(sum(b.on_hand) AS bigint), 0) FROM stock_balance b
    WHERE b.container_id = :container_id AND b.bin_id = :bin_id
    """
)


def state(warehouse_id: int, person_id: int) -> tuple[str, dict[str, Any]]:
    """The screen that a sorter must see now, and its data."""
    sorter = place_of(warehouse_id, person_id)
    if sorter is None:
        return "wall_choose", {"walls": walls(warehouse_id)}
    tote = bulk_tote(warehouse_id, sorter.container_id) if sorter.container_id else None
    put = shown(person_id) if tote else None
    data = {
        "wall": next(each for each in walls(warehouse_id) if each["id"] == sorter.wall_id),
        "slots": slots(sorter.wall_id),
        "tote": {**_tote(tote), "items": _items(tote)} if tote else None,
        "put": _put(put.id) if put else None,
        "waiting": [_tote(each) for each in bulk_totes(warehouse_id, ["wall"], WAITING_SHOWN)],
    }
    return ("wall_put" if put else "wall_item" if tote else "wall_tote"), data


def walls(warehouse_id: int) -> list[dict[str, Any]]:
    """The walls of a warehouse, with how many orders each gathers at once."""
    return [dict(row._mapping) for row in db.session.execute(_WALLS, {"warehouse_id": warehouse_id})]


def slots(wall_id: int) -> list[dict[str, Any]]:
    """The slots of a wall: {nr, code, order, state, put, wanted}; `put` of `wanted` pieces are in the slot.

    `state`: free, filling, ready (to be packed), short (waits for the supervisor), stopped, and aside for slot 0.
    """
    return [_slot(row) for row in db.session.execute(_SLOTS, {"wall_id": wall_id})]


def _slot(row: Any) -> dict[str, Any]:
    put = row.pieces if row.nr == ASIDE else row.put or 0
    return {"nr": row.nr, "code": row.code, "order": row.order, "state": _state(row), "put": put,
            "wanted": row.wanted or 0}  # fmt: skip


def _state(row: Any) -> str:
    if row.nr == ASIDE:
        return "aside"
    if row.order is None:
        return "free"
    if row.confirmation != "confirmed" or row.processing == "waiting":
        return "stopped"
    return {"picked": "ready", "short": "short"}.get(row.processing, "filling")


def _tote(tote: BulkTote) -> dict[str, Any]:
    at = {"container_id": tote.container_id, "bin_id": tote.stage_bin_id}
    return {"code": tote.code, "wave": tote.wave, "left": int(db.session.execute(_LEFT, at).scalar_one())}


def _items(tote: BulkTote) -> list[dict[str, Any]]:
    return [{"code": row.sku, "name": row.name, "qty": row.qty} for row in left_in(tote)]


def _put(put_id: int) -> dict[str, Any]:
    row = db.session.execute(_PUT, {"id": put_id}).one()
    return {
        "slot": row.slot, "code": row.slot_code, "qty": row.qty, "why": row.why, "order": row.order, "lot": row.lot,
        "serial": row.serial, "sku": {"code": row.sku, "name": row.name, "picture": row.picture},
    }  # fmt: skip
