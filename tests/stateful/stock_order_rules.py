"""The rules of orders: promised, held, picked, packed, shipped; and of what is set aside."""
from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from stock_books import UNPROMISED, Spot
from stock_machine import ABOUT
from stock_rules import BIN, HOUSE, NR, QTY, Arrivals

from wms.stock import service
from wms.stock.service import Want

WANT = st.tuples(st.sampled_from(("A", "B", "LOT")), QTY)


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
