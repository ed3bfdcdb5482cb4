"""Goods put aside at the dock, which nobody could receive, and pictures taken there."""
from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from wms.core import photo
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.inbound.expected import check_quantity
from wms.inbound.lifecycle import ASIDE
from wms.inbound.models import Receipt, ReceiptAside, ReceiptPhoto

FOLDER = "receipts"


def put_aside(
    receipt: Receipt, *, reason: str, code: str = "", sku_id: int | None = None, qty: int = 1, note: str = "",
    actor_id: int | None,
) -> ReceiptAside:  # fmt: skip
    """Goods are set apart for the desk to decide about; they are not in stock. Raises `stock.bad_quantity`."""
    check_quantity(qty)
    made = ReceiptAside(
        warehouse_id=receipt.warehouse_id, receipt_id=receipt.id, reason=reason, code=code, sku_id=sku_id, qty=qty,
        note=note, person_id=actor_id, at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def settle(warehouse_id: int, aside_id: int, outcome: str, *, actor_id: int | None) -> ReceiptAside:
    """The desk says what was done with goods put aside. Raises `core.not_found`, `core.illegal_move`."""
    query = select(ReceiptAside).where(ReceiptAside.id == aside_id, ReceiptAside.warehouse_id == warehouse_id)
    found = db.session.execute(query.with_for_update()).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="goods put aside", key=str(aside_id))
    found.status = ASIDE.after("settle", found.status)
    found.outcome, found.settled_by, found.settled_at = outcome, actor_id, now()
    db.session.flush()
    return found


def add_photo(receipt: Receipt, picture: bytes, *, aside_id: int | None = None, actor_id: int | None) -> ReceiptPhoto:
    """Keep a picture of what arrived. Raises as `core.photo.keep` does, and `core.not_found`."""
    if aside_id is not None:
        aside = db.session.get(ReceiptAside, aside_id)
        if aside is None or aside.receipt_id != receipt.id:
            raise WmsError("core.not_found", thing="goods put aside", key=str(aside_id))
    name = photo.keep(FOLDER, receipt.id, picture)
    row = ReceiptPhoto(
        receipt_id=receipt.id, aside_id=aside_id, file=name, size_bytes=len(picture), person_id=actor_id, at=now()
    )
    db.session.add(row)
    db.session.flush()
    return row


def photo_file(warehouse_id: int, name: str) -> Path:
    """The file of a picture of this warehouse. Raises `core.not_found`."""
    query = select(ReceiptPhoto.file).join(Receipt, Receipt.id == ReceiptPhoto.receipt_id)
    here = query.where(ReceiptPhoto.file == name, Receipt.warehouse_id == warehouse_id)
    return photo.find(FOLDER, db.session.execute(here).scalar_one_or_none())
