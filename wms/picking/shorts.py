"""Short picks: what a picker cannot take, and what a supervisor makes of it."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.counting import service as counting
from wms.orders import service as orders
from wms.picking import relay, tasks
from wms.picking.assign import home_if_asked
from wms.picking.events import LineShort, OrderPicked
from wms.picking.rules import LineFacts, check_open, check_working, missing_pieces
from wms.picking.unsorted import is_together
from wms.picking.withdraw import withdraw
from wms.replenishment import service as replenishment
from wms.stock import service as stock


@dataclass(frozen=True)
class Closed:
    """Lines that a short pick closed, as rows (id, status, picked), and how far the task is."""

    lines: list[Row[Any]]
    done: int
    total: int
    sent_home: bool = False  # it was the line in hand, after which the task goes back

    @property
    def finished(self) -> bool:
        return self.done == self.total


_CLOSE = text(
    """
    WITH gone AS (
        UPDATE pick_line
        SET status = CASE WHEN id = :line_id THEN 'short' ELSE 'withdrawn' END,
            short_reason = CASE WHEN id = :line_id THEN :reason END, done_by = :person_id, done_at = :now
        WHERE task_id = :task_id AND status = 'open'
          AND order_id = (SELECT order_id FROM pick_line WHERE id = :line_id)
        RETURNING id, seq, status, picked, slot, order_id, order_line_id
    ), slot AS (
        UPDATE pick_tote SET open_lines = 0
        WHERE task_id = :task_id AND slot = (SELECT min(slot) FROM gone)
    ), task AS (
        UPDATE pick_task SET open_lines = open_lines - (SELECT count(*) FROM gone) WHERE id = :task_id
        RETURNING lines, open_lines
    )
    SELECT gone.*, task.lines, task.open_lines FROM gone, task ORDER BY gone.seq
    """
)


def short(warehouse_id: int, person_id: int | None, task_id: int, line_id: int, reason: str) -> Closed:
    """The picker cannot take the rest of a line: its order leaves the task and waits for the supervisor.

    The other open lines of the order are withdrawn and all its holds let go, in other zones of a relay too; what was
    picked of it stays in its tote. `reason`: missing, damaged, unreadable; a bin where goods are missing is counted and
    filled up at once. Raises as `rules.check_working`, `check_open` do.
    """
    relay.lock_all(task_id)
    task = tasks.locked(warehouse_id, task_id)
    check_working(task, person_id)
    line = tasks.line(task_id, line_id)
    check_open(line)
    values = {"task_id": task_id, "line_id": line_id, "reason": reason, "person_id": person_id, "now": now()}
    rows = list(db.session.execute(_CLOSE, values).all())
    first = rows[0]
    orders.mark_short(first.order_id, f"{reason}: {line.qty - line.picked} × {line.sku} @ {line.bin}")
    assert person_id is not None
    give_up(warehouse_id, person_id, line, reason, {row.order_line_id for row in rows})
    publish(LineShort(warehouse_id, task_id, line_id, first.order_id, reason, person_id))
    if task.stage:
        withdraw(warehouse_id, [first.order_id], "short")
    if first.open_lines == 0:
        tasks.finish(warehouse_id, task_id)
    return Closed(rows, first.lines - first.open_lines, first.lines, home_if_asked(warehouse_id, task_id))


def give_up(
    warehouse_id: int, person_id: int, line: LineFacts, reason: str, order_line_ids: Collection[int]
) -> None:
    """The rest of `line` is not picked: the holds of these order lines are let go, and a bin where goods are missing
    is counted and filled up."""
    gone = sorted(order_line_ids)
    if reason != "missing":
        return stock.release_holds(gone)
    replenishment.wait_turn(line.sku_id)
    stock.keep_still(warehouse_id, gone, line.sku_id)
    stock.release_holds(gone)
    return look_into(warehouse_id, person_id, line)


def look_into(warehouse_id: int, person_id: int, line: LineFacts) -> None:
    """The books are wrong about the bin of this line: have it counted, and its goods brought from elsewhere."""
    have_counted(warehouse_id, person_id, line)
    replenishment.emergency(warehouse_id, line.sku_id, line.bin_id, line.qty - line.picked)


def have_counted(warehouse_id: int, person_id: int, line: LineFacts) -> int:
    """Ask for a count of the goods of this line in its bin at once; returns the count's id."""
    return counting.ask(
        warehouse_id, line.bin_id, kind="short", sku_id=line.sku_id, why="short pick", urgent=True, asked_by=person_id
    )


