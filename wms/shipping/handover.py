"""Handover: parcels are scanned onto their carrier's manifest, and closing it ships them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import delete, exists, func, or_, select

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock as named_lock
from wms.core.resolve import clean, resolve
from wms.orders import service as orders
from wms.orders.models import Order
from wms.packing import service as packing
from wms.packing.models import Parcel
from wms.picking import service as picking
from wms.shipping.events import ManifestClosed
from wms.shipping.lifecycle import MANIFEST
from wms.shipping.models import Carrier, Manifest, ManifestParcel, Waybill
from wms.stock import service as stock


@dataclass(frozen=True)
class Loaded:
    """A manifest after a scan, and the parcel that was scanned."""

    manifest: Manifest
    parcel: Parcel


def manifest_of(warehouse_id: int, person_id: int | None) -> Manifest | None:
    """The open manifest a person works on: the one they opened or loaded a parcel onto last."""
    last = (
        select(func.max(ManifestParcel.loaded_at))
        .where(ManifestParcel.manifest_id == Manifest.id, ManifestParcel.loaded_by == person_id)
        .scalar_subquery()
    )
    mine = (
        select(Manifest)
        .where(
            Manifest.warehouse_id == warehouse_id,
            Manifest.status == "open",
            or_(Manifest.opened_by == person_id, last.is_not(None)),
        )
        .order_by(func.greatest(Manifest.opened_at, last).desc())
        .limit(1)
    )
    return db.session.execute(mine).scalar_one_or_none()


def waiting_by_carrier(warehouse_id: int) -> list[dict[str, Any]]:
    """The active carriers with how many closed parcels wait for each: [{code, name, waiting}]."""
    waiting = (
        select(Waybill.carrier_id, func.count().label("waiting"))
        .join(Parcel, Parcel.id == Waybill.parcel_id)
        .where(Parcel.warehouse_id == warehouse_id, Parcel.status == "closed", Waybill.status == "issued")
        .group_by(Waybill.carrier_id)
        .subquery()
    )
    rows = (
        select(Carrier.code, Carrier.name, func.coalesce(waiting.c.waiting, 0).label("waiting"))
        .outerjoin(waiting, waiting.c.carrier_id == Carrier.id)
        .where(Carrier.active)
        .order_by(Carrier.code)
    )
    return [dict(row._mapping) for row in db.session.execute(rows)]


def load(warehouse_id: int, person_id: int | None, code: str) -> Loaded:
    """A parcel is scanned into the truck, by its own number or its waybill's.

    It goes onto the person's open manifest, else onto the one its carrier has open, else a new one.
    Raises `shipping.unknown_parcel`, `shipping.not_a_parcel`, `shipping.voided`, `shipping.not_closed`,
    `shipping.order_not_packed`, `shipping.no_waybill`, `shipping.changing`, `shipping.already_loaded`,
    `shipping.already_shipped`, `shipping.order_stopped`, `shipping.other_carrier` or `orders.balance_owed`.
    """
    parcel = _scanned(warehouse_id, code, lock=True)
    waybill = _loadable(parcel)
    manifest = _manifest_for(warehouse_id, person_id, parcel, waybill.carrier_id)
    if not packing.move([parcel.id], "load"):
        _refuse(parcel)
    moment = now()
    db.session.add(
        ManifestParcel(manifest_id=manifest.id, parcel_id=parcel.id, loaded_by=person_id, loaded_at=moment)
    )
    db.session.flush()
    return Loaded(manifest, parcel)


def unload(warehouse_id: int, person_id: int | None, code: str) -> Loaded:
    """A parcel comes off its open manifest again. Raises `shipping.not_loaded` and as `load` does."""
    parcel = _scanned(warehouse_id, code)  # not locked: closing locks the manifest before its parcels
    manifest = db.session.execute(
        select(Manifest)
        .join(ManifestParcel, ManifestParcel.manifest_id == Manifest.id)
        .where(ManifestParcel.parcel_id == parcel.id, Manifest.status == "open")
        .with_for_update(of=Manifest)
    ).scalar_one_or_none()
    if manifest is None or not packing.move([parcel.id], "unload"):
        raise WmsError("shipping.not_loaded", parcel=parcel.number)
    db.session.execute(delete(ManifestParcel).where(ManifestParcel.parcel_id == parcel.id))
    return Loaded(manifest, parcel)


def close(warehouse_id: int, person_id: int | None, manifest_id: int) -> Manifest:
    """The truck leaves: every parcel of the manifest is shipped, and every order of theirs.

    Raises `shipping.unknown_manifest`, `shipping.manifest_closed`, `shipping.empty_manifest`,
    `shipping.stopped_on_board` while an order on it is stopped, and `shipping.left_behind` while a parcel of an order
    on it is not: an order leaves whole, so that until then it can be stopped whole.
    """
    manifest = db.session.execute(
        select(Manifest).where(Manifest.id == manifest_id, Manifest.warehouse_id == warehouse_id).with_for_update()
    ).scalar_one_or_none()
    if manifest is None:
        raise WmsError("shipping.unknown_manifest", id=manifest_id)
    if manifest.status != "open":
        raise WmsError("shipping.manifest_closed", number=manifest.number)
    parcels = _parcels(manifest.id)
    if not parcels:
        raise WmsError("shipping.empty_manifest", number=manifest.number)
    _refuse_stopped(parcels)
    apart = packing.waits_for(parcels)
    if apart is not None:
        raise WmsError("shipping.left_behind", parcel=apart[0].number, other=apart[1].number)
    _ship(warehouse_id, person_id, parcels)
    manifest.status = MANIFEST.after("close", manifest.status)
    manifest.closed_by, manifest.closed_at = person_id, now()
    db.session.flush()
    shipped = orders.mark_shipped(sorted({parcel.order_id for parcel in parcels}))
    publish(ManifestClosed(warehouse_id, manifest.id, shipped))
    return manifest


def describe(manifest: Manifest) -> dict[str, Any]:
    """A manifest with its carrier and its parcels, in the order they were loaded."""
    carrier = db.session.get_one(Carrier, manifest.carrier_id)
    rows = db.session.execute(
        select(Parcel.number, Parcel.waybill)
        .join(ManifestParcel, ManifestParcel.parcel_id == Parcel.id)
        .where(ManifestParcel.manifest_id == manifest.id)
        .order_by(ManifestParcel.loaded_at, Parcel.id)
    )
    return {
        "id": manifest.id,
        "number": manifest.number,
        "status": manifest.status,
        "carrier": {"code": carrier.code, "name": carrier.name},
        "parcels": [dict(row._mapping) for row in rows],
    }


def _scanned(warehouse_id: int, code: str, *, lock: bool = False) -> Parcel:
    """The parcel with this number or waybill; one that can be loaded, where carriers reuse numbers."""
    found = resolve(code, warehouse_id)
    which = [
        Parcel.container_id == each.id if each.kind == "parcel" else Parcel.id == _parcel_of_waybill(each.id)
        for each in found
        if each.kind in ("parcel", "waybill")
    ]
    if not found:
        raise WmsError("shipping.unknown_parcel", scanned=clean(code))
    if not which:
        raise WmsError("shipping.not_a_parcel", scanned=clean(code), label=found[0].label)
    wanted = select(Parcel).where(or_(*which)).order_by(Parcel.status != "closed", Parcel.id.desc()).limit(1)
    parcel = db.session.execute(wanted.with_for_update() if lock else wanted).scalar_one()
    if any(each.kind == "waybill" and _is_void(each.id) for each in found):
        raise WmsError("shipping.voided", parcel=parcel.number)
    return parcel


def _parcel_of_waybill(waybill_id: int) -> Any:
    return select(Waybill.parcel_id).where(Waybill.id == waybill_id).scalar_subquery()


def _is_void(waybill_id: int) -> bool:
    return db.session.execute(select(Waybill.status).where(Waybill.id == waybill_id)).scalar() == "void"


def _loadable(parcel: Parcel) -> Waybill:
    """The parcel's waybill, when everything lets it go. Raises what stands against it."""
    if parcel.status != "closed":
        _refuse(parcel)
    found = orders.stopped(parcel.order_id)
    if found is not None:
        place = picking.put_back_at(parcel.warehouse_id)
        code = "shipping.order_stopped_at" if place else "shipping.order_stopped"
        raise WmsError(code, parcel=parcel.number, order=found.number, reason=found.reason, place=place)
    orders.check_may_leave(parcel.order_id)
    still_open = select(Parcel).where(Parcel.order_id == parcel.order_id, Parcel.status == "open")
    if db.session.execute(still_open).first() is not None:
        raise WmsError("shipping.order_not_packed", parcel=parcel.number)
    issued = select(Waybill).where(Waybill.parcel_id == parcel.id, Waybill.status == "issued")
    waybill = db.session.execute(issued).scalar_one_or_none()
    if waybill is not None and waybill.change:
        raise WmsError("shipping.changing", parcel=parcel.number)
    if waybill is None:
        void = db.session.execute(select(exists().where(Waybill.parcel_id == parcel.id, Waybill.status == "void")))
        raise WmsError("shipping.voided" if void.scalar() else "shipping.no_waybill", parcel=parcel.number)
    return waybill


