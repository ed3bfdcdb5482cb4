"""Count tasks: asking for a count, taking one, handing it back."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, delete, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.counting.events import CountAsked
from wms.counting.lifecycle import COUNT
from wms.counting.models import CountPlan, CountTally, CountTask
from wms.layout.models import STORING, Bin
from wms.stock.models import LOOSE, StockBalance

_ACTIVE = text("status NOT IN ('done', 'cancelled')")


def plan_of(warehouse_id: int) -> CountPlan:
    """How this warehouse counts."""
    made = insert(CountPlan).values(warehouse_id=warehouse_id).on_conflict_do_nothing()
    found = db.session.get(CountPlan, warehouse_id)
    if found is None:
        db.session.execute(made)
        found = db.session.get_one(CountPlan, warehouse_id)
    return found


def ask(
    warehouse_id: int,
    bin_id: int,
    *,
    kind: str = "bin",
    sku_id: int | None = None,
    why: str = "",
    urgent: bool = False,
    asked_by: int | None = None,
) -> int:
    """Ask for a count of a bin, or with `sku_id` of one SKU in it; returns the task's id.

    A bin that already waits to be counted keeps its task: it becomes urgent, and as wide as the wider of the two.
    Raises `core.not_found`, and `counting.not_storing` for a bin that goods only pass through.
    """
    place = db.session.get(Bin, bin_id)
    if place is None or place.warehouse_id != warehouse_id:
        raise WmsError("core.not_found", thing="bin", key=bin_id)
    if place.kind not in STORING:
        raise WmsError("counting.not_storing", bin=place.code)
    made = insert(CountTask).values(
        warehouse_id=warehouse_id, kind=kind, bin_id=bin_id, sku_id=sku_id, status=COUNT.initial, why=why,
        urgent=urgent, round=1, container_id=LOOSE, asked_by=asked_by, asked_at=now(),
    )  # fmt: skip
    unless = made.on_conflict_do_nothing(index_elements=["bin_id"], index_where=_ACTIVE)
    task_id = db.session.execute(unless.returning(CountTask.id)).scalar()
    if task_id is None:
        return _widen(bin_id, sku_id, urgent)
    publish(CountAsked(warehouse_id, task_id, bin_id))
    return task_id


_WIDEN = text(
    """
    UPDATE count_task
    SET urgent = urgent OR :urgent,
        sku_id = CASE WHEN status = 'open' AND sku_id IS DISTINCT FROM cast(:sku_id AS bigint) THEN NULL ELSE sku_id END
    WHERE bin_id = :bin_id AND status NOT IN ('done', 'cancelled') RETURNING id
    """
)


def _widen(bin_id: int, sku_id: int | None, urgent: bool) -> int:
    found = db.session.execute(_WIDEN, {"bin_id": bin_id, "sku_id": sku_id, "urgent": urgent}).scalar()
    if found is None:  # it ended in this very moment
        raise WmsError("counting.try_again")
    return int(found)


def ask_sku(warehouse_id: int, sku_id: int, *, why: str = "", asked_by: int | None = None) -> list[int]:
    """Ask for a count of a SKU in every bin that has it; returns the tasks' ids. Raises `counting.nowhere`."""
    bins = _bins_of(warehouse_id, sku_id)
    if not bins:
        raise WmsError("counting.nowhere", sku=db.session.get_one(Sku, sku_id).code)
    return [ask(warehouse_id, each, kind="sku", sku_id=sku_id, why=why, asked_by=asked_by) for each in bins]


def _bins_of(warehouse_id: int, sku_id: int) -> Iterable[int]:
    there = exists().where(StockBalance.bin_id == Bin.id, StockBalance.sku_id == sku_id, StockBalance.on_hand > 0)
    query = select(Bin.id).where(Bin.warehouse_id == warehouse_id, Bin.kind.in_(STORING), there).order_by(Bin.id)
    return list(db.session.execute(query).scalars())


