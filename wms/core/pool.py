"""The pool of database connections of one process: who asks first is served first.

A scan that has just ended frees its connection, and the next scan of the same client is there before anybody who
waits has woken up. SQLAlchemy's pool gives it the connection, so with many at once some wait for a second while
others are never delayed. Here a connection that becomes free is handed to whoever has waited longest.
"""
from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Any

from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

logging.getLogger(__name__).setLevel(logging.WARNING)  # SQLAlchemy says in the pool's name that it was made and ended


class Turns:
    """A semaphore whose permits go to those who wait in the order in which they came."""

    def __init__(self, permits: int) -> None:
        self._permits = permits
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def acquire(self, timeout: float) -> bool:
        """Take a permit, waiting up to `timeout` seconds; False when none came."""
        with self._lock:
            if self._permits > 0:  # then nobody waits
                self._permits -= 1
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return True
        with self._lock:
            if turn.is_set():  # it came in this very moment
                return True
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        """Give a permit back: to whoever has waited longest, if anybody has."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._permits += 1


class FairPool(QueuePool):
    """SQLAlchemy's pool of `pool_size` connections, none beyond, behind `Turns`."""

    def __init__(self, creator: Any, pool_size: int = 5, timeout: float = 30.0, **options: Any) -> None:
        super().__init__(creator, pool_size=pool_size, timeout=timeout, **{**options, "max_overflow": 0})
        self._turns, self._patience = Turns(pool_size), timeout

    def _do_get(self) -> ConnectionPoolEntry:
        if not self._turns.acquire(self._patience):
            raise NoConnection(f"no database connection became free in {self._patience:.0f} s")
        try:
            return super()._do_get()
        except BaseException:
            self._turns.release()
            raise

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        self._turns.release()
