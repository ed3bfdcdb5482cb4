"""Posting what a count found: always the difference, so that what moved since the scan stays right."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.counting import numbered
from wms.counting.models import CountLine, CountTask
from wms.counting.rules import Spot
from wms.stock import service as stock
from wms.stock.models import StockBalance
from wms.stock.service import Goods


def spot_of(line: CountLine) -> Spot:
    """The place of a line within its bin."""
    return Spot(line.sku_id, line.lot, line.container_id, line.owner_id, line.condition)


def post_lines(task: CountTask, lines: Sequence[CountLine], actor_id: int | None) -> int:
    """Bring the differences of the lines marked `posted` or `pending` into the books; returns the pieces moved.

    Of a shortage only pieces that nobody holds can vanish; the line stays `pending` with the rest until the holds
    that stand in its way are gone. Pieces with numbers go and come all together.
    """
    todo = [line for line in lines if line.outcome in ("posted", "pending") and _differs(line)]
    free = _free(task.bin_id, todo)
    with_numbers = numbered.among({line.sku_id for line in todo})
    lost: dict[int, list[str]] = defaultdict(list)
    for line in todo:
        lost[line.sku_id] += line.lost
    changes = []
    for line in todo:
        if line.sku_id in with_numbers:
            changes += _by_numbers(task.bin_id, line, free.get(spot_of(line), 0), lost[line.sku_id])
            continue
        left = line.difference - line.posted
        possible = max(left, -free.get(spot_of(line), 0))
        line.posted += possible
        line.outcome = "posted" if line.posted == line.difference else "pending"
        if possible:
            changes.append(_goods(task.bin_id, line, possible))
    if changes:
        stock.adjust_by(
            task.warehouse_id, changes, reason="count", reference=f"count {task.id}", actor_id=actor_id
        )
    db.session.flush()
    return sum(abs(each.qty) for each in changes)


def _differs(line: CountLine) -> bool:
    """Whether something of the line is to be posted; of numbers, one piece may stand where another should."""
    return line.posted != line.difference or (line.outcome == "pending" and bool(line.lost or line.found))


def _by_numbers(bin_id: int, line: CountLine, free: int, lost: Sequence[str]) -> list[Goods]:
    if len(line.lost) > free:
        line.outcome = "pending"
        return []
    changes = numbered.changes(bin_id, line, lost)
    line.posted, line.outcome = line.difference, "posted"
    return changes


def _goods(bin_id: int, line: CountLine, qty: int) -> Goods:
    return Goods(
        line.sku_id, bin_id, qty, container_id=line.container_id, lot=line.lot, owner_id=line.owner_id,
        condition=line.condition,
    )  # fmt: skip


def _free(bin_id: int, lines: Sequence[CountLine]) -> dict[Spot, int]:
    """The pieces that nobody holds at the places of these lines; locked, so that they stay free until we posted."""
    skus = sorted({line.sku_id for line in lines})
    rows = db.session.execute(
        select(StockBalance)
        .where(StockBalance.bin_id == bin_id, StockBalance.sku_id.in_(skus))
        .order_by(StockBalance.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalars()
    return {Spot(b.sku_id, b.lot, b.container_id, b.owner_id, b.condition): b.on_hand - b.held for b in rows}


# Someone corrected the books by hand since the scan: the difference may be in them already.
_ADJUSTED = text(
    """
    SELECT sku.code FROM count_line l JOIN count_task t ON t.id = l.task_id JOIN sku ON sku.id = l.sku_id
    WHERE l.task_id = :task_id AND l.outcome IN ('approval', 'pending') AND EXISTS (
        SELECT 1 FROM stock_move m JOIN bin f ON f.id = m.from_bin_id JOIN bin o ON o.id = m.to_bin_id
        WHERE m.sku_id = l.sku_id AND m.lot = l.lot AND m.at > l.at AND m.reference <> :reference
          AND ((m.from_bin_id = t.bin_id AND o.kind IN ('adjustment', 'scrap'))
               OR (m.to_bin_id = t.bin_id AND f.kind IN ('adjustment', 'scrap'))))
    ORDER BY sku.code LIMIT 1
    """
)


def check_not_adjusted(task: CountTask) -> None:
    """Raises `counting.adjusted_since` (409) when the books were corrected after the scan by something else."""
    sku = db.session.execute(_ADJUSTED, {"task_id": task.id, "reference": f"count {task.id}"}).scalar()
    if sku is not None:
        raise WmsError("counting.adjusted_since", sku=sku)
