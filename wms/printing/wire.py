"""From a row of the printer table to a way to that printer, and from a job to its bytes."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import structlog

import printers
from printers import (
    AddressRefused,
    InvalidField,
    Label,
    NotReachable,
    PrintError,
    escpos,
    escpos_decode,
    zpl,
    zpl_decode,
)
from printers.bitmap import png_of
from printers.media import parse_media
from printers.os_queue import OsQueue
from printers.status import PrinterStatus
from printers.transport import AllowedNetworks, Limits, Sent, Tcp, Transport
from wms.printing.models import Printer

log = structlog.get_logger(__name__)

# Short, so that a station sees within 3 s that a printer is off.
LIMITS = Limits(connect=1.0, send=20.0, answer=1.0, drain=15.0)


@dataclass(frozen=True)
class Target:
    """What must be known of a printer to drive it; `networks` are those printers may live in (CIDR)."""

    id: int
    warehouse_id: int
    code: str
    language: str
    transport: str
    address: str
    dpi: int
    must_answer: bool
    networks: tuple[str, ...]


@dataclass(frozen=True)
class Rendered:
    """Bytes ready to send. `substituted` names fields in which a character had no glyph."""

    payload: bytes
    substituted: tuple[str, ...]


def target(printer: Printer, networks: str) -> Target:
    """The Target of a row; `networks` as in the configuration, comma separated."""
    allowed = tuple(each.strip() for each in networks.split(",") if each.strip())
    return Target(
        printer.id, printer.warehouse_id, printer.code, printer.language, printer.transport, printer.address,
        printer.dpi, printer.must_answer, allowed,
    )  # fmt: skip


def way(to: Target) -> Transport:
    """The transport to a printer. Raises AddressRefused for an address that cannot be one."""
    try:
        if to.transport == "os_queue":
            return OsQueue(to.address)
        host, _, port = to.address.rpartition(":")
        return Tcp(
            host.strip("[]"),
            int(port),
            language=cast(Literal["zpl", "escpos"], to.language),
            must_answer=to.must_answer,
            allowed=AllowedNetworks(to.networks),
            limits=LIMITS,
        )
    except (InvalidField, ValueError) as error:
        raise AddressRefused(f"{to.address}: {error}") from error


def send(to: Target, payload: bytes, on_first_byte: Callable[[], None]) -> Sent:
    """Send a job; see printers.transport.Transport.send."""
    return way(to).send(payload, on_first_byte)


def status(of: Target) -> PrinterStatus:
    """How a printer is; never raises. Silence of one that must answer is blocked, not merely unknown."""
    try:
        heard = way(of).status()
    except AddressRefused:
        return PrinterStatus("blocked", ("address_refused",))
    if heard.state == "unknown" and of.must_answer and of.transport == "tcp":
        return PrinterStatus("blocked", heard.reasons)
    return heard


def reason_of(error: NotReachable) -> str:
    """Why nothing could be sent, as a word for the station."""
    return "address_refused" if isinstance(error, AddressRefused) else "offline"


def render(document: str, data: Mapping[str, Any], media: str, to: Target) -> Rendered:
    """The bytes that print a document on a printer.

    A character no font has is printed as 〓 and its field named: a waybill with a strange mark in the
    buyer's name is better than none. Raises printers.PrintError.
    """
    label = picture(document, data, media, to.dpi)
    names = tuple(field for field, _ in label.substituted)
    if to.language == "escpos":
        width = parse_media(media).dots_wide(to.dpi)
        return Rendered(escpos.encode(label.bitmap, escpos.Profile(width=width)), names)
    return Rendered(zpl.encode(label.bitmap), names)


def warm_up() -> None:
    """Open the fonts now, so that the first label of the day does not wait most of a second for them."""
    try:
        for locale in ("zh_Hans", "zh_Hant", "en"):
            picture("test_page", {"printer": "0123456789", "locale": locale}, "100x180", 203)
    except PrintError:
        log.warning("fonts_not_opened", exc_info=True)


def picture(document: str, data: Mapping[str, Any], media: str, dpi: int) -> Label:
    """The label of a document. Raises printers.PrintError."""
    return printers.render(document, data, media=media, dpi=dpi, on_missing="substitute")


def picture_of_payload(language: str, payload: bytes, dpi: int) -> bytes:
    """A PNG of exactly the dots that a stored payload burns."""
    if language == "escpos":
        return png_of(escpos_decode.decode(payload)[0], dpi)
    return png_of(zpl_decode.decode(payload)[0].bitmap, dpi)
