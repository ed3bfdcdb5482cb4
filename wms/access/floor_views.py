"""The floor over HTTP, for supervisors: what each device shows, notes to people, devices sent home."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView

from wms.access import floor, notes, rules, schemas
from wms.access.views import blueprint
from wms.core.clock import now
from wms.core.http import actor, change, page_of, signed_in
from wms.core.transaction import transaction

SUPERVISORS = "admin supervisor"
UNTOLD = {"screen": None, "step": "", "task": "", "done": None, "total": None, "unsent": 0, "refused": 0,
          "battery": None, "charging": None}  # fmt: skip


@blueprint.route("/floor")
class Floor(MethodView):
    @signed_in(SUPERVISORS)
    @blueprint.arguments(schemas.AtWorkQuery, location="query")
    @blueprint.response(200, schemas.AtWorkPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Who is signed in here, and the screen that their device shows right now."""
        with transaction():
            rows = floor.page(actor().warehouse_id, query["cursor"], query["limit"], query["person"])
            return page_of([_signed_in(row) for row in rows], query["limit"])


def _signed_in(row: Any) -> dict[str, Any]:
    session, state = row.DeviceSession, row.DeviceState
    told = {name: getattr(state, name) for name in UNTOLD} if state else UNTOLD
    return {
        **told,
        "id": session.id,
        "person_id": session.person_id,
        "person": row.name,
        "badge": row.badge,
        "device": session.device,
        "enrolled": session.device_id is not None,
        "station": row.station,
        "begun_at": session.created_at.isoformat(),
        "seen_at": max(session.seen_at, state.told_at if state else session.seen_at).isoformat(),
        "since": state.since.isoformat() if state else None,
        "lamp": rules.lamp(state.lamp, state.told_at, now()) if state else None,
        "unread": row.unread,
    }


@blueprint.route("/floor/<int:session_id>/home")
class SentHome(MethodView):
    @signed_in(SUPERVISORS)
    @blueprint.arguments(schemas.WayHome)
    @blueprint.response(201, schemas.NoteView)
    def post(self, body: dict[str, Any], session_id: int) -> dict[str, Any]:
        """Send a device to its start screen, or sign it out. It shows who did so, and why."""
        hashed = {**body, "session_id": session_id}
        return change("floor.home", hashed, lambda: notes.shown(notes.send_home(actor(), session_id, **body)))


@blueprint.route("/people/<int:person_id>/notes")
class Notes(MethodView):
    @signed_in(SUPERVISORS)
    @blueprint.arguments(schemas.PageQuery, location="query")
    @blueprint.response(200, schemas.NotePage)
    def get(self, query: dict[str, Any], person_id: int) -> dict[str, Any]:
        """What a person was told here, newest first, and when they read it."""
        with transaction():
            found = notes.page(actor().warehouse_id, person_id, query["cursor"], query["limit"])
            return page_of([notes.shown(each) for each in found], query["limit"])

    @signed_in(SUPERVISORS)
    @blueprint.arguments(schemas.NewNote)
    @blueprint.response(201, schemas.NoteView)
    def post(self, body: dict[str, Any], person_id: int) -> dict[str, Any]:
        """Tell a person something: their device shows it now, or when they next sign in, until they have read it."""
        hashed = {**body, "person_id": person_id}
        return change("people.note", hashed, lambda: notes.shown(notes.send(actor(), person_id, **body)))
