"""A parcel that cannot be packed now is put aside with the reason, in sight of the supervisor, until somebody scans its
tote again."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.packing.models import Parcel, ParcelLine, ParcelSample, ParcelTrouble
from wms.packing.packer import Packer

REASONS = ("damaged", "missing", "wrong", "unreadable", "other")

_ASIDE = text(
    """
    SELECT p.number AS parcel, o.number AS "order", t.reason, t.note, t.at, k.name AS item, person.name AS person,
           ARRAY(SELECT c.code FROM pick_tote x JOIN container c ON c.id = x.container_id
                 WHERE x.order_id = o.id AND x.in_use ORDER BY x.id DESC) AS totes
    FROM parcel_trouble t JOIN parcel p ON p.id = t.parcel_id JOIN sales_order o ON o.id = p.order_id
    LEFT JOIN sku k ON k.id = t.sku_id LEFT JOIN person ON person.id = t.person_id
    WHERE p.station_id = :station_id AND p.status = 'open' AND t.ended_at IS NULL ORDER BY t.id
    """
)


def put_aside(packer: Packer, parcel: Parcel, reason: str, *, order_line_id: int | None = None, note: str = "") -> None:
    """An open parcel leaves the table with all that is in it. The item of `order_line_id` is what is wrong.

    Raises `packing.drop_instead` for one whose pieces go back into their bulk totes.
    """
    if db.session.get(ParcelSample, parcel.id) is not None:
        raise WmsError("packing.drop_instead", parcel=parcel.number)
    take_up(packer, parcel)  # what was said of it before counts no more
    its = select(ParcelLine.sku_id).where(ParcelLine.parcel_id == parcel.id, ParcelLine.order_line_id == order_line_id)
    db.session.add(
        ParcelTrouble(
            parcel_id=parcel.id, station_id=packer.station_id, reason=reason, note=note,
            sku_id=db.session.execute(its).scalar(), person_id=packer.person_id, at=now(),
        )
    )  # fmt: skip
    db.session.flush()


def take_up(packer: Packer, parcel: Parcel) -> bool:
    """Somebody goes on with a parcel; whether it had been put aside."""
    its = update(ParcelTrouble).where(ParcelTrouble.parcel_id == parcel.id, ParcelTrouble.ended_at.is_(None))
    ended = db.session.execute(its.values(ended_at=now(), ended_by=packer.person_id).returning(ParcelTrouble.id))
    return ended.first() is not None


def aside_at(station_id: int) -> list[dict[str, Any]]:
    """What was put aside at a station: [{parcel, order, totes, reason, item, note, person, since}]."""
    return [_aside(**row._mapping) for row in db.session.execute(_ASIDE, {"station_id": station_id})]


def _aside(at: datetime, **facts: Any) -> dict[str, Any]:
    return {**facts, "since": at.isoformat()}
