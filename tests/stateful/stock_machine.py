"""Two warehouses on a real database beside the model of them, and what holds after every step."""
from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import text
from stock_books import Books, Spot

from wms.access import service as access
from wms.catalog.models import BundleLine, Owner, Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.layout.models import Bin, Warehouse
from wms.layout.rules import SPECIAL_BINS
from wms.stock import check, service
from wms.stock.service import Goods

STORING = (("P1", "pick"), ("P2", "pick"), ("K1", "bulk"), ("Q1", "quarantine"))
ABOUT: dict[str, Any] = {"reason": "move", "reference": "r", "actor_id": None}
CLOSE = Decimal("0.05")  # values are rounded to four places at every step, here and there
_runs = itertools.count(1)


class StockMachine(RuleBasedStateMachine):
    """Rules are added by the classes that inherit from this one; each asks a verb and tells the model."""

    def __init__(self) -> None:
        super().__init__()
        self.run = next(_runs)
        self.lines, self.names = itertools.count(self.run * 100_000), itertools.count(1)
        self.books = Books(expiry={"L1": 300, "L2": 200, "L3": 400})
        self.houses: list[int] = []
        self.bins: dict[tuple[int, str], int] = {}
        with transaction() as session:
            self._goods(session)
            for nr in (1, 2):
                self._house(session, nr)
            people = [access.add_person(f"{self.run}-{n}", f"P{n}", "x", self.houses[0], ["supervisor"], "en")
                      for n in (1, 2)]  # fmt: skip
            self.people = [person.id for person in people]
        self.tote, self.box = self._containers(self.houses[0], "tote", "T", "B")
        self.pallets = {house: self._containers(house, "pallet", "PA", "PB", "PC") for house in self.houses}
        self.books.parent = {each: None for pallets in self.pallets.values() for each in pallets}
        self.books.noted = dict(self.books.parent)
        self.asked: dict[int, tuple[Spot, int]] = {}  # adjustments that wait
        self.transfers: dict[int, dict[str, Any]] = {}
        self.remembered: tuple[int, Any, dict[Spot, int]] | None = None

    def _goods(self, session: Any) -> None:
        facts: dict[str, dict[str, Any]] = {
            "A": {}, "B": {}, "KIT": {}, "LOT": {"lot_tracking": "receipt", "expiry_tracked": True},
            "SER": {"serial_tracking": "move"},
        }  # fmt: skip
        skus = {code: Sku(code=f"{code}{self.run}", name=code, **more) for code, more in facts.items()}
        other = Owner(code=f"O{self.run}", name="Other")
        session.add_all([*skus.values(), other])
        session.flush()
        self.sku = {code: sku.id for code, sku in skus.items()}
        self.owners = [1, other.id]
        parts = (("A", 2), ("B", 1))
        session.add_all(BundleLine(bundle_id=self.sku["KIT"], component_id=self.sku[c], qty=q) for c, q in parts)

    def _house(self, session: Any, nr: int) -> None:
        house = Warehouse(code=f"W{self.run}-{nr}", name="W", aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
        session.add(house)
        session.flush()
        named = [*STORING, *((kind, kind) for kind in SPECIAL_BINS)]
        bins = [Bin(warehouse_id=house.id, code=code, kind=kind) for code, kind in named]
        session.add_all(bins)
        session.flush()
        self.houses.append(house.id)
        self.bins |= {(house.id, each.code): each.id for each in bins}
        self.books.kinds |= {each.id: each.kind for each in bins}

    def _containers(self, house: int, kind: str, *codes: str) -> list[int]:
        with transaction():
            return [service.ensure_container(house, code, kind) for code in codes]

    # ---- how rules work

    def ask(self, act: Callable[[], Any]) -> tuple[Any, str]:
        """What a verb returned, and the code of its refusal ("" when it was carried out)."""
        try:
            with transaction():
                return act(), ""
        except WmsError as refused:
            return None, refused.code.removeprefix("stock.")

    def one(self, among: Any, nr: int) -> Any:
        """One of these, chosen by a number; None when there are none."""
        found = sorted(among)
        return found[nr % len(found)] if found else None

    def goods(self, spot: Spot, qty: int, **more: Any) -> Goods:
        serials = tuple(self.books.numbers(spot)[:qty]) if spot.sku == self.sku["SER"] and "serials" not in more else ()
        return Goods(
            spot.sku, spot.bin, qty, container_id=spot.container, lot=spot.lot, owner_id=spot.owner,
            condition=spot.condition, **{"serials": serials, **more},
        )  # fmt: skip

    def expires(self, lot: str) -> Any:
        return now().date() + timedelta(days=self.books.expiry[lot])

    def rows(self, sql: str) -> list[Any]:
        """What the database has, in a transaction of its own."""
        with transaction():
            return self._read(sql)

    def _read(self, sql: str) -> list[Any]:
        values = {"houses": self.houses, "skus": list(self.sku.values())}
        return list(db.session.execute(text(sql), values))

    # ---- what holds after every step

    @invariant()
    def tables_equal_the_model(self) -> None:
        with transaction():
            self._balances()
            self._holds_and_promises()
            self._numbers_and_costs()
            self._containers_stand()

    def _balances(self) -> None:
        rows = self._read(
            "SELECT warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand FROM stock_balance "
            "WHERE warehouse_id = ANY(:houses) AND on_hand <> 0"
        )
        assert {Spot(*row[:-1]): row.on_hand for row in rows} == {s: q for s, q in self.books.on_hand.items() if q}

    def _holds_and_promises(self) -> None:
        held = self._read("SELECT id, qty FROM stock_hold WHERE warehouse_id = ANY(:houses) AND status = 'open'")
        assert {row.id: row.qty for row in held} == {id: row[-1] for id, row in self.books.held.items()}
        (total,) = self._read("SELECT coalesce(sum(held), 0) FROM stock_balance WHERE warehouse_id = ANY(:houses)")
        assert total[0] == sum(row.qty for row in held)
        promised = self._read(
            "SELECT order_line_id, qty FROM stock_promise WHERE warehouse_id = ANY(:houses) AND status = 'open'"
        )
        assert dict(map(tuple, promised)) == {line: row[-1] for line, row in self.books.promised.items()}
        levels = self._read(
            "SELECT warehouse_id, sku_id, owner_id, on_hand, promised FROM stock_level "
            "WHERE warehouse_id = ANY(:houses) AND (on_hand <> 0 OR promised <> 0)"
        )
        assert {tuple(row[:3]): tuple(row[3:]) for row in levels} == self.books.levels()

    def _numbers_and_costs(self) -> None:
        serials = self._read(
            "SELECT sku_id, code, warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition "
            "FROM stock_serial WHERE sku_id = ANY(:skus) AND bin_id IS NOT NULL"
        )
        there = {key: spot for key, spot in self.books.serials.items() if spot is not None}
        assert {tuple(row[:2]): Spot(*row[2:]) for row in serials} == there
        rows = self._read("SELECT * FROM stock_cost WHERE warehouse_id = ANY(:houses)")
        costs = {(row.warehouse_id, row.sku_id): (row.qty, row.value) for row in rows}
        for key in costs | self.books.cost:
            (qty, value), (pieces, worth) = costs.get(key, (0, Decimal(0))), self.books.cost[key]
            assert qty == pieces
            assert abs(value - worth) < CLOSE, (value, worth)

    def _containers_stand(self) -> None:
        rows = self._read("SELECT id, parent_id FROM container WHERE warehouse_id = ANY(:houses) AND kind = 'pallet'")
        assert dict(map(tuple, rows)) == self.books.parent
        for house, pallets in self.pallets.items():
            for pallet in pallets:
                assert service.where_is(house, pallet) == self.books.stands(pallet)

    def teardown(self) -> None:
        """However it ended, the laws hold."""
        db.session.remove()
        with transaction():
            report = check.run()
        assert report.ok, report.lines()
