"""Who gets a parcel has changed after its number was asked for: its carrier is told, or gives another number.

The label that may be printed by now is void at once, and until the carrier has agreed the parcel has no number that
counts: none is printed, and no truck takes it. What is to be said is a question like that for the number itself, and
lies in the same row (`asking`). Where the plug-in is no `Changer`, the number is given back and a new one asked for.
"""
from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, or_, select

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.orders import service as orders
from wms.orders.models import Order
from wms.packing import service as packing
from wms.packing.models import Parcel
from wms.printing import service as printing
from wms.shipping import service, troubles
from wms.shipping.carriers import Changer, plugin
from wms.shipping.documents import recipient
from wms.shipping.models import Carrier, Waybill
from wms.shipping.question import Outcome, Work

LONG = 500  # of what a carrier says, so much is kept


@orders.told_recipient
def is_told(order_id: int) -> bool:
    """Whether a carrier knows, or may know, who gets this order."""
    its = select(Waybill.id).join(Parcel, Parcel.id == Waybill.parcel_id)
    told = or_(Waybill.number.is_not(None), Waybill.in_doubt)
    wanted = exists(its.where(Parcel.order_id == order_id, Waybill.status != "void", told)).select()
    return bool(db.session.execute(wanted).scalar())


def readdress(order_id: int) -> None:
    """Another gets the order, or elsewhere, whose row is locked: its labels are void, and their carriers asked.

    Raises `shipping.already_loaded`, `shipping.already_shipped` (409) once one of its parcels is on its way.
    """
    its = select(Parcel).where(Parcel.order_id == order_id, Parcel.status != "void").order_by(Parcel.id)
    parcels = db.session.execute(its.with_for_update().execution_options(populate_existing=True)).scalars().all()
    for parcel in parcels:
        if parcel.status in ("loaded", "shipped"):
            raise WmsError(f"shipping.already_{parcel.status}", parcel=parcel.number)
    for parcel, waybill in _valid(parcels):
        _again(parcel, waybill)


def _valid(parcels: Sequence[Parcel]) -> list[tuple[Parcel, Waybill]]:
    of = {parcel.id: parcel for parcel in parcels}
    wanted = select(Waybill).where(among(Waybill.parcel_id, of), Waybill.status != "void").order_by(Waybill.id)
    rows = db.session.execute(wanted.with_for_update().execution_options(populate_existing=True)).scalars().all()
    return [(of[row.parcel_id], row) for row in rows]


def _again(parcel: Parcel, waybill: Waybill) -> None:
    if waybill.number is None and not waybill.in_doubt:
        return  # it was never asked for: it will be with what is right by now
    carrier = db.session.get_one(Carrier, waybill.carrier_id)
    _warn(parcel)
    if not isinstance(plugin(carrier.plugin), Changer):
        _other_number(parcel, waybill, carrier)
        return
    printing.void("waybill", parcel.id)
    packing.note_waybill(parcel.id, None)
    waybill.change = "asked"
    if not waybill.in_doubt:  # what is just being said, or of which nobody knows, is looked after first
        waybill.ask_at = now()
    db.session.flush()


def _warn(parcel: Parcel) -> None:
    """A label that is out is on the parcel or lies with its goods: somebody must see that it does not leave with it."""
    if printing.progress("waybill", [parcel.id])["out"] > 0:
        troubles.report(parcel, "relabel", "")


def _other_number(parcel: Parcel, waybill: Waybill, carrier: Carrier) -> None:
    """An own number of a parcel that is not closed comes when it is; others are asked for now."""
    said = {"carrier": carrier.name, "number": waybill.number or "–"}
    service.void(parcel.id)
    if not plugin(carrier.plugin).in_transaction or parcel.status == "closed":
        service.ask_other(parcel.id, carrier, waybill.cod)
    orders.note("number_replaced", {parcel.order_id: said})


# ---- what the carrier says to it

def settle(row: Waybill, came: Outcome) -> None:
    """What came of saying it; the parcel is locked, and its waybill."""
    if row.tries != came.work.tries or row.status != "issued" or row.change != "asked":
        return  # its lease has ended and somebody else is at it, or the number is not wanted any more
    row.trouble = came.said[:LONG]
    if came.issued is not None and not _is_current(row, came.work):
        row.in_doubt, row.ask_at = False, now()  # and again meanwhile
    elif came.issued is not None:
        _agreed(row, came)
    elif came.refused is None:
        row.in_doubt, row.ask_at = came.in_doubt, now() + timedelta(seconds=came.again_in)
    else:
        _refused(row)


def _is_current(row: Waybill, said: Work) -> bool:
    """Whether what the carrier was told is still so."""
    wanted = select(Order).join(Parcel, Parcel.order_id == Order.id).where(Parcel.id == row.parcel_id)
    order = db.session.execute(wanted.execution_options(populate_existing=True)).scalar_one()
    return recipient(order) == said.request.recipient


def _agreed(row: Waybill, came: Outcome) -> None:
    assert came.issued is not None
    row.route_code, row.sorting_code, row.reply = came.issued.route_code, came.issued.sorting_code, came.issued.reply
    row.change, row.in_doubt, row.ask_at, row.trouble = None, False, None, ""
    row.changes += 1
    db.session.flush()
    _note(row, "number_changed")
    service.arrived(row)


def _refused(row: Waybill) -> None:
    """The parcel stays here until somebody lets another carrier take it, or the address is as it was."""
    row.change, row.in_doubt, row.ask_at = "refused", False, None
    parcel, carrier = db.session.get_one(Parcel, row.parcel_id), db.session.get_one(Carrier, row.carrier_id)
    troubles.report(parcel, "change_refused", f"{carrier.name}: {row.trouble}")
    _note(row, "number_not_changed")


def _note(row: Waybill, action: str) -> None:
    order_id = db.session.get_one(Parcel, row.parcel_id).order_id
    carrier = db.session.get_one(Carrier, row.carrier_id)
    orders.note(action, {order_id: {"carrier": carrier.name, "number": row.number, "said": row.trouble}})
