"""Goods that are tracked at every move: which lot, and which pieces, a picker has in hand."""
from __future__ import annotations

from collections.abc import Sequence

from wms.catalog import service as catalog
from wms.core.error import WmsError
from wms.core.resolve import clean, resolve
from wms.picking.rules import LineFacts, check_item, check_lot, check_serials
from wms.stock import service as stock


def proved(
    line: LineFacts, warehouse_id: int, item: str, qty: int, lot: str, serials: Sequence[str]
) -> tuple[str, ...]:
    """The numbers of the pieces, once lot and numbers are those of the goods that are held for the line.

    Where the picker scanned no other, they are read off the item's own label. () for goods without numbers.
    Raises as `rules.check_lot`, `rules.check_serials` and `read_serial` do.
    """
    label = catalog.label_of(item)
    said = label.lot if label else ""
    for each in dict.fromkeys(filter(None, (said, lot))):
        check_lot(line, each)
    check_lot(line, lot or said)
    if not line.asks_serials:
        return ()
    if not serials and label and label.serial:
        serials = (label.serial,)
    check_serials(line, qty, serials)
    here = stock.serials_held(line.hold_id)
    return tuple(_serial(line, warehouse_id, code, here) for code in serials)


def read_item(line: LineFacts, warehouse_id: int, code: str, serials: Sequence[str]) -> dict[str, str]:
    """The item is the line's. Its label's `lot` and `serial`, where it has them and they are asked for, are right too.

    Raises as `rules.check_item`, `rules.check_lot` and `read_serial` do.
    """
    check_item(line, code, resolve(code, warehouse_id))
    label = catalog.label_of(code)
    lot, serial = (label.lot, label.serial) if label else ("", "")
    if lot:
        check_lot(line, lot)
    if serial and line.asks_serials:
        serial = read_serial(line, warehouse_id, code, serials)["serial"]
    return {"lot": lot, "serial": serial}


def read_lot(line: LineFacts, warehouse_id: int, code: str, serials: Sequence[str]) -> dict[str, str]:
    """The lot is that of the held goods: read off a label, or as it was typed.

    Raises `picking.lot_needed` for a label without one, and as `rules.check_lot` does.
    """
    label = _own_label(line, warehouse_id, code)
    lot = label.lot if label else clean(code)
    if not label and any(each.sku_id == line.sku_id for each in resolve(code, warehouse_id) if each.kind == "sku"):
        lot = ""  # the item's plain barcode once more
    check_lot(line, lot)
    return {"lot": lot, "serial": ""}


def read_serial(line: LineFacts, warehouse_id: int, code: str, serials: Sequence[str]) -> dict[str, str]:
    """The piece is one of those that lie where the line's goods are held, and not in hand yet (`serials`).

    Raises `picking.serial_needed` (422) for a label without a number, `picking.serial_twice` (409),
    `picking.serial_not_here` (409), and as `rules.check_lot` does for a label of another lot.
    """
    serial = _serial(line, warehouse_id, code, stock.serials_held(line.hold_id))
    if serial in serials:
        raise WmsError("picking.serial_twice", serial=serial, sku=line.sku)
    return {"lot": "", "serial": serial}


READERS = {"item": read_item, "lot": read_lot, "serial": read_serial}


def _serial(line: LineFacts, warehouse_id: int, code: str, here: Sequence[str]) -> str:
    """The number that a scan of a piece says, which must be one of these."""
    serial = clean(code)
    if serial in here:
        return serial
    label = _own_label(line, warehouse_id, code)
    if label and label.lot:
        check_lot(line, label.lot)
    if label:
        serial = label.serial
    elif any(each.kind == "sku" for each in resolve(code, warehouse_id)):
        serial = ""
    if not serial:
        raise WmsError("picking.serial_needed", sku=line.sku)
    if serial not in here:
        if line.tote_id is not None and serial in stock.serials_in(line.tote_id, line.sku_id):
            raise WmsError("picking.serial_twice", serial=serial, sku=line.sku)
        raise WmsError("picking.serial_not_here", serial=serial, sku=line.sku, bin=line.bin)
    return serial


def _own_label(line: LineFacts, warehouse_id: int, code: str) -> catalog.Label | None:
    """What a GS1 label says, None for another code; one that names goods must name the line's."""
    label = catalog.label_of(code)
    if label and label.gtin:
        check_item(line, code, resolve(code, warehouse_id))
    return label
