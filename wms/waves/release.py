"""Releasing a wave: exact bins are held, carts are planned, and picking is told."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Numeric, cast, select, text

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.orders import service as orders
from wms.orders.models import Order, OrderLine
from wms.replenishment import service as replenishment
from wms.stock import service as stock
from wms.waves import carts, planner, relay, scattered
from wms.waves.engine import (
    CartPlan,
    Floor,
    PlanError,
    WaveLine,
    WaveOrder,
    WavePlan,
    WaveProblem,
    plan_wave,
)
from wms.waves.events import WaveReleased
from wms.waves.labour import STANDARD
from wms.waves.lifecycle import WAVE
from wms.waves.methods import BY_ZONES, orders_a_walk
from wms.waves.models import Wave
from wms.waves.models import WaveOrder as Membership
from wms.waves.selection import locked, pull
from wms.waves.walks import HeldWalk, bins_of, floor_of, places_of, refusal, walk_past

PLANNING_SECONDS = 1.0  # a supervisor waits for this; most waves are planned well before
SEED = 1  # the same wave gives the same plan

_Seen = Sequence[stock.Choice]
"""What would be held: each has the position in it as its line's key in the planning."""


@dataclass(frozen=True)
class _Need:
    """What is to be picked of the orders of a wave."""

    wants: list[stock.Want]
    order_of: dict[int, int]  # order line id → order id
    size_of: dict[int, tuple[int, int]]  # order id → volume in mm³, weight in g

    def of(self, order_ids: Iterable[int]) -> list[stock.Want]:
        wanted = set(order_ids)
        return [want for want in self.wants if self.order_of[want.order_line_id] in wanted]


@dataclass(frozen=True)
class _Trip:
    """A walk with a cart: all of it, or (`stage` 1, 2, …) its part in one zone. `slots`: order id → its slot."""

    walk: HeldWalk
    slots: Mapping[int, int]
    stage: int = 0
    zone_id: int | None = None


def release(warehouse_id: int, wave_id: int) -> tuple[Wave, list[int]]:
    """Hold exact bins, plan carts and walks, and let picking begin.

    Returns the wave and the ids of orders that were left out and wait again: those that were held
    or are to be refunded meanwhile, those whose goods lie in no open bin, and those larger than a tote or a cart.
    Raises `waves.already_released` (409) and `waves.not_planned` (409) by the wave's status,
    `waves.nothing_to_release` when no order is left, `waves.orders_too_large` when all that are left are too large,
    `waves.bin_off_floor`, `waves.bin_unreachable` and `waves.cannot_plan` when the floor does not fit,
    and as `methods.orders_a_walk` does.
    """
    wave = locked(warehouse_id, wave_id)
    _refuse_unless_planned(wave)
    if wave.method == "prepack":
        return wave, _release_boxes(wave)
    most = orders_a_walk(warehouse_id, wave.method, wave.totes_per_cart)
    need, gone = _need(wave.id)
    free, seen = _see(wave, need)
    plan, left = _plan(wave, need, seen, most)
    pull(wave, [*gone, *left])
    trips = _carts(wave, plan, need, seen, _wished(wave, plan, seen, free))
    _store(wave.id, trips, need)
    _mark_released(wave)
    wave.walk_mm, wave.baseline_mm = sum(trip.walk.length_mm for trip in trips), plan.baseline_mm
    wave.baseline_walks = [[each.length_mm, each.path] for each in plan.baseline]
    db.session.flush()
    publish(WaveReleased(warehouse_id, wave.id))
    return wave, [*gone, *left]


def _release_boxes(wave: Wave) -> list[int]:
    """Orders that are served from sealed boxes need no walk: each waits for a box with its content."""
    need, gone = _need(wave.id)
    if not need.wants:
        raise WmsError("waves.nothing_to_release", wave=wave.number)
    pull(wave, gone)
    _mark_released(wave)
    db.session.flush()
    publish(WaveReleased(wave.warehouse_id, wave.id))
    return gone


def _mark_released(wave: Wave) -> None:
    wave.status = WAVE.after("release", wave.status)
    wave.released_at = now()
    wave.release_refused = None


def _refuse_unless_planned(wave: Wave) -> None:
    if wave.status == "planned":
        return
    code = "waves.not_planned" if wave.status == "cancelled" else "waves.already_released"
    raise WmsError(code, wave=wave.number, status=wave.status)


