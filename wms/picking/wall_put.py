"""The slot of the put wall is scanned and the goods move; or they go back, before or after."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.core.resolve import clean, resolve
from wms.orders import service as orders
from wms.picking import tasks
from wms.picking.aside import put_aside
from wms.picking.events import OrderPicked, WallChanged
from wms.picking.lifecycle import PUT
from wms.picking.models import WallPut, WallSlot, WallSorter
from wms.picking.unsorted import free_if_empty, is_together, regain, sort
from wms.picking.wall import ASIDE, drop_shown, free_unused, shown, sit, sorter_of, working
from wms.stock import service as stock


@dataclass(frozen=True)
class Done:
    """What a put did. `redirected`: nothing has moved, the order was stopped meanwhile and another place is shown."""

    put: WallPut
    slot: int
    complete: bool
    order: str | None
    tote_empty: bool
    redirected: bool = False


_SLOT = text(
    """
    SELECT s.id, s.nr, s.container_id, c.code FROM wall_slot s JOIN container c ON c.id = s.container_id
    WHERE s.id = :id
    """
)


def put_into(warehouse_id: int, person_id: int, code: str) -> Done:
    """The slot is scanned or tapped: the pieces are in it, and the order may be together with them.

    Raises `picking.nothing_shown`, `picking.wrong_slot`, `picking.not_a_slot`.
    """
    sorter, tote = working(warehouse_id, person_id)
    put = shown(person_id, lock_it=True)
    if put is None:
        raise WmsError("picking.nothing_shown", next="wall_item")
    slot = db.session.execute(_SLOT, {"id": put.slot_id}).one()
    _check_slot(warehouse_id, code, slot)
    lock("pick.wall", sorter.wall_id)
    order = _order_of(put.line_id)
    if put.why is None and not _is_wanted(order, put.qty):
        return _redirect(sorter, put, order)
    _move(warehouse_id, put, tote.stage_bin_id, put.container_id, slot.container_id, person_id)
    put.status = PUT.after("put", put.status)
    db.session.flush()
    goes_aside = (warehouse_id, tote, slot.container_id, put.sku_id, put.line_id, put.qty, person_id)
    if put.line_id is not None and put.why is None:
        sort(put.line_id, put.qty)
    elif not put_aside(*goes_aside):
        put.line_id, put.why = None, "surplus"
    complete = put.why is None and _complete(warehouse_id, order)
    empty = free_if_empty(tote.container_id)
    if empty:
        sit(person_id, sorter.wall_id, None)
    publish(WallChanged(warehouse_id, sorter.wall_id, slot.nr))
    return Done(put, slot.nr, complete, order.number if order else None, empty)


def _check_slot(warehouse_id: int, code: str, slot: Any) -> None:
    if clean(code) == slot.code:
        return
    seen = next((each for each in resolve(code, warehouse_id) if each.kind == "slot"), None)
    if seen is None:
        raise WmsError("picking.not_a_slot", scanned=clean(code), wanted=slot.code)
    if seen.id != slot.container_id:
        raise WmsError("picking.wrong_slot", scanned=seen.code, wanted=slot.code)


_LOCK_ORDER = text(
    "SELECT FROM sales_order WHERE id = (SELECT order_id FROM pick_line WHERE id = :line_id) FOR NO KEY UPDATE"
)
_ORDER = text(
    """
    SELECT o.id, o.number, o.confirmation, o.processing, l.picked - l.sorted AS room
    FROM pick_line l JOIN sales_order o ON o.id = l.order_id
    WHERE l.id = :line_id
    """
)


def _order_of(line_id: int | None) -> Row[Any] | None:
    """The order of a line, locked: who drops its last open line and who sorts its last piece see each other."""
    if line_id is None:
        return None
    db.session.execute(_LOCK_ORDER, {"line_id": line_id})
    return db.session.execute(_ORDER, {"line_id": line_id}).one()


def _is_wanted(order: Row[Any] | None, qty: int) -> bool:
    """Whether the order still goes, and its line still has these pieces: it may have left its wave meanwhile."""
    if order is None or order.confirmation != "confirmed" or order.room < qty:
        return False
    return order.processing in ("waved", "picking", "short")


def _redirect(sorter: WallSorter, put: WallPut, order: Row[Any] | None) -> Done:
    """The order was stopped since its slot was shown: the same pieces go to the place for what nobody wants."""
    line_id, old_slot = put.line_id, put.slot_id
    aside = select(WallSlot.id).where(WallSlot.wall_id == sorter.wall_id, WallSlot.nr == ASIDE)
    put.slot_id = db.session.execute(aside).scalar_one()
    put.why = "stopped"  # that its line has lost them is seen when they are put
    db.session.flush()
    if line_id is not None:
        free_unused(line_id, old_slot)
    return Done(put, ASIDE, False, order.number if order else None, False, redirected=True)


def _move(warehouse_id: int, put: WallPut, bin_id: int, from_id: int, to_id: int, person_id: int) -> None:
    goods = stock.Goods(
        put.sku_id, bin_id, put.qty, from_id, lot=put.lot, owner_id=put.owner_id, condition=put.condition,
        serials=(put.serial,) if put.serial else (),
    )  # fmt: skip
    stock.move(warehouse_id, [goods], bin_id, to_id, reason="sort", reference=f"sort {put.id}", actor_id=person_id)


def _complete(warehouse_id: int, order: Row[Any] | None) -> bool:
    """Whether the order is together now: then it may be packed. A short one waits for the supervisor."""
    if order is None or order.processing != "picking" or not is_together(order.id):
        return False
    orders.mark_picked(order.id)
    publish(OrderPicked(warehouse_id, order.id))
    return True


def drop(warehouse_id: int, person_id: int) -> None:
    """The sorter puts the item back into the tote: nothing has moved. Raises `picking.nothing_shown`."""
    sorter, _ = working(warehouse_id, person_id)
    lock("pick.wall", sorter.wall_id)
    if shown(person_id) is None:
        raise WmsError("picking.nothing_shown", next="wall_item")
    drop_shown(person_id)
    publish(WallChanged(warehouse_id, sorter.wall_id, ASIDE))


_LAST = text(
    """
    SELECT p.id FROM wall_put p
    WHERE p.person_id = :person_id AND p.wall_id = :wall_id AND p.status = 'put'
    ORDER BY p.id DESC LIMIT 1
    """
)


def undo(warehouse_id: int, person_id: int) -> Done:
    """The last put was wrong: its pieces go from the slot back into the tote they came from, which is open again.

    Raises `picking.nothing_to_undo`, and `picking.undo_too_late` (409) when the order is at the packing table or
    beyond, or the tote has another load by now.
    """
    sorter = sorter_of(warehouse_id, person_id)
    if shown(person_id):
        raise WmsError("picking.put_first", next="wall_put")
    last = db.session.execute(_LAST, {"person_id": person_id, "wall_id": sorter.wall_id}).scalar()
    if last is None:
        raise WmsError("picking.nothing_to_undo")
    put = db.session.get_one(WallPut, last)
    task_id, stage = _task_of(put)
    tasks.lock_row(warehouse_id, task_id)
    lock("pick.wall", sorter.wall_id)
    put = db.session.get_one(WallPut, last, with_for_update=True, populate_existing=True)
    slot = db.session.execute(_SLOT, {"id": put.slot_id}).one()
    order = _order_of(put.line_id)
    _check_in_time(put, order, slot)
    if not _reopen(put.container_id, task_id):
        raise WmsError("picking.undo_too_late", slot=slot.nr)
    if order is not None and put.why is None and order.processing == "picked":
        orders.mark_put_back(order.id)
    _move(warehouse_id, put, stage, slot.container_id, put.container_id, person_id)
    put.status = PUT.after("undo", put.status)
    db.session.flush()
    if put.line_id is not None and put.why is not None:
        regain(put.line_id, put.qty)
    elif put.line_id is not None:
        sort(put.line_id, -put.qty)
        free_unused(put.line_id, put.slot_id)
    sit(person_id, sorter.wall_id, put.container_id)
    publish(WallChanged(warehouse_id, sorter.wall_id, slot.nr))
    return Done(put, slot.nr, False, order.number if order else None, False)


_TASK_OF = text(
    """
    SELECT t.id, t.stage_bin_id FROM pick_tote s JOIN pick_task t ON t.id = s.task_id
    WHERE s.container_id = :container_id AND s.order_id IS NULL ORDER BY s.id DESC LIMIT 1
    """
)


def _task_of(put: WallPut) -> tuple[int, int]:
    row = db.session.execute(_TASK_OF, {"container_id": put.container_id}).one()
    return row.id, row.stage_bin_id


_HOLDS = text(
    """
    SELECT 1 FROM stock_balance b WHERE b.container_id = :container_id AND b.sku_id = :sku_id AND b.lot = :lot
      AND b.owner_id = :owner_id AND b.condition = :condition AND b.on_hand >= :qty
    """
)


def _check_in_time(put: WallPut, order: Row[Any] | None, slot: Any) -> None:
    place = {"sku_id": put.sku_id, "lot": put.lot, "owner_id": put.owner_id, "condition": put.condition}
    there = db.session.execute(_HOLDS, {**place, "container_id": slot.container_id, "qty": put.qty}).first()
    stands = order is None or order.processing in ("picking", "picked", "short")
    if put.status != "put" or there is None or not stands:
        raise WmsError("picking.undo_too_late", slot=slot.nr)


_REOPEN = text(
    """
    UPDATE pick_tote s SET in_use = true
    WHERE s.id = (SELECT max(id) FROM pick_tote
                  WHERE container_id = :container_id AND task_id = :task_id AND order_id IS NULL)
      AND (s.in_use OR NOT EXISTS (SELECT 1 FROM pick_tote u WHERE u.container_id = :container_id AND u.in_use))
    RETURNING s.id
    """
)


def _reopen(container_id: int, task_id: int) -> bool:
    return db.session.execute(_REOPEN, {"container_id": container_id, "task_id": task_id}).one_or_none() is not None
