"""Signing in and out, and finding out who asks."""
from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, cast, exists, func, select, update
from sqlalchemy.dialects.postgresql import JSONB

# Entered from outside by these names here.
from wms.access.devices import OVER, open_to
from wms.access.devices import digest as digest
from wms.access.devices import digest_of_code as digest_of_code
from wms.access.devices import new_code as new_code
from wms.access.devices import one_time_code as one_time_code
from wms.access.endings import when_ended as when_ended
from wms.access.events import TerminalTaken
from wms.access.keys import PREFIX as API_KEY_PREFIX
from wms.access.keys import api_keys as api_keys
from wms.access.keys import create_api_key as create_api_key
from wms.access.keys import forget_nonces as forget_nonces
from wms.access.keys import make_api_key as make_api_key
from wms.access.keys import of_bearer
from wms.access.keys import of_signature as of_signature
from wms.access.keys import shown_api_key as shown_api_key
from wms.access.keys import sign as sign
from wms.access.keys import switch_api_key as switch_api_key
from wms.access.models import Device, DeviceSession, Person, Posting
from wms.access.people import add_person as add_person
from wms.access.pins import hash_pin as hash_pin
from wms.access.pins import identify as identify
from wms.access.recent import forget as forget
from wms.access.recent import recent as recent
from wms.access.recent import remember as remember
from wms.access.rules import CODE_GOOD_FOR as CODE_GOOD_FOR
from wms.access.rules import IDLE_LENGTH as IDLE_LENGTH
from wms.access.rules import SESSION_LENGTH
from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.prepared import Prepared, execute
from wms.core.resolve import Parameter, found, resolver

SEEN_EVERY = timedelta(minutes=1)  # how exactly it is noted when a session was last in use
# What is told of a session that was ended like this; of all others only that nobody is signed in.
ENDED = {**OVER, "sent_home": "access.sent_home"}


