"""Orders for one place in one parcel (合单), and parting them again.

The lines of the others become lines of the one that leads, each knowing whose it is: so waves, picking, packing and
the carrier have one order in hand, and what is promised to a line goes with it. The others stay as they are, `merged`.
"""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text, update

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.orders.audit import audit
from wms.orders.bundles import collapse
from wms.orders.events import OrdersMoved, OrdersRecalled
from wms.orders.history import note
from wms.orders.lifecycle import CONFIRMATION
from wms.orders.merge_rules import BEHIND, Candidate, Group, groups, leader_of, why_not
from wms.orders.models import MAY_MERGE, Order, OrderLine
from wms.orders.settings import order_setting
from wms.stock import service as stock

REGROUPED = "regrouped"  # why an order is held while its stock is promised anew
SUGGESTED = 200  # sets of orders that a clerk is shown

_OPEN = MAY_MERGE.replace("confirmation", "o.confirmation").replace("processing", "o.processing")
_FACTS = """
    SELECT o.id, o.number, o.shop_id, s.platform, s.merging, s.owner_id, o.carrier, o.currency, o.kind, o.placed_at,
           o.promised_at, o.confirmation, o.hold_reason, o.payment, o.processing, o.refund, o.cod, o.gift_note,
           o.address_id, o.place_key, o.companions, o.keep_apart,
           o.split_from_id IS NOT NULL OR EXISTS (
               SELECT FROM sales_order p WHERE p.split_from_id = o.id AND p.confirmation <> 'cancelled'
           ) AS split
    FROM sales_order o JOIN shop s ON s.id = o.shop_id
    WHERE o.warehouse_id = :warehouse_id AND o.id = ANY(:ids)
    ORDER BY o.id
"""
_READ = text(_FACTS)
_LOCKED = text(_FACTS + " FOR NO KEY UPDATE OF o")
# Who waits here for nobody cannot be waited for in a circle; what it passes over, the minute's sweep finds.
_FREE = text(_FACTS + " FOR NO KEY UPDATE OF o SKIP LOCKED")
_LIKE = text(
    f"""
    WITH asked AS (SELECT place_key, address_id FROM sales_order WHERE id = ANY(:ids))
    SELECT o.id FROM sales_order o JOIN (SELECT DISTINCT place_key FROM asked) a ON a.place_key = o.place_key
    WHERE o.warehouse_id = :warehouse_id AND {_OPEN}
    UNION
    SELECT o.id FROM sales_order o JOIN (SELECT DISTINCT address_id FROM asked WHERE address_id <> '') a
        ON a.address_id = o.address_id
    WHERE o.warehouse_id = :warehouse_id AND {_OPEN}
    """  # noqa: S608
)
_SEVERAL = text(
    f"""
    SELECT id FROM (
        SELECT o.id, count(*) OVER (PARTITION BY o.place_key) AS alike FROM sales_order o
        WHERE o.warehouse_id = :warehouse_id AND {_OPEN} AND o.place_key IS NOT NULL
    ) AS by_place WHERE alike > 1
    UNION
    SELECT id FROM (
        SELECT o.id, count(*) OVER (PARTITION BY o.address_id) AS alike FROM sales_order o
        WHERE o.warehouse_id = :warehouse_id AND {_OPEN} AND o.address_id <> ''
    ) AS by_id WHERE alike > 1
    """  # noqa: S608
)
_NAMES = tuple(each.name for each in fields(Candidate))


# ---- which

def _candidates(statement: Any, warehouse_id: int, ids: Iterable[int]) -> list[Candidate]:
    rows = db.session.execute(statement, {"warehouse_id": warehouse_id, "ids": sorted(set(ids))})
    return [Candidate(**{name: getattr(row, name) for name in _NAMES}) for row in rows]


