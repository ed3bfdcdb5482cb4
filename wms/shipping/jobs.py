"""Background work of the shipping room."""
from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog

from wms.core.job import job
from wms.core.transaction import carry_out, transaction
from wms.printing import service as printing
from wms.shipping import ahead, question, returns, tracking

AT_ONCE = 8  # questions about parcels
AT_A_TIME = 40
LONGEST_SECONDS = 120  # of one turn: other jobs wait for it

log = structlog.get_logger(__name__)


@job(ahead.MAKER)
def make_waybills(run_id: int) -> None:
    """Make the labels of a run, some at a time, until all are made or it is stopped."""
    while carry_out(partial(ahead.make_some, run_id)):
        pass


@job("shipping.make_left", cron="* * * * *")
def make_left() -> None:
    """Go on with runs that a worker left half made."""
    with transaction():
        left = [run_id for run_id, maker in printing.unfinished() if maker == ahead.MAKER]
    for run_id in left:
        try:
            make_waybills(run_id)
        except Exception:
            log.exception("run_not_made", run=run_id)  # tried again in a minute


@job("shipping.track", cron="*/5 * * * *")
def track() -> None:
    """Ask carriers where parcels are, and to tell where they will be."""
    ends = time.monotonic() + LONGEST_SECONDS
    with ThreadPoolExecutor(AT_ONCE, "track") as pool:
        while time.monotonic() < ends:
            questions = carry_out(partial(tracking.due, AT_A_TIME))
            if not questions:
                return
            carry_out(partial(tracking.settle, list(pool.map(tracking.put, questions))))


@job(returns.JOB, cron="* * * * *")
def ask_returns() -> None:
    """Ask carriers for waybills back, and give back those that are not wanted any more."""
    ends = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < ends:
        works = carry_out(returns.claim)
        if not works:
            return
        carry_out(partial(returns.settle, [question.put(work) for work in works]))


@job("shipping.find_stale", cron="7 * * * *")
def find_stale() -> None:
    """Parcels of which nothing is heard become problems that somebody sees to."""
    while carry_out(tracking.find_stale):
        pass
