"""Waves by a criterion: of the orders that wait, those that are picked well together. Pure.

What must go goes, the earliest promise first; who goes with it is chosen by the engine, for the most pieces an aisle or
an hour of labour. The others wait for a better wave, and are told with which figure.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from wms.waves.engine import PlanError
from wms.waves.rules import add_load, exceeded, over, presses, too_large
from wms.waves.wishes import Reason, Waiting, Wanted

Goods = tuple[tuple[int, int, int], ...]
"""Where an order is picked: (SKU id, aisle, pieces), …"""

Stop = Callable[[], bool]


@dataclass(frozen=True)
class Times:
    """Seconds of labour by which waves are compared: of each order, aisle visited, stop and piece."""

    order_s: float
    aisle_s: float
    stop_s: float
    unit_s: float


@dataclass(frozen=True)
class Measure:
    """Where each order is picked, by order id (None: no open bin has all its goods), and by what waves are compared.

    times: pieces an hour of these; None: pieces an aisle.
    """

    goods: Mapping[int, Goods | None]
    times: Times | None = None

    @property
    def criterion(self) -> str:
        """densest_aisles or most_an_hour."""
        return "most_an_hour" if self.times else "densest_aisles"

    def units(self, order: Waiting) -> int:
        return sum(qty for _, _, qty in self.goods.get(order.order_id) or ())

    def aisles(self, order: Waiting) -> frozenset[int]:
        return frozenset(aisle for _, aisle, _ in self.goods.get(order.order_id) or ())

    def work_s(self, order: Waiting) -> float:
        """Labour of an order but for the aisles."""
        mine = self.goods.get(order.order_id)
        if not mine or self.times is None:
            return 0.0
        return self.times.order_s + self.times.stop_s * len(mine) + self.times.unit_s * self.units(order)


class Tally:
    """The figures of a wave as orders join it."""

    def __init__(self, measure: Measure, orders: Iterable[Waiting] = ()) -> None:
        self.measure = measure
        self.units, self.work_s = 0, 0.0
        self.aisles: set[int] = set()
        for order in orders:
            self.add(order)

    def add(self, order: Waiting) -> None:
        self.units += self.measure.units(order)
        self.aisles |= self.measure.aisles(order)
        self.work_s += self.measure.work_s(order)

    @property
    def value(self) -> float:
        """Pieces an aisle, or an hour."""
        return self._value(self.units, len(self.aisles), self.work_s)

    def value_with(self, order: Waiting) -> float:
        """The same, had the order joined it."""
        measure = self.measure
        aisles = len(self.aisles | measure.aisles(order))
        return self._value(self.units + measure.units(order), aisles, self.work_s + measure.work_s(order))

    def _value(self, units: int, aisles: int, work_s: float) -> float:
        times = self.measure.times
        cost = aisles if times is None else (times.aisle_s * aisles + work_s) / 3600
        return units / cost if cost else 0.0


def value_of(measure: Measure, waves: Iterable[Iterable[Waiting]]) -> float:
    """Of several waves together: aisles count in each wave that visits them."""
    tallies = [Tally(measure, wave) for wave in waves]
    units, aisles = sum(each.units for each in tallies), sum(len(each.aisles) for each in tallies)
    return tallies[0]._value(units, aisles, sum(each.work_s for each in tallies)) if tallies else 0.0


# ---- waves

class Chooser(Protocol):
    """Who goes with the orders that go anyway, and why another does not."""

    def members(self, number: int, wave: Sequence[Waiting], rest: Sequence[Waiting]) -> Collection[Waiting]: ...

    def why_left(self, rest: Sequence[Waiting], waves: Sequence[Sequence[Waiting]]) -> dict[int, Reason]: ...


def goes_anyway(order: Waiting, wanted: Wanted) -> bool:
    """Whether it does not wait for company: it must ship, is of a kind that goes first, or no cut-off will ever call it
    and its promise is near."""
    if order.must_ship or order.kind in wanted.first_kinds:
        return True
    return order.leave_by is None and presses(order, wanted)


def filling(chooser: Chooser) -> Callable[[Sequence[Waiting], Wanted, dict[int, Reason]], list[list[Waiting]]]:
    """How `select_orders` fills waves when this one chooses."""

    def fill(orders: Sequence[Waiting], wanted: Wanted, left: dict[int, Reason]) -> list[list[Waiting]]:
        bounds = wanted.limits.each()
        left.update((order.order_id, reason) for order in orders if (reason := too_large(order, wanted.room, bounds)))
        fit = [order for order in orders if order.order_id not in left]
        anyway = [order for order in fit if goes_anyway(order, wanted)]
        anyway.sort(key=lambda order: (not order.must_ship, order.promised_at, order.order_id))
        rest = [order for order in fit if not goes_anyway(order, wanted)]
        waves: list[list[Waiting]] = []
        while len(waves) < wanted.limits.max_waves and (anyway or rest):
            wave = _joining((), anyway, bounds)
            wave += _joining(wave, chooser.members(len(waves), wave, rest), bounds)
            if not wave:
                break
            taken = {order.order_id for order in wave}
            anyway, rest = ([each for each in part if each.order_id not in taken] for part in (anyway, rest))
            waves.append(wave)
        for order in anyway:
            left[order.order_id] = over(_full(order, waves[-1], bounds), bounds, wanted.limits)
        left.update(chooser.why_left(rest, waves))
        return waves

    return fill


def _joining(wave: Sequence[Waiting], members: Iterable[Waiting], bounds: Mapping[str, int]) -> list[Waiting]:
    """Those that still fit in, one after the other."""
    used = _used(wave)
    joined = []
    for order in members:
        if not exceeded(order.load(), used, bounds):
            joined.append(order)
            add_load(used, order)
    return joined


def _used(wave: Iterable[Waiting]) -> dict[str, int]:
    used: dict[str, int] = {}
    for order in wave:
        add_load(used, order)
    return used


def _full(order: Waiting, wave: Iterable[Waiting], bounds: Mapping[str, int]) -> str | None:
    return exceeded(order.load(), _used(wave), bounds)


# ---- choosing

class Best:
    """Has the engine choose, wave after wave, each until the next of `stops` says stop."""

    def __init__(self, measure: Measure, wanted: Wanted, *, seed: int, stops: Callable[[], Stop]) -> None:
        self.measure, self.wanted, self._seed, self._stops = measure, wanted, seed, stops
        self.limits = wanted.limits

    def members(self, number: int, wave: Sequence[Waiting], rest: Sequence[Waiting]) -> list[Waiting]:
        able = [order for order in rest if self.measure.goods.get(order.order_id)]
        room = self._room(wave)
        if not able or room == 0:
            return []
        least = self.limits.min_orders - len(wave)
        if len(able) < least:  # all together are too few: nobody goes, unless somebody has to
            if not any(presses(order, self.wanted) for order in wave):
                return able
            least = 0
        try:
            chosen = self._chosen(wave, able, room, max(0, least))
        except PlanError:  # no set of these keeps to all limits, such as the fewest orders in the most pieces
            chosen = set()
        bounds = self.limits.each()
        taken = _joining(wave, [order for order in able if order.order_id in chosen], bounds)
        joined = self._willing([*wave, *taken], [order for order in able if order.order_id not in chosen])
        found = [*taken, *_joining([*wave, *taken], joined, bounds)]
        # Where limits are tight the time may be over before there is a good answer: never worse than first come.
        plain = _joining(wave, able, bounds)
        return max(found, plain, key=lambda some: (len(some) >= least, Tally(self.measure, [*wave, *some]).value))

    def _room(self, wave: Sequence[Waiting]) -> int | None:
        """How many orders may join it."""
        bounds = self.limits.each()
        most = min((bounds[name] for name in ("orders", "carts") if name in bounds), default=None)
        return None if most is None else most - len(wave)

    def _chosen(self, wave: Sequence[Waiting], able: Sequence[Waiting], room: int | None, least: int) -> set[int]:
        from wms.waves.engine import selection as engine  # compiled code: loaded where it is used

        musts = [order for order in wave if self.measure.goods.get(order.order_id)]
        waiting = [(order, True) for order in musts] + [(order, False) for order in able]
        numbers: dict[tuple[int, int], int] = {}
        stock: dict[tuple[int, int], int] = {}
        orders = []
        for order, must in waiting:
            goods = self.measure.goods.get(order.order_id) or ()
            items = []
            for sku, aisle, qty in goods:
                stock[sku, aisle] = stock.get((sku, aisle), 0) + qty
                items.append((numbers.setdefault((sku, aisle), len(numbers)), qty))
            orders.append(engine.WaitingOrder(order.order_id, tuple(items), must))
        shelves = tuple(engine.AisleStock(place[1], numbers[place], qty) for place, qty in stock.items())
        most_units = self.limits.max_units
        if most_units is not None:  # what no open bin has takes room as well
            most_units -= sum(order.units for order in wave if not self.measure.goods.get(order.order_id))
        times = self.measure.times
        labour = engine.Labour(0.0, times.aisle_s, times.stop_s, times.unit_s, times.order_s) if times else None
        found = engine.select_wave(
            engine.SelectionProblem(
                tuple(orders), shelves, max_units=most_units,
                max_orders=None if room is None else room + len(musts), min_orders=least + len(musts),
                labour=labour,
            ),
            seed=self._seed, stop=self._stops(),
        )  # fmt: skip
        return set(found.orders)

    def _willing(self, wave: Sequence[Waiting], others: Iterable[Waiting]) -> list[Waiting]:
        """Those that make the wave no worse."""
        tally, joined = Tally(self.measure, wave), []
        for order in others:
            if tally.value_with(order) >= tally.value:
                tally.add(order)
                joined.append(order)
        return joined

    def why_left(self, rest: Sequence[Waiting], waves: Sequence[Sequence[Waiting]]) -> dict[int, Reason]:
        tallies = [Tally(self.measure, wave) for wave in waves]
        return {order.order_id: self._why_left(order, waves, tallies) for order in rest}

    def _why_left(self, order: Waiting, waves: Sequence[Sequence[Waiting]], tallies: Sequence[Tally]) -> Reason:
        if not self.measure.goods.get(order.order_id):
            return Reason("in_no_bin")
        if not tallies:
            return Reason("below_minimum", {"has": 0, "takes": self.limits.min_orders})
        bounds = self.limits.each()
        nearest = max(range(len(waves)), key=lambda number: tallies[number].value_with(order) - tallies[number].value)
        tally = tallies[nearest]
        if tally.value_with(order) >= tally.value:
            return over(_full(order, waves[nearest], bounds), bounds, self.limits)
        figures = {"has": _shown(tally.value_with(order)), "takes": _shown(tally.value)}
        return Reason("better_wave", {**figures, "what": [{"say": f"waves.by.{self.measure.criterion}"}]})


def _shown(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


@dataclass(frozen=True)
class Chosen:
    """Keeps to what was chosen before, by the ids of the orders of each wave."""

    waves: Sequence[Collection[int]]

    def members(self, number: int, wave: Sequence[Waiting], rest: Sequence[Waiting]) -> list[Waiting]:
        mine = self.waves[number] if number < len(self.waves) else ()
        return [order for order in rest if order.order_id in mine]

    def why_left(self, rest: Sequence[Waiting], waves: Sequence[Sequence[Waiting]]) -> dict[int, Reason]:
        return {order.order_id: Reason("better_wave") for order in rest}
