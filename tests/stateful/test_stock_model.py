"""Random sequences of stock verbs against a dictionary that does the same sums."""
from __future__ import annotations

import itertools
from collections import defaultdict

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from wms.catalog.models import Sku
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.layout.models import Bin, Warehouse
from wms.stock import check, service
from wms.stock.models import StockBalance, StockHold, StockLevel, StockPromise
from wms.stock.service import Goods, Want

BINS, SKUS = 3, 2
_fresh = itertools.count(1)


class StockMachine(RuleBasedStateMachine):
    """The model: pieces by (bin, sku), promised and held by order line, what totes hold."""

    def __init__(self) -> None:
        super().__init__()
        self.run = next(_fresh)
        self.line = itertools.count(self.run * 1_000_000)
        with transaction() as session:
            house = Warehouse(code=f"W{self.run}", name="W", aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
            session.add(house)
            session.flush()
            kinds = ["pick"] * BINS + ["supplier", "customer", "adjustment", "stage", "packed"]
            bins = [Bin(warehouse_id=house.id, code=f"{n}-{kind}", kind=kind) for n, kind in enumerate(kinds)]
            skus = [Sku(code=f"R{self.run}-{n}", name="x") for n in range(SKUS)]
            session.add_all([*bins, *skus])
            session.flush()
            self.house = house.id
            self.bins = [each.id for each in bins[:BINS]]
            self.stage, self.packed = bins[BINS + 3].id, bins[BINS + 4].id
            self.skus = [each.id for each in skus]
            self.tote = service.ensure_container(house.id, "T", "tote")
            self.box = service.ensure_container(house.id, "P", "parcel")
        self.on_hand: dict[tuple[int, int], int] = defaultdict(int)
        self.promised: dict[int, tuple[int, int]] = {}
        self.held: dict[int, tuple[int, int, int, int]] = {}  # hold id → line, sku, bin, pieces
        self.in_tote: dict[int, int] = defaultdict(int)
        self.in_box: dict[int, int] = defaultdict(int)

    def free(self, bin_id: int, sku: int) -> int:
        return self.on_hand[bin_id, sku] - sum(q for _, s, b, q in self.held.values() if (b, s) == (bin_id, sku))

    @rule(bin=st.integers(0, BINS - 1), sku=st.integers(0, SKUS - 1), qty=st.integers(1, 9))
    def receive(self, bin: int, sku: int, qty: int) -> None:
        with transaction():
            service.receive(
                self.house, [Goods(self.skus[sku], self.bins[bin], qty)], reference="asn", actor_id=None
            )
        self.on_hand[self.bins[bin], self.skus[sku]] += qty

    @rule(bin=st.integers(0, BINS - 1), sku=st.integers(0, SKUS - 1), qty=st.integers(-1, 9))
    def adjust(self, bin: int, sku: int, qty: int) -> None:
        place, goods = self.bins[bin], self.skus[sku]
        held = self.on_hand[place, goods] - self.free(place, goods)
        try:
            with transaction():
                service.adjust_to(
                    self.house, [Goods(goods, place, qty)], reason="count", reference="c", actor_id=None
                )
        except WmsError:
            assert qty < held or qty < 0
        else:
            assert qty >= held
            self.on_hand[place, goods] = qty

    @rule(wants=st.lists(st.tuples(st.integers(0, SKUS - 1), st.integers(1, 6)), min_size=1, max_size=3))
    def promise(self, wants: list[tuple[int, int]]) -> None:
        asked = [Want(next(self.line), self.skus[sku], qty) for sku, qty in wants]
        with transaction():
            missing = service.promise(self.house, asked)
        for sku in self.skus:
            needed = sum(want.qty for want in asked if want.sku_id == sku)
            there = sum(self.on_hand[bin_id, sku] for bin_id in self.bins)
            given = sum(qty for s, qty in self.promised.values() if s == sku)
            assert missing.get(sku, 0) == (max(0, needed - (there - given)) if needed else 0)
        if not missing:
            self.promised |= {want.order_line_id: (want.sku_id, want.qty) for want in asked}

    @rule(pick=st.randoms(use_true_random=False))
    def hold(self, pick) -> None:
        waiting = [line for line in self.promised if line not in {h[0] for h in self.held.values()}]
        if not waiting:
            return
        line = pick.choice(waiting)
        sku, qty = self.promised[line]
        there = sum(self.free(bin_id, sku) for bin_id in self.bins)
        try:
            with transaction():
                held = service.hold(self.house, [Want(line, sku, qty)])
        except WmsError:
            assert there < qty
            return
        assert sum(each.qty for each in held) == qty
        self.held |= {each.hold_id: (line, sku, each.bin_id, each.qty) for each in held}

    @rule(random=st.randoms(use_true_random=False), qty=st.integers(1, 7))
    def pick(self, random, qty: int) -> None:
        if not self.held:
            return
        hold_id = random.choice(sorted(self.held))
        line, sku, bin_id, pieces = self.held[hold_id]
        try:
            with transaction():
                service.pick(
                    hold_id, qty, to_bin_id=self.stage, to_container_id=self.tote, reference="p", actor_id=None
                )
        except WmsError:
            assert qty > pieces
            return
        assert qty <= pieces
        self.on_hand[bin_id, sku] -= qty
        self.in_tote[sku] += qty
        self._lower(self.held, hold_id, (line, sku, bin_id, pieces - qty))
        self._lower(self.promised, line, (sku, self.promised[line][1] - qty))

    @staticmethod
    def _lower(rows, key, row) -> None:
        rows[key] = row
        if row[-1] == 0:
            del rows[key]

    @rule(random=st.randoms(use_true_random=False))
    def let_go(self, random) -> None:
        if not self.promised:
            return
        line = random.choice(sorted(self.promised))
        with transaction():
            service.release_holds([line])
            service.release_promises([line])
        del self.promised[line]
        self.held = {key: row for key, row in self.held.items() if row[0] != line}

    @rule()
    def pack(self) -> None:
        with transaction():
            moved = service.pour(
                self.house, self.tote, from_bin_id=self.stage, to_bin_id=self.packed, to_container_id=self.box,
                reason="pack", reference="p", actor_id=None,
            )  # fmt: skip
        assert moved == sum(self.in_tote.values())
        for sku, qty in self.in_tote.items():
            self.in_box[sku] += qty
        self.in_tote.clear()

    @rule()
    def ship(self) -> None:
        with transaction():
            moved = service.ship(self.house, {self.box: "p"}, from_bin_id=self.packed, actor_id=None)
        assert sum(moved.values()) == sum(self.in_box.values())
        self.in_box.clear()

    @invariant()
    def tables_equal_the_model(self) -> None:
        with transaction() as session:
            balances = session.query(StockBalance).filter_by(warehouse_id=self.house).all()
            found = {(b.bin_id, b.sku_id): b.on_hand for b in balances if b.on_hand}
            expected = {key: qty for key, qty in self.on_hand.items() if qty}
            expected |= {(self.stage, sku): qty for sku, qty in self.in_tote.items() if qty}
            expected |= {(self.packed, sku): qty for sku, qty in self.in_box.items() if qty}
            assert found == expected
            holds = session.query(StockHold).filter_by(warehouse_id=self.house, status="open")
            assert {h.id: h.qty for h in holds} == {key: row[-1] for key, row in self.held.items()}
            promises = session.query(StockPromise).filter_by(warehouse_id=self.house, status="open")
            assert {p.order_line_id: p.qty for p in promises} == {k: row[1] for k, row in self.promised.items()}
            levels = session.query(StockLevel).filter_by(warehouse_id=self.house)
            assert sum(level.promised for level in levels) == sum(row[1] for row in self.promised.values())

    def teardown(self) -> None:
        db.session.remove()
        with transaction():
            report = check.run(self.house)
        assert report.ok, report.lines()


def test_stock_verbs_against_a_dictionary(app):
    run_state_machine_as_test(
        StockMachine,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
