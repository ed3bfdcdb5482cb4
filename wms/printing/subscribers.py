"""What printing does when the layout changes."""
from __future__ import annotations

from wms.core.event import subscribe
from wms.layout.events import LabelsOutdated
from wms.printing import service


@subscribe(LabelsOutdated)
def stop_old_labels(event: LabelsOutdated) -> None:
    """A label that still waits would be wrong the moment it hangs."""
    service.labels_outdated(event.warehouse_id, event.bin_ids)
