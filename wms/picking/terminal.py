"""Cart picking on a handheld, scan by scan, and what a supervisor decides about short orders."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from wms.core.actor import Actor
from wms.core.bus import completes
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.core.transaction import transaction
from wms.counting import service as counting
from wms.orders import service as orders
from wms.picking import bulk_terminal, lists, schemas, screen, service, wall_terminal
from wms.picking.events import TaskAssigned
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


@completes(TaskAssigned.name)
def with_screen(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who gets a task sees it with the news: a released wave reaches hundreds of terminals in the same moment."""
    with transaction():
        shown = screen.assigned({each["task_id"]: each["person_id"] for each in given})
    found = {task_id: {"screen": {"next": each.name, "data": each.data}} for task_id, each in shown.items()}
    return [{**each, **found.get(each["task_id"], {})} for each in given]


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


@scan("pick.confirm", schema=schemas.Confirm, posts="picker", next=("pick_line", "pick_done", "home"), moves=True)
def confirm(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The pieces lie in the tote: bin, item, quantity and tote are checked again, and the goods move."""
    scanned = service.Scanned(**{**body, "serials": tuple(body["serials"])})
    picked = service.confirm(actor.warehouse_id, actor.person_id, scanned)
    if picked.sent_home:
        return bulk_terminal.sent_home()
    line = {"id": picked.line_id, "picked": picked.picked, "qty": picked.qty, "status": picked.status}
    data = {"line": line, "progress": {"done": picked.done, "total": picked.total}}
    put = {"qty": body["qty"], "slot": picked.slot}
    if not picked.finished:
        return Envelope("pick_line", data, "picking.picked", put)
    zone = screen.goes_on(body["task_id"])
    message = "picking.zone_done" if zone["zone"] else "picking.task_done"
    return Envelope("pick_done", {**data, **zone}, message, {**put, **zone})


@scan("pick.short", schema=schemas.Short, posts="picker", next=("pick_line", "pick_done", "home"))
def short(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Pieces are missing, damaged or unreadable: the order goes to the supervisor, the picker walks on."""
    closed = service.short(actor.warehouse_id, actor.person_id, body["task_id"], body["line_id"], body["reason"])
    return _closed(body["task_id"], closed, "picking.short_noted")


@scan("pick.short_ways", schema=schemas.LineScan, posts="picker", changes=False)
def short_ways(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker finds too few pieces: what is possible right now is offered, the best first."""
    missing, found = service.options(actor.warehouse_id, actor.person_id, body["task_id"], body["line_id"])
    return Envelope(
        data={"line_id": body["line_id"], "missing": missing, "ways": [each.shown for each in found]}
    )


@scan(
    "pick.short_choose", schema=schemas.ChooseShort, posts="picker",
    next=("pick_line", "pick_done", "home", "count_items", "count_bin"),
)  # fmt: skip
def short_choose(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker chooses: another bin now, fill it up and come back, count it now, without them, or the supervisor."""
    who = (actor.warehouse_id, actor.person_id)
    chosen = service.choose(*who, body["task_id"], body["line_id"], body["reason"], body["how"])
    if chosen.how == "count":
        name, data = counting.state(actor.warehouse_id, _person(actor))
        return Envelope(name, data, "picking.count_now")
    if chosen.closed is None and chosen.sent_home:
        return bulk_terminal.sent_home()
    if chosen.closed is None:
        return Envelope("pick_line", {"task": screen.picture(body["task_id"])}, f"picking.short_{chosen.how}")
    message = "picking.short_noted" if chosen.how == "order" else "picking.short_line"
    return _closed(body["task_id"], replace(chosen.closed, sent_home=chosen.sent_home), message)


def _closed(task_id: int, closed: service.Closed, message: str) -> Envelope:
    """Lines were given up; perhaps they were the last of the walk."""
    lines = [{"id": row.id, "status": row.status, "picked": row.picked} for row in closed.lines]
    data = {"lines": lines, "progress": {"done": closed.done, "total": closed.total}}
    if closed.finished:
        data |= screen.goes_on(task_id)
    if closed.sent_home:
        return bulk_terminal.sent_home(data)
    return Envelope("pick_done" if closed.finished else "pick_line", data, message, {"slot": closed.lines[0].slot})


@scan("pick.take_over", schema=schemas.CartCode, posts="picker", next=("pick_totes", "pick_line", "bulk_stop"))
def take_over(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A picker scans the cart of a colleague who has gone or stands idle, and goes on at the exact line."""
    supervisor = bool(actor.posts & {"supervisor", "admin"})
    found = service.take_over(
        actor.warehouse_id, _person(actor), actor.name, body["code"], supervisor=supervisor
    )  # fmt: skip
    shown = _screen(actor)
    return Envelope(shown.next, shown.data, "picking.taken_over_by_you", {"cart": found.cart})


@scan("pick.ask_for", schema=schemas.CartCode, posts="picker")
def ask_for(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The colleague is at work: they are asked on their screen whether they hand the cart over."""
    service.ask_for(actor.warehouse_id, body["code"], actor.name, _person(actor))
    return Envelope(message="picking.asked_for")


@scan("pick.hand_over", schema=schemas.HandOver, posts="picker", next=("home",))
def hand_over(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The picker gives their cart to the colleague who asked for it."""
    service.hand_over(actor.warehouse_id, actor.person_id, body["task_id"], body["person_id"])
    return Envelope("home", message="picking.handed_over")


@scan("pick.reassign", schema=schemas.HandOver, posts="supervisor")
def reassign(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor gives a cart to somebody, whoever has it."""
    task = service.reassign(actor.warehouse_id, body["task_id"], body["person_id"], actor.name)
    return Envelope(message="picking.reassigned", params={"person": task.person, "cart": task.cart or "–"})


@scan("pick.send_home", schema=schemas.SendHome, posts="supervisor")
def send_home(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor sends somebody home: they finish the line in hand, and their cart waits for another; or they wait
    for a task, and wait no more."""
    sent = service.send_home(actor.warehouse_id, body["person_id"], actor.name, at_once=body["at_once"])
    return Envelope(message="picking.out_of_queue" if sent.waited else "picking.going_home",
                    params={"person": sent.person})  # fmt: skip


@scan("wave.split_carts", schema=schemas.SplitCarts, posts="supervisor")
def split_carts(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor makes a wave of its own of carts that nobody has begun."""
    made = service.split_carts(actor.warehouse_id, body["wave_id"], body["task_ids"], actor.person_id)
    return Envelope(
        data={"wave": {"id": made.id, "number": made.number}}, message="picking.split",
        params={"wave": made.number, "carts": len(set(body["task_ids"]))},
    )  # fmt: skip


@scan("wave.people", schema=schemas.WavePeople, posts="supervisor")
def wave_people(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor puts people on a wave: its carts come first for them."""
    service.put_wave_people(actor.warehouse_id, body["wave_id"], body["person_ids"])
    return Envelope(message="picking.people_put", params={"people": len(set(body["person_ids"]))})


@scan("order.intercept", schema=schemas.Intercept, posts="supervisor clerk")
def intercept(actor: Actor, body: dict[str, Any]) -> Envelope:
    """An order is stopped: at the next scan of its goods, wherever that is, they are put aside and go back."""
    order = service.intercept(
        actor.warehouse_id, body["order_id"], wanted=body["want"], why=body["why"], by=actor.name,
        by_id=actor.person_id,
    )  # fmt: skip
    orders.note("hold", {order.id: {"why": body["why"]}}, person_id=actor.person_id)
    return Envelope(data={"order": orders.stopped_shown(order)}, message="picking.intercepted",
                    params={"order": order.number})  # fmt: skip


@scan("order.let_on", schema=schemas.OrderOnly, posts="supervisor clerk")
def let_on(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A stopped order is released again, while nothing of it was put back."""
    order = service.let_on(actor.warehouse_id, body["order_id"])
    orders.note("let_on", [order.id], person_id=actor.person_id)
    return Envelope(data={"order": orders.stopped_shown(order)}, message="picking.let_on",
                    params={"order": order.number})  # fmt: skip


@scan("pick.plan", schema=Nothing, posts="supervisor", changes=False)
def plan(actor: Actor, body: dict[str, Any]) -> Envelope:
    """How this warehouse picks: ways out of a short pick, when a cart is idle, who may pick where."""
    return Envelope(data=_plan(actor))


@scan("pick.lists", schema=schemas.PickLists, posts="supervisor")
def print_lists(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Carts are picked by paper, or handhelds fail: the lists of a wave's carts are printed, as they stand now."""
    done = lists.print_lists(
        actor.warehouse_id, body["wave_id"], task_ids=body["task_ids"], station=body["station"],
        near=actor.station_id, reason=body["reason"], locale=actor.locale, asked_by=actor.person_id,
    )  # fmt: skip
    return Envelope(data=done, message="picking.lists_asked", params=done)


@scan("pick.put_plan", schema=schemas.Plan, posts="supervisor")
def put_plan(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor changes how this warehouse picks."""
    service.put_plan(actor.warehouse_id, body)
    return Envelope(data=_plan(actor), message="picking.plan_kept")


@scan("pick.put_person", schema=schemas.PersonPlan, posts="supervisor")
def put_person(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor says where somebody may pick, and what they can do."""
    service.put_person(actor.warehouse_id, body["person_id"], body["zones"], body["skills"])
    return Envelope(data=_plan(actor), message="picking.plan_kept")


@scan("pick.put_zone", schema=schemas.ZonePlan, posts="supervisor")
def put_zone(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor says which skills a zone asks for."""
    service.put_zone_skills(actor.warehouse_id, body["zone"], body["skills"])
    return Envelope(data=_plan(actor), message="picking.plan_kept")


def _plan(actor: Actor) -> dict[str, Any]:
    plan = service.plan_of(actor.warehouse_id)
    return {
        "short_ways": plan.short_ways, "idle_minutes": plan.idle_minutes, "put_back_at": plan.put_back_at,
        "people": service.people(actor.warehouse_id), "zone_skills": service.zone_skills(actor.warehouse_id),
    }  # fmt: skip


# ---- putting back

PUTTERS = "picker packer receiver supervisor"
PUT_SCREENS = ("putback_none", "putback_item")


@scan("putback.state", schema=Nothing, posts=PUTTERS, next=PUT_SCREENS, changes=False)
def putback_state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Where somebody stands who puts goods back: a tote in hand, or how many wait."""
    return _put_back(actor)


@scan("putback.take", schema=schemas.CartCode, posts=PUTTERS, next=PUT_SCREENS)
def putback_take(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A tote or a parcel is scanned whose goods go back: what is in it, and where each goes."""
    service.putback.take(actor.warehouse_id, _person(actor), body["code"])
    return _put_back(actor)


@scan("putback.item", schema=schemas.PutBackItem, posts=PUTTERS, changes=False)
def putback_item(actor: Actor, body: dict[str, Any]) -> Envelope:
    """An item comes out of the tote: is it one of these? Nothing moves yet."""
    piece = service.putback.item(actor.warehouse_id, _person(actor), body["code"])
    return Envelope(data={"sku": piece.sku, "lot": piece.lot, "qty": piece.qty})


@scan("putback.put", schema=schemas.PutBackPut, posts=PUTTERS, next=PUT_SCREENS, moves=True)
def putback_put(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The pieces lie in their bin again; after the last of them the tote is free."""
    task = service.putback.put(
        actor.warehouse_id, _person(actor), body["item"], body["bin"], body["qty"], lot=body["lot"],
        serials=tuple(body["serials"]),
    )  # fmt: skip
    done = task.status == "done"
    return _put_back(actor, "picking.put_back_done" if done else "picking.put_back_put", {"qty": body["qty"]})


@scan("putback.let_go", schema=Nothing, posts=PUTTERS, next=PUT_SCREENS)
def putback_let_go(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The tote in hand is handed back: a colleague scans it and goes on."""
    service.putback.let_go(actor.warehouse_id, _person(actor))
    return _put_back(actor)


def _put_back(actor: Actor, message: str | None = None, params: dict[str, Any] | None = None) -> Envelope:
    shown = screen.put_back(actor.warehouse_id, actor.person_id)
    return Envelope(shown.name, shown.data, message, params or {})


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
