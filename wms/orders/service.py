"""The verbs of the orders room."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, literal_column, select
from sqlalchemy.orm import joinedload, selectinload

from wms.core.catalogue import messages, text
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.core.resolve import Parameter, found, resolver
from wms.orders.actions import Action, Doing, Outcome, cannot
from wms.orders.actions import add as add_action
from wms.orders.audit import Audited, audit
from wms.orders.auditing.blacklist import reasons as blacklisted
from wms.orders.bulk import setting
from wms.orders.carriers import NO_CARRIER, free_carriers, hold_without_carrier, put_carriers
from wms.orders.editing import choose, edit, edit_preview, edited, shop_word, undo_edit
from wms.orders.finding import finds_orders
from wms.orders.gifts import put_gift_note
from wms.orders.history import history, note
from wms.orders.intake import Draft, DraftLine, Taken, known, take
from wms.orders.marks import (
    cancel,
    drop,
    mark_again,
    mark_many_picked,
    mark_many_started,
    mark_packed,
    mark_picked,
    mark_put_back,
    mark_shipped,
    mark_short,
    mark_short_besides,
    mark_started,
    mark_undone,
    mark_unwaved,
    mark_waved,
)
from wms.orders.merge_rules import own_key
from wms.orders.merging import (
    merge,
    merge_by_itself,
    merge_preview,
    parcel_of,
    part,
    promise_again,
    recall,
    suggestions,
    unmerge,
)
from wms.orders.models import STATE_SQL, Order, Shop
from wms.orders.moving import move_order, whereabouts
from wms.orders.picks import MARKED, check_marked
from wms.orders.places.judging import veiled
from wms.orders.readdressing import may_readdress, told_recipient
from wms.orders.routing import Asked, judge, warehouses_of
from wms.orders.routing_rules import Judged
from wms.orders.rules import TRADE_STATUS, Axes, eight_state, trade_status
from wms.orders.settings import order_setting, put_order_setting
from wms.orders.shops import add_shop, change_shop, shops
from wms.orders.splitting import SplitUp, editable, family, parts_of, proposed, split, split_preview, unsplit
from wms.orders.stopping import (
    INTERCEPTED,
    Stopped,
    cancel_stopped,
    check_may_leave,
    check_stoppable,
    is_intercepted,
    let_on,
    let_on_the_way,
    locked,
    reopen,
    stop,
    stop_on_the_way,
    stopped,
    stopped_by,
    undo_work,
    wait_again,
    want_instead,
)
from wms.orders.stopping import shown as stopped_shown
from wms.orders.told import ToldOf, own_lines, split_from, told_of, with_companions
from wms.orders.wants import wants_of

__all__ = [
    "INTERCEPTED", "MARKED", "NO_CARRIER", "TRADE_STATUS", "Action", "Asked", "Audited", "Axes", "Doing", "Draft",
    "DraftLine", "Judged", "Outcome", "Ready", "ReadyFilter", "ReadyLine", "SplitUp", "Stopped", "Taken", "ToldOf",
    "add_action", "add_shop", "audit", "audit_one", "axes_of", "blacklisted", "cancel", "cancel_stopped", "cannot",
    "change_shop", "check_marked", "check_may_leave", "check_stoppable", "choose", "drop", "edit", "edit_preview",
    "editable", "edited", "eight_state", "family", "finds_orders", "free_carriers", "get", "held", "history",
    "hold_without_carrier", "is_intercepted", "judge", "let_on", "let_on_the_way", "locked", "mark_again",
    "mark_many_picked", "mark_many_started", "mark_packed", "mark_picked", "mark_put_back", "mark_shipped",
    "mark_short", "mark_short_besides", "mark_started", "mark_undone", "mark_unwaved", "mark_waved", "may_readdress",
    "merge", "merge_by_itself", "merge_preview", "move_order", "note", "order_setting", "own_key", "own_lines",
    "parcel_of", "part", "parts_of", "promise_again", "proposed", "put_carriers", "put_gift_note", "put_order_setting",
    "ready", "recall", "reopen", "setting", "shop_word", "shops", "split", "split_from", "split_preview",
    "state_column", "stop", "stop_on_the_way", "stopped", "stopped_by", "stopped_shown", "suggestions", "take",
    "take_one", "told_of", "told_recipient", "trade_status", "undo_edit", "undo_work", "unmerge", "unsplit", "veiled",
    "wait_again", "want_instead", "wants_of", "warehouses_of", "whereabouts", "with_companions",
]  # fmt: skip


@resolver("order")
def _orders(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    return (
        found("order", Order.id, Order.number, Shop.code + " " + Order.number)
        .join(Shop, Shop.id == Order.shop_id)
        .where(Order.warehouse_id == warehouse_id, Order.number == code)
    )


# ---- reading

@dataclass(frozen=True)
class ReadyFilter:
    """Which orders to take: None takes all."""

    carrier: str | None = None
    shop: str | None = None
    promised_before: datetime | None = None
    max_orders: int | None = None


@dataclass(frozen=True)
class ReadyLine:
    """`qty` pieces of a SKU that are to be picked for an order line."""

    order_line_id: int
    sku_id: int
    qty: int


@dataclass(frozen=True)
class Ready:
    """A confirmed order that waits to be picked."""

    id: int
    number: str
    shop: str
    carrier: str
    promised_at: datetime
    lines: tuple[ReadyLine, ...]


def get(order_id: int, warehouse_id: int | None = None) -> Order:
    """The order with its shop and lines, as it is now. Raises `core.not_found`, also for another warehouse's."""
    order = db.session.execute(
        select(Order)
        .where(Order.id == order_id)
        .options(joinedload(Order.shop), selectinload(Order.lines))
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if order is None or warehouse_id not in (None, order.warehouse_id):
        raise WmsError("core.not_found", thing="order", key=order_id)
    return order


def ready(warehouse_id: int, wanted: ReadyFilter = ReadyFilter()) -> list[Ready]:
    """Confirmed orders that wait, with their lines, earliest promise first."""
    query = (
        select(Order)
        .join(Order.shop)
        .where(Order.warehouse_id == warehouse_id, Order.confirmation == "confirmed", Order.processing == "waiting")
        .where(Order.refund == "none")
        .options(joinedload(Order.shop), selectinload(Order.lines))
        .order_by(Order.promised_at, Order.id)
        .limit(wanted.max_orders)
    )
    if wanted.carrier:
        query = query.where(Order.carrier == wanted.carrier)
    if wanted.shop:
        query = query.where(Shop.code == wanted.shop)
    if wanted.promised_before:
        query = query.where(Order.promised_at < wanted.promised_before)
    return [_ready(order) for order in db.session.execute(query).scalars()]


def _ready(order: Order) -> Ready:
    lines = (ReadyLine(line.id, line.sku_id, line.qty - line.dropped) for line in order.lines if not line.exploded)
    to_pick = tuple(line for line in lines if line.qty)
    return Ready(order.id, order.number, order.shop.code, order.carrier, order.promised_at, to_pick)


def axes_of(order: Order) -> Axes:
    """Where the order stands on each axis."""
    return Axes(**{each.name: getattr(order, each.name) for each in fields(Axes)})


def state_column() -> ColumnElement[str]:
    """The eight-state name as SQL, from the same table that `rules.eight_state` reads."""
    return literal_column(STATE_SQL, Text)


def held(warehouse_id: int, reason: str | None = None, limit: int = 10_000) -> list[int]:
    """Ids of held orders, first placed first; those held for one reason when it is given."""
    query = select(Order.id).where(Order.warehouse_id == warehouse_id, Order.confirmation == "held")
    if reason:
        query = query.where(Order.hold_reason == reason)
    return list(db.session.execute(query.order_by(Order.placed_at, Order.id).limit(limit)).scalars())


def hold_text(reason: str | None, params: Mapping[str, Any] | None, locale: str) -> str | None:
    """A reason of our audit in words; None for any other."""
    told = dict(params or {})
    code = "orders.address_read" if reason == "address_incomplete" and "read" in told else f"orders.{reason}"
    if code not in messages():
        return None
    if "missing" in told:
        told["missing"] = ", ".join(text(f"orders.field.{name}", locale) for name in told["missing"].split(", "))
    return text(code, locale, **told)


# ---- changing

def take_one(warehouse_id: int, draft: Draft) -> tuple[int, bool]:
    """Take one order in and audit it; returns (its id, whether it is new).

    The same order again is left as it is. Raises `orders.number_taken` (409) when another order has its
    shop and number, `orders.other_warehouse` (409) when another warehouse has it, and the code of `take`'s
    refusal otherwise.
    """
    lock(f"order.take {draft.shop} {draft.number}", 0)  # the same order twice at once: the second finds the first
    if known([draft])[0]:
        house, order_id, digest, shop_id = db.session.execute(
            select(Order.warehouse_id, Order.id, Order.source_hash, Order.shop_id)
            .join(Order.shop)
            .where(Shop.code == draft.shop, Order.number == draft.number)
        ).one()
        if house not in (warehouse_id, *warehouses_of(shop_id)):
            raise WmsError("orders.other_warehouse", number=draft.number)
        if bytes(digest) != draft.digest():
            raise WmsError("orders.number_taken", shop=draft.shop, number=draft.number)
        return order_id, False
    taken = take(warehouse_id, [draft])
    for refused in taken.refused.get(0, []):
        raise WmsError(refused.code, **refused.params)
    return taken.created[0], True


def audit_one(warehouse_id: int, order_id: int) -> Order:
    """Audit one order and return it as it is then. Raises `core.not_found`, `orders.nothing_to_audit` (409)."""
    order = get(order_id, warehouse_id)
    if audit([order_id]).passed_over:
        raise WmsError("orders.nothing_to_audit", number=order.number, status=eight_state(axes_of(order)).value)
    return get(order_id)