# Urgent ones first, then what is near: the bins of an aisle are counted in one walk.
_NEXT = text(
    """
    WITH here AS (
        SELECT b.aisle, b.y_mm FROM count_round r JOIN count_task t ON t.id = r.task_id JOIN bin b ON b.id = t.bin_id
        WHERE r.person_id = :person_id AND t.warehouse_id = :warehouse_id ORDER BY r.closed_at DESC LIMIT 1
    )
    SELECT t.id FROM count_task t JOIN bin b ON b.id = t.bin_id LEFT JOIN here ON true
    WHERE t.warehouse_id = :warehouse_id AND t.status IN ('open', 'recount')
      AND (NOT :other_person OR NOT EXISTS (
          SELECT 1 FROM count_round r WHERE r.task_id = t.id AND r.person_id = :person_id))
    ORDER BY t.urgent DESC, abs(b.aisle - coalesce(here.aisle, 0)), b.aisle, abs(b.y_mm - coalesce(here.y_mm, 0)), t.id
    LIMIT 1 FOR UPDATE OF t SKIP LOCKED
    """
)


def next_for(warehouse_id: int, person_id: int) -> CountTask | None:
    """Give a person the next bin to count: the one they have, else the most urgent and nearest; None: no work."""
    mine = of_person(warehouse_id, person_id)
    if mine is not None:
        return mine
    values = {"warehouse_id": warehouse_id, "person_id": person_id}
    values["other_person"] = plan_of(warehouse_id).other_person
    task_id = db.session.execute(_NEXT, values).scalar()
    return None if task_id is None else take(warehouse_id, person_id, task_id)


def take(warehouse_id: int, person_id: int, task_id: int) -> CountTask:
    """A person begins to count a bin.

    Raises `counting.other_person` when they counted it before, `counting.taken` when a colleague counts it,
    `counting.have_another` when they have another bin in hand, and as `locked` does.
    """
    task = locked(warehouse_id, task_id)
    if task.person_id == person_id:
        return task
    if task.person_id is not None:
        raise WmsError("counting.taken", bin=_code(task.bin_id), person=_name(task.person_id))
    mine = of_person(warehouse_id, person_id)
    if mine is not None:
        raise WmsError("counting.have_another", bin=_code(mine.bin_id))
    if plan_of(warehouse_id).other_person and _counted(task_id, person_id):
        raise WmsError("counting.other_person", bin=_code(task.bin_id))
    task.status = COUNT.after("take_again" if task.status == "recount" else "take", task.status)
    task.person_id, task.at_bin_at, task.container_id = person_id, None, LOOSE
    db.session.flush()
    return task


def may_count(warehouse_id: int, bin_id: int, person_id: int | None) -> bool:
    """Whether this person could count a bin right now: nobody is at it, nor are they at another, nor were they before
    where a second person must."""
    if person_id is None or of_person(warehouse_id, person_id) is not None:
        return False
    query = select(CountTask).where(CountTask.bin_id == bin_id, CountTask.status.not_in(("done", "cancelled")))
    task = db.session.execute(query).scalar_one_or_none()
    if task is None:
        return True
    if task.status not in ("open", "recount"):
        return False
    return not (plan_of(warehouse_id).other_person and _counted(task.id, person_id))


def let_go(warehouse_id: int, person_id: int) -> None:
    """Hand back the bin in hand; what was counted of it in this round is forgotten. Raises `counting.no_task`."""
    task = in_hand(warehouse_id, person_id)
    forget(task)
    task.status = COUNT.after("hand_back" if task.round == 1 else "hand_back_again", task.status)
    task.person_id = task.at_bin_at = None
    db.session.flush()


def forget(task: CountTask) -> None:
    """What was tallied in this round, unseen again."""
    mine = (CountTally.task_id == task.id) & (CountTally.round == task.round)
    db.session.execute(delete(CountTally).where(mine))


def cancel(warehouse_id: int, task_id: int, actor_id: int | None) -> CountTask:
    """A supervisor gives a count up; what was posted of it stays. Raises as `locked` does."""
    task = locked(warehouse_id, task_id)
    task.status = COUNT.after("cancel", task.status)
    task.person_id, task.ended_at, task.decided_by = None, now(), actor_id
    db.session.execute(_DROP, {"task_id": task_id})
    db.session.flush()
    return task


