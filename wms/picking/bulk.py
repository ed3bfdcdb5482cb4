"""Picking in bulk: the goods of many orders are taken together, stop by stop, into the totes on the cart.

A stop is what lies in one place (bin, SKU, lot): the lines of a task with the same `seq`. Holds, promises and the
ledger stay with each line, so that it can be proved whose pieces were picked; only later, at a put wall or at the
packing table, does each piece get its order.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.resolve import resolve
from wms.layout import service as layout
from wms.orders import service as orders
from wms.picking import tasks, tracking
from wms.picking.assign import home_if_asked
from wms.picking.carts import hold_tote, tote_not_free
from wms.picking.events import LinePicked, LineShort, OrderPicked
from wms.picking.rules import (
    LineFacts,
    check_bin,
    check_fresh,
    check_item,
    check_kind,
    check_open,
    check_quantity,
    check_working,
    one_of,
)
from wms.picking.shorts import give_up
from wms.stock import service as stock


@dataclass(frozen=True)
class ScannedStop:
    """What the picker scanned at a stop, and how many pieces went into which tote.

    `lot` and `serials` are of goods that are tracked at every move.
    """

    task_id: int
    seq: int
    bin: str
    item: str
    tote: str
    qty: int
    lot: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stopped:
    """How a stop and its task stand: pieces picked and wanted at the stop, and whether no line is open any more."""

    picked: int
    qty: int
    finished: bool
    sent_home: bool = False  # it was the stop in hand, after which the task goes back


# One statement for all lines of the stop: the pieces go to the earliest promise first.
_SHARE = text(
    """
    WITH room AS (
        SELECT l.id, l.slot, l.qty - l.picked AS room,
               sum(l.qty - l.picked) OVER (ORDER BY o.promised_at, o.id, l.id) AS upto
        FROM pick_line l JOIN sales_order o ON o.id = l.order_id
        WHERE l.task_id = :task_id AND l.seq = :seq AND l.status = 'open'
    ), share AS (
        SELECT id, slot, cast(least(room, :qty - (upto - room)) AS bigint) AS qty FROM room WHERE upto - room < :qty
    ), line AS (
        UPDATE pick_line l
        SET picked = l.picked + share.qty,
            status = CASE WHEN l.picked + share.qty = l.qty THEN 'picked' ELSE l.status END,
            done_by = :person_id, done_at = :now
        FROM share WHERE l.id = share.id
        RETURNING l.id, l.slot, l.order_id, l.hold_id, share.qty, l.status = 'picked' AS closed
    ), slot AS (
        UPDATE pick_tote s SET picks = s.picks + 1, open_lines = s.open_lines - sums.closed
        FROM (SELECT slot, count(*) FILTER (WHERE closed) AS closed FROM line GROUP BY slot) AS sums
        WHERE s.task_id = :task_id AND s.slot = sums.slot
        RETURNING s.order_id, s.picks = 1 AS first, s.open_lines = 0 AS last
    ), tote AS (
        UPDATE pick_tote SET picks = picks + 1
        WHERE task_id = :task_id AND container_id = :container_id AND in_use
    ), task AS (
        UPDATE pick_task SET open_lines = open_lines - (SELECT count(*) FROM line WHERE closed) WHERE id = :task_id
        RETURNING open_lines
    )
    SELECT line.*, slot.first, slot.last, task.open_lines
    FROM line JOIN slot ON slot.order_id = line.order_id, task ORDER BY line.id
    """
)


def stop(warehouse_id: int, person_id: int | None, scanned: ScannedStop) -> Stopped:
    """Put pieces of a stop into a tote: they are shared among its orders, earliest promise first.

    An empty tote that is nobody's becomes the task's by this scan. Raises as the checks of `rules` and `tracking`
    do, in the order task, stop, bin, item, quantity, freshness, lot, numbers, tote; then nothing has moved.
    """
    task = tasks.locked(warehouse_id, scanned.task_id)
    check_working(task, person_id)
    check_kind(task, "bulk")
    line = facts(scanned.task_id, scanned.seq)
    check_open(line)
    if not layout.by_digits(warehouse_id, line.bin_id, scanned.bin):
        check_bin(line, scanned.bin, resolve(scanned.bin, warehouse_id))
    check_item(line, scanned.item, resolve(scanned.item, warehouse_id))
    check_quantity(line, scanned.qty)
    check_fresh(line, now().date())
    serials = tracking.proved(line, warehouse_id, scanned.item, scanned.qty, scanned.lot, scanned.serials)
    tote_id = _tote(warehouse_id, scanned.task_id, scanned.tote)
    rows = _share(scanned, person_id, tote_id)
    _mark(warehouse_id, scanned.task_id, rows)
    stage = db.session.execute(_STAGE, {"task_id": scanned.task_id}).scalar_one()
    stock.pick_many(_taken(rows, serials), to_bin_id=stage, to_container_id=tote_id, actor_id=person_id)
    assert person_id is not None
    for row in rows:
        publish(LinePicked(warehouse_id, scanned.task_id, row.id, row.order_id, row.qty, person_id))
    finished = rows[0].open_lines == 0
    if finished:
        tasks.finish(warehouse_id, scanned.task_id)
    picked = line.picked + scanned.qty
    return Stopped(picked, line.qty, finished, picked == line.qty and home_if_asked(warehouse_id, scanned.task_id))


_STAGE = text("SELECT stage_bin_id FROM pick_task WHERE id = :task_id")
_METHOD = text("SELECT w.method FROM pick_task t JOIN wave w ON w.id = t.wave_id WHERE t.id = :task_id")


def method(task_id: int) -> str:
    """How the wave of a task is picked."""
    return str(db.session.execute(_METHOD, {"task_id": task_id}).scalar_one())


def _share(scanned: ScannedStop, person_id: int | None, tote_id: int) -> Sequence[Row[Any]]:
    values = {"task_id": scanned.task_id, "seq": scanned.seq, "qty": scanned.qty, "person_id": person_id}
    return db.session.execute(_SHARE, {**values, "container_id": tote_id, "now": now()}).all()


def _mark(warehouse_id: int, task_id: int, rows: Sequence[Row[Any]]) -> None:
    """The orders of these lines are begun; those that need no wall are picked with their last piece."""
    orders.mark_many_started(sorted({row.order_id for row in rows if row.first}))
    if method(task_id) == "wall":
        return
    whole = sorted({row.order_id for row in rows if row.last})
    orders.mark_many_picked(whole)
    for order_id in whole:
        publish(OrderPicked(warehouse_id, order_id))


def _taken(rows: Sequence[Row[Any]], serials: Sequence[str]) -> list[stock.Taken]:
    taken, left = [], list(serials)
    for row in rows:
        taken.append(stock.Taken(row.hold_id, row.qty, f"pick {row.id}", tuple(left[: row.qty])))
        left = left[row.qty :]
    return taken


NO_SLOT = 0  # of a stop: its pieces are of several orders
_STOP = text(
    f"""
    SELECT min(l.id) AS id,
           CASE WHEN bool_or(l.status = 'open') THEN 'open' ELSE min(l.status) END AS status,
           cast(sum(l.qty) AS bigint) AS qty,
           cast(sum(CASE WHEN l.status = 'open' THEN l.picked ELSE l.qty END) AS bigint) AS picked,
           {NO_SLOT} AS slot, b.id AS bin_id, b.code AS bin, k.id AS sku_id, k.code AS sku, k.name AS sku_name,
           cast(NULL AS bigint) AS tote_id, cast(NULL AS text) AS tote, max(l.short_reason) AS short_reason,
           min(l.hold_id) AS hold_id, a.lot, lot.expires_on, k.lot_tracking, k.serial_tracking
    FROM pick_line l JOIN stock_hold h ON h.id = l.hold_id JOIN stock_balance a ON a.id = h.balance_id
    LEFT JOIN stock_lot lot ON lot.sku_id = a.sku_id AND lot.code = a.lot
    JOIN bin b ON b.id = l.bin_id JOIN sku k ON k.id = l.sku_id
    WHERE l.task_id = :task_id AND l.seq = :seq
    GROUP BY b.id, k.id, a.lot, lot.expires_on
    """  # noqa: S608 - a constant of this file
)


def facts(task_id: int, seq: int) -> LineFacts:
    """A stop as if it were one line of all its orders. What is closed counts as picked. Raises `core.not_found`."""
    row = db.session.execute(_STOP, {"task_id": task_id, "seq": seq}).one_or_none()
    if row is None:
        raise WmsError("core.not_found", thing="stop", key=seq)
    return LineFacts(*row)


_OWN_TOTE = text(
    """
    SELECT s.container_id FROM pick_tote s
    WHERE s.task_id = :task_id AND s.order_id IS NULL AND s.container_id = :container_id AND s.in_use
    """
)


def _tote(warehouse_id: int, task_id: int, code: str) -> int:
    """The id of the tote that was scanned: one of the task's, or an empty one that is the task's from now on.

    Raises `picking.not_a_tote.…`, `picking.tote_in_use` and `picking.tote_not_empty`.
    """
    seen = one_of("tote", code, resolve(code, warehouse_id))
    mine = {"task_id": task_id, "container_id": seen.id}
    if db.session.execute(_OWN_TOTE, mine).one_or_none() is None:
        error = None if hold_tote(warehouse_id, task_id, seen.code) else tote_not_free(seen.id, seen.code)
        if error:
            raise error
    return seen.id


# ---- fewer pieces than wanted

# The orders whose lines of the stop are still open are those with the latest promises: the others have their pieces.
_CLOSE = text(
    """
    WITH gone AS (
        UPDATE pick_line l
        SET status = CASE WHEN l.seq = :seq THEN 'short' ELSE 'withdrawn' END,
            short_reason = CASE WHEN l.seq = :seq THEN :reason END, done_by = :person_id, done_at = :now
        WHERE l.task_id = :task_id AND l.status = 'open' AND l.order_id IN (
            SELECT s.order_id FROM pick_line s WHERE s.task_id = :task_id AND s.seq = :seq AND s.status = 'open')
        RETURNING l.id, l.seq, l.slot, l.status, l.order_id, l.order_line_id,
                  l.qty - l.picked AS missing
    ), slot AS (
        UPDATE pick_tote SET open_lines = 0
        WHERE task_id = :task_id AND order_id IS NOT NULL AND slot IN (SELECT slot FROM gone)
    ), task AS (
        UPDATE pick_task SET open_lines = open_lines - (SELECT count(*) FROM gone) WHERE id = :task_id
        RETURNING open_lines
    )
    SELECT gone.*, task.open_lines FROM gone, task ORDER BY gone.id
    """
)


def stop_short(warehouse_id: int, person_id: int | None, task_id: int, seq: int, reason: str) -> Stopped:
    """The rest of a stop is not there: the orders that have no piece yet go to the supervisor, the walk goes on.

    What else of those orders is open in this task is withdrawn and their holds are let go; what was picked for them
    stays in the totes. A bin where goods are missing is counted and filled up.
    Raises as `rules.check_working`, `check_kind` and `check_open` do.
    """
    task = tasks.locked(warehouse_id, task_id)
    check_working(task, person_id)
    check_kind(task, "bulk")
    line = facts(task_id, seq)
    check_open(line)
    values = {"task_id": task_id, "seq": seq, "reason": reason, "person_id": person_id, "now": now()}
    rows = db.session.execute(_CLOSE, values).all()
    for order_id in sorted({row.order_id for row in rows}):
        missing = sum(row.missing for row in rows if row.order_id == order_id and row.seq == seq)
        orders.mark_short(order_id, f"{reason}: {missing} × {line.sku} @ {line.bin}")
    assert person_id is not None
    give_up(warehouse_id, person_id, line, reason, {row.order_line_id for row in rows})
    for row in rows:
        if row.seq == seq:
            publish(LineShort(warehouse_id, task_id, row.id, row.order_id, reason, person_id))
    finished = rows[0].open_lines == 0
    if finished:
        tasks.finish(warehouse_id, task_id)
    return Stopped(line.picked, line.qty, finished, home_if_asked(warehouse_id, task_id))
