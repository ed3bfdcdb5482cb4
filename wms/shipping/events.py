"""What the shipping room tells stations and the rooms above it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class WaybillIssued(DomainEvent):
    """A parcel has its carrier's number. `parcel` is the parcel's number, `carrier` the carrier's code."""

    name: ClassVar[str] = "parcel.waybill"
    warehouse_id: int
    station_id: int
    parcel_id: int
    parcel: str
    waybill: str
    carrier: str

    def topics(self) -> tuple[str, ...]:
        return (f"station:{self.station_id}",)


@dataclass(frozen=True)
class WaybillRefused(DomainEvent):
    """Its carrier does not take a parcel, and no other is left to ask. `said`: why, in the carrier's words."""

    name: ClassVar[str] = "parcel.waybill_refused"
    warehouse_id: int
    station_id: int
    parcel_id: int
    parcel: str
    carrier: str
    said: str

    def topics(self) -> tuple[str, ...]:
        return (f"station:{self.station_id}",)


@dataclass(frozen=True)
class ParcelSeen(DomainEvent):
    """A parcel that has left is somewhere else by now: `state` is one of the carriers' STATES; `order_id`
    the order whose parcel it is, with which others may travel."""

    name: ClassVar[str] = "parcel.seen"
    warehouse_id: int
    parcel_id: int
    order_id: int
    waybill: str
    state: str


@dataclass(frozen=True)
class ManifestClosed(DomainEvent):
    """A carrier has taken the parcels of a manifest; `order_ids` are shipped completely by it, those that travel with
    others among them."""

    name: ClassVar[str] = "manifest.closed"
    warehouse_id: int
    manifest_id: int
    order_ids: list[int]
