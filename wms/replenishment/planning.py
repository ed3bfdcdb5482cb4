"""Deciding what is brought to which pick face: below its minimum, for a wave, or because a picker found it empty."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select, text, update

from wms.catalog.models import Packaging
from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.core.lock import lock
from wms.layout.models import Bin
from wms.replenishment import faces
from wms.replenishment.events import ReplenishmentAsked
from wms.replenishment.lifecycle import REPLENISHMENT
from wms.replenishment.models import ReplenishTask
from wms.replenishment.rules import DUE, URGENCIES, Face, Fetch, Source, fetches
from wms.stock import service as stock
from wms.stock.models import StockBalance
from wms.stock.service import Goods


def low_faces(warehouse_id: int) -> list[int]:
    """The ids of pick faces that hold less than their minimum, counting what is on its way."""
    return [face.id for face in faces.standing(warehouse_id) if face.wants()]


def fill(warehouse_id: int, face_ids: Collection[int]) -> list[int]:
    """Have these pick faces filled up where they are below their minimum; returns the ids of the tasks."""
    made: list[int] = []
    for face in _locked(warehouse_id, faces.standing(warehouse_id, ids=face_ids)):
        if face.wants():
            made += _bring(warehouse_id, face, face.wants(), "minimum")
    return made


def demand_ahead(warehouse_id: int, wants: Mapping[int, int]) -> list[int]:
    """A wave will pick these pieces (SKU → pieces): have brought what their pick faces lack; returns the tasks' ids.

    What already comes is hurried. A SKU with several faces is brought to the one that has most.
    """
    made: list[int] = []
    for face, pieces in _demands(warehouse_id, wants):
        _hurry(face, "wave")
        missing = face.lacks(pieces)
        if missing:
            made += _bring(warehouse_id, face, missing, "wave")
    return made


def _demands(warehouse_id: int, wants: Mapping[int, int]) -> list[tuple[Face, int]]:
    """For each SKU whose faces do not have enough: the face to fill, and the pieces wanted of it."""
    best: dict[int, list[Face]] = {}
    for face in faces.standing(warehouse_id, skus=wants):
        best.setdefault(face.sku_id, []).append(face)
    short = [
        max(group, key=lambda face: (face.free, -face.id))
        for sku_id, group in best.items()
        if sum(face.free for face in group) < wants[sku_id]
    ]
    others = {sku_id: sum(face.free for face in group) for sku_id, group in best.items()}
    return [
        (face, max(0, wants[face.sku_id] - (others[face.sku_id] - face.free)))
        for face in _locked(warehouse_id, short)
    ]


def emergency(warehouse_id: int, sku_id: int, bin_id: int, qty: int) -> list[int]:
    """A picker did not find `qty` pieces in a bin: have its face filled at once; returns the ids of new tasks.

    Whatever the books say, the face is taken to be empty. A bin that is no pick face of the SKU gets nothing.
    """
    found = [face for face in faces.standing(warehouse_id, skus=[sku_id]) if face.bin_id == bin_id]
    made: list[int] = []
    for face in _locked(warehouse_id, found):
        _hurry(face, "emergency")
        missing = max(qty, face.max_qty) - face.coming
        if missing > 0:
            made += _bring(warehouse_id, face, missing, "emergency", not_from={bin_id})
    return made


def can_fill(warehouse_id: int, sku_id: int, bin_id: int) -> bool:
    """Whether this pick face would be filled up if a picker found it empty: something comes, or could be brought."""
    found = [face for face in faces.standing(warehouse_id, skus=[sku_id]) if face.bin_id == bin_id]
    if any(face.coming for face in found):
        return True
    values = {"warehouse_id": warehouse_id, "sku_id": sku_id, "today": now().date(), "not_from": [bin_id]}
    return any(
        db.session.execute(_ANY_SOURCE, {**values, "face_bin": face.bin_id}).first() is not None for face in found
    )


def _locked(warehouse_id: int, found: Iterable[Face]) -> list[Face]:
    """The same faces, as they stand once nobody else plans for their SKUs: two planners never bring twice."""
    chosen = list(found)
    for sku_id in sorted({face.sku_id for face in chosen}):
        wait_turn(sku_id)
    return faces.standing(warehouse_id, ids=[face.id for face in chosen]) if chosen else []


def wait_turn(sku_id: int) -> None:
    """Nobody else plans for this SKU until the transaction ends. Comes before any lock on stock."""
    lock("replenish.sku", sku_id)


def _hurry(face: Face, urgency: str) -> None:
    rank, due = URGENCIES.index(urgency), now() + DUE[urgency]
    db.session.execute(
        update(ReplenishTask)
        .where(ReplenishTask.to_bin_id == face.bin_id, ReplenishTask.sku_id == face.sku_id)
        .where(ReplenishTask.status.in_(("open", "assigned")), ReplenishTask.rank > rank)
        .values(urgency=urgency, rank=rank, due_at=due)
    )


def _bring(
    warehouse_id: int, face: Face, wanted: int, urgency: str, not_from: Collection[int] = ()
) -> list[int]:
    found = sources(warehouse_id, face, not_from)
    return [_task(warehouse_id, face, each, urgency) for each in fetches(wanted, found, packs_of(face.sku_id))]


def bring_rest(warehouse_id: int, task: ReplenishTask, wanted: int) -> list[int]:
    """What a source did not have is brought from others; returns the ids of the new tasks."""
    wait_turn(task.sku_id)
    face = Face(0, task.to_bin_id, task.sku_id, 0, wanted)
    return _bring(warehouse_id, face, wanted, task.urgency, not_from={task.from_bin_id})


_SOURCES = text(
    """
    SELECT b.id, b.bin_id, b.lot, b.container_id, b.owner_id, b.on_hand - b.held AS free, l.expires_on,
           bin.kind = 'bulk' AS bulk
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id LEFT JOIN stock_lot l ON l.sku_id = b.sku_id AND l.code = b.lot
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = :sku_id AND b.condition = 'good' AND b.on_hand > b.held
      AND bin.kind IN ('pick', 'bulk') AND bin.blocked_reason IS NULL AND b.bin_id <> :face_bin
      AND b.bin_id <> ALL(cast(:not_from AS bigint[])) AND (l.expires_on IS NULL OR l.expires_on >= :today)
      AND NOT EXISTS (SELECT 1 FROM pick_face f WHERE f.bin_id = b.bin_id AND f.sku_id = b.sku_id)
    ORDER BY b.id FOR UPDATE OF b
    """
)


_ANY_SOURCE = text(_SOURCES.text.replace("ORDER BY b.id FOR UPDATE OF b", "LIMIT 1"))


def sources(warehouse_id: int, face: Face, not_from: Collection[int] = ()) -> list[Source]:
    """Where pieces for a face may come from: free, good, not expired, in open bins that are no faces of the SKU.
    They are locked, so that they are still free when they are reserved.

    A face that may not mix lots takes only the lot that lies in it, an empty one only the lot that goes first.
    """
    values = {"warehouse_id": warehouse_id, "sku_id": face.sku_id, "face_bin": face.bin_id, "today": now().date()}
    rows = db.session.execute(_SOURCES, {**values, "not_from": sorted(not_from)})
    found = [Source(*row) for row in rows]
    if db.session.get_one(Bin, face.bin_id).mix_lots or not found:
        return found
    there = _lots_in(face) or [_first(found).lot]
    return [source for source in found if source.lot in there]


def _first(found: Sequence[Source]) -> Source:
    return fetches(1, found, ())[0].source


def _lots_in(face: Face) -> list[str]:
    query = select(StockBalance.lot).where(
        StockBalance.bin_id == face.bin_id, StockBalance.sku_id == face.sku_id, StockBalance.on_hand > 0
    )
    return list(db.session.execute(query).scalars())


def packs_of(sku_id: int) -> list[int]:
    """How many pieces the packs of a SKU have."""
    return list(db.session.execute(select(Packaging.qty).where(Packaging.sku_id == sku_id)).scalars())


def _task(warehouse_id: int, face: Face, fetch: Fetch, urgency: str) -> int:
    at, source = now(), fetch.source
    task = ReplenishTask(
        warehouse_id=warehouse_id, sku_id=face.sku_id, from_bin_id=source.bin_id, lot=source.lot,
        container_id=source.container_id, owner_id=source.owner_id, to_bin_id=face.bin_id, qty=fetch.qty,
        pack_qty=fetch.pack_qty, urgency=urgency, rank=URGENCIES.index(urgency), due_at=at + DUE[urgency],
        status=REPLENISHMENT.initial, asked_at=at, carried=0, put=0, returned=0,
    )  # fmt: skip
    db.session.add(task)
    db.session.flush()
    goods = Goods(
        face.sku_id, source.bin_id, fetch.qty, container_id=source.container_id, lot=source.lot,
        owner_id=source.owner_id,
    )  # fmt: skip
    stock.reserve(warehouse_id, [goods], origin="replenish", reference=task.reference)
    publish(ReplenishmentAsked(warehouse_id, task.id, urgency))
    return task.id
