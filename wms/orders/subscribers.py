"""What the orders room does when rooms below it change, and what it tells them of its rows."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from wms.core.bulk import among
from wms.core.db import db
from wms.core.event import subscribe
from wms.core.job import defer
from wms.core.reference import reference
from wms.core.said import Said
from wms.orders import due, merging, service
from wms.orders.events import OrdersAudited
from wms.orders.models import Order, OrderLine
from wms.stock.events import StockArrived


@subscribe(StockArrived)
def try_again(arrived: StockArrived) -> None:
    """Goods came in: orders that were held for want of stock are audited again, by the worker."""
    if service.held(arrived.warehouse_id, "stock_short", limit=1):
        house = arrived.warehouse_id
        defer("orders.audit_short", once=f"orders.audit_short:{house}", warehouse_id=house)


@subscribe(OrdersAudited)
def look_together(audited: OrdersAudited) -> None:
    """What is held is to be seen to the same day. Where a warehouse merges by itself, orders for one place share a
    parcel before any wave sees them."""
    due.note_held(audited.warehouse_id, audited.confirmed, audited.held)
    merging.merge_by_itself(audited.warehouse_id, audited.confirmed)


@reference("order_line")
def lines(ids: Sequence[int]) -> dict[int, Said]:
    """Holds and promises are for lines: the orders that these are of."""
    asked = select(OrderLine.id, Order.number).join(Order).where(among(OrderLine.id, ids))
    return {row.id: Said("orders.reference", {"order": row.number}) for row in db.session.execute(asked)}
