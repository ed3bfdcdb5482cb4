"""Tables of the audit: rules with all that they were, what was done by them, the blacklist, floors of prices."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model

# What a mark says: a rule did something of its own (a gift) to an order, a person let an order pass that it held, or
# the buyer was reminded.
MARKS = ("done", "passed", "reminded")
BLACKLISTED = ("phone", "buyer", "address")


class AuditRule(Model):
    """A rule as it works now; the smallest `position` has its say first. `conditions` and `actions` as
    `conditions.Rule` has them. One that is `removed` is kept for its history."""

    __tablename__ = "audit_rule"
    __table_args__ = (Index("ix_audit_rule_warehouse", "warehouse_id", "position"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    name: Mapped[str]
    position: Mapped[int]
    enabled: Mapped[bool]
    removed: Mapped[bool] = mapped_column(default=False)
    conditions: Mapped[list[Any]]
    actions: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class AuditRuleVersion(Model):
    """What a rule was from a moment on, and who made it so."""

    __tablename__ = "audit_rule_version"
    __table_args__ = (UniqueConstraint("rule_id", "version"),)

    id: Mapped[BigId]
    rule_id: Mapped[int] = mapped_column(ForeignKey("audit_rule.id"))
    version: Mapped[int]
    name: Mapped[str]
    enabled: Mapped[bool]
    removed: Mapped[bool]
    conditions: Mapped[list[Any]]
    actions: Mapped[list[Any]]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class AuditMark(Model):
    """Something that counts once for an order: `about` is "rule:7", or the code of a problem of the papers.

    `told_hash` is the order's `source_hash` at that time: what was let pass is let pass as it was then.
    """

    __tablename__ = "audit_mark"
    __table_args__ = (
        CheckConstraint(f"kind IN {MARKS}", name="kind_known"),
        Index("ix_audit_mark_about", "about", "kind"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_order.id"), primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    told_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Blacklisted(Model):
    """Somebody to whom nothing is sent unseen. `key` is a keyed hash of the number, id or name and address, so that
    it can be compared and not be read; `shown` is as much of it as a list may show."""

    __tablename__ = "blacklist"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "kind", "key"),
        CheckConstraint(f"kind IN {BLACKLISTED}", name="kind_known"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    kind: Mapped[str]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    shown: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PriceFloor(Model):
    """The least that a piece of a SKU may be sold for, in a currency."""

    __tablename__ = "price_floor"
    __table_args__ = (UniqueConstraint("sku_id", "currency"), CheckConstraint("price > 0", name="price_positive"))

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    currency: Mapped[str]
    price: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
