"""One question finds anything: goods, bins, lots, serial numbers, containers, orders, receipts, people, moves.

What the text stands for exactly comes first, whatever a label carries; then what begins with it, by index; then
goods and people whose name has it inside.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from wms.catalog import service as catalog
from wms.core.bounds import LARGEST
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import clean, resolve
from wms.insight import story

SHOWN = 6  # of each kind; who wants more types on
SHORTEST_LABEL = 12  # characters of a GS1 element string that names a lot or serial number of goods


@dataclass(frozen=True)
class Hit:
    """One thing that was found: `id` leads to it, `note` is what tells it from others of that code."""

    kind: str
    id: int | str
    code: str
    label: str
    note: str = ""
    picture: str = ""


def find(warehouse_id: int, q: str) -> list[dict[str, Any]]:
    """What `q` may stand for in a warehouse: `[{kind, items: [{id, code, label, note, picture}], more}]`.

    The kind of the best hit comes first. `more`: there are others of that kind.
    """
    wanted = clean(q)
    if not wanted:
        return []
    return _grouped([*_exact(warehouse_id, wanted), *_on_label(warehouse_id, wanted), *_begins(warehouse_id, wanted)])


def _exact(warehouse_id: int, q: str) -> list[Hit]:
    """What carries just this code, or the barcode, SSCC or waybill of it."""
    hits: list[Hit] = []
    for thing in resolve(q, warehouse_id):
        if thing.kind in ("sku", "pack"):
            hits += _rows("sku", _FETCH["sku"], id=thing.sku_id)
        elif thing.kind == "waybill":
            hits += _rows("order", _FETCH["order"], warehouse_id=warehouse_id, id=story.find(warehouse_id, q))
        elif (kind := thing.family or thing.kind) in _FETCH:
            hits += _rows(kind, _FETCH[kind], warehouse_id=warehouse_id, id=thing.id)
    return hits


def _on_label(warehouse_id: int, q: str) -> list[Hit]:
    """The lot and the serial number that a GS1 label names beside its goods."""
    if len(q) < SHORTEST_LABEL:
        return []
    try:
        scan = catalog.read(q, warehouse_id)
    except WmsError:
        return []
    here = {"warehouse_id": warehouse_id, "sku_id": scan.sku_id, "code": scan.lot}
    lots = _rows("lot", _LOT.format(which="l.code = :code AND l.sku_id = :sku_id"), **here) if scan.lot else []
    if not scan.serial:
        return lots
    here["code"] = scan.serial
    return _rows("serial", _SERIAL.format(which="r.code = :code AND r.sku_id = :sku_id"), **here) + lots


def _begins(warehouse_id: int, q: str) -> list[Hit]:
    """What begins with it, and goods and people whose name has it inside."""
    pattern = _like(q)
    given: dict[str, Any] = {
        "warehouse_id": warehouse_id, "q": q, "begin": f"{pattern}%", "upper": f"{_like(q.upper())}%",
        "inside": f"%{pattern}%", "most": SHOWN + 1,
    }  # fmt: skip
    hits = [hit for kind, query in _BEGINS for hit in _rows(kind, query, **given)]
    if q.isdecimal() and int(q) <= LARGEST:
        hits += _rows("move", _MOVE, **given, id=int(q))
    return hits


def _like(q: str) -> str:
    return q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(kind: str, query: str, **given: Any) -> list[Hit]:
    used = {name: value for name, value in given.items() if f":{name}" in query}
    return [_hit(kind, row) for row in db.session.execute(text(query), used)]


def _hit(kind: str, row: Row[Any]) -> Hit:
    return Hit(kind, row.id, row.code, row.label or "", row.note or "", getattr(row, "picture", "") or "")


def _grouped(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    groups: dict[str, dict[int | str, Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.kind, {}).setdefault(hit.id, hit)
    return [
        {
            "kind": kind,
            "items": [
                {name: value for name, value in vars(hit).items() if name != "kind"}
                for hit in list(found.values())[:SHOWN]
            ],
            "more": len(found) > SHOWN,
        }
        for kind, found in groups.items()
    ]


_SKU = "SELECT s.id, s.code, s.name AS label, '' AS note, s.picture FROM sku s"
_BIN = """
    SELECT b.id, b.code, coalesce(z.name, b.kind) AS label, coalesce(b.blocked_reason, '') AS note
    FROM bin b LEFT JOIN zone z ON z.id = b.zone_id
    WHERE b.warehouse_id = :warehouse_id AND {which}
