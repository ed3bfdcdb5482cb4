"""The verbs of the customers room."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from wms.access.models import Person
from wms.core.actor import Actor
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.customers import merging
from wms.customers.linking import link_due, note_later
from wms.customers.listing import blacklisted, summary, sums, tags_of
from wms.customers.merging import merge, undo
from wms.customers.models import Customer, CustomerMerge, CustomerNote, CustomerOrder
from wms.customers.reveals import Proved, of_order, reveal, verify
from wms.orders import service as orders
from wms.orders.models import Order, Shop

__all__ = [
    "Proved", "add_note", "known_tags", "link_due", "merge", "note_later", "of_order", "put_tags", "reveal",
    "tag_orders", "undo", "verify", "whole",
]  # fmt: skip

ORDERS_SHOWN = 100
MOST_TAGS, LONGEST_TAG = 20, 40


def whole(who: Actor, customer_id: int) -> dict[str, Any]:
    """A customer with orders (the newest first), notes, merges and who might be the same, masked. `core.not_found`."""
    one = merging.get(who.warehouse_id, customer_id)
    ids = merging.members(one.id)
    others = merging.suggestions(one)
    known = [one.id, *(other.id for other, _ in others)]
    summed, tags = sums(known), tags_of(known)
    told = summary(one, summed[one.id], tags.get(one.id, []), blacklisted([one])[one.id])
    return {
        **told, "all_orders": _orders(ids), "notes": _notes(ids), "merges": _merges(merging.merges(one.id)),
        "suggested": [
            {**summary(other, summed[other.id], tags.get(other.id, [])), "by": by} for other, by in others
        ],
    }  # fmt: skip


def _orders(ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Order, Shop.name, orders.state_column().label("state"))
        .join(CustomerOrder, CustomerOrder.order_id == Order.id)
        .join(Shop, Shop.id == Order.shop_id)
        .where(among(CustomerOrder.customer_id, ids))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(ORDERS_SHOWN)
    )
    return [
        {
            "id": order.id, "number": order.number, "shop": shop, "placed_at": order.placed_at.isoformat(),
            "state": state, "total": str(order.total), "currency": order.currency,
        }
        for order, shop, state in rows
    ]  # fmt: skip


def _notes(ids: Sequence[int]) -> list[dict[str, Any]]:
    its = select(CustomerNote).where(among(CustomerNote.customer_id, ids)).order_by(CustomerNote.id.desc()).limit(100)
    return [
        {"id": each.id, "words": each.words, "person": each.by_name, "at": each.at.isoformat()}
        for each in db.session.execute(its).scalars()
    ]


def _merges(made: Sequence[CustomerMerge]) -> list[dict[str, Any]]:
    people = select(Person.id, Person.name).where(Person.id.in_({each.by_id for each in made}))
    names: dict[int | None, str] = {row.id: row.name for row in db.session.execute(people)}
    return [
        {"id": each.id, "at": each.at.isoformat(), "person": names.get(each.by_id), "orders": _count(each.members)}
        for each in made
    ]


def _count(ids: Sequence[int]) -> int:
    its = select(func.count()).select_from(CustomerOrder).where(among(CustomerOrder.customer_id, ids))
    return db.session.execute(its).scalar_one()


def put_tags(warehouse_id: int, customer_id: int, tags: Sequence[str]) -> None:
    """These are the customer's tags from now on. Raises `core.not_found`."""
    one = merging.get(warehouse_id, customer_id, locked=True)
    kept = list(dict.fromkeys(filter(None, (tag.strip()[:LONGEST_TAG] for tag in tags))))[:MOST_TAGS]
    for other in db.session.execute(select(Customer).where(Customer.head_id == one.id)).scalars():
        other.tags = []
    one.tags = kept


def tag_orders(order_ids: Sequence[int], tag: str) -> int:
    """Tag whose orders these are, as a rule of the audit wants; how many customers were new to it. An order whose
    customer nobody has found out yet is passed over."""
    its = select(Customer).join(CustomerOrder, CustomerOrder.customer_id == Customer.id)
    found = db.session.execute(
        its.where(among(CustomerOrder.order_id, order_ids)).order_by(Customer.id).with_for_update(of=Customer)
    ).scalars().unique()  # fmt: skip
    fresh = [one for one in found if tag not in one.tags]
    for one in fresh:
        one.tags = [*one.tags, tag]
    db.session.flush()
    return len(fresh)


def add_note(who: Actor, customer_id: int, words: str) -> None:
    """Write something of a customer. Raises `core.not_found`, `core.invalid` for nothing."""
    if not words.strip():
        raise WmsError("core.invalid", fields="words: is missing")
    one = merging.get(who.warehouse_id, customer_id)
    db.session.add(
        CustomerNote(customer_id=one.id, words=words.strip(), by_id=who.person_id, by_name=who.name, at=now())
    )
    db.session.flush()


def known_tags(warehouse_id: int) -> list[str]:
    """The tags that customers of a warehouse have."""
    tag = func.unnest(Customer.tags).label("tag")
    its = select(tag).where(Customer.warehouse_id == warehouse_id).distinct().order_by(tag).limit(200)
    return list(db.session.execute(its).scalars())
