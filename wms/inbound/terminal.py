"""The dock: goods come in, are looked at where a plan asks for it, and are put away. Every scan is one command."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.inbound import (
    aside,
    checks,
    docking,
    expected,
    hand,
    labels,
    papers,
    putting,
    schemas,
    shown,
    trucking,
    undoing,
)
from wms.inbound.docking import Outcome
from wms.inbound.expected import Facts
from wms.inbound.hand import Draft
from wms.inbound.models import Receipt
from wms.inbound.reading import see

POSTS = "receiver supervisor"
RECEIVE = ("receive_choose", "receive_scan", "receive_item", "receive_unknown", "receive_short")
CHECK = ("check_list", "check_one")
PUTAWAY = ("putaway_load", "putaway_walk", "putaway_other", "putaway_put")


def _said(outcome: Outcome) -> Envelope:
    return Envelope(outcome.next, outcome.data, outcome.message, outcome.params)


def _person(actor: Actor) -> int:
    if actor.person_id is None:  # a program with a key has no hands
        raise WmsError("inbound.no_person")
    return actor.person_id


# ---- receiving

@scan("receive.state", schema=Nothing, posts=POSTS, next=RECEIVE, changes=False)
def receive_state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The receiver opens the page, or comes back to it, and goes on where they were."""
    return _said(docking.where(hand.of(_person(actor)), actor.warehouse_id))


