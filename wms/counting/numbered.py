"""Counting goods whose serial numbers are scanned at every move: the numbers that are scanned are the count."""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, text

from wms.catalog import service as catalog
from wms.catalog.models import Sku
from wms.core.db import db
from wms.core.error import WmsError
from wms.counting.models import CountLine, CountSerial, CountTally, CountTask
from wms.stock.models import Serial
from wms.stock.service import Goods


def among(sku_ids: Collection[int]) -> set[int]:
    """Those of these SKUs whose numbers are scanned at every move."""
    query = select(Sku.id).where(Sku.id.in_(sku_ids), Sku.serial_tracking == "move")
    return set(db.session.execute(query).scalars())


def number_of(sku: Sku, seen: catalog.Scan, told: str) -> str:
    """The number of the piece that was scanned: off its label, or `told` besides. Raises `counting.serial_needed`."""
    label = catalog.label_of(told)
    serial = seen.found.code if seen.kind == "serial" and seen.found else "" if seen.serial_uncertain else seen.serial
    serial = (label.serial if label else told) or serial
    if not serial:
        raise WmsError("counting.serial_needed", sku=sku.code)
    return serial


def lot_of(sku_id: int, serial: str) -> str:
    """The lot that a piece is known to be of, "" for one that is not known."""
    query = select(Serial.lot).where(Serial.sku_id == sku_id, Serial.code == serial)
    return db.session.execute(query).scalar() or ""


_NOTE = text(
    """
    INSERT INTO count_serial (task_id, round, sku_id, serial, lot, container_id, condition, at)
    VALUES (:task_id, :round, :sku_id, :serial, :lot, :container_id, :condition, :at)
    ON CONFLICT DO NOTHING RETURNING serial
    """
)


def note(task: CountTask, sku: Sku, serial: str, lot: str, condition: str, at: datetime) -> None:
    """The piece lies in the bin. Raises `counting.serial_twice` for one that was scanned in this round already."""
    place = {"lot": lot, "container_id": task.container_id, "condition": condition, "at": at}
    values = {"task_id": task.id, "round": task.round, "sku_id": sku.id, "serial": serial, **place}
    if db.session.execute(_NOTE, values).one_or_none() is None:
        raise WmsError("counting.serial_twice", sku=sku.code, serial=serial)


def correct(tally: CountTally, qty: int) -> None:
    """Pieces with numbers are scanned, not typed; a line may only be taken away, to be scanned anew.

    Raises `counting.serials_count`.
    """
    if tally.sku_id not in among([tally.sku_id]):
        return
    if qty:
        raise WmsError("counting.serials_count", sku=db.session.get_one(Sku, tally.sku_id).code)
    same = ("task_id", "round", "sku_id", "lot", "container_id", "condition")
    mine = (getattr(CountSerial, name) == getattr(tally, name) for name in same)
    db.session.execute(delete(CountSerial).where(*mine))


def name(task: CountTask, lines: Collection[CountLine]) -> None:
    """Say of each line which pieces are `lost` and which are `found`; those that moved since the count are neither.

    A difference that its names do not explain, or names without a difference, wait for a supervisor.
    """
    numbered = among({line.sku_id for line in lines})
    for line in lines:
        if line.sku_id not in numbered:
            continue
        here, seen = _known_here(task, line), _seen(task, line)
        moved = _moved_since(line.sku_id, here | seen, line.at)
        line.lost, line.found = sorted(here - seen - moved), sorted(seen - here - moved)
        explained = len(line.found) - len(line.lost) == line.difference
        unseen = line.outcome == "same" and (line.lost or line.found)
        if unseen or (line.outcome == "posted" and not explained):
            line.outcome = "approval"


def _known_here(task: CountTask, line: CountLine) -> set[str]:
    query = select(Serial.code).where(
        Serial.bin_id == task.bin_id, Serial.sku_id == line.sku_id, Serial.lot == line.lot,
        Serial.container_id == line.container_id, Serial.owner_id == line.owner_id, Serial.condition == line.condition,
    )  # fmt: skip
    return set(db.session.execute(query).scalars())


def _seen(task: CountTask, line: CountLine) -> set[str]:
    query = select(CountSerial.serial).where(
        CountSerial.task_id == task.id, CountSerial.round == task.round, CountSerial.sku_id == line.sku_id,
        CountSerial.lot == line.lot, CountSerial.container_id == line.container_id,
        CountSerial.condition.in_(("", line.condition)),
    )  # fmt: skip
    return set(db.session.execute(query).scalars())


def _moved_since(sku_id: int, serials: Collection[str], at: datetime) -> set[str]:
    query = select(Serial.code).where(Serial.sku_id == sku_id, Serial.code.in_(serials), Serial.seen_at > at)
    return set(db.session.execute(query).scalars())


def changes(bin_id: int, line: CountLine, lost: Collection[str]) -> list[Goods]:
    """What a line brings into the books: its lost pieces go, its found ones come, from wherever they were known.

    `lost` are the pieces that the lines which are posted together lose. Raises `counting.serials_unnamed` when the
    names do not explain the difference.
    """
    if len(line.found) - len(line.lost) != line.difference:
        raise WmsError("counting.serials_unnamed", sku=db.session.get_one(Sku, line.sku_id).code)
    here = Goods(
        line.sku_id, bin_id, 0, container_id=line.container_id, lot=line.lot, owner_id=line.owner_id,
        condition=line.condition,
    )  # fmt: skip
    gone = [replace(here, qty=-len(line.lost), serials=tuple(line.lost))] if line.lost else []
    come = [replace(here, qty=len(line.found), serials=tuple(line.found))] if line.found else []
    return [*gone, *_elsewhere(line, lost), *come]


def _elsewhere(line: CountLine, lost: Collection[str]) -> list[Goods]:
    """Found pieces that the books know in other places of the house: they are missing there."""
    known = select(Serial).where(
        Serial.sku_id == line.sku_id, Serial.code.in_(line.found), Serial.code.not_in(lost), Serial.bin_id.is_not(None)
    )
    return [
        Goods(
            each.sku_id, each.bin_id or 0, -1, container_id=each.container_id, lot=each.lot, owner_id=each.owner_id,
            condition=each.condition, serials=(each.code,),
        )
        for each in db.session.execute(known.order_by(Serial.id)).scalars()
    ]  # fmt: skip
