"""A cart changes hands: a colleague scans it and goes on at the exact line, or a supervisor says who does."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, text, update

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.resolve import clean, resolve
from wms.picking import assign, tasks
from wms.picking.events import TakeOverAsked, TaskAssigned, TaskChanged, TaskLetGo, TaskStarted, WaitingEnded
from wms.picking.lifecycle import TASK
from wms.picking.models import PickTask
from wms.picking.plans import plan_of
from wms.picking.relay import WAITING
from wms.picking.rules import TaskFacts, check_own, one_of

GOING = ("open", "assigned", "picking")
_ON_CART = text(
    f"SELECT id FROM pick_task WHERE warehouse_id = :warehouse_id AND cart_id = :cart_id AND status IN {GOING}"  # noqa: S608
)
_LAST = text(
    """
    SELECT greatest((SELECT max(l.done_at) FROM pick_line l WHERE l.task_id = t.id), t.started_at, t.assigned_at) AS at,
           EXISTS (SELECT 1 FROM device_session d WHERE d.person_id = t.person_id AND d.ended_at IS NULL
                   AND d.expires_at > :now) AS here
    FROM pick_task t WHERE t.id = :task_id
    """
)


def take_over(warehouse_id: int, person_id: int, name: str, code: str, *, supervisor: bool = False) -> TaskFacts:
    """A person scans the cart of a task and goes on at its line, wherever the one before them stopped.

    Free are a task that was handed back, one whose person has not scanned for the warehouse's idle minutes or has
    signed out, and to a supervisor any. Who is at work is asked instead: see `hand_over`.
    Raises `picking.not_a_cart.…`, `picking.nothing_on_cart` (409), `picking.wave_paused` (409),
    `picking.finish_yours` (409) and `picking.at_work` (409, nothing has changed then).
    """
    cart = one_of("cart", code, resolve(code, warehouse_id))
    task_id = db.session.execute(_ON_CART, {"warehouse_id": warehouse_id, "cart_id": cart.id}).scalar()
    if task_id is None:
        raise WmsError("picking.nothing_on_cart", cart=cart.code)
    task = tasks.locked(warehouse_id, task_id)
    if task.status not in GOING:  # its last line was given up a moment ago
        raise WmsError("picking.nothing_on_cart", cart=cart.code)
    if task.person_id != person_id or task.status != "picking":
        _check_going(task)
        if not supervisor:
            _check_free(task)
        _give(warehouse_id, task, person_id, "picking", name)
    return tasks.find(warehouse_id, task_id)


def at_work(warehouse_id: int, code: str) -> TaskFacts | None:
    """The task on a cart, for whoever is told that its person is at work with it."""
    found = [each for each in resolve(clean(code), warehouse_id) if each.kind == "cart"]
    for each in found:
        task_id = db.session.execute(_ON_CART, {"warehouse_id": warehouse_id, "cart_id": each.id}).scalar()
        if task_id is not None:
            return tasks.find(warehouse_id, task_id)
    return None


def ask_for(warehouse_id: int, code: str, by: str, by_id: int) -> None:
    """The person at work with a cart is asked whether they hand it over. Raises `picking.nothing_on_cart` (409)."""
    task = at_work(warehouse_id, code)
    if task is None or task.person_id is None:
        raise WmsError("picking.nothing_on_cart", cart=clean(code))
    publish(TakeOverAsked(warehouse_id, task.id, task.person_id, by, by_id))


def hand_over(warehouse_id: int, person_id: int | None, task_id: int, to_id: int) -> None:
    """The person at work gives their cart to a colleague. Raises as `rules.check_own` does, `picking.finish_yours`."""
    task = tasks.locked(warehouse_id, task_id)
    check_own(task, person_id)
    _give(warehouse_id, task, to_id, task.status, _name(to_id), tell_first=False)


def reassign(warehouse_id: int, task_id: int, to_id: int, by: str) -> TaskFacts:
    """A supervisor gives a task to a person, whoever has it. Who has it is told, and so is who gets it.

    One that has begun waits for its cart to be scanned by them. Raises `picking.task_over`, `picking.zone_before`,
    `picking.finish_yours`, `picking.already_theirs`, `picking.not_a_walk` (409) and `core.not_found` for a person who
    may not pick here.
    """
    task = tasks.locked(warehouse_id, task_id)
    if task.status in ("picked", "cancelled"):
        raise WmsError("picking.task_over", task=task_id)
    if task.kind == "box":
        raise WmsError("picking.not_a_walk", task=task_id)
    if task.status == WAITING:
        raise WmsError("picking.zone_before", task=task_id)
    if task.person_id == to_id:
        raise WmsError("picking.already_theirs", person=task.person)
    _check_picker(warehouse_id, to_id)
    _give(warehouse_id, task, to_id, "assigned", by, why="reassigned")
    publish(TaskAssigned(warehouse_id, task_id, to_id))
    return tasks.find(warehouse_id, task_id)


@dataclass(frozen=True)
class SentHome:
    """Who was sent home; `waited`: they had no task yet, and are out of the queue."""

    person: str
    waited: bool


def send_home(warehouse_id: int, person_id: int, by: str, *, at_once: bool = False) -> SentHome:
    """A supervisor sends somebody home: they finish the line in hand, or `at_once` they do not.

    A task that was not begun is handed back at once; who only waits for one is taken out of the queue and told so.
    Raises `picking.no_task` (409) for who has no task and waits for none.
    """
    person = _name(person_id)
    waited = assign.stop_waiting(person_id, warehouse_id)  # first: who is just given a task waits no more, and has it
    found = tasks.of_person(warehouse_id, person_id)
    if found is None and waited:
        publish(WaitingEnded(warehouse_id, person_id, by))
        return SentHome(person, waited)
    task = tasks.locked(warehouse_id, found.id) if found else None
    if task is None or task.person_id != person_id:
        raise WmsError("picking.no_task", person=person)
    stop(warehouse_id, task, by, at_once=at_once)
    assign.offer(warehouse_id)
    return SentHome(person, False)


def stop(warehouse_id: int, task: TaskFacts, by: str = "", *, at_once: bool = False, why: str = "send_home") -> None:
    """Free a locked task of its person: after the line in hand, or now when it was not begun or it must be."""
    assert task.person_id is not None
    if task.status == "assigned" or at_once:
        assign.release(warehouse_id, [task], why="sent_home" if why == "send_home" else why, by=by)
        return
    db.session.execute(update(PickTask).where(PickTask.id == task.id).values(send_home=True))
    publish(TaskChanged(warehouse_id, task.id, task.person_id, why, by))


def _give(
    warehouse_id: int, task: TaskFacts, to_id: int, status: str, by: str, *, why: str = "taken_over",
    tell_first: bool = True,
) -> None:  # fmt: skip
    """The locked task is another person's now; an unbegun one of theirs goes back to the others."""
    mine = _held(warehouse_id, to_id)
    if mine is not None and mine.id != task.id:
        if mine.status == "picking":
            raise WmsError("picking.finish_yours", cart=mine.cart or "–", person=mine.person)
        assign.release(warehouse_id, [mine])
    status = TASK.after("reassign" if status == "assigned" else "take_over", task.status)
    values: dict[str, Any] = {"status": status, "person_id": to_id, "assigned_at": now(), "send_home": False}
    if status == "picking":
        values["started_at"] = func.coalesce(PickTask.started_at, now())  # its cart may have come from another zone
    db.session.execute(update(PickTask).where(PickTask.id == task.id).values(**values))
    assign.stop_waiting(to_id)
    if task.person_id is not None and task.person_id != to_id:
        publish(TaskLetGo(warehouse_id, task.id, task.person_id))
        publish(TaskChanged(warehouse_id, task.id, task.person_id, why, by))
    if not tell_first:
        publish(TaskAssigned(warehouse_id, task.id, to_id))
    elif status == "picking":
        publish(TaskStarted(warehouse_id, task.id, to_id))


