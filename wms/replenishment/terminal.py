"""Filling pick faces on a handheld: to the source, onto the cart, to the face."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.replenishment import schemas, service

POSTS = "receiver picker supervisor"
SCREENS = ("replenish_none", "replenish_go", "replenish_take", "replenish_put")


@scan("replenish.state", schema=Nothing, posts=POSTS, next=SCREENS, changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The terminal asks where its person stands: on the way to goods, with goods on the cart, or free."""
    return _screen(actor)


@scan("replenish.next", schema=Nothing, posts=POSTS, next=SCREENS)
def next_one(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person wants the next task, or one more for the cart: the most urgent, then the nearest."""
    task = service.next_for(actor.warehouse_id, _person(actor))
    return _screen(actor) if task else _screen(actor, "replenishment.none")


@scan("replenish.source", schema=schemas.SourceScan, posts=POSTS, next=SCREENS)
def source(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person stands at the bin where the goods are, and scans it."""
    service.at_source(actor.warehouse_id, _person(actor), body["code"])
    return _screen(actor)


@scan("replenish.take", schema=schemas.Take, posts=POSTS, next=SCREENS)
def take(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The item or its pack is scanned and put onto the cart: from now on the books know it there."""
    task = service.take(actor.warehouse_id, _person(actor), body["code"], body["qty"], body["serials"])
    return _screen(actor, "replenishment.taken", qty=task.carried)


@scan("replenish.short", schema=schemas.ShortAtSource, posts=POSTS, next=SCREENS)
def short(actor: Actor, body: dict[str, Any]) -> Envelope:
    """There are fewer at the source, or none: the rest comes from elsewhere, and the source is counted."""
    service.short(actor.warehouse_id, _person(actor), body["qty"], body["serials"])
    return _screen(actor, "replenishment.short_noted")


@scan("replenish.put", schema=schemas.PutDown, posts=POSTS, next=SCREENS)
def put(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Goods come off the cart into their face; what has no room there goes back to its source."""
    task = service.put(
        actor.warehouse_id, _person(actor), body["code"], item=body["item"], qty=body["qty"], serials=body["serials"]
    )
    return _screen(actor, "replenishment.put_down" if task.status == "carried" else "replenishment.done")


@scan("replenish.let_go", schema=Nothing, posts=POSTS, next=SCREENS)
def let_go(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person hands back the task they walk to; what is on the cart stays with them."""
    service.let_go(actor.warehouse_id, _person(actor))
    return _screen(actor, "replenishment.let_go")


def _screen(actor: Actor, message: str | None = None, **params: Any) -> Envelope:
    name, data = service.state(actor.warehouse_id, _person(actor))
    return Envelope(name, data, message, params)


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise WmsError("replenishment.person_needed")
    return actor.person_id
