"""When the carriers come: kept here, because it is the waves that must be ready for them."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from wms.core.db import db
from wms.core.error import WmsError
from wms.layout import service as layout
from wms.waves.models import CarrierCutoff
from wms.waves.triggers import Cutoff, next_cutoffs


def listed(warehouse_id: int) -> list[CarrierCutoff]:
    """All cut-offs of a warehouse, by carrier and time."""
    query = select(CarrierCutoff).where(CarrierCutoff.warehouse_id == warehouse_id)
    return list(db.session.execute(query.order_by(CarrierCutoff.carrier, CarrierCutoff.minute)).scalars())


def known(warehouse_id: int) -> list[Cutoff]:
    """The same as plain values."""
    return [Cutoff(row.carrier, row.minute, tuple(row.weekdays)) for row in listed(warehouse_id)]


def coming(warehouse_id: int, after: datetime) -> dict[str, tuple[datetime, ...]]:
    """The cut-offs of each carrier after a moment, in sequence."""
    found = known(warehouse_id)
    return next_cutoffs(found, layout.time_zone(warehouse_id), after) if found else {}


def keep(warehouse_id: int, carrier: str, minute: int, weekdays: Sequence[int]) -> CarrierCutoff:
    """A carrier takes what is ready at this minute; the weekdays of one that is known are changed."""
    days = sorted(set(weekdays))
    row = db.session.execute(
        select(CarrierCutoff)
        .where(CarrierCutoff.warehouse_id == warehouse_id, CarrierCutoff.carrier == carrier)
        .where(CarrierCutoff.minute == minute)
        .with_for_update()
    ).scalar_one_or_none()
    if row is None:
        row = CarrierCutoff(warehouse_id=warehouse_id, carrier=carrier, minute=minute, weekdays=days)
        db.session.add(row)
    row.weekdays = days
    db.session.flush()
    return row


def drop(warehouse_id: int, cutoff_id: int) -> None:
    """The carrier does not come at that time any more. Raises `core.not_found`."""
    row = db.session.get(CarrierCutoff, cutoff_id)
    if row is None or row.warehouse_id != warehouse_id:
        raise WmsError("core.not_found", thing="cut-off", key=cutoff_id)
    db.session.delete(row)
    db.session.flush()


def pictures(warehouse_id: int, after: datetime) -> list[dict[str, Any]]:
    """The cut-offs as clients see them, each with its next moment."""
    zone = layout.time_zone(warehouse_id)
    return [_picture(row, zone, after) for row in listed(warehouse_id)]


def _picture(row: CarrierCutoff, zone: Any, after: datetime) -> dict[str, Any]:
    weekdays = tuple(row.weekdays)
    (at, *_), = next_cutoffs([Cutoff(row.carrier, row.minute, weekdays)], zone, after).values()
    return {
        "id": row.id, "carrier": row.carrier, "minute": row.minute, "weekdays": list(weekdays),
        "next_at": at.isoformat(),
    }  # fmt: skip
