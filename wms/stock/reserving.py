"""Reservations for other things than orders: pieces of one exact place are set aside, with their reason."""
from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.stock.ledger import Place, check_quantity

_RESERVE = text(
    """
    WITH b AS (
        UPDATE stock_balance SET held = held + :qty
        WHERE bin_id = :bin_id AND sku_id = :sku_id AND lot = :lot AND container_id = :container_id
          AND owner_id = :owner_id AND condition = :condition AND on_hand - held >= :qty
          AND warehouse_id = :warehouse_id
        RETURNING id
    )
    INSERT INTO stock_hold (warehouse_id, balance_id, origin, reference, qty, status, at)
    SELECT :warehouse_id, b.id, :origin, :reference, :qty, 'open', :at FROM b
    RETURNING id
    """
)


def reserve(warehouse_id: int, place: Place, qty: int, *, origin: str, reference: str) -> int:
    """Set `qty` pieces of a place aside; returns the hold's id. `origin`: transfer, replenish, kit or manual.

    Raises `stock.bad_quantity`, and `stock.not_enough` (409) when fewer are free there.
    """
    check_quantity(qty)
    values = {**vars(place), "warehouse_id": warehouse_id, "qty": qty, "origin": origin, "reference": reference}
    hold_id = db.session.execute(_RESERVE, {**values, "at": now()}).scalar()
    if hold_id is None:
        raise _not_enough(place, qty)
    return int(hold_id)


_STATE = text(
    """
    SELECT s.code AS sku, n.code AS bin, coalesce(b.on_hand - b.held, 0) AS free
    FROM sku s JOIN bin n ON n.id = :bin_id
    LEFT JOIN stock_balance b ON b.bin_id = n.id AND b.sku_id = s.id AND b.lot = :lot
         AND b.container_id = :container_id AND b.owner_id = :owner_id AND b.condition = :condition
    WHERE s.id = :sku_id
    """
)


def _not_enough(place: Place, qty: int) -> WmsError:
    row = db.session.execute(_STATE, vars(place)).one()
    return WmsError("stock.not_enough", sku=row.sku, bin=row.bin, free=row.free, wanted=qty)


# Holds before balances, as everywhere; within each by id.
_UNRESERVE = text(
    """
    WITH gone AS MATERIALIZED (
        SELECT id, balance_id, qty FROM stock_hold
        WHERE id = ANY(:ids) AND status = 'open' AND origin <> 'order' ORDER BY id FOR UPDATE
    ), locked AS MATERIALIZED (
        SELECT b.id, g.qty FROM stock_balance b
        JOIN (SELECT balance_id, sum(qty) AS qty FROM gone GROUP BY balance_id) g ON g.balance_id = b.id
        ORDER BY b.id FOR UPDATE OF b
    ), lowered AS (
        UPDATE stock_balance b SET held = b.held - locked.qty FROM locked WHERE b.id = locked.id
    )
    UPDATE stock_hold h SET status = 'released', qty = 0 FROM gone WHERE gone.id = h.id RETURNING h.id
    """
)


def unreserve(hold_ids: Collection[int]) -> int:
    """Let go of reservations; returns how many were still open. Orders' holds are not touched."""
    return len(db.session.execute(_UNRESERVE, {"ids": sorted(hold_ids)}).all())