_WANTED = text(
    """
    SELECT ol.id, ol.sku_id, ol.qty - ol.dropped AS wanted, coalesce(sum(pl.picked), 0)::bigint AS picked
    FROM order_line ol LEFT JOIN pick_line pl ON pl.order_line_id = ol.id
    WHERE ol.order_id = :order_id AND NOT ol.exploded GROUP BY ol.id ORDER BY ol.id
    """
)
_ORDER = text(
    """
    SELECT id, number, processing, confirmation, refund, hold_reason, hold_params FROM sales_order
    WHERE id = :order_id AND warehouse_id = :warehouse_id FOR UPDATE
    """
)


@dataclass(frozen=True)
class ShortOrder:
    """A short order with the pieces that were not picked: order line id → (SKU id, pieces)."""

    id: int
    number: str
    missing: dict[int, tuple[int, int]]
    picked: int


def short_order(warehouse_id: int, order_id: int) -> ShortOrder:
    """The order, locked. Raises `core.not_found`, `picking.not_short` (409) when it is not, or no more, short, and
    `picking.short_stopped` (409) when it was stopped: sent or picked on, it would be as if nobody had."""
    order = db.session.execute(_ORDER, {"warehouse_id": warehouse_id, "order_id": order_id}).one_or_none()
    if order is None:
        raise WmsError("core.not_found", thing="order", key=order_id)
    if order.processing != "short":
        raise WmsError("picking.not_short", order=order.number)
    stopped = orders.stopped_by(order)
    if stopped is not None:
        raise WmsError("picking.short_stopped", order=order.number, reason=stopped.reason)
    lines = db.session.execute(_WANTED, {"order_id": order_id}).all()
    return ShortOrder(order.id, order.number, missing_pieces(lines), sum(line.picked for line in lines))


def ship_without(warehouse_id: int, order_id: int) -> ShortOrder:
    """Send a short order without the pieces that were not found: they are dropped, the rest goes to packing.

    Raises `picking.nothing_picked` (409) when that would be an empty parcel, and as `short_order` does.
    """
    order = short_order(warehouse_id, order_id)
    if not order.picked:
        raise WmsError("picking.nothing_picked", order=order.number)
    orders.drop({line_id: qty for line_id, (_, qty) in order.missing.items()})
    go_to_packing(warehouse_id, order_id)
    return order


def go_to_packing(warehouse_id: int, order_id: int) -> None:
    """Nothing of a short order is still to be picked: it may be packed, or sorted where it lies in a bulk tote."""
    if not is_together(order_id):  # who sorts it says when it is
        orders.mark_again(order_id)
        orders.mark_started(order_id)
        return
    orders.mark_picked(order_id)
    publish(OrderPicked(warehouse_id, order_id))


# What was lost after it was picked says nothing about its bin.
_SHORT_BINS = text(
    """
    SELECT DISTINCT bin_id FROM pick_line
    WHERE order_id = :order_id AND status = 'short' AND short_reason NOT IN ('lost', 'aside')
    """
)


def bins_not_to_try(order_id: int) -> Sequence[int]:
    """Bins where this order's goods were not found: the ledger still counts on them, the picker does not."""
    return db.session.execute(_SHORT_BINS, {"order_id": order_id}).scalars().all()


# Of a relay: the last zone that is not picked yet, else the tote that was filled last.
_LAST = text(
    """
    SELECT s.task_id FROM (
        SELECT t.id, t.relay_id FROM pick_tote s JOIN pick_task t ON t.id = s.task_id
        WHERE s.order_id = :order_id ORDER BY s.id DESC LIMIT 1
    ) AS last
    JOIN pick_task t ON t.id = last.id OR t.relay_id = last.relay_id
    JOIN pick_tote s ON s.task_id = t.id AND s.order_id = :order_id
    ORDER BY t.status IN ('picked', 'cancelled'), s.in_use DESC, t.stage DESC, s.id DESC LIMIT 1
    """
)


def last_task(order_id: int) -> int:
    """The task that last carried an order."""
    return int(db.session.execute(_LAST, {"order_id": order_id}).scalar_one())
