"""The end of a transaction travels with its commit: all of it stands, or nothing does, in as few round trips."""
from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, replace
from typing import ClassVar

import picking_floor as floor
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bench.trips import counted
from wms.app import create_app
from wms.core import event
from wms.core.command import run_once
from wms.core.connection import Connection
from wms.core.db import db
from wms.core.event import DomainEvent, publish
from wms.core.models import EventTopic
from wms.core.prepared import Prepared, execute
from wms.core.transaction import after_commit, alone, behind_commit, carry_out, transaction, with_commit

ADD = Prepared("test_add", "INSERT INTO jar VALUES (:n) RETURNING n")
PID = text("SELECT pg_backend_pid()")


@dataclass(frozen=True)
class Filled(DomainEvent):
    name: ClassVar[str] = "jar.filled"
    person: int

    def topics(self):
        return (f"person:{self.person}",)


@pytest.fixture
def jar(app, tx):
    """A table that counts what stands."""
    with tx() as session:
        session.execute(text("CREATE TABLE jar (n int UNIQUE)"))
    return lambda: floor.value("SELECT count(*) FROM jar")


def left():
    """Rows that a command leaves behind."""
    return tuple(floor.value(f"SELECT count(*) FROM {table}") for table in ("jar", "command", "event", "event_topic"))


def fill(n, *, fail=False):
    def act():
        execute(ADD, {"n": n})
        publish(Filled(1))
        if fail:
            with_commit(Prepared("test_fail", "SELECT 1 / :zero"), {"zero": 0})
        return {"n": n}

    return act


def test_what_goes_with_the_commit_stands_and_its_rows_come_back(jar):
    heard = []
    with transaction():
        execute(ADD, {"n": 1})
        with_commit(ADD, {"n": 2}, lambda rows: heard.append(rows[0].n))
        assert heard == []
    assert (jar(), heard) == (2, [2])


def test_a_last_statement_that_fails_undoes_everything(jar):
    heard = []
    with pytest.raises(DBAPIError, match="division by zero"):
        run_once(uuid.uuid4(), "x", {}, None, lambda: (after_commit(lambda: heard.append(1)), fill(1, fail=True)())[1])
    assert (left(), heard) == ((0, 0, 0, 0), [])
    assert run_once(uuid.uuid4(), "x", {}, None, fill(1)) == {"n": 1}
    assert left() == (1, 1, 1, 1)


def test_what_stands_behind_the_commit_sees_it_and_undoes_nothing(jar):
    """It travels with the COMMIT, is a transaction of its own, and is dropped with what is undone."""

    def then(n, statement, **values):
        with transaction():
            behind_commit(statement, values)
            with_commit(ADD, {"n": n})

    count = Prepared("test_count", "INSERT INTO jar SELECT 10 + count(*) FROM jar")
    then(1, count)
    assert jar() == 2
    with pytest.raises(DBAPIError, match="duplicate key"):
        then(1, count)
    assert jar() == 2
    with pytest.raises(DBAPIError, match="division by zero"):
        then(2, Prepared("test_fail_behind", "SELECT 1 / :zero"), zero=0)
    assert jar() == 3
    assert [row.n for row in alone(ADD, {"n": 3})] == [3]
    assert jar() == 4


def test_objects_are_written_before_a_prepared_statement(app):
    """Whoever changed an object of the session finds the change, as with any other statement."""
    ask = Prepared("test_topic", "SELECT seq FROM event_topic WHERE topic = :topic")
    with transaction() as session:
        session.add(EventTopic(topic="person:9", seq=4))
        assert [row.seq for row in execute(ask, {"topic": "person:9"})] == [4]


def test_a_repeat_is_undone_with_its_events_and_gets_the_first_answer(jar):
    key = uuid.uuid4()
    assert run_once(key, "x", {"a": 1}, None, fill(1)) == {"n": 1}
    assert run_once(key, "x", {"a": 1}, None, fill(2)) == {"n": 1, "replayed": True}
    assert left() == (1, 1, 1, 1)
    with transaction():
        assert event.last_seq("person:1") == 1


def test_nobody_is_refused_for_connections_whose_server_has_gone(app, jar, config):
    kept = [db.engine.connect() for _ in range(3)]
    servers = [connection.scalar(PID) for connection in kept]
    for connection in kept:
        connection.close()
    for each in servers:
        _kill(config, each)
    for n in range(len(kept)):
        with transaction():
            execute(ADD, {"n": n})
    assert jar() == len(kept)


def _kill(config, pid):
    with psycopg.connect(config.psycopg_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def test_a_deadlock_in_a_prepared_statement_is_run_again(app, jar):
    """Two transactions lock two rows crosswise; PostgreSQL undoes one, and both end well."""
    take = Prepared("test_take", "UPDATE jar SET n = n + 10 WHERE n % 10 = :n")
    with transaction():
        execute(ADD, {"n": 1})
        execute(ADD, {"n": 2})
    gate, times = threading.Barrier(2), []

    def both(first, second):
        def act():
            times.append(first)
            execute(take, {"n": first})
            if len(times) < 3:
                gate.wait(120)
            execute(take, {"n": second})

        return lambda: carry_out(act)

    floor.at_once(app, both(1, 2), both(2, 1))
    assert len(times) >= 3
    assert floor.value("SELECT sum(n) FROM jar") == 1 + 2 + 4 * 10


def test_a_refused_statement_keeps_the_plans_and_the_connection(app, jar):
    with transaction():
        execute(ADD, {"n": 1})
        raw = db.session.connection().connection.driver_connection
        assert isinstance(raw, Connection)
    for _ in range(3):
        with pytest.raises(DBAPIError), transaction():
            execute(ADD, {"n": 1})
        assert not raw.autocommit
    with transaction():
        names = db.session.execute(text("SELECT name FROM pg_prepared_statements WHERE name = 'wms_test_add'"))
        assert names.scalars().all() == ["wms_test_add"]
        execute(ADD, {"n": 2})
    assert jar() == 2


def test_statements_of_both_kinds_share_one_transaction(jar):
    def act():
        execute(ADD, {"n": 1})
        db.session.execute(text("INSERT INTO jar VALUES (2)"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        carry_out(act)
    assert jar() == 0
    with transaction() as session:
        session.execute(text("INSERT INTO jar VALUES (2)"))
        execute(ADD, {"n": 1})
        session.execute(text("INSERT INTO jar VALUES (3)"))
    assert jar() == 3


def test_a_confirmed_pick_is_two_round_trips(config):
    """The statement with its BEGIN; the command's row with the COMMIT. Counted on the wire."""
    with counted(config.psycopg_url) as (address, count):
        app = create_app(replace(config, database_url=address), live=False)
        with app.app_context():
            house = floor.build()
            anna = floor.person(house, "Anna")
            floor.order(house, "O1", {"S1": 9})
            floor.wave(house)
            task = floor.start(anna)
            took = []
            for _ in range(4):  # the first prepares, the second and third are as any other, none ends the task
                before = count()
                floor.do(anna, "pick.confirm", **floor.scans(task, task["lines"][0], qty=1))
                took.append(count() - before)
            db.session.remove()
            db.engine.dispose()
    assert took[1:] == [2, 2, 2]
