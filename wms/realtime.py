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
from wms.core import bus, event
from wms.core.actor import Actor
from wms.core.bounds import LARGEST
from wms.core.bus import socketio
from wms.core.envelope import refusal
from wms.core.error import WmsError
from wms.core.metrics import SOCKETS
from wms.core.scan import answer, as_refusal, registry
from wms.core.transaction import transaction

log = structlog.get_logger(__name__)


class Door(Namespace):  # type: ignore[misc]  # flask_socketio carries no types
    """One namespace. Whoever connects is signed in by the token of their HTTP session."""

    def __init__(self, namespace: str) -> None:
        super().__init__(namespace)
        self.app: Any = None  # set when the doors are opened
        self._actors: dict[str, Actor] = {}
        self._used: set[int] = set()

    def topic(self, actor: Actor) -> str | None:
        """The sequenced topic of this namespace for this actor, None when it has none."""
        return None

    def rooms_of(self, actor: Actor) -> list[str]:
        topic = self.topic(actor)
        return [topic] if topic else []

    def on_connect(self, auth: Any = None) -> None:
        auth = auth if isinstance(auth, dict) else {}
        try:
            self._let_in(str(auth.get("token", "")), auth.get("after"))
        except Exception as error:
            refused = as_refusal(error)
            raise Refused(refused.text("en"), {"code": refused.code, "text": refused.text("en")}) from None

    def _let_in(self, token: str, after: Any) -> None:
        with transaction():
            actor = access.authenticate(token)
        topic = self.topic(actor)
        for room in self.rooms_of(actor):  # before looking for what was missed, so that nothing falls in between
            join_room(room)
        missed = _missed(topic, after) if topic else None
        self._actors[request.sid] = actor  # type: ignore[attr-defined]
        SOCKETS.labels(self.namespace).inc()
        if missed is not None:
            self.emit("missed", missed, room=request.sid)  # type: ignore[attr-defined]

    def on_disconnect(self, reason: str = "") -> None:
        if self._actors.pop(request.sid, None) is not None:  # type: ignore[attr-defined]
            SOCKETS.labels(self.namespace).dec()

    def on_resume(self, body: Any) -> list[dict[str, Any]]:
        actor = self._actors.get(request.sid)  # type: ignore[attr-defined]
        topic = self.topic(actor) if actor else None
        after = body.get("after") if isinstance(body, dict) else None
        if topic is None or not _is_seq(after):
            return []
        with transaction():
            return event.missed(topic, after)

    def trigger_event(self, event: str, *args: Any) -> Any:
        """A command needs nothing of the request that opened the socket; to rebuild that costs as much as a scan."""
        if event == "command" and len(args) == 3:
            with self.app.app_context():
                return self.command(*args)
        return super().trigger_event(event, *args)

    def command(self, sid: str, name: Any, body: Any) -> dict[str, Any]:
        """Answer one command of the device behind this socket."""
        actor = self._actors.get(sid)
        if actor is None:
            return refusal(WmsError("core.not_signed_in"), "en")
        declared = registry.get(str(name))
        if actor.session_id is not None and not (declared and declared.by_itself):
            self._used.add(actor.session_id)
        return answer(str(name), body, actor).body

    def sessions(self) -> dict[int, list[str]]:
        """The sockets of this process by the session that they belong to."""
        found: dict[int, list[str]] = defaultdict(list)
        for sid, actor in self._actors.items():
            if actor.session_id is not None:
                found[actor.session_id].append(sid)
        return found

    def used(self) -> set[int]:
        """The sessions that asked for something since this was last called."""
        used, self._used = self._used, set()
        return used


def _missed(topic: str, after: Any) -> dict[str, Any]:
    """What a device that has seen a topic up to `after` must hear, and the topic's newest number.

    A device that has seen nothing yet starts from now; its first screen holds the rest.
    """
    with transaction():
        last = event.last_seq(topic)
        return {"rows": event.missed(topic, after) if _is_seq(after) and after > 0 else [], "seq": last}


def _is_seq(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value <= LARGEST


class TerminalDoor(Door):
    def topic(self, actor: Actor) -> str | None:
        return f"person:{actor.person_id}" if actor.person_id is not None else None


class StationDoor(Door):
    def topic(self, actor: Actor) -> str | None:
        return f"station:{actor.station_id}" if actor.station_id is not None else None


# What is shown on `/board`: the supervisors' board, and the walls at which goods are sorted.
BOARD_SCREENS = ("board.snapshot", "wall.state")


class BoardDoor(Door):
    def rooms_of(self, actor: Actor) -> list[str]:
        """Whoever may see none of its screens does not hear when its warehouse changes either."""
        may = {"admin"}.union(*(registry[name].posts for name in BOARD_SCREENS))
        return [f"board:{actor.warehouse_id}"] if actor.posts & may else []


DOORS = (TerminalDoor("/terminal"), StationDoor("/station"), BoardDoor("/board"))
LOOK_SECONDS = 5
NOTE_SECONDS = 60


def bind(app: Any) -> None:
    """Open the doors on the Socket.IO server."""
    for door in DOORS:
        door.app = app
        socketio.on_namespace(door)
    bus.complete_inside(app.app_context)
    access.when_ended(lambda: socketio.start_background_task(_close_now, app))


def _close_now(app: Any) -> None:
    with app.app_context():
        close_ended()


def watch_sessions(app: Any) -> None:
    """Close the sockets of sessions that ended or stood idle, and note which are in use. For ever.

    Asked every few seconds for all sockets together, because asking at every scan would cost each scan a query.
    """
    noted = time.monotonic()
    used: set[int] = set()
    while True:
        socketio.sleep(LOOK_SECONDS)
        used |= {session_id for door in DOORS for session_id in door.used()}
        try:
            with app.app_context():
                if time.monotonic() - noted > NOTE_SECONDS:
                    note_use(used)
                    noted, used = time.monotonic(), set()
                close_ended()
        except Exception:
            log.warning("sessions_not_looked_at", exc_info=True)


def note_use(session_ids: set[int]) -> None:
    """These sessions are not idle: something was asked on their sockets."""
    with transaction():
        access.touch(session_ids)


def close_ended() -> None:
    """Close the sockets of this process whose sessions are worth nothing any more."""
    open_now = {door: door.sessions() for door in DOORS}
    ids = {session_id for sockets in open_now.values() for session_id in sockets}
    if not ids:
        return
    with transaction():
        over = access.ended(ids)
    for door, sockets in open_now.items():
        for session_id in over & sockets.keys():
            for sid in sockets[session_id]:
                socketio.server.disconnect(sid, namespace=door.namespace)
