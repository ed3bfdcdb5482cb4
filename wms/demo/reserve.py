"""The demo's reserve: what sells best lies again above its pick face, in dozens; and a few bins to be counted."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from wms.catalog import service as catalog
from wms.catalog.models import Packaging
from wms.core.bulk import among
from wms.core.db import db
from wms.counting import service as counting
from wms.demo.day import Row
from wms.layout import service as layout
from wms.layout.models import Bin
from wms.layout.service import BinFacts
from wms.replenishment import service as replenishment

FACES = 40  # best sellers
DOZEN = 12
DOZENS = 8  # in each bulk bin
HUNGRY = 3  # faces that are below their minimum from the beginning
REJECTED = "QUARANTINE-1"
# Kind, and the bin by its place in the walk.
COUNTS = (("cycle", 3), ("bin", 9), ("cycle", 60), ("audit", 200), ("bin", 320))


def build(warehouse_id: int, walk: Sequence[str]) -> None:
    """One bulk bin above each of the first pick bins of the walk, and one bin where rejected goods are kept."""
    below = db.session.execute(
        select(Bin).where(Bin.warehouse_id == warehouse_id, among(Bin.code, walk[:FACES]))
    ).scalars()
    layout.put_bins(
        warehouse_id,
        [
            BinFacts(REJECTED, kind="quarantine"),
            *(BinFacts(above(b.code), b.zone_id, "bulk", b.aisle, b.y_mm, b.side, 2, b.pick_order) for b in below),
        ],
    )


def above(bin_code: str) -> str:
    """The bulk bin above a pick bin."""
    return f"{bin_code}-2"


def stock_rows(in_front: Sequence[Row], short: set[str]) -> list[Row]:
    """What lies in reserve for the SKUs whose stock is `in_front` (rows of bin, sku, qty); none for `short` ones."""
    return [
        {"bin": above(row["bin"]), "sku": row["sku"], "qty": str(DOZEN * DOZENS)}
        for row in in_front
        if row["sku"] not in short
    ]


def faces(in_front: Sequence[Row], short: set[str]) -> list[Row]:
    """The pick faces as a file of them: filled up from a third; the first few are below their minimum already."""
    rows = [row for row in in_front if row["sku"] not in short]
    return [
        {
            "bin": row["bin"], "sku": row["sku"], "max": str(int(row["qty"]) + DOZEN * 3),
            "min": str(int(row["qty"]) + 1 if place < HUNGRY else max(1, int(row["qty"]) // 3)),
        }
        for place, row in enumerate(rows)
    ]  # fmt: skip


def begin(warehouse_id: int, in_front: Sequence[Row], walk: Sequence[str]) -> None:
    """Dozens become packs, hungry faces get their tasks, and some bins wait to be counted."""
    skus = catalog.sku_ids(row["sku"] for row in in_front)
    db.session.add_all(Packaging(sku_id=id, code="dozen", qty=DOZEN) for id in sorted(skus.values()))
    db.session.flush()
    replenishment.fill(warehouse_id, replenishment.low_faces(warehouse_id))
    bins = layout.bin_ids(warehouse_id, [walk[place] for _, place in COUNTS])
    for kind, place in COUNTS:
        counting.ask(warehouse_id, bins[walk[place]][0], kind=kind)
