"""The websocket door: who may connect, what they missed, and one event that carries every command."""
from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

import structlog
from flask import request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import Namespace, join_room

from wms.access import service as access
from wms.core import event
from wms.core.actor import Actor
from wms.core.bus import socketio
from wms.core.error import WmsError
from wms.core.metrics import SOCKETS
from wms.core.scan import answer, as_refusal
from wms.core.transaction import transaction

log = structlog.get_logger(__name__)


class Door(Namespace):  # type: ignore[misc]  # flask_socketio carries no types
    """One namespace. Whoever connects is signed in by the token of their HTTP session."""

    def __init__(self, namespace: str) -> None:
        super().__init__(namespace)
        self._actors: dict[str, Actor] = {}

    def topic(self, actor: Actor) -> str | None:
        """The sequenced topic of this namespace for this actor, None when it has none."""
        return None

    def rooms_of(self, actor: Actor) -> list[str]:
        topic = self.topic(actor)
        return [topic] if topic else []

    def on_connect(self, auth: Any = None) -> None:
        auth = auth if isinstance(auth, dict) else {}
        actor = self._sign_in(str(auth.get("token", "")))
        self._actors[request.sid] = actor  # type: ignore[attr-defined]
        for room in self.rooms_of(actor):
            join_room(room)
        SOCKETS.labels(self.namespace).inc()
        topic = self.topic(actor)
        if topic:
            self._send_missed(topic, auth.get("after"))

    def _sign_in(self, token: str) -> Actor:
        try:
            with transaction():
                return access.authenticate(token)
        except Exception as error:
            refused = as_refusal(error)
            raise Refused(refused.text("en"), {"code": refused.code, "text": refused.text("en")}) from None

    def _send_missed(self, topic: str, after: Any) -> None:
        with transaction():
            last = event.last_seq(topic)
            # A device that has seen nothing yet starts from now; its first screen holds the rest.
            rows = event.missed(topic, after) if isinstance(after, int) and after > 0 else []
        self.emit("missed", {"rows": rows, "seq": last}, room=request.sid)  # type: ignore[attr-defined]

    def on_disconnect(self, reason: str = "") -> None:
        if self._actors.pop(request.sid, None) is not None:  # type: ignore[attr-defined]
            SOCKETS.labels(self.namespace).dec()

    def on_resume(self, body: Any) -> list[dict[str, Any]]:
        topic = self.topic(self._actors[request.sid])  # type: ignore[attr-defined]
        after = body.get("after") if isinstance(body, dict) else None
        if topic is None or not isinstance(after, int):
            return []
        with transaction():
            return event.missed(topic, after)

    def on_command(self, name: Any, body: Any) -> dict[str, Any]:
        actor = self._actors.get(request.sid)  # type: ignore[attr-defined]
        if actor is None:
            raise WmsError("core.not_signed_in")
        return answer(str(name), body, actor).body

    def sessions(self) -> dict[int, list[str]]:
        """The sockets of this process by the session that they belong to."""
        found: dict[int, list[str]] = defaultdict(list)
        for sid, actor in self._actors.items():
            if actor.session_id is not None:
                found[actor.session_id].append(sid)
        return found


class TerminalDoor(Door):
    def topic(self, actor: Actor) -> str | None:
        return f"person:{actor.person_id}"


class StationDoor(Door):
    def topic(self, actor: Actor) -> str | None:
        return f"station:{actor.station_id}" if actor.station_id is not None else None


class BoardDoor(Door):
    def rooms_of(self, actor: Actor) -> list[str]:
        return [f"board:{actor.warehouse_id}"]


DOORS = (TerminalDoor("/terminal"), StationDoor("/station"), BoardDoor("/board"))
LOOK_SECONDS = 5
KEEP_ALIVE_SECONDS = 300


def bind() -> None:
    """Open the doors on the Socket.IO server."""
    for door in DOORS:
        socketio.on_namespace(door)


def watch_sessions(app: Any) -> None:
    """Close the sockets of sessions that ended, and keep those with an open socket from ending as idle. For ever.

    Asked every few seconds for all sockets together, because asking at every scan would cost each scan a query.
    """
    touched = time.monotonic()
    while True:
        socketio.sleep(LOOK_SECONDS)
        due = time.monotonic() - touched > KEEP_ALIVE_SECONDS
        try:
            with app.app_context():
                _look_at_sessions(touch=due)
            touched = time.monotonic() if due else touched
        except Exception:
            log.warning("sessions_not_looked_at", exc_info=True)


def _look_at_sessions(*, touch: bool) -> None:
    open_now = {door: door.sessions() for door in DOORS}
    ids = {session_id for sockets in open_now.values() for session_id in sockets}
    if not ids:
        return
    with transaction():
        over = access.ended(ids)
        if touch:
            access.touch(ids - over)
    for door, sockets in open_now.items():
        for session_id in over & sockets.keys():
            for sid in sockets[session_id]:
                socketio.server.disconnect(sid, namespace=door.namespace)
