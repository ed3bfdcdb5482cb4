"""One action on many orders: looked at, done, taken back; a few at once, thousands by a worker some at a time.

Each step takes the orders that have not had it yet, locks them, decides each by how it stands then, and stores what
became of them in the same transaction: a worker that is killed anywhere leaves each order done or not done, never done
twice.
Looking is the same step undone at its end: what it says is what would have happened.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CursorResult, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from wms.core.actor import Actor
from wms.core.bulk import among, rows_of
from wms.core.catalogue import text
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.job import defer
from wms.core.transaction import attempt
from wms.orders.actions import Action, Doing, Outcome, action_named, cannot
from wms.orders.history import note
from wms.orders.lifecycle import BULK
from wms.orders.models import Order, OrderBulk, OrderBulkItem, Shop

JOB = "orders.bulk"
MOST = 5_000  # orders of one action
AT_HAND = 200  # so many are done while somebody waits for the answer
LISTED = 100  # orders that are named of each outcome
UNDO_WITHIN = timedelta(hours=12)
KEPT = timedelta(days=30)
LEFT_BEHIND = timedelta(days=1)  # what was only looked at


class _Foreseen(Exception):
    """Undoes what was carried out to see what it would come to."""


def begin(who: Actor, name: str, options: Mapping[str, Any], order_ids: Sequence[int]) -> OrderBulk:
    """Ask for an action on these orders, in this sequence. Nothing happens yet but that it is looked at.

    Raises `core.not_found`, `core.not_allowed`, `orders.bulk_none`, `orders.bulk_too_many`, and ValidationError for
    options that the action does not take.
    """
    action = action_named(name)
    who.require(action.needs)
    action.schema().load(options)
    ids = list(dict.fromkeys(order_ids))
    if not ids:
        raise WmsError("orders.bulk_none")
    if len(ids) > MOST:
        raise WmsError("orders.bulk_too_many", most=MOST)
    made = OrderBulk(
        warehouse_id=who.warehouse_id, action=name, options=dict(options), person_id=who.person_id, by=who.name,
        status=BULK.initial, made_at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    rows = rows_of("t", {"order_id": BigInteger()}, [(id,) for id in ids])
    here = select(literal(made.id, BigInteger()), rows.c.nr, rows.c.order_id).join(Order, Order.id == rows.c.order_id)
    source = here.where(Order.warehouse_id == who.warehouse_id)
    db.session.execute(insert(OrderBulkItem).from_select(["bulk_id", "nr", "order_id"], source))
    _have_done(made, len(ids))
    return made


def go(warehouse_id: int, bulk_id: int) -> OrderBulk:
    """Do what was looked at. Raises `core.not_found`, `core.illegal_move` (409)."""
    return _on(warehouse_id, bulk_id, "go")


def undo(warehouse_id: int, bulk_id: int) -> OrderBulk:
    """Take back what was done, of those orders that stand as it left them. Raises as `go`, and `orders.bulk_not_undone`
    where the action knows no way back or it is too long ago."""
    bulk = get(warehouse_id, bulk_id, lock=True)
    if not can_undo(bulk):
        raise WmsError("orders.bulk_not_undone")
    return _on(warehouse_id, bulk_id, "undo")


def can_undo(bulk: OrderBulk) -> bool:
    """Whether its action knows a way back, and it is not too long ago."""
    ended = bulk.ended_at
    return action_named(bulk.action).undo is not None and ended is not None and now() - ended < UNDO_WITHIN


def _on(warehouse_id: int, bulk_id: int, move: str) -> OrderBulk:
    bulk = get(warehouse_id, bulk_id, lock=True)
    bulk.status = BULK.after(move, bulk.status)
    db.session.flush()
    _have_done(bulk, db.session.execute(select(func.count()).where(OrderBulkItem.bulk_id == bulk.id)).scalar_one())
    return bulk


def _have_done(bulk: OrderBulk, orders: int) -> None:
    """At once, or by a worker when there are many."""
    if orders > AT_HAND:
        defer(JOB, bulk_id=bulk.id)
        return
    while advance(bulk.id):
        pass


def get(warehouse_id: int, bulk_id: int, *, lock: bool = False) -> OrderBulk:
    """Raises `core.not_found`, also for another warehouse's."""
    wanted = select(OrderBulk).where(OrderBulk.id == bulk_id, OrderBulk.warehouse_id == warehouse_id)
    wanted = wanted.with_for_update() if lock else wanted
    found = db.session.execute(wanted.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="action", key=bulk_id)
    return found


