"""Speed mode of a station: a complete parcel whose weight fits is closed by itself."""
from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from wms.core.db import db
from wms.packing.models import StationMode


def closes_itself(station_id: int) -> bool:
    """Whether the station is in speed mode; it is not unless somebody has said so."""
    its = select(StationMode.closes_itself).where(StationMode.station_id == station_id)
    return bool(db.session.execute(its).scalar())


def put(station_id: int, *, closes_itself: bool) -> None:
    told = {"closes_itself": closes_itself}
    made = insert(StationMode).values(station_id=station_id, **told)
    db.session.execute(made.on_conflict_do_update(index_elements=["station_id"], set_=told))
