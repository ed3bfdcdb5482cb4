"""Pick tasks: made from a wave's plan, looked up with their lock, finished."""
from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text, update

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock, lock_at_end
from wms.core.prepared import Prepared
from wms.core.transaction import with_commit
from wms.picking.events import TaskPicked
from wms.picking.lifecycle import TASK
from wms.picking.models import PickTask
from wms.picking.relay import WAITING, pass_on
from wms.picking.rules import LineFacts, TaskFacts
from wms.stock import service as stock
from wms.waves import service as waves

_TASKS = text(
    """
    INSERT INTO pick_task (warehouse_id, kind, wave_id, wave_cart_id, stage_bin_id, status, walk_mm, path, lines,
                           open_lines, stage, relay_id)
    SELECT :warehouse_id, CASE WHEN w.method = ANY(:in_bulk) THEN 'bulk' ELSE 'cart' END, c.wave_id, c.id,
           :stage_bin_id, CASE WHEN w.method = 'relay' AND c.stage > 1 THEN :later ELSE :status END,
           c.walk_mm, c.path, jsonb_array_length(c.stops), jsonb_array_length(c.stops), c.stage, first.id
    FROM wave_cart c JOIN wave w ON w.id = c.wave_id
    LEFT JOIN wave_cart first ON c.stage > 0 AND first.wave_id = c.wave_id AND first.number = c.number - c.stage + 1
    WHERE c.wave_id = :wave_id ORDER BY c.number
    """
)
# In bulk, all that is held in one place is one stop: its lines have the number of the first of them.
_LINES = text(
    """
    INSERT INTO pick_line (task_id, seq, slot, order_id, order_line_id, sku_id, bin_id, hold_id, qty, picked, status)
    SELECT t.id, CASE WHEN t.kind = 'bulk' THEN min(s.seq) OVER (PARTITION BY t.id, h.balance_id) ELSE s.seq END,
           (s.stop->>1)::bigint, ol.order_id, h.order_line_id, b.sku_id, b.bin_id, h.id, h.qty, 0, 'open'
    FROM pick_task t
    JOIN wave_cart c ON c.id = t.wave_cart_id
    CROSS JOIN LATERAL jsonb_array_elements(c.stops) WITH ORDINALITY AS s (stop, seq)
    JOIN stock_hold h ON h.id = (s.stop->>0)::bigint
    JOIN stock_balance b ON b.id = h.balance_id
    JOIN order_line ol ON ol.id = h.order_line_id
    WHERE t.wave_id = :wave_id
    ORDER BY t.id, s.seq
    """
)
_TOTES = text(
    """
    INSERT INTO pick_tote (task_id, slot, order_id, in_use, open_lines, picks)
    SELECT l.task_id, l.slot, l.order_id, false, count(*), 0
    FROM pick_line l JOIN pick_task t ON t.id = l.task_id
    WHERE t.wave_id = :wave_id GROUP BY l.task_id, l.slot, l.order_id ORDER BY l.task_id, l.slot
    """
)
# A tote rides on to the end of its cart's relay, also through zones where nothing goes into it.
_RIDES = text(
    """
    INSERT INTO pick_tote (task_id, slot, order_id, in_use, open_lines, picks)
    SELECT later.id, s.slot, s.order_id, false, 0, 0
    FROM pick_task t JOIN pick_tote s ON s.task_id = t.id
    JOIN pick_task later ON later.relay_id = t.relay_id AND later.stage > t.stage AND later.status = :later
    WHERE t.wave_id = :wave_id GROUP BY later.id, s.slot, s.order_id ORDER BY later.id, s.slot
    ON CONFLICT (task_id, slot) DO NOTHING
    """
)


# Orders that are served from sealed boxes need no walk: their wave has one task, to which each adds its lines.
_BOX_TASK = text(
    """
    INSERT INTO pick_task (warehouse_id, kind, wave_id, stage_bin_id, status, walk_mm, path, lines, open_lines,
                           started_at)
    SELECT :warehouse_id, 'box', id, :stage_bin_id, 'picking', 0, '[]', 0, 0, :now FROM wave
    WHERE id = :wave_id AND method = 'prepack'
    """
)


