"""The websocket door: who may connect, what they missed, and one event that carries every command."""
from __future__ import annotations

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

    def actors(self) -> list[Actor]:
        """Everyone connected to this process now."""
        return list(self._actors.values())


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
KEEP_ALIVE_SECONDS = 300


def bind() -> None:
    """Open the doors on the Socket.IO server."""
    for door in DOORS:
        socketio.on_namespace(door)


def keep_sessions_alive(app: Any) -> None:
    """Every five minutes, note which sessions have an open socket: they are not idle. Runs for ever."""
    while True:
        socketio.sleep(KEEP_ALIVE_SECONDS)
        try:
            with app.app_context(), transaction():
                access.touch(actor.session_id for door in DOORS for actor in door.actors() if actor.session_id)
        except Exception:
            log.warning("sessions_not_touched", exc_info=True)
