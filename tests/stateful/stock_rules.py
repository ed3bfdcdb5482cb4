"""The rules: every verb of the stock room, asked for at random, and told to the model."""
from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from stock_books import UNPROMISED, Spot
from stock_machine import ABOUT, StockMachine

from wms.core.clock import now
from wms.stock import service
from wms.stock.service import Goods, Want

HOUSE, NR, QTY = st.integers(0, 1), st.integers(0, 40), st.integers(1, 6)
PLACES = ("P1", "P2", "K1", "Q1", "receive")
BIN = st.sampled_from(PLACES)
WANT = st.tuples(st.sampled_from(("A", "B", "LOT")), QTY)
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


class OrderRules(Arrivals):
    """Orders are promised, held, picked, packed and shipped; other things are set aside."""

    def tour(self):
        super().tour()
        self.promise(0, [("A", 5), ("LOT", 3), ("B", 6)], 0)
        self.promise(0, [("A", 6), ("LOT", 6)], 0)
        self.promise(0, [("B", 2)], 1)
        self.promise(0, [("A", 16)], 0)
        for nr in (0, 1):
            self.reserve(nr, 3, "kit")
        for nr in range(6):
            if self.unheld():
                self.hold(nr % 2)
        for qty in (1, 1, 2):
            self.pick(0, qty)
            self.pick(1, qty)
        self.pack()
        self.ship()
        self.reserve(0, 2, "manual")
        self.end_reservation(0, True, "P2")
        self.let_go(0)

    def unheld(self) -> list[int]:
        held = {about for origin, about, _, _ in self.books.held.values() if origin == "order"}
        return [line for line in self.books.promised if line not in held]

    def held_for(self, *origins) -> list[int]:
        return [id for id, row in self.books.held.items() if row[0] in origins]

    def in_container(self, container) -> list[Spot]:
        return self.books.spots(container=container)

    @rule(nr=HOUSE, wants=st.lists(WANT, min_size=1, max_size=3), own=st.sampled_from((0, 0, 0, 1)))
    def promise(self, nr, wants, own):
        house, owner = self.houses[nr], self.owners[own]
        asked = [Want(next(self.lines), self.sku[code], qty, owner_id=owner) for code, qty in wants]
        missing, _ = self.ask(lambda: service.promise(house, asked))
        for sku in {want.sku_id for want in asked}:
            needed = sum(want.qty for want in asked if want.sku_id == sku)
            assert missing.get(sku, 0) == max(0, needed - self.books.room(house, sku, owner))
        if not missing:
            self.books.promised |= {want.order_line_id: (house, want.sku_id, owner, want.qty) for want in asked}

    @precondition(lambda self: self.unheld())
    @rule(nr=NR)
    def hold(self, nr):
        line = self.one(self.unheld(), nr)
        house, sku, owner, qty = self.books.promised[line]
        there = self.books.can_hold(house, sku, owner)
        found, refused = self.ask(lambda: service.hold(house, [Want(line, sku, qty, owner_id=owner)]))
        assert bool(refused) == (sum(map(self.books.free, there)) < qty)
        if refused:
            return
        assert sum(each.qty for each in found) == qty
        rows = {row.id: Spot(*row[1:]) for row in self.rows(
            "SELECT h.id, b.warehouse_id, b.bin_id, b.sku_id, b.lot, b.container_id, b.owner_id, b.condition "
            "FROM stock_hold h JOIN stock_balance b ON b.id = h.balance_id WHERE h.warehouse_id = ANY(:houses)"
        )}  # fmt: skip
        for each in found:
            spot = rows[each.hold_id]
            assert spot in there
            assert self.books.free(spot) >= each.qty
            self.books.held[each.hold_id] = ("order", line, spot, each.qty)
        self._first_expired_first({rows[each.hold_id].lot for each in found}, there)

    def _first_expired_first(self, lots, there) -> None:
        for lot in lots - {""}:
            for spot in there:
                sooner = self.books.expiry.get(spot.lot, 10**6) < self.books.expiry[lot]
                assert not sooner or self.books.free(spot) == 0, "a lot was held though one expires sooner"

    @precondition(lambda self: self.held_for("order"))
    @rule(nr=NR, qty=QTY)
    def pick(self, nr, qty):
        id = self.one(self.held_for("order"), nr)
        _, line, spot, pieces = self.books.held[id]
        stage = self.bins[spot.house, "stage"]
        tote = self.tote if spot.house == self.houses[0] else 0
        _, refused = self.ask(lambda: service.pick(
            id, qty, to_bin_id=stage, to_container_id=tote, reference="p", actor_id=None))  # fmt: skip
        assert refused == ("hold_gone" if qty > pieces else "")
        if refused:
            return
        self._lower(self.books.held, id, pieces - qty)
        self._lower(self.books.promised, line, self.books.promised[line][-1] - qty)
        self.books.take(spot, qty)
        self.books.put(spot.but(bin=stage, container=tote), qty)

    @staticmethod
    def _lower(rows, key, left) -> None:
        rows[key] = (*rows[key][:-1], left)
        if left == 0:
            del rows[key]

    @precondition(lambda self: self.books.promised)
    @rule(nr=NR)
    def let_go(self, nr):
        line = self.one(self.books.promised, nr)
        self.ask(lambda: (service.release_holds([line]), service.release_promises([line])))
        del self.books.promised[line]
        kept = self.books.held.items()
        self.books.held = {id: row for id, row in kept if row[0] != "order" or row[1] != line}

    @precondition(lambda self: self.in_container(self.tote))
    @rule()
    def pack(self):
        house = self.houses[0]
        stage, packed = self.bins[house, "stage"], self.bins[house, "packed"]
        self.ask(lambda: service.pour(
            house, self.tote, from_bin_id=stage, to_bin_id=packed, to_container_id=self.box, **ABOUT))  # fmt: skip
        for spot in self.books.spots(house, bin=stage, container=self.tote):
            if self.books.free(spot) == self.books.on_hand[spot]:
                qty, numbers = self.books.on_hand[spot], self.books.numbers(spot)
                self.books.take(spot, qty, numbers)
                self.books.put(spot.but(bin=packed, container=self.box), qty, numbers)

    @precondition(lambda self: self.in_container(self.box))
    @rule()
    def ship(self):
        house = self.houses[0]
        packed = self.bins[house, "packed"]
        gone, _ = self.ask(lambda: service.ship(house, {self.box: "p"}, from_bin_id=packed, actor_id=None))
        there = self.books.spots(house, bin=packed, container=self.box)
        assert sum(gone.values()) == sum(self.books.on_hand[spot] for spot in there)
        for spot in there:
            qty = self.books.on_hand[spot]
            self.books.take(spot, qty, self.books.numbers(spot))
            self.books.leave(spot, qty)

    @rule(nr=NR, qty=QTY, origin=st.sampled_from(("replenish", "kit", "manual")))
    def reserve(self, nr, qty, origin):
        spot = self.one(self.books.spots(), nr)
        if spot is None:
            return
        reference = f"R{next(self.names)}"
        goods = self.goods(spot, qty, serials=())
        ids, refused = self.ask(lambda: service.reserve(spot.house, [goods], origin=origin, reference=reference))
        if refused == "promised_to_orders":
            assert origin in UNPROMISED
            assert self.books.room(spot.house, spot.sku, spot.owner) < qty
        elif refused:
            assert self.books.free(spot) < qty
        else:
            assert self.books.free(spot) >= qty
            counts = origin in UNPROMISED and self.books.promisable(spot)
            assert not counts or self.books.room(spot.house, spot.sku, spot.owner) >= qty, "promised, and set aside"
            self.books.held[ids[0]] = (origin, reference, spot, qty)

    @precondition(lambda self: self.held_for("replenish", "kit", "manual"))
    @rule(nr=NR, take=st.booleans(), bin=BIN)
    def end_reservation(self, nr, take, bin):
        id = self.one(self.held_for("replenish", "kit", "manual"), nr)
        origin, reference, spot, qty = self.books.held[id]
        if not take or spot.sku == self.sku["SER"]:
            let_go, _ = self.ask(lambda: service.release_reservation(spot.house, origin, reference))
            assert let_go == qty
            del self.books.held[id]
            return
        target = spot.but(bin=self.bins[spot.house, bin], container=0)
        _, refused = self.ask(lambda: service.take_reserved(
            spot.house, origin, reference, to_bin_id=target.bin, reason="r", actor_id=None) and None)  # fmt: skip
        assert refused == ("same_place" if target == spot else "")
        if not refused:
            del self.books.held[id]
            self.books.take(spot, qty)
            self.books.put(target, qty)


