"""The live side: who listens, and how a push crosses processes.

Socket.IO rooms are named like topics. One manager carries pushes between processes: PostgreSQL
NOTIFY on one machine, Redis beyond. NOTIFY goes out on a connection of its own, after the commit,
because inside a transaction it would serialise all commits.
"""
from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import psycopg
import structlog
from flask_socketio import SocketIO
from socketio.pubsub_manager import PubSubManager

log = structlog.get_logger(__name__)

T = TypeVar("T")

CHANNEL = "wms_push"
LONGEST = 7900  # bytes; PostgreSQL refuses a NOTIFY payload of 8,000 or more
RETRY_SECONDS = 1.0
NAMESPACES = {"person": "/terminal", "station": "/station"}

socketio = SocketIO()
_turns: dict[str, Any] = {}  # the thread pool, of one thread, of each name
_sender: PubSubManager | None = None  # set in processes that push but serve no sockets (worker, cli)


class NotifyManager(PubSubManager):  # type: ignore[misc]  # python-socketio carries no types
    """python-socketio's client manager over LISTEN/NOTIFY."""

    name = "notify"

    def __init__(self, conninfo: str, channel: str = CHANNEL, write_only: bool = False) -> None:
        super().__init__(channel=channel, write_only=write_only, logger=None)
        self._conninfo = conninfo
        self._out: psycopg.Connection[Any] | None = None
        self._lock = threading.Lock()

    def _publish(self, data: dict[str, Any]) -> None:
        payload = json.dumps(data, separators=(",", ":"), default=str)
        if len(payload.encode()) > LONGEST:
            payload = json.dumps(_hint(data), separators=(",", ":"))
        with self._lock:
            self._notify(payload)

    def _notify(self, payload: str) -> None:
        for fresh in (False, True):  # the second try is on a new connection
            try:
                if fresh or self._out is None or self._out.closed:
                    self._out = psycopg.connect(self._conninfo, autocommit=True)
                self._out.execute("SELECT pg_notify(%s, %s)", (self.channel, payload))
                return
            except psycopg.OperationalError:
                if fresh:
                    log.warning("push_not_sent")  # clients see the gap in the numbers and ask

    def _listen(self) -> Iterator[str]:
        while True:
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as listening:
                    listening.execute(f"LISTEN {self.channel}")
                    for notice in listening.notifies():
                        yield notice.payload
            except psycopg.OperationalError:
                log.warning("listen_interrupted")
                socketio.sleep(RETRY_SECONDS)


def _hint(data: dict[str, Any]) -> dict[str, Any]:
    """The same push without its contents: the client fetches by sequence number."""
    sent = data.get("data")
    row = sent[0] if isinstance(sent, list) and sent and isinstance(sent[0], dict) else {}
    return {**data, "data": [{"topic": row.get("topic"), "seq": row.get("seq"), "hint": True}]}


def manager(database: str, redis: str | None, *, write_only: bool = False) -> PubSubManager:
    """The client manager that the configuration asks for."""
    if redis:
        from socketio import RedisManager  # only then is a Redis server needed

        return RedisManager(redis, write_only=write_only)
    return NotifyManager(database, write_only=write_only)


def send_only(sender: PubSubManager) -> None:
    """Let this process, which serves no sockets, push through `sender`."""
    global _sender
    _sender = sender


def push(topic: str, row: dict[str, Any]) -> None:
    """Push one event row to whoever listens to its topic, in any process."""
    _emit("event", row, topic, NAMESPACES[topic.split(":")[0]])


def board_changed(warehouse_id: int) -> None:
    """Mark a warehouse's boards as due; each web process throttles what follows."""
    _boards.mark(warehouse_id)


def aside(compute: Callable[[], T], *, turn: str | None = None) -> T:
    """Do a long computation, which must touch no database and no socket, and return its result.

    A process that serves sockets answers them meanwhile: the computation has a system thread of its own.
    Those of one `turn` share a thread, one after the other. It is for libraries that take locks: with green threads
    these are gevent's, and a system thread that waits for another's may sleep for ever.
    """
    if socketio.server is None:
        return compute()
    from gevent import get_hub  # only processes with green threads have a hub that waits for others
    from gevent.threadpool import ThreadPool

    if turn is not None and turn not in _turns:
        _turns[turn] = ThreadPool(1)
    threads = get_hub().threadpool if turn is None else _turns[turn]
    result: T = threads.apply(compute)
    return result


def _emit(name: str, data: dict[str, Any], room: str, namespace: str) -> None:
    if _sender is not None:
        _sender.emit(name, data, namespace=namespace, room=room)
    elif socketio.server is not None:
        socketio.emit(name, data, namespace=namespace, to=room)


class _Boards:
    """Collects changes per warehouse and announces each at most twice a second."""

    PAUSE = 0.5  # seconds

    def __init__(self) -> None:
        self._due: set[int] = set()
        self._running = False
        self._lock = threading.Lock()

    def mark(self, warehouse_id: int) -> None:
        if _sender is None and socketio.server is None:
            return  # nobody can hear this process (command line, tests)
        with self._lock:
            self._due.add(warehouse_id)
            start, self._running = not self._running, True
        if start:
            self._start()

    def _start(self) -> None:
        if socketio.server is not None:
            socketio.start_background_task(self._announce)
        else:
            threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        while True:
            with self._lock:
                due, self._due = self._due, set()
                if not due:
                    self._running = False
                    return
            for warehouse_id in due:
                _emit("changed", {"warehouse_id": warehouse_id}, f"board:{warehouse_id}", "/board")
            (time.sleep if socketio.server is None else socketio.sleep)(self.PAUSE)


_boards = _Boards()
