"""Who works what: people who are ready, tasks that are open, and bringing them together."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, text, update

from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.core.lock import lock
from wms.picking import tasks
from wms.picking.events import TaskAssigned, TaskChanged, TaskLetGo
from wms.picking.lifecycle import TASK
from wms.picking.models import PickTask, PickWaiting
from wms.picking.pairing import Picker, Work, pairs
from wms.picking.rules import TaskFacts, check_own

# Who signed out, or whose session ran out, is not there to be given work. Where somebody is, is where goods last
# moved by their hand.
_PEOPLE = text(
    """
    SELECT w.person_id AS id, here.x, here.y, p.zone_ids, p.skills,
           ARRAY(SELECT m.wave_id FROM pick_wave_person m WHERE m.person_id = w.person_id) AS waves
    FROM (SELECT person_id, since FROM pick_waiting
          WHERE warehouse_id = :warehouse_id AND cast(:person_id AS bigint) IS NULL
          UNION ALL SELECT cast(:person_id AS bigint), now() WHERE cast(:person_id AS bigint) IS NOT NULL) w
    JOIN warehouse h ON h.id = :warehouse_id
    LEFT JOIN pick_person p ON p.person_id = w.person_id AND p.warehouse_id = :warehouse_id
    LEFT JOIN LATERAL (
        SELECT b.aisle * h.aisle_spacing_mm AS x, b.y_mm AS y
        FROM (SELECT from_bin_id FROM stock_move WHERE actor_id = w.person_id ORDER BY id DESC LIMIT 1) m
        JOIN bin b ON b.id = m.from_bin_id AND b.warehouse_id = :warehouse_id AND b.kind IN ('pick', 'bulk')
    ) here ON true
    WHERE cast(:person_id AS bigint) IS NOT NULL OR EXISTS (
        SELECT 1 FROM device_session d
        WHERE d.person_id = w.person_id AND d.ended_at IS NULL AND d.expires_at > :now)
    ORDER BY w.since, w.person_id
    """
)
_OPEN = text(
    """
    SELECT t.id, t.wave_id, w.cutoff_at, t.zone_ids, b.aisle * h.aisle_spacing_mm AS x, b.y_mm AS y,
           ARRAY(SELECT DISTINCT s.skill FROM pick_zone_skill s WHERE s.zone_id = ANY(t.zone_ids)) AS skills,
           w.people,
           ARRAY(SELECT z.id FROM zone z WHERE z.warehouse_id = t.warehouse_id AND w.people -> 'zones' ? z.code)
               AS for_zones
    FROM pick_task t JOIN wave w ON w.id = t.wave_id JOIN warehouse h ON h.id = t.warehouse_id
    LEFT JOIN bin b ON b.id = t.first_bin_id
    WHERE t.warehouse_id = :warehouse_id AND t.status = 'open' AND w.paused_at IS NULL ORDER BY t.id
    """
)
# Who waits no longer has taken over a cart at this moment, or was given one: they get nothing beside it.
_ASSIGN = text(
    """
    WITH pairs AS (
        SELECT free.id AS task_id, p.person_id
        FROM unnest(cast(:tasks AS bigint[]), cast(:people AS bigint[])) AS p (task_id, person_id)
        JOIN (SELECT id FROM pick_task WHERE id = ANY(:tasks) AND status = 'open' ORDER BY id FOR UPDATE SKIP LOCKED)
            AS free ON free.id = p.task_id
    ), served AS (
        DELETE FROM pick_waiting w USING pairs WHERE w.person_id = pairs.person_id RETURNING w.person_id
    )
    UPDATE pick_task t SET status = :assigned, person_id = pairs.person_id, assigned_at = :now
    FROM pairs
    WHERE t.id = pairs.task_id
      AND (pairs.person_id = :person_id OR pairs.person_id IN (SELECT s.person_id FROM served s))
    RETURNING t.id, t.person_id
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
    """Give open tasks to waiting people, who has waited longest chooses first; each is told at once."""
    hold_still(warehouse_id)
    _bring_together(warehouse_id)


def ready(warehouse_id: int, person_id: int) -> TaskFacts | None:
    """A person is ready: the task they have, else the best open one, else None and they wait for the next."""
    hold_still(warehouse_id)
    task = tasks.of_person(warehouse_id, person_id)
    if task is not None:
        return task
    if _bring_together(warehouse_id, person_id):
        return tasks.of_person(warehouse_id, person_id)
    db.session.execute(_WAIT, {"person_id": person_id, "warehouse_id": warehouse_id, "now": now()})
    return None


