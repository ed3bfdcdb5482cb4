"""The ledger and what is derived from it. Only this room writes these tables.

`stock_move` is append-only and double-entry. `stock_balance` is Σ moves per place, `stock_level` is
Σ balances of promisable bins per SKU; both change only together with a move, by conditional UPDATE.
"""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.stock.lifecycle import HOLD, PROMISE

CONDITIONS = ("good", "damaged", "quarantine", "returned")
LOOSE = 0  # container_id of goods that are in no container; a value, so that unique keys hold


class Owner(Model):
    """Whose goods they are. Owner 1 is the house itself."""

    __tablename__ = "owner"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Container(Model):
    """A tote, pallet or box with a licence plate (LPN)."""

    __tablename__ = "container"
    __table_args__ = (UniqueConstraint("warehouse_id", "code"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    kind: Mapped[str] = mapped_column(default="tote")


class StockMove(Model):
    """One movement of goods from a bin to a bin; never changed, never deleted."""

    __tablename__ = "stock_move"
    __table_args__ = (
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("from_bin_id <> to_bin_id OR from_container_id <> to_container_id", name="goes_somewhere"),
        Index("ix_stock_move_sku", "warehouse_id", "sku_id", "id"),
        Index("ix_stock_move_from", "from_bin_id", "id"),
        Index("ix_stock_move_to", "to_bin_id", "id"),
        Index("ix_stock_move_reference", "reference"),
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
    """Pieces of one exact balance held for a pick. `qty` is what is still held."""

    __tablename__ = "stock_hold"
    __table_args__ = (
        HOLD.check(),
        CheckConstraint("qty >= 0", name="qty_not_negative"),
        Index("ix_stock_hold_balance", "balance_id", postgresql_where="status = 'open'"),
        Index("ix_stock_hold_line", "order_line_id", postgresql_where="status = 'open'"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int]
    balance_id: Mapped[int] = mapped_column(ForeignKey("stock_balance.id"))
    order_line_id: Mapped[int]
    qty: Mapped[int]
    status: Mapped[str] = mapped_column(default=HOLD.initial)
    at: Mapped[datetime]
