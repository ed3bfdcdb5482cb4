"""Which printers a warehouse has and what is printed where: found, added, named, tested, changed, switched off."""
from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from printers import DOCUMENTS, InvalidField, PrintError, finding
from printers.errors import AddressRefused
from printers.identity import Identity
from printers.media import parse_media
from printers.os_queue import OsQueue
from printers.profiles import GENERIC, profiles, recognised
from printers.transport import AllowedNetworks
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.layout.models import Station
from wms.printing import queue, service
from wms.printing.events import PrinterChanged
from wms.printing.models import Printer, PrinterRoute, PrintJob
from wms.printing.routes import Route, station_at, stations_of
from wms.printing.rules import usual_media
from wms.printing.wire import networks_of

SLICE = 64  # addresses that are looked at in one answer, so that a page can show how far it is, and stop
MOST = 4096  # addresses of a network that is looked through
HOW_DRAWN = {"language", "dpi", "profile"}  # what a waiting label's bytes depend on
MEDIA = ("100x180", "100x150", "76x130", "100x100", "100x70", "100x50", "60x40", "50x30", "receipt-80", "receipt-58")
TEST = "test_page"
NAMES = {"zpl": "ZPL", "escpos": "ESC/POS"}
_GENERIC = {each.key for each in GENERIC.values()}  # what a printer is driven as that has no profile


def setup(warehouse_id: int, networks: str) -> dict[str, Any]:
    """The printers with all that is set of them and how they stand, the stations, and what goes where."""
    allowed = networks_of(networks)
    wanted = select(Printer).where(Printer.warehouse_id == warehouse_id).order_by(Printer.code)
    stations = db.session.execute(
        select(Station.code, Station.name).where(Station.warehouse_id == warehouse_id).order_by(Station.code)
    )
    printers = described(db.session.execute(wanted).scalars().all())
    return {
        "printers": printers,
        "stations": [{"code": row.code, "name": row.name} for row in stations],
        "routes": routes(warehouse_id),
        "documents": [_document(name) for name in DOCUMENTS if name != TEST],
        "models": models(),
        "networks": list(allowed),
        "suggested": _suggested(printers, allowed),
    }


def described(rows: Sequence[Printer]) -> list[dict[str, Any]]:
    """As stations see printers, and how they are reached. `since`: when the status last changed."""
    return [
        {
            **seen, "transport": row.transport, "address": row.address, "dpi": row.dpi, "active": row.active,
            "must_answer": row.must_answer, "rate": row.rate, "profile": row.profile,
            "since": row.status_at.isoformat() if row.status_at else None,
        }
        for row, seen in zip(rows, service.describe_printers(rows), strict=True)
    ]  # fmt: skip


def models() -> list[dict[str, str]]:
    """The models that a printer may be set to, by name: {key, name, language}. What is none of them has no key."""
    known = [each for key, each in profiles().items() if key not in _GENERIC]
    return [{"key": each.key, "name": each.name, "language": each.language} for each in known]


def routes(warehouse_id: int) -> list[dict[str, Any]]:
    """What is printed where: [{station, document, ways: [{printer, media}]}], the first printer first."""
    rows = db.session.execute(
        select(Station.code, PrinterRoute.document, PrinterRoute.media, Printer.code.label("printer"))
        .join(PrinterRoute, PrinterRoute.station_id == Station.id)
        .join(Printer, Printer.id == PrinterRoute.printer_id)
        .where(Station.warehouse_id == warehouse_id)
        .order_by(Station.code, PrinterRoute.document, PrinterRoute.rank, PrinterRoute.id)
    )
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault((row.code, row.document), []).append({"printer": row.printer, "media": row.media})
    return [{"station": station, "document": document, "ways": ways} for (station, document), ways in found.items()]


def _document(name: str) -> dict[str, Any]:
    fits = [media for media in MEDIA if DOCUMENTS[name].accepts(parse_media(media))]
    return {"name": name, "media": fits, "usual": usual_media(name)}


def _suggested(printers: Sequence[Mapping[str, Any]], allowed: Sequence[str]) -> list[str]:
    """Networks to look through: those of the printers that are known, and those that this machine is in."""
    hosts = {each["address"].rpartition(":")[0].strip("[]") for each in printers if each["transport"] == "tcp"}
    near = [f"{host}/24" for host in sorted(hosts) if _is_v4(host)]
    whole = [str(ipaddress.ip_network(each, strict=False)) for each in near] + finding.own_networks()
    inside = [each for each in dict.fromkeys(whole) if _within(each, allowed)]
    return inside or [each for each in allowed if ipaddress.ip_network(each, strict=False).num_addresses <= MOST]


