"""People as administrators see and change them.

A post is given in one warehouse by an administrator of that warehouse. What belongs to the whole person (name, PIN,
whether they work here at all) is changed only by somebody who administers every warehouse in which they hold a post:
else an administrator of one warehouse could take the place of a colleague in another.
"""
from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from wms.access import pins
from wms.access.endings import end_sessions
from wms.access.models import DeviceSession, Person, Posting
from wms.core.actor import Actor
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock

log = structlog.get_logger(__name__)

CHANGEABLE = ("name", "locale", "active")


@dataclass(frozen=True)
class Shown:
    """A person as the administrator of a warehouse sees them."""

    person: Person
    posts: list[str]
    elsewhere: bool
    may_change: bool
    last: Row[Any] | None


def add_person(badge: str, name: str, pin_hash: str, warehouse_id: int, posts: Iterable[str], locale: str) -> Person:
    """Add a person with posts in one warehouse."""
    person = Person(badge=badge, name=name, pin_hash=pin_hash, locale=locale, active=True)
    db.session.add(person)
    db.session.flush()
    db.session.add_all(Posting(person_id=person.id, warehouse_id=warehouse_id, post=post) for post in posts)
    db.session.flush()
    return person


def hire(by: Actor, badge: str, name: str, pin: str, posts: Collection[str], locale: str) -> Shown:
    """Add a person who works in the warehouse of the administrator. Raises `access.badge_taken`."""
    lock("access.people", 0)
    if db.session.execute(select(Person.id).where(Person.badge == badge)).first() is not None:
        raise WmsError("access.badge_taken", badge=badge)
    person = add_person(badge, name, pins.hash_pin(pin), by.warehouse_id, sorted(set(posts)), locale)
    log.info("person_added", person=person.id, by=by.person_id, posts=sorted(posts))
    return _shown(by, person)


def change_person(by: Actor, person_id: int, facts: dict[str, Any]) -> Shown:
    """Rename a person, set their language, let them go or take them back. Who is let go is signed out at once.

    Raises `access.unknown_person`, `access.works_elsewhere`, `access.last_admin`.
    """
    person = _mine_whole(by, person_id)
    if facts.get("active") is False and person.active:
        _keep_an_admin(person, _administered(person.id))
        end_sessions("deactivated", DeviceSession.person_id == person.id)
    for name in CHANGEABLE:
        if name in facts:
            setattr(person, name, facts[name])
    db.session.flush()
    log.info("person_changed", person=person.id, by=by.person_id, facts=sorted(facts))
    return _shown(by, person)


def new_pin(by: Actor, person_id: int, pin: str) -> Shown:
    """Give a person another PIN: wrong ones are forgotten, and whoever works under the old one signs in again."""
    person = _mine_whole(by, person_id)
    person.pin_hash = pins.hash_pin(pin)
    pins.forgive(person.id)
    end_sessions("pin", DeviceSession.person_id == person.id, DeviceSession.id != (by.session_id or 0))
    log.info("person_new_pin", person=person.id, by=by.person_id)
    return _shown(by, person)


def set_posts(by: Actor, person_id: int, posts: Collection[str]) -> Shown:
    """Which posts a person holds in the warehouse of the administrator. Who loses one signs in again.

    Raises `access.unknown_person` and `access.last_admin`.
    """
    lock("access.people", 0)
    person = _seen(by, person_id, to_change=True)
    here = (Posting.person_id == person.id, Posting.warehouse_id == by.warehouse_id)
    before, wanted = set(db.session.execute(select(Posting.post).where(*here)).scalars()), set(posts)
    if "admin" in before - wanted and person.active:
        _keep_an_admin(person, {by.warehouse_id})
    if before - wanted:
        db.session.execute(delete(Posting).where(*here, Posting.post.in_(before - wanted)))
        end_sessions(
            "posts", DeviceSession.person_id == person.id, DeviceSession.warehouse_id == by.warehouse_id,
        )  # fmt: skip
    rows = [{"person_id": person.id, "warehouse_id": by.warehouse_id, "post": each} for each in sorted(wanted - before)]
    if rows:
        db.session.execute(insert(Posting).values(rows))
    log.info("person_posts", person=person.id, by=by.person_id, posts=sorted(wanted))
    return _shown(by, person)


