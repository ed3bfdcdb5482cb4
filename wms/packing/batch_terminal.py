"""Packing out of bulk totes at the station: one scan a single-item order, and runs of orders with the same content."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Code, Nothing
from wms.core.resolve import LONGEST
from wms.core.scan import scan
from wms.packing import batch_screen, batches, runs, screen, table
from wms.packing.batches import Packed
from wms.packing.packer import Packer
from wms.packing.runs import Made
from wms.packing.schemas import OfParcel
from wms.packing.tracking import Told

POSTS = "packer supervisor"
NEXT = ("pack_home", "pack_single", "pack_same")
MOST_A_RUN = 5000


class Open(Schema):
    code = Code(required=True)


class Single(Schema):
    """`lot` and `serial`: what was scanned besides the item, where it was asked for."""

    code = Code(required=True)
    lot = fields.String(load_default="", validate=validate.Length(max=LONGEST))
    serial = fields.String(load_default="", validate=validate.Length(max=LONGEST))


class Run(Schema):
    """`content` is a group's on the screen; without a `count` all that the totes on the table serve."""

    content = Code(required=True)
    count = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, MOST_A_RUN))


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


@scan("batch.item", schema=Single, posts=POSTS, next=(*NEXT, "pack_verify"))
def item(actor: Actor, body: dict[str, Any]) -> Envelope:
    """An item out of the totes is scanned. A single-item order is packed by it, the earliest promise that wants it,
    and its waybill prints at once. Of orders with the same content it opens a parcel, whose pieces are verified.

    Another tote that is scanned is put on the table too.
    """
    packer = packer_of(actor)
    if batches.bulk_tote(packer, body["code"]) is not None:
        return open_batch(actor, body)
    told = Told(body["lot"], body["serial"])
    if table.method_on(packer) == "same":
        found = runs.scan(packer, body["code"], told)
        return _aside(packer, found) if isinstance(found, Packed) else _sample(found, body)
    done = batches.pack_one(packer, body["code"], told)
    if done.asks:
        asks = {"what": done.asks, "code": body["code"], "lot": body["lot"]}
        return _screen(packer, f"packing.scan_{done.asks}", more={"asks": asks})
    if done.parcel is None:
        return _aside(packer, done)
    parcel = {"number": done.parcel.number, "waybill": done.parcel.waybill, "order": done.order,
              "put_in": done.parcel.put_in or []}  # fmt: skip
    return _screen(packer, "packing.single_packed", more={"packed": parcel}, parcel=done.parcel.number, left=done.left)


def _aside(packer: Packer, done: Packed) -> Envelope:
    return _screen(packer, f"packing.aside_{done.why}", order=done.order or "")


def _sample(found: runs.Opened, body: dict[str, Any]) -> Envelope:
    parcel = screen.describe(found.parcel)
    asks = None
    if found.counted.asks:
        asks = {"what": found.counted.asks, "code": body["code"], "qty": 1, "lot": body["lot"]}
    message = f"packing.scan_{found.counted.asks}" if asks else "packing.complete" if parcel["complete"] else None
    return Envelope("pack_verify", {"parcel": parcel, "asks": asks}, message)


@scan("batch.drop", schema=OfParcel, posts=POSTS, next=NEXT)
def drop(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The pieces of the parcel in hand go back into their totes: its order waits as before."""
    packer = packer_of(actor)
    runs.drop(packer, body["parcel_id"])
    return _screen(packer, "packing.sample_dropped", more={"parcel": None})


@scan("batch.run", schema=Run, posts=POSTS, next=NEXT)
def run(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The sample is right: a run of waybills is printed, each of which closes the parcel of an order."""
    packer = packer_of(actor)
    return _run_screen(packer, runs.start(packer, body["content"], body["count"]))


@scan("batch.go_on", schema=Nothing, posts=POSTS, next=NEXT)
def go_on(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The next waybills of the run. The page asks for them as long as the printer keeps up."""
    packer = packer_of(actor)
    return _run_screen(packer, runs.go_on(packer))


@scan("batch.stop", schema=Nothing, posts=POSTS, next=NEXT)
def stop(actor: Actor, body: dict[str, Any]) -> Envelope:
    """No more waybills of this run: the orders that have none yet wait as before."""
    packer = packer_of(actor)
    runs.end(packer)
    return _screen(packer)


@scan("batch.put_off", schema=Nothing, posts=POSTS, next=NEXT)
def put_off(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The totes are taken off the table; what is left in them waits for whoever scans them next."""
    packer = packer_of(actor)
    runs.end(packer)
    table.take_off(packer)
    return _screen(packer)


@scan("batch.empty", schema=Nothing, posts=POSTS, next=NEXT)
def empty(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The totes are empty though orders still wait for pieces of them: those are lost, and the orders go short."""
    packer = packer_of(actor)
    lost = batches.totes_empty(packer)
    runs.end(packer)
    return _screen(packer, "packing.batch_lost", pieces=lost.pieces, orders=", ".join(lost.orders) or "–")


def _run_screen(packer: Packer, done: Made) -> Envelope:
    message = "packing.run_made" if done.run.ended_at is None else "packing.run_done"
    parcels = [{"number": each.number, "waybill": each.waybill} for each in done.parcels]
    return _screen(packer, message, more={"parcels": parcels}, made=done.run.made, asked=done.run.asked)


def _screen(
    packer: Packer, message: str | None = None, more: dict[str, Any] | None = None, **params: Any
) -> Envelope:
    data = {**batch_data(packer), **(more or {})}
    return Envelope(screen_of(data), data, message, params)


def screen_of(data: dict[str, Any]) -> str:
    """Where what stands on the table is worked."""
    return f"pack_{data['batch']['method']}" if data["batch"] else "pack_home"


def batch_data(packer: Packer) -> dict[str, Any]:
    """What stands on the table, the run that is printed, and the bulk totes that wait."""
    return {
        "batch": batch_screen.describe(packer),
        "run": batch_screen.run(packer),
        "waiting_batches": batch_screen.waiting(packer.warehouse_id),
    }


def packer_of(actor: Actor) -> Packer:
    """Who packs, and where. Raises `packing.no_station`."""
    if actor.station_id is None:
        raise WmsError("packing.no_station")
    supervisor = bool(actor.posts & {"supervisor", "admin"})
    return Packer(actor.warehouse_id, actor.station_id, actor.person_id, supervisor)
