"""Carts that nobody has begun leave their wave and make one of their own."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from wms.core.db import db
from wms.core.error import WmsError
from wms.picking import tasks
from wms.waves import service as waves
from wms.waves.models import Wave

_LOCK = text(
    "SELECT id, status, cart_id, wave_cart_id, person_id FROM pick_task "
    "WHERE warehouse_id = :warehouse_id AND wave_id = :wave_id AND id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"
)
# The zones of a cart stay together.
_RELAYS = text(
    "SELECT o.id FROM pick_task t JOIN pick_task o ON o.relay_id = t.relay_id AND o.status <> 'cancelled' "
    "WHERE t.id = ANY(:ids)"
)
_ORDERS = text(
    "SELECT DISTINCT l.order_id FROM pick_line l JOIN wave_order w ON w.order_id = l.order_id AND w.active "
    "WHERE l.task_id = ANY(:ids) AND w.wave_id = :wave_id"
)
_MOVE = text("UPDATE pick_task SET wave_id = :to WHERE id = ANY(:ids)")


def split_carts(warehouse_id: int, wave_id: int, task_ids: Sequence[int], by: int | None) -> Wave:
    """These carts of a released wave, none of them begun, become a released wave of their own: to be paused, hurried
    or given to other people. Whoever was told to fetch one still does.

    Raises `picking.not_of_wave` (409), `picking.cart_begun` (409), `picking.whole_wave` (409).
    """
    waves.change_turn(wave_id)
    ids = sorted({*task_ids, *db.session.execute(_RELAYS, {"ids": list(task_ids)}).scalars()})
    found = db.session.execute(_LOCK, {"warehouse_id": warehouse_id, "wave_id": wave_id, "ids": ids}).all()
    if len(found) != len(ids) or any(row.status in ("picked", "cancelled") for row in found):
        raise WmsError("picking.not_of_wave")
    if any(row.status == "picking" or row.cart_id is not None for row in found):
        raise WmsError("picking.cart_begun")
    if not _others(wave_id, ids):
        raise WmsError("picking.whole_wave")
    orders = sorted(db.session.execute(_ORDERS, {"ids": ids, "wave_id": wave_id}).scalars())
    carts = [row.wave_cart_id for row in found if row.wave_cart_id is not None]
    made = waves.branch(warehouse_id, wave_id, orders, carts, by)
    db.session.execute(_MOVE, {"to": made.id, "ids": ids})
    tasks.recheck_wave(warehouse_id, wave_id)
    return made


def _others(wave_id: int, ids: Sequence[int]) -> bool:
    others = text(
        "SELECT EXISTS (SELECT 1 FROM pick_task WHERE wave_id = :wave_id AND id <> ALL(:ids) AND status <> 'cancelled')"
    )
    return bool(db.session.execute(others, {"wave_id": wave_id, "ids": list(ids)}).scalar())
