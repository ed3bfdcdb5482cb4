"""The verbs of the layout: warehouses, their floors, zones and bins."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Select, Text, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import Parameter, found, resolver
from wms.layout.models import OUTSIDE, Bin, Station, Warehouse, Zone
from wms.layout.rules import SPECIAL_BINS, FloorPlan, Spot, ZonePlan, block

__all__ = [
    "BinFacts", "FloorPlan", "ZonePlan", "add_level", "bin_ids", "create_warehouse", "ensure_special_bins", "floor_of",
    "generate_block", "page", "put_bins", "put_zones", "set_floor", "warehouse",
]  # fmt: skip

BIN_TYPES: Mapping[str, Any] = {
    "zone_id": BigInteger(), "code": Text(), "kind": Text(), "aisle": BigInteger(), "y_mm": BigInteger(),
    "side": Text(), "level": BigInteger(), "pick_order": BigInteger(), "blocked_reason": Text(),
}  # fmt: skip


@dataclass(frozen=True)
class BinFacts:
    """What is known of a bin. `zone_id` None: in no zone."""

    code: str
    zone_id: int | None = None
    kind: str = "pick"
    aisle: int = 0
    y_mm: int = 0
    side: str = "L"
    level: int = 1
    pick_order: int = 0
    blocked_reason: str | None = None


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


# ---- warehouses

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


# ---- zones and bins

def put_zones(warehouse_id: int, zones: Mapping[str, tuple[str | None, str | None]]) -> dict[str, int]:
    """Make these zones or bring them up to date: code → (name, colour), None leaves as it is; returns ids by code."""
    known = select(Zone).where(Zone.warehouse_id == warehouse_id, Zone.code.in_(list(zones)))
    have = {zone.code: zone for zone in db.session.execute(known).scalars()}
    for code, (name, colour) in sorted(zones.items()):
        if code not in have:
            have[code] = Zone(warehouse_id=warehouse_id, code=code, name=name or code, colour=colour or "#4477aa")
            db.session.add(have[code])
        have[code].name = name or have[code].name
        have[code].colour = colour or have[code].colour
    db.session.flush()
    return {code: zone.id for code, zone in have.items()}


def put_bins(warehouse_id: int, bins: Sequence[BinFacts], columns: Iterable[str] | None = None) -> Counter[str]:
    """Make these bins, or bring those that exist up to date; counts `created`, `updated`, `unchanged`.

    Of a bin that exists only `columns` change (all when None), its kind never: goods in it may be promised.
    """
    rows = [
        [getattr(each, name) for name in BIN_TYPES] for each in sorted(bins, key=lambda each: each.code)
    ]
    table = rows_of("t", BIN_TYPES, rows)
    names = ["warehouse_id", *BIN_TYPES]
    source = select(literal_column(str(int(warehouse_id))), *(table.c[name] for name in BIN_TYPES)).order_by(table.c.nr)
    statement = upsert(Bin).from_select(names, source)
    changing = sorted((set(BIN_TYPES) if columns is None else set(columns) & set(BIN_TYPES)) - {"code", "kind"})
    new = {name: statement.excluded[name] for name in changing}
    keys = ["warehouse_id", "code"]
    if new:
        differs = or_(*(getattr(Bin, name).is_distinct_from(value) for name, value in new.items()))
        statement = statement.on_conflict_do_update(index_elements=keys, set_=new, where=differs)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    # xmax is 0 in a row that this statement inserted, and set in one that it updated.
    fresh = literal_column("bin.xmax = 0", Boolean).label("fresh")
    done = Counter("created" if row.fresh else "updated" for row in db.session.execute(statement.returning(fresh)))
    done["unchanged"] = len(bins) - done.total()
    return done


def generate_block(
    warehouse_id: int,
    zones: Sequence[ZonePlan],
    *,
    positions: int,
    levels: int,
    pattern: str = "{zone}{aisle:02}-{position:02}{side}{level}",
    kind: str = "pick",
) -> int:
    """Make the bins of whole aisles from a pattern (see `rules.block`); returns how many are new.

    Raises `layout.floor_wrong` when a zone's aisles are not on the floor.
    """
    floor = floor_of(warehouse_id)
    for zone in zones:
        if not 0 <= zone.first_aisle <= zone.last_aisle < floor.aisles:
            raise WmsError("layout.floor_wrong", field="zone", value=zone.code)
    ids = put_zones(warehouse_id, {zone.code: (zone.name, zone.colour) for zone in zones})
    spots = block(floor, zones, positions, levels, pattern)
    return put_bins(warehouse_id, [_facts(spot, ids[spot.zone], kind) for spot in spots])["created"]


def _facts(spot: Spot, zone_id: int, kind: str) -> BinFacts:
    return BinFacts(
        spot.code, zone_id, kind, spot.aisle, spot.y_mm, spot.side, spot.level, spot.pick_order
    )


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
            each.pick_order,
        )
        for each in db.session.execute(top).scalars()
    ]  # fmt: skip
    return put_bins(warehouse_id, above)["created"] if above else 0


def _above(code: str, level: int) -> str:
    """The code one level higher: the level at its end counted up, or added."""
    stem = code.removesuffix(str(level))
    return f"{stem}{level + 1}" if stem != code else f"{code}-{level + 1}"


def bin_ids(warehouse_id: int, codes: Iterable[str]) -> dict[str, tuple[int, str]]:
    """(id, kind) of the bins with these codes; codes that do not exist are absent."""
    rows = db.session.execute(
        select(Bin.code, Bin.id, Bin.kind).where(Bin.warehouse_id == warehouse_id, among(Bin.code, codes))
    )
    return {row.code: (row.id, row.kind) for row in rows}


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
