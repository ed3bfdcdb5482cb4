"""That no code ever comes to mean two things: every SKU's code and every barcode, of pieces and of packs."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Text, func, insert, literal, select

from wms.catalog import gs1
from wms.catalog.models import Barcode, Packaging, Sku
from wms.core.bulk import among, rows_of
from wms.core.db import db


@dataclass(frozen=True, order=True)
class Meaning:
    """What a code stands for: a piece of a SKU, or with `pack` a pack of it."""

    sku: str
    pack: str = ""


def same(code: str) -> str:
    """One spelling for all lengths of a trade item number."""
    return code.zfill(14) if gs1.is_gtin(code) else code


def clashes(barcodes: Mapping[Meaning, Sequence[str]], own: Iterable[str] = ()) -> dict[Meaning, str]:
    """The first code of each meaning that means something else already, or is claimed twice here.

    `own` are codes of SKUs, which mean the SKUs themselves.
    """
    claimed = {same(code): meaning for meaning, codes in reversed(list(barcodes.items())) for code in codes}
    claimed |= {same(code): Meaning(code) for code in own}
    means = claimed | _meanings(code for codes in barcodes.values() for code in codes)
    found: dict[Meaning, str] = {}
    for meaning, codes in barcodes.items():
        for code in codes:
            if means[same(code)] != meaning:
                found.setdefault(meaning, code)
    return found


def _meanings(codes: Iterable[str]) -> dict[str, Meaning]:
    """What each of these codes means already, by its one spelling."""
    wanted = {form for code in codes for form in (gs1.lengths_of(code) if gs1.is_gtin(code) else (code,))}
    rows = db.session.execute(
        select(Barcode.code, Sku.code.label("sku"), func.coalesce(Packaging.code, "").label("pack"))
        .join(Sku, Sku.id == Barcode.sku_id)
        .outerjoin(Packaging, Packaging.id == Barcode.packaging_id)
        .where(among(Barcode.code, wanted))
        .union_all(select(Sku.code, Sku.code, literal("")).where(among(Sku.code, wanted)))
    )
    return {same(row.code): Meaning(row.sku, row.pack) for row in rows}


def add(barcodes: Mapping[Meaning, Sequence[str]]) -> set[Meaning]:
    """Add the barcodes that are not there yet; returns what got one. `clashes` must have been asked before."""
    pairs = sorted({(code, meaning) for meaning, codes in barcodes.items() for code in codes})
    if not pairs:
        return set()
    there = select(Barcode.code).where(among(Barcode.code, (code for code, _ in pairs)))
    known = set(db.session.execute(there).scalars())
    missing = [(code, meaning.sku, meaning.pack) for code, meaning in pairs if code not in known]
    if missing:
        table = rows_of("t", {"code": Text(), "sku": Text(), "pack": Text()}, missing)
        source = (
            select(table.c.code, Sku.id, Packaging.id)
            .join(Sku, Sku.code == table.c.sku)
            .outerjoin(Packaging, (Packaging.sku_id == Sku.id) & (Packaging.code == table.c.pack))
            .order_by(table.c.nr)
        )
        db.session.execute(insert(Barcode).from_select(["code", "sku_id", "packaging_id"], source))
    return {Meaning(sku, pack) for _, sku, pack in missing}
