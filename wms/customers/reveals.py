"""What is personal in an order, shown to somebody who needs it, and written down: who, when, what, why.

The record is a chain: each row's digest is over its own words and the digest before it, so that none can be changed,
left out or put in without all that follow giving it away. The head of the chain, noted elsewhere now and then, gives
away also who writes all of it anew.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.customers import rules
from wms.customers.listing import reveal_rows, told_reveals
from wms.customers.models import PersonalReveal
from wms.orders import service as orders
from wms.orders.models import Order

PERSONAL = ("recipient", "phone", "email", "address", "postcode")
DESK = frozenset({"clerk", "supervisor", "admin"})
# What a packer holds in their hands: the parcel they have open, or closed a moment ago.
_IN_HAND = text(
    """
    SELECT 1 FROM parcel WHERE order_id = :order_id AND (
        (status = 'open' AND station_id = :station_id)
        OR (packed_by = :person_id AND closed_at > :since))
    """
)
LATELY = timedelta(hours=12)


@dataclass(frozen=True)
class Proved:
    """How many reveals there are, the digest of the last (hex), and the id of the first that does not fit, if any.

    `noted` None: no head was asked for; else whether the chain has it.
    """

    reveals: int
    head: str
    broken: int | None
    noted: bool | None = None


def reveal(who: Actor, order_id: int, why: str) -> dict[str, Any]:
    """What is personal in an order, written down in the same transaction.

    Raises `core.not_found`, and `customers.not_in_hand` (403) for a packer whose parcel it is not.
    """
    order = orders.get(order_id, who.warehouse_id)
    if not who.posts & DESK and not _in_hand(who, order_id):
        raise WmsError("customers.not_in_hand", number=order.number)
    shown = {name: getattr(order, name) for name in PERSONAL}
    _write(who, order, [name for name in PERSONAL if shown[name]], why.strip())
    return shown


def _in_hand(who: Actor, order_id: int) -> bool:
    asked = {
        "order_id": order_id, "station_id": who.station_id, "person_id": who.person_id, "since": now() - LATELY
    }  # fmt: skip
    return db.session.execute(_IN_HAND, asked).first() is not None


def _write(who: Actor, order: Order, what: list[str], why: str) -> None:
    lock("customers.reveals", 0)  # one after the other: each names the one before it
    before = db.session.execute(select(PersonalReveal.digest).order_by(PersonalReveal.id.desc()).limit(1)).scalar()
    row = PersonalReveal(
        warehouse_id=order.warehouse_id, order_id=order.id, person_id=who.person_id, by_name=who.name, what=what,
        why=why, at=now(), before=before or b"",
    )  # fmt: skip
    row.digest = rules.digest(row.before, _said(row))
    db.session.add(row)
    db.session.flush()


def _said(row: PersonalReveal) -> dict[str, Any]:
    return {
        "warehouse": row.warehouse_id, "order": row.order_id, "person": row.person_id, "by": row.by_name,
        "what": row.what, "why": row.why, "at": f"{row.at.timestamp():.6f}",
    }  # fmt: skip


def of_order(warehouse_id: int, order_id: int) -> list[dict[str, Any]]:
    """Who was shown what of an order, the newest first."""
    rows = reveal_rows().where(PersonalReveal.warehouse_id == warehouse_id, PersonalReveal.order_id == order_id)
    return told_reveals(db.session.execute(rows.order_by(PersonalReveal.id.desc()).limit(100)).all())


def verify(noted: str = "") -> Proved:
    """Walk the whole chain. `noted`: a head (hex) of before, which must be in it still."""
    count, before, broken, found = 0, b"", None, False
    rows = db.session.execute(select(PersonalReveal).order_by(PersonalReveal.id).execution_options(yield_per=1000))
    for row in rows.scalars():
        count += 1
        if broken is None and (row.before != before or row.digest != rules.digest(before, _said(row))):
            broken = row.id
        before = bytes(row.digest)
        found = found or before.hex() == noted
    return Proved(count, before.hex(), broken, found if noted else None)
