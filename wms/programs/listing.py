"""The delivery log: what programs were told, and what they answered."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.listing import Column, Listing, Sort

_TOLD = text(
    """
    SELECT m.id, e.id AS endpoint_id, e.name AS endpoint, m.uid, m.event, m.subject, m.at, m.status, m.tries,
           m.next_at, m.tried_at, m.answered, m.latency_ms, m.answer,
           coalesce(o.number, p.number, r.number, m.facts ->> 'sku', k.code, cast(v.number AS text), '') AS about
    FROM webhook_message m JOIN webhook_endpoint e ON e.id = m.endpoint_id
    LEFT JOIN sales_order o ON m.subject LIKE 'order:%' AND o.id = m.about_id
    LEFT JOIN parcel p ON m.subject LIKE 'parcel:%' AND p.id = m.about_id
    LEFT JOIN receipt r ON m.subject LIKE 'receipt:%' AND r.id = m.about_id
    LEFT JOIN wave v ON m.subject LIKE 'wave:%' AND v.id = m.about_id
    LEFT JOIN sku k ON m.subject LIKE 'stock:%' AND k.id = m.about_id
    WHERE m.id = ANY(:ids)
    """
)


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = db.session.execute(_TOLD, {"ids": list(ids)})
    moments = ("at", "next_at", "tried_at")
    return [
        {
            **row._mapping, "uid": str(row.uid),
            **{name: at.isoformat() if (at := row._mapping[name]) else None for name in moments},
        }
        for row in rows
    ]  # fmt: skip


MESSAGES = Listing(
    name="webhook-messages",
    table="webhook_message m JOIN webhook_endpoint e ON e.id = m.endpoint_id",
    key="m.id",
    always="e.warehouse_id = :warehouse_id",
    where={
        "endpoint_id": "m.endpoint_id = :endpoint_id", "status": "m.status = :status", "event": "m.event = :event",
        "since": "m.at >= :since", "until": "m.at < :until",
        "order": "m.subject IN (SELECT 'order:' || o.id FROM sales_order o WHERE o.warehouse_id = :warehouse_id "
        "AND o.number = :order)",
    },
    sorts={"id": Sort("m.id")},
    tell=_tell,
    title="ui.programs.log",
    columns=(
        Column("at", "ui.programs.at", 20, "moment"),
        Column("endpoint", "ui.programs.endpoint", 20),
        Column("event", "ui.programs.event", 18),
        Column("about", "ui.programs.about", 20),
        Column("status", "ui.programs.status", 12, words="ui.programs_status"),
        Column("tries", "ui.programs.tries", 8, "whole"),
        Column("tried_at", "ui.programs.tried", 20, "moment"),
        Column("answered", "ui.programs.answered", 10, "whole"),
        Column("latency_ms", "ui.programs.latency", 10, "whole"),
        Column("answer", "ui.programs.answer", 40),
        Column("uid", "ui.programs.event_id", 36),
    ),
)  # fmt: skip
