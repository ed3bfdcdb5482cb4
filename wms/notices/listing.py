"""The list of notices: what buyers were told, and what could not be sent."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.listing import Column, Listing, Sort, by_beginning

_TOLD = text(
    """
    SELECT n.id, n.event, n.status, n.tries, n.made_at, n.due_at, n.sent_at, n.reached, n.error, n.order_id,
           o.number AS "order", s.code AS shop, w.name AS way
    FROM notice n JOIN sales_order o ON o.id = n.order_id JOIN shop s ON s.id = o.shop_id
    JOIN notice_way w ON w.id = n.way_id WHERE n.id = ANY(:ids)
    """
)


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    moments = ("made_at", "due_at", "sent_at")
    return [
        {**row._mapping, **{name: at.isoformat() if (at := row._mapping[name]) else None for name in moments}}
        for row in db.session.execute(_TOLD, {"ids": list(ids)})
    ]


NOTICES = Listing(
    name="notices",
    table="notice n",
    key="n.id",
    always="n.warehouse_id = :warehouse_id",
    joins={"o": "JOIN sales_order o ON o.id = n.order_id", "s": "JOIN shop s ON s.id = o.shop_id"},
    where={
        "status": "n.status = :status", "event": "n.event = :event", "q": "o.number LIKE :begin",
        "shop": "o.id = n.order_id AND s.code = :shop",
    },
    sorts={"id": Sort("n.id")},
    worked_out=by_beginning,
    tell=_tell,
    title="ui.notices.title",
    columns=(
        Column("made_at", "ui.notices.at", 17, "moment"),
        Column("order", "ui.orders.number", 20),
        Column("shop", "ui.orders.shop"),
        Column("event", "ui.notices.event", 20, words="ui.notices_event"),
        Column("way", "ui.notices.way", 16),
        Column("reached", "ui.notices.reached", 20),
        Column("status", "ui.notices.status", 12, words="ui.notices_status"),
        Column("sent_at", "ui.notices.sent_at", 17, "moment"),
        Column("tries", "ui.notices.tries", 8, "whole"),
        Column("error", "ui.notices.error", 40),
    ),
)
