"""Putaway (上架): goods leave the dock on somebody's truck, each told its bin, and the way past them is planned.

A task is what one person has taken for one bin. What it suggests counts as lying there already for whoever asks next.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.inbound import rules, walks
from wms.inbound.candidates import KINDS, SET_APART, Load, candidates
from wms.inbound.events import GoodsPutAway
from wms.inbound.lifecycle import PUTAWAY
from wms.inbound.models import PutawayTask
from wms.inbound.rules import Choice
from wms.layout import service as layout
from wms.layout.models import Bin
from wms.stock import service as stock
from wms.stock.models import Serial
from wms.stock.service import Goods

MOST_TASKS = 40  # on one truck; a longer walk is two
OVERRULES = ("full", "blocked", "not_reachable", "better")
UNLOADED = ("pick",)  # kinds of bins into which goods go without their container: pickers take pieces


@dataclass(frozen=True)
class AtDock:
    """Goods at the dock that nobody has taken yet."""

    bin_id: int
    container_id: int
    sku_id: int
    lot: str
    owner_id: int
    condition: str
    free: int


_AT_DOCK = text(
    """
    SELECT b.bin_id, b.container_id, b.sku_id, b.lot, b.owner_id, b.condition,
           b.on_hand - b.held - coalesce((
               SELECT cast(sum(t.qty - t.put) AS bigint) FROM putaway_task t
               WHERE t.status = 'planned' AND t.from_bin_id = b.bin_id AND t.container_id = b.container_id
                 AND (t.whole OR (t.sku_id = b.sku_id AND t.lot = b.lot AND t.owner_id = b.owner_id
                                  AND t.condition = b.condition))
           ), 0) AS free
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    WHERE bin.warehouse_id = :warehouse_id AND bin.kind = 'receive' AND b.on_hand > b.held
      AND b.condition <> 'quarantine'
      AND (cast(:skus AS bigint[]) IS NULL OR b.sku_id = ANY(:skus))
      AND (:container_id < 0 OR b.container_id = :container_id)
    ORDER BY b.container_id <> 0, b.id
    """
)


def at_dock(warehouse_id: int, *, skus: Sequence[int] | None = None, container_id: int = -1) -> list[AtDock]:
    """What lies at the dock free to be put away, loose goods first. `container_id` -1: in any container or none."""
    rows = db.session.execute(
        _AT_DOCK,
        {"warehouse_id": warehouse_id, "skus": None if skus is None else list(skus), "container_id": container_id},
    )
    return [AtDock(*row) for row in rows if row.free > 0]


def where_to(
    warehouse_id: int, sku_id: int, qty: int, *, lot: str = "", owner_id: int = 1, condition: str = "good"
) -> int | None:
    """The bin that is best for so many pieces of a SKU, wherever they are now; None when no bin takes them."""
    best = next(iter(rules.ranked(*candidates(warehouse_id, Load(sku_id, qty, lot, owner_id, condition)))), None)
    return best.bin_id if best else None


# ---- taking goods

def take_goods(
    warehouse_id: int, person_id: int, sku_id: int, *, lot: str = "", qty: int | None = None, serial: str = ""
) -> list[PutawayTask]:
    """Loose goods of a SKU (all there are, or `qty`) go onto the person's truck, a task for each bin they are told.

    `serial`: the one piece with this number. Raises `inbound.nothing_at_dock`, `inbound.less_at_dock`,
    `stock.bad_quantity`, `inbound.scan_serials` for a part of goods whose numbers are scanned at every move, and
    `inbound.truck_full`.
    """
    lock("inbound.dock", warehouse_id)
    if serial:
        return _planned(warehouse_id, person_id, _piece(warehouse_id, person_id, sku_id, serial))
    there = [each for each in at_dock(warehouse_id, skus=[sku_id], container_id=0) if lot in ("", each.lot)]
    free = sum(each.free for each in there)
    if not free:
        raise WmsError("inbound.nothing_at_dock", sku=_code(sku_id))
    if qty is not None and qty > free:
        raise WmsError("inbound.less_at_dock", sku=_code(sku_id), qty=qty, free=free)
    if qty is not None and qty < 1:
        raise WmsError("stock.bad_quantity", qty=qty, most=free)
    if qty not in (None, free) and db.session.get_one(Sku, sku_id).serial_tracking == "move":
        raise WmsError("inbound.scan_serials", sku=_code(sku_id))
    left, made = qty or free, []
    for each in there:
        taken = min(left, each.free)
        if taken:
            made += _tasks(warehouse_id, person_id, each, taken)
            left -= taken
    return _planned(warehouse_id, person_id, made)


def _piece(warehouse_id: int, person_id: int, sku_id: int, serial: str) -> list[PutawayTask]:
    """A task for one piece with a number, which lies loose at the dock."""
    query = select(Serial).where(Serial.sku_id == sku_id, Serial.code == serial)
    found = db.session.execute(query).scalar_one_or_none()
    there = at_dock(warehouse_id, skus=[sku_id], container_id=0) if found is not None else []
    place = next((each for each in there if found and _is_at(found, each)), None)
    if place is None or any(serial in task.serials for task in mine(person_id)):
        raise WmsError("inbound.nothing_at_dock", sku=f"{_code(sku_id)} {serial}")
    made = _tasks(warehouse_id, person_id, place, 1)
    made[0].serials = [serial]
    return made


def _is_at(serial: Serial, place: AtDock) -> bool:
    here = (serial.bin_id, serial.container_id, serial.lot, serial.owner_id, serial.condition)
    return here == (place.bin_id, place.container_id, place.lot, place.owner_id, place.condition)


def take_container(warehouse_id: int, person_id: int, container_id: int, code: str) -> list[PutawayTask]:
    """A whole pallet or box goes onto the person's truck, for one bin.

    Raises `inbound.nothing_on_lpn`, and `inbound.part_taken` when somebody has taken pieces of it.
    """
    lock("inbound.dock", warehouse_id)
    there = at_dock(warehouse_id, container_id=container_id)
    if not there:
        raise WmsError("inbound.nothing_on_lpn", lpn=code)
    lying = _pieces_on(container_id, there[0].bin_id)
    if lying != sum(each.free for each in there):
        raise WmsError("inbound.part_taken", lpn=code)
    most = max(there, key=lambda each: each.free)
    load = _load_of(there, most)
    choice = next(iter(rules.ranked(*candidates(warehouse_id, load))), None)
    task = _task(warehouse_id, person_id, most, lying, choice)
    task.whole = True
    db.session.add(task)
    return _planned(warehouse_id, person_id, [task])


def _load_of(there: Sequence[AtDock], most: AtDock) -> Load:
    facts = (most.sku_id, most.free, most.lot, most.owner_id, most.condition)
    skus = {each.sku_id for each in there}
    if len(there) == 1:
        return Load(*facts, whole=True)
    found = {row.id: row for row in db.session.execute(select(Sku).where(Sku.id.in_(skus))).scalars()}
    volume = sum(each.free * _mm3(found[each.sku_id]) for each in there)
    weight = sum(each.free * found[each.sku_id].weight_g for each in there)
    return Load(*facts, whole=True, skus=len(skus), volume_ml=-(-volume // 1000), weight_g=weight)


def _mm3(sku: Sku) -> int:
    return sku.length_mm * sku.width_mm * sku.height_mm


def _pieces_on(container_id: int, bin_id: int) -> int:
    found = db.session.execute(
        text("SELECT coalesce(sum(on_hand), 0) FROM stock_balance WHERE container_id = :id AND bin_id = :bin_id"),
        {"id": container_id, "bin_id": bin_id},
    )
    return int(found.scalar_one())


def _tasks(warehouse_id: int, person_id: int, there: AtDock, qty: int) -> list[PutawayTask]:
    load = Load(there.sku_id, qty, there.lot, there.owner_id, there.condition)
    choices, left = rules.assigned(*candidates(warehouse_id, load))
    tasks = [_task(warehouse_id, person_id, there, choice.qty, choice) for choice in choices]
    if left:  # no bin is free for these: the person finds one
        tasks.append(_task(warehouse_id, person_id, there, left, None))
    db.session.add_all(tasks)
    db.session.flush()
    return tasks


def _task(warehouse_id: int, person_id: int, there: AtDock, qty: int, choice: Choice | None) -> PutawayTask:
    return PutawayTask(
        warehouse_id=warehouse_id, person_id=person_id, from_bin_id=there.bin_id, container_id=there.container_id,
        sku_id=there.sku_id, lot=there.lot, owner_id=there.owner_id, condition=there.condition, qty=qty,
        bin_id=choice.bin_id if choice else None, why=choice.why if choice else "", at=now(),
    )  # fmt: skip


def _planned(warehouse_id: int, person_id: int, made: list[PutawayTask]) -> list[PutawayTask]:
    """Put the person's tasks in the order of a walk. Raises `inbound.truck_full`."""
    db.session.flush()
    tasks = mine(person_id)
    if len(tasks) > MOST_TASKS:
        raise WmsError("inbound.truck_full", most=MOST_TASKS)
    _order(warehouse_id, tasks)
    return made


