"""What is on the label of goods, of a container and of a bin."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select

from printers import DocumentError, gs1
from wms.catalog.models import Barcode, Sku
from wms.core.clock import now
from wms.core.db import db
from wms.stock.models import Container

Data = dict[str, Any]


def sku_label(
    sku_id: int, *, qty: int, lot: str, expires_on: str, locale: str, packaging_id: int | None = None
) -> tuple[Sku, Data]:
    """A label for goods, or for one of their packs: name, barcode, lot and date."""
    sku = db.session.get_one(Sku, sku_id)
    its = (Barcode.sku_id == sku_id, Barcode.packaging_id.is_not_distinct_from(packaging_id))
    barcode = db.session.execute(select(Barcode.code).where(*its).order_by(Barcode.id).limit(1)).scalar()
    data = {
        "code": barcode or sku.code, "sku": sku.code, "name": sku.name, "qty": qty, "lot": lot,
        "expires_on": expires_on, "locale": locale,
    }  # fmt: skip
    return sku, data


def gs1_label(
    sku_id: int, *, qty: int, lot: str, expires_on: str, serial: str, locale: str, packaging_id: int | None = None
) -> Data | None:
    """The same in GS1's codes, which say lot, date and serial to the scanner too.

    None where there is nothing to say beyond the article's number, or where GS1 cannot say it: no number with the right
    check digit, a lot that is too long or Chinese. Then `sku_label` has it in print.
    """
    told = {"lot": lot, "expires_on": expires_on, "serial": serial}
    its = (Barcode.sku_id == sku_id, Barcode.packaging_id.is_not_distinct_from(packaging_id))
    codes = db.session.execute(select(Barcode.code).where(*its).order_by(Barcode.id)).scalars()
    gtin = next(filter(gs1.is_gtin, codes), None)
    if gtin is None or not any(told.values()):
        return None
    try:
        gs1.elements(gtin=gtin, **told)
    except DocumentError:
        return None
    sku = db.session.get_one(Sku, sku_id)
    return {"gtin": gtin, "sku": sku.code, "name": sku.name, "qty": qty, **told, "locale": locale}


def lpn_label(container_id: int, *, locale: str, receipt: str = "", supplier: str = "") -> tuple[Container, Data]:
    """The label of a pallet, tote or box: its number, and of one that came in from whom."""
    container = db.session.get_one(Container, container_id)
    data = {
        "code": container.code, "receipt": receipt, "supplier": supplier,
        "printed_at": now().strftime("%Y-%m-%d %H:%M"), "locale": locale,
    }  # fmt: skip
    return container, data


def tote_label(code: str, locale: str) -> Data:
    """The label of what goes round and round: no receipt and no date, and it is read from a cart's other side."""
    return {"code": code, "locale": locale}


def one_more() -> int:
    """A version that no label has yet, for whoever wants another one; as many as wanted follow it."""
    return round(now().timestamp() * 1_000_000)
