"""The live side: who listens, and how a push crosses processes.

Socket.IO rooms are named like topics. One manager carries pushes between processes: PostgreSQL
NOTIFY on one machine, Redis beyond. NOTIFY goes out on a connection of its own, after the commit,
because inside a transaction it would serialise all commits.
"""
from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

import psycopg
import structlog
from flask_socketio import SocketIO
from socketio.packet import Packet
from socketio.pubsub_manager import PubSubManager

log = structlog.get_logger(__name__)

T = TypeVar("T")

CHANNEL = "wms_push"
LONGEST = 7900  # bytes; PostgreSQL refuses a NOTIFY payload of 8,000 or more
RETRY_SECONDS = 1.0
NAMESPACES = {"person": "/terminal", "station": "/station"}

Row = dict[str, Any]
Complete = Callable[[list[Row]], list[Row]]

socketio = SocketIO()
_completes: dict[str, Complete] = {}
_inside: Callable[[], AbstractContextManager[Any]] = nullcontext  # where they run
_turns: dict[str, Any] = {}  # the thread pool, of one thread, of each name
_sender: PubSubManager | None = None  # set in processes that push but serve no sockets (worker, cli)


def completes(name: str) -> Callable[[Complete], Complete]:
    """Decorator: the function adds to events of this name what their screens would ask for next.

    It gets the `data` of many at once, and returns each with what it adds. It runs in every process whose sockets must
    hear them, after the commit, and opens a transaction of its own. An event that came too late for it goes without.
    """

    def register(complete: Complete) -> Complete:
        _completes[name] = complete
        return complete

    return register


def complete_inside(context: Callable[[], AbstractContextManager[Any]]) -> None:
    """Let what completes events run inside this context."""
    global _inside
    _inside = context


class TextPacket(Packet):  # type: ignore[misc]  # python-socketio carries no types
    """Nothing that we say is binary: each answer is not searched for bytes, which took as long as writing it."""

    uses_binary_events = False


class _Completing(PubSubManager):  # type: ignore[misc]  # python-socketio carries no types
    """Hundreds of terminals that hear the same news would all ask at once, and wait for each other: what they would
    ask for is looked up for all of them together, and goes out with the news."""

    AT_ONCE = 50  # events; between those of a long list, other scans are answered

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._due: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def _handle_emit(self, message: dict[str, Any]) -> None:
        row = message["data"][0] if message["event"] == "event" and message["data"] else {}
        name = row.get("name")
        if name not in _completes or not self._is_here(message):
            super()._handle_emit(message)
            return
        self._due[name].append(message)
        if len(self._due[name]) == 1:
            self.server.start_background_task(self._send_due, name)

    def _is_here(self, message: dict[str, Any]) -> bool:
        """Whether a socket of this process hears it."""
        return bool(self.rooms.get(message["namespace"], {}).get(message["room"]))

    def _send_due(self, name: str) -> None:
        due = self._due[name]
        while due:
            some = due[: self.AT_ONCE]
            rows = _completed(name, [message["data"][0] for message in some])
            for message, row in zip(some, rows, strict=True):
                super()._handle_emit({**message, "data": [row]})
            del due[: self.AT_ONCE]
            socketio.sleep(0)


def _completed(name: str, rows: list[Row]) -> list[Row]:
    """These events with what was added; as they were, when that fails: their terminals then ask."""
    try:
        with _inside():
            made = _completes[name]([row["data"] for row in rows])
        return [{**row, "data": data} for row, data in zip(rows, made, strict=True)]
    except Exception:
        log.warning("event_not_completed", name=name, exc_info=True)
        return rows


class NotifyManager(_Completing):
    """python-socketio's client manager over LISTEN/NOTIFY."""

    name = "notify"

    def __init__(self, conninfo: str, channel: str = CHANNEL, write_only: bool = False) -> None:
        super().__init__(channel=channel, write_only=write_only, logger=None)
        self._conninfo = conninfo
        self._out: psycopg.Connection[Any] | None = None
        self._lock = threading.Lock()
        self._kept: list[str] | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is said inside the block, which must not wait for anything, goes to other processes at once after it."""
        self._kept = []
        try:
            yield
        finally:
            payloads, self._kept = self._kept, None
            self._notify(payloads)

    def _publish(self, data: dict[str, Any]) -> None:
        payload = json.dumps(data, separators=(",", ":"), default=str)
        if len(payload.encode()) > LONGEST:
            payload = json.dumps(_hint(data), separators=(",", ":"))
        if self._kept is not None:
            self._kept.append(payload)
        else:
            self._notify([payload])

    def _notify(self, payloads: list[str]) -> None:
        with self._lock:
            self._notify_now(payloads)

    def _notify_now(self, payloads: list[str]) -> None:
        for fresh in (False, True):  # the second try is on a new connection
            try:
                if fresh or self._out is None or self._out.closed:
                    self._out = psycopg.connect(self._conninfo, autocommit=True)
                self._out.execute("SELECT pg_notify(%s, p) FROM unnest(%s::text[]) AS p", (self.channel, payloads))
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

        class Manager(_Completing, RedisManager):  # type: ignore[misc]
            """python-socketio's own, over Redis."""

        return Manager(redis, write_only=write_only)
    return NotifyManager(database, write_only=write_only)


def send_only(sender: PubSubManager) -> None:
    """Let this process, which serves no sockets, push through `sender`."""
    global _sender
    _sender = sender


def push(rows: Sequence[Row]) -> None:
    """Push event rows to whoever listens to their topics, in any process."""
    manager = _sender or (socketio.server and socketio.server.manager)
    with manager.together() if isinstance(manager, NotifyManager) else nullcontext():
        for row in rows:
            _emit("event", row, row["topic"], NAMESPACES[row["topic"].split(":")[0]])


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
