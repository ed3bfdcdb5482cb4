"""How long people here take by the standard times of `waves.labour`: the walks they finished lately tell."""
from __future__ import annotations

from sqlalchemy import text

from wms.core.db import db
from wms.waves import service as waves

LATELY = 200  # walks: some days of a few pickers, an hour of many
FEWEST = 20  # walks that say something
SLOWEST, FASTEST = 4.0, 0.25  # by the standard; beyond, the clock tells of something else than picking

# The middle walk, because some are left standing over lunch.
_PACE = text(
    """
    SELECT count(*) AS walks, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.seconds
        / (:cart_s + t.walk_mm / :walk_mm_s + l.stops * :stop_s + l.units * :unit_s)) AS pace
    FROM (
        SELECT id, walk_mm, extract(epoch FROM finished_at - started_at)::float AS seconds FROM pick_task
        WHERE warehouse_id = :warehouse_id AND status = 'picked' AND started_at IS NOT NULL AND finished_at IS NOT NULL
        ORDER BY id DESC LIMIT :lately
    ) t
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT bin_id) AS stops, coalesce(sum(picked), 0) AS units FROM pick_line WHERE task_id = t.id
    ) l
    """
)


def measured(warehouse_id: int) -> float:
    """How many times the standard a walk takes here; 1.0 until enough walks are finished."""
    standard = waves.STANDARD
    times = {name: getattr(standard, name) for name in ("cart_s", "stop_s", "unit_s")}
    asked = {**times, "walk_mm_s": float(standard.walk_mm_s), "warehouse_id": warehouse_id, "lately": LATELY}
    row = db.session.execute(_PACE, asked).one()
    return min(SLOWEST, max(FASTEST, float(row.pace))) if row.walks >= FEWEST else 1.0
