"""What the customers room does when orders come in: it notes them, to find out later whose they are."""
from __future__ import annotations

from wms.core.event import subscribe
from wms.customers.service import note_later
from wms.orders.events import OrderConfirmed, OrderHeld


@subscribe(OrderConfirmed)
def confirmed(event: OrderConfirmed) -> None:
    """An order passed the audit."""
    note_later(event.warehouse_id, event.order_id)


@subscribe(OrderHeld)
def held(event: OrderHeld) -> None:
    """An order did not."""
    note_later(event.warehouse_id, event.order_id)
