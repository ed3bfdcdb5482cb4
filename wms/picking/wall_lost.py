"""A bulk tote is empty, and the books say otherwise: pieces were lost between bin and wall."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.orders import service as orders
from wms.picking.events import WallChanged
from wms.picking.unsorted import LOST, BulkTote, free_if_empty, left_in, lose, miss
from wms.picking.wall import ASIDE, shown, sit, working
from wms.stock import service as stock


@dataclass(frozen=True)
class Lost:
    """What was lost: pieces, and the numbers of the orders that are short of them."""

    pieces: int
    orders: tuple[str, ...]


def tote_empty(warehouse_id: int, person_id: int) -> Lost:
    """Nothing is left in the tote. What the books still have in it is lost: the orders with the latest promises go to
    the supervisor as short, stopped orders before all others.

    Raises `picking.put_first`, `picking.tote_before_item`, and `picking.in_other_hands` while a colleague has pieces of
    it in hand.
    """
    sorter, tote = working(warehouse_id, person_id)
    if shown(person_id):
        raise WmsError("picking.put_first", next="wall_put")
    lock("pick.wall", sorter.wall_id)
    if db.session.execute(_IN_HANDS, {"container_id": tote.container_id}).first():
        raise WmsError("picking.in_other_hands", tote=tote.code)
    lost = write_off(warehouse_id, person_id, tote)
    free_if_empty(tote.container_id)
    sit(person_id, sorter.wall_id, None)
    publish(WallChanged(warehouse_id, sorter.wall_id, ASIDE))
    return lost


_IN_HANDS = text("SELECT 1 FROM wall_put WHERE container_id = :container_id AND status = 'shown'")


def write_off(warehouse_id: int, person_id: int | None, tote: BulkTote) -> Lost:
    """Take what is left of a tote out of the books, and from the orders that it was picked for."""
    pieces, short = 0, set[int | None]()
    for goods in left_in(tote):
        pieces += goods.qty
        short |= {lose(line_id, qty, LOST) for line_id, qty in _losers(tote, goods)}
        numbers = sorted(stock.serials_in(tote.container_id, goods.sku_id)) if goods.serial_tracking == "move" else []
        stock.adjust_by(
            warehouse_id,
            [stock.Goods(goods.sku_id, tote.stage_bin_id, -goods.qty, tote.container_id, lot=goods.lot,
                         owner_id=goods.owner_id, condition=goods.condition, serials=tuple(numbers[: goods.qty]))],
            reason="lost", reference=f"tote {tote.code}", actor_id=person_id,
        )  # fmt: skip
    return Lost(pieces, tuple(_go_short(warehouse_id, sorted(filter(None, short)), tote)))


# Latest promise first, because the others are to be served; pieces of stopped orders are missed the least.
_LINES = text(
    """
    SELECT l.id, l.picked - l.sorted AS room
    FROM pick_line l JOIN sales_order o ON o.id = l.order_id
    JOIN stock_hold h ON h.id = l.hold_id JOIN stock_balance a ON a.id = h.balance_id
    WHERE l.task_id = :task_id AND l.sku_id = :sku_id AND l.picked > l.sorted
      AND a.lot = :lot AND a.owner_id = :owner_id AND a.condition = :condition
    ORDER BY o.confirmation = 'confirmed', o.promised_at DESC, o.id DESC, l.id DESC
    """
)


def _losers(tote: BulkTote, goods: Any) -> list[tuple[int, int]]:
    """Whose pieces these are: [(line id, pieces)]. What was picked too many is nobody's."""
    place = {"sku_id": goods.sku_id, "lot": goods.lot, "owner_id": goods.owner_id, "condition": goods.condition}
    left, found = goods.qty, []
    for row in db.session.execute(_LINES, {"task_id": tote.task_id, **place}).all():
        if left:
            found.append((row.id, min(left, row.room)))
            left -= found[-1][1]
    return found


_MISSING = text(
    """
    SELECT ol.id, ol.sku_id, ol.order_id, ol.qty - ol.dropped - coalesce((
               SELECT cast(sum(l.picked) AS bigint) FROM pick_line l WHERE l.order_line_id = ol.id), 0) AS qty
    FROM order_line ol WHERE ol.order_id = ANY(:ids) AND NOT ol.exploded ORDER BY ol.id
    """
)


def _go_short(warehouse_id: int, order_ids: Sequence[int], tote: BulkTote) -> list[str]:
    """These orders wait for the supervisor; what they want is promised to them anew as far as there is stock."""
    numbers = [miss(order_id, f"lost: {tote.code}") for order_id in order_ids]
    wants: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for line in db.session.execute(_MISSING, {"ids": list(order_ids)}):
        if line.qty > 0:
            wants[line.order_id].append((line.id, line.sku_id, line.qty))
    for order_id in sorted(wants):
        stock.promise_anew(warehouse_id, orders.wants_of(wants[order_id]))
    return numbers
