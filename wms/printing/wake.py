"""Waking the dispatcher of a printer: NOTIFY after the commit, LISTEN in the worker.

A lost notice costs at most a second: the dispatcher also looks by itself.
"""
from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from wms.core.db import db
from wms.core.transaction import after_commit

log = structlog.get_logger(__name__)

CHANNEL = "wms_print"
_POLL = 0.5  # seconds after which a listener notices that it should stop
_RETRY = 1.0


def wake(printer_id: int) -> None:
    """Once this transaction is committed, wake whoever drives the printer."""
    after_commit(lambda: _notify(printer_id))


def _notify(printer_id: int) -> None:
    try:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_notify(:channel, :id)"), {"channel": CHANNEL, "id": str(printer_id)})
    except SQLAlchemyError:
        log.warning("printer_not_woken", printer=printer_id)


def listen(conninfo: str, woken: Callable[[int], None], stop: threading.Event) -> None:
    """Call `woken(printer id)` for every notice until `stop` is set. Reconnects by itself."""
    while not stop.is_set():
        try:
            with psycopg.connect(conninfo, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                _hear(connection, woken, stop)
        except psycopg.OperationalError:
            log.warning("print_listen_interrupted")
            stop.wait(_RETRY)


def _hear(
    connection: psycopg.Connection[tuple[object, ...]], woken: Callable[[int], None], stop: threading.Event
) -> None:
    while not stop.is_set():
        for notice in connection.notifies(timeout=_POLL):
            woken(int(notice.payload))
