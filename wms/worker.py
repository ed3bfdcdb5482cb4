"""`wms worker`: background jobs, printing, questions to carriers, news for programs.

No green threads here: drawing is plain work.
"""
from __future__ import annotations

import asyncio
import signal
import sys
import threading

import structlog
from flask import Flask

from wms import jobs
from wms.core import bus
from wms.printing import dispatch, wire
from wms.programs import deliverer
from wms.runtime import settle
from wms.shipping import fetcher
from wms.waves.engine import warm

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 4  # for jobs at work when the worker is told to stop; they are tried again later
AT_ONCE = 2
RETRY_SECONDS = 2
# Seconds after which a thread that computes lets others go on, a tenth of what is usual: a label on its way waits so
# long after each answer of the database while another is drawn.
TURN_SECONDS = 0.0005


def run(app: Flask) -> None:
    """Work until SIGTERM or SIGINT, then finish what is at hand."""
    config = app.extensions["wms_config"]
    bus.send_only(bus.manager(config.psycopg_url, config.redis_url or None, write_only=True))
    stop = threading.Event()
    sys.setswitchinterval(TURN_SECONDS)
    printing = threading.Thread(target=dispatch.run, args=(app, stop), name="printing")
    printing.start()
    asking = threading.Thread(target=fetcher.run, args=(app, stop), name="carriers")
    asking.start()
    telling = threading.Thread(target=deliverer.run, args=(app, stop), name="programs")
    telling.start()
    threading.Thread(target=_warm, name="warming", daemon=True).start()
    log.info("worker_started")
    try:
        asyncio.run(_jobs(app))
    finally:
        stop.set()
        printing.join(PATIENCE_SECONDS)
        asking.join(PATIENCE_SECONDS)
        telling.join(PATIENCE_SECONDS)
    log.info("worker_stopped")


def _warm() -> None:
    """Load what the first label and the first wave need, the label first."""
    wire.warm_up()
    settle()
    warm()
    settle()


async def _jobs(app: Flask) -> None:
    """Run the queue until told to stop; when the database goes away, try again until it is back."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    stopping = asyncio.create_task(told.wait())
    while not told.is_set():
        work = asyncio.create_task(_work(app))
        await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        work.cancel()
        try:
            await work
        except asyncio.CancelledError:
            continue
        except Exception as error:
            log.warning("jobs_interrupted", error=str(error))
        await asyncio.wait({stopping}, timeout=RETRY_SECONDS)


async def _work(app: Flask) -> None:
    queue = jobs.queue(app)
    async with queue.open_async():
        await queue.run_worker_async(
            concurrency=AT_ONCE, install_signal_handlers=False, shutdown_graceful_timeout=PATIENCE_SECONDS
        )
