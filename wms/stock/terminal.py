"""Moving goods by hand, and looking things up, on a handheld, scan by scan."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Code, Id, Nothing
from wms.core.scan import scan
from wms.stock import hand
from wms.stock.look import look

MOVERS = "receiver picker supervisor"
EVERYONE = "picker packer receiver supervisor clerk"
SCREENS = ("move_from", "move_hand", "move_choose")


class CodeScan(Schema):
    """Whatever was scanned."""

    code = Code(required=True)


class Quantity(Schema):
    """Pieces of the item that was scanned last."""

    qty = fields.Integer(required=True, strict=True)


class Choice(Schema):
    """One of the places that were offered."""

    balance_id = Id(required=True)


@scan("move.state", schema=Nothing, posts=MOVERS, next=SCREENS, changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person opens the flow, or comes back to it: it goes on with what they have in hand."""
    return _screen(actor)


@scan("move.scan", schema=CodeScan, posts=MOVERS, next=SCREENS)
def scanned(actor: Actor, body: dict[str, Any]) -> Envelope:
    """First the bin that goods are taken from, then item after item, at last the bin or container they go to.

    A container that is scanned first is taken up whole, with all that is in it.
    """
    done = hand.scan(actor.warehouse_id, _person(actor), body["code"])
    if done is None:
        return _screen(actor)
    return _screen(actor, "stock.put_down", {"qty": done.pieces, "where": done.where})


@scan("move.quantity", schema=Quantity, posts=MOVERS, next=SCREENS)
def quantity(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person types how many pieces of the last item they have taken."""
    hand.set_quantity(actor.warehouse_id, _person(actor), body["qty"])
    return _screen(actor)


@scan("move.choose", schema=Choice, posts=MOVERS, next=SCREENS)
def choose(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The same goods lie in the bin in several lots, containers or conditions: the person says which they took."""
    hand.choose(actor.warehouse_id, _person(actor), body["balance_id"])
    return _screen(actor)


@scan("move.drop", schema=Nothing, posts=MOVERS, next=SCREENS)
def drop(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Everything in hand goes back to where it came from; nothing has moved."""
    hand.drop(actor.warehouse_id, _person(actor))
    return _screen(actor)


@scan("lookup.state", schema=Nothing, posts=EVERYONE, next=("lookup_scan",), changes=False)
def lookup(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person wants to know what something is."""
    return Envelope("lookup_scan")


@scan("lookup.scan", schema=CodeScan, posts=EVERYONE, next=("lookup_show",), changes=False)
def looked(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Anything is scanned: what it is, where it lies, how many there are. Nothing changes."""
    return Envelope("lookup_show", look(actor.warehouse_id, body["code"]))


def _screen(actor: Actor, message: str | None = None, params: dict[str, Any] | None = None) -> Envelope:
    shown = hand.shown(actor.warehouse_id, _person(actor))
    return Envelope(shown.screen, shown.data, message, params or {})


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise WmsError("stock.person_needed")
    return actor.person_id
