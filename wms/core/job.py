"""Background jobs: a queue in the same database, so that a job and the change that needs it are one commit.

A room declares its jobs in its `jobs.py` and queues them from its verbs:

    @job("orders.audit_held")
    def audit_held(warehouse_id: int) -> None: ...      # runs in the worker, opens its own transactions

    defer("orders.audit_held", once=f"audit:{warehouse_id}", warehouse_id=warehouse_id)

A job that was deferred in a transaction that is undone never existed. Do not defer inside a scan: the
queue's trigger sends a NOTIFY, and PostgreSQL lets only one such transaction commit at a time.
"""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from wms.core.db import db
from wms.core.lock import lock as named_lock

QUEUE = "default"

_DEFER = text(
    """
    SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(
        :queue, :name, 0, :lock, :once, cast(:args AS jsonb), NULL::timestamptz
    )]::procrastinate_job_to_defer_v1[]))
    """
)
_WAITS = text("SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :once AND status = 'todo'")

Task = Callable[..., None]


@dataclass(frozen=True)
class Job:
    """A declared job; `cron` (in UTC) says when it runs by itself."""

    name: str
    task: Task
    cron: str | None


registry: dict[str, Job] = {}


def job(name: str, *, cron: str | None = None) -> Callable[[Task], Task]:
    """Declare a job. It is called with the arguments it was deferred with, outside any transaction."""

    def register(task: Task) -> Task:
        registry[name] = Job(name, task, cron)
        return task

    return register


def defer(name: str, *, lock: str | None = None, once: str | None = None, **args: Any) -> int | None:
    """Queue a job inside the caller's transaction; returns its id.

    Jobs with the same `lock` run one after another. With `once`, nothing is queued while a job queued
    under that name still waits, and None is returned. `args` are JSON values.
    """
    if once is not None:
        named_lock(f"job:{once}", 0)  # of two that ask at the same time, the second sees the first's row
        if db.session.execute(_WAITS, {"once": once}).first() is not None:
            return None
    values = {"queue": QUEUE, "name": name, "lock": lock, "once": once, "args": json.dumps(args)}
    return int(db.session.execute(_DEFER, values).scalar_one())
