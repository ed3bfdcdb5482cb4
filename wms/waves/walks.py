"""Walks past held goods, on the floor of a warehouse."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select, tuple_

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout import service as layout
from wms.layout.models import Bin, Warehouse
from wms.stock import service as stock
from wms.waves import planner
from wms.waves.engine import AnyFloor, Floor, PlanError, obstructed, walk_on

Bins = dict[int, tuple[int, int]]
"""Where a bin's goods are reached: bin id → (aisle, y in mm)."""


def floor_of(warehouse_id: int) -> AnyFloor:
    """The floor that walks are planned on. Raises `waves.cannot_plan` when its measures make no floor."""
    plan = layout.floor_of(warehouse_id)
    try:
        floor = Floor.crossed(
            plan.aisles,
            spacing_mm=plan.aisle_spacing_mm,
            cross_y_mm=plan.rows_mm,
            depot_aisle=plan.depot_aisle,
            depot_side=_side(plan.depot_side),
        )
        if not plan.one_way and not plan.obstacles:
            return floor
        return obstructed(
            floor, one_way={each.aisle: _side(each.towards) for each in plan.one_way}, blocked=plan.obstacles
        )
    except PlanError as error:
        raise refusal(error, ()) from None


def _side(name: str) -> Literal["front", "back"]:
    return "back" if name == "back" else "front"


@dataclass(frozen=True)
class HeldWalk:
    """The shortest walk past some holds: the holds in walking order, `path` as [[x_mm, y_mm], …]."""

    length_mm: int
    held: list[stock.Held]
    path: list[list[int]]


def walk(warehouse_id: int, held: Sequence[stock.Held]) -> HeldWalk:
    """The shortest walk past these holds. Raises `waves.bin_off_floor`, `waves.bin_unreachable`, `waves.cannot_plan`.
    """
    return walk_past(floor_of(warehouse_id), bins_of(held), held)


def walk_past(floor: AnyFloor, bins: Bins, held: Sequence[stock.Held]) -> HeldWalk:
    """As `walk`, for callers that know the floor and the bins already."""
    try:
        found = planner.aside(lambda: walk_on(floor, [bins[each.bin_id] for each in held]))
    except PlanError as error:
        raise refusal(error, held) from None
    return HeldWalk(found.length_mm, [held[index] for index in found.order], [list(point) for point in found.path])


def bins_of(held: Iterable[stock.Held | stock.Choice]) -> Bins:
    """Where these goods are reached."""
    return places_of({each.bin_id for each in held})


def places_of(bin_ids: Iterable[int]) -> Bins:
    """Where the goods of these bins are reached."""
    return {
        row.id: (row.aisle, row.y_mm)
        for row in db.session.execute(select(Bin.id, Bin.aisle, Bin.y_mm).where(among(Bin.id, bin_ids)))
    }


def refusal(error: PlanError, held: Sequence[stock.Held | stock.Choice]) -> WmsError:
    """What to say of goods that no walk can be planned past."""
    if error.code == "stop_outside_floor":
        return WmsError("waves.bin_off_floor", bins=", ".join(_off_floor(held)))
    if error.code == "floor_unconnected":
        return WmsError("waves.bin_unreachable", bins=", ".join(_standing(held, error.params["stops"])))
    return WmsError("waves.cannot_plan", reason=error.code)


def _standing(held: Sequence[stock.Held | stock.Choice], stops: Any) -> list[str]:
    """The first codes of these holds' bins that stand at these stops."""
    rows = db.session.execute(
        select(Bin.code)
        .where(Bin.id.in_({each.bin_id for each in held}), tuple_(Bin.aisle, Bin.y_mm).in_(stops))
        .order_by(Bin.code)
        .limit(5)
    )
    return list(rows.scalars())


def _off_floor(held: Sequence[stock.Held | stock.Choice]) -> list[str]:
    """The first codes of these holds' bins whose place is not on their warehouse's floor."""
    rows = db.session.execute(
        select(Bin.code)
        .join(Warehouse, Warehouse.id == Bin.warehouse_id)
        .where(Bin.id.in_({each.bin_id for each in held}))
        .where(~Bin.aisle.between(0, Warehouse.aisles - 1) | ~Bin.y_mm.between(0, Warehouse.aisle_length_mm))
        .order_by(Bin.code)
        .limit(5)
    )
    return list(rows.scalars())
