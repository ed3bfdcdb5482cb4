"""Signing in and out, and finding out who asks."""
from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, exists, select, update

from wms.access.models import ApiKey, DeviceSession, Person, Posting
from wms.access.recent import forget as forget  # entered from other rooms here
from wms.access.recent import recent as recent
from wms.access.recent import remember as remember
from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.prepared import Prepared, execute
from wms.core.resolve import Parameter, found, resolver

SESSION_LENGTH = timedelta(hours=12)
IDLE_LENGTH = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)  # how exactly it is noted when a session was last in use
TRIES = 5
LOCKED_FOR = timedelta(minutes=5)
API_KEY_PREFIX = "wmsk_"

# Sized for a scan terminal's log-in on a small server: about 30 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@resolver("person")
def _people(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    posted = exists().where(Posting.person_id == Person.id, Posting.warehouse_id == warehouse_id)
    return found("person", Person.id, Person.badge, Person.name).where(Person.badge == code, Person.active, posted)


def hash_pin(pin: str) -> str:
    """The argon2id hash under which a PIN is stored."""
    return _hasher.hash(pin)


def add_person(badge: str, name: str, pin_hash: str, warehouse_id: int, posts: Iterable[str], locale: str) -> Person:
    """Add a person with posts in one warehouse."""
    person = Person(badge=badge, name=name, pin_hash=pin_hash, locale=locale, active=True, failed_pins=0)
    db.session.add(person)
    db.session.flush()
    db.session.add_all(Posting(person_id=person.id, warehouse_id=warehouse_id, post=post) for post in posts)
    db.session.flush()
    return person


def identify(badge: str, pin: str) -> Person | WmsError:
    """The person with this badge and PIN, or the refusal.

    The refusal is returned, not raised: the failed try must be committed with it. Five in a row lock
    the person out for five minutes.
    """
    person = db.session.execute(select(Person).where(Person.badge == badge).with_for_update()).scalar_one_or_none()
    if person is None or not person.active:
        return WmsError("access.wrong_badge")
    if person.locked_until is not None and person.locked_until > now():
        return _locked()
    try:
        _hasher.verify(person.pin_hash, pin)
    except (VerificationError, InvalidHashError):  # a hash that is none: nobody's PIN fits it
        return _failed(person)
    person.failed_pins = 0
    person.locked_until = None
    return person


def _failed(person: Person) -> WmsError:
    person.failed_pins += 1
    if person.failed_pins < TRIES:
        return WmsError("access.wrong_pin", left=TRIES - person.failed_pins)
    person.failed_pins = 0
    person.locked_until = now() + LOCKED_FOR
    return _locked()


def _locked() -> WmsError:
    return WmsError("access.locked", minutes=int(LOCKED_FOR.total_seconds() // 60))


def warehouses_of(person: Person) -> list[int]:
    """Where a person holds a post, their first warehouse first. Raises `access.no_posting` when nowhere."""
    posted = select(Posting.warehouse_id).where(Posting.person_id == person.id).order_by(Posting.id)
    found = list(dict.fromkeys(db.session.execute(posted).scalars()))
    if not found:
        raise WmsError("access.no_posting", name=person.name)
    return found


def open_session(
    person: Person, device: str, station_id: int | None = None, warehouse_id: int | None = None
) -> str:
    """Start a session in a warehouse (the person's first when None); returns its token, stored only as a hash.

    Raises `access.no_posting` when the person holds no post anywhere.
    """
    warehouse_id = warehouse_id or warehouses_of(person)[0]
    token = secrets.token_urlsafe(32)
    moment = now()
    db.session.add(
        DeviceSession(
            token_hash=_digest(token),
            person_id=person.id,
            warehouse_id=warehouse_id,
            station_id=station_id,
            device=device,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + SESSION_LENGTH,
        )
    )
    db.session.flush()
    return token


def close_session(session_id: int) -> None:
    """End a session; its token is worth nothing from now on."""
    db.session.execute(update(DeviceSession).where(DeviceSession.id == session_id).values(ended_at=now()))


def set_locale(person_id: int, locale: str) -> None:
    """Remember the language a person works in."""
    db.session.execute(update(Person).where(Person.id == person_id).values(locale=locale))


def authenticate(token: str) -> Actor:
    """Who holds this session token or API key. Raises `core.not_signed_in` (401)."""
    if token.startswith(API_KEY_PREFIX):
        return _program(token)
    row = next(iter(execute(_HOLDER, {"digest": _digest(token)})), None)
    if row is None or not _alive(row):
        raise WmsError("core.not_signed_in")
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


def create_api_key(name: str, warehouse_id: int, post: str) -> str:
    """Make a key for a program; returns it once, only its hash is stored."""
    key = API_KEY_PREFIX + secrets.token_urlsafe(32)
    db.session.add(
        ApiKey(
            name=name, key_hash=_digest(key), warehouse_id=warehouse_id, post=post, active=True, created_at=now()
        )
    )
    db.session.flush()
    return key


def _program(key: str) -> Actor:
    found = db.session.execute(
        select(ApiKey).where(ApiKey.key_hash == _digest(key), ApiKey.active)
    ).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_signed_in")
    return Actor(name=found.name, warehouse_id=found.warehouse_id, posts=frozenset({found.post}))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
