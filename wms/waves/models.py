"""Waves: which orders are picked together, and what the plan promises."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.waves.lifecycle import WAVE
from wms.waves.rule_models import CarrierCutoff, CartRoom, WaveRule
from wms.waves.wishes import METHODS

__all__ = ["CarrierCutoff", "CartRoom", "Wave", "WaveCart", "WaveOrder", "WaveRule"]


class Wave(Model):
    """A set of orders planned into carts. Walks in millimetres; `baseline_mm` is FCFS carts in S-shape.

    `filter` is what it was built with. The walks are known, and `saving` with them, once it is released.
    `method` is how it is picked. Its parcels must leave by `cutoff_at`, where that is known. While it is paused
    nobody is given work of it. `rule_id` made it. `people` may walk it: {persons: ids, zones: codes}, of these persons
    those who are sent into these zones, where an empty or absent list means all. `release_wanted`: the worker is to
    release it; `release_refused`: why it could not, {code, params}. `baseline_walks` are the walks that `baseline_mm`
    is the sum of: [[walk_mm, path], …] with paths as those of carts.
    """

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "number"),
        WAVE.check(),
        CheckConstraint(f"method IN {METHODS}", name="method_known"),
        Index("ix_wave_release_wanted", "id", postgresql_where="release_wanted AND status = 'planned'"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(default=WAVE.initial)
    filter: Mapped[dict[str, Any]]
    totes_per_cart: Mapped[int]
    method: Mapped[str] = mapped_column(default="cart", server_default="cart")
    cutoff_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("wave_rule.id", ondelete="SET NULL"))
    people: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    release_wanted: Mapped[bool] = mapped_column(default=False, server_default="false")
    release_refused: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    walk_mm: Mapped[int] = mapped_column(default=0)
    baseline_mm: Mapped[int] = mapped_column(default=0)
    baseline_walks: Mapped[list[Any] | None] = mapped_column(deferred=True)  # long, and only a replay wants it
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def saving(self) -> float:
        """Share of the baseline's walking that the plan saves, 0 to 1."""
        return 1 - self.walk_mm / self.baseline_mm if self.baseline_mm else 0.0


class WaveOrder(Model):
    """An order's place in a wave. `active` ends when the wave is cancelled or the order is pulled."""

    __tablename__ = "wave_order"
    __table_args__ = (Index("uq_wave_order_active", "order_id", unique=True, postgresql_where="active"),)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True)
    active: Mapped[bool] = mapped_column(default=True)


class WaveCart(Model):
    """One cart of a released wave as it was planned: the walk, and the holds to pick in walking order.

    `stops` is [[hold id, slot], …], `path` the polyline [[x_mm, y_mm], …] from and to the depot. In a relay each zone
    of a cart is a row: `stage` 1, 2, … with numbers that follow each other; 0 is a walk that is whole.
    """

    __tablename__ = "wave_cart"
    __table_args__ = (UniqueConstraint("wave_id", "number"),)

    id: Mapped[BigId]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    number: Mapped[int]
    walk_mm: Mapped[int]
    path: Mapped[list[Any]]
    stops: Mapped[list[Any]]
    stage: Mapped[int] = mapped_column(default=0, server_default="0")
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("zone.id"))
