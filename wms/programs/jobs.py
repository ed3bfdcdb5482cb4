"""Background work about programs; sending is the deliverer's."""
from __future__ import annotations

from functools import partial

import structlog

from wms.core.job import job
from wms.core.transaction import carry_out
from wms.programs import sending
from wms.programs.rules import KEPT

log = structlog.get_logger(__name__)


@job("programs.tidy", cron="41 * * * *")
def tidy() -> None:
    """Give up what nobody could be told for days, and forget what is a month old."""
    given_up, forgotten = carry_out(partial(sending.tidy, KEPT))
    log.info("webhooks_tidied", given_up=given_up, forgotten=forgotten)
