"""The receipt of goods on paper (收货单): printed as the dock is done with it, and from the office at any time."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select

from wms.access.models import Person
from wms.catalog.models import Sku
from wms.core.catalogue import text as words
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.shorten import shortened
from wms.inbound import labels
from wms.inbound.models import Receipt, ReceiptLine
from wms.layout.models import Warehouse
from wms.printing import service as printing
from wms.printing.service import papers

DOCUMENT = "goods_receipt"
OPEN = ("expected", "receiving")


def print_finished(
    receipt: Receipt, *, near: int | None, locale: str, asked_by: int | None
) -> dict[str, Any] | None:
    """The dock is done with a receipt: its paper comes out there; {pages, printer, station}. None where no station
    prints receipts of goods."""
    if not printing.places(receipt.warehouse_id, DOCUMENT):
        return None
    return print_now(receipt, "", station=None, near=near, locale=locale, asked_by=asked_by)


def print_now(
    receipt: Receipt, reason: str, *, station: str | None, near: int | None, locale: str, asked_by: int | None
) -> dict[str, Any]:
    """Print a receipt as it stands: {pages, printer, station}.

    Raises `inbound.no_lines_yet`, `inbound.paper_is_out` where it was printed as it is and no `reason` is given, and as
    `papers.place` and `printing.again` do.
    """
    paper = _paper(receipt, locale)
    if not paper.lines:
        raise WmsError("inbound.no_lines_yet", receipt=receipt.number)
    at = papers.place(receipt.warehouse_id, DOCUMENT, station, near or labels.dock_of(receipt.warehouse_id))
    jobs = papers.ask(paper, at, asked_by=asked_by, reason=reason)
    if not jobs:
        raise WmsError("inbound.paper_is_out", receipt=receipt.number)
    return {"pages": len(jobs), "printer": at.printer, "station": at.station.code}


def stands(receipt: Receipt) -> dict[str, Any]:
    """How its paper stands, and where it may come out."""
    return {"stands": papers.stands(DOCUMENT, receipt.id), "places": printing.places(receipt.warehouse_id, DOCUMENT)}


def _paper(receipt: Receipt, locale: str) -> papers.Paper:
    """A blind one says nothing of what was expected, on paper as on the screen."""
    its = select(ReceiptLine.qty, ReceiptLine.received, ReceiptLine.rejected, ReceiptLine.lot, Sku.code, Sku.name)
    rows = db.session.execute(
        its.join(Sku, Sku.id == ReceiptLine.sku_id)
        .where(ReceiptLine.receipt_id == receipt.id)
        .order_by(ReceiptLine.position)
    ).all()
    shown = [row for row in rows if row.received or not receipt.blind]
    lines = [
        {
            "sku": shortened(row.code, 32), "name": shortened(row.name, 60), "received": row.received,
            "rejected": row.rejected, "lot": shortened(row.lot, 20), "expected": 0 if receipt.blind else row.qty,
        }
        for row in shown
    ]  # fmt: skip
    by = db.session.get(Person, receipt.finished_by) if receipt.finished_by else None
    why = receipt.short_reason
    head = {
        "supplier": shortened(" ".join(receipt.supplier.split()), 40) or "–", "number": barcode(receipt),
        "warehouse": shortened(db.session.get_one(Warehouse, receipt.warehouse_id).name, 60),
        "finished_at": f"{receipt.finished_at:%Y-%m-%d %H:%M} UTC" if receipt.finished_at else "",
        "finished_by": shortened(by.name, 40) if by else "", "note": shortened(" ".join(receipt.note.split()), 80),
        "reason": words(f"ui.receive.short.{why}", locale) if why else "",
        "pieces": sum(row.received for row in rows),
        "differing": 0 if receipt.blind else sum(row.received != row.qty for row in rows),
        "blind": int(receipt.blind), "unfinished": int(receipt.status in OPEN), "locale": locale,
    }  # fmt: skip
    return papers.Paper(DOCUMENT, receipt.id, receipt.number, head, lines)


def barcode(receipt: Receipt) -> str:
    """What the bars carry: the receipt's number if bars can say it, else one of our own."""
    number = receipt.number
    return number if number.isascii() and number.isprintable() and 0 < len(number) <= 24 else f"R{receipt.id}"
