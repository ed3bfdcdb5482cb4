"""Orders that are complete in bulk totes (爆款), and which of them the totes on a table serve.

A piece in a bulk tote is any order's whose line of that tote's task still waits for such goods; here whole orders are
looked at, because all pieces of a parcel are taken at once. The earliest promise gets the first.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import text

from wms.core.db import db
from wms.core.error import WmsError
from wms.picking.unsorted import BulkTote, Item, read_item
from wms.stock import service as stock


@dataclass(frozen=True)
class Kind:
    """Goods that are one another's equal: those of a task's totes, of a SKU, lot, owner and condition."""

    task_id: int
    sku_id: int
    lot: str
    owner_id: int
    condition: str


@dataclass(frozen=True)
class Waiting:
    """A picked line whose pieces wait in a tote."""

    line_id: int
    order_line_id: int
    kind: Kind
    qty: int


@dataclass(frozen=True)
class Complete:
    """An order of which every piece is picked. Its lines may lie in the totes of several tasks."""

    order_id: int
    order: str
    carrier: str
    lines: tuple[Waiting, ...]

    @property
    def content(self) -> str:
        """What it is made of, as one word."""
        pieces: dict[int, int] = defaultdict(int)
        for line in self.lines:
            pieces[line.kind.sku_id] += line.qty
        return stock.content_key(pieces)


@dataclass(frozen=True)
class Lying:
    """Pieces in a tote, by the books."""

    container_id: int
    bin_id: int
    kind: Kind
    qty: int


@dataclass(frozen=True)
class Take:
    """Pieces of a tote that go to a line."""

    line: Waiting
    container_id: int
    bin_id: int
    qty: int


# ---- which goods serve which orders

def takes(lines: Iterable[Waiting], goods: Mapping[int, Lying], left: Mapping[int, int]) -> list[Take] | None:
    """Where the pieces of these lines come from, None when they are not all there.

    `goods` by number, in the sequence in which totes are emptied; `left` is what is left of each of them.
    """
    found, used = [], dict(left)
    for line in lines:
        missing = line.qty
        for number, each in goods.items():
            share = min(missing, used[number]) if each.kind == line.kind else 0
            if share:
                found.append(Take(line, each.container_id, each.bin_id, share))
                used[number] -= share
                missing -= share
        if missing:
            return None
    return found


def served(orders: Sequence[Complete], goods: Sequence[Lying]) -> dict[int, list[Take]]:
    """Which of these orders the goods serve, each with all its pieces, and from where: order id → takes."""
    found: dict[int, list[Take]] = {}
    numbered = dict(enumerate(goods))
    left = {number: each.qty for number, each in numbered.items()}
    places = {(each.container_id, each.bin_id, each.kind): number for number, each in numbered.items()}
    for order in orders:
        mine = takes(order.lines, numbered, left)
        if mine is None:
            continue
        found[order.order_id] = mine
        for take in mine:
            left[places[take.container_id, take.bin_id, take.line.kind]] -= take.qty
    return found


# ---- what the books say

_COMPLETE = text(
    """
    SELECT o.id AS order_id, o.number, o.carrier, l.id AS line_id, l.order_line_id, l.task_id, l.sku_id,
           a.lot, a.owner_id, a.condition, l.picked - l.sorted AS qty
    FROM pick_line l JOIN sales_order o ON o.id = l.order_id
    JOIN stock_hold h ON h.id = l.hold_id JOIN stock_balance a ON a.id = h.balance_id
    WHERE l.picked > l.sorted AND o.processing = 'picked' AND o.confirmation = 'confirmed' AND o.refund = 'none'
      AND o.id IN (SELECT m.order_id FROM pick_line m WHERE m.task_id = ANY(:task_ids))
    ORDER BY o.promised_at, o.id, l.id
    """
)
_LYING = text(
    """
    SELECT b.container_id, b.bin_id, s.task_id, b.sku_id, b.lot, b.owner_id, b.condition, b.on_hand AS qty
    FROM pick_tote s JOIN pick_task t ON t.id = s.task_id
    JOIN stock_balance b ON b.container_id = s.container_id AND b.bin_id = t.stage_bin_id
    WHERE s.container_id = ANY(:container_ids) AND s.in_use AND s.order_id IS NULL AND b.on_hand > 0
    ORDER BY array_position(cast(:container_ids AS bigint[]), s.container_id), b.id
    """
)
_LOCK = text(
    """
    SELECT id FROM sales_order
    WHERE id = ANY(:order_ids) AND processing = 'picked' AND confirmation = 'confirmed' AND refund = 'none'
    ORDER BY id FOR NO KEY UPDATE
    """
)
_OTHERS = text(
    """
    SELECT DISTINCT c.code FROM pick_line l JOIN pick_task t ON t.id = l.task_id
    JOIN pick_tote s ON s.task_id = l.task_id JOIN container c ON c.id = s.container_id
    WHERE t.wave_id = :wave_id AND l.order_id = ANY(:order_ids) AND s.in_use AND s.order_id IS NULL
      AND s.container_id <> ALL(:container_ids)
      AND EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = c.id AND b.on_hand > 0)
    ORDER BY c.code
    """
)


def complete_orders(task_ids: Sequence[int]) -> list[Complete]:
    """The orders of bulk tasks of which every piece is picked and none was sorted, earliest promise first.

    Those that were stopped, held or are to be refunded are not among them.
    """
    rows = db.session.execute(_COMPLETE, {"task_ids": list(task_ids)})
    found = []
    for (order_id, number, carrier), lines in groupby(rows, key=lambda row: (row.order_id, row.number, row.carrier)):
        waiting = tuple(
            Waiting(row.line_id, row.order_line_id,
                    Kind(row.task_id, row.sku_id, row.lot, row.owner_id, row.condition), row.qty)
            for row in lines
        )  # fmt: skip
        found.append(Complete(order_id, number, carrier, waiting))
    return found


def lying_in(container_ids: Sequence[int]) -> list[Lying]:
    """What lies in these bulk totes, tote by tote in this sequence."""
    rows = db.session.execute(_LYING, {"container_ids": list(container_ids)})
    return [
        Lying(row.container_id, row.bin_id,
              Kind(row.task_id, row.sku_id, row.lot, row.owner_id, row.condition), row.qty)
        for row in rows
    ]  # fmt: skip


def still_wanted(order_ids: Sequence[int]) -> set[int]:
    """Those of these picked orders that nobody has stopped; they stay locked to the end of the transaction."""
    return set(db.session.execute(_LOCK, {"order_ids": list(order_ids)}).scalars())


def other_totes(wave_id: int, order_ids: Sequence[int], container_ids: Sequence[int]) -> list[str]:
    """The codes of a wave's totes besides these in which pieces of these orders may lie."""
    asked = {"wave_id": wave_id, "order_ids": list(order_ids), "container_ids": list(container_ids)}
    return list(db.session.execute(_OTHERS, asked).scalars())


def read_out_of(totes: Sequence[BulkTote], warehouse_id: int, code: str) -> tuple[BulkTote, Item]:
    """The item that was scanned, and the first of these totes in which it lies. Raises as `read_item` does."""
    for tote in totes[:-1]:
        try:
            return tote, read_item(tote, warehouse_id, code)
        except WmsError as error:
            if error.code not in ("picking.sort_not_inside", "picking.sort_serial_needed"):
                raise
    return totes[-1], read_item(totes[-1], warehouse_id, code)
