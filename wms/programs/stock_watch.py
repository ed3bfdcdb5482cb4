"""Telling programs how many pieces of each SKU are free: the number itself, compared with what was told last.

Stock moves with every scan; comparing now and then costs no scan anything, tells of a SKU once however often it moved,
and cannot lose a change.
"""
from __future__ import annotations

from sqlalchemy import text

from wms.core.db import db
from wms.core.lock import lock
from wms.programs.bodies import owner_codes
from wms.programs.noting import note_each

EVERY_S = 15.0

_HEARD = text(
    """
    SELECT DISTINCT e.warehouse_id,
           EXISTS (SELECT 1 FROM webhook_stock s WHERE s.warehouse_id = e.warehouse_id) AS began
    FROM webhook_endpoint e WHERE e.active AND 'stock.changed' = ANY (e.events)
    """
)
_CHANGED = text(
    """
    INSERT INTO webhook_stock AS s (warehouse_id, sku_id, owner_id, free)
    SELECT warehouse_id, sku_id, owner_id, greatest(on_hand - promised, 0) FROM stock_level
    WHERE warehouse_id = :warehouse_id ORDER BY sku_id, owner_id
    ON CONFLICT (warehouse_id, sku_id, owner_id) DO UPDATE SET free = excluded.free WHERE s.free <> excluded.free
    RETURNING s.sku_id, s.owner_id, s.free
    """
)


def look() -> int:
    """Tell what has changed since it was told last, within the caller's transaction; returns of how many SKUs.

    Where somebody begins to listen, nothing is told of what is there already.
    """
    lock("programs.stock", 0)
    owners, told = owner_codes(), 0
    for house in db.session.execute(_HEARD).all():
        changed = db.session.execute(_CHANGED, {"warehouse_id": house.warehouse_id}).all()
        if house.began and changed:
            facts = [(row.sku_id, {"owner": owners[row.owner_id], "available": row.free}) for row in changed]
            note_each(house.warehouse_id, "stock.changed", facts)
            told += len(changed)
    return told
