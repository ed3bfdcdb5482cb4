"""Which bins: by id, or by range of codes, zone, aisle, level; always in the order of the walk."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import STORING, Bin, Zone
from wms.layout.rules import between

WALK = (Bin.pick_order, Bin.aisle, Bin.y_mm, Bin.side, Bin.level, Bin.code)


@dataclass(frozen=True)
class Which:
    """Bins that meet everything that is said; what is empty or None is not asked for.

    `first` and `last` are codes as people count (A2 before A10), both included. `aisle` counts from 0.
    """

    ids: tuple[int, ...] = ()
    first: str = ""
    last: str = ""
    zone: str = ""
    aisle: int | None = None
    side: str = ""
    level: int | None = None
    bay: int | None = None
    kind: str = ""


def select_bins(warehouse_id: int, which: Which, most: int = 20_000) -> list[Bin]:
    """The storing bins of a selection in the order of the walk.

    Raises `layout.nothing_selected` (none, or `which` says nothing at all), `layout.too_many_bins`, or
    `layout.unknown_bin_id` when an id is not that of a storing bin here.
    """
    if which == Which():
        raise WmsError("layout.nothing_selected")
    wanted = select(Bin).where(Bin.warehouse_id == warehouse_id, Bin.kind.in_(STORING), *_conditions(which))
    found = list(db.session.execute(wanted.order_by(*WALK)).scalars())
    if len(found) < len(set(which.ids)) and which == Which(ids=which.ids):
        raise WmsError("layout.unknown_bin_id", id=min(set(which.ids) - {each.id for each in found}))
    chosen = [each for each in found if between(each.code, which.first, which.last)]
    if not chosen:
        raise WmsError("layout.nothing_selected")
    if len(chosen) > most:
        raise WmsError("layout.too_many_bins", bins=len(chosen), most=most)
    return chosen


def _conditions(which: Which) -> list[Any]:
    conditions: list[Any] = []
    if which.ids:
        conditions.append(among(Bin.id, which.ids))
    if which.zone:
        conditions.append(Bin.zone_id.in_(select(Zone.id).where(Zone.code == which.zone)))
    asked = {name: getattr(which, name) for name in ("aisle", "side", "level", "bay", "kind")}
    return conditions + [getattr(Bin, name) == value for name, value in asked.items() if value not in (None, "")]


def labelled(warehouse_id: int, which: Which, most: int) -> Sequence[tuple[Bin, Zone | None]]:
    """A selection with each bin's zone, for labels; in the order of the walk."""
    chosen = select_bins(warehouse_id, which, most)
    here = select(Zone).where(Zone.warehouse_id == warehouse_id)
    zones = {zone.id: zone for zone in db.session.execute(here).scalars()}
    return [(each, zones.get(each.zone_id) if each.zone_id else None) for each in chosen]


def racks_of(warehouse_id: int, bins: Sequence[Bin]) -> list[list[Bin]]:
    """All bins of each bay that these bins stand in, the topmost first, bays in the order of the walk.

    Bins without a bay stand in one of their own place.
    """
    keys = dict.fromkeys(_bay(each) for each in bins)
    aisles = {each.aisle for each in bins}
    beside = select(Bin).where(Bin.warehouse_id == warehouse_id, Bin.kind.in_(STORING), among(Bin.aisle, aisles))
    racks: dict[Any, list[Bin]] = {key: [] for key in keys}
    for each in db.session.execute(beside.order_by(Bin.level.desc(), Bin.y_mm, Bin.code)).scalars():
        if _bay(each) in racks:
            racks[_bay(each)].append(each)
    return list(racks.values())


def _bay(each: Bin) -> tuple[int | None, int, str, int, int]:
    return each.zone_id, each.aisle, each.side, each.bay, 0 if each.bay else each.y_mm
