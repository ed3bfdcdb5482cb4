"""People, what they may do where, the devices they use, and the sessions they hold on them."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from wms.access.lifecycle import DEVICE
from wms.core.db import BigId, Model

POSTS = ("picker", "packer", "receiver", "supervisor", "clerk", "admin")
# How a session was ended, where it did not run out or stand idle by itself.
ENDINGS = ("signed_out", "revoked", "locked", "deactivated", "posts", "pin", "sent_home")
NOTES = ("note", "home", "out")


class Person(Model):
    """Someone with a badge. The PIN is kept as an argon2id hash.

    `settings`: how they want every device that they sign in on, of `schemas.Preferences`; what is absent is as usual.
    """

    __tablename__ = "person"

    id: Mapped[BigId]
    badge: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    pin_hash: Mapped[str]
    locale: Mapped[str] = mapped_column(default="en")
    active: Mapped[bool] = mapped_column(default=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))


class PinTry(Model):
    """Wrong PINs of a person at a device since they last signed in there. `place`: see `rules.place`."""

    __tablename__ = "pin_try"
    __table_args__ = (Index("ix_pin_try_place", "place"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    failed: Mapped[int]
    last_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]


class Posting(Model):
    """A post that a person holds in a warehouse (分岗位)."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("person_id", "warehouse_id", "post"),
        CheckConstraint("post IN ('" + "', '".join(POSTS) + "')", name="post_known"),
    )

    id: Mapped[BigId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    post: Mapped[str]


class Device(Model):
    """A device that was enrolled in a warehouse. Only the SHA-256 of the secret that it keeps is stored."""

    __tablename__ = "device"
    __table_args__ = (DEVICE.check(),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), index=True)
    name: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    status: Mapped[str] = mapped_column(default=DEVICE.initial)
    enrolled_at: Mapped[datetime]
    enrolled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class Enrolment(Model):
    """A one-time code with which one device may be enrolled. Only the SHA-256 of the code is stored."""

    __tablename__ = "enrolment"

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))


class AccessSetting(Model):
    """What a warehouse wants of those who sign in; without a row, what the columns say of themselves."""

    __tablename__ = "access_setting"

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True)
    unenrolled: Mapped[bool] = mapped_column(default=True)  # devices that are not enrolled may sign in


class DeviceSession(Model):
    """One person signed in on one device. Only the SHA-256 of its token is stored.

    The sessions are the record of shifts too: who worked where, on what, from when to when, and how it ended.
    """

    __tablename__ = "device_session"
    __table_args__ = (
        CheckConstraint("ended_how IN ('" + "', '".join(ENDINGS) + "')", name="ended_how_known"),
        Index("ix_device_session_warehouse", "warehouse_id", "id"),
    )

    id: Mapped[BigId]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    device: Mapped[str]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]


class DeviceState(Model):
    """What the device of a session shows, as it last told: for people to look at, no rule of the work asks it.

    `task` is what it is about in its own words (a cart, a receipt, a bin), `done` of `total` how far that is; `unsent`
    and `refused` count scans on the device; `battery` is in per cent where the browser tells.
    """

    __tablename__ = "device_state"

    session_id: Mapped[int] = mapped_column(ForeignKey("device_session.id"), primary_key=True)
    screen: Mapped[str]
    step: Mapped[str]
    task: Mapped[str]
    done: Mapped[int | None]
    total: Mapped[int | None]
    unsent: Mapped[int]
    refused: Mapped[int]
    lamp: Mapped[str]
    battery: Mapped[int | None]
    charging: Mapped[bool | None]
    since: Mapped[datetime]
    told_at: Mapped[datetime]


class FloorNote(Model):
    """What a supervisor has told a person on their device, and when they said that they had read it.

    `kind` home: the device was sent to its start screen, out: it was signed out. `phrase`: one of `rules.PHRASES`,
    which the reader sees in their own language; else the words are `text`.
    """

    __tablename__ = "floor_note"
    __table_args__ = (
        CheckConstraint("kind IN ('" + "', '".join(NOTES) + "')", name="kind_known"),
        Index("ix_floor_note_unread", "person_id", "id", postgresql_where=text("read_at IS NULL")),
        Index("ix_floor_note_person", "warehouse_id", "person_id", "id"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("device_session.id"))
    kind: Mapped[str]
    phrase: Mapped[str]
    text: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class ApiKey(Model):
    """A program that may call `/api/v1`. Only the SHA-256 of the key is stored; `sealed` where it signs requests."""

    __tablename__ = "api_key"

    id: Mapped[BigId]
    name: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    post: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"sealed_about": "api key {id}"})


class RequestNonce(Model):
    """A signed request was made: the same one again is refused."""

    __tablename__ = "request_nonce"
    __table_args__ = (Index("ix_request_nonce_at", "at"),)

    key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"), primary_key=True, autoincrement=False)
    nonce: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
