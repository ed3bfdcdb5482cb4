"""Holds: pieces of exact balances set aside for the picks of a released wave."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import TextClause, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import PROMISABLE
from wms.stock.rules import Choice, Free, Want, choose_bins


@dataclass(frozen=True)
class Held:
    """One hold: `qty` pieces of a SKU in a bin, for an order line."""

    hold_id: int
    order_line_id: int
    sku_id: int
    bin_id: int
    qty: int


def hold(warehouse_id: int, wants: Sequence[Want], wished: Sequence[Choice] = ()) -> list[Held]:
    """Hold exact bins for all of these, first expired first; a want may be served from several bins. What is `wished`
    decides between bins of which it is the turn, where it is still there.

    Raises `stock.cannot_hold` when goods that were promised lie in no open bin, or are not fresh enough any more.
    """
    held, unserved = _hold(warehouse_id, wants, wished=wished)
    if unserved:
        skus = _codes({want.sku_id for want in unserved})
        raise WmsError("stock.cannot_hold", pieces=sum(w.qty for w in unserved), skus=", ".join(skus[:5]))
    return held


def hold_some(warehouse_id: int, wants: Sequence[Want], *, not_from: Collection[int] = ()) -> list[Held]:
    """Hold what can be held of these, in other bins than `not_from`, and leave the rest."""
    return _hold(warehouse_id, wants, not_from)[0]


def would_hold(warehouse_id: int, wants: Sequence[Want]) -> tuple[list[Choice], list[Want]]:
    """What `hold_some` would choose now, and what would be left over. Nothing is locked or changed: a moment later it
    may be otherwise."""
    return choose_bins(wants, free_for(warehouse_id, wants))


def free_for(warehouse_id: int, wants: Sequence[Want]) -> list[Free]:
    """The balances out of which these could be held now. Nothing is locked."""
    return _free(_SEE, warehouse_id, wants, ())


_SEEN = """
    SELECT b.id AS balance_id, b.bin_id, b.sku_id, b.on_hand - b.held AS qty, b.owner_id,
           lot.expires_on - cast(:today AS date) AS days_left, lot.received_at, b.container_id <> 0 AS contained
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    LEFT JOIN stock_lot lot ON lot.sku_id = b.sku_id AND lot.code = b.lot
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = ANY(:skus) AND b.condition = 'good'
      AND b.owner_id = ANY(:owners)
      AND bin.kind = ANY(:kinds) AND bin.blocked_reason IS NULL AND b.on_hand > b.held
      AND b.bin_id <> ALL(cast(:not_from AS bigint[]))
    ORDER BY b.id
