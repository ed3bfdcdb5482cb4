"""Which printer prints what at which station."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Row, Text, and_, bindparam, false, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import Station
from wms.printing.lifecycle import JOB
from wms.printing.models import Printer, PrinterRoute
from wms.printing.rules import usual_media

NO_PRINTER = "no_printer"


@dataclass(frozen=True)
class Route:
    """Where a document of a station is printed; without a printer only the warehouse is known."""

    warehouse_id: int
    printer_id: int | None
    printer: str | None
    media: str | None

    def placed(self, document: str, media: str | None = None) -> dict[str, Any]:
        """Where and how a job stands that is to come out here, of which nothing is drawn yet. Without a printer it
        waits, blocked, until there is one; `media` is what was asked for."""
        if self.printer_id is None:
            other = media or usual_media(document)
            return {"printer_id": None, "media": other, "status": "blocked", "reason": NO_PRINTER}
        return {"printer_id": self.printer_id, "media": self.media, "status": JOB.initial, "reason": None}


# So long a printer may be stopped before its labels go to the next one: a roll is changed in less.
PATIENCE = timedelta(seconds=10)


def stopped(printer: Any = Printer) -> ColumnElement[bool]:
    """Whether a printer has been unable to print for longer than it takes to see to it: it says so, or nobody drives it
    any more. One that nobody has driven yet is not stopped."""
    return func.coalesce(or_(_blocked(printer), printer.lease_until < _patient()), false())


def usable(printer: Any = Printer, since: Any = None) -> ColumnElement[bool]:
    """Whether labels may go to a printer instead of another: somebody drives it, and it is not stopped. `since` is when
    what is stopped was so already, if not `PATIENCE` before now."""
    return func.coalesce(and_(~_blocked(printer, since), printer.lease_until >= _patient()), false())


def _blocked(printer: Any, since: Any = None) -> ColumnElement[bool]:
    since = now() - PATIENCE if since is None else since
    return and_(printer.status == "blocked", func.coalesce(printer.status_at < since, false()))


def _patient() -> ColumnElement[Any]:
    moment: ColumnElement[Any] = func.clock_timestamp() - PATIENCE
    return moment


_MEDIA = bindparam("media", type_=Text)
_WAYS = (
    select(
        PrinterRoute.station_id, PrinterRoute.rank, PrinterRoute.media, Printer.id, Printer.code,
        usable(since=bindparam("since", type_=DateTime(timezone=True))).label("usable"),
    )
    .join(Printer, Printer.id == PrinterRoute.printer_id)
    .where(PrinterRoute.station_id == bindparam("station_id"), PrinterRoute.document == bindparam("document"))
    .where(Printer.active, or_(_MEDIA.is_(None), PrinterRoute.media == _MEDIA))
    .subquery()
)  # fmt: skip
# Made once: each document of a parcel asks it, and to put it together takes longer than to carry it out.
_ROUTE = (
    select(Station.warehouse_id, _WAYS.c.id, _WAYS.c.code, _WAYS.c.media)
    .outerjoin(_WAYS, _WAYS.c.station_id == Station.id)
    .where(Station.id == bindparam("station_id"))
    .order_by(_WAYS.c.usable.desc(), _WAYS.c.rank, _WAYS.c.id)
    .limit(1)
)


def route(station_id: int, document: str, media: str | None = None) -> Route:
    """The first active printer by rank for a document at a station; one that is not `usable` only if none is: while
    nobody drives any, documents wait for the printer that they belong to.

    `media`: only one that this is in.
    """
    asked = {"station_id": station_id, "document": document, "media": media, "since": now() - PATIENCE}
    return Route(*db.session.execute(_ROUTE, asked).one())


def prints_here(station_id: int, document: str) -> bool:
    """Whether a printer is set up for a document at a station."""
    return route(station_id, document).printer_id is not None


def station_at(warehouse_id: int, code: str, *, hold: bool = False) -> Station:
    """A station by its code; `hold`: nobody changes it until the commit. Raises `printing.unknown_station`."""
    here = select(Station).where(Station.warehouse_id == warehouse_id, Station.code == code)
    found = db.session.execute(here.with_for_update(key_share=True) if hold else here).scalar_one_or_none()
    if found is None:
        raise WmsError("printing.unknown_station", station=code)
    return found


def places(warehouse_id: int, document: str, media: str | None = None) -> Sequence[Row[tuple[Station, Printer]]]:
    """The stations that print a document (on this `media`), by code, each with the first printer that does."""
    ways = (
        select(Station, Printer)
        .join(PrinterRoute, PrinterRoute.station_id == Station.id)
        .join(Printer, Printer.id == PrinterRoute.printer_id)
        .where(Station.warehouse_id == warehouse_id, PrinterRoute.document == document, Printer.active)
        .where(*([] if media is None else [PrinterRoute.media == media]))
        .ext(distinct_on(Station.code))
        .order_by(Station.code, PrinterRoute.rank, PrinterRoute.id)
    )
    return db.session.execute(ways).all()


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