def _is_v4(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 4
    except ValueError:
        return False


def _within(network: str, allowed: Sequence[str]) -> bool:
    part = ipaddress.ip_network(network, strict=False)
    whole = [ipaddress.ip_network(each, strict=False) for each in allowed]
    return any(part.version == each.version and part.subnet_of(each) for each in whole)  # type: ignore[arg-type]


# ---- finding

def find(networks: str, network: str, start: int) -> dict[str, Any]:
    """What listens at the next addresses of a network from the `start`-th on; `next` None when all were looked at.

    Asks over the network: call it outside of any transaction.
    Raises `printing.outside_networks`, `printing.network_too_large`, `printing.bad_address`.
    """
    allowed = networks_of(networks)
    try:
        part = ipaddress.ip_network(network, strict=False)
    except ValueError:
        raise WmsError("printing.bad_address", address=network) from None
    if not _within(network, allowed):
        raise WmsError("printing.outside_networks", address=str(part), networks=", ".join(allowed))
    if part.num_addresses > MOST:
        raise WmsError("printing.network_too_large", network=str(part), most=MOST)
    addresses = finding.hosts(network, MOST)
    seen = finding.look(addresses[start : start + SLICE], allowed=AllowedNetworks(allowed))
    after = start + SLICE
    return {
        "found": [
            {
                "address": f"{each.address}:{each.port}", "language": each.language, "model": each.model,
                "dpi": each.dpi, "profile": _profile_of(each),
            }
            for each in seen
        ],
        "looked": min(after, len(addresses)), "of": len(addresses), "next": after if after < len(addresses) else None,
    }  # fmt: skip


def _profile_of(found: finding.Found) -> str:
    """The key of the model it says it is, "" for one that is not known here."""
    key = recognised(Identity(found.language, "", found.model)).key if found.model else ""
    return "" if key in _GENERIC else key


# ---- printers

def add(warehouse_id: int, networks: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A new printer. Raises `printing.code_taken`, and as `change` does."""
    its = select(Printer.id).where(Printer.warehouse_id == warehouse_id, Printer.code == given["code"])
    if db.session.execute(its).first() is not None:
        raise WmsError("printing.code_taken", printer=given["code"])
    row = Printer(warehouse_id=warehouse_id, **{"transport": "tcp", **given})
    _require_profile(row)
    _require_address(row, networks)
    db.session.add(row)
    db.session.flush()
    return described([row])[0]


def change(warehouse_id: int, networks: str, code: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Name a printer, say what model it is, move it to another address, switch it off or on. Labels that wait follow
    it: drawn anew for the model, to the new address, or to the next printer of their route.

    Raises `printing.no_such_printer`, `printing.unknown_model`, `printing.model_speaks_otherwise`,
    `printing.bad_address`, `printing.outside_networks`, `printing.address_taken`.
    """
    row = one(warehouse_id, code, lock=True)
    for name, value in given.items():
        setattr(row, name, value)
    if HOW_DRAWN & set(given):
        _require_profile(row)
        queue.draw_anew(row.id)
    if {"address", "transport"} & set(given):
        _require_address(row, networks)
        row.status, row.status_reasons, row.status_at = "unknown", [], now()
    db.session.flush()
    seen = described([row])[0]
    publish(PrinterChanged(warehouse_id, row.code, seen["status"], seen["reasons"], stations_of(row.id)))
    return seen


def one(warehouse_id: int, code: str, *, lock: bool = False) -> Printer:
    """A printer by its code. Raises `printing.no_such_printer`."""
    its = select(Printer).where(Printer.warehouse_id == warehouse_id, Printer.code == code)
    row = db.session.execute(its.with_for_update() if lock else its).scalar_one_or_none()
    if row is None:
        raise WmsError("printing.no_such_printer", printer=code[:64])
    return row


def _require_profile(row: Printer) -> None:
    """One of the models that are known, and of the printer's language."""
    if not row.profile:
        return
    found = profiles().get(row.profile)
    if found is None or found.key in _GENERIC:
        raise WmsError("printing.unknown_model", model=row.profile)
    if found.language != row.language:
        raise WmsError("printing.model_speaks_otherwise", model=found.name, language=NAMES[found.language])


def _require_address(row: Printer, networks: str) -> None:
    """It must be one that jobs can be sent to: said now, in words, instead of by every label later."""
    if row.transport == "os_queue":
        try:
            OsQueue(row.address)
        except InvalidField:
            raise WmsError("printing.bad_address", address=row.address) from None
    elif row.transport == "tcp":
        _require_host(row.address, networks_of(networks))
    same = select(Printer.code).where(
        Printer.transport == row.transport, Printer.address == row.address, Printer.id != (row.id or 0), Printer.active
    )
    with db.session.no_autoflush:
        other = db.session.execute(same.limit(1)).scalar()
    if other is not None:
        raise WmsError("printing.address_taken", printer=other, address=row.address)


def _require_host(address: str, allowed: tuple[str, ...]) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise WmsError("printing.bad_address", address=address)
    try:
        AllowedNetworks(allowed)(ipaddress.ip_address(host.strip("[]")), int(port))
    except AddressRefused:
        raise WmsError("printing.outside_networks", address=address, networks=", ".join(allowed)) from None
    except ValueError:
        return  # a name: where it leads is checked each time it is connected to


# ---- what is printed where

def put_route(warehouse_id: int, station: str, document: str, ways: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """This document of this station goes to these printers, each taking over from the one before it. Returns it.

    Raises `printing.unknown_station`, `printing.no_such_printer`, `printing.printer_twice`,
    `printing.document_does_not_fit`.
    """
    at = station_at(warehouse_id, station, hold=True)
    codes = [way["printer"] for way in ways]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise WmsError("printing.printer_twice", printer=twice, station=station)
    for way in ways:
        _require_fit(document, way["media"])
    printers = [one(warehouse_id, code) for code in codes]
    db.session.execute(
        delete(PrinterRoute).where(PrinterRoute.station_id == at.id, PrinterRoute.document == document)
    )
    for rank, (printer, way) in enumerate(zip(printers, ways, strict=True), 1):
        db.session.add(
            PrinterRoute(
                station_id=at.id, document=document, media=way["media"], printer_id=printer.id, rank=rank
            )
        )
    db.session.flush()
    for printer, seen in zip(printers, described(printers), strict=True):  # the station shows it from now on
        publish(PrinterChanged(warehouse_id, printer.code, seen["status"], seen["reasons"], [at.id]))
    return {"station": station, "document": document, "ways": [dict(way) for way in ways]}


def _require_fit(document: str, media: str) -> None:
    try:
        DOCUMENTS[document].require(parse_media(media))
    except PrintError:
        raise WmsError("printing.document_does_not_fit", document=document, media=media) from None


# ---- the test page

def test_page(warehouse_id: int, code: str, locale: str, asked_by: int | None) -> PrintJob:
    """A page that shows whether a printer is set up well; it goes to this printer and no other.

    Raises `printing.no_such_printer`, `printing.switched_off`.
    """
    row = one(warehouse_id, code)
    if not row.active:
        raise WmsError("printing.switched_off", printer=code)
    station, media = _paper_of(row)
    data = {"printer": f"{row.name} · {row.code}", "printed_at": f"{now():%Y-%m-%d %H:%M} UTC", "locale": locale}
    here = Route(warehouse_id, row.id, row.code, media)
    return service.enqueue_at(
        here, TEST, row.id, station, data, asked_by=asked_by, version=service.one_more(), reference=row.code
    )


def _paper_of(row: Printer) -> tuple[int, str]:
    """A station that prints on it, and what lies in it, as far as its routes say."""
    fits = DOCUMENTS[TEST].accepts
    ways = select(PrinterRoute.station_id, PrinterRoute.media).where(PrinterRoute.printer_id == row.id)
    for way in db.session.execute(ways.order_by(PrinterRoute.rank, PrinterRoute.id)):
        if fits(parse_media(way.media)):
            return way.station_id, way.media
    first = select(func.min(Station.id)).where(Station.warehouse_id == row.warehouse_id)
    usual = "receipt-80" if row.language == "escpos" else usual_media(TEST)
    return int(db.session.execute(first).scalar_one()), usual


def answered(warehouse_id: int, job_id: int, came_out: bool, asked_by: int | None) -> PrintJob:
    """Whoever stands at the printer says whether the page came out; its job says so then.

    Raises `printing.unknown_job`.
    """
    job = service.job(job_id, warehouse_id)
    if job.status == "uncertain":
        return service.resolve(job_id, came_out, warehouse_id=warehouse_id, actor_id=asked_by)
    if job.status in ("sent", "confirmed"):
        job.confirmation, job.reason = ("operator", None) if came_out else (job.confirmation, "did_not_come_out")
        db.session.flush()
    return job
