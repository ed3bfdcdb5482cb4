"""Doing it: to the source, onto the cart, to the face. A person may carry several at once."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text

from wms.catalog import service as catalog
from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.counting import service as counting
from wms.layout import service as layout
from wms.layout.models import Bin
from wms.replenishment import planning
from wms.replenishment.events import FaceFilled
from wms.replenishment.lifecycle import REPLENISHMENT
from wms.replenishment.models import ReplenishTask
from wms.stock import service as stock
from wms.stock.models import LOOSE
from wms.stock.service import Goods

# Urgent ones first; among equals what is near to where the person last moved goods.
_NEXT = text(
    """
    WITH here AS (
        SELECT b.aisle, b.y_mm
        FROM (SELECT from_bin_id, to_bin_id FROM stock_move WHERE actor_id = :person_id ORDER BY id DESC LIMIT 1) m
        JOIN bin b ON b.id IN (m.from_bin_id, m.to_bin_id)
        WHERE b.warehouse_id = :warehouse_id AND b.kind IN ('pick', 'bulk') LIMIT 1
    )
    SELECT t.id FROM replenish_task t JOIN bin b ON b.id = t.from_bin_id LEFT JOIN here ON true
    WHERE t.warehouse_id = :warehouse_id AND t.status = 'open'
    ORDER BY t.rank, abs(b.aisle - coalesce(here.aisle, 0)), abs(b.y_mm - coalesce(here.y_mm, 0)), t.due_at, t.id
    LIMIT 1 FOR UPDATE OF t SKIP LOCKED
    """
)


def next_for(warehouse_id: int, person_id: int) -> ReplenishTask | None:
    """Give a person the next replenishment: the one they walk to, else the most urgent and nearest; None: no work."""
    for task in in_hand(warehouse_id, person_id):
        if task.status == "assigned":
            return task
    task_id = db.session.execute(_NEXT, {"warehouse_id": warehouse_id, "person_id": person_id}).scalar()
    if task_id is None:
        return None
    task = locked(warehouse_id, task_id)
    task.status, task.person_id = REPLENISHMENT.after("take", task.status), person_id
    db.session.flush()
    return task


def in_hand(warehouse_id: int, person_id: int | None) -> Sequence[ReplenishTask]:
    """What a person walks to or carries, in the order in which it was asked for."""
    query = (
        select(ReplenishTask)
        .where(ReplenishTask.person_id == person_id, ReplenishTask.warehouse_id == warehouse_id)
        .order_by(ReplenishTask.id)
    )
    return db.session.execute(query).scalars().all()


def let_go(warehouse_id: int, person_id: int) -> None:
    """Hand back what the person walks to. What lies on their cart stays with them. Raises `replenishment.no_task`."""
    task = _assigned(warehouse_id, person_id)
    task.status = REPLENISHMENT.after("hand_back", task.status)
    task.person_id = task.at_source_at = None
    db.session.flush()


def at_source(warehouse_id: int, person_id: int, code: str) -> ReplenishTask:
    """The person stands where the goods are: its code, or the check digits on its label.

    Raises `replenishment.wrong_source`, `replenishment.no_task`, and as `layout.by_digits` does.
    """
    task = _assigned(warehouse_id, person_id)
    if not layout.by_digits(warehouse_id, task.from_bin_id, code):
        place = catalog.resolve(code, warehouse_id, "bin")
        if place.id != task.from_bin_id:
            raise WmsError("replenishment.wrong_source", scanned=place.code, wanted=_bin(task.from_bin_id))
    task.at_source_at = now()
    db.session.flush()
    return task


def take(warehouse_id: int, person_id: int, code: str, qty: int, serials: Sequence[str] = ()) -> ReplenishTask:
    """The person puts `qty` pieces onto their cart: the goods leave the source.

    `serials`: what was scanned of each piece, of goods whose numbers are scanned at every move.
    Taking fewer than asked for is a shortage at the source: see `short`. Raises `replenishment.wrong_item`,
    `replenishment.too_many`, `replenishment.scan_source_first`, `replenishment.fewer`, and as `stock.move` does.
    """
    task = _at_source(warehouse_id, person_id)
    _check_item(task, code)
    if qty > task.qty:
        raise WmsError("replenishment.too_many", qty=qty, wanted=task.qty)
    if qty < task.qty:
        raise WmsError("replenishment.fewer", qty=qty, wanted=task.qty)
    _carry(task, person_id, qty, serials)
    return task


def short(warehouse_id: int, person_id: int, qty: int, serials: Sequence[str] = ()) -> ReplenishTask:
    """Only `qty` pieces are at the source, perhaps none: they are taken, the rest is brought from elsewhere, and
    the source is counted. Raises `replenishment.not_short` when that is all that was asked for."""
    task = _at_source(warehouse_id, person_id)
    if qty >= task.qty:
        raise WmsError("replenishment.not_short", wanted=task.qty)
    missing = task.qty - qty
    if qty:
        task.qty = qty
        _carry(task, person_id, qty, serials)
    else:
        _release(task)
        task.status, task.person_id = REPLENISHMENT.after("cancel", task.status), None
        task.ended_at = now()
        db.session.flush()
    counting.ask(
        warehouse_id, task.from_bin_id, kind="short", sku_id=task.sku_id, why="replenish", urgent=True,
        asked_by=person_id,
    )  # fmt: skip
    planning.bring_rest(warehouse_id, task, missing)
    return task


def _carry(task: ReplenishTask, person_id: int, qty: int, serials: Sequence[str]) -> None:
    _release(task)
    stage = stock.special_bin(task.warehouse_id, "stage")
    task.cart_id = stock.ensure_container(task.warehouse_id, f"REPLENISH-{person_id}", "trolley")
    goods = Goods(
        task.sku_id, task.from_bin_id, qty, container_id=task.container_id, lot=task.lot, owner_id=task.owner_id,
        serials=_numbers(serials),
    )  # fmt: skip
    stock.move(
        task.warehouse_id, [goods], stage, task.cart_id, reason="replenish", reference=task.reference,
        actor_id=person_id,
    )  # fmt: skip
    task.status, task.carried = REPLENISHMENT.after("carry", task.status), qty
    db.session.flush()


def _release(task: ReplenishTask) -> None:
    stock.release_reservation(task.warehouse_id, "replenish", task.reference)


def put(
    warehouse_id: int,
    person_id: int,
    code: str,
    *,
    item: str | None = None,
    qty: int | None = None,
    serials: Sequence[str] = (),
) -> ReplenishTask:
    """Goods come off the cart into the bin `code`: the face they were asked for, or, when it is full, their source.

    Where several goods on the cart belong to one bin, `item` says which. `qty` None: all of it. The check digits of
    the face whose turn it is do for its code. Raises
    `replenishment.wrong_face`, `replenishment.which_item`, `replenishment.too_many`, `replenishment.nothing_carried`,
    and as `stock.move` does (`stock.bin_full`, …).
    """
    face = _next_face(warehouse_id, person_id, item)
    if face and layout.by_digits(warehouse_id, face, code):
        code = _bin(face)
    place = catalog.resolve(code, warehouse_id, "bin")
    task = _carried_for(warehouse_id, person_id, place.id, place.code, item)
    left = task.carried - task.put - task.returned
    if qty is not None and qty > left:
        raise WmsError("replenishment.too_many", qty=qty, wanted=left)
    pieces = left if qty is None else qty
    _down(task, person_id, place.id, pieces, serials)
    return task


_FACE = text(
    """
    SELECT t.to_bin_id FROM replenish_task t JOIN bin o ON o.id = t.to_bin_id JOIN sku k ON k.id = t.sku_id
    WHERE t.warehouse_id = :warehouse_id AND t.person_id = :person_id AND t.status = 'carried'
    ORDER BY (k.code = :item) DESC, t.rank, o.aisle, o.y_mm, t.id LIMIT 1
    """
)


def _next_face(warehouse_id: int, person_id: int, item: str | None) -> int | None:
    """The face that the terminal shows: of the item that was scanned, else the first on the way."""
    who = {"warehouse_id": warehouse_id, "person_id": person_id, "item": item or ""}
    return db.session.execute(_FACE, who).scalar()


def _carried_for(warehouse_id: int, person_id: int, bin_id: int, bin: str, item: str | None) -> ReplenishTask:
    carried = [task for task in _locked_of(warehouse_id, person_id) if task.status == "carried"]
    if not carried:
        raise WmsError("replenishment.nothing_carried")
    fitting = [task for task in carried if task.to_bin_id == bin_id]
    fitting = fitting or [task for task in carried if task.from_bin_id == bin_id]
    if not fitting:
        raise WmsError("replenishment.wrong_face", scanned=bin, wanted=_bin(carried[0].to_bin_id))
    if item is not None:
        seen = catalog.read(item, warehouse_id, "sku", "pack")
        fitting = [task for task in fitting if task.sku_id == seen.sku_id]
        if not fitting:
            raise WmsError("replenishment.not_for_this_bin", item=seen.found.code if seen.found else item, bin=bin)
    if len({task.sku_id for task in fitting}) > 1:
        raise WmsError("replenishment.which_item", bin=bin)
    return fitting[0]


def _numbers(scanned: Sequence[str]) -> tuple[str, ...]:
    """The serial numbers that labels say, or that stand on the pieces plainly."""
    labels = [(catalog.label_of(code), code) for code in scanned]
    return tuple(label.serial if label and label.serial else code for label, code in labels)


def _off_cart(task: ReplenishTask, pieces: int, serials: Sequence[str]) -> tuple[str, ...]:
    """The numbers of the pieces that come off the cart; where all of them do, they need not be scanned again."""
    if serials or db.session.get_one(Sku, task.sku_id).serial_tracking != "move":
        return _numbers(serials)
    on_cart = [code for code, lot in stock.serials_in(task.cart_id or 0, task.sku_id).items() if lot == task.lot]
    return tuple(on_cart) if len(on_cart) == pieces else ()


def _down(task: ReplenishTask, person_id: int, bin_id: int, pieces: int, serials: Sequence[str]) -> None:
    assert task.cart_id is not None
    stage = stock.special_bin(task.warehouse_id, "stage")
    goods = Goods(
        task.sku_id, stage, pieces, container_id=task.cart_id, lot=task.lot, owner_id=task.owner_id,
        serials=_off_cart(task, pieces, serials),
    )  # fmt: skip
    back_home = task.container_id if bin_id == task.from_bin_id else LOOSE
    stock.move(
        task.warehouse_id, [goods], bin_id, back_home, reason="replenish", reference=task.reference,
        actor_id=person_id,
    )  # fmt: skip
    if bin_id == task.to_bin_id:
        task.put += pieces
        publish(FaceFilled(task.warehouse_id, task.id, bin_id, task.sku_id, pieces))
    else:
        task.returned += pieces
    if task.put + task.returned == task.carried:
        task.status, task.person_id = REPLENISHMENT.after("put", task.status), None
        task.ended_at = now()
    db.session.flush()


def cancel(warehouse_id: int, task_id: int) -> ReplenishTask:
    """A supervisor gives a replenishment up that nobody has on a cart yet. Raises `core.illegal_move`."""
    task = locked(warehouse_id, task_id)
    task.status, task.person_id = REPLENISHMENT.after("cancel", task.status), None
    task.ended_at = now()
    _release(task)
    db.session.flush()
    return task


def locked(warehouse_id: int, task_id: int) -> ReplenishTask:
    """The task, its row locked. Raises `core.not_found`."""
    query = (
        select(ReplenishTask)
        .where(ReplenishTask.id == task_id, ReplenishTask.warehouse_id == warehouse_id)
        .with_for_update()
    )
    found = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="replenishment", key=task_id)
    return found


def _locked_of(warehouse_id: int, person_id: int) -> Sequence[ReplenishTask]:
    query = (
        select(ReplenishTask)
        .where(ReplenishTask.person_id == person_id, ReplenishTask.warehouse_id == warehouse_id)
        .order_by(ReplenishTask.id)
        .with_for_update()
    )
    return db.session.execute(query.execution_options(populate_existing=True)).scalars().all()


def _assigned(warehouse_id: int, person_id: int) -> ReplenishTask:
    for task in _locked_of(warehouse_id, person_id):
        if task.status == "assigned":
            return task
    raise WmsError("replenishment.no_task")


def _at_source(warehouse_id: int, person_id: int) -> ReplenishTask:
    task = _assigned(warehouse_id, person_id)
    if task.at_source_at is None:
        raise WmsError("replenishment.scan_source_first", bin=_bin(task.from_bin_id))
    return task


def _check_item(task: ReplenishTask, code: str) -> None:
    """The goods, a pack of them, or the container in which they stand as a whole.

    Raises `replenishment.wrong_item`, and `replenishment.wrong_lot` when the label names another lot.
    """
    seen = catalog.read(code, task.warehouse_id)
    inside = task.container_id != LOOSE and seen.container_id == task.container_id
    if seen.sku_id != task.sku_id and not inside:
        shown = seen.found.code if seen.found else seen.code
        raise WmsError("replenishment.wrong_item", scanned=shown, wanted=db.session.get_one(Sku, task.sku_id).code)
    if seen.lot and not seen.lot_uncertain and task.lot and seen.lot != task.lot:
        raise WmsError("replenishment.wrong_lot", scanned=seen.lot, wanted=task.lot)


def _bin(bin_id: int) -> str:
    return str(db.session.get_one(Bin, bin_id).code)
