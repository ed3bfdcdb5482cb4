"""Carriers, waybills and handover manifests."""
from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.core.private import Sealed, SealedJson
from wms.shipping.carriers import STATES
from wms.shipping.choice_rules import WAYS
from wms.shipping.lifecycle import MANIFEST, WAYBILL

REFUSALS = ("unreachable", "account", "data", "other")  # as CarrierRefusedError says them
CHANGES = ("asked", "refused")
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
    nobody knows what came of it. `change`: who gets the parcel has changed, and its carrier is to be `asked` to deliver
    under this number there, or has `refused` to; None: it knows. Until it does, the parcel has no number that counts.
    `changes`: how often it did, for each is a label of its own. `trouble`: why there is no number yet, in the carrier's
    words. `refused`: one of REFUSALS, of a void one that the carrier refused.
    """

    __tablename__ = "waybill"
    __table_args__ = (
        WAYBILL.check(),
        CheckConstraint("cod >= 0", name="cod_not_negative"),
        UniqueConstraint("carrier_id", "number"),
        Index("uq_waybill_parcel", "parcel_id", unique=True, postgresql_where="status <> 'void'"),
        CheckConstraint(f"refused IS NULL OR refused IN {REFUSALS}", name="refused_known"),
        CheckConstraint(f"change IS NULL OR change IN {CHANGES}", name="change_known"),
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
    change: Mapped[str | None]
    changes: Mapped[int] = mapped_column(default=0, server_default="0")


class ReturnWaybill(Model):
    """A waybill back to us (退货面单), of an order that left. Asked for as a Waybill is, whose words these are."""

    __tablename__ = "return_waybill"
    __table_args__ = (
        WAYBILL.check(),
        UniqueConstraint("carrier_id", "number"),
        Index("ix_return_waybill_order", "order_id"),
        Index("ix_return_waybill_ask", "ask_at", "id", postgresql_where="ask_at IS NOT NULL"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    request_key: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str | None]
    route_code: Mapped[str]
    sorting_code: Mapped[str]
    status: Mapped[str] = mapped_column(default=WAYBILL.initial)
    reason: Mapped[str]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    ask_at: Mapped[datetime | None]
    in_doubt: Mapped[bool]
    tries: Mapped[int]
    trouble: Mapped[str]


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


# ---- which carrier is chosen

class CarrierTerms(Model):
    """What a carrier takes from a warehouse; one without terms there is never chosen. As `choice_rules.Offer` says.

    Places as `places` reads them. `max_g`, `max_cm3`, `max_value` 0: no limit. `divisor` 0: volume is not paid for.
    `currency` is that of its prices, the same for all carriers of a warehouse.
    """

    __tablename__ = "carrier_terms"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "carrier_id"),
        CheckConstraint("min_g >= 0 AND max_g >= 0 AND max_cm3 >= 0 AND max_value >= 0", name="limits_not_negative"),
        CheckConstraint("divisor >= 0", name="divisor_not_negative"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    active: Mapped[bool] = mapped_column(default=True)
    place: Mapped[int] = mapped_column(default=1)
    goes_to: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    not_to: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    refuses: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    cod: Mapped[bool] = mapped_column(default=False)
    min_g: Mapped[int] = mapped_column(default=0)
    max_g: Mapped[int] = mapped_column(default=0)
    max_cm3: Mapped[int] = mapped_column(default=0)
    max_value: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=0)
    divisor: Mapped[int] = mapped_column(default=0)
    cut_off: Mapped[time | None]
    currency: Mapped[str] = mapped_column(default="CNY")


class CarrierPrice(Model):
    """A row of a carrier's price table, as `choice_rules.Price` says. `zone` is its name in the table (一区)."""

    __tablename__ = "carrier_price"
    __table_args__ = (
        CheckConstraint("first_g > 0 AND step_g >= 0 AND min_g >= 0 AND max_g >= 0", name="grams_not_negative"),
        CheckConstraint("first_price >= 0 AND step_price >= 0", name="prices_not_negative"),
        Index("ix_carrier_price_terms", "terms_id", "nr"),
    )

    id: Mapped[BigId]
    terms_id: Mapped[int] = mapped_column(ForeignKey("carrier_terms.id"))
    nr: Mapped[int]
    zone: Mapped[str] = mapped_column(default="")
    places: Mapped[list[str]] = mapped_column(ARRAY(Text))
    min_g: Mapped[int] = mapped_column(default=0)
    max_g: Mapped[int] = mapped_column(default=0)
    first_g: Mapped[int]
    first_price: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    step_g: Mapped[int] = mapped_column(default=0)
    step_price: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=0)
    surcharge: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=0)
    hours: Mapped[int | None]


class CarrierRule(Model):
    """A rule by which carriers are chosen, asked in the sequence of `place`; `conditions` as `choice_rules.Rule` has
    them, those that are absent always hold."""

    __tablename__ = "carrier_rule"
    __table_args__ = (CheckConstraint(f"way IN {WAYS}", name="way_known"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), index=True)
    place: Mapped[int]
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    way: Mapped[str]
    carriers: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)


class CarrierQuota(Model):
    """A carrier is given at most so many parcels a month from a warehouse; `shop_id` None: of all shops together."""

    __tablename__ = "carrier_quota"
    __table_args__ = (
        CheckConstraint("most >= 0", name="most_not_negative"),
        UniqueConstraint("warehouse_id", "carrier_id", "shop_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shop.id"))
    most: Mapped[int]


class CarrierQuotaMonth(Model):
    """How much of a quota is used in a month (its first day). More than the quota only where people said so."""

    __tablename__ = "carrier_quota_month"
    __table_args__ = (CheckConstraint("used >= 0", name="used_not_negative"),)

    quota_id: Mapped[int] = mapped_column(ForeignKey("carrier_quota.id"), primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(default=0)


class CarrierChoice(Model):
    """Which carrier an order was given, for how much and why (`choice_rules.told`). It counts in that `month`.

    `carrier_id` None: nobody takes it. `named`: somebody had said the carrier, and it was only counted.
    """

    __tablename__ = "carrier_choice"

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"))
    carrier_id: Mapped[int | None] = mapped_column(ForeignKey("carrier.id"))
    named: Mapped[bool] = mapped_column(default=False)
    month: Mapped[date]
    price: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str]
    hours: Mapped[int | None]
    weight_g: Mapped[int]
    why: Mapped[dict[str, Any]]
    chosen_at: Mapped[datetime]
