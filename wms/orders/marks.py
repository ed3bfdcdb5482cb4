"""The steps of an order. Each is one conditional UPDATE for all orders at once, and raises when one cannot take it."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CursorResult,
    Executable,
    Text,
    any_,
    bindparam,
    cast,
    select,
    text,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lifecycle import Lifecycle
from wms.orders.events import OrderCancelled, OrdersMoved
from wms.orders.lifecycle import CONFIRMATION, PROCESSING, REFUND, SHIPPING
from wms.orders.merging import part
from wms.orders.models import Order, OrderLine
from wms.stock import service as stock


def mark_waved(order_ids: Sequence[int]) -> None:
    """Waiting orders go into a wave. Raises `core.illegal_move` when one is not confirmed or not waiting."""
    _take(_WAVE, order_ids)


def mark_unwaved(order_ids: Sequence[int]) -> None:
    """Orders leave their wave and wait again."""
    _take(_UNWAVE, order_ids)


def mark_undone(order_ids: Sequence[int]) -> None:
    """Orders leave their wave however far they were: what was picked of them goes back, and they wait again."""
    _take(_UNDO, order_ids)


def mark_started(order_id: int) -> None:
    """The first pick of an order."""
    _take(_START, [order_id])


def mark_many_started(order_ids: Sequence[int]) -> None:
    """The first pieces of several orders, picked together."""
    _take(_START, order_ids)


def mark_many_picked(order_ids: Sequence[int]) -> None:
    """All that will be sent of several orders is picked."""
    _take(_PICK, order_ids)


def mark_put_back(order_id: int) -> None:
    """The last piece of a picked order was taken out again: it is not complete yet."""
    _take(_PUT_BACK, [order_id])


def mark_short(order_id: int, reason: str) -> None:
    """Pieces of an order are missing: it waits for a supervisor. `reason` is shown to them."""
    _take(_SHORT, [order_id], reason=reason)


def mark_short_besides(order_id: int) -> None:
    """Pieces of an order that was stopped for a reason of its own are missing too; that reason stays."""
    _take(_SHORT_BESIDES, [order_id])


def mark_again(order_id: int) -> None:
    """The missing pieces of a short order are picked from other bins."""
    _take(_AGAIN, [order_id])


def mark_picked(order_id: int) -> None:
    """All that will be sent of an order lies in its tote."""
    _take(_PICK, [order_id])


def mark_packed(order_id: int) -> None:
    """The order's parcel is closed."""
    _take(_PACK, [order_id])


def mark_shipped(order_ids: Sequence[int]) -> list[int]:
    """The carrier has these orders, and those that travel with them; returns the ids of all. Raises
    `core.illegal_move` when one is not packed."""
    _take(_SHIP, order_ids)
    return sorted({*order_ids, *_ship_companions(order_ids)})


def cancel(order_ids: Sequence[int], *, refunded: bool = False) -> None:
    """Orders that nobody works on will not be sent; what was promised to them is free again.

    One that travels with others goes alone first. Raises `core.illegal_move` (409) when one is in a wave or beyond, or
    cancelled already.
    """
    part(order_ids)
    _take(_CANCEL_REFUNDED if refunded else _CANCEL, order_ids)
    lines = select(OrderLine.id).where(among(OrderLine.order_id, order_ids))
    stock.release_promises(list(db.session.execute(lines).scalars()))
    rows = db.session.execute(select(Order.id, Order.warehouse_id).where(among(Order.id, order_ids)))
    for row in rows:
        publish(OrderCancelled(row.warehouse_id, row.id))


_COMPANIONS = text(
    f"""
    WITH locked AS (SELECT id FROM sales_order WHERE merged_into_id = ANY(:ids) ORDER BY id FOR UPDATE)
    UPDATE sales_order o SET processing = '{PROCESSING.moves["pack"][1]}', shipping = '{SHIPPING.moves["ship"][1]}'
    FROM locked WHERE o.id = locked.id RETURNING o.id, o.warehouse_id
    """  # noqa: S608 - the statuses are constants
)


def _ship_companions(order_ids: Sequence[int]) -> list[int]:
    """Orders that travel with others leave with them; returns their ids."""
    gone = db.session.execute(_COMPANIONS, {"ids": sorted(set(order_ids))}).all()
    for warehouse_id in {row.warehouse_id for row in gone}:
        moved = tuple(row.id for row in gone if row.warehouse_id == warehouse_id)
        publish(OrdersMoved(warehouse_id, moved, "ship"))
    return [row.id for row in gone]


def mark_reopened(order_ids: Sequence[int]) -> None:
    """Orders that were cancelled by mistake are to be audited anew. Raises `core.illegal_move` for any other."""
    _take(_REOPEN, order_ids)


