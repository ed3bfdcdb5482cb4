"""Waking the dispatcher of a printer: NOTIFY just behind the commit, LISTEN in the worker.

A lost notice costs at most a second: the dispatcher also looks by itself.
"""
from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

import psycopg
import structlog

from wms.core.db import db
from wms.core.prepared import Prepared
from wms.core.transaction import before_commit, behind_commit

log = structlog.get_logger(__name__)

CHANNEL = "wms_print"
_POLL = 0.5  # seconds after which a listener notices that it should stop
_RETRY = 1.0
_NOTIFY = Prepared(
    "wake_printers", f"SELECT pg_notify('{CHANNEL}', id) FROM unnest(cast(:ids AS text[])) AS id"  # noqa: S608
)  # our own word


def wake(printer_id: int) -> None:
    """Once this transaction is committed, wake whoever drives the printer."""
    woken: set[int] = db.session.info.setdefault("woken", set())
    if not woken:
        before_commit(lambda: behind_commit(_NOTIFY, {"ids": [str(each) for each in woken]}))
    woken.add(printer_id)


class Stop(Protocol):
    """Says when to end, like a threading.Event."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> object: ...


def listen(conninfo: str, woken: Callable[[int], None], stop: Stop) -> None:
    """Call `woken(printer id)` for every notice until `stop` is set. Reconnects by itself."""
    while not stop.is_set():
        try:
            with psycopg.connect(conninfo, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                _hear(connection, woken, stop)
        except psycopg.OperationalError:
            log.warning("print_listen_interrupted")
            stop.wait(_RETRY)


def _hear(connection: psycopg.Connection[tuple[object, ...]], woken: Callable[[int], None], stop: Stop) -> None:
    while not stop.is_set():
        for notice in connection.notifies(timeout=_POLL):
            woken(int(notice.payload))


class Ears:
    """Lets many threads of a process wait for printers over one LISTEN, which ends when nobody has waited for long."""

    _IDLE = 30.0  # seconds

    def __init__(self) -> None:
        self._waiting: dict[int, set[threading.Event]] = defaultdict(set)
        self._lock = threading.Lock()
        self._wanted_until = 0.0
        self._thread: threading.Thread | None = None

    @contextmanager
    def listening(self, conninfo: str, printer_ids: Collection[int]) -> Iterator[threading.Event]:
        """An event that is set whenever one of these printers is woken. A notice may be lost: look now and then too."""
        event = threading.Event()
        with self._lock:
            for each in printer_ids:
                self._waiting[each].add(event)
            self._wanted_until = time.monotonic() + self._IDLE
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=listen, args=(conninfo, self._woken, self), name="agent-listen", daemon=True
                )
                self._thread.start()
        try:
            yield event
        finally:
            with self._lock:
                for each in printer_ids:
                    self._waiting[each].discard(event)

    def is_set(self) -> bool:
        """Whether nobody has waited for a while."""
        return time.monotonic() > self._wanted_until

    def wait(self, timeout: float) -> None:
        time.sleep(timeout)

    def _woken(self, printer_id: int) -> None:
        for event in list(self._waiting.get(printer_id, ())):
            event.set()
