"""Bulk picking: pieces that are held for many order lines in one place move into one tote, in one statement.

The same steps as `picks.PICKED`, for a set: holds, balance, tote, promises, level and ledger. Each order line keeps a
ledger row of its own, so that what was picked for it stays provable.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wms.core.clock import now
from wms.core.command import current_command
from wms.core.prepared import Prepared, execute
from wms.stock.ledger import check_quantity
from wms.stock.picks import check_moved


@dataclass(frozen=True)
class Taken:
    """`qty` pieces of a hold; `serials` are the numbers of those pieces, as many, where they have any."""

    hold_id: int
    qty: int
    reference: str
    serials: tuple[str, ...] = ()


# `goods` are all holds of one statement by their balance, because an UPDATE changes each row once. Rows are locked by
# id before they are changed, as everywhere.
_PICK_MANY = Prepared(
    "pick_many_held",
    """
    WITH taken AS (
        SELECT * FROM unnest(cast(:holds AS bigint[]), cast(:qtys AS bigint[])) AS u (hold_id, qty)
    ), locked AS MATERIALIZED (
        SELECT k.id, k.balance_id, k.order_line_id, taken.qty FROM stock_hold k JOIN taken ON taken.hold_id = k.id
        WHERE k.status = 'open' AND k.qty >= taken.qty ORDER BY k.id FOR UPDATE OF k
    ), h AS (
        UPDATE stock_hold k SET qty = k.qty - locked.qty,
               status = CASE WHEN k.qty = locked.qty THEN 'consumed' ELSE k.status END
        FROM locked WHERE k.id = locked.id
        RETURNING k.id, locked.balance_id, locked.order_line_id, locked.qty
    ), goods AS (
        SELECT balance_id, cast(sum(qty) AS bigint) AS qty FROM h GROUP BY balance_id
    ), b AS (
        UPDATE stock_balance a SET on_hand = a.on_hand - goods.qty, held = a.held - goods.qty
        FROM goods WHERE a.id = goods.balance_id
        RETURNING a.id, a.warehouse_id, a.bin_id, a.sku_id, a.lot, a.container_id, a.owner_id, a.condition, goods.qty
    ), t AS (
        INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held)
        SELECT warehouse_id, cast(:to_bin_id AS bigint), sku_id, lot, cast(:to_container_id AS bigint), owner_id,
               condition, cast(sum(qty) AS bigint), 0
        FROM b GROUP BY warehouse_id, sku_id, lot, owner_id, condition
        ON CONFLICT ON CONSTRAINT uq_stock_balance_place
        DO UPDATE SET on_hand = stock_balance.on_hand + excluded.on_hand
        RETURNING id
    ), promised AS (
        SELECT order_line_id, cast(sum(qty) AS bigint) AS qty FROM h, (SELECT count(*) FROM t) AS tote_first
        GROUP BY order_line_id
    ), promises AS MATERIALIZED (
        SELECT k.id, promised.qty FROM stock_promise k JOIN promised USING (order_line_id)
        WHERE k.status = 'open' AND k.qty >= promised.qty ORDER BY k.id FOR UPDATE OF k
    ), p AS (
        UPDATE stock_promise k SET qty = k.qty - promises.qty,
               status = CASE WHEN k.qty = promises.qty THEN 'kept' ELSE k.status END
        FROM promises WHERE k.id = promises.id
        RETURNING k.warehouse_id, k.sku_id, k.owner_id, promises.qty
    ), l AS (
        UPDATE stock_level k SET on_hand = k.on_hand - sums.qty, promised = k.promised - sums.qty
        FROM (SELECT warehouse_id, sku_id, owner_id, cast(sum(qty) AS bigint) AS qty FROM p
              GROUP BY warehouse_id, sku_id, owner_id) AS sums
        WHERE k.warehouse_id = sums.warehouse_id AND k.sku_id = sums.sku_id AND k.owner_id = sums.owner_id
        RETURNING k.id
    ), s AS (
        UPDATE stock_serial n SET bin_id = cast(:to_bin_id AS bigint), container_id = cast(:to_container_id AS bigint),
               seen_at = cast(:now AS timestamptz)
        FROM b WHERE n.sku_id = b.sku_id AND n.code = ANY(cast(:numbers AS text[])) AND n.bin_id = b.bin_id
          AND n.container_id = b.container_id AND n.lot = b.lot AND n.owner_id = b.owner_id
          AND n.condition = b.condition
        RETURNING n.code
    ), pieces AS (
        SELECT * FROM unnest(cast(:piece_holds AS bigint[]), cast(:piece_qtys AS bigint[]),
                             cast(:references AS text[]), cast(:serials AS text[]))
            AS u (hold_id, qty, reference, serial)
    ), moved AS (
        INSERT INTO stock_move (warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id,
                                from_container_id, to_container_id, reason, reference, actor_id, at, command_id)
        SELECT b.warehouse_id, b.sku_id, b.lot, pieces.serial, b.owner_id, b.condition, pieces.qty, b.bin_id,
               cast(:to_bin_id AS bigint), b.container_id, cast(:to_container_id AS bigint), 'pick', pieces.reference,
               cast(:actor_id AS bigint), cast(:now AS timestamptz), cast(:command_id AS uuid)
        FROM pieces JOIN h ON h.id = pieces.hold_id JOIN b ON b.id = h.balance_id,
             (SELECT count(*) FROM l) AS level_first
        WHERE pieces.serial = '' OR pieces.serial IN (SELECT code FROM s)
        ORDER BY h.id, pieces.serial
        RETURNING id
    )
    SELECT (SELECT count(*) FROM moved) AS moves, (SELECT count(*) FROM promised) AS wanted,
           (SELECT count(*) FROM p) AS kept
    """,
)


def pick_many(taken: Sequence[Taken], *, to_bin_id: int, to_container_id: int, actor_id: int | None) -> None:
    """Move held pieces of several order lines into a tote: their holds and promises are kept to that extent.

    Raises `stock.hold_gone` when fewer are held or promised, `stock.bad_quantity` for a quantity out of range.
    """
    for each in taken:
        check_quantity(each.qty)
    pieces = [(each, serial) for each in taken for serial in (each.serials or ("",))]
    values = {
        "holds": [each.hold_id for each in taken],
        "qtys": [each.qty for each in taken],
        "piece_holds": [each.hold_id for each, _ in pieces],
        "piece_qtys": [1 if serial else each.qty for each, serial in pieces],
        "references": [each.reference for each, _ in pieces],
        "serials": [serial for _, serial in pieces],
        "numbers": [serial for _, serial in pieces if serial],
        "to_bin_id": to_bin_id,
        "to_container_id": to_container_id,
        "actor_id": actor_id,
        "now": now(),
        "command_id": current_command.get(),
    }
    row = execute(_PICK_MANY, values)[0]
    check_moved(row.moves, len(pieces))
    check_moved(row.kept, row.wanted)