"""
_SEE = text(_SEEN)
_FREE = text(_SEEN + "FOR UPDATE OF b")
_RAISE = text(
    """
    UPDATE stock_balance b SET held = b.held + c.qty
    FROM (SELECT id, sum(qty) AS qty
          FROM unnest(cast(:id AS bigint[]), cast(:qty AS bigint[])) AS u (id, qty) GROUP BY id) AS c
    WHERE b.id = c.id
    """
)
_INSERT = text(
    """
    INSERT INTO stock_hold (warehouse_id, balance_id, order_line_id, qty, status, at)
    SELECT :warehouse_id, c.balance_id, c.line_id, c.qty, 'open', :at
    FROM unnest(cast(:id AS bigint[]), cast(:line AS bigint[]), cast(:qty AS bigint[])) AS c (balance_id, line_id, qty)
    RETURNING id, order_line_id, balance_id
    """
)


def _hold(
    warehouse_id: int, wants: Sequence[Want], not_from: Collection[int] = (), wished: Sequence[Choice] = ()
) -> tuple[list[Held], list[Want]]:
    choices, unserved = choose_bins(wants, _free(_FREE, warehouse_id, wants, not_from), wished)
    return _store(warehouse_id, choices), unserved


def _free(question: TextClause, warehouse_id: int, wants: Sequence[Want], not_from: Collection[int]) -> list[Free]:
    rows = db.session.execute(
        question,
        {
            "warehouse_id": warehouse_id,
            "skus": sorted({want.sku_id for want in wants}),
            "owners": sorted({want.owner_id for want in wants}),
            "today": now().date(),
            "kinds": list(PROMISABLE),
            "not_from": sorted(not_from),
        },
    )
    return [Free(*row) for row in rows]


def _store(warehouse_id: int, choices: Sequence[Choice]) -> list[Held]:
    if not choices:
        return []
    arrays = {
        "id": [choice.balance_id for choice in choices],
        "qty": [choice.qty for choice in choices],
        "line": [choice.order_line_id for choice in choices],
    }
    db.session.execute(_RAISE, {"id": arrays["id"], "qty": arrays["qty"]})
    rows = db.session.execute(_INSERT, {**arrays, "warehouse_id": warehouse_id, "at": now()})
    ids = {(row.order_line_id, row.balance_id): row.id for row in rows}
    return [
        Held(ids[each.order_line_id, each.balance_id], each.order_line_id, each.sku_id, each.bin_id, each.qty)
        for each in choices
    ]


def _codes(sku_ids: set[int]) -> list[str]:
    rows = db.session.execute(text("SELECT code FROM sku WHERE id = ANY(:ids) ORDER BY code"), {"ids": sorted(sku_ids)})
    return list(rows.scalars())


_RELEASE = text(
    """
    WITH gone AS (
        SELECT id, balance_id, qty FROM stock_hold
        WHERE order_line_id = ANY(:lines) AND status = 'open' ORDER BY id FOR UPDATE
    )
    UPDATE stock_hold h SET status = 'released', qty = 0 FROM gone WHERE gone.id = h.id
    RETURNING gone.balance_id, gone.qty
    """
)
_LOWER = text(
    """
    WITH c AS (
        SELECT id, sum(qty) AS qty FROM unnest(cast(:id AS bigint[]), cast(:qty AS bigint[])) AS u (id, qty) GROUP BY id
    ), locked AS (
        SELECT b.id, c.qty FROM stock_balance b JOIN c ON c.id = b.id ORDER BY b.id FOR UPDATE OF b
    )
    UPDATE stock_balance b SET held = b.held - locked.qty FROM locked WHERE b.id = locked.id
    """
)


# Holds before balances, each in the order of their ids, as everybody takes them.
_KEEP = (
    text("SELECT id FROM stock_hold WHERE order_line_id = ANY(:lines) AND status = 'open' ORDER BY id FOR UPDATE"),
    text(
        """
        SELECT id FROM stock_balance WHERE id = ANY(ARRAY(
            SELECT balance_id FROM stock_hold WHERE order_line_id = ANY(:lines) AND status = 'open'
            UNION SELECT id FROM stock_balance WHERE warehouse_id = :warehouse_id AND sku_id = :sku_id))
        ORDER BY id FOR UPDATE
        """
    ),
)


def keep_still(warehouse_id: int, order_line_ids: Sequence[int], sku_id: int) -> None:
    """Lock what these order lines hold together with all places of a SKU: for whoever lets go of the ones and then
    sets pieces of the other aside. One after the other they would be locked out of order."""
    for statement in _KEEP:
        values = {"lines": sorted(order_line_ids), "warehouse_id": warehouse_id, "sku_id": sku_id}
        db.session.execute(statement, {name: values[name] for name in statement.compile().params})


_LET_GO = text(_RELEASE.text.replace("order_line_id = ANY(:lines)", "id = ANY(:holds)"))


def let_go(hold_ids: Sequence[int]) -> None:
    """Let go of what is still held by these holds, and of nothing else that their order lines hold."""
    gone = db.session.execute(_LET_GO, {"holds": sorted(hold_ids)}).all()
    if gone:
        db.session.execute(_LOWER, {"id": [row.balance_id for row in gone], "qty": [row.qty for row in gone]})


def release_holds(order_line_ids: Sequence[int]) -> None:
    """Let go of what is still held for these order lines."""
    gone = db.session.execute(_RELEASE, {"lines": sorted(order_line_ids)}).all()
    if gone:
        db.session.execute(_LOWER, {"id": [row.balance_id for row in gone], "qty": [row.qty for row in gone]})
