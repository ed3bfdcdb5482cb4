"""What goods are worth: the moving average per warehouse and SKU, kept with the ledger.

Only the house's own goods have a value here; those of other owners pass through without one. So the pieces of
`stock_cost` are Σ on hand of owner 1 inside the warehouse. They change where goods cross its border: what comes
in adds its value (the average where none is told), what goes out takes the average with it, and the last piece
takes the rest, so that no value stays behind. Moves inside the house change nothing.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import INSIDE
from wms.stock.models import StockCost

if TYPE_CHECKING:
    from wms.stock.ledger import Move

HOUSE = 1  # the owner whose goods are the house's value
CENT = Decimal("0.0001")  # what values are rounded to
NOTHING = Decimal(0)


@dataclass
class Kept:
    """`qty` pieces of a SKU that are worth `value` together."""

    qty: int = 0
    value: Decimal = NOTHING

    def of(self, qty: int) -> Decimal:
        """What so many pieces are worth at the average; nothing while there are none."""
        return (self.value * qty / self.qty).quantize(CENT) if self.qty else NOTHING

    def add(self, qty: int, value: Decimal) -> Decimal:
        self.qty += qty
        self.value += value
        return value

    def take(self, qty: int) -> Decimal:
        """Pieces leave with their share, the last ones with all that is left."""
        value = self.value if qty == self.qty else min(self.of(qty), self.value)
        self.qty -= qty
        self.value -= value
        return value


def unit(value: Decimal | None, qty: int) -> Decimal | None:
    """The value of one piece, rounded to four places."""
    return None if value is None else (value / qty).quantize(CENT)


def account(warehouse_id: int, moves: Sequence[Move], kinds: Mapping[int, str]) -> list[Decimal | None]:
    """Change the costs as these moves demand; returns what each was worth, None where none crossed the border.

    What goes into the `convert` bin and what comes out of it is one change of the same goods: its value stays.
    Raises `stock.cost_differs` when more pieces leave than the costs know of.
    """
    enter = {kind for kind in kinds.values() if kind in INSIDE}
    incoming: list[int] = []
    outgoing: list[int] = []
    for number, move in enumerate(moves):
        into, out_of = kinds[move.to_bin_id] in enter, kinds[move.from_bin_id] in enter
        if move.owner_id == HOUSE and into != out_of:
            (incoming if into else outgoing).append(number)
    worth: list[Decimal | None] = [None] * len(moves)
    if not incoming and not outgoing:
        return worth
    books = _locked(warehouse_id, {moves[number].sku_id for number in (*incoming, *outgoing)})
    converted = {number for number in incoming if kinds[moves[number].from_bin_id] == "convert"}
    before = {sku_id: Kept(kept.qty, kept.value) for sku_id, kept in books.items()}
    for number in incoming:
        if number not in converted:
            worth[number] = _enter(moves[number], books[moves[number].sku_id])
    pool: Decimal | None = None
    for number in outgoing:
        move = moves[number]
        if books[move.sku_id].qty < move.qty:
            raise _differs(move.sku_id)
        worth[number] = gone = books[move.sku_id].take(move.qty)
        if kinds[move.to_bin_id] == "convert":
            pool = (pool or NOTHING) + gone
    for number, value in _shared(pool, [(n, moves[n]) for n in sorted(converted)], before):
        worth[number] = books[moves[number].sku_id].add(moves[number].qty, value)
    _store(warehouse_id, books)
    return worth


def average(warehouse_id: int, sku_ids: Iterable[int]) -> dict[int, Kept]:
    """What the house keeps of these SKUs, as it stands; `Kept.of(1)` is the moving average."""
    rows = db.session.execute(
        select(StockCost).where(StockCost.warehouse_id == warehouse_id, among(StockCost.sku_id, sku_ids))
    ).scalars()
    return defaultdict(Kept, {row.sku_id: Kept(row.qty, row.value) for row in rows})


def _enter(move: Move, kept: Kept) -> Decimal:
    return kept.add(move.qty, kept.of(move.qty) if move.value is None else move.value.quantize(CENT))


def _shared(
    pool: Decimal | None, moves: Sequence[tuple[int, Move]], before: Mapping[int, Kept]
) -> list[tuple[int, Decimal]]:
    """Divide what was converted among what comes out of it, by what each is worth on average, else by pieces."""
    shares = [before[move.sku_id].of(move.qty) for _, move in moves]
    if pool is None:  # another owner's goods became the house's
        return [(number, share) for (number, _), share in zip(moves, shares, strict=True)]
    if not any(shares):
        shares = [Decimal(move.qty) for _, move in moves]
    found, left, whole = [], pool, sum(shares, NOTHING)
    for (number, _), share in zip(moves, shares, strict=True):
        whole_before, whole = whole, whole - share
        value = left if not whole else (left * share / whole_before).quantize(CENT)
        left -= value
        found.append((number, value))
    return found


_LOCK = text(
    """
    SELECT sku_id, qty, value FROM stock_cost WHERE warehouse_id = :warehouse_id AND sku_id = ANY(:skus)
    ORDER BY id FOR UPDATE
    """
)
_MAKE = text(
    """
    INSERT INTO stock_cost (warehouse_id, sku_id, qty, value)
    SELECT :warehouse_id, sku_id, 0, 0 FROM unnest(cast(:skus AS bigint[])) AS s (sku_id) ORDER BY sku_id
    ON CONFLICT DO NOTHING
    """
)
_STORE = text(
    """
    UPDATE stock_cost c SET qty = n.qty, value = n.value
    FROM unnest(cast(:sku AS bigint[]), cast(:qty AS bigint[]), cast(:value AS numeric[])) AS n (sku_id, qty, value)
    WHERE c.warehouse_id = :warehouse_id AND c.sku_id = n.sku_id
    """
)


def _locked(warehouse_id: int, sku_ids: Collection[int]) -> dict[int, Kept]:
    values = {"warehouse_id": warehouse_id, "skus": sorted(sku_ids)}
    rows = db.session.execute(_LOCK, values).all()
    if len(rows) < len(sku_ids):
        db.session.execute(_MAKE, values)
        rows = db.session.execute(_LOCK, values).all()
    return {row.sku_id: Kept(row.qty, row.value) for row in rows}


def _store(warehouse_id: int, books: Mapping[int, Kept]) -> None:
    rows = {
        "sku": list(books),
        "qty": [kept.qty for kept in books.values()],
        "value": [kept.value for kept in books.values()],
    }
    db.session.execute(_STORE, {"warehouse_id": warehouse_id, **rows})


def _differs(sku_id: int) -> WmsError:
    return WmsError("stock.cost_differs", sku=db.session.execute(select(Sku.code).where(Sku.id == sku_id)).scalar())
