"""What a supervisor does to a wave on its way: pause it, take orders out, split it, give it up.

The floor's part (tasks, totes, people) is done by the rooms above, which hear of it by events before the wave itself is
touched: tasks are locked first, then orders, then stock, then the wave. `wave.change` lets one supervisor in at a time.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select, text, update

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.orders import service as orders
from wms.orders.models import Order
from wms.waves import selection
from wms.waves.events import OrdersPulled, WaveBuilt, WaveCancelled, WavePaused, WaveResumed
from wms.waves.lifecycle import PAUSE, WAVE
from wms.waves.models import Wave, WaveCart, WaveOrder

IN_WORK = ("waved", "picking", "short")  # what a wave that is given up takes along; what is picked goes on to packing
PULLABLE = (*IN_WORK, "picked")
OWN = ("id", "number", "status", "paused_at", "walk_mm", "baseline_mm", "created_by", "created_at", "released_at",
       "finished_at")  # fmt: skip


def pause(warehouse_id: int, wave_id: int, *, send_home: bool = False) -> Wave:
    """Nobody is given work of a wave any more; who has not begun is freed of it.

    Who walks goes on to the end, or with `send_home` finishes the line in hand only. Raises `core.illegal_move`
    (409) when it is paused already, `waves.not_going` (409) when it is over.
    """
    wave = _own(warehouse_id, wave_id)
    _require_going(wave)
    PAUSE.after("pause", _going(wave))
    publish(WavePaused(warehouse_id, wave_id, send_home))
    wave = selection.locked(warehouse_id, wave_id)
    wave.paused_at = now()
    db.session.flush()
    return wave


def resume(warehouse_id: int, wave_id: int) -> Wave:
    """A paused wave gives out work again. Raises as `pause` does."""
    wave = _own(warehouse_id, wave_id)
    _require_going(wave)
    PAUSE.after("resume", _going(wave))
    wave = selection.locked(warehouse_id, wave_id)
    wave.paused_at = None
    db.session.flush()
    publish(WaveResumed(warehouse_id, wave_id))
    return wave


def _going(wave: Wave) -> str:
    return "paused" if wave.paused_at else "going"


def pull(warehouse_id: int, wave_id: int, order_ids: Sequence[int], by: int | None = None) -> Wave:
    """Take these orders out of a wave, released or not: they wait again, and what was picked of them goes back.

    Raises `waves.not_in_wave`, `waves.cannot_pull` for one that is packed or was stopped (both 409), and
    `waves.not_going` (409).
    """
    wave = _own(warehouse_id, wave_id)
    _require_going(wave)
    if wave.status == "planned":
        _require_inside(wave, order_ids)
        selection.pull(wave, order_ids)
        return wave
    _require_inside(wave, order_ids)
    _take_out(wave, order_ids, "pulled", by)
    return selection.locked(warehouse_id, wave_id)


def cancel(warehouse_id: int, wave_id: int, by: int | None = None) -> Wave:
    """Give a wave up: its orders wait for another. Of a released one goods that were picked go back, and orders
    that are picked whole go on to packing. Raises `core.illegal_move` (409) once it is over.
    """
    wave = _own(warehouse_id, wave_id)
    if wave.status == "planned":
        return selection.cancel(warehouse_id, wave_id)
    WAVE.after("cancel", wave.status)
    _take_out(wave, _members(wave, IN_WORK), "cancelled", by)
    wave = selection.locked(warehouse_id, wave_id)
    wave.status = WAVE.after("cancel", wave.status)
    wave.finished_at, wave.paused_at = now(), None
    db.session.flush()
    publish(WaveCancelled(warehouse_id, wave_id))
    return wave


def split(warehouse_id: int, wave_id: int, order_ids: Sequence[int], by: int | None = None) -> Wave:
    """These orders leave the wave and make a new one, which is planned and can be released at any time.

    Orders of which something was picked only join it when their stock can be promised anew at once; the others wait.
    Raises `waves.nothing_to_split` (409) when no order is left for it, and as `pull` does.
    """
    pull(warehouse_id, wave_id, order_ids, by)
    ready = select(Order.id).where(
        among(Order.id, order_ids), Order.processing == "waiting", Order.confirmation == "confirmed",
        Order.refund == "none",
    )  # fmt: skip
    going = sorted(db.session.execute(ready.with_for_update()).scalars())
    wave = _own(warehouse_id, wave_id)
    if not going:
        raise WmsError("waves.nothing_to_split", wave=wave.number)
    made = _like(wave, WAVE.initial, by)
    _join(made, going)
    orders.mark_waved(going)
    publish(WaveBuilt(warehouse_id, made.id))
    return made


def branch(warehouse_id: int, wave_id: int, order_ids: Sequence[int], cart_ids: Sequence[int], by: int | None) -> Wave:
    """Carts of a released wave, with their orders, become a released wave of their own; it walks what they walk.

    For the room that moves their tasks, which it has locked.
    """
    wave = _own(warehouse_id, wave_id)
    made = _like(wave, "released", by)
    made.released_at, made.paused_at = wave.released_at, wave.paused_at
    _leave(wave.id, order_ids)
    _join(made, order_ids)
    last = db.session.execute(select(WaveCart).where(among(WaveCart.id, cart_ids)).order_by(WaveCart.id)).scalars()
    for number, cart in enumerate(list(last), start=1):
        cart.wave_id, cart.number = made.id, number
        made.walk_mm += cart.walk_mm
    wave = selection.locked(warehouse_id, wave_id)
    share = made.walk_mm / wave.walk_mm if wave.walk_mm else 0.0
    made.baseline_mm = round(wave.baseline_mm * share)
    wave.baseline_mm -= made.baseline_mm
    wave.walk_mm -= made.walk_mm
    db.session.flush()
    publish(WaveBuilt(warehouse_id, made.id))
    return made


def leave(order_ids: Sequence[int]) -> None:
    """Orders whose goods go back are in no wave any more."""
    db.session.execute(
        update(WaveOrder).where(among(WaveOrder.order_id, order_ids), WaveOrder.active).values(active=False)
    )


def planned_wave_of(order_id: int) -> int | None:
    """The planned wave that an order waits in, if any."""
    wanted = select(Wave.id).join(WaveOrder, WaveOrder.wave_id == Wave.id)
    wanted = wanted.where(WaveOrder.order_id == order_id, WaveOrder.active, Wave.status == "planned")
    return db.session.execute(wanted).scalar()


def change_turn(wave_id: int) -> None:
    """Nobody else changes this wave until the transaction ends. Comes before any other lock."""
    lock("wave.change", wave_id)


def _own(warehouse_id: int, wave_id: int) -> Wave:
    """The wave as it is once nobody else changes it. Raises `core.not_found`.

    The row of a planned one is locked, so that a release that is under way has ended; that of a released one is not:
    its tasks come first.
    """
    change_turn(wave_id)
    wanted = select(Wave).where(Wave.id == wave_id, Wave.warehouse_id == warehouse_id)
    wave = db.session.execute(wanted.execution_options(populate_existing=True)).scalar_one_or_none()
    if wave is None:
        raise WmsError("core.not_found", thing="wave", key=wave_id)
    return selection.locked(warehouse_id, wave_id) if wave.status == "planned" else wave


def _require_going(wave: Wave) -> None:
    if wave.status not in ("planned", "released"):
        raise WmsError("waves.not_going", wave=wave.number, status=wave.status)


def _require_inside(wave: Wave, order_ids: Sequence[int]) -> None:
    inside = select(WaveOrder.order_id).where(
        WaveOrder.wave_id == wave.id, WaveOrder.active, among(WaveOrder.order_id, order_ids)
    )
    missing = set(order_ids) - set(db.session.execute(inside).scalars())
    if missing or not order_ids:
        raise WmsError("waves.not_in_wave", wave=wave.number, orders=", ".join(_numbers(missing)) or "–")


def _take_out(wave: Wave, order_ids: Sequence[int], why: str, by: int | None) -> None:
    if not order_ids:
        return
    # The tasks of these orders are locked there before the orders are looked at for good.
    publish(OrdersPulled(wave.warehouse_id, wave.id, tuple(sorted(order_ids)), why, by))
    _leave(wave.id, order_ids)


def _members(wave: Wave, processing: Iterable[str]) -> list[int]:
    wanted = select(Order.id).join(WaveOrder, WaveOrder.order_id == Order.id)
    wanted = wanted.where(WaveOrder.wave_id == wave.id, WaveOrder.active, Order.processing.in_(tuple(processing)))
    free = Order.hold_reason.is_distinct_from(orders.INTERCEPTED)
    return list(db.session.execute(wanted.where(free).order_by(Order.id)).scalars())


def require_pullable(order_ids: Sequence[int]) -> None:
    """Raises `waves.cannot_pull` (409) when one of these locked orders is packed, or was stopped on its way."""
    wrong = select(Order.number).where(
        among(Order.id, order_ids),
        Order.processing.not_in(PULLABLE) | (Order.hold_reason == orders.INTERCEPTED),
    )
    numbers = sorted(db.session.execute(wrong).scalars())
    if numbers:
        raise WmsError("waves.cannot_pull", orders=", ".join(numbers[:5]))


def _leave(wave_id: int, order_ids: Sequence[int]) -> None:
    gone = update(WaveOrder).where(WaveOrder.wave_id == wave_id, among(WaveOrder.order_id, order_ids))
    db.session.execute(gone.values(active=False))


_JOIN = text(
    "INSERT INTO wave_order (wave_id, order_id, active) "
    "SELECT :wave_id, id, true FROM unnest(cast(:order_ids AS bigint[])) AS id"
)


def _join(wave: Wave, order_ids: Sequence[int]) -> None:
    db.session.execute(_JOIN, {"wave_id": wave.id, "order_ids": sorted(order_ids)})


def _like(wave: Wave, status: str, by: int | None) -> Wave:
    """A new wave with everything that was asked of this one."""
    lock("wave.build", wave.warehouse_id)
    facts = {each.key: getattr(wave, each.key) for each in Wave.__mapper__.column_attrs if each.key not in OWN}
    made = Wave(
        **facts, number=selection._next_number(wave.warehouse_id), status=status, walk_mm=0, baseline_mm=0,
        created_by=by, created_at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _numbers(order_ids: Iterable[int]) -> list[str]:
    found = select(Order.number).where(among(Order.id, order_ids)).order_by(Order.number).limit(5)
    return list(db.session.execute(found).scalars())
