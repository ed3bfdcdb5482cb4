"""Connections go to those who wait in the order in which they came."""
from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import TimeoutError as NoConnection

from wms.core.pool import FairPool, Turns


def _queue(turns, count, served):
    threads = []
    for nr in range(count):
        def wait(nr=nr):
            assert turns.acquire(60)
            served.append(nr)
            turns.release()

        threads.append(threading.Thread(target=wait))
        threads[-1].start()
        until = time.monotonic() + 60
        while len(turns._waiting) <= nr and time.monotonic() < until:
            time.sleep(0.001)
    return threads


def test_who_waits_longest_is_served_first():
    turns, served = Turns(1), []
    assert turns.acquire(1)
    threads = _queue(turns, 8, served)
    turns.release()
    for each in threads:
        each.join(60)
    assert served == list(range(8))


def test_nobody_slips_in_before_those_who_wait():
    turns, served = Turns(1), []
    assert turns.acquire(1)
    (thread,) = _queue(turns, 1, served)
    turns.release()  # handed over already, though the thread may not have run yet
    assert turns.acquire(60)
    assert served == [0]
    thread.join(60)


def test_who_gives_up_leaves_the_queue_and_takes_no_permit_along():
    turns = Turns(1)
    assert turns.acquire(1)
    assert not turns.acquire(0.01)
    turns.release()
    assert turns.acquire(0.01)


def _pool(size):
    return create_engine("sqlite://", poolclass=FairPool, pool_size=size, pool_timeout=0.05, connect_args={
        "check_same_thread": False})  # fmt: skip


def test_never_more_connections_than_its_size_and_a_clear_error():
    engine = _pool(2)
    with engine.connect(), engine.connect(), pytest.raises(NoConnection, match="became free"):
        engine.connect()
    with engine.connect(), engine.connect():
        assert engine.pool.checkedout() == 2


def test_a_connection_that_cannot_be_made_or_is_thrown_away_costs_no_place():
    engine = _pool(1)
    real = engine.pool._creator
    def fail(*told):
        raise OSError("no server")

    for _ in range(3):
        engine.pool._creator = fail
        with pytest.raises(OSError, match="no server"):
            engine.raw_connection()
        engine.pool._creator = real
        with engine.connect() as one:
            one.invalidate()
    with engine.connect() as one:
        one.detach()
    with engine.connect():
        pass
