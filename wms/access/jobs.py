"""Background work of the access room."""
from __future__ import annotations

import structlog
from sqlalchemy import delete

from wms.access.keys import forget_nonces
from wms.access.models import Enrolment, PinTry
from wms.access.rules import TRIES_KEPT
from wms.core.clock import now
from wms.core.job import job
from wms.core.transaction import transaction

log = structlog.get_logger(__name__)


@job("access.forget", cron="27 2 * * *")
def forget() -> None:
    """Delete wrong PINs that count no more, and codes that no device has taken in time."""
    before = now() - TRIES_KEPT
    with transaction() as session:
        session.execute(delete(PinTry).where(PinTry.last_at < before))
        session.execute(delete(Enrolment).where(Enrolment.expires_at < before, Enrolment.device_id.is_(None)))
        forget_nonces()
    log.info("access_forgotten")
