"""What is counted, what was seen, and what came of it. Values in the house's currency."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.counting.lifecycle import COUNT
from wms.stock.models import LOOSE

KINDS = ("bin", "sku", "cycle", "zero", "audit", "short")
OUTCOMES = ("same", "posted", "pending", "again", "approval", "dropped")
_ACTIVE = "status NOT IN ('done', 'cancelled')"


class CountPlan(Model):
    """How a warehouse counts; one without a row counts by the defaults.

    `days_a` … `days_c`: a bin is counted again after so many days, by the fastest SKU in it. `audit_bins` are drawn
    at random each day. A difference is within tolerance when it is at most `tolerance_pieces`, or at most
    `tolerance_percent` of the book, and is worth at most `tolerance_value`. One worth more than `approval_value`
    needs a supervisor even when two counts agree. `other_person`: who counted may not count the same bin again.
    """

    __tablename__ = "count_plan"
    __table_args__ = (
        CheckConstraint("days_a > 0 AND days_b > 0 AND days_c > 0 AND audit_bins >= 0", name="days_positive"),
        CheckConstraint("tolerance_pieces >= 0 AND tolerance_percent BETWEEN 0 AND 100", name="tolerance_sound"),
        CheckConstraint("tolerance_value >= 0 AND approval_value >= 0", name="values_not_negative"),
    )

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, autoincrement=False)
    days_a: Mapped[int] = mapped_column(default=30)
    days_b: Mapped[int] = mapped_column(default=90)
    days_c: Mapped[int] = mapped_column(default=180)
    audit_bins: Mapped[int] = mapped_column(default=3)
    tolerance_pieces: Mapped[int] = mapped_column(default=1)
    tolerance_percent: Mapped[int] = mapped_column(default=0)
    tolerance_value: Mapped[Decimal] = mapped_column(Numeric(18, 4), default=50)
    approval_value: Mapped[Decimal] = mapped_column(Numeric(18, 4), default=500)
    other_person: Mapped[bool] = mapped_column(default=True)
    zero_checks: Mapped[bool] = mapped_column(default=True)


class CountTask(Model):
    """A bin to be counted, whole or (`sku_id`) one SKU in it. A bin has at most one that has not ended.

    `person_id` counts it now. `at_bin_at` is when they scanned the bin, `container_id` the container they count in.
    `urgent` goes before all others.
    """

    __tablename__ = "count_task"
    __table_args__ = (
        COUNT.check(),
        CheckConstraint("kind IN ('" + "', '".join(KINDS) + "')", name="kind_known"),
        CheckConstraint("(status = 'counting') = (person_id IS NOT NULL)", name="counting_by_someone"),
        Index("uq_count_task_bin", "bin_id", unique=True, postgresql_where=_ACTIVE),
        Index("uq_count_task_person", "person_id", unique=True, postgresql_where="person_id IS NOT NULL"),
        Index("ix_count_task_todo", "warehouse_id", "status", postgresql_where=_ACTIVE),
        Index("ix_count_task_done", "bin_id", "ended_at", postgresql_where="status = 'done'"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    kind: Mapped[str]
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"))
    status: Mapped[str] = mapped_column(default=COUNT.initial)
    urgent: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(default="")
    round: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[int | None]
    at_bin_at: Mapped[datetime | None]
    container_id: Mapped[int] = mapped_column(default=LOOSE)
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]


class CountRound(Model):
    """One person's going over a bin, from its first to its last moment."""

    __tablename__ = "count_round"
    __table_args__ = (Index("ix_count_round_person", "person_id", "closed_at"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("count_task.id"), primary_key=True)
    nr: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int]
    began_at: Mapped[datetime]
    closed_at: Mapped[datetime]


class CountTally(Model):
    """What a counter has seen so far of a SKU: `counted` pieces, from the first scan of it to the last.

    `lot` and `condition` are empty where the counter did not say.
    """

    __tablename__ = "count_tally"
    __table_args__ = (
        UniqueConstraint("task_id", "round", "sku_id", "lot", "container_id", "condition", name="uq_count_tally_seen"),
        CheckConstraint("counted >= 0", name="counted_not_negative"),
    )

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(ForeignKey("count_task.id"))
    round: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot: Mapped[str] = mapped_column(default="")
    container_id: Mapped[int] = mapped_column(default=LOOSE)
    condition: Mapped[str] = mapped_column(default="")
    counted: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime]
    at: Mapped[datetime]


class CountSerial(Model):
    """A piece that was scanned in a round by its number, of SKUs whose numbers are scanned at every move."""

    __tablename__ = "count_serial"

    task_id: Mapped[int] = mapped_column(ForeignKey("count_task.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), primary_key=True)
    serial: Mapped[str] = mapped_column(primary_key=True)
    lot: Mapped[str] = mapped_column(default="")
    container_id: Mapped[int] = mapped_column(default=LOOSE)
    condition: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class CountLine(Model):
    """A place as a round found it: `counted` against `book`, what the books said `at` that moment.

    `difference` is counted − book; `posted` of it has gone into the books. `lost` and `found` name the pieces
    of it that have numbers. Made when the bin is declared done.
    """

    __tablename__ = "count_line"
    __table_args__ = (
        UniqueConstraint(
            "task_id", "round", "sku_id", "lot", "container_id", "owner_id", "condition", name="uq_count_line_place"
        ),
        CheckConstraint("outcome IN ('" + "', '".join(OUTCOMES) + "')", name="outcome_known"),
        CheckConstraint("difference = counted - book", name="difference_follows"),
        CheckConstraint("abs(posted) <= abs(difference)", name="posted_within_difference"),
        Index("ix_count_line_pending", "task_id", postgresql_where="outcome = 'pending'"),
    )

    id: Mapped[BigId]
    task_id: Mapped[int] = mapped_column(ForeignKey("count_task.id"))
    round: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot: Mapped[str] = mapped_column(default="")
    container_id: Mapped[int] = mapped_column(default=LOOSE)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    condition: Mapped[str] = mapped_column(default="good")
    counted: Mapped[int]
    book: Mapped[int]
    difference: Mapped[int]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4), default=0)
    outcome: Mapped[str]
    posted: Mapped[int] = mapped_column(default=0)
    lost: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    found: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    person_id: Mapped[int]
    at: Mapped[datetime]
