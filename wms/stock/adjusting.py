"""What is there differs from the books: pieces come from, or go to, the adjustment bin."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import BigInteger, select

from wms.core.bulk import rows_of
from wms.core.db import db
from wms.core.error import WmsError
from wms.stock import lots
from wms.stock.goods import Goods, arriving, check, leaving, special_bin
from wms.stock.ledger import Move, Place, post
from wms.stock.models import StockBalance
from wms.stock.rules import MOST


def adjust_to(
    warehouse_id: int, goods: Sequence[Goods], *, reason: str, reference: str, actor_id: int | None
) -> int:
    """Make each place hold exactly `qty` pieces (0 empties it); returns how many places changed.

    Raises `stock.serials_needed` for pieces whose numbers are scanned at every move (`adjust_by` takes them),
    `stock.not_enough` where pieces that are held would vanish, `stock.bad_quantity` below 0.
    """
    for each in goods:
        if not 0 <= each.qty <= MOST:
            raise WmsError("stock.bad_quantity", qty=each.qty, most=MOST)
    lots.note(each for each in goods if each.expires_on or each.produced_on)  # also of goods that stay as many
    now_there = _on_hand(goods)
    changes = [replace(each, qty=each.qty - now_there.get(each.place, 0)) for each in goods]
    changes = [each for each in changes if each.qty]
    _check(changes)
    _post(warehouse_id, changes, special_bin(warehouse_id, "adjustment"), reason, reference, actor_id)
    return len(changes)


def adjust_by(
    warehouse_id: int,
    goods: Sequence[Goods],
    *,
    reason: str,
    reference: str,
    actor_id: int | None,
    through: str = "adjustment",
) -> None:
    """Add `qty` pieces to each place, or take them from it when `qty` is negative; moves meanwhile stay right.

    They come from, or go to, the special bin of the kind `through`. `serials` name the pieces where their numbers are
    scanned at every move: `stock.serials_needed`, `stock.serials_differ`, `stock.serial_twice`.

    Raises `stock.bad_quantity` for 0 or beyond 10,000,000, `stock.not_enough` where fewer pieces are free.
    """
    _check(goods)
    _post(warehouse_id, goods, special_bin(warehouse_id, through), reason, reference, actor_id)


def _check(changes: Sequence[Goods]) -> None:
    """A piece may be missing in one place and be found in another: those taken and those added are looked at apart."""
    check([each for each in changes if each.qty >= 0], ("move",))
    check([replace(each, qty=-each.qty) for each in changes if each.qty < 0], ("move",))


def _post(
    warehouse_id: int, goods: Sequence[Goods], bin_id: int, reason: str, reference: str, actor_id: int | None
) -> None:
    """Pieces that were found become known, with their lots; pieces that are missing go."""
    lots.note(each for each in goods if each.qty > 0)
    moves: list[Move] = []
    for each in goods:
        turn = arriving if each.qty > 0 else leaving
        moves += turn(each, abs(each.qty), bin_id, reason, reference)
    post(warehouse_id, moves, actor_id)


def _on_hand(goods: Sequence[Goods]) -> dict[Place, int]:
    """What lies in the bins of these goods now, locked in the order of the rows."""
    pairs = sorted({(each.bin_id, each.sku_id) for each in goods})
    wanted = rows_of("wanted", {"bin_id": BigInteger(), "sku_id": BigInteger()}, pairs)
    key = (getattr(StockBalance, name) for name in Place.__annotations__)
    rows = db.session.execute(
        select(*key, StockBalance.on_hand)
        .join(wanted, (wanted.c.bin_id == StockBalance.bin_id) & (wanted.c.sku_id == StockBalance.sku_id))
        .order_by(StockBalance.id)
        .with_for_update(of=StockBalance)
    )
    return {Place(*row[:-1]): row.on_hand for row in rows}
