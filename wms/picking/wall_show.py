"""An item is scanned out of a bulk tote: which slot of the put wall does it go into?"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.picking.models import WallPut, WallSlot, WallSorter
from wms.picking.unsorted import BulkTote, Choice, Item, choices, goods_in, read_item
from wms.picking.wall import ASIDE, shown, working


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
    figures when every order that wants it waits for a slot, `picking.other_wall` when it is gathered at another wall,
    and as `unsorted.read_item` does.
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
    RETURNING id
    """
)
_SLOT_OF = text(
    """
    SELECT s.id, s.wall_id, w.code AS wall FROM wall_slot s JOIN wall w ON w.id = s.wall_id
    WHERE s.container_id = :container_id
    """
)
_FULL = text("SELECT count(*) FROM wall_slot WHERE wall_id = :wall_id AND nr > 0")


def _slot_for(wall_id: int, tote: BulkTote, wanted: Sequence[Choice]) -> tuple[Choice, int]:
    """The line that gets the piece, and the slot of its order: that which it has, or the first free one.

    While all slots are taken, orders that have one are served, and the others wait. An order that is gathered at
    another wall, out of another tote of its walk, is served there.
    """
    free = db.session.execute(_FREE_SLOT, {"wall_id": wall_id}).one_or_none()
    elsewhere: dict[str, str] = {}
    for each in wanted:
        if each.container_id is not None:
            slot = db.session.execute(_SLOT_OF, {"container_id": each.container_id}).one()
            if slot.wall_id == wall_id:
                return each, int(slot.id)
            elsewhere[each.order] = slot.wall
        elif free is not None:
            return each, _take(free, each)
    waiting = [each for each in wanted if each.container_id is None]
    if not waiting:
        order, wall = next(iter(elsewhere.items()))
        raise WmsError("picking.other_wall", order=order, wall=wall, tote=tote.code)
    slots = db.session.execute(_FULL, {"wall_id": wall_id}).scalar_one()
    orders = len({each.order_id for each in waiting})
    raise WmsError("picking.wall_full", slots=slots, order=waiting[0].order, waiting=orders)


def _take(free: Row[Any], choice: Choice) -> int:
    """A free slot is the order's now, unless it was given one at another wall in this moment."""
    wanted = {"container_id": free.container_id, "order_id": choice.order_id}
    if db.session.execute(_TAKE_SLOT, wanted).one_or_none() is None:
        raise WmsError("picking.try_again")
    return int(free.id)
