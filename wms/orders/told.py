"""In which words the world is told of orders that travel with others, and of parts of split ones: each its own."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import aliased

from wms.core.bulk import among
from wms.core.db import db
from wms.orders.models import Order, OrderLine


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


def with_companions(order_ids: Iterable[int]) -> list[int]:
    """These orders, and those that travel with them."""
    ids = sorted(set(order_ids))
    found = select(Order.id).where(or_(among(Order.id, ids), among(Order.merged_into_id, ids)))
    return list(db.session.execute(found.order_by(Order.id)).scalars())


def own_lines(order_ids: Iterable[int]) -> dict[int, list[OrderLine]]:
    """By order: its own lines as its shop sold them, those of one that travels with another too, by their ids. Their
    keys are to be read by `own_key`."""
    ids = sorted(set(order_ids))
    found: dict[int, list[OrderLine]] = {id: [] for id in ids}
    rows = db.session.execute(
        select(Order.id, OrderLine)
        .join(OrderLine, OrderLine.order_id == func.coalesce(Order.merged_into_id, Order.id))
        .where(among(Order.id, ids), func.coalesce(OrderLine.origin_id, OrderLine.order_id) == Order.id)
        .where(OrderLine.bundle_line_id.is_(None))
        .order_by(OrderLine.id)
    )
    for order_id, line in rows:
        found[order_id].append(line)
    return found


def split_from(order_ids: Iterable[int]) -> dict[int, str]:
    """Of these orders those that are parts, with the number of the order that their shop knows."""
    root = aliased(Order)
    found = select(Order.id, root.number).join(root, root.id == Order.split_from_id)
    return {row.id: row.number for row in db.session.execute(found.where(among(Order.id, sorted(set(order_ids)))))}
