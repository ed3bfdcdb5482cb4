"""`wms worker`: background jobs and printing. No green threads here: drawing a label is plain work."""
from __future__ import annotations

import asyncio
import signal
import threading

import structlog
from flask import Flask

from wms import jobs
from wms.core import bus
from wms.printing import dispatch
from wms.waves.engine import warm

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 4  # for jobs at work when the worker is told to stop; they are tried again later
AT_ONCE = 2
RETRY_SECONDS = 2


def run(app: Flask) -> None:
    """Work until SIGTERM or SIGINT, then finish what is at hand."""
    config = app.extensions["wms_config"]
    bus.send_only(bus.manager(config.psycopg_url, config.redis_url or None, write_only=True))
    stop = threading.Event()
    printing = threading.Thread(target=dispatch.run, args=(app, stop), name="printing")
    printing.start()
    threading.Thread(target=warm, name="warming", daemon=True).start()
    log.info("worker_started")
    try:
        asyncio.run(_jobs(app))
    finally:
        stop.set()
        printing.join(PATIENCE_SECONDS)
    log.info("worker_stopped")


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
