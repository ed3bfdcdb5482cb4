"""What supervisors and clerks do about held orders from the board."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.scan import scan
from wms.orders import service
from wms.orders.schemas import AuditOrder
from wms.orders.shown import hold


@scan("order.audit", schema=AuditOrder, posts="supervisor clerk")
def audit(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A held order is audited again, after stock came or the customer paid.

    It is confirmed with its stock promised, or stays held with the reason of now.
    """
    order = service.audit_one(actor.warehouse_id, body["order_id"])
    stays = order.confirmation == "held"
    why = hold(order.hold_reason, order.hold_params, actor.locale)
    data = {"order_id": order.id, "confirmation": order.confirmation, "hold": why}
    params = {"number": order.number, "why": why["text"] if why else ""}
    return Envelope(data=data, message="orders.held" if stays else "orders.confirmed", params=params)
