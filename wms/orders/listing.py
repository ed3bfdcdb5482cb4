"""The list of orders: queues by state, narrowed by shop, carrier, promise and words; the buyer's name masked."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.listing import MANY, Column, Listing, Query, Sort, begins
from wms.core.private import mark_sql, sought
from wms.orders import shown
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
    q = query.get("q")
    if not q:
        return {}
    # Numbers are upper case, hands type lower case.
    return {"begin": begins(q), "upper": begins(q.upper()), "behind": behind(who.warehouse_id, q), **vars(sought(q))}


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
    joins={"h": "JOIN shop h ON h.id = o.shop_id"},
    where={
        "state": f"{STATE_SQL} = :state",
        "open": OPEN_SQL,
        "held": "o.confirmation = 'held'",
        "reason": "o.confirmation = 'held' AND coalesce(o.hold_reason, '') = :reason",
        "tag": "o.tags <> '{}' AND o.tags @> ARRAY[cast(:tag AS text)]",
        "shop": "h.code = :shop",
        "carrier": "o.carrier = :carrier",
        "promised_before": "o.promised_at < :promised_before",
        "q": f"(o.number LIKE :begin OR o.number LIKE :upper OR {mark_sql('o.recipient')} = ANY(:name) "
             f"OR {mark_sql('o.phone')} = ANY(:phone) OR {mark_sql('o.phone', 1)} = ANY(:tail) OR o.id = ANY(:behind))",
    },
    sorts={
        "id": Sort("o.id"), "promised": Sort("o.promised_at", "timestamptz"), "number": Sort("o.number", "text"),
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
        Column("carrier", "ui.orders.carrier"),
        Column("kind", "ui.orders.kind", 10, words="ui.waves_kind"),
        Column("total", "ui.orders.total", 12, "money"),
        Column("currency", "ui.orders.currency", 8),
        Column("recipient", "ui.orders.recipient", 18),
    ),
)
