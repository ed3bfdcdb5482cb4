"""The bins in question for goods at the dock, with what lies in them: one statement, however large the house."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text

from wms.catalog.models import Sku
from wms.core.db import db
from wms.inbound.rules import Spot, Wanted, room
from wms.layout import service as layout
from wms.stock.models import StockClass

KINDS = {"good": ("pick", "bulk")}
SET_APART = ("quarantine",)  # where everything but good goods is kept
EMPTY_ONES = 24
NEAREST_ONES = 40  # whatever lies in them, in case no empty one is left
OWN_ONES = 200
LOOKED_INTO = 5_000  # bins near the depot; further away only when nothing was found there
EVERY_ONE = 10_000_000


@dataclass(frozen=True)
class Load:
    """Goods that need a place: `qty` pieces of a SKU, or a whole container with `skus` SKUs in it."""

    sku_id: int
    qty: int
    lot: str = ""
    owner_id: int = 1
    condition: str = "good"
    whole: bool = False
    skus: int = 1
    volume_ml: int | None = None  # of all, where it is not that of the SKU's pieces
    weight_g: int | None = None


# The way from the depot is that of `layout.rules.FloorPlan.from_depot`, in SQL. Only the nearest bins are looked into,
# and only until there are enough empty ones: a hundred thousand bins cost one pass, not a look into each.
_CANDIDATES = text(
    """
    WITH own AS (
        SELECT s.bin_id FROM stock_balance s JOIN bin ON bin.id = s.bin_id AND bin.kind = ANY(:kinds)
        WHERE s.warehouse_id = :warehouse_id AND s.sku_id = :sku_id
        GROUP BY s.bin_id ORDER BY max(s.on_hand) DESC, s.bin_id LIMIT :own_ones
    ), near AS MATERIALIZED (
        SELECT b.id FROM bin b
        WHERE b.warehouse_id = :warehouse_id AND b.kind = ANY(:kinds) AND b.blocked_reason IS NULL
          AND (b.capacity_ml IS NULL OR b.capacity_ml >= :least_ml)
          AND (b.max_weight_g IS NULL OR b.max_weight_g >= :least_g)
        ORDER BY abs(CASE WHEN b.velocity = '' OR :velocity = '' THEN 0 ELSE ascii(b.velocity) - ascii(:velocity) END),
            CASE WHEN b.aisle = :depot_aisle THEN abs(b.y_mm - :depot_y)
                 ELSE abs(b.aisle - :depot_aisle) * :spacing
                      + least(:depot_y + b.y_mm, 2 * :length - :depot_y - b.y_mm) END,
            b.level, b.id
        LIMIT :looked_into
    ), empty AS (
        SELECT n.id FROM near n
        WHERE NOT EXISTS (SELECT 1 FROM stock_balance s WHERE s.bin_id = n.id AND s.on_hand > 0 OFFSET 0)
          AND NOT EXISTS (SELECT 1 FROM putaway_task t
                          WHERE t.status = 'planned' AND coalesce(t.actual_bin_id, t.bin_id) = n.id)
        LIMIT :empty_ones
    ), chosen AS (
        SELECT bin_id AS id FROM own UNION SELECT id FROM empty UNION (SELECT id FROM near LIMIT :nearest_ones)
    ), lying AS (
        SELECT s.bin_id, s.sku_id, s.lot, s.owner_id, s.condition, s.on_hand AS qty, true AS there
        FROM stock_balance s JOIN chosen c ON c.id = s.bin_id
        WHERE s.on_hand > 0 OR s.sku_id = :sku_id
        UNION ALL
        SELECT coalesce(t.actual_bin_id, t.bin_id), t.sku_id, t.lot, t.owner_id, t.condition, t.qty - t.put, false
        FROM putaway_task t JOIN chosen c ON c.id = coalesce(t.actual_bin_id, t.bin_id) WHERE t.status = 'planned'
    )
    SELECT b.id, b.level, b.velocity, b.capacity_ml, b.max_weight_g, b.max_skus, b.mix_lots, b.mix_owners,
           b.aisle, b.y_mm, l.sku_id, l.lot, l.owner_id, l.condition, coalesce(l.qty, 0) AS qty,
           s.weight_g, s.length_mm * s.width_mm * s.height_mm AS mm3
    FROM chosen c JOIN bin b ON b.id = c.id AND b.kind = ANY(:kinds) AND b.blocked_reason IS NULL
    LEFT JOIN lying l ON l.bin_id = b.id LEFT JOIN sku s ON s.id = l.sku_id
    ORDER BY b.id
    """
)


def candidates(warehouse_id: int, load: Load) -> tuple[Wanted, list[Spot]]:
    """What the goods want, and the bins in question."""
    sku = db.session.get_one(Sku, load.sku_id)
    velocity = db.session.execute(
        select(StockClass.velocity).where(StockClass.warehouse_id == warehouse_id, StockClass.sku_id == load.sku_id)
    ).scalar()
    wanted = _wanted(load, sku, velocity or "")
    found = _spots(warehouse_id, load, wanted, LOOKED_INTO)
    if not any(room(wanted, spot) for spot in found):
        found = _spots(warehouse_id, load, wanted, EVERY_ONE)
    return wanted, found


def _spots(warehouse_id: int, load: Load, wanted: Wanted, looked_into: int) -> list[Spot]:
    floor = layout.floor_of(warehouse_id)
    rows = db.session.execute(
        _CANDIDATES,
        {
            "warehouse_id": warehouse_id, "sku_id": load.sku_id, "velocity": wanted.velocity,
            "kinds": list(KINDS.get(load.condition, SET_APART)),
            "least_ml": wanted.piece_ml * (wanted.qty if wanted.whole else 1),
            "least_g": wanted.piece_g * (wanted.qty if wanted.whole else 1),
            "depot_aisle": floor.depot_aisle, "depot_y": 0 if floor.depot_side == "front" else floor.aisle_length_mm,
            "spacing": floor.aisle_spacing_mm, "length": floor.aisle_length_mm,
            "looked_into": looked_into, "own_ones": OWN_ONES, "empty_ones": EMPTY_ONES, "nearest_ones": NEAREST_ONES,
        },
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.id].append(row)
    return [_spot(load, here, floor.from_depot(here[0].aisle, here[0].y_mm)) for here in found.values()]


def _wanted(load: Load, sku: Sku, velocity: str) -> Wanted:
    if load.volume_ml is not None:  # a mixed container counts as one thing
        return Wanted(1, "", load.volume_ml, load.weight_g or 0, velocity, whole=True, skus=load.skus)
    piece_ml = -(-sku.length_mm * sku.width_mm * sku.height_mm // 1000)
    dated = sku.expiry_tracked or sku.lot_tracking in ("receipt", "move")
    return Wanted(load.qty, load.lot, piece_ml, sku.weight_g, velocity, dated, load.whole)


def _spot(load: Load, rows: list[Any], walk_mm: int) -> Spot:
    bin = rows[0]
    mine = [row for row in rows if row.sku_id == load.sku_id]
    here: dict[str, int] = defaultdict(int)
    for row in mine:
        if row.qty:
            here[row.lot] += row.qty
    others = {row.sku_id for row in rows if row.sku_id not in (None, load.sku_id)}
    full = [row for row in rows if row.qty]
    return Spot(
        bin.id, walk_mm, bin.level, bin.velocity, bin.capacity_ml, bin.max_weight_g, bin.max_skus, bin.mix_lots,
        bin.mix_owners,
        used_ml=-(-sum(row.qty * row.mm3 for row in full) // 1000),
        used_g=sum(row.qty * row.weight_g for row in full),
        here=dict(here),
        others=len(others),
        strangers=any((row.owner_id, row.condition) != (load.owner_id, load.condition) for row in full),
        home=bool(mine) and not others,
    )  # fmt: skip
