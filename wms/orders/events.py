"""What the orders room tells the rooms above it and the boards."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class OrdersTaken(DomainEvent):
    """Orders came in: new ones, and known ones that their shops have changed."""

    name: ClassVar[str] = "order.taken"
    warehouse_id: int
    created: tuple[int, ...]
    changed: tuple[int, ...]


@dataclass(frozen=True)
class OrderConfirmed(DomainEvent):
    """The audit passed: the order's stock is promised and it may go into a wave."""

    name: ClassVar[str] = "order.confirmed"
    warehouse_id: int
    order_id: int


@dataclass(frozen=True)
class OrdersConfirmed(DomainEvent):
    """The same of all the orders of one audit together, in the sequence of their placing: for what is decided for many
    at once."""

    name: ClassVar[str] = "orders.confirmed"
    warehouse_id: int
    order_ids: tuple[int, ...]


@dataclass(frozen=True)
class OrderHeld(DomainEvent):
    """The audit failed. `reason` is the code of the first problem: unpaid, address_incomplete, stock_short, …"""

    name: ClassVar[str] = "order.held"
    warehouse_id: int
    order_id: int
    reason: str


@dataclass(frozen=True)
class OrderUnpaid(DomainEvent):
    """The time has come to remind the buyer that the order is not paid; said once of an order."""

    name: ClassVar[str] = "order.unpaid_reminder"
    warehouse_id: int
    order_id: int


@dataclass(frozen=True)
class OrderRerouted(DomainEvent):
    """Another warehouse takes the order, which nobody has begun."""

    name: ClassVar[str] = "order.rerouted"
    warehouse_id: int
    order_id: int
    to_warehouse_id: int


@dataclass(frozen=True)
class OrderCancelled(DomainEvent):
    """The order will not be sent; what was promised to it is free again."""

    name: ClassVar[str] = "order.cancelled"
    warehouse_id: int
    order_id: int


@dataclass(frozen=True)
class OrdersMoved(DomainEvent):
    """Orders took a step of their processing or shipping; `action` as the lifecycle names it."""

    name: ClassVar[str] = "order.moved"
    warehouse_id: int
    order_ids: tuple[int, ...]
    action: str


@dataclass(frozen=True)
class OrdersAudited(DomainEvent):
    """All that one audit decided, told once: for who looks at orders together."""

    name: ClassVar[str] = "orders.audited"
    warehouse_id: int
    confirmed: tuple[int, ...]
    held: tuple[int, ...]


@dataclass(frozen=True)
class OrdersRecalled(DomainEvent):
    """Somebody changes these orders, of which nothing is picked: whoever has them in a wave gives them back now."""

    name: ClassVar[str] = "orders.recalled"
    warehouse_id: int
    order_ids: tuple[int, ...]
    by: int | None


@dataclass(frozen=True)
class OrderReaddressed(DomainEvent):
    """Who gets an order that is in work, or where, was changed: labels and carriers say something else by now."""

    name: ClassVar[str] = "order.readdressed"
    warehouse_id: int
    order_id: int


@dataclass(frozen=True)
class OrderOverdue(DomainEvent):
    """What was to be done for an order (`due_rules.KINDS`) was not done in time. Told once for each kind."""

    name: ClassVar[str] = "order.overdue"
    warehouse_id: int
    order_id: int
    number: str
    kind: str
    due_at: datetime
