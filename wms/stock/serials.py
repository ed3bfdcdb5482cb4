"""Serial numbers: pieces that are known one by one, and where each of them is."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import INSIDE
from wms.stock.models import Serial

if TYPE_CHECKING:
    from wms.stock.ledger import Move, Place
    from wms.stock.models import StockBalance

_MOVED = """
    unnest(cast(:sku AS bigint[]), cast(:code AS text[]), cast(:from_bin AS bigint[]),
           cast(:from_container AS bigint[]), cast(:to_bin AS bigint[]), cast(:to_container AS bigint[]),
           cast(:lot AS text[]), cast(:owner AS bigint[]), cast(:condition AS text[]))
        AS m (sku_id, code, from_bin_id, from_container_id, to_bin_id, to_container_id, lot, owner_id, condition)
"""
_LEAVE = text(
    f"""
    UPDATE stock_serial s SET bin_id = m.to_bin_id, container_id = m.to_container_id, seen_at = :at
    FROM {_MOVED}
    WHERE s.sku_id = m.sku_id AND s.code = m.code AND s.bin_id = m.from_bin_id
      AND s.container_id = m.from_container_id AND s.lot = m.lot AND s.owner_id = m.owner_id
      AND s.condition = m.condition
    RETURNING s.sku_id, s.code
    """  # noqa: S608 - the fragment is a constant of this file
)
_ARRIVE = text(
    f"""
    INSERT INTO stock_serial AS s (warehouse_id, sku_id, code, bin_id, container_id, lot, owner_id, condition, seen_at)
    SELECT :warehouse_id, m.sku_id, m.code, m.to_bin_id, m.to_container_id, m.lot, m.owner_id, m.condition, :at
    FROM {_MOVED} ORDER BY m.sku_id, m.code
    ON CONFLICT (sku_id, code) DO UPDATE
    SET warehouse_id = excluded.warehouse_id, bin_id = excluded.bin_id, container_id = excluded.container_id,
        lot = excluded.lot, owner_id = excluded.owner_id, condition = excluded.condition, seen_at = excluded.seen_at
    WHERE s.bin_id IS NULL
    RETURNING s.sku_id, s.code
    """  # noqa: S608
)


def follow(warehouse_id: int, moves: Sequence[Move], kinds: Mapping[int, str]) -> None:
    """The serial numbers go where their pieces went; each of these moves has one.

    Raises `stock.serial_twice` for one that is named twice, `stock.serial_not_here` for one that is not at the
    place its piece left, `stock.serial_known` for one that comes from outside and is in a house already.
    """
    if not moves:
        return
    leaving = [move for move in moves if kinds[move.from_bin_id] in INSIDE]
    arriving = [move for move in moves if kinds[move.from_bin_id] not in INSIDE]
    for together in (leaving, arriving):
        check_once([(move.sku_id, move.serial) for move in together])
    if leaving:
        _require(leaving, _ran(_LEAVE, warehouse_id, leaving, kinds), "stock.serial_not_here")
    if arriving:
        _require(arriving, _ran(_ARRIVE, warehouse_id, arriving, kinds), "stock.serial_known")


def check_once(serials: Sequence[tuple[int, str]]) -> None:
    """Raises `stock.serial_twice` when one (sku, serial) is there twice."""
    seen: set[tuple[int, str]] = set()
    for each in serials:
        if each in seen:
            raise WmsError("stock.serial_twice", serial=each[1])
        seen.add(each)


def _ran(statement: object, warehouse_id: int, moves: Sequence[Move], kinds: Mapping[int, str]) -> set[tuple[int, str]]:
    rows = {
        "sku": [move.sku_id for move in moves],
        "code": [move.serial for move in moves],
        "from_bin": [move.from_bin_id for move in moves],
        "from_container": [move.from_container_id for move in moves],
        "to_bin": [move.to_bin_id if kinds[move.to_bin_id] in INSIDE else None for move in moves],
        "to_container": [move.to_container_id for move in moves],
        "lot": [move.lot for move in moves],
        "owner": [move.owner_id for move in moves],
        "condition": [move.condition for move in moves],
    }
    done = db.session.execute(statement, {"warehouse_id": warehouse_id, "at": now(), **rows})  # type: ignore[call-overload]
    return {(row.sku_id, row.code) for row in done}


def _require(moves: Sequence[Move], found: set[tuple[int, str]], refusal: str) -> None:
    for move in moves:
        if (move.sku_id, move.serial) not in found:
            raise WmsError(refusal, serial=move.serial)


def at(place: Place | StockBalance) -> list[str]:
    """The numbers of the pieces that are known at this place."""
    rows = db.session.execute(
        select(Serial.code)
        .where(Serial.bin_id == place.bin_id, Serial.sku_id == place.sku_id, Serial.lot == place.lot)
        .where(Serial.container_id == place.container_id, Serial.owner_id == place.owner_id)
        .where(Serial.condition == place.condition)
        .order_by(Serial.code)
    )
    return list(rows.scalars())


def among_those(place: Place, numbers: Sequence[str]) -> tuple[str, ...]:
    """Those of these numbers whose pieces lie at the place."""
    return tuple(number for number in at(place) if number in numbers) if numbers else ()
