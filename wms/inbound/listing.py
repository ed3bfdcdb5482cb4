"""The list of receipts with their progress."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wms.core.actor import Actor
from wms.core.listing import Column, Listing, Query, Sort
from wms.inbound import shown


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    return shown.cards(ids)


def _worked_out(who: Actor, query: Query) -> dict[str, Any]:
    status = query.get("status")
    return {"statuses": status.replace(",", " ").split()} if status else {}


RECEIPTS = Listing(  # some hundred a day: any order is quick
    name="receipts",
    table="receipt r",
    key="r.id",
    always="r.warehouse_id = :warehouse_id",
    where={
        "status": "r.status = ANY(:statuses)",
        "kind": "r.kind = :kind",
        "q": "(strpos(lower(r.number), lower(:q)) > 0 OR strpos(lower(r.supplier), lower(:q)) > 0)",
    },
    sorts={
        "id": Sort("r.id"),
        "number": Sort("r.number", "text"),
        "supplier": Sort("r.supplier", "text"),
        "expected_at": Sort("coalesce(r.expected_at, 'infinity')", "timestamptz"),
    },
    worked_out=_worked_out,
    tell=_tell,
    title="ui.office.nav.inbound",
    columns=(
        Column("number", "ui.inbound.receipt", 18),
        Column("kind", "ui.inbound.kind", 12, words="ui.inbound_kind"),
        Column("supplier", "ui.inbound.supplier", 24),
        Column("owner", "ui.stock.owner", 12),
        Column("expected_at", "ui.inbound.expected_at", 17, "moment"),
        Column("status", "ui.counts.status", words="ui.inbound_status"),
        Column("lines", "ui.inbound.lines", 8, "whole"),
        Column("expected", "ui.inbound.figure.expected", 10, "whole"),
        Column("received", "ui.inbound.figure.received", 10, "whole"),
        Column("rejected", "ui.inbound.figure.rejected", 10, "whole"),
        Column("note", "ui.inbound.field.note", 30),
    ),
)
