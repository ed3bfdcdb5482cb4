"""What picking does when a wave is released, and what it tells of its rows."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from wms.core.bulk import among
from wms.core.db import db
from wms.core.event import subscribe
from wms.core.reference import reference
from wms.core.said import Said
from wms.counting import service as counting
from wms.orders.models import Order
from wms.picking import service
from wms.picking.events import TaskPicked
from wms.picking.models import PickLine, PickTask
from wms.waves.events import WaveReleased
from wms.waves.models import Wave


@subscribe(WaveReleased)
def make_tasks(event: WaveReleased) -> None:
    """The plan becomes tasks, and people who wait get theirs in the same moment."""
    service.make(event.warehouse_id, event.wave_id)
    service.offer(event.warehouse_id)


@subscribe(TaskPicked)
def check_empty_bins(event: TaskPicked) -> None:
    """Bins that this walk has emptied are looked into: asked once a cart, so that no single scan pays for it."""
    bins = select(PickLine.bin_id).where(PickLine.task_id == event.task_id, PickLine.picked > 0)
    counting.zero_check(event.warehouse_id, bins)


@reference("pick")
def lines(ids: Sequence[int]) -> dict[int, Said]:
    """Moves of picking name their line: whose order it was, in which wave."""
    asked = (
        select(PickLine.id, Order.number, Wave.number.label("wave"))
        .join(Order, Order.id == PickLine.order_id)
        .join(PickTask, PickTask.id == PickLine.task_id)
        .join(Wave, Wave.id == PickTask.wave_id)
        .where(among(PickLine.id, ids))
    )
    rows = db.session.execute(asked)
    return {row.id: Said("picking.reference", {"order": row.number, "wave": row.wave}) for row in rows}
