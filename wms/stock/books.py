"""What the books say, and what they said."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from wms.core.db import db
from wms.stock.ledger import Place

_LOCK = text(
    "SELECT id FROM stock_balance WHERE warehouse_id = :warehouse_id AND bin_id = :bin_id ORDER BY id FOR UPDATE"
)
_AT = text(
    """
    WITH later AS (
        SELECT sku_id, lot, to_container_id AS container_id, owner_id, condition, qty
        FROM stock_move WHERE to_bin_id = :bin_id AND at > :at
        UNION ALL
        SELECT sku_id, lot, from_container_id, owner_id, condition, -qty
        FROM stock_move WHERE from_bin_id = :bin_id AND at > :at
    ), changed AS (
        SELECT sku_id, lot, container_id, owner_id, condition, sum(qty) AS qty FROM later GROUP BY 1, 2, 3, 4, 5
    ), kept AS (
        SELECT sku_id, lot, container_id, owner_id, condition, on_hand AS qty FROM stock_balance
        WHERE warehouse_id = :warehouse_id AND bin_id = :bin_id
    )
    SELECT sku_id, lot, container_id, owner_id, condition, coalesce(kept.qty, 0) - coalesce(changed.qty, 0) AS qty
    FROM kept FULL JOIN changed USING (sku_id, lot, container_id, owner_id, condition)
    WHERE coalesce(kept.qty, 0) <> coalesce(changed.qty, 0)
    ORDER BY 1, 2, 3, 4, 5
    """
)


def book_at(warehouse_id: int, bin_id: int, at: datetime) -> dict[Place, int]:
    """What the books said lay in a bin at a moment: the balances less the moves after it. Empty places are absent.

    The bin's balances are locked first, so that a move that was under way is in both or in neither.
    """
    where = {"warehouse_id": warehouse_id, "bin_id": bin_id}
    db.session.execute(_LOCK, where)
    rows = db.session.execute(_AT, {**where, "at": at})
    return {
        Place(bin_id, row.sku_id, row.lot, row.container_id, row.owner_id, row.condition): int(row.qty) for row in rows
    }
