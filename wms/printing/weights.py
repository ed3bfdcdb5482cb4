"""What the scales beside agents show."""
from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from wms.core.clock import now
from wms.core.db import db
from wms.printing.models import PrintAgent

GOOD_FOR = timedelta(seconds=30)  # an agent is heard oftener than this; the weight of one that is gone is a lie


def weight_at(station_id: int) -> tuple[bool, int | None]:
    """Whether an agent at this station has a scale, and the grams it shows now; None when nothing lies still on it."""
    with_scale = select(PrintAgent.weight_g, PrintAgent.weighed_at).where(
        PrintAgent.station_id == station_id, PrintAgent.active, PrintAgent.scale
    )
    row = db.session.execute(with_scale.order_by(PrintAgent.weighed_at.desc()).limit(1)).one_or_none()
    if row is None:
        return False, None
    return True, row.weight_g if row.weighed_at > now() - GOOD_FOR else None
