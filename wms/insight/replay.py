"""A released wave as it was planned, to be played again as a picture."""
from __future__ import annotations

from itertools import groupby
from typing import Any

from sqlalchemy import select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.insight import rules
from wms.waves.models import Wave

# A hold keeps to its bin, whatever has become of the goods since.
_CARTS = text(
    """
    SELECT c.number, c.walk_mm, c.path,
           ARRAY(SELECT ARRAY[b.aisle * h.aisle_spacing_mm, b.y_mm]
                 FROM jsonb_array_elements(c.stops) WITH ORDINALITY AS s (stop, seq)
                 JOIN stock_hold k ON k.id = (s.stop ->> 0)::bigint JOIN stock_balance a ON a.id = k.balance_id
                 JOIN bin b ON b.id = a.bin_id ORDER BY s.seq) AS stops
    FROM wave_cart c JOIN wave w ON w.id = c.wave_id JOIN warehouse h ON h.id = w.warehouse_id
    WHERE c.wave_id = :wave_id ORDER BY c.number
    """
)


def replay(warehouse_id: int, wave_id: int) -> dict[str, Any]:
    """The walks of a wave's carts and those that it is measured against, places as [x_mm, y_mm].

    `{id, number, walk_mm, baseline_mm, saving, carts: [{number, walk_mm, path, stops}], baseline: [{walk_mm, path}]}`.
    `baseline` is empty where it is not that of these carts: released before it was kept, or carts left for another
    wave since. Raises `core.not_found`.
    """
    kept = select(Wave, Wave.baseline_walks).where(Wave.id == wave_id, Wave.warehouse_id == warehouse_id)
    found = db.session.execute(kept).one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="wave", key=wave_id)
    wave, walks = found[0], found[1] or []
    whole = sum(walk_mm for walk_mm, _ in walks) == wave.baseline_mm
    return {
        "id": wave.id,
        "number": wave.number,
        "walk_mm": wave.walk_mm,
        "baseline_mm": wave.baseline_mm,
        "saving": rules.saving_percent(wave.walk_mm, wave.baseline_mm),
        "carts": [
            {
                "number": row.number, "walk_mm": row.walk_mm, "path": row.path,
                "stops": [stop for stop, _ in groupby(row.stops)],
            }
            for row in db.session.execute(_CARTS, {"wave_id": wave_id})
        ],
        "baseline": [{"walk_mm": walk_mm, "path": path} for walk_mm, path in walks] if whole else [],
    }
