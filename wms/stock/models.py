"""The ledger and what is derived from it. Only this room writes these tables.

`stock_move` is append-only and double-entry. `stock_balance` is Σ moves per place, `stock_level` is
Σ balances of promisable bins per SKU; both change only together with a move, by conditional UPDATE.
"""
from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.stock.lifecycle import ADJUSTMENT, BOX, HOLD, PROMISE, TRANSFER

CONDITIONS = ("good", "damaged", "quarantine", "returned")
ORIGINS = ("order", "transfer", "replenish", "kit", "manual", "box")
UNPROMISED = ("transfer", "kit", "manual")  # what is set aside for these may not be promised to orders meanwhile
LOOSE = 0  # container_id of goods that are in no container; a value, so that unique keys hold


class Container(Model):
    """A tote, pallet or box with a licence plate (LPN), perhaps inside another one.

    Where it stands follows from the goods in it; `bin_id` says it for one that is empty or nested.
    """

    __tablename__ = "container"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        CheckConstraint("parent_id <> id", name="not_in_itself"),
        Index("ix_container_parent", "parent_id", postgresql_where="parent_id IS NOT NULL"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    kind: Mapped[str] = mapped_column(default="tote")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("container.id"))
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bin.id"))


class SealedBox(Model):
    """A box that was packed before it was ordered, with its pieces in the container. `content`: `rules.content_key`."""

    __tablename__ = "sealed_box"
    __table_args__ = (
        BOX.check(),
        UniqueConstraint("warehouse_id", "code"),
        Index("ix_sealed_box_content", "warehouse_id", "content", postgresql_where="status = 'sealed'"),
    )

    container_id: Mapped[int] = mapped_column(ForeignKey("container.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    content: Mapped[str]
    status: Mapped[str] = mapped_column(default=BOX.initial)
    sealed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sealed_at: Mapped[datetime]


class Lot(Model):
    """A batch of a SKU (批次) with its dates. Balances and moves carry its code."""

    __tablename__ = "stock_lot"
    __table_args__ = (
        UniqueConstraint("sku_id", "code"),
        Index("ix_stock_lot_expiry", "expires_on"),
        Index("ix_stock_lot_code", "code"),
    )

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    code: Mapped[str]
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    received_at: Mapped[datetime]


class Serial(Model):
    """One piece with a number of its own, and where it is: `bin_id` None when it is outside the house.

    Of SKUs whose numbers are scanned at every move that is where the piece lies. Of those whose numbers are
    asked for at receipt only, it is where the piece was last scanned: their moves name no numbers.
    """

    __tablename__ = "stock_serial"
    __table_args__ = (
        UniqueConstraint("sku_id", "code"),
        Index("ix_stock_serial_place", "bin_id", "sku_id", postgresql_where="bin_id IS NOT NULL"),
        Index("ix_stock_serial_code", "code"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    code: Mapped[str]
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bin.id"))
    container_id: Mapped[int] = mapped_column(default=LOOSE)
    lot: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    condition: Mapped[str] = mapped_column(default="good")
    seen_at: Mapped[datetime]


class StockMove(Model):
    """One movement of goods from a bin to a bin; never changed, never deleted.

    `unit_cost` is what a piece was worth as it came in or went out, None for moves within the house.
    `command_id` is the command that asked for it, None for the system's own.
    """

    __tablename__ = "stock_move"
    __table_args__ = (
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("from_bin_id <> to_bin_id OR from_container_id <> to_container_id", name="goes_somewhere"),
        Index("ix_stock_move_sku", "warehouse_id", "sku_id", "id"),
        Index("ix_stock_move_from", "from_bin_id", "id"),
        Index("ix_stock_move_to", "to_bin_id", "id"),
        Index("ix_stock_move_about", "reference", "id"),
        Index("ix_stock_move_actor", "actor_id", "id"),
        Index("ix_stock_move_lot", "sku_id", "lot", "id", postgresql_where="lot <> ''"),
        Index("ix_stock_move_serial", "serial", "id", postgresql_where="serial <> ''"),
        Index("ix_stock_move_from_container", "from_container_id", "id", postgresql_where="from_container_id <> 0"),
        Index("ix_stock_move_to_container", "to_container_id", "id", postgresql_where="to_container_id <> 0"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    condition: Mapped[str] = mapped_column(default="good")
    qty: Mapped[int]
    from_bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    to_bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    from_container_id: Mapped[int] = mapped_column(default=LOOSE)
    to_container_id: Mapped[int] = mapped_column(default=LOOSE)
    reason: Mapped[str]
    reference: Mapped[str]
    actor_id: Mapped[int | None]
    at: Mapped[datetime]
    unit_cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    command_id: Mapped[uuid.UUID | None]


class StockBalance(Model):
    """What lies where: `on_hand` pieces, of which `held` for a released wave."""

    __tablename__ = "stock_balance"
    __table_args__ = (
        UniqueConstraint(
            "bin_id", "sku_id", "lot", "container_id", "owner_id", "condition", name="uq_stock_balance_place"
        ),
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("held >= 0 AND held <= on_hand", name="held_within_on_hand"),
        Index("ix_stock_balance_sku", "warehouse_id", "sku_id"),
        # A bin such as `packed` keeps the emptied rows of every parcel that ever stood in it.
        Index("ix_stock_balance_container", "container_id", postgresql_where="container_id <> 0"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int]
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot: Mapped[str] = mapped_column(default="")
    container_id: Mapped[int] = mapped_column(default=LOOSE)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    condition: Mapped[str] = mapped_column(default="good")
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)


class StockLevel(Model):
    """What may still be promised of a SKU: `on_hand` in promisable bins less `promised`."""

    __tablename__ = "stock_level"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "sku_id", "owner_id"),
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("promised >= 0", name="promised_not_negative"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    on_hand: Mapped[int] = mapped_column(default=0)
    promised: Mapped[int] = mapped_column(default=0)


class StockPromise(Model):
    """Pieces of a SKU promised to an order line, until they are picked or let go.

    `qty` is what is still promised: picking part of a line lowers it.
    """

    __tablename__ = "stock_promise"
    __table_args__ = (
        PROMISE.check(),
        CheckConstraint("qty >= 0", name="qty_not_negative"),
        Index("uq_stock_promise_open", "order_line_id", unique=True, postgresql_where="status = 'open'"),
        Index("ix_stock_promise_sku", "warehouse_id", "sku_id", postgresql_where="status = 'open'"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    order_line_id: Mapped[int]
    qty: Mapped[int]
    status: Mapped[str] = mapped_column(default=PROMISE.initial)
    at: Mapped[datetime]


class StockHold(Model):
    """A reservation: pieces of one exact balance set aside. `qty` is what is still held.

    `origin` says what for: an order's line, or another thing that `reference` names.
    """

    __tablename__ = "stock_hold"
    __table_args__ = (
        HOLD.check(),
        CheckConstraint("qty >= 0", name="qty_not_negative"),
        Index("ix_stock_hold_balance", "balance_id", postgresql_where="status = 'open'"),
        CheckConstraint("(origin = 'order') = (order_line_id IS NOT NULL)", name="origin_named"),
        CheckConstraint("origin IN ('" + "', '".join(ORIGINS) + "')", name="origin_known"),
        Index("ix_stock_hold_line", "order_line_id", postgresql_where="status = 'open'"),
        Index("ix_stock_hold_reference", "reference", postgresql_where="status = 'open' AND origin <> 'order'"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int]
    balance_id: Mapped[int] = mapped_column(ForeignKey("stock_balance.id"))
    origin: Mapped[str] = mapped_column(default="order", server_default="order")
    order_line_id: Mapped[int | None]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    qty: Mapped[int]
    status: Mapped[str] = mapped_column(default=HOLD.initial)
    at: Mapped[datetime]


class StockCost(Model):
    """What the house's goods of a SKU are worth: `value` for `qty` pieces; their quotient is the moving average."""

    __tablename__ = "stock_cost"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "sku_id"),
        CheckConstraint("qty >= 0 AND value >= 0", name="not_negative"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    qty: Mapped[int] = mapped_column(default=0)
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4), default=0)


class StockClass(Model):
    """How fast a SKU moves in a warehouse: pieces and lines a day, and its class of them, A B or C."""

    __tablename__ = "stock_class"
    __table_args__ = (CheckConstraint("velocity IN ('A', 'B', 'C')", name="velocity_known"),)

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), primary_key=True)
    velocity: Mapped[str]
    pieces_a_day: Mapped[Decimal] = mapped_column(Numeric(14, 4), default=0)
    lines_a_day: Mapped[Decimal] = mapped_column(Numeric(14, 4), default=0)
    computed_at: Mapped[datetime]


class Adjustment(Model):
    """A change of stock that a person asked for; one of much value waits for a second person.

    `change` is pieces to add (or take, when negative) at the place, `serials` their numbers where those are scanned
    at every move; `value` is what they are worth.
    """

    __tablename__ = "stock_adjustment"
    __table_args__ = (
        ADJUSTMENT.check(),
        CheckConstraint("change <> 0", name="changes_something"),
        CheckConstraint("reason <> ''", name="reason_given"),
        Index("ix_stock_adjustment_open", "warehouse_id", "id", postgresql_where="status = 'asked'"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot: Mapped[str] = mapped_column(default="")
    container_id: Mapped[int] = mapped_column(default=LOOSE)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    condition: Mapped[str] = mapped_column(default="good")
    change: Mapped[int]
    serials: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    kind: Mapped[str] = mapped_column(default="adjust")  # or scrap
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4), default=0)
    status: Mapped[str] = mapped_column(default=ADJUSTMENT.initial)
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]


class Transfer(Model):
    """Goods that go from one warehouse to another; until they arrive they lie in the sender's `transit` bin."""

    __tablename__ = "stock_transfer"
    __table_args__ = (
        TRANSFER.check(),
        UniqueConstraint("warehouse_id", "number"),
        CheckConstraint("warehouse_id <> to_warehouse_id", name="goes_somewhere"),
        Index("ix_stock_transfer_to", "to_warehouse_id", "status"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    to_warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    number: Mapped[str]
    status: Mapped[str] = mapped_column(default=TRANSFER.initial)
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime]
    shipped_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]


class TransferLine(Model):
    """Pieces of a place in the sending warehouse; `shipped` of `qty` left, `received` arrived."""

    __tablename__ = "stock_transfer_line"
    __table_args__ = (
        CheckConstraint("qty > 0 AND shipped >= 0 AND shipped <= qty", name="shipped_within_qty"),
        CheckConstraint("received >= 0 AND received <= shipped", name="received_within_shipped"),
    )

    id: Mapped[BigId]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("stock_transfer.id"), index=True)
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    condition: Mapped[str] = mapped_column(default="good")
    qty: Mapped[int]
    shipped: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)


class Hand(Model):
    """What a person who moves goods about has scanned and not put down yet: `hand.Holding` as JSON. Nothing moved."""

    __tablename__ = "stock_hand"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    holds: Mapped[dict[str, Any]]
