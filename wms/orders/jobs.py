"""Background work of the orders room."""
from __future__ import annotations

from sqlalchemy import select

from wms.core.db import db
from wms.core.job import job
from wms.core.transaction import transaction
from wms.orders import due, merging, service
from wms.orders.models import OrderSetting

AT_ONCE = 200  # orders a transaction: stock levels stay locked only that long


@job("orders.audit_short")
def audit_short(warehouse_id: int) -> None:
    """Audit the orders again that are held for want of stock, first placed first."""
    with transaction():
        waiting = service.held(warehouse_id, "stock_short")
    for start in range(0, len(waiting), AT_ONCE):
        with transaction():
            service.audit(waiting[start : start + AT_ONCE])


@job("orders.merge", cron="* * * * *")
def merge() -> None:
    """Merge what two audits at once could not see of each other, where a warehouse merges by itself."""
    with transaction():
        houses = select(OrderSetting.warehouse_id).where(OrderSetting.merging == "automatic")
        found = list(db.session.execute(houses).scalars())
    for warehouse_id in found:
        with transaction():
            merging.merge_by_itself(warehouse_id)


@job("orders.alarms", cron="* * * * *")
def alarms() -> None:
    """Tell of orders for which something was not done in time."""
    with transaction():
        found = due.houses()
    for warehouse_id in found:
        with transaction():
            due.raise_alarms(warehouse_id)
