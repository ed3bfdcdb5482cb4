"""The rules of goods: every verb that brings, moves and changes them, asked for at random, and told to the model."""
from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from stock_books import Spot
from stock_machine import ABOUT, StockMachine

from wms.core.clock import now
from wms.stock import service
from wms.stock.service import Goods

HOUSE, NR, QTY = st.integers(0, 1), st.integers(0, 40), st.integers(1, 6)
PLACES = ("P1", "P2", "K1", "Q1", "receive")
BIN = st.sampled_from(PLACES)
CONDITION = st.sampled_from(("good", "damaged"))


class Arrivals(StockMachine):
    """Goods come and move. Every run begins with some of each, and with a tour that asks each verb once."""

    @initialize()
    def begin(self):
        self.stock()
        self.tour()

    def tour(self):
        """What a mixture does before anything random, so that its verbs soon have something to work on."""

    def stock(self):
        for nr, house in enumerate(self.houses):
            for code, bin, qty in (("A", "P1", 6), ("A", "P2", 9), ("B", "P1", 7), ("KIT", "P2", 2), ("A", "K1", 4)):
                self._arrives(Spot(house, self.bins[house, bin], self.sku[code]), qty, Decimal(250 + 300 * nr) / 100)
            self._arrives(Spot(house, self.bins[house, "P2"], self.sku["B"], owner=self.owners[1]), 5, None)
            for pallet in self.pallets[house][:2]:
                spot = Spot(house, self.bins[house, "K1"], self.sku["A"], container=pallet)
                self.books.must_stand(pallet, spot.bin)
                self._arrives(spot, 3, Decimal("1.1"))
            for lot, bin in (("L1", "P1"), ("L2", "P2"), ("L3", "P1")):
                self.receive_lot(bin, lot, 4, False, nr)
            self.receive_numbered(nr, "P1", 3, False)

    def _arrives(self, spot, qty, cost):
        goods = [self.goods(spot, qty, unit_cost=cost)]
        _, refused = self.ask(lambda: service.receive(spot.house, goods, reference="asn", actor_id=None))
        assert not refused
        self.books.put(spot, qty)
        self.books.enter(spot, qty, None if cost is None else cost * qty)

    @rule(nr=HOUSE, bin=BIN, code=st.sampled_from("AB"), qty=QTY, cents=st.integers(0, 900), owner=HOUSE)
    def receive(self, nr, bin, code, qty, cents, owner):
        spot = Spot(self.houses[nr], self.bins[self.houses[nr], bin], self.sku[code], owner=self.owners[owner])
        self._arrives(spot, qty, Decimal(cents) / 100)

    @rule(bin=BIN, lot=st.sampled_from(("L1", "L2", "L3")), qty=QTY, wrong=st.booleans(), nr=HOUSE)
    def receive_lot(self, bin, lot, qty, wrong, nr):
        house = self.houses[nr]
        spot = Spot(house, self.bins[house, bin], self.sku["LOT"], lot)
        known = any(each.lot == lot for each in self.books.on_hand)
        expires = self.expires("L3" if wrong and lot != "L3" else lot)
        if wrong and lot != "L3" and not known:
            return
        goods = Goods(spot.sku, spot.bin, qty, lot=lot, expires_on=expires)
        _, refused = self.ask(lambda: service.receive(house, [goods], reference="asn", actor_id=None))
        assert refused == ("lot_dates_differ" if wrong and lot != "L3" else "")
        if not refused:
            self.books.put(spot, qty)
            self.books.enter(spot, qty, None)

    @rule(nr=HOUSE, bin=BIN, qty=st.integers(1, 3), again=st.booleans())
    def receive_numbered(self, nr, bin, qty, again):
        house, sku = self.houses[nr], self.sku["SER"]
        known = sorted(code for (_, code), spot in self.books.serials.items() if spot is not None)
        serials = [f"N{next(self.names)}" for _ in range(qty)]
        if again and known:
            serials[0] = known[0]
        spot = Spot(house, self.bins[house, bin], sku)
        goods = Goods(sku, spot.bin, qty, serials=tuple(serials))
        _, refused = self.ask(lambda: service.receive(house, [goods], reference="asn", actor_id=None))
        assert refused == ("serial_known" if again and known else "")
        if not refused:
            self.books.put(spot, qty, serials)
            self.books.enter(spot, qty, None)

    @rule(nr=NR, qty=QTY, bin=BIN, into=st.integers(-3, 2))
    def move(self, nr, qty, bin, into):
        spot = self.one(self.books.spots(), nr)
        if spot is None or spot.container in (self.tote, self.box):
            return
        pallet = self.pallets[spot.house][into] if into >= 0 else 0
        target = spot.but(bin=self.bins[spot.house, bin], container=pallet)
        goods = self.goods(spot, qty)
        _, refused = self.ask(lambda: service.move(spot.house, [goods], target.bin, pallet, **ABOUT))
        if refused in ("not_enough", "serials_differ", "serials_needed", "serial_not_here"):
            assert self.books.free(spot) < qty
        elif refused == "same_place":
            assert target == spot
        elif refused == "container_elsewhere":
            assert self.books.stands(pallet) not in (None, target.bin)
        else:
            assert not refused
            assert target != spot
            assert self.books.must_stand(pallet, target.bin)
            self.books.take(spot, qty, goods.serials)
            self.books.put(target, qty, goods.serials)


