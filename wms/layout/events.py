"""What the layout tells the rooms above it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class KindChanging(DomainEvent):
    """Bins are about to be of another kind. Who knows a reason against it raises; no bin can be used meanwhile."""

    name: ClassVar[str] = "bin.kind_changing"
    warehouse_id: int
    bin_ids: tuple[int, ...]
    kind: str


@dataclass(frozen=True)
class LabelsOutdated(DomainEvent):
    """The labels of these bins, on the shelf and in the queue, say what is no longer so."""

    name: ClassVar[str] = "bin.labels_outdated"
    warehouse_id: int
    bin_ids: tuple[int, ...]
