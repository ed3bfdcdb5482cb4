"""The floor as the board draws it: what stands where, and where work remains."""
from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import PROMISABLE, Bin, Warehouse, Zone
from wms.picking.models import PickLine, PickTask

ALIVE = ("open", "assigned", "picking")  # tasks whose open lines still have to be walked


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
    names = ("aisles", "aisle_spacing_mm", "aisle_length_mm", "depot_aisle", "depot_side")
    return {name: getattr(house, name) for name in names}


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
