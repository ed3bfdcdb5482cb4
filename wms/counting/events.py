"""What the counting room tells the rooms above it and the boards."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class CountAsked(DomainEvent):
    """A bin is to be counted."""

    name: ClassVar[str] = "count.asked"
    warehouse_id: int
    task_id: int
    bin_id: int


@dataclass(frozen=True)
class CountClosed(DomainEvent):
    """A bin was declared done. `status` says whether that settled it."""

    name: ClassVar[str] = "count.closed"
    warehouse_id: int
    task_id: int
    bin_id: int
    status: str
