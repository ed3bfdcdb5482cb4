"""What is held, with its origin in words."""
from __future__ import annotations

from typing import Any

from sqlalchemy import text

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.reference import tell
from wms.core.said import Said

_HOLDS = text(
    """
    SELECT h.id, h.origin, h.qty, h.at, sku.code AS sku, sku.name, bin.code AS bin, c.code AS container,
           b.lot, b.condition,
           CASE WHEN h.order_line_id IS NULL THEN h.reference ELSE 'order_line ' || h.order_line_id END AS about
    FROM stock_hold h JOIN stock_balance b ON b.id = h.balance_id JOIN sku ON sku.id = b.sku_id
    JOIN bin ON bin.id = b.bin_id LEFT JOIN container c ON c.id = b.container_id
    WHERE h.warehouse_id = :warehouse_id AND h.status = 'open' AND (:origin = '' OR h.origin = :origin)
      AND (:sku = '' OR sku.code = :sku) AND (:before = 0 OR h.id < :before)
    ORDER BY h.id DESC LIMIT :limit
    """
)


def holds(actor: Actor, origin: str, sku: str, before: int, limit: int) -> list[dict[str, Any]]:
    """Open holds, newest first, before an id: pieces, place, and what they are held for."""
    asked = {"origin": origin, "sku": sku, "before": before, "limit": limit}
    rows = db.session.execute(_HOLDS, {"warehouse_id": actor.warehouse_id, **asked}).all()
    told = tell(row.about for row in rows)
    return [
        {
            "id": row.id,
            "origin": row.origin,
            "reference": row.about,
            "explained": Said(f"stock.held_for.{row.origin}", {"reference": told[row.about]}).text(actor.locale),
            "qty": row.qty,
            "sku": {"code": row.sku, "name": row.name},
            "bin": row.bin,
            "container": row.container,
            "lot": row.lot,
            "condition": row.condition,
            "at": row.at.isoformat(),
        }
        for row in rows
    ]
