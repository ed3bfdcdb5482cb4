"""Wave rules, and when the carriers come."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.waves.wishes import METHODS, PRINCIPLES


class WaveRule(Model):
    """By itself or by hand, this rule makes waves of the orders that wait.

    `trigger`, `filter`, `limits` and `people` are what `schemas` of the rules say, as JSON. Rules are looked at by
    `position`: the first takes first. `release`: its waves are released as soon as they are built. `next_due_at` is
    None for a rule that no clock starts. `last_outcome` is {waves, orders, lines, code, params} of its last run.
    """

    __tablename__ = "wave_rule"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "name"),
        CheckConstraint(f"method IN {METHODS}", name="method_known"),
        CheckConstraint(f"principle IN {PRINCIPLES}", name="principle_known"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    trigger: Mapped[dict[str, Any]]
    filter: Mapped[dict[str, Any]]
    limits: Mapped[dict[str, Any]]
    method: Mapped[str] = mapped_column(default="cart")
    principle: Mapped[str] = mapped_column(default="promise_first")
    people: Mapped[dict[str, Any]]
    release: Mapped[bool] = mapped_column(default=True)
    next_due_at: Mapped[datetime | None]
    last_run_at: Mapped[datetime | None]
    last_outcome: Mapped[dict[str, Any] | None]
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]


class CartRoom(Model):
    """What a tote and a cart of a warehouse hold; None: no limit. Where there is no row, nothing is limited."""

    __tablename__ = "cart_room"
    __table_args__ = (
        CheckConstraint(
            "tote_volume_ml > 0 AND tote_weight_g > 0 AND cart_volume_ml > 0 AND cart_weight_g > 0",
            name="limits_positive",
        ),
    )

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, autoincrement=False)
    tote_volume_ml: Mapped[int | None]
    tote_weight_g: Mapped[int | None]
    cart_volume_ml: Mapped[int | None]
    cart_weight_g: Mapped[int | None]


class CarrierCutoff(Model):
    """A carrier takes what is ready at this minute of the day (warehouse time) on these weekdays (1 is Monday)."""

    __tablename__ = "carrier_cutoff"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "carrier", "minute"),
        CheckConstraint("minute BETWEEN 0 AND 1439", name="minute_of_a_day"),
        CheckConstraint("weekdays <@ '{1,2,3,4,5,6,7}' AND weekdays <> '{}'", name="weekdays_known"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    carrier: Mapped[str]
    minute: Mapped[int]
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
