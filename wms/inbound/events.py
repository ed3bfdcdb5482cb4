"""What the inbound room tells people who work in it and the rooms above it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class GoodsReceived(DomainEvent):
    """Pieces came in on a receipt; whoever else works on it sees the new figures."""

    name: ClassVar[str] = "receipt.received"
    warehouse_id: int
    receipt_id: int
    number: str
    pieces: int
    people: tuple[int, ...] = ()

    def topics(self) -> tuple[str, ...]:
        return tuple(f"person:{each}" for each in self.people)


@dataclass(frozen=True)
class ReceiptFinished(DomainEvent):
    """Nothing more is awaited on a receipt."""

    name: ClassVar[str] = "receipt.finished"
    warehouse_id: int
    receipt_id: int
    number: str


@dataclass(frozen=True)
class GoodsPutAway(DomainEvent):
    """Pieces left the dock for a storing bin."""

    name: ClassVar[str] = "putaway.done"
    warehouse_id: int
    task_id: int
    sku_id: int
    bin_id: int
    qty: int
    person_id: int | None
