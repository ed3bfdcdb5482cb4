"""Programs outside: where they are told what happens, what they were told, and what they call us by."""
from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.programs.lifecycle import MESSAGE


class WebhookEndpoint(Model):
    """A program's address, and the events that it wants to hear of in a warehouse.

    `secret` is sealed; so is `old_secret`, which signs as well until `old_until`. With `personal` it is told whole
    names, telephone numbers and addresses, else masked ones.

    How it goes: `failures` are silences in a row, `refusals` messages in a row that it refused; since `failing_since`
    it took nothing, and before `next_at` nothing is sent. `off_why`: it was switched off by a person (`person`), by
    itself (`failing`, `gone`), or is not.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        CheckConstraint("off_why IN ('', 'person', 'failing', 'gone')", name="off_why_known"),
        CheckConstraint("active = (off_why = '')", name="off_for_a_reason"),
        Index("ix_webhook_endpoint_active", "warehouse_id", postgresql_where="active"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    personal: Mapped[bool] = mapped_column(default=False)
    secret: Mapped[bytes] = mapped_column(LargeBinary, info={"sealed_about": "webhook {id}"})
    old_secret: Mapped[bytes | None] = mapped_column(LargeBinary, info={"sealed_about": "webhook {id}"})
    old_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    off_why: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    failures: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    next_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    error_at: Mapped[datetime | None]


class WebhookMessage(Model):
    """One event for one endpoint. The row is the queue: it waits until the endpoint has taken it.

    `uid` is the event's, the same for all endpoints and tries. `subject` is what it is about (`order:7`): of one
    subject a later message waits for an earlier one. `facts` is what was so at the event's moment. Not before `next_at`
    it is sent; while it is under way that is when somebody else may, because nobody is left who does. `answer` is the
    beginning of the last answer, or why there was none (`answered` is None then). It is given up so long after
    `queued_at`, which is when it happened, or when somebody asked to have it sent again.
    """

    __tablename__ = "webhook_message"
    __table_args__ = (
        MESSAGE.check(),
        Index("ix_webhook_message_due", "endpoint_id", "id", postgresql_where="status = 'waiting'"),
        Index("ix_webhook_message_subject", "endpoint_id", "subject", "id", postgresql_where="status = 'waiting'"),
        Index("ix_webhook_message_endpoint", "endpoint_id", "id"),
        Index("ix_webhook_message_at", "at"),
    )

    id: Mapped[BigId]
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    uid: Mapped[uuid.UUID]
    event: Mapped[str]
    subject: Mapped[str]
    about_id: Mapped[int]
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    queued_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default=MESSAGE.initial)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    answered: Mapped[int | None]
    latency_ms: Mapped[int | None]
    answer: Mapped[str] = mapped_column(default="")


class StockTold(Model):
    """How many of a SKU of an owner were free when programs were last told."""

    __tablename__ = "webhook_stock"

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, autoincrement=False)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), primary_key=True, autoincrement=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), primary_key=True, autoincrement=False)
    free: Mapped[int]


class DialectApp(Model):
    """A merchant's program that speaks 旺店通: `sid` and `app_key` say who it is, the sealed `secret` proves it.

    It reaches this warehouse, and the shops that are its own (DialectShop).
    """

    __tablename__ = "dialect_app"
    __table_args__ = (UniqueConstraint("sid", "app_key"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    name: Mapped[str]
    sid: Mapped[str]
    app_key: Mapped[str]
    secret: Mapped[bytes] = mapped_column(LargeBinary, info={"sealed_about": "dialect app {id}"})
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DialectShop(Model):
    """A shop of a dialect's app; a shop has one app at most."""

    __tablename__ = "dialect_shop"

    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"), primary_key=True, autoincrement=False)
    app_id: Mapped[int] = mapped_column(ForeignKey("dialect_app.id"), index=True)


class DialectTrade(Model):
    """When an order of a dialect's shop changed last here, and when its carrier took it: what time windows ask by."""

    __tablename__ = "dialect_trade"
    __table_args__ = (
        Index("ix_dialect_trade_modified", "shop_id", "modified_at", "order_id"),
        Index(
            "ix_dialect_trade_consigned", "shop_id", "consigned_at", "order_id",
            postgresql_where="consigned_at IS NOT NULL",
        ),
    )  # fmt: skip

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True, autoincrement=False)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"))
    modified_at: Mapped[datetime]
    consigned_at: Mapped[datetime | None]


class DialectRefund(Model):
    """A refund that a dialect's app has pushed. `kind` as it counts them: 1 before the goods left, 2 after that without
    their coming back. `state`: asked, refunded or withdrawn.

    `body` is what was said of it, but for whose it is.
    """

    __tablename__ = "dialect_refund"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        CheckConstraint("kind IN (1, 2)", name="kind_known"),
        CheckConstraint("state IN ('asked', 'refunded', 'withdrawn')", name="state_known"),
        Index("ix_dialect_refund_modified", "shop_id", "modified_at", "id"),
    )

    id: Mapped[BigId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"))
    number: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    kind: Mapped[int]
    state: Mapped[str]
    body: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    modified_at: Mapped[datetime]
