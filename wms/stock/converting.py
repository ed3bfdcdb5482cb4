"""Kitting (组装/拆分) and conversion: goods become other goods, and their value goes along."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from wms.catalog.models import BundleLine, Sku
from wms.core.db import db
from wms.core.error import WmsError
from wms.stock import lots
from wms.stock.goods import Goods, arriving, check, leaving, special_bin
from wms.stock.ledger import check_quantity, post
from wms.stock.receiving import require_room


def convert(
    warehouse_id: int,
    taken: Sequence[Goods],
    made: Sequence[Goods],
    *,
    reason: str,
    actor_id: int | None,
    kind: str = "convert",
) -> None:
    """Pieces cease to be what they are (`taken`) and become something else (`made`), for a reason in words.

    The ledger keeps the reason as the reference of both sides. Raises `stock.reason_needed`,
    `stock.nothing_converted` when a side is empty, `stock.owners_differ`, and as `receiving.receive` does for what is
    made and `moving.move` for what is taken.
    """
    if not reason.strip():
        raise WmsError("stock.reason_needed")
    if not taken or not made:
        raise WmsError("stock.nothing_converted")
    if len({each.owner_id for each in (*taken, *made)}) > 1:
        raise WmsError("stock.owners_differ")
    check(taken, ("move",))
    lots.take_in(made, check(made, lots.ON_RECEIPT))
    require_room(warehouse_id, made)
    through, reference = special_bin(warehouse_id, "convert"), reason.strip()
    out = [move for each in taken for move in leaving(each, each.qty, through, kind, reference)]
    back = [move for each in made for move in arriving(each, each.qty, through, kind, reference)]
    post(warehouse_id, [*out, *back], actor_id)


def assemble(
    warehouse_id: int, kit: Goods, components: Sequence[Goods], *, reference: str, actor_id: int | None
) -> None:
    """Make `kit.qty` kits, there where `kit` names, from components out of the bins where these are named.

    Raises `stock.not_a_kit`, `stock.kit_differs` when the components are not just what so many kits need, and as
    `convert` does.
    """
    _require_parts(kit, components)
    convert(warehouse_id, components, [kit], reason=reference, actor_id=actor_id, kind="assemble")


def disassemble(
    warehouse_id: int, kit: Goods, components: Sequence[Goods], *, reference: str, actor_id: int | None
) -> None:
    """Take `kit.qty` kits apart; the components go where they are named. Raises as `assemble` does."""
    _require_parts(kit, components)
    convert(warehouse_id, [kit], components, reason=reference, actor_id=actor_id, kind="disassemble")


def kit_lines(sku_id: int) -> dict[int, int]:
    """The pieces of each component in one kit, by SKU id. Raises `stock.not_a_kit` when it has none."""
    rows = db.session.execute(
        select(BundleLine.component_id, BundleLine.qty).where(BundleLine.bundle_id == sku_id).order_by(
            BundleLine.component_id
        )
    ).all()
    if not rows:
        raise WmsError("stock.not_a_kit", sku=_code(sku_id))
    return {row.component_id: row.qty for row in rows}


def _require_parts(kit: Goods, components: Sequence[Goods]) -> None:
    check_quantity(kit.qty)
    given: Counter[int] = Counter()
    for each in components:
        check_quantity(each.qty)
        given[each.sku_id] += each.qty
    needed = {sku_id: qty * kit.qty for sku_id, qty in kit_lines(kit.sku_id).items()}
    for sku_id in (*needed, *given):
        if needed.get(sku_id, 0) != given.get(sku_id, 0):
            raise WmsError(
                "stock.kit_differs", sku=_code(sku_id), kits=kit.qty, needed=needed.get(sku_id, 0),
                given=given.get(sku_id, 0),
            )  # fmt: skip


def _code(sku_id: int) -> str:
    return db.session.execute(select(Sku.code).where(Sku.id == sku_id)).scalar_one()
