"""Moves as the desk reads them: a page of a thing's history, and one move with what it left behind."""
from __future__ import annotations

from typing import Any

from sqlalchemy import text

from wms.catalog.models import Sku
from wms.core import catalogue
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import INSIDE
from wms.stock import service as stock
from wms.stock.service import Asked, Moved

NEAR = 500  # moves of one command are numbered close together


def page(warehouse_id: int, asked: Asked, locale: str, before: int, limit: int) -> list[dict[str, Any]]:
    """The newest moves that fit, older than `before` (0: from the newest on)."""
    found = stock.history(warehouse_id, asked, before=before, limit=limit)
    ids = {each.sku_id for each in found}
    pictures = dict(db.session.execute(db.select(Sku.id, Sku.picture).where(among(Sku.id, ids))).all()) if ids else {}
    return [shown(each, locale) | {"picture": pictures.get(each.sku_id, "")} for each in found]


def one(warehouse_id: int, move_id: int, locale: str) -> dict[str, Any]:
    """A move, `{…, ends: {from, to}, together}`: what lay at each end before and after it, and the other moves of its
    command. An end outside the house has none. Raises `core.not_found`."""
    found = stock.history(warehouse_id, Asked(), before=move_id + 1, limit=1)
    if not found or found[0].id != move_id:
        raise WmsError("core.not_found", thing="move", key=move_id)
    move = found[0]
    ends = {"from": _left(warehouse_id, move, "from"), "to": _left(warehouse_id, move, "to")}
    picture = db.session.execute(db.select(Sku.picture).where(Sku.id == move.sku_id)).scalar()
    return shown(move, locale) | {"picture": picture, "ends": ends, "together": _together(warehouse_id, move, locale)}


def shown(move: Moved, locale: str) -> dict[str, Any]:
    """One move, as JSON."""
    same = ("id", "reason", "reference", "qty", "lot", "serial", "owner", "condition")
    return {name: getattr(move, name) for name in same} | {
        "at": move.at.isoformat(),
        "reason_text": reason(move.reason, locale),
        "sku": {"id": move.sku_id, "code": move.sku, "name": move.sku_name},
        "from": _end(move, "from"),
        "to": _end(move, "to"),
        "person": {"id": move.person_id, "name": move.person or ""} if move.person_id else None,
        "command": {"id": move.command_id, "name": move.command} if move.command_id else None,
        "unit_cost": None if move.unit_cost is None else str(move.unit_cost),
    }


def _end(move: Moved, end: str) -> dict[str, Any]:
    names = {"id": "bin_id", "code": "bin", "kind": "kind", "container": "container"}
    return {name: getattr(move, f"{end}_{field}") for name, field in names.items()}


def reason(code: str, locale: str) -> str:
    """Why goods moved, in words; a reason that the catalogue does not know is shown as it was given."""
    known = catalogue.messages().get(f"stock.reason.{code}")
    return known.text(locale, {}) if known else code.replace("_", " ")


# What lay at the place of a move after it: what lies there now, less what came since, plus what left since.
_LEFT = text(
    """
    WITH move AS MATERIALIZED (SELECT * FROM stock_move WHERE id = :id), place AS MATERIALIZED (
        SELECT CASE WHEN :out THEN from_bin_id ELSE to_bin_id END AS bin_id,
               CASE WHEN :out THEN from_container_id ELSE to_container_id END AS container_id,
               warehouse_id, sku_id, lot, owner_id, condition, id FROM move
    )
    SELECT coalesce((SELECT b.on_hand FROM stock_balance b WHERE b.bin_id = p.bin_id AND b.sku_id = p.sku_id
                     AND b.lot = p.lot AND b.container_id = p.container_id AND b.owner_id = p.owner_id
                     AND b.condition = p.condition), 0)
           - coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.to_bin_id = p.bin_id AND m.id > p.id
                       AND m.sku_id = p.sku_id AND m.lot = p.lot AND m.to_container_id = p.container_id
                       AND m.owner_id = p.owner_id AND m.condition = p.condition), 0)
           + coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.from_bin_id = p.bin_id AND m.id > p.id
                       AND m.sku_id = p.sku_id AND m.lot = p.lot AND m.from_container_id = p.container_id
                       AND m.owner_id = p.owner_id AND m.condition = p.condition), 0) AS pieces
    FROM place p
    """
)


def _left(warehouse_id: int, move: Moved, end: str) -> dict[str, int] | None:
    """`{before, after}` in pieces, None outside the house."""
    if getattr(move, f"{end}_kind") not in INSIDE:
        return None
    after = int(db.session.execute(_LEFT, {"id": move.id, "out": end == "from"}).scalar_one())
    return {"before": after + move.qty if end == "from" else after - move.qty, "after": after}


_TOGETHER = text(
    """
    SELECT id FROM stock_move WHERE id BETWEEN :low AND :high AND warehouse_id = :warehouse_id AND id <> :id
    AND command_id = cast(:command_id AS uuid) ORDER BY id LIMIT 50
    """
)


def _together(warehouse_id: int, move: Moved, locale: str) -> list[dict[str, Any]]:
    if not move.command_id:
        return []
    given = {"low": move.id - NEAR, "high": move.id + NEAR, "warehouse_id": warehouse_id, "id": move.id}
    ids = db.session.execute(_TOGETHER, given | {"command_id": move.command_id}).scalars().all()
    found = [stock.history(warehouse_id, Asked(), before=id + 1, limit=1)[0] for id in ids]
    return [shown(each, locale) for each in found]
