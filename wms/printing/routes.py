"""Which printer prints what at which station."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from wms.core.db import db
from wms.printing.models import Printer, PrinterRoute


@dataclass(frozen=True)
class Route:
    """A printer and the media it has for a document."""

    printer_id: int
    media: str


def route(station_id: int, document: str) -> Route | None:
    """The first active printer by rank for a document at a station, None when none is set up."""
    found = db.session.execute(
        select(PrinterRoute.printer_id, PrinterRoute.media)
        .join(Printer, Printer.id == PrinterRoute.printer_id)
        .where(PrinterRoute.station_id == station_id, PrinterRoute.document == document, Printer.active)
        .order_by(PrinterRoute.rank, PrinterRoute.id)
        .limit(1)
    ).one_or_none()
    return Route(found.printer_id, found.media) if found else None


def printers_of(station_id: int) -> Sequence[Printer]:
    """The active printers a station prints on, by code."""
    routed = select(PrinterRoute.printer_id).where(PrinterRoute.station_id == station_id)
    return (
        db.session.execute(select(Printer).where(Printer.id.in_(routed), Printer.active).order_by(Printer.code))
        .scalars()
        .all()
    )


def stations_of(printer_id: int) -> list[int]:
    """The ids of the stations that print on a printer."""
    stations = select(PrinterRoute.station_id).where(PrinterRoute.printer_id == printer_id).distinct()
    return sorted(db.session.execute(stations).scalars())
