"""Who is behind a badge and a PIN, and how often somebody may be wrong about it.

Failures are counted by person and device, so that nobody locks a colleague out from another device.
"""
from __future__ import annotations

from datetime import datetime

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from wms.access import devices, rules
from wms.access.models import Device, Person, PinTry, Posting
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError

log = structlog.get_logger(__name__)

# Sized for a scan terminal's log-in on a small server: about 30 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_pin(pin: str) -> str:
    """The argon2id hash under which a PIN is stored."""
    return _hasher.hash(pin)


def identify(badge: str, pin: str, device: Device | None = None, name: str = "browser") -> Person | WmsError:
    """The person with this badge and PIN at this device, or the refusal.

    The refusal is returned, not raised: the failed try must be committed with it. `name` is what a device that is
    not enrolled calls itself. Tries of one person wait for each other, so that none goes uncounted.
    """
    person = db.session.execute(select(Person).where(Person.badge == badge).with_for_update()).scalar_one_or_none()
    if person is None or not person.active:
        return WmsError("access.wrong_badge")
    place = rules.place(device.id if device else None, name)
    if refused := _shut(person, device, place):
        return refused
    try:
        _hasher.verify(person.pin_hash, pin)
    except (VerificationError, InvalidHashError):  # a hash that is none: nobody's PIN fits it
        return _failed(person, device, place)
    db.session.execute(delete(PinTry).where(PinTry.person_id == person.id, PinTry.place == place))
    return person


def forgive(person_id: int) -> None:
    """Forget the wrong PINs of a person: they have a new one."""
    db.session.execute(delete(PinTry).where(PinTry.person_id == person_id))


def _shut(person: Person, device: Device | None, place: str) -> WmsError | None:
    """Why this PIN is not even looked at: the person must wait, or needs an enrolled device."""
    tries = db.session.execute(select(PinTry).where(PinTry.person_id == person.id)).scalars().all()
    moment = now()
    if any(each.place == place and each.locked_until and each.locked_until > moment for each in tries):
        return _wait(rules.LOCKED_FOR.total_seconds())
    if device is None:
        recent = [each for each in tries if _nameless(each) and each.last_at > moment - rules.NAMELESS_WITHIN]
        if sum(each.failed for each in recent) >= rules.NAMELESS_TRIES:
            return _wait(rules.NAMELESS_WITHIN.total_seconds())
    posted = select(Posting.id).where(Posting.person_id == person.id).limit(1)
    if db.session.execute(posted).first() and not devices.open_to(person.id, device):
        return WmsError("access.device_needed")
    return None


def _nameless(tried: PinTry) -> bool:
    return tried.place.startswith(rules.place(None, ""))


def _failed(person: Person, device: Device | None, place: str) -> WmsError:
    left = rules.left(_count(person.id, place, now()))
    if device is not None and _failed_at(place) >= rules.DEVICE_TRIES:
        devices.lock(device)
        log.warning("device_locked", device=device.id, person=person.id)
        return WmsError("access.device_locked")
    return WmsError("access.wrong_pin", left=left) if left else _wait(rules.LOCKED_FOR.total_seconds())


def _count(person_id: int, place: str, moment: datetime) -> int:
    """Note one more failure; returns how many there are in a row. Old ones are forgotten."""
    fresh = insert(PinTry).values(person_id=person_id, place=place, failed=1, last_at=moment)
    in_a_row = case((PinTry.last_at > moment - rules.TRIES_KEPT, PinTry.failed + 1), else_=1)
    counted = fresh.on_conflict_do_update(
        index_elements=[PinTry.person_id, PinTry.place], set_={"failed": in_a_row, "last_at": moment}
    ).returning(PinTry)
    tried = db.session.execute(counted, execution_options={"populate_existing": True}).scalar_one()
    tried.locked_until = None if rules.left(tried.failed) else moment + rules.LOCKED_FOR
    return tried.failed


def _failed_at(place: str) -> int:
    since = now() - rules.TRIES_KEPT
    total = select(func.coalesce(func.sum(PinTry.failed), 0)).where(PinTry.place == place, PinTry.last_at > since)
    return int(db.session.execute(total).scalar_one())


def _wait(seconds: float) -> WmsError:
    return WmsError("access.locked", minutes=int(seconds // 60))
