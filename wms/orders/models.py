"""Shops, orders and their lines. Money is Decimal with the order's currency."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wms.core.db import BigId, Model
from wms.core.private import NAME, PHONE, Sealed, mark_sql
from wms.orders.lifecycle import CONFIRMATION, PAYMENT, PROCESSING, REFUND, SHIPPING
from wms.orders.rules import state_case

# What kind of order a shop says it is: sold in a live stream (直播), ahead of its goods (预售), a gift (赠品), to be
# sent at once (加急), or none of these.
KINDS = ("normal", "live", "presale", "gift", "urgent")
# The state of an order as SQL, word by word what the index of the queues holds: else it would not be used.
STATE_SQL = f"({state_case()})"


class Shop(Model):
    """A place where orders come from. It sells its owner's goods only.

    `min_days_shipping` are the days before expiry that its customers want, where that is more than the SKU's own.
    """

    __tablename__ = "shop"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    platform: Mapped[str] = mapped_column(default="own")
    currency: Mapped[str] = mapped_column(default="CNY")
    carrier: Mapped[str] = mapped_column(default="own_fleet")
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1, server_default="1")
    min_days_shipping: Mapped[int] = mapped_column(default=0, server_default="0")


class Order(Model):
    """One order of one shop. The five axes say where it stands; `hold_reason` why it does not go on.

    `hold_params` are the figures behind the reason, such as which SKU is short by how many; `also` in
    them lists further reasons. `source_hash` tells whether an order that comes again has changed. `kind` is what the
    shop says it is, one of KINDS. `gift_note` is what the buyer has written to who gets the parcel. `cod` is what the
    carrier collects from the buyer (代收货款), 0 for most. `remark` is the buyer's, `seller_remark` the shop's own.
    `buyer` and `address_id` are the platform's ids of who buys and of where it goes (such as an OAID): equal ids are
    the same person or place, though names and numbers are masked; empty where a shop has none. Who gets the parcel and
    where, below the district, are sealed at rest.
    """

    __tablename__ = "sales_order"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        CONFIRMATION.check("confirmation"),
        PAYMENT.check("payment"),
        PROCESSING.check("processing"),
        SHIPPING.check("shipping"),
        REFUND.check("refund"),
        CheckConstraint(f"kind IN {KINDS}", name="kind_known"),
        CheckConstraint("cod >= 0", name="cod_not_negative"),
        Index(
            "ix_sales_order_ready",
            "warehouse_id",
            "promised_at",
            postgresql_where="confirmation = 'confirmed' AND processing = 'waiting'",
        ),
        Index("ix_sales_order_state", "warehouse_id", "confirmation", "processing", "shipping"),
        Index("ix_sales_order_number", "warehouse_id", "number"),
        Index("ix_sales_order_recipient", "warehouse_id", text(mark_sql("recipient"))),
        Index("ix_sales_order_phone", "warehouse_id", text(mark_sql("phone"))),
        Index("ix_sales_order_tail", "warehouse_id", text(mark_sql("phone", 1))),
        Index("ix_sales_order_promised", "warehouse_id", "promised_at", "id"),
        Index("ix_sales_order_queue", "warehouse_id", text(STATE_SQL), "promised_at", "id"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"))
    number: Mapped[str]
    confirmation: Mapped[str] = mapped_column(default=CONFIRMATION.initial)
    payment: Mapped[str] = mapped_column(default=PAYMENT.initial)
    processing: Mapped[str] = mapped_column(default=PROCESSING.initial)
    shipping: Mapped[str] = mapped_column(default=SHIPPING.initial)
    refund: Mapped[str] = mapped_column(default=REFUND.initial)
    hold_reason: Mapped[str | None]
    hold_params: Mapped[dict[str, Any] | None]
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    promised_at: Mapped[datetime]
    carrier: Mapped[str] = mapped_column(default="own_fleet")
    currency: Mapped[str] = mapped_column(default="CNY")
    total: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=0)
    paid: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=0)
    cod: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=0, server_default="0")
    recipient: Mapped[str] = mapped_column(Sealed("recipient", NAME), default="")
    phone: Mapped[str] = mapped_column(Sealed("phone", PHONE), default="")
    email: Mapped[str] = mapped_column(Sealed("email"), default="", server_default="")
    country: Mapped[str] = mapped_column(default="")
    province: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    district: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(Sealed("address"), default="")
    postcode: Mapped[str] = mapped_column(Sealed("postcode"), default="")
    remark: Mapped[str] = mapped_column(default="")
    seller_remark: Mapped[str] = mapped_column(default="", server_default="")
    buyer: Mapped[str] = mapped_column(default="", server_default="")
    address_id: Mapped[str] = mapped_column(default="", server_default="")
    gift_note: Mapped[str] = mapped_column(default="", server_default="")
    kind: Mapped[str] = mapped_column(default="normal", server_default="normal")
    source_hash: Mapped[bytes] = mapped_column(LargeBinary)

    shop: Mapped[Shop] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.id")


class OrderLine(Model):
    """One SKU of an order. `dropped` pieces will not be sent (short pick, by a supervisor's word).

    A bundle's line is `exploded` when its stock is promised: lines of its components then stand for it, each with
    the bundle's line as `bundle_line_id`, and it is neither picked nor packed itself.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line_key"),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("dropped >= 0 AND dropped <= qty", name="dropped_within_qty"),
    )

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    line_key: Mapped[str]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    qty: Mapped[int]
    price: Mapped[Decimal] = mapped_column(Numeric(14, 4), default=0)
    dropped: Mapped[int] = mapped_column(default=0)
    exploded: Mapped[bool] = mapped_column(default=False, server_default="false")
    bundle_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))

    order: Mapped[Order] = relationship(back_populates="lines")


class OrderHistory(Model):
    """Something that was done to an order besides its steps on the floor, which have tables of their own.

    `action` names a text of this room (`history.<action>`), `params` fill it; `person_id` None: a rule, a shop or
    another program, which `params` may name.
    """

    __tablename__ = "order_history"
    __table_args__ = (Index("ix_order_history_order", "order_id", "id"),)

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str]
    params: Mapped[dict[str, Any]]
