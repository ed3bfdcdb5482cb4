"""Orders whose goods come in several totes, from zones that were picked at once: they meet at one station."""
from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, text, update

from wms.core.db import db
from wms.picking.models import PickTote


@dataclass(frozen=True)
class Part:
    """What one zone gives to an order: a tote, None before the picker has taken one.

    `left` lines are still to pick for it. It is `over` when its cart has no work left, and stands at the station
    `station_id` (`station` is its name) once it was scanned there. `short`: the order waits for a supervisor.
    """

    id: int
    order_id: int
    order: str
    container_id: int | None
    tote: str | None
    left: int
    over: bool
    zone: str | None
    cart: str | None
    person: str | None
    station_id: int | None
    station: str | None
    short: bool


_PARTS = """
    SELECT s.id, s.order_id, o.number AS "order", s.container_id, c.code AS tote, s.open_lines AS left,
           t.status IN ('picked', 'cancelled') AS over, z.code AS zone, k.code AS cart, p.name AS person, s.station_id,
           st.name AS station, o.processing = 'short' AS short
    FROM pick_tote s JOIN pick_task t ON t.id = s.task_id JOIN wave w ON w.id = t.wave_id
    JOIN sales_order o ON o.id = s.order_id
    LEFT JOIN container c ON c.id = s.container_id LEFT JOIN wave_cart wc ON wc.id = t.wave_cart_id
    LEFT JOIN zone z ON z.id = wc.zone_id LEFT JOIN cart k ON k.id = t.cart_id LEFT JOIN person p ON p.id = t.person_id
    LEFT JOIN station st ON st.id = s.station_id
    WHERE w.method = 'consolidate' AND (s.in_use AND s.picks > 0 OR s.open_lines > 0)
"""
_ORDERS = "SELECT order_id FROM pick_tote WHERE in_use AND"
_OF_TOTE = text(f"{_PARTS} AND s.order_id = ({_ORDERS} container_id = :id) ORDER BY t.stage, s.id")
_AT = text(f"{_PARTS} AND s.order_id IN ({_ORDERS} station_id = :id) ORDER BY o.id, t.stage, s.id")


def parts_of(container_id: int) -> list[Part]:
    """All totes of the order in a tote, and what is still to come of it; none for an order that comes in one tote by
    the way it is picked."""
    return [Part(*row) for row in db.session.execute(_OF_TOTE, {"id": container_id})]


def parts_at(station_id: int) -> list[Part]:
    """The same of every order of which a tote was put down at a station."""
    return [Part(*row) for row in db.session.execute(_AT, {"id": station_id})]


_PUT_DOWN = update(PickTote).where(PickTote.id == bindparam("part_id")).values(station_id=bindparam("there"))


def put_down(part: Part, station_id: int) -> None:
    """A tote waits at a station for the others of its order."""
    db.session.execute(_PUT_DOWN, {"part_id": part.id, "there": station_id})
