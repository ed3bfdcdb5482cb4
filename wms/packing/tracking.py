"""Tracked goods at the packing table: the lot and the number of each piece that leaves, kept with its parcel."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from wms.catalog import service as catalog
from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.core.resolve import Found, clean, resolve
from wms.packing.models import Parcel, ParcelTrace

ASKS_SERIAL = ("move", "ship")


@dataclass(frozen=True)
class Told:
    """What was scanned of an item besides its barcode."""

    lot: str = ""
    serial: str = ""


NOTHING = Told()


@dataclass(frozen=True)
class Piece:
    """The lot and serial number of what is verified; `asks` says what is still to be scanned: lot, serial, or ""."""

    lot: str = ""
    serial: str = ""
    asks: str = ""


def is_tracked(sku: Sku) -> bool:
    """Whether something of the SKU is asked for as it leaves."""
    return sku.serial_tracking in ASKS_SERIAL or sku.lot_tracking == "ship"


def piece(parcel: Parcel, sku: Sku, item: Found, code: str, qty: int, told: Told, inside: Mapping[str, str]) -> Piece:
    """Which piece this is, by the item's own label and what was scanned besides it.

    `inside` are the pieces with numbers in the order's totes: number → lot. Raises `packing.one_by_one` for several
    pieces whose numbers are asked, `packing.serial_needed`, `packing.serial_twice`, `packing.serial_shipped`, and
    `packing.serial_not_in_tote`.
    """
    label = catalog.label_of(code)
    lot = _lot(parcel, sku, told.lot) or (label.lot if label else "")
    if sku.lot_tracking == "ship" and not lot:
        return Piece(asks="lot")
    if sku.serial_tracking not in ASKS_SERIAL:
        return Piece(lot)
    if qty != 1:
        raise WmsError("packing.one_by_one", item=sku.name)
    serial = item.code if item.kind == "serial" else label.serial if label else ""
    serial = _serial(parcel, sku, told.serial) or serial
    if not serial:
        return Piece(lot, asks="serial")
    _check_serial(parcel, sku, serial, inside)
    return Piece(inside.get(serial) or lot, serial)


def _lot(parcel: Parcel, sku: Sku, scanned: str) -> str:
    """The lot off a label, or as it was typed. Raises `packing.lot_needed` for a label without one."""
    label = _own_label(parcel, sku, scanned)
    if scanned and ((label and not label.lot) or (not label and _is_item(parcel, sku, scanned))):
        raise WmsError("packing.lot_needed", item=sku.name)
    return label.lot if label else clean(scanned)


def _serial(parcel: Parcel, sku: Sku, scanned: str) -> str:
    label = _own_label(parcel, sku, scanned)
    if scanned and ((label and not label.serial) or (not label and _is_item(parcel, sku, scanned))):
        raise WmsError("packing.serial_needed", item=sku.name)
    return label.serial if label else clean(scanned)


def _own_label(parcel: Parcel, sku: Sku, scanned: str) -> catalog.Label | None:
    """What a GS1 label says, None for another code. Raises `packing.not_in_parcel` for one of other goods."""
    label = catalog.label_of(scanned)
    if label and label.gtin and not _is_item(parcel, sku, scanned):
        raise WmsError("packing.not_in_parcel", item=label.gtin, parcel=parcel.number)
    return label


def _is_item(parcel: Parcel, sku: Sku, scanned: str) -> bool:
    found = resolve(scanned, parcel.warehouse_id)
    return any(each.kind in ("sku", "pack") and each.sku_id == sku.id for each in found)


def _check_serial(parcel: Parcel, sku: Sku, serial: str, inside: Mapping[str, str]) -> None:
    lock("packing.serial", sku.id)  # two tables may hold the same label at once
    if sku.serial_tracking == "move" and serial not in inside:
        raise WmsError("packing.serial_not_in_tote", item=sku.name, serial=serial)
    went = (
        select(Parcel.id, Parcel.number)
        .join(ParcelTrace, ParcelTrace.parcel_id == Parcel.id)
        .where(ParcelTrace.sku_id == sku.id, ParcelTrace.serial == serial, Parcel.status != "void")
        .order_by(Parcel.id.desc())
    )
    for row in db.session.execute(went):
        if row.id == parcel.id:
            raise WmsError("packing.serial_twice", item=sku.name, serial=serial)
        if sku.serial_tracking == "ship":  # goods tracked in the house may have come back into it meanwhile
            raise WmsError("packing.serial_shipped", item=sku.name, serial=serial, parcel=row.number)


def keep(parcel_id: int, sku_id: int, piece: Piece, shares: Sequence[tuple[int, int]], person_id: int | None) -> None:
    """Note what was verified with the parcel: `shares` are (order line id, pieces)."""
    if not piece.lot and not piece.serial:
        return
    by = {"sku_id": sku_id, "lot": piece.lot, "serial": piece.serial, "scanned_by": person_id, "scanned_at": now()}
    rows = [{"parcel_id": parcel_id, "order_line_id": line_id, "qty": qty, **by} for line_id, qty in shares]
    added = insert(ParcelTrace).values(rows)
    more = {"qty": ParcelTrace.qty + added.excluded.qty, "scanned_at": added.excluded.scanned_at}
    db.session.execute(added.on_conflict_do_update(constraint="pk_parcel_trace", set_=more))


def forget(parcel_id: int) -> None:
    """The pieces are taken out again."""
    db.session.execute(delete(ParcelTrace).where(ParcelTrace.parcel_id == parcel_id))