def left() -> list[int]:
    """Ids of the actions that are under way, for a worker that begins."""
    going = [each for each in BULK.statuses if each.endswith("ing")]
    wanted = select(OrderBulk.id).where(OrderBulk.status.in_(going)).order_by(OrderBulk.id)
    return list(db.session.execute(wanted).scalars())


def forget_old() -> int:
    """Delete what is long over, and what was looked at and never done; returns how many."""
    looked = (OrderBulk.status == "looked") & (OrderBulk.made_at < now() - LEFT_BEHIND)
    over = OrderBulk.status.in_(["done", "undone"]) & (OrderBulk.made_at < now() - KEPT)
    result = db.session.execute(delete(OrderBulk).where(looked | over))
    assert isinstance(result, CursorResult)
    return result.rowcount


# ---- one step

@dataclass(frozen=True)
class _Step:
    """What is done with the orders of an action that stands in one status: which column is filled, of which orders, and
    the move when none is left."""

    column: Any
    of: tuple[Any, ...]
    run: Callable[[Action, Doing, Sequence[OrderBulkItem]], dict[int, dict[str, Any]]]
    ends: str


def advance(bulk_id: int) -> bool:
    """Take the next orders of an action through the step that it is in; says whether there may be more.

    Its row is locked meanwhile: of two workers each takes others.
    """
    bulk = db.session.execute(
        select(OrderBulk).where(OrderBulk.id == bulk_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    step = _STEPS.get(bulk.status) if bulk else None
    if bulk is None or step is None:
        return False
    action = action_named(bulk.action)
    chosen = select(OrderBulkItem).where(OrderBulkItem.bulk_id == bulk_id, step.column.is_(None), *step.of)
    items = db.session.execute(
        chosen.order_by(OrderBulkItem.nr).limit(action.at_once).execution_options(populate_existing=True)
    ).scalars().all()  # fmt: skip
    if not items:
        bulk.status = BULK.after(step.ends, bulk.status)
        bulk.ended_at = now()
        db.session.flush()
        return False
    doing = Doing(bulk.warehouse_id, bulk.person_id, bulk.by, action.schema().load(bulk.options))
    try:
        with attempt():
            found = step.run(action, doing, items)
    except WmsError as error:  # what the action needs is not there: none of them can
        refused = cannot(error.code, **error.params).told()
        found = {item.order_id: {step.column.key: refused} for item in items}
    _store(bulk_id, found)
    return True


def _store(bulk_id: int, facts: Mapping[int, Mapping[str, Any]]) -> None:
    """Columns of items by order id, all rows having the same ones."""
    names = list(next(iter(facts.values())))
    columns = {"order_id": BigInteger(), **dict.fromkeys(names, JSONB(none_as_null=True))}
    rows = rows_of("t", columns, [(id, *each.values()) for id, each in facts.items()])
    mine = (OrderBulkItem.bulk_id == bulk_id, OrderBulkItem.order_id == rows.c.order_id)
    db.session.execute(update(OrderBulkItem).where(*mine).values({name: rows.c[name] for name in names}))


def _look(action: Action, doing: Doing, items: Sequence[OrderBulkItem]) -> dict[int, dict[str, Any]]:
    ids = [item.order_id for item in items]
    seen: dict[int, dict[str, Any]] = {}
    outcomes: dict[int, Outcome] = {}
    try:
        with attempt():
            orders = _locked(action, doing, ids)
            seen = {id: _watched(action, order) for id, order in orders.items()}
            outcomes = _carried_out(action, doing, ids, orders, {})
            raise _Foreseen
    except _Foreseen:
        pass
    return {id: {"foreseen": outcomes[id].told(), "seen": seen.get(id)} for id in ids}


def _do(action: Action, doing: Doing, items: Sequence[OrderBulkItem]) -> dict[int, dict[str, Any]]:
    ids = [item.order_id for item in items]
    orders = _locked(action, doing, ids)
    changed = {
        item.order_id: cannot("orders.changed_meanwhile")
        for item in items
        if item.order_id in orders and item.seen != _watched(action, orders[item.order_id])
    }
    outcomes = _carried_out(action, doing, ids, orders, changed)
    by_text: dict[str, dict[int, Mapping[str, Any]]] = {}
    for id, outcome in outcomes.items():
        if outcome.done:
            by_text.setdefault(outcome.history or action.name, {})[id] = outcome.params
    for said, params in by_text.items():
        note(said, params, person_id=doing.person_id)
    return {id: {"outcome": each.told(), "kept": _json(each.kept)} for id, each in outcomes.items()}


def _undo(action: Action, doing: Doing, items: Sequence[OrderBulkItem]) -> dict[int, dict[str, Any]]:
    assert action.undo is not None
    orders = _locked(action, doing, [item.order_id for item in items])
    kept = {item.order_id: item.kept or {} for item in items}

    def take_back(doing: Doing, going: Sequence[Order]) -> Mapping[int, Outcome]:
        assert action.undo is not None
        return action.undo(doing, [(order, kept[order.id]) for order in going])

    outcomes = _tried(take_back, doing, [orders[id] for id in kept if id in orders])
    done = [id for id, each in outcomes.items() if each.done]
    what = {"what": [{"say": action.title}]}
    note("undone", dict.fromkeys(done, what), person_id=doing.person_id)
    gone = cannot("orders.gone")
    return {id: {"undone": outcomes.get(id, gone).told()} for id in kept}


_STEPS: Mapping[str, _Step] = {
    "looking": _Step(OrderBulkItem.foreseen, (), _look, "look"),
    "doing": _Step(OrderBulkItem.outcome, (), _do, "finish"),
    "undoing": _Step(OrderBulkItem.undone, (OrderBulkItem.kept.is_not(None),), _undo, "end"),
}


def _locked(action: Action, doing: Doing, ids: Sequence[int]) -> dict[int, Order]:
    """The orders, their rows locked in the sequence of their ids and read anew."""
    action.first(doing, sorted(ids))
    mine = (among(Order.id, ids), Order.warehouse_id == doing.warehouse_id)
    wanted = select(Order).where(*mine).order_by(Order.id).with_for_update()
    found = db.session.execute(wanted.execution_options(populate_existing=True)).scalars()
    return {order.id: order for order in found}


def _carried_out(
    action: Action, doing: Doing, ids: Sequence[int], orders: Mapping[int, Order], refused: Mapping[int, Outcome]
) -> dict[int, Outcome]:
    """What becomes of each order; those in `refused` are left alone."""
    outcomes = {id: cannot("orders.gone") for id in ids if id not in orders} | dict(refused)
    going = []
    for id in ids:
        if id in outcomes:
            continue
        wrong = action.check(doing, orders[id])
        if wrong is not None:
            outcomes[id] = wrong
        else:
            going.append(orders[id])
    return outcomes | _tried(action.do, doing, going)


def _tried(
    act: Callable[[Doing, Sequence[Order]], Mapping[int, Outcome]], doing: Doing, going: Sequence[Order]
) -> dict[int, Outcome]:
    """All together; where one of them is refused, one by one, so that it keeps none of the others."""
    if not going:
        return {}
    try:
        with attempt():
            found = dict(act(doing, going))
    except WmsError as error:
        if len(going) == 1:
            return {going[0].id: cannot(error.code, **error.params)}
        return {id: each for order in going for id, each in _tried(act, doing, [order]).items()}
    return {order.id: found.get(order.id, cannot("orders.not_taken")) for order in going}


def _watched(action: Action, order: Order) -> dict[str, Any]:
    return {name: _plain(getattr(order, name)) for name in action.watches}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _json(kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if kept is None else {name: _plain(each) for name, each in kept.items()}


# ---- setting columns

Values = Callable[[Doing, Order], Mapping[str, Any]]


def setting(
    values: Values, done: str, history: Callable[[Doing], Mapping[str, Any]] = lambda doing: {}
) -> dict[str, Any]:
    """The `do` and `undo` of an action that gives columns of an order new `values`; what somebody changed since is not
    taken back. `done`: code of the outcome; `history`: what fills its text."""

    def do(doing: Doing, going: Sequence[Order]) -> Mapping[int, Outcome]:
        found = {}
        for order in going:
            new = values(doing, order)
            was = {name: _plain(getattr(order, name)) for name in new}
            for name, value in new.items():
                setattr(order, name, value)
            kept = {"was": was, "now": {name: _plain(each) for name, each in new.items()}}
            found[order.id] = Outcome(done, history(doing), kept=kept)
        db.session.flush()
        return found

    def undo(doing: Doing, going: Sequence[tuple[Order, Mapping[str, Any]]]) -> Mapping[int, Outcome]:
        found = {}
        for order, kept in going:
            if any(_plain(getattr(order, name)) != value for name, value in kept["now"].items()):
                found[order.id] = cannot("orders.changed_since")
                continue
            for name, value in kept["was"].items():
                moment = isinstance(getattr(order, name), datetime)
                setattr(order, name, datetime.fromisoformat(value) if moment and value else value)
            found[order.id] = Outcome("orders.taken_back")
        db.session.flush()
        return found

    return {"do": do, "undo": undo}


# ---- how it is shown

_SHOWN: Mapping[str, Any] = {
    "looking": OrderBulkItem.foreseen, "looked": OrderBulkItem.foreseen, "doing": OrderBulkItem.outcome,
    "done": OrderBulkItem.outcome, "undoing": OrderBulkItem.undone, "undone": OrderBulkItem.undone,
}  # fmt: skip


def shown(bulk: OrderBulk, locale: str) -> dict[str, Any]:
    """How far an action is, and what would become or became of its orders.

    `{id, action, title, status, by, at, orders, through, done, refused, undo, outcomes}`: `orders` are all, `through`
    those that have had the step at hand; `outcomes` [{code, text, reason, done, orders, listed: [{id, number, shop,
    text}]}], most first, those that are not possible last.
    """
    action = action_named(bulk.action)
    its = _SHOWN[bulk.status]
    of = _STEPS["undoing"].of if its is OrderBulkItem.undone else ()
    counted = select(func.count(), func.count(its)).where(OrderBulkItem.bulk_id == bulk.id, *of)
    orders, through = db.session.execute(counted).one()
    outcomes = _outcomes(bulk.id, its, locale)
    done = sum(each["orders"] for each in outcomes if each["done"])
    return {
        "id": bulk.id, "action": bulk.action, "title": text(action.title, locale), "status": bulk.status, "by": bulk.by,
        "at": bulk.made_at.isoformat(), "orders": orders, "through": through, "done": done, "refused": through - done,
        "undo": bulk.status == "done" and done > 0 and can_undo(bulk), "outcomes": outcomes,
    }  # fmt: skip


def _outcomes(bulk_id: int, its: Any, locale: str) -> list[dict[str, Any]]:
    code, reason, done = its["code"].astext, its["reason"].astext, its["done"].as_boolean()
    mine = (OrderBulkItem.bulk_id == bulk_id, its.is_not(None))
    groups = db.session.execute(
        select(code.label("code"), reason.label("reason"), done.label("done"), func.count().label("orders"))
        .where(*mine).group_by(code, reason, done)
        .order_by(done.desc(), func.count().desc(), code)
    ).all()  # fmt: skip
    named = (
        select(Order.id, Order.number, Shop.code.label("shop"), its["params"].label("params"))
        .join(OrderBulkItem, OrderBulkItem.order_id == Order.id)
        .join(Shop, Shop.id == Order.shop_id)
        .where(*mine, code == bindparam("code"), reason == bindparam("reason"))
        .order_by(OrderBulkItem.nr)
        .limit(LISTED)
    )
    found = []
    for group in groups:
        rows = db.session.execute(named, {"code": group.code, "reason": group.reason}).all()
        listed = [
            {"id": row.id, "number": row.number, "shop": row.shop, "text": text(group.code, locale, **row.params)}
            for row in rows
        ]
        found.append({**group._mapping, "text": listed[0]["text"] if listed else group.code, "listed": listed})
    return found


def recent(who: Actor, locale: str, limit: int = 10) -> list[dict[str, Any]]:
    """What somebody did to many orders lately, the newest first, each as `{id, title, status, at, undo}`."""
    mine = (OrderBulk.warehouse_id == who.warehouse_id, OrderBulk.person_id == who.person_id)
    begun = select(OrderBulk).where(*mine, OrderBulk.status.not_in(["looking", "looked"]))
    rows = db.session.execute(begun.order_by(OrderBulk.id.desc()).limit(limit)).scalars()
    return [
        {"id": one.id, "title": text(action_named(one.action).title, locale), "status": one.status,
         "at": one.made_at.isoformat(), "undo": one.status == "done" and can_undo(one)}
        for one in rows
    ]  # fmt: skip
