"""Zone relay: a cart goes from zone to zone, or its zones are picked at once and their totes meet at a station.

Each zone of a cart is a task like any other, with a `stage`. What is special is only what happens between them: the
cart that is passed on when a zone is picked, and an order whose last line may be picked in any of its tasks.
"""
from __future__ import annotations

from sqlalchemy import text

from wms.core.db import db
from wms.core.event import publish
from wms.orders import service as orders
from wms.picking.events import CartPassedOn, OrderPicked
from wms.picking.lifecycle import TASK

WAITING = "waiting"
# All that wait are locked before one is chosen: another may be given up at this moment.
_LATER = text(
    """
    SELECT n.id, n.stage, t.cart_id FROM pick_task t
    JOIN pick_task n ON n.relay_id = t.relay_id AND n.status = 'waiting'
    WHERE t.id = :task_id AND n.open_lines > 0 ORDER BY n.id FOR NO KEY UPDATE OF n
    """
)
_UNDER_WAY = text(
    """
    SELECT EXISTS (SELECT FROM pick_task t JOIN pick_task o ON o.relay_id = t.relay_id
                   WHERE t.id = :task_id AND o.status IN ('open', 'assigned', 'picking'))
    """
)
_MOVE_TOTES = text(
    """
    WITH moved AS (
        UPDATE pick_tote SET in_use = false WHERE task_id = :task_id AND in_use AND picks > 0
        RETURNING slot, container_id, picks
    )
    UPDATE pick_tote n SET container_id = moved.container_id, in_use = true, picks = moved.picks
    FROM moved WHERE n.task_id = :next_id AND n.slot = moved.slot
    """
)
_OPEN = text("UPDATE pick_task SET status = :status, cart_id = :cart_id WHERE id = :next_id")


def pass_on(warehouse_id: int, task_id: int) -> None:
    """A zone of a cart is picked, or nothing is left to pick there: the next zone's task is free, and the cart with its
    totes is that task's. Zones that are picked at once wait for nobody, and keep theirs."""
    later = db.session.execute(_LATER, {"task_id": task_id}).all()
    if not later or db.session.execute(_UNDER_WAY, {"task_id": task_id}).scalar():
        return
    coming = min(later, key=lambda row: row.stage)
    about = {"task_id": task_id, "next_id": coming.id}
    db.session.execute(_MOVE_TOTES, about)
    status = TASK.after("pass_on", WAITING)
    db.session.execute(_OPEN, {**about, "status": status, "cart_id": coming.cart_id})
    publish(CartPassedOn(warehouse_id, coming.id))


_LOCK_ALL = text(
    """
    SELECT o.id FROM pick_task t JOIN pick_task o ON o.relay_id = t.relay_id
    WHERE t.id = :task_id ORDER BY o.id FOR NO KEY UPDATE OF o
    """
)


def lock_all(task_id: int) -> None:
    """Lock all tasks of a task's relay, where it has one: what becomes of an order in it concerns them all."""
    db.session.execute(_LOCK_ALL, {"task_id": task_id})


_LEFT = text("SELECT count(*) FROM pick_line WHERE order_id = :order_id AND status = 'open'")
_STANDS = text("SELECT processing FROM sales_order WHERE id = :order_id")


def note_pick(warehouse_id: int, order_id: int) -> None:
    """Pieces of an order were picked whose row is locked. Others may pick it too: how far it is, its lines tell."""
    stands = db.session.execute(_STANDS, {"order_id": order_id}).scalar_one()
    if stands == "waved":
        orders.mark_started(order_id)
    if db.session.execute(_LEFT, {"order_id": order_id}).scalar_one() == 0:
        orders.mark_picked(order_id)
        publish(OrderPicked(warehouse_id, order_id))


_NEXT = text(
    """
    SELECT z.code FROM pick_task t
    JOIN pick_task n ON n.relay_id = t.relay_id AND n.cart_id = t.cart_id AND n.stage > t.stage
        AND n.status IN ('open', 'assigned', 'picking')
    JOIN wave_cart w ON w.id = n.wave_cart_id JOIN zone z ON z.id = w.zone_id
    WHERE t.id = :task_id ORDER BY n.stage LIMIT 1
    """
)
_FROM = text(
    """
    SELECT z.code FROM pick_task t JOIN wave_cart w ON w.id = t.wave_cart_id JOIN zone z ON z.id = w.zone_id
    WHERE t.id = :task_id AND t.cart_id IS NOT NULL AND t.started_at IS NULL
    """
)


def goes_on(task_id: int) -> str | None:
    """The zone to whose hand-over point the cart of a finished task is brought; None when it goes to packing."""
    return db.session.execute(_NEXT, {"task_id": task_id}).scalar()


def comes_from(task_id: int) -> str | None:
    """The zone at whose hand-over point the cart of a task stands that was passed on to it; None for any other cart."""
    return db.session.execute(_FROM, {"task_id": task_id}).scalar()
