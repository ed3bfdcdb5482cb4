"""What the terminal of a picker who picks in bulk shows: one stop at a time."""
from __future__ import annotations

from typing import Any

from sqlalchemy import text

from wms.core.db import db

_TASK = text(
    """
    SELECT t.id, t.status, t.walk_mm, c.code AS cart, w.number AS wave, w.method,
           (SELECT count(*) FROM pick_tote s WHERE s.task_id = t.id AND s.order_id IS NOT NULL) AS orders
    FROM pick_task t JOIN wave w ON w.id = t.wave_id LEFT JOIN cart c ON c.id = t.cart_id WHERE t.id = :task_id
    """
)
_STOPS = text(
    """
    SELECT l.seq, min(l.id) AS line_id, count(DISTINCT l.order_id) AS orders,
           cast(sum(l.qty) FILTER (WHERE l.status = 'open') AS bigint) AS qty,
           cast(sum(l.picked) FILTER (WHERE l.status = 'open') AS bigint) AS picked,
           b.code AS bin, b.aisle, b.side, b.level, z.code AS zone, z.colour,
           k.code AS sku, k.name, k.picture, a.lot, lot.expires_on,
           k.lot_tracking = 'move' AND a.lot <> '' AS asks_lot, k.serial_tracking = 'move' AS asks_serials,
           ARRAY(SELECT x.code FROM barcode x WHERE x.sku_id = k.id AND x.packaging_id IS NULL ORDER BY x.id)
           AS barcodes
    FROM pick_line l JOIN bin b ON b.id = l.bin_id LEFT JOIN zone z ON z.id = b.zone_id JOIN sku k ON k.id = l.sku_id
    JOIN stock_hold h ON h.id = l.hold_id JOIN stock_balance a ON a.id = h.balance_id
    LEFT JOIN stock_lot lot ON lot.sku_id = a.sku_id AND lot.code = a.lot
    WHERE l.task_id = :task_id AND l.status = 'open'
    GROUP BY l.seq, b.id, z.id, k.id, a.lot, lot.expires_on ORDER BY l.seq LIMIT 2
    """
)
_PROGRESS = text(
    """
    SELECT count(DISTINCT seq) AS total, count(DISTINCT seq) FILTER (WHERE status = 'open') AS open
    FROM pick_line WHERE task_id = :task_id
    """
)
_TOTES = text(
    """
    SELECT c.code, coalesce((SELECT cast(sum(b.on_hand) AS bigint) FROM stock_balance b WHERE b.container_id = c.id), 0)
           AS pieces
    FROM pick_tote s JOIN container c ON c.id = s.container_id
    WHERE s.task_id = :task_id AND s.order_id IS NULL AND s.in_use ORDER BY s.slot DESC
    """
)


def picture(task_id: int) -> dict[str, Any]:
    """A bulk task as terminals see it: the stop where the picker stands, the next one, and the totes on the cart."""
    task = db.session.execute(_TASK, {"task_id": task_id}).one()
    stops = [_stop(row) for row in db.session.execute(_STOPS, {"task_id": task_id})]
    count = db.session.execute(_PROGRESS, {"task_id": task_id}).one()
    return {
        "id": task.id, "status": task.status, "wave": task.wave, "method": task.method, "orders": task.orders,
        "cart": {"code": task.cart} if task.cart else None, "walk_m": round(task.walk_mm / 1000),
        "stop": stops[0] if stops else None, "following": stops[1] if len(stops) > 1 else None,
        "progress": {"done": count.total - count.open, "total": count.total},
        "totes": [dict(row._mapping) for row in db.session.execute(_TOTES, {"task_id": task_id})],
    }  # fmt: skip


def _stop(row: Any) -> dict[str, Any]:
    return {
        "seq": row.seq, "line_id": row.line_id, "orders": row.orders, "qty": row.qty, "picked": row.picked,
        "bin": {"code": row.bin, "zone": row.zone, "zone_colour": row.colour, "aisle": row.aisle, "side": row.side,
                "level": row.level},
        "sku": {"code": row.sku, "name": row.name, "picture": row.picture,
                "barcodes": list(dict.fromkeys([*row.barcodes, row.sku]))},
        "lot": row.lot, "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "asks_lot": row.asks_lot, "asks_serials": row.asks_serials,
    }  # fmt: skip
