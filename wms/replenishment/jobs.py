"""Background work of the replenishment room."""
from __future__ import annotations

from functools import partial

from sqlalchemy import select

from wms.core.job import job
from wms.core.transaction import carry_out, transaction
from wms.layout.models import Warehouse
from wms.replenishment import service
from wms.stock import service as stock

AT_ONCE = 50  # faces a transaction: their SKUs stay locked only that long


@job("replenishment.sweep", cron="* * * * *")
def sweep() -> None:
    """Have pick faces filled that fell below their minimum."""
    for warehouse_id in _warehouses():
        with transaction():
            low = service.low_faces(warehouse_id)
        for start in range(0, len(low), AT_ONCE):
            carry_out(partial(service.fill, warehouse_id, low[start : start + AT_ONCE]))


@job("replenishment.classify", cron="40 2 * * *")
def classify() -> None:
    """Compute anew how fast every SKU moves, before the day's counts are planned by it."""
    for warehouse_id in _warehouses():
        carry_out(partial(stock.classify, warehouse_id))


def _warehouses() -> list[int]:
    with transaction() as session:
        return list(session.execute(select(Warehouse.id).order_by(Warehouse.id)).scalars())
