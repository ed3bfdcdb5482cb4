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
    """A task that a person works on has changed; their terminal asks for it again.

    `why`: added (lines), filled (a bin that they wait for), pulled, cancelled, intercepted (an order), short (in
    another zone), paused, send_home, sent_home, reassigned, taken_over. `by` is who did it, where that is said.
    """

    name: ClassVar[str] = "pick.changed"
    warehouse_id: int
    task_id: int
    person_id: int
    why: str = "added"
    by: str = ""

    def topics(self) -> tuple[str, ...]:
        return (f"person:{self.person_id}",)


@dataclass(frozen=True)
class WaitingEnded(DomainEvent):
    """A supervisor took a person who waited for a task out of the queue; their terminal says so."""

    name: ClassVar[str] = "pick.waiting_ended"
    warehouse_id: int
    person_id: int
    by: str

    def topics(self) -> tuple[str, ...]:
        return (f"person:{self.person_id}",)


@dataclass(frozen=True)
class TakeOverAsked(DomainEvent):
    """A colleague has scanned the cart of somebody who is at work with it, and asks for it."""

    name: ClassVar[str] = "pick.take_over_asked"
    warehouse_id: int
    task_id: int
    person_id: int
    by: str
    by_id: int

    def topics(self) -> tuple[str, ...]:
        return (f"person:{self.person_id}",)


@dataclass(frozen=True)
class OrderIntercepted(DomainEvent):
    """An order was stopped on its way. Who has its goods puts them aside."""

    name: ClassVar[str] = "order.intercepted"
    warehouse_id: int
    order_id: int
    asked_by: int | None


@dataclass(frozen=True)
class GoodsGoBack(DomainEvent):
    """The goods of an order go back to their bins: no parcel of it leaves."""

    name: ClassVar[str] = "order.goes_back"
    warehouse_id: int
    order_id: int


@dataclass(frozen=True)
class PutBackAsked(DomainEvent):
    """Goods in a tote or parcel wait to be put back."""

    name: ClassVar[str] = "put_back.asked"
    warehouse_id: int
    put_back_id: int


@dataclass(frozen=True)
class PutBackDone(DomainEvent):
    """A tote or parcel is empty again."""

    name: ClassVar[str] = "put_back.done"
    warehouse_id: int
    put_back_id: int


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
class CartPassedOn(DomainEvent):
    """A zone of a relay is picked: the task of the next zone is free, with its cart."""

    name: ClassVar[str] = "pick.passed_on"
    warehouse_id: int
    task_id: int


@dataclass(frozen=True)
class WallChanged(DomainEvent):
    """Something was put into a slot of a wall or taken out of it; screens that show the wall ask for it again."""

    name: ClassVar[str] = "wall.changed"
    warehouse_id: int
    wall_id: int
    slot: int
