"""Goods as the verbs take them: pieces of a SKU at a place, and the moves they make."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.prepared import Prepared, execute
from wms.layout.models import OUTSIDE, Bin
from wms.stock.ledger import Move, Place, check_quantity
from wms.stock.models import LOOSE
from wms.stock.serials import check_once


@dataclass(frozen=True)
class Goods:
    """Pieces of a SKU in a bin.

    The dates are those of their lot. `serials` are the numbers of the pieces, as many as pieces where any are given.
    `unit_cost` is what a piece cost as it came, None when it is not known.
    """

    sku_id: int
    bin_id: int
    qty: int
    container_id: int = LOOSE
    lot: str = ""
    owner_id: int = 1
    condition: str = "good"
    expires_on: date | None = None
    produced_on: date | None = None
    serials: tuple[str, ...] = ()
    unit_cost: Decimal | None = None

    @property
    def place(self) -> Place:
        return Place(self.bin_id, self.sku_id, self.lot, self.container_id, self.owner_id, self.condition)

    def moves(self, move: Move) -> list[Move]:
        """`move` as the ledger writes it: a row for each piece that has a number, one for all others."""
        worth = self.unit_cost
        if not self.serials:
            return [move if worth is None else replace(move, value=worth * move.qty)]
        return [replace(move, qty=1, serial=serial, value=worth) for serial in self.serials]


def arriving(goods: Goods, qty: int, source: int, reason: str, reference: str) -> list[Move]:
    """`qty` pieces come from another bin to where these goods are named."""
    return goods.moves(
        Move(
            goods.sku_id, qty, source, goods.bin_id, reason, reference, LOOSE, goods.container_id, goods.lot,
            goods.owner_id, goods.condition,
        )
    )  # fmt: skip


def leaving(goods: Goods, qty: int, target: int, reason: str, reference: str, into: int = LOOSE) -> list[Move]:
    """`qty` pieces go from where these goods are named to another bin, and into a container there."""
    return goods.moves(
        Move(
            goods.sku_id, qty, goods.bin_id, target, reason, reference, goods.container_id, into, goods.lot,
            goods.owner_id, goods.condition,
        )
    )  # fmt: skip


def check(goods: Sequence[Goods], tracking: Iterable[str]) -> dict[int, SkuFact]:
    """What the catalogue says of these SKUs, by id, once the goods make sense.

    `tracking`: the ways of tracking under which serial numbers must be named. Raises `stock.bad_quantity`,
    `stock.bad_cost`, `stock.serials_needed`, `stock.serials_differ` and `stock.serial_twice`.
    """
    facts = sku_facts(each.sku_id for each in goods)
    for each in goods:
        check_quantity(each.qty)
        if each.unit_cost is not None and (each.unit_cost.is_nan() or not 0 <= each.unit_cost < MOST_COST):
            raise WmsError("stock.bad_cost", cost=str(each.unit_cost))
        fact = facts[each.sku_id]
        if not each.serials and fact.serial_tracking in tracking:
            raise WmsError("stock.serials_needed", sku=fact.code, qty=each.qty)
        if each.serials and len(each.serials) != each.qty:
            raise WmsError("stock.serials_differ", sku=fact.code, qty=each.qty, named=len(each.serials))
    check_once([(each.sku_id, serial) for each in goods for serial in each.serials])
    return facts


MOST_COST = Decimal(10) ** 8  # of one piece; more is a typing error


@dataclass(frozen=True)
class SkuFact:
    """How a SKU is tracked, and the size of a piece: millimetres and grams, 0 where not known."""

    id: int
    code: str
    lot_tracking: str
    serial_tracking: str
    expiry_tracked: bool
    shelf_life_days: int | None
    min_days_receipt: int
    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int

    @property
    def volume_mm3(self) -> int:
        return self.length_mm * self.width_mm * self.height_mm


_FACTS = [getattr(Sku, each.name) for each in fields(SkuFact)]


def sku_facts(sku_ids: Iterable[int]) -> dict[int, SkuFact]:
    """What the verbs must know of these SKUs, by id."""
    rows = db.session.execute(select(*_FACTS).where(among(Sku.id, sku_ids)))
    return {row.id: SkuFact(*row) for row in rows}


def require_inside(bin_ids: Iterable[int]) -> None:
    """Raises `stock.not_inside` when one of these bins stands for the world outside."""
    outside = select(Bin.code).where(among(Bin.id, bin_ids), Bin.kind.in_(OUTSIDE)).order_by(Bin.code).limit(1)
    found = db.session.execute(outside).scalar()
    if found is not None:
        raise WmsError("stock.not_inside", bin=found)


_SPECIAL_BIN = Prepared(
    "special_bin", "SELECT id FROM bin WHERE warehouse_id = :warehouse_id AND kind = :kind ORDER BY code LIMIT 1"
)


def special_bin(warehouse_id: int, kind: str) -> int:
    """The id of the warehouse's bin of this kind (supplier, customer, adjustment, scrap, stage, packed, receive, …).

    The first by code where there are several. Raises `stock.no_special_bin` when there is none.
    """
    found = execute(_SPECIAL_BIN, {"warehouse_id": warehouse_id, "kind": kind})
    if not found:
        raise WmsError("stock.no_special_bin", kind=kind)
    return int(found[0].id)
