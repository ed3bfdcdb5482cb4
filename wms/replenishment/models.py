"""Pick faces, the tasks that fill them, and when more is bought. Quantities in base units."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.replenishment.lifecycle import REPLENISHMENT
from wms.replenishment.rules import URGENCIES
from wms.stock.models import LOOSE


class PickFace(Model):
    """A bin from which a SKU is picked (拣货位): filled up to `max_qty` when fewer than `min_qty` lie in it."""

    __tablename__ = "pick_face"
    __table_args__ = (
        UniqueConstraint("bin_id", "sku_id"),
        CheckConstraint("min_qty >= 0 AND max_qty > min_qty", name="room_between"),
        Index("ix_pick_face_sku", "warehouse_id", "sku_id"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    min_qty: Mapped[int]
    max_qty: Mapped[int]


class ReplenishTask(Model):
    """`qty` pieces to be brought from one place into a pick face; `pack_qty` of them make a pack, 1: loose pieces.

    Until they are taken they are reserved at the source, under the task's `reference`. `carried` pieces were taken
    onto the cart `cart_id`, `put` of them lie in the face, `returned` went back. `rank` orders urgencies: 0 goes first.
    """

    __tablename__ = "replenish_task"
    __table_args__ = (
        REPLENISHMENT.check(),
        CheckConstraint("urgency IN ('" + "', '".join(URGENCIES) + "')", name="urgency_known"),
        CheckConstraint("qty > 0 AND pack_qty > 0", name="qty_positive"),
        CheckConstraint("put >= 0 AND returned >= 0 AND put + returned <= carried", name="put_within_carried"),
        CheckConstraint("carried >= 0 AND carried <= qty", name="carried_within_qty"),
        CheckConstraint("(status IN ('assigned', 'carried')) = (person_id IS NOT NULL)", name="worked_by_someone"),
        Index(
            "ix_replenish_task_todo", "warehouse_id", "rank", "id",
            postgresql_where="status IN ('open', 'assigned', 'carried')",
        ),
        Index("ix_replenish_task_person", "person_id", postgresql_where="person_id IS NOT NULL"),
        Index("ix_replenish_task_done", "warehouse_id", "ended_at", postgresql_where="status = 'done'"),
        Index(
            "ix_replenish_task_face", "to_bin_id", "sku_id",
            postgresql_where="status IN ('open', 'assigned', 'carried')",
        ),
    )  # fmt: skip

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    from_bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    lot: Mapped[str] = mapped_column(default="")
    container_id: Mapped[int] = mapped_column(default=LOOSE)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), default=1)
    to_bin_id: Mapped[int] = mapped_column(ForeignKey("bin.id"))
    qty: Mapped[int]
    pack_qty: Mapped[int] = mapped_column(default=1)
    urgency: Mapped[str]
    rank: Mapped[int]
    due_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default=REPLENISHMENT.initial)
    person_id: Mapped[int | None]
    cart_id: Mapped[int | None]
    at_source_at: Mapped[datetime | None]
    carried: Mapped[int] = mapped_column(default=0)
    put: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """What holds and moves for this task are called."""
        return f"replenish {self.id}"


class ReorderRule(Model):
    """When more of a SKU is bought: below `min_qty` pieces, or when what is there lasts fewer than its lead days.

    What is bought lasts `cover_days` beyond the `lead_days` of its supplier, in multiples of `multiple`.
    """

    __tablename__ = "reorder_rule"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "sku_id"),
        CheckConstraint("min_qty >= 0 AND cover_days >= 0 AND lead_days >= 0 AND multiple > 0", name="not_negative"),
        CheckConstraint("over_days > 0", name="over_days_positive"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    min_qty: Mapped[int] = mapped_column(default=0)
    cover_days: Mapped[int] = mapped_column(default=30)
    lead_days: Mapped[int] = mapped_column(default=7)
    multiple: Mapped[int] = mapped_column(default=1)
    over_days: Mapped[int] = mapped_column(default=180)
    supplier: Mapped[str] = mapped_column(default="")
