"""Taking orders out of the tasks that carry them, at any moment: nothing is lost, and who walks is told."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text, update

from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.picking import lists, tasks
from wms.picking.events import TaskChanged
from wms.picking.lifecycle import TASK
from wms.picking.models import PickTask
from wms.stock import service as stock

# Every task that carries one of the orders; of those in bulk also the ones that are picked, because who sorts their
# totes locks them too. An order that waits for a sealed box is carried by none yet: its wave's task is locked.
_TASKS = text(
    """
    SELECT t.id FROM pick_task t
    WHERE t.warehouse_id = :warehouse_id
      AND (t.status IN ('waiting', 'open', 'assigned', 'picking') OR t.kind = 'bulk')
      AND t.id IN (SELECT l.task_id FROM pick_line l WHERE l.order_id = ANY(:order_ids) UNION ALL
                   SELECT b.id FROM wave_order m JOIN pick_task b ON b.wave_id = m.wave_id AND b.kind = 'box'
                   WHERE m.order_id = ANY(:order_ids) AND m.active)
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
    """What withdrawing found: `totes` with goods of one order, and the orders of which something was picked, wherever
    it lies or was lost."""

    totes: list[Tote] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)


def withdraw(warehouse_id: int, order_ids: Sequence[int], why: str) -> Withdrawn:
    """The open lines of these orders leave their tasks, and what is held for them is let go.

    Locks tasks, orders and stock, in that order. A task without anything left to pick ends; who walks one is told.
    `why`: pulled, cancelled, intercepted, a scan of such a line is refused with those words; or short, in another zone.
    """
    asked: dict[str, Any] = {"warehouse_id": warehouse_id, "order_ids": sorted(order_ids)}
    db.session.execute(_TASKS, asked)
    db.session.execute(_ORDERS, asked)
    changed = db.session.execute(_CLOSE, {**asked, "why": why, "now": now()}).all()
    lists.outdated(warehouse_id, order_ids)
    lines = sorted({line for row in changed for line in row.order_lines})
    if lines:
        stock.release_holds(lines)
    for row in changed:
        if row.open_lines == 0:
            _end(warehouse_id, row)
        if row.person_id is not None:
            publish(TaskChanged(warehouse_id, row.id, row.person_id, why))
    return Withdrawn(totes_of(order_ids), set(db.session.execute(_TOUCHED, asked).scalars()))


_TOUCHED = text(
    "SELECT DISTINCT order_id FROM pick_line "
    "WHERE order_id = ANY(:order_ids) AND (picked > 0 OR short_reason IN ('lost', 'aside'))"
)
_HAS_PIECES = text("SELECT EXISTS (SELECT 1 FROM pick_line WHERE order_id = :order_id AND picked > 0)")


def has_pieces(order_id: int) -> bool:
    """Whether anything that was picked of an order is still its own: in a tote, a slot or among others in bulk."""
    return bool(db.session.execute(_HAS_PIECES, {"order_id": order_id}).scalar())


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
    UPDATE pick_line SET put_back = put_back + picked, picked = 0, sorted = 0, status = 'withdrawn',
           short_reason = CASE WHEN status = 'withdrawn' THEN short_reason ELSE :why END
    WHERE order_id = ANY(:order_ids) AND status IN ('picked', 'short', 'withdrawn')
    """
)
_FREE = text("UPDATE pick_tote SET in_use = false, open_lines = 0 WHERE order_id = ANY(:order_ids) AND in_use")


def unpick(order_ids: Sequence[int], why: str) -> None:
    """What was picked of these orders is theirs no more: it goes back. Their totes take nothing new until they are
    empty, because goods lie in them. What lies among others in bulk is put aside when it is sorted."""
    db.session.execute(_UNPICK, {"order_ids": sorted(order_ids), "why": why})
    db.session.execute(_FREE, {"order_ids": sorted(order_ids)})


_UNWANTED = text(
    """
    WITH free AS (
        UPDATE pick_tote s SET in_use = false
        FROM pick_task t
        WHERE t.id = s.task_id AND s.order_id IS NULL AND s.in_use AND t.status IN ('picked', 'cancelled')
          AND t.id IN (SELECT l.task_id FROM pick_line l WHERE l.order_id = ANY(:order_ids))
          AND NOT EXISTS (SELECT 1 FROM pick_line l WHERE l.task_id = t.id AND l.picked > l.sorted)
          AND EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = s.container_id
                      AND b.bin_id = t.stage_bin_id AND b.on_hand > 0)
        RETURNING s.task_id, s.container_id, t.stage_bin_id AS bin_id
    )
    SELECT (SELECT min(l.order_id) FROM pick_line l WHERE l.task_id = free.task_id AND l.order_id = ANY(:order_ids))
           AS order_id, container_id, bin_id
    FROM free ORDER BY container_id
    """
)


def unwanted_totes(order_ids: Sequence[int]) -> list[Tote]:
    """The bulk totes with goods of these orders and of nobody else any more: nobody need sort them. They are no bulk
    totes from now on."""
    return [Tote(*row) for row in db.session.execute(_UNWANTED, {"order_ids": sorted(order_ids)})]


