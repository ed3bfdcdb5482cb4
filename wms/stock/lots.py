"""Lots (批次): made as goods arrive, each with one pair of dates that nothing may contradict."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.stock.goods import Goods, SkuFact

ON_RECEIPT = ("receipt", "move")


def take_in(goods: Sequence[Goods], facts: Mapping[int, SkuFact]) -> None:
    """The lots of arriving goods are there afterwards, with their dates.

    Raises `stock.lot_needed`, `stock.expiry_needed`, `stock.lot_dates_differ`, `stock.lot_expired` and
    `stock.lot_too_short`. An expiry date that is not told follows from production and shelf life.
    """
    dated = []
    for each in goods:
        fact = facts[each.sku_id]
        if not each.lot and (fact.lot_tracking in ON_RECEIPT or fact.expiry_tracked):
            raise WmsError("stock.lot_needed", sku=fact.code)
        dated.append(replace(each, expires_on=expiry(each, fact.shelf_life_days)))
    known = note(dated)
    for each in dated:
        _check_life(each.lot, known.get((each.sku_id, each.lot), each.expires_on), facts[each.sku_id])


def expiry(goods: Goods, shelf_life_days: int | None) -> date | None:
    """The day on which goods end: as told, else production and shelf life, else not known."""
    if goods.expires_on is None and goods.produced_on and shelf_life_days is not None:
        return goods.produced_on + timedelta(days=shelf_life_days)
    return goods.expires_on


def _check_life(lot: str, expires: date | None, fact: SkuFact) -> None:
    if expires is None:
        if fact.expiry_tracked:
            raise WmsError("stock.expiry_needed", sku=fact.code, lot=lot)
        return
    left = (expires - now().date()).days
    if left < 0:
        raise WmsError("stock.lot_expired", sku=fact.code, lot=lot, day=expires.isoformat())
    if left < fact.min_days_receipt:
        raise WmsError("stock.lot_too_short", sku=fact.code, lot=lot, left=left, needed=fact.min_days_receipt)


_MAKE = text(
    """
    INSERT INTO stock_lot (sku_id, code, produced_on, expires_on, received_at)
    SELECT sku_id, code, max(produced_on), max(expires_on), :at
    FROM unnest(cast(:sku AS bigint[]), cast(:code AS text[]), cast(:produced AS date[]), cast(:expires AS date[]))
        AS l (sku_id, code, produced_on, expires_on)
    GROUP BY sku_id, code ORDER BY sku_id, code
    ON CONFLICT DO NOTHING
    """
)
_LOCK = text(
    """
    SELECT l.id, l.sku_id, l.code, l.produced_on, l.expires_on, sku.code AS sku
    FROM stock_lot l JOIN sku ON sku.id = l.sku_id
    JOIN (SELECT DISTINCT * FROM unnest(cast(:sku AS bigint[]), cast(:code AS text[])) AS u (sku_id, code)) n
      ON n.sku_id = l.sku_id AND n.code = l.code
    ORDER BY l.id FOR UPDATE OF l
    """
)
_DATE = text("UPDATE stock_lot SET produced_on = :produced, expires_on = :expires WHERE id = :id")


def note(goods: Iterable[Goods]) -> dict[tuple[int, str], date | None]:
    """Make the lots that goods name and that are new; returns each lot's expiry day by (sku, lot).

    A date that was not known of a lot is added to it. Raises `stock.lot_dates_differ`.
    """
    named = [each for each in goods if each.lot]
    if not named:
        return {}
    keys = {"sku": [each.sku_id for each in named], "code": [each.lot for each in named]}
    dates = {"produced": [each.produced_on for each in named], "expires": [each.expires_on for each in named]}
    db.session.execute(_MAKE, {**keys, **dates, "at": now()})
    known = {(row.sku_id, row.code): row for row in db.session.execute(_LOCK, keys)}
    of_lot: dict[tuple[int, str], list[Goods]] = defaultdict(list)
    for each in named:
        row = known[each.sku_id, each.lot]
        of_lot[each.sku_id, each.lot].append(each)
        for told, kept in ((each.expires_on, row.expires_on), (each.produced_on, row.produced_on)):
            if told and kept and told != kept:
                raise WmsError("stock.lot_dates_differ", sku=row.sku, lot=row.code, told=str(told), known=str(kept))
    return {key: _completed(row, of_lot[key]) for key, row in known.items()}


def _completed(row: Row[Any], same: Sequence[Goods]) -> date | None:
    """Add what was not known of a lot, as these goods of it tell; returns its expiry day."""
    produced = row.produced_on or next((each.produced_on for each in same if each.produced_on), None)
    expires: date | None = row.expires_on or next((each.expires_on for each in same if each.expires_on), None)
    if (produced, expires) != (row.produced_on, row.expires_on):
        db.session.execute(_DATE, {"id": row.id, "produced": produced, "expires": expires})
    return expires
