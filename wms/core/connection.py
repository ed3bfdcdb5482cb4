"""Our connections to the database: psycopg's, with two habits changed that cost scans time.

psycopg forgets every plan of a connection when a transaction is undone, in case it had changed tables. Ours never
do, and a refused scan is undone every time: the next ones would all be planned anew. And in a process of green
threads psycopg waits through a stand-in for `poll`; gevent's own way to wait takes a third of the time.
"""
from __future__ import annotations

from typing import Any

import psycopg
from psycopg._preparing import PrepareManager
from psycopg.abc import PQGen
from sqlalchemy import Engine, event

_READ, _WRITE = 1, 2  # of psycopg's `Wait` and of gevent's loop alike


class _KeptPlans(PrepareManager):
    def clear(self) -> bool:
        return False


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
    return (GreenConnection if _is_green() else Connection).connect(*positional, **named)


def _is_green() -> bool:
    import sys

    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("socket"))
