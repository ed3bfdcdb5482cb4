"""Telling shops what left. A row for each order is its own queue: it waits until the shop has confirmed it.

That the shop is about to be told is committed before it is told. Whoever finds that, after a silence or a kill, asks
the shop what it knows, and tells it only the rest: no parcel is announced twice, none is forgotten. So is it asked
before each part of a split order, which is told as more of what it knows.
"""
from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import structlog
from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from wms.channels.accounts import Line, at_work, hold_on
from wms.channels.client import PATIENCE, BusyError, ExpiredError, RefusedError, SilentError
from wms.channels.lifecycle import PUSH
from wms.channels.models import ChannelAccount, ChannelOrder, ShopPush
from wms.channels.plugin import ParcelSent, Shipment, deaf
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.transaction import carry_out
from wms.orders import service as orders
from wms.orders.models import Order, OrderLine
from wms.packing.models import Parcel, ParcelLine
from wms.shipping.models import Carrier, Waybill

log = structlog.get_logger(__name__)

BUDGET_S = 40.0
SILENCES = 3  # one after another: then it is the shop, and not what it was told


@dataclass(frozen=True)
class _Due:
    """A push in hand. `again`: the shop was told before, and what it made of it is not known."""

    id: int
    shipment: Shipment
    again: bool


@dataclass(frozen=True)
class _Row:
    """An order that has left, as its shop knows it."""

    shop_id: int
    order_id: int
    platform_id: str
    told: orders.ToldOf


def note_shipped(order_ids: Sequence[int]) -> list[int]:
    """Orders have left: their shops are to be told, within the caller's transaction. Returns the shops' ids.

    Orders that came another way than from a shop's account are passed over; one that is noted already stays as it is.
    """
    told = orders.told_of(order_ids)
    known = db.session.execute(
        select(ChannelOrder.shop_id, ChannelOrder.order_id, ChannelOrder.platform_id)
        .join(ChannelAccount, ChannelAccount.shop_id == ChannelOrder.shop_id)
        .where(among(ChannelOrder.order_id, {each.root_id for each in told}), ChannelAccount.plugin.not_in(deaf()))
    )  # fmt: skip
    there = {row.order_id: row for row in known}
    rows = [
        _Row(there[each.root_id].shop_id, each.order_id, there[each.root_id].platform_id, each)
        for each in told
        if each.root_id in there
    ]
    if not rows:
        return []
    shipments = _shipments(rows)
    values = [
        {
            "shop_id": row.shop_id, "order_id": row.order_id, "platform_id": row.platform_id, "made_at": now(),
            "body": _body(shipments[row.order_id]), "status": PUSH.initial, "tries": 0, "error": "",
        }
        for row in rows
    ]  # fmt: skip
    db.session.execute(insert(ShopPush).values(values).on_conflict_do_nothing())
    return sorted({row.shop_id for row in rows})


def _shipments(rows: Sequence[_Row]) -> dict[int, Shipment]:
    """By order: the parcels that it is in, its own or that of the order which it travels with, and what of its own
    lines each has. A part of a split order is told in the words of the whole: its number and its lines' keys."""
    parcels_of = {row.told.carried_by for row in rows}
    lines = {
        line.id: line
        for line in db.session.execute(
            select(OrderLine).where(among(OrderLine.order_id, parcels_of)).order_by(OrderLine.id)
        ).scalars()
    }
    wanted = {row.order_id: row for row in rows}
    held = db.session.execute(
        select(Parcel.id, Parcel.order_id, Waybill.number, Carrier.code, ParcelLine.order_line_id, ParcelLine.qty)
        .join(Waybill, (Waybill.parcel_id == Parcel.id) & (Waybill.status == "issued"))
        .join(Carrier, Carrier.id == Waybill.carrier_id)
        .join(ParcelLine, ParcelLine.parcel_id == Parcel.id)
        .where(among(Parcel.order_id, parcels_of), Parcel.status == "shipped")
        .order_by(Parcel.id, ParcelLine.order_line_id)
    ).all()
    sent: dict[int, dict[int, ParcelSent]] = {id: {} for id in wanted}
    bundles: set[int] = set()  # which the shop sold as one piece: told with the first parcel that has a part of it
    for row in held:
        line = lines[row.order_line_id]
        whose = line.origin_id or line.order_id
        if whose not in sent:
            continue  # one of the orders in it came another way than from a shop's account
        parcel = sent[whose].setdefault(row.id, ParcelSent(row.number, row.code, {}))
        told, qty = (line, row.qty) if line.bundle_line_id is None else (lines[line.bundle_line_id], 0)
        if line.bundle_line_id is not None and told.id not in bundles:
            bundles.add(told.id)
            qty = told.qty - told.dropped
        if qty and not told.gift:  # of what our rules give the shop knows nothing
            key = orders.own_key(told.origin_id, told.line_key)
            parcel.lines[key] = parcel.lines.get(key, 0) + qty
    short = {line.origin_id or line.order_id for line in lines.values() if line.dropped and not line.gift}
    return {
        id: Shipment(
            wanted[id].platform_id,
            tuple(parcels.values()),
            complete=id not in short and wanted[id].told.complete,
            part=wanted[id].told.part,
        )
        for id, parcels in sent.items()
    }


def _body(shipment: Shipment) -> dict[str, Any]:
    part = {"part": True} if shipment.part else {}
    return {"complete": shipment.complete, "parcels": [asdict(parcel) for parcel in shipment.parcels], **part}


