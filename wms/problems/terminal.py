"""Reporting a problem on a handheld, in two touches, and clearing it from the board."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.problems import rules, schemas, service
from wms.problems.models import Problem

FLOOR = "picker packer receiver supervisor"


@scan("problem.state", schema=Nothing, posts=FLOOR, next=("problem_what",), changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Somebody on the floor has come upon something that is wrong."""
    return Envelope("problem_what")


@scan("problem.about", schema=schemas.Which, posts=FLOOR, next=("problem_why",), changes=False)
def about(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A bin, an item, a cart, whatever has a code is scanned, or nothing: what may be wrong with it is offered."""
    what = service.about(actor.warehouse_id, body["code"])
    shown = {"kind": what.kind, "code": what.code, "label": what.label}
    return Envelope("problem_why", {"about": shown, "reasons": list(rules.REASONS[what.kind])})


@scan("problem.report", schema=schemas.Report, posts=FLOOR, next=("problem_sent",))
def report(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The reason is touched: the supervisors' boards show it at once."""
    made = service.report(actor.warehouse_id, actor.person_id, body["code"], body["reason"])
    return Envelope("problem_sent", _shown(made), "problems.reported")


@scan("problem.note", schema=schemas.Note, posts=FLOOR, next=("problem_sent",))
def note(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Whoever reported it adds some words."""
    return Envelope(
        "problem_sent",
        _shown(service.add_note(actor.warehouse_id, actor.person_id, body["problem_id"], body["note"])),
        "problems.noted",
    )


@scan("problem.clear", schema=schemas.OfProblem, posts="supervisor")
def clear(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor has seen to it: it leaves the boards."""
    cleared = service.clear(actor.warehouse_id, actor.person_id, body["problem_id"])
    return Envelope(message="problems.cleared", params={"what": cleared.label or cleared.code or "–"})


@scan("problem.conflict", schema=schemas.Conflict, posts=FLOOR)
def conflict(actor: Actor, body: dict[str, Any]) -> Envelope:
    """What was scanned without a link could not be accepted: a person has seen to the goods, and says so."""
    service.settle_conflict(actor.warehouse_id, actor.person_id, **body)
    return Envelope(message="problems.conflict_settled")


def _shown(row: Problem) -> dict[str, Any]:
    facts = ("id", "about", "code", "label", "reason", "note")
    return {"problem": {name: getattr(row, name) for name in facts} | {"photos": len(row.photos)}}
