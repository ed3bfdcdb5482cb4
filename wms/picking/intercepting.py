"""Interception (拦截): an order is stopped wherever it is, and let go on while its goods are where they were."""
from __future__ import annotations

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.orders import service as orders
from wms.orders.models import Order
from wms.picking import boxes, putback, withdraw
from wms.picking.again import pick_again
from wms.picking.events import OrderIntercepted
from wms.picking.shorts import go_to_packing, short_order
from wms.waves import service as waves

LET_ON = "let_on"  # why an order is short that was stopped before

def intercept(warehouse_id: int, order_id: int, *, wanted: str, why: str, by: str, by_id: int | None) -> Order:
    """Stop an order: at the next scan of its goods, wherever that is, they are put aside.

    Its open lines leave their tasks at once; goods that were picked wait to be put back, and with the first of them
    that is, the order's work is undone. An order of which nothing was picked leaves its wave at once.
    An order that travels with another goes alone first; where that is begun, the other is stopped for it and
    returned. Raises as `orders.stop` does.
    """
    leader_id = orders.parcel_of(warehouse_id, order_id)
    if leader_id != order_id:
        return _with_its_parcel(warehouse_id, order_id, leader_id, wanted=wanted, why=why, by=by, by_id=by_id)
    _settle_release(warehouse_id, order_id)
    found = withdraw.withdraw(warehouse_id, [order_id], "intercepted")
    order = orders.locked(warehouse_id, order_id)
    orders.stop(order, wanted=wanted, why=why, by=by)
    if order.processing == "waiting" or (order.processing != "packed" and not found.touched):
        _off_the_floor(order)
    elif order.processing != "packed" and not withdraw.has_pieces(order_id):
        putback.give_back(warehouse_id, order_id)  # all that was picked of it is lost, or was put aside
    putback.ask_for(warehouse_id, found.totes, why="intercepted", asked_by=by_id)
    publish(OrderIntercepted(warehouse_id, order_id, by_id))
    return order


def _with_its_parcel(
    warehouse_id: int, order_id: int, leader_id: int, *, wanted: str, why: str, by: str, by_id: int | None
) -> Order:
    """Stop an order that travels with another: by itself where it can part, else with the whole parcel."""
    orders.part([order_id], by=by_id)
    if orders.parcel_of(warehouse_id, order_id) == order_id:
        return intercept(warehouse_id, order_id, wanted=wanted, why=why, by=by, by_id=by_id)
    stopped = db.session.get_one(Order, leader_id, populate_existing=True)
    if not orders.is_intercepted(stopped):
        stopped = intercept(warehouse_id, leader_id, wanted="hold", why=why, by=by, by_id=by_id)
    if not orders.stop_on_the_way(orders.locked(warehouse_id, order_id), wanted=wanted, why=why, by=by):
        let_on(warehouse_id, leader_id)  # nothing of it was picked: it is off the floor, and goes without this one
        return intercept(warehouse_id, order_id, wanted=wanted, why=why, by=by, by_id=by_id)
    db.session.refresh(stopped)
    return stopped


def _settle_release(warehouse_id: int, order_id: int) -> None:
    """A release that is under way ends first: then the order has its tasks, or was left out."""
    wave_id = waves.planned_wave_of(order_id)
    if wave_id is not None:
        waves.get(warehouse_id, wave_id)


def _off_the_floor(order: Order) -> None:
    """Nothing of it was picked: it waits, out of its wave, and is cancelled where that is wanted."""
    if order.processing != "waiting":
        params = dict(order.hold_params or {})
        orders.mark_undone([order.id])
        boxes.left(order.warehouse_id, [order.id])
        waves.leave([order.id])
        db.session.refresh(order)
        order.hold_reason, order.hold_params = orders.INTERCEPTED, params
        db.session.flush()
    if (order.hold_params or {}).get("wanted") in ("cancel", "refund"):
        orders.cancel_stopped(order)


def let_on(warehouse_id: int, order_id: int) -> Order:
    """Release an order again that was stopped, while nothing of it was put back. It goes on where it was.

    What was still to be picked of it is picked again, from where there is stock; where there is none it waits for a
    supervisor as a short order does. Raises `picking.put_back_begun` (409), and as `orders.let_on` does.
    """
    _lock_tasks(warehouse_id, order_id)
    order = putback.undo(warehouse_id, order_id)
    orders.let_on(order)
    if order.processing == "picking":
        orders.mark_short(order_id, LET_ON)
        _pick_the_rest(warehouse_id, order_id)
    elif order.processing == "short" and order.hold_reason is None:  # pieces of it were put aside meanwhile
        order.hold_reason = LET_ON
        _pick_the_rest(warehouse_id, order_id)
    db.session.refresh(order)
    return order


def _lock_tasks(warehouse_id: int, order_id: int) -> None:
    db.session.execute(withdraw._TASKS, {"warehouse_id": warehouse_id, "order_ids": [order_id]})


def _pick_the_rest(warehouse_id: int, order_id: int) -> None:
    db.session.flush()
    if orders.stopped(order_id):  # something else stands against it, such as a refund: it stays short meanwhile
        return
    if not short_order(warehouse_id, order_id).missing:
        go_to_packing(warehouse_id, order_id)
        return
    try:
        with db.session.begin_nested():
            pick_again(warehouse_id, order_id)
    except WmsError as error:  # it stays short, and the board says so
        if error.code != "picking.nowhere_else":
            raise
