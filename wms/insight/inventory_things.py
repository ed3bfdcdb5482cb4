"""One thing of the stock as the desk shows it: a SKU, bin, lot, serial number, container or person."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.insight.inventory_list import money
from wms.insight.inventory_time import first_move_since
from wms.layout.models import INSIDE, PROMISABLE

LISTED = 200  # reservations, packs, children


def _rows(query: str, **given: Any) -> list[Row[Any]]:
    return list(db.session.execute(text(query), given))


def _one(thing: str, key: Any, query: str, **given: Any) -> Row[Any]:
    found = _rows(query, **given)
    if not found:
        raise WmsError("core.not_found", thing=thing, key=key)
    return found[0]


def _plain(row: Row[Any]) -> dict[str, Any]:
    """A row as JSON: dates and moments in ISO 8601."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row._mapping.items()
    }


# ---- a SKU

_SKU = """
    SELECT id, code, name, picture, active, weight_g, length_mm, width_mm, height_mm, handling, lot_tracking,
           serial_tracking, expiry_tracked, shelf_life_days, min_days_receipt, min_days_shipping
    FROM sku WHERE id = :sku_id
"""
_BY_PLACE = """
    SELECT bin.kind, b.condition, sum(b.on_hand) AS on_hand, sum(b.held) AS held, count(*) AS places
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = :sku_id AND b.on_hand > 0 AND bin.kind = ANY(:inside)
    GROUP BY 1, 2
"""
_LEVEL = """
    SELECT coalesce(sum(on_hand), 0) AS on_hand, coalesce(sum(promised), 0) AS promised
    FROM stock_level WHERE warehouse_id = :warehouse_id AND sku_id = :sku_id
"""
_COMING = """
    SELECT coalesce(sum(l.shipped - l.received), 0) AS pieces FROM stock_transfer t
    JOIN stock_transfer_line l ON l.transfer_id = t.id
    WHERE t.to_warehouse_id = :warehouse_id AND t.status = 'in_transit' AND l.sku_id = :sku_id
"""
_COST = "SELECT qty, value FROM stock_cost WHERE warehouse_id = :warehouse_id AND sku_id = :sku_id"
_CLASS = """
    SELECT velocity, pieces_a_day, lines_a_day, computed_at FROM stock_class
    WHERE warehouse_id = :warehouse_id AND sku_id = :sku_id
"""
_HOLDS = """
    SELECT h.id, h.origin, h.reference, h.qty, h.at, bin.id AS bin_id, bin.code AS bin, b.lot,
           o.id AS order_id, o.number AS order_number, w.number AS wave
    FROM stock_balance b JOIN stock_hold h ON h.balance_id = b.id AND h.status = 'open' JOIN bin ON bin.id = b.bin_id
    LEFT JOIN order_line l ON l.id = h.order_line_id LEFT JOIN sales_order o ON o.id = l.order_id
    LEFT JOIN wave_order wo ON wo.order_id = o.id AND wo.active LEFT JOIN wave w ON w.id = wo.wave_id
    WHERE b.warehouse_id = :warehouse_id AND b.held > 0 AND {which} ORDER BY h.id DESC LIMIT :most
"""
_PROMISES = """
    SELECT p.id, p.qty, p.at, o.id AS order_id, o.number AS order_number, o.promised_at
    FROM stock_promise p JOIN order_line l ON l.id = p.order_line_id JOIN sales_order o ON o.id = l.order_id
    WHERE p.warehouse_id = :warehouse_id AND p.sku_id = :sku_id AND p.status = 'open' AND p.qty > 0
    ORDER BY o.promised_at, p.id LIMIT :most
"""


