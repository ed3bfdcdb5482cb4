"""The floor as a picture of its stock: how full each bin is, how long its goods have lain, how often it is picked."""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.insight.floor import geometry
from wms.insight.inventory_time import first_move_since
from wms.layout.models import STORING, Warehouse, Zone

# What a row of `bins` holds, in this order. Days are whole; null where nothing is known or no limit is set.
COLUMNS = (
    "id", "code", "aisle", "side", "y_mm", "level", "zone", "blocked", "pieces", "volume_ml", "capacity_ml",
    "weight_g", "max_weight_g", "expires_days", "idle_days", "lying_days", "lines", "picked",
)  # fmt: skip

# A group for every bin of a large house: with the server's own 4 MB they would be sorted on disk.
_ROOM = text("SET LOCAL work_mem = '64MB'")

# The last moves are two looks into an index for each bin; the picks are read once, from the first that counts.
_BINS = text(
    """
    WITH inside AS (
        SELECT b.bin_id, sum(b.on_hand) AS pieces, min(l.expires_on) AS expires_on,
               sum(b.on_hand * s.length_mm * s.width_mm * s.height_mm) / 1000 AS volume_ml,
               sum(b.on_hand * s.weight_g) AS weight_g
        FROM stock_balance b JOIN sku s ON s.id = b.sku_id
        LEFT JOIN stock_lot l ON l.sku_id = b.sku_id AND l.code = b.lot AND b.lot <> ''
        WHERE b.warehouse_id = :warehouse_id AND b.on_hand > 0 GROUP BY b.bin_id
    ), picks AS (
        SELECT m.from_bin_id AS bin_id, count(*) AS lines, sum(m.qty) AS picked FROM stock_move m
        WHERE m.id >= :since AND m.warehouse_id = :warehouse_id AND m.reason = 'pick' GROUP BY m.from_bin_id
    )
    SELECT bin.id, bin.code, bin.aisle, bin.side, bin.y_mm, bin.level, bin.zone_id, bin.blocked_reason,
           bin.capacity_ml, bin.max_weight_g, inside.pieces, inside.volume_ml, inside.weight_g,
           inside.expires_on, picks.lines, picks.picked,
           (SELECT m.at FROM stock_move m WHERE m.from_bin_id = bin.id ORDER BY m.id DESC LIMIT 1) AS left_at,
           (SELECT m.at FROM stock_move m WHERE m.to_bin_id = bin.id ORDER BY m.id DESC LIMIT 1) AS came_at
    FROM bin LEFT JOIN inside ON inside.bin_id = bin.id LEFT JOIN picks ON picks.bin_id = bin.id
    WHERE bin.warehouse_id = :warehouse_id AND bin.kind = ANY(:storing)
    ORDER BY bin.aisle, bin.y_mm, bin.side, bin.level
    """
)


def picture(warehouse_id: int, days: int) -> dict[str, Any]:
    """`{floor, zones, columns, bins, days}`; `lines` and `picked` count the last `days` days.

    Raises `core.not_found`.
    """
    house = db.session.get(Warehouse, warehouse_id)
    if house is None:
        raise WmsError("core.not_found", thing="warehouse", key=warehouse_id)
    here = select(Zone).where(Zone.warehouse_id == warehouse_id).order_by(Zone.code)
    zones = db.session.execute(here).scalars().all()
    index = {zone.id: number for number, zone in enumerate(zones)}
    moment = now()
    db.session.execute(_ROOM)
    given = {"warehouse_id": warehouse_id, "since": first_move_since(moment - timedelta(days=days))}
    return {
        "floor": geometry(house),
        "zones": [{"id": zone.id, "code": zone.code, "name": zone.name, "colour": zone.colour} for zone in zones],
        "columns": COLUMNS,
        "bins": [_cell(row, index, moment) for row in db.session.execute(_BINS, given | {"storing": list(STORING)})],
        "days": days,
    }


def _cell(row: Row[Any], zones: dict[int, int], moment: datetime) -> list[Any]:
    touched = max((at for at in (row.left_at, row.came_at) if at), default=None)
    expires = (row.expires_on - moment.date()).days if row.expires_on else None
    return [
        row.id, row.code, row.aisle, row.side, row.y_mm, row.level, zones.get(row.zone_id), row.blocked_reason,
        int(row.pieces or 0), int(row.volume_ml or 0), row.capacity_ml, int(row.weight_g or 0),
        row.max_weight_g, expires, _days(touched, moment), _days(row.came_at, moment) if row.pieces else None,
        row.lines or 0, int(row.picked or 0),
    ]  # fmt: skip


def _days(since: datetime | None, moment: datetime) -> int | None:
    return max(0, (moment - since).days) if since else None
