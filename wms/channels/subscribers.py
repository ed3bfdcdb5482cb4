"""What the channels room does when parcels have left."""
from __future__ import annotations

from wms.channels import service
from wms.core.event import subscribe
from wms.shipping.events import ManifestClosed


@subscribe(ManifestClosed)
def tell_shops(event: ManifestClosed) -> None:
    """The carrier has these orders: their shops are told, by the worker. Rows only: closing a manifest is a scan, and
    a job's NOTIFY would make scans wait for each other."""
    service.note_shipped(event.order_ids)
