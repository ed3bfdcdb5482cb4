"""What the waves room tells the rooms above it and the boards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class WaveBuilt(DomainEvent):
    """Orders were set aside for a wave."""

    name: ClassVar[str] = "wave.built"
    warehouse_id: int
    wave_id: int


@dataclass(frozen=True)
class WaveReleased(DomainEvent):
    """A wave's goods are held and its carts are planned: picking may begin."""

    name: ClassVar[str] = "wave.released"
    warehouse_id: int
    wave_id: int


@dataclass(frozen=True)
class WaveCancelled(DomainEvent):
    """A planned wave was given up; its orders wait again."""

    name: ClassVar[str] = "wave.cancelled"
    warehouse_id: int
    wave_id: int


@dataclass(frozen=True)
class WaveFinished(DomainEvent):
    """Nothing is left to pick in a wave."""

    name: ClassVar[str] = "wave.finished"
    warehouse_id: int
    wave_id: int
