"""The floor as supervisors see it: who is signed in on which device, and what it shows right now.

Devices tell what they show a few times a minute, each on its own. That is gathered for a moment and written down in
one statement for all of them, so that no scan pays for it. What is lost with a process is told again soon after.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import Row, and_, case, func, select
from sqlalchemy.dialects.postgresql import insert

from wms.access import endings
from wms.access.models import DeviceSession, DeviceState, FloorNote, Person
from wms.core import bus
from wms.core.clock import now
from wms.core.db import db
from wms.core.transaction import transaction

log = structlog.get_logger(__name__)

PAUSE = 1.0  # seconds that are gathered
SAME = ("screen", "step", "task", "done")  # while these are, a device shows what it showed
_told: dict[int, dict[str, Any]] = {}  # by session, until it is written down


def tell(session_id: int, shown: dict[str, Any]) -> None:
    """The device of a session says what it shows; written down within a second, or when somebody looks."""
    moment = now()
    first = not _told
    _told[session_id] = {**shown, "session_id": session_id, "since": moment, "told_at": moment}
    if first and bus.socketio.server is not None:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        bus.socketio.start_background_task(_later, app)


def _later(app: Flask) -> None:
    bus.socketio.sleep(PAUSE)
    try:
        with app.app_context(), transaction():
            write_down()
    except Exception:
        log.warning("screens_not_written", exc_info=True)


def write_down() -> None:
    """Write down what this process has been told. A device that shows the same as before has shown it since then."""
    rows = [_told.pop(each) for each in sorted(_told)]
    if not rows:
        return
    made = insert(DeviceState).values(rows)
    new = made.excluded
    same = and_(*(getattr(DeviceState, name).is_not_distinct_from(new[name]) for name in SAME))
    changed = {name: new[name] for name in rows[0] if name not in ("session_id", "since")}
    changed["since"] = case((same, DeviceState.since), else_=new["since"])
    db.session.execute(made.on_conflict_do_update(index_elements=["session_id"], set_=changed))


def page(warehouse_id: int, cursor: int | None, limit: int, person_id: int | None) -> Sequence[Row[Any]]:
    """Who is signed in at a warehouse now, each with what their device shows, newest session first."""
    write_down()
    unread = (
        select(func.count())
        .where(FloorNote.person_id == DeviceSession.person_id, FloorNote.read_at.is_(None),
               FloorNote.warehouse_id == warehouse_id)
        .scalar_subquery()
    )  # fmt: skip
    which = [DeviceSession.warehouse_id == warehouse_id, *endings.good(now())]
    if cursor is not None:
        which.append(DeviceSession.id < cursor)
    if person_id is not None:
        which.append(DeviceSession.person_id == person_id)
    asked = (
        select(DeviceSession, DeviceState, Person.name, Person.badge, endings.STATION, unread.label("unread"))
        .join(Person, Person.id == DeviceSession.person_id)
        .outerjoin(DeviceState, DeviceState.session_id == DeviceSession.id)
        .where(*which)
        .order_by(DeviceSession.id.desc())
        .limit(limit)
    )
    return db.session.execute(asked).all()
