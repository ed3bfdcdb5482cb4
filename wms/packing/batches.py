"""Packing out of a bulk tote: orders of one piece (单件), scan by scan.

A tote stands on the table. Each scan is a parcel: the earliest promised order that wants the item is packed, closed
and its waybill printed. Orders
that were stopped meanwhile are passed over, their pieces go into the station's box for what nobody wants.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.core.resolve import Found, resolve
from wms.layout.models import Station
from wms.packing import tracking
from wms.packing.models import Parcel, ParcelLine, StationBatch
from wms.packing.scale import OnScale
from wms.packing.service import Packer, new_parcel, scale_of, shut
from wms.packing.tracking import NOTHING, Told
from wms.picking import service as picking
from wms.picking.service import BulkTote, Choice, Item
from wms.stock import service as stock


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


def is_batch(packer: Packer, code: str) -> bool:
    """Whether this code is a tote with goods of orders that are packed out of it one by one."""
    totes = [each.id for each in resolve(code, packer.warehouse_id) if each.kind == "tote"]
    tote = picking.bulk_tote(packer.warehouse_id, totes[0]) if totes else None
    return tote is not None and tote.method == "single"


def open_batch(packer: Packer, code: str) -> BulkTote:
    """A bulk tote is put on the table. Raises `picking.not_a_tote.…`, `picking.not_a_bulk_tote`, and
    `packing.for_the_wall` for goods that must be sorted first."""
    tote = picking.scanned_tote(packer.warehouse_id, code)
    if tote.method == "wall":
        raise WmsError("packing.for_the_wall", tote=tote.code)
    fresh = {"container_id": tote.container_id, "opened_at": now()}
    made = insert(StationBatch).values(station_id=packer.station_id, **fresh)
    db.session.execute(made.on_conflict_do_update(index_elements=["station_id"], set_=fresh))
    return tote


def batch_of(packer: Packer) -> tuple[StationBatch, BulkTote] | None:
    """What stands on a station's table to be packed out of, None when nothing does."""
    batch = db.session.get(StationBatch, packer.station_id, populate_existing=True)
    tote = picking.bulk_tote(packer.warehouse_id, batch.container_id) if batch else None
    return (batch, tote) if batch and tote else None


def put_off(packer: Packer) -> None:
    """The tote is taken off the table; what is left in it waits."""
    db.session.execute(delete(StationBatch).where(StationBatch.station_id == packer.station_id))


def _working(packer: Packer, method: str) -> tuple[StationBatch, BulkTote]:
    """The batch on the table, its task locked. Raises `packing.no_batch`."""
    found = batch_of(packer)
    if found is None or found[1].method != method:
        raise WmsError("packing.no_batch", next="pack_home")
    lock("packing.batch", found[1].task_id)
    return found


# ---- single items


def pack_one(packer: Packer, code: str, told: Told = NOTHING) -> Packed:
    """An item out of the tote is scanned: the order that wants it and is promised first is packed, whole in one scan.

    Raises `packing.no_batch`, as `picking.read_item` does for a wrong item, and as `tracking.piece` does.
    """
    _, tote = _working(packer, "single")
    item = picking.read_item(tote, packer.warehouse_id, code)
    open_for = picking.choices(tote, item)
    chosen = next((each for each in open_for if each.wanted and each.processing == "picked"), None)
    if chosen is None:
        return _aside(packer, tote, item, open_for)
    lock("packing.order", chosen.order_id)
    with db.session.begin_nested() as attempt:
        parcel = new_parcel(packer, chosen.order_id, tote.code)
        asks = _trace(packer, parcel, tote, item, code, told)
        if asks:
            attempt.rollback()
    if asks:
        return Packed(None, chosen.order, _left(tote), asks=asks)
    _fill(packer, parcel, tote, [(chosen, 1, (item.serial,) if item.serial else ())])
    _finish(packer, parcel, tote)
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


