"""Papers that say how things stand: pick lists, manifests, receipts of goods. Shared among as many pages as they need.

A paper that says what the last one said is printed again only for a reason, marked, by the rules of reprints. One that
says something else is a new edition: what still waits of the old one is not printed any more.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from printers import DOCUMENTS
from printers.media import parse_media
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import Station
from wms.printing import routes, service
from wms.printing.models import Printer, PrintJob
from wms.printing.rules import STANDS
from wms.printing.runs import NOT_OUT

EDITION = 1_000  # versions of an edition: one a page


@dataclass(frozen=True)
class Paper:
    """`id` is that of what it is about, `reference` what people call that; `head` stands on every page."""

    document: str
    id: int
    reference: str
    head: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Place:
    """A station that prints a document, with the printer and what lies in it."""

    station: Station
    printer: str
    media: str


def place(warehouse_id: int, document: str, station: str | None, near: int | None = None) -> Place:
    """Where a paper comes out: the station that was chosen, else the one `near` (its id), else the first that can.

    Raises `printing.unknown_station`, and `printing.no_paper_printer` or `printing.no_paper_place` without a printer.
    """
    if station:
        at: Station | None = routes.station_at(warehouse_id, station)
    else:
        known = [row.Station for row in routes.places(warehouse_id, document)]
        at = next((each for each in known if each.id == near), known[0] if known else None)
    found = routes.route(at.id, document) if at else None
    if at is None or found is None:
        raise WmsError("printing.no_paper_place", document=_named(document))
    if found.printer is None or found.media is None:
        raise WmsError("printing.no_paper_printer", station=at.code, document=_named(document))
    return Place(at, found.printer, found.media)


def ask(paper: Paper, at: Place, *, asked_by: int | None, reason: str = "") -> list[PrintJob]:
    """Print a paper, page by page; returns its jobs, none where it was printed as it is and no `reason` is given.

    With one it is printed again, and without one only those pages that did not come out: raises as `printing.again`.
    """
    last = _newest(paper.document, paper.id)
    if last and _says(last) == list(paper.lines):
        lost = [page for page in last if page.status not in STANDS]
        return _again(last if reason else lost, at, asked_by, reason or NOT_OUT)
    if last:
        service.void(paper.document, paper.id)
    version = (last[0].version // EDITION + 1 if last else _used(paper) + 1) * EDITION
    pages = _pages(paper, at.media)
    return [
        service.enqueue(
            paper.document, paper.id, at.station.id, page, asked_by=asked_by, version=version + number,
            reference=paper.reference, media=at.media,
        )
        for number, page in enumerate(pages, 1)
    ]  # fmt: skip


def stands(document: str, document_id: int) -> dict[str, Any] | None:
    """How the pages of the last edition stand, by their newest copies; None where it was never printed.

    {pages, out, waiting, doubt, failed, copies, printer, asked_at}
    """
    jobs = _newest(document, document_id)
    if not jobs:
        return None
    counts = dict.fromkeys(("out", "waiting", "doubt", "failed"), 0)
    for each in jobs:
        counts[STANDS.get(each.status, "failed")] += 1
    printer = db.session.get(Printer, jobs[0].printer_id) if jobs[0].printer_id else None
    return {
        "pages": len(jobs), **counts, "copies": max(each.copy for each in jobs),
        "printer": printer.code if printer else None, "asked_at": max(each.asked_at for each in jobs).isoformat(),
    }  # fmt: skip


# ---- editions

def _of(document: str, document_id: int) -> tuple[Any, ...]:
    return PrintJob.document == document, PrintJob.document_id == document_id


def _newest(document: str, document_id: int) -> list[PrintJob]:
    """The newest copy of each page of the last edition, none of one that is void."""
    newest = select(func.max(PrintJob.version)).where(*_of(document, document_id), ~PrintJob.voided).scalar_subquery()
    its = select(PrintJob).where(*_of(document, document_id), PrintJob.version // EDITION == newest // EDITION)
    found: dict[int, PrintJob] = {}
    for each in db.session.execute(its.order_by(PrintJob.version, PrintJob.copy)).scalars():
        found[each.version] = each
    return list(found.values())


def _used(paper: Paper) -> int:
    """The last edition there was, void or not."""
    highest = select(func.max(PrintJob.version)).where(*_of(paper.document, paper.id))
    return (db.session.execute(highest).scalar() or 0) // EDITION


def _says(pages: Sequence[PrintJob]) -> list[Any]:
    return [line for page in pages for line in page.data["lines"]]


def _again(pages: Sequence[PrintJob], at: Place, asked_by: int | None, reason: str) -> list[PrintJob]:
    if any(page.media_asked != at.media for page in pages):
        document = _named(pages[0].document)
        raise WmsError("printing.no_paper_printer", station=at.station.code, document=document)
    return [
        service.again(
            page.id, reason, warehouse_id=page.warehouse_id, station_id=at.station.id, actor_id=asked_by
        )
        for page in pages
    ]  # fmt: skip


def _named(document: str) -> list[dict[str, str]]:
    """What people call a document, as a parameter of a message."""
    return [{"say": f"ui.printers_document.{document}"}]


def _pages(paper: Paper, media: str) -> list[dict[str, Any]]:
    """What is on each page: the same head, and its share of the lines."""
    kind = DOCUMENTS[paper.document]
    assert kind.rows is not None
    room = kind.rows(parse_media(media))
    shares = [list(paper.lines[start : start + room]) for start in range(0, len(paper.lines), room)]
    counted = "first" in kind.data.__dataclass_fields__
    head = {**paper.head, "parts": len(shares)}
    if "printed_at" in kind.data.__dataclass_fields__:
        head["printed_at"] = f"{now():%Y-%m-%d %H:%M} UTC"
    return [
        {**head, "lines": lines, "part": number, **({"first": (number - 1) * room + 1} if counted else {})}
        for number, lines in enumerate(shares, 1)
    ]