def sku(warehouse_id: int, sku_id: int) -> dict[str, Any]:
    """`{sku, totals, cost, velocity, holds, promises, barcodes, packs}`; pieces, money as decimal strings.

    `totals.available` is what may still be promised. Raises `core.not_found`.
    """
    facts = _plain(_one("sku", sku_id, _SKU, sku_id=sku_id))
    here = {"warehouse_id": warehouse_id, "sku_id": sku_id}
    listed = here | {"most": LISTED}
    return {
        "sku": facts,
        "totals": _totals(here),
        "cost": _cost(here),
        "velocity": next((_class(row) for row in _rows(_CLASS, **here)), None),
        "holds": [_plain(row) for row in _rows(_HOLDS.format(which="b.sku_id = :sku_id"), **listed)],
        "promises": [_plain(row) for row in _rows(_PROMISES, **listed)],
        "barcodes": [
            _plain(row)
            for row in _rows(
                "SELECT c.code, p.code AS pack FROM barcode c LEFT JOIN packaging p ON p.id = c.packaging_id "
                "WHERE c.sku_id = :sku_id ORDER BY c.id LIMIT :most", sku_id=sku_id, most=LISTED,
            )
        ],
        "packs": [
            _plain(row)
            for row in _rows("SELECT code, qty FROM packaging WHERE sku_id = :sku_id ORDER BY qty", sku_id=sku_id)
        ],
    }  # fmt: skip


def _totals(here: Mapping[str, Any]) -> dict[str, int]:
    rows = _rows(_BY_PLACE, **here, inside=list(INSIDE))
    level = _rows(_LEVEL, **here)[0]

    def pieces(wanted: Any) -> int:
        return int(sum(row.on_hand for row in rows if wanted(row)))

    return {
        "on_hand": pieces(lambda row: True),
        "good": pieces(lambda row: row.condition == "good" and row.kind in PROMISABLE),
        "promised": int(level.promised),
        "held": int(sum(row.held for row in rows)),
        "available": int(level.on_hand - level.promised),
        "damaged": pieces(lambda row: row.condition == "damaged"),
        "quarantine": pieces(lambda row: row.condition == "quarantine" or row.kind == "quarantine"),
        "returned": pieces(lambda row: row.condition == "returned"),
        "arriving": pieces(lambda row: row.kind == "receive"),
        "leaving": pieces(lambda row: row.kind in ("stage", "packed")),
        "transit": pieces(lambda row: row.kind == "transit"),
        "coming": int(_rows(_COMING, **here)[0].pieces),
        "places": sum(row.places for row in rows),
    }


def _cost(here: Mapping[str, Any]) -> dict[str, str | None] | None:
    found = _rows(_COST, **here)
    if not found:
        return None
    row = found[0]
    return {"value": money(row.value), "average": money(row.value / row.qty) if row.qty else None}


def _class(row: Row[Any]) -> dict[str, Any]:
    return {
        "class": row.velocity,
        "pieces_a_day": float(row.pieces_a_day),
        "lines_a_day": float(row.lines_a_day),
        "at": row.computed_at.isoformat(),
    }


# Only what crosses the walls of the house changes how much of a SKU it has.
_CROSSING = """
    SELECT date_trunc('day', m.at)::date AS day,
           sum(CASE WHEN t.kind = ANY(:inside) THEN m.qty ELSE 0 END) AS came,
           sum(CASE WHEN f.kind = ANY(:inside) THEN m.qty ELSE 0 END) AS went
    FROM stock_move m JOIN bin f ON f.id = m.from_bin_id JOIN bin t ON t.id = m.to_bin_id
    WHERE m.warehouse_id = :warehouse_id AND m.sku_id = :sku_id AND m.id >= :since
      AND (f.kind = ANY(:inside)) <> (t.kind = ANY(:inside))
    GROUP BY 1 ORDER BY 1
"""
_NOW = """
    SELECT coalesce(sum(b.on_hand), 0) AS on_hand FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = :sku_id AND bin.kind = ANY(:inside)
"""