def _held(warehouse_id: int, person_id: int) -> TaskFacts | None:
    """The task of a person, locked; they get no other until the commit, though they may just be asking for one."""
    before = tasks.of_person(warehouse_id, person_id)
    if before is not None:
        tasks.lock_row(warehouse_id, before.id)  # first, as by whoever lets go of it
    assign.hold_still(warehouse_id)
    mine = tasks.of_person(warehouse_id, person_id)
    return tasks.locked(warehouse_id, mine.id) if mine else None


def _check_going(task: TaskFacts) -> None:
    paused = text("SELECT w.paused_at IS NOT NULL FROM wave w JOIN pick_task t ON t.wave_id = w.id WHERE t.id = :id")
    if db.session.execute(paused, {"id": task.id}).scalar():
        raise WmsError("picking.wave_paused")


def _check_free(task: TaskFacts) -> None:
    """Raises `picking.at_work` (409) while the task's person is at it."""
    if task.person_id is None:
        return
    moment = now()
    last = db.session.execute(_LAST, {"task_id": task.id, "now": moment}).one()
    idle = timedelta(minutes=plan_of(_house(task.id)).idle_minutes)
    if last.here and last.at is not None and moment - last.at < idle:
        minutes = int((moment - last.at).total_seconds() // 60)
        raise WmsError("picking.at_work", person=task.person, cart=task.cart or "–", minutes=minutes)


def _house(task_id: int) -> int:
    house = text("SELECT warehouse_id FROM pick_task WHERE id = :id")
    return int(db.session.execute(house, {"id": task_id}).scalar_one())


def _check_picker(warehouse_id: int, person_id: int) -> None:
    posted = text(
        "SELECT 1 FROM posting WHERE person_id = :id AND warehouse_id = :house AND post IN ('picker', 'supervisor', "
        "'admin')"
    )
    if db.session.execute(posted, {"id": person_id, "house": warehouse_id}).first() is None:
        raise WmsError("core.not_found", thing="picker", key=person_id)


def _name(person_id: int) -> str:
    return str(db.session.execute(text("SELECT name FROM person WHERE id = :id"), {"id": person_id}).scalar() or "–")
