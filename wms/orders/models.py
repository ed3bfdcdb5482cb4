"""Shops, orders and their lines. Money is Decimal with the order's currency."""
from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wms.core.db import BigId, Model
from wms.core.private import NAME, PHONE, Sealed, SealedJson, mark_sql
from wms.orders.auditing import tables as tables  # they belong to this room's models
from wms.orders.due_rules import due_at_case, due_kind_case
from wms.orders.lifecycle import BULK, CONFIRMATION, PAYMENT, PROCESSING, REFUND, SHIPPING
from wms.orders.routing_rules import OTHERWISE, WAYS
from wms.orders.rules import state_case

# What kind of order a shop says it is: sold in a live stream (直播), ahead of its goods (预售), a gift (赠品), to be
# sent at once (加急), or none of these.
KINDS = ("normal", "live", "presale", "gift", "urgent")
# Of a group purchase (拼团): none, its group is not complete yet, is complete, or was not in time.
GROUPS = ("", "open", "complete", "failed")
MERGING = ("no", "own", "shops")  # orders of a shop are merged with none, with its own, with those of shops like it
MODES = ("off", "suggest", "automatic")
# Who said which carrier takes an order: nobody yet, so it is the shop's usual one; whoever told the order; a clerk; an
# audit rule; or the choice among the carriers of the warehouse. What is FIXED no choice changes.
CARRIER_BY = ("shop", "told", "clerk", "rule", "choice")
FIXED = ("told", "clerk", "rule")
# The state of an order as SQL, word by word what the index of the queues holds: else it would not be used.
STATE_SQL = f"({state_case()})"
MAY_MERGE = "confirmation = ANY (ARRAY['confirmed'::text, 'held'::text]) AND processing = 'waiting'"
# What somebody may still have to do something about, few beside those that are gone: likewise word by word.
OPEN_SQL = "shipping = 'unshipped' AND confirmation <> 'cancelled' AND refund <> 'refunded'"


class Shop(Model):
    """A place where orders come from. It sells its owner's goods only.

    `min_days_shipping` are the days before expiry that its customers want, where that is more than the SKU's own.
    `merging` (MERGING) is with which orders its own may share a parcel. Its buyers pay within `pay_days`; what is paid
    leaves within `ship_days` where the platform promises nothing else. `presale_ahead`: what is sold ahead is packed
    before its balance is paid, and leaves then.
    Buyers who have not paid so long after they ordered are reminded, and their orders cancelled; None: never.
    `route_way` is how one of its warehouses (ShopWarehouse) is chosen, `route_else` what is done where none has all.
    """

    __tablename__ = "shop"
    __table_args__ = (
        CheckConstraint(f"merging IN {MERGING}", name="merging_known"),
        CheckConstraint("pay_days >= 0 AND ship_days >= 0", name="days_not_negative"),
        CheckConstraint(f"route_way IN {WAYS}", name="route_way_known"),
        CheckConstraint(f"route_else IN {OTHERWISE}", name="route_else_known"),
    )

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    platform: Mapped[str] = mapped_column(default="own")
    currency: Mapped[str] = mapped_column(default="CNY")
    carrier: Mapped[str] = mapped_column(default="own_fleet")
    remind_unpaid_minutes: Mapped[int | None]
    cancel_unpaid_minutes: Mapped[int | None]
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1, server_default="1")
    min_days_shipping: Mapped[int] = mapped_column(default=0, server_default="0")
    merging: Mapped[str] = mapped_column(default="own", server_default="own")
    pay_days: Mapped[int] = mapped_column(default=2, server_default="2")
    ship_days: Mapped[int] = mapped_column(default=3, server_default="3")
    presale_ahead: Mapped[bool] = mapped_column(default=False, server_default="false")
    route_way: Mapped[str] = mapped_column(default="nearest", server_default="nearest")
    route_else: Mapped[str] = mapped_column(default="wait", server_default="wait")


class OrderSetting(Model):
    """How a warehouse handles orders. `merging` (MODES): orders for one place share a parcel never, when a clerk says
    so, or by themselves when they were placed within `merge_minutes` of each other. `day_ends`: what is to be seen to
    the same day, is by this hour."""

    __tablename__ = "order_setting"
    __table_args__ = (
        CheckConstraint(f"merging IN {MODES}", name="merging_known"),
        CheckConstraint("merge_minutes >= 0", name="merge_minutes_not_negative"),
    )

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, autoincrement=False)
    merging: Mapped[str] = mapped_column(default="suggest")
    merge_minutes: Mapped[int] = mapped_column(default=60)
    day_ends: Mapped[time] = mapped_column(default=time(18))


