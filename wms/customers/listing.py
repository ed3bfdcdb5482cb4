"""The lists of customers and of reveals; who they are masked."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from wms.core.actor import Actor
from wms.core.bulk import among
from wms.core.db import db
from wms.core.listing import Column, Listing, Query, Sort
from wms.core.private import mark_sql, mask_address, mask_name, mask_phone, sought
from wms.customers.models import Customer, CustomerBuyer, PersonalReveal
from wms.orders import service as orders
from wms.orders.models import Order, Shop

_SUMS = text(
    """
    SELECT coalesce(m.head_id, m.id) AS id, o.currency, count(*) AS orders,
           count(*) FILTER (WHERE o.refund <> 'none') AS refunds,
           coalesce(sum(o.total) FILTER (WHERE o.confirmation <> 'cancelled' AND o.refund <> 'refunded'), 0) AS spent,
           array_agg(DISTINCT s.code) AS shops
    FROM customer m JOIN customer_order x ON x.customer_id = m.id JOIN sales_order o ON o.id = x.order_id
    JOIN shop s ON s.id = o.shop_id
    WHERE m.id = ANY(:ids) OR m.head_id = ANY(:ids) GROUP BY 1, 2 ORDER BY 1, 2
    """
)
_TAGS = text(
    "SELECT coalesce(head_id, id) AS id, array_agg(DISTINCT t) AS tags FROM customer, unnest(tags) AS t "
    "WHERE id = ANY(:ids) OR head_id = ANY(:ids) GROUP BY 1"
)


def sums(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By customer over all records of each: `{orders, refunds, spent: [{currency, amount}], shops}`."""
    found: dict[int, dict[str, Any]] = defaultdict(lambda: {"orders": 0, "refunds": 0, "spent": [], "shops": []})
    for row in db.session.execute(_SUMS, {"ids": list(ids)}):
        one = found[row.id]
        one["orders"] += row.orders
        one["refunds"] += row.refunds
        one["shops"] = sorted({*one["shops"], *row.shops})
        if row.spent:
            one["spent"].append({"currency": row.currency, "amount": str(row.spent)})
    return {id: found[id] for id in ids}


def tags_of(ids: Sequence[int]) -> dict[int, list[str]]:
    """The tags of each customer, of all its records."""
    return {row.id: sorted(row.tags) for row in db.session.execute(_TAGS, {"ids": list(ids)})}


def blacklisted(found: Sequence[Customer]) -> dict[int, list[str]]:
    """Why customers are on the blacklist of the audit: by telephone, address, or a shop's id of the buyer."""
    ids = [one.id for one in found]
    buyers = db.session.execute(
        select(func.coalesce(Customer.head_id, Customer.id), CustomerBuyer.buyer)
        .join(Customer, Customer.id == CustomerBuyer.customer_id)
        .where(among(Customer.id, ids) | among(Customer.head_id, ids))
    )
    said = [(one.id, one.warehouse_id, Said(one.name, one.phone, "", one.address)) for one in found]
    houses = {one.id: one.warehouse_id for one in found}
    said += [(id, houses[id], Said("", "", buyer, "")) for id, buyer in buyers]
    why = orders.blacklisted(
        {at: row for at, (_, _, row) in enumerate(said)}, {at: house for at, (_, house, _) in enumerate(said)}
    )
    return {id: sorted({word for at in why if said[at][0] == id for word in why[at]}) for id in ids}


@dataclass(frozen=True)
class Said:
    """What the blacklist compares."""

    recipient: str
    phone: str
    buyer: str
    address: str


def summary(
    one: Customer, summed: dict[str, Any], tags: Sequence[str], black: Sequence[str] = ()
) -> dict[str, Any]:
    """A customer as JSON, masked."""
    return {
        "blacklisted": list(black),
        "id": one.id, "name": mask_name(one.name), "phone": mask_phone(one.phone), "country": one.country,
        "province": one.province, "city": one.city, "district": one.district, "address": mask_address(one.address),
        "tags": list(tags), "first_order_at": one.first_order_at.isoformat(),
        "last_order_at": one.last_order_at.isoformat(), **summed,
    }  # fmt: skip


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    found = list(db.session.execute(select(Customer).where(among(Customer.id, ids))).scalars())
    summed, tags, black = sums(ids), tags_of(ids), blacklisted(found)
    return [summary(one, summed[one.id], tags.get(one.id, []), black[one.id]) for one in found]


