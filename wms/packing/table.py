"""What stands on a station's table to be packed out of: bulk totes, and how pieces of them go into parcels."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import Station
from wms.packing.models import Parcel, ParcelTrace, StationBatch
from wms.packing.packer import Packer
from wms.picking import service as picking
from wms.picking.service import BulkTote
from wms.stock import service as stock

Piece = tuple[int, stock.Goods]
"""A picked line, and the pieces of a tote that go to it."""


def totes_on(warehouse_id: int, station_id: int) -> list[BulkTote]:
    """The bulk totes on a station's table, in the sequence in which they were put there."""
    rows = select(StationBatch.container_id).where(StationBatch.station_id == station_id)
    ids = db.session.execute(rows.order_by(StationBatch.opened_at, StationBatch.container_id)).scalars().all()
    found = (picking.bulk_tote(warehouse_id, container_id) for container_id in ids)
    return [tote for tote in found if tote is not None]


def method_on(packer: Packer) -> str:
    """How the orders are packed whose totes stand on the table, "" where none does."""
    totes = totes_on(packer.warehouse_id, packer.station_id)
    return totes[0].method if totes else ""


def put_on(packer: Packer, tote: BulkTote) -> None:
    """A tote is put on the table, beside those of the same wave where orders are packed out of several at once; any
    other is taken off."""
    beside = totes_on(packer.warehouse_id, packer.station_id) if tote.method == "same" else []
    stays = [each.container_id for each in beside if each.wave_id == tote.wave_id]
    other = StationBatch.container_id.not_in([*stays, tote.container_id])
    db.session.execute(delete(StationBatch).where(StationBatch.station_id == packer.station_id, other))
    fresh = {"station_id": packer.station_id, "container_id": tote.container_id, "opened_at": now()}
    db.session.execute(insert(StationBatch).values(fresh).on_conflict_do_nothing())


def take_off(packer: Packer) -> None:
    """The totes are taken off the table; what is left in them waits."""
    db.session.execute(delete(StationBatch).where(StationBatch.station_id == packer.station_id))


def working(packer: Packer, *methods: str) -> list[BulkTote]:
    """The totes on the table, which are of one of these methods; nobody else packs out of them until the commit.

    Raises `packing.no_batch`.
    """
    for task_id in sorted({tote.task_id for tote in totes_on(packer.warehouse_id, packer.station_id)}):
        picking.lock_task(packer.warehouse_id, task_id)
    totes = totes_on(packer.warehouse_id, packer.station_id)  # orders may have left their wave until now
    if not totes or totes[0].method not in methods:
        raise WmsError("packing.no_batch", next="pack_home")
    return totes


# ---- out of the totes, into parcels

def fill(packer: Packer, parcel: Parcel, pieces: Sequence[Piece]) -> None:
    """These pieces of totes on the table go into a parcel, and their lines have them."""
    stock.move(
        packer.warehouse_id, [goods for _, goods in pieces], stock.special_bin(packer.warehouse_id, "packed"),
        parcel.container_id, reason="pack", reference=parcel.number, actor_id=packer.person_id,
    )  # fmt: skip
    for line_id, goods in pieces:
        picking.sort(line_id, goods.qty)


def clear(totes: Sequence[BulkTote]) -> None:
    """Totes that are empty are free, and leave every table."""
    empty = [tote.container_id for tote in totes if picking.free_if_empty(tote.container_id)]
    db.session.execute(delete(StationBatch).where(StationBatch.container_id.in_(empty)))


def goods_of(take: picking.Take, serials: tuple[str, ...] = ()) -> stock.Goods:
    """The pieces that a line takes out of a tote, as stock knows them."""
    kind = take.line.kind
    return stock.Goods(
        kind.sku_id, take.bin_id, take.qty, take.container_id, lot=kind.lot, owner_id=kind.owner_id,
        condition=kind.condition, serials=serials,
    )  # fmt: skip


def take_out(packer: Packer, parcel: Parcel) -> None:
    """All pieces of a parcel that was verified come out of the totes on the table.

    Raises `packing.not_on_table` when they are not all there, or not with the numbers that were scanned.
    """
    totes = working(packer, "same")
    mine = [each for each in picking.complete_orders(sorted({tote.task_id for tote in totes}))
            if each.order_id == parcel.order_id]  # fmt: skip
    lying = picking.lying_in([tote.container_id for tote in totes])
    numbered = _numbered({line.kind.sku_id for order in mine for line in order.lines})
    takes = picking.served(mine, lying).get(parcel.order_id)
    if takes is None:
        raise WmsError("packing.not_on_table", parcel=parcel.number)
    pieces = [(take.line.line_id, goods_of(take)) for take in takes if take.line.kind.sku_id not in numbered]
    for order in mine:
        pieces += _by_number(parcel, order, [each for each in lying if each.kind.sku_id in numbered])
    fill(packer, parcel, pieces)
    clear(totes)


def _numbered(sku_ids: Iterable[int]) -> set[int]:
    """Those of these SKUs whose pieces are known by their numbers wherever they move."""
    known = select(Sku.id).where(among(Sku.id, sku_ids), Sku.serial_tracking == "move")
    return set(db.session.execute(known).scalars())


def _by_number(parcel: Parcel, order: picking.Complete, lying: Sequence[picking.Lying]) -> list[Piece]:
    """The pieces whose numbers were scanned into the parcel, each from the tote in which it lies, for a line of it."""
    scanned: dict[int, list[str]] = defaultdict(list)
    rows = select(ParcelTrace.order_line_id, ParcelTrace.serial).where(ParcelTrace.parcel_id == parcel.id)
    for line_id, serial in db.session.execute(rows.order_by(ParcelTrace.serial)):
        scanned[line_id].append(serial)
    room = {line.line_id: line.qty for line in order.lines}
    found: list[Piece] = []
    for each in lying:
        inside = stock.serials_in(each.container_id, each.kind.sku_id)
        for line in order.lines:
            fits = [serial for serial in scanned[line.order_line_id] if inside.get(serial) == each.kind.lot]
            mine = tuple(fits[: room[line.line_id]]) if line.kind == each.kind else ()
            if mine:
                room[line.line_id] -= len(mine)
                scanned[line.order_line_id] = [one for one in scanned[line.order_line_id] if one not in mine]
                take = picking.Take(line, each.container_id, each.bin_id, len(mine))
                found.append((line.line_id, goods_of(take, mine)))
    if any(room[line.line_id] for line in order.lines if any(one.kind == line.kind for one in lying)):
        raise WmsError("packing.not_on_table", parcel=parcel.number)
    return found


# ---- what nobody wants

def put_aside(packer: Packer, tote: BulkTote, goods: stock.Goods) -> int:
    """Pieces of a tote go into the station's box for what no order wants; the box's id."""
    station = db.session.execute(select(Station.code).where(Station.id == packer.station_id)).scalar_one()
    box = stock.ensure_container(packer.warehouse_id, f"{station}-ASIDE", "box")
    stock.move(packer.warehouse_id, [goods], tote.stage_bin_id, box, reason="sort", reference=f"tote {tote.code}",
               actor_id=packer.person_id)  # fmt: skip
    return box


def verified(parcel_id: int) -> int:
    """All pieces of a parcel count as verified; returns how many they are."""
    lines = text("UPDATE parcel_line SET verified = qty WHERE parcel_id = :id RETURNING qty")
    return sum(db.session.execute(lines, {"id": parcel_id}).scalars())