def _need(wave_id: int) -> tuple[_Need, list[int]]:
    """What to pick, earliest promise first, and the orders that must not go any more."""
    rows = db.session.execute(
        select(
            Order.id,
            Order.confirmation,
            Order.processing,
            Order.refund,
            OrderLine.id.label("line_id"),
            OrderLine.sku_id,
            (OrderLine.qty - OrderLine.dropped).label("qty"),
            Sku.weight_g,
            (cast(Sku.length_mm, Numeric) * Sku.width_mm * Sku.height_mm).label("mm3"),
        )
        .join(Membership, Membership.order_id == Order.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(Membership.wave_id == wave_id, Membership.active, OrderLine.qty > OrderLine.dropped)
        .where(~OrderLine.exploded)
        .order_by(Order.promised_at, Order.id, OrderLine.id)
    ).all()
    going = [row for row in rows if (row.confirmation, row.processing, row.refund) == ("confirmed", "waved", "none")]
    wants = orders.wants_of((row.line_id, row.sku_id, row.qty) for row in going)
    gone = {row.id for row in rows} - {row.id for row in going}
    sizes: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in going:
        volume, weight = sizes[row.id]
        sizes[row.id] = volume + row.qty * int(row.mm3), weight + row.qty * row.weight_g
    return _Need(wants, {row.line_id: row.id for row in going}, sizes), sorted(gone)


def _see(wave: Wave, need: _Need) -> tuple[list[stock.Free], _Seen]:
    """What is free, and the bins that the goods would come from.

    What was only set aside for pick faces is given up to orders first. The bins are held once it is planned: whoever
    picks the same goods for another wave need not wait for the planning.
    """
    pieces: dict[int, int] = defaultdict(int)
    for want in need.wants:
        pieces[want.sku_id] += want.qty
    replenishment.give_way(wave.warehouse_id, pieces)
    free = stock.free_for(wave.warehouse_id, need.wants)
    return free, stock.choose_bins(need.wants, free)[0]


def _wished(wave: Wave, plan: WavePlan, seen: _Seen, free: Sequence[stock.Free]) -> Sequence[stock.Choice]:
    """What is to be held: what was seen, or where goods lie scattered, out of other bins on the way; see `scattered`.
    Around obstacles and in one-way aisles it is what was seen."""
    spare = scattered.Spare.of(free, seen)
    bin_ids = spare.bin_ids(seen)
    floor = floor_of(wave.warehouse_id) if bin_ids else None
    if not isinstance(floor, Floor):
        return ()
    bins, zones, whole = places_of(bin_ids), relay.zones_of(bin_ids), wave.method not in BY_ZONES
    return planner.aside(lambda: scattered.nearer(floor, plan.carts, seen, spare, bins, zones, whole=whole))


def _plan(wave: Wave, need: _Need, seen: _Seen, most: int) -> tuple[WavePlan, list[int]]:
    """Which orders share a cart, at most `most`, and the orders that are left out: those whose goods cannot be held,
    and those for which there is no room."""
    room = carts.room_of(wave.warehouse_id, wave.method)
    large = {order for order, (mm3, g) in need.size_of.items() if room.too_small(-(-mm3 // 1000), g)}
    left = sorted({*_short(need, seen), *large})
    wanted = _wave_orders(need, seen, set(left))
    if not wanted and large:
        raise WmsError("waves.orders_too_large", wave=wave.number, orders=", ".join(_numbers(large)))
    if not wanted:
        raise WmsError("waves.nothing_to_release", wave=wave.number)
    floor, limits = floor_of(wave.warehouse_id), carts.limits_of(room)
    whole = WaveProblem(floor, tuple(wanted), most, *limits, costs=STANDARD.costs())
    groups = [wanted]
    if wave.method in BY_ZONES:
        zones = relay.zones_of(each.bin_id for each in seen)
        groups = relay.apart([(each, [zones[seen[line.key].bin_id] for line in each.lines]) for each in wanted])
    try:
        plan = planner.aside(lambda: _planned(whole, groups))
    except PlanError as error:
        raise refusal(error, seen) from None
    return plan, left


def _numbers(order_ids: Iterable[int]) -> list[str]:
    """The first numbers of these orders."""
    wanted = select(Order.number).where(among(Order.id, order_ids)).order_by(Order.number).limit(5)
    return list(db.session.execute(wanted).scalars())


def _planned(whole: WaveProblem, groups: Sequence[Sequence[WaveOrder]]) -> WavePlan:
    """Each group of orders in carts of its own. Together they have the time of one, and its baseline."""
    plans = [
        plan_wave(
            replace(whole, orders=tuple(group)), seed=SEED,
            stop=planner.deadline(PLANNING_SECONDS * len(group) / len(whole.orders)),
        )
        for group in groups
    ]  # fmt: skip
    if len(plans) == 1:
        return plans[0]
    at_once = plan_wave(whole, seed=SEED, stop=lambda: True)
    carts = tuple(cart for plan in plans for cart in plan.carts)
    return WavePlan(carts, sum(plan.length_mm for plan in plans), at_once.baseline)


def _wave_orders(need: _Need, seen: _Seen, left_out: set[int]) -> list[WaveOrder]:
    bins = bins_of(seen)
    lines: dict[int, list[WaveLine]] = defaultdict(list)
    for key, each in enumerate(seen):
        lines[need.order_of[each.order_line_id]].append(WaveLine(key, *bins[each.bin_id]))
    return [
        WaveOrder(order, tuple(mine), 1, *need.size_of[order])
        for order, mine in lines.items()
        if order not in left_out
    ]


def _carts(
    wave: Wave, plan: WavePlan, need: _Need, seen: _Seen, wished: Sequence[stock.Choice]
) -> list[_Trip]:
    """The walks of the carts, on bins that are now held for good: those that are wished for, while they are free.

    A cart walks as it was planned, unless its goods come from other bins than were seen.
    """
    wanted = need.of(order.order_id for cart in plan.carts for order in cart.orders)
    by_order: dict[int, list[stock.Held]] = defaultdict(list)
    for each in stock.hold(wave.warehouse_id, wanted, wished):
        by_order[need.order_of[each.order_line_id]].append(each)
    slots = [{order.order_id: order.slots[0] for order in cart.orders} for cart in plan.carts]
    held = [[each for order_id in mine for each in by_order[order_id]] for mine in slots]
    planned = [_as_planned(cart, mine, seen) for cart, mine in zip(plan.carts, held, strict=True)]
    moved = [each for mine, as_planned in zip(held, planned, strict=True) if as_planned is None for each in mine]
    floor, bins = floor_of(wave.warehouse_id), bins_of(moved)
    walks = [each or walk_past(floor, bins, mine) for each, mine in zip(planned, held, strict=True)]
    trips = [_Trip(found, mine) for found, mine in zip(walks, slots, strict=True)]
    return _by_zones(wave, trips, need) if wave.method in BY_ZONES else trips


def _by_zones(wave: Wave, trips: Sequence[_Trip], need: _Need) -> list[_Trip]:
    """A cart that goes through several zones is walked zone by zone. Zones that are picked at once have a cart each,
    whose slots are counted anew."""
    held = [each for trip in trips for each in trip.walk.held]
    floor, bins, zones = floor_of(wave.warehouse_id), bins_of(held), relay.zones_of(each.bin_id for each in held)
    sequence = relay.pick_order(wave.warehouse_id)
    found: list[_Trip] = []
    for trip in trips:
        parts = relay.cut(trip.walk.held, zones, sequence)
        if len(parts) == 1:
            found.append(trip)
            continue
        for stage, (zone_id, mine) in enumerate(parts, start=1):
            slots = trip.slots
            if wave.method == "consolidate":
                inside = {need.order_of[each.order_line_id] for each in mine}
                slots = {order: slot for slot, order in enumerate(sorted(inside, key=slots.__getitem__), start=1)}
            found.append(_Trip(walk_past(floor, bins, mine), slots, stage, zone_id))
    return found


def _as_planned(cart: CartPlan, held: Sequence[stock.Held], seen: _Seen) -> HeldWalk | None:
    """The planned walk past these holds; None when they are not where it goes."""
    there: dict[tuple[int, int], list[stock.Held]] = defaultdict(list)
    for each in reversed(held):
        there[each.order_line_id, each.bin_id].append(each)
    stops = [seen[pick.line_key] for pick in cart.picks]
    found = [there[each.order_line_id, each.bin_id].pop() for each in stops if there[each.order_line_id, each.bin_id]]
    if not len(found) == len(stops) == len(held):
        return None
    return HeldWalk(cart.length_mm, found, [list(point) for point in cart.path])


_STORE = text(
    """
    INSERT INTO wave_cart (wave_id, number, walk_mm, path, stops, stage, zone_id)
    SELECT :wave_id, number, walk_mm, cast(path AS jsonb), cast(stops AS jsonb), stage, zone_id
    FROM unnest(cast(:walk_mm AS bigint[]), cast(:paths AS text[]), cast(:stops AS text[]), cast(:stages AS bigint[]),
                cast(:zones AS bigint[]))
        WITH ORDINALITY AS c (walk_mm, path, stops, stage, zone_id, number)
    """
)


def _store(wave_id: int, trips: Sequence[_Trip], need: _Need) -> None:
    columns = {
        "walk_mm": [trip.walk.length_mm for trip in trips],
        "paths": [json.dumps(trip.walk.path) for trip in trips],
        "stops": [json.dumps(_stops(trip, need)) for trip in trips],
        "stages": [trip.stage for trip in trips],
        "zones": [trip.zone_id for trip in trips],
    }
    db.session.execute(_STORE, {"wave_id": wave_id, **columns})


def _stops(trip: _Trip, need: _Need) -> list[list[int]]:
    return [[each.hold_id, trip.slots[need.order_of[each.order_line_id]]] for each in trip.walk.held]


def _short(need: _Need, held: Iterable[stock.Choice]) -> list[int]:
    """Orders of which some piece could not be held."""
    left = {want.order_line_id: want.qty for want in need.wants}
    for each in held:
        left[each.order_line_id] -= each.qty
    return sorted({need.order_of[line] for line, qty in left.items() if qty})
