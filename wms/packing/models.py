"""Parcels, what was verified into them, and which pieces those were. Weight in grams."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.packing.lifecycle import PARCEL


class Parcel(Model):
    """What leaves: verified goods of one order, of which it may have several. Its number is on its label.

    `ordinal` is the how-manieth parcel of its order it is. `waybill` is the carrier's number once there is one. While
    the parcel is open, `weight_g` is a weight that was asked to be confirmed, and `opened_at` is when its tote was last
    scanned. `run_id`: it was closed in a run of parcels with the same content. `carton_id` None: nobody knows which
    carton it is in. `put_in`: what the packer has put in besides the goods, [{kind, text}]. One that is `planned` has
    its waybill before anybody packs it: whoever opens the order's tote opens it.
    """

    __tablename__ = "parcel"
    __table_args__ = (
        PARCEL.check(),
        UniqueConstraint("warehouse_id", "number"),
        Index("uq_parcel_order_open", "order_id", unique=True, postgresql_where="status = 'open'"),
        Index("uq_parcel_order_planned", "order_id", unique=True, postgresql_where="status = 'planned'"),
        Index("ix_parcel_order", "order_id"),
        Index("ix_parcel_station", "station_id", "closed_at"),
        Index("ix_parcel_day", "warehouse_id", "closed_at"),
        Index("ix_parcel_run", "run_id", postgresql_where="run_id IS NOT NULL"),
        Index("ix_parcel_closed", "warehouse_id", "id", postgresql_where="status IN ('closed', 'loaded')"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    number: Mapped[str]
    waybill: Mapped[str | None]
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    ordinal: Mapped[int] = mapped_column(default=1, server_default="1")
    container_id: Mapped[int] = mapped_column(ForeignKey("container.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    status: Mapped[str] = mapped_column(default=PARCEL.initial)
    put_in: Mapped[list[Any] | None]
    carton_id: Mapped[int | None] = mapped_column(ForeignKey("carton.id"))
    expected_g: Mapped[int] = mapped_column(default=0)
    weight_g: Mapped[int | None]
    packed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("parcel_run.id"))


class Carton(Model):
    """A kind of carton that parcels are packed in: inner sides, what it weighs empty, what it holds (0: no limit)."""

    __tablename__ = "carton"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        CheckConstraint("length_mm > 0 AND width_mm > 0 AND height_mm > 0", name="sides_positive"),
        CheckConstraint("tare_g >= 0 AND max_g >= 0", name="weights_not_negative"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    length_mm: Mapped[int]
    width_mm: Mapped[int]
    height_mm: Mapped[int]
    tare_g: Mapped[int] = mapped_column(default=0)
    max_g: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class InsertRule(Model):
    """What a shop adds to its orders of an amount and more: a leaflet, a sample."""

    __tablename__ = "insert_rule"
    __table_args__ = (UniqueConstraint("warehouse_id", "shop_id", "name"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"))
    name: Mapped[str]
    min_total: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=0)
    active: Mapped[bool] = mapped_column(default=True)


class ParcelLine(Model):
    """Pieces of an order line in a parcel: how many belong in it, how many were scanned, the last by whom and when."""

    __tablename__ = "parcel_line"
    __table_args__ = (CheckConstraint("verified >= 0 AND verified <= qty", name="verified_within_qty"),)

    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    qty: Mapped[int]
    verified: Mapped[int] = mapped_column(default=0)
    scanned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    scanned_at: Mapped[datetime | None]


class ParcelWeighing(Model):
    """A weight with which somebody meant to close a parcel, kept as evidence.

    `outcome`: it `fits`; it is `off`, so that nothing was closed; the packer has looked and `confirmed` it; a
    supervisor has `agreed` (`agreed_by`) for a `reason`. `allowed_g`: how far from `expected_g` it might have been.
    """

    __tablename__ = "parcel_weighing"
    __table_args__ = (
        CheckConstraint("outcome IN ('agreed', 'confirmed', 'fits', 'off')", name="outcome_known"),
        CheckConstraint("outcome <> 'agreed' OR (agreed_by IS NOT NULL AND reason <> '')", name="agreed_by_somebody"),
        Index("ix_parcel_weighing_parcel", "parcel_id"),
    )

    id: Mapped[BigId]
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    weight_g: Mapped[int]
    expected_g: Mapped[int]
    allowed_g: Mapped[int]
    source: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class WeightRule(Model):
    """How far from its expected weight a parcel of a warehouse may be: `percent` of it, and at least `grams`; and who
    decides about one that is further: the `packer`, who looks inside, or a `supervisor`."""

    __tablename__ = "weight_rule"
    __table_args__ = (
        CheckConstraint("percent >= 0 AND percent <= 100 AND grams >= 0", name="tolerance_in_bounds"),
        CheckConstraint("decided_by IN ('packer', 'supervisor')", name="decided_by_known"),
    )

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, autoincrement=False)
    percent: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    grams: Mapped[int]
    decided_by: Mapped[str]


class ParcelPhoto(Model):
    """A picture of a parcel; the file lies in the data folder under `parcels/`."""

    __tablename__ = "parcel_photo"
    __table_args__ = (Index("ix_parcel_photo_parcel", "parcel_id"),)

    id: Mapped[BigId]
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    file: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class ParcelTrouble(Model):
    """A parcel was put aside because something is wrong with it, until `ended_at`."""

    __tablename__ = "parcel_trouble"
    __table_args__ = (
        Index("uq_parcel_trouble_open", "parcel_id", unique=True, postgresql_where="ended_at IS NULL"),
        Index("ix_parcel_trouble_parcel", "parcel_id"),
    )

    id: Mapped[BigId]
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class StationBatch(Model):
    """A bulk tote on a station's table, whose orders are packed one after the other."""

    __tablename__ = "station_batch"

    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), primary_key=True, autoincrement=False)
    container_id: Mapped[int] = mapped_column(ForeignKey("container.id"), primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime]


class StationMode(Model):
    """How a station packs. `closes_itself`: a complete parcel whose weight fits is closed without a further key."""

    __tablename__ = "station_mode"

    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), primary_key=True, autoincrement=False)
    closes_itself: Mapped[bool] = mapped_column(default=False)


class ParcelSample(Model):
    """A parcel that was verified piece by piece for all orders of its wave with the same content (`Complete.content`).

    Once it is closed its table may pack the others in a run; they weigh what it weighs.
    """

    __tablename__ = "parcel_sample"
    __table_args__ = (Index("ix_parcel_sample_content", "wave_id", "content"),)

    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"), primary_key=True, autoincrement=False)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    content: Mapped[str]


class ParcelRun(Model):
    """A run of parcels of a wave with the same content: `asked` for, `made` so far; each weighs what their sample did.

    It is open until `ended_at`.
    """

    __tablename__ = "parcel_run"
    __table_args__ = (
        CheckConstraint("made >= 0 AND made <= asked", name="made_within_asked"),
        Index("ix_parcel_run_station", "station_id", "id"),
        Index("uq_parcel_run_open", "station_id", unique=True, postgresql_where="ended_at IS NULL"),
    )

    id: Mapped[BigId]
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    content: Mapped[str]
    weight_g: Mapped[int | None]
    asked: Mapped[int]
    made: Mapped[int] = mapped_column(default=0)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


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
