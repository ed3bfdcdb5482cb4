"""Carriers, waybills and handover manifests."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.core.private import Sealed, SealedJson
from wms.shipping.carriers import STATES
from wms.shipping.lifecycle import MANIFEST, WAYBILL

REFUSALS = ("unreachable", "account", "data", "other")  # as CarrierRefusedError says them
WHYS = ("any", *REFUSALS)


class Carrier(Model):
    """A carrier account; `plugin` names the code that speaks to it, `next_number` serves the own fleet.

    `settings` are the plug-in's, in the open; `sealed` its secrets (`accounts`).
    """

    __tablename__ = "carrier"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    plugin: Mapped[str] = mapped_column(default="own_fleet")
    next_number: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"sealed_about": "carrier:{id}"})


class CarrierFallback(Model):
    """Who is asked next when a carrier refuses a parcel, for this reason (REFUSALS) or `any`; lowest `place` first."""

    __tablename__ = "carrier_fallback"
    __table_args__ = (
        CheckConstraint(f"why IN {WHYS}", name="why_known"),
        CheckConstraint("to_carrier_id <> carrier_id", name="another"),
    )

    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"), primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    to_carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    why: Mapped[str] = mapped_column(default="any", server_default="any")


class Waybill(Model):
    """A waybill number for one parcel. The row exists before the carrier is asked.

    `request_key` goes with every question about it: a carrier that was asked and whose answer was lost
    is queried by it before it is asked again. `number` is unique per carrier. `cod` is what this parcel collects from
    the buyer, in the order's currency: of an order's parcels one only.

    Over a network, the row is the question too: from `ask_at` on somebody may put it, or give the number of a void one
    back; while it is put, `ask_at` is when others may take it that nobody is left who does. `in_doubt`: it was put and
    nobody knows what came of it. `trouble`: why there is no number yet, in the carrier's words. `refused`: one of
    REFUSALS, of a void one that the carrier refused.
    """

    __tablename__ = "waybill"
    __table_args__ = (
        WAYBILL.check(),
        CheckConstraint("cod >= 0", name="cod_not_negative"),
        UniqueConstraint("carrier_id", "number"),
        Index("uq_waybill_parcel", "parcel_id", unique=True, postgresql_where="status <> 'void'"),
        CheckConstraint(f"refused IS NULL OR refused IN {REFUSALS}", name="refused_known"),
        Index("ix_waybill_number", "number"),
        Index("ix_waybill_ask", "ask_at", "id", postgresql_where="ask_at IS NOT NULL"),
    )

    id: Mapped[BigId]
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    request_key: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str | None]
    route_code: Mapped[str] = mapped_column(default="")
    sorting_code: Mapped[str] = mapped_column(default="")
    cod: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=0, server_default="0")
    status: Mapped[str] = mapped_column(default=WAYBILL.initial)
    reply: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("waybill.reply"))
    asked_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    ask_at: Mapped[datetime | None]
    in_doubt: Mapped[bool] = mapped_column(default=False, server_default="false")
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    trouble: Mapped[str] = mapped_column(default="", server_default="")
    refused: Mapped[str | None]
    given_back_at: Mapped[datetime | None]


class ParcelTrack(Model):
    """Where a parcel is since it left, by its waybill; what its carrier said is in TrackScan.

    `by_carrier_id`: the account that is asked, which may be another's than the waybill's. `state` None: the carrier has
    not seen it yet. `ask_at`: when to ask again, None: not any more; `watch_at`: when to ask to be told. `told_at`:
    when anything was heard of it.
    """

    __tablename__ = "parcel_track"
    __table_args__ = (
        CheckConstraint(f"state IS NULL OR state IN {STATES}", name="state_known"),
        Index("ix_parcel_track_ask", "ask_at", postgresql_where="ask_at IS NOT NULL"),
        Index("ix_parcel_track_watch", "watch_at", postgresql_where="watch_at IS NOT NULL"),
        Index("ix_parcel_track_left", "warehouse_id", "left_at"),
    )

    waybill_id: Mapped[int] = mapped_column(ForeignKey("waybill.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    by_carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    left_at: Mapped[datetime]
    state: Mapped[str | None]
    state_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    ask_at: Mapped[datetime | None]
    watch_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(default="")


class TrackScan(Model):
    """A carrier saw a parcel: kept once, whoever told it how often. `source`: push or poll."""

    __tablename__ = "track_scan"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state_known"),
        CheckConstraint("source IN ('push', 'poll')", name="source_known"),
        UniqueConstraint("waybill_id", "digest"),
    )

    id: Mapped[BigId]
    waybill_id: Mapped[int] = mapped_column(ForeignKey("parcel_track.waybill_id"))
    at: Mapped[datetime]
    state: Mapped[str]
    text: Mapped[str] = mapped_column(Sealed("track_scan.text"))
    place: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    told_at: Mapped[datetime]


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
