"""Stopping an order on its way (拦截), and letting it wait again: the one place that says whether it may go on."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.prepared import Prepared, execute
from wms.orders.audit import audit
from wms.orders.events import OrdersMoved
from wms.orders.lifecycle import CONFIRMATION, REFUND
from wms.orders.marks import cancel, mark_reopened, mark_undone
from wms.orders.merging import part
from wms.orders.models import Order, OrderLine
from wms.stock import service as stock

INTERCEPTED = "intercepted"  # the reason of a hold that only `let_on` ends, no audit
REPICK = "repick"
WANTED = ("hold", "cancel", "refund")
GONE = ("cancel", "refund")  # what ends with the order cancelled


@dataclass(frozen=True)
class Stopped:
    """An order that must not go on. `reason` is in the words of who stopped it, else the name of the axis' state."""

    order_id: int
    number: str
    reason: str


_ASKED = Prepared(
    "order_stopped",
    "SELECT id, number, confirmation, refund, hold_reason, hold_params FROM sales_order WHERE id = :order_id",
)


def stopped(order_id: int) -> Stopped | None:
    """Whether an order was stopped: held, cancelled or to be refunded; None when it may go on.

    Every scan of its goods asks this: at the put wall, at the packing station, at the scale, at the truck.
    """
    [order] = execute(_ASKED, {"order_id": order_id})
    return stopped_by(order)


_OWED = Prepared(
    "order_owed",
    "SELECT number, total - paid - cod AS owed, currency FROM sales_order "
    "WHERE id = :order_id AND ahead AND payment <> 'paid'",
)


def check_may_leave(order_id: int) -> None:
    """Raises `orders.balance_owed` (409) for what was prepared before its balance was paid, until it is."""
    for row in execute(_OWED, {"order_id": order_id}):
        raise WmsError("orders.balance_owed", order=row.number, owed=str(row.owed), currency=row.currency)


def stopped_by(order: Any) -> Stopped | None:
    """As `stopped`, of an order that was just `locked`."""
    if order.confirmation != "confirmed":
        said = (order.hold_params or {}).get("why") if order.hold_reason == INTERCEPTED else None
        return Stopped(order.id, order.number, said or order.hold_reason or order.confirmation)
    return Stopped(order.id, order.number, f"refund {order.refund}") if order.refund != "none" else None


def locked(warehouse_id: int, order_id: int) -> Order:
    """The order, its row locked and read anew. Raises `core.not_found`."""
    wanted = select(Order).where(Order.id == order_id, Order.warehouse_id == warehouse_id).with_for_update()
    order = db.session.execute(wanted.execution_options(populate_existing=True)).scalar_one_or_none()
    if order is None:
        raise WmsError("core.not_found", thing="order", key=order_id)
    return order


def stop(order: Order, *, wanted: str, why: str, by: str) -> None:
    """Hold a locked order until somebody lets it go on, or its goods are back and it is cancelled.

    `wanted`: hold, cancel or refund (WANTED). Raises `orders.too_late` (409) for one that is shipped,
    `orders.already_stopped` (409) and `orders.cancelled_already` (409).
    """
    check_stoppable(order)
    was = {"was": order.confirmation, "was_reason": order.hold_reason, "was_params": order.hold_params}
    order.confirmation = CONFIRMATION.after("hold", order.confirmation)
    order.hold_reason = INTERCEPTED
    order.hold_params = {"why": why, "wanted": wanted, "by": by, "at": now().isoformat(), **was}
    if wanted == "refund" and order.refund == "none":
        order.refund = REFUND.after("ask", order.refund)
    _tell(order, "intercept")


def check_stoppable(order: Order) -> None:
    """Raises as `stop` does, when the order cannot be stopped any more."""
    if order.shipping != "unshipped":
        raise WmsError("orders.too_late", order=order.number)
    if order.hold_reason == INTERCEPTED:
        raise WmsError("orders.already_stopped", order=order.number)
    if order.confirmation == "cancelled":
        raise WmsError("orders.cancelled_already", order=order.number)


def want_instead(order: Order, wanted: str) -> None:
    """Something else is wanted of a locked order that was stopped: it was to be held, and is cancelled now.

    Raises `orders.not_stopped` (409).
    """
    if not is_intercepted(order):
        raise WmsError("orders.not_stopped", order=order.number)
    order.hold_params = {**(order.hold_params or {}), "wanted": wanted}
    if wanted == "refund" and order.refund == "none":
        order.refund = REFUND.after("ask", order.refund)
    db.session.flush()


def is_intercepted(order: Order) -> bool:
    """Whether somebody stopped the order on its way."""
    return order.confirmation == "held" and order.hold_reason == INTERCEPTED


def let_on(order: Order) -> None:
    """A locked order that was stopped goes on as if it had not been: confirmed where it was, else audited again.

    Raises `orders.not_stopped` (409).
    """
    if not is_intercepted(order):
        raise WmsError("orders.not_stopped", order=order.number)
    params = order.hold_params or {}
    if params.get("wanted") == "refund" and order.refund == "asked":
        order.refund = REFUND.after("withdraw", order.refund)
    confirmed = params.get("was") == "confirmed"
    order.hold_reason, order.hold_params = params.get("was_reason"), params.get("was_params")
    for other in _travelling(order.id):
        _let_go_on(other)
    if confirmed:
        order.confirmation = CONFIRMATION.after("confirm", order.confirmation)
    _tell(order, "let_on")
    if not confirmed:
        audit([order.id])


