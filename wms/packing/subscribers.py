"""What packing does when an order is stopped, or its goods go back."""
from __future__ import annotations

from wms.core.event import publish, subscribe
from wms.packing import service
from wms.packing.events import ParcelVoided
from wms.picking.events import GoodsGoBack, OrderIntercepted


@subscribe(OrderIntercepted)
def put_aside(event: OrderIntercepted) -> None:
    """Parcels that are closed already go back too."""
    service.put_aside(event.warehouse_id, event.order_id, event.asked_by)


@subscribe(GoodsGoBack)
def void(event: GoodsGoBack) -> None:
    """No parcel of the order leaves any more."""
    for parcel_id in service.void_of(event.order_id):
        publish(ParcelVoided(event.warehouse_id, parcel_id))
