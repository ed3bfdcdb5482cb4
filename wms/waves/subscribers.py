"""What the waves room does when somebody changes orders that it has."""
from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from wms.core.bulk import among
from wms.core.db import db
from wms.core.event import subscribe
from wms.orders.events import OrdersRecalled
from wms.waves import changing
from wms.waves.models import WaveOrder


@subscribe(OrdersRecalled)
def give_back(event: OrdersRecalled) -> None:
    """They leave their waves, as when a supervisor takes them out."""
    inside = select(WaveOrder.wave_id, WaveOrder.order_id).where(among(WaveOrder.order_id, event.order_ids))
    waves: dict[int, list[int]] = defaultdict(list)
    for row in db.session.execute(inside.where(WaveOrder.active)):
        waves[row.wave_id].append(row.order_id)
    for wave_id, order_ids in sorted(waves.items()):
        changing.pull(event.warehouse_id, wave_id, order_ids, event.by)
