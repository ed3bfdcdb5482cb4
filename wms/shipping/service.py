"""The verbs of the shipping room: waybills for parcels, and their handover to carriers."""
from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.resolve import Parameter, found, resolver
from wms.packing import service as packing
from wms.packing.models import Parcel
from wms.printing import service as printing
from wms.shipping import offers, receipts, troubles
from wms.shipping.carriers import CarrierRefusedError, plugin
from wms.shipping.documents import Shipment, request_of, shipment, slip_data, waybill_data
from wms.shipping.events import WaybillIssued, WaybillRefused
from wms.shipping.handover import close, load, manifest_of, unload, waiting_by_carrier
from wms.shipping.lifecycle import WAYBILL
from wms.shipping.models import Carrier, CarrierFallback, Waybill
from wms.shipping.rules import sheet

__all__ = [
    "arrived", "ask_other", "close", "dispatch", "ensure_carrier", "issue", "issue_in_run", "load", "manifest_of",
    "print_now", "refused", "unload", "void", "void_ahead", "void_if_any", "waiting_by_carrier",
]  # fmt: skip

OWN_FLEET = "own_fleet"


@resolver("waybill")
def _waybills(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    return (
        found("waybill", Waybill.id, Waybill.number, Waybill.number)
        .join(Parcel, Parcel.id == Waybill.parcel_id)
        .where(Waybill.number == code, Parcel.warehouse_id == warehouse_id)
    )


def ensure_carrier(code: str, name: str, plugin_name: str = OWN_FLEET) -> int:
    """The id of the carrier with this code, made when there is none; its name is brought up to date."""
    made = insert(Carrier).values(code=code, name=name, plugin=plugin_name)
    made = made.on_conflict_do_update(index_elements=["code"], set_={"name": name})
    return db.session.execute(made.returning(Carrier.id)).scalar_one()


def dispatch(parcel_id: int, station_id: int, asked_by: int | None) -> None:
    """A closed parcel gets its packing slip, the buyer's receipt where one is wanted, its waybill number and its label
    at a station; one that was planned has the number, or its carrier was asked for it, and its label unless that is
    still to come."""
    of = shipment(parcel_id)
    # The slips first: issuing locks the carrier's counter until the commit.
    data = slip_data(of)
    printing.enqueue("packing_slip", parcel_id, station_id, data, asked_by=asked_by, reference=of.parcel.number)
    receipts.print_for(of, station_id, asked_by)
    earlier = _waybills_of(parcel_id)
    waybill = _valid(earlier)
    if waybill is None:
        _issue(of, station_id, asked_by, earlier)
        return
    if waybill.number is None or waybill.change:
        return  # its carrier was asked before; the label prints here as soon as it has answered
    carrier = db.session.get_one(Carrier, waybill.carrier_id)
    printing.bring("waybill", parcel_id, station_id)  # where its run has not come to it yet
    if plugin(carrier.plugin).in_transaction:
        _tell(of.parcel, station_id, waybill, carrier)
    else:  # unless it came out in a run, it is only fetched by now
        _announce(of, carrier, waybill, _version(waybill), station_id, asked_by, None)


def issue(parcel_id: int, station_id: int, asked_by: int | None) -> Waybill:
    """Ask the order's carrier for a waybill number and, once there is one, print it at a station.

    A carrier that answers over a network
    is not asked here, within a transaction: its row stays `asked`.
    Raises `shipping.unknown_carrier`, `shipping.no_plugin`, `shipping.has_waybill`.
    """
    return _issue(shipment(parcel_id), station_id, asked_by, _waybills_of(parcel_id))


def issue_in_run(parcel_id: int, station_id: int, asked_by: int | None, place: tuple[int, int]) -> Waybill:
    """As `issue`, of a planned parcel; its label is the one at `place` = (run id, place) of a run."""
    return _issue(shipment(parcel_id), station_id, asked_by, _waybills_of(parcel_id), place)


def print_now(
    parcel_id: int, station_id: int, asked_by: int | None, place: tuple[int, int] | None = None
) -> None:
    """The label of a parcel that has its number, at a station, or as the one at `place` = (run id, place) of a run;
    asked again, nothing more is printed. It is told of as the parcel is closed."""
    waybill = _valid(_waybills_of(parcel_id))
    assert waybill is not None
    carrier = db.session.get_one(Carrier, waybill.carrier_id)
    _label(shipment(parcel_id), carrier, waybill, _version(waybill), station_id, asked_by, place)


def _issue(
    of: Shipment, station_id: int, asked_by: int | None, earlier: Sequence[Waybill],
    place: tuple[int, int] | None = None,
) -> Waybill:  # fmt: skip
    carrier = _carrier(of.order.carrier)
    waybill, version = _new(of, carrier, earlier, _collected_by(of))
    if waybill.number is not None:
        _announce(of, carrier, waybill, version, station_id, asked_by, place)
    return waybill


def _new(of: Shipment, carrier: Carrier, earlier: Sequence[Waybill], cod: Decimal) -> tuple[Waybill, int]:
    """A waybill with its number, or for a worker to ask for it now; and the how-manieth of the parcel it is."""
    speaks = plugin(carrier.plugin)
    waybill, version = _asked(of, carrier, earlier)
    waybill.cod = cod
    if speaks.in_transaction:
        try:
            issued = speaks.issue(request_of(of, carrier, waybill))
        except CarrierRefusedError as error:
            waybill.trouble = str(error)
            db.session.add(waybill)
            db.session.flush()
            refused(waybill, error.why)
            return waybill, version
        waybill.number, waybill.route_code, waybill.sorting_code = (
            issued.number, issued.route_code, issued.sorting_code,
        )  # fmt: skip
        waybill.status = WAYBILL.after("issue", waybill.status)
        waybill.reply, waybill.issued_at = issued.reply, now()
    else:
        waybill.ask_at = now()
    db.session.add(waybill)
    db.session.flush()
    return waybill, version


def refused(row: Waybill, why: str) -> None:
    """A carrier does not take a parcel, as its waybill's `trouble` says: the next one by rule is asked, else somebody
    must see to it."""
    row.status, row.refused, row.change = WAYBILL.after("void", row.status), why, None
    db.session.flush()
    parcel = db.session.get_one(Parcel, row.parcel_id)
    following = _next(row, why)
    if parcel.status == "void":
        return
    if following is not None:
        ask_other(parcel.id, following, row.cod)
        return
    carrier = db.session.get_one(Carrier, row.carrier_id)
    troubles.report(parcel, "carrier_refused", f"{carrier.name}: {row.trouble}")
    publish(WaybillRefused(parcel.warehouse_id, parcel.station_id, parcel.id, parcel.number, carrier.code, row.trouble))


def _next(row: Waybill, why: str) -> Carrier | None:
    """Who is asked next: by the rules of the carrier that refused, nobody twice for one parcel."""
    tried = select(Waybill.carrier_id).where(Waybill.parcel_id == row.parcel_id)
    wanted = (
        select(Carrier)
        .join(CarrierFallback, CarrierFallback.to_carrier_id == Carrier.id)
        .where(CarrierFallback.carrier_id == row.carrier_id, CarrierFallback.why.in_(("any", why)))
        .where(Carrier.active, Carrier.id.not_in(tried))
        .order_by(CarrierFallback.place)
        .limit(1)
    )
    return db.session.execute(wanted).scalar_one_or_none()


def ask_other(parcel_id: int, carrier: Carrier, cod: Decimal) -> Waybill:
    """A carrier has refused a parcel, and its waybill is void: this one is asked; it collects what that one would, and
    the order counts against its quota."""
    of = shipment(parcel_id)
    waybill, _ = _new(of, carrier, _waybills_of(parcel_id), cod)
    offers.move(of.order.id, carrier.id)
    if waybill.number is not None:
        arrived(waybill)
    return waybill


def arrived(waybill: Waybill) -> None:
    """A number has come, or goes somewhere else by now: it stands with its parcel, and if that is closed its label
    prints where it was."""
    assert waybill.number is not None
    packing.note_waybill(waybill.parcel_id, waybill.number)
    parcel = db.session.get_one(Parcel, waybill.parcel_id)
    if parcel.status == "closed":
        db.session.flush()
        carrier, of = db.session.get_one(Carrier, waybill.carrier_id), shipment(parcel.id)
        _announce(of, carrier, waybill, _version(waybill), parcel.station_id, parcel.packed_by, None)


def void(parcel_id: int) -> None:
    """The parcel's waybill is given back: its labels are stopped and never printed again.

    A parcel that is on a manifest or gone keeps its number (`shipping.already_loaded`, `…already_shipped`).
    Raises `shipping.no_waybill` when it has none.
    """
    parcel = db.session.get_one(Parcel, parcel_id, with_for_update=True)
    if parcel.status in ("loaded", "shipped"):
        raise WmsError(f"shipping.already_{parcel.status}", parcel=parcel.number)
    waybill = _valid(_waybills_of(parcel_id))
    if waybill is None:
        raise WmsError("shipping.no_waybill", parcel=parcel.number)
    carrier = db.session.get_one(Carrier, waybill.carrier_id)
    speaks = plugin(carrier.plugin)
    if not speaks.in_transaction:
        _give_back(waybill)
    elif waybill.number is not None:
        speaks.void(request_of(shipment(parcel_id), carrier, waybill), waybill.number)
    waybill.status, waybill.change = WAYBILL.after("void", waybill.status), None
    db.session.flush()
    packing.note_waybill(parcel_id, None)
    printing.void("waybill", parcel_id)


def _give_back(waybill: Waybill) -> None:
    """A worker gives the number back; what is just being asked for, once it is known what came of it."""
    if waybill.number is not None:
        waybill.ask_at = now()
    elif not waybill.in_doubt:
        waybill.ask_at = None  # it was never asked for


def void_if_any(parcel_id: int) -> None:
    """As `void`, for a parcel that may have no waybill."""
    if _valid(_waybills_of(parcel_id)) is not None:
        void(parcel_id)


def void_ahead(order_id: int) -> None:
    """An order is stopped while it is packed: the waybill that was printed for it before comes out of no printer any
    more. Should it go on, it gets another as its parcel is closed."""
    its = select(Parcel.id).where(Parcel.order_id == order_id, Parcel.status == "open", Parcel.waybill.is_not(None))
    for parcel_id in db.session.execute(its.order_by(Parcel.id)).scalars().all():
        void(parcel_id)


def _carrier(code: str) -> Carrier:
    wanted = select(Carrier).where(Carrier.code == code, Carrier.active)
    carrier = db.session.execute(wanted).scalar_one_or_none()
    if carrier is None and code == OWN_FLEET:  # the house always has itself as a carrier
        own = insert(Carrier).values(code=OWN_FLEET, name="自有车队 Own fleet").on_conflict_do_nothing()
        db.session.execute(own)
        carrier = db.session.execute(wanted).scalar_one_or_none()
    if carrier is None:
        raise WmsError("shipping.unknown_carrier", carrier=code)
    return carrier


def _asked(of: Shipment, carrier: Carrier, earlier: Sequence[Waybill]) -> tuple[Waybill, int]:
    """A new request, not stored yet, and the how-manieth of the parcel it is: each number is a new document."""
    if _valid(earlier) is not None:
        raise WmsError("shipping.has_waybill", parcel=of.parcel.number)
    key = uuid.uuid4().hex
    initial = WAYBILL.initial  # a row gets it only when it is stored
    waybill = Waybill(
        carrier_id=carrier.id, parcel_id=of.parcel.id, request_key=key, status=initial, asked_at=now()
    )
    return waybill, len(earlier) + sum(each.changes for each in earlier) + 1


def _collected_by(of: Shipment) -> Decimal:
    """What this parcel collects: all of it, unless another parcel of the order does, so that nobody pays twice. Whoever
    issues has locked the order."""
    if not of.order.cod:
        return Decimal(0)
    others = select(Waybill.id).join(Parcel, Parcel.id == Waybill.parcel_id)
    collecting = others.where(Parcel.order_id == of.order.id, Waybill.status != "void", Waybill.cod > 0)
    return Decimal(0) if db.session.execute(collecting.limit(1)).first() else of.order.cod


def _version(waybill: Waybill) -> int:
    """The how-manieth label of its parcel this is: each number has one, and one more each time that it changed."""
    counted = select(func.count() + func.coalesce(func.sum(Waybill.changes), 0))
    counted = counted.where(Waybill.parcel_id == waybill.parcel_id, Waybill.id <= waybill.id)
    return int(db.session.execute(counted).scalar_one())


def _waybills_of(parcel_id: int) -> Sequence[Waybill]:
    return db.session.execute(select(Waybill).where(Waybill.parcel_id == parcel_id)).scalars().all()


def _valid(waybills: Sequence[Waybill]) -> Waybill | None:
    return next((waybill for waybill in waybills if waybill.status != "void"), None)


def _announce(
    of: Shipment, carrier: Carrier, waybill: Waybill, version: int, station_id: int, asked_by: int | None,
    place: tuple[int, int] | None,
) -> None:  # fmt: skip
    _label(of, carrier, waybill, version, station_id, asked_by, place)
    if place is None:
        _tell(of.parcel, station_id, waybill, carrier)


def _label(
    of: Shipment, carrier: Carrier, waybill: Waybill, version: int, station_id: int, asked_by: int | None,
    place: tuple[int, int] | None,
) -> None:  # fmt: skip
    parcel = of.parcel
    assert waybill.number is not None
    packing.note_waybill(parcel.id, waybill.number)
    data = waybill_data(of, carrier, waybill)
    if place is not None:
        data["printed_at"] = sheet(printing.sheet_of(*place), now())
    printing.enqueue(
        "waybill", parcel.id, station_id, data, asked_by=asked_by, version=version, reference=parcel.number,
        in_run=place,
    )  # fmt: skip


def _tell(parcel: Parcel, station_id: int, waybill: Waybill, carrier: Carrier) -> None:
    assert waybill.number is not None
    publish(
        WaybillIssued(parcel.warehouse_id, station_id, parcel.id, parcel.number, waybill.number, carrier.code)
    )
