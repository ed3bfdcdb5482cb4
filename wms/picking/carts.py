"""Taking a cart for a task and putting a tote into each of its slots."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select, any_, exists, func, select, text
from sqlalchemy.exc import IntegrityError

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.resolve import CODES, Parameter, found, resolve, resolver
from wms.picking import tasks
from wms.picking.events import TaskStarted
from wms.picking.lifecycle import TASK
from wms.picking.models import Cart, PickTask, PickTote
from wms.picking.rules import TaskFacts, check_own, check_working, one_of
from wms.stock.models import Container, StockBalance


@resolver("cart")
def _carts(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    return found("cart", Cart.id, Cart.code, Cart.code).where(Cart.code == code, Cart.warehouse_id == warehouse_id)


@resolver("container")
def _containers(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    # The kinds of containers are kinds of scans too: tote, parcel, pallet.
    return found(Container.kind.expression, Container.id, Container.code, Container.code, family="container").where(
        Container.code == any_(CODES), Container.warehouse_id == warehouse_id
    )


_START = text(
    """
    UPDATE pick_task SET status = :picking, cart_id = :cart_id, started_at = coalesce(started_at, :now)
    WHERE id = :task_id AND status = 'assigned'
    """
)
_CARRIES = text(
    """
    SELECT t.id, p.name AS person FROM pick_task t LEFT JOIN person p ON p.id = t.person_id
    WHERE t.cart_id = :cart_id AND t.id <> :task_id AND t.status IN ('open', 'assigned', 'picking')
    """
)


def take_cart(warehouse_id: int, person_id: int | None, task_id: int, code: str) -> None:
    """The picker scans a cart and begins; a task that was handed back begins only with the cart it lies on.

    Raises `picking.not_a_cart.…`, `picking.other_cart`, `picking.cart_in_use`, `picking.cart_too_small`,
    `picking.cart_taken` when the task has its cart already, and as `rules.check_own` does.
    """
    task = tasks.locked(warehouse_id, task_id)
    check_own(task, person_id)
    if task.status != "assigned":
        raise WmsError("picking.cart_taken", cart=task.cart)
    seen = one_of("cart", code, resolve(code, warehouse_id), wanted=task.cart or "")
    if task.cart is not None and task.cart != seen.code:
        raise WmsError("picking.other_cart", scanned=seen.code, wanted=task.cart)
    _check_room(seen.id, task_id)
    _check_free(seen.id, task_id)
    values = {"picking": TASK.after("start", task.status), "cart_id": seen.id, "task_id": task_id, "now": now()}
    try:
        with db.session.begin_nested():
            db.session.execute(_START, values)
    except IntegrityError:  # two pickers scanned one cart in the same moment
        _check_free(seen.id, task_id)
        raise
    assert task.person_id is not None
    publish(TaskStarted(warehouse_id, task_id, task.person_id))


_LOCK_TOTE = text("SELECT id FROM container WHERE warehouse_id = :warehouse_id AND code = :code FOR NO KEY UPDATE")
_PLACE = text(
    """
    UPDATE pick_tote s SET container_id = c.id, in_use = true
    FROM pick_task t, container c
    WHERE t.id = :task_id AND t.warehouse_id = :warehouse_id AND t.person_id = :person_id AND t.status = 'picking'
      AND s.task_id = t.id AND s.slot = :slot AND s.container_id IS NULL
      AND c.warehouse_id = :warehouse_id AND c.code = :code AND c.kind = 'tote'
      AND NOT EXISTS (SELECT 1 FROM pick_tote used WHERE used.container_id = c.id AND used.in_use)
      AND NOT EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = c.id AND b.on_hand > 0)
    RETURNING s.id
    """
)


def place_tote(warehouse_id: int, person_id: int | None, task_id: int, slot: int, code: str) -> TaskFacts:
    """The picker puts an empty tote into a slot of the cart; returns the task as it is then.

    Raises `picking.no_such_slot`, `picking.slot_taken`, `picking.not_a_tote.…`, `picking.tote_in_use`,
    `picking.tote_not_empty`, and as `rules.check_working` does.
    """
    values = {"warehouse_id": warehouse_id, "person_id": person_id, "task_id": task_id, "slot": slot, "code": code}
    tasks.lock_row(warehouse_id, task_id)
    if not _place(values):
        # A code may be right though written in another way.
        values["code"] = _tote_for(warehouse_id, person_id, task_id, slot, code)
        if not _place(values):
            raise WmsError("picking.try_again")
    return tasks.find(warehouse_id, task_id)


_HOLD = text(
    """
    INSERT INTO pick_tote (task_id, slot, container_id, in_use, open_lines, picks)
    SELECT :task_id, (SELECT coalesce(max(slot), 0) + 1 FROM pick_tote WHERE task_id = :task_id), c.id, true, 0, 0
    FROM container c
    WHERE c.warehouse_id = :warehouse_id AND c.code = :code AND c.kind = 'tote'
      AND NOT EXISTS (SELECT 1 FROM pick_tote used WHERE used.container_id = c.id AND used.in_use)
      AND NOT EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = c.id AND b.on_hand > 0)
    RETURNING id
    """
)


def hold_tote(warehouse_id: int, task_id: int, code: str) -> bool:
    """An empty tote goes onto the cart of a bulk task, for the goods of all its orders; False when it is not free."""
    values = {"warehouse_id": warehouse_id, "task_id": task_id, "code": code}
    db.session.execute(_LOCK_TOTE, values)
    return db.session.execute(_HOLD, values).one_or_none() is not None


def tote_not_free(container_id: int, code: str) -> WmsError:
    """Why a tote cannot be taken: `picking.tote_in_use`, `picking.tote_not_empty`, or `picking.try_again`."""
    try:
        _check_tote_free(container_id, code)
        _check_tote_empty(container_id, code)
    except WmsError as error:
        return error
    return WmsError("picking.try_again")


def _place(values: dict[str, Any]) -> bool:
    # Locked first, so that of two pickers who scan one tote the second sees that it is taken.
    db.session.execute(_LOCK_TOTE, values)
    return db.session.execute(_PLACE, values).one_or_none() is not None


def _tote_for(warehouse_id: int, person_id: int | None, task_id: int, slot: int, code: str) -> str:
    """Raises the reason why the tote was not placed; without one, its code in its own spelling."""
    check_working(tasks.find(warehouse_id, task_id), person_id)
    _check_slot(task_id, slot)
    seen = one_of("tote", code, resolve(code, warehouse_id))
    _check_tote_free(seen.id, seen.code)
    _check_tote_empty(seen.id, seen.code)
    return seen.code


def _check_room(cart_id: int, task_id: int) -> None:
    cart = db.session.execute(select(Cart.code, Cart.slots).where(Cart.id == cart_id)).one()
    slots = select(func.max(PickTote.slot)).join(PickTask, PickTask.id == PickTote.task_id)
    # In bulk, a cart carries as many totes as it takes, and its slots belong to no order.
    needed = db.session.execute(slots.where(PickTask.id == task_id, PickTask.kind == "cart")).scalar() or 0
    if cart.slots < needed:
        raise WmsError("picking.cart_too_small", cart=cart.code, slots=cart.slots, needed=needed)


def _check_free(cart_id: int, task_id: int) -> None:
    other = db.session.execute(_CARRIES, {"cart_id": cart_id, "task_id": task_id}).first()
    if other is not None:
        raise WmsError("picking.cart_in_use", task=other.id, person=other.person or "–")


def _check_slot(task_id: int, slot: int) -> None:
    row = db.session.execute(
        select(PickTote.container_id, Container.code)
        .outerjoin(Container, Container.id == PickTote.container_id)
        .where(PickTote.task_id == task_id, PickTote.slot == slot)
    ).one_or_none()
    if row is None:
        raise WmsError("picking.no_such_slot", slot=slot)
    if row.container_id is not None:
        raise WmsError("picking.slot_taken", slot=slot, tote=row.code)


def _check_tote_free(container_id: int, code: str) -> None:
    used = db.session.execute(
        select(PickTote.task_id, PickTote.slot).where(PickTote.container_id == container_id, PickTote.in_use)
    ).one_or_none()
    if used is not None:
        raise WmsError("picking.tote_in_use", tote=code, task=used.task_id, slot=used.slot)


def _check_tote_empty(container_id: int, code: str) -> None:
    holds_goods = exists().where(StockBalance.container_id == container_id, StockBalance.on_hand > 0)
    if db.session.execute(select(holds_goods)).scalar():
        raise WmsError("picking.tote_not_empty", tote=code)