def told(by: Actor, ids: Collection[int]) -> list[Shown]:
    """Those of these people whom an administrator may see."""
    found = db.session.execute(select(Person).where(_visible(by), Person.id.in_(ids))).scalars().all()
    return _all_shown(by, found)


def seen_from(by: Actor) -> list[int]:
    """The warehouses whose people this administrator sees."""
    return sorted(_own(by) or {by.warehouse_id})


def one(by: Actor, person_id: int) -> Shown:
    """A person whom the administrator may see. Raises `access.unknown_person`."""
    return _shown(by, _seen(by, person_id))


# ---- who may

def _administered(person_id: int) -> set[int]:
    """The warehouses that a person administers."""
    posted = select(Posting.warehouse_id).where(Posting.person_id == person_id, Posting.post == "admin")
    return set(db.session.execute(posted).scalars())


def _own(by: Actor) -> set[int]:
    return _administered(by.person_id) if by.person_id is not None else {by.warehouse_id}


def _visible(by: Actor) -> ColumnElement[bool]:
    """Those with a post where the administrator is one, and those with none anywhere."""
    posted = exists().where(Posting.person_id == Person.id)
    return or_(posted.where(Posting.warehouse_id.in_(seen_from(by))), ~posted)


def _seen(by: Actor, person_id: int, *, to_change: bool = False) -> Person:
    """`to_change`: whoever is just signing in as this person comes wholly before or wholly after the change."""
    asked = select(Person).where(Person.id == person_id, _visible(by))
    person = db.session.execute(asked.with_for_update() if to_change else asked).scalar_one_or_none()
    if person is None:
        raise WmsError("access.unknown_person")
    return person


def _mine_whole(by: Actor, person_id: int) -> Person:
    """A person all of whose posts are in warehouses that the administrator administers."""
    lock("access.people", 0)
    person = _seen(by, person_id, to_change=True)
    if _posted(person.id) - _own(by):
        raise WmsError("access.works_elsewhere", name=person.name)
    return person


def _posted(person_id: int) -> set[int]:
    return set(db.session.execute(select(Posting.warehouse_id).where(Posting.person_id == person_id)).scalars())


def _keep_an_admin(person: Person, warehouses: Collection[int]) -> None:
    """Raises `access.last_admin` when one of these warehouses would have no administrator but this one.

    Changes of people wait for each other (`lock`), so that two administrators cannot let each other go.
    """
    others = (
        select(func.count(Posting.warehouse_id.distinct()))
        .join(Person, Person.id == Posting.person_id)
        .where(Posting.warehouse_id.in_(warehouses), Posting.post == "admin", Person.active, Person.id != person.id)
    )
    if db.session.execute(others).scalar_one() < len(warehouses):
        raise WmsError("access.last_admin", name=person.name)


# ---- how they are shown

def _shown(by: Actor, person: Person) -> Shown:
    return _all_shown(by, [person])[0]


def _all_shown(by: Actor, people: Sequence[Person]) -> list[Shown]:
    ids, own = [person.id for person in people], _own(by)
    held: dict[int, list[Row[Any]]] = {person_id: [] for person_id in ids}
    for row in db.session.execute(
        select(Posting.person_id, Posting.warehouse_id, Posting.post).where(Posting.person_id.in_(ids))
    ):
        held[row.person_id].append(row)
    last = _last_sessions(ids, by.warehouse_id)
    return [
        Shown(
            person,
            posts=sorted(row.post for row in held[person.id] if row.warehouse_id == by.warehouse_id),
            elsewhere=any(row.warehouse_id != by.warehouse_id for row in held[person.id]),
            may_change={row.warehouse_id for row in held[person.id]} <= own,
            last=last.get(person.id),
        )
        for person in people
    ]


def _last_sessions(ids: Collection[int], warehouse_id: int) -> dict[int, Row[Any]]:
    """The newest session of each of these people in a warehouse."""
    at, here = DeviceSession, DeviceSession.warehouse_id == warehouse_id
    newest = select(func.max(at.id)).where(at.person_id.in_(ids), here).group_by(at.person_id)
    facts = (at.person_id, at.device, at.seen_at, at.ended_at, at.ended_how, at.expires_at)
    asked = select(*facts).where(at.id.in_(newest))
    return {row.person_id: row for row in db.session.execute(asked)}
