"""What was picked in bulk and has not got its order yet: which pieces of a tote go to which order, and what is left.

A piece in a bulk tote is any order's whose line of that task still waits for such goods: the same SKU, lot, owner and
condition as its hold. The earliest promise gets the first.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from wms.catalog import service as catalog
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import Found, clean, resolve
from wms.orders import service as orders
from wms.picking.rules import one_of
from wms.stock import service as stock


@dataclass(frozen=True)
class BulkTote:
    """A tote with goods that were picked in bulk. `method` and `wave` (its number) are those of its task's wave."""

    container_id: int
    code: str
    task_id: int
    stage_bin_id: int
    method: str
    wave: int
    wave_id: int


_TOTE = """
    SELECT c.id AS container_id, c.code, t.id AS task_id, t.stage_bin_id, w.method, w.number AS wave,
           w.id AS wave_id
    FROM pick_tote s JOIN container c ON c.id = s.container_id JOIN pick_task t ON t.id = s.task_id
    JOIN wave w ON w.id = t.wave_id
    WHERE s.in_use AND s.order_id IS NULL AND t.warehouse_id = :warehouse_id
"""
_TOTE_BY_ID = text(_TOTE + "AND c.id = :container_id")
_TOTES = text(
    f"""
    {_TOTE} AND w.method = ANY(:methods)
      AND EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = c.id AND b.on_hand > 0)
    ORDER BY (SELECT min(o.promised_at) FROM pick_line l JOIN sales_order o ON o.id = l.order_id
              WHERE l.task_id = t.id AND l.picked > l.sorted), c.id
    LIMIT :limit
    """  # noqa: S608 - a constant of this file
)


def bulk_tote(warehouse_id: int, container_id: int) -> BulkTote | None:
    """The tote, when it holds goods that were picked in bulk."""
    row = db.session.execute(_TOTE_BY_ID, {"warehouse_id": warehouse_id, "container_id": container_id}).one_or_none()
    return BulkTote(*row) if row else None


def bulk_tote_anywhere(container_id: int) -> bool:
    """Whether a tote holds goods that were picked in bulk."""
    asked = "SELECT 1 FROM pick_tote WHERE container_id = :id AND order_id IS NULL AND in_use"
    return db.session.execute(text(asked), {"id": container_id}).first() is not None


_ORDERS_LEFT = text(
    """
    SELECT o.id, o.number, o.confirmation = 'confirmed' AND o.refund = 'none' AS wanted
    FROM pick_tote s JOIN sales_order o ON o.id = s.order_id
    WHERE s.task_id = :task_id AND o.processing = 'picked'
      AND EXISTS (SELECT 1 FROM pick_line l WHERE l.order_id = o.id AND l.task_id = :task_id AND l.picked > l.sorted)
    ORDER BY o.promised_at, o.id
    """
)


def orders_left(task_id: int) -> Sequence[Any]:
    """The orders of a bulk task that wait to be packed, earliest promise first: rows (id, number, wanted)."""
    return db.session.execute(_ORDERS_LEFT, {"task_id": task_id}).all()


def bulk_totes(warehouse_id: int, methods: Sequence[str], limit: int = 30) -> list[BulkTote]:
    """Totes whose goods wait for their orders, the earliest promise first."""
    values = {"warehouse_id": warehouse_id, "methods": list(methods), "limit": limit}
    return [BulkTote(*row) for row in db.session.execute(_TOTES, values)]


def scanned_tote(warehouse_id: int, code: str) -> BulkTote:
    """The bulk tote that was scanned. Raises `picking.not_a_tote.…` and `picking.not_a_bulk_tote`."""
    seen = one_of("tote", code, resolve(code, warehouse_id))
    tote = bulk_tote(warehouse_id, seen.id)
    if tote is None:
        raise WmsError("picking.not_a_bulk_tote", tote=seen.code)
    return tote


# ---- what was taken out of the tote


@dataclass(frozen=True)
class Item:
    """Goods that were scanned out of a tote: one SKU, with the lot and number that its label says."""

    sku_id: int
    sku: str
    name: str
    lot: str = ""
    serial: str = ""


_SKU = text("SELECT id, code, name, lot_tracking, serial_tracking FROM sku WHERE id = :id")
_INSIDE = text(
    """
    SELECT DISTINCT b.sku_id FROM stock_balance b
    WHERE b.container_id = :container_id AND b.bin_id = :bin_id AND b.on_hand > 0
    """
)


