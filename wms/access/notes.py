"""What supervisors tell people on their devices: sent, waiting, read; and devices that are sent home."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import select, update

from wms.access import rules
from wms.access.endings import end_sessions, good
from wms.access.events import NoteRead, NoteSent
from wms.access.models import DeviceSession, FloorNote, Posting
from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish

log = structlog.get_logger(__name__)


def send(by: Actor, person_id: int, *, text: str = "", phrase: str = "") -> FloorNote:
    """Tell a person of this warehouse something; who is not there finds it when they come.

    Raises `access.unknown_person`, and `access.empty_note` without words.
    """
    here = select(Posting.id).where(Posting.person_id == person_id, Posting.warehouse_id == by.warehouse_id)
    if db.session.execute(here.limit(1)).first() is None:
        raise WmsError("access.unknown_person")
    if not phrase and not rules.plain_words(text):
        raise WmsError("access.empty_note")
    return _tell(by, person_id, None, "note", text, phrase)


def send_home(by: Actor, session_id: int, how: str, *, text: str = "", phrase: str = "") -> FloorNote:
    """Send the device of a session to its start screen, or (`how` out) sign it out; it shows who did so and why.

    Raises `access.not_signed_in` when nobody is at work with it any more.
    """
    its = (DeviceSession.id == session_id, DeviceSession.warehouse_id == by.warehouse_id, *good(now()))
    session = db.session.execute(select(DeviceSession).where(*its).with_for_update()).scalar_one_or_none()
    if session is None:
        raise WmsError("access.not_signed_in")
    if how == "out":
        end_sessions("sent_home", DeviceSession.id == session_id)
    return _tell(by, session.person_id, session_id, how, text, phrase)


def _tell(by: Actor, person_id: int, session_id: int | None, kind: str, text: str, phrase: str) -> FloorNote:
    note = FloorNote(
        warehouse_id=by.warehouse_id, person_id=person_id, session_id=session_id, kind=kind, phrase=phrase,
        text="" if phrase else rules.plain_words(text), by_id=by.person_id, by_name=by.name, at=now(),
    )  # fmt: skip
    db.session.add(note)
    db.session.flush()
    stations = _stations(person_id)
    publish(NoteSent(by.warehouse_id, note.id, person_id, session_id, stations, kind, phrase, note.text, by.name))
    log.info("note_sent", note=note.id, kind=kind, person=person_id, by=by.person_id)
    return note


def _stations(person_id: int) -> tuple[int, ...]:
    at = select(DeviceSession.station_id).where(
        DeviceSession.person_id == person_id, DeviceSession.station_id.is_not(None), DeviceSession.ended_at.is_(None),
        DeviceSession.expires_at > now(),
    )  # fmt: skip
    return tuple(sorted(each for each in db.session.execute(at.distinct()).scalars() if each is not None))


def waiting(person_id: int) -> Sequence[FloorNote]:
    """What a person has not read yet, oldest first."""
    unread = select(FloorNote).where(FloorNote.person_id == person_id, FloorNote.read_at.is_(None))
    return db.session.execute(unread.order_by(FloorNote.id).limit(20)).scalars().all()


def read(person_id: int, note_id: int) -> None:
    """A person has read what they were told. The first time counts. Raises `access.unknown_note`."""
    mine = (FloorNote.id == note_id, FloorNote.person_id == person_id)
    house = db.session.execute(
        update(FloorNote).where(*mine, FloorNote.read_at.is_(None)).values(read_at=now())
        .returning(FloorNote.warehouse_id)
    ).scalar_one_or_none()  # fmt: skip
    if house is not None:
        publish(NoteRead(house, note_id, person_id))
    elif db.session.execute(select(FloorNote.id).where(*mine)).first() is None:
        raise WmsError("access.unknown_note")


def page(warehouse_id: int, person_id: int, cursor: int | None, limit: int) -> Sequence[FloorNote]:
    """What was told to a person in a warehouse, newest first."""
    which = [FloorNote.warehouse_id == warehouse_id, FloorNote.person_id == person_id]
    if cursor is not None:
        which.append(FloorNote.id < cursor)
    asked = select(FloorNote).where(*which).order_by(FloorNote.id.desc()).limit(limit)
    return db.session.execute(asked).scalars().all()


def shown(note: FloorNote) -> dict[str, Any]:
    """A note as devices and desks get it."""
    facts = {name: getattr(note, name) for name in ("id", "person_id", "session_id", "kind", "phrase", "text")}
    read_at = note.read_at.isoformat() if note.read_at else None
    return {**facts, "by": note.by_name, "at": note.at.isoformat(), "read_at": read_at}
