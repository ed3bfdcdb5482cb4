"""Warehouses, floors, zones, bins and stations. Lengths in millimetres.

A floor is one block of parallel aisles between a front and a back cross aisle. x runs across the
aisles, y along them from the front; aisles are numbered from 0.
"""
from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model

# What a bin is for. Goods in `pick` and `bulk` bins may be promised; `stage` holds goods on carts and
# in totes, `packed` closed parcels. The last four are the world outside: they have no balances.
INSIDE = ("pick", "bulk", "receive", "stage", "packed", "quarantine")
OUTSIDE = ("supplier", "customer", "adjustment", "scrap")
PROMISABLE = ("pick", "bulk")
STORING = ("pick", "bulk", "quarantine")  # where goods may be counted and imported; a warehouse has many of these


class Warehouse(Model):
    """A building with its one-block floor."""

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
    """A place that holds goods. The code is what its label says and what is scanned."""

    __tablename__ = "bin"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        CheckConstraint("kind IN ('" + "', '".join(INSIDE + OUTSIDE) + "')", name="kind_known"),
        CheckConstraint("side IN ('L', 'R')", name="side_known"),
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


class Station(Model):
    """A place of work with its own printers, such as a packing table."""

    __tablename__ = "station"
    __table_args__ = (UniqueConstraint("warehouse_id", "code"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="packing")
