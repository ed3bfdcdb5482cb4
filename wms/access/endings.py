"""How sessions end, and the record of shifts that they leave."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, literal_column, select, update

from wms.access import recent, rules
from wms.access.models import DeviceSession, Person
from wms.core.clock import now
from wms.core.db import db
from wms.core.transaction import after_commit

# Access lies below layout, so it reads this table by name instead of importing its model.
STATION = literal_column("(SELECT code FROM station WHERE station.id = device_session.station_id)").label("station")
_watchers: list[Callable[[], None]] = []


def when_ended(act: Callable[[], None]) -> None:
    """Have `act` called, after the commit, when this process has ended sessions of others: sockets are to be closed."""
    _watchers.append(act)


def good(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions of sessions that are good at this moment."""
    return (
        DeviceSession.ended_at.is_(None),
        DeviceSession.expires_at > moment,
        DeviceSession.seen_at > moment - rules.IDLE_LENGTH,
    )


def end_sessions(how: str, *which: ColumnElement[bool]) -> None:
    """End those of these sessions that are good yet. `how`: one of models.ENDINGS.

    Whoever asks this process next is refused; other processes look within 5 seconds.
    """
    moment = now()
    db.session.execute(
        update(DeviceSession)
        .where(*good(moment), *which)
        .values(ended_at=moment, ended_how=how)
        .execution_options(synchronize_session=False)
    )
    after_commit(_tell)


def _tell() -> None:
    recent.forget()
    for act in _watchers:
        act()


def ending(session: Any, moment: datetime) -> tuple[datetime | None, str | None]:
    """When and how a session ended, (None, None) while it is good."""
    by_itself = rules.ran_out(session.seen_at, session.expires_at, moment)
    if session.ended_at is not None:
        return session.ended_at, session.ended_how or "signed_out"
    return by_itself or (None, None)


def shifts(ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Who worked on which device, from when to when."""
    asked = (
        select(DeviceSession, Person.name, Person.badge, STATION)
        .join(Person, Person.id == DeviceSession.person_id)
        .where(DeviceSession.id.in_(ids))
    )
    return db.session.execute(asked).all()
