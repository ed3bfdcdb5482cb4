"""The packing table: tote, items one by one, weight, close; the waybill comes out by itself."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.packing import (
    batch_terminal,
    batches,
    box_terminal,
    boxes,
    gathering,
    mode,
    schemas,
    screen,
    service,
    weights,
)
from wms.packing import what as whatever
from wms.packing.batch_terminal import packer_of as _packer
from wms.packing.tracking import Told
from wms.packing.wanted import void_labels


@scan(
    "pack.state", schema=Nothing, posts="packer supervisor", next=("pack_verify", *batch_terminal.NEXT), changes=False,
)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The station page was opened or came back: it goes on with the parcel on the table."""
    packer = _packer(actor)
    data = screen.station(packer.warehouse_id, packer.station_id) | batch_terminal.batch_data(packer)
    data["ahead"] = boxes.waiting(packer.warehouse_id)
    data["gathering"] = gathering.here(packer, actor.locale)
    return Envelope("pack_verify" if data["parcel"] else batch_terminal.screen_of(data), data)


@scan("pack.open", schema=schemas.Open, posts="packer supervisor", next=("pack_verify", *batch_terminal.NEXT))
def open_tote(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The packer puts a tote on the table and scans it: its order's parcel is shown.

    A tote with the goods of many orders, of one piece or with the same content, is packed out of, order by order. A
    box that was packed ahead is an order's parcel at once. A tote whose order has others, from zones that were picked
    at once, is put aside here until they have come. An order's number, or that of a parcel of it which was begun,
    stands for the tote.
    """
    try:
        return _open(actor, body)
    except WmsError as error:
        tote = whatever.leads_to(_packer(actor), body["code"]) if error.code == "packing.not_a_tote" else None
        if tote is None:
            raise
        return _open(actor, {**body, "code": tote})


def _open(actor: Actor, body: dict[str, Any]) -> Envelope:
    packer = _packer(actor)
    if batches.bulk_tote(packer, body["code"]) is not None:
        return batch_terminal.open_batch(actor, body)
    box = boxes.box_of(packer, body["code"])
    if box is not None:
        return box_terminal.pack(packer, box)
    waits = gathering.put_down(packer, body["code"])
    data = {"gathering": gathering.here(packer, actor.locale)}
    if waits is not None:
        words = {"order": waits.order, "tote": waits.totes[0], "missing": waits.missing}
        return Envelope("pack_home", data, "packing.tote_waits", words)
    parcel = service.open_parcel(packer, body["code"])
    shown = {**data, "parcel": screen.describe(parcel)}
    old = void_labels(parcel.order_id)
    return Envelope("pack_verify", shown, "packing.throw_away" if old else None, {"labels": ", ".join(old)})


@scan("pack.verify", schema=schemas.Verify, posts="packer supervisor", next=("pack_verify",))
def verify(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Each item is scanned as it goes into the carton; the wrong one is refused at once.

    Of tracked goods the answer may ask for the lot or the serial number: the same item is sent again with it.
    """
    told = Told(body["lot"], body["serial"])
    counted = service.verify(_packer(actor), body["parcel_id"], body["code"], body["qty"], told)
    line = {"order_line_id": counted.order_line_id, "verified": counted.verified, "qty": counted.qty}
    asks = {"what": counted.asks, "code": body["code"], "qty": body["qty"], "lot": told.lot} if counted.asks else None
    message = f"packing.scan_{counted.asks}" if counted.asks else "packing.complete" if counted.complete else None
    return Envelope("pack_verify", {"line": line, "complete": counted.complete, "asks": asks}, message)


@scan("pack.what", schema=schemas.Open, posts="packer supervisor", changes=False)
def what(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Something was scanned that is not wanted now: what it is, where it stands, and what to do with it."""
    found = whatever.tell(_packer(actor), body["code"])
    data = {"what": {"kind": found.kind, "say": found.say, **found.data}}
    return Envelope(data=data, message=f"packing.what.{found.say}", params=found.params)


@scan("pack.restart", schema=schemas.OfParcel, posts="packer supervisor", next=("pack_verify",))
def restart(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The packer empties the carton and begins to scan again."""
    parcel = service.restart(_packer(actor), body["parcel_id"])
    return Envelope("pack_verify", {"parcel": screen.describe(parcel)}, "packing.restarted")


@scan("pack.split", schema=schemas.OfParcel, posts="packer supervisor", next=("pack_verify",))
def split(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The carton is full: it leaves with what was verified, and the rest of the order goes into a further one."""
    parcel = service.split(_packer(actor), body["parcel_id"])
    shown = screen.describe(parcel)
    return Envelope("pack_verify", {"parcel": shown}, "packing.split", {"rest": shown["rest"]})


@scan("pack.carton", schema=schemas.OfCarton, posts="packer supervisor", next=("pack_verify",))
def carton(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The packer takes another carton than was suggested: it is scanned, or chosen. The parcel is expected to weigh
    what that one does."""
    parcel, fits = service.choose_carton(_packer(actor), body["parcel_id"], body["code"])
    shown = screen.describe(parcel)
    message = "packing.carton_taken" if fits else "packing.carton_small"
    return Envelope("pack_verify", {"parcel": shown}, message, {"carton": shown["carton"]["code"]})


@scan("pack.put_off", schema=schemas.PutOff, posts="packer supervisor", next=("pack_home", "pack_verify"))
def put_off(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Something is wrong with the goods: parcel and tote are put aside, and the supervisor's board shows why. Whoever
    scans the tote next takes it up again."""
    packer = _packer(actor)
    about = {"order_line_id": body["order_line_id"], "note": body["note"].strip()}
    parcel = service.put_off(packer, body["parcel_id"], body["reason"], **about)
    shown = screen.station(packer.warehouse_id, packer.station_id)
    data = {name: shown[name] for name in ("parcel", "aside", "waiting_totes")}
    words = {"parcel": parcel.number}
    return Envelope("pack_verify" if data["parcel"] else "pack_home", data, "packing.put_off", words)


@scan("pack.mode", schema=schemas.Mode, posts="packer supervisor")
def set_mode(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Speed mode of this station is switched: a complete parcel whose weight from the scale fits closes by itself."""
    mode.put(_packer(actor).station_id, closes_itself=body["closes_itself"])
    message = "packing.speed_on" if body["closes_itself"] else "packing.speed_off"
    return Envelope(data={"closes_itself": body["closes_itself"]}, message=message)


@scan("pack.scale", schema=schemas.OfParcel, posts="packer supervisor", changes=False)
def scale(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The carton stands on the scale."""
    grams, source = service.weigh(_packer(actor), body["parcel_id"])
    return Envelope(data={"grams": grams, "source": source})


@scan("pack.close", schema=schemas.Close, posts="packer supervisor", next=("pack_home", "pack_verify"))
def close(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The carton is shut: the waybill is issued and printed. With its order's last parcel the tote is free; while there
    are goods of the order left, the next parcel for them is on the table at once.

    A weight that does not fit the goods is asked about first, with what would explain it: the same close once more, or
    one with `weight_confirmed`, goes through; where supervisors decide, once one has agreed to it (`POST
    /parcels/{id}/agreement`), or when one packs and says the `reason`.
    """
    closed = service.close(
        _packer(actor), body["parcel_id"], body["weight_g"], source=body["source"],
        confirmed=body["weight_confirmed"], reason=body["reason"], put_in=body["put_in"],
    )  # fmt: skip
    parcel, following = closed.parcel, closed.following
    done = {"number": parcel.number, "waybill": parcel.waybill}
    if following is not None:
        words = {"parcel": parcel.number, "next": following.ordinal}
        data = {"closed": done, "parcel": screen.describe(following)}
        return Envelope("pack_verify", data, "packing.closed_one", words)
    if closed.done:
        return Envelope("pack_home", {"parcel": done}, "packing.closed", {"parcel": parcel.number})
    doubt = {"parcel": parcel.number, **weights.doubt(parcel, body["weight_g"])}
    return Envelope(
        "pack_verify",
        {"parcel": screen.describe(parcel)},
        "packing.weight_off" if doubt["decided_by"] == "packer" else "packing.weight_refused",
        {name: doubt[name] for name in ("parcel", "weight_g", "expected_g")},
        {"kind": "weight", "field": "weight_confirmed", **doubt},
    )