def _worked_out(who: Actor, query: Query) -> dict[str, Any]:
    q = str(query.get("q") or "").strip()
    return {"whole": q, "upper": q.upper(), **vars(sought(q))} if q else {}


_FOUND = f"""c.id IN (
    SELECT coalesce(m.head_id, m.id) FROM customer m
    WHERE m.warehouse_id = :warehouse_id AND {mark_sql('m.name')} = ANY(:name)
    UNION ALL
    SELECT coalesce(m.head_id, m.id) FROM customer_phone p JOIN customer m ON m.id = p.customer_id
    WHERE p.warehouse_id = :warehouse_id
      AND ({mark_sql('p.phone')} = ANY(:phone) OR {mark_sql('p.phone', 1)} = ANY(:tail))
    UNION ALL
    SELECT coalesce(m.head_id, m.id) FROM customer_buyer b JOIN customer m ON m.id = b.customer_id
    WHERE b.buyer = :whole AND b.warehouse_id = :warehouse_id
    UNION ALL
    SELECT coalesce(m.head_id, m.id) FROM sales_order o JOIN customer_order x ON x.order_id = o.id
    JOIN customer m ON m.id = x.customer_id
    WHERE o.warehouse_id = :warehouse_id AND o.number IN (:whole, :upper)
)"""  # noqa: S608 - of the module's own words

CUSTOMERS = Listing(
    name="customers",
    table="customer c",
    key="c.id",
    always="c.warehouse_id = :warehouse_id AND c.head_id IS NULL",
    where={
        "q": _FOUND,
        "tag": "c.id IN (SELECT coalesce(m.head_id, m.id) FROM customer m WHERE m.tags @> ARRAY[cast(:tag AS text)])",
    },
    sorts={"last": Sort("c.last_order_at", "timestamptz"), "id": Sort("c.id")},
    worked_out=_worked_out,
    tell=_tell,
    title="ui.office.nav.customers",
    columns=(
        Column("name", "ui.customers.name", 18),
        Column("phone", "ui.customers.phone", 16),
        Column("city", "ui.customers.place", 24, value=lambda one: " ".join(filter(None, map(one.get, _PLACE)))),
        Column("orders", "ui.customers.orders", 8, "whole"),
        Column("refunds", "ui.customers.refunds", 8, "whole"),
        Column("spent", "ui.customers.spent", 20, value=lambda one: _spent(one["spent"])),
        Column("shops", "ui.customers.shops", 20, value=lambda one: ", ".join(one["shops"])),
        Column("tags", "ui.customers.tags", 20, value=lambda one: ", ".join(one["tags"])),
        Column("last_order_at", "ui.customers.last", 17, "moment"),
    ),
)
_PLACE = ("province", "city", "district")


def _spent(spent: Sequence[dict[str, str]]) -> str:
    return ", ".join(f"{each['amount']} {each['currency']}" for each in spent)


# ---- who looked

def told_reveals(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of (PersonalReveal, number, shop) as JSON."""
    return [
        {
            "id": one.id, "at": one.at.isoformat(), "order_id": one.order_id, "order": number, "shop": shop,
            "person": one.by_name, "program": one.person_id is None, "what": one.what, "why": one.why,
        }
        for one, number, shop in rows
    ]  # fmt: skip


def reveal_rows() -> Any:
    return (
        select(PersonalReveal, Order.number, Shop.code)
        .join(Order, Order.id == PersonalReveal.order_id)
        .join(Shop, Shop.id == Order.shop_id)
    )


def _tell_reveals(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    return told_reveals(db.session.execute(reveal_rows().where(among(PersonalReveal.id, ids))).all())


REVEALS = Listing(
    name="reveals",
    table="personal_reveal r",
    key="r.id",
    always="r.warehouse_id = :warehouse_id",
    joins={"o": "JOIN sales_order o ON o.id = r.order_id"},
    where={"q": "(o.number = :q OR r.by_name = :q)"},
    sorts={"id": Sort("r.id")},
    tell=_tell_reveals,
    title="ui.customers.reveals",
    columns=(
        Column("at", "ui.customers.at", 17, "moment"),
        Column("person", "ui.customers.person", 18),
        Column("order", "ui.orders.number", 20),
        Column("shop", "ui.orders.shop"),
        Column("what", "ui.customers.what", 30, value=lambda one: ", ".join(one["what"])),
        Column("why", "ui.customers.why", 40),
    ),
)
