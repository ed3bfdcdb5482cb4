"""The floor as the board draws it: what stands where, and where work remains."""
from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.layout import service as layout
from wms.layout.models import PROMISABLE, Bin, Warehouse, Zone
from wms.picking.models import PickLine, PickTask

ALIVE = ("waiting", "open", "assigned", "picking")  # tasks whose open lines still have to be walked


def plan(warehouse_id: int) -> dict[str, Any]:
    """The floor that does not move: `{warehouse, floor, zones, faces}`, lengths in mm.

    A face is what a picker stands before: all levels of one place. `faces` are
    [aisle, side, y_mm, index of its zone or null, bins]. Raises `core.not_found`.
    """
    house = db.session.get(Warehouse, warehouse_id)
    if house is None:
        raise WmsError("core.not_found", thing="warehouse", key=warehouse_id)
    here = select(Zone).where(Zone.warehouse_id == warehouse_id).order_by(Zone.code)
    zones = db.session.execute(here).scalars().all()
    index = {zone.id: number for number, zone in enumerate(zones)}
    return {
        "warehouse": {"code": house.code, "name": house.name},
        "floor": geometry(house),
        "zones": [{"code": zone.code, "name": zone.name, "colour": zone.colour} for zone in zones],
        "faces": [
            [aisle, side, y_mm, index.get(zone_id), bins] for aisle, side, y_mm, zone_id, bins in _faces(warehouse_id)
        ],
    }


def geometry(house: Warehouse) -> dict[str, Any]:
    """The measures of a floor, as the terminals get them too."""
    return layout.plan_of(house).facts()


def _faces(warehouse_id: int) -> list[Any]:
    place = (Bin.aisle, Bin.side, Bin.y_mm)
    found = (
        select(*place, func.min(Bin.zone_id), func.count())
        .where(Bin.warehouse_id == warehouse_id, Bin.kind.in_(PROMISABLE))
        .group_by(*place)
        .order_by(*place)
    )
    return list(db.session.execute(found))


def work(warehouse_id: int) -> list[list[Any]]:
    """Where lines remain: [aisle, side, y_mm, lines, pieces] of each face that has some."""
    place = (Bin.aisle, Bin.side, Bin.y_mm)
    found = (
        select(*place, func.count(), func.sum(PickLine.qty - PickLine.picked))
        .select_from(PickTask)
        .join(PickLine, PickLine.task_id == PickTask.id)
        .join(Bin, Bin.id == PickLine.bin_id)
        .where(PickTask.warehouse_id == warehouse_id, PickTask.status.in_(ALIVE), PickLine.status == "open")
        .group_by(*place)
        .order_by(*place)
    )
    return [[*row[:4], int(row[4])] for row in db.session.execute(found)]


_ZONES = text(
    """
    WITH work AS (
        SELECT b.zone_id, count(*) AS lines
        FROM pick_task t JOIN wave w ON w.id = t.wave_id
        JOIN pick_line l ON l.task_id = t.id JOIN bin b ON b.id = l.bin_id
        WHERE t.warehouse_id = :warehouse_id AND t.status IN ('open', 'assigned', 'picking') AND l.status = 'open'
          AND w.paused_at IS NULL GROUP BY b.zone_id
    ), people AS (
        SELECT zone_id, count(*) AS people
        FROM pick_task t CROSS JOIN LATERAL unnest(t.zone_ids) AS z (zone_id)
        WHERE t.warehouse_id = :warehouse_id AND t.status IN ('assigned', 'picking') GROUP BY zone_id
    )
    SELECT z.code, z.name, z.colour, work.lines, coalesce(people.people, 0) AS people
    FROM work JOIN zone z ON z.id = work.zone_id LEFT JOIN people ON people.zone_id = work.zone_id ORDER BY z.code
    """
)


def zones(warehouse_id: int) -> list[dict[str, Any]]:
    """The zones in which lines remain: `{code, name, colour, lines, people, starves}`.

    People whose walk goes through a zone count there; one with lines and nobody on the way `starves`.
    """
    rows = db.session.execute(_ZONES, {"warehouse_id": warehouse_id})
    return [{**row._mapping, "starves": row.people == 0} for row in rows]
