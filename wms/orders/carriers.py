"""Which carrier takes an order, and who said so."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, case, select, update
from sqlalchemy.dialects.postgresql import JSONB

from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.core.event import publish
from wms.orders.bundles import collapse
from wms.orders.events import OrderHeld
from wms.orders.lifecycle import CONFIRMATION, PROCESSING
from wms.orders.models import FIXED, Order, OrderLine
from wms.stock import service as stock

NO_CARRIER = "no_carrier"


def kept_where_named(column: str, told: ColumnElement[Any]) -> ColumnElement[Any]:
    """`carrier` or `carrier_by` of an order that comes again: as it is where a clerk has said it; rules speak anew."""
    return case((Order.carrier_by == "clerk", getattr(Order, column)), else_=told)


def put_carriers(carriers: Mapping[int, str], *, by: str) -> list[int]:
    """These orders (id → the carrier's code) go by these carriers; returns the ids of those that do now.

    Only what waits for its wave changes. `by`: one of CARRIER_BY; what a clerk, a rule or the shop itself has said
    (FIXED) stays, unless it is one of these that speaks again.
    """
    if not carriers:
        return []
    table = rows_of("t", {"id": BigInteger(), "carrier": Text()}, sorted(carriers.items()))
    put = update(Order).where(Order.id == table.c.id, Order.processing == PROCESSING.initial)
    if by not in FIXED:
        put = put.where(Order.carrier_by.not_in(FIXED))
    put = put.values(carrier=table.c.carrier, carrier_by=by).returning(Order.id)
    return sorted(db.session.execute(put.execution_options(synchronize_session=False)).scalars())


def free_carriers(order_ids: Iterable[int]) -> None:
    """What was said of the carriers of these orders counts no more: they are chosen anew, where there is a choice."""
    mine = (among(Order.id, order_ids), Order.processing == PROCESSING.initial)
    db.session.execute(update(Order).where(*mine).values(carrier_by="shop"))


def hold_without_carrier(why: Mapping[int, Mapping[str, Any]]) -> None:
    """No carrier takes these confirmed orders (id → what fills the reason): each is held, and its stock is free."""
    if not why:
        return
    lines = select(OrderLine.id).where(among(OrderLine.order_id, why))
    stock.release_promises(list(db.session.execute(lines).scalars()))
    collapse(why)
    rows: Sequence[Any] = [(id, dict(params)) for id, params in sorted(why.items())]
    table = rows_of("t", {"id": BigInteger(), "params": JSONB()}, rows)
    held = update(Order).where(Order.id == table.c.id, Order.confirmation == "confirmed")
    held = held.values(
        confirmation=CONFIRMATION.after("hold", "confirmed"), hold_reason=NO_CARRIER, hold_params=table.c.params
    )
    gone = db.session.execute(held.returning(Order.id, Order.warehouse_id)).all()
    for row in sorted(gone):
        publish(OrderHeld(row.warehouse_id, row.id, NO_CARRIER))
