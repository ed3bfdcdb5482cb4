"""Taking orders out of the tasks that carry them, at any moment: nothing is lost, and who walks is told."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text, update

from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.picking import tasks
from wms.picking.events import TaskChanged
from wms.picking.lifecycle import TASK
from wms.picking.models import PickTask
from wms.stock import service as stock

# Every task that carries one of the orders, also those that are picked: a tote that waits for packing is one's too.
_TASKS = text(
    """
    SELECT t.id FROM pick_task t
    WHERE t.warehouse_id = :warehouse_id AND t.status IN ('waiting', 'open', 'assigned', 'picking')
      AND t.id IN (SELECT l.task_id FROM pick_line l WHERE l.order_id = ANY(:order_ids))
    ORDER BY t.id FOR NO KEY UPDATE
    """
)
_ORDERS = text("SELECT id FROM sales_order WHERE id = ANY(:order_ids) ORDER BY id FOR UPDATE")
_CLOSE = text(
    """
    WITH gone AS (
        UPDATE pick_line SET status = 'withdrawn', short_reason = :why, awaits = false, done_at = :now
        WHERE order_id = ANY(:order_ids) AND status = 'open'
        RETURNING task_id, slot, order_line_id
    ), slots AS (
        UPDATE pick_tote s SET open_lines = 0
        FROM (SELECT DISTINCT task_id, slot FROM gone) g WHERE s.task_id = g.task_id AND s.slot = g.slot
    ), counted AS (
        SELECT task_id, count(*) AS lines FROM gone GROUP BY task_id
    ), changed AS (
        UPDATE pick_task t SET open_lines = t.open_lines - counted.lines FROM counted WHERE t.id = counted.task_id
        RETURNING t.id, t.wave_id, t.status, t.person_id, t.open_lines, t.stage
    )
    SELECT changed.*, array_agg(DISTINCT gone.order_line_id) AS order_lines
    FROM changed JOIN gone ON gone.task_id = changed.id
    GROUP BY changed.id, changed.wave_id, changed.status, changed.person_id, changed.open_lines, changed.stage
    ORDER BY changed.id
    """
)


@dataclass(frozen=True)
class Tote:
    """A container with goods of an order, and the bin in which the books have it."""

    order_id: int
    container_id: int
    bin_id: int


@dataclass
class Withdrawn:
    """What withdrawing found: `totes` with goods, and the orders of which something was picked."""

    totes: list[Tote] = field(default_factory=list)

    @property
    def touched(self) -> set[int]:
        return {tote.order_id for tote in self.totes}


def withdraw(warehouse_id: int, order_ids: Sequence[int], why: str) -> Withdrawn:
    """The open lines of these orders leave their tasks, and what is held for them is let go.

    Locks tasks, orders and stock, in that order. A task without anything left to pick ends; who walks one is told.
    `why`: pulled, cancelled, intercepted, a scan of such a line is refused with those words; or short, in another zone.
    """
    asked: dict[str, Any] = {"warehouse_id": warehouse_id, "order_ids": sorted(order_ids)}
    db.session.execute(_TASKS, asked)
    db.session.execute(_ORDERS, asked)
    changed = db.session.execute(_CLOSE, {**asked, "why": why, "now": now()}).all()
    lines = sorted({line for row in changed for line in row.order_lines})
    if lines:
        stock.release_holds(lines)
    for row in changed:
        if row.open_lines == 0:
            _end(warehouse_id, row)
        if row.person_id is not None:
            publish(TaskChanged(warehouse_id, row.id, row.person_id, why))
    return Withdrawn(totes_of(order_ids))


def _end(warehouse_id: int, row: Any) -> None:
    if row.status == "picking":
        tasks.finish(warehouse_id, row.id)
        return
    db.session.execute(
        update(PickTask)
        .where(PickTask.id == row.id)
        .values(status=TASK.after("cancel", row.status), person_id=None, finished_at=now())
    )
    tasks.ended(warehouse_id, row.id, row.wave_id, row.stage)


_TOTES = text(
    """
    SELECT DISTINCT s.order_id, s.container_id, t.stage_bin_id AS bin_id
    FROM pick_tote s JOIN pick_task t ON t.id = s.task_id
    WHERE s.order_id = ANY(:order_ids) AND s.in_use AND EXISTS (
        SELECT 1 FROM stock_balance b
        WHERE b.container_id = s.container_id AND b.bin_id = t.stage_bin_id AND b.on_hand > 0)
    ORDER BY s.order_id, s.container_id
    """
)


def totes_of(order_ids: Sequence[int]) -> list[Tote]:
    """The totes in which goods of these orders lie."""
    return [Tote(*row) for row in db.session.execute(_TOTES, {"order_ids": sorted(order_ids)})]


_UNPICK = text(
    """
    UPDATE pick_line SET put_back = put_back + picked, picked = 0, status = 'withdrawn',
           short_reason = CASE WHEN status = 'withdrawn' THEN short_reason ELSE :why END
    WHERE order_id = ANY(:order_ids) AND status IN ('picked', 'short', 'withdrawn')
    """
)
_FREE = text("UPDATE pick_tote SET in_use = false, open_lines = 0 WHERE order_id = ANY(:order_ids) AND in_use")


def unpick(order_ids: Sequence[int], why: str) -> None:
    """What was picked of these orders is theirs no more: it goes back. Their totes take nothing new until they are
    empty, because goods lie in them."""
    db.session.execute(_UNPICK, {"order_ids": sorted(order_ids), "why": why})
    db.session.execute(_FREE, {"order_ids": sorted(order_ids)})


