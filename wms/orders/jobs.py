"""Background work of the orders room."""
from __future__ import annotations

from functools import partial

import structlog
from sqlalchemy import select

from wms.core.db import db
from wms.core.job import job
from wms.core.transaction import carry_out, transaction
from wms.orders import bulk, due, merging, service
from wms.orders.auditing import unpaid
from wms.orders.models import OrderSetting

log = structlog.get_logger(__name__)

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


@job("orders.unpaid", cron="* * * * *")
def unpaid_due() -> None:
    """Remind of orders that wait for their money, and cancel those that waited as long as their shop wants."""
    for act in (unpaid.cancel_overdue, unpaid.remind):
        done = AT_ONCE
        while done == AT_ONCE:
            with transaction():
                done = act(AT_ONCE)


@job(bulk.JOB)
def do_bulk(bulk_id: int) -> None:
    """Take an action on many orders through the step that it is in, some orders at a time."""
    while carry_out(partial(bulk.advance, bulk_id)):
        pass


@job("orders.bulk_left", cron="* * * * *")
def do_left() -> None:
    """Go on with actions that a worker left half done."""
    with transaction():
        left = bulk.left()
    for bulk_id in left:
        try:
            do_bulk(bulk_id)
        except Exception:
            log.exception("bulk_not_done", bulk=bulk_id)  # tried again in a minute


@job("orders.bulk_forget", cron="41 2 * * *")
def forget_bulk() -> None:
    """Delete what was done to many orders long ago; the orders' history keeps what was done to each."""
    with transaction():
        bulk.forget_old()
