"""Carts, pick tasks, the totes on them and the lines to walk to."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.picking.lifecycle import LINE, PUT, PUT_BACK, TASK
from wms.picking.rules import SHORT_WAYS


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

    `kind` says how it is picked: `cart`, a tote for each order; `bulk`, the goods of all its orders together; `box`, by
    nobody: its orders are served from sealed boxes.
    `stage_bin_id` is where the ledger books what lies on the cart. `lines` and `open_lines` are kept
    with the lines themselves, so that a scan need not count them. `zone_ids` are where it goes and `first_bin_id` is
    where it begins, so that giving it to somebody need not read its lines. `send_home`: whoever walks it finishes the
    line in hand, and then it is handed back.
    Tasks with one `relay_id`, the first of their walks, serve the same orders zone by zone: `stage` 1, 2, … in the
    pick order of the zones, 0 for a walk that is whole. One that is `waiting` begins when the cart of the stage before
    comes.
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
        CheckConstraint("kind IN ('cart', 'bulk', 'box')", name="kind_known"),
        CheckConstraint("(stage > 0) = (relay_id IS NOT NULL)", name="stage_of_a_relay"),
        Index("ix_pick_task_relay", "relay_id", postgresql_where="relay_id IS NOT NULL"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    kind: Mapped[str] = mapped_column(default="cart", server_default="cart")
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
    zone_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    first_bin_id: Mapped[int | None] = mapped_column(ForeignKey("bin.id"))
    send_home: Mapped[bool] = mapped_column(default=False, server_default="false")
    stage: Mapped[int] = mapped_column(default=0, server_default="0")
    relay_id: Mapped[int | None] = mapped_column(ForeignKey("wave_cart.id"))


class PickWaiting(Model):
    """A person who is ready for a task; who has waited longest gets the next one."""

    __tablename__ = "pick_waiting"
    __table_args__ = (Index("ix_pick_waiting_since", "warehouse_id", "since"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    since: Mapped[datetime]


class PickTote(Model):
    """A slot of a task's cart: one order, and the tote once the picker has scanned it there.

    In a bulk task an order's container is its slot of a put wall, once it has one; the totes that the picker fills
    are rows without an order.
    `in_use` ends when the packer has emptied the tote: a tote serves one order at a time. `open_lines`
    are the order's lines still to pick here, `picks` counts the scans that put goods in. `station_id`: where it waits
    for the other totes of its order, once it was scanned there.
    """

    __tablename__ = "pick_tote"
    __table_args__ = (
        UniqueConstraint("task_id", "slot"),
        CheckConstraint("open_lines >= 0", name="open_lines_not_negative"),
        CheckConstraint("NOT in_use OR container_id IS NOT NULL", name="tote_when_in_use"),
        CheckConstraint("order_id IS NOT NULL OR container_id IS NOT NULL", name="of_an_order_or_a_tote"),
        Index("uq_pick_tote_container", "container_id", unique=True, postgresql_where="in_use"),
    )

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(ForeignKey("pick_task.id"))
    slot: Mapped[int]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_order.id"), index=True)
    container_id: Mapped[int | None] = mapped_column(ForeignKey("container.id"))
    in_use: Mapped[bool] = mapped_column(default=False)
    open_lines: Mapped[int] = mapped_column(default=0)
    picks: Mapped[int] = mapped_column(default=0)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))


class PickLine(Model):
    """One stop for one order: `qty` pieces of a SKU from a bin into a slot's tote.

    `picked` pieces lie in the tote, or went with it to the order; of an order that was taken out of its wave they are
    `put_back` instead. `short_reason` says why a line was short, or withdrawn. `awaits`: its bin is being filled up.
    Lines of a bulk task with the same `seq` are one stop: the same goods for several orders. Of what was picked in
    bulk, `sorted` pieces have gone on to their order: into its slot of the wall, or into its parcel.
    """

    __tablename__ = "pick_line"
    __table_args__ = (
        LINE.check(),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("picked >= 0 AND picked <= qty", name="picked_within_qty"),
        CheckConstraint("put_back >= 0 AND picked + put_back <= qty", name="put_back_within_qty"),
        CheckConstraint("sorted >= 0 AND sorted <= picked", name="sorted_within_picked"),
        Index("ix_pick_line_task", "task_id", "seq"),
        Index("ix_pick_line_order", "order_id"),
        Index("ix_pick_line_awaits", "bin_id", "sku_id", postgresql_where="awaits"),  # nothing a confirm changes
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
    sorted: Mapped[int] = mapped_column(default=0, server_default="0")
    status: Mapped[str] = mapped_column(default=LINE.initial)
    short_reason: Mapped[str | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None]
    put_back: Mapped[int] = mapped_column(default=0, server_default="0")
    awaits: Mapped[bool] = mapped_column(default=False, server_default="false")


class PutBack(Model):
    """The goods of an order in a tote or a parcel that go back to their bins.

    What is still to be put back is what the books have in `container_id` at `bin_id`; `put` counts the pieces that
    are back. `why`: pulled, cancelled, intercepted, or aside: out of a bulk tote, and wanted by no order.
    """

    __tablename__ = "put_back"
    __table_args__ = (
        PUT_BACK.check(),
        CheckConstraint("put >= 0", name="put_not_negative"),
        Index("uq_put_back_container", "container_id", unique=True, postgresql_where="status IN ('open', 'taken')"),
        Index("ix_put_back_todo", "warehouse_id", "id", postgresql_where="status IN ('open', 'taken')"),
        Index("ix_put_back_order", "order_id"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    container_id: Mapped[int] = mapped_column(ForeignKey("container.id"))
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    status: Mapped[str] = mapped_column(default=PUT_BACK.initial)
    why: Mapped[str]
    put: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """What the moves of it are called."""
        return f"put_back {self.id}"


class PickPlan(Model):
    """How a warehouse picks.

    `short_ways` are what a picker may do about missing pieces, the best first. Whose task has seen no scan for
    `idle_minutes` may be taken over by whoever scans its cart. `put_back_at` is where goods that go back are put
    down meanwhile, as people call it.
    """

    __tablename__ = "pick_plan"
    __table_args__ = (CheckConstraint("idle_minutes > 0", name="idle_positive"),)

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, autoincrement=False)
    short_ways: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=lambda: list(SHORT_WAYS), server_default="{another,replenish,count,order}"
    )
    idle_minutes: Mapped[int] = mapped_column(default=10, server_default="10")
    put_back_at: Mapped[str] = mapped_column(default="", server_default="")


class PickPerson(Model):
    """Where somebody may pick and what they can do. No row, or no zones: everywhere, without any special skill."""

    __tablename__ = "pick_person"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, autoincrement=False)
    zone_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default="{}")
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")


class ZoneSkill(Model):
    """A skill without which nobody is sent into a zone: cold, hazardous, reach_truck."""

    __tablename__ = "pick_zone_skill"

    zone_id: Mapped[int] = mapped_column(ForeignKey("zone.id"), primary_key=True, autoincrement=False)
    skill: Mapped[str] = mapped_column(primary_key=True)


class WavePerson(Model):
    """Somebody whom a supervisor has put on a wave: its tasks come first for them."""

    __tablename__ = "pick_wave_person"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)


class Wall(Model):
    """A put wall (播种墙): shelves whose slots each gather one order. Its code is on its label."""

    __tablename__ = "wall"
    __table_args__ = (UniqueConstraint("warehouse_id", "code"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    name: Mapped[str]


class WallSlot(Model):
    """A place of a wall. Its label is a container, so that ledger and packing know it. `nr` 0: what nobody wants."""

    __tablename__ = "wall_slot"
    __table_args__ = (UniqueConstraint("wall_id", "nr"), UniqueConstraint("container_id"))

    id: Mapped[BigId]
    wall_id: Mapped[int] = mapped_column(ForeignKey("wall.id"))
    nr: Mapped[int]
    container_id: Mapped[int] = mapped_column(ForeignKey("container.id"))


class WallSorter(Model):
    """Who sorts at which wall, and the bulk tote in front of them."""

    __tablename__ = "wall_sorter"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    wall_id: Mapped[int] = mapped_column(ForeignKey("wall.id"))
    container_id: Mapped[int | None] = mapped_column(ForeignKey("container.id"))


class WallPut(Model):
    """Pieces that a sorter took out of a bulk tote, and the slot they were shown for them.

    Nothing has moved while it is `shown`; what is shown to one sorter is not shown to another. `line_id` None: no
    order wants them, they go into the wall's slot 0, because of `why`.
    """

    __tablename__ = "wall_put"
    __table_args__ = (
        PUT.check(),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("line_id IS NOT NULL OR why IS NOT NULL", name="of_a_line_or_why"),
        Index("uq_wall_put_shown", "person_id", unique=True, postgresql_where="status = 'shown'"),
        Index("ix_wall_put_line", "line_id", postgresql_where="status = 'shown'"),
        Index("ix_wall_put_wall", "wall_id", "id"),
    )

    id: Mapped[BigId]
    wall_id: Mapped[int] = mapped_column(ForeignKey("wall.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    container_id: Mapped[int] = mapped_column(ForeignKey("container.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("wall_slot.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("pick_line.id"))
    why: Mapped[str | None]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    condition: Mapped[str] = mapped_column(default="good")
    serial: Mapped[str] = mapped_column(default="")
    qty: Mapped[int]
    status: Mapped[str] = mapped_column(default=PUT.initial)
    at: Mapped[datetime]
