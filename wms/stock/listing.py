"""The list of adjustments: what waits for a second person, and what was decided."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wms.core.actor import Actor
from wms.core.listing import Column, Listing, Sort
from wms.stock.adjustments import adjustments


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    return adjustments(ids)


ADJUSTMENTS = Listing(
    name="adjustments",
    table="stock_adjustment a",
    key="a.id",
    always="a.warehouse_id = :warehouse_id",
    where={"status": "a.status = :status", "kind": "a.kind = :kind"},
    sorts={"id": Sort("a.id")},
    tell=_tell,
    title="ui.counts_tab.adjustments",
    columns=(
        Column("sku", "ui.stock.sku", 18, value=lambda item: item["sku"]["code"]),
        Column("name", "ui.stock.name", 36, value=lambda item: item["sku"]["name"]),
        Column("bin", "ui.stock.bin"),
        Column("lot", "ui.stock.lot"),
        Column("kind", "ui.counts.kind", words="ui.counts_change"),
        Column("change", "ui.counts.change", 10, "whole"),
        Column("value", "ui.stock.value", 12, "money"),
        Column("reason", "ui.stock.reason", 24),
        Column("note", "ui.inbound.field.note", 30),
        Column("asked_by", "ui.stock.person", 18),
        Column("asked_at", "ui.counts.asked", 17, "moment"),
        Column("status", "ui.counts.status", words="ui.counts_adjustment"),
        Column("decided_by", "ui.counts.decided_by", 18),
        Column("decided_at", "ui.counts.decided_at", 17, "moment"),
    ),
)