"""
# Lots belong to a SKU, not to a house: only those are told that have been in this one.
_LOT = """
    SELECT l.id, l.code, s.name AS label, s.code AS note FROM stock_lot l JOIN sku s ON s.id = l.sku_id
    WHERE {which} AND EXISTS (SELECT 1 FROM stock_balance b WHERE b.warehouse_id = :warehouse_id
                              AND b.sku_id = l.sku_id AND b.lot = l.code)
"""
_SERIAL = """
    SELECT r.id, r.code, s.name AS label, coalesce(b.code, '') AS note
    FROM stock_serial r JOIN sku s ON s.id = r.sku_id LEFT JOIN bin b ON b.id = r.bin_id
    WHERE r.warehouse_id = :warehouse_id AND {which}
"""
_CONTAINER = """
    SELECT c.id, c.code, c.kind AS label, coalesce(b.code, '') AS note
    FROM container c LEFT JOIN bin b ON b.id = c.bin_id
    WHERE c.warehouse_id = :warehouse_id AND {which}
"""
_ORDER = """
    SELECT o.id, o.number AS code, h.name AS label, '' AS note
    FROM sales_order o JOIN shop h ON h.id = o.shop_id WHERE o.warehouse_id = :warehouse_id AND {which}
"""
_RECEIPT = """
    SELECT r.number AS id, r.number AS code, r.supplier AS label, '' AS note
    FROM receipt r WHERE r.warehouse_id = :warehouse_id AND {which}
"""
_PERSON = """
    SELECT p.id, p.name AS code, string_agg(DISTINCT g.post, ' ') AS label, '' AS note
    FROM person p JOIN posting g ON g.person_id = p.id AND g.warehouse_id = :warehouse_id
    WHERE {which} GROUP BY p.id
"""
_REFERENCE = """
    SELECT m.reference AS id, m.reference AS code, m.reason AS label, '' AS note FROM stock_move m
    WHERE m.reference = :q AND m.warehouse_id = :warehouse_id ORDER BY m.id DESC LIMIT 1
"""
_MOVE = """
    SELECT m.id, cast(m.id AS text) AS code, s.name AS label, m.reason AS note FROM stock_move m
    JOIN sku s ON s.id = m.sku_id WHERE m.id = :id AND m.warehouse_id = :warehouse_id
"""


def _begin(column: str) -> str:
    """Labels are upper case, hands type lower case; both are found by an index."""
    return f"({column} LIKE :begin OR {column} LIKE :upper)"


_FETCH = {
    "sku": f"{_SKU} WHERE s.id = :id",
    "bin": _BIN.format(which="b.id = :id"),
    "lot": _LOT.format(which="l.id = :id"),
    "serial": _SERIAL.format(which="r.id = :id"),
    "person": _PERSON.format(which="p.id = :id"),
    "container": _CONTAINER.format(which="c.id = :id"),
    "order": _ORDER.format(which="o.id = :id"),
}
_BEGINS: tuple[tuple[str, str], ...] = (
    ("sku", f"{_SKU} WHERE {_begin('s.code')} ORDER BY s.code LIMIT :most"),
    ("sku", f"{_SKU} JOIN barcode c ON c.sku_id = s.id WHERE c.code LIKE :begin ORDER BY c.code LIMIT :most"),
    ("bin", _BIN.format(which=_begin("b.code")) + "ORDER BY b.code LIMIT :most"),
    ("lot", _LOT.format(which=_begin("l.code")) + "ORDER BY l.code LIMIT :most"),
    ("serial", _SERIAL.format(which=_begin("r.code")) + "ORDER BY r.code LIMIT :most"),
    ("container", _CONTAINER.format(which=_begin("c.code")) + "ORDER BY c.code LIMIT :most"),
    ("order", _ORDER.format(which=_begin("o.number")) + "ORDER BY o.number LIMIT :most"),
    ("receipt", _RECEIPT.format(which=_begin("r.number")) + "ORDER BY r.number LIMIT :most"),
    ("reference", _REFERENCE),
    ("sku", f"{_SKU} WHERE s.name ILIKE :inside OR s.code ILIKE :inside ORDER BY s.code LIMIT :most"),
    ("person", _PERSON.format(which="p.name ILIKE :inside") + "ORDER BY p.name LIMIT :most"),
)  # fmt: skip
