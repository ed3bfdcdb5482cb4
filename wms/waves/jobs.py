"""Background work of the waves room."""
from __future__ import annotations

from functools import partial

import structlog
from sqlalchemy import select

from wms.core.error import WmsError
from wms.core.job import job
from wms.core.scan import as_refusal
from wms.core.transaction import carry_out, transaction
from wms.layout.models import Warehouse
from wms.waves import rule_runs

log = structlog.get_logger(__name__)

DATABASE_DOWN = "core.database_down"


@job("waves.run_rules", cron="* * * * *")
def run_rules() -> None:
    """Run the rules that are due, each in a transaction of its own, and release what they built."""
    for warehouse_id in _warehouses():
        with transaction():
            due = rule_runs.due(warehouse_id)
        for rule_id in due:
            _run(warehouse_id, rule_id)
    release_wanted()


@job(rule_runs.RELEASE)
def release_wanted() -> None:
    """Release the waves that wait for it, each in a transaction of its own."""
    with transaction():
        waves = rule_runs.to_release()
    for warehouse_id, wave_id in waves:
        try:
            carry_out(partial(rule_runs.release_wanted, warehouse_id, wave_id))
        except WmsError as error:
            carry_out(partial(rule_runs.release_refused, warehouse_id, wave_id, error))
        except Exception as error:
            refused = as_refusal(error)
            log.warning("wave_not_released", wave_id=wave_id, code=refused.code, **refused.params)
            if refused.code != DATABASE_DOWN:  # else nothing can be kept now
                carry_out(partial(rule_runs.release_refused, warehouse_id, wave_id, refused, again=True))


def _run(warehouse_id: int, rule_id: int) -> None:
    """One rule; whatever goes wrong with it is kept with it, and the others go on."""
    try:
        carry_out(partial(rule_runs.run_if_due, warehouse_id, rule_id))
    except Exception as error:
        refused = as_refusal(error)
        carry_out(partial(rule_runs.failed, rule_id, refused.code, dict(refused.params)))


def _warehouses() -> list[int]:
    with transaction() as session:
        return list(session.execute(select(Warehouse.id).order_by(Warehouse.id)).scalars())
