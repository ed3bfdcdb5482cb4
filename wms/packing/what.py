"""Anything may be scanned at a packing station: what leads to a tote opens it, and of the rest is told what it is, and
what can be done with it here."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import Found, clean, resolve
from wms.layout.models import Station
from wms.orders import service as orders
from wms.orders.models import Order
from wms.packing import cartons, evidence
from wms.packing.models import Carton, Parcel
from wms.packing.packer import Packer
from wms.stock.models import Container


@dataclass(frozen=True)
class What:
    """What a code is: `kind`, and the message (`packing.what.<say>`) that says what to do with it. `data` is its card:
    of a parcel its evidence, of an order or an item where it waits."""

    kind: str
    say: str
    params: dict[str, Any]
    data: dict[str, Any] = field(default_factory=dict)


# A code may stand for several things: the one that a packer has more to do with comes first.
_FIRST = ("parcel", "waybill", "order", "tote", "slot", "box", "carton", "sku", "pack", "serial", "lot")
_GOODS = ("sku", "pack", "serial", "lot")
_LYING_IN = text(
    """
    SELECT DISTINCT c.code FROM stock_balance b JOIN container c ON c.id = b.container_id
    JOIN pick_tote x ON x.container_id = c.id AND x.in_use LEFT JOIN sales_order o ON o.id = x.order_id
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = :sku_id AND b.on_hand > 0
      AND (x.order_id IS NULL OR o.processing = 'picked') ORDER BY c.code LIMIT 8
    """
)
_TOTES_OF = text(
    """
    SELECT DISTINCT c.code FROM pick_tote x JOIN container c ON c.id = x.container_id
    WHERE x.order_id = :order_id AND x.in_use ORDER BY c.code
    """
)
_PARCELS_OF = text(
    "SELECT number, status, waybill FROM parcel WHERE order_id = :order_id AND status <> 'void' ORDER BY id"
)


def leads_to(packer: Packer, code: str) -> str | None:
    """The tote that is meant when its order is scanned, or the parcel that was begun for it; None without one.

    An order that waits in several totes is not meant as a whole: each must be scanned, so that none is forgotten.
    """
    for each in _sorted(resolve(code, packer.warehouse_id)):
        order_id = _order_of(packer, each)
        totes = list(db.session.execute(_TOTES_OF, {"order_id": order_id}).scalars()) if order_id else []
        if order_id and len(totes) == 1 and orders.get(order_id).processing == "picked":
            return str(totes[0])
        if order_id and totes and _open_parcel(order_id) is not None:
            return str(totes[0])
    return None


def tell(packer: Packer, code: str) -> What:
    """What was scanned. Raises `packing.what_unknown`."""
    found = _sorted(resolve(code, packer.warehouse_id))
    if not found:
        parcel_id = evidence.find(packer.warehouse_id, clean(code))
        if parcel_id is None:
            raise WmsError("packing.what_unknown", scanned=clean(code))
        return _parcel(packer, parcel_id)
    first = found[0]
    if first.kind in ("parcel", "waybill"):
        parcel_id = evidence.find(packer.warehouse_id, first.code)
        return _other(packer, first) if parcel_id is None else _parcel(packer, parcel_id, first)
    if first.kind == "order":
        return _order(first)
    if first.kind in _GOODS:
        return _item(packer, first)
    return _other(packer, first)


def _sorted(found: list[Found]) -> list[Found]:
    return sorted(found, key=lambda each: _FIRST.index(each.kind) if each.kind in _FIRST else len(_FIRST))


def _order_of(packer: Packer, found: Found) -> int | None:
    """The order that a scan of its number, or of a parcel of it that is open, means."""
    if found.kind == "order":
        return found.id
    if found.kind != "parcel":
        return None
    its = select(Parcel.order_id).where(
        Parcel.number == found.code, Parcel.warehouse_id == packer.warehouse_id, Parcel.status == "open"
    )
    return db.session.execute(its).scalar()


def _open_parcel(order_id: int) -> int | None:
    return db.session.execute(select(Parcel.id).where(Parcel.order_id == order_id, Parcel.status == "open")).scalar()


def _parcel(packer: Packer, parcel_id: int, scanned: Found | None = None) -> What:
    data = evidence.of(parcel_id)
    waybill = scanned.code if scanned is not None and scanned.kind == "waybill" else ""
    words = {"parcel": data["number"], "order": data["order"], "waybill": data["waybill"] or "–"}
    words |= {"station": data["station_name"]}
    if waybill and waybill != data["waybill"]:
        return What("parcel", "void_label", {"waybill": waybill, "order": data["order"]}, data)
    say = "aside" if data["aside"] else data["status"]
    here = select(Station.code).where(Station.id == packer.station_id)
    if say == "open" and data["station"] == db.session.execute(here).scalar():
        say = "open_here"
    return What("parcel", f"parcel_{say}", words, data)


def _order(found: Found) -> What:
    order = orders.get(found.id)
    totes = list(db.session.execute(_TOTES_OF, {"order_id": order.id}).scalars())
    parcels = [dict(row._mapping) for row in db.session.execute(_PARCELS_OF, {"order_id": order.id})]
    data = {"number": order.number, "processing": order.processing, "totes": totes, "parcels": parcels,
            "gift_note": order.gift_note}  # fmt: skip
    words = {"order": order.number, "totes": ", ".join(totes) or "–"}
    words |= {"parcels": ", ".join(each["number"] for each in parcels) or "–"}
    return What("order", f"order_{_stands(order, totes)}", words, data)


def _stands(order: Order, totes: list[str]) -> str:
    if orders.stopped(order.id) is not None:
        return "stopped"
    if order.processing == "picked":
        return "picked" if totes else "in_bulk"
    known = {"packed": "packed", "short": "short", "picking": "being_picked"}
    return known.get(order.processing, "not_begun")


def _item(packer: Packer, found: Found) -> What:
    told = {"warehouse_id": packer.warehouse_id, "sku_id": found.sku_id}
    totes = list(db.session.execute(_LYING_IN, told).scalars())
    data = {"code": found.code, "name": found.label, "totes": totes}
    words = {"item": found.label, "totes": ", ".join(totes)}
    return What("item", "item_waits" if totes else "item", words, data)


def _other(packer: Packer, found: Found) -> What:
    words: dict[str, Any] = {"code": found.code, "label": found.label}
    if found.kind == "carton":
        box = cartons.box_of(db.session.get_one(Carton, found.id))
        words |= {"sides": " × ".join(map(str, box.sides)), "tare": box.tare_g}
    known = {"tote": "tote", "slot": "tote", "carton": "carton", "bin": "bin", "cart": "cart", "person": "person",
             "station": "station", "receipt": "receipt", "wall": "wall"}  # fmt: skip
    say = known.get(found.kind, "container" if found.family == "container" else "other")
    if say == "container":
        words["kind"] = db.session.get_one(Container, found.id).kind
    return What(found.kind, say, words)
