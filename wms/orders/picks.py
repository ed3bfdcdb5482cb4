"""What a pick does to its order, as a fragment of SQL for the statement that confirms the scan.

The steps are those of `mark_started` and `mark_picked`, taken as one.
"""
from __future__ import annotations

from wms.core.event import publish
from wms.orders.events import OrdersMoved
from wms.orders.lifecycle import PROCESSING
from wms.orders.marks import not_movable
from wms.orders.models import Order


def _among(action: str) -> str:
    return "('" + "', '".join(sorted(PROCESSING.moves[action][0])) + "')"


# Common table expressions. They take one row `scanned (order_id, first, last, shared)`: whether this is the first pick
# of the order and whether it was the last; `marked` has a row when the order has taken the step. The row is locked and
# read first, as it is now: what the statement saw as it began may be older than the pick that it has waited for. An
# order that is `shared` by several pickers is only locked: the caller sees afterwards how far they all are.
MARKED = f"""
    stood AS MATERIALIZED (
        SELECT o.id, o.processing, scanned.first, scanned.last, scanned.shared
        FROM sales_order o JOIN scanned ON o.id = scanned.order_id AND (scanned.first OR scanned.last)
        FOR NO KEY UPDATE OF o
    ), marked AS (
        UPDATE sales_order o
        SET processing = CASE WHEN stood.last THEN '{PROCESSING.moves["pick"][1]}'
                              ELSE '{PROCESSING.moves["start"][1]}' END,
            hold_reason = CASE WHEN stood.last THEN NULL ELSE o.hold_reason END,
            hold_params = CASE WHEN stood.last THEN NULL ELSE o.hold_params END
        FROM stood
        WHERE o.id = stood.id AND NOT stood.shared
          AND CASE WHEN stood.first THEN stood.processing IN {_among("start")}
                   ELSE stood.processing IN {_among("pick")} END
        RETURNING o.id
    )
"""  # noqa: S608 - the statuses are constants


def check_marked(warehouse_id: int, order_id: int, *, first: bool, last: bool, marks: int) -> None:
    """Tell what an order has become by a pick. Raises `core.illegal_move` (409) when it could not take the step."""
    actions = [action for action, taken in (("start", first), ("pick", last)) if taken]
    if len(actions) and marks != 1:
        raise not_movable(PROCESSING, Order.processing, actions[0], order_id)
    for action in actions:
        publish(OrdersMoved(warehouse_id, (order_id,), action))
