"""Picking: held pieces move into a tote, and the promise behind them is kept."""
from __future__ import annotations

from sqlalchemy import text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.stock.ledger import check_quantity

# The hot path: hold, balance, tote, promise, level and ledger in one statement. Each part feeds on
# the one before it, which also fixes the order of the locks.
PICK = text(
    """
    WITH h AS (
        UPDATE stock_hold SET qty = qty - :qty, status = CASE WHEN qty = :qty THEN 'consumed' ELSE status END
        WHERE id = :hold_id AND status = 'open' AND qty >= :qty
        RETURNING balance_id, order_line_id
    ), b AS (
        UPDATE stock_balance SET on_hand = on_hand - :qty, held = held - :qty
        FROM h WHERE stock_balance.id = h.balance_id
        RETURNING stock_balance.*, h.order_line_id
    ), t AS (
        INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held)
        SELECT warehouse_id, :to_bin_id, sku_id, lot, :to_container_id, owner_id, condition, :qty, 0 FROM b
        ON CONFLICT ON CONSTRAINT uq_stock_balance_place
        DO UPDATE SET on_hand = stock_balance.on_hand + excluded.on_hand
        RETURNING id
    ), p AS (
        UPDATE stock_promise SET qty = stock_promise.qty - :qty,
               status = CASE WHEN stock_promise.qty = :qty THEN 'kept' ELSE stock_promise.status END
        FROM b WHERE stock_promise.order_line_id = b.order_line_id AND stock_promise.status = 'open'
                 AND stock_promise.qty >= :qty
        RETURNING b.warehouse_id, b.sku_id, b.owner_id
    ), l AS (
        UPDATE stock_level SET on_hand = on_hand - :qty, promised = promised - :qty
        FROM p WHERE stock_level.warehouse_id = p.warehouse_id AND stock_level.sku_id = p.sku_id
                 AND stock_level.owner_id = p.owner_id
        RETURNING stock_level.id
    )
    INSERT INTO stock_move (warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id,
                            from_container_id, to_container_id, reason, reference, actor_id, at)
    SELECT b.warehouse_id, b.sku_id, b.lot, '', b.owner_id, b.condition, :qty, b.bin_id, :to_bin_id,
           b.container_id, :to_container_id, 'pick', :reference, :actor_id, :at
    FROM b, t, l
    RETURNING id
    """
)


def pick(
    hold_id: int, qty: int, *, to_bin_id: int, to_container_id: int, reference: str, actor_id: int | None
) -> None:
    """Move held pieces into a tote: the hold and the promise are kept to that extent.

    Raises `stock.hold_gone` when fewer are held, `stock.bad_quantity` for a quantity out of range.
    """
    check_quantity(qty)
    moved = db.session.execute(
        PICK,
        {
            "hold_id": hold_id,
            "qty": qty,
            "to_bin_id": to_bin_id,
            "to_container_id": to_container_id,
            "reference": reference,
            "actor_id": actor_id,
            "at": now(),
        },
    ).all()
    if len(moved) != 1:
        raise WmsError("stock.hold_gone")
