"""How the waves go: what is done, how fast, and when the rest will be.

Here and in the modules beside it a statement is built once and kept: building them took longer than
running them.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, extract, func, or_, select

from wms.core.db import db
from wms.insight import rules
from wms.orders.models import Order, OrderLine
from wms.picking.models import PickLine, PickTask
from wms.waves import service as waves_room
from wms.waves.models import Wave, WaveOrder

SHOWN_AFTER = timedelta(hours=8)  # how long a finished wave stays on the board
HOUR = timedelta(hours=1)
BUCKET = timedelta(minutes=5)
BUCKETS = 24  # of history: two hours
BOXED = "prepack"  # its orders wait for sealed boxes; each is picked, whole, as one is scanned
TO_PICK = ("waved", "picking", "short")


@dataclass(frozen=True)
class Pace:
    """What the pick lines of the shown waves tell: by wave, by person (id) and over time.

    `history` holds the lines picked in each of the last BUCKETS buckets, the oldest first.
    """

    waves: dict[int, Row[Any]] = field(default_factory=dict)
    people: dict[int, Row[Any]] = field(default_factory=dict)
    history: list[int] = field(default_factory=lambda: [0] * BUCKETS)


def shown(warehouse_id: int, moment: datetime) -> Sequence[Wave]:
    """The waves on the board: planned and released ones, and those that ended a while ago."""
    alive = Wave.status.in_(("planned", "released"))
    ended = and_(Wave.status == "done", Wave.finished_at > moment - SHOWN_AFTER)
    return db.session.execute(
        select(Wave).where(Wave.warehouse_id == warehouse_id, or_(alive, ended)).order_by(Wave.number)
    ).scalars().all()


def pace(waves: Sequence[Wave], moment: datetime) -> Pace:
    """Read the pick lines of these waves once, and count them in three ways."""
    found = Pace()
    if not waves:
        return found
    newest = int(moment.timestamp() // BUCKET.total_seconds())
    since = {"window": moment - rules.WINDOW, "hour": moment - HOUR, "history": moment - BUCKET * BUCKETS}
    for row in db.session.execute(_pace_query(), since | {"wave_ids": [wave.id for wave in waves]}):
        if row.wave_id is not None:
            found.waves[row.wave_id] = row
        elif row.person_id is not None:
            found.people[row.person_id] = row
        elif row.bucket is not None and 0 <= newest - row.bucket < BUCKETS:
            found.history[BUCKETS - 1 - (newest - int(row.bucket))] = row.picked
    return found


@cache
def _pace_query() -> Any:
    picked, at = PickLine.status == "picked", PickLine.done_at
    bucket = func.floor(extract("epoch", at) / BUCKET.total_seconds())
    lines = (
        select(
            PickTask.wave_id.label("wave_id"),
            PickLine.done_by.label("person_id"),
            case((at > bindparam("history"), bucket)).label("bucket"),
            PickLine.status,
            PickLine.qty,
            PickLine.picked,
            at.label("at"),
            and_(picked, at > bindparam("window")).label("recent"),
            and_(picked, at > bindparam("hour")).label("in_hour"),
        )
        .join(PickLine, PickLine.task_id == PickTask.id)
        .where(PickTask.wave_id.in_(_wave_ids()), PickTask.status != "cancelled", PickLine.status != "withdrawn")
        .subquery()
    )
    each = lines.c
    return select(
        each.wave_id,
        each.person_id,
        each.bucket,
        func.count().label("lines"),
        func.count().filter(each.status == "open").label("open"),
        func.count().filter(each.status == "picked").label("picked"),
        func.count().filter(each.status == "short").label("short"),
        func.coalesce(func.sum(each.qty), 0).label("units"),
        func.coalesce(func.sum(each.picked), 0).label("units_picked"),
        func.count().filter(each.recent).label("recent"),
        func.min(each.at).filter(each.recent).label("recent_from"),
        func.count().filter(each.in_hour).label("in_hour"),
        func.min(each.at).label("first_at"),
        func.max(each.at).label("last_at"),
    ).group_by(func.grouping_sets(each.wave_id, each.person_id, each.bucket))


def _wave_ids() -> Any:
    return bindparam("wave_ids", expanding=True)


@cache
def _orders_query() -> Any:
    left = Order.processing.in_(TO_PICK)
    order = func.distinct(Order.id)
    return (
        select(
            WaveOrder.wave_id,
            func.count(order).label("orders"),
            func.count(order).filter(~left).label("picked"),
            func.count(order).filter(Order.processing == "packed").label("packed"),
            func.count(order).filter(Order.processing == "short").label("short"),
            func.count(order).filter(Order.shipping == "shipped").label("shipped"),
            func.min(Order.promised_at).filter(left).label("promised_at"),
            func.count(OrderLine.id).label("lines"),
            func.count(OrderLine.id).filter(left).label("lines_left"),
            func.coalesce(func.sum(OrderLine.qty - OrderLine.dropped), 0).label("units"),
        )
        .join(Order, Order.id == WaveOrder.order_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(WaveOrder.wave_id.in_(_wave_ids()), WaveOrder.active, ~OrderLine.exploded)
        .group_by(WaveOrder.wave_id)
    )


def _orders(wave_ids: list[int]) -> dict[int, Row[Any]]:
    return {row.wave_id: row for row in db.session.execute(_orders_query(), {"wave_ids": wave_ids})}


def _tasks(wave_ids: list[int]) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {}
    found = select(PickTask.wave_id, PickTask.status, func.count()).where(PickTask.wave_id.in_(wave_ids))
    found = found.where(PickTask.kind != "box")  # is no cart, and nobody's walk
    for wave_id, status, count in db.session.execute(found.group_by(PickTask.wave_id, PickTask.status)):
        counts.setdefault(wave_id, {})[status] = count
    return counts


def describe(waves: Sequence[Wave], measured: Pace, moment: datetime) -> list[dict[str, Any]]:
    """The waves as cards: counts, percent, times in ISO 8601, rate in lines per hour.

    `due_at` is the earliest promise that is not kept yet, or the wave's cut-off where that comes first; `eta` and
    `risk` are against it. Where nobody has a pace yet, the `eta` is what the planner's model of labour says. What is
    served from sealed boxes goes at the pace at which they were scanned lately.
    """
    ids = [wave.id for wave in waves]
    standard = cache(waves_room.rates)  # asked for once, where anybody asks
    orders, tasks, crews = (_orders(ids), _tasks(ids), _crews(ids)) if ids else ({}, {}, {})
    return [
        _card(
            wave, orders.get(wave.id), tasks.get(wave.id, {}), measured.waves.get(wave.id), crews.get(wave.id, []),
            measured, standard, moment,
        )
        for wave in waves
    ]  # fmt: skip


def _crews(wave_ids: list[int]) -> dict[int, list[int]]:
    """Who is at work on each wave."""
    crews: dict[int, list[int]] = {}
    found = select(PickTask.wave_id, PickTask.person_id).where(
        PickTask.wave_id.in_(wave_ids), PickTask.status.in_(("assigned", "picking"))
    )
    for wave_id, person_id in db.session.execute(found):
        if person_id is not None:
            crews.setdefault(wave_id, []).append(person_id)
    return crews


def _crew_rate(crew: Sequence[int], measured: Pace) -> float:
    """Lines an hour of these people in the last hour, whatever they picked: for a wave that has no pace of its own."""
    return float(sum(measured.people[person].in_hour for person in crew if person in measured.people))


def _card(
    wave: Wave, orders: Row[Any] | None, tasks: dict[str, int], lines: Row[Any] | None, crew: Sequence[int],
    measured: Pace, standard: Callable[[int], waves_room.Rates], moment: datetime,
) -> dict[str, Any]:  # fmt: skip
    promised = orders.promised_at if orders else None
    due = min((each for each in (promised, wave.cutoff_at if promised else None) if each), default=None)
    rate = rules.per_hour(lines.recent, lines.recent_from, moment) if lines else 0.0
    rate = rate or _crew_rate(crew, measured)
    counts = _line_counts(wave, lines, orders)
    left = counts["left"]
    going = rate
    if lines and left and crew and not rate:
        # What a wall has to sort comes after the picking.
        work = waves_room.Work(sum(tasks.values()), wave.walk_mm, lines.lines, int(lines.units))
        going = len(crew) * lines.lines / standard(wave.warehouse_id).seconds(work) * HOUR.total_seconds()
    expected = rules.eta(left, going, moment) if wave.status == "released" else None
    return {
        "id": wave.id,
        "number": wave.number,
        "status": wave.status,
        "filter": wave.filter,
        "method": wave.method,
        "totes_per_cart": wave.totes_per_cart,
        "orders": _order_counts(orders),
        "lines": counts,
        "units": _unit_counts(wave, lines, orders),
        "tasks": tasks,
        "walk_m": round(wave.walk_mm / 1000),
        "saving": rules.saving_percent(wave.walk_mm, wave.baseline_mm),
        "rate": round(rate),
        "eta": iso(expected),
        "promised_at": iso(promised),
        "cutoff_at": iso(wave.cutoff_at),
        "due_at": iso(due),
        "paused_at": iso(wave.paused_at),
        "release_refused": wave.release_refused,
        "risk": rules.risk(wave.status, expected, due, moment),
        "created_at": iso(wave.created_at),
        "released_at": iso(wave.released_at),
        "started_at": iso(lines.first_at) if lines else None,
        "finished_at": iso(wave.finished_at),
    }


def _order_counts(orders: Row[Any] | None) -> dict[str, int]:
    names = ("picked", "packed", "short", "shipped")
    return {"total": orders.orders if orders else 0} | {name: getattr(orders, name) if orders else 0 for name in names}


def _line_counts(wave: Wave, lines: Row[Any] | None, orders: Row[Any] | None) -> dict[str, int]:
    """Before release there are no pick lines, and for orders that wait for sealed boxes not before they are served;
    then the orders' own lines are what will come."""
    if wave.method == BOXED and wave.status != "planned" and orders:
        return {"total": orders.lines, "done": orders.lines - orders.lines_left, "short": 0, "left": orders.lines_left}
    if lines is None:
        return {"total": orders.lines if orders else 0, "done": 0, "short": 0, "left": 0}
    return {"total": lines.lines, "done": lines.picked, "short": lines.short, "left": lines.open}


def _unit_counts(wave: Wave, lines: Row[Any] | None, orders: Row[Any] | None) -> dict[str, int]:
    picked = int(lines.units_picked) if lines else 0
    if lines is None or wave.method == BOXED:
        return {"total": int(orders.units) if orders else 0, "picked": picked}
    return {"total": int(lines.units), "picked": picked}


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 for the wire, None stays."""
    return moment.isoformat() if moment else None
