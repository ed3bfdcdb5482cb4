"""Ways to buyers, what is told over which, in which words, and the notices themselves."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.notices.lifecycle import NOTICE
from wms.notices.rules import EVENTS, LANGUAGES


class NoticeWay(Model):
    """How buyers are reached: a plug-in with its settings, and its secrets, sealed.

    Nothing goes out between `quiet_from` and `quiet_until`, minutes of the day in `zone`; None: at any time.
    """

    __tablename__ = "notice_way"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "name"),
        CheckConstraint("quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439", name="minutes_of_a_day"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    name: Mapped[str]
    plugin: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secrets: Mapped[bytes] = mapped_column(LargeBinary, info={"sealed_about": "notice way {id}"})
    active: Mapped[bool] = mapped_column(default=True)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    zone: Mapped[str] = mapped_column(default="Asia/Shanghai")


class NoticeRule(Model):
    """A shop's buyers are told of an event over this way. Without a row they are not."""

    __tablename__ = "notice_rule"
    __table_args__ = (CheckConstraint(f"event IN {EVENTS}", name="event_known"),)

    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"), primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(primary_key=True)
    way_id: Mapped[int] = mapped_column(ForeignKey("notice_way.id"), primary_key=True, autoincrement=False)


class NoticeTemplate(Model):
    """The words of an event over ways of a plug-in, in a language; of one shop (None: of all that have none of their
    own). Where there is no row, the words that came along are used."""

    __tablename__ = "notice_template"
    __table_args__ = (
        UniqueConstraint(
            "warehouse_id", "event", "plugin", "language", "shop_id", postgresql_nulls_not_distinct=True,
            name="uq_notice_template_one",
        ),
        CheckConstraint(f"event IN {EVENTS}", name="event_known"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language_known"),
    )  # fmt: skip

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shop.id"))
    event: Mapped[str]
    plugin: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str]


class Notice(Model):
    """Something that a buyer is to be told of an order over a way: once. The row is the queue.

    Words and address are drawn when it is sent, and are not kept. `due_at`: not before; of one that is being sent, when
    others may find that nobody is left who does it. `reached`: to whom it went, masked. `error`: why it did not.
    """

    __tablename__ = "notice"
    __table_args__ = (
        NOTICE.check(),
        CheckConstraint(f"event IN {EVENTS}", name="event_known"),
        UniqueConstraint("order_id", "event", "way_id"),
        Index(
            "ix_notice_due", "due_at", "id", postgresql_where="status = ANY (ARRAY['waiting'::text, 'sending'::text])"
        ),
        Index("ix_notice_warehouse", "warehouse_id", "id"),
    )  # fmt: skip

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    event: Mapped[str]
    way_id: Mapped[int] = mapped_column(ForeignKey("notice_way.id"))
    status: Mapped[str] = mapped_column(default=NOTICE.initial)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    reached: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
