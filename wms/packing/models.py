"""Parcels, what was verified into them, and which pieces those were. Weight in grams."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.packing.lifecycle import PARCEL


class Parcel(Model):
    """What leaves: the verified goods of one order. Its number is on its label.

    `waybill` is the carrier's number once there is one. While the parcel is open, `weight_g` is a
    weight that was asked to be confirmed, and `opened_at` is when its tote was last scanned.
    """

    __tablename__ = "parcel"
    __table_args__ = (
        PARCEL.check(),
        UniqueConstraint("warehouse_id", "number"),
        Index("uq_parcel_order_open", "order_id", unique=True, postgresql_where="status = 'open'"),
        Index("ix_parcel_order", "order_id"),
        Index("ix_parcel_station", "station_id", "closed_at"),
        Index("ix_parcel_day", "warehouse_id", "closed_at"),
        Index("ix_parcel_closed", "warehouse_id", "id", postgresql_where="status IN ('closed', 'loaded')"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    number: Mapped[str]
    waybill: Mapped[str | None]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    container_id: Mapped[int] = mapped_column(ForeignKey("container.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    status: Mapped[str] = mapped_column(default=PARCEL.initial)
    expected_g: Mapped[int] = mapped_column(default=0)
    weight_g: Mapped[int | None]
    packed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ParcelLine(Model):
    """Pieces of an order line in a parcel: how many belong in it, how many the packer has scanned."""

    __tablename__ = "parcel_line"
    __table_args__ = (CheckConstraint("verified >= 0 AND verified <= qty", name="verified_within_qty"),)

    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    qty: Mapped[int]
    verified: Mapped[int] = mapped_column(default=0)


class StationBatch(Model):
    """The bulk tote on a station's table, whose orders are packed one after the other."""

    __tablename__ = "station_batch"

    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), primary_key=True, autoincrement=False)
    container_id: Mapped[int] = mapped_column(ForeignKey("container.id"))
    opened_at: Mapped[datetime]


class ParcelTrace(Model):
    """What the packer scanned of tracked pieces in a parcel: their lot, and each one's serial number where asked.

    The evidence of which pieces went to which order. `serial` "" where only the lot was asked.
    """

    __tablename__ = "parcel_trace"
    __table_args__ = (
        ForeignKeyConstraint(
            ["parcel_id", "order_line_id"], ["parcel_line.parcel_id", "parcel_line.order_line_id"]
        ),
        CheckConstraint("qty > 0 AND (serial = '' OR qty = 1)", name="one_piece_a_serial"),
        CheckConstraint("serial <> '' OR lot <> ''", name="says_something"),
        Index("ix_parcel_trace_serial", "sku_id", "serial", postgresql_where="serial <> ''"),
        Index("ix_parcel_trace_lot", "sku_id", "lot", postgresql_where="lot <> ''"),
    )

    parcel_id: Mapped[int] = mapped_column(primary_key=True)
    order_line_id: Mapped[int] = mapped_column(primary_key=True)
    lot: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    qty: Mapped[int]
    scanned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    scanned_at: Mapped[datetime]