def make(warehouse_id: int, wave_id: int) -> None:
    """Turn the plan of a released wave into open tasks with their slots and lines."""
    stage = stock.special_bin(warehouse_id, "stage")
    values = {"warehouse_id": warehouse_id, "wave_id": wave_id, "stage_bin_id": stage, "status": TASK.initial,
              "in_bulk": list(waves.IN_BULK), "later": WAITING}  # fmt: skip
    db.session.execute(_TASKS, values)
    db.session.execute(_BOX_TASK, {**values, "now": now()})
    db.session.execute(_LINES, {"wave_id": wave_id})
    db.session.execute(_TOTES, {"wave_id": wave_id})
    db.session.execute(_RIDES, {"wave_id": wave_id, "later": WAITING})
    note_places(wave_id=wave_id)


_PLACES = text(
    """
    UPDATE pick_task t SET zone_ids = p.zones, first_bin_id = p.bin_id
    FROM (SELECT l.task_id, (array_agg(l.bin_id ORDER BY l.seq))[1] AS bin_id,
                 coalesce(array_agg(DISTINCT b.zone_id) FILTER (WHERE b.zone_id IS NOT NULL), '{}') AS zones
          FROM pick_line l JOIN pick_task own ON own.id = l.task_id JOIN bin b ON b.id = l.bin_id
          WHERE l.status = 'open'
            AND (own.id = cast(:task_id AS bigint) OR own.wave_id = cast(:wave_id AS bigint))
          GROUP BY l.task_id) AS p
    WHERE t.id = p.task_id
    """
)


def note_places(*, task_id: int | None = None, wave_id: int | None = None) -> None:
    """Keep with a task, or with all of a wave, which zones its open lines are in and where it goes first."""
    db.session.execute(_PLACES, {"task_id": task_id, "wave_id": wave_id})


_FIND = """
    SELECT t.id, t.status, t.person_id, p.name AS person, c.code AS cart,
           CASE WHEN t.kind = 'cart' THEN (SELECT count(*) FROM pick_tote s
                WHERE s.task_id = t.id AND s.container_id IS NULL AND s.open_lines > 0) ELSE 0 END AS totes_missing,
           t.kind, t.stage
    FROM pick_task t LEFT JOIN person p ON p.id = t.person_id LEFT JOIN cart c ON c.id = t.cart_id WHERE
"""
_BY_ID = text(_FIND + "t.warehouse_id = :warehouse_id AND t.id = :task_id")
_BY_IDS = text(_FIND + "t.id = ANY(:task_ids)")
_BY_PERSON = text(
    _FIND + "t.warehouse_id = :warehouse_id AND t.person_id = :person_id AND t.status IN ('assigned', 'picking')"
)
_LOCK = text("SELECT id FROM pick_task WHERE id = :task_id AND warehouse_id = :warehouse_id FOR NO KEY UPDATE")


def find(warehouse_id: int, task_id: int) -> TaskFacts:
    """The task as it is now. Raises `core.not_found`."""
    row = db.session.execute(_BY_ID, {"warehouse_id": warehouse_id, "task_id": task_id}).one_or_none()
    if row is None:
        raise WmsError("core.not_found", thing="pick task", key=task_id)
    return TaskFacts(*row)


def find_all(task_ids: Iterable[int]) -> list[TaskFacts]:
    """Those of these tasks that there are, as they are now."""
    return [TaskFacts(*row) for row in db.session.execute(_BY_IDS, {"task_ids": list(task_ids)})]


def locked(warehouse_id: int, task_id: int) -> TaskFacts:
    """The task, its row locked first: every change of a task and its lines begins with that lock."""
    lock_row(warehouse_id, task_id)
    return find(warehouse_id, task_id)


