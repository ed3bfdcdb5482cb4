"""The put wall on any cheap screen: tote, item, slot."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Code, Filled, Nothing
from wms.core.resolve import resolve
from wms.core.scan import scan
from wms.picking import wall, wall_lost, wall_put, wall_screen, wall_show

POSTS = "picker packer supervisor"
SCREENS = ("wall_choose", "wall_tote", "wall_item", "wall_put")


class WallScan(Schema):
    code = Code(required=True)


class ItemScan(WallScan):
    """`qty` pieces in the sorter's hands; at most as many as the shown order wants are for its slot."""

    qty = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 1000))


class NewWall(Schema):
    """`slots`: how many orders the wall gathers at once."""

    code = fields.String(required=True, validate=[validate.Length(1, 40), Filled])
    name = fields.String(load_default="", validate=validate.Length(max=80))
    slots = fields.Integer(required=True, strict=True, validate=validate.Range(1, wall.MOST_SLOTS))


@scan("wall.state", schema=Nothing, posts=POSTS, next=SCREENS, changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A screen was switched on, came back, or heard that the wall has changed: it shows where its sorter stands."""
    return _screen(actor)


@scan("wall.stand", schema=WallScan, posts=POSTS, next=SCREENS)
def stand(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The sorter takes their place at a wall by scanning its label, or that of one of its slots."""
    wall.stand(actor.warehouse_id, _person(actor), body["code"])
    return _screen(actor)


@scan("wall.leave", schema=Nothing, posts=POSTS, next=SCREENS)
def leave(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The sorter goes to another wall; the tote stays for a colleague."""
    wall.leave(_person(actor))
    return Envelope("wall_choose", {"walls": wall_screen.walls(actor.warehouse_id)})


@scan("wall.tote", schema=WallScan, posts=POSTS, next=SCREENS)
def tote(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A tote with goods that were picked in bulk is put before the wall and scanned."""
    opened = wall.open_tote(actor.warehouse_id, _person(actor), body["code"])
    return _screen(actor, "picking.wall_tote_open", tote=opened.code, wave=opened.wave)


@scan("wall.item", schema=ItemScan, posts=POSTS, next=SCREENS)
def item(actor: Actor, body: dict[str, Any]) -> Envelope:
    """An item is taken out of the tote and scanned: the screen shows, says and sounds which slot it goes into.

    Another bulk tote instead of an item is opened.
    """
    if any(each.kind == "tote" for each in resolve(body["code"], actor.warehouse_id)):
        return tote(actor, body)
    found = wall_show.show(actor.warehouse_id, _person(actor), body["code"], body["qty"])
    message = f"picking.wall_aside_{found.why}" if found.why else None
    return _screen(actor, message, order=found.order or "", qty=found.put.qty)


@scan("wall.put", schema=WallScan, posts=POSTS, next=SCREENS)
def put(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The slot is scanned or tapped: the pieces are in it. An order that is together is ready to be packed."""
    done = wall_put.put_into(actor.warehouse_id, _person(actor), body["code"])
    if done.redirected:
        return _screen(actor, "picking.wall_aside_stopped", order=done.order or "", qty=done.put.qty)
    message = "picking.wall_complete" if done.complete else "picking.wall_put"
    return _screen(actor, message, qty=done.put.qty, slot=done.slot, order=done.order or "")


@scan("wall.drop", schema=Nothing, posts=POSTS, next=SCREENS)
def drop(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The sorter puts the item back into the tote: nothing has moved."""
    wall_put.drop(actor.warehouse_id, _person(actor))
    return _screen(actor)


@scan("wall.undo", schema=Nothing, posts=POSTS, next=SCREENS)
def undo(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The last put was wrong: its pieces are taken out of the slot and are in the tote again."""
    done = wall_put.undo(actor.warehouse_id, _person(actor))
    return _screen(actor, "picking.wall_undone", qty=done.put.qty, slot=done.slot)


@scan("wall.empty", schema=Nothing, posts=POSTS, next=SCREENS)
def empty(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The tote is empty though pieces of it are still waited for: they are lost, and their orders go short."""
    lost = wall_lost.tote_empty(actor.warehouse_id, _person(actor))
    return _screen(actor, "picking.wall_lost", pieces=lost.pieces, orders=", ".join(lost.orders) or "–")


@scan("wall.add", schema=NewWall, posts="supervisor")
def add(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor sets up a put wall, or gives one more slots."""
    wall.add_wall(actor.warehouse_id, body["code"], body["name"] or body["code"], body["slots"])
    return Envelope(
        data={"walls": wall_screen.walls(actor.warehouse_id)}, message="picking.wall_added",
        params={"wall": body["code"], "slots": body["slots"]},
    )  # fmt: skip


def _screen(actor: Actor, message: str | None = None, **params: Any) -> Envelope:
    name, data = wall_screen.state(actor.warehouse_id, _person(actor))
    return Envelope(name, data, message, params)


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise WmsError("picking.person_needed")
    return actor.person_id
