"""Waybills back to us (退货面单): for an order that left, a carrier is asked for a number from its buyer to us.

As with other waybills the row is the question: it is stored before the carrier is asked, and one that was put before is
asked after first. They are few, so a job asks for them one after the other.
"""
from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.job import defer
from wms.layout.models import Station, Warehouse
from wms.orders import service as orders
from wms.orders.models import Order
from wms.printing import service as printing
from wms.problems import service as problems
from wms.shipping import accounts, troubles
from wms.shipping.carriers import Party, Request, plugin
from wms.shipping.documents import address_of, party, recipient, shop_order
from wms.shipping.lifecycle import WAYBILL
from wms.shipping.models import Carrier, CarrierChoice, ReturnWaybill
from wms.shipping.question import Outcome, Work
from wms.shipping.rules import headline, label_locale, printed_at, title

JOB = "shipping.ask_returns"
LEASE = timedelta(minutes=2)
LONG = 500
_OF_RETURNS = -1_000_000_000  # their labels are waybills of no parcel of ours


def ask(warehouse_id: int, order_id: int, code: str | None, reason: str, person_id: int | None) -> ReturnWaybill:
    """A waybill back for an order that left, by its own carrier or the named one. Its number comes at once, or as soon
    as the carrier has answered.

    Raises `core.not_found`, `shipping.not_left` (409) for an order that is still here, `shipping.buyer_hidden` (409)
    for one whose buyer only the shop's platform knows: no carrier could come to a masked address.
    """
    order = orders.locked(warehouse_id, order_id)
    if order.shipping != "shipped":
        raise WmsError("shipping.not_left", order=order.number)
    if recipient(order).is_hidden(order.address_id):
        raise WmsError("shipping.buyer_hidden", order=order.number)
    carrier = accounts.by_code(code or order.carrier)
    if not carrier.active:
        raise WmsError("core.not_found", thing="carrier", key=carrier.code)
    row = ReturnWaybill(
        warehouse_id=warehouse_id, order_id=order.id, carrier_id=carrier.id, request_key=uuid.uuid4().hex,
        status=WAYBILL.initial, reason=reason, asked_by=person_id, asked_at=now(), ask_at=now(), in_doubt=False,
        tries=0, trouble="", route_code="", sorting_code="",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    speaks = plugin(carrier.plugin)
    if speaks.in_transaction:
        issued = speaks.issue(_request(row, order, carrier))
        row.number, row.route_code, row.sorting_code = issued.number, issued.route_code, issued.sorting_code
        row.status, row.issued_at, row.ask_at = WAYBILL.after("issue", row.status), now(), None
    else:
        defer(JOB, once=JOB)
    orders.note("return", {order.id: {"carrier": carrier.name, "reason": reason}}, person_id=person_id)
    return row


def _request(row: ReturnWaybill, order: Order, carrier: Carrier) -> Request:
    house = db.session.get_one(Warehouse, row.warehouse_id)
    here = accounts.sender(carrier, Party(house.name, house.phone, house.address))
    weight = db.session.execute(select(CarrierChoice.weight_g).where(CarrierChoice.order_id == order.id)).scalar()
    account = None if plugin(carrier.plugin).in_transaction else accounts.account(carrier)
    return Request(
        row.request_key, carrier.id, carrier.code, f"R{row.id}", order.number, weight or 0, here, recipient(order),
        account=account, first_asked_at=row.asked_at, shop_order=shop_order(order),
    )  # fmt: skip


def claim(most: int = 20) -> list[Work]:
    """Questions that are due, ours until the lease ends."""
    at = now()
    due = select(ReturnWaybill).where(ReturnWaybill.ask_at <= at).order_by(ReturnWaybill.ask_at, ReturnWaybill.id)
    found = []
    for row in db.session.execute(due.limit(most).with_for_update(skip_locked=True)).scalars():
        carrier = db.session.get_one(Carrier, row.carrier_id)
        request = _request(row, db.session.get_one(Order, row.order_id), carrier)
        doubt, row.ask_at, row.in_doubt, row.tries = row.in_doubt, at + LEASE, True, row.tries + 1
        void = row.status == "void"
        found.append(Work(row.id, carrier.id, row.tries, doubt, void, row.number, plugin(carrier.plugin), request))
    return found


def settle(outcomes: Sequence[Outcome]) -> None:
    """Store what came of questions."""
    for came in sorted(outcomes, key=lambda each: each.work.waybill_id):
        row = db.session.get_one(ReturnWaybill, came.work.waybill_id, with_for_update=True, populate_existing=True)
        row.trouble = came.said[:LONG]
        if came.issued is not None and row.number is None:
            row.number, row.route_code, row.sorting_code = (
                came.issued.number, came.issued.route_code, came.issued.sorting_code,
            )  # fmt: skip
            row.issued_at = now()
            row.status = row.status if row.status == "void" else WAYBILL.after("issue", row.status)
        if came.given_back or (came.issued is not None and row.status != "void"):
            row.ask_at, row.in_doubt = None, False
        elif came.refused is not None:
            if row.status == "void" and row.number is not None:
                note = f"{db.session.get_one(Carrier, row.carrier_id).name} {row.number}: {row.trouble}"
                problems.report_shipment(row.warehouse_id, row.number, f"R{row.id}", troubles.KEPT, note)
            row.ask_at, row.in_doubt = None, came.in_doubt
            row.status = row.status if row.status == "void" else WAYBILL.after("void", row.status)
        else:  # also of one that was voided while it was asked for: it is given back next
            row.in_doubt, row.ask_at = came.in_doubt, now() + timedelta(seconds=came.again_in)


def void(warehouse_id: int, id: int) -> ReturnWaybill:
    """It is not wanted any more: its label is stopped, and its number given back. Raises `core.not_found`."""
    row = _locked(warehouse_id, id)
    if row.status == "void":
        return row
    row.status = WAYBILL.after("void", row.status)
    printing.void("waybill", _OF_RETURNS - row.id)
    carrier = db.session.get_one(Carrier, row.carrier_id)
    if not plugin(carrier.plugin).in_transaction and (row.number is not None or row.in_doubt):
        row.ask_at = now()
        defer(JOB, once=JOB)
    else:
        row.ask_at = None
    return row


def print_at(
    warehouse_id: int, id: int, station: str, person_id: int | None, *, reason: str = ""
) -> ReturnWaybill:
    """Its label, at a station (its code): for a buyer who comes, or to be put into a parcel. One that is out comes out
    once more only for a `reason`, marked.

    Raises `core.not_found`, `shipping.no_return_number` (409), `shipping.return_is_out` (409), and as `printing.again`.
    """
    row = _locked(warehouse_id, id)
    its = select(Station.id).where(Station.warehouse_id == warehouse_id, Station.code == station)
    station_id = db.session.execute(its).scalar()
    if station_id is None:
        raise WmsError("core.not_found", thing="station", key=station)
    if row.status != "issued":
        raise WmsError("shipping.no_return_number", order=db.session.get_one(Order, row.order_id).number)
    document = ("waybill", _OF_RETURNS - row.id)
    out = any(printing.progress(document[0], [document[1]]).values())
    if out and not reason:
        raise WmsError("shipping.return_is_out", number=row.number)
    first = printing.enqueue(*document, station_id, label(row), asked_by=person_id, reference=f"R{row.id}")
    if out:
        printing.again(first.id, reason, warehouse_id=warehouse_id, station_id=station_id, actor_id=person_id)
    return row


def places(warehouse_id: int) -> list[dict[str, Any]]:
    """The stations that print waybills: [{code, name, printer}]."""
    return printing.places(warehouse_id, "waybill")


def _locked(warehouse_id: int, id: int) -> ReturnWaybill:
    wanted = select(ReturnWaybill).where(ReturnWaybill.id == id, ReturnWaybill.warehouse_id == warehouse_id)
    row = db.session.execute(wanted.with_for_update()).scalar_one_or_none()
    if row is None:
        raise WmsError("core.not_found", thing="waybill", key=id)
    return row


def label(row: ReturnWaybill) -> dict[str, Any]:
    """The data of its `waybill`: from the buyer to the house."""
    order, carrier = db.session.get_one(Order, row.order_id), db.session.get_one(Carrier, row.carrier_id)
    house = db.session.get_one(Warehouse, row.warehouse_id)
    return {
        "carrier": headline(carrier.name), "waybill_number": row.number, "route_code": headline(row.route_code),
        "sorting_code": row.sorting_code, "recipient": party(house.name, house.phone, house.address),
        "sender": party(order.recipient, order.phone, address_of(order)), "order_number": title(order.number),
        "shop": title(order.shop.name), "parcel_index": 0, "parcel_count": 0, "parent_number": "", "cod": "",
        "weight_g": 0, "items": "", "note": title(row.reason), "printed_at": printed_at(now()),
        "locale": label_locale(order.country),
    }  # fmt: skip


def of_order(warehouse_id: int, order_id: int) -> list[dict[str, Any]]:
    """The waybills back of an order, the newest first, as `shown`."""
    orders.get(order_id, warehouse_id)
    its = select(ReturnWaybill).where(ReturnWaybill.order_id == order_id).order_by(ReturnWaybill.id.desc())
    return [shown(row) for row in db.session.execute(its).scalars()]


def shown(row: ReturnWaybill) -> dict[str, Any]:
    """`number` is None until the carrier has answered; `trouble`: what it said instead."""
    carrier = db.session.get_one(Carrier, row.carrier_id)
    return {
        "id": row.id, "carrier": carrier.code, "status": row.status, "number": row.number, "reason": row.reason,
        "trouble": row.trouble, "asked_at": row.asked_at.isoformat(),
    }  # fmt: skip
