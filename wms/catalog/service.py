"""The verbs of the catalogue: SKUs and their barcodes, and the one barcode resolver."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, Boolean, Text, insert, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.catalog.models import Barcode, Sku
from wms.catalog.reading import Scan, read, resolve
from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.core.error import WmsError

__all__ = [
    "FACTS", "Scan", "SkuFacts", "barcodes", "clashes", "create_sku", "page", "put_skus", "read", "resolve", "sku_ids",
]  # fmt: skip

TYPES: Mapping[str, Any] = {
    "code": Text(), "name": Text(), "weight_g": BigInteger(), "length_mm": BigInteger(), "width_mm": BigInteger(),
    "height_mm": BigInteger(), "picture": Text(), "active": Boolean(),
}  # fmt: skip


@dataclass(frozen=True)
class SkuFacts:
    """What is known of a SKU: grams, millimetres; `barcodes` are added to those it has."""

    code: str
    name: str
    weight_g: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    picture: str = ""
    active: bool = True
    barcodes: tuple[str, ...] = ()


# ---- SKUs

def sku_ids(codes: Iterable[str]) -> dict[str, int]:
    """The ids of the SKUs with these codes; codes that do not exist are absent."""
    rows = db.session.execute(select(Sku.code, Sku.id).where(among(Sku.code, codes)))
    return {row.code: row.id for row in rows}


def clashes(facts: Sequence[SkuFacts]) -> dict[str, str]:
    """The first code or barcode of each SKU that already means another SKU, by SKU code."""
    wanted = {code: each.code for each in reversed(facts) for code in (each.code, *each.barcodes)}
    wanted |= {each.code: each.code for each in facts}
    meaning = _meanings(wanted)
    meaning |= {code: owner for code, owner in wanted.items() if code not in meaning}
    return {
        each.code: next(code for code in (each.code, *each.barcodes) if meaning[code] != each.code)
        for each in facts
        if any(meaning[code] != each.code for code in (each.code, *each.barcodes))
    }


def _meanings(codes: Iterable[str]) -> dict[str, str]:
    """The SKU code that each of these codes already means."""
    wanted = list(codes)
    rows = db.session.execute(
        select(Barcode.code, Sku.code.label("owner")).join(Sku).where(among(Barcode.code, wanted))
        .union_all(select(Sku.code, Sku.code).where(among(Sku.code, wanted)))
    )  # fmt: skip
    return {row.code: row.owner for row in rows}


def put_skus(facts: Sequence[SkuFacts], columns: Iterable[str] | None = None) -> Counter[str]:
    """Make these SKUs, or bring those that exist up to date; counts `created`, `updated`, `unchanged`.

    Of a SKU that exists only `columns` change (all when None). Raises `catalog.code_taken` when a code
    or barcode means another SKU.
    """
    taken = clashes(facts)
    if taken:
        code, clash = next(iter(taken.items()))
        raise WmsError("catalog.code_taken", sku=code, taken=clash)
    written = _upsert(facts, set(TYPES) if columns is None else set(columns) & set(TYPES))
    new_barcodes = _add_barcodes(facts)
    counts: Counter[str] = Counter()
    for each in facts:
        done = written.get(each.code) or ("updated" if each.code in new_barcodes else "unchanged")
        counts[done] += 1
    return counts


def _upsert(facts: Sequence[SkuFacts], columns: set[str]) -> dict[str, str]:
    """What happened to each SKU that was made or changed, by code."""
    # In one order everywhere, so that two imports never wait on each other.
    rows = [[getattr(each, name) for name in TYPES] for each in sorted(facts, key=lambda each: each.code)]
    table = rows_of("t", TYPES, rows)
    statement = upsert(Sku).from_select(list(TYPES), select(*(table.c[name] for name in TYPES)).order_by(table.c.nr))
    changing = sorted(columns - {"code"})
    new = {name: statement.excluded[name] for name in changing}
    differs = or_(*(getattr(Sku, name).is_distinct_from(value) for name, value in new.items()))
    if changing:
        statement = statement.on_conflict_do_update(index_elements=[Sku.code], set_=new, where=differs)
    else:
        statement = statement.on_conflict_do_nothing()
    # xmax is 0 in a row that this statement inserted, and set in one that it updated.
    done = db.session.execute(statement.returning(Sku.code, literal_column("sku.xmax = 0", Boolean).label("fresh")))
    return {row.code: "created" if row.fresh else "updated" for row in done}


def _add_barcodes(facts: Sequence[SkuFacts]) -> set[str]:
    """Add the barcodes that are not there yet; returns the codes of the SKUs that got one."""
    pairs = sorted({(barcode, each.code) for each in facts for barcode in each.barcodes})
    if not pairs:
        return set()
    asked = among(Barcode.code, (barcode for barcode, _ in pairs))
    known = set(db.session.execute(select(Barcode.code).where(asked)).scalars())
    missing = [(barcode, owner) for barcode, owner in pairs if barcode not in known]
    if missing:
        table = rows_of("t", {"code": Text(), "owner": Text()}, missing)
        source = select(table.c.code, Sku.id).join(Sku, Sku.code == table.c.owner).order_by(table.c.nr)
        db.session.execute(insert(Barcode).from_select(["code", "sku_id"], source))
    return {owner for _, owner in missing}


def create_sku(facts: SkuFacts) -> int:
    """Make a SKU; returns its id. Raises `catalog.sku_exists` or `catalog.code_taken` (409)."""
    if sku_ids([facts.code]):
        raise WmsError("catalog.sku_exists", sku=facts.code)
    put_skus([facts])
    return sku_ids([facts.code])[facts.code]


def barcodes(ids: Iterable[int]) -> dict[int, list[str]]:
    """The barcodes of SKUs by SKU id, in the order in which they were added."""
    listed: dict[int, list[str]] = {id: [] for id in ids}
    rows = db.session.execute(select(Barcode).where(among(Barcode.sku_id, listed)).order_by(Barcode.id))
    for row in rows.scalars():
        listed[row.sku_id].append(row.code)
    return listed


def page(q: str, after: int, limit: int) -> list[Sku]:
    """SKUs in the order of their ids, after an id; `q` is part of a code or name."""
    query = select(Sku).where(Sku.id > after).order_by(Sku.id).limit(limit)
    if q:
        query = query.where(or_(Sku.code.icontains(q, autoescape=True), Sku.name.icontains(q, autoescape=True)))
    return list(db.session.execute(query).scalars())


FACTS = tuple(each.name for each in fields(SkuFacts))
