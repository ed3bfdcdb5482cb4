"""What is expected to arrive, what did arrive, how good it is and where it goes. Quantities in base units."""
from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.inbound.lifecycle import ASIDE, CHECK, PUTAWAY, RECEIPT

KINDS = ("asn", "purchase", "transfer", "return", "production")
LEVELS = ("percent", "pieces", "steps")
ASIDE_REASONS = ("unknown", "over", "damaged", "other")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ('" + "', '".join(values) + "')"


class Receipt(Model):
    """Goods that somebody announced, or that came without a word (`blind`, no lines).

    A blind receipt shows nobody what is expected, and takes whatever comes. `over_percent` is how much more than
    expected may come in. The ledger's reference of its moves is `receipt <number>`.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        RECEIPT.check(),
        UniqueConstraint("warehouse_id", "number"),
        CheckConstraint(_one_of("kind", KINDS), name="kind_known"),
        CheckConstraint("over_percent BETWEEN 0 AND 100", name="over_percent_known"),
        CheckConstraint("(kind = 'transfer') = (transfer_id IS NOT NULL)", name="transfer_named"),
        Index("ix_receipt_open", "warehouse_id", "expected_at", postgresql_where="status IN ('expected', 'receiving')"),
        Index("uq_receipt_transfer", "transfer_id", unique=True, postgresql_where="status <> 'cancelled'"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    number: Mapped[str]
    kind: Mapped[str] = mapped_column(default="asn")
    supplier: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("stock_transfer.id"))
    status: Mapped[str] = mapped_column(default=RECEIPT.initial)
    blind: Mapped[bool] = mapped_column(default=False)
    over_percent: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    expected_at: Mapped[datetime | None]
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    finished_by: Mapped[int | None]
    finished_at: Mapped[datetime | None]
    short_reason: Mapped[str] = mapped_column(default="")


class ReceiptLine(Model):
    """`qty` pieces of a SKU that are expected, 0 for goods that nobody announced.

    `most` is what may come in, tolerance included; None for no limit. `lpn` is the pallet (SSCC, LPN) on which the
    pieces were announced. `rejected` of the `received` pieces did not pass the quality check.
    """

    __tablename__ = "receipt_line"
    __table_args__ = (
        UniqueConstraint("receipt_id", "position"),
        CheckConstraint("qty >= 0", name="qty_not_negative"),
        CheckConstraint("received >= 0 AND received <= most", name="received_within_most"),
        CheckConstraint("rejected >= 0 AND rejected <= received", name="rejected_within_received"),
        Index("ix_receipt_line_sku", "receipt_id", "sku_id"),
        Index("ix_receipt_line_lpn", "lpn", postgresql_where="lpn <> ''"),
        Index("uq_receipt_line_unannounced", "receipt_id", "sku_id", unique=True, postgresql_where="qty = 0"),
    )

    id: Mapped[BigId]
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    position: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    qty: Mapped[int]
    most: Mapped[int | None]
    packaging_id: Mapped[int | None] = mapped_column(ForeignKey("packaging.id"))
    lot: Mapped[str] = mapped_column(default="")
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    unit_cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    lpn: Mapped[str] = mapped_column(default="")
    transfer_line_id: Mapped[int | None] = mapped_column(ForeignKey("stock_transfer_line.id"))
    received: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)


class ReceiptEntry(Model):
    """Pieces that one scan of a person brought in on one line. `batch` joins what one scan brought in on several."""

    __tablename__ = "receipt_entry"
    __table_args__ = (
        CheckConstraint("qty > 0", name="qty_positive"),
        Index("ix_receipt_entry_receipt", "receipt_id", "id"),
        Index("ix_receipt_entry_person", "person_id", "id"),
    )

    id: Mapped[BigId]
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("receipt_line.id"))
    batch: Mapped[uuid.UUID]
    person_id: Mapped[int | None]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    qty: Mapped[int]
    pack: Mapped[str] = mapped_column(default="")
    pack_qty: Mapped[int] = mapped_column(default=1)
    lot: Mapped[str] = mapped_column(default="")
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    serials: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    condition: Mapped[str] = mapped_column(default="good")
    container_id: Mapped[int] = mapped_column(default=0)
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]


class Receiving(Model):
    """What a person has in hand at the dock: the receipt they work on, the pallet they fill, the goods just scanned.

    `draft` is the goods' facts as far as they are known (see `hand.Draft`), None between two goods.
    """

    __tablename__ = "receiving"
    __table_args__ = (Index("ix_receiving_receipt", "receipt_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    container_id: Mapped[int] = mapped_column(default=0)
    draft: Mapped[dict[str, Any] | None]


class ReceiptAside(Model):
    """Goods that could not be received: nobody knows them, or they are too many or broken. Not in stock.

    The desk settles it: it says what was done with the goods.
    """

    __tablename__ = "receipt_aside"
    __table_args__ = (
        ASIDE.check(),
        CheckConstraint(_one_of("reason", ASIDE_REASONS), name="reason_known"),
        CheckConstraint("qty > 0", name="qty_positive"),
        Index("ix_receipt_aside_open", "warehouse_id", "id", postgresql_where="status = 'open'"),
        Index("ix_receipt_aside_receipt", "receipt_id"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    reason: Mapped[str] = mapped_column(default="unknown")
    code: Mapped[str] = mapped_column(default="")
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"))
    qty: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default=ASIDE.initial)
    person_id: Mapped[int | None]
    at: Mapped[datetime]
    settled_by: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")


class ReceiptPhoto(Model):
    """A picture taken at the dock; the file lies in the data folder under `receipts/`."""

    __tablename__ = "receipt_photo"
    __table_args__ = (Index("ix_receipt_photo_receipt", "receipt_id", "id"),)

    id: Mapped[BigId]
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    aside_id: Mapped[int | None] = mapped_column(ForeignKey("receipt_aside.id"))
    file: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int]
    person_id: Mapped[int | None]
    at: Mapped[datetime]


class QualityPlan(Model):
    """How many pieces of what arrives are looked at, and how many bad ones are accepted.

    For one SKU, one supplier, both, or (neither) everything. `level` `percent`: `value` of a hundred; `pieces`:
    `value` pieces; `steps`: by the size of the lot after ISO 2859-1, general level `value` (1 to 3).
    """

    __tablename__ = "quality_plan"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "sku_id", "supplier", postgresql_nulls_not_distinct=True),
        CheckConstraint(_one_of("level", LEVELS), name="level_known"),
        CheckConstraint("value > 0 AND accept >= 0", name="numbers_sound"),
        CheckConstraint("level <> 'percent' OR value <= 100", name="percent_of_hundred"),
        CheckConstraint("level <> 'steps' OR value <= 3", name="steps_level"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"))
    supplier: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="percent")
    value: Mapped[int]
    accept: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class QualityCheck(Model):
    """Goods in quarantine at the dock until somebody has looked at `sample` of them.

    More than `accept` bad ones among them, and all are rejected. `why`: a `plan` asked for it, or the goods were
    `unexpected`.
    """

    __tablename__ = "quality_check"
    __table_args__ = (
        CHECK.check(),
        CheckConstraint("qty > 0 AND sample > 0 AND sample <= qty", name="sample_within_qty"),
        CheckConstraint("defects >= 0 AND defects <= qty", name="defects_within_qty"),
        CheckConstraint(_one_of("why", ("plan", "unexpected")), name="why_known"),
        Index("ix_quality_check_open", "warehouse_id", "id", postgresql_where="status = 'open'"),
        Index("ix_quality_check_receipt", "receipt_id"),
        Index(
            "uq_quality_check_open", "line_id", "lot", "container_id", "bin_id", "why", unique=True,
            postgresql_where="status = 'open'",
        ),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("receipt_line.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    container_id: Mapped[int] = mapped_column(default=0)
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    serials: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    qty: Mapped[int]
    sample: Mapped[int]
    accept: Mapped[int] = mapped_column(default=0)
    defects: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(default="plan")
    status: Mapped[str] = mapped_column(default=CHECK.initial)
    note: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]


class PutawayTask(Model):
    """Pieces that a person takes from the dock to a bin: the one suggested, for the reason `why`, or another.

    `whole`: the container goes as it is. `position` is the place in the person's walk.
    """

    __tablename__ = "putaway_task"
    __table_args__ = (
        PUTAWAY.check(),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("put >= 0 AND put <= qty", name="put_within_qty"),
        Index("ix_putaway_task_person", "person_id", postgresql_where="status = 'planned'"),
        Index("ix_putaway_task_from", "from_bin_id", "sku_id", postgresql_where="status = 'planned'"),
        Index("ix_putaway_task_bin", "bin_id", postgresql_where="status = 'planned'"),
        Index("ix_putaway_task_day", "warehouse_id", "done_at"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    container_id: Mapped[int] = mapped_column(default=0)
    whole: Mapped[bool] = mapped_column(default=False)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    condition: Mapped[str] = mapped_column(default="good")
    serials: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    qty: Mapped[int]
    put: Mapped[int] = mapped_column(default=0)
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bin.id"))
    why: Mapped[str] = mapped_column(default="")
    actual_bin_id: Mapped[int | None] = mapped_column(ForeignKey("bin.id"))
    overrule_reason: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default=PUTAWAY.initial)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