def curve(warehouse_id: int, sku_id: int, days: int) -> list[dict[str, Any]]:
    """How much of a SKU the house had at the end of each of the last days, and what came and went that day (UTC)."""
    today = now().date()
    here = {"warehouse_id": warehouse_id, "sku_id": sku_id, "inside": list(INSIDE)}
    start = now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    crossed = {row.day: row for row in _rows(_CROSSING, **here, since=first_move_since(start))}
    left = int(_rows(_NOW, **here)[0].on_hand)
    told: list[dict[str, Any]] = []
    for back in range(days):
        day = today - timedelta(days=back)
        row = crossed.get(day)
        came, went = (int(row.came), int(row.went)) if row else (0, 0)
        told.append({"day": day.isoformat(), "on_hand": left, "came": came, "went": went})
        left += went - came
    return told[::-1]


# ---- a bin

_BIN = """
    SELECT b.id, b.code, b.kind, b.aisle, b.bay, b.side, b.level, b.y_mm, b.pick_order, b.blocked_reason, b.velocity,
           b.capacity_ml, b.max_weight_g, b.max_skus, b.mix_lots, b.mix_owners, z.id AS zone_id, z.code AS zone,
           z.name AS zone_name, z.colour AS zone_colour
    FROM bin b LEFT JOIN zone z ON z.id = b.zone_id WHERE b.id = :bin_id AND b.warehouse_id = :warehouse_id
"""
_IN_BIN = """
    SELECT count(*) AS places, coalesce(sum(b.on_hand), 0) AS on_hand, coalesce(sum(b.held), 0) AS held,
           count(DISTINCT b.sku_id) AS skus,
           coalesce(sum(b.on_hand * s.length_mm * s.width_mm * s.height_mm), 0) / 1000 AS volume_ml,
           coalesce(sum(b.on_hand * s.weight_g), 0) AS weight_g,
           coalesce(sum(b.on_hand) FILTER (WHERE s.length_mm * s.width_mm * s.height_mm = 0), 0) AS unmeasured,
           min(l.expires_on) AS expires_on
    FROM stock_balance b JOIN sku s ON s.id = b.sku_id
    LEFT JOIN stock_lot l ON l.sku_id = b.sku_id AND l.code = b.lot AND b.lot <> ''
    WHERE b.bin_id = :bin_id AND b.on_hand > 0
"""
_LAST = """
    SELECT greatest((SELECT at FROM stock_move WHERE from_bin_id = :bin_id ORDER BY id DESC LIMIT 1),
                    (SELECT at FROM stock_move WHERE to_bin_id = :bin_id ORDER BY id DESC LIMIT 1)) AS moved_at
"""


def bin(warehouse_id: int, bin_id: int) -> dict[str, Any]:
    """`{bin, totals, holds}`: what it is, what lies in it against what may, who holds some. Raises `core.not_found`."""
    facts = _plain(_one("bin", bin_id, _BIN, bin_id=bin_id, warehouse_id=warehouse_id))
    totals = _plain(_rows(_IN_BIN, bin_id=bin_id)[0]) | _plain(_rows(_LAST, bin_id=bin_id)[0])
    counts = ("on_hand", "held", "volume_ml", "weight_g", "unmeasured")
    holds = _rows(_HOLDS.format(which="b.bin_id = :bin_id"), warehouse_id=warehouse_id, bin_id=bin_id, most=LISTED)
    return {
        "bin": facts,
        "totals": totals | {name: int(totals[name]) for name in counts},
        "holds": [_plain(row) for row in holds],
    }


# ---- lots, serial numbers, containers, people

