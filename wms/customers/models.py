"""Customers, what tells that they are the same, what was said of them, and who looked at what is personal."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.core.private import NAME, PHONE, Sealed, mark_sql


class Customer(Model):
    """One who buys here, over all shops of a warehouse. Name, phone and address are those of the newest order.

    `head_id`: a clerk has said that this is the same as that one (None: it stands for itself). Nothing is moved by
    that, so that it can be taken back.
    """

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("head_id <> id", name="head_is_another"),
        Index("ix_customer_head", "head_id", postgresql_where="head_id IS NOT NULL"),
        Index("ix_customer_name", "warehouse_id", text(mark_sql("name"))),
        Index("ix_customer_last", "warehouse_id", "last_order_at", "id"),
        Index("ix_customer_tags", "tags", postgresql_using="gin"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    name: Mapped[str] = mapped_column(Sealed("recipient", NAME))
    phone: Mapped[str] = mapped_column(Sealed("phone", PHONE))
    country: Mapped[str]
    province: Mapped[str]
    city: Mapped[str]
    district: Mapped[str]
    address: Mapped[str] = mapped_column(Sealed("address"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    first_order_at: Mapped[datetime]
    last_order_at: Mapped[datetime]


class CustomerBuyer(Model):
    """A buyer of a shop, by the platform's id, is this customer."""

    __tablename__ = "customer_buyer"
    __table_args__ = (Index("ix_customer_buyer_customer", "customer_id"),)

    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"), primary_key=True, autoincrement=False)
    buyer: Mapped[str] = mapped_column(primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))


class CustomerPhone(Model):
    """A telephone number that this customer has given."""

    __tablename__ = "customer_phone"
    __table_args__ = (
        Index("ix_customer_phone_whole", "warehouse_id", text(mark_sql("phone"))),
        Index("ix_customer_phone_tail", "warehouse_id", text(mark_sql("phone", 1))),
        Index("ix_customer_phone_customer", "customer_id"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    phone: Mapped[str] = mapped_column(Sealed("phone", PHONE))


class CustomerOrder(Model):
    """Whose order it is."""

    __tablename__ = "customer_order"
    __table_args__ = (Index("ix_customer_order_customer", "customer_id", "order_id"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))


class CustomerTodo(Model):
    """An order of which nobody has found out yet whose it is. The row is the queue."""

    __tablename__ = "customer_todo"

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))


class CustomerMerge(Model):
    """A clerk has said that two are one: `members` are those that changed their head, `gone_id` first."""

    __tablename__ = "customer_merge"
    __table_args__ = (Index("ix_customer_merge_kept", "kept_id"),)

    id: Mapped[BigId]
    kept_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    gone_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    members: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]


class CustomerNote(Model):
    """What somebody wrote of a customer."""

    __tablename__ = "customer_note"
    __table_args__ = (Index("ix_customer_note_customer", "customer_id", "id"),)

    id: Mapped[BigId]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    words: Mapped[str] = mapped_column(Sealed("customer_note"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    at: Mapped[datetime]


class PersonalReveal(Model):
    """Somebody was shown what is personal in an order: `what` names the fields, `why` is what they said.

    Rows are added and never changed, which the database sees to. Each has the digest of the one before it (empty: the
    first) and its own over both: a chain (`reveals`). `person_id` None: a program, whose key is called `by_name`.
    """

    __tablename__ = "personal_reveal"
    __table_args__ = (
        UniqueConstraint("before"),
        Index("ix_personal_reveal_order", "order_id", "id"),
        Index("ix_personal_reveal_warehouse", "warehouse_id", "id"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    what: Mapped[list[Any]]
    why: Mapped[str]
    at: Mapped[datetime]
    before: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
