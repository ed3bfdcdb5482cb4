"""The list of orders: queues by state, narrowed by shop, carrier, promise and words; the buyer's name masked."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.db import db
from wms.core.listing import MANY, Column, Listing, Query, Sort, begins
from wms.core.private import mark_sql, sought
from wms.orders import due, shown
from wms.orders.finding import behind, finds_orders
from wms.orders.models import OPEN_SQL, STATE_SQL, Order
from wms.orders.rules import OVER, State

# So much earlier than what is not in a hurry.
HURRY = (
    "CASE o.kind WHEN 'urgent' THEN interval '2000 days' WHEN 'live' THEN interval '1000 days' ELSE interval '0' END"
)


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    found = db.session.execute(select(Order).where(Order.id.in_(ids)).options(joinedload(Order.shop))).scalars()
    return [shown.summary(order, who.locale) for order in found]


def _worked_out(who: Actor, query: Query) -> dict[str, Any]:
    q, which = query.get("q"), query.get("due")
    found: dict[str, Any] = {"found": _meant(who.warehouse_id, q)} if q else {}
    if which:
        edges = due.bounds(which, now()) if which != "any" else dict.fromkeys(("ship", "stock"), (None, None))
        for kind in ("ship", "stock"):  # payment is as pressing as shipping, an address as missing stock
            after, until = edges[kind]
            found |= {f"{kind}_after": after or "-infinity", f"{kind}_until": until or "infinity"}
    return found


_SLOW = "o.due_kind IN ('pay', 'ship')"
_DUE = (
    f"(CASE WHEN {_SLOW} THEN cast(:ship_after AS timestamptz) ELSE cast(:stock_after AS timestamptz) END < o.due_at "
    f"AND o.due_at <= CASE WHEN {_SLOW} THEN cast(:ship_until AS timestamptz) ELSE cast(:stock_until AS timestamptz) "
    "END "
    # The widest bounds say nothing more, but are what an index can use.
    "AND o.due_at > least(cast(:ship_after AS timestamptz), cast(:stock_after AS timestamptz)) "
    "AND o.due_at <= greatest(cast(:ship_until AS timestamptz), cast(:stock_until AS timestamptz)))"
)

SOME = 1_000  # orders of a name or telephone, the newest

# What is meant is found first, each way by its own index and so many at most. Together with the order of the page the
# planner would rather walk all orders by that, sure to meet some soon: those of an old beginning are at the far end.
_MEANT = (
    ("o.number LIKE :begin", "o.number DESC LIMIT :most"),
    ("o.number LIKE :upper", "o.number DESC LIMIT :most"),
    (f"{mark_sql('o.recipient')} = ANY(:name)", "o.id DESC LIMIT :some"),
    (f"{mark_sql('o.phone')} = ANY(:phone)", "o.id DESC LIMIT :some"),
    (f"{mark_sql('o.phone', 1)} = ANY(:tail)", "o.id DESC LIMIT :some"),
)
_MINE = "SELECT o.id FROM sales_order o WHERE o.warehouse_id = :warehouse_id"
_FOUND = text(" UNION ".join(f"({_MINE} AND {fits} ORDER BY {by})" for fits, by in _MEANT))


def _meant(warehouse_id: int, q: str) -> list[int]:
    """The ids of the orders that may be meant; numbers are upper case, hands type lower case."""
    asked = {"begin": begins(q), "upper": begins(q.upper()), "most": MANY, "some": SOME, **vars(sought(q))}
    found = db.session.execute(_FOUND, {"warehouse_id": warehouse_id, **asked}).scalars()
    return [*found, *behind(warehouse_id, q)]


_OF_SKU = text(
    """
    SELECT o.id FROM (
        SELECT l.order_id FROM order_line l WHERE l.sku_id = (SELECT id FROM sku WHERE code = :code)
        ORDER BY l.order_id DESC LIMIT :lines
    ) AS newest JOIN sales_order o ON o.id = newest.order_id
    WHERE o.warehouse_id = :warehouse_id AND o.shipping = 'unshipped'
    """
)
NEWEST = 5_000  # lines of a SKU that are looked through for open orders


@finds_orders
def of_sku(warehouse_id: int, code: str) -> list[int]:
    """The newest open orders with this SKU."""
    asked = {"warehouse_id": warehouse_id, "code": code.upper(), "lines": NEWEST}
    return list(db.session.execute(_OF_SKU, asked).scalars())


_REASONS = text(
    """
    SELECT coalesce(reason, '') AS reason, count(*) AS orders FROM (
        SELECT o.hold_reason AS reason FROM sales_order o
        WHERE o.warehouse_id = :warehouse_id AND o.confirmation = 'held' LIMIT :most
    ) AS held GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :reasons
    """
)


def queues(who: Actor) -> dict[str, Any]:
    """How many orders stand in each queue, counted up to `most`: `{most, states: {state: orders}, held, reasons}`."""

    def count(**narrowed: Any) -> int:
        return ORDERS.count(who, narrowed, MANY)

    states = {state.value: count(state=state.value, open=state not in OVER) for state in State}
    asked = {"warehouse_id": who.warehouse_id, "most": MANY, "reasons": 30}
    reasons = [dict(row._mapping) for row in db.session.execute(_REASONS, asked)]
    return {"most": MANY, "states": states, "held": count(held=True), "reasons": reasons}


ORDERS = Listing(
    name="orders",
    table="sales_order o",
    key="o.id",
    always="o.warehouse_id = :warehouse_id",
    where={
        "state": f"{STATE_SQL} = :state",
        "open": OPEN_SQL,
        "held": "o.confirmation = 'held'",
        "reason": "o.confirmation = 'held' AND coalesce(o.hold_reason, '') = :reason",
        "tag": "o.tags <> '{}' AND o.tags @> ARRAY[cast(:tag AS text)]",
        "kind": "o.kind = :kind",
        "shop": "o.shop_id = (SELECT h.id FROM shop h WHERE h.code = :shop)",
        "carrier": "o.carrier = :carrier",
        "promised_before": "o.promised_at < :promised_before",
        "due_kind": "o.due_kind = :due_kind",
        "due": f"o.due_at IS NOT NULL AND (:due = 'any' OR {_DUE})",
        "q": "o.id = ANY(:found)",
    },
    sorts={
        "id": Sort("o.id"), "promised": Sort("o.promised_at", "timestamptz"), "number": Sort("o.number", "text"),
        "due": Sort("o.due_at", "timestamptz"),
        "urgent": Sort(f"(o.promised_at - {HURRY})", "timestamptz"),  # of open orders: nobody sorts all of them so
    },
    worked_out=_worked_out,
    tell=_tell,
    title="ui.office.nav.orders",
    columns=(
        Column("number", "ui.orders.number", 20),
        Column("shop", "ui.orders.shop"),
        Column("state_text", "ui.orders.state", 18),
        Column("hold", "ui.orders.why", 40, value=lambda item: item["hold"] and item["hold"]["text"]),
        Column("placed_at", "ui.orders.placed", 17, "moment"),
        Column("promised_at", "ui.orders.promised", 17, "moment"),
        Column("due", "ui.orders.due", 17, "moment", value=lambda item: item["due"] and item["due"]["at"]),
        Column("carrier", "ui.orders.carrier"),
        Column("kind", "ui.orders.kind", 10, words="ui.waves_kind"),
        Column("total", "ui.orders.total", 12, "money"),
        Column("currency", "ui.orders.currency", 8),
        Column("recipient", "ui.orders.recipient", 18),
    ),
)
