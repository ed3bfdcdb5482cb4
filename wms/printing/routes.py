"""Which printer prints what at which station."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from wms.core.db import db
from wms.layout.models import Station
from wms.printing.models import Printer, PrinterRoute


@dataclass(frozen=True)
class Route:
    """Where a document of a station is printed; without a printer only the warehouse is known."""

    warehouse_id: int
    printer_id: int | None
    printer: str | None
    media: str | None


def route(station_id: int, document: str) -> Route:
    """The first active printer by rank for a document at a station."""
    ways = (
        select(PrinterRoute.station_id, PrinterRoute.rank, PrinterRoute.media, Printer.id, Printer.code)
        .join(Printer, Printer.id == PrinterRoute.printer_id)
        .where(PrinterRoute.station_id == station_id, PrinterRoute.document == document, Printer.active)
        .subquery()
    )
    found = db.session.execute(
        select(Station.warehouse_id, ways.c.id, ways.c.code, ways.c.media)
        .outerjoin(ways, ways.c.station_id == Station.id)
        .where(Station.id == station_id)
        .order_by(ways.c.rank, ways.c.id)
        .limit(1)
    ).one()
    return Route(*found)


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
