"""Promises: pieces per warehouse, SKU and owner that orders may count on, before anyone chooses a bin."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import text

from wms.core.clock import now
from wms.core.db import db
from wms.layout.models import PROMISABLE
from wms.stock.rules import Shelf, Want, shortages

K = TypeVar("K", bound=Hashable)

_LOCK = text(
    """
    SELECT l.sku_id, l.owner_id, l.on_hand, l.promised,
           sku.expiry_tracked OR sku.lot_tracking <> 'none' OR l.sku_id = ANY(:aging) AS aging
    FROM stock_level l JOIN sku ON sku.id = l.sku_id
    WHERE l.warehouse_id = :warehouse_id AND l.sku_id = ANY(:skus) AND l.owner_id = ANY(:owners)
    ORDER BY l.id FOR UPDATE OF l
    """
)
_AGES = text(
    """
    SELECT b.sku_id, b.owner_id, lot.expires_on - cast(:today AS date) AS days_left, sum(b.on_hand)::bigint AS qty
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    LEFT JOIN stock_lot lot ON lot.sku_id = b.sku_id AND lot.code = b.lot
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = ANY(:skus) AND b.owner_id = ANY(:owners)
      AND b.condition = 'good' AND bin.kind = ANY(:kinds) AND b.on_hand > 0
    GROUP BY 1, 2, 3
    """
)
_RAISE = text(
    """
    UPDATE stock_level l SET promised = l.promised + c.qty
    FROM unnest(cast(:sku AS bigint[]), cast(:owner AS bigint[]), cast(:qty AS bigint[])) AS c (sku_id, owner_id, qty)
    WHERE l.warehouse_id = :warehouse_id AND l.sku_id = c.sku_id AND l.owner_id = c.owner_id
    """
)
_INSERT = text(
    """
    INSERT INTO stock_promise (warehouse_id, sku_id, owner_id, order_line_id, qty, status, at)
    SELECT :warehouse_id, w.sku_id, w.owner_id, w.line_id, w.qty, 'open', :at
    FROM unnest(cast(:sku AS bigint[]), cast(:owner AS bigint[]), cast(:line AS bigint[]), cast(:qty AS bigint[]))
        AS w (sku_id, owner_id, line_id, qty)
    """
)


def shelves(warehouse_id: int, wants: Sequence[Want]) -> dict[tuple[int, int], Shelf]:
    """What may be promised of these SKUs and owners, by (SKU id, owner id), locked until the transaction ends."""
    asked = {
        "warehouse_id": warehouse_id,
        "skus": sorted({want.sku_id for want in wants}),
        "owners": sorted({want.owner_id for want in wants}),
    }
    levels = db.session.execute(_LOCK, {**asked, "aging": sorted({want.sku_id for want in wants if want.min_days})})
    found, aging = {}, set()
    for row in levels:
        found[row.sku_id, row.owner_id] = Shelf(row.on_hand, row.promised)
        if row.aging:
            aging.add(row.sku_id)
    if aging:
        _note_ages(found, {**asked, "skus": sorted(aging)})
    return found


def promise(warehouse_id: int, wants: Sequence[Want]) -> dict[int, int]:
    """Promise all of these, or nothing: returns {} or the pieces missing by SKU id."""
    return promise_many(warehouse_id, {0: wants}).get(0, {})


def promise_many(warehouse_id: int, orders: Mapping[K, Sequence[Want]]) -> dict[K, dict[int, int]]:
    """Promise order by order, each whole or not at all, in the given sequence, of the stock of each want's owner.

    Returns, for each order that could not be served, the pieces missing by SKU id. A want with `min_days` counts
    only on stock that is fresh enough, and no want on expired stock; see `rules.Shelf.room`.
    """
    places = shelves(warehouse_id, [want for wants in orders.values() for want in wants])
    refused: dict[K, dict[int, int]] = {}
    served: list[Want] = []
    for key, wants in orders.items():
        missing = shortages(wants, places)
        if missing:
            refused[key] = missing
            continue
        for want in wants:
            places[want.sku_id, want.owner_id].promised += want.qty
        served += wants
    _store(warehouse_id, served)
    return refused


def _note_ages(found: Mapping[tuple[int, int], Shelf], asked: Mapping[str, Any]) -> None:
    ages: dict[tuple[int, int], dict[int | None, int]] = defaultdict(dict)
    for row in db.session.execute(_AGES, {**asked, "kinds": list(PROMISABLE), "today": now().date()}):
        ages[row.sku_id, row.owner_id][row.days_left] = row.qty
    for goods, by_age in ages.items():
        if goods in found:
            found[goods].ages = by_age


def _store(warehouse_id: int, wants: Sequence[Want]) -> None:
    if not wants:
        return
    totals: dict[tuple[int, int], int] = defaultdict(int)
    for want in wants:
        totals[want.sku_id, want.owner_id] += want.qty
    skus, owners = map(list, zip(*totals, strict=True))
    db.session.execute(
        _RAISE, {"warehouse_id": warehouse_id, "sku": skus, "owner": owners, "qty": list(totals.values())}
    )
    db.session.execute(
        _INSERT,
        {
            "warehouse_id": warehouse_id,
            "at": now(),
            "sku": [want.sku_id for want in wants],
            "owner": [want.owner_id for want in wants],
            "line": [want.order_line_id for want in wants],
            "qty": [want.qty for want in wants],
        },
    )


_PROMISED = text(
    "SELECT order_line_id, qty FROM stock_promise WHERE order_line_id = ANY(:lines) AND status = 'open'"
)


def promise_anew(warehouse_id: int, wants: Sequence[Want]) -> dict[int, int]:
    """Promise these lines what they still want, whatever they were promised before: picked pieces were lost.

    Returns {} or the pieces missing by SKU id; then each line keeps the promise that it has.
    """
    lines = [want.order_line_id for want in wants]
    there = {row.order_line_id: row.qty for row in db.session.execute(_PROMISED, {"lines": lines})}
    short = [want for want in wants if there.get(want.order_line_id, 0) < want.qty]
    if not short:
        return {}
    with db.session.begin_nested() as attempt:
        release_promises([want.order_line_id for want in short])
        missing = promise(warehouse_id, short)
        if missing:
            attempt.rollback()
    return missing


_RELEASE = text(
    """
    WITH c AS (
        SELECT * FROM unnest(cast(:lines AS bigint[]), cast(:qty AS bigint[])) AS c (line_id, qty)
    ), old AS (
        SELECT p.id, p.warehouse_id, p.sku_id, p.owner_id, least(p.qty, coalesce(c.qty, p.qty)) AS qty
        FROM stock_promise p JOIN c ON c.line_id = p.order_line_id
        WHERE p.status = 'open' ORDER BY p.id FOR UPDATE OF p
    )
    UPDATE stock_promise p
    SET qty = p.qty - old.qty, status = CASE WHEN p.qty = old.qty THEN 'released' ELSE p.status END
    FROM old WHERE old.id = p.id
    RETURNING old.warehouse_id, old.sku_id, old.owner_id, old.qty
    """
)
_LOWER = text(
    """
    WITH c AS (
        SELECT * FROM unnest(cast(:warehouse AS bigint[]), cast(:sku AS bigint[]), cast(:owner AS bigint[]),
                             cast(:qty AS bigint[])) AS c (warehouse_id, sku_id, owner_id, qty)
    ), locked AS (
        SELECT l.id, c.qty FROM stock_level l JOIN c USING (warehouse_id, sku_id, owner_id)
        ORDER BY l.id FOR UPDATE OF l
    )
    UPDATE stock_level l SET promised = l.promised - locked.qty FROM locked WHERE l.id = locked.id
    """
)


def release_promises(order_line_ids: Sequence[int]) -> None:
    """Let go of what these order lines were promised and have not got; lines without a promise are passed over."""
    _release(dict.fromkeys(order_line_ids))


def lower_promises(pieces: Mapping[int, int]) -> None:
    """Let go of so many pieces that order lines were promised (line id → pieces), of all where they are fewer.

    What is left stays promised, whatever has become of the stock meanwhile.
    """
    _release(pieces)


def _release(pieces: Mapping[int, int | None]) -> None:
    lines = sorted(pieces)
    gone = db.session.execute(_RELEASE, {"lines": lines, "qty": [pieces[line] for line in lines]}).all()
    totals: dict[tuple[int, int, int], int] = defaultdict(int)
    for row in gone:
        totals[row.warehouse_id, row.sku_id, row.owner_id] += row.qty
    if totals:
        warehouses, skus, owners = map(list, zip(*totals, strict=True))
        db.session.execute(
            _LOWER, {"warehouse": warehouses, "sku": skus, "owner": owners, "qty": list(totals.values())}
        )
