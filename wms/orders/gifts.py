"""What the buyer writes to who gets the parcel."""
from __future__ import annotations

from wms.core.db import db
from wms.core.error import WmsError
from wms.orders.models import Order
from wms.orders.stopping import locked


def put_gift_note(warehouse_id: int, order_id: int, note: str) -> Order:
    """Change the gift note of an order, or (empty) take it away.

    Raises `core.not_found`, and `orders.in_work` (409) for one that is packed.
    """
    order = locked(warehouse_id, order_id)
    if order.processing == "packed":
        raise WmsError("orders.in_work", number=order.number, status=order.processing)
    order.gift_note = note
    db.session.flush()
    return order
