"""A part of what lies in an order's totes goes into a parcel; the rest stays for a further one."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select, text

from wms.catalog.models import Sku
from wms.core.db import db
from wms.core.error import WmsError
from wms.packing.models import Parcel, ParcelLine, ParcelTrace
from wms.packing.packer import Packer
from wms.stock import service as stock

_LYING = text(
    """
    SELECT b.id, b.container_id, b.bin_id, b.lot, b.owner_id, b.condition, b.on_hand AS qty
    FROM stock_balance b
    WHERE b.sku_id = :sku_id AND b.on_hand > 0 AND (b.container_id, b.bin_id) IN (
        SELECT s.container_id, t.stage_bin_id FROM pick_tote s JOIN pick_task t ON t.id = s.task_id
        WHERE s.order_id = :order_id AND s.in_use)
    ORDER BY b.lot, b.id
    """
)


def take_out(packer: Packer, parcel: Parcel) -> None:
    """The verified pieces of a parcel move out of its order's totes, and no others.

    Pieces with numbers are those that were scanned; of lots that were scanned as many as were, where the books have
    them in the totes. What nobody scanned by its lot is of the first lots there. Raises `packing.tote_differs`.
    """
    its = (
        select(ParcelLine.sku_id, func.sum(ParcelLine.qty).label("qty"), Sku.serial_tracking)
        .join(Sku, Sku.id == ParcelLine.sku_id)
        .where(ParcelLine.parcel_id == parcel.id)
        .group_by(ParcelLine.sku_id, Sku.serial_tracking)
        .order_by(ParcelLine.sku_id)
    )
    goods: list[stock.Goods] = []
    for sku_id, summed, serial_tracking in db.session.execute(its).all():
        qty = int(summed)
        lying = db.session.execute(_LYING, {"order_id": parcel.order_id, "sku_id": sku_id}).all()
        traced = _traced(parcel.id, sku_id)
        found = _numbered(sku_id, lying, traced) if serial_tracking == "move" else _counted(sku_id, lying, traced, qty)
        moved = sum(each.qty for each in found)
        if moved != qty:
            raise WmsError("packing.tote_differs", parcel=parcel.number, wanted=qty, moved=moved)
        goods += found
    packed = stock.special_bin(parcel.warehouse_id, "packed")
    stock.move(
        parcel.warehouse_id, goods, packed, parcel.container_id, reason="pack", reference=parcel.number,
        actor_id=packer.person_id,
    )  # fmt: skip


def _traced(parcel_id: int, sku_id: int) -> Sequence[Row[str, str, int]]:
    """What was scanned of a tracked SKU besides its barcode: (lot, serial, qty)."""
    its = select(ParcelTrace.lot, ParcelTrace.serial, ParcelTrace.qty)
    return db.session.execute(its.where(ParcelTrace.parcel_id == parcel_id, ParcelTrace.sku_id == sku_id)).all()


def _numbered(sku_id: int, lying: Sequence[Row[Any]], traced: Sequence[Row[str, str, int]]) -> list[stock.Goods]:
    scanned = {row.serial for row in traced}
    found = []
    for place in lying:
        inside = stock.serials_in(place.container_id, sku_id)
        mine = tuple(sorted(serial for serial in scanned if inside.get(serial) == place.lot))[: place.qty]
        if mine:
            scanned.difference_update(mine)
            found.append(_goods(sku_id, place, len(mine), mine))
    return found


def _counted(
    sku_id: int, lying: Sequence[Row[Any]], traced: Sequence[Row[str, str, int]], qty: int
) -> list[stock.Goods]:
    told: Counter[str] = Counter()
    for row in traced:
        told[row.lot] += row.qty
    shares: Counter[int] = Counter()
    for scanned in (True, False):
        for place in lying:
            most = min(qty - shares.total(), place.qty - shares[place.id])
            share = min(most, told[place.lot]) if scanned else most
            shares[place.id] += share
            if scanned:
                told[place.lot] -= share
    return [_goods(sku_id, place, shares[place.id]) for place in lying if shares[place.id]]


def _goods(sku_id: int, place: Row[Any], qty: int, serials: tuple[str, ...] = ()) -> stock.Goods:
    return stock.Goods(
        sku_id, place.bin_id, qty, place.container_id, lot=place.lot, owner_id=place.owner_id,
        condition=place.condition, serials=serials,
    )  # fmt: skip
