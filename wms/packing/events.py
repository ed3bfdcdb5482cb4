"""What the packing room tells the rooms above it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class ParcelClosed(DomainEvent):
    """A parcel is verified, weighed and closed: it needs a waybill."""

    name: ClassVar[str] = "parcel.closed"
    warehouse_id: int
    parcel_id: int
    station_id: int
    person_id: int | None = None


@dataclass(frozen=True)
class ParcelVoided(DomainEvent):
    """A parcel will not leave: its goods go back to their bins."""

    name: ClassVar[str] = "parcel.voided"
    warehouse_id: int
    parcel_id: int
