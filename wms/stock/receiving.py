"""Goods arrive from outside."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from wms.stock import containers, lots, space
from wms.stock.goods import Goods, arriving, check, leaving, require_inside, special_bin
from wms.stock.ledger import post


def receive(
    warehouse_id: int, goods: Sequence[Goods], *, reference: str, actor_id: int | None, reason: str = "receive"
) -> None:
    """Goods arrive from a supplier into bins. Lots are made, serial numbers noted, costs averaged.

    Raises as `goods.check`, `lots.take_in`, `space.require` and `ledger.post` do, and
    `stock.container_elsewhere` for a container that stands in another bin.
    """
    facts = check(goods, lots.ON_RECEIPT)
    lots.take_in(goods, facts)
    require_room(warehouse_id, goods)
    source = special_bin(warehouse_id, "supplier")
    moves = [move for each in goods for move in arriving(each, each.qty, source, reason, reference)]
    post(warehouse_id, moves, actor_id)


def give_back(
    warehouse_id: int, goods: Sequence[Goods], *, reference: str, actor_id: int | None, reason: str = "receive_undo"
) -> None:
    """Goods that were received by mistake go back to the supplier, from the bins in which they lie.

    Raises `stock.not_inside`, and as `goods.check` and `ledger.post` do.
    """
    check(goods, ("move",))
    require_inside([each.bin_id for each in goods])
    to = special_bin(warehouse_id, "supplier")
    post(warehouse_id, [move for each in goods for move in leaving(each, each.qty, to, reason, reference)], actor_id)


def require_room(warehouse_id: int, goods: Sequence[Goods]) -> None:
    """The bins named allow these goods, and the containers named stand in them."""
    coming: dict[int, list[space.Lying]] = defaultdict(list)
    for each in goods:
        coming[each.bin_id].append(space.Lying(each.sku_id, each.lot, each.owner_id, each.qty))
    space.require(coming)
    containers.require_at(warehouse_id, {(each.container_id, each.bin_id) for each in goods})