def _alike(warehouse_id: int, order_ids: Iterable[int] | None) -> list[int]:
    """Open orders that go where others go: of the whole warehouse, or where some orders go."""
    asked = {"warehouse_id": warehouse_id}
    if order_ids is None:
        return list(db.session.execute(_SEVERAL, asked).scalars())
    return list(db.session.execute(_LIKE, {**asked, "ids": sorted(set(order_ids))}).scalars())


def suggestions(warehouse_id: int, order_id: int | None = None) -> list[dict[str, Any]]:
    """Sets of orders that could share a parcel, at most SUGGESTED: `[{leader, orders: [{id, number, …}]}]`.

    With `order_id` those with this one in it.
    """
    found = _candidates(_READ, warehouse_id, _alike(warehouse_id, None if order_id is None else [order_id]))
    known = {each.id: each for each in found}
    told = []
    for group in groups(found):
        ids = (group.leader, *group.others)
        if order_id is None or order_id in ids:
            told.append({"leader": group.leader, "orders": [_told(known[id]) for id in ids]})
    return told[:SUGGESTED]


def _told(order: Candidate) -> dict[str, Any]:
    return {
        "id": order.id, "number": order.number, "carrier": order.carrier, "confirmation": order.confirmation,
        "kind": order.kind, "placed_at": order.placed_at.isoformat(), "promised_at": order.promised_at.isoformat(),
        "companions": order.companions,
    }  # fmt: skip


def merge_preview(warehouse_id: int, order_ids: Collection[int]) -> dict[str, Any]:
    """What `merge` would do, without doing it: `{leader, number, orders, why}`; `why` {code, params} stands against
    it, None when nothing does."""
    found = _candidates(_READ, warehouse_id, order_ids)
    refused = _refusal(found, order_ids)
    leads = leader_of(found) if found else None
    return {
        "leader": leads.id if leads else None, "number": leads.number if leads else "",
        "orders": [_told(each) for each in found],
        "why": {"code": refused.code, "params": refused.params} if refused else None,
    }  # fmt: skip


def _refusal(found: Sequence[Candidate], order_ids: Collection[int]) -> WmsError | None:
    missing = set(order_ids) - {each.id for each in found}
    if missing:
        return WmsError("core.not_found", thing="order", key=min(missing))
    if len(found) < 2:
        return WmsError("orders.merge_two")
    why = why_not(found)
    return WmsError(f"orders.merge.{why[0]}", order=why[1].number) if why else None


# ---- merging

def merge(warehouse_id: int, order_ids: Collection[int], *, by: int | None) -> int:
    """These orders go in one parcel; returns the id of the one that leads. A person says so, at any time before a wave.

    Raises `core.not_found`, `orders.merge_two`, and (409) `orders.merge.<why>` of `merge_rules.why_not`: then nothing
    has moved.
    """
    found = _candidates(_LOCKED, warehouse_id, order_ids)
    refused = _refusal(found, order_ids)
    if refused:
        raise refused
    leads = leader_of(found)
    group = Group(leads.id, tuple(each.id for each in found if each.id != leads.id))
    _join(warehouse_id, [group], {each.id: each for each in found}, by)
    return leads.id


def merge_by_itself(warehouse_id: int, order_ids: Iterable[int] | None = None) -> int:
    """Merge what may be merged without being asked: confirmed orders, of the whole warehouse or that go where these
    go. Returns how many now travel with another."""
    how = order_setting(warehouse_id)
    if how.merging != "automatic":
        return 0
    ids = _alike(warehouse_id, order_ids)
    if len(ids) < 2:
        return 0
    found = {each.id: each for each in _candidates(_FREE, warehouse_id, ids) if each.confirmation == "confirmed"}
    made = groups(found.values(), timedelta(minutes=how.merge_minutes))
    _join(warehouse_id, made, found, None)
    return sum(len(group.others) for group in made)


