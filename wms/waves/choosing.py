"""What a rule takes, by its sequence or its criterion, and how that compares with first come, first served."""
from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from wms.core.db import db
from wms.layout.models import Warehouse
from wms.waves import planner
from wms.waves.criterion import Best, Chosen, Goods, Measure, Stop, Times, filling, goes_anyway
from wms.waves.estimate import SEED, Place, places
from wms.waves.labour import rates
from wms.waves.rules import in_sequence, select_orders, why_not
from wms.waves.selection import with_boxes
from wms.waves.waiting import waiting_orders
from wms.waves.wishes import CRITERIA, Selection, Waiting, Wanted

RUN_SECONDS = 1.0  # nobody waits for a run, but its rule is locked
LOOK_SECONDS = 0.4  # somebody waits for a preview, and asks again with each change


@dataclass(frozen=True)
class Way:
    """How the orders of a wave are picked."""

    method: str = "cart"
    totes_per_cart: int = 12


@dataclass(frozen=True)
class Choice:
    """What was chosen, by `measure`, or by a sequence where that is None. `line`: all that fit, in their sequence; what
    starts a rule depends on no choice."""

    found: Selection
    line: Selection
    waiting: Sequence[Waiting]
    measure: Measure | None = None


def choose(
    warehouse_id: int, wanted: Wanted, way: Way, seconds: float, waiting: Sequence[Waiting] | None = None
) -> Choice:
    """What the wishes take of the orders that wait now; by a criterion, about the best in so many seconds.

    Nothing is locked: a moment later the orders may be gone, see `check`.
    """
    wanted = with_boxes(warehouse_id, wanted)
    if waiting is None:
        waiting = waiting_orders(warehouse_id, zones=bool(wanted.terms.zones))
    line = select_orders(waiting, wanted)
    if wanted.principle not in CRITERIA:
        return Choice(line, line, waiting)
    measure = _measure(warehouse_id, wanted, way, waiting)
    best = Best(measure, wanted, seed=SEED, stops=_halves(seconds))
    return Choice(planner.aside(lambda: select_orders(waiting, wanted, filling(best))), line, waiting, measure)


def check(warehouse_id: int, wanted: Wanted, way: Way, chosen: Choice) -> Selection:
    """The same choice of the orders that wait now. The caller holds the lock `wave.build`.

    Who must ship is in, though he came meanwhile. When another planner has taken some of its orders, which is rare,
    it chooses once more, with the lock.
    """
    waiting = waiting_orders(warehouse_id, zones=bool(wanted.terms.zones))
    ids = [frozenset(order.order_id for order in wave) for wave in chosen.found.waves]
    if frozenset[int]().union(*ids) - {order.order_id for order in waiting}:
        return choose(warehouse_id, wanted, way, LOOK_SECONDS, waiting).found
    return select_orders(waiting, with_boxes(warehouse_id, wanted), filling(Chosen(ids)))


def first_come(chosen: Choice, wanted: Wanted) -> list[list[Waiting]]:
    """Waves of the same sizes as those chosen, of the same orders, first come, first served."""
    fit = [order for order in chosen.waiting if not why_not(order, wanted.terms)]
    line = iter(in_sequence(fit, replace(wanted, principle="first_come")))
    able = (order for order in line if chosen.measure is None or chosen.measure.goods.get(order.order_id))
    return [[order for order, _ in zip(able, wave, strict=False)] for wave in chosen.found.waves]


def _measure(warehouse_id: int, wanted: Wanted, way: Way, waiting: Sequence[Waiting]) -> Measure:
    """Where the orders that fit would be picked: those that go anyway have the first choice of bins."""
    fit = [order for order in waiting if not why_not(order, wanted.terms)]
    fit.sort(key=lambda order: (not goes_anyway(order, wanted), order.promised_at, order.order_id))
    found = places(warehouse_id, [order.order_id for order in fit])
    goods = {order_id: _goods(mine) if mine is not None else None for order_id, mine in found.items()}
    return Measure(goods, _times(warehouse_id, way) if wanted.principle == "most_an_hour" else None)


def _goods(mine: Sequence[Place]) -> Goods:
    pieces: dict[tuple[int, int], int] = {}
    for place in mine:
        pieces[place.sku_id, place.aisle] = pieces.get((place.sku_id, place.aisle), 0) + place.qty
    return tuple((sku, aisle, qty) for (sku, aisle), qty in pieces.items())


def _times(warehouse_id: int, way: Way) -> Times:
    """An aisle is walked once, there and to the next; an order has its share of a cart."""
    house, standard = db.session.get_one(Warehouse, warehouse_id), rates(warehouse_id)
    share = 1 if way.method == "order" else way.totes_per_cart
    aisle_mm = house.aisle_length_mm + house.aisle_spacing_mm
    sorting = standard.sort_s if way.method == "wall" else 0.0
    return Times(
        standard.pace * standard.cart_s / share, standard.pace * aisle_mm / standard.walk_mm_s,
        standard.pace * standard.stop_s, standard.pace * (standard.unit_s + sorting),
    )  # fmt: skip


def _halves(seconds: float) -> Callable[[], Stop]:
    """Each wave has half of the time that is left."""
    end = time.monotonic() + seconds
    return lambda: planner.deadline((end - time.monotonic()) / 2)
