"""People, what they may do where, and the sessions they hold on devices."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model

POSTS = ("picker", "packer", "receiver", "supervisor", "clerk", "admin")


class Person(Model):
    """Someone with a badge. The PIN is kept as an argon2id hash."""

    __tablename__ = "person"

    id: Mapped[BigId]
    badge: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    pin_hash: Mapped[str]
    locale: Mapped[str] = mapped_column(default="en")
    active: Mapped[bool] = mapped_column(default=True)
    failed_pins: Mapped[int] = mapped_column(default=0)
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


class DeviceSession(Model):
    """One person signed in on one device. Only the SHA-256 of its token is stored."""

    __tablename__ = "device_session"

    id: Mapped[BigId]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    device: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiKey(Model):
    """A program that may call `/api/v1`. Only the SHA-256 of the key is stored."""

    __tablename__ = "api_key"

    id: Mapped[BigId]
    name: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    post: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
