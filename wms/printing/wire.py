"""From a row of the printer table to a way to that printer, and from a job to its bytes."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import structlog

import printers
from printers import (
    AddressRefused,
    InvalidField,
    Label,
    PrintError,
    encoding,
    escpos,
    escpos_decode,
    zpl,
    zpl_decode,
)
from printers.bitmap import png_of
from printers.media import parse_media
from printers.os_queue import OsQueue
from printers.profiles import GENERIC, Language, Profile, profiles
from printers.status import PrinterStatus
from printers.templates import render_template, sample
from printers.transport import AllowedNetworks, Limits, Sent, Tcp, Transport
from wms.printing.models import Printer
from wms.printing.templates import Arranged

log = structlog.get_logger(__name__)

# Short, so that a station sees within 3 s that a printer is off.
LIMITS = Limits(connect=1.0, send=20.0, answer=1.0, drain=15.0)


@dataclass(frozen=True)
class Target:
    """What must be known of a printer to drive it; `networks` are those printers may live in (CIDR). `profile` is the
    key of its model, "" where that is not known."""

    id: int
    warehouse_id: int
    code: str
    language: str
    transport: str
    address: str
    dpi: int
    must_answer: bool
    networks: tuple[str, ...]
    rate: int | None = None  # labels a minute at most
    profile: str = ""

    @property
    def model(self) -> Profile:
        """What is known of it: of its model, else (or where a later version knows that one no more) of its language."""
        return profiles().get(self.profile) or GENERIC[cast(Language, self.language)]


@dataclass(frozen=True)
class Rendered:
    """Bytes ready to send. `substituted` names fields in which a character had no glyph."""

    payload: bytes
    substituted: tuple[str, ...]
    template_version_id: int | None = None


def target(printer: Printer, networks: str) -> Target:
    """The Target of a row; `networks` as in the configuration, comma separated."""
    return Target(
        printer.id, printer.warehouse_id, printer.code, printer.language, printer.transport, printer.address,
        printer.dpi, printer.must_answer, networks_of(networks), printer.rate, printer.profile,
    )  # fmt: skip


def networks_of(listed: str) -> tuple[str, ...]:
    """The networks that printers may live in, as the configuration lists them."""
    return tuple(each.strip() for each in listed.split(",") if each.strip())


def way(to: Target) -> Transport:
    """The transport to a printer; to an address that cannot be one, a transport that says so."""
    try:
        if to.transport == "os_queue":
            return OsQueue(to.address)
        host, _, port = to.address.rpartition(":")
        return Tcp(
            host.strip("[]"),
            int(port),
            profile=to.model,
            must_answer=to.must_answer,
            allowed=AllowedNetworks(to.networks),
            limits=LIMITS,
        )
    except (InvalidField, ValueError) as error:
        return _NoWay(AddressRefused(f"{to.address}: {error}"))


class _NoWay:
    def __init__(self, error: AddressRefused) -> None:
        self._error = error

    def send(self, *_: object) -> Sent:
        raise self._error

    def status(self) -> PrinterStatus:
        return PrinterStatus("blocked", self._error.reasons)


def render(
    document: str, data: Mapping[str, Any], media: str, to: Target, template: Arranged | None = None
) -> Rendered:
    """The bytes that print a document on a printer, arranged by a template or as the document draws itself.

    A character no font has is printed as 〓 and its field named: a waybill with a strange mark in the
    buyer's name is better than none. Raises printers.PrintError.
    """
    label = picture(document, data, _within(media, to), to.dpi, template)
    version = template.version_id if template else None
    names = tuple(field for field, _ in label.substituted)
    width = _head(to) if to.profile else label.width
    return Rendered(encoding.encode(to.model, label.bitmap, width=width), names, version)


def _within(media: str, to: Target) -> str:
    """The paper as this model prints on it: on a roll that is wider than its head, no farther than that reaches."""
    roll = parse_media(media)
    narrow = to.profile and to.language == "escpos" and roll.is_roll and roll.dots_wide(to.dpi) > _head(to)
    return f"{media.partition(':')[0]}:{_head(to)}" if narrow else media


def _head(to: Target) -> int:
    """How many dots the model has across."""
    return to.model.width(to.dpi) or max(dots for _, dots in to.model.widths)


def warm_up() -> None:
    """Open the fonts and load the encoders, so that the first label of the day does not wait a second for them."""
    try:
        for locale in ("zh_Hans", "zh_Hant", "en"):
            label = picture("waybill", sample("waybill", "usual", locale), "100x180", 203)
        zpl.encode(label.bitmap)
        escpos.encode(label.bitmap[:8, :8])
    except PrintError:
        log.warning("fonts_not_opened", exc_info=True)


def picture(
    document: str, data: Mapping[str, Any], media: str, dpi: int, template: Arranged | None = None
) -> Label:
    """The label of a document. Raises printers.PrintError."""
    if template is not None:
        return render_template(template.read(), data, dpi=dpi, on_missing="substitute")
    return printers.render(document, data, media=media, dpi=dpi, on_missing="substitute")


def picture_of_payload(language: str, payload: bytes, dpi: int) -> bytes:
    """A PNG of exactly the dots that a stored payload burns."""
    if language == "escpos":
        return png_of(escpos_decode.decode(payload)[0], dpi)
    return png_of(zpl_decode.decode(payload)[0].bitmap, dpi)