_DROP = text(
    "UPDATE count_line SET outcome = 'dropped' WHERE task_id = :task_id AND outcome IN ('again', 'approval', 'pending')"
)


def drop_unsettled(task_id: int) -> None:
    """What earlier rounds found and nobody posted is not posted any more."""
    db.session.execute(_DROP, {"task_id": task_id})


def locked(warehouse_id: int, task_id: int) -> CountTask:
    """The task, its row locked. Raises `core.not_found`."""
    query = select(CountTask).where(CountTask.id == task_id, CountTask.warehouse_id == warehouse_id).with_for_update()
    found = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="count", key=task_id)
    return found


def of_person(warehouse_id: int, person_id: int | None) -> CountTask | None:
    """The task that a person has in hand."""
    query = select(CountTask).where(CountTask.person_id == person_id, CountTask.warehouse_id == warehouse_id)
    return db.session.execute(query).scalar_one_or_none()


def in_hand(warehouse_id: int, person_id: int, task_id: int | None = None) -> CountTask:
    """The task that a person has in hand, locked; `task_id` is the one that their device believes in.

    Raises `counting.no_task` when there is none, or another.
    """
    query = select(CountTask).where(CountTask.person_id == person_id, CountTask.warehouse_id == warehouse_id)
    found = db.session.execute(
        query.with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None or task_id not in (None, found.id):
        raise WmsError("counting.no_task", next="count_none")
    return found


def waiting(warehouse_id: int, person_id: int) -> int:
    """How many bins wait that this person may count."""
    values = {"warehouse_id": warehouse_id, "person_id": person_id}
    values["other_person"] = plan_of(warehouse_id).other_person
    return int(db.session.execute(_WAITING, values).scalar_one())


_WAITING = text(
    """
    SELECT count(*) FROM count_task t WHERE t.warehouse_id = :warehouse_id AND t.status IN ('open', 'recount')
      AND (NOT :other_person OR NOT EXISTS (
          SELECT 1 FROM count_round r WHERE r.task_id = t.id AND r.person_id = :person_id))
    """
)


def zero_check(warehouse_id: int, bins: Select[Any], *, actor_id: int | None = None) -> list[int]:
    """Picks may have emptied the bins of this query: have those looked into that the books take to be empty.

    Returns the tasks' ids; none where this warehouse does not want zero-checks.
    """
    unwanted = exists().where(CountPlan.warehouse_id == warehouse_id, CountPlan.zero_checks.is_(False))
    full = exists().where(StockBalance.bin_id == Bin.id, StockBalance.on_hand > 0)
    emptied = (Bin.warehouse_id == warehouse_id, Bin.id.in_(bins), Bin.kind.in_(("pick", "bulk")), ~full, ~unwanted)
    empty = db.session.execute(select(Bin.id).where(*emptied).order_by(Bin.id)).scalars()
    return [ask(warehouse_id, bin_id, kind="zero", why="empty", asked_by=actor_id) for bin_id in list(empty)]


def _counted(task_id: int, person_id: int) -> bool:
    return bool(
        db.session.execute(
            text("SELECT EXISTS (SELECT 1 FROM count_round WHERE task_id = :task_id AND person_id = :person_id)"),
            {"task_id": task_id, "person_id": person_id},
        ).scalar()
    )


def _code(bin_id: int) -> str:
    return str(db.session.execute(select(Bin.code).where(Bin.id == bin_id)).scalar_one())


def _name(person_id: int) -> str:
    found: Row[Any] | None = db.session.execute(
        text("SELECT name FROM person WHERE id = :id"), {"id": person_id}
    ).one_or_none()
    return "–" if found is None else str(found.name)


def put_plan(warehouse_id: int, values: dict[str, Any]) -> CountPlan:
    """Change how this warehouse counts."""
    plan_of(warehouse_id)
    db.session.execute(update(CountPlan).where(CountPlan.warehouse_id == warehouse_id).values(**values))
    db.session.expire_all()
    return plan_of(warehouse_id)
