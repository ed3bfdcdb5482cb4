"""Background work of the orders room."""
from __future__ import annotations

from wms.core.job import job
from wms.core.transaction import transaction
from wms.orders import service
from wms.orders.auditing import unpaid

AT_ONCE = 200  # orders a transaction: stock levels stay locked only that long


@job("orders.audit_short")
def audit_short(warehouse_id: int) -> None:
    """Audit the orders again that are held for want of stock, first placed first."""
    with transaction():
        waiting = service.held(warehouse_id, "stock_short")
    for start in range(0, len(waiting), AT_ONCE):
        with transaction():
            service.audit(waiting[start : start + AT_ONCE])


@job("orders.unpaid", cron="* * * * *")
def unpaid_due() -> None:
    """Remind of orders that wait for their money, and cancel those that waited as long as their shop wants."""
    for act in (unpaid.cancel_overdue, unpaid.remind):
        done = AT_ONCE
        while done == AT_ONCE:
            with transaction():
                done = act(AT_ONCE)
