"""Pieces that no order wants, in the wall's slot 0 or in a station's box: from there they go back to their bins."""
from __future__ import annotations

from sqlalchemy import text

from wms.core.db import db
from wms.picking import putback, withdraw
from wms.picking.unsorted import PUT_ASIDE, BulkTote, lose, miss

WHY = "aside"  # they are put back
_PICKED_FOR = text(
    "SELECT order_id FROM pick_line WHERE task_id = :task_id ORDER BY sku_id = :sku_id DESC, id LIMIT 1"
)


def put_aside(
    warehouse_id: int, tote: BulkTote, container_id: int, sku_id: int, line_id: int | None, qty: int, by: int | None
) -> bool:
    """Pieces out of a bulk tote lie in `container_id` now, and wait to be put back.

    `line_id` is the line of a stopped order: it loses them, and they must be picked anew should the order go on after
    all. With the last of its pieces such an order leaves its wave. Returns whether the line had them to lose; without,
    they are put back in the name of an order for which such goods were picked.
    """
    order_id = lose(line_id, qty, PUT_ASIDE) if line_id is not None else None
    if order_id is not None:
        miss(order_id, None)
        if not withdraw.has_pieces(order_id):
            putback.give_back(warehouse_id, order_id)
    picked_for = order_id or _picked_for(tote.task_id, sku_id)
    putback.ask(warehouse_id, picked_for, container_id, tote.stage_bin_id, why=WHY, asked_by=by)
    return order_id is not None


def _picked_for(task_id: int, sku_id: int) -> int:
    return int(db.session.execute(_PICKED_FOR, {"task_id": task_id, "sku_id": sku_id}).scalar_one())
