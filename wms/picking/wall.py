"""The put wall (播种): pieces out of bulk totes go into slots, one order a slot, until the order is together.

A sorter opens a bulk tote and scans an item; a slot is shown, and taken for the order when it has none yet. Nothing
has moved until the slot is scanned or tapped: then the ledger moves the pieces from the tote into the slot's container.
What is shown to one sorter is not shown to another. Locks: the task of the tote, then the wall, then orders and stock.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, any_, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.core.reference import reference
from wms.core.resolve import CODES, Parameter, clean, found, resolve, resolver
from wms.core.said import Said
from wms.orders import service as orders
from wms.orders.models import Order
from wms.picking import tasks
from wms.picking.aside import put_aside
from wms.picking.events import OrderPicked, WallChanged
from wms.picking.lifecycle import PUT
from wms.picking.models import PickLine, Wall, WallPut, WallSlot, WallSorter
from wms.picking.unsorted import (
    BulkTote,
    Choice,
    Item,
    bulk_tote,
    choices,
    free_if_empty,
    goods_in,
    is_together,
    read_item,
    regain,
    scanned_tote,
    sort,
)
from wms.stock import service as stock
from wms.waves import service as waves

ASIDE = 0  # the number of the place for what nobody wants
MOST_SLOTS = 999


@resolver("wall")
def _walls(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    return found("wall", Wall.id, Wall.code, Wall.name).where(
        Wall.code == any_(CODES), Wall.warehouse_id == warehouse_id
    )


@waves.most_orders("wall")
def free_slots(warehouse_id: int) -> int:
    """How many orders a walk may bring to a wall: as many as slots are free at the wall with the most free ones.

    Where that is less than half of the largest wall, half of it: until the walk is done, packers have emptied slots,
    and walks for one or two orders would cost more than pieces that wait in their tote.
    """
    return int(db.session.execute(_FREE_SLOTS, {"warehouse_id": warehouse_id}).scalar() or 0)


_FREE_SLOTS = text(
    """
    SELECT greatest(max(free), (max(slots) + 1) / 2) FROM (
        SELECT count(*) AS slots, count(*) FILTER (WHERE NOT EXISTS (
                   SELECT 1 FROM pick_tote t WHERE t.container_id = s.container_id AND t.in_use)
               AND NOT EXISTS (
                   SELECT 1 FROM stock_balance b WHERE b.container_id = s.container_id AND b.on_hand > 0)) AS free
        FROM wall w JOIN wall_slot s ON s.wall_id = w.id AND s.nr > 0
        WHERE w.warehouse_id = :warehouse_id GROUP BY w.id) AS walls
    """
)


@reference("sort")
def _puts(ids: Sequence[int]) -> dict[int, Said]:
    """Moves of sorting name their put: whose order it was."""
    asked = (
        select(WallPut.id, Order.number)
        .outerjoin(PickLine, PickLine.id == WallPut.line_id)
        .outerjoin(Order, Order.id == PickLine.order_id)
        .where(among(WallPut.id, ids))
    )
    rows = db.session.execute(asked)
    return {
        row.id: Said("picking.sort_reference", {"order": row.number}) if row.number else Said("picking.aside_reference")
        for row in rows
    }


def add_wall(warehouse_id: int, code: str, name: str, slots: int) -> int:
    """The id of the wall with this code, made when there is none, with at least so many slots.

    Slot 7 of wall `W1` has the label `W1-07`; what nobody wants goes into `W1-00`.
    """
    made = insert(Wall).values(warehouse_id=warehouse_id, code=code, name=name)
    made = made.on_conflict_do_update(index_elements=["warehouse_id", "code"], set_={"name": name})
    wall_id = db.session.execute(made.returning(Wall.id)).scalar_one()
    known = set(db.session.execute(select(WallSlot.nr).where(WallSlot.wall_id == wall_id)).scalars())
    for nr in range(ASIDE, slots + 1):
        if nr not in known:
            container_id = stock.ensure_container(warehouse_id, f"{code}-{nr:02d}", "slot")
            db.session.add(WallSlot(wall_id=wall_id, nr=nr, container_id=container_id))
    db.session.flush()
    return wall_id


# ---- who sorts, at which wall, out of which tote


def stand(warehouse_id: int, person_id: int, code: str) -> None:
    """The sorter takes their place at a wall: its label, or that of one of its slots, was scanned.

    Raises `picking.not_a_wall`.
    """
    seen = resolve(code, warehouse_id)
    wall_id = next((each.id for each in seen if each.kind == "wall"), None)
    slots = [each.id for each in seen if each.kind == "slot"]
    if wall_id is None and slots:
        wall_id = db.session.execute(select(WallSlot.wall_id).where(WallSlot.container_id == slots[0])).scalar()
    if wall_id is None:
        raise WmsError("picking.not_a_wall", scanned=clean(code))
    _drop_shown(person_id)
    sit(person_id, wall_id, None)


def leave(person_id: int) -> None:
    """The sorter goes; the tote stays for whoever comes."""
    _drop_shown(person_id)
    db.session.execute(delete(WallSorter).where(WallSorter.person_id == person_id))


def place_of(warehouse_id: int, person_id: int) -> WallSorter | None:
    """Where a person sorts; at the only wall where there is but one."""
    asked = select(WallSorter).join(Wall, Wall.id == WallSorter.wall_id).where(Wall.warehouse_id == warehouse_id)
    sorter = db.session.execute(asked.where(WallSorter.person_id == person_id)).scalar_one_or_none()
    if sorter:
        return sorter
    walls = db.session.execute(select(Wall.id).where(Wall.warehouse_id == warehouse_id).limit(2)).scalars().all()
    return WallSorter(person_id=person_id, wall_id=walls[0], container_id=None) if len(walls) == 1 else None


def open_tote(warehouse_id: int, person_id: int, code: str) -> BulkTote:
    """A bulk tote is put before the wall. Raises `picking.choose_wall`, `picking.not_a_tote.…`,
    `picking.not_a_bulk_tote`, and `picking.not_for_the_wall` for one whose orders are packed out of the tote."""
    sorter = _sorter(warehouse_id, person_id)
    tote = scanned_tote(warehouse_id, code)
    if tote.method != "wall":
        raise WmsError("picking.not_for_the_wall", tote=tote.code)
    _drop_shown(person_id)
    sit(person_id, sorter.wall_id, tote.container_id)
    return tote


def sit(person_id: int, wall_id: int, container_id: int | None) -> None:
    sits = {"wall_id": wall_id, "container_id": container_id}
    made = insert(WallSorter).values(person_id=person_id, **sits)
    db.session.execute(made.on_conflict_do_update(index_elements=["person_id"], set_=sits))


def _sorter(warehouse_id: int, person_id: int) -> WallSorter:
    sorter = place_of(warehouse_id, person_id)
    if sorter is None:
        raise WmsError("picking.choose_wall", next="wall_choose")
    return sorter


def _drop_shown(person_id: int) -> None:
    """What was shown goes back into the tote; a slot that was taken for it alone is free again."""
    put = shown(person_id, lock_it=True)
    if put is None:
        return
    put.status = PUT.after("drop", put.status)
    db.session.flush()
    if put.line_id is not None:
        _free_unused(put.line_id, put.slot_id)


# ---- an item is scanned: where does it go?


@dataclass(frozen=True)
class Shown:
    """The slot that is shown for pieces, and why it is the one for what nobody wants."""

    put: WallPut
    order: str | None
    why: str | None


def show(warehouse_id: int, person_id: int, code: str, qty: int) -> Shown:
    """An item is scanned out of the tote: the slot of the order that wants it and is promised first is shown.

    At most so many pieces as that order wants; the rest is scanned again. Goods that no order wants, because their
    order was stopped or there are more than were to be picked, are shown the place for them.
    Raises `picking.tote_before_item`, `picking.put_first` while another piece is shown, `picking.wall_full` with the
    figures when every order that wants it waits for a slot, and as `unsorted.read_item` does.
    """
    sorter, tote = working(warehouse_id, person_id)
    if shown(person_id):
        raise WmsError("picking.put_first", next="wall_put")
    item = read_item(tote, warehouse_id, code)
    lock("pick.wall", sorter.wall_id)
    open_for = choices(tote, item)
    wanted = [each for each in open_for if each.wanted]
    if not wanted:
        return _show_aside(sorter, tote, item, qty, open_for)
    chosen, slot_id = _slot_for(sorter.wall_id, tote, wanted)
    put = _note(sorter, tote, item, slot_id, min(qty, chosen.most), chosen)
    return Shown(put, chosen.order, None)


def working(warehouse_id: int, person_id: int) -> tuple[WallSorter, BulkTote]:
    """The sorter and their tote, the tote's task locked. Raises `picking.tote_before_item`."""
    sorter = _sorter(warehouse_id, person_id)
    tote = bulk_tote(warehouse_id, sorter.container_id) if sorter.container_id else None
    if tote is not None:
        tasks.lock_row(warehouse_id, tote.task_id)
        tote = bulk_tote(warehouse_id, tote.container_id)  # its orders may have left their wave until now
    if tote is None:
        raise WmsError("picking.tote_before_item", next="wall_tote")
    return sorter, tote


