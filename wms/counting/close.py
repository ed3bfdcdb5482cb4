"""Declaring a bin done: what was seen is laid against the books of its moment, and judged."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.counting import numbered, posting, rules, tasks
from wms.counting.events import CountClosed
from wms.counting.lifecycle import COUNT
from wms.counting.models import CountLine, CountPlan, CountRound, CountTally, CountTask
from wms.counting.rules import Found, Seen, Spot, Tolerance, moment_of
from wms.layout.models import Bin
from wms.stock import service as stock
from wms.stock.models import StockCost


def done(warehouse_id: int, person_id: int, task_id: int, scanned_at: datetime | None = None) -> CountTask:
    """The counter declares the bin done: what was not seen is not there.

    Small differences are posted at once, others wait for a colleague's count or a supervisor; see `rules.judge`.
    Raises `counting.nothing_seen` when nothing was scanned: an empty bin is declared empty, never by mistake.
    """
    task = _at_bin(warehouse_id, person_id, task_id)
    if not _tallied(task):
        raise WmsError("counting.nothing_seen")
    return _close(task, person_id, moment_of(scanned_at, now(), _last_moment(task)))


def empty(warehouse_id: int, person_id: int, task_id: int, scanned_at: datetime | None = None) -> CountTask:
    """The counter declares the bin empty (of its SKU, when only that is counted).

    Raises `counting.not_empty` when pieces were scanned in it, and as `tasks.in_hand` does.
    """
    task = _at_bin(warehouse_id, person_id, task_id)
    seen = _tallied(task)
    if seen:
        raise WmsError("counting.not_empty", pieces=seen)
    return _close(task, person_id, moment_of(scanned_at, now(), task.at_bin_at or task.asked_at))


def _at_bin(warehouse_id: int, person_id: int, task_id: int) -> CountTask:
    task = tasks.in_hand(warehouse_id, person_id, task_id)
    if task.at_bin_at is None:
        raise WmsError("counting.scan_bin_first", bin=db.session.get_one(Bin, task.bin_id).code)
    return task


def _tallied(task: CountTask) -> int:
    mine = (CountTally.task_id == task.id) & (CountTally.round == task.round)
    return int(db.session.execute(select(func.coalesce(func.sum(CountTally.counted), 0)).where(mine)).scalar_one())


def _last_moment(task: CountTask) -> datetime:
    """No bin is done before its last scan, whatever a device's clock says."""
    mine = (CountTally.task_id == task.id) & (CountTally.round == task.round)
    found: datetime = db.session.execute(select(func.max(CountTally.at)).where(mine)).scalar_one()
    return found


def _close(task: CountTask, person_id: int, done_at: datetime) -> CountTask:
    began_at = task.at_bin_at or done_at
    task.status = COUNT.after("count", task.status)
    task.person_id = None
    db.session.add(
        CountRound(task_id=task.id, nr=task.round, person_id=person_id, began_at=began_at, closed_at=done_at)
    )
    lines = _judged(task, _found(task, began_at, done_at), person_id)
    tasks.drop_unsettled(task.id)
    db.session.add_all(lines)
    db.session.flush()
    posting.post_lines(task, lines, person_id)
    settle(task)
    publish(CountClosed(task.warehouse_id, task.id, task.bin_id, task.status))
    return task


def _found(task: CountTask, began_at: datetime, done_at: datetime) -> list[Found]:
    mine = (CountTally.task_id == task.id) & (CountTally.round == task.round)
    tallies = db.session.execute(select(CountTally).where(mine).order_by(CountTally.id)).scalars()
    seen = [Seen(t.sku_id, t.lot, t.container_id, t.condition, t.counted, t.first_at, t.at) for t in tallies]
    moments = {began_at, done_at} | {moment for each in seen for moment in (each.first_at, each.at)}
    books = {moment: _book(task, moment) for moment in sorted(moments)}
    kind = db.session.get_one(Bin, task.bin_id).kind
    return rules.spread(
        seen, books, began_at=began_at, done_at=done_at, only_sku=task.sku_id,
        new_condition="quarantine" if kind == "quarantine" else "good",
    )  # fmt: skip


def _book(task: CountTask, at: datetime) -> dict[Spot, int]:
    there = stock.book_at(task.warehouse_id, task.bin_id, at)
    return {
        Spot(place.sku_id, place.lot, place.container_id, place.owner_id, place.condition): pieces
        for place, pieces in there.items()
    }


def _judged(task: CountTask, found: Sequence[Found], person_id: int) -> list[CountLine]:
    limits = _limits(tasks.plan_of(task.warehouse_id))
    costs = _costs(task.warehouse_id, {each.spot.sku_id for each in found})
    earlier = _unsettled(task.id)
    lines = []
    for each in found:
        value = abs(each.difference) * costs.get(each.spot.sku_id, Decimal(0))
        outcome = rules.judge(each, value, limits, task.round, earlier[each.spot])
        spot = dict(zip(Spot.__annotations__, astuple(each.spot), strict=True))
        lines.append(
            CountLine(
                task_id=task.id, round=task.round, **spot, counted=each.counted, book=each.book,
                difference=each.difference, value=value, outcome=outcome, posted=0, person_id=person_id, at=each.at,
            )
        )  # fmt: skip
    numbered.name(task, lines)
    return lines


def _limits(plan: CountPlan) -> Tolerance:
    return Tolerance(plan.tolerance_pieces, plan.tolerance_percent, plan.tolerance_value, plan.approval_value)


def _costs(warehouse_id: int, sku_ids: set[int]) -> dict[int, Decimal]:
    """What a piece of each SKU is worth; SKUs of which nothing is known are absent."""
    query = select(StockCost.sku_id, StockCost.value / StockCost.qty).where(
        StockCost.warehouse_id == warehouse_id, StockCost.sku_id.in_(sku_ids), StockCost.qty > 0
    )
    return {sku_id: Decimal(cost) for sku_id, cost in db.session.execute(query)}


def _unsettled(task_id: int) -> dict[Spot, list[int]]:
    """Differences that earlier rounds found and nobody has posted since, by spot."""
    query = select(CountLine).where(CountLine.task_id == task_id, CountLine.difference != 0).order_by(CountLine.round)
    found: dict[Spot, list[int]] = defaultdict(list)
    for line in db.session.execute(query).scalars():
        if line.posted:
            found[posting.spot_of(line)].clear()
        else:
            found[posting.spot_of(line)].append(line.difference)
    return found


def settle(task: CountTask) -> None:
    """Move the task to where its newest lines say."""
    outcomes = db.session.execute(
        select(CountLine.outcome).where(CountLine.task_id == task.id, CountLine.round == task.round)
    ).scalars()
    action = rules.after(outcomes)
    if action:
        task.status = COUNT.after(action, task.status)
    if action == "ask_again":
        task.round += 1
        task.at_bin_at = None
    if action == "finish":
        task.ended_at = now()
    db.session.flush()
