"""Background work of the stock room."""
from __future__ import annotations

import structlog
from sqlalchemy import select

from wms.core.job import job
from wms.core.transaction import transaction
from wms.layout.models import Warehouse
from wms.stock.expiry import quarantine_expired

AT_ONCE = 200  # places a transaction: stock levels stay locked only that long
log = structlog.get_logger(__name__)


@job("stock.quarantine_expired", cron="10 0 * * *")
def quarantine() -> None:
    """Shortly after midnight (UTC), put what expired the day before into quarantine, where it lies."""
    with transaction() as session:
        houses = session.execute(select(Warehouse.id).order_by(Warehouse.id)).scalars().all()
    for house in houses:
        places = 0
        while True:
            with transaction():
                done = quarantine_expired(house, AT_ONCE)
            places += done
            if done < AT_ONCE:
                break
        log.info("expired", warehouse=house, places=places)
