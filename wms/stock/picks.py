"""Picking: held pieces move into a tote, and the promise behind them is kept.

`PICKED` is the hot path as a fragment of SQL, so that the room that confirms a scan can carry it out in the very
statement that does its own part: hold, balance, tote, promise, level and ledger. Each part feeds on the one before
it, which also fixes the order of the locks. `PICKED_SERIALS` is the same for pieces that are picked by their numbers.
"""
from __future__ import annotations

from sqlalchemy import and_, select

from wms.core.clock import now
from wms.core.command import current_command
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.prepared import Prepared, execute
from wms.stock.ledger import check_quantity
from wms.stock.models import Serial, StockBalance, StockHold

_KEPT = """
    h AS (
        UPDATE stock_hold k SET qty = k.qty - taken.qty,
               status = CASE WHEN k.qty = taken.qty THEN 'consumed' ELSE k.status END
        FROM taken WHERE k.id = taken.hold_id AND k.status = 'open' AND k.qty >= taken.qty
        RETURNING k.balance_id, k.order_line_id, taken.qty, taken.to_bin_id, taken.to_container_id, taken.reference
    ), b AS (
        UPDATE stock_balance a SET on_hand = a.on_hand - h.qty, held = a.held - h.qty
        FROM h WHERE a.id = h.balance_id
        RETURNING a.warehouse_id, a.bin_id, a.sku_id, a.lot, a.container_id, a.owner_id, a.condition,
                  h.order_line_id, h.qty, h.to_bin_id, h.to_container_id, h.reference
    ), t AS (
        INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held)
        SELECT warehouse_id, to_bin_id, sku_id, lot, to_container_id, owner_id, condition, qty, 0 FROM b
        ON CONFLICT ON CONSTRAINT uq_stock_balance_place
        DO UPDATE SET on_hand = stock_balance.on_hand + excluded.on_hand
        RETURNING id
    ), p AS (
        UPDATE stock_promise k SET qty = k.qty - b.qty,
               status = CASE WHEN k.qty = b.qty THEN 'kept' ELSE k.status END
        FROM b WHERE k.order_line_id = b.order_line_id AND k.status = 'open' AND k.qty >= b.qty
        RETURNING b.warehouse_id, b.sku_id, b.owner_id, b.qty
    ), l AS (
        UPDATE stock_level k SET on_hand = k.on_hand - p.qty, promised = k.promised - p.qty
        FROM p WHERE k.warehouse_id = p.warehouse_id AND k.sku_id = p.sku_id AND k.owner_id = p.owner_id
        RETURNING k.id
    )"""


def _moved(serial: str, qty: str, source: str) -> str:
    return f"""moved AS (
        INSERT INTO stock_move (warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id,
                                from_container_id, to_container_id, reason, reference, actor_id, at, command_id)
        SELECT b.warehouse_id, b.sku_id, b.lot, {serial}, b.owner_id, b.condition, {qty}, b.bin_id, b.to_bin_id,
               b.container_id, b.to_container_id, 'pick', b.reference, cast(:actor_id AS bigint),
               cast(:now AS timestamptz), cast(:command_id AS uuid)
        FROM {source}
        RETURNING id
    )
"""  # noqa: S608 - the pieces are constants of this file


# Common table expressions. They take one row `taken (hold_id, qty, to_bin_id, to_container_id, reference)` and the
# parameters `actor_id`, `now` and `command_id`; `moved` has a row when the goods have moved, else all must be undone.
PICKED = ", ".join((_KEPT, _moved("''", "b.qty", "b, t, l")))

# Takes the parameter `serials` too, as many numbers as `taken.qty`; `moved` has a row for each piece.
_FOLLOW = """
    s AS (
        UPDATE stock_serial n SET bin_id = b.to_bin_id, container_id = b.to_container_id,
               seen_at = cast(:now AS timestamptz)
        FROM b, (SELECT count(*) FROM l) AS level_first
        WHERE n.sku_id = b.sku_id AND n.code = ANY(cast(:serials AS text[])) AND n.bin_id = b.bin_id
          AND n.container_id = b.container_id AND n.lot = b.lot AND n.owner_id = b.owner_id
          AND n.condition = b.condition
        RETURNING n.code
    )"""
PICKED_SERIALS = ", ".join((_KEPT, _FOLLOW, _moved("s.code", "1", "b, t, l, s")))
_PICK = Prepared(
    "pick_held",
    f"""
    WITH taken AS (
        SELECT cast(:hold_id AS bigint) AS hold_id, cast(:qty AS bigint) AS qty,
               cast(:to_bin_id AS bigint) AS to_bin_id,
               cast(:to_container_id AS bigint) AS to_container_id, cast(:reference AS text) AS reference
    ), {PICKED}
    SELECT id FROM moved
    """,  # noqa: S608 - a constant of this file
)


def pick(
    hold_id: int, qty: int, *, to_bin_id: int, to_container_id: int, reference: str, actor_id: int | None
) -> None:
    """Move held pieces into a tote: the hold and the promise are kept to that extent.

    Raises `stock.hold_gone` when fewer are held, `stock.bad_quantity` for a quantity out of range.
    """
    check_quantity(qty)
    values = {"hold_id": hold_id, "qty": qty, "to_bin_id": to_bin_id, "to_container_id": to_container_id}
    who = {"reference": reference, "actor_id": actor_id, "now": now(), "command_id": current_command.get()}
    check_moved(len(execute(_PICK, {**values, **who})))


def check_moved(moves: int, wanted: int = 1) -> None:
    """Raises `stock.hold_gone` unless so many moves were written: then fewer are held, promised or there than were
    to be picked."""
    if moves != wanted:
        raise WmsError("stock.hold_gone")


def serials_held(hold_id: int) -> list[str]:
    """The numbers of the pieces that lie where these are held."""
    here = and_(*(getattr(Serial, name) == getattr(StockBalance, name) for name in _PLACE))
    asked = select(Serial.code).join(StockBalance, here).join(StockHold, StockHold.balance_id == StockBalance.id)
    return list(db.session.execute(asked.where(StockHold.id == hold_id).order_by(Serial.code)).scalars())


def serials_in(container_id: int, sku_id: int) -> dict[str, str]:
    """The pieces of a SKU in a container that have numbers: number → lot."""
    rows = db.session.execute(
        select(Serial.code, Serial.lot)
        .where(Serial.container_id == container_id, Serial.sku_id == sku_id, Serial.bin_id.is_not(None))
        .order_by(Serial.code)
    )
    return {row.code: row.lot for row in rows}


_PLACE = ("bin_id", "sku_id", "lot", "container_id", "owner_id", "condition")
