"""Verifying: each piece is scanned as it goes into the carton."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select, text, update

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import Found, clean, resolve
from wms.packing import table, tracking
from wms.packing.models import Parcel, ParcelLine
from wms.packing.packer import Packer
from wms.packing.parcels import pieces_of, totes_of, working_on
from wms.packing.rules import shares
from wms.packing.tracking import NOTHING, Told
from wms.packing.wanted import require_wanted
from wms.stock import service as stock


@dataclass(frozen=True)
class Counted:
    """A line after a scan, and whether the whole parcel is verified now.

    `asks`: nothing was counted yet, the piece's `lot` or `serial` must be scanned first.
    """

    order_line_id: int
    verified: int
    qty: int
    complete: bool
    asks: str = ""


def verify(packer: Packer, parcel_id: int, code: str, qty: int, told: Told = NOTHING) -> Counted:
    """An item is scanned into the parcel: `qty` pieces are counted, or `qty` packs with all their pieces.

    Of tracked goods the lot and the number of each piece are kept with the parcel: read off the item's label, or
    `told`; where neither says them the answer `asks` for them, and nothing is counted.
    Raises `packing.order_stopped`, `packing.unknown_barcode`, `packing.not_an_item`, `packing.not_in_parcel`,
    `packing.too_many`, and as `working_on` and `tracking.piece` do.
    """
    at_once = _verified(packer, parcel_id, code, qty)
    if at_once:
        return at_once
    parcel = working_on(packer, parcel_id)
    require_wanted(parcel.order_id, packer.warehouse_id)
    lines = _lines(parcel.id)
    item = _item(parcel, lines, code)
    sku, qty = db.session.get_one(Sku, item.sku_id), qty * item.qty
    room = [(line.order_line_id, line.qty - line.verified) for line in lines if line.sku_id == sku.id]
    spread = shares(room, qty)
    if not spread:
        raise WmsError("packing.too_many", item=sku.name, left=sum(fits for _, fits in room), qty=qty)
    if tracking.is_tracked(sku):
        piece = tracking.piece(parcel, sku, item, code, qty, told, _numbered(parcel, sku.id))
        if piece.asks:
            line = next(line for line in lines if line.order_line_id == spread[0][0])
            return Counted(line.order_line_id, line.verified, line.qty, complete=False, asks=piece.asks)
        tracking.keep(parcel.id, sku.id, piece, spread, packer.person_id)
    for line_id, share in spread:
        line_id, verified, wanted = _count_up(packer, parcel.id, line_id, share)
    return Counted(line_id, verified, wanted, sum(line.qty - line.verified for line in lines) == qty)


def _numbered(parcel: Parcel, sku_id: int) -> dict[str, str]:
    """The pieces of a SKU with numbers in the totes of the parcel's order, or else on the table: number → lot."""
    totes = {tote_id for tote_ids in totes_of(parcel.order_id).values() for tote_id in tote_ids}
    totes = totes or {tote.container_id for tote in table.totes_on(parcel.warehouse_id, parcel.station_id)}
    return {serial: lot for tote_id in totes for serial, lot in stock.serials_in(tote_id, sku_id).items()}


# The usual scan: the parcel is this station's, the code is an item's, and one line has room for the pieces.
# When it does not act, `verify` goes step by step and finds out why, or what must be scanned besides.
_VERIFY = text(
    """
    WITH parcel AS MATERIALIZED (
        SELECT id FROM parcel
        WHERE id = :parcel_id AND warehouse_id = :warehouse_id AND station_id = :station_id AND status = 'open'
          AND EXISTS (SELECT 1 FROM sales_order o WHERE o.id = parcel.order_id AND o.confirmation = 'confirmed'
                      AND o.refund = 'none')
        FOR NO KEY UPDATE
    )
    UPDATE parcel_line l SET verified = l.verified + :qty, scanned_by = :person_id, scanned_at = :at
    FROM parcel
    WHERE l.parcel_id = parcel.id AND l.verified + :qty <= l.qty AND l.order_line_id = (
        SELECT min(room.order_line_id) FROM parcel_line room
        WHERE room.parcel_id = :parcel_id AND room.verified + :qty <= room.qty AND room.sku_id IN (
            SELECT sku_id FROM barcode WHERE code = :code AND packaging_id IS NULL
            UNION SELECT id FROM sku WHERE code = :code)
          AND EXISTS (SELECT 1 FROM sku k WHERE k.id = room.sku_id AND k.lot_tracking <> 'ship'
                      AND k.serial_tracking NOT IN ('move', 'ship')))
    RETURNING l.order_line_id, l.verified, l.qty
    """
)


def _verified(packer: Packer, parcel_id: int, code: str, qty: int) -> Counted | None:
    if qty < 1:
        return None
    values = {"parcel_id": parcel_id, "warehouse_id": packer.warehouse_id, "station_id": packer.station_id}
    told = {"code": code, "qty": qty, "person_id": packer.person_id, "at": now()}
    row = db.session.execute(_VERIFY, {**values, **told}).one_or_none()
    if row is None:
        return None
    return Counted(row.order_line_id, row.verified, row.qty, complete=pieces_of(parcel_id)[1] == 0)


def _lines(parcel_id: int) -> Sequence[Row[int, int, int, int]]:
    its = select(ParcelLine.order_line_id, ParcelLine.sku_id, ParcelLine.qty, ParcelLine.verified)
    its = its.where(ParcelLine.parcel_id == parcel_id).order_by(ParcelLine.order_line_id)
    return db.session.execute(its).all()


def _item(parcel: Parcel, lines: Sequence[Row[int, int, int, int]], code: str) -> Found:
    """The SKU, pack or numbered piece that was scanned; where a code means several, the one that is in the parcel."""
    found = resolve(code, parcel.warehouse_id)
    items = [each for each in found if each.kind in ("sku", "pack", "serial")]
    if not found:
        raise WmsError("packing.unknown_barcode", scanned=clean(code))
    if not items:
        raise WmsError("packing.not_an_item", scanned=clean(code), label=found[0].label)
    inside = {line.sku_id for line in lines}
    for each in items:
        if each.sku_id in inside:
            return each
    raise WmsError("packing.not_in_parcel", item=items[0].label, parcel=parcel.number)


def _count_up(packer: Packer, parcel_id: int, line_id: int, share: int) -> tuple[int, int, int]:
    """Count pieces on a line: (line id, pieces verified now, pieces in all). The parcel is locked."""
    counted = (
        update(ParcelLine)
        .where(
            ParcelLine.parcel_id == parcel_id,
            ParcelLine.order_line_id == line_id,
            ParcelLine.verified + share <= ParcelLine.qty,
        )
        .values(verified=ParcelLine.verified + share, scanned_by=packer.person_id, scanned_at=now())
        .returning(ParcelLine.order_line_id, ParcelLine.verified, ParcelLine.qty)
        .execution_options(synchronize_session=False)
    )
    row = db.session.execute(counted).one()
    return row.order_line_id, row.verified, row.qty