def _show_aside(
    sorter: WallSorter, tote: BulkTote, item: Item, qty: int, open_for: Sequence[Choice]
) -> Shown:
    """No order wants it: the first stopped order's piece, or one too many."""
    stopped = open_for[0] if open_for else None
    why = "stopped" if stopped else "surplus"
    slot_id = db.session.execute(
        select(WallSlot.id).where(WallSlot.wall_id == sorter.wall_id, WallSlot.nr == ASIDE)
    ).scalar_one()
    goods: Any = stopped or goods_in(tote, item)
    if goods is None:  # a colleague has the last one in hand
        raise WmsError("picking.sort_not_inside", item=item.name, tote=tote.code)
    most = goods.most if stopped else goods.there
    put = _note(sorter, tote, item, slot_id, min(qty, most), goods, why)
    put.line_id = stopped.line_id if stopped else None
    db.session.flush()
    return Shown(put, stopped.order if stopped else None, why)


def _note(
    sorter: WallSorter, tote: BulkTote, item: Item, slot_id: int, qty: int, goods: Any, why: str | None = None
) -> WallPut:
    put = WallPut(
        wall_id=sorter.wall_id, person_id=sorter.person_id, container_id=tote.container_id, slot_id=slot_id,
        line_id=getattr(goods, "line_id", None), why=why, sku_id=item.sku_id, lot=goods.lot, owner_id=goods.owner_id,
        condition=goods.condition, serial=item.serial, qty=1 if item.serial else qty, at=now(),
    )  # fmt: skip
    db.session.add(put)
    db.session.flush()
    return put


