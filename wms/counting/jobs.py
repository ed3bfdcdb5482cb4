"""Background work of the counting room."""
from __future__ import annotations

from functools import partial

from sqlalchemy import select

from wms.core.job import job
from wms.core.transaction import carry_out, transaction
from wms.counting import service
from wms.layout.models import Warehouse


@job("counting.plan", cron="10 3 * * *")
def plan() -> None:
    """Ask for the day's counts of the cycle and of the random audit, in every warehouse."""
    with transaction() as session:
        houses = list(session.execute(select(Warehouse.id).order_by(Warehouse.id)).scalars())
    for warehouse_id in houses:
        carry_out(partial(service.plan_cycle, warehouse_id))
        carry_out(partial(service.plan_audit, warehouse_id))


@job("counting.retry", cron="*/5 * * * *")
def retry() -> None:
    """Post differences whose pieces were held when they were counted, and are not any more."""
    with transaction():
        waiting = service.waiting_for_holds()
    for warehouse_id, task_id in waiting:
        carry_out(partial(service.retry, warehouse_id, task_id))
