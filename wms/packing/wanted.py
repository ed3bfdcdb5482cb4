"""Whether what lies on the table is to be packed: the order may have been stopped, and its label with it."""
from __future__ import annotations

from sqlalchemy import select

from wms.core.db import db
from wms.core.error import WmsError
from wms.orders import service as orders
from wms.orders.models import Order
from wms.packing import evidence
from wms.packing.models import Parcel
from wms.picking import service as picking
from wms.printing import service as printing


def require_wanted(order_id: int, warehouse_id: int) -> None:
    """Raises `packing.order_stopped`, or `packing.order_stopped_at` where the warehouse has a place for such goods;
    with `_label` in it where a label of the order lies somewhere that was printed before."""
    require_going_on(orders.stopped(order_id), warehouse_id)


def require_going_on(found: orders.Stopped | None, warehouse_id: int) -> None:
    """As `require_wanted`, when it is known whether the order was stopped."""
    if found is not None:
        place, labels = picking.put_back_at(warehouse_id), void_labels(found.order_id)
        code = "packing.order_stopped" + ("_label" if labels else "") + ("_at" if place else "")
        raise WmsError(code, order=found.number, reason=found.reason, place=place, labels=", ".join(labels))


def void_labels(order_id: int) -> list[str]:
    """The numbers on labels of an order that came out and are void by now: whoever has one throws it away."""
    return printing.void_lying("waybill", select(Parcel.id).where(Parcel.order_id == order_id))


def require_good_label(warehouse_id: int, waybill: str) -> None:
    """Raises `packing.void_label` for a waybill that no parcel has any more: it is to be thrown away."""
    parcel_id = evidence.find(warehouse_id, waybill)
    its = select(Parcel.waybill, Order.number).join(Order, Order.id == Parcel.order_id).where(Parcel.id == parcel_id)
    row = db.session.execute(its).one_or_none()
    if row is not None and row.waybill != waybill:
        raise WmsError("packing.void_label", waybill=waybill, order=row.number)
