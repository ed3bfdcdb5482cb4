"""Whose an order is: found out behind the intake, by the worker, many at once.

The shop's own id of the buyer decides; without one, or where it is new, a telephone number that tells who. Names and
addresses never do: they only suggest (`merging.suggestions`).
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Row, Text, any_, bindparam, cast, delete, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.core.lock import lock
from wms.core.private import mark_sql, phone_marks
from wms.core.transaction import before_commit, carry_out
from wms.customers import rules
from wms.customers.models import Customer, CustomerBuyer, CustomerOrder, CustomerPhone, CustomerTodo
from wms.customers.rules import Facts
from wms.orders.models import Order

AT_ONCE = 500

_FACTS = ("name", "phone", "country", "province", "city", "district", "address")


def note_later(warehouse_id: int, order_id: int) -> None:
    """This order is to be given to its customer; within the caller's transaction, one statement for all of it."""
    noted: dict[int, int] = db.session.info.setdefault("customers_todo", {})
    if not noted:
        before_commit(_store)
    noted[order_id] = warehouse_id


def _store() -> None:
    noted: dict[int, int] = db.session.info.pop("customers_todo")
    rows = rows_of("t", {"order_id": BigInteger(), "warehouse_id": BigInteger()}, sorted(noted.items()))
    source = select(rows.c.order_id, rows.c.warehouse_id)
    db.session.execute(
        insert(CustomerTodo).from_select(["order_id", "warehouse_id"], source).on_conflict_do_nothing()
    )


def link_due() -> int:
    """Give all orders that wait for it to their customers; how many. Opens its own transactions."""
    done = 0
    while linked := carry_out(_link_some):
        done += linked
    return done


def _link_some() -> int:
    lock("customers.link", 0)  # of two that find no customer, the second finds the first's
    rows = db.session.execute(select(CustomerTodo).order_by(CustomerTodo.order_id).limit(AT_ONCE)).scalars().all()
    by_house: dict[int, list[int]] = {}
    for row in rows:
        by_house.setdefault(row.warehouse_id, []).append(row.order_id)
    for warehouse_id, ids in by_house.items():
        link(warehouse_id, ids)
    if rows:
        db.session.execute(delete(CustomerTodo).where(among(CustomerTodo.order_id, [row.order_id for row in rows])))
    return len(rows)


def link(warehouse_id: int, order_ids: Sequence[int]) -> None:
    """Give these orders to their customers, made where there is none; those that have one keep it."""
    orders = _orders(order_ids)
    said = {order.id: Facts(order.id, order.shop_id, order.buyer, order.recipient, order.phone) for order in orders}
    buyers, phones = _by_buyer(warehouse_id, said.values()), _by_phone(warehouse_id, said.values())
    of: dict[int, Customer] = {}
    for order in orders:
        facts = said[order.id]
        if not rules.is_somebody(facts):
            continue
        buyer, marks = (facts.shop_id, facts.buyer), _marks(facts.phone)
        found = buyers.get(buyer) if facts.buyer else None
        found = found or next((phones[mark] for mark in marks if mark in phones), None) or _new(warehouse_id, order)
        if facts.buyer:
            buyers.setdefault(buyer, found)
        for mark in marks:
            phones.setdefault(mark, found)
        of[order.id] = found
        _renew(found, order)
    db.session.flush()
    _write(warehouse_id, said, of)