class GoodsRules(Arrivals):
    """Goods are found, lost, changed, made into others, and counted."""

    def tour(self):
        super().tour()
        self.remember(0, "P1")
        self.adjust_by(0, -1)
        self.count(2)
        self.adjust_to(1, 3)
        for nr in (0, 1, 6, 7):
            self.reclassify(nr, 1, "damaged", 0)
            self.reclassify(nr, 1, "good", 1)
        for change in (-4, -5, 4):
            self.ask_adjustment(0, change, False)
            for who in (0, 1):
                if self.asked:
                    self.decide_adjustment(0, who, True)
        self.kit(1, 0, "P2", False)
        self.kit(1, 0, "K1", True)
        self.receive_numbered(0, "P2", 2, True)
        self.receive_lot("P1", "L1", 2, True, 0)

    @rule(nr=NR, change=st.integers(-6, 6))
    def adjust_by(self, nr, change):
        spot = self.one([s for s in self.books.spots() if s.sku != self.sku["SER"]], nr)
        if spot is None:
            return
        goods = self.goods(spot, change)
        _, refused = self.ask(lambda: service.adjust_by(spot.house, [goods], **ABOUT))
        if change == 0:
            assert refused == "bad_quantity"
        elif refused:
            assert refused == "not_enough"
            assert self.books.free(spot) + change < 0
        else:
            self._changed(spot, change)

    @rule(nr=NR, qty=st.integers(0, 8))
    def adjust_to(self, nr, qty):
        spot = self.one([s for s in self.books.spots() if s.sku != self.sku["SER"]], nr)
        if spot is None:
            return
        change = qty - self.books.on_hand[spot]
        _, refused = self.ask(lambda: service.adjust_to(spot.house, [self.goods(spot, qty)], **ABOUT))
        assert refused == ("not_enough" if self.books.free(spot) + change < 0 else "")
        if not refused:
            self._changed(spot, change)

    def _changed(self, spot: Spot, change: int) -> None:
        if change > 0:
            self.books.put(spot, change)
            self.books.enter(spot, change, None)
        elif change < 0:
            self.books.take(spot, -change)
            self.books.leave(spot, -change)

    @rule(nr=NR, qty=QTY, condition=CONDITION, owner=HOUSE)
    def reclassify(self, nr, qty, condition, owner):
        spot = self.one(self.books.spots(), nr)
        if spot is None:
            return
        target = spot.but(condition=condition, owner=self.owners[owner])
        goods = self.goods(spot, qty)
        _, refused = self.ask(lambda: service.reclassify(
            spot.house, [goods], condition=condition, owner_id=target.owner, **ABOUT))  # fmt: skip
        if refused == "nothing_changes":
            assert target == spot
        elif refused:
            assert self.books.free(spot) < qty
        else:
            assert target != spot
            self.books.take(spot, qty, goods.serials)
            self.books.put(target, qty, goods.serials)
            self.books.become([(spot, qty)], [(target, qty)])

    @rule(nr=NR, change=st.integers(-5, 5).filter(bool), scrap=st.booleans())
    def ask_adjustment(self, nr, change, scrap):
        spot = self.one([s for s in self.books.spots() if s.sku != self.sku["SER"]], nr)
        if spot is None:
            return
        kind = "scrap" if scrap else "adjust"
        asked, refused = self.ask(lambda: (lambda made: (made.id, made.status))(service.ask_adjustment(
            spot.house, self.goods(spot, change), reason="r", actor_id=self.people[0], kind=kind)))  # fmt: skip
        if refused:
            assert (scrap and change > 0) or self.books.free(spot) + change < 0
            return
        worth = self.books.worth(spot, abs(change)) if spot.owner == 1 else 0
        if asked[1] == "done":
            assert worth <= self.limit
            self._changed(spot, change)
        else:
            assert worth > self.limit
            self.asked[asked[0]] = (spot, change)

    @precondition(lambda self: self.asked)
    @rule(nr=NR, who=HOUSE, agree=st.booleans())
    def decide_adjustment(self, nr, who, agree):
        id = self.one(self.asked, nr)
        spot, change = self.asked[id]
        verb = service.approve_adjustment if agree else service.refuse_adjustment
        _, refused = self.ask(lambda: verb(spot.house, id, actor_id=self.people[who]) and None)
        if refused:
            assert agree
            assert (refused == "second_person_needed") == (who == 0)
            assert who == 0 or self.books.free(spot) + change < 0
            return
        assert who == 1 or not agree
        del self.asked[id]
        if agree:
            self._changed(spot, change)

    @rule(kits=st.integers(1, 2), nr=NR, bin=BIN, apart=st.booleans())
    def kit(self, kits, nr, bin, apart):
        own = {"owner": 1, "condition": "good"}
        kit = self.one(self.books.spots(sku=self.sku["KIT"], **own), nr) if apart else None
        a, b = (self.one(self.books.spots(sku=self.sku[code], **own), nr) for code in "AB")
        if (apart and kit is None) or (not apart and (a is None or b is None or a.house != b.house)):
            return
        house = kit.house if kit else a.house
        spot = kit or Spot(house, self.bins[house, bin], self.sku["KIT"])
        parts = [(Spot(house, self.bins[house, bin], self.sku["A"]) if apart else a, 2 * kits),
                 (Spot(house, self.bins[house, bin], self.sku["B"]) if apart else b, kits)]  # fmt: skip
        verb = service.disassemble if apart else service.assemble
        given = [self.goods(each, qty) for each, qty in parts]
        _, refused = self.ask(lambda: verb(house, self.goods(spot, kits), given, reference="k", actor_id=None))
        taken, made = ([(spot, kits)], parts) if apart else (parts, [(spot, kits)])
        if refused:
            assert any(self.books.free(each) < qty for each, qty in taken)
            return
        for each, qty in taken:
            self.books.take(each, qty)
        for each, qty in made:
            self.books.put(each, qty)
        self.books.become(taken, made)

    @rule(nr=HOUSE, bin=BIN)
    def remember(self, nr, bin):
        house = self.houses[nr]
        there = {spot: self.books.on_hand[spot] for spot in self.books.spots(house, bin=self.bins[house, bin])}
        self.remembered = (self.bins[house, bin], now(), there)

    @precondition(lambda self: self.remembered)
    @rule(found=st.integers(-2, 3))
    def count(self, found):
        """What was counted at a moment is held against the books of that moment, whatever moved since."""
        bin, at, there = self.remembered
        house = next(house for (house, _), id in self.bins.items() if id == bin)
        books, _ = self.ask(lambda: service.book_at(house, bin, at))
        assert {Spot(house, *vars(place).values()): qty for place, qty in books.items()} == there
        spot = self.one([s for s in there if s.sku != self.sku["SER"]], 0)
        if spot is None or not found:
            return
        _, refused = self.ask(lambda: service.adjust_by(house, [self.goods(spot, found)], **ABOUT))
        assert bool(refused) == (self.books.free(spot) + found < 0)
        if not refused:
            self._changed(spot, found)
