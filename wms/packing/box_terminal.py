"""Boxes that are packed ahead, at the packing station: sealed, opened, and scanned for orders."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.fields import Code, Nothing
from wms.core.scan import scan
from wms.packing import boxes, schemas
from wms.packing.batch_terminal import packer_of
from wms.packing.packer import Packer
from wms.stock.models import SealedBox

POSTS = "packer supervisor"
MOST_BOXES = 50  # sealed at once
MOST_PIECES = 999
NEXT = ("pack_ahead",)


class Line(Schema):
    sku = Code(required=True)
    qty = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_PIECES))


class Seal(Schema):
    """`bin` is where the loose goods lie, and where the boxes stand then; `content` is what goes into each box."""

    bin = Code(required=True)
    content = fields.List(fields.Nested(Line), required=True, validate=validate.Length(1, 50))
    boxes = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_BOXES))


@scan("ahead.state", schema=Nothing, posts=POSTS, next=NEXT, changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """What boxes there are, and how many orders wait for them."""
    return _screen(actor)


@scan("ahead.bin", schema=schemas.Open, posts=POSTS, next=NEXT, changes=False)
def read_bin(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The bin is scanned in which the loose goods lie."""
    return Envelope("pack_ahead", {"bin": boxes.read_bin(packer_of(actor), body["code"])[1]})


@scan("ahead.piece", schema=schemas.Open, posts=POSTS, next=NEXT, changes=False)
def piece(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The first box is packed as a pattern: each piece is scanned into it."""
    sku, qty = boxes.read_piece(packer_of(actor), body["code"])
    item = {"code": sku.code, "name": sku.name, "picture": sku.picture, "qty": qty}
    return Envelope("pack_ahead", {"piece": item})


@scan("ahead.seal", schema=Seal, posts=POSTS, next=NEXT, moves=True)
def seal(actor: Actor, body: dict[str, Any]) -> Envelope:
    """So many boxes like the pattern are packed out of the bin: they are sealed, and their labels print."""
    content = [(line["sku"], line["qty"]) for line in body["content"]]
    made = boxes.seal(packer_of(actor), body["bin"], content, body["boxes"], actor.locale)
    data = {"made": [box.code for box in made]}
    return _screen(actor, "packing.boxes_sealed", more=data, boxes=len(made), bin=body["bin"])


@scan("ahead.open", schema=schemas.Open, posts=POSTS, next=NEXT)
def open_box(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A sealed box is cut open: its pieces may be picked for any order."""
    box = boxes.cut_open(packer_of(actor), body["code"])
    return _screen(actor, "packing.box_opened", box=box.code)


def pack(packer: Packer, box: SealedBox) -> Envelope:
    """A box was scanned: it is an order's parcel now."""
    done = boxes.pack(packer, box)
    assert done.parcel is not None
    parcel = {"number": done.parcel.number, "waybill": done.parcel.waybill, "order": done.order,
              "put_in": done.parcel.put_in or []}  # fmt: skip
    data = {"packed": parcel, "ahead": boxes.waiting(packer.warehouse_id)}
    return Envelope("pack_home", data, "packing.box_packed", {"parcel": done.parcel.number, "order": done.order})


def _screen(
    actor: Actor, message: str | None = None, more: dict[str, Any] | None = None, **params: Any
) -> Envelope:
    packer = packer_of(actor)
    return Envelope("pack_ahead", {"ahead": boxes.waiting(packer.warehouse_id), **(more or {})}, message, params)
