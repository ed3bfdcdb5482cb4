"""What buyers are told of, where their shops want it. Rows only: the worker sends them."""
from __future__ import annotations

from wms.core.event import subscribe
from wms.notices import service
from wms.orders.events import OrderConfirmed, OrderHeld, OrderUnpaid
from wms.shipping.events import ManifestClosed, ParcelSeen


@subscribe(OrderConfirmed)
def accepted(event: OrderConfirmed) -> None:
    """An order passed the audit for the first time."""
    service.want("accepted", [event.order_id])


@subscribe(OrderHeld)
def held(event: OrderHeld) -> None:
    """An order stands because of its address: whoever ordered can say what is right."""
    if event.reason.startswith("address"):
        service.want("address_question", [event.order_id])


@subscribe(OrderUnpaid)
def unpaid(event: OrderUnpaid) -> None:
    """The audit's clock says that the buyer has not paid yet."""
    service.want("unpaid_reminder", [event.order_id])


@subscribe(ManifestClosed)
def shipped(event: ManifestClosed) -> None:
    """The carrier has these orders."""
    service.want("shipped", event.order_ids)


@subscribe(ParcelSeen)
def seen(event: ParcelSeen) -> None:
    """A parcel was signed for."""
    if event.state == "signed":
        service.want_delivered(event.order_id)
