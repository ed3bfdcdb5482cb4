"""Tables of the core: answered commands and numbered events."""
from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import Model


class Command(Model):
    """A change that was asked for and answered; the same id again gets the same answer."""

    __tablename__ = "command"
    __table_args__ = (Index("ix_command_at", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    reply: Mapped[dict[str, Any]]
    actor_id: Mapped[int | None]
    at: Mapped[datetime]


class EventTopic(Model):
    """The last sequence number given out on a topic. The row lock makes the numbers gapless."""

    __tablename__ = "event_topic"

    topic: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]


class Event(Model):
    """What a topic must hear, in order; kept so that a client that missed some can ask for them."""

    __tablename__ = "event"
    __table_args__ = (PrimaryKeyConstraint("topic", "seq"), Index("ix_event_at", "at"))

    topic: Mapped[str]
    seq: Mapped[int]
    name: Mapped[str]
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
