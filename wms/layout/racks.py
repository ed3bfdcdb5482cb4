"""Blocks of bins and racks made from a pattern."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.bins import BinFacts, bin_ids, facts_of, put_bins, put_zones
from wms.layout.digits import give_digits
from wms.layout.models import STORING, Bin, Zone
from wms.layout.rules import FloorPlan, Rack, Spot, ZonePlan, block, rack_spots
from wms.layout.warehouses import floor_of


def generate_block(
    warehouse_id: int,
    zones: Sequence[ZonePlan],
    *,
    positions: int,
    levels: int,
    pattern: str = "{zone}{aisle:02}-{position:02}{side}{level}",
    kind: str = "pick",
    bays: int = 0,
    limits: dict[str, Any] | None = None,
) -> int:
    """Make the bins of whole aisles from a pattern (see `rules.block`); returns how many are new.

    `limits` are capacity_ml, max_weight_g, max_skus, mix_lots, mix_owners and velocity of every one. Raises
    `layout.pattern_wrong`, or `layout.floor_wrong` when a zone's aisles are not on the floor.
    """
    floor = floor_of(warehouse_id)
    for zone in zones:
        if not 0 <= zone.first_aisle <= zone.last_aisle < floor.aisles:
            raise WmsError("layout.floor_wrong", field="zone", value=zone.code)
    ids = put_zones(warehouse_id, {zone.code: (zone.name, zone.colour) for zone in zones})
    spots = block(floor, zones, positions, levels, pattern, bays)
    made = [facts_of(spot, ids[spot.zone], kind, **(limits or {})) for spot in spots]
    return put_bins(warehouse_id, made)["created"]


def add_level(warehouse_id: int) -> int:
    """Put one more level of pick bins above all that there are; returns how many were made.

    The new bins stand where the highest do, so no walk changes.
    """
    top = (
        select(Bin)
        .where(Bin.warehouse_id == warehouse_id, Bin.kind == "pick")
        .ext(distinct_on(Bin.aisle, Bin.y_mm, Bin.side))
        .order_by(Bin.aisle, Bin.y_mm, Bin.side, Bin.level.desc())
    )
    above = [
        BinFacts(
            _above(each.code, each.level), each.zone_id, "pick", each.aisle, each.y_mm, each.side, each.level + 1,
            each.pick_order, bay=each.bay, capacity_ml=each.capacity_ml, max_weight_g=each.max_weight_g,
            max_skus=each.max_skus, mix_lots=each.mix_lots, mix_owners=each.mix_owners, velocity=each.velocity,
        )
        for each in db.session.execute(top).scalars()
    ]  # fmt: skip
    return put_bins(warehouse_id, above)["created"] if above else 0


def _above(code: str, level: int) -> str:
    """The code one level higher: the level at its end counted up, or added."""
    stem = code.removesuffix(str(level))
    return f"{stem}{level + 1}" if stem != code else f"{code}-{level + 1}"


# ---- racks that are drawn

@dataclass(frozen=True)
class Preview:
    """What a rack would be: its bins, which of their codes exist already, and how many bins stand in its place."""

    spots: list[Spot]
    taken: list[str]
    in_the_way: int


def preview_rack(warehouse_id: int, rack: Rack) -> Preview:
    """The bins that `make_rack` would make; see `rules.rack_spots` for what it raises."""
    floor = floor_of(warehouse_id)
    spots = rack_spots(floor, rack, _walk(warehouse_id, floor))
    taken = bin_ids(warehouse_id, (spot.code for spot in spots))
    return Preview(spots, sorted(taken), _in_the_way(warehouse_id, rack))


def make_rack(
    warehouse_id: int, rack: Rack, zone: ZonePlan, *, kind: str, limits: dict[str, Any], digits: int
) -> list[int]:
    """Build a rack; returns the ids of its bins. `digits` is how many check digits each gets, 0 for none.

    The zone is made unless there is one of that code, which keeps its name and colour.

    Raises `layout.codes_taken` when a code exists already, and what `preview_rack` raises.
    """
    found = preview_rack(warehouse_id, rack)
    if found.taken:
        raise WmsError("layout.codes_taken", bin=found.taken[0], bins=len(found.taken))
    known = select(Zone.id).where(Zone.warehouse_id == warehouse_id, Zone.code == zone.code)
    zone_id = db.session.execute(known).scalar()
    if zone_id is None:
        zone_id = put_zones(warehouse_id, {zone.code: (zone.name, zone.colour)})[zone.code]
    made = put_bins(warehouse_id, [facts_of(spot, zone_id, kind, **limits) for spot in found.spots], ())
    if made["created"] < len(found.spots):  # somebody else makes bins of these codes in this moment
        raise WmsError("layout.codes_taken", bin=found.spots[0].code, bins=len(found.spots) - made["created"])
    codes = among(Bin.code, (spot.code for spot in found.spots))
    ids = db.session.execute(select(Bin.id).where(Bin.warehouse_id == warehouse_id, codes)).scalars().all()
    if digits:
        give_digits(warehouse_id, ids, digits)
    return sorted(ids)


def _walk(warehouse_id: int, floor: FloorPlan) -> list[tuple[int, int, int]]:
    face = (Bin.aisle, Bin.y_mm)
    rows = db.session.execute(
        select(*face, func.max(Bin.pick_order))
        .where(Bin.warehouse_id == warehouse_id, Bin.kind.in_(STORING), Bin.aisle < floor.aisles)
        .group_by(*face)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _in_the_way(warehouse_id: int, rack: Rack) -> int:
    return db.session.execute(
        select(func.count()).where(
            Bin.warehouse_id == warehouse_id,
            Bin.kind.in_(STORING),
            Bin.aisle == rack.aisle,
            Bin.side.in_(list(rack.sides)),
            Bin.y_mm.between(rack.from_mm, rack.to_mm),
            Bin.level.between(rack.first_level, rack.first_level + rack.levels - 1),
        )
    ).scalar_one()
