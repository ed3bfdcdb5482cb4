"""Who works what: people who are ready, tasks that are open, and bringing them together."""
from __future__ import annotations

from sqlalchemy import delete, text, update

from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.core.lock import lock
from wms.picking import tasks
from wms.picking.events import TaskAssigned, TaskLetGo
from wms.picking.lifecycle import TASK
from wms.picking.models import PickTask, PickWaiting
from wms.picking.rules import TaskFacts, check_own

# Who signed out, or whose session ran out, is not there to be given work.
_PAIRS = text(
    """
    WITH people AS (
        SELECT w.person_id, row_number() OVER (ORDER BY w.since, w.person_id) AS turn
        FROM pick_waiting w
        WHERE w.warehouse_id = :warehouse_id AND EXISTS (
            SELECT 1 FROM device_session d
            WHERE d.person_id = w.person_id AND d.ended_at IS NULL AND d.expires_at > :now)
    ), free AS MATERIALIZED (
        SELECT id FROM pick_task WHERE warehouse_id = :warehouse_id AND status = 'open'
        ORDER BY id LIMIT (SELECT count(*) FROM people) FOR UPDATE SKIP LOCKED
    ), pairs AS (
        SELECT free.id, people.person_id
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS turn FROM free) AS free JOIN people USING (turn)
    ), served AS (
        DELETE FROM pick_waiting w USING pairs WHERE w.person_id = pairs.person_id
    )
    UPDATE pick_task t SET status = :assigned, person_id = pairs.person_id, assigned_at = :now
    FROM pairs WHERE t.id = pairs.id
    RETURNING t.id, t.person_id
    """
)
_TAKE = text(
    """
    UPDATE pick_task SET status = :assigned, person_id = :person_id, assigned_at = :now
    WHERE id = (
        SELECT id FROM pick_task WHERE warehouse_id = :warehouse_id AND status = 'open'
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id
    """
)
_WAIT = text(
    """
    INSERT INTO pick_waiting (person_id, warehouse_id, since) VALUES (:person_id, :warehouse_id, :now)
    ON CONFLICT (person_id) DO UPDATE SET warehouse_id = excluded.warehouse_id
    """
)
ASSIGNED = TASK.after("assign", "open")


def offer(warehouse_id: int) -> None:
    """Give open tasks to waiting people, who has waited longest first; each is told at once."""
    _lock(warehouse_id)
    rows = db.session.execute(_PAIRS, {"warehouse_id": warehouse_id, "assigned": ASSIGNED, "now": now()})
    for task_id, person_id in rows.all():
        publish(TaskAssigned(warehouse_id, task_id, person_id))


def ready(warehouse_id: int, person_id: int) -> TaskFacts | None:
    """A person is ready: the task they have, else an open one, else None and they wait for the next."""
    _lock(warehouse_id)
    task = tasks.of_person(warehouse_id, person_id)
    if task is not None:
        return task
    if _take(warehouse_id, person_id):
        return tasks.of_person(warehouse_id, person_id)
    db.session.execute(_WAIT, {"person_id": person_id, "warehouse_id": warehouse_id, "now": now()})
    return None


def let_go(warehouse_id: int, person_id: int | None, task_id: int) -> None:
    """Hand a task back. Its cart and totes stay with it: who gets it next scans the cart and goes on.

    Raises as `rules.check_own` does.
    """
    task = tasks.locked(warehouse_id, task_id)
    check_own(task, person_id)
    assert task.person_id is not None
    db.session.execute(
        update(PickTask).where(PickTask.id == task_id).values(status=TASK.after("let_go", task.status), person_id=None)
    )
    publish(TaskLetGo(warehouse_id, task_id, task.person_id))
    offer(warehouse_id)


def stop_waiting(person_id: int | None) -> None:
    """Take a person out of the queue."""
    db.session.execute(delete(PickWaiting).where(PickWaiting.person_id == person_id))


def is_waiting(person_id: int | None) -> bool:
    """Whether a person waits for a task."""
    return db.session.get(PickWaiting, person_id) is not None if person_id is not None else False


def _take(warehouse_id: int, person_id: int) -> bool:
    values = {"warehouse_id": warehouse_id, "person_id": person_id, "assigned": ASSIGNED, "now": now()}
    task_id = db.session.execute(_TAKE, values).scalar()
    if task_id is None:
        return False
    stop_waiting(person_id)
    publish(TaskAssigned(warehouse_id, task_id, person_id))
    return True


def _lock(warehouse_id: int) -> None:
    # Without it a person who begins to wait and a wave that is released at the same moment miss each other.
    lock("pick.assign", warehouse_id)
