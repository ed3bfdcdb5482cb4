"""What a picker's terminal shows: the task with its slots, lines, walk and floor."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from wms.core.db import db
from wms.picking import assign, bulk_screen, putback, relay, tasks
from wms.picking.rules import screen_of

_TASK = text(
    """
    SELECT t.id, t.status, t.stage, t.walk_mm, t.path, c.code AS cart, w.id AS wave_id, w.number AS wave,
           h.aisles, h.aisle_spacing_mm, h.aisle_length_mm, h.depot_aisle, h.depot_side, h.cross_aisles_mm, h.one_way,
           h.obstacles
    FROM pick_task t JOIN wave w ON w.id = t.wave_id JOIN warehouse h ON h.id = t.warehouse_id
    LEFT JOIN cart c ON c.id = t.cart_id WHERE t.id = ANY(:task_ids)
    """
)
_SLOTS = text(
    """
    SELECT s.task_id, s.slot, o.number AS "order", c.code AS tote
    FROM pick_tote s JOIN sales_order o ON o.id = s.order_id LEFT JOIN container c ON c.id = s.container_id
    WHERE s.task_id = ANY(:task_ids) ORDER BY s.task_id, s.slot
    """
)
_LINES = text(
    """
    SELECT l.task_id, l.id, l.seq, l.slot, l.qty, l.picked, l.status, l.awaits, b.code AS bin, b.aisle, b.y_mm,
           b.side, b.level, z.code AS zone, z.colour, k.code AS sku, k.name, k.picture, a.lot, lot.expires_on,
           k.lot_tracking = 'move' AND a.lot <> '' AS asks_lot, k.serial_tracking = 'move' AS asks_serials,
           ARRAY(SELECT x.code FROM barcode x
                 WHERE x.sku_id = k.id AND x.packaging_id IS NULL ORDER BY x.id) AS barcodes
    FROM pick_line l JOIN bin b ON b.id = l.bin_id LEFT JOIN zone z ON z.id = b.zone_id JOIN sku k ON k.id = l.sku_id
    JOIN stock_hold h ON h.id = l.hold_id JOIN stock_balance a ON a.id = h.balance_id
    LEFT JOIN stock_lot lot ON lot.sku_id = a.sku_id AND lot.code = a.lot
    WHERE l.task_id = ANY(:task_ids) ORDER BY l.task_id, l.seq
    """
)


@dataclass(frozen=True)
class Screen:
    """A screen's name and the data it shows."""

    name: str
    data: dict[str, Any]


def state(warehouse_id: int, person_id: int | None) -> Screen:
    """The screen that a person's terminal must show now, with its data."""
    task = tasks.of_person(warehouse_id, person_id)
    if task is not None and task.kind == "bulk":
        return Screen(screen_of(task), {"bulk": bulk_screen.picture(task.id)})
    if task is not None:
        return Screen(screen_of(task), {"task": picture(task.id)})
    return Screen("pick_wait" if assign.is_waiting(person_id) else "home", {})


def assigned(given: Mapping[int, int]) -> dict[int, Screen]:
    """The screens of cart tasks that were just given to people (task → person): those that are still theirs to begin,
    by task."""
    found = [task for task in tasks.find_all(given) if task.person_id == given[task.id] and task.status == "assigned"]
    shown = pictures([task.id for task in found if task.kind == "cart"])
    return {task.id: Screen(screen_of(task), {"task": shown[task.id]}) for task in found if task.id in shown}


def picture(task_id: int) -> dict[str, Any]:
    """A task as terminals see it."""
    return pictures([task_id])[task_id]


