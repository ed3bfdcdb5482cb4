"""Counting on a handheld, bin by bin and blind, and what supervisors decide about counts."""
from __future__ import annotations

from typing import Any

from wms.catalog import service as catalog
from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.counting import schemas, service

POSTS = "receiver picker supervisor"
AT_WORK = ("count_bin", "count_items")
SCREENS = ("count_none", *AT_WORK)


@scan("count.state", schema=Nothing, posts=POSTS, next=SCREENS, changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The counter's terminal asks where its person stands: a bin in hand, or how many wait."""
    return _screen(actor)


@scan("count.next", schema=Nothing, posts=POSTS, next=SCREENS)
def next_one(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The counter wants the next bin: the most urgent, then the nearest to the last one."""
    task = service.next_for(actor.warehouse_id, _person(actor))
    return _screen(actor) if task else _screen(actor, "counting.none")


@scan("count.bin", schema=schemas.BinScan, posts=POSTS, next=AT_WORK)
def bin(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The counter stands at the bin and scans it; without a task in hand, any bin may be counted."""
    service.at_bin(actor.warehouse_id, _person(actor), body["code"], body["scanned_at"])
    return _screen(actor)


@scan("count.scan", schema=schemas.ItemScan, posts=POSTS, next=("count_lot", "count_serial", "count_none", *AT_WORK))
def item(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Every scan of a piece adds one, of a container opens it. Lot and number are asked where the SKU has them."""
    person, asked = _person(actor), {name: body[name] for name in ("task_id", "code", "qty", "condition")}
    told = {name: body[name] for name in ("lot", "serial", "no_lot")}
    try:
        seen = service.scan(actor.warehouse_id, person, **asked, **told, scanned_at=body["scanned_at"])
    except WmsError as error:
        if error.code not in _ASK:
            raise
        return _ASK[error.code](actor, {**asked, **told})
    if seen.sku_id is None:
        return _screen(actor, "counting.opened", code=seen.label)
    return _screen(actor, "counting.seen", qty=seen.qty, item=seen.label, counted=seen.counted)


def _ask_lot(actor: Actor, asked: dict[str, Any]) -> Envelope:
    seen, task = catalog.read(asked["code"], actor.warehouse_id), service.of_person(actor.warehouse_id, _person(actor))
    assert seen.sku_id is not None
    assert task is not None
    more = {
        "asked": asked, "sku": service.sku_shown(seen.sku_id), "lots": service.lots_of(seen.sku_id),
        "no_lot": service.without_lot(task.bin_id, seen.sku_id),
    }  # fmt: skip
    data = {**_screen(actor).data, **more}
    return Envelope("count_lot", data, "counting.which_lot", {"sku": data["sku"]["code"]})


def _ask_serial(actor: Actor, asked: dict[str, Any]) -> Envelope:
    seen = catalog.read(asked["code"], actor.warehouse_id)
    assert seen.sku_id is not None
    data = {**_screen(actor).data, "asked": asked, "sku": service.sku_shown(seen.sku_id)}
    return Envelope("count_serial", data, "counting.which_serial", {"sku": data["sku"]["code"]})


_ASK = {"counting.lot_needed": _ask_lot, "counting.serial_needed": _ask_serial}


@scan("count.correct", schema=schemas.Correction, posts=POSTS, next=("count_none", *AT_WORK))
def correct(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The counter types how many there are of an item, in place of what the scans added up to."""
    service.correct(actor.warehouse_id, _person(actor), **body)
    return _screen(actor)


@scan("count.empty", schema=schemas.OfTask, posts=POSTS, next=SCREENS)
def empty(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The bin is empty: one tap ends the count."""
    return _closed(actor, service.empty(actor.warehouse_id, _person(actor), **body))


@scan("count.done", schema=schemas.OfTask, posts=POSTS, next=SCREENS)
def done(actor: Actor, body: dict[str, Any]) -> Envelope:
    """All that lies in the bin is counted: differences are posted, or the bin is counted again by a colleague."""
    return _closed(actor, service.done(actor.warehouse_id, _person(actor), **body))


@scan("count.let_go", schema=Nothing, posts=POSTS, next=("count_none",))
def let_go(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The counter hands the bin back, uncounted."""
    service.let_go(actor.warehouse_id, _person(actor))
    return _screen(actor, "counting.let_go")


@scan("count.ask", schema=schemas.CountAsk, posts=POSTS)
def ask(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Somebody wants a bin counted, or a SKU wherever it lies."""
    return Envelope(data={"tasks": ask_for(actor, body)}, message="counting.asked")


def ask_for(actor: Actor, body: dict[str, Any]) -> list[int]:
    """Ask for the count of what a code names; the ids of the tasks."""
    seen = catalog.resolve(body["code"], actor.warehouse_id, "bin", "sku")
    if seen.kind == "sku":
        return service.ask_sku(actor.warehouse_id, seen.id, why=body["why"], asked_by=actor.person_id)
    more = {"why": body["why"], "urgent": body["urgent"], "asked_by": actor.person_id}
    return [service.ask(actor.warehouse_id, seen.id, **more)]


# What the counter hears when a bin is closed: whether it is settled, never what the books said.
_HEARD = {
    "done": "counting.done",
    "recount": "counting.goes_again",
    "approval": "counting.goes_to_supervisor",
    "counted": "counting.goes_to_supervisor",
}


def _closed(actor: Actor, task: Any) -> Envelope:
    return _screen(actor, _HEARD[task.status])


def _screen(actor: Actor, message: str | None = None, **params: Any) -> Envelope:
    name, data = service.state(actor.warehouse_id, _person(actor))
    return Envelope(name, data, message, params)


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise WmsError("counting.person_needed")
    return actor.person_id
