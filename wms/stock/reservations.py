"""Reservations: pieces of exact places set aside for something that is not an order's line.

Each is a row of `stock_hold` with its origin and the reference of what it serves. Pieces set aside for a transfer,
a kit or by hand may not be promised to orders meanwhile: they count as `promised` of their level. Those set
aside for replenishment only move within the house and stay to be promised.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import PROMISABLE
from wms.stock import moving, space
from wms.stock.goods import Goods
from wms.stock.ledger import check_quantity, not_enough, place_arrays
from wms.stock.models import LOOSE, ORIGINS, UNPROMISED
from wms.stock.serials import among_those

OTHER_ORIGINS = tuple(origin for origin in ORIGINS if origin != "order")

_PLACES = """
    unnest(cast(:bin AS bigint[]), cast(:sku AS bigint[]), cast(:lot AS text[]), cast(:container AS bigint[]),
           cast(:owner AS bigint[]), cast(:condition AS text[]), cast(:change AS bigint[]))
        AS p (bin_id, sku_id, lot, container_id, owner_id, condition, qty)
    ON b.bin_id = p.bin_id AND b.sku_id = p.sku_id AND b.lot = p.lot AND b.container_id = p.container_id
       AND b.owner_id = p.owner_id AND b.condition = p.condition
"""
_HOLD = text(
    f"""
    WITH there AS (
        SELECT b.id, p.qty FROM stock_balance b JOIN {_PLACES}
        WHERE b.warehouse_id = :warehouse_id ORDER BY b.id FOR UPDATE OF b
    ), raised AS (
        UPDATE stock_balance b SET held = b.held + there.qty FROM there
        WHERE b.id = there.id AND b.on_hand - b.held >= there.qty
        RETURNING b.id, there.qty
    )
    INSERT INTO stock_hold (warehouse_id, balance_id, origin, reference, qty, status, at)
    SELECT :warehouse_id, id, :origin, :reference, qty, 'open', :at FROM raised ORDER BY id
    RETURNING id, balance_id, qty
    """  # noqa: S608 - the fragment is a constant of this file
)


def reserve(warehouse_id: int, goods: Sequence[Goods], *, origin: str, reference: str) -> list[int]:
    """Set pieces aside for a transfer, replenishment, a kit, or by hand; returns the ids of the holds.

    Raises `stock.bad_origin`, `stock.reference_needed`, `stock.bad_quantity`, `stock.not_enough` where fewer are
    free, and `stock.promised_to_orders` where they are free in the bin and promised all the same.
    """
    if origin not in OTHER_ORIGINS:
        raise WmsError("stock.bad_origin", origin=origin, known=", ".join(OTHER_ORIGINS))
    if not reference:
        raise WmsError("stock.reference_needed")
    wanted: dict[Any, int] = defaultdict(int)
    for each in goods:
        check_quantity(each.qty)
        wanted[each.place] += each.qty
    if not wanted:
        return []
    what = {"warehouse_id": warehouse_id, "origin": origin, "reference": reference, "at": now()}
    rows = db.session.execute(_HOLD, {**what, **place_arrays(wanted)}).all()
    if len(rows) != len(wanted):
        raise not_enough({place: -qty for place, qty in wanted.items()})
    if origin in UNPROMISED:
        _promise(warehouse_id, [(row.balance_id, row.qty) for row in rows])
    return [row.id for row in rows]


_COUNTED = text(
    """
    SELECT b.sku_id, b.owner_id, cast(sum(c.qty) AS bigint) AS qty
    FROM unnest(cast(:id AS bigint[]), cast(:qty AS bigint[])) AS c (id, qty)
    JOIN stock_balance b ON b.id = c.id JOIN bin ON bin.id = b.bin_id
    WHERE b.condition = 'good' AND bin.kind = ANY(:promisable) GROUP BY b.sku_id, b.owner_id
    """
)
_LEVELS = text(
    """
    WITH c AS (
        SELECT * FROM unnest(cast(:sku AS bigint[]), cast(:owner AS bigint[]), cast(:change AS bigint[]))
            AS c (sku_id, owner_id, change)
    ), there AS (
        SELECT l.id, c.change FROM stock_level l JOIN c USING (sku_id, owner_id)
        WHERE l.warehouse_id = :warehouse_id ORDER BY l.id FOR UPDATE OF l
    )
    UPDATE stock_level l SET promised = l.promised + there.change FROM there
    WHERE l.id = there.id AND (there.change < 0 OR l.on_hand - l.promised >= there.change)
    RETURNING l.sku_id, l.owner_id
    """
)
_FREE = text(
    """
    SELECT s.code AS sku, greatest(l.on_hand - l.promised, 0) AS free
    FROM sku s LEFT JOIN stock_level l ON l.sku_id = s.id AND l.warehouse_id = :warehouse_id AND l.owner_id = :owner
    WHERE s.id = :sku
    """
)


def _promise(warehouse_id: int, balances: Sequence[tuple[int, int]], sign: int = 1) -> None:
    """Count pieces of these balances (id, qty) as promised, or with sign -1 no longer so."""
    ids, pieces = zip(*balances, strict=True)
    rows = db.session.execute(_COUNTED, {"id": list(ids), "qty": list(pieces), "promisable": list(PROMISABLE)}).all()
    if not rows:
        return
    changes = {(row.sku_id, row.owner_id): sign * row.qty for row in rows}
    skus, owners = (list(column) for column in zip(*changes, strict=True))
    values = {"sku": skus, "owner": owners, "change": list(changes.values()), "warehouse_id": warehouse_id}
    done = {(row.sku_id, row.owner_id) for row in db.session.execute(_LEVELS, values)}
    for (sku, owner), wanted in changes.items():
        if (sku, owner) not in done:
            row = db.session.execute(_FREE, {"warehouse_id": warehouse_id, "sku": sku, "owner": owner}).one()
            raise WmsError("stock.promised_to_orders", sku=row.sku, free=row.free or 0, wanted=wanted)


_END = text(
    """
    WITH gone AS (
        SELECT id, balance_id, qty FROM stock_hold
        WHERE warehouse_id = :warehouse_id AND origin = :origin AND reference = :reference AND status = 'open'
          AND (cast(:ids AS bigint[]) IS NULL OR id = ANY(:ids))
        ORDER BY id FOR UPDATE
    ), ended AS (
        UPDATE stock_hold h SET status = :status, qty = 0 FROM gone WHERE gone.id = h.id
    )
    SELECT gone.balance_id, cast(sum(gone.qty) AS bigint) AS qty FROM gone GROUP BY gone.balance_id
    """
)
_LOWER = text(
    """
    WITH c AS (
        SELECT * FROM unnest(cast(:id AS bigint[]), cast(:qty AS bigint[])) AS c (id, qty)
    ), there AS (
        SELECT b.id, c.qty FROM stock_balance b JOIN c USING (id) ORDER BY b.id FOR UPDATE OF b
    )
    UPDATE stock_balance b SET held = b.held - there.qty FROM there WHERE b.id = there.id
    RETURNING b.id, b.bin_id, b.sku_id, b.lot, b.container_id, b.owner_id, b.condition, there.qty
    """
)


def release_reservation(
    warehouse_id: int, origin: str, reference: str, *, hold_ids: Sequence[int] | None = None
) -> int:
    """Let go of what is set aside for this (of these holds only, when named); returns the pieces, 0 when none were."""
    return sum(row.qty for row in _end(warehouse_id, origin, reference, "released", hold_ids))


def take_reserved(
    warehouse_id: int,
    origin: str,
    reference: str,
    *,
    to_bin_id: int,
    to_container_id: int = LOOSE,
    reason: str,
    actor_id: int | None,
    hold_ids: Sequence[int] | None = None,
    serials: Mapping[int, Sequence[str]] | None = None,
) -> list[Goods]:
    """Move what is set aside for this to a bin; returns the goods as they lay before.

    `serials`: numbers of the pieces by SKU id, where they are scanned at every move. Raises
    `stock.nothing_reserved`, and as `moving.move` does.
    """
    space.lock([to_bin_id])
    rows = _end(warehouse_id, origin, reference, "consumed", hold_ids)
    if not rows:
        raise WmsError("stock.nothing_reserved", reference=reference)
    goods = [_goods(row) for row in rows]
    named = [replace(each, serials=among_those(each.place, (serials or {}).get(each.sku_id, ()))) for each in goods]
    moving.move(
        warehouse_id, named, to_bin_id, to_container_id, reason=reason, reference=reference, actor_id=actor_id
    )
    return named


def _end(
    warehouse_id: int, origin: str, reference: str, status: str, hold_ids: Sequence[int] | None
) -> Sequence[Row[Any]]:
    """End holds; returns their places with the pieces that were held. The places stay locked."""
    ids = None if hold_ids is None else list(hold_ids)
    what = {"warehouse_id": warehouse_id, "origin": origin, "reference": reference, "status": status, "ids": ids}
    gone = db.session.execute(_END, what).all()
    if not gone:
        return []
    balances = [(row.balance_id, row.qty) for row in gone]
    arrays = {"id": [row.balance_id for row in gone], "qty": [row.qty for row in gone]}
    lowered = db.session.execute(_LOWER, arrays).all()
    if origin in UNPROMISED:
        _promise(warehouse_id, balances, sign=-1)
    return lowered


def _goods(row: Row[Any]) -> Goods:
    return Goods(
        row.sku_id, row.bin_id, row.qty, container_id=row.container_id, lot=row.lot, owner_id=row.owner_id,
        condition=row.condition,
    )  # fmt: skip


_RESERVED = text(
    """
    SELECT b.bin_id, b.sku_id, b.lot, b.container_id, b.owner_id, b.condition, cast(sum(h.qty) AS bigint) AS qty
    FROM stock_hold h JOIN stock_balance b ON b.id = h.balance_id
    WHERE h.warehouse_id = :warehouse_id AND h.origin = :origin AND h.reference = :reference AND h.status = 'open'
    GROUP BY b.id ORDER BY b.id
    """
)


def reserved(warehouse_id: int, origin: str, reference: str) -> list[Goods]:
    """What is set aside for this, place by place."""
    what = {"warehouse_id": warehouse_id, "origin": origin, "reference": reference}
    return [_goods(row) for row in db.session.execute(_RESERVED, what)]