@resolver("person")
def _people(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    posted = exists().where(Posting.person_id == Person.id, Posting.warehouse_id == warehouse_id)
    return found("person", Person.id, Person.badge, Person.name).where(Person.badge == code, Person.active, posted)


def warehouses_of(person: Person, device: Device | None = None) -> list[int]:
    """Where a person may sign in with this device, where they belong first.

    Raises `access.no_posting` when they hold no post anywhere.
    """
    found = open_to(person.id, device)
    if not found:
        raise WmsError("access.no_posting", name=person.name)
    return found


def open_session(
    person: Person, device: str, station_id: int | None = None, warehouse_id: int | None = None,
    *, device_id: int | None = None,
) -> str:  # fmt: skip
    """Start a session in a warehouse (the person's first when None); returns its token, stored only as a hash.

    `device` is what the device is called, `device_id` is there when it is enrolled. Raises `access.no_posting` when
    the person holds no post anywhere.
    """
    warehouse_id = warehouse_id or warehouses_of(person)[0]
    token = secrets.token_urlsafe(32)
    moment = now()
    db.session.add(
        DeviceSession(
            token_hash=digest(token),
            person_id=person.id,
            warehouse_id=warehouse_id,
            station_id=station_id,
            device=device,
            device_id=device_id,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + SESSION_LENGTH,
        )
    )
    db.session.flush()
    return token


def shift_began(person_id: int) -> datetime:
    """Since when a person has been at work: their first session that is still good."""
    began = select(func.min(DeviceSession.created_at)).where(
        DeviceSession.person_id == person_id, DeviceSession.ended_at.is_(None), DeviceSession.expires_at > now()
    )
    return db.session.execute(began).scalar() or now() - SESSION_LENGTH


def go_to(session_id: int, warehouse_id: int) -> tuple[Person, str, list[int]]:
    """Go on in another warehouse; returns the person, their new token, and all warehouses where they may go on.

    The session ends and another begins, so that what was done in each warehouse stays apart. Raises
    `access.not_posted_there` (403).
    """
    session = db.session.get_one(DeviceSession, session_id)
    person = db.session.get_one(Person, session.person_id)
    device = db.session.get(Device, session.device_id) if session.device_id else None
    open = warehouses_of(person, device)
    if warehouse_id not in open:
        raise WmsError("access.not_posted_there")
    token = open_session(person, session.device, None, warehouse_id, device_id=session.device_id)
    close_session(session_id)
    return person, token, open


def close_session(session_id: int) -> None:
    """Sign out: the session's token is worth nothing from now on."""
    db.session.execute(
        update(DeviceSession)
        .where(DeviceSession.id == session_id, DeviceSession.ended_at.is_(None))
        .values(ended_at=now(), ended_how="signed_out")
    )


def take_terminal(actor: Actor) -> None:
    """The person goes on with this session's terminal. Of a program, which has no session, nothing is told."""
    if actor.person_id is None or actor.session_id is None:
        return
    device = db.session.execute(
        select(DeviceSession.device).where(DeviceSession.id == actor.session_id)
    ).scalar_one()
    publish(TerminalTaken(actor.person_id, actor.session_id, device))


def language_of(badge: str, otherwise: str) -> str:
    """The language of the person with this badge; for a badge that is nobody's, the other, found out the same way."""
    spoken = select(Person.locale).where(Person.badge == badge, Person.active).scalar_subquery()
    return str(db.session.execute(select(func.coalesce(spoken, otherwise))).scalar_one())


def prefer(person_id: int, *, locale: str | None = None, settings: Mapping[str, Any] | None = None) -> None:
    """Remember the language a person works in, and how they want their devices: what is not named stays."""
    values: dict[str, Any] = {} if locale is None else {"locale": locale}
    if settings:
        values["settings"] = Person.settings.concat(cast(dict(settings), JSONB))
    if values:
        db.session.execute(update(Person).where(Person.id == person_id).values(values))


def authenticate(token: str) -> Actor:
    """Who holds this session token or API key.

    Raises `core.not_signed_in` (401), or `access.device_revoked`, `.device_locked` or `.sent_home` when that is why it
    ended.
    """
    if token.startswith(API_KEY_PREFIX):
        return of_bearer(token)
    row = next(iter(execute(_HOLDER, {"digest": digest(token)})), None)
    if row is None or not _alive(row):
        raise _over(token)
    if row.seen_at + SEEN_EVERY < now():
        touch([row.session_id])
    return Actor(
        name=row.name,
        warehouse_id=row.warehouse_id,
        posts=frozenset(row.posts),
        locale=row.locale,
        person_id=row.person_id,
        session_id=row.session_id,
        station_id=row.station_id,
    )


# Asked every few seconds for everybody who works: one statement, and it writes nothing.
_HOLDER = Prepared(
    "session_holder",
    """
    SELECT s.id AS session_id, s.warehouse_id, s.station_id, s.seen_at, s.expires_at, p.id AS person_id, p.name,
           p.locale,
           ARRAY(SELECT post FROM posting o WHERE o.person_id = p.id AND o.warehouse_id = s.warehouse_id) AS posts
    FROM device_session s JOIN person p ON p.id = s.person_id
    WHERE s.token_hash = :digest AND s.ended_at IS NULL AND p.active
    """,
)


def _over(token: str) -> WmsError:
    how = db.session.execute(
        select(DeviceSession.ended_how).where(DeviceSession.token_hash == digest(token))
    ).scalar_one_or_none()
    return WmsError(ENDED.get(how or "", "core.not_signed_in"))


def _alive(session: Any) -> bool:
    moment = now()
    return bool(session.expires_at > moment and session.seen_at + IDLE_LENGTH > moment)


def ended(session_ids: Collection[int]) -> set[int]:
    """Those of these sessions that are worth nothing any more: signed out, run out, idle, or their person has left."""
    rows = db.session.execute(
        select(DeviceSession, Person.active)
        .join(Person, Person.id == DeviceSession.person_id)
        .where(DeviceSession.id.in_(session_ids))
    )
    return {
        row.DeviceSession.id
        for row in rows
        if row.DeviceSession.ended_at is not None or not _alive(row.DeviceSession) or not row.active
    }


def touch(session_ids: Iterable[int]) -> None:
    """Note that these sessions are in use, so that they do not end as idle."""
    ids = sorted(session_ids)
    if ids:
        db.session.execute(update(DeviceSession).where(DeviceSession.id.in_(ids)).values(seen_at=now()))
