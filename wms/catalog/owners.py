"""Whose goods they are (货主)."""
from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from wms.catalog.models import Owner
from wms.core.db import db
from wms.core.error import WmsError


def owners() -> list[Owner]:
    """All owners, the house itself first."""
    return list(db.session.execute(select(Owner).order_by(Owner.id)).scalars())


def add_owner(code: str, name: str) -> int:
    """Make an owner; returns its id. Raises `catalog.owner_exists` (409)."""
    made = insert(Owner).values(code=code, name=name).on_conflict_do_nothing().returning(Owner.id)
    owner_id = db.session.execute(made).scalar_one_or_none()
    if owner_id is None:
        raise WmsError("catalog.owner_exists", owner=code)
    return owner_id


def owner_id(code: str) -> int:
    """The id of the owner with this code. Raises `catalog.unknown_owner` (404)."""
    found = db.session.execute(select(Owner.id).where(Owner.code == code)).scalar_one_or_none()
    if found is None:
        raise WmsError("catalog.unknown_owner", owner=code)
    return found
