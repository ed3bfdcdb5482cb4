"""Warehouses, floors, zones, bins and stations. Lengths in millimetres.

A floor is parallel aisles between a front and a back cross aisle, and further cross aisles that part it into blocks.
x runs across the aisles, y along them from the front; aisles are numbered from 0.
"""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model

# What a bin is for. Goods in `pick` and `bulk` bins may be promised; `receive` is the dock, `stage` holds goods on
# carts and in totes, `packed` closed parcels, `transit` what is under way to another warehouse. OUTSIDE is the world
# outside, which has no balances: goods go to and come from another warehouse by `transfer`, and what goes into
# `convert` comes out as something else (kits, another condition, another lot).
INSIDE = ("pick", "bulk", "receive", "stage", "packed", "quarantine", "transit")
OUTSIDE = ("supplier", "customer", "adjustment", "scrap", "transfer", "convert")
PROMISABLE = ("pick", "bulk")
STORING = ("pick", "bulk", "quarantine")  # where goods may be counted and imported; a warehouse has many of these


class Warehouse(Model):
    """A building with its floor, as `rules.FloorPlan` says. `time_zone` (IANA) is what its clocks on the wall show.

    `one_way` is [{aisle, towards}, …], `obstacles` [{aisle, from_mm, to_mm}, …].
    """

    __tablename__ = "warehouse"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    aisles: Mapped[int]
    aisle_spacing_mm: Mapped[int]
    aisle_length_mm: Mapped[int]
    depot_aisle: Mapped[int] = mapped_column(default=0)
    depot_side: Mapped[str] = mapped_column(default="front")
    cross_aisles_mm: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    one_way: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    obstacles: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    time_zone: Mapped[str] = mapped_column(default="Asia/Shanghai", server_default="Asia/Shanghai")


class Zone(Model):
    """A named part of the floor."""

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("warehouse_id", "code"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    name: Mapped[str]
    colour: Mapped[str] = mapped_column(default="#4477aa")


class Bin(Model):
    """A place that holds goods. The code is what its label says and what is scanned.

    `capacity_ml`, `max_weight_g` and `max_skus` None: no limit. `check_digits`, where set, are printed on the label
    and typed instead of a scan; `retired_digits` are those of its older labels, the newest first, and `digits_at`
    is when the present ones were given. `velocity` is the class of goods meant for it: A moves most, empty for any.
    """

    __tablename__ = "bin"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        CheckConstraint("kind IN ('" + "', '".join(INSIDE + OUTSIDE) + "')", name="kind_known"),
        CheckConstraint("side IN ('L', 'R')", name="side_known"),
        CheckConstraint("velocity IN ('', 'A', 'B', 'C')", name="velocity_known"),
        CheckConstraint("capacity_ml >= 0 AND max_weight_g >= 0 AND max_skus > 0", name="limits_positive"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("zone.id"))
    code: Mapped[str]
    kind: Mapped[str] = mapped_column(default="pick")
    aisle: Mapped[int] = mapped_column(default=0)
    y_mm: Mapped[int] = mapped_column(default=0)
    side: Mapped[str] = mapped_column(default="L")
    level: Mapped[int] = mapped_column(default=1)
    pick_order: Mapped[int] = mapped_column(default=0)
    blocked_reason: Mapped[str | None]
    bay: Mapped[int] = mapped_column(default=0, server_default="0")
    capacity_ml: Mapped[int | None]
    max_weight_g: Mapped[int | None]
    max_skus: Mapped[int | None]
    mix_lots: Mapped[bool] = mapped_column(default=True, server_default="true")
    mix_owners: Mapped[bool] = mapped_column(default=True, server_default="true")
    velocity: Mapped[str] = mapped_column(default="", server_default="")
    check_digits: Mapped[str] = mapped_column(default="", server_default="")
    retired_digits: Mapped[str] = mapped_column(default="", server_default="")
    digits_at: Mapped[datetime | None]


class Station(Model):
    """A place of work with its own printers, such as a packing table."""

    __tablename__ = "station"
    __table_args__ = (UniqueConstraint("warehouse_id", "code"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="packing")
