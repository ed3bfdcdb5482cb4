"""Warehouses, their floors and the bins that each of them must have."""
from __future__ import annotations

from dataclasses import fields
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import and_, false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.bins import BinFacts, put_bins
from wms.layout.models import STORING, Bin, Warehouse
from wms.layout.rules import SPECIAL_BINS, FloorPlan
from wms.layout.ways import check_whole

NAMED = 5  # bins that an error names


def create_warehouse(code: str, name: str, floor: FloorPlan, *, address: str = "", phone: str = "") -> Warehouse:
    """Make a warehouse with its floor and its special bins; the one that has this code is brought up to date.

    Raises `layout.floor_wrong`, `layout.cross_aisle_outside`, `layout.cross_aisle_twice`, `layout.one_way_wrong`,
    `layout.obstacle_wrong` and `layout.floor_in_parts` (422).
    """
    _check(floor)
    values = {"name": name, "address": address, "phone": phone, **floor.facts()}
    made = upsert(Warehouse).values(code=code, **values)
    made = made.on_conflict_do_update(index_elements=["code"], set_=values)
    warehouse_id = db.session.execute(made.returning(Warehouse.id)).scalar_one()
    ensure_special_bins(warehouse_id)
    return db.session.execute(
        select(Warehouse).where(Warehouse.id == warehouse_id).execution_options(populate_existing=True)
    ).scalar_one()


def _check(floor: FloorPlan) -> None:
    floor.check()
    check_whole(floor)


def warehouse(code: str) -> Warehouse:
    """The warehouse with this code. Raises `core.not_found`."""
    house = db.session.execute(select(Warehouse).where(Warehouse.code == code)).scalar_one_or_none()
    if house is None:
        raise WmsError("core.not_found", thing="warehouse", key=code)
    return house


def floor_of(warehouse_id: int) -> FloorPlan:
    """The floor of a warehouse."""
    return plan_of(db.session.get_one(Warehouse, warehouse_id))


def plan_of(house: Warehouse) -> FloorPlan:
    """The floor of a warehouse at hand."""
    return FloorPlan.of({each.name: getattr(house, each.name) for each in fields(FloorPlan)})


def set_floor(warehouse_id: int, floor: FloorPlan) -> bool:
    """Give a warehouse another floor; says whether it changed.

    Raises as `create_warehouse` does, `layout.floor_too_small` (409) when a bin would stand outside, and
    `layout.bins_unreachable` (409) naming bins that an obstacle would keep everybody from.
    """
    _check(floor)
    if floor == floor_of(warehouse_id):
        return False
    outside = db.session.execute(
        select(func.count()).where(
            Bin.warehouse_id == warehouse_id, or_(Bin.aisle >= floor.aisles, Bin.y_mm > floor.aisle_length_mm)
        )
    ).scalar_one()
    if outside:
        raise WmsError("layout.floor_too_small", bins=outside)
    _refuse_unreachable(warehouse_id, floor)
    db.session.execute(update(Warehouse).where(Warehouse.id == warehouse_id).values(**floor.facts()))
    db.session.expire_all()
    return True


def _refuse_unreachable(warehouse_id: int, floor: FloorPlan) -> None:
    behind = or_(
        false(), *(and_(Bin.aisle == at, Bin.y_mm > low, Bin.y_mm < high) for at, low, high in floor.obstacles)
    )
    here = (Bin.warehouse_id == warehouse_id, Bin.kind.in_(STORING), behind)
    codes = db.session.execute(select(Bin.code).where(*here).order_by(Bin.code).limit(NAMED)).scalars().all()
    if codes:
        bins = db.session.execute(select(func.count()).where(*here)).scalar_one()
        raise WmsError("layout.bins_unreachable", bins=bins, codes=", ".join(codes))


def ensure_special_bins(warehouse_id: int) -> int:
    """Make the bins that every warehouse needs and does not have; returns how many were made."""
    have = set(db.session.execute(select(Bin.kind).where(Bin.warehouse_id == warehouse_id).distinct()).scalars())
    missing = [BinFacts(code, kind=kind) for kind, code in SPECIAL_BINS.items() if kind not in have]
    return put_bins(warehouse_id, missing)["created"] if missing else 0


def time_zone(warehouse_id: int) -> ZoneInfo:
    """The time zone of a warehouse."""
    return ZoneInfo(db.session.execute(select(Warehouse.time_zone).where(Warehouse.id == warehouse_id)).scalar_one())


def set_time_zone(warehouse_id: int, name: str) -> None:
    """What its clocks show from now on. Raises `layout.time_zone_unknown` (422)."""
    if name not in available_timezones():
        raise WmsError("layout.time_zone_unknown", zone=name)
    db.session.execute(update(Warehouse).where(Warehouse.id == warehouse_id).values(time_zone=name))
