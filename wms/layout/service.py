"""The verbs of the layout: warehouses, their floors, zones and bins."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from wms.core.db import db
from wms.core.resolve import Parameter, found, resolver
from wms.layout.bins import BinFacts, bin_ids, put_bins, put_zones, remove_zone
from wms.layout.digits import by_digits, check_bin, rotate
from wms.layout.editing import Edited, edit, remove
from wms.layout.models import OUTSIDE, STORING, Bin, Station, Zone
from wms.layout.racks import Preview, add_level, generate_block, make_rack, preview_rack
from wms.layout.rules import LONGEST_CODE, FloorPlan, Rack, ZonePlan, printable
from wms.layout.selection import Which, labelled, racks_of, select_bins
from wms.layout.warehouses import (
    create_warehouse,
    ensure_special_bins,
    floor_of,
    plan_of,
    set_floor,
    set_time_zone,
    time_zone,
    warehouse,
)

__all__ = [
    "LONGEST_CODE", "BinFacts", "Edited", "FloorPlan", "Preview", "Rack", "Which", "ZonePlan",
    "add_level", "bin_ids", "by_digits", "check_bin", "create_warehouse", "edit", "ensure_special_bins", "floor_of",
    "generate_block", "labelled", "make_rack", "page", "plan_of", "preview_rack", "printable", "put_bins", "put_zones",
    "racks_of", "remove", "remove_zone", "rotate", "select_bins", "set_floor", "set_time_zone", "storing",
    "time_zone", "warehouse", "zones_of",
]  # fmt: skip


# ---- the resolver

@resolver("bin")
def _bins(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    # The world outside is bins too, but nobody can walk up to them.
    return found("bin", Bin.id, Bin.code, Bin.code).where(
        Bin.warehouse_id == warehouse_id, Bin.code == code, Bin.kind.not_in(OUTSIDE)
    )


@resolver("station")
def _stations(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    return found("station", Station.id, Station.code, Station.name).where(
        Station.warehouse_id == warehouse_id, Station.code == code
    )


# ---- looking

def page(warehouse_id: int, q: str, zone: str, after: int, limit: int) -> list[tuple[Bin, str | None]]:
    """Bins with their zone's code in the order of their ids, after an id; `q` is part of a code."""
    query = (
        select(Bin, Zone.code)
        .outerjoin(Zone, Zone.id == Bin.zone_id)
        .where(Bin.warehouse_id == warehouse_id, Bin.id > after)
        .order_by(Bin.id)
        .limit(limit)
    )
    if q:
        query = query.where(Bin.code.icontains(q, autoescape=True))
    if zone:
        query = query.where(Zone.code == zone)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def storing(warehouse_id: int) -> Sequence[Bin]:
    """All bins of a warehouse that store goods, by code."""
    wanted = select(Bin).where(Bin.warehouse_id == warehouse_id, Bin.kind.in_(STORING)).order_by(Bin.code)
    return db.session.execute(wanted).scalars().all()


def zones_of(warehouse_id: int) -> Sequence[Zone]:
    """The zones of a warehouse, by code."""
    return db.session.execute(select(Zone).where(Zone.warehouse_id == warehouse_id).order_by(Zone.code)).scalars().all()
