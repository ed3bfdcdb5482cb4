"""The one place where a transaction begins and ends.

It opens only at the edge (views, terminal handlers, jobs, command line). Returning commits, raising
undoes. What must be told to the outside goes out after the commit, never before.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import psycopg
import structlog
from flask_sqlalchemy.session import Session
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import scoped_session

from wms.core import prepared
from wms.core.db import db
from wms.core.prepared import Prepared, Rows, Values

log = structlog.get_logger(__name__)

T = TypeVar("T")
TRIES = 4  # of a transaction that PostgreSQL undid so that another could go on
PAUSE = 0.02  # seconds before the second try, and as much more before each later one


@dataclass
class _Open:
    before: list[Callable[[], None]] = field(default_factory=list)
    last: list[tuple[Prepared, Values, Callable[[Rows], None] | None]] = field(default_factory=list)
    behind: list[tuple[Prepared, Values]] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)


_open: ContextVar[_Open | None] = ContextVar("open_transaction", default=None)


@contextmanager
def transaction() -> Iterator[scoped_session[Session]]:
    """Open a transaction on the session; commit on return, undo on an exception.

    Raises RuntimeError when one is already open: a verb that needs another verb calls it inside.
    """
    if _open.get() is not None:
        raise RuntimeError("a transaction is already open: open it at the edge only")
    token = _open.set(pending := _Open())
    try:
        yield db.session
        db.session.flush()
        for act in pending.before:
            act()
        told = _commit(pending)
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _open.reset(token)
        db.session.remove()
    for act in (*told, *pending.after):
        _attempt(act)


def _commit(pending: _Open) -> list[Callable[[], None]]:
    """Commit, the last statements in the same round trip; returns what is to be done with their rows."""
    told: list[Callable[[], None]] = []
    if pending.last or pending.behind:
        found = prepared.finish([(statement, values) for statement, values, _ in pending.last], pending.behind)
        told = [partial(then, rows) for (_, _, then), rows in zip(pending.last, found, strict=True) if then]
    db.session.commit()  # which costs nothing when it has happened
    return told


def carry_out(act: Callable[[], T]) -> T:
    """Run `act` in a transaction of its own and return its result.

    Locks are taken in one order, but what reaches over many rooms may still meet in a deadlock. PostgreSQL
    then undoes one of the two; it is simply run again, so `act` must do nothing outside the transaction. It
    waits a moment first: the other is only just being woken, and would be met in the same deadlock.
    """
    for tried in range(1, TRIES):
        try:
            with transaction():
                return act()
        except DBAPIError as error:
            if not isinstance(error.orig, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure):
                raise
            log.warning("transaction_again", reason=type(error.orig).__name__)
        time.sleep(PAUSE * tried)
    with transaction():
        return act()


@contextmanager
def attempt() -> Iterator[None]:
    """A part of the open transaction that is undone by itself when it raises, with all that it would have told and done
    at the commit."""
    pending, info = _current(), {name: copy(each) for name, each in db.session.info.items()}
    lists: tuple[list[Any], ...] = (pending.before, pending.last, pending.behind, pending.after)
    lengths = [len(each) for each in lists]
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
    except BaseException:
        for each, length in zip(lists, lengths, strict=True):
            del each[length:]
        db.session.info.clear()
        db.session.info.update(info)
        raise


def before_commit(act: Callable[[], None]) -> None:
    """Run `act` inside the transaction, just before it commits."""
    _current().before.append(act)


def with_commit(statement: Prepared, values: Values, then: Callable[[Rows], None] | None = None) -> None:
    """Carry out a statement as the last of the transaction, in one round trip with its commit.

    `then` gets its rows once the transaction is committed, and must not raise. When the statement fails, the
    whole transaction is undone.
    """
    _current().last.append((statement, values, then))


def alone(statement: Prepared, values: Values) -> Rows:
    """The rows of one statement that is a transaction of its own, in one round trip."""
    found: Rows = []
    with transaction():
        with_commit(statement, values, found.extend)
    return found


def behind_commit(statement: Prepared, values: Values) -> None:
    """Carry out a statement once the transaction is committed, in the same round trip; dropped when it is undone.

    For what should neither wait for us nor lengthen the commit, such as a NOTIFY. See `prepared.finish` for what
    happens when it fails.
    """
    _current().behind.append((statement, values))


def after_commit(act: Callable[[], None]) -> None:
    """Run `act` once the transaction is committed; dropped when it is undone.

    A failure there is logged, not raised: the change already stands, and whoever missed the push
    asks for it by sequence number.
    """
    _current().after.append(act)


def _current() -> _Open:
    pending = _open.get()
    if pending is None:
        raise RuntimeError("no transaction is open")
    return pending


def _attempt(act: Callable[[], None]) -> None:
    try:
        act()
    except Exception:
        log.exception("after_commit_failed")
