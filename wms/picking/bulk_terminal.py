"""Picking in bulk on a handheld: bin, item, how many, tote."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.fields import Code, Id, Nothing
from wms.core.scan import scan
from wms.counting import service as counting
from wms.picking import bulk, bulk_screen, schemas, screen
from wms.picking.carts import take_cart
from wms.picking.choices import choose, options
from wms.picking.rules import ALL_SHORT_WAYS

SCREENS = ("home", "pick_wait", "pick_start", "pick_totes", "pick_line", "bulk_start", "bulk_stop", "bulk_done")


class StopScan(Schema):
    """The codes as they were scanned at a stop, and the pieces put into the tote."""

    task_id = Id(required=True)
    seq = Id(required=True)
    bin = Code(required=True)
    item = Code(required=True)
    tote = Code(required=True)
    qty = fields.Integer(required=True, strict=True)
    lot = fields.String(load_default="", validate=validate.Length(max=schemas.LONGEST_LOT))
    serials = fields.List(Code(), load_default=[], validate=validate.Length(max=schemas.MOST_SERIALS))


class StopOnly(Schema):
    task_id = Id(required=True)
    seq = Id(required=True)


class StopShort(StopOnly):
    reason = fields.String(required=True, validate=validate.OneOf(schemas.SHORT_REASONS))


class ChooseStop(StopShort):
    """`how`: as for a line of a cart."""

    how = fields.String(required=True, validate=validate.OneOf(ALL_SHORT_WAYS))


@scan("bulk.state", schema=Nothing, posts="picker", next=SCREENS, changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The terminal of a picker who picks in bulk was switched on or came back: it goes on at the same stop."""
    return _screen(actor)


@scan("bulk.cart", schema=schemas.CartScan, posts="picker", next=SCREENS)
def cart(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker scans the cart that carries the totes; one that was handed back is scanned to show it was found."""
    take_cart(actor.warehouse_id, actor.person_id, body["task_id"], body["code"])
    answer = _screen(actor)
    bulk_task = answer.data["bulk"]
    return Envelope(answer.next, answer.data, "picking.cart_taken_up", {"cart": bulk_task["cart"]["code"]})


@scan("bulk.stop", schema=StopScan, posts="picker", next=SCREENS, moves=True)
def stop(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The pieces for all orders of the stop lie in the tote; a tote that is full is followed by an empty one."""
    scanned = bulk.ScannedStop(**{**body, "serials": tuple(body["serials"])})
    done = bulk.stop(actor.warehouse_id, actor.person_id, scanned)
    if done.sent_home:
        return sent_home()
    if done.finished:
        return _done(body["task_id"], "picking.bulk_done", qty=body["qty"])
    return _screen(actor, "picking.bulk_put", qty=body["qty"], tote=scanned.tote)


@scan("bulk.short", schema=StopShort, posts="picker", next=SCREENS)
def short(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The rest of the stop is not there: the orders with the latest promises go to the supervisor, the walk goes on."""
    done = bulk.stop_short(actor.warehouse_id, actor.person_id, body["task_id"], body["seq"], body["reason"])
    if done.sent_home:
        return sent_home()
    return _done(body["task_id"], "picking.bulk_short") if done.finished else _screen(actor, "picking.bulk_short")


@scan("bulk.short_ways", schema=StopOnly, posts="picker", changes=False)
def short_ways(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker finds too few pieces at a stop: what is possible right now is offered, the best first."""
    missing, found = options(actor.warehouse_id, actor.person_id, body["task_id"], seq=body["seq"])
    return Envelope(data={"seq": body["seq"], "missing": missing, "ways": [each.shown for each in found]})


@scan("bulk.short_choose", schema=ChooseStop, posts="picker", next=(*SCREENS, "count_items", "count_bin"))
def short_choose(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker chooses for all orders that have not their pieces yet: another bin now, fill it up and come back,
    count it now, without them, or the supervisor."""
    who = (actor.warehouse_id, actor.person_id)
    chosen = choose(*who, body["task_id"], None, body["reason"], body["how"], seq=body["seq"])
    if chosen.how == "count":
        name, data = counting.state(actor.warehouse_id, actor.person_id or 0)
        return Envelope(name, data, "picking.count_now")
    if chosen.sent_home:
        return sent_home()
    message = "picking.bulk_short" if chosen.how == "order" else f"picking.bulk_short_{chosen.how}"
    return _done(body["task_id"], message) if chosen.finished else _screen(actor, message)


def sent_home(data: dict[str, Any] | None = None) -> Envelope:
    """What was closed was the line in hand: whoever was sent home is free, their cart waits for another."""
    return Envelope("home", data or {}, "picking.sent_home")


def _done(task_id: int, message: str, **params: Any) -> Envelope:
    return Envelope("bulk_done", {"bulk": bulk_screen.picture(task_id)}, message, params)


def _screen(actor: Actor, message: str | None = None, **params: Any) -> Envelope:
    shown = screen.state(actor.warehouse_id, actor.person_id)
    return Envelope(shown.name, shown.data, message, params)
