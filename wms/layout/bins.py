"""Zones and bins: made, brought up to date, found."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Text, case, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.core.bulk import among, rows_of
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import Bin, Zone
from wms.layout.rules import KEPT_DIGITS, Spot

BIN_TYPES: Mapping[str, Any] = {
    "zone_id": BigInteger(), "code": Text(), "kind": Text(), "aisle": BigInteger(), "y_mm": BigInteger(),
    "side": Text(), "level": BigInteger(), "pick_order": BigInteger(), "blocked_reason": Text(), "bay": BigInteger(),
    "capacity_ml": BigInteger(), "max_weight_g": BigInteger(), "max_skus": BigInteger(), "mix_lots": Boolean(),
    "mix_owners": Boolean(), "velocity": Text(), "check_digits": Text(),
}  # fmt: skip


@dataclass(frozen=True)
class BinFacts:
    """What is known of a bin. `zone_id` None: in no zone; a limit None: no limit."""

    code: str
    zone_id: int | None = None
    kind: str = "pick"
    aisle: int = 0
    y_mm: int = 0
    side: str = "L"
    level: int = 1
    pick_order: int = 0
    blocked_reason: str | None = None
    bay: int = 0
    capacity_ml: int | None = None
    max_weight_g: int | None = None
    max_skus: int | None = None
    mix_lots: bool = True
    mix_owners: bool = True
    velocity: str = ""
    check_digits: str = ""


def facts_of(spot: Spot, zone_id: int, kind: str, **more: Any) -> BinFacts:
    """A spot as a bin; `more` are the fields of BinFacts that a spot does not have."""
    return BinFacts(
        spot.code, zone_id, kind, spot.aisle, spot.y_mm, spot.side, spot.level, spot.pick_order, bay=spot.bay, **more
    )


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
    if "check_digits" in new:
        new = {**new, **_digits_replaced(new["check_digits"])}
    if new:
        differs = or_(*(getattr(Bin, name).is_distinct_from(statement.excluded[name]) for name in changing))
        statement = statement.on_conflict_do_update(index_elements=keys, set_=new, where=differs)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    # xmax is 0 in a row that this statement inserted, and set in one that it updated.
    fresh = literal_column("bin.xmax = 0", Boolean).label("fresh")
    done = Counter("created" if row.fresh else "updated" for row in db.session.execute(statement.returning(fresh)))
    done["unchanged"] = len(bins) - done.total()
    return done


def _digits_replaced(digits: Any) -> dict[str, Any]:
    """What goes with other digits than a bin had: those that it had are kept, to tell an old label."""
    replaced = Bin.check_digits.is_distinct_from(digits)
    older = func.array_to_string(
        literal_column(f"(string_to_array(trim(bin.check_digits || ' ' || bin.retired_digits), ' '))[1:{KEPT_DIGITS}]"),
        " ",
    )
    return {
        "retired_digits": case((replaced, older), else_=Bin.retired_digits),
        "digits_at": case((replaced, now()), else_=Bin.digits_at),
    }


def bin_ids(warehouse_id: int, codes: Iterable[str]) -> dict[str, tuple[int, str]]:
    """(id, kind) of the bins with these codes; codes that do not exist are absent."""
    rows = db.session.execute(
        select(Bin.code, Bin.id, Bin.kind).where(Bin.warehouse_id == warehouse_id, among(Bin.code, codes))
    )
    return {row.code: (row.id, row.kind) for row in rows}


def remove_zone(warehouse_id: int, code: str) -> None:
    """Take away a zone. Raises `layout.unknown_zone`, or `layout.zone_in_use` while bins stand in it."""
    here = select(Zone).where(Zone.warehouse_id == warehouse_id, Zone.code == code).with_for_update()
    zone = db.session.execute(here).scalar_one_or_none()
    if zone is None:
        raise WmsError("layout.unknown_zone", zone=code)
    bins = db.session.execute(select(func.count()).where(Bin.zone_id == zone.id)).scalar_one()
    if bins:
        raise WmsError("layout.zone_in_use", zone=code, bins=bins)
    db.session.delete(zone)
    db.session.flush()
