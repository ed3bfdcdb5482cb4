"""Counts as the desk sees them, with what the books said."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.counting import decide
from wms.counting.models import CountTask

_TASKS = text(
    """
    SELECT t.id, t.kind, t.status, t.urgent, t.why, t.round, t.asked_at, t.ended_at, b.code AS bin, k.code AS sku,
           p.name AS person
    FROM count_task t JOIN bin b ON b.id = t.bin_id LEFT JOIN sku k ON k.id = t.sku_id
    LEFT JOIN person p ON p.id = t.person_id
    WHERE t.id = ANY(:ids)
    """
)
_LINES = text(
    """
    SELECT l.id, l.task_id, l.round, k.code AS sku, k.name, l.lot, c.code AS container, o.code AS owner, l.condition,
           l.counted, l.book, l.difference, l.value, l.outcome, l.posted, l.lost, l.found, p.name AS person, l.at
    FROM count_line l JOIN sku k ON k.id = l.sku_id JOIN owner o ON o.id = l.owner_id
    LEFT JOIN container c ON c.id = l.container_id LEFT JOIN person p ON p.id = l.person_id
    WHERE l.task_id = ANY(:ids) ORDER BY l.task_id, l.round, k.code, l.id
    """
)


def told(ids: Sequence[int]) -> list[dict[str, Any]]:
    """These counts, each with the lines of its rounds."""
    rows = db.session.execute(_TASKS, {"ids": list(ids)}).all()
    lines = _lines(ids)
    return [{**_plain(row), "lines": lines[row.id]} for row in rows]


def one(warehouse_id: int, task_id: int) -> dict[str, Any]:
    """One count. Raises `core.not_found`."""
    here = select(CountTask.id).where(CountTask.id == task_id, CountTask.warehouse_id == warehouse_id)
    if db.session.execute(here).scalar() is None:
        raise WmsError("core.not_found", thing="count", key=task_id)
    return told([task_id])[0]


def _lines(ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    ways = {}
    for row in db.session.execute(_LINES, {"ids": list(ids)}).all():
        if row.outcome == "pending" and row.task_id not in ways:
            ways[row.task_id] = decide.in_the_way(row.task_id)
        line = _plain(row)
        del line["task_id"]
        line["in_the_way"] = ways.get(row.task_id, {}).get(row.id, [])
        found[row.task_id].append(line)
    return found


def _plain(row: Row[Any]) -> dict[str, Any]:
    """A row as JSON can carry it."""
    return {name: _plain_value(value) for name, value in row._mapping.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
