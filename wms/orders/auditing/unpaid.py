"""Orders that nobody pays: their buyers are reminded once, and after a time of their shop's they are cancelled."""
from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, text

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.orders.auditing import once
from wms.orders.events import OrderUnpaid
from wms.orders.history import note
from wms.orders.marks import cancel
from wms.orders.models import OrderHistory

REMINDED = "unpaid"
CANCELLED = "unpaid_cancelled"

# Of an order that is being brought up to date this very moment, the next minute decides.
_DUE = """
    SELECT o.id, o.warehouse_id FROM shop s JOIN sales_order o ON o.shop_id = s.id
    WHERE o.hold_reason = 'unpaid' AND o.confirmation = 'held' AND {fits}
      AND o.placed_at <= :now - make_interval(mins => s.{after}::integer)
    ORDER BY o.id LIMIT :limit FOR UPDATE OF o SKIP LOCKED
"""
_REMIND = text(
    _DUE.format(
        after="remind_unpaid_minutes",
        fits="""s.remind_unpaid_minutes IS NOT NULL AND o.payment <> 'paid' AND NOT EXISTS (
            SELECT 1 FROM audit_mark m WHERE m.order_id = o.id AND m.about = 'unpaid' AND m.kind = 'reminded')""",
    )
)
# What was paid in part is money of the buyer's: a person gives it back.
_CANCEL = text(
    _DUE.format(
        after="cancel_unpaid_minutes",
        fits="""s.cancel_unpaid_minutes IS NOT NULL AND o.payment = 'unpaid' AND o.processing = 'waiting'
            AND o.refund = 'none'""",
    )
)


def remind(limit: int) -> int:
    """Say of so many orders whose time has come that their buyers should be reminded; returns of how many."""
    rows = db.session.execute(_REMIND, {"now": now(), "limit": limit}).all()
    ids = [row.id for row in rows]
    once.put("reminded", ((id, REMINDED) for id in ids))
    note("unpaid_reminded", ids)
    for row in rows:
        publish(OrderUnpaid(row.warehouse_id, row.id))
    return len(ids)


def cancel_overdue(limit: int) -> int:
    """Cancel so many orders that were not paid in time; returns how many."""
    ids = [row.id for row in db.session.execute(_CANCEL, {"now": now(), "limit": limit})]
    cancel(ids)
    note(CANCELLED, ids)
    return len(ids)


def lapsed(order_ids: Collection[int]) -> set[int]:
    """Those of these cancelled orders that were cancelled because nobody had paid, and to which nobody has done
    anything since."""
    if not order_ids:
        return set()
    last = select(func.max(OrderHistory.id)).where(among(OrderHistory.order_id, order_ids))
    its = select(OrderHistory.order_id).where(OrderHistory.id.in_(last.group_by(OrderHistory.order_id)))
    return set(db.session.execute(its.where(OrderHistory.action == CANCELLED)).scalars())
