"""Missing pieces at the bin: what is possible right now, the best first, and doing it without stopping the cart."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.counting import service as counting
from wms.orders import service as orders
from wms.picking import bulk, tasks
from wms.picking.again import add_lines
from wms.picking.assign import home_if_asked
from wms.picking.events import LineShort, OrderPicked
from wms.picking.plans import plan_of
from wms.picking.rules import LineFacts, TaskFacts, check_kind, check_open, check_working, insert_at
from wms.picking.shorts import Closed, bins_not_to_try, have_counted, look_into, short
from wms.picking.unsorted import is_together
from wms.replenishment import service as replenishment
from wms.stock import service as stock


@dataclass(frozen=True)
class Option:
    """One way out. `bins` [(code, pieces), …] are where `another` would go."""

    how: str
    bins: tuple[tuple[str, int], ...] = ()

    @property
    def shown(self) -> dict[str, Any]:
        """As terminals are told it."""
        return {"how": self.how, "bins": [{"code": code, "qty": qty} for code, qty in self.bins]}


@dataclass(frozen=True)
class Chosen:
    """What came of a choice: `closed` lines of a cart, and whether the walk has other lines now, or is finished.

    `sent_home`: what was chosen about was the line in hand, after which the task goes back.
    """

    how: str
    closed: Closed | None = None
    changed: bool = False
    finished: bool = False
    sent_home: bool = False


_ELSEWHERE = text(
    """
    SELECT bin.code, sum(b.on_hand - b.held)::bigint AS qty
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    JOIN sku k ON k.id = b.sku_id
    JOIN (SELECT min(s.owner_id) AS owner_id, max(s.min_days_shipping) AS min_days_shipping FROM order_line ol
          JOIN sales_order o ON o.id = ol.order_id JOIN shop s ON s.id = o.shop_id
          WHERE ol.id = ANY(:order_line_ids)) s ON true
    LEFT JOIN stock_lot lot ON lot.sku_id = b.sku_id AND lot.code = b.lot
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = :sku_id AND b.condition = 'good' AND b.on_hand > b.held
      AND b.owner_id = s.owner_id AND bin.kind IN ('pick', 'bulk') AND bin.blocked_reason IS NULL
      AND b.bin_id <> ALL(cast(:not_from AS bigint[]))
      AND (lot.expires_on IS NULL
           OR lot.expires_on >= cast(:today AS date) + greatest(k.min_days_shipping, s.min_days_shipping)::int)
    GROUP BY bin.code ORDER BY (sum(b.on_hand - b.held) >= :wanted) DESC, sum(b.on_hand - b.held) DESC, bin.code LIMIT 3
    """
)
# What is open at a stop: one line of a cart's task, or in bulk those of several orders. Earliest promise first.
_RESTS = text(
    """
    SELECT l.id, l.order_id, l.order_line_id, l.hold_id, l.slot, l.seq, l.awaits, l.qty - l.picked AS missing
    FROM pick_line l JOIN sales_order o ON o.id = l.order_id
    WHERE l.task_id = :task_id AND l.status = 'open' AND (l.id = :line_id OR l.seq = :seq)
    ORDER BY o.promised_at, o.id, l.id
    """
)


@dataclass(frozen=True)
class _Stop:
    """Where pieces are missing: `line` is the stop as one line, `rests` are the rows of `_RESTS`."""

    task_id: int
    line: LineFacts
    rests: Sequence[Row[Any]]

    @property
    def missing(self) -> int:
        return sum(rest.missing for rest in self.rests)

    @property
    def order_ids(self) -> list[int]:
        return sorted({rest.order_id for rest in self.rests})

    @property
    def order_line_ids(self) -> list[int]:
        return sorted(rest.order_line_id for rest in self.rests)

    @property
    def not_from(self) -> tuple[int, ...]:
        """The bin itself, and those where goods of these orders were missed before."""
        tried = {bin_id for order_id in self.order_ids for bin_id in bins_not_to_try(order_id)}
        return tuple(sorted(tried | {self.line.bin_id}))


def _stop(task: TaskFacts, person_id: int | None, line_id: int | None, seq: int | None) -> _Stop:
    check_working(task, person_id)
    check_kind(task, "cart" if seq is None else "bulk")
    line = tasks.line(task.id, line_id or 0) if seq is None else bulk.facts(task.id, seq)
    check_open(line)
    asked = {"task_id": task.id, "line_id": line_id, "seq": seq}
    return _Stop(task.id, line, db.session.execute(_RESTS, asked).all())


def options(
    warehouse_id: int, person_id: int | None, task_id: int, line_id: int | None = None, *, seq: int | None = None
) -> tuple[int, list[Option]]:
    """How many pieces of a line, or at a stop of a bulk task (`seq`), are missing, and what its picker may do, the best
    first. Changes nothing.

    Raises as `rules.check_working`, `check_kind` and `check_open` do.
    """
    stop = _stop(tasks.find(warehouse_id, task_id), person_id, line_id, seq)
    found = [_option(how, warehouse_id, person_id, stop) for how in plan_of(warehouse_id).short_ways]
    return stop.missing, [each for each in found if each is not None]


def _option(how: str, warehouse_id: int, person_id: int | None, stop: _Stop) -> Option | None:
    line = stop.line
    if how == "another":
        there = _elsewhere(warehouse_id, stop)
        return Option(how, there) if sum(qty for _, qty in there) >= stop.missing else None
    if how == "replenish":
        awaits = any(rest.awaits for rest in stop.rests)
        return Option(how) if not awaits and replenishment.can_fill(warehouse_id, line.sku_id, line.bin_id) else None
    if how == "count":
        return Option(how) if counting.may_count(warehouse_id, line.bin_id, person_id) else None
    if how == "line":
        return Option(how) if all(_something_else(rest) for rest in stop.rests) else None
    return Option(how)


def _elsewhere(warehouse_id: int, stop: _Stop) -> tuple[tuple[str, int], ...]:
    asked = {
        "warehouse_id": warehouse_id, "sku_id": stop.line.sku_id, "order_line_ids": stop.order_line_ids,
        "not_from": list(stop.not_from), "today": now().date(), "wanted": stop.missing,
    }  # fmt: skip
    return tuple((row.code, row.qty) for row in db.session.execute(_ELSEWHERE, asked))


_ELSE = text(
    """
    SELECT EXISTS (SELECT 1 FROM pick_line WHERE order_id = :order_id
                   AND (picked > 0 OR (status = 'open' AND order_line_id <> :order_line_id)))
    """
)


def _something_else(rest: Row[Any]) -> bool:
    """Whether anything is left of an order without this line."""
    asked = {"order_id": rest.order_id, "order_line_id": rest.order_line_id}
    return bool(db.session.execute(_ELSE, asked).scalar())


def choose(
    warehouse_id: int, person_id: int | None, task_id: int, line_id: int | None, reason: str, how: str, *,
    seq: int | None = None,
) -> Chosen:  # fmt: skip
    """Do what the picker chose about the missing rest of a line, or of a stop of a bulk task; the rest of the cart goes
    on.

    Raises `picking.not_a_way` (409) for a way that this warehouse does not go, `picking.nowhere_else` (409) and
    `picking.no_reserve` (409) when it is not possible any more, and as `options` does.
    """
    if how not in plan_of(warehouse_id).short_ways:
        raise WmsError("picking.not_a_way")
    if how == "order" and seq is not None:
        done = bulk.stop_short(warehouse_id, person_id, task_id, seq, reason)
        return Chosen(how, finished=done.finished, sent_home=done.sent_home)
    if how == "order":
        closed = short(warehouse_id, person_id, task_id, line_id or 0, reason)
        return Chosen(how, closed, finished=closed.finished, sent_home=closed.sent_home)
    stop = _stop(tasks.locked(warehouse_id, task_id), person_id, line_id, seq)
    assert person_id is not None
    act = {"another": _another, "replenish": _replenish, "count": _count, "line": _drop}[how]
    chosen = act(warehouse_id, person_id, stop, reason)
    if how == "count":  # the stop is gone on with, and is the last then
        return chosen
    return replace(chosen, sent_home=home_if_asked(warehouse_id, task_id))


def _another(warehouse_id: int, person_id: int, stop: _Stop, reason: str) -> Chosen:
    """The missing pieces are held in other bins, and lines for them join the walk where they are on the way."""
    not_from = stop.not_from
    _keep_still(warehouse_id, stop)
    stock.let_go([rest.hold_id for rest in stop.rests])
    wants = orders.wants_of((rest.order_line_id, stop.line.sku_id, rest.missing) for rest in stop.rests)
    replenishment.give_way(warehouse_id, {stop.line.sku_id: stop.missing}, not_from=not_from)
    held = stock.hold_some(warehouse_id, wants, not_from=not_from)
    found = sum(each.qty for each in held)
    if found < stop.missing:
        raise WmsError(
            "picking.nowhere_else", order=_number(stop.order_ids[0]), wanted=stop.missing, found=found
        )
    if reason == "missing":
        look_into(warehouse_id, person_id, stop.line)
    _close(stop, person_id, reason)
    after = _place(stop, held)
    for rest in stop.rests:
        its = [each for each in held if each.order_line_id == rest.order_line_id]
        add_lines(stop.task_id, rest.slot, rest.order_id, its, after=after)
        _count_lines(stop.task_id, rest.slot, len(its) - 1, len(its))
        after += len(its)
    if stop.line.slot == bulk.NO_SLOT:
        db.session.execute(_ONE_STOP, {"task_id": stop.task_id})
    _tell(warehouse_id, person_id, stop, reason)
    return Chosen("another", changed=True)


def _keep_still(warehouse_id: int, stop: _Stop) -> None:
    """Lock the orders, then their goods and all places of these."""
    db.session.execute(_LOCK_ORDERS, {"ids": stop.order_ids})
    replenishment.wait_turn(stop.line.sku_id)
    stock.keep_still(warehouse_id, stop.order_line_ids, stop.line.sku_id)


def _tell(warehouse_id: int, person_id: int, stop: _Stop, reason: str) -> None:
    for rest in stop.rests:
        publish(LineShort(warehouse_id, stop.task_id, rest.id, rest.order_id, reason, person_id))


_LOCK_ORDERS = text("SELECT 1 FROM sales_order WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
# In bulk, what is held in one place is one stop.
_ONE_STOP = text(
    """
    UPDATE pick_line l SET seq = stop.seq
    FROM (SELECT p.id, min(p.seq) OVER (PARTITION BY h.balance_id) AS seq
          FROM pick_line p JOIN stock_hold h ON h.id = p.hold_id
          WHERE p.task_id = :task_id AND p.status = 'open') AS stop
    WHERE l.id = stop.id AND l.seq <> stop.seq
    """
)
_STOPS = text(
    """
    SELECT l.seq, b.aisle * h.aisle_spacing_mm AS x, b.y_mm AS y
    FROM pick_line l JOIN bin b ON b.id = l.bin_id JOIN warehouse h ON h.id = b.warehouse_id
    WHERE l.task_id = :task_id AND l.status = 'open' ORDER BY l.seq
    """
)
_SPOT = text(
    "SELECT b.aisle * h.aisle_spacing_mm AS x, b.y_mm AS y FROM bin b JOIN warehouse h ON h.id = b.warehouse_id "
    "WHERE b.id = :bin_id"
)
_SHIFT = text("UPDATE pick_line SET seq = seq + :by WHERE task_id = :task_id AND seq > :after")


def _place(stop: _Stop, held: Sequence[stock.Held]) -> int:
    """The number after which lines for these holds join the walk with the least detour; there is room behind it."""
    stops = db.session.execute(_STOPS, {"task_id": stop.task_id}).all()
    here, there = (
        tuple(db.session.execute(_SPOT, {"bin_id": bin_id}).one()) for bin_id in (stop.line.bin_id, held[0].bin_id)
    )
    before = insert_at(here, [(row.x, row.y) for row in stops], there)
    after = int(stops[before - 1].seq) if before else int(stop.rests[0].seq)
    db.session.execute(_SHIFT, {"task_id": stop.task_id, "after": after, "by": len(held)})
    return after


_TO_END = text(
    """
    UPDATE pick_line SET awaits = true, seq = (SELECT max(seq) + 1 FROM pick_line WHERE task_id = :task_id)
    WHERE id = ANY(:line_ids)
    """
)


def _replenish(warehouse_id: int, person_id: int, stop: _Stop, reason: str) -> Chosen:
    """The bin is filled up from its reserve; its lines move to the end of the walk and wait for it."""
    line = stop.line
    replenishment.wait_turn(line.sku_id)
    stock.keep_still(warehouse_id, stop.order_line_ids, line.sku_id)
    if not replenishment.can_fill(warehouse_id, line.sku_id, line.bin_id):
        raise WmsError("picking.no_reserve", bin=line.bin, sku=line.sku)
    look_into(warehouse_id, person_id, line)
    db.session.execute(_TO_END, {"task_id": stop.task_id, "line_ids": [rest.id for rest in stop.rests]})
    return Chosen("replenish", changed=True)


def _count(warehouse_id: int, person_id: int, stop: _Stop, reason: str) -> Chosen:
    """The picker counts the bin now; the stop stays where it is and is gone on with afterwards."""
    counting.take(warehouse_id, person_id, have_counted(warehouse_id, person_id, stop.line))
    return Chosen("count")


_OPEN_OF_ORDER = text("SELECT count(*) FROM pick_line WHERE order_id = :order_id AND status = 'open'")


def _drop(warehouse_id: int, person_id: int, stop: _Stop, reason: str) -> Chosen:
    """The orders are sent without the missing pieces. One of which nothing would be left waits for the supervisor."""
    for rest in stop.rests:
        if not _something_else(rest):
            raise WmsError("picking.nothing_left", order=_number(rest.order_id))
    _keep_still(warehouse_id, stop)
    stock.let_go([rest.hold_id for rest in stop.rests])
    if reason == "missing":
        look_into(warehouse_id, person_id, stop.line)
    pieces: Counter[int] = Counter()
    for rest in stop.rests:
        pieces[rest.order_line_id] += rest.missing
    orders.drop(pieces)
    _close(stop, person_id, reason)
    for rest in stop.rests:
        _count_lines(stop.task_id, rest.slot, -1, 0)
    _tell(warehouse_id, person_id, stop, reason)
    for order_id in stop.order_ids:
        still_open = db.session.execute(_OPEN_OF_ORDER, {"order_id": order_id}).scalar_one()
        if still_open == 0 and is_together(order_id):
            orders.mark_picked(order_id)
            publish(OrderPicked(warehouse_id, order_id))
    closed = _closed(warehouse_id, stop)
    return Chosen("line", closed, finished=closed.finished)


def _closed(warehouse_id: int, stop: _Stop) -> Closed:
    rows = list(db.session.execute(_ROWS, {"line_ids": [rest.id for rest in stop.rests]}).all())
    task = db.session.execute(_FAR, {"task_id": stop.task_id}).one()
    if task.open_lines == 0:
        tasks.finish(warehouse_id, stop.task_id)
    return Closed(rows, task.lines - task.open_lines, task.lines)


_ROWS = text("SELECT id, status, picked, slot FROM pick_line WHERE id = ANY(:line_ids) ORDER BY id")
_FAR = text("SELECT lines, open_lines FROM pick_task WHERE id = :task_id")
_CLOSE = text(
    """
    UPDATE pick_line SET status = 'short', short_reason = :reason, done_by = :person_id, done_at = :now, awaits = false
    WHERE id = ANY(:line_ids)
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


def _close(stop: _Stop, person_id: int, reason: str) -> None:
    values = {"line_ids": [rest.id for rest in stop.rests], "person_id": person_id, "reason": reason, "now": now()}
    db.session.execute(_CLOSE, values)


def _count_lines(task_id: int, slot: int, open_lines: int, lines: int) -> None:
    """Keep the numbers of lines and of open lines with the task and the slot."""
    db.session.execute(_COUNTED, {"task_id": task_id, "slot": slot, "open": open_lines, "lines": lines})


def _number(order_id: int) -> str:
    return str(db.session.execute(text("SELECT number FROM sales_order WHERE id = :id"), {"id": order_id}).scalar())
