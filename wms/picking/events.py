"""What the picking room tells pickers, boards and the rooms above it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class TaskAssigned(DomainEvent):
    """A task was given to a person; their terminal shows it at once."""

    name: ClassVar[str] = "pick.assigned"
    warehouse_id: int
    task_id: int
    person_id: int

    def topics(self) -> tuple[str, ...]:
        return (f"person:{self.person_id}",)


@dataclass(frozen=True)
class TaskChanged(DomainEvent):
    """Lines were added to a task that a person works on; their terminal asks for it again."""

    name: ClassVar[str] = "pick.changed"
    warehouse_id: int
    task_id: int
    person_id: int

    def topics(self) -> tuple[str, ...]:
        return (f"person:{self.person_id}",)


@dataclass(frozen=True)
class TaskStarted(DomainEvent):
    """A picker scanned the cart of a task."""

    name: ClassVar[str] = "pick.started"
    warehouse_id: int
    task_id: int
    person_id: int


@dataclass(frozen=True)
class TaskLetGo(DomainEvent):
    """A picker handed a task back; whoever gets it next goes on at the same line."""

    name: ClassVar[str] = "pick.let_go"
    warehouse_id: int
    task_id: int
    person_id: int


@dataclass(frozen=True)
class LinePicked(DomainEvent):
    """Pieces were put into a tote."""

    name: ClassVar[str] = "pick.line"
    warehouse_id: int
    task_id: int
    line_id: int
    order_id: int
    qty: int
    person_id: int


@dataclass(frozen=True)
class LineShort(DomainEvent):
    """A picker could not take all pieces of a line; its order waits for the supervisor."""

    name: ClassVar[str] = "pick.short"
    warehouse_id: int
    task_id: int
    line_id: int
    order_id: int
    reason: str
    person_id: int


@dataclass(frozen=True)
class OrderPicked(DomainEvent):
    """All that will be sent of an order lies in its tote."""

    name: ClassVar[str] = "order.picked"
    warehouse_id: int
    order_id: int


@dataclass(frozen=True)
class TaskPicked(DomainEvent):
    """No line of a task is open any more."""

    name: ClassVar[str] = "pick.done"
    warehouse_id: int
    task_id: int
    wave_id: int


@dataclass(frozen=True)
class WallChanged(DomainEvent):
    """Something was put into a slot of a wall or taken out of it; screens that show the wall ask for it again."""

    name: ClassVar[str] = "wall.changed"
    warehouse_id: int
    wall_id: int
    slot: int
