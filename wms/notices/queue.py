"""Which notices are wanted: a row for each, in the transaction of what happened; the second time it happens, none."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from wms.core.clock import now
from wms.core.db import db
from wms.core.transaction import before_commit
from wms.orders import service as orders

_WANT = text(
    """
    INSERT INTO notice (warehouse_id, order_id, event, way_id, status, tries, due_at, made_at, reached, error)
    SELECT o.warehouse_id, o.id, asked.event, r.way_id, 'waiting', 0, :at, :at, '', ''
    FROM unnest(cast(:ids AS bigint[]), cast(:events AS text[])) AS asked (order_id, event)
    JOIN sales_order o ON o.id = asked.order_id JOIN notice_rule r ON r.shop_id = o.shop_id AND r.event = asked.event
    JOIN notice_way w ON w.id = r.way_id AND w.active AND w.warehouse_id = o.warehouse_id
    ORDER BY o.id, asked.event, r.way_id
    ON CONFLICT DO NOTHING
    """
)
# Of an order in several parcels the buyer is told when all have left and those that are traced have been signed for.
_DELIVERED = text(
    """
    SELECT NOT EXISTS (
        SELECT 1 FROM parcel p LEFT JOIN waybill w ON w.parcel_id = p.id AND w.status = 'issued'
        LEFT JOIN parcel_track t ON t.waybill_id = w.id
        WHERE p.order_id = :order_id AND p.status <> 'void'
          AND (p.status <> 'shipped' OR t.waybill_id IS NOT NULL AND t.state IS DISTINCT FROM 'signed')
    )
    """
)


def want(event: str, order_ids: Sequence[int]) -> None:
    """Buyers of these orders are to be told, where their shops want it. One statement for all of a transaction."""
    wanted: dict[tuple[int, str], None] = db.session.info.setdefault("notices_wanted", {})
    if not wanted:
        before_commit(_store)
    wanted.update(dict.fromkeys((id, event) for id in order_ids))


def _store() -> None:
    wanted: dict[tuple[int, str], None] = db.session.info.pop("notices_wanted")
    ids, events = zip(*sorted(wanted), strict=True)
    db.session.execute(_WANT, {"ids": list(ids), "events": list(events), "at": now()})


def want_delivered(order_id: int) -> None:
    """A parcel was signed for: if it was the last of its order, the buyer is told, and those of orders in it."""
    db.session.flush()
    if db.session.execute(_DELIVERED, {"order_id": order_id}).scalar_one():
        want("delivered", orders.with_companions([order_id]))
