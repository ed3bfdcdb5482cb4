"""Building a wave: choosing orders, setting them aside, and giving them back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.orders import service as orders
from wms.orders.models import Order
from wms.replenishment import service as replenishment
from wms.stock import service as stock
from wms.waves import carts
from wms.waves.events import WaveBuilt, WaveCancelled
from wms.waves.lifecycle import WAVE
from wms.waves.models import Wave, WaveOrder
from wms.waves.rules import select_orders
from wms.waves.waiting import waiting_orders
from wms.waves.wishes import Content, Filter, Selection, Waiting, Wanted

# All rows in one statement: one by one, each would wait for its turn among the scans that are answered.
_SET_ASIDE = text(
    "INSERT INTO wave_order (wave_id, order_id, active) "
    "SELECT :wave_id, id, true FROM unnest(cast(:order_ids AS bigint[])) AS id"
)


@dataclass(frozen=True)
class Preview:
    """What a wave would take: counts, and how many waiting orders stay behind for which reason."""

    orders: int
    lines: int
    units: int
    left_out: dict[str, int]


def preview(warehouse_id: int, wanted: Filter, method: str = "cart") -> Preview:
    """What `build` would take now. Nothing is changed."""
    found = select_waiting(warehouse_id, carts.fitted(warehouse_id, wanted.wanted(method), method))
    lines, units = (sum(getattr(each, name) for each in found.orders) for name in ("lines", "units"))
    return Preview(len(found.orders), lines, units, found.left_out)


@dataclass(frozen=True)
class Making:
    """What a new wave is besides its orders. `filter` is shown to people; `people` as `Wave` has them."""

    filter: Mapping[str, Any]
    totes_per_cart: int
    created_by: int | None
    method: str = "cart"
    people: Mapping[str, Any] = field(default_factory=dict)
    rule_id: int | None = None
    release_wanted: bool = False
    cutoff_at: datetime | None = None


def build(
    warehouse_id: int, wanted: Filter, totes_per_cart: int, created_by: int | None, *, method: str = "cart"
) -> Wave:
    """Set confirmed waiting orders aside for a new wave, one tote an order, earliest promise first.

    Picked as single items or by equal contents, it takes only orders that can be, and equal ones together.
    Raises `waves.nothing_to_wave` (409) when the filter leaves no order.
    """
    lock("wave.build", warehouse_id)  # two planners choose one after the other, never the same order
    found = select_waiting(warehouse_id, carts.fitted(warehouse_id, wanted.wanted(method), method))
    if not found.orders:
        raise WmsError("waves.nothing_to_wave", waiting=sum(found.left_out.values()), left_out=found.left_out)
    wave = make(warehouse_id, found.orders, Making(_as_json(wanted), totes_per_cart, created_by, method))
    bring_ahead(warehouse_id, [wave])
    return wave


def make(warehouse_id: int, chosen: Sequence[Waiting], making: Making) -> Wave:
    """A new wave of these orders, which are set aside for it. The caller holds the lock `wave.build`, and calls
    `bring_ahead` when it has made all its waves.

    Its parcels must leave by the earliest of the orders' own cut-offs, unless `making` names one.
    """
    wave = Wave(
        warehouse_id=warehouse_id,
        number=_next_number(warehouse_id),
        status=WAVE.initial,
        filter=dict(making.filter),
        totes_per_cart=making.totes_per_cart,
        method=making.method,
        people=dict(making.people),
        rule_id=making.rule_id,
        release_wanted=making.release_wanted,
        cutoff_at=making.cutoff_at or earliest_cutoff(chosen),
        created_by=making.created_by,
        created_at=now(),
    )
    db.session.add(wave)
    db.session.flush()
    ids = [each.order_id for each in chosen]
    db.session.execute(_SET_ASIDE, {"wave_id": wave.id, "order_ids": ids})
    orders.mark_waved(ids)
    publish(WaveBuilt(warehouse_id, wave.id))
    return wave


def bring_ahead(warehouse_id: int, waves: Sequence[Wave]) -> None:
    """Have brought what pick faces lack for new waves: once for all of them, for each reckons with all the others."""
    from_bins = [wave.id for wave in waves if wave.method != "prepack"]
    if from_bins:
        replenishment.demand_ahead(warehouse_id, _demand(warehouse_id, from_bins))


def earliest_cutoff(chosen: Sequence[Waiting]) -> datetime | None:
    """By when the first parcel of these orders must leave; None when no carrier's cut-off is known."""
    return min((each.leave_by for each in chosen if each.leave_by is not None), default=None)


_DEMAND = text(
    """
    WITH mine AS (
        SELECT DISTINCT ol.sku_id FROM wave_order wo JOIN order_line ol ON ol.order_id = wo.order_id
        WHERE wo.wave_id = ANY(:wave_ids) AND wo.active
    )
    SELECT ol.sku_id, sum(ol.qty - ol.dropped)::bigint AS pieces
    FROM wave w JOIN wave_order wo ON wo.wave_id = w.id AND wo.active
    JOIN order_line ol ON ol.order_id = wo.order_id JOIN mine ON mine.sku_id = ol.sku_id
    WHERE w.warehouse_id = :warehouse_id AND w.status = 'planned' AND w.method <> 'prepack'
    GROUP BY ol.sku_id HAVING sum(ol.qty - ol.dropped) > 0
    """
)


