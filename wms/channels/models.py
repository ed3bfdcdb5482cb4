"""Accounts of shops, how far each is read, what they said word by word, and what they are still to be told."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from wms.channels.lifecycle import PUSH
from wms.core.db import BigId, Model
from wms.core.private import SealedJson

# What became of an order that a shop told: taken in; not yet, the platform forbids it; never, it was shipped or
# cancelled before it came here; told and not possible; not to be read.
OUTCOMES = ("taken", "waiting", "elsewhere", "refused", "unreadable")


class ChannelAccount(Model):
    """How a shop is reached, and how it goes. `secrets` are sealed (core.sealed).

    The shop is told how many there are of what it offers: `stock_share` percent (0: it is not told) of what is free
    beyond `safety_stock` pieces of each.

    `next_pull_at` and `next_push_at`: not before. `pulling_until` and `pushing_until`: somebody is at it, unless they
    were killed, until then at the latest. `compare_since`: since when all that the shop lists is to be compared with
    what is here; None: that was done. Failures are those in a row; `error` is the last one, without secrets.
    """

    __tablename__ = "channel_account"
    __table_args__ = (
        CheckConstraint("every_s >= 10", name="every_s_sane"),
        CheckConstraint("stock_share BETWEEN 0 AND 100", name="stock_share_percent"),
        CheckConstraint("safety_stock >= 0", name="safety_stock_not_negative"),
    )

    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    plugin: Mapped[str]
    url: Mapped[str]
    app_key: Mapped[str] = mapped_column(default="")
    secrets: Mapped[bytes] = mapped_column(LargeBinary, info={"sealed_about": "shop {shop_id}"})
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    token_ends_at: Mapped[datetime | None]
    stock_share: Mapped[int] = mapped_column(default=0)
    safety_stock: Mapped[int] = mapped_column(default=0)
    paused: Mapped[bool] = mapped_column(default=False)
    every_s: Mapped[int] = mapped_column(default=300)
    next_pull_at: Mapped[datetime]
    next_push_at: Mapped[datetime]
    pulling_until: Mapped[datetime | None]
    pushing_until: Mapped[datetime | None]
    pulled_at: Mapped[datetime | None]
    compare_since: Mapped[datetime | None]
    pull_failures: Mapped[int] = mapped_column(default=0)
    push_failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    error_at: Mapped[datetime | None]


class ChannelCursor(Model):
    """How far one kind of thing of a shop is read: all until `done_until`, and of the window that ends at `window_end`
    what comes before `page_state`."""

    __tablename__ = "channel_cursor"
    __table_args__ = (
        CheckConstraint("window_end IS NOT NULL OR page_state IS NULL", name="state_of_a_window"),
    )

    shop_id: Mapped[int] = mapped_column(ForeignKey("channel_account.shop_id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    done_until: Mapped[datetime]
    window_end: Mapped[datetime | None]
    page_state: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class RawOrder(Model):
    """An order word by word as a shop told it, sealed; the same words are kept once."""

    __tablename__ = "raw_order"
    __table_args__ = (UniqueConstraint("shop_id", "platform_id", "body_hash"),)

    id: Mapped[BigId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("channel_account.shop_id"))
    platform_id: Mapped[str]
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[dict[str, Any]] = mapped_column(SealedJson("raw_order"))
    got_at: Mapped[datetime]


class ChannelOrder(Model):
    """What a shop said of an order last, and what became of it: one of OUTCOMES, with the `problem` {code, params}.

    `changed_at` is the platform's own time of it, `asked_at` ours of the question: what is older never replaces it.
    """

    __tablename__ = "channel_order"
    __table_args__ = (
        UniqueConstraint("shop_id", "platform_id"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome_known"),
        Index(
            "ix_channel_order_trouble", "shop_id", "outcome",
            postgresql_where="outcome = ANY (ARRAY['refused'::text, 'unreadable'::text])",
        ),
        Index("ix_channel_order_order", "order_id"),
    )  # fmt: skip

    id: Mapped[BigId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("channel_account.shop_id"))
    platform_id: Mapped[str]
    changed_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    body_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"))
    outcome: Mapped[str] = mapped_column(default="waiting")
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class ChannelItem(Model):
    """What a shop offers, learnt from its orders, and how many of it the shop was told last: None until then.

    `error`: what the shop said to that, when it refused.
    """

    __tablename__ = "channel_item"
    __table_args__ = (UniqueConstraint("shop_id", "item_id", "variant_id"),)

    id: Mapped[BigId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("channel_account.shop_id"))
    item_id: Mapped[str]
    variant_id: Mapped[str]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    told: Mapped[int | None]
    told_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class ChannelFetch(Model):
    """A single order that is to be fetched: a notice came, a person asked, or it was missing. The row is the queue."""

    __tablename__ = "channel_fetch"

    shop_id: Mapped[int] = mapped_column(ForeignKey("channel_account.shop_id"), primary_key=True, autoincrement=False)
    platform_id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    why: Mapped[str]


class ShopPush(Model):
    """A shipment that a shop is to be told. The row is the queue: it waits until the shop has confirmed it.

    `asked`: the shop was told and the answer is not here: it is asked what it knows before it is told again.
    """

    __tablename__ = "shop_push"
    __table_args__ = (
        PUSH.check(),
        UniqueConstraint("order_id"),
        Index(
            "ix_shop_push_open", "shop_id", "id",
            postgresql_where="status = ANY (ARRAY['waiting'::text, 'asked'::text])",
        ),
        Index("ix_shop_push_refused", "shop_id", "id", postgresql_where="status = 'refused'"),
    )  # fmt: skip

    id: Mapped[BigId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("channel_account.shop_id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    platform_id: Mapped[str]
    body: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default=PUSH.initial)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
