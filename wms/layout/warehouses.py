"""Warehouses, their floors and the bins that each of them must have."""
from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.bins import BinFacts, put_bins
from wms.layout.models import Bin, Warehouse
from wms.layout.rules import SPECIAL_BINS, FloorPlan


def create_warehouse(code: str, name: str, floor: FloorPlan, *, address: str = "", phone: str = "") -> Warehouse:
    """Make a warehouse with its floor and its special bins; the one that has this code is brought up to date.

    Raises `layout.floor_wrong` (422).
    """
    _check(floor)
    values = {"name": name, "address": address, "phone": phone, **vars(floor)}
    made = upsert(Warehouse).values(code=code, **values)
    made = made.on_conflict_do_update(index_elements=["code"], set_=values)
    warehouse_id = db.session.execute(made.returning(Warehouse.id)).scalar_one()
    ensure_special_bins(warehouse_id)
    return db.session.execute(
        select(Warehouse).where(Warehouse.id == warehouse_id).execution_options(populate_existing=True)
    ).scalar_one()


def _check(floor: FloorPlan) -> None:
    wrong = floor.wrong()
    if wrong:
        raise WmsError("layout.floor_wrong", field=wrong, value=getattr(floor, wrong))


def warehouse(code: str) -> Warehouse:
    """The warehouse with this code. Raises `core.not_found`."""
    house = db.session.execute(select(Warehouse).where(Warehouse.code == code)).scalar_one_or_none()
    if house is None:
        raise WmsError("core.not_found", thing="warehouse", key=code)
    return house


def floor_of(warehouse_id: int) -> FloorPlan:
    """The floor of a warehouse."""
    house = db.session.get_one(Warehouse, warehouse_id)
    return FloorPlan(
        house.aisles, house.aisle_spacing_mm, house.aisle_length_mm, house.depot_aisle, house.depot_side
    )


def set_floor(warehouse_id: int, floor: FloorPlan) -> bool:
    """Give a warehouse another floor; says whether it changed.

    Raises `layout.floor_wrong`, or `layout.floor_too_small` (409) when a bin would stand outside.
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
    db.session.execute(update(Warehouse).where(Warehouse.id == warehouse_id).values(**vars(floor)))
    db.session.expire_all()
    return True


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
