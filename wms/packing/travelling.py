"""The parcels that an order is in, be they its own or those of the order which it travels with."""
from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from wms.core.db import db

# One that nothing lies in yet is of all that will.
_OF = text(
    """
    SELECT o.id AS order_id, p.id FROM sales_order o
    JOIN parcel p ON p.order_id = coalesce(o.merged_into_id, o.id) AND p.status <> 'void'
    WHERE o.id = ANY(:ids) AND (
        NOT EXISTS (SELECT FROM parcel_line i WHERE i.parcel_id = p.id) OR EXISTS (
            SELECT FROM parcel_line i JOIN order_line l ON l.id = i.order_line_id
            WHERE i.parcel_id = p.id AND coalesce(l.origin_id, l.order_id) = o.id
        )
    )
    ORDER BY p.id
    """
)


def parcels_of(order_ids: Iterable[int]) -> dict[int, list[int]]:
    """By order: the ids of the parcels that have something of it, or will; none that is void."""
    ids = sorted(set(order_ids))
    found: dict[int, list[int]] = {id: [] for id in ids}
    for row in db.session.execute(_OF, {"ids": ids}):
        found[row.order_id].append(row.id)
    return found
