"""The stories behind the counts: one wave with its carts, one order from its shop to the carrier."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, select, text
from sqlalchemy.orm import aliased

from wms.access.models import Person
from wms.catalog.models import Sku
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.private import MASKS
from wms.core.resolve import clean, resolve
from wms.insight import rules
from wms.insight.progress import iso
from wms.layout.models import Bin, Station, Zone
from wms.orders.models import Order, OrderLine, Shop
from wms.packing import service as packing
from wms.packing.models import Parcel, ParcelLine, ParcelTrace
from wms.picking.models import Cart, PickLine, PickTask, PickTote, WavePerson
from wms.printing.models import Printer, PrintJob
from wms.shipping.models import Carrier, Manifest, ManifestParcel, Waybill
from wms.stock.models import Container, StockMove
from wms.waves.models import Wave, WaveCart, WaveOrder

LISTED = 500  # orders of a wave


def wave(warehouse_id: int, wave_id: int) -> dict[str, Any]:
    """One wave: `{id, number, status, filter, created_by, …, carts, orders}`. Raises `core.not_found`."""
    found = db.session.execute(
        select(Wave, Person.name)
        .outerjoin(Person, Person.id == Wave.created_by)
        .where(Wave.id == wave_id, Wave.warehouse_id == warehouse_id)
    ).one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="wave", key=wave_id)
    one, created_by = found
    return {
        "id": one.id,
        "number": one.number,
        "status": one.status,
        "filter": one.filter,
        "created_by": created_by,
        "created_at": iso(one.created_at),
        "released_at": iso(one.released_at),
        "finished_at": iso(one.finished_at),
        "paused_at": iso(one.paused_at),
        "people": _wave_people(one.id),
        "walk_m": round(one.walk_mm / 1000),
        "baseline_m": round(one.baseline_mm / 1000),
        "saving": rules.saving_percent(one.walk_mm, one.baseline_mm),
        "carts": [_cart(row) for row in _carts(wave_id)],
        "orders": [_wave_order(row) for row in _wave_orders(wave_id)],
    }


def _wave_people(wave_id: int) -> list[int]:
    """Whom a supervisor has put on the wave."""
    found = select(WavePerson.person_id).where(WavePerson.wave_id == wave_id).order_by(WavePerson.person_id)
    return list(db.session.execute(found).scalars())


def _carts(wave_id: int) -> Iterable[Row[Any]]:
    return db.session.execute(
        select(PickTask, Person.name.label("person"), Cart.code.label("cart"), Zone.code.label("zone"))
        .outerjoin(Person, Person.id == PickTask.person_id)
        .outerjoin(Cart, Cart.id == PickTask.cart_id)
        .outerjoin(WaveCart, WaveCart.id == PickTask.wave_cart_id)
        .outerjoin(Zone, Zone.id == WaveCart.zone_id)
        .where(PickTask.wave_id == wave_id)
        .order_by(PickTask.id)
    )


def _cart(row: Row[Any]) -> dict[str, Any]:
    task = row.PickTask
    return {
        "task_id": task.id,
        "status": task.status,
        "person": row.person,
        "cart": row.cart,
        "zone": row.zone,
        "done": task.lines - task.open_lines,
        "total": task.lines,
        "walk_m": round(task.walk_mm / 1000),
        "path": task.path,
        "started_at": iso(task.started_at),
        "finished_at": iso(task.finished_at),
    }


def _wave_orders(wave_id: int) -> Iterable[Row[Any]]:
    return db.session.execute(
        select(Order, Shop.name.label("shop"))
        .join(WaveOrder, WaveOrder.order_id == Order.id)
        .join(Shop, Shop.id == Order.shop_id)
        .where(WaveOrder.wave_id == wave_id)
        .add_columns(WaveOrder.active)
        .order_by(Order.promised_at, Order.id)
        .limit(LISTED)
    )


def _wave_order(row: Row[Any]) -> dict[str, Any]:
    order = row.Order
    return {
        "id": order.id,
        "number": order.number,
        "shop": row.shop,
        "step": rules.step(order.confirmation, order.processing, order.shipping, order.refund),
        "promised_at": iso(order.promised_at),
        "active": row.active,
    }


def find(warehouse_id: int, code: str) -> int:
    """The order behind a code: its own number, its parcel's or waybill's, its tote's, or that of a piece in its parcel.

    Raises `core.not_found`.
    """
    for thing in resolve(code, warehouse_id):
        behind = _BEHIND.get(thing.kind)
        found = db.session.execute(behind(thing.id)).scalar() if behind else None
        if found is not None:
            return found
    left = db.session.execute(_WENT, {"warehouse_id": warehouse_id, "serial": clean(code)}).scalar()
    if left is not None:
        return int(left)
    raise WmsError("core.not_found", thing="order", key=code)


_WENT = text(
    """
    SELECT p.order_id FROM parcel_trace t JOIN parcel p ON p.id = t.parcel_id JOIN sku ON sku.id = t.sku_id
    WHERE t.serial = :serial AND t.serial <> '' AND p.warehouse_id = :warehouse_id ORDER BY p.id DESC LIMIT 1
    """
)


# What each kind of thing that a code may stand for says about an order.
_BEHIND: dict[str, Callable[[int], Select[int]]] = {
    "order": lambda id: select(Order.id).where(Order.id == id),
    "parcel": lambda id: select(Parcel.order_id).where(Parcel.container_id == id).order_by(Parcel.id.desc()).limit(1),
    "waybill": lambda id: select(Parcel.order_id).join(Waybill, Waybill.parcel_id == Parcel.id).where(Waybill.id == id),
    "tote": lambda id: _gathered(id),
    "slot": lambda id: _gathered(id),
}


def _gathered(container_id: int) -> Select[int]:
    """The order whose goods are gathered in a tote or in a slot of a wall; none for a tote of many orders."""
    totes = select(Order.id).join(PickTote, PickTote.order_id == Order.id)
    return totes.where(PickTote.container_id == container_id, PickTote.in_use)


def order(warehouse_id: int, order_id: int) -> dict[str, Any]:
    """One order: what it is, its lines, parcels, labels and moves, and `events`, what happened, oldest first.

    An event is `{at, what, who, detail}`. Raises `core.not_found`.
    """
    found = db.session.execute(
        select(Order, Shop.name.label("shop"))
        .join(Shop, Shop.id == Order.shop_id)
        .where(Order.id == order_id, Order.warehouse_id == warehouse_id)
    ).one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="order", key=order_id)
    parcels, jobs = list(_parcels(order_id)), list(_jobs(order_id))
    picks, traced = list(_picks(order_id)), _traced(order_id)
    photos = packing.photos_of([row.Parcel.id for row in parcels])
    events = [
        _event(found.Order.placed_at, "placed", None, shop=found.shop),
        *_wave_events(order_id),
        *_pick_events(picks),
        *_parcel_events(parcels),
        *_job_events(jobs),
    ]
    return {
        **_head(found.Order, found.shop),
        "lines": _with_bundles([_line(row) for row in _lines(found.Order)]),
        "parcels": [_parcel(row, traced.get(row.Parcel.id, []), photos[row.Parcel.id]) for row in parcels],
        "labels": [_job(row) for row in jobs],
        "moves": [_move(row) for row in _moves(warehouse_id, [row.id for row in picks], parcels)],
        "events": sorted((event for event in events if event["at"]), key=lambda event: event["at"]),
    }


def _head(one: Order, shop: str) -> dict[str, Any]:
    same = ("id", "number", "confirmation", "payment", "processing", "shipping", "refund", "hold_reason", "hold_params")
    names = (
        "carrier", "currency", "recipient", "phone", "province", "city", "district", "address", "remark", "gift_note",
        "kind",
    )  # fmt: skip
    return {name: getattr(one, name) for name in (*same, *names)} | {
        **{name: mask(getattr(one, name)) for name, mask in MASKS.items()},
        "shop": shop,
        "step": rules.step(one.confirmation, one.processing, one.shipping, one.refund),
        "placed_at": iso(one.placed_at),
        "promised_at": iso(one.promised_at),
        "total": str(one.total),
        "paid": str(one.paid),
        "cod": str(one.cod) if one.cod else "",
    }


def _event(at: datetime | None, what: str, who: str | None, **detail: Any) -> dict[str, Any]:
    return {"at": iso(at), "what": what, "who": who, "detail": detail}


def _lines(order: Order) -> Iterable[Row[Any]]:
    picked = select(func.coalesce(func.sum(PickLine.picked), 0)).where(PickLine.order_line_id == OrderLine.id)
    packed = select(func.coalesce(func.sum(ParcelLine.verified), 0)).where(ParcelLine.order_line_id == OrderLine.id)
    return db.session.execute(
        select(OrderLine, Sku, picked.scalar_subquery().label("picked"), packed.scalar_subquery().label("packed"))
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.order_id == (order.merged_into_id or order.id))
        .where(True if order.merged_into_id is None else OrderLine.origin_id == order.id)
        .order_by(OrderLine.id)
    )


def _line(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.OrderLine.id,
        "sku": {"code": row.Sku.code, "name": row.Sku.name, "picture": row.Sku.picture},
        "qty": row.OrderLine.qty,
        "dropped": row.OrderLine.dropped,
        "picked": int(row.picked),
        "packed": int(row.packed),
        "exploded": row.OrderLine.exploded,
        "part_of": row.OrderLine.bundle_line_id,
    }


def _with_bundles(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A bundle is as far as its parts are: picked as often as the least picked of them makes one."""
    for line in lines:
        parts = [part for part in lines if part["part_of"] == line["id"]]
        for done in ("picked", "packed"):
            if parts:
                line[done] = min(part[done] * line["qty"] // part["qty"] for part in parts)
    return lines


def _wave_events(order_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Wave, Person.name)
        .join(WaveOrder, WaveOrder.wave_id == Wave.id)
        .outerjoin(Person, Person.id == Wave.created_by)
        .where(WaveOrder.order_id == order_id)
    ).all()
    built = [_event(one.created_at, "waved", who, wave=one.number) for one, who in rows]
    return built + [_event(one.released_at, "released", None, wave=one.number) for one, _ in rows]