_LOT = """
    SELECT l.id, l.code, l.produced_on, l.expires_on, l.received_at, s.id AS sku_id, s.code AS sku, s.name, s.picture,
           sum(b.on_hand) AS on_hand, sum(b.held) AS held, count(*) FILTER (WHERE b.on_hand > 0) AS places
    FROM stock_lot l JOIN sku s ON s.id = l.sku_id
    JOIN stock_balance b ON b.warehouse_id = :warehouse_id AND b.sku_id = l.sku_id AND b.lot = l.code
    WHERE l.id = :lot_id GROUP BY l.id, s.id
"""
_SERIAL = """
    SELECT r.id, r.code, r.lot, r.condition, r.seen_at, s.id AS sku_id, s.code AS sku, s.name, s.picture,
           b.id AS bin_id, b.code AS bin, c.id AS container_id, c.code AS container, o.code AS owner
    FROM stock_serial r JOIN sku s ON s.id = r.sku_id JOIN owner o ON o.id = r.owner_id
    LEFT JOIN bin b ON b.id = r.bin_id LEFT JOIN container c ON c.id = r.container_id
    WHERE r.id = :serial_id AND r.warehouse_id = :warehouse_id
"""
_CONTAINER = """
    SELECT c.id, c.code, c.kind, p.id AS parent_id, p.code AS parent, coalesce(c.bin_id, held.bin_id) AS bin_id,
           bin.code AS bin
    FROM container c LEFT JOIN container p ON p.id = c.parent_id
    LEFT JOIN LATERAL (SELECT b.bin_id FROM stock_balance b WHERE b.container_id = c.id AND b.on_hand > 0
                       LIMIT 1) held ON true
    LEFT JOIN bin ON bin.id = coalesce(c.bin_id, held.bin_id)
    WHERE c.id = :container_id AND c.warehouse_id = :warehouse_id
"""
_CHILDREN = "SELECT id, code, kind FROM container WHERE parent_id = :container_id ORDER BY code LIMIT :most"
_PERSON = """
    SELECT p.id, p.name, p.active, array_agg(g.post ORDER BY g.post) AS posts
    FROM person p JOIN posting g ON g.person_id = p.id AND g.warehouse_id = :warehouse_id
    WHERE p.id = :person_id GROUP BY p.id
"""
_DONE = """
    SELECT m.reason, count(*) AS moves, sum(m.qty) AS pieces FROM stock_move m
    WHERE m.actor_id = :person_id AND m.id >= :since AND m.warehouse_id = :warehouse_id GROUP BY 1 ORDER BY 2 DESC
"""


def lot(warehouse_id: int, lot_id: int) -> dict[str, Any]:
    """A lot that has been in this house. Raises `core.not_found`."""
    row = _one("lot", lot_id, _LOT, lot_id=lot_id, warehouse_id=warehouse_id)
    left = (row.expires_on - now().date()).days if row.expires_on else None
    return _plain(row) | {"on_hand": int(row.on_hand), "held": int(row.held), "days_left": left}


def serial(warehouse_id: int, serial_id: int) -> dict[str, Any]:
    """A piece with a number of its own, and where it is; `bin` null outside the house. Raises `core.not_found`."""
    return _plain(_one("serial", serial_id, _SERIAL, serial_id=serial_id, warehouse_id=warehouse_id))


def container(warehouse_id: int, container_id: int) -> dict[str, Any]:
    """A container, what it stands in and what stands in it. Raises `core.not_found`."""
    row = _one("container", container_id, _CONTAINER, container_id=container_id, warehouse_id=warehouse_id)
    inside = _rows(_CHILDREN, container_id=container_id, most=LISTED)
    return _plain(row) | {"children": [_plain(each) for each in inside]}


def person(warehouse_id: int, person_id: int) -> dict[str, Any]:
    """Somebody of this house, and what they moved in the last 24 hours, by reason. Raises `core.not_found`."""
    facts = _plain(_one("person", person_id, _PERSON, person_id=person_id, warehouse_id=warehouse_id))
    since = first_move_since(now() - timedelta(days=1))
    done = _rows(_DONE, person_id=person_id, warehouse_id=warehouse_id, since=since)
    return facts | {"done": [{"reason": r.reason, "moves": r.moves, "pieces": int(r.pieces)} for r in done]}


def people(warehouse_id: int) -> list[dict[str, Any]]:
    """Who has a post in this house, by name."""
    query = """
        SELECT p.id, p.name FROM person p WHERE EXISTS (
            SELECT 1 FROM posting g WHERE g.person_id = p.id AND g.warehouse_id = :warehouse_id
        ) ORDER BY p.name, p.id LIMIT 1000
    """
    return [_plain(row) for row in _rows(query, warehouse_id=warehouse_id)]
