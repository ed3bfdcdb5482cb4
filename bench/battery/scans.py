"""What people do in the battery besides picking: the verbs of stock as scans of their own, through the one door."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.envelope import Envelope
from wms.core.scan import scan
from wms.stock import service as stock
from wms.stock.service import Goods

PREFIX = "battery."


class OfGoods(Schema):
    """`change` is signed pieces for an adjustment; else `qty`."""

    sku = fields.Integer(required=True)
    bin = fields.Integer(required=True)
    qty = fields.Integer(load_default=1)
    to = fields.Integer(load_default=0)
    change = fields.Integer(load_default=0)


class OfContainer(Schema):
    container = fields.Integer(required=True)
    to = fields.Integer(required=True)


class OfBin(Schema):
    bin = fields.Integer(required=True)
    change = fields.Integer(required=True)


def _moved(pieces: int) -> Envelope:
    return Envelope(data={"pieces": pieces})


def _about(actor: Actor, reason: str) -> dict[str, Any]:
    return {"reason": reason, "reference": PREFIX, "actor_id": actor.person_id}


@scan(PREFIX + "receive", schema=OfGoods, moves=True)
def receive(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Goods arrive in a bin."""
    stock.receive(actor.warehouse_id, [Goods(body["sku"], body["bin"], body["qty"])], **_about(actor, "receive"))
    return _moved(body["qty"])


@scan(PREFIX + "move", schema=OfGoods, moves=True)
def move(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Pieces go from a bin to another."""
    goods = [Goods(body["sku"], body["bin"], body["qty"])]
    stock.move(actor.warehouse_id, goods, body["to"], **_about(actor, "move"))
    return _moved(body["qty"])


@scan(PREFIX + "adjust", schema=OfGoods, moves=True)
def adjust(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Pieces were found, or are missing."""
    goods = [Goods(body["sku"], body["bin"], body["change"])]
    stock.adjust_by(actor.warehouse_id, goods, **_about(actor, "adjust"))
    return _moved(abs(body["change"]))


@scan(PREFIX + "load", schema=OfContainer, moves=True)
def load(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A pallet goes to another bin, whole."""
    about = _about(actor, "move")
    return _moved(stock.move_container(actor.warehouse_id, body["container"], to_bin_id=body["to"], **about))


@scan(PREFIX + "count", schema=OfBin, moves=True)
def count(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A bin was counted while people went on working: the difference to the books of now is posted."""
    books = stock.book_at(actor.warehouse_id, body["bin"], now())
    place = min(books, default=None)
    bin_id, sku = (place.bin_id, place.sku_id) if place else (body["bin"], 1)
    more = {} if place is None else {"container_id": place.container_id}
    stock.adjust_by(actor.warehouse_id, [Goods(sku, bin_id, body["change"], **more)], **_about(actor, "count"))
    return _moved(abs(body["change"]))