def _refuse(parcel: Parcel) -> NoReturn:
    """Say why a parcel in this status cannot be loaded."""
    if parcel.status == "loaded":
        number = db.session.execute(
            select(Manifest.number)
            .join(ManifestParcel, ManifestParcel.manifest_id == Manifest.id)
            .where(ManifestParcel.parcel_id == parcel.id)
        ).scalar()
        raise WmsError("shipping.already_loaded", parcel=parcel.number, manifest=number)
    codes = {"planned": "not_closed", "open": "not_closed", "shipped": "already_shipped", "void": "voided"}
    raise WmsError(f"shipping.{codes[parcel.status]}", parcel=parcel.number)


def _manifest_for(warehouse_id: int, person_id: int | None, parcel: Parcel, carrier_id: int) -> Manifest:
    mine = manifest_of(warehouse_id, person_id)
    if mine is not None and mine.carrier_id != carrier_id:
        names = {c.id: c.name for c in db.session.execute(select(Carrier)).scalars()}
        raise WmsError(
            "shipping.other_carrier", parcel=parcel.number, carrier=names[carrier_id],
            manifest=mine.number, loading=names[mine.carrier_id],
        )  # fmt: skip
    # One at a time, so that two docks do not both open a carrier's manifest.
    named_lock("shipping.manifest", warehouse_id)
    manifest = db.session.execute(
        select(Manifest)
        .where(
            Manifest.warehouse_id == warehouse_id, Manifest.carrier_id == carrier_id, Manifest.status == "open"
        )
        .with_for_update()
    ).scalar_one_or_none()
    return manifest or _new_manifest(warehouse_id, person_id, carrier_id)