def _fill(
    packer: Packer, parcel: Parcel, tote: BulkTote, pieces: Sequence[tuple[Choice, int, tuple[str, ...]]]
) -> None:
    """The goods of these lines move from the tote into the parcel."""
    goods = [
        stock.Goods(
            _sku_of(choice.line_id), tote.stage_bin_id, qty, tote.container_id, lot=choice.lot,
            owner_id=choice.owner_id, condition=choice.condition, serials=serials,
        )
        for choice, qty, serials in pieces
    ]  # fmt: skip
    stock.move(
        packer.warehouse_id, goods, stock.special_bin(packer.warehouse_id, "packed"), parcel.container_id,
        reason="pack", reference=parcel.number, actor_id=packer.person_id,
    )  # fmt: skip
    for choice, qty, _ in pieces:
        picking.sort(choice.line_id, qty)


def _sku_of(line_id: int) -> int:
    return int(db.session.execute(text("SELECT sku_id FROM pick_line WHERE id = :id"), {"id": line_id}).scalar_one())


def _finish(packer: Packer, parcel: Parcel, tote: BulkTote) -> None:
    """All lines are verified, the weight is what the scale or the catalogue says, and the parcel is shut."""
    lines = text("UPDATE parcel_line SET verified = qty WHERE parcel_id = :id RETURNING qty")
    pieces = sum(db.session.execute(lines, {"id": parcel.id}).scalars())
    shut(packer, parcel, _weight(packer, parcel, pieces))
    if picking.free_if_empty(tote.container_id):
        put_off(packer)


def _weight(packer: Packer, parcel: Parcel, pieces: int) -> int | None:
    """Grams: where the station has no scale, what the goods should weigh; None when that is not known either."""
    try:
        return scale_of(packer.station_id).read(OnScale(parcel.number, parcel.expected_g, pieces))
    except WmsError:
        return parcel.expected_g or None


def _left(tote: BulkTote) -> int:
    return sum(row.wanted for row in picking.orders_left(tote.task_id))


# ---- what nobody wants


def _aside(packer: Packer, tote: BulkTote, item: Item, open_for: Sequence[Choice]) -> Packed:
    stopped = next((each for each in open_for if not each.wanted), None)
    goods: Any = stopped or next(
        row for row in picking.left_in(tote) if row.sku_id == item.sku_id and item.lot in ("", row.lot)
    )
    box = _box(packer)
    piece = stock.Goods(
        item.sku_id, tote.stage_bin_id, 1, tote.container_id, lot=goods.lot, owner_id=goods.owner_id,
        condition=goods.condition, serials=(item.serial,) if item.serial else (),
    )  # fmt: skip
    stock.move(packer.warehouse_id, [piece], tote.stage_bin_id, box, reason="sort", reference=f"tote {tote.code}",
               actor_id=packer.person_id)  # fmt: skip
    if stopped:
        picking.put_aside(stopped.line_id, 1)
    if picking.free_if_empty(tote.container_id):
        put_off(packer)
    why = "stopped" if stopped else "surplus"
    return Packed(None, stopped.order if stopped else None, _left(tote), why=why)


def _box(packer: Packer) -> int:
    """The container at a station for pieces that no order wants; from there they are put away again."""
    station = db.session.execute(select(Station.code).where(Station.id == packer.station_id)).scalar_one()
    return stock.ensure_container(packer.warehouse_id, f"{station}-ASIDE", "box")


def tote_empty(packer: Packer) -> picking.Lost:
    """The tote is empty. What the books still have in it is lost, the latest promises go short.

    Raises `packing.no_batch`.
    """
    found = batch_of(packer)
    if found is None:
        raise WmsError("packing.no_batch", next="pack_home")
    _, tote = found
    lock("packing.batch", tote.task_id)
    lost = picking.write_off(packer.warehouse_id, packer.person_id, tote)
    picking.free_if_empty(tote.container_id)
    put_off(packer)
    return lost
