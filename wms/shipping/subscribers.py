"""What shipping does when the rooms below it have done something."""
from __future__ import annotations

from wms.core.event import subscribe
from wms.orders.events import OrderReaddressed, OrdersConfirmed, OrdersMoved
from wms.packing.events import ParcelClosed, ParcelVoided
from wms.picking.events import OrderIntercepted
from wms.shipping import asking, changing, choosing, judging, service, tracking  # noqa: F401 - judging is asked by orders
from wms.shipping.events import ManifestClosed
from wms.waves.events import OrdersPulled, WaveReleased


@subscribe(OrdersConfirmed)
def choose_carriers(event: OrdersConfirmed) -> None:
    """Orders that may go into a wave get their carriers, all of one audit together."""
    choosing.choose(event.warehouse_id, event.order_ids)


@subscribe(OrdersMoved)
def count_no_more(event: OrdersMoved) -> None:
    """What is cancelled leaves its place in the carrier's quota to others."""
    if event.action == "cancel":
        choosing.give_back(event.order_ids)


@subscribe(OrderReaddressed)
def tell_carriers(event: OrderReaddressed) -> None:
    """Who gets an order in work has changed: the carriers of its parcels hear of it, and other labels are printed."""
    changing.readdress(event.order_id)


@subscribe(ParcelClosed)
def waybill_and_slip(event: ParcelClosed) -> None:
    """A closed parcel gets its slip, its waybill number and its label, at the station that packed it."""
    service.dispatch(event.parcel_id, event.station_id, event.person_id)


@subscribe(ParcelVoided)
def void_waybill(event: ParcelVoided) -> None:
    """The number of a parcel that will not leave is given back, and its label is never printed again."""
    service.void_if_any(event.parcel_id)


@subscribe(OrderIntercepted)
def void_waybill_ahead(event: OrderIntercepted) -> None:
    """So is the number of a parcel that is being packed."""
    service.void_ahead(event.order_id)


@subscribe(WaveReleased)
def ask_ahead(event: WaveReleased) -> None:
    """Numbers are fetched while the goods are picked, so that packing waits for no carrier."""
    asking.ask_ahead(event.warehouse_id, event.wave_id)


@subscribe(OrdersPulled)
def give_back_ahead(event: OrdersPulled) -> None:
    """Those of orders that leave the wave are given back."""
    asking.give_back_ahead(event.order_ids)


@subscribe(ManifestClosed)
def follow(event: ManifestClosed) -> None:
    """What has left is followed until it is signed for."""
    tracking.begin(event.manifest_id)
