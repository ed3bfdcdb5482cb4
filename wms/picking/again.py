"""Picking the missing pieces of a short order from other bins."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.orders import service as orders
from wms.picking import tasks
from wms.picking.assign import offer
from wms.picking.events import TaskChanged
from wms.picking.lifecycle import LINE, TASK
from wms.picking.models import PickLine, PickTask, PickTote
from wms.picking.shorts import ShortOrder, bins_not_to_try, last_task, short_order
from wms.replenishment import service as replenishment
from wms.stock import service as stock
from wms.waves import service as waves


def pick_again(warehouse_id: int, order_id: int) -> ShortOrder:
    """Hold the missing pieces of a short order in other bins and have them picked into the same tote.

    The lines join the order's task while its cart is still out (its picker is told), else they become a
    task of their own that is offered to who waits.
    Raises `picking.nowhere_else` (409) when other bins do not have all of them, and as `short_order` does.
    """
    order = short_order(warehouse_id, order_id)
    task = tasks.locked(warehouse_id, last_task(order_id))  # before the stock, as every pick of that task does
    held = _hold_elsewhere(warehouse_id, order)
    add = _new_task if task.status in ("picked", "cancelled") else _join
    slot = add(warehouse_id, db.session.get_one(PickTask, task.id, populate_existing=True), order_id, held)
    orders.mark_again(order_id)
    if slot.picks:
        orders.mark_started(order_id)
    offer(warehouse_id)
    return order


def _hold_elsewhere(warehouse_id: int, order: ShortOrder) -> list[stock.Held]:
    wants = orders.wants_of((line_id, sku_id, qty) for line_id, (sku_id, qty) in order.missing.items())
    elsewhere = bins_not_to_try(order.id)
    pieces: dict[int, int] = defaultdict(int)
    # Pieces that were lost after they were picked have used up their promise.
    missing = stock.promise_anew(warehouse_id, wants)
    if missing:
        wanted = sum(want.qty for want in wants)
        raise WmsError("picking.nowhere_else", order=order.number, wanted=wanted, found=wanted - sum(missing.values()))
    for want in wants:
        pieces[want.sku_id] += want.qty
    replenishment.give_way(warehouse_id, pieces, not_from=tuple(elsewhere))
    held = stock.hold_some(warehouse_id, wants, not_from=elsewhere)
    wanted, found = sum(want.qty for want in wants), sum(each.qty for each in held)
    if found < wanted:
        raise WmsError("picking.nowhere_else", order=order.number, wanted=wanted, found=found)
    return held


_LAST_SEQ = text("SELECT max(seq) FROM pick_line WHERE task_id = :task_id")


def _join(warehouse_id: int, task: PickTask, order_id: int, held: Sequence[stock.Held]) -> PickTote:
    """Add lines to the end of a task that is still being worked."""
    slot = _slot(task.id, order_id)
    last = db.session.execute(_LAST_SEQ, {"task_id": task.id}).scalar_one()
    add_lines(slot.task_id, slot.slot, slot.order_id, waves.walk(warehouse_id, held).held, after=last)
    task.lines += len(held)
    task.open_lines += len(held)
    slot.open_lines += len(held)
    db.session.flush()
    tasks.note_places(task_id=task.id)
    if task.person_id is not None:
        publish(TaskChanged(warehouse_id, task.id, task.person_id))
    return slot


def _new_task(warehouse_id: int, old: PickTask, order_id: int, held: Sequence[stock.Held]) -> PickTote:
    """A task of one slot, whose tote is the one in which the order's other goods already lie."""
    _reopen_wave(warehouse_id, old.wave_id)
    walk = waves.walk(warehouse_id, held)
    task = PickTask(
        warehouse_id=warehouse_id,
        kind=old.kind,
        wave_id=old.wave_id,
        stage_bin_id=old.stage_bin_id,
        status=TASK.initial,
        walk_mm=walk.length_mm,
        path=walk.path,
        lines=len(held),
        open_lines=len(held),
    )
    db.session.add(task)
    db.session.flush()
    slot = _move_tote(_slot(old.id, order_id), task.id, len(held))
    add_lines(slot.task_id, slot.slot, slot.order_id, walk.held, after=0)
    tasks.note_places(task_id=task.id)
    return slot


def _reopen_wave(warehouse_id: int, wave_id: int) -> None:
    tasks.lock_wave(wave_id)
    wave = waves.get(warehouse_id, wave_id)
    if wave.status in ("done", "cancelled"):  # given up while the order was stopped, which goes on after all
        waves.reopen(wave)


def _slot(task_id: int, order_id: int) -> PickTote:
    return db.session.execute(
        select(PickTote)
        .where(PickTote.task_id == task_id, PickTote.order_id == order_id)
        .execution_options(populate_existing=True)
    ).scalar_one()


def _move_tote(old: PickTote, task_id: int, open_lines: int) -> PickTote:
    container_id, picks = (old.container_id, old.picks) if old.in_use else (None, 0)
    old.in_use = False
    db.session.flush()  # a tote is in use once: first there no more, then here
    slot = PickTote(
        task_id=task_id,
        slot=1,
        order_id=old.order_id,
        container_id=container_id,
        in_use=container_id is not None,
        open_lines=open_lines,
        picks=picks,
    )
    db.session.add(slot)
    db.session.flush()
    return slot


def add_lines(task_id: int, slot: int, order_id: int, held: Sequence[stock.Held], *, after: int) -> None:
    """Lines for these holds, numbered from `after` on. The task and its slot count them elsewhere."""
    lines = [
        PickLine(
            task_id=task_id,
            seq=seq,
            slot=slot,
            order_id=order_id,
            order_line_id=each.order_line_id,
            sku_id=each.sku_id,
            bin_id=each.bin_id,
            hold_id=each.hold_id,
            qty=each.qty,
            picked=0,
            status=LINE.initial,
        )
        for seq, each in enumerate(held, start=after + 1)
    ]
    db.session.add_all(lines)
    db.session.flush()
