"""Our connections to the database: psycopg's, with four habits changed that cost scans and imports time.

psycopg forgets every plan of a connection when a transaction is undone, in case it had changed tables. Ours never
do, and a refused scan is undone every time: the next ones would all be planned anew. It writes an array down value
by value. In a process of green threads it waits through a stand-in for `poll`; gevent's own way to wait takes a
third of the time. And it learns only from a failed statement that the server has gone, so that after a restart each
connection of the pool would refuse somebody once.
"""
from __future__ import annotations

from decimal import Decimal
from types import NoneType
from typing import Any

import psycopg
from psycopg._preparing import PrepareManager
from psycopg.abc import PQGen
from psycopg.types.array import ListDumper
from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

_READ, _WRITE = 1, 2  # of psycopg's `Wait` and of gevent's loop alike


class _KeptPlans(PrepareManager):
    def clear(self) -> bool:
        return False


class _PlainLists(ListDumper):
    """Lists of plain values at once: imports send millions of them."""

    def dump(self, obj: list[Any]) -> Any:
        kinds = set(map(type, obj))
        if obj and kinds <= {int, Decimal, NoneType}:
            return f"{{{','.join(['NULL' if each is None else str(each) for each in obj])}}}".encode()
        if kinds == {str} and "\0" not in (text := '","'.join(obj)):
            if "\\" in text or text.count('"') != 2 * (len(obj) - 1):
                text = '","'.join(each.replace("\\", "\\\\").replace('"', '\\"') for each in obj)
            return f'{{"{text}"}}'.encode()
        return super().dump(obj)


class Connection(psycopg.Connection[Any]):
    """One connection. `known` are the names of the statements that were prepared on it by us."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepared = _KeptPlans()
        self.known: set[str] = set()


class GreenConnection(Connection):
    """For processes whose sockets are gevent's."""

    def wait(self, gen: PQGen[Any], interval: float = 0.0, timeout: float | None = None) -> Any:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        from gevent import get_hub  # only such processes have one

        hub, number = get_hub(), self.pgconn.socket
        try:
            ready = next(gen)
            while True:
                hub.wait(hub.loop.io(number, ready))
                ready = gen.send(ready)
        except StopIteration as end:
            return end.value


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Any, record: Any, positional: Any, named: Any) -> Any:
    if dialect.driver != "psycopg":
        return None
    made = (GreenConnection if _is_green() else Connection).connect(*positional, **named)
    made.adapters.register_dumper(list, _PlainLists)
    return made


@event.listens_for(Pool, "checkout")
def _lives(raw: Any, record: Any, user: Any) -> None:
    """Have the pool replace a connection whose server is gone: its socket says so without a round trip."""
    if isinstance(raw, Connection):
        try:
            for _ in ("the server's last words", "the end of the stream"):
                raw.pgconn.consume_input()
        except psycopg.OperationalError as error:
            raise DisconnectionError(str(error)) from error


def _is_green() -> bool:
    import sys

    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("socket"))