def _new_manifest(warehouse_id: int, person_id: int | None, carrier_id: int) -> Manifest:
    highest = select(func.max(Manifest.number)).where(Manifest.warehouse_id == warehouse_id)
    manifest = Manifest(
        warehouse_id=warehouse_id,
        carrier_id=carrier_id,
        number=(db.session.execute(highest).scalar() or 0) + 1,
        opened_by=person_id,
        opened_at=now(),
    )
    db.session.add(manifest)
    db.session.flush()
    return manifest


def _parcels(manifest_id: int) -> list[Parcel]:
    rows = db.session.execute(
        select(Parcel)
        .join(ManifestParcel, ManifestParcel.parcel_id == Parcel.id)
        .where(ManifestParcel.manifest_id == manifest_id)
        .order_by(Parcel.id)
        .with_for_update(of=Parcel)
    )
    return list(rows.scalars())


def _refuse_stopped(parcels: list[Parcel]) -> None:
    """Raises `shipping.stopped_on_board` for an order that was stopped when its parcel was loaded already."""
    ids = sorted({parcel.order_id for parcel in parcels})
    # Locked, so that whoever stops one of them at this moment comes either before or too late.
    db.session.execute(select(Order.id).where(among(Order.id, ids)).order_by(Order.id).with_for_update())
    going = (Order.confirmation == "confirmed") & (Order.refund == "none")
    wrong = set(db.session.execute(select(Order.id).where(among(Order.id, ids), ~going)).scalars())
    for parcel in parcels:
        found = orders.stopped(parcel.order_id) if parcel.order_id in wrong else None
        if found is not None:
            raise WmsError(
                "shipping.stopped_on_board", parcel=parcel.number, order=found.number, reason=found.reason
            )


def _ship(warehouse_id: int, person_id: int | None, parcels: list[Parcel]) -> None:
    packed = stock.special_bin(warehouse_id, "packed")
    going = {parcel.container_id: parcel.number for parcel in parcels}
    stock.ship(warehouse_id, going, from_bin_id=packed, actor_id=person_id)
    gone = packing.move([parcel.id for parcel in parcels], "ship")
    for parcel in parcels:
        if parcel.id not in gone:
            raise WmsError("shipping.not_loaded", parcel=parcel.number)