def drop(pieces: Mapping[int, int]) -> None:
    """These pieces (order line id → quantity) will not be sent; as many that were promised are free again.

    The lines are of one warehouse. Raises `orders.too_many_dropped` (409) when a line has not so many left.
    """
    for line_id, qty in sorted(pieces.items()):
        dropped = update(OrderLine).where(OrderLine.id == line_id, OrderLine.qty - OrderLine.dropped >= qty)
        if qty < 1 or _rows(db.session.execute(dropped.values(dropped=OrderLine.dropped + qty))) != 1:
            raise WmsError("orders.too_many_dropped", qty=qty)
    # All lines at once: line by line, two orders of the same goods would lock their levels crosswise.
    stock.lower_promises(pieces)


@dataclass(frozen=True)
class _Step:
    """One action on one axis of an order, with its statement: made once, because the scans' hot paths take steps."""

    life: Lifecycle
    axis: InstrumentedAttribute[str]
    action: str
    statement: Executable


def _step(
    life: Lifecycle, axis: InstrumentedAttribute[str], action: str, *fit: ColumnElement[bool], **values: Any
) -> _Step:
    """`fit`: what must hold besides; `values`: what else is set."""
    sources, target = life.moves[action]
    ids = cast(bindparam("ids", type_=ARRAY(BigInteger)), ARRAY(BigInteger))
    locked = select(Order.id).where(Order.id == any_(ids)).order_by(Order.id).with_for_update().cte("locked")
    marked = update(Order).where(Order.id == locked.c.id, axis.in_(sorted(sources)), *fit)
    statement = marked.values({axis.key: target, **values}).returning(Order.id, Order.warehouse_id)
    return _Step(life, axis, action, statement.execution_options(synchronize_session="fetch"))


_NO_REASON: dict[str, Any] = {"hold_reason": None, "hold_params": None}
_WAVE = _step(
    PROCESSING, Order.processing, "wave", Order.confirmation == "confirmed", Order.refund == "none"
)  # fmt: skip
_UNWAVE = _step(PROCESSING, Order.processing, "unwave", **_NO_REASON)
_UNDO = _step(PROCESSING, Order.processing, "undo", **_NO_REASON)
_START = _step(PROCESSING, Order.processing, "start")
_SHORT = _step(
    PROCESSING, Order.processing, "short", hold_reason=bindparam("reason", type_=Text), hold_params=None
)  # fmt: skip
_SHORT_BESIDES = _step(PROCESSING, Order.processing, "short")
_AGAIN = _step(PROCESSING, Order.processing, "again", **_NO_REASON)
_PICK = _step(PROCESSING, Order.processing, "pick", **_NO_REASON)
_PUT_BACK = _step(PROCESSING, Order.processing, "put_back")
_PACK = _step(PROCESSING, Order.processing, "pack")
_SHIP = _step(SHIPPING, Order.shipping, "ship", Order.processing == "packed")
_UNTOUCHED = Order.processing == PROCESSING.initial
_CANCEL = _step(CONFIRMATION, Order.confirmation, "cancel", _UNTOUCHED, **_NO_REASON)
_REOPEN = _step(
    CONFIRMATION, Order.confirmation, "reopen", _UNTOUCHED, Order.refund == "none",
    Order.hold_reason.is_distinct_from("joined"),  # a part whose lines are with its order again
)  # fmt: skip
_CANCEL_REFUNDED = _step(
    CONFIRMATION, Order.confirmation, "cancel", _UNTOUCHED, refund=REFUND.moves["refund"][1], **_NO_REASON
)


def _take(step: _Step, order_ids: Iterable[int], **values: Any) -> None:
    """Take one step with all of these orders, or raise: one conditional UPDATE, its rows locked by id."""
    ids = sorted(set(order_ids))
    if not ids:
        return
    done = db.session.execute(step.statement, {"ids": ids, **values}).all()
    left = sorted(set(ids) - {row.id for row in done})
    if left:
        raise not_movable(step.life, step.axis, step.action, left[0])
    for warehouse_id in {row.warehouse_id for row in done}:
        moved = tuple(row.id for row in done if row.warehouse_id == warehouse_id)
        publish(OrdersMoved(warehouse_id, moved, step.action))


def not_movable(life: Lifecycle, axis: InstrumentedAttribute[str], action: str, order_id: int) -> WmsError:
    """The refusal that says why an order cannot take a step."""
    order = db.session.execute(
        select(Order.number, Order.confirmation, Order.processing, Order.refund, axis.label("here"))
        .where(Order.id == order_id)
    ).one_or_none()  # fmt: skip
    if order is None:
        return WmsError("core.not_found", thing="order", key=order_id)
    fits = order.here in life.moves[action][0]  # then it is another axis that stands against it
    status = f"{order.confirmation}, {order.processing}, {order.refund}" if fits else order.here
    return WmsError("core.illegal_move", thing=f"{life.thing} {order.number}", action=action, status=status)


def _rows(result: object) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
