"""Building a wave: choosing orders, setting them aside, and giving them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, text, update

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.orders import service as orders
from wms.orders.models import Order, OrderLine, Shop
from wms.replenishment import service as replenishment
from wms.waves.events import WaveBuilt, WaveCancelled
from wms.waves.lifecycle import WAVE
from wms.waves.models import Wave, WaveOrder
from wms.waves.rules import Filter, Selection, Waiting, select_orders

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


def preview(warehouse_id: int, wanted: Filter) -> Preview:
    """What `build` would take now. Nothing is changed."""
    found = _select(warehouse_id, wanted)
    lines, units = (sum(getattr(each, name) for each in found.orders) for name in ("lines", "units"))
    return Preview(len(found.orders), lines, units, found.left_out)


def build(warehouse_id: int, wanted: Filter, totes_per_cart: int, created_by: int | None) -> Wave:
    """Set confirmed waiting orders aside for a new wave, one tote an order, earliest promise first.

    Raises `waves.nothing_to_wave` (409) when the filter leaves no order.
    """
    lock("wave.build", warehouse_id)  # two planners choose one after the other, never the same order
    found = _select(warehouse_id, wanted)
    if not found.orders:
        raise WmsError("waves.nothing_to_wave", waiting=sum(found.left_out.values()), left_out=found.left_out)
    wave = Wave(
        warehouse_id=warehouse_id,
        number=_next_number(warehouse_id),
        status=WAVE.initial,
        filter=_as_json(wanted),
        totes_per_cart=totes_per_cart,
        created_by=created_by,
        created_at=now(),
    )
    db.session.add(wave)
    db.session.flush()
    ids = [each.order_id for each in found.orders]
    db.session.execute(_SET_ASIDE, {"wave_id": wave.id, "order_ids": ids})
    orders.mark_waved(ids)
    replenishment.demand_ahead(warehouse_id, _demand(warehouse_id, wave.id))
    publish(WaveBuilt(warehouse_id, wave.id))
    return wave


_DEMAND = text(
    """
    WITH mine AS (
        SELECT DISTINCT ol.sku_id FROM wave_order wo JOIN order_line ol ON ol.order_id = wo.order_id
        WHERE wo.wave_id = :wave_id AND wo.active
    )
    SELECT ol.sku_id, sum(ol.qty - ol.dropped)::bigint AS pieces
    FROM wave w JOIN wave_order wo ON wo.wave_id = w.id AND wo.active
    JOIN order_line ol ON ol.order_id = wo.order_id JOIN mine ON mine.sku_id = ol.sku_id
    WHERE w.warehouse_id = :warehouse_id AND w.status = 'planned'
    GROUP BY ol.sku_id HAVING sum(ol.qty - ol.dropped) > 0
    """
)


def _demand(warehouse_id: int, wave_id: int) -> dict[int, int]:
    """Pieces that this and all other waves which are not released yet will pick, of the SKUs of this wave."""
    rows = db.session.execute(_DEMAND, {"warehouse_id": warehouse_id, "wave_id": wave_id})
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


def _select(warehouse_id: int, wanted: Filter) -> Selection:
    rows = db.session.execute(
        select(
            Order.id,
            Order.carrier,
            Shop.code,
            Order.promised_at,
            func.count(OrderLine.id),
            func.coalesce(func.sum(OrderLine.qty - OrderLine.dropped), 0),
        )
        .join(Shop, Shop.id == Order.shop_id)
        .outerjoin(
            OrderLine,
            and_(OrderLine.order_id == Order.id, OrderLine.qty > OrderLine.dropped, ~OrderLine.exploded),
        )
        .where(Order.warehouse_id == warehouse_id, Order.processing == "waiting")
        .where(Order.confirmation == "confirmed", Order.refund == "none")
        .group_by(Order.id, Shop.code)
    )
    # PostgreSQL's sum of bigint is numeric, which arrives as Decimal.
    return select_orders((Waiting(*row[:-1], int(row[-1])) for row in rows), wanted)


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
    }