def _picks(order_id: int) -> Iterable[Row[Any]]:
    return db.session.execute(
        select(
            PickLine.id, PickLine.status, PickLine.qty, PickLine.picked, PickLine.short_reason, PickLine.done_at,
            Sku.code.label("sku"), Bin.code.label("bin"), Person.name.label("who"), Container.code.label("tote"),
        )
        .join(Sku, Sku.id == PickLine.sku_id)
        .join(Bin, Bin.id == PickLine.bin_id)
        .outerjoin(Person, Person.id == PickLine.done_by)
        .outerjoin(PickTote, and_(PickTote.task_id == PickLine.task_id, PickTote.slot == PickLine.slot))
        .outerjoin(Container, Container.id == PickTote.container_id)
        .where(PickLine.order_id == order_id)
        .order_by(PickLine.id)
    )  # fmt: skip


def _pick_events(picks: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    return [
        _event(row.done_at, row.status, row.who, sku=row.sku, bin=row.bin, qty=row.picked, of=row.qty, tote=row.tote,
               reason=row.short_reason)
        for row in picks
        if row.status != "open"
    ]  # fmt: skip


def _parcels(order_id: int) -> Iterable[Row[Any]]:
    packer, loader, closer = aliased(Person), aliased(Person), aliased(Person)
    return db.session.execute(
        select(
            Parcel, Station.code.label("station"), packer.name.label("packer"), Waybill.number.label("waybill"),
            Waybill.status.label("waybill_status"), Waybill.issued_at, Carrier.name.label("carrier"),
            Manifest.number.label("manifest"), ManifestParcel.loaded_at, loader.name.label("loader"),
            Manifest.closed_at.label("left_at"), closer.name.label("closer"),
        )
        .join(Station, Station.id == Parcel.station_id)
        .outerjoin(packer, packer.id == Parcel.packed_by)
        .outerjoin(Waybill, and_(Waybill.parcel_id == Parcel.id, Waybill.status != "void"))
        .outerjoin(Carrier, Carrier.id == Waybill.carrier_id)
        .outerjoin(ManifestParcel, ManifestParcel.parcel_id == Parcel.id)
        .outerjoin(Manifest, Manifest.id == ManifestParcel.manifest_id)
        .outerjoin(loader, loader.id == ManifestParcel.loaded_by)
        .outerjoin(closer, closer.id == Manifest.closed_by)
        .where(Parcel.order_id == order_id)
        .order_by(Parcel.id)
    )  # fmt: skip


def _traced(order_id: int) -> dict[int, list[dict[str, Any]]]:
    """Which tracked pieces went into each parcel of an order: lots and serial numbers by parcel."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = db.session.execute(
        select(ParcelTrace, Sku.code.label("sku"))
        .join(Parcel, Parcel.id == ParcelTrace.parcel_id)
        .join(Sku, Sku.id == ParcelTrace.sku_id)
        .where(Parcel.order_id == order_id)
        .order_by(Sku.code, ParcelTrace.lot, ParcelTrace.serial)
    )
    for row in rows:
        one = row.ParcelTrace
        piece = {"sku": row.sku, "lot": one.lot, "serial": one.serial, "qty": one.qty}
        found.setdefault(one.parcel_id, []).append(piece)
    return found


def _parcel(row: Row[Any], pieces: list[dict[str, Any]], photos: list[str]) -> dict[str, Any]:
    one = row.Parcel
    return {
        "id": one.id,
        "number": one.number,
        "status": one.status,
        "station": row.station,
        "weight_g": one.weight_g,
        "expected_g": one.expected_g,
        "waybill": row.waybill,
        "waybill_status": row.waybill_status,
        "carrier": row.carrier,
        "manifest": row.manifest,
        "ordinal": one.ordinal,
        "put_in": one.put_in or [],
        "photos": photos,
        "pieces": pieces,
    }


def _parcel_events(parcels: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    events = []
    for row in parcels:
        one = row.Parcel
        events += [
            _event(one.opened_at, "pack_started", row.packer, station=row.station, parcel=one.number),
            _event(one.closed_at, "packed", row.packer, parcel=one.number, grams=one.weight_g),
            _event(row.issued_at, "waybill", None, waybill=row.waybill, carrier=row.carrier),
            _event(row.loaded_at, "loaded", row.loader, manifest=row.manifest),
            _event(row.left_at, "shipped", row.closer, manifest=row.manifest, carrier=row.carrier),
        ]
    return events


def _jobs(order_id: int) -> Iterable[Row[Any]]:
    its = and_(PrintJob.document.in_(("waybill", "packing_slip")), PrintJob.document_id == Parcel.id)
    return db.session.execute(
        select(PrintJob, Printer.code.label("printer"), Person.name.label("who"))
        .join(Parcel, its)
        .outerjoin(Printer, Printer.id == PrintJob.printer_id)
        .outerjoin(Person, Person.id == PrintJob.asked_by)
        .where(Parcel.order_id == order_id)
        .order_by(PrintJob.id)
    )


def _job(row: Row[Any]) -> dict[str, Any]:
    one = row.PrintJob
    same = ("id", "document", "status", "reason", "copy", "reprint_reason")
    return {name: getattr(one, name) for name in same} | {"printer": row.printer, "asked_at": iso(one.asked_at)}


def _job_events(jobs: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    return [
        _event(row.PrintJob.done_at or row.PrintJob.sent_at or row.PrintJob.asked_at, "label", row.who,
               document=row.PrintJob.document, status=row.PrintJob.status, printer=row.printer, copy=row.PrintJob.copy)
        for row in jobs
    ]  # fmt: skip


def _moves(warehouse_id: int, pick_ids: list[int], parcels: list[Row[Any]]) -> Iterable[Row[Any]]:
    """The ledger's own word: what was picked for this order, and what went into and out with its parcels."""
    start, end = aliased(Bin), aliased(Bin)
    references = [f"pick {id}" for id in pick_ids] + [row.Parcel.number for row in parcels]
    return db.session.execute(
        select(StockMove, Sku.code.label("sku"), start.code.label("from_bin"), end.code.label("to_bin"), Person.name)
        .join(Sku, Sku.id == StockMove.sku_id)
        .join(start, start.id == StockMove.from_bin_id)
        .join(end, end.id == StockMove.to_bin_id)
        .outerjoin(Person, Person.id == StockMove.actor_id)
        .where(StockMove.warehouse_id == warehouse_id, StockMove.reference.in_(references))
        .order_by(StockMove.id)
    )


def _move(row: Row[Any]) -> dict[str, Any]:
    one = row.StockMove
    names = {"sku": row.sku, "qty": one.qty, "from": row.from_bin, "to": row.to_bin, "who": row.name}
    names |= {"lot": one.lot, "serial": one.serial}
    return names | {"reason": one.reason, "at": iso(one.at)}