def pictures(task_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Tasks as terminals see them, by id."""
    asked = {"task_ids": list(task_ids)}
    slots_of, lines_of = _slots(task_ids), defaultdict(list)
    for row in db.session.execute(_LINES, asked):
        lines_of[row.task_id].append(_line(row))
    return {row.id: _picture(row, slots_of[row.id], lines_of[row.id]) for row in db.session.execute(_TASK, asked)}


def _picture(task: Row[Any], slots: list[dict[str, Any]], lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": task.id,
        "status": task.status,
        "wave": {"id": task.wave_id, "number": task.wave},
        "cart": {"code": task.cart} if task.cart else None,
        "from_zone": relay.comes_from(task.id) if task.stage > 1 else None,
        "walk_m": round(task.walk_mm / 1000),
        "slots": slots,
        "lines": lines,
        "path": task.path,
        "floor": {
            "aisles": task.aisles,
            "aisle_spacing_mm": task.aisle_spacing_mm,
            "aisle_length_mm": task.aisle_length_mm,
            "depot_aisle": task.depot_aisle,
            "depot_side": task.depot_side,
            "cross_aisles_mm": task.cross_aisles_mm,
            "one_way": task.one_way,
            "obstacles": task.obstacles,
        },
    }


def goes_on(task_id: int) -> dict[str, Any]:
    """Where the cart of a finished task goes: to the hand-over point of `zone`; None: to packing."""
    return {"zone": relay.goes_on(task_id)}


def slots(task_id: int) -> list[dict[str, Any]]:
    """The slots of a task's cart, with the tote in each."""
    return _slots([task_id])[task_id]


def _slots(task_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in db.session.execute(_SLOTS, {"task_ids": list(task_ids)}):
        found[row.task_id].append({"slot": row.slot, "order": row.order, "tote": row.tote})
    return found


def _place(row: Any) -> dict[str, Any]:
    return {
        "code": row.bin,
        "zone": row.zone,
        "zone_colour": row.colour,
        "aisle": row.aisle,
        "y_mm": row.y_mm,
        "side": row.side,
        "level": row.level,
    }


def _line(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "seq": row.seq,
        "slot": row.slot,
        "bin": _place(row),
        # The SKU's own code is a barcode too: small sellers print nothing else on their goods.
        "sku": {
            "code": row.sku,
            "name": row.name,
            "picture": row.picture,
            "barcodes": list(dict.fromkeys([*row.barcodes, row.sku])),
        },
        "lot": row.lot,
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "asks_lot": row.asks_lot,
        "asks_serials": row.asks_serials,
        "qty": row.qty,
        "picked": row.picked,
        "status": row.status,
        "awaits": row.awaits,
    }


def put_back(warehouse_id: int, person_id: int | None) -> Screen:
    """What somebody who puts goods back must see: the tote in hand with what is in it, or how many wait."""
    task = putback.in_hand(warehouse_id, person_id)
    if task is None:
        rows = db.session.execute(_WAITING, {"warehouse_id": warehouse_id}).all()
        totes = [{"tote": row.tote, "order": row.order, "why": row.why, "person": row.person} for row in rows]
        return Screen("putback_none", {"waiting": sum(1 for each in totes if not each["person"]), "totes": totes})
    pieces = putback.contents(task)
    head = db.session.execute(_PUT_BACK, {"id": task.id}).one()
    places = {row.id: _place(row) for row in db.session.execute(_PLACES, {"ids": [each.bin_id for each in pieces]})}
    items = [
        {
            "sku": {"code": each.sku, "name": each.name, "picture": each.picture,
                    "barcodes": list(dict.fromkeys([*putback.sku_barcodes(each.sku_id), each.sku]))},
            "lot": each.lot, "qty": each.qty, "asks_serials": each.asks_serials,
            "bin": places.get(each.bin_id) if each.bin_id else None,
        }
        for each in pieces
    ]  # fmt: skip
    return Screen(
        "putback_item",
        {
            "task": {
                "id": task.id, "tote": head.tote, "order": head.order, "why": task.why, "put": task.put, "items": items,
            }
        },
    )  # fmt: skip


_WAITING = text(
    """
    SELECT c.code AS tote, o.number AS "order", p.why, person.name AS person
    FROM put_back p JOIN container c ON c.id = p.container_id JOIN sales_order o ON o.id = p.order_id
    LEFT JOIN person ON person.id = p.person_id
    WHERE p.warehouse_id = :warehouse_id AND p.status IN ('open', 'taken') ORDER BY p.id LIMIT 50
    """
)
_PUT_BACK = text(
    """
    SELECT c.code AS tote, o.number AS "order" FROM put_back p JOIN container c ON c.id = p.container_id
    JOIN sales_order o ON o.id = p.order_id WHERE p.id = :id
    """
)
_PLACES = text(
    """
    SELECT b.id, b.code AS bin, b.aisle, b.y_mm, b.side, b.level, z.code AS zone, z.colour
    FROM bin b LEFT JOIN zone z ON z.id = b.zone_id WHERE b.id = ANY(cast(:ids AS bigint[]))
    """
)
