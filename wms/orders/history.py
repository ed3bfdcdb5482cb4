"""What was done to an order besides its steps on the floor: written once for all who do it, read on its page."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, Text, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from wms.access.models import Person
from wms.core.bulk import rows_of
from wms.core.catalogue import text
from wms.core.clock import now
from wms.core.db import db
from wms.orders.models import OrderHistory


def note(action: str, orders: Mapping[int, Mapping[str, Any]] | Iterable[int], *, person_id: int | None = None) -> None:
    """Write that `action` was done to these orders, each with what fills its text (`orders.history.<action>`).

    `person_id` None: nobody, but a rule, a shop or another program.
    """
    said = orders if isinstance(orders, Mapping) else {id: {} for id in orders}
    if not said:
        return
    written = [(id, dict(params)) for id, params in said.items()]
    rows = rows_of("t", {"order_id": BigInteger(), "params": JSONB()}, written)
    columns = {
        "order_id": rows.c.order_id, "at": literal(now()), "person_id": literal(person_id, BigInteger()),
        "action": literal(action, Text()), "params": rows.c.params,
    }  # fmt: skip
    db.session.execute(insert(OrderHistory).from_select(list(columns), select(*columns.values()).order_by(rows.c.nr)))


def history(order_id: int, locale: str) -> list[dict[str, Any]]:
    """What was done to an order, the oldest first: `{at, action, text, person, params}`; no `person`: a program."""
    rows = db.session.execute(
        select(OrderHistory, Person.name)
        .outerjoin(Person, Person.id == OrderHistory.person_id)
        .where(OrderHistory.order_id == order_id)
        .order_by(OrderHistory.id)
    )
    return [
        {
            "at": one.at.isoformat(), "action": one.action, "person": name, "params": one.params,
            "text": text(f"orders.history.{one.action}", locale, **one.params),
        }
        for one, name in rows
    ]  # fmt: skip