class ContainerRules(Arrivals):
    """Pallets nest, and move whole."""

    def tour(self):
        super().tour()
        for spot in self.books.spots(self.houses[0], sku=self.sku["SER"]):
            self._onto(spot, 1)
        self.nest(0, 1, 0)
        self.nest(0, 0, 1)
        self.move_container(0, 0, "P2", -1)
        self.move_container(0, 1, "P1", 2)
        self.nest(1, 0, 2)
        self.nest(1, 2, 1)
        self.nest(1, 1, 0)

    def _onto(self, spot, nr):
        """Bring a pallet to these goods, and put them on it."""
        pallet = self.pallets[spot.house][nr]
        bin = next(code for (_, code), id in self.bins.items() if id == spot.bin)
        self.move_container(self.houses.index(spot.house), nr, bin, -1)
        self.move(self.books.spots().index(spot), 1, bin, nr)
        assert self.books.spots(container=pallet)

    @rule(nr=HOUSE, inner=st.integers(0, 2), outer=st.integers(-1, 2))
    def nest(self, nr, inner, outer):
        house, books = self.houses[nr], self.books
        one = self.pallets[house][inner]
        into = self.pallets[house][outer] if outer >= 0 else None
        _, refused = self.ask(lambda: service.nest(house, one, into))
        here = books.stands(one)
        if into is None:
            assert not refused
            books.parent[one], books.noted[one] = None, here
            return
        there = books.stands(into)
        ring, apart = into in books.inside(one), None not in (here, there) and here != there
        assert refused == ("container_in_itself" if ring else "container_elsewhere" if apart else "")
        if not refused:
            books.parent[one] = into
            if there is None and here is not None:
                books.noted[books.root(into)] = here

    @rule(nr=HOUSE, inner=st.integers(0, 2), bin=BIN, outer=st.integers(-2, 2))
    def move_container(self, nr, inner, bin, outer):
        house, books = self.houses[nr], self.books
        one, to = self.pallets[house][inner], self.bins[house, bin]
        into = self.pallets[house][outer] if outer >= 0 else None
        _, refused = self.ask(lambda: service.move_container(house, one, to_bin_id=to, into_container_id=into, **ABOUT))
        inside = books.inside(one)
        goods = [spot for spot in books.spots(house) if spot.container in inside]
        if refused:
            assert self._may_refuse(refused, one, to, into, goods)
            return
        assert into is None or into not in inside, "a container went into itself"
        assert into is None or books.must_stand(into, to)
        for spot in goods:
            if spot.bin != to:
                qty, numbers = books.on_hand[spot], books.numbers(spot)
                books.take(spot, qty, numbers)
                books.put(spot.but(bin=to), qty, numbers)
        books.parent[one] = into
        books.noted |= dict.fromkeys(inside, to)

    def _may_refuse(self, refused, one, to, into, goods) -> bool:
        books = self.books
        return {
            "container_in_itself": into in books.inside(one),
            "same_place": books.stands(one) == to and books.parent[one] == into,
            "container_held": any(books.free(spot) < books.on_hand[spot] for spot in goods),
            "container_elsewhere": into is not None and books.stands(into) not in (None, to),
        }[refused]