def _orders(order_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Oldest first, so that the newest has the last word."""
    names = ("id", "shop_id", "buyer", "recipient", "phone", "country", "province", "city", "district", "address")
    linked = select(CustomerOrder.order_id).where(CustomerOrder.order_id == Order.id).exists()
    columns = [getattr(Order, name) for name in (*names, "placed_at")]
    wanted = select(*columns).where(among(Order.id, order_ids), ~linked)
    return db.session.execute(wanted.order_by(Order.placed_at, Order.id)).all()


def _marks(phone: str) -> list[bytes]:
    return phone_marks(phone) if rules.tells_who(phone) else []


def _by_buyer(warehouse_id: int, said: Iterable[Facts]) -> dict[tuple[int, str], Customer]:
    keys = sorted({(facts.shop_id, facts.buyer) for facts in said if facts.buyer})
    asked = rows_of("k", {"shop_id": BigInteger(), "buyer": Text()}, keys)
    rows = db.session.execute(
        select(CustomerBuyer.shop_id, CustomerBuyer.buyer, Customer)
        .join(Customer, Customer.id == CustomerBuyer.customer_id)
        .join(asked, (asked.c.shop_id == CustomerBuyer.shop_id) & (asked.c.buyer == CustomerBuyer.buyer))
        .where(CustomerBuyer.warehouse_id == warehouse_id)
    )
    return {(row.shop_id, row.buyer): row.Customer for row in rows}


def _by_phone(warehouse_id: int, said: Iterable[Facts]) -> dict[bytes, Customer]:
    marks = sorted({mark for facts in said for mark in _marks(facts.phone)})
    mark: Any = literal_column(mark_sql("customer_phone.phone"), LargeBinary)
    asked = any_(cast(bindparam(None, marks, type_=ARRAY(LargeBinary)), ARRAY(LargeBinary)))
    rows = db.session.execute(
        select(mark.label("mark"), Customer)
        .select_from(CustomerPhone).join(Customer, Customer.id == CustomerPhone.customer_id)
        .where(CustomerPhone.warehouse_id == warehouse_id, mark == asked)
        .order_by(Customer.id.desc())  # of several the first
    )  # fmt: skip
    return {bytes(row.mark): row.Customer for row in rows}


def _new(warehouse_id: int, order: Row[Any]) -> Customer:
    made = Customer(
        warehouse_id=warehouse_id, first_order_at=order.placed_at, last_order_at=order.placed_at, tags=[],
        **_told(order),
    )  # fmt: skip
    db.session.add(made)
    return made


def _told(order: Row[Any]) -> Mapping[str, str]:
    return {name: order.recipient if name == "name" else getattr(order, name) for name in _FACTS}


def _renew(customer: Customer, order: Row[Any]) -> None:
    if order.placed_at >= customer.last_order_at:
        customer.last_order_at = order.placed_at
        for name, value in _told(order).items():
            if value and value != getattr(customer, name):
                setattr(customer, name, value)
    customer.first_order_at = min(customer.first_order_at, order.placed_at)


def _write(warehouse_id: int, said: Mapping[int, Facts], of: Mapping[int, Customer]) -> None:
    if not of:
        return
    whose = [{"order_id": id, "customer_id": customer.id} for id, customer in sorted(of.items())]
    db.session.execute(insert(CustomerOrder).on_conflict_do_nothing(), whose)
    buyers = {(said[id].shop_id, said[id].buyer): customer.id for id, customer in of.items() if said[id].buyer}
    if buyers:
        rows = [
            {"shop_id": shop_id, "buyer": buyer, "warehouse_id": warehouse_id, "customer_id": id}
            for (shop_id, buyer), id in sorted(buyers.items())
        ]
        db.session.execute(insert(CustomerBuyer).on_conflict_do_nothing(), rows)
    _write_phones(warehouse_id, {(of[id].id, facts.phone) for id, facts in said.items() if id in of and facts.phone})


def _write_phones(warehouse_id: int, given: set[tuple[int, str]]) -> None:
    """Each number of a customer once."""
    known = db.session.execute(
        select(CustomerPhone.customer_id, CustomerPhone.phone).where(
            among(CustomerPhone.customer_id, [id for id, _ in given])
        )
    )
    fresh = sorted(given - {(row.customer_id, row.phone) for row in known})
    db.session.add_all([CustomerPhone(warehouse_id=warehouse_id, customer_id=id, phone=phone) for id, phone in fresh])
    db.session.flush()


def waiting() -> int:
    """How many orders nobody has given to a customer yet."""
    return db.session.execute(select(func.count()).select_from(CustomerTodo)).scalar_one()
