"""What shops say of orders, brought into the orders room: each once, the newest wins, and what is not possible is kept
with its reason."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import BigInteger, LargeBinary, Text, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, IntegrityError

from wms.catalog import service as catalog
from wms.channels.models import ChannelItem, ChannelOrder, RawOrder
from wms.channels.plugin import Told
from wms.channels.rules import hash_of, is_newer
from wms.core.bulk import among, rows_of
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.orders import service as orders
from wms.orders.models import Order
from wms.picking import service as picking

MOST = 10_000_000  # pieces on one line

log = structlog.get_logger(__name__)

BY = "shop"  # who stopped an order: only what a shop stopped, a shop lets on
MENDED = ("catalog.unknown_sku", "orders.unknown_shop")  # refusals that end when somebody adds what was missing


@dataclass(frozen=True)
class Got:
    """An order as it came. `told` None: its plug-in could not read it, `unreadable` says what was in the way."""

    platform_id: str
    body: Mapping[str, Any]
    asked_at: datetime
    told: Told | None
    unreadable: str = ""


def keep(shop_id: int, warehouse_id: int, got: Sequence[Got]) -> int:
    """Store what came, within the caller's transaction, and act on what is newer than what is known.

    Returns how many were. Of an order that came twice the last one counts. Everything may be asked for again, in any
    sequence and by several at once.
    """
    newest = {each.platform_id: each for each in got}
    hashes = {id: hash_of(each.body) for id, each in newest.items()}
    rows = _rows(shop_id, list(newest))
    _store_raw(shop_id, [each for id, each in newest.items() if rows[id].body_hash != hashes[id]], hashes)
    fresh = _fresh(rows, newest, hashes)
    drafts: list[tuple[ChannelOrder, Told]] = []
    stops: list[tuple[ChannelOrder, Told]] = []
    for row, each in fresh:
        row.changed_at = each.told.changed_at if each.told else row.changed_at
        row.asked_at, row.body_hash = each.asked_at, hashes[each.platform_id]
        if each.told is None:
            _set(row, "unreadable", {"code": "channels.unreadable", "params": {"why": each.unreadable}})
        elif each.told.state == "open" and each.told.refund == "none":
            drafts.append((row, each.told))
        elif row.order_id is None:
            ended = each.told.state in ("shipped", "cancelled") or each.told.refund == "refunded"
            _set(row, "elsewhere" if ended else "waiting", None)
        else:
            stops.append((row, each.told))
    _take(warehouse_id, drafts)
    for row, told in sorted(stops, key=lambda each: each[0].order_id or 0):
        _stop(row, told)
    db.session.flush()
    return len(fresh)


def keep_each(shop_id: int, warehouse_id: int, got: Sequence[Got]) -> None:
    """As `keep`; where the database refuses, one by one, so that an order which it cannot bear (an amount beyond all
    bounds) is kept as unreadable and stands in nobody's way."""
    if _kept(shop_id, warehouse_id, got):
        return
    for each in got:
        if not _kept(shop_id, warehouse_id, [each]):
            _kept(shop_id, warehouse_id, [replace(each, told=None, unreadable="the database refuses it")])


def _kept(shop_id: int, warehouse_id: int, got: Sequence[Got]) -> bool:
    try:
        with db.session.begin_nested():
            keep(shop_id, warehouse_id, got)
    except (DataError, IntegrityError) as error:
        log.warning("orders_not_stored", shop=shop_id, orders=len(got), why=type(error.orig).__name__)
        return False
    return True


def check_sound(told: Told) -> Told:
    """Raises ValueError for an order that nobody could pick: without lines, or with more pieces than can be meant."""
    if not told.draft.lines:
        raise ValueError("the order has no lines")
    for line in told.draft.lines:
        if not 1 <= line.qty <= MOST:
            raise ValueError(f"{line.qty} pieces of {line.sku}")
    return told


