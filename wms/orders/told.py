"""In which words shops are told of what has left: orders that travelled with others, and parts of split ones."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text

from wms.core.db import db


@dataclass(frozen=True)
class ToldOf:
    """An order that has left. `root_id` is the one that the shop knows: itself, or what it was split from;
    `carried_by` the one whose parcels it is in. A `part` is one of several shipments of that order; not `complete`:
    another is still to come."""

    order_id: int
    root_id: int
    carried_by: int
    part: bool
    complete: bool


_TOLD = text(
    """
    SELECT o.id, coalesce(o.split_from_id, o.id) AS root_id, coalesce(o.merged_into_id, o.id) AS carried_by,
           o.split_from_id IS NOT NULL OR EXISTS (
               SELECT FROM sales_order other WHERE other.split_from_id = o.id AND other.confirmation <> 'cancelled'
           ) AS part,
           NOT EXISTS (
               SELECT FROM sales_order other
               WHERE (other.split_from_id = coalesce(o.split_from_id, o.id) OR other.id = o.split_from_id)
                 AND other.id <> o.id AND other.shipping = 'unshipped' AND other.confirmation <> 'cancelled'
           ) AS complete
    FROM sales_order o WHERE o.id = ANY(:ids) OR o.merged_into_id = ANY(:ids)
    ORDER BY o.id
    """
)


def told_of(order_ids: Iterable[int]) -> list[ToldOf]:
    """What shops are to be told of: these orders, and those that travelled with them."""
    rows = db.session.execute(_TOLD, {"ids": sorted(set(order_ids))}).all()
    last = {row.root_id: row.id for row in rows}  # of parts that leave together, one is the last that is told
    return [
        ToldOf(row.id, row.root_id, row.carried_by, row.part, row.complete and last[row.root_id] == row.id)
        for row in rows
    ]