def _bring_together(warehouse_id: int, person_id: int | None = None) -> bool:
    """Pair those who wait, or only this person, with open tasks; whether anybody got one."""
    asked = {"warehouse_id": warehouse_id, "person_id": person_id, "now": now()}
    people = [_picker(row) for row in db.session.execute(_PEOPLE, asked)]
    if not people:
        return False
    tasks_left = [_work(row) for row in db.session.execute(_OPEN, {"warehouse_id": warehouse_id})]
    got = False
    while wanted := pairs(people, tasks_left):
        columns = {"tasks": [task for task, _ in wanted], "people": [person for _, person in wanted]}
        rows = db.session.execute(_ASSIGN, {**columns, **asked, "assigned": ASSIGNED}).all()
        for task_id, who in sorted(rows):
            publish(TaskAssigned(warehouse_id, task_id, who))
            got = True
        # A task that somebody else changes at this moment is left to them, and who should have had it looks again.
        served = {who for _, who in rows}
        people = [person for person in people if person.id not in served]
        tried = set(columns["tasks"])
        tasks_left = [task for task in tasks_left if task.id not in tried]
    return got


def _picker(row: Row[Any]) -> Picker:
    at = (row.x, row.y) if row.x is not None else None
    return Picker(row.id, at, frozenset(row.zone_ids or ()), frozenset(row.skills or ()), frozenset(row.waves))


def _work(row: Row[Any]) -> Work:
    at = (row.x, row.y) if row.x is not None else None
    only = frozenset(row.people["persons"]) if row.people.get("persons") else None
    sent = frozenset(row.for_zones) if row.people.get("zones") else None
    return Work(row.id, row.wave_id, at, row.cutoff_at, frozenset(row.zone_ids), frozenset(row.skills), only, sent)


def let_go(warehouse_id: int, person_id: int | None, task_id: int) -> None:
    """Hand a task back. Its cart and totes stay with it: who gets it next scans the cart and goes on.

    Raises as `rules.check_own` does.
    """
    task = tasks.locked(warehouse_id, task_id)
    check_own(task, person_id)
    release(warehouse_id, [task])
    offer(warehouse_id)


def release(warehouse_id: int, freed: Sequence[TaskFacts], *, why: str = "", by: str = "") -> None:
    """These locked tasks are nobody's now. `why`: their people are told so, where it was not they who asked."""
    for task in freed:
        assert task.person_id is not None
        db.session.execute(
            update(PickTask)
            .where(PickTask.id == task.id)
            .values(status=TASK.after("let_go", task.status), person_id=None, send_home=False)
        )
        tasks.note_places(task_id=task.id)
        publish(TaskLetGo(warehouse_id, task.id, task.person_id))
        if why:
            publish(TaskChanged(warehouse_id, task.id, task.person_id, why, by))


_ASKED_HOME = text("SELECT 1 FROM pick_task WHERE id = :task_id AND send_home AND status = 'picking'")


def home_if_asked(warehouse_id: int, task_id: int) -> bool:
    """The line in hand is done: the locked task of whoever was sent home is handed back, and offered to who waits.

    Says whether it was; a task that is over, or whose person goes on, stays as it is.
    """
    if db.session.execute(_ASKED_HOME, {"task_id": task_id}).scalar() is None:
        return False
    release(warehouse_id, [tasks.find(warehouse_id, task_id)])
    offer(warehouse_id)
    return True


def stop_waiting(person_id: int | None, warehouse_id: int | None = None) -> bool:
    """Take a person out of the queue, or only out of that of one warehouse; whether they were in it."""
    gone = delete(PickWaiting).where(PickWaiting.person_id == person_id)
    if warehouse_id is not None:
        gone = gone.where(PickWaiting.warehouse_id == warehouse_id)
    return db.session.execute(gone.returning(PickWaiting.person_id)).one_or_none() is not None


def is_waiting(person_id: int | None) -> bool:
    """Whether a person waits for a task."""
    return db.session.get(PickWaiting, person_id) is not None if person_id is not None else False


def hold_still(warehouse_id: int) -> None:
    """Nobody else gives tasks to people until the commit.

    Without it a person who begins to wait and a wave that is released at the same moment miss each other, and
    somebody who asks for work while a supervisor gives them a cart would get two.
    """
    lock("pick.assign", warehouse_id)
