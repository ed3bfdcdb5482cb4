"""Missing pieces at the bin: what is possible right now, the best first, and doing it without stopping the cart."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.counting import service as counting
from wms.orders import service as orders
from wms.picking import tasks
from wms.picking.again import add_lines
from wms.picking.events import LineShort, OrderPicked
from wms.picking.plans import plan_of
from wms.picking.rules import LineFacts, check_open, check_working, insert_at
from wms.picking.shorts import Closed, bins_not_to_try, have_counted, look_into, short
from wms.replenishment import service as replenishment
from wms.stock import service as stock


@dataclass(frozen=True)
class Option:
    """One way out. `bins` [(code, pieces), …] are where `another` would go."""

    how: str
    bins: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Chosen:
    """What came of a choice: `closed` lines, and whether the walk has other lines now."""

    how: str
    closed: Closed | None = None
    changed: bool = False


_ELSEWHERE = text(
    """
    SELECT bin.code, sum(b.on_hand - b.held)::bigint AS qty
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    JOIN order_line ol ON ol.id = :order_line_id JOIN sales_order o ON o.id = ol.order_id
    JOIN shop s ON s.id = o.shop_id JOIN sku k ON k.id = b.sku_id
    LEFT JOIN stock_lot lot ON lot.sku_id = b.sku_id AND lot.code = b.lot
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = :sku_id AND b.condition = 'good' AND b.on_hand > b.held
      AND b.owner_id = s.owner_id AND bin.kind IN ('pick', 'bulk') AND bin.blocked_reason IS NULL
      AND b.bin_id <> ALL(cast(:not_from AS bigint[]))
      AND (lot.expires_on IS NULL
           OR lot.expires_on >= cast(:today AS date) + greatest(k.min_days_shipping, s.min_days_shipping)::int)
    GROUP BY bin.code ORDER BY (sum(b.on_hand - b.held) >= :wanted) DESC, sum(b.on_hand - b.held) DESC, bin.code LIMIT 3
    """
)
_ABOUT = text(
    """
    SELECT l.order_id, l.order_line_id, l.sku_id, l.bin_id, l.slot, l.seq, l.hold_id, l.awaits FROM pick_line l
    WHERE l.id = :line_id AND l.task_id = :task_id
    """
)


def options(warehouse_id: int, person_id: int | None, task_id: int, line_id: int) -> tuple[int, list[Option]]:
    """How many pieces of a line are missing, and what its picker may do, the best first. Changes nothing.

    Raises as `rules.check_working` and `check_open` do.
    """
    check_working(tasks.find(warehouse_id, task_id), person_id)
    line = tasks.line(task_id, line_id)
    check_open(line)
    about = _about(task_id, line_id)
    found = [_option(how, warehouse_id, person_id, line, about) for how in plan_of(warehouse_id).short_ways]
    return line.qty - line.picked, [each for each in found if each is not None]


def _about(task_id: int, line_id: int) -> Any:
    return db.session.execute(_ABOUT, {"task_id": task_id, "line_id": line_id}).one()


def _option(how: str, warehouse_id: int, person_id: int | None, line: LineFacts, about: Any) -> Option | None:
    missing = line.qty - line.picked
    if how == "another":
        there = _elsewhere(warehouse_id, about, missing)
        return Option(how, there) if sum(qty for _, qty in there) >= missing else None
    if how == "replenish":
        possible = not about.awaits and replenishment.can_fill(warehouse_id, line.sku_id, line.bin_id)
        return Option(how) if possible else None
    if how == "count":
        return Option(how) if counting.may_count(warehouse_id, line.bin_id, person_id) else None
    if how == "line":
        return Option(how) if _something_else(about) else None
    return Option(how)


def _elsewhere(warehouse_id: int, about: Any, missing: int) -> tuple[tuple[str, int], ...]:
    asked = {
        "warehouse_id": warehouse_id, "sku_id": about.sku_id, "order_line_id": about.order_line_id,
        "not_from": sorted({about.bin_id, *bins_not_to_try(about.order_id)}), "today": now().date(), "wanted": missing,
    }  # fmt: skip
    return tuple((row.code, row.qty) for row in db.session.execute(_ELSEWHERE, asked))


_ELSE = text(
    """
    SELECT EXISTS (SELECT 1 FROM pick_line WHERE order_id = :order_id
                   AND (picked > 0 OR (status = 'open' AND order_line_id <> :order_line_id)))
    """
)


def _something_else(about: Any) -> bool:
    """Whether anything is left of an order without this line."""
    asked = {"order_id": about.order_id, "order_line_id": about.order_line_id}
    return bool(db.session.execute(_ELSE, asked).scalar())


def choose(
    warehouse_id: int, person_id: int | None, task_id: int, line_id: int, reason: str, how: str
) -> Chosen:
    """Do what the picker chose about the missing rest of a line; the rest of the cart goes on.

    Raises `picking.not_a_way` (409) for a way that this warehouse does not go, `picking.nowhere_else` (409) and
    `picking.no_reserve` (409) when it is not possible any more, and as `options` does.
    """
    if how not in plan_of(warehouse_id).short_ways:
        raise WmsError("picking.not_a_way")
    if how == "order":
        return Chosen(how, short(warehouse_id, person_id, task_id, line_id, reason))
    check_working(tasks.locked(warehouse_id, task_id), person_id)
    line = tasks.line(task_id, line_id)
    check_open(line)
    assert person_id is not None
    act = {"another": _another, "replenish": _replenish, "count": _count, "line": _drop}[how]
    return act(warehouse_id, person_id, task_id, line, reason)


def _another(warehouse_id: int, person_id: int, task_id: int, line: LineFacts, reason: str) -> Chosen:
    """The missing pieces are held in other bins, and lines for them join the walk where they are on the way."""
    about, missing = _about(task_id, line.id), line.qty - line.picked
    not_from = sorted({line.bin_id, *bins_not_to_try(about.order_id)})
    _lock_order(about.order_id)
    replenishment.wait_turn(line.sku_id)
    stock.keep_still(warehouse_id, [about.order_line_id], line.sku_id)
    stock.let_go([line.hold_id])
    wants = orders.wants_of([(about.order_line_id, line.sku_id, missing)])
    replenishment.give_way(warehouse_id, {line.sku_id: missing}, not_from=tuple(not_from))
    held = stock.hold_some(warehouse_id, wants, not_from=not_from)
    found = sum(each.qty for each in held)
    if found < missing:
        raise WmsError("picking.nowhere_else", order=_number(about.order_id), wanted=missing, found=found)
    if reason == "missing":
        look_into(warehouse_id, person_id, line)
    _close(line.id, person_id, reason)
    add_lines(task_id, about.slot, about.order_id, held, after=_place(task_id, line, held))
    _count_lines(task_id, about.slot, len(held) - 1, len(held))
    publish(LineShort(warehouse_id, task_id, line.id, about.order_id, reason, person_id))
    return Chosen("another", changed=True)


_STOPS = text(
    """
    SELECT l.seq, b.aisle * h.aisle_spacing_mm AS x, b.y_mm AS y
    FROM pick_line l JOIN bin b ON b.id = l.bin_id JOIN warehouse h ON h.id = b.warehouse_id
    WHERE l.task_id = :task_id AND l.status = 'open' AND l.id <> :line_id ORDER BY l.seq
    """
)
_SPOT = text(
    "SELECT b.aisle * h.aisle_spacing_mm AS x, b.y_mm AS y FROM bin b JOIN warehouse h ON h.id = b.warehouse_id "
    "WHERE b.id = :bin_id"
)
_SHIFT = text("UPDATE pick_line SET seq = seq + :by WHERE task_id = :task_id AND seq > :after")


def _place(task_id: int, line: LineFacts, held: Sequence[stock.Held]) -> int:
    """The number after which lines for these holds join the walk with the least detour; there is room behind it."""
    stops = db.session.execute(_STOPS, {"task_id": task_id, "line_id": line.id}).all()
    here, there = (
        tuple(db.session.execute(_SPOT, {"bin_id": bin_id}).one()) for bin_id in (line.bin_id, held[0].bin_id)
    )
    before = insert_at(here, [(row.x, row.y) for row in stops], there)
    after = int(stops[before - 1].seq) if before else _about(task_id, line.id).seq
    db.session.execute(_SHIFT, {"task_id": task_id, "after": after, "by": len(held)})
    return after


_TO_END = text(
    """
    UPDATE pick_line SET awaits = true, seq = (SELECT max(seq) + 1 FROM pick_line WHERE task_id = :task_id)
    WHERE id = :line_id
    """
)


def _replenish(warehouse_id: int, person_id: int, task_id: int, line: LineFacts, reason: str) -> Chosen:
    """The bin is filled up from its reserve; the line moves to the end of the walk and waits for it."""
    about = _about(task_id, line.id)
    replenishment.wait_turn(line.sku_id)
    stock.keep_still(warehouse_id, [about.order_line_id], line.sku_id)
    if not replenishment.can_fill(warehouse_id, line.sku_id, line.bin_id):
        raise WmsError("picking.no_reserve", bin=line.bin, sku=line.sku)
    look_into(warehouse_id, person_id, line)
    db.session.execute(_TO_END, {"task_id": task_id, "line_id": line.id})
    return Chosen("replenish", changed=True)


def _count(warehouse_id: int, person_id: int, task_id: int, line: LineFacts, reason: str) -> Chosen:
    """The picker counts the bin now; the line stays where it is and is gone on with afterwards."""
    counting.take(warehouse_id, person_id, have_counted(warehouse_id, person_id, line))
    return Chosen("count")


_OPEN_OF_ORDER = text("SELECT count(*) FROM pick_line WHERE order_id = :order_id AND status = 'open'")


def _drop(warehouse_id: int, person_id: int, task_id: int, line: LineFacts, reason: str) -> Chosen:
    """The order is sent without the missing pieces. One of which nothing would be left waits for the supervisor."""
    about, missing = _about(task_id, line.id), line.qty - line.picked
    if not _something_else(about):
        raise WmsError("picking.nothing_left", order=_number(about.order_id))
    _lock_order(about.order_id)
    replenishment.wait_turn(line.sku_id)
    stock.keep_still(warehouse_id, [about.order_line_id], line.sku_id)
    stock.let_go([line.hold_id])
    if reason == "missing":
        look_into(warehouse_id, person_id, line)
    orders.drop({about.order_line_id: missing})
    _close(line.id, person_id, reason)
    _count_lines(task_id, about.slot, -1, 0)
    publish(LineShort(warehouse_id, task_id, line.id, about.order_id, reason, person_id))
    if db.session.execute(_OPEN_OF_ORDER, {"order_id": about.order_id}).scalar_one() == 0:
        orders.mark_picked(about.order_id)
        publish(OrderPicked(warehouse_id, about.order_id))
    return Chosen("line", _closed(warehouse_id, task_id, line.id))


def _closed(warehouse_id: int, task_id: int, line_id: int) -> Closed:
    rows = list(db.session.execute(_ROW, {"line_id": line_id}).all())
    task = db.session.execute(_FAR, {"task_id": task_id}).one()
    if task.open_lines == 0:
        tasks.finish(warehouse_id, task_id)
    return Closed(rows, task.lines - task.open_lines, task.lines)


_ROW = text("SELECT id, status, picked, slot FROM pick_line WHERE id = :line_id")
_FAR = text("SELECT lines, open_lines FROM pick_task WHERE id = :task_id")
_CLOSE = text(
    """
    UPDATE pick_line SET status = 'short', short_reason = :reason, done_by = :person_id, done_at = :now, awaits = false
    WHERE id = :line_id
    """
)
_COUNTED = text(
    """
    WITH slot AS (
        UPDATE pick_tote SET open_lines = open_lines + :open WHERE task_id = :task_id AND slot = :slot
    )
    UPDATE pick_task SET lines = lines + :lines, open_lines = open_lines + :open WHERE id = :task_id
    """
)


def _close(line_id: int, person_id: int, reason: str) -> None:
    values = {"line_id": line_id, "person_id": person_id, "reason": reason, "now": now()}
    db.session.execute(_CLOSE, values)


def _count_lines(task_id: int, slot: int, open_lines: int, lines: int) -> None:
    """Keep the numbers of lines and of open lines with the task and the slot."""
    db.session.execute(_COUNTED, {"task_id": task_id, "slot": slot, "open": open_lines, "lines": lines})


def _lock_order(order_id: int) -> None:
    db.session.execute(text("SELECT 1 FROM sales_order WHERE id = :id FOR UPDATE"), {"id": order_id})


def _number(order_id: int) -> str:
    return str(db.session.execute(text("SELECT number FROM sales_order WHERE id = :id"), {"id": order_id}).scalar())