def _order(warehouse_id: int, tasks: Sequence[PutawayTask]) -> None:
    floor = layout.floor_of(warehouse_id)
    told = [task for task in tasks if task.bin_id is not None]
    spots = {
        row.id: (row.aisle, row.y_mm)
        for row in db.session.execute(
            select(Bin.id, Bin.aisle, Bin.y_mm).where(Bin.id.in_([task.bin_id for task in told]))
        )
    }
    order = walks.order(floor, [spots[task.bin_id] for task in told if task.bin_id is not None])
    homeless = [task for task in tasks if task.bin_id is None]
    for position, task in enumerate([*(told[index] for index in order), *homeless], 1):
        task.position = position
    db.session.flush()


# ---- the walk

def mine(person_id: int) -> list[PutawayTask]:
    """What this person still has to put away, in the order of the walk."""
    query = select(PutawayTask).where(PutawayTask.person_id == person_id, PutawayTask.status == "planned")
    return list(db.session.execute(query.order_by(PutawayTask.position, PutawayTask.id)).scalars())


def one(person_id: int, task_id: int) -> PutawayTask:
    """A task of this person, locked. Raises `inbound.putaway_over`."""
    query = select(PutawayTask).where(PutawayTask.id == task_id, PutawayTask.person_id == person_id)
    task = db.session.execute(
        query.with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if task is None or task.status != "planned":
        raise WmsError("inbound.putaway_over")
    return task


def aim(task: PutawayTask, bin_id: int, reason: str = "") -> bool:
    """The person stands before a bin; whether the goods may go there. Another than was told needs a reason.

    Raises `inbound.not_for_storing` for a bin that is no place to keep such goods, and as `stock.check_fits`.
    """
    bin = db.session.get_one(Bin, bin_id)
    if bin.kind not in (*KINDS["good"], *SET_APART):
        raise WmsError("inbound.not_for_storing", bin=bin.code)
    if task.condition != "good" and bin.kind not in SET_APART:
        raise WmsError("inbound.set_apart", bin=bin.code)
    if task.condition == "good" and bin.kind in SET_APART:
        raise WmsError("inbound.only_set_apart", bin=bin.code)
    stock.check_fits(task.warehouse_id, _goods(task, task.qty - task.put), bin_id)
    if task.bin_id not in (None, bin_id) and not reason:
        return False
    for other in mine(task.person_id):
        other.actual_bin_id = None  # one stands before one bin at a time
    task.actual_bin_id = bin_id
    task.overrule_reason = reason if task.bin_id not in (None, bin_id) else ""
    db.session.flush()
    return True


def put(task: PutawayTask, qty: int, *, actor_id: int | None) -> int:
    """`qty` pieces go into the bin that the person stands before; returns how many are still in hand.

    Raises `inbound.no_bin_yet`, `stock.bad_quantity`, `inbound.more_than_in_hand`, `inbound.whole_lpn`, and as
    `stock.move` does.
    """
    if task.actual_bin_id is None:
        raise WmsError("inbound.no_bin_yet")
    left = task.qty - task.put
    if qty < 1:
        raise WmsError("stock.bad_quantity", qty=qty, most=left)
    if qty > left:
        raise WmsError("inbound.more_than_in_hand", qty=qty, left=left)
    if task.whole and qty != left:
        raise WmsError("inbound.whole_lpn", pieces=left)
    _move(task, qty, actor_id)
    bin_id = task.actual_bin_id
    task.put += qty
    if task.put == task.qty:
        task.status, task.done_at = PUTAWAY.after("put", task.status), now()
    else:
        _next_bin(task)
    db.session.flush()
    publish(GoodsPutAway(task.warehouse_id, task.id, task.sku_id, bin_id, qty, actor_id))
    return task.qty - task.put


def _move(task: PutawayTask, qty: int, actor_id: int | None) -> None:
    assert task.actual_bin_id is not None
    told: dict[str, Any] = {"reason": "putaway", "reference": f"putaway {task.id}", "actor_id": actor_id}
    kind = db.session.get_one(Bin, task.actual_bin_id).kind
    if task.whole and kind not in UNLOADED:
        stock.move_container(task.warehouse_id, task.container_id, to_bin_id=task.actual_bin_id, **told)
    else:
        stock.move(task.warehouse_id, _goods(task, qty), task.actual_bin_id, **told)


def _goods(task: PutawayTask, qty: int) -> list[Goods]:
    """What a task moves, as the stock room knows it; of a whole container all that is in it."""
    if not task.whole:
        place = AtDock(
            task.from_bin_id, task.container_id, task.sku_id, task.lot, task.owner_id, task.condition, qty
        )
        return [_as_goods(place, tuple(task.serials))]
    return [_as_goods(each) for each in contents(task)]


_CONTENTS = text(
    """
    SELECT bin_id, container_id, sku_id, lot, owner_id, condition, on_hand FROM stock_balance
    WHERE container_id = :container_id AND bin_id = :bin_id AND on_hand > 0 ORDER BY id
    """
)


def contents(task: PutawayTask) -> list[AtDock]:
    """What lies in the container of a task."""
    where = {"container_id": task.container_id, "bin_id": task.from_bin_id}
    return [AtDock(*row) for row in db.session.execute(_CONTENTS, where)]


def _as_goods(place: AtDock, serials: tuple[str, ...] = ()) -> Goods:
    return Goods(
        place.sku_id, place.bin_id, place.free, place.container_id, place.lot, place.owner_id, place.condition,
        serials=serials or _serials(place),
    )  # fmt: skip


def _serials(place: AtDock) -> tuple[str, ...]:
    """The numbers of the pieces at a place when all of them are moved; of a part nobody knows which they are."""
    query = (
        select(Serial.code)
        .where(
            Serial.bin_id == place.bin_id, Serial.sku_id == place.sku_id, Serial.container_id == place.container_id,
            Serial.lot == place.lot, Serial.owner_id == place.owner_id, Serial.condition == place.condition,
        )
        .order_by(Serial.code)
    )  # fmt: skip
    found = tuple(db.session.execute(query).scalars())
    return found if len(found) == place.free else ()


def _next_bin(task: PutawayTask) -> None:
    """The bin took a part: the rest is told another one."""
    task.actual_bin_id, task.overrule_reason, before = None, "", task.bin_id
    load = Load(task.sku_id, task.qty - task.put, task.lot, task.owner_id, task.condition)
    wanted, spots = candidates(task.warehouse_id, load)
    choices = [each for each in rules.ranked(wanted, spots) if each.bin_id != before]
    task.bin_id, task.why = (choices[0].bin_id, choices[0].why) if choices else (None, "")


def drop(task: PutawayTask) -> None:
    """The goods stay at the dock after all, or go back there."""
    task.status = PUTAWAY.after("drop", task.status)
    task.actual_bin_id = None
    db.session.flush()


def _code(sku_id: int) -> str:
    return db.session.execute(select(Sku.code).where(Sku.id == sku_id)).scalar_one()


def waiting_count(warehouse_id: int) -> int:
    """How many places at the dock hold goods that nobody has taken."""
    return len(at_dock(warehouse_id))


def done_today(person_id: int) -> int:
    """How many tasks this person has put away today (UTC)."""
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    query = select(func.count()).where(PutawayTask.person_id == person_id, PutawayTask.done_at >= today)
    return db.session.execute(query).scalar_one()


def done_of_truck(person_id: int, planned: Sequence[PutawayTask]) -> int:
    """How many tasks of this truck are put away already: ended since the first of those that are left was loaded."""
    query = select(func.count()).where(
        PutawayTask.warehouse_id == planned[0].warehouse_id, PutawayTask.person_id == person_id,
        PutawayTask.done_at >= min(task.at for task in planned),
    )  # fmt: skip
    return db.session.execute(query).scalar_one()
