"""Carts, pick tasks, the totes on them and the lines to walk to."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.picking.lifecycle import LINE, TASK


class Cart(Model):
    """A cart with places for totes. Its code is on its label."""

    __tablename__ = "cart"
    __table_args__ = (UniqueConstraint("warehouse_id", "code"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    slots: Mapped[int]


class PickTask(Model):
    """One cart's walk. `path` is the polyline of the walk, [[x_mm, y_mm], …], for drawing.

    `stage_bin_id` is where the ledger books what lies on the cart. `lines` and `open_lines` are kept
    with the lines themselves, so that a scan need not count them.
    """

    __tablename__ = "pick_task"
    __table_args__ = (
        TASK.check(),
        Index("ix_pick_task_status", "warehouse_id", "status"),
        # One person works one task, one cart carries one task.
        Index(
            "uq_pick_task_person",
            "person_id",
            unique=True,
            postgresql_where="status IN ('assigned', 'picking')",
        ),
        # A task that was handed back keeps its cart: the goods are still on it.
        Index(
            "uq_pick_task_cart",
            "cart_id",
            unique=True,
            postgresql_where="status IN ('open', 'assigned', 'picking')",
        ),
        CheckConstraint("open_lines >= 0 AND open_lines <= lines", name="open_lines_within_lines"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    wave_cart_id: Mapped[int | None] = mapped_column(ForeignKey("wave_cart.id"))
    stage_bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    status: Mapped[str] = mapped_column(default=TASK.initial)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cart_id: Mapped[int | None] = mapped_column(ForeignKey("cart.id"))
    walk_mm: Mapped[int] = mapped_column(default=0)
    path: Mapped[list[Any]]
    lines: Mapped[int] = mapped_column(default=0)
    open_lines: Mapped[int] = mapped_column(default=0)
    assigned_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class PickWaiting(Model):
    """A person who is ready for a task; who has waited longest gets the next one."""

    __tablename__ = "pick_waiting"
    __table_args__ = (Index("ix_pick_waiting_since", "warehouse_id", "since"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    since: Mapped[datetime]


class PickTote(Model):
    """A slot of a task's cart: one order, and the tote once the picker has scanned it there.

    `in_use` ends when the packer has emptied the tote: a tote serves one order at a time. `open_lines`
    are the order's lines still to pick here, `picks` counts the scans that put goods in.
    """

    __tablename__ = "pick_tote"
    __table_args__ = (
        UniqueConstraint("task_id", "slot"),
        CheckConstraint("open_lines >= 0", name="open_lines_not_negative"),
        CheckConstraint("NOT in_use OR container_id IS NOT NULL", name="tote_when_in_use"),
        Index("uq_pick_tote_container", "container_id", unique=True, postgresql_where="in_use"),
    )

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(ForeignKey("pick_task.id"))
    slot: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), index=True)
    container_id: Mapped[int | None] = mapped_column(ForeignKey("container.id"))
    in_use: Mapped[bool] = mapped_column(default=False)
    open_lines: Mapped[int] = mapped_column(default=0)
    picks: Mapped[int] = mapped_column(default=0)


class PickLine(Model):
    """One stop for one order: `qty` pieces of a SKU from a bin into a slot's tote."""

    __tablename__ = "pick_line"
    __table_args__ = (
        LINE.check(),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("picked >= 0 AND picked <= qty", name="picked_within_qty"),
        Index("ix_pick_line_task", "task_id", "seq"),
        Index("ix_pick_line_order", "order_id"),
    )

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(ForeignKey("pick_task.id"))
    seq: Mapped[int]
    slot: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    hold_id: Mapped[int] = mapped_column(ForeignKey("stock_hold.id"))
    qty: Mapped[int]
    picked: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default=LINE.initial)
    short_reason: Mapped[str | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None]
