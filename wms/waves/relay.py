"""Walks that are cut by zones: which orders need it, and where. A zone's part is a walk of its own.

What lies in no zone is anybody's: it is picked in the first zone that the cart comes to.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import func, select

from wms.core.bulk import among
from wms.core.db import db
from wms.layout.models import PROMISABLE, Bin, Zone


class InBin(Protocol):
    """Something that lies in a bin."""

    @property
    def bin_id(self) -> int: ...


T = TypeVar("T")
Lying = TypeVar("Lying", bound=InBin)


def zones_of(bin_ids: Iterable[int]) -> dict[int, int | None]:
    """bin id → id of its zone."""
    rows = db.session.execute(select(Bin.id, Bin.zone_id).where(among(Bin.id, bin_ids)))
    return {row.id: row.zone_id for row in rows}


def pick_order(warehouse_id: int) -> list[int]:
    """Ids of the zones in the sequence in which their bins are picked."""
    first = (
        select(Zone.id)
        .join(Bin, Bin.zone_id == Zone.id)
        .where(Zone.warehouse_id == warehouse_id, Bin.kind.in_(PROMISABLE))
        .group_by(Zone.id)
        .order_by(func.min(Bin.pick_order), Zone.code)
    )
    return list(db.session.execute(first).scalars())


def apart(orders: Sequence[tuple[T, Iterable[int | None]]]) -> list[list[T]]:
    """Orders, each with the zones of its goods, in groups that share no cart: those of one zone, zone by zone, which
    are picked in one walk as any other, and those of several."""
    groups: dict[int | None, list[T]] = {}
    for order, zones in orders:
        own = {zone for zone in zones if zone is not None}
        groups.setdefault(None if len(own) > 1 else next(iter(own), 0), []).append(order)
    return list(groups.values())


def cut(
    held: Sequence[Lying], zone_of: Mapping[int, int | None], sequence: Sequence[int]
) -> list[tuple[int | None, list[Lying]]]:
    """What one cart picks, zone by zone in their sequence: [(zone id, what lies in it), …]; one part when all of it is
    in one zone, or in none."""
    found = {zone for each in held if (zone := zone_of[each.bin_id]) is not None}
    zones: list[int | None] = [*sorted(found, key=sequence.index)] or [None]
    parts: dict[int | None, list[Lying]] = {zone: [] for zone in zones}
    for each in held:
        zone = zone_of[each.bin_id]
        parts[zones[0] if zone is None else zone].append(each)
    return list(parts.items())
