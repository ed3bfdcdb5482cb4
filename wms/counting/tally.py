"""Counting a bin: everything the counter scans adds to a tally. The books are not looked at here."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, text

from wms.catalog import service as catalog
from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.counting import numbered, tasks
from wms.counting.models import CountTally, CountTask
from wms.counting.rules import MOST, moment_of
from wms.layout import service as layout
from wms.layout.models import Bin
from wms.stock.models import LOOSE, StockBalance


@dataclass(frozen=True)
class Scanned:
    """What a scan in the bin came to: pieces of a SKU, or (`sku_id` None) a container that is opened."""

    sku_id: int | None
    label: str
    qty: int = 0
    counted: int = 0


def at_bin(warehouse_id: int, person_id: int, code: str, scanned_at: datetime | None = None) -> CountTask:
    """The counter stands at the bin. Scanned without a task in hand, any bin that stores goods is counted.

    The check digits of the bin that is to be counted do for its code. Raises `counting.wrong_bin`, and as
    `layout.by_digits`, `catalog.service.resolve`, `tasks.ask` and `tasks.take` do.
    """
    mine = tasks.of_person(warehouse_id, person_id)
    if mine is not None and layout.by_digits(warehouse_id, mine.bin_id, code):
        return _stands(warehouse_id, person_id, mine.id, scanned_at)
    place = catalog.resolve(code, warehouse_id, "bin")
    if mine is None:
        task_id = tasks.ask(warehouse_id, place.id, kind="bin", why="own", asked_by=person_id)
        mine = tasks.take(warehouse_id, person_id, task_id)
    elif mine.bin_id != place.id:
        wanted = db.session.get_one(Bin, mine.bin_id).code
        raise WmsError("counting.wrong_bin", scanned=place.code, wanted=wanted)
    return _stands(warehouse_id, person_id, mine.id, scanned_at)


def _stands(warehouse_id: int, person_id: int, task_id: int, scanned_at: datetime | None) -> CountTask:
    task = tasks.in_hand(warehouse_id, person_id, task_id)
    task.container_id = LOOSE
    if task.at_bin_at is None:
        task.at_bin_at = moment_of(scanned_at, now(), task.asked_at)
    db.session.flush()
    return task


def scan(
    warehouse_id: int,
    person_id: int,
    task_id: int,
    code: str,
    *,
    qty: int = 1,
    lot: str = "",
    serial: str = "",
    no_lot: bool = False,
    condition: str = "",
    scanned_at: datetime | None = None,
) -> Scanned:
    """Pieces are seen in the bin: `qty` times what the code stands for (a piece, a pack) is added, of the lot that
    the label names. A piece whose number is scanned at every move counts once, by its label's number or `serial`.
    A container's code opens it, the bin's own code closes it again: what follows is counted inside.

    `no_lot`: they name none, which is taken where such pieces lie, see `without_lot`. Raises `counting.lot_needed`
    for a SKU that is kept by lots when neither label nor counter names one, `counting.serial_needed`,
    `counting.serial_twice`, `counting.only_sku`, `counting.bin_not_done`, `counting.not_goods`, `counting.too_many`,
    and as `tasks.in_hand` and `catalog.service.read` do.
    """
    task = _counting(warehouse_id, person_id, task_id)
    seen = catalog.read(code, warehouse_id)
    if seen.kind == "bin" and seen.found is not None:
        return _own_bin(task, seen.found.id, seen.found.code)
    if seen.sku_id is None:
        return _open(task, seen)
    sku = db.session.get_one(Sku, seen.sku_id)
    if task.sku_id not in (None, sku.id):
        raise WmsError("counting.only_sku", sku=db.session.get_one(Sku, task.sku_id).code, scanned=sku.code)
    lot = lot or ("" if seen.lot_uncertain else seen.lot)
    if sku.serial_tracking == "move":
        serial = numbered.number_of(sku, seen, serial)
        lot = lot or numbered.lot_of(sku.id, serial)
    asks = seen.lot_uncertain or sku.lot_tracking in ("receipt", "move")
    if not lot and asks and not (no_lot and without_lot(task.bin_id, sku.id)):
        raise WmsError("counting.lot_needed", sku=sku.code)
    at = moment_of(scanned_at, now(), task.at_bin_at or task.asked_at)
    pieces = qty * seen.qty
    if sku.serial_tracking == "move":
        numbered.note(task, sku, serial, lot, condition, at)
        pieces = 1
    return Scanned(sku.id, sku.name, pieces, _add(task, sku.id, lot, condition, pieces, at))


def without_lot(bin_id: int, sku_id: int) -> bool:
    """Whether pieces of a SKU lie in a bin without a lot: they came before lots were kept of it."""
    there = (StockBalance.bin_id == bin_id, StockBalance.sku_id == sku_id, StockBalance.on_hand > 0)
    return bool(db.session.execute(select(exists().where(*there, StockBalance.lot == ""))).scalar())


def _open(task: CountTask, seen: catalog.Scan) -> Scanned:
    if seen.container_id is None:
        raise WmsError("counting.not_goods", scanned=seen.found.code if seen.found else seen.code)
    task.container_id = seen.container_id
    db.session.flush()
    return Scanned(None, seen.found.code if seen.found else seen.code)


_ADD = text(
    """
    INSERT INTO count_tally (task_id, round, sku_id, lot, container_id, condition, counted, first_at, at)
    VALUES (:task_id, :round, :sku_id, :lot, :container_id, :condition, :qty, :at, :at)
    ON CONFLICT ON CONSTRAINT uq_count_tally_seen
    DO UPDATE SET counted = count_tally.counted + excluded.counted, first_at = least(count_tally.first_at, excluded.at),
                  at = greatest(count_tally.at, excluded.at)
    RETURNING counted
    """
)


def _add(task: CountTask, sku_id: int, lot: str, condition: str, qty: int, at: datetime) -> int:
    values = {"task_id": task.id, "round": task.round, "container_id": task.container_id}
    counted = db.session.execute(
        _ADD, {**values, "sku_id": sku_id, "lot": lot, "condition": condition, "qty": qty, "at": at}
    ).scalar_one()
    if counted > MOST:
        raise WmsError("counting.too_many", qty=counted, most=MOST)
    return int(counted)


def correct(
    warehouse_id: int, person_id: int, task_id: int, tally_id: int, qty: int, scanned_at: datetime | None = None
) -> int:
    """The counter types how many there are, in place of what was added up; 0 takes the line away. Returns `qty`.

    Raises `core.not_found`, and as `numbered.correct` and `tasks.in_hand` do.
    """
    task = _counting(warehouse_id, person_id, task_id)
    query = select(CountTally).where(
        CountTally.id == tally_id, CountTally.task_id == task.id, CountTally.round == task.round
    )
    tally = db.session.execute(query).scalar_one_or_none()
    if tally is None:
        raise WmsError("core.not_found", thing="line", key=tally_id)
    numbered.correct(tally, qty)
    if qty == 0:
        db.session.delete(tally)
    else:
        tally.counted = qty
        tally.first_at = tally.at = moment_of(scanned_at, now(), task.at_bin_at or task.asked_at)
    db.session.flush()
    return qty


def _counting(warehouse_id: int, person_id: int, task_id: int) -> CountTask:
    """The task in hand, at its bin. Raises `counting.scan_bin_first`, and as `tasks.in_hand` does."""
    task = tasks.in_hand(warehouse_id, person_id, task_id)
    if task.at_bin_at is None:
        raise WmsError("counting.scan_bin_first", bin=db.session.get_one(Bin, task.bin_id).code)
    return task


def _own_bin(task: CountTask, bin_id: int, code: str) -> Scanned:
    if bin_id != task.bin_id:
        raise WmsError("counting.bin_not_done", scanned=code, bin=db.session.get_one(Bin, task.bin_id).code)
    task.container_id = LOOSE
    db.session.flush()
    return Scanned(None, code)
