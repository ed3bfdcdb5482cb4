"""The verbs of the shipping room: waybills for parcels, and their handover to carriers."""
from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.resolve import Parameter, found, resolver
from wms.packing import service as packing
from wms.packing.models import Parcel
from wms.printing import service as printing
from wms.shipping.carriers import plugin
from wms.shipping.documents import Shipment, request_of, shipment, slip_data, waybill_data
from wms.shipping.events import WaybillIssued
from wms.shipping.handover import close, load, manifest_of, unload, waiting_by_carrier
from wms.shipping.lifecycle import WAYBILL
from wms.shipping.models import Carrier, Waybill

__all__ = [
    "close", "dispatch", "ensure_carrier", "issue", "load", "manifest_of", "unload", "void", "void_if_any",
    "waiting_by_carrier",
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
    """A closed parcel gets its packing slip, its waybill number and its label at a station."""
    of = shipment(parcel_id)
    # The slip first: issuing locks the carrier's counter until the commit.
    data = slip_data(of)
    printing.enqueue("packing_slip", parcel_id, station_id, data, asked_by=asked_by, reference=of.parcel.number)
    _issue(of, station_id, asked_by)


def issue(parcel_id: int, station_id: int, asked_by: int | None) -> Waybill:
    """Ask the order's carrier for a waybill number and, once there is one, print it at a station.

    A carrier that answers over a network
    is not asked here, within a transaction: its row stays `asked`.
    Raises `shipping.unknown_carrier`, `shipping.no_plugin`, `shipping.has_waybill`.
    """
    return _issue(shipment(parcel_id), station_id, asked_by)


def _issue(of: Shipment, station_id: int, asked_by: int | None) -> Waybill:
    carrier = _carrier(of.order.carrier)
    speaks = plugin(carrier.plugin)
    waybill, version = _asked(of, carrier)
    if speaks.in_transaction:
        issued = speaks.issue(request_of(of, carrier, waybill.request_key))
        waybill.number, waybill.route_code, waybill.sorting_code = (
            issued.number, issued.route_code, issued.sorting_code,
        )  # fmt: skip
        waybill.status = WAYBILL.after("issue", waybill.status)
        waybill.reply, waybill.issued_at = issued.reply, now()
    db.session.add(waybill)
    db.session.flush()
    if waybill.number is not None:
        _announce(of, carrier, waybill, version, station_id, asked_by)
    return waybill


def void(parcel_id: int) -> None:
    """The parcel's waybill is given back: its labels are stopped and never printed again.

    A parcel that is on a manifest or gone keeps its number (`shipping.already_loaded`, `…already_shipped`).
    Raises `shipping.no_waybill` when it has none.
    """
    parcel = db.session.get_one(Parcel, parcel_id, with_for_update=True)
    if parcel.status in ("loaded", "shipped"):
        raise WmsError(f"shipping.already_{parcel.status}", parcel=parcel.number)
    waybill = _valid(parcel_id)
    if waybill is None:
        raise WmsError("shipping.no_waybill", parcel=parcel.number)
    carrier = db.session.get_one(Carrier, waybill.carrier_id)
    if waybill.number is not None:
        plugin(carrier.plugin).void(request_of(shipment(parcel_id), carrier, waybill.request_key), waybill.number)
    waybill.status = WAYBILL.after("void", waybill.status)
    db.session.flush()
    packing.note_waybill(parcel_id, None)
    printing.void("waybill", parcel_id)


def void_if_any(parcel_id: int) -> None:
    """As `void`, for a parcel that may have no waybill."""
    if _valid(parcel_id) is not None:
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


def _asked(of: Shipment, carrier: Carrier) -> tuple[Waybill, int]:
    """A new request, not stored yet, and the how-manieth of the parcel it is: each number is a new document."""
    earlier = db.session.execute(select(Waybill.status).where(Waybill.parcel_id == of.parcel.id)).scalars().all()
    if any(status != "void" for status in earlier):
        raise WmsError("shipping.has_waybill", parcel=of.parcel.number)
    key = uuid.uuid4().hex
    initial = WAYBILL.initial  # a row gets it only when it is stored
    waybill = Waybill(
        carrier_id=carrier.id, parcel_id=of.parcel.id, request_key=key, status=initial, asked_at=now()
    )
    return waybill, len(earlier) + 1


def _valid(parcel_id: int) -> Waybill | None:
    valid = select(Waybill).where(Waybill.parcel_id == parcel_id, Waybill.status != "void")
    return db.session.execute(valid).scalar_one_or_none()


def _announce(
    of: Shipment, carrier: Carrier, waybill: Waybill, version: int, station_id: int, asked_by: int | None
) -> None:
    parcel = of.parcel
    assert waybill.number is not None
    packing.note_waybill(parcel.id, waybill.number)
    data = waybill_data(of, carrier, waybill)
    printing.enqueue(
        "waybill", parcel.id, station_id, data, asked_by=asked_by, version=version, reference=parcel.number
    )
    publish(
        WaybillIssued(parcel.warehouse_id, station_id, parcel.id, parcel.number, waybill.number, carrier.code)
    )
