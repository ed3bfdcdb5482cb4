"""Promises: pieces per warehouse and SKU that orders may count on, before anyone chooses a bin."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import text

from wms.core.clock import now
from wms.core.db import db
from wms.stock.rules import Want, shortages

K = TypeVar("K", bound=Hashable)

_LOCK = text(
    """
    SELECT id, sku_id, on_hand - promised AS available FROM stock_level
    WHERE warehouse_id = :warehouse_id AND owner_id = 1 AND sku_id = ANY(:skus) ORDER BY id FOR UPDATE
    """
)
_RAISE = text(
    """
    UPDATE stock_level l SET promised = l.promised + c.qty
    FROM unnest(cast(:sku AS bigint[]), cast(:qty AS bigint[])) AS c (sku_id, qty)
    WHERE l.warehouse_id = :warehouse_id AND l.owner_id = 1 AND l.sku_id = c.sku_id
    """
)
_INSERT = text(
    """
    INSERT INTO stock_promise (warehouse_id, sku_id, owner_id, order_line_id, qty, status, at)
    SELECT :warehouse_id, w.sku_id, 1, w.line_id, w.qty, 'open', :at
    FROM unnest(cast(:sku AS bigint[]), cast(:line AS bigint[]), cast(:qty AS bigint[])) AS w (sku_id, line_id, qty)
    """
)


def promise(warehouse_id: int, wants: Sequence[Want]) -> dict[int, int]:
    """Promise all of these, or nothing: returns {} or the pieces missing by SKU id."""
    return promise_many(warehouse_id, {0: wants}).get(0, {})


def promise_many(warehouse_id: int, orders: Mapping[K, Sequence[Want]]) -> dict[K, dict[int, int]]:
    """Promise order by order, each whole or not at all, in the given sequence.

    Returns, for each order that could not be served, the pieces missing by SKU id.
    """
    skus = sorted({want.sku_id for wants in orders.values() for want in wants})
    locked = db.session.execute(_LOCK, {"warehouse_id": warehouse_id, "skus": skus}).all()
    available = {row.sku_id: row.available for row in locked}
    refused: dict[K, dict[int, int]] = {}
    served: list[Want] = []
    for key, wants in orders.items():
        missing = shortages(wants, available)
        if missing:
            refused[key] = missing
            continue
        for want in wants:
            available[want.sku_id] -= want.qty
        served += wants
    _store(warehouse_id, served)
    return refused


def _store(warehouse_id: int, wants: Sequence[Want]) -> None:
    if not wants:
        return
    totals: dict[int, int] = defaultdict(int)
    for want in wants:
        totals[want.sku_id] += want.qty
    db.session.execute(
        _RAISE, {"warehouse_id": warehouse_id, "sku": list(totals), "qty": list(totals.values())}
    )
    db.session.execute(
        _INSERT,
        {
            "warehouse_id": warehouse_id,
            "at": now(),
            "sku": [want.sku_id for want in wants],
            "line": [want.order_line_id for want in wants],
            "qty": [want.qty for want in wants],
        },
    )


_RELEASE = text(
    """
    WITH gone AS (
        SELECT id FROM stock_promise WHERE order_line_id = ANY(:lines) AND status = 'open' ORDER BY id FOR UPDATE
    ), old AS (
        SELECT p.id, p.warehouse_id, p.sku_id, p.owner_id, p.qty FROM stock_promise p JOIN gone ON gone.id = p.id
    )
    UPDATE stock_promise p SET status = 'released', qty = 0 FROM old WHERE old.id = p.id
    RETURNING old.warehouse_id, old.sku_id, old.owner_id, old.qty
    """
)
_LOWER = text(
    """
    WITH c AS (
        SELECT * FROM unnest(cast(:warehouse AS bigint[]), cast(:sku AS bigint[]), cast(:owner AS bigint[]),
                             cast(:qty AS bigint[])) AS c (warehouse_id, sku_id, owner_id, qty)
    ), locked AS (
        SELECT l.id, c.qty FROM stock_level l JOIN c USING (warehouse_id, sku_id, owner_id)
        ORDER BY l.id FOR UPDATE OF l
    )
    UPDATE stock_level l SET promised = l.promised - locked.qty FROM locked WHERE l.id = locked.id
    """
)


def release_promises(order_line_ids: Sequence[int]) -> None:
    """Let go of what these order lines were promised and have not got; lines without a promise are passed over."""
    gone = db.session.execute(_RELEASE, {"lines": sorted(order_line_ids)}).all()
    totals: dict[tuple[int, int, int], int] = defaultdict(int)
    for row in gone:
        totals[row.warehouse_id, row.sku_id, row.owner_id] += row.qty
    if totals:
        warehouses, skus, owners = map(list, zip(*totals, strict=True))
        db.session.execute(
            _LOWER, {"warehouse": warehouses, "sku": skus, "owner": owners, "qty": list(totals.values())}
        )