_FREE_SLOT = text(
    """
    SELECT s.id, s.container_id FROM wall_slot s
    WHERE s.wall_id = :wall_id AND s.nr > 0
      AND NOT EXISTS (SELECT 1 FROM pick_tote t WHERE t.container_id = s.container_id AND t.in_use)
      AND NOT EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = s.container_id AND b.on_hand > 0)
    ORDER BY s.nr LIMIT 1
    """
)
_TAKE_SLOT = text(
    """
    UPDATE pick_tote SET container_id = :container_id, in_use = true
    WHERE id = (SELECT max(id) FROM pick_tote WHERE order_id = :order_id) AND NOT in_use
    """
)
_SLOT_OF = text("SELECT id FROM wall_slot WHERE container_id = :container_id")
_FULL = text("SELECT count(*) FROM wall_slot WHERE wall_id = :wall_id AND nr > 0")


def _slot_for(wall_id: int, tote: BulkTote, wanted: Sequence[Choice]) -> tuple[Choice, int]:
    """The line that gets the piece, and the slot of its order: that which it has, or the first free one.

    While all slots are taken, orders that have one are served, and the others wait.
    """
    free = db.session.execute(_FREE_SLOT, {"wall_id": wall_id}).one_or_none()
    for each in wanted:
        if each.container_id is not None:
            slot = db.session.execute(_SLOT_OF, {"container_id": each.container_id}).scalar()
            if slot is not None:
                return each, int(slot)
        elif free is not None:
            db.session.execute(_TAKE_SLOT, {"container_id": free.container_id, "order_id": each.order_id})
            return each, int(free.id)
    slots = db.session.execute(_FULL, {"wall_id": wall_id}).scalar_one()
    raise WmsError("picking.wall_full", slots=slots, order=wanted[0].order, waiting=len({w.order_id for w in wanted}))


# ---- the slot is scanned: the goods move


def shown(person_id: int, *, lock_it: bool = False) -> WallPut | None:
    """What is shown to a sorter and not put yet."""
    asked = select(WallPut).where(WallPut.person_id == person_id, WallPut.status == "shown")
    return db.session.execute(asked.with_for_update() if lock_it else asked).scalar_one_or_none()


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
        raise WmsError("picking.not_a_slot", scanned=clean(code), wanted=slot.nr)
    if seen.id != slot.container_id:
        raise WmsError("picking.wrong_slot", scanned=seen.code, wanted=slot.nr)


_ORDER = text(
    """
    SELECT o.id, o.number, o.confirmation, o.processing, l.picked - l.sorted AS room
    FROM pick_line l JOIN sales_order o ON o.id = l.order_id
    WHERE l.id = :line_id
    """
)


def _order_of(line_id: int | None) -> Row[Any] | None:
    if line_id is None:
        return None
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
        _free_unused(line_id, old_slot)
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


_FREE_UNUSED = text(
    """
    UPDATE pick_tote SET in_use = false, container_id = NULL
    WHERE order_id = (SELECT order_id FROM pick_line WHERE id = :line_id) AND in_use
      AND container_id = (SELECT container_id FROM wall_slot WHERE id = :slot_id)
      AND NOT EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = pick_tote.container_id AND b.on_hand > 0)
      AND NOT EXISTS (SELECT 1 FROM wall_put p WHERE p.slot_id = :slot_id AND p.status = 'shown')
    """
)


def _free_unused(line_id: int, slot_id: int) -> None:
    """A slot that was taken for an order and holds nothing, nor is anything shown for it, is free again."""
    db.session.execute(_FREE_UNUSED, {"line_id": line_id, "slot_id": slot_id})


# ---- back


def drop(warehouse_id: int, person_id: int) -> None:
    """The sorter puts the item back into the tote: nothing has moved. Raises `picking.nothing_shown`."""
    sorter, _ = working(warehouse_id, person_id)
    lock("pick.wall", sorter.wall_id)
    if shown(person_id) is None:
        raise WmsError("picking.nothing_shown", next="wall_item")
    _drop_shown(person_id)
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
    sorter = _sorter(warehouse_id, person_id)
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
        _free_unused(put.line_id, put.slot_id)
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
