"""Counting in cycles: which bins are due today, and a few more drawn at random."""
from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.counting import tasks
from wms.counting.rules import quota

# A bin is counted as often as the fastest SKU in it asks for; what nobody has classed is slow.
_DUE = text(
    """
    WITH classed AS (
        SELECT b.bin_id, coalesce(min(c.velocity), 'C') AS velocity
        FROM stock_balance b JOIN bin ON bin.id = b.bin_id
        LEFT JOIN stock_class c ON c.warehouse_id = b.warehouse_id AND c.sku_id = b.sku_id
        WHERE b.warehouse_id = :warehouse_id AND b.on_hand > 0 AND bin.kind IN ('pick', 'bulk')
        GROUP BY b.bin_id
    ), last AS (
        SELECT bin_id, max(ended_at) AS at FROM count_task
        WHERE warehouse_id = :warehouse_id AND status = 'done' AND sku_id IS NULL GROUP BY bin_id
    ), ranked AS (
        SELECT bin_id, velocity, last.at, count(*) OVER (PARTITION BY velocity) AS bins,
               row_number() OVER (PARTITION BY velocity ORDER BY last.at NULLS FIRST, bin_id) AS turn
        FROM classed LEFT JOIN last USING (bin_id)
    )
    SELECT bin_id, velocity, bins, turn FROM ranked r
    WHERE (at IS NULL OR at < CASE velocity WHEN 'A' THEN cast(:a AS timestamptz) WHEN 'B' THEN :b ELSE :c END)
      AND NOT EXISTS (SELECT 1 FROM count_task t WHERE t.bin_id = r.bin_id AND t.status NOT IN ('done', 'cancelled'))
    ORDER BY velocity, turn
    """
)
_IDLE = text(
    """
    SELECT id FROM bin b WHERE warehouse_id = :warehouse_id AND kind IN ('pick', 'bulk')
      AND NOT EXISTS (SELECT 1 FROM count_task t WHERE t.bin_id = b.id AND t.status NOT IN ('done', 'cancelled'))
    ORDER BY id
    """
)
_TODAY = text(
    """
    SELECT count(*) FROM count_task WHERE warehouse_id = :warehouse_id AND kind = :kind AND asked_at >= :since
    """
)


def plan_cycle(warehouse_id: int) -> int:
    """Ask for today's counts of the cycle, the longest uncounted first; returns how many were asked for.

    Each class is spread evenly over its days, so that a new warehouse is not counted all at once. Run again on
    the same day it asks for nothing more.
    """
    if _asked_today(warehouse_id, "cycle"):
        return 0
    plan, at = tasks.plan_of(warehouse_id), now()
    days = {"A": plan.days_a, "B": plan.days_b, "C": plan.days_c}
    since = {name.lower(): at - timedelta(days=count) for name, count in days.items()}
    rows = db.session.execute(_DUE, {"warehouse_id": warehouse_id, **since}).all()
    chosen = _within_quota(rows, days)
    for row in chosen:
        tasks.ask(warehouse_id, row.bin_id, kind="cycle", why=row.velocity)
    return len(chosen)


def _within_quota(rows: Sequence[Row[Any]], days: dict[str, int]) -> list[Row[Any]]:
    left: dict[str, int] = {}
    chosen = []
    for row in rows:
        left.setdefault(row.velocity, quota(row.bins, days[row.velocity]))
        if left[row.velocity]:
            left[row.velocity] -= 1
            chosen.append(row)
    return chosen


def plan_audit(warehouse_id: int, chance: random.Random | None = None) -> int:
    """Ask for today's random audit: bins that nobody could foresee, empty ones among them; returns how many."""
    if _asked_today(warehouse_id, "audit"):
        return 0
    bins = list(db.session.execute(_IDLE, {"warehouse_id": warehouse_id}).scalars())
    drawn = (chance or random.SystemRandom()).sample(bins, min(tasks.plan_of(warehouse_id).audit_bins, len(bins)))
    for bin_id in sorted(drawn):
        tasks.ask(warehouse_id, bin_id, kind="audit", why="random")
    return len(drawn)


def _asked_today(warehouse_id: int, kind: str) -> bool:
    since = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return bool(
        db.session.execute(_TODAY, {"warehouse_id": warehouse_id, "kind": kind, "since": since}).scalar_one()
    )
