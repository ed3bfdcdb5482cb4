"""Photographs of parcels, kept as evidence with what was scanned and weighed."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from wms.core import photo
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.packing.models import Parcel, ParcelPhoto

FOLDER = "parcels"


def add(warehouse_id: int, number: str, picture: bytes, *, actor_id: int | None) -> ParcelPhoto:
    """Keep a picture of a parcel, by its number. Raises `core.not_found`, and as `core.photo.keep` does."""
    its = select(Parcel.id).where(Parcel.warehouse_id == warehouse_id, Parcel.number == number)
    parcel_id = db.session.execute(its).scalar()
    if parcel_id is None:
        raise WmsError("core.not_found", thing="parcel", key=number)
    name = photo.keep(FOLDER, parcel_id, picture)
    row = ParcelPhoto(parcel_id=parcel_id, file=name, size_bytes=len(picture), person_id=actor_id, at=now())
    db.session.add(row)
    db.session.flush()
    return row


def find(warehouse_id: int, name: str) -> Path:
    """The file of a picture of this warehouse. Raises `core.not_found`."""
    its = select(ParcelPhoto.file).join(Parcel, Parcel.id == ParcelPhoto.parcel_id)
    its = its.where(ParcelPhoto.file == name, Parcel.warehouse_id == warehouse_id)
    return photo.find(FOLDER, db.session.execute(its).scalar_one_or_none())


def of(parcel_ids: Iterable[int]) -> dict[int, list[str]]:
    """The file names of the pictures of these parcels."""
    found: dict[int, list[str]] = defaultdict(list)
    its = select(ParcelPhoto.parcel_id, ParcelPhoto.file).where(among(ParcelPhoto.parcel_id, parcel_ids))
    for parcel_id, file in db.session.execute(its.order_by(ParcelPhoto.id)):
        found[parcel_id].append(file)
    return found
