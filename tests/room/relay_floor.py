"""A warehouse of three zones, one an aisle: SKUs S1–S6 lie in A, S7–S12 in B, S13–S18 in C; and a picker for each."""
from __future__ import annotations

from typing import Any

import picking_floor as floor
from picking_floor import House, do

from wms.core.actor import Actor
from wms.core.transaction import transaction
from wms.layout.models import Zone

ZONES = "CAB"  # B is picked before C, A before B: by their bins, not by their codes or ids


def build() -> House:
    house = floor.build(skus=18, totes=24)
    with transaction() as session:
        for code in ZONES:
            zone = Zone(warehouse_id=house.id, code=code, name=f"Zone {code}", colour="#008800")
            session.add(zone)
            session.flush()
            moved = "UPDATE bin SET zone_id = :zone, pick_order = :aisle WHERE aisle = :aisle AND kind = 'pick'"
            session.execute(floor.text(moved), {"zone": zone.id, "aisle": "ABC".index(code)})
    return house


def picker(house: House, name: str, *zones: str) -> Actor:
    """Somebody who picks in these zones only."""
    someone = floor.person(house, name)
    do(house.boss, "pick.put_person", person_id=someone.person_id, zones=list(zones), skills=[])
    return someone


def tasks(*columns: str) -> list[tuple[Any, ...]]:
    """All tasks by id: their stage, their zone, and what else is asked."""
    more = "".join(f", t.{column}" for column in columns)
    with transaction() as session:
        rows = session.execute(
            floor.text(
                f"SELECT t.stage, z.code{more} FROM pick_task t JOIN wave_cart c ON c.id = t.wave_cart_id "
                "LEFT JOIN zone z ON z.id = c.zone_id ORDER BY t.id"
            )
        )
        return [tuple(row) for row in rows]


def step(order: str) -> str:
    """How far an order is."""
    return str(floor.value("SELECT processing FROM sales_order WHERE number = :number", number=order))


def tote_of(order: str) -> list[str]:
    """The totes that an order lies in, in the sequence of its zones."""
    with transaction() as session:
        rows = session.execute(
            floor.text(
                "SELECT c.code FROM pick_tote s JOIN container c ON c.id = s.container_id JOIN pick_task t "
                "ON t.id = s.task_id JOIN sales_order o ON o.id = s.order_id WHERE o.number = :number AND s.in_use "
                "ORDER BY t.stage"
            ),
            {"number": order},
        )
        return [str(row.code) for row in rows]
