"""Confirming a pick: the scan that happens most, so it is one statement, to which three rooms give their parts."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from wms.core.clock import now
from wms.core.command import current_command
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.prepared import Prepared, execute
from wms.core.resolve import resolve
from wms.orders import service as orders
from wms.picking import tasks
from wms.picking.events import LinePicked, OrderPicked
from wms.picking.rules import (
    LineFacts,
    check_bin,
    check_item,
    check_open,
    check_quantity,
    check_tote,
    check_working,
)
from wms.stock import service as stock

MOST = 10**9  # beyond any line; keeps nonsense away from the statement


@dataclass(frozen=True)
class Scanned:
    """What the picker scanned for a line, and how many pieces went into the tote."""

    task_id: int
    line_id: int
    bin: str
    item: str
    tote: str
    qty: int


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

    @property
    def finished(self) -> bool:
        return self.done == self.total


# Acts only when everything fits, and locks the task first: scans of one task go one after the other. Then come the
# order and the stock, in the order in which all rooms lock them.
# When it does not act, `_explain` looks for the reason; that way needs no speed.
CONFIRM = Prepared(
    "confirm_pick",
    f"""
    WITH task AS MATERIALIZED (
        SELECT id, stage_bin_id FROM pick_task
        WHERE id = :task_id AND warehouse_id = :warehouse_id AND person_id = :actor_id AND status = 'picking'
        FOR NO KEY UPDATE
    ), line AS (
        UPDATE pick_line l
        SET picked = l.picked + :qty, status = CASE WHEN l.picked + :qty = l.qty THEN 'picked' ELSE l.status END,
            done_by = :actor_id, done_at = :now
        FROM task, pick_tote s, container c, bin b
        WHERE l.id = :line_id AND l.task_id = task.id AND l.status = 'open' AND l.qty - l.picked >= :qty
          AND s.task_id = task.id AND s.slot = l.slot AND c.id = s.container_id AND c.code = :tote
          AND b.id = l.bin_id AND b.code = :bin
          AND (EXISTS (SELECT 1 FROM barcode k
                       WHERE k.code = :item AND k.sku_id = l.sku_id AND k.packaging_id IS NULL)
               OR EXISTS (SELECT 1 FROM sku WHERE sku.id = l.sku_id AND sku.code = :item))
        RETURNING l.id, l.slot, l.picked, l.qty, l.status, l.order_id, l.hold_id, s.id AS slot_id, s.container_id,
                  task.id AS task_id, task.stage_bin_id
    ), slot AS (
        UPDATE pick_tote s SET picks = s.picks + 1, open_lines = s.open_lines - (line.status = 'picked')::int
        FROM line WHERE s.id = line.slot_id
        RETURNING s.picks, s.open_lines
    ), progress AS (
        UPDATE pick_task t SET open_lines = t.open_lines - (line.status = 'picked')::int
        FROM line WHERE t.id = line.task_id
        RETURNING t.open_lines, t.lines
    ), scanned AS (
        SELECT line.order_id, slot.picks = 1 AS first, slot.open_lines = 0 AS last FROM line, slot
    ), {orders.MARKED}, taken AS (
        SELECT line.hold_id, cast(:qty AS bigint) AS qty, line.stage_bin_id AS to_bin_id,
               line.container_id AS to_container_id, 'pick ' || line.id AS reference
        FROM line, (SELECT count(*) FROM marked) AS marked_first
    ), {stock.PICKED}
    SELECT line.id, line.slot, line.picked, line.qty, line.status, line.order_id, line.task_id, scanned.first,
           scanned.last, progress.open_lines AS task_left, progress.lines,
           (SELECT count(*) FROM marked) AS marks, (SELECT count(*) FROM moved) AS moves
    FROM line, scanned, progress
    """,  # noqa: S608 - the fragments are constants of their rooms
)


def confirm(warehouse_id: int, person_id: int | None, scanned: Scanned) -> Picked:
    """Put pieces of a line into its tote: the goods move, and line, order and task go on.

    Everything is checked again here, whatever the terminal checked before. Raises as the checks of
    `rules` do, in the order task, line, bin, item, quantity, tote; then nothing has moved.
    """
    row = _act(warehouse_id, person_id, scanned)
    if row is None:
        # A code may be right though written in another way, and a colleague's change may just have ended.
        row = _act(warehouse_id, person_id, _explain(warehouse_id, person_id, scanned))
    if row is None:
        raise WmsError("picking.try_again")
    orders.check_marked(warehouse_id, row.order_id, first=row.first, last=row.last, marks=row.marks)
    stock.check_moved(row.moves)
    _tell(warehouse_id, person_id, scanned.qty, row)
    return Picked(row.id, row.slot, row.picked, row.qty, row.status, row.lines - row.task_left, row.lines)


def check(warehouse_id: int, person_id: int | None, task_id: int, line_id: int, expect: str, code: str) -> None:
    """Whether this code is the bin, item or tote that a line wants. Raises as the checks of `rules` do."""
    line = _line(warehouse_id, person_id, task_id, line_id)
    {"bin": check_bin, "item": check_item, "tote": check_tote}[expect](line, code, resolve(code, warehouse_id))


def _act(warehouse_id: int, person_id: int | None, scanned: Scanned) -> Any:
    """The row of `CONFIRM`; None when it did not act."""
    if not 1 <= scanned.qty <= MOST:
        return None
    who = {"warehouse_id": warehouse_id, "actor_id": person_id, "now": now(),
           "command_id": current_command.get()}  # fmt: skip
    rows = execute(CONFIRM, {**vars(scanned), **who})
    return rows[0] if rows else None


def _explain(warehouse_id: int, person_id: int | None, scanned: Scanned) -> Scanned:
    """Raises the reason why the scan was not carried out; without one, the scan in the codes' own spelling."""
    line = _line(warehouse_id, person_id, scanned.task_id, scanned.line_id)
    check_bin(line, scanned.bin, resolve(scanned.bin, warehouse_id))
    check_item(line, scanned.item, resolve(scanned.item, warehouse_id))
    check_quantity(line, scanned.qty)
    check_tote(line, scanned.tote, resolve(scanned.tote, warehouse_id))
    assert line.tote is not None
    return replace(scanned, bin=line.bin, item=line.sku, tote=line.tote)


def _line(warehouse_id: int, person_id: int | None, task_id: int, line_id: int) -> LineFacts:
    check_working(tasks.find(warehouse_id, task_id), person_id)
    line = tasks.line(task_id, line_id)
    check_open(line)
    return line


def _tell(warehouse_id: int, person_id: int | None, qty: int, row: Any) -> None:
    assert person_id is not None
    publish(LinePicked(warehouse_id, row.task_id, row.id, row.order_id, qty, person_id))
    if row.last:
        publish(OrderPicked(warehouse_id, row.order_id))
    if row.task_left == 0:
        tasks.finish(warehouse_id, row.task_id)