_PAIRS = "unnest(cast(:others AS bigint[]), cast(:leaders AS bigint[])) AS p (other, leader)"
_TAKE_LINES = text(
    f"""
    UPDATE order_line l
    SET order_id = p.leader, origin_id = coalesce(l.origin_id, l.order_id),
        line_key = CASE WHEN l.origin_id IS NULL THEN l.order_id || '{BEHIND}' || l.line_key ELSE l.line_key END
    FROM {_PAIRS} WHERE l.order_id = p.other
    """  # noqa: S608
)
_FOLLOW_ON = text(f"UPDATE sales_order o SET merged_into_id = p.leader FROM {_PAIRS} WHERE o.merged_into_id = p.other")  # noqa: S608
_FOLLOW = text(
    f"""
    UPDATE sales_order o
    SET confirmation = '{CONFIRMATION.moves["merge"][1]}', merged_into_id = p.leader, companions = 0,
        hold_reason = NULL, hold_params = NULL
    FROM {_PAIRS} WHERE o.id = p.other
    """  # noqa: S608
)
_COUNT = text(
    """
    UPDATE sales_order o SET companions = (SELECT count(*) FROM sales_order f WHERE f.merged_into_id = o.id)
    WHERE o.id = ANY(:leaders)
    """
)


def _join(
    warehouse_id: int, made: Sequence[Group], known: Mapping[int, Candidate], by: int | None
) -> None:
    """Orders that are locked travel together. Where one of them was held, the stock of all is promised anew."""
    pairs = {other: group.leader for group in made for other in group.others}
    if not pairs:
        return
    asked = {"others": list(pairs), "leaders": list(pairs.values())}
    for statement in (_TAKE_LINES, _FOLLOW_ON, _FOLLOW):
        db.session.execute(statement, asked)
    _count(pairs.values())
    note("merged", {other: {"into": known[leader].number} for other, leader in pairs.items()}, person_id=by)
    others = {group.leader: ", ".join(known[id].number for id in group.others) for group in made}
    note("took_along", {leader: {"orders": numbers} for leader, numbers in others.items()}, person_id=by)
    into = {**pairs, **{leader: leader for leader in others}}
    held = {leader for id, leader in into.items() if known[id].confirmation == "held"}
    db.session.expire_all()
    promise_again(sorted(held))
    publish(OrdersMoved(warehouse_id, tuple(sorted({*pairs, *pairs.values()})), "merge"))


def _count(leaders: Iterable[int]) -> None:
    db.session.execute(_COUNT, {"leaders": sorted(set(leaders))})


def promise_again(order_ids: Sequence[int]) -> None:
    """Locked orders whose lines have changed: what is promised to them is let go, and promised anew as they are now."""
    if not order_ids:
        return
    lines = select(OrderLine.id).where(among(OrderLine.order_id, order_ids))
    stock.release_promises(list(db.session.execute(lines).scalars()))
    collapse(order_ids)
    again = {"confirmation": CONFIRMATION.moves["hold"][1], "hold_reason": REGROUPED, "hold_params": None}
    db.session.execute(update(Order).where(among(Order.id, order_ids)).values(**again))
    audit(order_ids, papers=False)


# ---- parting

def recall(warehouse_id: int, order_ids: Collection[int], by: int | None) -> None:
    """Orders that are in a wave, and of which nothing is picked, wait again. Comes before their rows are locked."""
    waved = select(Order.id).where(among(Order.id, order_ids), Order.processing == "waved")
    found = tuple(sorted(db.session.execute(waved).scalars()))
    if found:
        publish(OrdersRecalled(warehouse_id, found, by))


def unmerge(warehouse_id: int, order_id: int, *, by: int | None) -> list[int]:
    """This order goes alone again, and when it leads, so do all that travel with it; returns the ids of all of them.

    Nothing merges them by itself again. Raises `core.not_found`, `orders.not_merged` and, once somebody has begun to
    pick them, `orders.merge.begun` (409).
    """
    order = _one(warehouse_id, order_id)
    leader_id = order.merged_into_id or order.id
    recall(warehouse_id, [leader_id], by)
    gone = part([order_id], by=by, alone=True)
    if not gone:
        if not (order.merged_into_id or order.companions):
            raise WmsError("orders.not_merged", order=order.number)
        raise WmsError("orders.merge.begun", order=order.number)
    return sorted({*gone, leader_id})


