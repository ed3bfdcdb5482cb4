"""What a person who puts goods away is shown, and what their scans mean."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select

from wms.core.db import db
from wms.core.error import WmsError
from wms.inbound import putting, shown, walks
from wms.inbound.docking import Outcome
from wms.inbound.models import PutawayTask
from wms.inbound.reading import see
from wms.layout import service as layout
from wms.layout.models import Bin, Zone
from wms.stock.models import Container


def loading(warehouse_id: int, person_id: int, message: str | None = None, **params: Any) -> Outcome:
    """The screen at the dock: what is on the truck, and that there is more."""
    tasks = putting.mine(person_id)
    data = {
        "tasks": [task_shown(task) for task in tasks],
        "waiting": putting.waiting_count(warehouse_id),
        "walk_m": _walk_m(warehouse_id, tasks),
        "done": putting.done_today(person_id),
    }
    return Outcome("putaway_load", data, message, params)


def _walk_m(warehouse_id: int, tasks: list[PutawayTask]) -> int:
    """Metres of the planned walk."""
    ids = [task.bin_id for task in tasks if task.bin_id is not None]
    rows = db.session.execute(select(Bin.id, Bin.aisle, Bin.y_mm).where(Bin.id.in_(ids)))
    spots = {row.id: (row.aisle, row.y_mm) for row in rows}
    return round(walks.length(layout.floor_of(warehouse_id), [spots[id] for id in ids]) / 1000) if ids else 0


def walking(warehouse_id: int, person_id: int, message: str | None = None, **params: Any) -> Outcome:
    """The screen of the next goods on the walk; the dock's when the truck is empty."""
    tasks = putting.mine(person_id)
    if not tasks:
        return loading(warehouse_id, person_id, message, **params)
    task = next((each for each in tasks if each.actual_bin_id), tasks[0])
    done = putting.done_of_truck(person_id, tasks)
    data = {"task": task_shown(task), "left": len(tasks), "progress": {"done": done, "total": done + len(tasks)}}
    return Outcome("putaway_put" if task.actual_bin_id else "putaway_walk", data, message, params)


def task_shown(task: PutawayTask) -> dict[str, Any]:
    lpn = select(Container.code).where(Container.id == task.container_id)
    skus = len({each.sku_id for each in putting.contents(task)}) if task.whole else 1
    return {
        "id": task.id, "sku": shown.sku_facts(task.sku_id), "qty": task.qty - task.put, "lot": task.lot,
        "condition": task.condition, "whole": task.whole, "skus": skus, "why": task.why, "serials": list(task.serials),
        "lpn": db.session.execute(lpn).scalar() or "" if task.container_id else "",
        "bin": bin_shown(task.bin_id), "actual": bin_shown(task.actual_bin_id),
        "packs": [] if task.whole else shown.packs(task.sku_id),
    }  # fmt: skip


def bin_shown(bin_id: int | None) -> dict[str, Any] | None:
    """A bin as terminals draw it."""
    if bin_id is None:
        return None
    bin, zone = db.session.execute(
        select(Bin, Zone).outerjoin(Zone, Zone.id == Bin.zone_id).where(Bin.id == bin_id)
    ).one()
    return {
        "id": bin.id, "code": bin.code, "kind": bin.kind, "zone": zone.name if zone else None,
        "zone_colour": zone.colour if zone else None, "side": bin.side, "level": bin.level, "aisle": bin.aisle,
        "typed": bool(bin.check_digits),
    }  # fmt: skip


def load(warehouse_id: int, person_id: int, code: str, qty: int | None) -> Outcome:
    """A pallet's number or goods were scanned at the dock: they go onto the truck.

    Raises `inbound.scan_at_dock` for anything else, and as `putting.take_goods` and `take_container`.
    """
    seen = see(code, warehouse_id)
    if seen.kind == "container" and seen.id:
        made = putting.take_container(warehouse_id, person_id, seen.id, seen.lpn)
        return _loaded(warehouse_id, person_id, made)
    if seen.kind == "serial" or (seen.sku_id and seen.serial):
        serial = seen.serial or seen.code
        return _loaded(warehouse_id, person_id, putting.take_goods(warehouse_id, person_id, seen.sku_id, serial=serial))
    if not seen.sku_id:
        raise WmsError("inbound.scan_at_dock", label=seen.label or seen.code)
    lot = seen.lot if seen.kind == "sku" else seen.code
    return _loaded(warehouse_id, person_id, putting.take_goods(warehouse_id, person_id, seen.sku_id, lot=lot, qty=qty))


def _loaded(warehouse_id: int, person_id: int, made: list[PutawayTask]) -> Outcome:
    pieces = sum(task.qty for task in made)
    if any(task.bin_id is None for task in made):
        return loading(warehouse_id, person_id, "inbound.no_bin_free", qty=pieces)
    return loading(warehouse_id, person_id, "inbound.on_truck", qty=pieces)


def stand(warehouse_id: int, person_id: int, code: str, reason: str) -> Outcome:
    """A bin was scanned, or its check digits typed: the goods may go there, or the person must say why not elsewhere.

    Whoever walks in another order than was planned scans the bin of other goods on the truck, and puts down those.
    A second scan of the bin puts everything down.
    """
    tasks = putting.mine(person_id)
    if not tasks:
        raise WmsError("inbound.truck_empty", next="putaway_load")
    bin_id = bin_of(warehouse_id, code, tasks[0])
    meant = next((each for each in tasks if bin_id in (each.actual_bin_id, each.bin_id)), tasks[0])
    task = putting.one(person_id, meant.id)
    if task.actual_bin_id == bin_id:
        return put(warehouse_id, person_id, task.id, task.qty - task.put)
    if putting.aim(task, bin_id, reason):
        return walking(warehouse_id, person_id)
    other = bin_shown(bin_id)
    assert other is not None
    told = bin_shown(task.bin_id)
    data = walking(warehouse_id, person_id).data | {"other": other}
    params = {"bin": other["code"], "told": told["code"] if told else "–"}
    return Outcome("putaway_other", data, "inbound.another_bin", params)


def bin_of(warehouse_id: int, code: str, task: PutawayTask) -> int:
    """The bin that a code means; the check digits of the bin that was told count as its code.

    Raises `inbound.not_a_bin`, and as `layout.by_digits` does when bare digits are typed that are not those of the bin.
    """
    if task.bin_id is not None and layout.by_digits(warehouse_id, task.bin_id, code):
        return task.bin_id
    seen = see(code, warehouse_id)
    if seen.kind == "bin":
        return seen.id
    raise WmsError("inbound.not_a_bin", label=seen.label or seen.code)


def put(warehouse_id: int, person_id: int, task_id: int, qty: int) -> Outcome:
    """So many pieces are in the bin now."""
    task = putting.one(person_id, task_id)
    bin = bin_shown(task.actual_bin_id)
    left = putting.put(task, qty, actor_id=person_id)
    told = {"qty": qty, "bin": bin["code"] if bin else ""}
    if left:
        return walking(warehouse_id, person_id, "inbound.put_part", **told, left=left)
    return walking(warehouse_id, person_id, "inbound.put", **told)
