"""Packing out of a bulk tote: orders of one piece (单件), scan by scan.

A tote stands on the table. Each scan is a parcel: the earliest promised order that wants the item is packed, closed
and its waybill printed. Orders that were stopped meanwhile are passed over, their pieces go into the station's box for
what nobody wants. Orders with the same content are packed in runs: see `runs`.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.core.resolve import Found, resolve
from wms.packing import inserts, table, tracking
from wms.packing.models import Parcel, ParcelLine
from wms.packing.packer import Packer
from wms.packing.scale import OnScale
from wms.packing.service import new_parcel, scale_of, shut
from wms.packing.tracking import NOTHING, Told
from wms.picking import service as picking
from wms.picking.service import BulkTote, Choice, Item
from wms.stock import service as stock

METHODS = ("single", "same")  # of waves whose orders are packed out of their bulk totes


@dataclass(frozen=True)
class Packed:
    """What a scan out of a bulk tote did. `parcel` None: nothing was packed; `why` or `asks` says what is to be done.

    `why`: stopped, surplus: the piece was put aside, for `order` where it was one's. `asks`: lot or serial is to be
    scanned besides. `left` orders of the tote's batch still wait.
    """

    parcel: Parcel | None
    order: str | None
    left: int
    why: str = ""
    asks: str = ""


def bulk_tote(packer: Packer, code: str) -> BulkTote | None:
    """The tote with this code, when it holds goods of orders that are packed out of it."""
    totes = [each.id for each in resolve(code, packer.warehouse_id) if each.kind == "tote"]
    tote = picking.bulk_tote(packer.warehouse_id, totes[0]) if totes else None
    return tote if tote is not None and tote.method in METHODS else None


def open_batch(packer: Packer, code: str) -> BulkTote:
    """A bulk tote is put on the table. Raises `picking.not_a_tote.…`, `picking.not_a_bulk_tote`, and
    `packing.for_the_wall` for goods that must be sorted first."""
    tote = picking.scanned_tote(packer.warehouse_id, code)
    if tote.method == "wall":
        raise WmsError("packing.for_the_wall", tote=tote.code)
    table.put_on(packer, tote)
    return tote


# ---- single items


def pack_one(packer: Packer, code: str, told: Told = NOTHING) -> Packed:
    """An item out of the tote is scanned: the order that wants it and is promised first is packed, whole in one scan.

    Raises `packing.no_batch`, as `picking.read_item` does for a wrong item, and as `tracking.piece` does.
    """
    tote = table.working(packer, "single")[0]
    item = picking.read_item(tote, packer.warehouse_id, code)
    open_for = picking.choices(tote, item)
    chosen = next((each for each in open_for if each.wanted and each.processing == "picked"), None)
    if chosen is None:
        return put_aside(packer, tote, item, open_for)
    lock("packing.order", chosen.order_id)
    with db.session.begin_nested() as attempt:
        parcel = new_parcel(packer, chosen.order_id, tote.code)
        asks = _trace(packer, parcel, tote, item, code, told)
        if asks:
            attempt.rollback()
    if asks:
        return Packed(None, chosen.order, _left(tote), asks=asks)
    table.fill(packer, parcel, [(chosen.line_id, _piece(tote, item, chosen))])
    inserts.note(parcel)
    shut(packer, parcel, weight_of(packer, parcel, table.verified(parcel.id)))
    table.clear([tote])
    return Packed(parcel, chosen.order, _left(tote))


def _trace(packer: Packer, parcel: Parcel, tote: BulkTote, item: Item, code: str, told: Told) -> str:
    """Keep lot and number of a tracked piece with its parcel; returns what is still to be scanned, "" when nothing."""
    sku = db.session.get_one(Sku, item.sku_id)
    if not tracking.is_tracked(sku):
        return ""
    seen = Found("serial" if item.serial else "sku", sku.id, item.serial or sku.code, sku.name, sku_id=sku.id)
    inside = stock.serials_in(tote.container_id, sku.id)
    piece = tracking.piece(parcel, sku, seen, code, 1, told, inside)
    if piece.asks:
        return piece.asks
    line = db.session.execute(select(ParcelLine).where(ParcelLine.parcel_id == parcel.id)).scalar_one()
    tracking.keep(parcel.id, sku.id, piece, [(line.order_line_id, 1)], packer.person_id)
    return ""


def _piece(tote: BulkTote, item: Item, of: Any) -> stock.Goods:
    """One piece of an item out of the tote; `of` says its lot, owner and condition."""
    return stock.Goods(
        item.sku_id, tote.stage_bin_id, 1, tote.container_id, lot=of.lot, owner_id=of.owner_id,
        condition=of.condition, serials=(item.serial,) if item.serial else (),
    )  # fmt: skip


def weight_of(packer: Packer, parcel: Parcel, pieces: int) -> int | None:
    """Grams: where the station has no scale, what the goods should weigh; None when that is not known either."""
    try:
        return scale_of(packer.station_id).read(OnScale(parcel.number, parcel.expected_g, pieces))
    except WmsError:
        return parcel.expected_g or None


def _left(tote: BulkTote) -> int:
    return sum(row.wanted for row in picking.orders_left(tote.task_id))


# ---- what nobody wants


def put_aside(packer: Packer, tote: BulkTote, item: Item, open_for: Sequence[Choice]) -> Packed:
    """A piece that no order takes goes into the station's box: one of a stopped order, or one too many."""
    stopped = next((each for each in open_for if not each.wanted), None)
    goods: Any = stopped or next(
        row for row in picking.left_in(tote) if row.sku_id == item.sku_id and item.lot in ("", row.lot)
    )
    box = table.put_aside(packer, tote, _piece(tote, item, goods))
    whose = stopped.line_id if stopped else None
    picking.put_aside(packer.warehouse_id, tote, box, item.sku_id, whose, 1, packer.person_id)
    table.clear([tote])
    why = "stopped" if stopped else "surplus"
    return Packed(None, stopped.order if stopped else None, _left(tote), why=why)


def totes_empty(packer: Packer) -> picking.Lost:
    """The totes on the table are empty. What the books still have in them is lost, the latest promises go short.

    Raises `packing.no_batch`.
    """
    totes = table.working(packer, *METHODS)
    lost = [picking.write_off(packer.warehouse_id, packer.person_id, tote) for tote in totes]
    table.clear(totes)
    table.take_off(packer)
    return picking.Lost(sum(each.pieces for each in lost), tuple(order for each in lost for order in each.orders))
