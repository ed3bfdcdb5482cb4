"""The rules of what moves whole: pallets that nest, and goods on their way to another house."""
from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from stock_machine import ABOUT
from stock_rules import BIN, HOUSE, NR, QTY, Arrivals

from wms.stock import service


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