def lock_row(warehouse_id: int, task_id: int) -> None:
    """Lock the row of a task, when there is one."""
    db.session.execute(_LOCK, {"warehouse_id": warehouse_id, "task_id": task_id})


def of_person(warehouse_id: int, person_id: int | None) -> TaskFacts | None:
    """The task that a person has now, None when there is none."""
    row = db.session.execute(_BY_PERSON, {"warehouse_id": warehouse_id, "person_id": person_id}).one_or_none()
    return TaskFacts(*row) if row else None


_LINE = text(
    """
    SELECT l.id, l.status, l.qty, l.picked, l.slot, l.bin_id, b.code AS bin,
           l.sku_id, k.code AS sku, k.name AS sku_name, s.container_id AS tote_id, c.code AS tote, l.short_reason,
           l.hold_id, a.lot, lot.expires_on, k.lot_tracking, k.serial_tracking
    FROM pick_line l
    JOIN stock_hold h ON h.id = l.hold_id
    JOIN stock_balance a ON a.id = h.balance_id
    LEFT JOIN stock_lot lot ON lot.sku_id = a.sku_id AND lot.code = a.lot
    JOIN bin b ON b.id = l.bin_id
    JOIN sku k ON k.id = l.sku_id
    JOIN pick_tote s ON s.task_id = l.task_id AND s.slot = l.slot
    LEFT JOIN container c ON c.id = s.container_id
    WHERE l.task_id = :task_id AND l.id = :line_id
    """
)


def line(task_id: int, line_id: int) -> LineFacts:
    """A line of a task. Raises `core.not_found`."""
    row = db.session.execute(_LINE, {"task_id": task_id, "line_id": line_id}).one_or_none()
    if row is None:
        raise WmsError("core.not_found", thing="pick line", key=line_id)
    return LineFacts(*row)


_FREE_EMPTY = Prepared(
    "free_empty_totes", "UPDATE pick_tote SET in_use = false WHERE task_id = :task_id AND in_use AND picks = 0"
)
_FINISH_WAVE = waves.finishing(
    "SELECT FROM pick_task WHERE wave_id = :wave_id AND status NOT IN ('picked', 'cancelled')"
)


def finish(warehouse_id: int, task_id: int) -> None:
    """The last open line of a task was closed: so is the task."""
    row = db.session.execute(
        update(PickTask)
        .where(PickTask.id == task_id, PickTask.status == "picking")
        .values(status=TASK.after("finish", "picking"), finished_at=now())
        .returning(PickTask.wave_id, PickTask.stage)
    ).one()
    finished(warehouse_id, task_id, row.wave_id, row.stage)


def finished(warehouse_id: int, task_id: int, wave_id: int, stage: int) -> None:
    """A task was finished: its cart is free, totes with goods go to packing, and the wave may be done too.

    Pieces stay in totes that are `in_use`; a tote into which nothing went is free again. In a relay the cart goes on.
    """
    publish(TaskPicked(warehouse_id, task_id, wave_id))
    ended(warehouse_id, task_id, wave_id, stage)


def ended(warehouse_id: int, task_id: int, wave_id: int, stage: int) -> None:
    """A task is over, picked or not: totes into which nothing went are free, and the wave may be done."""
    if stage:
        pass_on(warehouse_id, task_id)
    with_commit(_FREE_EMPTY, {"task_id": task_id})
    recheck_wave(warehouse_id, wave_id)


def recheck_wave(warehouse_id: int, wave_id: int) -> None:
    """At the end of the transaction a released wave is done when none of its tasks has work left."""
    # The carts of a wave tend to end together: none may wait while another thinks with the lock in its hand.
    lock_at_end(*_lock_of(wave_id))
    waves.finish_at_end(warehouse_id, wave_id, _FINISH_WAVE)


def lock_wave(wave_id: int) -> None:
    """The last two tasks of a wave must see each other's end, and a task that is added must be seen too."""
    lock(*_lock_of(wave_id))


def _lock_of(wave_id: int) -> tuple[str, int]:
    return "pick.wave", wave_id
