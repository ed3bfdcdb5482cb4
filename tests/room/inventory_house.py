"""A small warehouse with lots, conditions, owners and a container, and somebody who asks about it over HTTP."""
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import picking_floor as floor
from sqlalchemy import text

from wms.access import service as access
from wms.catalog.models import Owner
from wms.core.clock import now
from wms.core.transaction import transaction
from wms.layout.models import Warehouse
from wms.stock import service as stock

Ask = Callable[..., Any]


def build() -> floor.House:
    """S1 in A1-1, … S6 in A1-6, 50 each.

    S1 again: 5 of the expired lot OLD in A2-1, 7 of FRESH in tote T9 in A2-2, 3 damaged ones of TEA in A3-1.
    """
    house = floor.build()
    with transaction() as session:
        owner = Owner(code="tea", name="Tea House")
        session.add(owner)
        session.flush()
        soon = now().date() + timedelta(days=20)
        one, other, third = (house.bins[code] for code in ("A2-1", "A2-2", "A3-1"))
        goods = [
            stock.Goods(house.skus["S1"], one, 5, lot="OLD", expires_on=soon),
            stock.Goods(house.skus["S1"], other, 7, lot="FRESH", container_id=house.totes["T9"], expires_on=soon),
            stock.Goods(house.skus["S1"], third, 3, owner_id=owner.id, condition="damaged"),
        ]
        stock.receive(house.id, goods, reference="ASN-7", actor_id=house.boss.person_id)
        gone = {"day": soon - timedelta(days=23)}
        session.execute(text("UPDATE stock_lot SET expires_on = :day WHERE code = 'OLD'"), gone)
    return house


def stranger() -> int:
    """Another warehouse; returns its id."""
    with transaction() as session:
        other = Warehouse(code="X", name="X", aisles=1, aisle_spacing_mm=1000, aisle_length_mm=1000)
        session.add(other)
        session.flush()
        return other.id


def asking(app: Any, warehouse_id: int, *posts: str, locale: str = "en") -> Ask:
    """`ask(path, status=200, **query)` of somebody with these posts (supervisor unless given): the JSON of the answer.

    `ask(path, raw=True, …)` gives the response itself.
    """
    with transaction():
        badge = f"B-{warehouse_id}-{'-'.join(posts)}-{locale}"
        someone = access.add_person(badge, "Asker", "no pin", warehouse_id, posts or ("supervisor",), locale)
        token = access.open_session(someone, "test")
    client = app.test_client()

    def ask(path: str, status: int = 200, raw: bool = False, **query: Any) -> Any:
        address = path if path.startswith("/") else f"/api/v1/inventory/{path}"
        reply = client.get(address, query_string=query, headers={"Authorization": f"Bearer {token}"})
        assert reply.status_code == status, reply.get_data(as_text=True)
        return reply if raw else reply.json

    return ask


def value(sql: str, **params: Any) -> Any:
    with transaction() as session:
        return session.execute(text(sql), params).scalar()
