"""Statements of the hot paths: planned once on each connection, and sent without a round trip for BEGIN or COMMIT.

What a scan costs is its round trips. PostgreSQL takes several statements in one message, so the first statement of
a transaction travels with its BEGIN, and the last ones, whose results nothing waits for, with the COMMIT. Such a
message cannot carry parameters; it carries `EXECUTE` of a prepared statement, whose values psycopg writes out.
"""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import Pool

from wms.core.connection import Connection
from wms.core.db import db

_PARAMETER = re.compile(r"(?<!:):(\w+)")

Values = Mapping[str, Any]
Rows = list[Any]  # named tuples


class Prepared:
    """One statement, with parameters `:so`. Write `cast(:so AS bigint)` where its type does not show otherwise."""

    def __init__(self, name: str, sql: str) -> None:
        names = list(dict.fromkeys(_PARAMETER.findall(sql)))
        self.sql = sql
        self.name = f"wms_{name}"
        self.call = f"EXECUTE {self.name}" + (f" ({', '.join(f'%({each})s' for each in names)})" if names else "")
        numbered = _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
        self.prepare = f"PREPARE {self.name} AS {numbered}"


def execute(statement: Prepared, values: Values) -> Rows:
    """Carry out a statement in the open transaction; when it is the first, its BEGIN goes with it.

    What was changed of the session's objects is written before it, as before any other statement.
    """
    db.session.flush()
    return _send(db.session.connection(), [(statement, values)], commit=False)[0]


def finish(
    statements: Sequence[tuple[Prepared, Values]], behind: Sequence[tuple[Prepared, Values]] = ()
) -> list[Rows]:
    """Carry out these and COMMIT, all in one round trip; the rows of each. When one fails, nothing is committed.

    What stands `behind` the COMMIT travels with it and is a transaction of its own. When that fails the error is
    raised although the change stands, as when the connection is lost at that moment.
    """
    return _send(db.session.connection(), statements, behind, commit=True)


def _send(
    connection: SqlConnection, statements: Sequence[tuple[Prepared, Values]],
    behind: Sequence[tuple[Prepared, Values]] = (), *, commit: bool,
) -> list[Rows]:  # fmt: skip
    raw = connection.connection.driver_connection
    assert isinstance(raw, Connection)
    cursor = psycopg.ClientCursor(raw, row_factory=namedtuple_row)
    calls = [cursor.mogrify(statement.call, values) for statement, values in statements]
    after = [cursor.mogrify(statement.call, values) for statement, values in behind]
    before: list[str] = []
    try:
        if raw.pgconn.transaction_status == TransactionStatus.IDLE:
            raw.autocommit = True  # leaves the BEGIN to us, until `_checked_in`
            before = ["BEGIN"]
        _prepare(raw, cursor, [*statements, *behind])
        cursor.execute("; ".join([*before, *calls, *(["COMMIT"] if commit else []), *after]).encode())
        return _results(cursor)[len(before) :][: len(calls)]
    except psycopg.Error as error:
        raise _translated(connection, raw, error) from error


def _prepare(
    raw: Connection, cursor: psycopg.ClientCursor[Any], statements: Sequence[tuple[Prepared, Values]]
) -> None:
    """Prepare what this connection does not know yet: a message of its own, once in a connection's life."""
    for statement, _ in statements:
        if statement.name not in raw.known:
            cursor.execute(statement.prepare.encode())
            raw.known.add(statement.name)


def _results(cursor: psycopg.ClientCursor[Any]) -> list[Rows]:
    found = []
    while True:
        found.append(cursor.fetchall() if cursor.description else [])
        if not cursor.nextset():
            return found


def _translated(connection: SqlConnection, raw: Connection, error: psycopg.Error) -> Exception:
    """The error as SQLAlchemy raises it for statements of its own, a lost connection thrown away likewise."""
    if lost := raw.closed:
        connection.invalidate(error)
    translated = DBAPIError.instance(None, None, error, psycopg.Error, connection_invalidated=lost)
    assert isinstance(translated, Exception)
    return translated


@event.listens_for(Pool, "checkin")
def _checked_in(raw: Any, record: Any) -> None:
    """A connection that goes back to the pool has psycopg begin its transactions again."""
    if isinstance(raw, Connection) and raw.autocommit and not raw.closed:
        raw.autocommit = False
