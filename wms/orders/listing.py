"""The list of orders: queues by state, narrowed by shop, carrier, promise and words; the buyer's name masked."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.listing import MANY, Column, Listing, Query, Sort, begins
from wms.core.private import mark_sql, sought
from wms.orders import shown
from wms.orders.models import STATE_SQL, Order
from wms.orders.rules import State


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    found = db.session.execute(select(Order).where(Order.id.in_(ids)).options(joinedload(Order.shop))).scalars()
    return [shown.summary(order, who.locale) for order in found]


def _worked_out(who: Actor, query: Query) -> dict[str, Any]:
    q = query.get("q")
    # Numbers are upper case, hands type lower case.
    return {"begin": begins(q), "upper": begins(q.upper()), **vars(sought(q))} if q else {}


def queues(who: Actor) -> dict[str, Any]:
    """How many orders stand in each queue, counted up to `most`: `{most, states: {state: orders}, held}`."""

    def count(**narrowed: Any) -> int:
        return ORDERS.count(who, narrowed, MANY)

    states = {state.value: count(state=state.value) for state in State}
    return {"most": MANY, "states": states, "held": count(held=True)}


ORDERS = Listing(
    name="orders",
    table="sales_order o",
    key="o.id",
    always="o.warehouse_id = :warehouse_id",
    joins={"h": "JOIN shop h ON h.id = o.shop_id"},
    where={
        "state": f"{STATE_SQL} = :state",
        "held": "o.confirmation = 'held'",
        "shop": "h.code = :shop",
        "carrier": "o.carrier = :carrier",
        "promised_before": "o.promised_at < :promised_before",
        "q": f"(o.number LIKE :begin OR o.number LIKE :upper OR {mark_sql('o.recipient')} = ANY(:name) "
             f"OR {mark_sql('o.phone')} = ANY(:phone) OR {mark_sql('o.phone', 1)} = ANY(:tail))",
    },
    sorts={"id": Sort("o.id"), "promised": Sort("o.promised_at", "timestamptz"), "number": Sort("o.number", "text")},
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
