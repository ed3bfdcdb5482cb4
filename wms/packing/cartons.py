"""Cartons: which kinds a warehouse has, and which of them a parcel is packed in."""
from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.dialects.postgresql import insert

from wms.core.db import db
from wms.core.resolve import Parameter, found, resolver
from wms.packing import fitting
from wms.packing.fitting import Box, Piece
from wms.packing.models import Carton


@resolver("carton")
def _cartons(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    its = found("carton", Carton.id, Carton.code, Carton.code)
    return its.where(Carton.code == code, Carton.warehouse_id == warehouse_id, Carton.active)


@dataclass(frozen=True)
class CartonFacts:
    """A kind of carton as it is told. Inner millimetres, grams; `max_g` 0: no limit."""

    code: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int = 0
    max_g: int = 0
    active: bool = True


LONGEST_MM = 10_000  # of a carton's sides
HEAVIEST_CARTON_G = 1_000_000
FACTS = ("length_mm", "width_mm", "height_mm", "tare_g", "max_g", "active")


def cartons(warehouse_id: int) -> list[Carton]:
    """Every kind of carton of a warehouse, by code."""
    its = select(Carton).where(Carton.warehouse_id == warehouse_id).order_by(Carton.code)
    return list(db.session.execute(its.execution_options(populate_existing=True)).scalars())


def put(warehouse_id: int, told: Iterable[CartonFacts], facts: Collection[str] = FACTS) -> Counter[str]:
    """Make kinds of cartons, or change these `facts` of those that are there; returns how many of each."""
    counts: Counter[str] = Counter()
    there = {each.code: each for each in cartons(warehouse_id)}
    for each in sorted(told, key=lambda one: one.code):
        known = there.get(each.code)
        if known is None:
            fresh = insert(Carton).values(warehouse_id=warehouse_id, **asdict(each)).on_conflict_do_nothing()
            db.session.execute(fresh)
            counts["created"] += 1
            continue
        changed = {name: getattr(each, name) for name in FACTS if name in facts}
        if any(getattr(known, name) != value for name, value in changed.items()):
            for name, value in changed.items():
                setattr(known, name, value)
            counts["updated"] += 1
        else:
            counts["unchanged"] += 1
    db.session.flush()
    return counts


# ---- of a parcel

def boxes(warehouse_id: int) -> list[Box]:
    """The kinds of cartons that are in use."""
    return [box_of(each) for each in cartons(warehouse_id) if each.active]


def box_of(carton: Carton) -> Box:
    sides = (carton.length_mm, carton.width_mm, carton.height_mm)
    return Box(carton.id, carton.code, sides, carton.tare_g, carton.max_g)


def pieces(rows: Iterable[Row[Any]]) -> list[Piece]:
    """Rows of goods (order_line_id, length_mm, width_mm, height_mm, weight_g, qty) as the rule takes them."""
    return [
        Piece(row.order_line_id, (row.length_mm, row.width_mm, row.height_mm), row.weight_g, row.qty) for row in rows
    ]


def suggested(warehouse_id: int, goods: Sequence[Piece]) -> Box | None:
    """The carton to begin with: the smallest that holds all, else the first of several. None where nobody knows."""
    known = boxes(warehouse_id)
    if not known or not fitting.is_measured(goods):
        return None
    return fitting.smallest(known, goods) or fitting.split(known, goods)[0].box


def parts(warehouse_id: int, goods: Sequence[Piece]) -> list[fitting.Filled]:
    """How these goods go into several parcels, where one carton does not hold them; else empty."""
    known = boxes(warehouse_id)
    if not known or not fitting.is_measured(goods) or fitting.smallest(known, goods) is not None:
        return []
    return fitting.split(known, goods)
