"""What packing does when an order is stopped, leaves its wave, or its goods go back."""
from __future__ import annotations

from wms.core.event import publish, subscribe
from wms.orders.events import OrderCancelled
from wms.packing import service
from wms.packing.events import ParcelVoided
from wms.picking.events import GoodsGoBack, OrderIntercepted
from wms.waves.events import OrdersPulled


@subscribe(OrderIntercepted)
def put_aside(event: OrderIntercepted) -> None:
    """Parcels that are closed already go back too, and what was planned of it comes out of no printer."""
    service.put_aside(event.warehouse_id, event.order_id, event.asked_by)
    _void_planned(event)


@subscribe(GoodsGoBack)
def void(event: GoodsGoBack) -> None:
    """No parcel of the order leaves any more."""
    for parcel_id in service.void_of(event.order_id):
        publish(ParcelVoided(event.warehouse_id, parcel_id))


@subscribe(OrdersPulled)
def begin_anew(event: OrdersPulled) -> None:
    """What a packer has begun of them is begun anew, with the goods that are picked then."""
    for parcel_id in service.begin_anew(event.order_ids):
        publish(ParcelVoided(event.warehouse_id, parcel_id))


@subscribe(OrderCancelled)
def give_back_planned(event: OrderCancelled) -> None:
    """The waybill that was printed for it before it was packed must not leave on anything."""
    _void_planned(event)


def _void_planned(event: OrderIntercepted | OrderCancelled) -> None:
    for parcel_id in service.void_planned(event.order_id):
        publish(ParcelVoided(event.warehouse_id, parcel_id))
