"""How moves are shown to people and programs, and how what they ask for is understood."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from wms.access.models import Person
from wms.catalog import service as catalog
from wms.core import catalogue
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout import service as layout
from wms.stock.history import Asked, Moved
from wms.stock.models import Container
from wms.stock.schemas import MoveView

_AS_IT_IS = ("id", "at", "reason", "reference", "qty", "lot", "serial", "owner", "condition", "unit_cost")


def as_asked(warehouse_id: int, query: Mapping[str, Any]) -> Asked:
    """What `HistoryQuery` asks for, its codes found. Raises `layout.unknown_bin`, `catalog.unknown_sku` and
    `core.not_found` for a code that nothing has."""
    return Asked(
        bin_id=_id(query["bin"], lambda code: bin_id(warehouse_id, code)),
        sku_id=_id(query["sku"], sku_id),
        lot=query["lot"],
        serial=query["serial"],
        container_id=_id(query["container"], lambda code: container_id(warehouse_id, code)),
        person_id=_id(query["person"], _person_id),
        reference=query["reference"],
        reasons=query["reason"],
        since=query["since"],
        until=query["until"],
    )


def _id(code: str | None, find: Any) -> int | None:
    return None if code is None else find(code)


def bin_id(warehouse_id: int, code: str) -> int:
    """The id of the bin with this code. Raises `layout.unknown_bin`."""
    found = layout.bin_ids(warehouse_id, [code])
    if code not in found:
        raise WmsError("layout.unknown_bin", bin=code)
    return found[code][0]


def sku_id(code: str) -> int:
    """The id of the SKU with this code. Raises `catalog.unknown_sku`."""
    found = catalog.sku_ids([code])
    if code not in found:
        raise WmsError("catalog.unknown_sku", sku=code)
    return found[code]


def container_id(warehouse_id: int, code: str) -> int:
    """The id of the container with this code. Raises `core.not_found`."""
    named = select(Container.id).where(Container.warehouse_id == warehouse_id, Container.code == code)
    return _one(named, "container", code)


def _person_id(badge: str) -> int:
    return _one(select(Person.id).where(Person.badge == badge), "badge", badge)


def _one(query: Any, thing: str, key: str) -> int:
    found = db.session.execute(query).scalar()
    if found is None:
        raise WmsError("core.not_found", thing=thing, key=key)
    return int(found)


def move(moved: Moved, locale: str) -> dict[str, Any]:
    """One move, as JSON."""
    facts = {
        **{name: getattr(moved, name) for name in _AS_IT_IS},
        "reason_text": reason(moved.reason, locale),
        "sku": {"id": moved.sku_id, "code": moved.sku, "name": moved.sku_name},
        "source": _end(moved.from_bin_id, moved.from_bin, moved.from_kind, moved.from_container),
        "target": _end(moved.to_bin_id, moved.to_bin, moved.to_kind, moved.to_container),
        "person": {"id": moved.person_id, "name": moved.person or ""} if moved.person_id else None,
        "command": {"id": moved.command_id, "name": moved.command} if moved.command_id else None,
    }
    dumped = MoveView().dump(facts)
    assert isinstance(dumped, dict)
    return dumped


def _end(id: int, bin: str, kind: str, container: str | None) -> dict[str, Any]:
    return {"id": id, "bin": bin, "kind": kind, "container": container}


def reason(code: str, locale: str) -> str:
    """Why goods moved, in words; a reason that the catalogue does not know is shown as it was given."""
    known = catalogue.messages().get(f"stock.reason.{code}")
    return known.text(locale, {}) if known else code
