"""The orders that wait for a wave, with all that rules ask of them."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.layout.models import PROMISABLE
from wms.waves import cutoffs
from wms.waves.triggers import leave_by
from wms.waves.wishes import Waiting

_WAITING = text(
    """
    SELECT o.id, o.carrier, s.code AS shop, o.promised_at, o.placed_at, o.kind,
           count(l.id) AS lines, coalesce(sum(l.qty - l.dropped), 0)::bigint AS units,
           coalesce(sum((l.qty - l.dropped) * k.weight_g), 0)::bigint AS weight_g,
           coalesce(ceil(sum((l.qty - l.dropped) * k.length_mm::numeric * k.width_mm * k.height_mm) / 1000), 0)::bigint
               AS volume_ml,
           array_agg(l.sku_id) AS skus, array_agg(l.qty - l.dropped) AS pieces
    FROM sales_order o
    JOIN shop s ON s.id = o.shop_id
    LEFT JOIN order_line l ON l.order_id = o.id AND l.qty > l.dropped AND NOT l.exploded
    LEFT JOIN sku k ON k.id = l.sku_id
    WHERE o.warehouse_id = :warehouse_id AND o.processing = 'waiting' AND o.confirmation = 'confirmed'
      AND o.refund = 'none'
    GROUP BY o.id, s.code
    """
)
_FACTS = ("carrier", "shop", "promised_at", "placed_at", "kind", "lines", "units", "weight_g", "volume_ml")
_HANDLING = text("SELECT id, handling FROM sku WHERE handling <> '{}'")
_ZONES = text(
    """
    SELECT DISTINCT b.sku_id, z.code FROM stock_balance b
    JOIN bin ON bin.id = b.bin_id JOIN zone z ON z.id = bin.zone_id
    WHERE b.warehouse_id = :warehouse_id AND b.condition = 'good' AND b.on_hand > b.held
      AND bin.kind = ANY(:kinds) AND bin.blocked_reason IS NULL
    """
)


def waiting_orders(warehouse_id: int, *, zones: bool = False) -> list[Waiting]:
    """Confirmed orders that no wave has. `zones`: with the zones where their goods can be picked."""
    rows = db.session.execute(_WAITING, {"warehouse_id": warehouse_id}).all()
    handling = {row.id: frozenset(row.handling) for row in db.session.execute(_HANDLING)}
    found = _zones(warehouse_id) if zones else None
    coming = cutoffs.coming(warehouse_id, now())
    made = []
    for row in rows:
        content = _content(row)
        due = coming.get(row.carrier, ())
        leaves = leave_by(due, row.promised_at)
        facts = {name: getattr(row, name) for name in _FACTS}
        made.append(
            Waiting(
                row.id,
                **facts,
                content=content,
                handling=_handling(content, handling),
                zones=tuple(found.get(sku, frozenset()) for sku, _ in content) if found is not None else (),
                leave_by=leaves,
                must_ship=bool(due) and leaves == due[0],
            )
        )
    return made


def _content(row: Row[tuple[object, ...]]) -> tuple[tuple[int, int], ...]:
    pieces: dict[int, int] = defaultdict(int)
    if row.lines:
        for sku, qty in zip(row.skus, row.pieces, strict=True):
            pieces[sku] += qty
    return tuple(sorted(pieces.items()))


def _handling(content: Iterable[tuple[int, int]], handling: Mapping[int, Collection[str]]) -> frozenset[str]:
    return frozenset(name for sku, _ in content for name in handling.get(sku, ()))


def _zones(warehouse_id: int) -> dict[int, frozenset[str]]:
    zones: dict[int, set[str]] = defaultdict(set)
    for row in db.session.execute(_ZONES, {"warehouse_id": warehouse_id, "kinds": list(PROMISABLE)}):
        zones[row.sku_id].add(row.code)
    return {sku: frozenset(codes) for sku, codes in zones.items()}
