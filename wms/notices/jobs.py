"""Background work of the notices room. The rows are the queue; several workers share them."""
from __future__ import annotations

from wms.core.job import job
from wms.notices import service


@job("notices.send", cron="* * * * *")
def send() -> None:
    """Send what is due."""
    service.send_due()
