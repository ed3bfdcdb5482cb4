"""`wms worker`: background jobs and printing. No green threads here: drawing a label is plain work."""
from __future__ import annotations

import asyncio
import contextlib
import signal
import threading

import structlog
from flask import Flask

from wms import jobs
from wms.core import bus
from wms.printing import dispatch

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 4  # for jobs at work when the worker is told to stop; they are tried again later
AT_ONCE = 2


def run(app: Flask) -> None:
    """Work until SIGTERM or SIGINT, then finish what is at hand."""
    config = app.extensions["wms_config"]
    bus.send_only(bus.manager(config.psycopg_url, config.redis_url or None, write_only=True))
    stop = threading.Event()
    printing = threading.Thread(target=dispatch.run, args=(app, stop), name="printing")
    printing.start()
    log.info("worker_started")
    try:
        asyncio.run(_jobs(app))
    finally:
        stop.set()
        printing.join(PATIENCE_SECONDS)
    log.info("worker_stopped")


async def _jobs(app: Flask) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    while not told.is_set():
        await _until(told, app)


async def _until(told: asyncio.Event, app: Flask) -> None:
    """Run the queue until told to stop, or until the database goes away; then wait a little."""
    queue = jobs.queue(app)
    async with contextlib.AsyncExitStack() as opened:
        try:
            await opened.enter_async_context(queue.open_async())
            work = asyncio.create_task(
                queue.run_worker_async(
                    concurrency=AT_ONCE, install_signal_handlers=False, shutdown_graceful_timeout=PATIENCE_SECONDS
                )
            )
            waiting = asyncio.create_task(told.wait())
            await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
        except Exception:
            log.warning("jobs_interrupted", exc_info=True)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(told.wait(), 2)
