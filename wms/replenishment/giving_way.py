"""Orders go before pick faces: what is set aside for a face, and nobody has fetched yet, is picked where it lies."""
from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, select, text

from wms.core.db import db
from wms.replenishment import work
from wms.replenishment.models import ReplenishTask

_FREE = text(
    """
    SELECT b.sku_id, sum(b.on_hand - b.held)::bigint AS free FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = ANY(:skus) AND b.condition = 'good'
      AND bin.kind IN ('pick', 'bulk') AND bin.blocked_reason IS NULL AND b.bin_id <> ALL(cast(:not_from AS bigint[]))
    GROUP BY b.sku_id
    """
)


def give_way(warehouse_id: int, wants: Mapping[int, int], *, not_from: tuple[int, ...] = ()) -> int:
    """Orders want these pieces (SKU → pieces) from other bins than `not_from`: where too few are free, give up
    replenishments that nobody has taken, the most patient first. Returns how many were given up."""
    values = {"warehouse_id": warehouse_id, "skus": sorted(wants), "not_from": list(not_from)}
    free = {row.sku_id: row.free for row in db.session.execute(_FREE, values)}
    missing = {sku_id: qty - free.get(sku_id, 0) for sku_id, qty in wants.items()}
    short = sorted(sku_id for sku_id, qty in missing.items() if qty > 0)
    if not short:
        return 0
    given = 0
    for task in db.session.execute(_open_tasks(warehouse_id, short)).scalars().all():
        if missing[task.sku_id] > 0:
            missing[task.sku_id] -= task.qty
            work.cancel(warehouse_id, task.id)
            given += 1
    return given


def _open_tasks(warehouse_id: int, sku_ids: list[int]) -> Select[ReplenishTask]:
    return (
        select(ReplenishTask)
        .where(ReplenishTask.warehouse_id == warehouse_id, ReplenishTask.status == "open")
        .where(ReplenishTask.sku_id.in_(sku_ids))
        .order_by(ReplenishTask.rank.desc(), ReplenishTask.id.desc())
        .with_for_update(skip_locked=True)
    )