class TransferRules(Arrivals):
    """Goods go from one house to the other."""

    def tour(self):
        super().tour()
        for nr in range(3):
            self.open_transfer(nr, 3)
        for _ in self.planned():
            self.leave_or_cancel(0, 1)
        for qty in (1, 5, 2, 3):
            if self.under_way():
                self.arrive(0, qty, "P1", qty == 5)
        self.open_transfer(4, 2)
        self.leave_or_cancel(0, 0)
        self.open_transfer(4, 2)
        self.leave_or_cancel(0, 1)
        if self.under_way():
            self.finish(0)

    def planned(self) -> list[int]:
        return [id for id, each in self.transfers.items() if each["hold"]]

    def under_way(self) -> list[int]:
        return [id for id, each in self.transfers.items() if each["left"]]

    @rule(nr=NR, qty=QTY)
    def open_transfer(self, nr, qty):
        spot = self.one([s for s in self.books.spots(container=0) if s.sku != self.sku["SER"]
                         and self.books.kinds[s.bin] != "transit"], nr)  # fmt: skip
        if spot is None:
            return
        to = next(house for house in self.houses if house != spot.house)
        made, refused = self.ask(lambda: (lambda t: (t.id, t.number))(service.open_transfer(
            spot.house, to, [self.goods(spot, qty)], actor_id=None)))  # fmt: skip
        if refused:
            room = self.books.room(spot.house, spot.sku, spot.owner)
            assert (room if refused == "promised_to_orders" else self.books.free(spot)) < qty
            return
        id, number = made
        (hold,) = self.rows(f"SELECT id FROM stock_hold WHERE origin = 'transfer' AND reference = '{number}'")
        self.books.held[hold.id] = ("transfer", number, spot, qty)
        self.transfers[id] = {"hold": hold.id, "spot": spot, "qty": qty, "to": to, "left": 0}

    @precondition(lambda self: self.planned())
    @rule(nr=NR, cancel=st.integers(0, 4))
    def leave_or_cancel(self, nr, cancel):
        id = self.one(self.planned(), nr)
        its = self.transfers[id]
        spot, qty = its["spot"], its["qty"]
        verb = service.ship_transfer if cancel else service.cancel_transfer
        more = {"actor_id": None} if cancel else {}
        _, refused = self.ask(lambda: verb(spot.house, id, **more) and None)
        assert not refused
        del self.books.held[its["hold"]]
        its["hold"] = 0
        if not cancel:
            del self.transfers[id]
            return
        self.books.take(spot, qty)
        its["transit"] = spot.but(bin=self.bins[spot.house, "transit"])
        self.books.put(its["transit"], qty)
        its["left"] = qty

    @precondition(lambda self: self.under_way())
    @rule(nr=NR, qty=QTY, bin=BIN, over=st.booleans())
    def arrive(self, nr, qty, bin, over):
        id = self.one(self.under_way(), nr)
        its = self.transfers[id]
        target = its["transit"].but(house=its["to"], bin=self.bins[its["to"], bin])
        _, refused = self.ask(lambda: service.arrive_transfer(
            its["to"], id, [self.goods(target, qty)], actor_id=None, allow_over=over))  # fmt: skip
        expected = min(qty, its["left"])
        if refused == "not_enough":  # somebody took from the truck
            assert self.books.free(its["transit"]) < expected
            return
        assert refused == ("transfer_over" if qty > expected and not over else "")
        if refused:
            return
        self.books.take(its["transit"], expected)
        value = self.books.leave(its["transit"], expected)
        self.books.put(target, qty)
        self.books.enter(target, expected, value)
        if qty > expected:
            self.books.enter(target, qty - expected, None)
        its["left"] -= expected
        if not its["left"]:
            del self.transfers[id]

    @precondition(lambda self: self.under_way())
    @rule(nr=NR)
    def finish(self, nr):
        id = self.one(self.under_way(), nr)
        its = self.transfers[id]
        lost, refused = self.ask(lambda: service.finish_transfer(its["to"], id, actor_id=None))
        if refused:
            assert self.books.free(its["transit"]) < its["left"]
            return
        assert lost == its["left"]
        self.books.take(its["transit"], lost)
        self.books.leave(its["transit"], lost)
        del self.transfers[id]
