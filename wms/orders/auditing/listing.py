"""Lists of the audit: orders that wait for a person's word, the blacklist, floors of prices."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.listing import Column, Listing, Query, Sort, begins
from wms.orders import shown
from wms.orders.auditing import blacklist, floors
from wms.orders.models import Order


def _waiting(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    found = db.session.execute(select(Order).where(Order.id.in_(ids)).options(joinedload(Order.shop))).scalars()
    return [shown.summary(order, who.locale) for order in found]


def _begun(who: Actor, query: Query) -> dict[str, Any]:
    q = query.get("q")
    return {"begin": begins(q), "upper": begins(q.upper())} if q else {}


WAITING = Listing(
    name="audit-waiting",
    table="sales_order o",
    key="o.id",
    always=(
        "o.warehouse_id = :warehouse_id AND o.confirmation = 'held' AND (o.hold_reason IN ('rule_hold', "
        "'finance_review', 'finance_refused', 'overpaid') "
        "OR (o.hold_reason = 'address_incomplete' AND jsonb_exists(o.hold_params, 'read')))"
    ),
    where={"reason": "o.hold_reason = :reason"},
    sorts={"id": Sort("o.id")},
    tell=_waiting,
    title="ui.office.nav.audit",
    columns=(
        Column("number", "ui.orders.number", 20),
        Column("shop", "ui.orders.shop"),
        Column("hold", "ui.orders.why", 40, value=lambda item: item["hold"] and item["hold"]["text"]),
        Column("placed_at", "ui.orders.placed", 17, "moment"),
        Column("total", "ui.orders.total", 12, "money"),
        Column("currency", "ui.orders.currency", 8),
    ),
)
BLACKLIST = Listing(
    name="blacklist",
    table="blacklist b",
    key="b.id",
    always="b.warehouse_id = :warehouse_id",
    where={"kind": "b.kind = :kind", "q": "(b.shown LIKE :begin OR b.reason LIKE :begin)"},
    sorts={"id": Sort("b.id")},
    worked_out=_begun,
    tell=lambda who, ids: blacklist.told(ids),
    title="ui.audit_tab.blacklist",
    columns=(
        Column("kind", "ui.audit.kind", 12, words="ui.audit_black"),
        Column("shown", "ui.audit.shown", 24),
        Column("reason", "ui.audit.reason", 40),
        Column("person", "ui.audit.person", 16),
        Column("at", "ui.audit.at", 17, "moment"),
    ),
)
FLOORS = Listing(
    name="price-floors",
    table="price_floor f",
    key="f.id",
    always="true",
    joins={"s": "JOIN sku s ON s.id = f.sku_id"},
    where={"q": "(s.code LIKE :upper OR s.code LIKE :begin OR s.name LIKE :begin)"},
    sorts={"id": Sort("f.id")},
    worked_out=_begun,
    tell=lambda who, ids: floors.told(ids),
    title="ui.audit_tab.floors",
    columns=(
        Column("sku", "ui.audit.sku", 20),
        Column("name", "ui.audit.name", 30),
        Column("price", "ui.audit.price", 12, "money"),
        Column("currency", "ui.orders.currency", 8),
    ),
)
