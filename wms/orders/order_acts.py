"""What the orders room itself does to many orders: audit again, let pass, make urgent, promise anew, tags, remarks."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from marshmallow import Schema, fields, validate

from wms.core.clock import now
from wms.core.fields import Filled
from wms.orders.actions import Action, Doing, Outcome, add, cannot
from wms.orders.audit import audit
from wms.orders.auditing import passing
from wms.orders.bulk import setting
from wms.orders.history import note
from wms.orders.lifecycle import CONFIRMATION
from wms.orders.models import Order
from wms.orders.stopping import is_intercepted

OFFICE = "clerk supervisor"
MOST_TAGS = 20
MOST_REMARK = 500  # letters, as a shop's own


def is_over(order: Order) -> Outcome | None:
    """That an order is gone or cancelled, so that nothing is changed of it any more."""
    if order.shipping != "unshipped":
        return cannot("orders.act_shipped")
    return cannot("orders.act_cancelled") if order.confirmation == "cancelled" else None


# ---- the audit

def _may_audit(doing: Doing, order: Order) -> Outcome | None:
    if is_over(order):
        return is_over(order)
    if is_intercepted(order):
        return cannot("orders.act_stopped")
    if order.processing != "waiting" or order.refund != "none":
        return cannot("orders.act_in_work")
    return None if order.confirmation in CONFIRMATION.moves["confirm"][0] else cannot("orders.act_confirmed")


def _audit(doing: Doing, orders: Sequence[Order]) -> Mapping[int, Outcome]:
    found = audit([order.id for order in orders])
    confirmed = {id: Outcome("orders.act_confirms") for id in found.confirmed}
    held = {
        id: Outcome("orders.act_stays_held", {"why": [{"say": f"orders.{problems[0].code}", **problems[0].params}]},
                    done=False, reason=problems[0].code)
        for id, problems in found.held.items()
    }  # fmt: skip
    return {**confirmed, **held}


add(Action("audit", OFFICE, _audit, check=_may_audit, icon="again", place=10))


class Why(Schema):
    why = fields.String(
        required=True, validate=[validate.Length(1, 200), Filled], metadata={"label": "orders.act_field.why"}
    )


def _may_pass(reasons: tuple[str, ...], otherwise: str, doing: Doing, order: Order) -> Outcome | None:
    held = order.confirmation == "held" and order.hold_reason in reasons
    return is_over(order) or (None if held else cannot(otherwise))


def _pass(action: str, doing: Doing, orders: Sequence[Order]) -> Mapping[int, Outcome]:
    """The word counts also for an order that something else holds besides: its history says both."""
    said = {order.id: passing.its_rule(order, doing.options["why"]) for order in orders}
    passing.pass_all(orders, doing.person_id)
    found = _audit(doing, orders)
    note(action, {id: said[id] for id, each in found.items() if not each.done}, person_id=doing.person_id)
    return {id: replace(each, params=said[id]) if each.done else each for id, each in found.items()}


# What was said may not be taken back: an order that is confirmed is stopped, where it should not go.
add(
    Action(
        "let_pass", OFFICE, partial(_pass, "let_pass"), schema=Why, watches=("hold_reason",), icon="next", place=11,
        check=partial(_may_pass, passing.PASSABLE, "orders.act_not_passable"),
    )
)  # fmt: skip
add(
    Action(
        "finance_approved", "supervisor", partial(_pass, "finance_approved"), schema=Why, watches=("hold_reason",),
        icon="check", place=12, check=partial(_may_pass, (passing.REVIEW,), "orders.act_no_review"),
    )
)  # fmt: skip


# ---- what is written down of an order

def _may_change(doing: Doing, order: Order) -> Outcome | None:
    return is_over(order)


def _may_hurry(doing: Doing, order: Order) -> Outcome | None:
    return is_over(order) or (cannot("orders.act_urgent_already") if order.kind == "urgent" else None)


add(
    Action(
        "urgent", OFFICE, check=_may_hurry, watches=("kind",), icon="clock", place=60,
        **setting(lambda doing, order: {"kind": "urgent"}, "orders.act_urgent_done"),
    )
)  # fmt: skip


class Promise(Schema):
    promised_at = fields.AwareDateTime(required=True, metadata={"label": "orders.act_field.promised_at"})


def _may_promise(doing: Doing, order: Order) -> Outcome | None:
    return cannot("orders.act_promise_past") if doing.options["promised_at"] < now() else is_over(order)


add(
    Action(
        "promise", OFFICE, check=_may_promise, schema=Promise, watches=("promised_at",), icon="clock",
        place=61,
        **setting(
            lambda doing, order: {"promised_at": doing.options["promised_at"]}, "orders.act_promised",
            lambda doing: {"at": doing.options["promised_at"].isoformat()},
        ),
    )
)  # fmt: skip


class Tag(Schema):
    tag = fields.String(
        required=True, validate=[validate.Length(1, 40), Filled], metadata={"label": "orders.act_field.tag"}
    )


def _may_tag(doing: Doing, order: Order) -> Outcome | None:
    if doing.options["tag"] in order.tags:
        return cannot("orders.act_tagged_already")
    return cannot("orders.act_too_many_tags") if len(order.tags) >= MOST_TAGS else None


def _may_untag(doing: Doing, order: Order) -> Outcome | None:
    return None if doing.options["tag"] in order.tags else cannot("orders.act_not_tagged")


def _tagged(doing: Doing, order: Order) -> dict[str, Any]:
    return {"tags": [*order.tags, doing.options["tag"]]}


def _untagged(doing: Doing, order: Order) -> dict[str, Any]:
    return {"tags": [each for each in order.tags if each != doing.options["tag"]]}


def _its_tag(doing: Doing) -> dict[str, Any]:
    return {"tag": doing.options["tag"]}


for name, check, values in (("tag", _may_tag, _tagged), ("untag", _may_untag, _untagged)):
    add(
        Action(
            name, OFFICE, check=check, schema=Tag, watches=("tags",), icon="info", place=70,
            **setting(values, f"orders.act_{name}ged", _its_tag),
        )
    )  # fmt: skip


class Remark(Schema):
    text = fields.String(
        required=True, validate=[validate.Length(1, 200), Filled], metadata={"label": "orders.act_field.remark"}
    )


def _may_remark(doing: Doing, order: Order) -> Outcome | None:
    wrong = is_over(order)
    if wrong is None and len(_remarked(doing, order)["seller_remark"]) > MOST_REMARK:
        wrong = cannot("orders.act_remark_full")
    return wrong


def _remarked(doing: Doing, order: Order) -> dict[str, Any]:
    return {"seller_remark": " / ".join(filter(None, (order.seller_remark, doing.options["text"])))}


add(
    Action(
        "remark", OFFICE, check=_may_remark, schema=Remark, watches=("seller_remark",), icon="voice",
        place=72,
        **setting(_remarked, "orders.act_remarked", lambda doing: {"remark": doing.options["text"]}),
    )
)  # fmt: skip
