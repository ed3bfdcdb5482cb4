"""Containers that move whole, with all that lies in them: totes into parcels, parcels out of the house."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from wms.core.clock import now
from wms.core.db import db
from wms.layout.models import INSIDE, PROMISABLE


@dataclass(frozen=True)
class Shift:
    """All that a container holds goes into another one (0: none, it goes out loose)."""

    container_id: int
    to_container_id: int
    reference: str


# One statement however many containers. Promisable bins are not for it: their levels would have to follow.
_SHIFT = text(
    """
    WITH shift AS (
        SELECT * FROM unnest(cast(:from_containers AS bigint[]), cast(:to_containers AS bigint[]),
                             cast(:references AS text[])) AS s (container_id, to_container_id, reference)
    ), gone AS MATERIALIZED (
        SELECT b.*, shift.to_container_id, shift.reference
        FROM stock_balance b JOIN shift USING (container_id)
        JOIN bin source ON source.id = b.bin_id JOIN bin target ON target.id = :to_bin_id
        WHERE b.container_id <> 0 AND b.bin_id = :from_bin_id AND b.on_hand > 0
          AND source.kind <> ALL(:promisable) AND target.kind <> ALL(:promisable)
        ORDER BY b.id FOR UPDATE OF b
    ), emptied AS (
        UPDATE stock_balance b SET on_hand = 0 FROM gone WHERE b.id = gone.id
    ), filled AS (
        INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held)
        SELECT gone.warehouse_id, :to_bin_id, sku_id, lot, to_container_id, owner_id, condition, sum(on_hand), 0
        FROM gone JOIN bin target ON target.id = :to_bin_id AND target.kind = ANY(:inside)
        GROUP BY gone.warehouse_id, sku_id, lot, to_container_id, owner_id, condition
        ORDER BY sku_id, to_container_id
        ON CONFLICT ON CONSTRAINT uq_stock_balance_place
        DO UPDATE SET on_hand = stock_balance.on_hand + excluded.on_hand
    ), moved AS (
        INSERT INTO stock_move (warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id,
                                from_container_id, to_container_id, reason, reference, actor_id, at)
        SELECT warehouse_id, sku_id, lot, '', owner_id, condition, on_hand, bin_id, :to_bin_id,
               container_id, to_container_id, :reason, reference, :actor_id, :at
        FROM gone ORDER BY id
    )
    SELECT container_id, cast(sum(on_hand) AS bigint) AS pieces FROM gone GROUP BY container_id
    """
)


def shift(
    shifts: Sequence[Shift], *, from_bin_id: int, to_bin_id: int, reason: str, actor_id: int | None
) -> dict[int, int]:
    """Move what these containers hold in a bin to another bin; returns the pieces moved by container.

    Nothing moves from or to a bin that stock is promised from.
    """
    rows = db.session.execute(
        _SHIFT,
        {
            "from_containers": [each.container_id for each in shifts],
            "to_containers": [each.to_container_id for each in shifts],
            "references": [each.reference for each in shifts],
            "from_bin_id": from_bin_id,
            "to_bin_id": to_bin_id,
            "reason": reason,
            "actor_id": actor_id,
            "at": now(),
            "promisable": list(PROMISABLE),
            "inside": list(INSIDE),
        },
    )
    return {row.container_id: row.pieces for row in rows}