def read_item(tote: BulkTote, warehouse_id: int, code: str) -> Item:
    """What was scanned, which must be in the tote by the books; where a code means several goods, the one that is.

    Raises `picking.sort_unknown` for a code that nobody knows, `picking.sort_not_an_item`, `picking.sort_not_inside`,
    and `picking.sort_serial_needed` for goods whose numbers are scanned at every move.
    """
    found = resolve(code, warehouse_id)
    items = [each for each in found if each.kind in ("sku", "serial")]
    if not found:
        raise WmsError("picking.sort_unknown", scanned=clean(code))
    if not items:
        raise WmsError("picking.sort_not_an_item", scanned=clean(code), label=found[0].label)
    at = {"container_id": tote.container_id, "bin_id": tote.stage_bin_id}
    inside = set(db.session.execute(_INSIDE, at).scalars())
    seen = next((each for each in items if _sku_id(each) in inside), None)
    if seen is None:
        raise WmsError("picking.sort_not_inside", item=items[0].label, tote=tote.code)
    return _item(seen, code, tote)


def _sku_id(found: Found) -> int:
    return found.sku_id or found.id


def _item(seen: Found, code: str, tote: BulkTote) -> Item:
    sku = db.session.execute(_SKU, {"id": _sku_id(seen)}).one()
    label = catalog.label_of(code)
    serial = seen.code if seen.kind == "serial" else label.serial if label else ""
    if sku.serial_tracking != "move":
        return Item(sku.id, sku.code, sku.name, label.lot if label else "")
    here = stock.serials_in(tote.container_id, sku.id)
    if serial not in here:
        raise WmsError("picking.sort_serial_needed", item=sku.name, sku=sku.code)
    return Item(sku.id, sku.code, sku.name, here[serial], serial)


# ---- whose it is


@dataclass(frozen=True)
class Choice:
    """A line that waits for goods of the tote: `room` pieces more, of which `there` are in the tote.

    `container_id` is where its order is gathered, None before it has a slot; `wanted` False: the order was stopped.
    """

    line_id: int
    order_id: int
    order: str
    order_line_id: int
    lot: str
    owner_id: int
    condition: str
    room: int
    there: int
    container_id: int | None
    wanted: bool
    processing: str

    @property
    def most(self) -> int:
        """So many pieces of the tote may go to the line now."""
        return min(self.room, self.there)


# Pieces that are shown to a sorter at this moment count as gone, from the tote and for their line.
_CHOICES = text(
    """
    WITH shown AS (
        SELECT * FROM wall_put WHERE status = 'shown' AND sku_id = :sku_id AND id <> :but
    ), goods AS (
        SELECT b.lot, b.owner_id, b.condition, b.on_hand - coalesce((
            SELECT cast(sum(p.qty) AS bigint) FROM shown p WHERE p.container_id = b.container_id AND p.lot = b.lot
              AND p.owner_id = b.owner_id AND p.condition = b.condition), 0) AS there
        FROM stock_balance b
        WHERE b.container_id = :container_id AND b.bin_id = :bin_id AND b.sku_id = :sku_id AND b.on_hand > 0
          AND (:lot = '' OR b.lot = :lot)
    )
    SELECT l.id AS line_id, l.order_id, o.number AS "order", l.order_line_id,
           goods.lot, goods.owner_id, goods.condition,
           l.picked - l.sorted
           - coalesce((SELECT cast(sum(p.qty) AS bigint) FROM shown p WHERE p.line_id = l.id), 0) AS room,
           goods.there,
           (SELECT s.container_id FROM pick_tote s JOIN wall_slot w ON w.container_id = s.container_id
            WHERE s.order_id = l.order_id AND s.in_use LIMIT 1) AS container_id,
           o.confirmation = 'confirmed' AND o.refund = 'none'
           AND o.processing IN ('waved', 'picking', 'picked', 'short') AS wanted,
           o.processing
    FROM pick_line l JOIN sales_order o ON o.id = l.order_id
    JOIN stock_hold h ON h.id = l.hold_id JOIN stock_balance a ON a.id = h.balance_id
    JOIN goods ON goods.lot = a.lot AND goods.owner_id = a.owner_id AND goods.condition = a.condition
    WHERE l.task_id = :task_id AND l.sku_id = :sku_id AND l.picked > l.sorted
    ORDER BY o.promised_at, o.id, l.id
    """
)
_GOODS = text(
    """
    SELECT * FROM (
        SELECT b.id, b.lot, b.owner_id, b.condition, b.on_hand - coalesce((
            SELECT cast(sum(p.qty) AS bigint) FROM wall_put p
            WHERE p.status = 'shown' AND p.container_id = b.container_id AND p.sku_id = b.sku_id AND p.lot = b.lot
              AND p.owner_id = b.owner_id AND p.condition = b.condition), 0) AS there
        FROM stock_balance b
        WHERE b.container_id = :container_id AND b.bin_id = :bin_id AND b.sku_id = :sku_id
          AND (:lot = '' OR b.lot = :lot)) AS goods
    WHERE there > 0 ORDER BY id
    """
)


def choices(tote: BulkTote, item: Item, *, but: int = 0) -> list[Choice]:
    """The lines that this item may go to, earliest promise first; `wanted` is false where the order was stopped.

    `but`: a put that does not count as shown. Lines or totes that others are just serving have no room left.
    """
    values = {"container_id": tote.container_id, "bin_id": tote.stage_bin_id, "task_id": tote.task_id, "but": but}
    rows = db.session.execute(_CHOICES, {**values, "sku_id": item.sku_id, "lot": item.lot})
    return [found for row in rows if (found := Choice(*row)).most > 0]


