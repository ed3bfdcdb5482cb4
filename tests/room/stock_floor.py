"""Two warehouses on a real database, and goods of every kind in the first."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from wms.access import service as access
from wms.catalog.models import BundleLine, Owner, Sku
from wms.core.actor import Actor
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.layout.models import Bin, Warehouse
from wms.layout.rules import SPECIAL_BINS
from wms.stock import check
from wms.stock import service as stock
from wms.stock.service import Goods

TABLES = (
    "stock_move", "stock_balance", "stock_level", "stock_promise", "stock_hold", "stock_cost", "stock_lot",
    "stock_serial", "stock_adjustment", "stock_transfer", "stock_transfer_line", "container",
)  # fmt: skip


@dataclass
class House:
    """Ids by code: bins `B1` to `B6`, `Q1` and the special ones, SKUs `S1` …; `other` is a second warehouse."""

    id: int = 0
    code: str = ""
    bins: dict[str, int] = field(default_factory=dict)
    skus: dict[str, int] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    other: House | None = None

    def goods(self, sku: str, bin: str, qty: int, **more: Any) -> Goods:
        return Goods(self.skus[sku], self.bins[bin], qty, **more)


SKUS = {
    "S1": {"length_mm": 100, "width_mm": 100, "height_mm": 100, "weight_g": 500},  # a litre, half a kilo
    "S2": {},
    "S3": {},
    "LOT": {"lot_tracking": "receipt", "expiry_tracked": True, "shelf_life_days": 100, "min_days_receipt": 30},
    "SER": {"serial_tracking": "move"},
    "KIT": {},
}


def build() -> House:
    """Bins with limits: `B1` and `B2` take anything, the others say in their name what they do not."""
    with transaction() as session:
        owner = Owner(code="ACME", name="Acme")
        skus = [Sku(code=code, name=f"Thing {code}", **facts) for code, facts in SKUS.items()]
        session.add_all([owner, *skus])
        session.flush()
        ids = {each.code: each.id for each in skus}
        session.add_all([
            BundleLine(bundle_id=ids["KIT"], component_id=ids["S1"], qty=2),
            BundleLine(bundle_id=ids["KIT"], component_id=ids["S2"], qty=1),
        ])  # fmt: skip
        house, other = (_house(session, code, ids) for code in ("W", "V"))
        owners = {owner.code: owner.id}
    house.owners = other.owners = owners
    house.other, other.other = other, house
    return house


def _house(session: Any, code: str, skus: dict[str, int]) -> House:
    building = Warehouse(code=code, name=code, aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
    session.add(building)
    session.flush()
    limits: dict[str, dict[str, Any]] = {
        "B1": {}, "B2": {}, "BULK1": {"kind": "bulk"}, "Q1": {"kind": "quarantine"}, "ONE-SKU": {"max_skus": 1},
        "ONE-LOT": {"mix_lots": False}, "ONE-OWNER": {"mix_owners": False}, "SMALL": {"capacity_ml": 3_000},
        "WEAK": {"max_weight_g": 1_200}, "SHUT": {"blocked_reason": "broken shelf"},
    }  # fmt: skip
    bins = [Bin(warehouse_id=building.id, code=name, **limit) for name, limit in limits.items()]
    bins += [Bin(warehouse_id=building.id, code=kind.upper(), kind=kind) for kind in SPECIAL_BINS]
    session.add_all(bins)
    session.flush()
    return House(building.id, code, {each.code: each.id for each in bins}, skus)


def person(house: House, name: str, *posts: str) -> Actor:
    """Someone with posts in this warehouse."""
    with transaction():
        someone = access.add_person(f"B-{name}", name, "no pin", house.id, posts, "en")
        return Actor(name, house.id, frozenset(posts), person_id=someone.id)


def receive(house: House, *goods: Goods, **more: Any) -> None:
    with transaction():
        stock.receive(house.id, goods, reference="ASN1", actor_id=None, **more)


def everything() -> dict[str, list[Any]]:
    """Every row of the stock room, to show that a refusal moved nothing."""
    with transaction() as session:
        return {
            table: [tuple(map(str, row)) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY id"))]
            for table in TABLES
        }


@contextmanager
def refuses(code: str) -> Iterator[Any]:
    """What is done inside is refused with this code, in words without gaps, and nothing moved."""
    before = everything()
    with pytest.raises(WmsError) as refused, transaction():
        yield refused
    assert refused.value.code == f"stock.{code}"
    for locale in ("en", "zh_Hans", "zh_Hant"):
        assert "{" not in refused.value.text(locale)
    assert everything() == before


def on_hand(house: House, sku: str, bin: str, **more: Any) -> int:
    """Pieces of a SKU in a bin, of one lot or condition when named."""
    where = "".join(f" AND {name} = :{name}" for name in more)
    return int(
        value(
            f"SELECT coalesce(sum(on_hand), 0) FROM stock_balance WHERE sku_id = :sku AND bin_id = :bin{where}",
            sku=house.skus[sku], bin=house.bins[bin], **more,
        )
    )  # fmt: skip


def worth(house: House, sku: str) -> tuple[int, Decimal]:
    """Pieces and value of a SKU by the cost book."""
    with transaction() as session:
        row = session.execute(
            text("SELECT qty, value FROM stock_cost WHERE warehouse_id = :house AND sku_id = :sku"),
            {"house": house.id, "sku": house.skus[sku]},
        ).one()
        return row.qty, row.value


def value(sql: str, **params: Any) -> Any:
    with transaction() as session:
        return session.execute(text(sql), params).scalar()


COSTS_ARE_KEPT = """
    SELECT count(*) FROM (
        SELECT b.warehouse_id, b.sku_id, sum(b.on_hand) AS qty FROM stock_balance b WHERE b.owner_id = 1 GROUP BY 1, 2
    ) b FULL JOIN stock_cost c USING (warehouse_id, sku_id)
    WHERE coalesce(b.qty, 0) <> coalesce(c.qty, 0) OR (c.qty = 0 AND c.value <> 0)
"""
SERIALS_ARE_THERE = """
    SELECT count(*) FROM (
        SELECT bin_id, sku_id, lot, container_id, owner_id, condition, count(*) AS n
        FROM stock_serial WHERE bin_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
    ) s LEFT JOIN stock_balance b USING (bin_id, sku_id, lot, container_id, owner_id, condition)
    WHERE s.n > coalesce(b.on_hand, 0)
"""


def proved() -> None:
    """The laws of stock hold, and those of cost and serials."""
    db.session.remove()
    with transaction():
        report = check.run()
    assert report.ok, report.lines()
    assert value(COSTS_ARE_KEPT) == 0
    assert value(SERIALS_ARE_THERE) == 0


def refused_or(act: Callable[[], Any]) -> Callable[[], str]:
    """`act` in a transaction of its own; what it answers is "done" or the code of the refusal."""

    def run() -> str:
        try:
            with transaction():
                act()
        except WmsError as error:
            return error.code
        return "done"

    return run
