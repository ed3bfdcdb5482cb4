"""What a packing station shows while it packs out of a bulk tote."""
from __future__ import annotations

from typing import Any

from wms.packing.batches import batch_of
from wms.packing.service import Packer
from wms.picking import service as picking

WAITING_SHOWN = 20


def describe(packer: Packer) -> dict[str, Any] | None:
    """The batch on the table: {tote, method, wave, left, pieces, items}; None when there is none."""
    found = batch_of(packer)
    if found is None:
        return None
    _, tote = found
    inside = picking.left_in(tote)
    return {
        "tote": tote.code,
        "method": tote.method,
        "wave": tote.wave,
        "left": sum(row.wanted for row in picking.orders_left(tote.task_id)),
        "pieces": sum(row.qty for row in inside),
        "items": [{"code": row.sku, "name": row.name, "qty": row.qty} for row in inside],
    }


def waiting(warehouse_id: int) -> list[dict[str, Any]]:
    """Bulk totes that wait for a packing station, the earliest promise first."""
    totes = picking.bulk_totes(warehouse_id, ("single",), WAITING_SHOWN)
    return [{"tote": each.code, "method": each.method, "wave": each.wave} for each in totes]
