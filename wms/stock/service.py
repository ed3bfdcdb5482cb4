"""The verbs of the stock room; the only door through which goods move."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, select
from sqlalchemy.dialects.postgresql import insert

from wms.core.bulk import rows_of
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.layout.models import Bin
from wms.stock.containers import Shift, shift
from wms.stock.events import StockArrived
from wms.stock.holds import Held, hold, hold_some, release_holds
from wms.stock.ledger import Move, Place, post
from wms.stock.models import LOOSE, Container, StockBalance
from wms.stock.picks import PICKED, check_moved, pick
from wms.stock.promises import promise, promise_many, release_promises
from wms.stock.rules import MOST, Want

__all__ = [
    "PICKED", "Goods", "Held", "Shift", "Want", "adjust_to", "check_moved", "container_by_code", "ensure_container", "hold", "hold_some",
    "move_container", "pick", "promise", "promise_many", "receive", "release_holds", "release_promises", "shift",
    "ship", "special_bin",
]  # fmt: skip


@dataclass(frozen=True)
class Goods:
    """Pieces of a SKU in a bin."""

    sku_id: int
    bin_id: int
    qty: int
    container_id: int = LOOSE
    lot: str = ""
    owner_id: int = 1
    condition: str = "good"

    @property
    def place(self) -> Place:
        return Place(self.bin_id, self.sku_id, self.lot, self.container_id, self.owner_id, self.condition)


def receive(warehouse_id: int, goods: Sequence[Goods], *, reference: str, actor_id: int | None) -> None:
    """Goods arrive from a supplier into bins."""
    source = special_bin(warehouse_id, "supplier")
    moves = [_arriving(each, each.qty, source, "receive", reference) for each in goods]
    post(warehouse_id, moves, actor_id)
    _tell(warehouse_id, goods)


def adjust_to(
    warehouse_id: int, goods: Sequence[Goods], *, reason: str, reference: str, actor_id: int | None
) -> int:
    """Make each place hold exactly `qty` pieces (0 empties it); returns how many places changed.

    Raises `stock.not_enough` where pieces that are held would vanish, `stock.bad_quantity` below 0.
    """
    adjustment = special_bin(warehouse_id, "adjustment")
    now_there = _on_hand(goods)
    moves = []
    for each in goods:
        if not 0 <= each.qty <= MOST:
            raise WmsError("stock.bad_quantity", qty=each.qty, most=MOST)
        change = each.qty - now_there.get(each.place, 0)
        if change > 0:
            moves.append(_arriving(each, change, adjustment, reason, reference))
        elif change < 0:
            moves.append(_leaving(each, -change, adjustment, reason, reference))
    post(warehouse_id, moves, actor_id)
    _tell(warehouse_id, [each for each in goods if each.qty > now_there.get(each.place, 0)])
    return len(moves)


def move_container(
    warehouse_id: int,
    container_id: int,
    *,
    from_bin_id: int,
    to_bin_id: int,
    to_container_id: int,
    reason: str,
    reference: str,
    actor_id: int | None,
) -> int:
    """Move all that a container holds in a bin to another bin and container; returns the pieces moved.

    Raises `stock.same_place`, and `stock.not_enough` when some of it is held.
    """
    if from_bin_id != to_bin_id:
        one = [Shift(container_id, to_container_id, reference)]
        moved = shift(one, from_bin_id=from_bin_id, to_bin_id=to_bin_id, reason=reason, actor_id=actor_id)
        if moved:
            return moved[container_id]
    found = _contents(container_id, from_bin_id)  # in a bin that stock is promised from, where levels follow
    moves = [
        Move(
            each.sku_id, each.on_hand, from_bin_id, to_bin_id, reason, reference, container_id, to_container_id,
            each.lot, each.owner_id, each.condition,
        )
        for each in found
    ]  # fmt: skip
    post(warehouse_id, moves, actor_id)
    return sum(each.on_hand for each in found)


def ship(warehouse_id: int, parcels: Mapping[int, str], *, from_bin_id: int, actor_id: int | None) -> dict[int, int]:
    """All that these containers (id → the move's reference) hold leaves to the customer; pieces by container."""
    shifts = [Shift(container_id, LOOSE, reference) for container_id, reference in parcels.items()]
    to = special_bin(warehouse_id, "customer")
    return shift(shifts, from_bin_id=from_bin_id, to_bin_id=to, reason="ship", actor_id=actor_id)


def special_bin(warehouse_id: int, kind: str) -> int:
    """The id of the warehouse's bin of this kind (supplier, customer, adjustment, scrap, stage, packed, receive).

    The first by code where there are several. Raises `stock.no_special_bin` when there is none.
    """
    found = db.session.execute(
        select(Bin.id).where(Bin.warehouse_id == warehouse_id, Bin.kind == kind).order_by(Bin.code).limit(1)
    ).scalar()
    if found is None:
        raise WmsError("stock.no_special_bin", kind=kind)
    return found


def ensure_container(warehouse_id: int, code: str, kind: str) -> int:
    """The id of the container with this code, made when there is none."""
    made = insert(Container).values(warehouse_id=warehouse_id, code=code, kind=kind)
    made = made.on_conflict_do_update(index_elements=["warehouse_id", "code"], set_={"code": code})
    return db.session.execute(made.returning(Container.id)).scalar_one()


def container_by_code(warehouse_id: int, code: str) -> Container | None:
    """The container with this code."""
    return db.session.execute(
        select(Container).where(Container.warehouse_id == warehouse_id, Container.code == code)
    ).scalar_one_or_none()


def _arriving(goods: Goods, qty: int, source: int, reason: str, reference: str) -> Move:
    return Move(
        goods.sku_id, qty, source, goods.bin_id, reason, reference, LOOSE, goods.container_id, goods.lot,
        goods.owner_id, goods.condition,
    )  # fmt: skip


def _leaving(goods: Goods, qty: int, target: int, reason: str, reference: str) -> Move:
    return Move(
        goods.sku_id, qty, goods.bin_id, target, reason, reference, goods.container_id, LOOSE, goods.lot,
        goods.owner_id, goods.condition,
    )  # fmt: skip


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


def _contents(container_id: int, bin_id: int) -> list[StockBalance]:
    rows = db.session.execute(
        select(StockBalance)
        .where(StockBalance.bin_id == bin_id, StockBalance.container_id == container_id, StockBalance.on_hand > 0)
        .order_by(StockBalance.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows.scalars())


def _tell(warehouse_id: int, goods: Sequence[Goods]) -> None:
    if goods:
        publish(StockArrived(warehouse_id, tuple(sorted({each.sku_id for each in goods}))))