def _demand(warehouse_id: int, wave_ids: Sequence[int]) -> dict[int, int]:
    """Pieces that these and all other waves which are not released yet will pick, of the SKUs of these waves."""
    rows = db.session.execute(_DEMAND, {"warehouse_id": warehouse_id, "wave_ids": list(wave_ids)})
    return {row.sku_id: row.pieces for row in rows}


def cancel(warehouse_id: int, wave_id: int) -> Wave:
    """Give a planned wave up: its orders wait for another. Raises `core.illegal_move` once it is released."""
    wave = locked(warehouse_id, wave_id)
    wave.status = WAVE.after("cancel", wave.status)
    wave.finished_at = now()
    pull(wave, _active(wave.id))
    publish(WaveCancelled(warehouse_id, wave.id))
    return wave


def locked(warehouse_id: int, wave_id: int) -> Wave:
    """The wave, with its row locked. Raises `core.not_found`."""
    wave = db.session.execute(
        select(Wave)
        .where(Wave.id == wave_id, Wave.warehouse_id == warehouse_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if wave is None:
        raise WmsError("core.not_found", thing="wave", key=wave_id)
    return wave


def pull(wave: Wave, order_ids: Sequence[int]) -> None:
    """Take orders out of a wave that is not picked yet; those that are still waved wait again."""
    if not order_ids:
        return
    db.session.execute(
        update(WaveOrder).where(WaveOrder.wave_id == wave.id, WaveOrder.order_id.in_(order_ids)).values(active=False)
    )
    waved = select(Order.id).where(Order.id.in_(order_ids), Order.processing == "waved")
    orders.mark_unwaved(list(db.session.execute(waved).scalars()))


def _active(wave_id: int) -> list[int]:
    return list(
        db.session.execute(select(WaveOrder.order_id).where(WaveOrder.wave_id == wave_id, WaveOrder.active)).scalars()
    )


def select_waiting(warehouse_id: int, wanted: Wanted) -> Selection:
    """What these wishes would take of the orders that wait now."""
    waiting = waiting_orders(warehouse_id, zones=bool(wanted.terms.zones))
    return select_orders(waiting, with_boxes(warehouse_id, wanted))


def with_boxes(warehouse_id: int, wanted: Wanted) -> Wanted:
    """The same wishes, with the boxes counted that there are now, where they ask for boxes."""
    if wanted.terms.boxes is None:
        return wanted
    return replace(wanted, terms=replace(wanted.terms, boxes=tuple(free_boxes(warehouse_id).items())))


_BOXED = text(
    """
    SELECT o.id, array_agg(l.sku_id) AS skus, array_agg(l.qty - l.dropped) AS pieces
    FROM wave w JOIN wave_order m ON m.wave_id = w.id AND m.active
    JOIN sales_order o ON o.id = m.order_id AND o.processing = 'waved'
    JOIN order_line l ON l.order_id = o.id AND l.qty > l.dropped AND NOT l.exploded
    WHERE w.warehouse_id = :warehouse_id AND w.method = 'prepack' AND w.status IN ('planned', 'released')
    GROUP BY o.id
    """
)


def _read(key: str) -> Content:
    """A content as orders have it, of its key."""
    parts = (each.split("x") for each in key.split("-"))
    return tuple((int(sku_id), int(qty)) for sku_id, qty in parts)


def free_boxes(warehouse_id: int) -> dict[Content, int]:
    """Sealed boxes by content, less those for which an order of a wave waits already."""
    waiting = _boxed(warehouse_id)
    return {content: there - waiting[content] for content, there in _sealed(warehouse_id).items()}


def boxes_and_orders(warehouse_id: int, content: Content) -> tuple[int, int]:
    """How many sealed boxes there are with this content, and how many orders of waves wait for them."""
    return _sealed(warehouse_id).get(content, 0), _boxed(warehouse_id)[content]


def _sealed(warehouse_id: int) -> dict[Content, int]:
    return {_read(each.content): each.boxes for each in stock.sealed_boxes(warehouse_id)}


def _boxed(warehouse_id: int) -> Counter[Content]:
    """The orders of waves that wait for a box, by content."""
    waiting: Counter[Content] = Counter()
    for row in db.session.execute(_BOXED, {"warehouse_id": warehouse_id}):
        pieces: dict[int, int] = defaultdict(int)
        for sku_id, qty in zip(row.skus, row.pieces, strict=True):
            pieces[sku_id] += qty
        waiting[tuple(sorted(pieces.items()))] += 1
    return waiting


def _next_number(warehouse_id: int) -> int:
    last = db.session.execute(select(func.max(Wave.number)).where(Wave.warehouse_id == warehouse_id)).scalar()
    return (last or 0) + 1


def _as_json(wanted: Filter) -> dict[str, Any]:
    before = wanted.promised_before
    return {
        "carrier": wanted.carrier,
        "shop": wanted.shop,
        "promised_before": before.isoformat() if before else None,
        "max_orders": wanted.max_orders,
        "alike": wanted.alike,
    }
