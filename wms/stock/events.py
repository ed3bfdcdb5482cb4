"""What the stock room tells the rooms above it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class StockArrived(DomainEvent):
    """More of these SKUs can be promised than before."""

    name: ClassVar[str] = "stock.arrived"
    warehouse_id: int
    sku_ids: tuple[int, ...]
