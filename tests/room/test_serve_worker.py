"""Background jobs: one commit with what needs them, carried out by a real worker that stops when told."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from wms import jobs
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.job import defer, registry
from wms.core.models import Command

ROOT = Path(__file__).resolve().parents[2]
BUSY_MACHINE_S = 10.0  # other tests run beside these


def queued():
    rows = db.session.execute(text("SELECT task_name, args, status::text FROM procrastinate_jobs ORDER BY id")).all()
    db.session.remove()
    return [tuple(row) for row in rows]


def until(true, seconds=120.0, what="it"):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)


@contextmanager
def working(database, tmp_path):
    """A `wms worker` of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WMS_")}
    environment |= {"WMS_DATABASE_URL": database, "WMS_DATA": str(tmp_path)}
    with (tmp_path / "worker.log").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "wms", "worker"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_job_is_there_when_its_change_is(app, tx):
    with tx():
        assert defer("core.forget") is not None
    assert queued() == [("core.forget", {}, "todo")]


def test_a_job_of_a_change_that_was_undone_never_existed(app, tx):
    def change():
        with tx():
            defer("core.forget", a=1)
            raise WmsError("core.database_down")

    with pytest.raises(WmsError):
        change()
    assert queued() == []


def test_once_queues_nothing_while_one_waits(app, tx):
    with tx():
        assert defer("core.forget", once="x", n=1) is not None
        assert defer("core.forget", once="x", n=2) is None
    with tx():
        assert defer("core.forget", once="x", n=3) is None
        assert defer("core.forget", once="y", n=4) is not None
    assert [args for _, args, _ in queued()] == [{"n": 1}, {"n": 4}]


def test_every_declared_job_is_in_the_queue(app):
    queue = jobs.queue(app)
    assert set(registry) <= set(queue.tasks)
    assert {name for name, each in registry.items() if each.cron} == {
        task.task.name for task in queue.periodic_registry.periodic_tasks.values()
    }


def test_the_worker_carries_out_a_job_and_stops_when_told(app, tx, database, tmp_path):
    old, new = uuid.uuid4(), uuid.uuid4()
    for id, at in ((old, now() - timedelta(days=31)), (new, now())):
        with tx() as session:
            row = {"id": id, "name": "x", "body_hash": b"", "reply": {}, "actor_id": None, "at": at}
            session.execute(insert(Command).values(**row))
    with working(database, tmp_path) as process:
        with tx():
            defer("core.forget")
        until(lambda: ("core.forget", {}, "succeeded") in queued(), what="the job")
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0, (tmp_path / "worker.log").read_text()
        assert time.monotonic() - started < 5 + BUSY_MACHINE_S
    with tx() as session:
        assert session.execute(select(Command.id)).scalars().all() == [new]


def test_a_worker_whose_database_is_away_waits_and_stops_when_told(tmp_path):
    with working("postgresql://x@127.0.0.1:1/x", tmp_path) as process:
        until(lambda: "print_listen_interrupted" in (tmp_path / "worker.log").read_text(), what="the first try")
        time.sleep(1)
        assert process.poll() is None
        process.terminate()
        assert process.wait(8 + BUSY_MACHINE_S) == 0