class ShopWarehouse(Model):
    """A warehouse that a shop may send from, in the sequence of `place`; `places` are those that it serves first, as
    `core.places` reads them. A shop without any sends from where its orders are taken in."""

    __tablename__ = "shop_warehouse"

    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, autoincrement=False)
    place: Mapped[int]
    places: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)


class Order(Model):
    """One order of one shop. The five axes say where it stands; `hold_reason` why it does not go on.

    `hold_params` are the figures behind the reason, such as which SKU is short by how many; `also` in them lists
    further reasons, `also_params` the figures of each. `source_hash` tells whether an order that comes again has
    changed. `kind` is what the shop says it is, one of KINDS. `gift_note` is what the buyer has written to who gets the
    parcel. `cod` is what the carrier collects from the buyer (代收货款), 0 for most. `remark` is the buyer's,
    `seller_remark` the shop's own. `routed` is why it is in this warehouse (`routing_rules.told`), None where there was
    nothing to choose. `carrier_by` is who said that `carrier` takes it, one of CARRIER_BY. `buyer` and `address_id` are
    the platform's ids of who buys and of where it goes (such as an OAID): equal ids are the same person or place,
    though names and numbers are masked; empty where a shop has none. `tags` are words that rules put on it;
    `carrier_rule` names the rule that chose its carrier, if one did. Who gets the parcel and where, below the district,
    are sealed at rest; `place_key` is what `place_keys.hashed` makes of it. Orders that share a parcel:
    `merged_into_id` is the one that the floor has in hand, whose lines theirs are meanwhile; `companions` counts them
    there. A part that was split off is `split_from_id`. `keep_apart`: a clerk or a split wants it alone, so that
    nothing merges it by itself. `edited`: a clerk has changed it (`OrderEdit`). `ahead`: sold ahead, it may be picked
    and packed before its balance is paid, and leaves then. `group_state` (GROUPS) is of a group purchase. `due_kind`
    and `due_at` are what is to be done next and by when (`due_rules`); `pay_by`, `ship_by` and `hold_by` are the
    moments that they choose from.
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
        CheckConstraint(f"group_state IN {GROUPS}", name="group_state_known"),
        CheckConstraint("(confirmation = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_one"),
        CheckConstraint("companions >= 0", name="companions_not_negative"),
        CheckConstraint(f"carrier_by IN {CARRIER_BY}", name="carrier_by_known"),
        Index(
            "ix_sales_order_ready",
            "warehouse_id",
            "promised_at",
            postgresql_where="confirmation = 'confirmed' AND processing = 'waiting'",
        ),
        Index("ix_sales_order_state", "warehouse_id", "confirmation", "processing", "shipping"),
        Index("ix_sales_order_number", "warehouse_id", "number"),
        Index("ix_sales_order_buyer", "shop_id", "buyer", "placed_at", postgresql_where="buyer <> ''"),
        Index(
            "ix_sales_order_unpaid",
            "shop_id",
            "placed_at",
            postgresql_where="hold_reason = 'unpaid' AND confirmation = 'held'",
        ),
        Index("ix_sales_order_recipient", "warehouse_id", text(mark_sql("recipient"))),
        Index("ix_sales_order_phone", "warehouse_id", text(mark_sql("phone"))),
        Index("ix_sales_order_tail", "warehouse_id", text(mark_sql("phone", 1))),
        Index("ix_sales_order_promised", "warehouse_id", "promised_at", "id"),
        Index("ix_sales_order_place", "warehouse_id", "place_key", postgresql_where=MAY_MERGE),
        Index("ix_sales_order_address_id", "warehouse_id", "address_id", postgresql_where=MAY_MERGE),
        Index("ix_sales_order_merged", "merged_into_id", postgresql_where="merged_into_id IS NOT NULL"),
        Index("ix_sales_order_split", "split_from_id", postgresql_where="split_from_id IS NOT NULL"),
        Index("ix_sales_order_due", "warehouse_id", "due_at", "id", postgresql_where="due_at IS NOT NULL"),
        Index("ix_sales_order_due_kind", "warehouse_id", "due_kind", "due_at", postgresql_where="due_at IS NOT NULL"),
        Index("ix_sales_order_queue", "warehouse_id", text(STATE_SQL), "promised_at", "id"),
        Index("ix_sales_order_shop_queue", "shop_id", text(STATE_SQL), "promised_at", "id"),
        Index("ix_sales_order_open", "warehouse_id", "number", "id", postgresql_where=OPEN_SQL),
        Index(
            "ix_sales_order_held", "warehouse_id", "hold_reason", "promised_at", "id",
            postgresql_where="confirmation = 'held'",
        ),
        Index("ix_sales_order_tags", "tags", postgresql_using="gin", postgresql_where="tags <> '{}'"),
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
    carrier_by: Mapped[str] = mapped_column(default="shop", server_default="shop")
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
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    carrier_rule: Mapped[str] = mapped_column(default="", server_default="")
    source_hash: Mapped[bytes] = mapped_column(LargeBinary)
    place_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"))
    companions: Mapped[int] = mapped_column(default=0, server_default="0")
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"))
    keep_apart: Mapped[bool] = mapped_column(default=False, server_default="false")
    edited: Mapped[bool] = mapped_column(default=False, server_default="false")
    ahead: Mapped[bool] = mapped_column(default=False, server_default="false")
    group_state: Mapped[str] = mapped_column(default="", server_default="")
    pay_by: Mapped[datetime | None]
    ship_by: Mapped[datetime | None]
    hold_by: Mapped[datetime | None]
    due_kind: Mapped[str | None] = mapped_column(Computed(due_kind_case(), persisted=True))
    due_at: Mapped[datetime | None] = mapped_column(Computed(due_at_case(), persisted=True))
    routed: Mapped[dict[str, Any] | None]

    shop: Mapped[Shop] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.id")


class OrderLine(Model):
    """One SKU of an order. `dropped` pieces will not be sent (short pick, by a supervisor's word).

    A bundle's line is `exploded` when its stock is promised: lines of its components then stand for it, each with
    the bundle's line as `bundle_line_id`, and it is neither picked nor packed itself. A `gift` is a rule's: its shop
    knows nothing of it.

    A line that travels with another order has that as `order_id` and its own as `origin_id`; its key is then its own
    behind the number of its order's row (`merge_rules.moved_key`).
    """

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line_key"),
        Index("ix_order_line_sku", "sku_id", "order_id"),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("dropped >= 0 AND dropped <= qty", name="dropped_within_qty"),
    )

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    line_key: Mapped[str]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    qty: Mapped[int]
    price: Mapped[Decimal] = mapped_column(Numeric(14, 4), default=0)
    dropped: Mapped[int] = mapped_column(default=0)
    exploded: Mapped[bool] = mapped_column(default=False, server_default="false")
    gift: Mapped[bool] = mapped_column(default=False, server_default="false")
    bundle_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    origin_id: Mapped[int | None] = mapped_column(BigInteger)

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


class OrderEdit(Model):
    """What a clerk changed of an order, and why. `fields` names it; `sealed` is `{before, after}`, for it may be a
    person's address."""

    __tablename__ = "order_edit"
    __table_args__ = (Index("ix_order_edit_order", "order_id", "id"),)

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    fields: Mapped[list[Any]]
    sealed: Mapped[Any] = mapped_column(SealedJson("order_edit"))
    undone_at: Mapped[datetime | None]


class ShopWord(Model):
    """What the shop says of an order that a clerk has changed, where the two do not agree: it waits for a clerk."""

    __tablename__ = "order_shop_word"

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    fields: Mapped[list[Any]]
    sealed: Mapped[Any] = mapped_column(SealedJson("order_shop_word"))


class OrderAlarm(Model):
    """That an order was late for something (`kind`, of `due_rules`) was told, once."""

    __tablename__ = "order_alarm"

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class OrderBulk(Model):
    """An action on many orders (`action`, of `actions.py`, with its `options`): what would become of each is looked at
    first, then it is done, and perhaps taken back."""

    __tablename__ = "order_bulk"
    __table_args__ = (
        BULK.check("status"),
        Index(
            "ix_order_bulk_at_work", "status",
            postgresql_where="status = ANY (ARRAY['looking'::text, 'doing'::text, 'undoing'::text])",
        ),
        Index("ix_order_bulk_person", "warehouse_id", "person_id", "id"),
    )  # fmt: skip

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    action: Mapped[str]
    options: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str]
    status: Mapped[str] = mapped_column(default=BULK.initial)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OrderBulkItem(Model):
    """One order of a bulk action. `seen` is how it stood when it was looked at; `foreseen`, `outcome` and `undone` are
    what would become of it, what became of it, and of that: {code, params, done, reason}, None until it is its turn.
    `kept` is what taking it back needs."""

    __tablename__ = "order_bulk_item"

    bulk_id: Mapped[int] = mapped_column(
        ForeignKey("order_bulk.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    nr: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    foreseen: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    undone: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    kept: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
