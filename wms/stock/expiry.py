"""Goods whose day has passed are taken out of what may be promised."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.layout.models import PROMISABLE
from wms.stock.goods import Goods
from wms.stock.moving import reclassify

# What is held for a wave stays as it is: a picker may be on the way to it.
_EXPIRED = text(
    """
    SELECT b.id, b.bin_id, b.sku_id, b.lot, b.container_id, b.owner_id, b.on_hand - b.held AS free
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    JOIN stock_lot lot ON lot.sku_id = b.sku_id AND lot.code = b.lot
    WHERE lot.expires_on < :today AND b.warehouse_id = :warehouse_id AND b.condition = 'good'
      AND bin.kind = ANY(:kinds) AND b.on_hand > b.held
    ORDER BY b.id LIMIT :most FOR UPDATE OF b
    """
)
_SERIALS = text(
    """
    SELECT bin_id, sku_id, lot, container_id, owner_id, code FROM stock_serial
    WHERE bin_id = ANY(:bins) AND sku_id = ANY(:skus) AND condition = 'good' ORDER BY id
    """
)


def quarantine_expired(warehouse_id: int, most: int) -> int:
    """Up to `most` places of expired goods become quarantine where they lie; returns how many places did.

    Pieces that a wave holds stay good; the next run takes what of them was not picked.
    """
    asked = {"today": now().date(), "warehouse_id": warehouse_id, "kinds": list(PROMISABLE), "most": most}
    places = db.session.execute(_EXPIRED, asked).all()
    if places:
        reference = f"expired {now().date().isoformat()}"
        reclassify(
            warehouse_id, _goods(places), condition="quarantine", reason="expired", reference=reference, actor_id=None
        )
    return len(places)


def _goods(places: Sequence[Row[Any]]) -> list[Goods]:
    serials: dict[tuple[int, ...], list[str]] = defaultdict(list)
    asked = {"bins": [place.bin_id for place in places], "skus": [place.sku_id for place in places]}
    for row in db.session.execute(_SERIALS, asked):
        serials[row.bin_id, row.sku_id, row.lot, row.container_id, row.owner_id].append(row.code)
    return [piece for place in places for piece in _pieces(place, serials[_key(place)][: place.free])]


def _key(place: Row[Any]) -> tuple[Any, ...]:
    return place.bin_id, place.sku_id, place.lot, place.container_id, place.owner_id


def _pieces(place: Row[Any], serials: list[str]) -> list[Goods]:
    """The free pieces of a place: those with numbers by their numbers, the others as so many."""
    at = {"container_id": place.container_id, "lot": place.lot, "owner_id": place.owner_id}
    numbered, rest = len(serials), place.free - len(serials)
    goods = [Goods(place.sku_id, place.bin_id, numbered, serials=tuple(serials), **at)] if numbered else []
    return [*goods, Goods(place.sku_id, place.bin_id, rest, **at)] if rest else goods
