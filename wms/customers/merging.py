"""Two records of one customer, made one by a clerk and taken apart again; and who might be the same."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import LargeBinary, any_, bindparam, cast, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.private import mark_sql, same_name, sought
from wms.customers import rules
from wms.customers.models import Customer, CustomerMerge, CustomerPhone

MOST_SUGGESTED = 20


def get(warehouse_id: int, customer_id: int, *, locked: bool = False) -> Customer:
    """A customer who stands for themself; of one that is another's, that other. Raises `core.not_found`."""
    wanted = select(Customer).where(Customer.id == customer_id, Customer.warehouse_id == warehouse_id)
    found = db.session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="customer", key=str(customer_id))
    head = found.head_id or found.id
    if found.head_id or locked:
        query = select(Customer).where(Customer.id == head).execution_options(populate_existing=True)
        found = db.session.execute(query.with_for_update() if locked else query).scalar_one()
    return found


def members(customer_id: int) -> list[int]:
    """The ids of all records that are this customer."""
    its = select(Customer.id).where(or_(Customer.id == customer_id, Customer.head_id == customer_id))
    return list(db.session.execute(its.order_by(Customer.id)).scalars())


def merge(warehouse_id: int, kept_id: int, gone_id: int, by_id: int | None) -> CustomerMerge:
    """The second is the same as the first from now on. Raises `core.not_found`, `customers.same` (409)."""
    for id in sorted((kept_id, gone_id)):
        get(warehouse_id, id, locked=True)
    kept, gone = get(warehouse_id, kept_id), get(warehouse_id, gone_id)
    if kept.id == gone.id:
        raise WmsError("customers.same")
    changed = [gone.id, *(id for id in members(gone.id) if id != gone.id)]
    _set_head(changed, kept.id)
    made = CustomerMerge(kept_id=kept.id, gone_id=gone.id, members=changed, by_id=by_id, at=now())
    db.session.add(made)
    db.session.flush()
    return made


def undo(warehouse_id: int, merge_id: int, by_id: int | None) -> CustomerMerge:
    """As it was before. Raises `core.not_found`; `customers.not_undoable` (409) for what is undone, or where the one
    that was kept has become another's since: that is undone first."""
    made = db.session.execute(
        select(CustomerMerge)
        .join(Customer, Customer.id == CustomerMerge.kept_id)
        .where(CustomerMerge.id == merge_id, Customer.warehouse_id == warehouse_id)
        .with_for_update(of=CustomerMerge)
    ).scalar_one_or_none()
    if made is None:
        raise WmsError("core.not_found", thing="merge", key=str(merge_id))
    gone = db.session.get_one(Customer, made.gone_id, with_for_update=True)
    if made.undone_at is not None or gone.head_id != made.kept_id:
        raise WmsError("customers.not_undoable")
    _set_head([made.gone_id], None)
    _set_head([id for id in made.members if id != made.gone_id], made.gone_id)
    made.undone_by, made.undone_at = by_id, now()
    return made


def _set_head(ids: Sequence[int], head_id: int | None) -> None:
    if ids:
        db.session.execute(update(Customer).where(among(Customer.id, ids)).values(head_id=head_id))
        db.session.expire_all()


def merges(customer_id: int) -> list[CustomerMerge]:
    """Those that made this customer and stand, the newest first."""
    its = select(CustomerMerge).where(CustomerMerge.kept_id == customer_id, CustomerMerge.undone_at.is_(None))
    return list(db.session.execute(its.order_by(CustomerMerge.id.desc())).scalars())


def suggestions(customer: Customer) -> list[tuple[Customer, str]]:
    """Who might be the same, and by what: `phone`, or `address` (the same name at the same address)."""
    phones = [phone for phone in _phones(members(customer.id)) if rules.tells_who(phone)]
    whole = [mark for phone in phones for mark in sought(phone).phone]
    by_phone = select(CustomerPhone.customer_id).where(
        CustomerPhone.warehouse_id == customer.warehouse_id, _is(mark_sql("customer_phone.phone"), whole)
    )
    found: dict[int, tuple[Customer, str]] = {}
    for other in _heads(customer, Customer.id.in_(by_phone)):
        found[other.id] = (other, "phone")
    if names := sought(customer.name).name:
        for other in _heads(customer, _is(mark_sql("customer.name"), names)):
            if customer.address and _place(other) == _place(customer):
                found.setdefault(other.id, (other, "address"))
    return list(found.values())[:MOST_SUGGESTED]


def _heads(customer: Customer, condition: Any) -> list[Customer]:
    wanted = select(Customer).where(Customer.warehouse_id == customer.warehouse_id, condition).limit(200)
    ids = {each.head_id or each.id for each in db.session.execute(wanted).scalars()} - {customer.id}
    heads = select(Customer).where(among(Customer.id, ids)).order_by(Customer.id)
    return list(db.session.execute(heads).scalars()) if ids else []


def _is(mark: str, marks: Sequence[bytes]) -> Any:
    its: Any = literal_column(mark, LargeBinary)
    return its == any_(cast(bindparam(None, list(marks), type_=ARRAY(LargeBinary)), ARRAY(LargeBinary)))


def _place(of: Customer) -> tuple[str, ...]:
    return tuple(same_name(part) for part in (of.country, of.province, of.city, of.district, of.address))


def _phones(ids: Sequence[int]) -> list[str]:
    its = select(CustomerPhone.phone).where(among(CustomerPhone.customer_id, ids))
    return list(db.session.execute(its).scalars())
