"""Orders that are served from sealed boxes (预打包): nobody walks; scanning a box picks the whole order.

A released wave of this kind has one task that is nobody's walk. An order's lines are added to it, picked, in the moment
in which a box is scanned for it; what is not served yet holds nothing and can be taken out of the wave at any time.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.orders import service as orders
from wms.picking import tasks
from wms.picking.events import OrderPicked
from wms.stock import service as stock
from wms.stock.models import SealedBox


@dataclass(frozen=True)
class Served:
    """The order that a box goes to, and what of the box is for which line: (hold id, pieces, line id)."""

    order_id: int
    order: str
    pieces: tuple[tuple[int, int, int], ...]


# Orders with their contents, as `stock.content_key` writes them; each line is what is left of it to send.
_ORDERS = """
    WITH lines AS (
        SELECT o.id AS order_id, o.number, o.promised_at, m.wave_id, l.sku_id, sum(l.qty - l.dropped) AS qty
        FROM wave w JOIN wave_order m ON m.wave_id = w.id AND m.active JOIN sales_order o ON o.id = m.order_id
        JOIN order_line l ON l.order_id = o.id AND l.qty > l.dropped AND NOT l.exploded
        WHERE w.warehouse_id = :warehouse_id AND w.method = 'prepack' AND w.status = 'released'
          AND w.paused_at IS NULL AND o.processing = 'waved' AND o.confirmation = 'confirmed' AND o.refund = 'none'
        GROUP BY o.id, m.wave_id, l.sku_id
    ), waiting AS (
        SELECT order_id, number, promised_at, wave_id,
               string_agg(sku_id || 'x' || qty, '-' ORDER BY sku_id) AS content
        FROM lines GROUP BY order_id, number, promised_at, wave_id
    )
"""
_NEXT = text(
    f"{_ORDERS} SELECT order_id, number, wave_id FROM waiting WHERE content = :content "  # noqa: S608 - a constant
    "ORDER BY promised_at, order_id"
)
_COUNT = text(
    f"{_ORDERS} SELECT content, count(*) AS orders FROM waiting "  # noqa: S608 - a constant
    "GROUP BY content ORDER BY min(promised_at)"
)
_LINES = text(
    """
    SELECT id, sku_id, qty - dropped AS qty FROM order_line
    WHERE order_id = :order_id AND qty > dropped AND NOT exploded ORDER BY id
    """
)
_TASK = text(
    """
    SELECT id FROM pick_task WHERE wave_id = :wave_id AND kind = 'box' AND status = 'picking' ORDER BY id LIMIT 1
    FOR NO KEY UPDATE
    """
)
_STILL = text(
    """
    SELECT id FROM sales_order
    WHERE id = :order_id AND processing = 'waved' AND confirmation = 'confirmed' AND refund = 'none' FOR NO KEY UPDATE
    """
)
_ADD = text(
    """
    WITH at AS (
        SELECT coalesce(max(seq), 0) AS seq, coalesce(max(slot), 0) + 1 AS slot FROM pick_line WHERE task_id = :task_id
    ), added AS (
        INSERT INTO pick_line (task_id, seq, slot, order_id, order_line_id, sku_id, bin_id, hold_id, qty, picked,
                               sorted, status, done_by, done_at)
        SELECT :task_id, at.seq + row_number() OVER (ORDER BY h.id), at.slot, :order_id, h.order_line_id, b.sku_id,
               b.bin_id, h.id, h.qty, h.qty, h.qty, 'picked', :person_id, :now
        FROM at, stock_hold h JOIN stock_balance b ON b.id = h.balance_id WHERE h.id = ANY(:hold_ids)
        RETURNING hold_id, id, qty
    ), counted AS (
        UPDATE pick_task SET lines = lines + (SELECT count(*) FROM added) WHERE id = :task_id
    )
    SELECT hold_id, qty, id FROM added ORDER BY id
    """
)


def waiting_for_boxes(warehouse_id: int) -> list[Any]:
    """How many orders of released waves wait for a box, by content: rows (content, orders), earliest promise first."""
    return list(db.session.execute(_COUNT, {"warehouse_id": warehouse_id}))


def serve(warehouse_id: int, person_id: int | None, box: SealedBox) -> Served:
    """A sealed box goes to the order with its content that is promised first; the order is picked, whole.

    The pieces stay where they are, held: the caller moves them on in the same transaction. Raises
    `picking.box_for_nobody` when no released order wants it, and as `stock.take_box` does.
    """
    lock("pick.boxes", warehouse_id)
    refused: WmsError | None = None
    asked = {"warehouse_id": warehouse_id, "content": box.content}
    for row in db.session.execute(_NEXT, asked).all():
        try:
            with db.session.begin_nested():
                served = _serve(warehouse_id, person_id, box, row)
            if served is not None:
                return served
        except WmsError as error:  # not fresh enough for this one, or another owner's: perhaps for the next
            if error.code != "stock.box_differs":
                raise
            refused = error
    raise refused or WmsError("picking.box_for_nobody", box=box.code)


def _serve(warehouse_id: int, person_id: int | None, box: SealedBox, row: Any) -> Served | None:
    """None when the order has left its wave since it was looked for."""
    # The task first, as by those who take orders out of it: the last two orders of a wave must see each other's end.
    task_id = db.session.execute(_TASK, {"wave_id": row.wave_id}).scalar()
    if task_id is None or db.session.execute(_STILL, {"order_id": row.order_id}).first() is None:
        return None
    orders.mark_started(row.order_id)
    lines = db.session.execute(_LINES, {"order_id": row.order_id}).all()
    wants = orders.wants_of((line.id, line.sku_id, line.qty) for line in lines)
    held = stock.take_box(box, wants)
    about = {"task_id": task_id, "order_id": row.order_id, "person_id": person_id, "now": now()}
    added = db.session.execute(_ADD, {**about, "hold_ids": [hold_id for _, hold_id, _ in held]}).all()
    orders.mark_picked(row.order_id)
    publish(OrderPicked(warehouse_id, row.order_id))
    finish_if_done(warehouse_id, row.wave_id)
    return Served(row.order_id, row.number, tuple((each.hold_id, each.qty, each.id) for each in added))


_DONE = text(
    """
    SELECT t.id FROM pick_task t
    WHERE t.wave_id = :wave_id AND t.kind = 'box' AND t.status = 'picking' AND NOT EXISTS (
        SELECT 1 FROM wave_order m JOIN sales_order o ON o.id = m.order_id
        WHERE m.wave_id = t.wave_id AND m.active AND o.processing = 'waved')
    """
)


def finish_if_done(warehouse_id: int, wave_id: int) -> None:
    """A task without a walk ends when no order of its wave waits for a box any more."""
    for task_id in db.session.execute(_DONE, {"wave_id": wave_id}).scalars().all():
        tasks.finish(warehouse_id, task_id)


_WAVES = text(
    "SELECT DISTINCT w.id FROM wave_order m JOIN wave w ON w.id = m.wave_id "
    "WHERE m.active AND m.order_id = ANY(:order_ids) AND w.method = 'prepack' AND w.status = 'released' ORDER BY w.id"
)


def left(warehouse_id: int, order_ids: Sequence[int]) -> None:
    """These orders have left their waves, of which some may be done now."""
    for wave_id in db.session.execute(_WAVES, {"order_ids": list(order_ids)}).scalars().all():
        finish_if_done(warehouse_id, wave_id)