def _store_raw(shop_id: int, got: Sequence[Got], hashes: Mapping[str, bytes]) -> None:
    if not got:
        return
    columns = {"platform_id": Text(), "body_hash": LargeBinary(), "body": RawOrder.body.type}
    by_id = sorted(got, key=lambda each: each.platform_id)
    said = rows_of("t", columns, [(each.platform_id, hashes[each.platform_id], each.body) for each in by_id])
    fixed = {"shop_id": literal(shop_id, BigInteger()), "got_at": literal(now())}
    source = select(*said.c["platform_id", "body_hash", "body"], *fixed.values()).order_by(said.c.nr)
    db.session.execute(insert(RawOrder).from_select([*columns, *fixed], source).on_conflict_do_nothing())


def _rows(shop_id: int, platform_ids: Sequence[str]) -> dict[str, ChannelOrder]:
    """The row of each order, made where there is none, locked in one sequence everywhere."""
    if not platform_ids:
        return {}
    ids = rows_of("t", {"platform_id": Text()}, [(id,) for id in sorted(platform_ids)])
    source = select(literal(shop_id, BigInteger()), ids.c.platform_id, literal("waiting", Text())).order_by(ids.c.nr)
    made = insert(ChannelOrder).from_select(["shop_id", "platform_id", "outcome"], source)
    db.session.execute(made.on_conflict_do_nothing())
    found = db.session.execute(
        select(ChannelOrder)
        .where(ChannelOrder.shop_id == shop_id, among(ChannelOrder.platform_id, platform_ids))
        .order_by(ChannelOrder.platform_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.platform_id: row for row in found.scalars()}


def _fresh(
    rows: Mapping[str, ChannelOrder], newest: Mapping[str, Got], hashes: Mapping[str, bytes]
) -> list[tuple[ChannelOrder, Got]]:
    """What to act on: it is newer, and not word by word what was acted on already. Of what is, it is noted together
    that it was still so when it was asked for."""
    found: list[tuple[ChannelOrder, Got]] = []
    same: dict[datetime, list[int]] = defaultdict(list)
    for id, each in sorted(newest.items()):
        row = rows[id]
        changed_at = each.told.changed_at if each.told else None
        if not is_newer(changed_at, each.asked_at, row.changed_at, row.asked_at):
            continue
        if row.body_hash == hashes[id] and row.outcome not in ("refused", "unreadable"):
            same[each.asked_at].append(row.id)
        else:
            found.append((row, each))
    for asked_at, ids in same.items():
        still = update(ChannelOrder).where(among(ChannelOrder.id, ids)).values(asked_at=asked_at)
        db.session.execute(still.execution_options(synchronize_session=False))
    return found


def _set(row: ChannelOrder, outcome: str, problem: dict[str, Any] | None) -> None:
    row.outcome, row.problem = outcome, problem


def _problem(error: WmsError) -> dict[str, Any]:
    return {"code": error.code, "params": error.params}


# ---- orders that may go on

def _take(warehouse_id: int, drafts: Sequence[tuple[ChannelOrder, Told]]) -> None:
    """Take in what is new, bring up to date what changed; what a shop had stopped may go on."""
    if not drafts:
        return
    going = []
    for row, told in sorted(drafts, key=lambda each: each[0].order_id or 0):
        problem = _let_on(row.order_id) if row.order_id is not None else None
        if problem is None:
            going.append((row, told))
        else:
            _set(row, "refused", problem)
    taken = orders.take(warehouse_id, [told.draft for _, told in going])
    for place, (row, _) in enumerate(going):
        order_id = taken.created.get(place) or taken.updated.get(place) or taken.unchanged.get(place)
        if order_id is not None:
            row.order_id = order_id
            _set(row, "taken", None)
        for refused in taken.refused.get(place, [])[:1]:
            _set(row, "refused", {"code": refused.code, "params": dict(refused.params)})
    _learn(drafts[0][0].shop_id, [told for row, told in drafts if row.order_id is not None])


def _learn(shop_id: int, told: Sequence[Told]) -> None:
    """Which of our SKUs each item of a shop is: what it sells, it offers. The shop is told anew of one that changed."""
    items = {(item.item_id, item.variant_id): item.sku for each in told for item in each.items}
    if not items:
        return
    sku_ids = catalog.sku_ids(items.values())
    values = [
        {"shop_id": shop_id, "item_id": key[0], "variant_id": key[1], "sku_id": sku_ids[sku], "error": ""}
        for key, sku in sorted(items.items())
        if sku in sku_ids
    ]
    if values:
        put = insert(ChannelItem).values(values)
        new = {"sku_id": put.excluded.sku_id, "told": None}
        changed = ChannelItem.sku_id != put.excluded.sku_id
        keys = ["shop_id", "item_id", "variant_id"]
        db.session.execute(put.on_conflict_do_update(index_elements=keys, set_=new, where=changed))


def _let_on(order_id: int) -> dict[str, Any] | None:
    """What keeps it, or a part of it, from going on, such as goods that are on their way back; None: nothing does."""
    try:
        with db.session.begin_nested():
            for order in orders.family(order_id, lock=False):
                _let_one_on(order)
    except WmsError as error:
        return _problem(error)
    return None


def _let_one_on(order: Order) -> None:
    if (order.hold_params or {}).get("by") != BY:
        return
    if order.merged_into_id is not None:
        going = orders.let_on_the_way(orders.locked(order.warehouse_id, order.id))
        if going is not None:
            picking.let_on(order.warehouse_id, going)
    elif orders.is_intercepted(order):
        picking.let_on(order.warehouse_id, order.id)


# ---- orders that may not

def _stop(row: ChannelOrder, told: Told) -> None:
    """An order that is here already must not leave: cancelled where nobody works on it, else stopped at its next scan.

    That is so too for one that the shop calls shipped before we shipped it: somebody else did. One that is gone keeps
    what the shop said as its problem.
    """
    assert row.order_id is not None
    # The order, and the parts that it was split into; not locked: who stops one on the floor locks its tasks before it.
    family = orders.family(row.order_id, lock=False)
    over = told.state == "cancelled" or told.refund == "refunded"
    ours = told.state == "shipped" and told.refund == "none" and any(each.shipping == "shipped" for each in family)
    wanted = "cancel" if over else "refund" if told.refund == "asked" else "hold"
    _set(row, "taken", None)
    for order in family:
        if ours or order.confirmation == "cancelled":
            continue
        try:
            with db.session.begin_nested():
                _stop_one(order, wanted, told)
        except WmsError as error:
            _set(row, "refused", _problem(error))


def _stop_one(order: Order, wanted: str, told: Told) -> None:
    why = f"{told.draft.shop}: {told.state if told.refund == 'none' else 'refund ' + told.refund}"
    if order.merged_into_id is not None or order.companions:
        orders.part([order.id])
        db.session.refresh(order)
    if order.merged_into_id is not None:  # its parcel is begun: that is stopped for it
        picking.intercept(order.warehouse_id, order.id, wanted=wanted, why=why, by=BY, by_id=None)
        return
    if wanted == "cancel" and order.processing == "waiting" and order.shipping == "unshipped":
        orders.cancel([order.id], refunded=told.refund == "refunded")
    elif orders.is_intercepted(order):
        if wanted == "cancel":
            orders.want_instead(orders.locked(order.warehouse_id, order.id), wanted)
    elif order.processing == "waiting" or order.shipping != "unshipped":
        orders.stop(orders.locked(order.warehouse_id, order.id), wanted=wanted, why=why, by=BY)
    else:  # somebody picks, sorts or packs it: what is asked to be paid back may go on yet, and is held until then
        now_wanted = "cancel" if wanted == "cancel" else "hold"
        held = picking.intercept(order.warehouse_id, order.id, wanted=now_wanted, why=why, by=BY, by_id=None)
        if wanted == "refund":
            orders.want_instead(held, wanted)
