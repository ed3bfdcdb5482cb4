"""What picking does when a wave is released."""
from __future__ import annotations

from wms.core.event import subscribe
from wms.picking import service
from wms.waves.events import WaveReleased


@subscribe(WaveReleased)
def make_tasks(event: WaveReleased) -> None:
    """The plan becomes tasks, and people who wait get theirs in the same moment."""
    service.make(event.warehouse_id, event.wave_id)
    service.offer(event.warehouse_id)
