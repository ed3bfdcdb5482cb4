"""What can still be promised, of single SKUs and of bundles."""
from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from wms.catalog import service as catalog
from wms.core.bulk import among
from wms.core.db import db
from wms.stock.models import StockLevel


def available(warehouse_id: int, sku_ids: Iterable[int], owner_id: int = 1) -> dict[int, int]:
    """Pieces of each SKU of an owner that nobody was promised; 0 of one that has none.

    Of a bundle, those that stand ready assembled and those that its parts would make: parts that several bundles
    share are counted for each of them. What it says may be promised away in the same moment.
    """
    asked = set(sku_ids)
    parts = catalog.parts(asked)
    rows = db.session.execute(
        select(StockLevel.sku_id, StockLevel.on_hand - StockLevel.promised).where(
            StockLevel.warehouse_id == warehouse_id,
            StockLevel.owner_id == owner_id,
            among(StockLevel.sku_id, asked | {sku_id for each in parts.values() for sku_id in each}),
        )
    )
    free = {sku_id: max(0, pieces) for sku_id, pieces in rows}
    return {sku_id: free.get(sku_id, 0) + catalog.bundles_of(parts.get(sku_id, {}), free) for sku_id in sorted(asked)}