def goods_in(tote: BulkTote, item: Item) -> Any:
    """Such goods in the tote that are in nobody's hands: a row (lot, owner_id, condition, there), None without any."""
    values = {"container_id": tote.container_id, "bin_id": tote.stage_bin_id, "sku_id": item.sku_id, "lot": item.lot}
    return db.session.execute(_GOODS, values).first()


_SORTED = text("UPDATE pick_line SET sorted = sorted + :qty WHERE id = :line_id")


def sort(line_id: int, qty: int) -> None:
    """So many pieces of a line have gone to their order, or (below 0) have come back."""
    db.session.execute(_SORTED, {"line_id": line_id, "qty": qty})


_LOSE = text(
    """
    UPDATE pick_line SET picked = picked - :qty, status = CASE WHEN status = 'picked' THEN 'short' ELSE status END,
           short_reason = coalesce(short_reason, :reason)
    WHERE id = :line_id AND picked - sorted >= :qty RETURNING order_id
    """
)
_REGAIN = text(
    """
    UPDATE pick_line SET picked = picked + :qty,
           status = CASE WHEN short_reason = ANY(:reasons) AND picked + :qty = qty AND status = 'short' THEN 'picked'
                         ELSE status END,
           short_reason = CASE WHEN short_reason = ANY(:reasons) AND picked + :qty = qty THEN NULL ELSE short_reason END
    WHERE id = :line_id
    """
)
LOST = "lost"  # it was picked in bulk, and was not there when it was sorted
PUT_ASIDE = "aside"  # its order was stopped; the piece went to the place for what nobody wants


def lose(line_id: int, qty: int, reason: str) -> int | None:
    """So many pieces that were picked for a line are not there for it any more; returns its order, None when the line
    has not so many: its order was taken out of the wave, and they are nobody's."""
    return db.session.execute(_LOSE, {"line_id": line_id, "qty": qty, "reason": reason}).scalar()


def miss(order_id: int, reason: str | None) -> str:
    """An order that was being worked is short now, for `reason` or besides one of its own; returns its number."""
    order = db.session.execute(_ORDER, {"id": order_id}).one()
    if order.processing == "picked":
        orders.mark_put_back(order_id)
    if order.processing in ("waved", "picking", "picked"):
        if reason and order.confirmation == "confirmed":
            orders.mark_short(order_id, reason)
        else:
            orders.mark_short_besides(order_id)
    return str(order.number)


_ORDER = text("SELECT number, confirmation, processing FROM sales_order WHERE id = :id FOR NO KEY UPDATE")


def regain(line_id: int, qty: int) -> None:
    """Pieces that a line had lost are back in the tote."""
    db.session.execute(_REGAIN, {"line_id": line_id, "qty": qty, "reasons": [LOST, PUT_ASIDE]})


_FREE_EMPTY = text(
    """
    UPDATE pick_tote SET in_use = false
    WHERE container_id = :container_id AND order_id IS NULL AND in_use
      AND NOT EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = :container_id AND b.on_hand > 0)
    RETURNING id
    """
)


def free_if_empty(container_id: int) -> bool:
    """A bulk tote whose last piece was taken may carry something else; says whether it is so."""
    return db.session.execute(_FREE_EMPTY, {"container_id": container_id}).one_or_none() is not None


_LEFT = text(
    """
    SELECT b.sku_id, k.code AS sku, k.name, k.serial_tracking, b.lot, b.owner_id, b.condition, b.on_hand AS qty
    FROM stock_balance b JOIN sku k ON k.id = b.sku_id
    WHERE b.container_id = :container_id AND b.bin_id = :bin_id AND b.on_hand > 0 ORDER BY k.code, b.id
    """
)


def left_in(tote: BulkTote) -> Sequence[Any]:
    """What the books have in the tote: rows (sku_id, sku, name, serial_tracking, lot, owner_id, condition, qty)."""
    return db.session.execute(_LEFT, {"container_id": tote.container_id, "bin_id": tote.stage_bin_id}).all()


_WAITING = text(
    """
    SELECT coalesce(sum(l.picked - l.sorted), 0)::bigint AS unsorted, count(*) FILTER (WHERE l.status = 'open') AS open
    FROM pick_line l JOIN pick_task t ON t.id = l.task_id JOIN wave w ON w.id = t.wave_id
    WHERE l.order_id = :order_id AND (w.method = 'wall' OR l.status = 'open')
    """
)


def is_together(order_id: int) -> bool:
    """Whether nothing of an order is still to be picked, or to be sorted at a wall."""
    row = db.session.execute(_WAITING, {"order_id": order_id}).one()
    return row.unsorted == 0 and row.open == 0