@scan("receive.open", schema=schemas.Open, posts=POSTS, next=RECEIVE)
def receive_open(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The receiver chooses what the truck brought: by the paper's number, a pallet, goods, or from the list.

    Goods that nobody announced are received blind: a new receipt is made for them.
    """
    person = _person(actor)
    if body["blind"]:
        facts = Facts(kind="purchase", supplier=body["supplier"], blind=True)
        receipt = expected.announce(actor.warehouse_id, facts, [], actor_id=person)
    elif body["receipt_id"]:
        receipt = _receipt(actor, body["receipt_id"])
    elif body["code"]:
        return _said(docking.open_by(actor.warehouse_id, person, body["code"]))
    else:
        raise WmsError("inbound.no_receipt", next="receive_choose")
    return _said(docking.between_goods(hand.take_up(actor.warehouse_id, person, receipt)))


def _receipt(actor: Actor, receipt_id: int) -> Receipt:
    found = db.session.get(Receipt, receipt_id)
    if found is None or found.warehouse_id != actor.warehouse_id:
        raise WmsError("inbound.unknown_receipt", receipt=str(receipt_id))
    return expected.locked(receipt_id)


@scan("receive.scan", schema=schemas.OneCode, posts=POSTS, next=RECEIVE)
def receive_scan(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The receiver scans whatever is at hand: goods, a case, a GS1 label with lot and date, an announced pallet.

    With goods in hand the same goods add one more; their serial number or lot is taken down; a pallet's label or
    the dock's takes them in there. What nobody knows is put aside.
    """
    return _said(docking.scan(hand.need(_person(actor)), body["code"]))


@scan("receive.set", schema=schemas.Tell, posts=POSTS, next=RECEIVE)
def receive_set(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The receiver types how many there are, or what the label did not say: lot, date of expiry or production."""
    row = hand.need(_person(actor))
    draft = hand.need_draft(row)
    return _said(docking.with_goods(row, hand.changed(draft, hand.sku_of(draft), body)))


@scan("receive.take", schema=Nothing, posts=POSTS, next=RECEIVE)
def receive_take(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The goods in hand are counted: they come in, within what the receipt tolerates."""
    row = hand.need(_person(actor))
    return _said(docking.taken(row, hand.take(row, hand.need_draft(row))))


@scan("receive.drop", schema=Nothing, posts=POSTS, next=RECEIVE)
def receive_drop(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The receiver puts the goods in hand back: nothing came in."""
    row = hand.need(_person(actor))
    hand.keep(row, None)
    return _said(docking.between_goods(row))


@scan("receive.undo", schema=Nothing, posts=POSTS, next=RECEIVE)
def receive_undo(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The last goods that this receiver took in were a mistake: they go out again."""
    row = hand.need(_person(actor))
    undone = undoing.undo(row.receipt_id, actor_id=row.person_id)
    sku = shown.sku_facts(undone[0].sku_id)["code"]
    return _said(docking.between_goods(row, "inbound.undone", qty=hand.pieces(undone), sku=sku))


@scan("receive.aside", schema=schemas.PutAside, posts=POSTS, next=RECEIVE)
def receive_aside(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Goods that nobody knows, that are too many or broken are set apart, with a note; the desk decides."""
    row = hand.need(_person(actor))
    draft = hand.draft_of(row)
    receipt = db.session.get_one(Receipt, row.receipt_id)
    draft = draft or Draft("")
    made = aside.put_aside(
        receipt, reason=body["why"], code=draft.code, sku_id=draft.sku_id or None, qty=body["qty"],
        note=body["note"], actor_id=row.person_id,
    )  # fmt: skip
    hand.keep(row, None)
    outcome = docking.between_goods(row, "inbound.put_aside", qty=made.qty)
    return Envelope(outcome.next, outcome.data | {"aside_id": made.id}, outcome.message, outcome.params)


@scan("receive.lpn", schema=Nothing, posts=POSTS, next=RECEIVE)
def receive_lpn(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The pallet is full, or goods lie loose on the dock: what comes next is on none."""
    row = hand.need(_person(actor))
    row.container_id = 0
    return _said(docking.where(row, actor.warehouse_id))


@scan("receive.label", schema=schemas.Label, posts=POSTS, next=RECEIVE)
def receive_label(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A label is printed on the spot: for the pallet (a new number when there is none), or for the goods in hand."""
    row = hand.need(_person(actor))
    station_id = labels.station_of(actor.warehouse_id, actor.station_id)
    receipt = db.session.get_one(Receipt, row.receipt_id)
    if body["what"] == "lpn":
        row.container_id = row.container_id or labels.new_pallet(actor.warehouse_id).id
        job = labels.print_lpn(
            receipt, row.container_id, station_id=station_id, actor_id=row.person_id, locale=actor.locale
        )
    else:
        draft = hand.need_draft(row)
        job = labels.print_sku(
            draft.sku_id, qty=draft.qty, lot=draft.lot, expires_on=draft.expires_on or "", station_id=station_id,
            actor_id=row.person_id, locale=actor.locale,
        )  # fmt: skip
    outcome = docking.where(row, actor.warehouse_id)
    return Envelope(outcome.next, outcome.data, "inbound.label_asked", {"label": job.reference})


@scan("receive.done", schema=schemas.Done, posts=POSTS, next=RECEIVE)
def receive_done(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The truck is empty. When something is missing the receiver sees what, and says why before it counts as done."""
    row = hand.need(_person(actor))
    if hand.draft_of(row) is not None:
        raise WmsError("inbound.in_hand")
    receipt = db.session.get_one(Receipt, row.receipt_id)
    if expected.missing(receipt.id) and not body["why"]:
        return Envelope("receive_short", shown.missing(receipt))
    expected.finish(receipt.id, short_reason=body["why"], actor_id=row.person_id)
    db.session.expire_all()
    paper = papers.print_finished(receipt, near=actor.station_id, locale=actor.locale, asked_by=row.person_id)
    data = shown.to_choose(actor.warehouse_id)
    message = "inbound.finished_printed" if paper else "inbound.finished"
    return Envelope("receive_choose", data, message, {"receipt": receipt.number, **(paper or {})})


@scan("receive.leave", schema=Nothing, posts=POSTS, next=RECEIVE)
def receive_leave(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The receiver goes to other work; the receipt stays open for whoever goes on with it."""
    hand.leave(_person(actor))
    return Envelope("receive_choose", shown.to_choose(actor.warehouse_id))


# ---- quality check

@scan("check.state", schema=Nothing, posts=POSTS, next=CHECK, changes=False)
def check_state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The checker sees which goods wait in quarantine at the dock."""
    return Envelope("check_list", {"checks": checks.waiting(actor.warehouse_id)})


@scan("check.open", schema=schemas.OneCode, posts=POSTS, next=CHECK, changes=False)
def check_open(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The checker scans goods or their pallet: how many of them to look at. Several that wait are listed."""
    seen = see(body["code"], actor.warehouse_id)
    if seen.kind == "container" and seen.id:
        found = checks.waiting(actor.warehouse_id, container_id=seen.id)
    else:
        found = checks.waiting(actor.warehouse_id, skus=[seen.sku_id])
    if not found:
        raise WmsError("inbound.nothing_to_check", label=seen.label or seen.code)
    if len(found) == 1:
        return Envelope("check_one", {"check": found[0]})
    return Envelope("check_list", {"checks": found})


@scan("check.look", schema=schemas.OfCheck, posts=POSTS, next=CHECK, changes=False)
def check_look(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The checker chooses goods from the list."""
    found = checks.waiting(actor.warehouse_id, check_id=body["check_id"])
    if not found:
        raise WmsError("inbound.check_over", status="–", next="check_list")
    return Envelope("check_one", {"check": found[0]})


@scan("check.decide", schema=schemas.Decide, posts=POSTS, next=CHECK)
def check_decide(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The checker has looked: so many of the sample are bad. The goods are free to be put away, or rejected."""
    verdict = checks.decide(
        actor.warehouse_id, body["check_id"], defects=body["defects"], bad_serials=body["bad_serials"],
        note=body["note"], actor_id=actor.person_id,
    )  # fmt: skip
    message = "inbound.released" if verdict.good else "inbound.rejected"
    data = {"checks": checks.waiting(actor.warehouse_id)}
    return Envelope("check_list", data, message, {"good": verdict.good, "bad": verdict.bad})


# ---- putaway

@scan("putaway.state", schema=Nothing, posts=POSTS, next=PUTAWAY, changes=False)
def putaway_state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person opens the page, or comes back to it, and sees what is on the truck."""
    tasks = putting.mine(_person(actor))
    under_way = any(task.actual_bin_id or task.put for task in tasks)
    show = trucking.walking if under_way else trucking.loading
    return _said(show(actor.warehouse_id, _person(actor)))


@scan("putaway.load", schema=schemas.Load, posts=POSTS, next=PUTAWAY)
def putaway_load(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A pallet or goods at the dock are scanned: they go onto the truck, each with a bin; a new walk is planned."""
    return _said(trucking.load(actor.warehouse_id, _person(actor), body["code"], body["qty"]))


@scan("putaway.go", schema=Nothing, posts=POSTS, next=PUTAWAY, changes=False)
def putaway_go(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The truck is loaded: the person sees the first bin of the walk."""
    if not putting.mine(_person(actor)):
        raise WmsError("inbound.truck_empty", next="putaway_load")
    return _said(trucking.walking(actor.warehouse_id, _person(actor)))


@scan("putaway.bin", schema=schemas.Stand, posts=POSTS, next=PUTAWAY)
def putaway_bin(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person stands before a bin and scans it, or types its check digits; a second scan puts everything down.

    Another bin than was told is taken too, when its rules allow it and the person says why.
    """
    return _said(trucking.stand(actor.warehouse_id, _person(actor), body["code"], body["why"]))


@scan("putaway.put", schema=schemas.Put, posts=POSTS, next=PUTAWAY)
def putaway_put(actor: Actor, body: dict[str, Any]) -> Envelope:
    """So many pieces are in the bin; for those that did not fit the next bin is named."""
    return _said(trucking.put(actor.warehouse_id, _person(actor), body["task_id"], body["qty"]))


@scan("putaway.drop", schema=schemas.OfTask, posts=POSTS, next=PUTAWAY)
def putaway_drop(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The goods stay at the dock after all."""
    person = _person(actor)
    putting.drop(putting.one(person, body["task_id"]))
    return _said(trucking.loading(actor.warehouse_id, person, "inbound.left_at_dock"))
