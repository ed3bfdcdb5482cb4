"""Confirming a pick: the scan that happens most, so it is one statement, to which three rooms give their parts."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from wms.core.clock import now
from wms.core.command import current_command
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.prepared import Prepared, execute
from wms.core.resolve import resolve
from wms.layout import service as layout
from wms.orders import service as orders
from wms.picking import relay, tasks, tracking
from wms.picking.assign import home_if_asked
from wms.picking.events import LinePicked, OrderPicked
from wms.picking.lifecycle import TASK
from wms.picking.rules import (
    LineFacts,
    check_bin,
    check_fresh,
    check_item,
    check_kind,
    check_open,
    check_quantity,
    check_tote,
    check_working,
)
from wms.stock import service as stock

MOST = 10**9  # beyond any line; keeps nonsense away from the statement


@dataclass(frozen=True)
class Scanned:
    """What the picker scanned for a line, and how many pieces went into the tote.

    `lot` and `serials` are of goods that are tracked at every move: scanned besides the item, or read off its label.
    """

    task_id: int
    line_id: int
    bin: str
    item: str
    tote: str
    qty: int
    lot: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picked:
    """How the line and its task stand after a pick. `done` of `total` lines need no more walking."""

    line_id: int
    slot: int
    picked: int
    qty: int
    status: str
    done: int
    total: int
    sent_home: bool = False  # it was the line in hand, after which the task goes back

    @property
    def finished(self) -> bool:
        return self.done == self.total


# Acts only when everything fits, and locks the task first: scans of one task go one after the other. Then come the
# order and the stock, in the order in which all rooms lock them.
# When it does not act, `_explain` looks for the reason; that way needs no speed. Goods that are tracked at every move,
# and those whose day has passed, go that way too: only there are their lot and numbers looked at (`proved`).
def _statement(name: str, moving: str) -> Prepared:
    return Prepared(
        name,
        f"""
        WITH task AS MATERIALIZED (
            SELECT id, stage_bin_id, stage FROM pick_task
            WHERE id = :task_id AND warehouse_id = :warehouse_id AND person_id = :actor_id AND status = 'picking'
              AND kind = 'cart'
            FOR NO KEY UPDATE
        ), line AS (
            UPDATE pick_line l
            SET picked = l.picked + :qty, status = CASE WHEN l.picked + :qty = l.qty THEN 'picked' ELSE l.status END,
                done_by = :actor_id, done_at = :now
            FROM task, pick_tote s, container c, bin b, sku k
            WHERE l.id = :line_id AND l.task_id = task.id AND l.status = 'open' AND l.qty - l.picked >= :qty
              AND s.task_id = task.id AND s.slot = l.slot AND c.id = s.container_id AND c.code = :tote
              AND b.id = l.bin_id AND (b.code = :bin OR (b.check_digits <> '' AND b.check_digits = :bin))
              AND k.id = l.sku_id
              AND (k.code = :item OR EXISTS (SELECT 1 FROM barcode x WHERE x.code = :item AND x.sku_id = l.sku_id
                                             AND x.packaging_id IS NULL))
              AND (cast(:proved AS boolean) OR (
                   k.lot_tracking <> 'move' AND k.serial_tracking <> 'move' AND NOT (k.expiry_tracked AND EXISTS (
                       SELECT 1 FROM stock_hold h JOIN stock_balance a ON a.id = h.balance_id
                       JOIN stock_lot o ON o.sku_id = a.sku_id AND o.code = a.lot
                       WHERE h.id = l.hold_id AND o.expires_on < cast(:today AS date)))))
            RETURNING l.id, l.slot, l.picked, l.qty, l.status, (l.status = 'picked')::int AS closed, l.order_id,
                      l.hold_id, s.id AS slot_id, s.container_id, task.id AS task_id, task.stage_bin_id, task.stage
        ), slot AS (
            UPDATE pick_tote s SET picks = s.picks + 1, open_lines = s.open_lines - line.closed
            FROM line WHERE s.id = line.slot_id
            RETURNING s.picks, s.open_lines
        ), progress AS (
            UPDATE pick_task t SET open_lines = t.open_lines - line.closed,
                   status = CASE t.open_lines WHEN line.closed THEN '{TASK.after("finish", "picking")}'
                            ELSE t.status END,
                   finished_at = CASE t.open_lines WHEN line.closed THEN cast(:now AS timestamptz) END
            FROM line WHERE t.id = line.task_id
            RETURNING t.open_lines, t.lines, t.wave_id, t.send_home
        ), scanned AS (
            SELECT line.order_id, slot.picks = 1 AS first, slot.open_lines = 0 AS last, line.stage > 0 AS shared
            FROM line, slot
        ), {orders.MARKED}, taken AS (
            SELECT line.hold_id, cast(:qty AS bigint) AS qty, line.stage_bin_id AS to_bin_id,
                   line.container_id AS to_container_id, 'pick ' || line.id AS reference
            FROM line, (SELECT count(*) FROM marked) AS marked_first
        ), {moving}
        SELECT line.id, line.slot, line.picked, line.qty, line.status, line.order_id, line.task_id, scanned.first,
               scanned.last, line.stage, progress.open_lines AS task_left, progress.lines, progress.wave_id,
               progress.send_home, (SELECT count(*) FROM marked) AS marks, (SELECT count(*) FROM moved) AS moves
        FROM line, scanned, progress
        """,  # noqa: S608 - the fragments are constants of their rooms
    )


CONFIRM = _statement("confirm_pick", stock.PICKED)
_BY_SERIALS = _statement("confirm_pick_by_serials", stock.PICKED_SERIALS)


def confirm(warehouse_id: int, person_id: int | None, scanned: Scanned) -> Picked:
    """Put pieces of a line into its tote: the goods move, and line, order and task go on.

    Everything is checked again here, whatever the terminal checked before. Raises as the checks of
    `rules` and of `tracking` do, in the order task, line, bin, item, quantity, freshness, lot, numbers, tote; then
    nothing has moved.
    """
    row = _act(warehouse_id, person_id, scanned)
    if row is None:
        # A code may be right though written in another way, and a colleague's change may just have ended.
        scanned = _explain(warehouse_id, person_id, scanned)
        row = _act(warehouse_id, person_id, scanned, proved=True)
    if row is None:
        raise WmsError("picking.try_again")
    if not row.stage:
        orders.check_marked(warehouse_id, row.order_id, first=row.first, last=row.last, marks=row.marks)
    stock.check_moved(row.moves, len(scanned.serials) or 1)
    _tell(warehouse_id, person_id, scanned.qty, row)
    home = row.send_home and row.status == "picked" and home_if_asked(warehouse_id, row.task_id)
    return Picked(row.id, row.slot, row.picked, row.qty, row.status, row.lines - row.task_left, row.lines, home)


def check(
    warehouse_id: int,
    person_id: int | None,
    task_id: int,
    line_id: int,
    expect: str,
    code: str,
    serials: Sequence[str] = (),
) -> dict[str, str]:
    """Whether this code is the bin, item, lot, piece (`serial`) or tote that a line wants.

    Returns what an item, a lot or a piece says of its `lot` and `serial`. `serials` are the numbers of the pieces that
    the picker has in hand already. Raises as the checks of `rules` and of `tracking` do.
    """
    line = _line(warehouse_id, person_id, task_id, line_id)
    if expect == "bin":
        _check_bin(line, warehouse_id, code)
    elif expect == "tote":
        check_tote(line, code, resolve(code, warehouse_id))
    else:
        told = tracking.READERS[expect](line, warehouse_id, code, serials)
        check_fresh(line, now().date())
        return told
    return {}


def _act(warehouse_id: int, person_id: int | None, scanned: Scanned, *, proved: bool = False) -> Any:
    """The row of the statement; None when it did not act."""
    if not 1 <= scanned.qty <= MOST:
        return None
    moment = now()
    what = {**vars(scanned), "serials": list(scanned.serials)}
    who = {"warehouse_id": warehouse_id, "actor_id": person_id, "now": moment, "today": moment.date(),
           "command_id": current_command.get(), "proved": proved}  # fmt: skip
    rows = execute(_BY_SERIALS if proved and scanned.serials else CONFIRM, {**what, **who})
    return rows[0] if rows else None


def _explain(warehouse_id: int, person_id: int | None, scanned: Scanned) -> Scanned:
    """Raises the reason why the scan was not carried out; without one, the scan in the codes' own spelling."""
    line = _line(warehouse_id, person_id, scanned.task_id, scanned.line_id)
    check_kind(tasks.find(warehouse_id, scanned.task_id), "cart")
    _check_bin(line, warehouse_id, scanned.bin)
    check_item(line, scanned.item, resolve(scanned.item, warehouse_id))
    check_quantity(line, scanned.qty)
    check_fresh(line, now().date())
    serials = tracking.proved(line, warehouse_id, scanned.item, scanned.qty, scanned.lot, scanned.serials)
    check_tote(line, scanned.tote, resolve(scanned.tote, warehouse_id))
    assert line.tote is not None
    return replace(scanned, bin=line.bin, item=line.sku, tote=line.tote, serials=serials)


def _check_bin(line: LineFacts, warehouse_id: int, code: str) -> None:
    """The bin's code, or the check digits on its label where that is what was read or typed."""
    if not layout.by_digits(warehouse_id, line.bin_id, code):
        check_bin(line, code, resolve(code, warehouse_id))


def _line(warehouse_id: int, person_id: int | None, task_id: int, line_id: int) -> LineFacts:
    check_working(tasks.find(warehouse_id, task_id), person_id)
    line = tasks.line(task_id, line_id)
    check_open(line)
    return line


def _tell(warehouse_id: int, person_id: int | None, qty: int, row: Any) -> None:
    assert person_id is not None
    publish(LinePicked(warehouse_id, row.task_id, row.id, row.order_id, qty, person_id))
    if row.stage and (row.first or row.last):
        relay.note_pick(warehouse_id, row.order_id)
    elif row.last:
        publish(OrderPicked(warehouse_id, row.order_id))
    if row.task_left == 0:
        tasks.finished(warehouse_id, row.task_id, row.wave_id, row.stage)
