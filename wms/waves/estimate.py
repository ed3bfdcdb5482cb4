"""What a wave would walk, and what work it would be, before it is built. Nothing is held, locked or changed."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from wms.core.bulk import among
from wms.core.db import db
from wms.orders import service as orders
from wms.orders.models import OrderLine
from wms.stock import service as stock
from wms.waves import carts, planner
from wms.waves.engine import AnyFloor, PlanError, WaveLine, WaveOrder, WavePlan, WaveProblem, plan_wave
from wms.waves.labour import STANDARD, Work
from wms.waves.walks import bins_of, floor_of
from wms.waves.wishes import Room, Waiting

MOST_ORDERS = 600  # what is left of a long list walks about as well as its beginning
SECONDS = 0.6  # somebody waits for the figure while choosing
SEED = 1


@dataclass(frozen=True)
class Place:
    """So many pieces of a SKU in a bin, reached at this point of an aisle. `key` is its own among those asked for."""

    key: int
    sku_id: int
    qty: int
    aisle: int
    y_mm: int


@dataclass(frozen=True)
class Estimate:
    """The work of so many orders; `baseline_mm` is what first-come carts walk in S-shape. `short`: order ids whose
    goods lie in no open bin now."""

    orders: int
    work: Work
    baseline_mm: int
    short: tuple[int, ...]

    @property
    def walk_mm(self) -> int:
        return self.work.walk_mm

    @property
    def baseline(self) -> Work:
        """The same work, walked as the baseline is."""
        return replace(self.work, walk_mm=self.baseline_mm)

    @property
    def saving(self) -> float:
        """Share of the baseline's walking that is saved, 0 to 1."""
        return 1 - self.walk_mm / self.baseline_mm if self.baseline_mm else 0.0


def estimate(
    warehouse_id: int, waves: Sequence[Sequence[Waiting]], totes_per_cart: int, room: Room
) -> Estimate | None:
    """Plan the first orders of these waves for a moment; None when the floor's measures allow no plan."""
    parts = _first(waves)
    found = places(warehouse_id, [order.order_id for part in parts for order in part])
    short = tuple(sorted(order_id for order_id, picks in found.items() if picks is None))
    goings = [{one: picks for one in part if (picks := found.get(one.order_id))} for part in parts]
    goings = [going for going in goings if going]
    work, baseline = Work(), 0
    if not goings:
        return Estimate(0, work, baseline, short)
    floor = floor_of(warehouse_id)
    for going in goings:
        plan = _plan(floor, going, totes_per_cart, room, SECONDS / len(parts))
        if plan is None:
            return None
        units = sum(place.qty for picks in going.values() for place in picks)
        work, baseline = work + _work(plan, units), baseline + plan.baseline_mm
    planned = sum(len(going) for going in goings)
    return Estimate(planned, work, baseline, short)


def _work(plan: WavePlan, units: int) -> Work:
    stops = sum(len({(pick.aisle, pick.y_mm) for pick in cart.picks}) for cart in plan.carts)
    return Work(len(plan.carts), plan.length_mm, stops, units)


def _first(waves: Sequence[Sequence[Waiting]]) -> list[Sequence[Waiting]]:
    parts: list[Sequence[Waiting]] = []
    room = MOST_ORDERS
    for wave in waves:
        if room:
            parts.append(wave[:room])
            room -= len(parts[-1])
    return parts


def _plan(
    floor: AnyFloor, going: Mapping[Waiting, tuple[Place, ...]], totes: int, room: Room, seconds: float
) -> WavePlan | None:
    wanted = (
        WaveOrder(
            one.order_id, tuple(WaveLine(each.key, each.aisle, each.y_mm) for each in picks),
            volume_mm3=one.volume_ml * 1000, weight_g=one.weight_g,
        )
        for one, picks in going.items()
    )  # fmt: skip
    limits = carts.limits_of(room)
    problem = WaveProblem(floor, tuple(wanted), totes, *limits, costs=STANDARD.costs())
    stop = planner.deadline(seconds)
    try:
        return planner.aside(lambda: plan_wave(problem, seed=SEED, stop=stop))
    except PlanError:
        return None


def places(warehouse_id: int, order_ids: Sequence[int]) -> dict[int, tuple[Place, ...] | None]:
    """Where the goods of each order would be picked; None for an order that no open bin serves whole.

    The first of them has the first choice.
    """
    rows = db.session.execute(
        select(OrderLine.id, OrderLine.order_id, OrderLine.sku_id, (OrderLine.qty - OrderLine.dropped).label("qty"))
        .where(among(OrderLine.order_id, order_ids), OrderLine.qty > OrderLine.dropped, ~OrderLine.exploded)
        .order_by(OrderLine.id)
    ).all()
    turn = {order_id: number for number, order_id in enumerate(order_ids)}
    rows = sorted(rows, key=lambda row: turn[row.order_id])  # stable
    order_of = {row.id: row.order_id for row in rows}
    chosen, unserved = stock.would_hold(warehouse_id, orders.wants_of((row.id, row.sku_id, row.qty) for row in rows))
    bins = bins_of(chosen)
    picks: dict[int, list[Place]] = defaultdict(list)
    for key, each in enumerate(chosen):
        picks[order_of[each.order_line_id]].append(Place(key, each.sku_id, each.qty, *bins[each.bin_id]))
    without = {order_of[want.order_line_id] for want in unserved}
    return {order_id: None if order_id in without else tuple(picks[order_id]) for order_id in set(order_of.values())}
