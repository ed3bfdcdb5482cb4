"""What the replenishment room tells the rooms above it, its people and the boards."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class ReplenishmentAsked(DomainEvent):
    """Goods are to be brought into a pick face."""

    name: ClassVar[str] = "replenish.asked"
    warehouse_id: int
    task_id: int
    urgency: str


@dataclass(frozen=True)
class FaceFilled(DomainEvent):
    """Goods were put into a pick face."""

    name: ClassVar[str] = "replenish.filled"
    warehouse_id: int
    task_id: int
    bin_id: int
    sku_id: int
    qty: int
