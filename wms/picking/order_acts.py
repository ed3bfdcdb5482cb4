"""Stopping many orders wherever they are, letting them go on, and cancelling them."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import text

from wms.core.db import db
from wms.core.fields import Filled
from wms.orders import service as orders
from wms.orders.models import Order
from wms.orders.service import Action, Doing, Outcome, cannot
from wms.picking import intercepting, withdraw

OFFICE = "clerk supervisor"
# A release that is under way ends first; then tasks are locked, and only then the orders.
_PLANNED = text(
    """
    SELECT w.id FROM wave w WHERE w.status = 'planned' AND w.id IN (
        SELECT m.wave_id FROM wave_order m WHERE m.order_id = ANY(:order_ids) AND m.active
    ) ORDER BY w.id FOR UPDATE
    """
)


class Why(Schema):
    why = fields.String(
        required=True, validate=[validate.Length(1, 200), Filled], metadata={"label": "orders.act_field.why"}
    )


def _tasks_first(doing: Doing, order_ids: Sequence[int]) -> None:
    asked: dict[str, Any] = {"warehouse_id": doing.warehouse_id, "order_ids": list(order_ids)}
    db.session.execute(_PLANNED, asked)
    db.session.execute(withdraw._TASKS, asked)


# ---- hold, and let on

def _may_hold(doing: Doing, order: Order) -> Outcome | None:
    if order.shipping != "unshipped":
        return cannot("orders.act_shipped")
    if orders.is_intercepted(order):
        return cannot("orders.act_stopped")
    return cannot("orders.act_cancelled") if order.confirmation == "cancelled" else None


def _hold(doing: Doing, going: Sequence[Order]) -> Mapping[int, Outcome]:
    return {order.id: _held(doing, order, "hold") for order in going}


def _held(doing: Doing, order: Order, wanted: str) -> Outcome:
    floor = order.processing not in ("waiting", "packed")
    intercepting.intercept(
        doing.warehouse_id, order.id, wanted=wanted, why=doing.options["why"], by=doing.by, by_id=doing.person_id
    )
    code = "orders.act_stops" if order.processing == "waiting" and not floor else "orders.act_stops_at_scan"
    said = {"why": doing.options["why"]}
    return Outcome(code, said, kept={"stopped": True}, history="hold")


def _let_on_again(doing: Doing, going: Sequence[tuple[Order, Mapping[str, Any]]]) -> Mapping[int, Outcome]:
    return {order.id: _goes_on(doing, order, "orders.taken_back") for order, _ in going}


def _may_let_on(doing: Doing, order: Order) -> Outcome | None:
    return None if orders.is_intercepted(order) else cannot("orders.act_not_stopped")


def _let_on(doing: Doing, going: Sequence[Order]) -> Mapping[int, Outcome]:
    return {order.id: _goes_on(doing, order, "orders.act_goes_on") for order in going}


def _goes_on(doing: Doing, order: Order, code: str) -> Outcome:
    found = intercepting.let_on(doing.warehouse_id, order.id)
    if found.confirmation == "held":
        return Outcome("orders.act_stays_held_after", reason=found.hold_reason or "")
    return Outcome(code)


orders.add_action(
    Action(
        "hold", OFFICE, _hold, check=_may_hold, schema=Why, undo=_let_on_again, first=_tasks_first, at_once=50,
        icon="cross", place=20,
    )
)  # fmt: skip
orders.add_action(
    Action("let_on", OFFICE, _let_on, check=_may_let_on, first=_tasks_first, at_once=50, icon="next", place=21)
)


# ---- cancel

def _may_cancel(doing: Doing, order: Order) -> Outcome | None:
    """What is packed is stopped by itself, one by one: somebody has to unpack it."""
    if order.shipping != "unshipped":
        return cannot("orders.act_shipped")
    if order.confirmation == "cancelled":
        return cannot("orders.act_cancelled")
    if order.confirmation not in ("unconfirmed", "held", "confirmed"):
        return cannot("orders.act_other_state", state=[{"say": "orders.act_merged"}])
    return cannot("orders.act_packed") if order.processing == "packed" else None


def _cancel(doing: Doing, going: Sequence[Order]) -> Mapping[int, Outcome]:
    """What waits is cancelled at once; what is in work is stopped at its next scan, and cancelled as its goods go
    back."""
    waiting = [order.id for order in going if order.processing == "waiting"]
    if waiting:
        orders.cancel(waiting)
    said = {"why": doing.options["why"]}
    found = {id: Outcome("orders.act_cancels", said, kept={"cancelled": True}) for id in waiting}
    return {**found, **{order.id: _stopped(doing, order) for order in going if order.id not in found}}


def _stopped(doing: Doing, order: Order) -> Outcome:
    if orders.is_intercepted(order):
        orders.want_instead(order, "cancel")
        return Outcome("orders.act_cancels_after", {"why": doing.options["why"]})
    outcome = _held(doing, order, "cancel")
    db.session.refresh(order)
    at_once = order.confirmation == "cancelled"
    code = "orders.act_cancels" if at_once else "orders.act_cancels_after"
    return Outcome(code, outcome.params, kept={"cancelled" if at_once else "stopped": True})


def _reopen(doing: Doing, going: Sequence[tuple[Order, Mapping[str, Any]]]) -> Mapping[int, Outcome]:
    """What was cancelled is audited again; what was stopped goes on, where its goods are not back yet."""
    found: dict[int, Outcome] = {}
    cancelled = []
    for order, _ in going:
        if order.confirmation == "cancelled" and order.refund == "none" and order.shipping == "unshipped":
            cancelled.append(order.id)
        elif orders.is_intercepted(order):
            found[order.id] = _goes_on(doing, order, "orders.taken_back")
        else:
            found[order.id] = cannot("orders.changed_since")
    held = orders.reopen(cancelled)
    for id in cancelled:
        reason = held.get(id, "")
        code = "orders.act_stays_held_after" if reason else "orders.taken_back"
        found[id] = Outcome(code, reason=reason)
    return found


orders.add_action(
    Action(
        "cancel", OFFICE, _cancel, check=_may_cancel, schema=Why, undo=_reopen, first=_tasks_first, icon="cross",
        danger=True, place=30,
    )
)  # fmt: skip
