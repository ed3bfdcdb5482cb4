"""Cart picking on a handheld, scan by scan, and what a supervisor decides about short orders."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.picking import bulk_terminal, schemas, screen, service, wall_terminal
from wms.picking.rules import screen_of

__all__ = ["bulk_terminal", "wall_terminal"]  # their scans are declared by being imported

WORKING = ("pick_start", "pick_totes", "pick_line", "bulk_start", "bulk_stop")


@scan("terminal.state", schema=Nothing, next=("home", "pick_wait", *WORKING), changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A terminal was switched on or lost its page: it goes on at the very screen where its person stands."""
    return _screen(actor)


@scan("pick.task", schema=Nothing, posts="picker", next=("home", "pick_wait", *WORKING), changes=False)
def task(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The terminal heard that a task was assigned or changed, and fetches it."""
    return _screen(actor)


@scan("pick.ready", schema=Nothing, posts="picker", next=("pick_wait", *WORKING))
def ready(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker is ready: an open task at once, else a place in the queue for the next one."""
    task = service.ready(actor.warehouse_id, _person(actor))
    if task is None:
        return Envelope("pick_wait", message="picking.waiting")
    return _screen(actor)


@scan("pick.cart", schema=schemas.CartScan, posts="picker", next=("pick_totes", "pick_line"))
def cart(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker scans the cart. One that a colleague handed back is scanned to show that it was found."""
    service.take_cart(actor.warehouse_id, actor.person_id, body["task_id"], body["code"])
    answer = _screen(actor)
    return Envelope(answer.next, answer.data, "picking.cart_taken_up", {"cart": answer.data["task"]["cart"]["code"]})


@scan("pick.tote", schema=schemas.ToteScan, posts="picker", next=("pick_totes", "pick_line"))
def tote(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker puts an empty tote into a slot and scans it; after the last one the walk begins."""
    found = service.place_tote(actor.warehouse_id, actor.person_id, body["task_id"], body["slot"], body["code"])
    slots = screen.slots(found.id)
    placed = {"slot": body["slot"], "tote": next(s["tote"] for s in slots if s["slot"] == body["slot"])}
    return Envelope(screen_of(found), {"slots": slots}, "picking.tote_placed", placed)


@scan("pick.check", schema=schemas.Check, posts="picker", changes=False)
def check(actor: Actor, body: dict[str, Any]) -> Envelope:
    """At the bin, at the item, at the tote: is this the right one? Nothing moves yet.

    Of an item, a lot label or a piece with a number, the answer says which lot and number were read.
    """
    return Envelope(data=service.check(actor.warehouse_id, actor.person_id, **body))


@scan("pick.confirm", schema=schemas.Confirm, posts="picker", next=("pick_line", "pick_done"), moves=True)
def confirm(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The pieces lie in the tote: bin, item, quantity and tote are checked again, and the goods move."""
    scanned = service.Scanned(**{**body, "serials": tuple(body["serials"])})
    picked = service.confirm(actor.warehouse_id, actor.person_id, scanned)
    line = {"id": picked.line_id, "picked": picked.picked, "qty": picked.qty, "status": picked.status}
    return Envelope(
        "pick_done" if picked.finished else "pick_line",
        {"line": line, "progress": {"done": picked.done, "total": picked.total}},
        "picking.task_done" if picked.finished else "picking.picked",
        {"qty": body["qty"], "slot": picked.slot},
    )


@scan("pick.short", schema=schemas.Short, posts="picker", next=("pick_line", "pick_done"))
def short(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Pieces are missing, damaged or unreadable: the order goes to the supervisor, the picker walks on."""
    closed = service.short(actor.warehouse_id, actor.person_id, body["task_id"], body["line_id"], body["reason"])
    lines = [{"id": row.id, "status": row.status, "picked": row.picked} for row in closed.lines]
    return Envelope(
        "pick_done" if closed.finished else "pick_line",
        {"lines": lines, "progress": {"done": closed.done, "total": closed.total}},
        "picking.short_noted",
        {"slot": closed.lines[0].slot},
    )


@scan("pick.let_go", schema=schemas.TaskId, posts="picker", next=("home",))
def let_go(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker hands the task back; a colleague scans its cart and goes on at the same line."""
    service.let_go(actor.warehouse_id, actor.person_id, body["task_id"])
    return Envelope("home", message="picking.let_go")


@scan("order.resolve_short", schema=schemas.ResolveShort, posts="supervisor")
def resolve_short(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor sends a short order without what is missing, or has it picked from other bins."""
    act = service.ship_without if body["how"] == "ship_without" else service.pick_again
    order = act(actor.warehouse_id, body["order_id"])
    pieces = sum(qty for _, qty in order.missing.values())
    return Envelope(
        data={"order": {"id": order.id, "number": order.number}, "pieces": pieces},
        message=f"picking.{body['how']}",
        params={"order": order.number, "pieces": pieces},
    )


def _screen(actor: Actor) -> Envelope:
    shown = screen.state(actor.warehouse_id, actor.person_id)
    return Envelope(shown.name, shown.data)


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise WmsError("picking.person_needed")
    return actor.person_id
