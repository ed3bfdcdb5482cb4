"""Background work of the customers room."""
from __future__ import annotations

from wms.core.job import job
from wms.customers import service


@job("customers.link", cron="* * * * *")
def link() -> None:
    """Give orders that came in to their customers."""
    service.link_due()
