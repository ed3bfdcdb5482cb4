"""What the terminal of a person who fills pick faces shows."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from wms.access import service as access
from wms.core.db import db
from wms.replenishment import work

_TASKS = text(
    """
    SELECT t.id, t.status, t.urgency, t.qty, t.pack_qty, t.carried - t.put - t.returned AS "left", t.lot, t.due_at,
           k.code AS sku, k.name, k.picture, k.serial_tracking = 'move' AS asks_serials,
           ARRAY(SELECT x.code FROM barcode x WHERE x.sku_id = k.id) AS barcodes,
           c.code AS container, l.expires_on, t.at_source_at,
           f.code AS from_code, f.aisle AS from_aisle, f.side AS from_side, f.level AS from_level,
           fz.code AS from_zone, fz.colour AS from_colour,
           o.code AS to_code, o.aisle AS to_aisle, o.side AS to_side, o.level AS to_level,
           oz.code AS to_zone, oz.colour AS to_colour
    FROM replenish_task t JOIN sku k ON k.id = t.sku_id
    JOIN bin f ON f.id = t.from_bin_id LEFT JOIN zone fz ON fz.id = f.zone_id
    JOIN bin o ON o.id = t.to_bin_id LEFT JOIN zone oz ON oz.id = o.zone_id
    LEFT JOIN container c ON c.id = t.container_id
    LEFT JOIN stock_lot l ON l.sku_id = t.sku_id AND l.code = t.lot AND t.lot <> ''
    WHERE t.id = ANY(:ids)
    ORDER BY t.rank, o.aisle, o.y_mm, t.id
    """
)
_WAITING = text(
    """
    SELECT urgency, count(*) AS tasks FROM replenish_task
    WHERE warehouse_id = :warehouse_id AND status = 'open' GROUP BY urgency
    """
)
_DONE = text(
    "SELECT count(*) FROM replenish_task WHERE warehouse_id = :warehouse_id AND status = 'done' AND ended_at >= :since"
)


def state(warehouse_id: int, person_id: int) -> tuple[str, dict[str, Any]]:
    """The screen that a person must see now, and its data.

    Walking to a source comes before putting down: who has taken another task wants to carry several.
    """
    mine = _pictures([task.id for task in work.in_hand(warehouse_id, person_id)])
    walking = next((task for task in mine if task["status"] == "assigned"), None)
    carried = [task for task in mine if task["status"] == "carried"]
    left = waiting(warehouse_id)
    done = _done(warehouse_id, person_id)
    progress = {"done": done, "total": done + len(mine) + sum(left.values())}
    data = {"task": walking, "carried": carried, "waiting": left, "progress": progress}
    if walking is not None:
        return ("replenish_take" if walking["at_source"] else "replenish_go"), data
    return ("replenish_put" if carried else "replenish_none"), data


def _done(warehouse_id: int, person_id: int) -> int:
    """How many faces of the house were filled since this person began to work."""
    values = {"warehouse_id": warehouse_id, "since": access.shift_began(person_id)}
    return int(db.session.execute(_DONE, values).scalar_one())


def waiting(warehouse_id: int) -> dict[str, int]:
    """How many tasks wait, by urgency."""
    rows = db.session.execute(_WAITING, {"warehouse_id": warehouse_id})
    return {row.urgency: row.tasks for row in rows}


def _pictures(ids: list[int]) -> list[dict[str, Any]]:
    return [_picture(row) for row in db.session.execute(_TASKS, {"ids": ids})]


def _picture(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "status": row.status, "urgency": row.urgency, "qty": row.qty, "pack_qty": row.pack_qty,
        "left": row.left, "lot": row.lot, "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "container": row.container, "at_source": row.at_source_at is not None,
        "sku": {"code": row.sku, "name": row.name, "picture": row.picture, "barcodes": list(row.barcodes)},
        "asks_serials": row.asks_serials,
        "from": _bin(row, "from"), "to": _bin(row, "to"),
    }  # fmt: skip


def _bin(row: Any, which: str) -> dict[str, Any]:
    found = {name: getattr(row, f"{which}_{name}") for name in ("code", "aisle", "side", "level", "zone")}
    return {**found, "zone_colour": getattr(row, f"{which}_colour")}


_TOLD = text(
    """
    SELECT t.id, t.status, t.urgency, t.qty, t.pack_qty, t.carried, t.put, t.returned, t.lot, k.code AS sku, k.name,
           f.code AS from_bin, o.code AS to_bin, p.name AS person, t.due_at, t.asked_at, t.ended_at
    FROM replenish_task t JOIN sku k ON k.id = t.sku_id JOIN bin f ON f.id = t.from_bin_id
    JOIN bin o ON o.id = t.to_bin_id LEFT JOIN person p ON p.id = t.person_id
    WHERE t.id = ANY(:ids)
    """
)


def told(ids: Sequence[int]) -> list[dict[str, Any]]:
    """These replenishments, as the desk sees them."""
    return [_plain(row) for row in db.session.execute(_TOLD, {"ids": list(ids)})]


def _plain(row: Any) -> dict[str, Any]:
    times = ("due_at", "asked_at", "ended_at")
    shown = dict(row._mapping)
    return {**shown, **{name: shown[name].isoformat() if shown[name] else None for name in times}}
