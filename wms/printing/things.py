"""A label for the thing in hand: what it is, what its label says, and which printers of this place print it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wms.catalog import service as catalog
from wms.catalog.service import Scan
from wms.core.error import WmsError
from wms.layout import service as layout
from wms.printing import labels, routes, says, service
from wms.printing.rules import MOST_COPIES

GOING_ROUND = ("tote", "slot")
KINDS = ("sku", "pack", "lot", "bin", "container")


@dataclass(frozen=True)
class Thing:
    """`id` and `data` are those of the document. `kind`: sku, bin or container."""

    document: str
    id: int
    kind: str
    code: str
    title: str
    picture: str
    data: dict[str, Any]


def thing(warehouse_id: int, code: str, locale: str) -> Thing:
    """What a code stands for, with its label.

    Raises as `catalog.read` does, `printing.nothing_to_label` for what has no label of its own here, and
    `layout.code_not_printable` for a bin whose code no barcode can carry.
    """
    seen = _read(warehouse_id, code)
    if seen.found is None:
        raise WmsError("printing.nothing_to_label", scanned=seen.code)
    if seen.kind == "bin":
        return _bin(warehouse_id, seen.found.id, locale)
    if seen.sku_id is not None:
        return _goods(warehouse_id, seen, locale)
    return _container(warehouse_id, seen.found.id, locale)


def _read(warehouse_id: int, code: str) -> Scan:
    try:
        return catalog.read(code, warehouse_id, *KINDS)
    except WmsError as refused:
        if refused.code.startswith("catalog.expected_"):
            raise WmsError("printing.nothing_to_label", scanned=code) from None
        raise


def _bin(warehouse_id: int, bin_id: int, locale: str) -> Thing:
    data = labels.preview(warehouse_id, "bin_label", bin_id, locale)
    if not layout.printable(data["code"]):
        raise WmsError("layout.code_not_printable", bin=data["code"], most=layout.LONGEST_CODE)
    return Thing("bin_label", bin_id, "bin", data["code"], data["code"], "", data)


def _container(warehouse_id: int, container_id: int, locale: str) -> Thing:
    """A tote, or a slot of a put wall, has a label of its own where one is printed; everything else a licence plate."""
    container, data = says.lpn_label(container_id, locale=locale)
    document = "lpn_label"
    if container.kind in GOING_ROUND and routes.places(warehouse_id, "tote_label"):
        document, data = "tote_label", says.tote_label(container.code, locale)
    return Thing(document, container.id, "container", container.code, container.code, "", data)


def _goods(warehouse_id: int, seen: Scan, locale: str) -> Thing:
    """Goods of which more is known than what they are say it in GS1's codes, where a label of that kind is printed."""
    assert seen.found is not None
    assert seen.sku_id is not None
    lot = seen.lot or (seen.found.code if seen.kind == "lot" else "")
    told: dict[str, Any] = {
        "qty": seen.pack_qty, "lot": lot, "expires_on": seen.expires_on.isoformat() if seen.expires_on else "",
        "locale": locale, "packaging_id": seen.packaging_id,
    }  # fmt: skip
    document = "sku_label"
    sku, data = says.sku_label(seen.sku_id, **told)
    coded = says.gs1_label(seen.sku_id, serial=seen.serial, **told)
    if coded is not None and routes.places(warehouse_id, "gs1_label"):
        document, data = "gs1_label", coded
    return Thing(document, sku.id, "sku", sku.code, sku.name, sku.picture or "", data)


def shown(warehouse_id: int, found: Thing) -> dict[str, Any]:
    """A thing as terminals see it, with the places where its label can come out."""
    about = {"kind": found.kind, "code": found.code, "title": found.title, "picture": found.picture}
    more = {"lot": found.data.get("lot", ""), "qty": found.data.get("qty", 1)}
    return {"thing": {**about, **more}, "places": places_of(warehouse_id, found.document), "most": MOST_COPIES}


def places_of(warehouse_id: int, document: str) -> list[dict[str, Any]]:
    """The stations that have a printer for a document, each with that printer and how it stands."""
    rows = routes.places(warehouse_id, document)
    printers = service.describe_printers([row.Printer for row in rows])
    return [
        {"id": row.Station.id, "code": row.Station.code, "name": row.Station.name, "printer": printer}
        for row, printer in zip(rows, printers, strict=True)
    ]


def print_thing(
    warehouse_id: int, code: str, station: str, copies: int, *, locale: str, asked_by: int | None
) -> tuple[Thing, str]:
    """Ask for so many labels of what a code stands for; returns it, and the printer's code.

    Raises as `thing`, and `printing.no_label_printer` when the station has none for it.
    """
    found = thing(warehouse_id, code, locale)
    place = next((each for each in places_of(warehouse_id, found.document) if each["code"] == station), None)
    if place is None:
        raise WmsError("printing.no_label_printer", station=station, document=found.document)
    first = says.one_more()
    for at in range(copies):
        service.enqueue(
            found.document, found.id, place["id"], found.data, asked_by=asked_by, version=first + at,
            reference=found.code,
        )  # fmt: skip
    return found, place["printer"]["code"]
