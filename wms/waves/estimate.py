"""What a wave would walk, before it is built. Nothing is held, locked or changed."""
from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from wms.core.bulk import among
from wms.core.db import db
from wms.layout.models import Bin
from wms.orders import service as orders
from wms.orders.models import OrderLine
from wms.stock import service as stock
from wms.waves import planner
from wms.waves.engine import PlanError, WaveLine, WaveOrder, WaveProblem, plan_wave
from wms.waves.release import floor_of
from wms.waves.rules import Waiting

MOST_ORDERS = 600  # what is left of a long list walks about as well as its beginning
SECONDS = 0.6  # somebody waits for the figure while choosing
SEED = 1


@dataclass(frozen=True)
class Estimate:
    """Walks in millimetres of so many orders; `baseline_mm` is first-come carts in S-shape. `short`: order ids whose
    goods lie in no open bin now."""

    orders: int
    walk_mm: int
    baseline_mm: int
    short: tuple[int, ...]

    @property
    def saving(self) -> float:
        """Share of the baseline's walking that is saved, 0 to 1."""
        return 1 - self.walk_mm / self.baseline_mm if self.baseline_mm else 0.0


def estimate(warehouse_id: int, waves: Sequence[Sequence[Waiting]], totes_per_cart: int) -> Estimate | None:
    """Plan the first orders of these waves for a moment; None when the floor's measures allow no plan."""
    parts = _first(waves)
    lines = _lines(warehouse_id, [order.order_id for part in parts for order in part])
    short = {order_id for order_id, picks in lines.items() if picks is None}
    walk = baseline = planned = 0
    for part in parts:
        going = [WaveOrder(one.order_id, picks) for one in part if (picks := lines.get(one.order_id))]
        if not going:
            continue
        found = _plan(warehouse_id, going, totes_per_cart, SECONDS / len(parts))
        if found is None:
            return None
        walk, baseline, planned = walk + found[0], baseline + found[1], planned + len(going)
    return Estimate(planned, walk, baseline, tuple(sorted(short)))


def _first(waves: Sequence[Sequence[Waiting]]) -> list[Sequence[Waiting]]:
    parts: list[Sequence[Waiting]] = []
    room = MOST_ORDERS
    for wave in waves:
        if room:
            parts.append(wave[:room])
            room -= len(parts[-1])
    return parts


def _plan(warehouse_id: int, going: list[WaveOrder], totes: int, seconds: float) -> tuple[int, int] | None:
    problem = WaveProblem(floor_of(warehouse_id), tuple(going), totes)
    until = time.monotonic() + seconds
    try:
        plan = planner.aside(lambda: plan_wave(problem, seed=SEED, stop=lambda: time.monotonic() >= until))
    except PlanError:
        return None
    return plan.length_mm, plan.baseline_mm


def _lines(warehouse_id: int, order_ids: Sequence[int]) -> dict[int, tuple[WaveLine, ...] | None]:
    """Where the goods of each order would be picked; None for an order that no open bin serves whole."""
    rows = db.session.execute(
        select(OrderLine.id, OrderLine.order_id, OrderLine.sku_id, (OrderLine.qty - OrderLine.dropped).label("qty"))
        .where(among(OrderLine.order_id, order_ids), OrderLine.qty > OrderLine.dropped, ~OrderLine.exploded)
        .order_by(OrderLine.id)
    ).all()
    order_of = {row.id: row.order_id for row in rows}
    chosen, unserved = stock.would_hold(warehouse_id, orders.wants_of((row.id, row.sku_id, row.qty) for row in rows))
    bins = _bins({each.bin_id for each in chosen})
    picks: dict[int, list[WaveLine]] = defaultdict(list)
    for key, each in enumerate(chosen):
        picks[order_of[each.order_line_id]].append(WaveLine(key, *bins[each.bin_id]))
    without = {order_of[want.order_line_id] for want in unserved}
    return {order_id: None if order_id in without else tuple(picks[order_id]) for order_id in set(order_of.values())}


def _bins(ids: set[int]) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(select(Bin.id, Bin.aisle, Bin.y_mm).where(among(Bin.id, ids)))
    return {row.id: (row.aisle, row.y_mm) for row in rows}
