"""The supervisor's board: one snapshot of counts, and the stories behind them."""
from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select

from wms.core.clock import now
from wms.core.db import db
from wms.insight import floor, people, progress, rules, story, stuck, totals
from wms.insight import replay as replaying
from wms.printing import service as printing
from wms.printing.models import Printer

FRESH_SECONDS = 0.4


@dataclass
class _Kept:
    """The last snapshot of one warehouse. The lock lets one request count while others wait for it."""

    data: dict[str, Any] | None = None
    made: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


def snapshot(warehouse_id: int) -> dict[str, Any]:
    """The whole picture of a warehouse, from counts, at most 0.4 s old in this process.

    `reused` tells that it was made for somebody else a moment ago: a change that has just been
    announced may not be in it yet, so a board asks once more.
    """
    kept = _kept(warehouse_id)
    with kept.lock:
        if kept.data is not None and time.monotonic() - kept.made < FRESH_SECONDS:
            return kept.data | {"reused": True}
        started = time.monotonic()
        kept.data, kept.made = measure(warehouse_id), started
        return kept.data | {"reused": False}


def _kept(warehouse_id: int) -> _Kept:
    cache: dict[int, _Kept] = current_app.extensions.setdefault("wms_insight", {})
    return cache.setdefault(warehouse_id, _Kept())


def measure(warehouse_id: int) -> dict[str, Any]:
    """Count everything now.

    `{at, waves, orders, ready, lines, people, walks, carts, stuck, printers, work, zones}`: times in ISO 8601,
    lengths in mm where the name says so, rates per hour.
    """
    moment = now()
    waves = progress.shown(warehouse_id, moment)
    pace = progress.pace(waves, moment)
    cards = progress.describe(waves, pace, moment)
    persons, walks = people.describe(warehouse_id, pace, moment)
    return {
        "at": moment.isoformat(),
        "waves": cards,
        "orders": totals.orders(warehouse_id, moment),
        "ready": totals.ready(warehouse_id),
        "lines": _lines(cards, pace, moment),
        "people": persons,
        "walks": walks,
        "carts": totals.carts(warehouse_id),
        "stuck": stuck.describe(warehouse_id, moment),
        "printers": _printers(warehouse_id),
        "work": floor.work(warehouse_id),
        "zones": floor.zones(warehouse_id),
    }


def _lines(cards: list[dict[str, Any]], pace: progress.Pace, moment: Any) -> dict[str, Any]:
    """What is left of the released waves, and the pace of the whole floor."""
    measured = list(pace.waves.values())
    first = min((row.recent_from for row in measured if row.recent_from), default=None)
    rate = rules.per_hour(sum(row.recent for row in measured), first, moment)
    return {
        "left": sum(card["lines"]["left"] for card in cards),
        "last_hour": sum(row.in_hour for row in measured),
        "per_hour": round(rate),
        "history": pace.history,
        "bucket_minutes": int(progress.BUCKET.total_seconds() // 60),
    }


def _printers(warehouse_id: int) -> dict[str, Any]:
    """How many printers there are, and those that are not ready with the reasons."""
    rows = db.session.execute(
        select(Printer).where(Printer.warehouse_id == warehouse_id, Printer.active).order_by(Printer.code)
    ).scalars().all()
    described = printing.describe_printers(rows)
    return {"total": len(described), "not_ready": [each for each in described if each["status"] != "ready"]}


def floor_plan(warehouse_id: int) -> dict[str, Any]:
    """The floor that does not move, as `floor.plan` gives it. Raises `core.not_found`."""
    return floor.plan(warehouse_id)


def wave(warehouse_id: int, wave_id: int) -> dict[str, Any]:
    """One wave with its carts and orders. Raises `core.not_found`."""
    return story.wave(warehouse_id, wave_id)


def replay(warehouse_id: int, wave_id: int) -> dict[str, Any]:
    """A wave's walks as they were planned, as `replay.replay` gives them. Raises `core.not_found`."""
    return replaying.replay(warehouse_id, wave_id)


def order(warehouse_id: int, *, order_id: int | None, code: str | None) -> dict[str, Any]:
    """The whole story of one order, by id or by any number it is known by. Raises `core.not_found`."""
    return story.order(warehouse_id, order_id or story.find(warehouse_id, code or ""))
