"""What the printing room tells stations."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class JobChanged(DomainEvent):
    """A print job of a station moved. `printer` is its code, `parcel` what the document belongs to. Of many that move
    at once only the newest are told, and all that fail or are in doubt."""

    name: ClassVar[str] = "print.job"
    warehouse_id: int
    station_id: int
    id: int
    document: str
    status: str
    reason: str | None
    printer: str | None
    parcel: str

    def topics(self) -> tuple[str, ...]:
        return (f"station:{self.station_id}",)


@dataclass(frozen=True)
class PrinterChanged(DomainEvent):
    """A printer became ready, blocked (with reasons) or unknown; every station that prints on it hears."""

    name: ClassVar[str] = "printer.status"
    warehouse_id: int
    code: str
    status: str
    reasons: list[str]
    station_ids: list[int]

    def topics(self) -> tuple[str, ...]:
        return tuple(f"station:{station_id}" for station_id in self.station_ids)
