"""What shipping does when the rooms below it have done something."""
from __future__ import annotations

from wms.core.event import subscribe
from wms.packing.events import ParcelClosed, ParcelVoided
from wms.shipping import service


@subscribe(ParcelClosed)
def waybill_and_slip(event: ParcelClosed) -> None:
    """A closed parcel gets its slip, its waybill number and its label, at the station that packed it."""
    service.dispatch(event.parcel_id, event.station_id, event.person_id)


@subscribe(ParcelVoided)
def void_waybill(event: ParcelVoided) -> None:
    """The number of a parcel that will not leave is given back, and its label is never printed again."""
    service.void_if_any(event.parcel_id)
