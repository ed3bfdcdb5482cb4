"""The verbs of the waves room, and what it shows of a wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select

from wms.core.catalogue import text as words
from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.core.prepared import Prepared, Rows
from wms.core.transaction import transaction, with_commit
from wms.orders.models import OrderLine
from wms.waves.changing import (
    branch,
    cancel,
    change_turn,
    leave,
    pause,
    planned_wave_of,
    pull,
    require_pullable,
    resume,
    split,
)
from wms.waves.events import WaveFinished
from wms.waves.labour import STANDARD, Rates, Work, paced_by, rates
from wms.waves.lifecycle import WAVE
from wms.waves.methods import BY_ZONES, IN_BULK, most_orders
from wms.waves.models import Wave, WaveCart, WaveOrder
from wms.waves.release import release
from wms.waves.selection import Preview, build, locked, preview
from wms.waves.walks import HeldWalk, walk
from wms.waves.why import told as why_told
from wms.waves.why import why_not
from wms.waves.wishes import Filter

__all__ = [
    "BY_ZONES", "IN_BULK", "STANDARD", "Filter", "HeldWalk", "Preview", "Rates", "Work", "branch", "build", "cancel",
    "change_turn", "finish_at_end", "finishing", "get", "leave", "most_orders", "paced_by", "pause", "picture",
    "pictures", "planned_wave_of", "preview", "pull", "rates", "release", "reopen", "require_pullable", "resume",
    "split", "walk", "why_not", "why_told", "with_words",
]  # fmt: skip


def get(warehouse_id: int, wave_id: int) -> Wave:
    """The wave; its row stays locked to the end of the transaction. Raises `core.not_found`."""
    return locked(warehouse_id, wave_id)


def finishing(work: str) -> Prepared:
    """The statement that finishes a released wave unless `work`, a query with the parameter `:wave_id`, finds a row."""
    return Prepared(
        "finish_wave",
        f"""
        UPDATE wave SET status = '{WAVE.after("finish", "released")}', finished_at = :now
        WHERE id = :wave_id AND status = 'released' AND NOT EXISTS ({work}) RETURNING id
        """,  # noqa: S608 - a constant of the room that calls
    )


def finish_at_end(warehouse_id: int, wave_id: int, finish: Prepared) -> None:
    """Carry out what `finishing` made together with the commit; WaveFinished is told in a transaction of its own."""

    def tell(rows: Rows) -> None:
        if rows:
            with transaction():
                publish(WaveFinished(warehouse_id, wave_id))

    with_commit(finish, {"wave_id": wave_id, "now": now()}, tell)


def reopen(wave: Wave) -> None:
    """There is something to pick again in a wave that was finished: a short order is picked elsewhere."""
    wave.status = WAVE.after("reopen", wave.status)
    wave.finished_at = None
    db.session.flush()


def picture(wave: Wave) -> dict[str, Any]:
    """A wave as clients see it. Walks in metres, `saving` is the share saved against `baseline_m`."""
    return pictures([wave])[0]


def pictures(waves: Sequence[Wave]) -> list[dict[str, Any]]:
    """Several waves as clients see them."""
    ids = [wave.id for wave in waves]
    counts, carts = _counts(ids), _carts(ids)
    return [_picture(wave, *counts.get(wave.id, (0, 0, 0)), carts.get(wave.id, 0)) for wave in waves]


def _picture(wave: Wave, orders: int, lines: int, units: int, carts: int) -> dict[str, Any]:
    return {
        "id": wave.id,
        "number": wave.number,
        "status": wave.status,
        "filter": wave.filter,
        "method": wave.method,
        "cutoff_at": wave.cutoff_at.isoformat() if wave.cutoff_at else None,
        "paused_at": wave.paused_at.isoformat() if wave.paused_at else None,
        "rule_id": wave.rule_id,
        "people": wave.people,
        "release_wanted": wave.release_wanted,
        "release_refused": wave.release_refused,
        "totes_per_cart": wave.totes_per_cart,
        "orders": orders,
        "lines": lines,
        "units": units,
        "carts": carts,
        "walk_m": round(wave.walk_mm / 1000),
        "baseline_m": round(wave.baseline_mm / 1000),
        "saving": round(wave.saving, 4),
        "created_at": wave.created_at.isoformat(),
        "released_at": wave.released_at.isoformat() if wave.released_at else None,
        "finished_at": wave.finished_at.isoformat() if wave.finished_at else None,
    }


def with_words(shown: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """A wave as it is shown; why it could not be released, {code, params}, with its text in a language."""
    refused = shown["release_refused"]
    if refused is None:
        return dict(shown)
    return {**shown, "release_refused": {**refused, "text": words(refused["code"], locale, **refused["params"])}}


def _counts(wave_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Orders, lines and units by wave. A cancelled wave has none: its orders are elsewhere."""
    rows = db.session.execute(
        select(
            WaveOrder.wave_id,
            func.count(WaveOrder.order_id.distinct()),
            func.count(OrderLine.id),
            func.coalesce(func.sum(OrderLine.qty - OrderLine.dropped), 0),
        )
        .outerjoin(
            OrderLine,
            and_(OrderLine.order_id == WaveOrder.order_id, OrderLine.qty > OrderLine.dropped, ~OrderLine.exploded),
        )
        .where(WaveOrder.wave_id.in_(wave_ids), WaveOrder.active)
        .group_by(WaveOrder.wave_id)
    )
    return {wave_id: (orders, lines, int(units)) for wave_id, orders, lines, units in rows}


def _carts(wave_ids: Sequence[int]) -> dict[int, int]:
    of_their_own = or_(WaveCart.stage <= 1, Wave.method != "relay")  # in a relay one cart goes through all zones
    rows = db.session.execute(
        select(WaveCart.wave_id, func.count())
        .join(Wave, Wave.id == WaveCart.wave_id)
        .where(WaveCart.wave_id.in_(wave_ids), of_their_own)
        .group_by(WaveCart.wave_id)
    )
    return {wave_id: int(carts) for wave_id, carts in rows}
