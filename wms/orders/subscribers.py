"""What the orders room does when rooms below it change."""
from __future__ import annotations

from wms.core.event import subscribe
from wms.core.job import defer
from wms.orders import service
from wms.stock.events import StockArrived


@subscribe(StockArrived)
def try_again(arrived: StockArrived) -> None:
    """Goods came in: orders that were held for want of stock are audited again, by the worker."""
    if service.held(arrived.warehouse_id, "stock_short", limit=1):
        house = arrived.warehouse_id
        defer("orders.audit_short", once=f"orders.audit_short:{house}", warehouse_id=house)