def undo_work(order: Order) -> None:
    """The goods of a locked order that was stopped go back: it is as it was before its wave, and cancelled where that
    was wanted. What was promised to it is free."""
    params = dict(order.hold_params or {})
    _unpromise([order.id])
    mark_undone([order.id])
    db.session.refresh(order)
    order.hold_reason, order.hold_params = INTERCEPTED, {**params, "was": "unconfirmed", "was_reason": None}
    db.session.flush()
    if params.get("of"):
        _part_stopped(order)
    elif params.get("wanted") in GONE:
        cancel_stopped(order)


def cancel_stopped(order: Order) -> None:
    """A stopped order that waits is cancelled, as was wanted of it. What was promised to it is free."""
    db.session.flush()
    cancel([order.id])
    db.session.refresh(order)


# ---- orders that travel with others

def stop_on_the_way(order: Order, *, wanted: str, why: str, by: str) -> bool:
    """A locked order that travels with others is to be stopped: it goes alone where it can, and False is returned.

    Where its parcel is begun, the order that the floor has in hand is held for it, and True is returned: once its goods
    are back, the orders part, and what was wanted of this one is done.
    """
    if order.merged_into_id is None and not order.companions:
        return False
    part([order.id])
    db.session.refresh(order)
    if order.merged_into_id is None:
        return False
    leader = locked(order.warehouse_id, order.merged_into_id)
    if not is_intercepted(leader):
        check_stoppable(leader)
    if wanted == "refund" and order.refund == "none":
        order.refund = REFUND.after("ask", order.refund)
    order.hold_reason = INTERCEPTED
    order.hold_params = {"why": why, "wanted": wanted, "by": by, "at": now().isoformat()}
    if not is_intercepted(leader):
        stop(leader, wanted="hold", why=why, by=by)
    params = leader.hold_params or {}
    leader.hold_params = {**params, "of": sorted({*params.get("of", []), order.id})}
    db.session.flush()
    return True


def let_on_the_way(order: Order) -> int | None:
    """What `stop_on_the_way` stopped may go on. Returns the id of the order in whose parcel it is, when that was
    stopped for no other and is to be let on too."""
    if order.merged_into_id is None or order.hold_reason != INTERCEPTED:
        return None
    _let_go_on(order)
    leader = locked(order.warehouse_id, order.merged_into_id)
    params = leader.hold_params or {}
    if is_intercepted(leader) and order.id in params.get("of", []):
        leader.hold_params = {**params, "of": [id for id in params["of"] if id != order.id]}
        db.session.flush()
        return None if leader.hold_params["of"] else leader.id
    return None


def _travelling(leader_id: int) -> Sequence[Order]:
    """The orders that travel with this one, locked."""
    wanted = select(Order).where(Order.merged_into_id == leader_id).order_by(Order.id).with_for_update()
    return db.session.execute(wanted.execution_options(populate_existing=True)).scalars().all()


def _let_go_on(order: Order) -> None:
    params = order.hold_params or {}
    if params.get("wanted") == "refund" and order.refund == "asked":
        order.refund = REFUND.after("withdraw", order.refund)
    order.hold_reason = order.hold_params = None
    db.session.flush()


def _part_stopped(leader: Order) -> None:
    """The goods of an order are back that was held for others: they part, those are cancelled, it is audited again."""
    gone = [other.id for other in _travelling(leader.id) if (other.hold_params or {}).get("wanted") in GONE]
    leader.hold_reason = REPICK
    db.session.flush()
    part([leader.id])
    cancel(gone)
    audit([leader.id], papers=False)
    db.session.refresh(leader)


def reopen(order_ids: Sequence[int]) -> dict[int, str]:
    """Orders that were cancelled by mistake are audited again. Returns why those are held that are, by order id.

    Raises `core.illegal_move` (409) for one that is not cancelled, or is refunded.
    """
    if not order_ids:
        return {}
    mark_reopened(order_ids)
    return {id: problems[0].code for id, problems in audit(order_ids).held.items()}


def wait_again(order_ids: Sequence[int], touched: Iterable[int]) -> None:
    """Orders leave their wave and wait for another. Of those that are `touched` pieces were picked already, and go
    back: their stock is promised anew, of what is free now, or they are held until it is."""
    again = sorted(set(touched))
    mark_undone(order_ids)
    if not again:
        return
    _unpromise(again)
    db.session.execute(
        update(Order)
        .where(among(Order.id, again), Order.confirmation == "confirmed")
        .values(confirmation=CONFIRMATION.after("hold", "confirmed"), hold_reason=REPICK, hold_params=None)
    )
    audit(again, papers=False)


def _unpromise(order_ids: Sequence[int]) -> None:
    lines = select(OrderLine.id).where(among(OrderLine.order_id, order_ids))
    stock.release_promises(list(db.session.execute(lines).scalars()))


def _tell(order: Order, action: str) -> None:
    db.session.flush()
    publish(OrdersMoved(order.warehouse_id, (order.id,), action))


def shown(order: Order) -> dict[str, Any]:
    """What clients are told of an order that was stopped or let go on."""
    params = order.hold_params or {}
    return {
        "id": order.id, "number": order.number, "confirmation": order.confirmation, "processing": order.processing,
        "refund": order.refund, "stopped": is_intercepted(order), "why": params.get("why"),
        "wanted": params.get("wanted"),
    }  # fmt: skip
