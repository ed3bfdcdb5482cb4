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


# A common table expression. It takes one row `scanned (order_id, first, last)`: whether this is the first pick of the
# order and whether it was the last; `marked` has a row when the order has taken the step.
MARKED = f"""
    marked AS (
        UPDATE sales_order o
        SET processing = CASE WHEN scanned.last THEN '{PROCESSING.moves["pick"][1]}'
                              ELSE '{PROCESSING.moves["start"][1]}' END,
            hold_reason = CASE WHEN scanned.last THEN NULL ELSE o.hold_reason END,
            hold_params = CASE WHEN scanned.last THEN NULL ELSE o.hold_params END
        FROM scanned
        WHERE o.id = scanned.order_id AND (scanned.first OR scanned.last)
          AND CASE WHEN scanned.first THEN o.processing IN {_among("start")} ELSE o.processing IN {_among("pick")} END
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
