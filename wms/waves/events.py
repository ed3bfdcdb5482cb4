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
    """A wave was given up; its orders wait again."""

    name: ClassVar[str] = "wave.cancelled"
    warehouse_id: int
    wave_id: int


@dataclass(frozen=True)
class WaveFinished(DomainEvent):
    """Nothing is left to pick in a wave."""

    name: ClassVar[str] = "wave.finished"
    warehouse_id: int
    wave_id: int


@dataclass(frozen=True)
class WavePaused(DomainEvent):
    """Nobody is given work of a wave. `send_home`: who walks for it stops after the line in hand."""

    name: ClassVar[str] = "wave.paused"
    warehouse_id: int
    wave_id: int
    send_home: bool


@dataclass(frozen=True)
class WaveResumed(DomainEvent):
    """A paused wave gives out work again."""

    name: ClassVar[str] = "wave.resumed"
    warehouse_id: int
    wave_id: int


@dataclass(frozen=True)
class OrdersPulled(DomainEvent):
    """Orders leave a released wave, on the floor first. `why`: pulled, cancelled. `by` is the person's id."""

    name: ClassVar[str] = "wave.orders_pulled"
    warehouse_id: int
    wave_id: int
    order_ids: tuple[int, ...]
    why: str
    by: int | None
