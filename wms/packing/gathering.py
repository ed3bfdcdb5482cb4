"""Consolidation: the totes of an order that was picked in several zones at once meet at one station."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from wms.core.catalogue import text
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.packing.models import Parcel
from wms.packing.service import Packer, require_wanted, tote_of
from wms.picking import service as picking
from wms.picking.service import Part


@dataclass(frozen=True)
class Gathering:
    """An order of which some totes are here, and what is `missing`, as words of the catalogue."""

    order: str
    totes: tuple[str, ...]
    missing: list[dict[str, Any]]


def put_down(packer: Packer, code: str) -> Gathering | None:
    """A tote is scanned at the station. When its order has others that are not here yet, it waits here for them; None
    when nothing is missing, or the tote is of another kind: then it is opened.

    The first of them says where they meet. Raises `packing.gathers_elsewhere` (409) at any other station, where only a
    supervisor may go on, and `packing.order_stopped`.
    """
    tote_id, shown = tote_of(packer.warehouse_id, code)
    parts = picking.parts_of(tote_id)
    if len(parts) < 2:
        return None
    lock("packing.order", parts[0].order_id)
    parts = picking.parts_of(tote_id)
    mine = next((part for part in parts if part.container_id == tote_id and not part.left), None)
    if mine is None or mine.short or _is_open(mine.order_id):
        return None
    require_wanted(mine.order_id, packer.warehouse_id)
    others = [part for part in parts if part.id != mine.id]
    away = next((part for part in others if part.station_id not in (None, packer.station_id)), None)
    if away is not None and not packer.supervisor:
        raise WmsError("packing.gathers_elsewhere", tote=shown, order=mine.order, station=away.station)
    picking.put_down(mine, packer.station_id)
    missing = [part for part in others if part.station_id != packer.station_id]
    return Gathering(mine.order, (shown,), _words(missing)) if missing else None


def here(packer: Packer, locale: str) -> list[dict[str, Any]]:
    """The orders that are not complete at this station, as clients see them: `{order, totes, missing}`."""
    orders: dict[str, list[Part]] = {}
    for part in picking.parts_at(packer.station_id):
        orders.setdefault(part.order, []).append(part)
    found = []
    for order, parts in orders.items():
        missing = [part for part in parts if part.station_id != packer.station_id]
        totes = [part.tote for part in parts if part not in missing]
        if missing:
            words = text("packing.still_to_come", locale, missing=_words(missing))
            found.append({"order": order, "totes": totes, "missing": words})
    return found


def _is_open(order_id: int) -> bool:
    opened = select(Parcel.id).where(Parcel.order_id == order_id, Parcel.status == "open")
    return db.session.execute(opened).first() is not None


def _words(missing: Sequence[Part]) -> list[dict[str, Any]]:
    """What each part that is not here is, and where."""
    return [
        {
            "say": f"packing.part.{_stands(part)}", "tote": part.tote or "–", "zone": part.zone or "–",
            "cart": part.cart or "–", "person": part.person or "–", "left": part.left, "station": part.station or "–",
        }
        for part in missing
    ]  # fmt: skip


def _stands(part: Part) -> str:
    if part.station_id is not None:
        return "at_station"
    if part.left:
        return "being_picked" if part.person else "not_begun"
    return "picked" if part.over else "on_cart"