def parcel_of(warehouse_id: int, order_id: int) -> int:
    """The id of the order that the floor has in hand for this one: itself, unless it travels with another.

    Raises `core.not_found`.
    """
    order = _one(warehouse_id, order_id)
    return order.merged_into_id or order.id


def _one(warehouse_id: int, order_id: int) -> Order:
    order = db.session.get(Order, order_id, populate_existing=True)
    if order is None or order.warehouse_id != warehouse_id:
        raise WmsError("core.not_found", thing="order", key=order_id)
    return order


_FAMILY = text(
    """
    SELECT o.id, o.number, o.merged_into_id, o.hold_params FROM sales_order o
    WHERE o.id = ANY(:ids) AND o.merged_into_id IS NOT NULL OR o.merged_into_id = ANY(:ids)
    ORDER BY o.id FOR NO KEY UPDATE
    """
)
_LEADERS = text(
    """
    SELECT id, number, warehouse_id, confirmation, hold_reason FROM sales_order
    WHERE id = ANY(:ids) AND processing = 'waiting' AND shipping = 'unshipped' ORDER BY id FOR NO KEY UPDATE
    """
)
_GIVE_LINES = text(
    f"""
    UPDATE order_line l
    SET order_id = l.origin_id, line_key = substr(l.line_key, length(l.origin_id || '{BEHIND}') + 1), origin_id = NULL
    FROM {_PAIRS} WHERE l.order_id = p.leader AND l.origin_id = p.other
    """  # noqa: S608
)
_ALONE = text(
    f"""
    UPDATE sales_order o
    SET merged_into_id = NULL, keep_apart = o.keep_apart OR :alone,
        confirmation = CASE WHEN l.confirmation = 'confirmed' THEN '{CONFIRMATION.moves["confirm"][1]}'
                            ELSE '{CONFIRMATION.moves["part"][1]}' END,
        hold_reason = CASE WHEN l.confirmation = 'confirmed' THEN NULL ELSE '{REGROUPED}' END, hold_params = NULL
    FROM {_PAIRS} JOIN sales_order l ON l.id = p.leader WHERE o.id = p.other
    """  # noqa: S608
)


def part(order_ids: Collection[int], *, by: int | None = None, alone: bool = False) -> list[int]:
    """Of these orders those that travel with another, and those that travel with one of them, go alone again while
    their parcel's order waits; returns their ids. `alone`: nothing merges them by itself any more.

    What was promised to their lines stays so; where the order that led was held, it is promised anew.
    """
    if not order_ids:
        return []
    family = db.session.execute(_FAMILY, {"ids": sorted(set(order_ids))}).all()
    if not family:
        return []
    leaders = {row.id: row for row in db.session.execute(_LEADERS, {"ids": sorted({r.merged_into_id for r in family})})}
    pairs = {row.id: row.merged_into_id for row in family if row.merged_into_id in leaders}
    if not pairs:
        return []
    asked = {"others": list(pairs), "leaders": list(pairs.values())}
    db.session.execute(_GIVE_LINES, asked)
    db.session.execute(_ALONE, {**asked, "alone": alone})
    _count(pairs.values())
    if alone:
        db.session.execute(update(Order).where(among(Order.id, leaders)).values(keep_apart=True))
    db.session.expire_all()
    note("parted", {other: {"order": leaders[leader].number} for other, leader in pairs.items()}, person_id=by)
    promise_again([other for other, leader in pairs.items() if leaders[leader].confirmation != "confirmed"])
    short = [leader for leader in set(pairs.values()) if leaders[leader].hold_reason == "stock_short"]
    audit(short, papers=False)
    for house in {leader.warehouse_id for leader in leaders.values()}:
        moved = (each for pair in pairs.items() for each in pair if leaders[pair[1]].warehouse_id == house)
        publish(OrdersMoved(house, tuple(sorted(set(moved))), "part"))
    return sorted(pairs)
