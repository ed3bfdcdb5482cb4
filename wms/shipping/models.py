"""Carriers, waybills and handover manifests."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.shipping.lifecycle import MANIFEST, WAYBILL


class Carrier(Model):
    """A carrier account; `plugin` names the code that speaks to it, `next_number` serves the own fleet."""

    __tablename__ = "carrier"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    plugin: Mapped[str] = mapped_column(default="own_fleet")
    next_number: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)


class Waybill(Model):
    """A waybill number for one parcel. The row exists before the carrier is asked.

    `request_key` goes with every question about it: a carrier that was asked and whose answer was lost
    is queried by it before it is asked again. `number` is unique per carrier.
    """

    __tablename__ = "waybill"
    __table_args__ = (
        WAYBILL.check(),
        UniqueConstraint("carrier_id", "number"),
        Index("uq_waybill_parcel", "parcel_id", unique=True, postgresql_where="status <> 'void'"),
        Index("ix_waybill_number", "number"),
    )

    id: Mapped[BigId]
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    request_key: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str | None]
    route_code: Mapped[str] = mapped_column(default="")
    sorting_code: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default=WAYBILL.initial)
    reply: Mapped[dict[str, Any] | None]
    asked_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]


class Manifest(Model):
    """A carrier's collection: the parcels it takes, until it is closed."""

    __tablename__ = "manifest"
    __table_args__ = (
        MANIFEST.check(),
        UniqueConstraint("warehouse_id", "number"),
        Index(
            "uq_manifest_open", "warehouse_id", "carrier_id", unique=True, postgresql_where="status = 'open'"
        ),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(default=MANIFEST.initial)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]


class ManifestParcel(Model):
    """A parcel scanned onto a manifest."""

    __tablename__ = "manifest_parcel"
    __table_args__ = (UniqueConstraint("parcel_id"),)

    manifest_id: Mapped[int] = mapped_column(ForeignKey("manifest.id"), primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"), primary_key=True)
    loaded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    loaded_at: Mapped[datetime]
