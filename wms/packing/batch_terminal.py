"""Packing out of a bulk tote at the station: one scan a single-item order."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Code, Nothing
from wms.core.resolve import LONGEST
from wms.core.scan import scan
from wms.packing import batch_screen, batches
from wms.packing.service import Packer
from wms.packing.tracking import Told

POSTS = "packer supervisor"
NEXT = ("pack_home", "pack_single")


class Open(Schema):
    code = Code(required=True)


class Single(Schema):
    """`lot` and `serial`: what was scanned besides the item, where it was asked for."""

    code = Code(required=True)
    lot = fields.String(load_default="", validate=validate.Length(max=LONGEST))
    serial = fields.String(load_default="", validate=validate.Length(max=LONGEST))


@scan("batch.state", schema=Nothing, posts=POSTS, next=NEXT, changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The station asks what bulk tote stands on its table, and which ones wait."""
    return _screen(packer_of(actor))


@scan("batch.open", schema=Open, posts=POSTS, next=NEXT)
def open_batch(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A tote with goods that were picked in bulk is put on the table and scanned."""
    packer = packer_of(actor)
    batches.open_batch(packer, body["code"])
    return _screen(packer)


@scan("batch.item", schema=Single, posts=POSTS, next=NEXT)
def item(actor: Actor, body: dict[str, Any]) -> Envelope:
    """One scan packs a single-item order: the earliest promise that wants the item; its waybill prints at once."""
    packer = packer_of(actor)
    done = batches.pack_one(packer, body["code"], Told(body["lot"], body["serial"]))
    if done.asks:
        asks = {"what": done.asks, "code": body["code"], "lot": body["lot"]}
        return _screen(packer, f"packing.scan_{done.asks}", more={"asks": asks})
    if done.parcel is None:
        return _screen(packer, f"packing.aside_{done.why}", order=done.order or "")
    parcel = {"number": done.parcel.number, "waybill": done.parcel.waybill, "order": done.order}
    return _screen(packer, "packing.single_packed", more={"packed": parcel}, parcel=done.parcel.number, left=done.left)


@scan("batch.put_off", schema=Nothing, posts=POSTS, next=NEXT)
def put_off(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The tote is taken off the table; what is left in it waits for whoever scans it next."""
    packer = packer_of(actor)
    batches.put_off(packer)
    return _screen(packer)


@scan("batch.empty", schema=Nothing, posts=POSTS, next=NEXT)
def empty(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The tote is empty though orders still wait for pieces of it: those are lost, and the orders go short."""
    packer = packer_of(actor)
    lost = batches.tote_empty(packer)
    return _screen(packer, "packing.batch_lost", pieces=lost.pieces, orders=", ".join(lost.orders) or "–")


def _screen(
    packer: Packer, message: str | None = None, more: dict[str, Any] | None = None, **params: Any
) -> Envelope:
    data = {**batch_data(packer), **(more or {})}
    return Envelope("pack_single" if data["batch"] else "pack_home", data, message, params)


def batch_data(packer: Packer) -> dict[str, Any]:
    """The bulk tote on the table, and those that wait."""
    return {"batch": batch_screen.describe(packer), "waiting_batches": batch_screen.waiting(packer.warehouse_id)}


def packer_of(actor: Actor) -> Packer:
    """Who packs, and where. Raises `packing.no_station`."""
    if actor.station_id is None:
        raise WmsError("packing.no_station")
    supervisor = bool(actor.posts & {"supervisor", "admin"})
    return Packer(actor.warehouse_id, actor.station_id, actor.person_id, supervisor)
