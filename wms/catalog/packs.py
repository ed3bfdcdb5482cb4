"""Packs of SKUs: inner boxes, cases, pallets, each with its pieces and its own barcodes."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, false, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.catalog import codes
from wms.catalog.codes import Meaning
from wms.catalog.models import Barcode, Packaging, Sku
from wms.catalog.rules import Pack
from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.core.error import WmsError

SIZES = ("qty", "weight_g", "length_mm", "width_mm", "height_mm")


@dataclass(frozen=True)
class PackFacts:
    """What is known of a pack of the SKU with this code; barcodes are added to those it has."""

    sku: str
    pack: Pack

    @property
    def meaning(self) -> Meaning:
        return Meaning(self.sku, self.pack.code)


def clashes(facts: Sequence[PackFacts]) -> dict[Meaning, str]:
    """The first barcode of each pack that already means something else: another SKU, pack, or the single piece."""
    return codes.clashes({each.meaning: each.pack.barcodes for each in facts})


def put_packs(facts: Sequence[PackFacts], columns: Iterable[str] | None = None) -> dict[Meaning, str]:
    """Make these packs, or bring those that exist up to date; `created`, `updated` or `unchanged` of each.

    Of a pack that exists only `columns` change (all when None). Raises `catalog.unknown_sku` and
    `catalog.code_taken` when a barcode means something else.
    """
    _require_skus({each.sku for each in facts})
    for meaning, code in clashes(facts).items():
        raise WmsError("catalog.code_taken", sku=meaning.sku, taken=code)
    written = _upsert(facts, set(SIZES) if columns is None else set(columns) & set(SIZES))
    labelled = codes.add({each.meaning: each.pack.barcodes for each in facts})
    return {
        each.meaning: written.get(each.meaning) or ("updated" if each.meaning in labelled else "unchanged")
        for each in facts
    }


def _require_skus(wanted: set[str]) -> None:
    known = set(db.session.execute(select(Sku.code).where(among(Sku.code, wanted))).scalars())
    for code in sorted(wanted - known):
        raise WmsError("catalog.unknown_sku", sku=code)


def _upsert(facts: Sequence[PackFacts], columns: set[str]) -> dict[Meaning, str]:
    """What happened to each pack that was made or changed."""
    # Locked in one order everywhere, so that two imports never wait on each other.
    ordered = sorted(facts, key=lambda each: each.meaning)
    rows = [(each.sku, each.pack.code, *(getattr(each.pack, name) for name in SIZES)) for each in ordered]
    table = rows_of("t", {"sku": Text(), "code": Text(), **dict.fromkeys(SIZES, BigInteger())}, rows)
    source = select(Sku.id, table.c.code, *(table.c[name] for name in SIZES))
    source = source.join(Sku, Sku.code == table.c.sku).order_by(table.c.nr)
    statement = upsert(Packaging).from_select(["sku_id", "code", *SIZES], source)
    new = {name: statement.excluded[name] for name in sorted(columns)}
    differs = or_(false(), *(getattr(Packaging, name).is_distinct_from(value) for name, value in new.items()))
    before = _known([each.meaning for each in ordered])
    if new:
        statement = statement.on_conflict_do_update(index_elements=["sku_id", "code"], set_=new, where=differs)
    else:
        statement = statement.on_conflict_do_nothing()
    done = db.session.execute(statement.returning(Packaging.sku_id, Packaging.code)).all()
    names = dict(db.session.execute(select(Sku.id, Sku.code).where(among(Sku.id, (row.sku_id for row in done)))).all())
    touched = [Meaning(names[row.sku_id], row.code) for row in done]
    return {meaning: "updated" if meaning in before else "created" for meaning in touched}


def _known(meanings: Iterable[Meaning]) -> set[Meaning]:
    rows = db.session.execute(
        select(Sku.code, Packaging.code.label("pack"))
        .join(Packaging, Packaging.sku_id == Sku.id)
        .where(among(Sku.code, (each.sku for each in meanings)))
    )
    return {Meaning(row.code, row.pack) for row in rows}


def packs(sku_ids: Iterable[int]) -> dict[int, list[Pack]]:
    """The packs of SKUs by SKU id, the smallest first, with their barcodes."""
    listed: dict[int, list[Pack]] = {id: [] for id in sku_ids}
    labels: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(Packaging).where(among(Packaging.sku_id, listed)).order_by(Packaging.qty, Packaging.code)
    ).scalars()
    found = list(rows)
    marked = select(Barcode.packaging_id, Barcode.code).order_by(Barcode.id)
    for row in db.session.execute(marked.where(among(Barcode.packaging_id, (each.id for each in found)))):
        labels.setdefault(row.packaging_id, []).append(row.code)
    for each in found:
        sizes = {name: getattr(each, name) for name in SIZES}
        listed[each.sku_id].append(Pack(each.code, **sizes, barcodes=tuple(labels.get(each.id, ()))))
    return listed
