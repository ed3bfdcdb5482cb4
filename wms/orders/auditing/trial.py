"""What a rule would have done to past orders, as a page shows it before it goes live."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wms.core.actor import Actor
from wms.core.bulk import among
from wms.core.db import db
from wms.orders import shown as orders_shown
from wms.orders.auditing.conditions import Rule
from wms.orders.auditing.ruling import SHOWN, try_out
from wms.orders.models import Order


def shown(who: Actor, body: Mapping[str, Any]) -> dict[str, Any]:
    """The rule in `body` asked about its `last` orders, or those of so many `days`: `{looked, met, holds, items}`."""
    rule = Rule(0, body["name"], body["conditions"], body["actions"])
    tried = try_out(who.warehouse_id, rule, last=body["last"], days=body["days"])
    ids = list(tried.met)[:SHOWN]
    rows = db.session.execute(select(Order).where(among(Order.id, ids)).options(joinedload(Order.shop))).scalars()
    orders = {order.id: orders_shown.summary(order, who.locale) for order in rows}
    wanted = ("id", "number", "shop", "state_text", "placed_at", "total", "currency", "recipient")
    items = [{**{name: orders[id][name] for name in wanted}, "found": tried.met[id]} for id in ids]
    return {"looked": tried.looked, "met": len(tried.met), "holds": tried.holds, "items": items}