def _shipment(push: ShopPush) -> Shipment:
    parcels = tuple(ParcelSent(**each) for each in push.body["parcels"])
    return Shipment(push.platform_id, parcels, push.body["complete"], push.body.get("part", False))


def push(shop_id: int, budget_s: float = BUDGET_S) -> None:
    """Tell a shop all that it is to be told, until the time is over; a shop that fails is left alone for a while."""
    ends, silences = time.monotonic() + budget_s, 0
    with at_work(shop_id, "push") as line:
        while line is not None and time.monotonic() < ends:
            due = carry_out(partial(_next, shop_id, whole=line.channel.facts.told_whole))
            if due is None:
                return
            try:
                _tell(line, due)
                silences = 0
            except (SilentError, BusyError) as error:
                silences += 1
                if silences == SILENCES or (isinstance(error, BusyError) and error.seconds > PATIENCE):
                    raise


def _next(shop_id: int, *, whole: bool = False) -> _Due | None:
    """The next push, marked as asked before the shop hears of it: those tried least first, so that one which a shop
    cannot bear does not stand in the way of the others. Parts of an order are told in the sequence in which they left;
    to a shop that is told an order `whole`, none of them before the last has left."""
    wanted = select(ShopPush).where(ShopPush.shop_id == shop_id, ShopPush.status.in_(["waiting", "asked"]))
    if whole:
        wanted = wanted.where(or_(~ShopPush.body.has_key("part"), ~_more_to_come()))
    row = db.session.execute(wanted.order_by(ShopPush.tries, ShopPush.id).limit(1).with_for_update()).scalar()
    if row is None:
        return None
    family = orders.family(row.order_id, lock=False) if row.body.get("part") else []
    told = _told_of(family) if family else [row]
    first = next((each for each in told if each.status in ("waiting", "asked")), row)
    for each in {row.id: row, first.id: first}.values():  # the one that waits for the first was tried as well
        each.tries += 1
    again = first.status == "asked"
    first.status = PUSH.after("ask", first.status)
    hold_on(shop_id, "push")
    return _Due(first.id, _with_others(first, told, family), again)


def _told_of(family: Sequence[Order]) -> list[ShopPush]:
    """What was noted of an order's parts, the earliest first."""
    theirs = select(ShopPush).where(among(ShopPush.order_id, [each.id for each in family])).order_by(ShopPush.id)
    return list(db.session.execute(theirs.with_for_update()).scalars())


def _with_others(push: ShopPush, told: Sequence[ShopPush], family: Sequence[Order]) -> Shipment:
    """A shipment, and of a part what the other parts have that left, or are still to."""
    others = [parcel for each in told if each.id != push.id for parcel in _shipment(each).parcels]
    coming = [each for each in family if each.shipping == "unshipped" and each.confirmation != "cancelled"]
    return replace(_shipment(push), others=tuple(others), rest=tuple(map(_pieces, coming)))


def _pieces(order: Order) -> dict[str, int]:
    """What is to be sent of an order by its shop's line ids."""
    found: dict[str, int] = {}
    for line in order.lines:
        if line.bundle_line_id is None and not line.gift and line.qty > line.dropped:
            found[line.line_key] = found.get(line.line_key, 0) + line.qty - line.dropped
    return found


def _more_to_come() -> ColumnElement[bool]:
    """Of the order of a push another part is still to leave."""
    mine, other = aliased(Order), aliased(Order)
    root = func.coalesce(mine.split_from_id, mine.id)
    return exists().where(
        mine.id == ShopPush.order_id, other.id != mine.id, or_(other.id == root, other.split_from_id == root),
        other.shipping == "unshipped", other.confirmation != "cancelled",
    )  # fmt: skip


def _tell(line: Line, due: _Due) -> None:
    """Raises what keeps the shop from hearing anything."""
    try:
        known = _known(line, due) if due.again or due.shipment.part else frozenset()
        if not {parcel.tracking for parcel in due.shipment.parcels} <= known:
            line.channel.ship(line.client, line.account, due.shipment, known)
    except ExpiredError:
        raise  # of its parcels some may have been told: it stays asked, as after a silence
    except RefusedError as error:
        log.warning("push_refused", shop=line.account.shop, order=due.shipment.platform_id, why=error.code)
        carry_out(partial(_end, due.id, "refuse", str(error)))
    else:
        carry_out(partial(_end, due.id, "confirm", ""))


def _known(line: Line, due: _Due) -> frozenset[str]:
    body = line.channel.fetch(line.client, line.account, due.shipment.platform_id)
    return frozenset() if body is None else line.channel.read(line.account, body).tracking


def _end(push_id: int, action: str, error: str) -> None:
    row = db.session.get_one(ShopPush, push_id, with_for_update=True)
    row.status, row.error = PUSH.after(action, row.status), error[:300]
    if action == "confirm":
        row.done_at = now()


def push_again(warehouse_id: int, push_id: int) -> int:
    """A person has seen to what the shop refused: it is told again. Returns the shop's id.

    Raises `core.not_found`, `core.illegal_move` (409).
    """
    row = db.session.execute(
        select(ShopPush)
        .join(ChannelAccount, ChannelAccount.shop_id == ShopPush.shop_id)
        .where(ShopPush.id == push_id, ChannelAccount.warehouse_id == warehouse_id)
        .with_for_update(of=ShopPush)
    ).scalar_one_or_none()
    if row is None:
        raise WmsError("core.not_found", thing="push", key=push_id)
    row.status, row.tries = PUSH.after("again", row.status), 0
    return row.shop_id
