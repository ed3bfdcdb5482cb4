"""What a supervisor decides about a count, and what is tried again by itself."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.counting import close, posting, tasks
from wms.counting.lifecycle import COUNT
from wms.counting.models import CountLine, CountTask


def approve(warehouse_id: int, task_id: int, actor_id: int | None) -> CountTask:
    """A supervisor, who did not count and did not ask for the count, posts what the last round found.

    Raises `counting.own_count` (403), `counting.adjusted_since` (409), `core.illegal_move`, `core.not_found`.
    """
    task = tasks.locked(warehouse_id, task_id)
    status = COUNT.after("approve", task.status)
    _check_second(task, actor_id)
    posting.check_not_adjusted(task)
    task.status, task.decided_by = status, actor_id
    lines = _lines(task, "approval")
    for line in lines:
        line.outcome = "pending"
    posting.post_lines(task, lines, actor_id)
    close.settle(task)
    return task


def refuse(warehouse_id: int, task_id: int, actor_id: int | None) -> CountTask:
    """A supervisor trusts the books: nothing more of this count is posted. Raises as `approve` does."""
    task = tasks.locked(warehouse_id, task_id)
    status = COUNT.after("refuse", task.status)
    _check_second(task, actor_id)
    tasks.drop_unsettled(task_id)
    task.status, task.decided_by, task.ended_at = status, actor_id, now()
    db.session.flush()
    return task


def again(warehouse_id: int, task_id: int, actor_id: int | None) -> CountTask:
    """A supervisor wants one more count of it, by someone who has not counted it. Raises as `approve` does."""
    task = tasks.locked(warehouse_id, task_id)
    task.status = COUNT.after("ask_again", task.status)
    task.round += 1
    task.at_bin_at, task.decided_by = None, actor_id
    db.session.flush()
    return task


def _check_second(task: CountTask, actor_id: int | None) -> None:
    counted = db.session.execute(
        text("SELECT person_id FROM count_round WHERE task_id = :task_id"), {"task_id": task.id}
    ).scalars()
    if actor_id is None or actor_id == task.asked_by or actor_id in set(counted):
        raise WmsError("counting.own_count")


def _lines(task: CountTask, *outcomes: str) -> list[CountLine]:
    query = select(CountLine).where(
        CountLine.task_id == task.id, CountLine.round == task.round, CountLine.outcome.in_(outcomes)
    )
    return list(db.session.execute(query.order_by(CountLine.id)).scalars())


def retry(warehouse_id: int, task_id: int) -> int:
    """Post what waited for pieces that are held no more; returns the pieces posted.

    When the books were corrected by hand meanwhile, the bin is counted again instead.
    """
    task = tasks.locked(warehouse_id, task_id)
    if task.status != "counted":
        return 0
    try:
        posting.check_not_adjusted(task)
    except WmsError:
        again(warehouse_id, task_id, None)
        return 0
    moved = posting.post_lines(task, _lines(task, "pending"), task.decided_by)
    close.settle(task)
    return moved


def waiting_for_holds(warehouse_id: int | None = None) -> list[tuple[int, int]]:
    """(warehouse, task) of counts whose differences wait for held pieces."""
    query = select(CountTask.warehouse_id, CountTask.id).where(CountTask.status == "counted").order_by(CountTask.id)
    if warehouse_id is not None:
        query = query.where(CountTask.warehouse_id == warehouse_id)
    return [(row[0], row[1]) for row in db.session.execute(query)]


_IN_THE_WAY = text(
    """
    SELECT l.id AS line_id, h.origin, h.qty, coalesce(o.number, h.reference) AS reference
    FROM count_line l JOIN count_task t ON t.id = l.task_id
    JOIN stock_balance b ON b.bin_id = t.bin_id AND b.sku_id = l.sku_id AND b.lot = l.lot
         AND b.container_id = l.container_id AND b.owner_id = l.owner_id AND b.condition = l.condition
    JOIN stock_hold h ON h.balance_id = b.id AND h.status = 'open'
    LEFT JOIN order_line ol ON ol.id = h.order_line_id LEFT JOIN sales_order o ON o.id = ol.order_id
    WHERE l.task_id = :task_id AND l.outcome = 'pending' ORDER BY l.id, h.id
    """
)


def in_the_way(task_id: int) -> dict[int, list[dict[str, Any]]]:
    """The holds that keep pending differences from being posted: line id → [{origin, reference, qty}]."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in db.session.execute(_IN_THE_WAY, {"task_id": task_id}):
        found.setdefault(row.line_id, []).append({"origin": row.origin, "reference": row.reference, "qty": row.qty})
    return found
