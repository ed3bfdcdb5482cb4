"""How fast goods move: what was picked in four weeks, the newest days counting most, and the classes A, B, C."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Numeric, Text, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import TypeEngine

from wms.core.bulk import rows_of
from wms.core.clock import now
from wms.core.db import db
from wms.stock.models import StockClass

DAYS = 28
FADE = Decimal("0.93")  # a day weighs so much of the day after it: half of it after 9 or 10 days
A_SHARE, B_SHARE = Decimal("0.80"), Decimal("0.95")  # of all lines, cumulated from the fastest SKU on


def weights(days: int = DAYS, fade: Decimal = FADE) -> Decimal:
    """Σ fade^age over ages 0 … days−1: what a SKU that moves one piece every day adds up to."""
    return (1 - fade**days) / (1 - fade)


def classes(lines: Mapping[int, Decimal]) -> dict[int, str]:
    """The class of each SKU by its lines a day: A makes the first 80% of all lines, B the next 15%, C the rest.

    The SKU that crosses a border belongs to the faster class. What does not move is C.
    """
    total = sum(lines.values(), Decimal(0))
    found, before = {}, Decimal(0)
    for sku_id, a_day in sorted(lines.items(), key=lambda item: (-item[1], item[0])):
        share = before / total if total else Decimal(1)
        found[sku_id] = "C" if not a_day or share >= B_SHARE else "A" if share < A_SHARE else "B"
        before += a_day
    return found


# The ledger's own days; a line is a move that picked.
_PICKED = text(
    """
    WITH days AS (
        SELECT sku_id, floor(extract(epoch FROM (cast(:now AS timestamptz) - at)) / 86400)::int AS age,
               sum(qty) AS pieces, count(*) AS lines
        FROM stock_move
        WHERE warehouse_id = :warehouse_id AND reason = 'pick' AND at > :since AND at <= :now
        GROUP BY 1, 2
    )
    SELECT k.sku_id, coalesce(sum(pieces * power(cast(:fade AS numeric), age)), 0) / :weights AS pieces,
           coalesce(sum(lines * power(cast(:fade AS numeric), age)), 0) / :weights AS lines
    FROM (SELECT sku_id FROM stock_level WHERE warehouse_id = :warehouse_id
          UNION SELECT sku_id FROM days) AS k LEFT JOIN days USING (sku_id)
    GROUP BY k.sku_id
    """
)


def classify(warehouse_id: int) -> int:
    """Compute velocity and class of every SKU of a warehouse anew; returns how many SKUs there are.

    Velocity is the exponentially weighted mean of the last 28 days, in pieces and lines a day.
    """
    at = now()
    values = {"warehouse_id": warehouse_id, "now": at, "since": at - timedelta(days=DAYS), "fade": FADE}
    rows = db.session.execute(_PICKED, {**values, "weights": weights()}).all()
    found = classes({row.sku_id: Decimal(row.lines) for row in rows})
    columns: dict[str, TypeEngine[Any]] = {
        "sku_id": BigInteger(), "velocity": Text(), "pieces": Numeric(14, 4), "lines": Numeric(14, 4),
    }  # fmt: skip
    table = rows_of("t", columns, [(row.sku_id, found[row.sku_id], row.pieces, row.lines) for row in rows])
    source = select(
        literal(warehouse_id), table.c.sku_id, table.c.velocity, table.c.pieces, table.c.lines, literal(at)
    ).order_by(table.c.sku_id)
    names = ["warehouse_id", "sku_id", "velocity", "pieces_a_day", "lines_a_day", "computed_at"]
    made = insert(StockClass).from_select(names, source)
    new = {name: made.excluded[name] for name in names[2:]}
    db.session.execute(made.on_conflict_do_update(index_elements=names[:2], set_=new))
    return len(rows)
