"""SKUs: made, brought up to date, listed."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Text, false, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.catalog import codes
from wms.catalog.codes import Meaning
from wms.catalog.models import Barcode, Sku
from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.core.error import WmsError

TYPES: Mapping[str, Any] = {
    "code": Text(), "name": Text(), "weight_g": BigInteger(), "length_mm": BigInteger(), "width_mm": BigInteger(),
    "height_mm": BigInteger(), "picture": Text(), "active": Boolean(), "handling": Text(), "lot_tracking": Text(),
    "serial_tracking": Text(), "expiry_tracked": Boolean(), "shelf_life_days": BigInteger(),
    "min_days_receipt": BigInteger(), "min_days_shipping": BigInteger(),
}  # fmt: skip


@dataclass(frozen=True)
class SkuFacts:
    """What is known of a SKU: grams, millimetres, days; `barcodes` of its single piece are added to those it has.

    `handling`, `lot_tracking` and `serial_tracking` have the words of `models.HANDLING` and `models.TRACKING`.
    """

    code: str
    name: str
    weight_g: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    picture: str = ""
    active: bool = True
    barcodes: tuple[str, ...] = ()
    handling: tuple[str, ...] = ()
    lot_tracking: str = "none"
    serial_tracking: str = "none"
    expiry_tracked: bool = False
    shelf_life_days: int | None = None
    min_days_receipt: int = 0
    min_days_shipping: int = 0


FACTS = tuple(each.name for each in fields(SkuFacts))


def sku_ids(codes: Iterable[str]) -> dict[str, int]:
    """The ids of the SKUs with these codes; codes that do not exist are absent."""
    rows = db.session.execute(select(Sku.code, Sku.id).where(among(Sku.code, codes)))
    return {row.code: row.id for row in rows}


def get(sku_id: int) -> Sku:
    """The SKU with this id. Raises `core.not_found` (404)."""
    sku = db.session.get(Sku, sku_id, populate_existing=True)
    if sku is None:
        raise WmsError("core.not_found", thing="SKU", key=sku_id)
    return sku


def clashes(facts: Sequence[SkuFacts]) -> dict[str, str]:
    """The first code or barcode of each SKU that already means something else, by SKU code."""
    wanted = {Meaning(each.code): (each.code, *each.barcodes) for each in facts}
    return {meaning.sku: code for meaning, code in codes.clashes(wanted, [each.code for each in facts]).items()}


def put_skus(facts: Sequence[SkuFacts], columns: Iterable[str] | None = None) -> Counter[str]:
    """Make these SKUs, or bring those that exist up to date; counts `created`, `updated`, `unchanged`.

    Of a SKU that exists only `columns` change (all when None). Raises `catalog.code_taken` when a code
    or barcode means something else.
    """
    for code, clash in clashes(facts).items():
        raise WmsError("catalog.code_taken", sku=code, taken=clash)
    written = _upsert(facts, set(TYPES) if columns is None else set(columns) & set(TYPES))
    labelled = codes.add({Meaning(each.code): each.barcodes for each in facts})
    counts: Counter[str] = Counter()
    for each in facts:
        counts[written.get(each.code) or ("updated" if Meaning(each.code) in labelled else "unchanged")] += 1
    return counts


def _upsert(facts: Sequence[SkuFacts], columns: set[str]) -> dict[str, str]:
    """What happened to each SKU that was made or changed, by code."""
    # In one order everywhere, so that two imports never wait on each other.
    rows = [[_sent(each, name) for name in TYPES] for each in sorted(facts, key=lambda each: each.code)]
    table = rows_of("t", TYPES, rows)
    source = select(*(_stored(name, table.c[name]) for name in TYPES)).order_by(table.c.nr)
    statement = upsert(Sku).from_select(list(TYPES), source)
    changing = sorted(columns - {"code"})
    new = {name: statement.excluded[name] for name in changing}
    differs = or_(false(), *(getattr(Sku, name).is_distinct_from(value) for name, value in new.items()))
    if changing:
        statement = statement.on_conflict_do_update(index_elements=[Sku.code], set_=new, where=differs)
    else:
        statement = statement.on_conflict_do_nothing()
    # xmax is 0 in a row that this statement inserted, and set in one that it updated.
    done = db.session.execute(statement.returning(Sku.code, literal_column("sku.xmax = 0", Boolean).label("fresh")))
    return {row.code: "created" if row.fresh else "updated" for row in done}


# An array of arrays would come out of `unnest` as one row of single words.
def _sent(facts: SkuFacts, name: str) -> Any:
    return " ".join(sorted(set(facts.handling))) if name == "handling" else getattr(facts, name)


def _stored(name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.string_to_array(column, " ") if name == "handling" else column


def create_sku(facts: SkuFacts) -> int:
    """Make a SKU; returns its id. Raises `catalog.sku_exists` or `catalog.code_taken` (409)."""
    if sku_ids([facts.code]):
        raise WmsError("catalog.sku_exists", sku=facts.code)
    put_skus([facts])
    return sku_ids([facts.code])[facts.code]


def change_sku(sku_id: int, changes: Mapping[str, Any]) -> Sku:
    """Change some facts of a SKU, never its code; barcodes are added. Raises `core.not_found`, `catalog.code_taken`."""
    sku = get(sku_id)
    known = {name: getattr(sku, name) for name in FACTS if name != "barcodes"}
    put_skus([SkuFacts(**{**known, **changes, "code": sku.code})], changes)
    return get(sku_id)


def barcodes(ids: Iterable[int]) -> dict[int, list[str]]:
    """The barcodes of the single pieces of SKUs by SKU id, in the order in which they were added."""
    listed: dict[int, list[str]] = {id: [] for id in ids}
    marked = select(Barcode).where(among(Barcode.sku_id, listed), Barcode.packaging_id.is_(None)).order_by(Barcode.id)
    for row in db.session.execute(marked).scalars():
        listed[row.sku_id].append(row.code)
    return listed


def page(q: str, after: int, limit: int) -> list[Sku]:
    """SKUs in the order of their ids, after an id; `q` is part of a code or name."""
    query = select(Sku).where(Sku.id > after).order_by(Sku.id).limit(limit)
    if q:
        query = query.where(or_(Sku.code.icontains(q, autoescape=True), Sku.name.icontains(q, autoescape=True)))
    return list(db.session.execute(query).scalars())
