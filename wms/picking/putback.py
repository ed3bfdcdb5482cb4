"""Putting back what was picked: tote, item, bin. The goods of an order that was taken out of its wave go home."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import insert

from wms.catalog import service as catalog
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.resolve import clean, resolve
from wms.inbound import service as inbound
from wms.layout import service as layout
from wms.layout.models import PROMISABLE
from wms.orders import service as orders
from wms.orders.models import Order
from wms.picking import withdraw
from wms.picking.events import GoodsGoBack, PutBackAsked, PutBackDone
from wms.picking.lifecycle import PUT_BACK
from wms.picking.models import PutBack
from wms.stock import service as stock
from wms.stock.service import Goods
from wms.waves import service as waves

ACTIVE = ("open", "taken")


@dataclass(frozen=True)
class Piece:
    """What is still to be put back of one kind of goods, and where to: `bin_id` None when no bin takes it."""

    sku_id: int
    sku: str
    name: str
    picture: str | None
    lot: str
    owner_id: int
    condition: str
    qty: int
    asks_serials: bool
    bin_id: int | None


def ask(
    warehouse_id: int, order_id: int, container_id: int, bin_id: int, *, why: str, asked_by: int | None
) -> int | None:
    """Have what lies in a container put back; returns the id, None when that is asked for already.

    Whoever is at it may just be putting back the last piece that they see, so the task is locked: it goes on after
    this, or it is over and another is asked for.
    """
    made = insert(PutBack).values(
        warehouse_id=warehouse_id, order_id=order_id, container_id=container_id, bin_id=bin_id,
        status=PUT_BACK.initial, why=why, put=0, asked_by=asked_by, asked_at=now(),
    )  # fmt: skip
    unless = made.on_conflict_do_nothing(
        index_elements=["container_id"], index_where=text("status IN ('open', 'taken')")
    )
    active = select(PutBack.id).where(PutBack.container_id == container_id, PutBack.status.in_(ACTIVE))
    found = None
    while found is None:
        found = db.session.execute(unless.returning(PutBack.id)).scalar()
        if found is None and db.session.execute(active.with_for_update()).first() is not None:
            return None
    publish(PutBackAsked(warehouse_id, found))
    return found


def ask_for(warehouse_id: int, totes: Sequence[withdraw.Tote], *, why: str, asked_by: int | None) -> None:
    """Have what lies in these totes put back."""
    for tote in totes:
        ask(warehouse_id, tote.order_id, tote.container_id, tote.bin_id, why=why, asked_by=asked_by)


def waiting(warehouse_id: int) -> int:
    """How many totes and parcels wait for somebody."""
    found = select(PutBack.id).where(PutBack.warehouse_id == warehouse_id, PutBack.status == "open")
    return len(db.session.execute(found).all())


def in_hand(warehouse_id: int, person_id: int | None) -> PutBack | None:
    """What a person is putting back."""
    query = select(PutBack).where(
        PutBack.warehouse_id == warehouse_id, PutBack.person_id == person_id, PutBack.status == "taken"
    )
    return db.session.execute(query.order_by(PutBack.id).limit(1)).scalar_one_or_none()


def take(warehouse_id: int, person_id: int, code: str) -> PutBack:
    """A person scans a tote or a parcel whose goods go back.

    Raises `picking.nothing_to_put_back` (409), `picking.put_back_taken` (409) when a colleague is at it,
    `picking.put_back_first` (409) while they have another in hand, `picking.not_a_container` (404).
    """
    found = [each for each in resolve(code, warehouse_id) if each.family == "container"]
    if not found:
        raise WmsError("picking.not_a_container", scanned=clean(code))
    query = select(PutBack).where(PutBack.container_id == found[0].id, PutBack.status.in_(ACTIVE)).with_for_update()
    task = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if task is None:
        raise WmsError("picking.nothing_to_put_back", tote=found[0].code)
    if task.person_id == person_id:
        return task
    if task.person_id is not None:
        raise WmsError("picking.put_back_taken", tote=found[0].code, person=_name(task.person_id))
    mine = in_hand(warehouse_id, person_id)
    if mine is not None:
        raise WmsError("picking.put_back_first", tote=_code(mine.container_id))
    if not _left(task):  # what was put aside was taken back to the wall
        _finish(task)
        return task
    task.status, task.person_id = PUT_BACK.after("take", task.status), person_id
    db.session.flush()
    return task


def let_go(warehouse_id: int, person_id: int) -> None:
    """Hand back what is in hand: a colleague goes on. Raises `picking.nothing_in_hand` (409)."""
    task = _mine(warehouse_id, person_id)
    task.status, task.person_id = PUT_BACK.after("hand_back", task.status), None
    db.session.flush()


_CONTENTS = text(
    """
    SELECT b.sku_id, k.code AS sku, k.name, k.picture, b.lot, b.owner_id, b.condition, b.on_hand AS qty,
           k.serial_tracking = 'move' AS asks_serials
    FROM stock_balance b JOIN sku k ON k.id = b.sku_id
    WHERE b.container_id = :container_id AND b.bin_id = :bin_id AND b.on_hand > 0 ORDER BY k.code, b.lot, b.id
    """
)
_HOME = text(
    """
    SELECT l.bin_id FROM pick_line l JOIN bin ON bin.id = l.bin_id
    JOIN stock_hold h ON h.id = l.hold_id JOIN stock_balance a ON a.id = h.balance_id
    WHERE l.order_id = :order_id AND l.sku_id = :sku_id AND bin.kind = ANY(:kinds) AND bin.blocked_reason IS NULL
    ORDER BY l.picked + l.put_back > 0 DESC, (a.lot = :lot) DESC, l.id LIMIT 1
    """
)


def contents(task: PutBack) -> list[Piece]:
    """What is still to be put back, each with its bin: the one it came from, else where new goods would go."""
    rows = db.session.execute(_CONTENTS, {"container_id": task.container_id, "bin_id": task.bin_id}).all()
    return [Piece(**row._mapping, bin_id=_bin_for(task, row)) for row in rows]


def _bin_for(task: PutBack, row: Row[Any]) -> int | None:
    asked = {"order_id": task.order_id, "sku_id": row.sku_id, "lot": row.lot, "kinds": list(PROMISABLE)}
    home = db.session.execute(_HOME, asked).scalar()
    if home is not None and row.condition == "good":
        return int(home)
    return inbound.where_to(
        task.warehouse_id, row.sku_id, row.qty, lot=row.lot, owner_id=row.owner_id, condition=row.condition
    )


def item(warehouse_id: int, person_id: int, code: str) -> Piece:
    """The item that was scanned out of the tote, and where it goes. Nothing moves yet.

    Raises `picking.not_in_tote` (409), `picking.nothing_in_hand` (409), and as `catalog.read` does.
    """
    task = _mine(warehouse_id, person_id)
    return _piece(task, code, "")


def put(
    warehouse_id: int, person_id: int, code: str, bin_code: str, qty: int, *, lot: str = "", serials: Sequence[str] = ()
) -> PutBack:
    """`qty` pieces of the item go into a bin: the one that was told, or any other that takes them.

    With the first piece of an order that was stopped, its work is undone: it cannot be released any more as it was.
    Raises `picking.not_in_tote`, `picking.too_many_back`, `picking.nothing_in_hand`, `picking.not_a_bin.…` and as
    `stock.move` does.
    """
    task = _mine(warehouse_id, person_id)
    begin(task)
    piece = _piece(task, code, lot)
    if not 1 <= qty <= piece.qty:
        raise WmsError("picking.too_many_back", qty=qty, left=piece.qty, sku=piece.sku)
    to_bin = _scanned_bin(warehouse_id, piece, bin_code)
    goods = Goods(
        piece.sku_id, task.bin_id, qty, container_id=task.container_id, lot=piece.lot, owner_id=piece.owner_id,
        condition=piece.condition, serials=_numbers(task, piece, qty, serials),
    )  # fmt: skip
    stock.move(
        warehouse_id, [goods], to_bin, reason="put_back", reference=task.reference, actor_id=person_id
    )  # fmt: skip
    task.put += qty
    if not _left(task):
        _finish(task)
    db.session.flush()
    return task


def begin(task: PutBack) -> None:
    """The first piece goes back: an order that was stopped is undone."""
    if not task.put and task.why == "intercepted":
        give_back(task.warehouse_id, task.order_id)


def give_back(warehouse_id: int, order_id: int) -> None:
    """An order that was stopped is undone, whatever had become of it; any other stays as it is."""
    order = orders.locked(warehouse_id, order_id)
    if not orders.is_intercepted(order) or order.processing == "waiting":
        return
    publish(GoodsGoBack(warehouse_id, order_id))
    withdraw.unpick([order_id], "intercepted")
    waves.leave([order_id])
    orders.undo_work(order)


def undo(warehouse_id: int, order_id: int) -> Order:
    """A stopped order is released again: its goods stay where they are. Returns the order, locked.

    Raises `picking.put_back_begun` (409) once a piece is back and others are still to follow.
    """
    query = select(PutBack).where(
        PutBack.order_id == order_id, PutBack.status.in_(ACTIVE), PutBack.why == "intercepted"
    )
    active = list(db.session.execute(query.order_by(PutBack.id).with_for_update()).scalars())
    order = orders.locked(warehouse_id, order_id)
    for task in active:
        if order.processing == "waiting":
            raise WmsError("picking.put_back_begun", tote=_code(task.container_id))
        task.status, task.person_id, task.ended_at = PUT_BACK.after("undo", task.status), None, now()
    db.session.flush()
    return order


def _finish(task: PutBack) -> None:
    task.status, task.person_id, task.ended_at = PUT_BACK.after("finish", task.status), None, now()
    db.session.flush()
    publish(PutBackDone(task.warehouse_id, task.id))


def _left(task: PutBack) -> bool:
    here = {"container_id": task.container_id, "bin_id": task.bin_id}
    return db.session.execute(_CONTENTS, here).first() is not None


def _mine(warehouse_id: int, person_id: int) -> PutBack:
    query = select(PutBack).where(
        PutBack.warehouse_id == warehouse_id, PutBack.person_id == person_id, PutBack.status == "taken"
    )
    query = query.order_by(PutBack.id).limit(1).with_for_update().execution_options(populate_existing=True)
    task = db.session.execute(query).scalar_one_or_none()
    if task is None:
        raise WmsError("picking.nothing_in_hand", next="putback_none")
    return task


def _piece(task: PutBack, code: str, lot: str) -> Piece:
    seen = catalog.read(code, task.warehouse_id, "sku", "pack", "serial")
    said = lot or seen.lot
    inside = [piece for piece in contents(task) if piece.sku_id == seen.sku_id]
    fitting = [piece for piece in inside if said in ("", piece.lot)]
    if not fitting:
        raise WmsError("picking.not_in_tote", item=seen.found.code if seen.found else clean(code),
                       tote=_code(task.container_id))  # fmt: skip
    return fitting[0]


def _scanned_bin(warehouse_id: int, piece: Piece, code: str) -> int:
    if piece.bin_id is not None and layout.by_digits(warehouse_id, piece.bin_id, code):
        return piece.bin_id
    return catalog.resolve(code, warehouse_id, "bin").id


def _numbers(task: PutBack, piece: Piece, qty: int, scanned: Sequence[str]) -> tuple[str, ...]:
    """The numbers of the pieces, where they are tracked at every move; all of the tote's need not be scanned."""
    if not piece.asks_serials:
        return ()
    labels = [(catalog.label_of(code), clean(code)) for code in scanned]
    if labels:
        return tuple(label.serial if label and label.serial else code for label, code in labels)
    inside = [code for code, lot in stock.serials_in(task.container_id, piece.sku_id).items() if lot == piece.lot]
    return tuple(inside) if len(inside) == qty else ()


def sku_barcodes(sku_id: int) -> list[str]:
    """The codes by which a terminal knows an item."""
    return list(db.session.execute(_BARCODES, {"sku_id": sku_id}).scalars())


_BARCODES = text("SELECT code FROM barcode WHERE sku_id = :sku_id AND packaging_id IS NULL ORDER BY id")


def _code(container_id: int) -> str:
    return str(db.session.execute(text("SELECT code FROM container WHERE id = :id"), {"id": container_id}).scalar())


def _name(person_id: int) -> str:
    return str(db.session.execute(text("SELECT name FROM person WHERE id = :id"), {"id": person_id}).scalar() or "–")


