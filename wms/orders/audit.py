"""The audit (审单): paid in full, address clear, nothing that a rule holds, stock promised. What fails is held with its
reason; what rules want besides is done to the orders that go on."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import BigInteger, Row, Text, and_, func, select, update
from sqlalchemy.dialects.postgresql import JSONB

from wms.catalog.models import Sku
from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.core.event import publish
from wms.orders.auditing.applying import without_gifts
from wms.orders.auditing.ruling import Rulings, rulings, tell
from wms.orders.bundles import collapse, explode
from wms.orders.events import OrderConfirmed, OrderHeld, OrdersAudited, OrdersConfirmed
from wms.orders.lifecycle import CONFIRMATION
from wms.orders.models import Order, OrderLine
from wms.orders.rules import Claim, Problem, audit_papers, check_stock, hold_of
from wms.orders.wants import wants_of
from wms.stock import service as stock
from wms.stock.service import Want

CLAIMED = tuple(each.name for each in fields(Claim))


@dataclass
class Audited:
    """What an audit decided: ids of confirmed orders, the problems of held ones, ids it had no say in."""

    confirmed: list[int] = field(default_factory=list)
    held: dict[int, list[Problem]] = field(default_factory=dict)
    passed_over: list[int] = field(default_factory=list)


def audit(order_ids: Iterable[int], *, papers: bool = True) -> Audited:
    """Audit orders that are not confirmed yet, in the sequence of their placing: the first come is promised first.

    Each order is promised whole or not at all. Orders that are confirmed, cancelled or refunded are
    passed over. Orders may be of several warehouses. `papers` False: only their stock is looked at, because the rest
    was audited before.
    """
    ids = sorted(set(order_ids))
    orders = _locked(ids)
    done = Audited(passed_over=sorted(set(ids) - {order.id for order in orders}))
    ruled = rulings(orders) if papers else Rulings()
    sound: dict[int, list[int]] = defaultdict(list)
    for order in sorted(orders, key=lambda order: (order.placed_at, order.id)):
        found = audit_papers(Claim(**{name: getattr(order, name) for name in CLAIMED})) if papers else []
        problems = ruled.problems(order.id, found)
        if problems:
            done.held[order.id] = problems
        else:
            sound[order.warehouse_id].append(order.id)
    ruled.apply(id for ids in sound.values() for id in ids)
    for warehouse_id, sound_ids in sorted(sound.items()):
        short = _promise(warehouse_id, sound_ids)
        done.confirmed += [id for id in sound_ids if id not in short]
        done.held |= {id: [problem] for id, problem in short.items()}
    _store(done)
    tell({order.id: order.hold_reason for order in orders}, done.held)
    _tell(orders, done)
    return done


def _locked(ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Those of the orders that an audit may decide, locked in the order of their ids. What somebody stopped on its way
    is not among them, nor what a clerk is to choose about."""
    undecided = and_(
        Order.confirmation.in_(CONFIRMATION.moves["confirm"][0]), Order.processing == "waiting",
        func.coalesce(Order.hold_reason, "").not_in(["intercepted", "shop_changed"]),
    )  # fmt: skip
    return db.session.execute(
        select(
            Order.id, Order.warehouse_id, Order.placed_at, Order.hold_reason,
            *(getattr(Order, name) for name in CLAIMED),
        )
        .where(among(Order.id, ids), undecided, Order.refund == "none")
        .order_by(Order.id)
        .with_for_update()
    ).all()  # fmt: skip


def _promise(warehouse_id: int, order_ids: Sequence[int]) -> dict[int, Problem]:
    """Promise the stock of these orders, in this sequence; returns what is short of those that got none.

    Bundles are taken apart for it; where they are short, it is a part that is named.
    """
    explode(warehouse_id, order_ids)
    wants: dict[int, list[Want]] = {id: [] for id in order_ids}
    rows = db.session.execute(
        select(OrderLine.id, OrderLine.sku_id, (OrderLine.qty - OrderLine.dropped).label("qty"), OrderLine.order_id)
        .where(among(OrderLine.order_id, order_ids), OrderLine.qty > OrderLine.dropped, ~OrderLine.exploded)
        .order_by(OrderLine.id)
    ).all()
    for row, want in zip(rows, wants_of((row.id, row.sku_id, row.qty) for row in rows), strict=True):
        wants[row.order_id].append(want)
    short = stock.promise_many(warehouse_id, wants)
    bare = without_gifts(short)
    collapse(short)  # but for those that were in a wave before: their lines are known on the floor
    codes = _codes({sku_id for missing in short.values() for sku_id in missing})
    problems = {
        id: check_stock({codes[sku_id]: pieces for sku_id, pieces in missing.items()})
        for id, missing in short.items()
        if id not in bare
    }
    again = _promise(warehouse_id, bare) if bare else {}
    return again | {id: problem for id, problem in problems.items() if problem}


def _codes(sku_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Sku.id, Sku.code).where(among(Sku.id, sku_ids)))
    return {row.id: row.code for row in rows}


def _store(done: Audited) -> None:
    if done.confirmed:
        target = CONFIRMATION.moves["confirm"][1]
        confirmed = {"confirmation": target, "hold_reason": None, "hold_params": None}
        db.session.execute(update(Order).where(among(Order.id, done.confirmed)).values(**confirmed))
    if done.held:
        rows = [(id, *hold_of(problems)) for id, problems in done.held.items()]
        table = rows_of("t", {"id": BigInteger(), "reason": Text(), "params": JSONB()}, rows)
        held = {"confirmation": "held", "hold_reason": table.c.reason, "hold_params": table.c.params}
        db.session.execute(update(Order).where(Order.id == table.c.id).values(**held))


def _tell(orders: Sequence[Row[Any]], done: Audited) -> None:
    warehouses = {order.id: order.warehouse_id for order in orders}
    for id in done.confirmed:
        publish(OrderConfirmed(warehouses[id], id))
    for id, problems in done.held.items():
        publish(OrderHeld(warehouses[id], id, problems[0].code))
    for house in sorted(set(warehouses.values())):
        confirmed, held = (tuple(id for id in ids if warehouses[id] == house) for ids in (done.confirmed, done.held))
        if confirmed:
            publish(OrdersConfirmed(house, confirmed))
        publish(OrdersAudited(house, confirmed, held))  # after that: only orders of one carrier share a parcel
