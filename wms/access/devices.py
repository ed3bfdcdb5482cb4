"""Devices: a code that is good once, a secret that only the device keeps, and the end of both."""
from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from wms.access import rules
from wms.access.endings import end_sessions
from wms.access.lifecycle import DEVICE
from wms.access.models import AccessSetting, Device, DeviceSession, Enrolment, Person, PinTry, Posting
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock as named_lock

log = structlog.get_logger(__name__)

OVER = {"revoked": "access.device_revoked", "locked": "access.device_locked"}


def digest(secret: str) -> bytes:
    """Under which a token, key, secret or code is stored. They are random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).digest()


def one_time_code() -> tuple[str, bytes]:
    """A code that people read and type, and under what it is stored. It is told once; only its hash is kept."""
    code = "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LENGTH))
    return rules.shown(code), digest(code)


def digest_of_code(code: str) -> bytes:
    """Under what a one-time code is stored, however it was typed."""
    return digest(rules.plain(code))


# ---- enrolment

def new_code(warehouse_id: int, name: str, *, by: int | None) -> tuple[str, datetime]:
    """A code with which one device may be enrolled, and until when. It is told once; only its hash is kept."""
    code, code_hash = one_time_code()
    expires_at = now() + rules.CODE_GOOD_FOR
    made = Enrolment(warehouse_id=warehouse_id, code_hash=code_hash, name=name, made_by=by, expires_at=expires_at)
    db.session.add(made)
    db.session.flush()
    log.info("enrolment_opened", warehouse=warehouse_id, by=by)
    return code, expires_at


def enrol(code: str, secret: str) -> Device:
    """Spend a code on the device that keeps this secret, which the device has made itself.

    Of two devices with the same code one wins. The same device may ask again when the answer was lost. Raises
    `access.wrong_code`.
    """
    hashed, moment = digest_of_code(code), now()
    spent = db.session.execute(
        update(Enrolment)
        .where(Enrolment.code_hash == hashed, Enrolment.used_at.is_(None), Enrolment.expires_at > moment)
        .values(used_at=moment)
        .returning(Enrolment)
    ).scalar_one_or_none()
    if spent is None:
        return _enrolled_before(hashed, secret)
    device = Device(
        warehouse_id=spent.warehouse_id, name=spent.name, secret_hash=digest(secret), status=DEVICE.initial,
        enrolled_at=moment, enrolled_by=spent.made_by, changed_at=moment,
    )  # fmt: skip
    db.session.add(device)
    db.session.flush()
    device.name = device.name or f"#{device.id}"
    spent.device_id = device.id
    log.info("device_enrolled", device=device.id, warehouse=device.warehouse_id)
    return device


def _enrolled_before(code_hash: bytes, secret: str) -> Device:
    found = db.session.execute(
        select(Device)
        .join(Enrolment, Enrolment.device_id == Device.id)
        .where(Enrolment.code_hash == code_hash, Enrolment.expires_at > now(), Device.secret_hash == digest(secret))
    ).scalar_one_or_none()
    if found is None:
        raise WmsError("access.wrong_code")
    return found


# ---- signing in

def presented(secret: str | None) -> Device | None:
    """The device that shows this secret; None without one, or with one that is not known here.

    Raises `access.device_revoked` or `access.device_locked`. Tries at one device wait for each other.
    """
    if not secret:
        return None
    device = db.session.execute(
        select(Device).where(Device.secret_hash == digest(secret)).with_for_update()
    ).scalar_one_or_none()
    if device is not None and device.status in OVER:
        raise WmsError(OVER[device.status])
    return device


def open_to(person_id: int, device: Device | None) -> list[int]:
    """Where a person may sign in with this device: the device's own warehouse before others, then the first post's."""
    own = device.warehouse_id if device else None
    accepted = (Posting.warehouse_id == own) | func.coalesce(AccessSetting.unenrolled, True)
    posted = (
        select(Posting.warehouse_id)
        .outerjoin(AccessSetting, AccessSetting.warehouse_id == Posting.warehouse_id)
        .where(Posting.person_id == person_id, accepted)
        .group_by(Posting.warehouse_id)
        .order_by(func.bool_or(Posting.warehouse_id == own).desc().nulls_last(), func.min(Posting.id))
    )
    return list(db.session.execute(posted).scalars())


def unenrolled_allowed(warehouse_id: int) -> bool:
    """Whether devices that are not enrolled may sign in to a warehouse."""
    found = db.session.get(AccessSetting, warehouse_id)
    return True if found is None else found.unenrolled


def allow_unenrolled(warehouse_id: int, allowed: bool, *, session_id: int | None) -> None:
    """Let devices that are not enrolled sign in, or not: sessions that are open go on.

    Raises `access.enrol_this_first` when the device of `session_id` would itself be shut out.
    """
    if not allowed and session_id is not None and not _is_enrolled(session_id, warehouse_id):
        raise WmsError("access.enrol_this_first")
    row = {"warehouse_id": warehouse_id, "unenrolled": allowed}
    db.session.execute(
        insert(AccessSetting).values(row).on_conflict_do_update(index_elements=["warehouse_id"], set_=row)
    )
    log.info("unenrolled_devices", warehouse=warehouse_id, allowed=allowed, session=session_id)


def _is_enrolled(session_id: int, warehouse_id: int) -> bool:
    enrolled = (
        select(Device.id)
        .join(DeviceSession, DeviceSession.device_id == Device.id)
        .where(DeviceSession.id == session_id, Device.warehouse_id == warehouse_id, Device.status == "active")
    )
    return db.session.execute(enrolled).first() is not None


# ---- afterwards

def get(warehouse_id: int, device_id: int) -> Device:
    """A device of this warehouse. Raises `access.unknown_device`."""
    device = db.session.execute(
        select(Device).where(Device.id == device_id, Device.warehouse_id == warehouse_id).with_for_update()
    ).scalar_one_or_none()
    if device is None:
        raise WmsError("access.unknown_device")
    return device


def lock(device: Device) -> None:
    """Too many wrong PINs: nobody works with it until an administrator opens it."""
    _end(device, "lock")


def revoke(warehouse_id: int, device_id: int, *, by: int | None) -> Device:
    """A device is lost or leaves: its sessions end at once, and its secret is worth nothing any more.

    Raises `access.last_device` when nobody could sign in to the warehouse any more.
    """
    named_lock("access.devices", warehouse_id)
    device = get(warehouse_id, device_id)
    others = select(Device.id).where(
        Device.warehouse_id == warehouse_id, Device.status == "active", Device.id != device_id
    )
    if not unenrolled_allowed(warehouse_id) and db.session.execute(others.limit(1)).first() is None:
        raise WmsError("access.last_device")
    _end(device, "revoke")
    log.info("device_revoked", device=device_id, by=by)
    return device


def _end(device: Device, action: str) -> None:
    device.status = DEVICE.after(action, device.status)
    device.changed_at = now()
    end_sessions(device.status, DeviceSession.device_id == device.id)


def reopen(warehouse_id: int, device_id: int, *, by: int | None) -> Device:
    """An administrator opens a device that was locked after too many wrong PINs; they are forgotten."""
    device = get(warehouse_id, device_id)
    device.status = DEVICE.after("open", device.status)
    device.changed_at = now()
    db.session.execute(delete(PinTry).where(PinTry.place == rules.place(device.id, "")))
    log.info("device_opened", device=device_id, by=by)
    return device


def rename(warehouse_id: int, device_id: int, name: str) -> Device:
    """Give a device another name; what was done under the old one keeps it."""
    device = get(warehouse_id, device_id)
    device.name = name
    return device


def told(ids: Sequence[int]) -> Sequence[Row[Any]]:
    """These devices, with who used each last and when."""
    used = (
        select(DeviceSession.seen_at, DeviceSession.ended_at, DeviceSession.expires_at, Person.name.label("person"))
        .join(Person, Person.id == DeviceSession.person_id)
        .where(DeviceSession.device_id == Device.id)
        .order_by(DeviceSession.id.desc())
        .limit(1)
        .lateral("used")
    )
    enroller = select(Person.name).where(Person.id == Device.enrolled_by).scalar_subquery()
    asked = (
        select(Device, used.c.seen_at, used.c.person, enroller.label("enroller"))
        .outerjoin(used, used.c.seen_at.is_not(None))
        .where(Device.id.in_(ids))
    )
    return db.session.execute(asked).all()
