"""The job queue as the worker runs it: every declared job of core and the rooms, on procrastinate."""
from __future__ import annotations

from typing import Any

import procrastinate
import structlog
from flask import Flask
from sqlalchemy import text

from wms.core import command, event
from wms.core.job import QUEUE, Job, job, registry
from wms.core.transaction import transaction

log = structlog.get_logger(__name__)

_FORGET_JOBS = text(
    """
    DELETE FROM procrastinate_jobs j
    WHERE status IN ('succeeded', 'failed', 'cancelled', 'aborted')
      AND (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id) < now() - interval '30 days'
    """
)


def queue(app: Flask) -> procrastinate.App:
    """The queue of an application, on the same database."""
    from wms.app import room_modules

    room_modules("jobs")  # importing them declares their jobs
    conninfo = app.extensions["wms_config"].psycopg_url
    found = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))
    for each in registry.values():
        _register(found, app, each)
    return found


def _register(found: procrastinate.App, app: Flask, declared: Job) -> None:
    def run(timestamp: int = 0, **args: Any) -> None:  # a periodic job brings the time at which it was due
        with app.app_context(), structlog.contextvars.bound_contextvars(job=declared.name):
            declared.task(**args)

    task = found.task(name=declared.name, queue=QUEUE, retry=procrastinate.RetryStrategy(max_attempts=5, wait=10))(run)
    if declared.cron:
        found.periodic(cron=declared.cron)(task)


@job("core.forget", cron="17 2 * * *")
def forget() -> None:
    """Delete answered commands, pushed events and ended jobs that nobody will ask for again."""
    with transaction():
        commands = command.forget_old()
    with transaction():
        events = event.forget_old()
    with transaction() as session:
        session.execute(_FORGET_JOBS)
    log.info("forgotten", commands=commands, events=events)
