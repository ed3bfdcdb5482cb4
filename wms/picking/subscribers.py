"""What picking does when a wave is released, and what it tells of its rows."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, text

from wms.access.events import NoteSent
from wms.core.bulk import among
from wms.core.db import db
from wms.core.event import publish, subscribe
from wms.core.reference import reference
from wms.core.said import Said
from wms.counting import service as counting
from wms.orders import service as orders
from wms.orders.models import Order
from wms.picking import assign, boxes, pace, putback, service, takeover, tasks, withdraw
from wms.picking.events import CartPassedOn, TaskChanged, TaskPicked
from wms.picking.models import PickLine, PickTask, PutBack, WavePerson
from wms.replenishment.events import FaceFilled
from wms.waves import service as waves
from wms.waves.events import OrdersPulled, WaveCancelled, WavePaused, WaveReleased, WaveResumed
from wms.waves.models import Wave

waves.paced_by(pace.measured)


@subscribe(WaveReleased)
def make_tasks(event: WaveReleased) -> None:
    """The plan becomes tasks, and people who wait get theirs in the same moment."""
    service.make(event.warehouse_id, event.wave_id)
    service.offer(event.warehouse_id)


@subscribe(OrdersPulled)
def take_out(event: OrdersPulled) -> None:
    """Orders leave their wave: their lines leave the carts, and what was picked of them goes back."""
    found = withdraw.withdraw(event.warehouse_id, event.order_ids, event.why)
    waves.require_pullable(event.order_ids)
    putback.ask_for(event.warehouse_id, found.totes, why=event.why, asked_by=event.by)
    withdraw.unpick(sorted(found.touched), event.why)
    putback.ask_for(
        event.warehouse_id, withdraw.unwanted_totes(event.order_ids), why=event.why, asked_by=event.by
    )
    orders.wait_again(event.order_ids, found.touched)
    boxes.left(event.warehouse_id, event.order_ids)


@subscribe(CartPassedOn)
def next_zone(event: CartPassedOn) -> None:
    """A cart has come to a zone: somebody who waits for work there gets it in the same moment."""
    tasks.note_places(task_id=event.task_id)
    service.offer(event.warehouse_id)


@subscribe(WavePaused)
def free_people(event: WavePaused) -> None:
    """Who has not begun is free for other work; who walks goes on, or stops after the line in hand where asked.

    Nobody is given a task until the pause can be seen: who just got one is freed of it, who asks now gets none.
    """
    db.session.execute(_LOCK_GOING, {"wave_id": event.wave_id})
    assign.hold_still(event.warehouse_id)
    ids = db.session.execute(_PEOPLE_OF, {"wave_id": event.wave_id}).scalars().all()
    for task_id in ids:
        task = tasks.locked(event.warehouse_id, task_id)
        if task.person_id is not None and (task.status == "assigned" or event.send_home):
            takeover.stop(event.warehouse_id, task, why="paused")


@subscribe(WaveResumed)
def go_on(event: WaveResumed) -> None:
    """Its carts are given to who waits."""
    service.offer(event.warehouse_id)


@subscribe(WaveCancelled)
def give_other_work(event: WaveCancelled) -> None:
    """Who has lost their task waits for another; nobody is left on a wave that is over."""
    db.session.execute(delete(WavePerson).where(WavePerson.wave_id == event.wave_id))


@subscribe(NoteSent)
def hand_back(event: NoteSent) -> None:
    """A device was sent to its start screen: its person's task is handed back, and they wait for none."""
    if event.kind != "home":
        return
    assign.stop_waiting(event.person_id)
    found = tasks.of_person(event.warehouse_id, event.person_id)
    if found is not None:
        takeover.stop(event.warehouse_id, tasks.locked(event.warehouse_id, found.id), event.by, at_once=True)
        service.offer(event.warehouse_id)


@subscribe(FaceFilled)
def goods_are_there(event: FaceFilled) -> None:
    """A bin was filled up that lines wait for: their pickers are told."""
    rows = db.session.execute(
        _AWAITED, {"bin_id": event.bin_id, "sku_id": event.sku_id, "warehouse_id": event.warehouse_id}
    ).all()
    for row in rows:
        publish(TaskChanged(event.warehouse_id, row.task_id, row.person_id, "filled"))


@subscribe(TaskPicked)
def check_empty_bins(event: TaskPicked) -> None:
    """Bins that this walk has emptied are looked into: asked once a cart, so that no single scan pays for it."""
    bins = select(PickLine.bin_id).where(PickLine.task_id == event.task_id, PickLine.picked > 0)
    counting.zero_check(event.warehouse_id, bins)


# Tasks before people, as by whoever hands one back.
_LOCK_GOING = text(
    "SELECT FROM pick_task WHERE wave_id = :wave_id AND status IN ('open', 'assigned', 'picking') "
    "ORDER BY id FOR NO KEY UPDATE"
)
_PEOPLE_OF = text(
    "SELECT id FROM pick_task WHERE wave_id = :wave_id AND status IN ('assigned', 'picking') ORDER BY id"
)
# A line that is being picked at this moment is left alone: stock is locked here, and its pick waits for that.
_AWAITED = text(
    """
    WITH free AS (
        SELECT l.id, t.id AS task_id, t.person_id FROM pick_line l JOIN pick_task t ON t.id = l.task_id
        WHERE l.bin_id = :bin_id AND l.sku_id = :sku_id AND l.status = 'open' AND l.awaits
          AND t.status IN ('assigned', 'picking') AND t.warehouse_id = :warehouse_id
        ORDER BY l.id FOR UPDATE OF l SKIP LOCKED
    )
    UPDATE pick_line l SET awaits = false FROM free WHERE l.id = free.id
    RETURNING free.task_id, free.person_id
    """
)


@reference("put_back")
def put_backs(ids: Sequence[int]) -> dict[int, Said]:
    """Moves of a put-back name the order whose goods they are."""
    asked = select(PutBack.id, Order.number).join(Order, Order.id == PutBack.order_id).where(among(PutBack.id, ids))
    return {row.id: Said("picking.put_back_reference", {"order": row.number}) for row in db.session.execute(asked)}


@reference("pick")
def lines(ids: Sequence[int]) -> dict[int, Said]:
    """Moves of picking name their line: whose order it was, in which wave."""
    asked = (
        select(PickLine.id, Order.number, Wave.number.label("wave"))
        .join(Order, Order.id == PickLine.order_id)
        .join(PickTask, PickTask.id == PickLine.task_id)
        .join(Wave, Wave.id == PickTask.wave_id)
        .where(among(PickLine.id, ids))
    )
    rows = db.session.execute(asked)
    return {row.id: Said("picking.reference", {"order": row.number, "wave": row.wave}) for row in rows}
