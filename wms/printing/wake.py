"""Waking the dispatcher of a printer: NOTIFY after the commit, LISTEN in the worker.

A lost notice costs at most a second: the dispatcher also looks by itself.
"""
from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

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
_NOTIFY = text("SELECT pg_notify(:channel, id) FROM unnest(cast(:ids AS text[])) AS id")


def wake(printer_id: int) -> None:
    """Once this transaction is committed, wake whoever drives the printer."""
    woken: set[int] = db.session.info.setdefault("woken", set())
    if not woken:
        after_commit(lambda: _notify(woken))
    woken.add(printer_id)


def _notify(printer_ids: Iterable[int]) -> None:
    ids = [str(each) for each in printer_ids]
    try:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(_NOTIFY, {"channel": CHANNEL, "ids": ids})
    except SQLAlchemyError:
        log.warning("printers_not_woken", printers=ids)


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
