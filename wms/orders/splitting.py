"""Sending an order in parts (拆单), and joining the parts again.

A part is an order of its own, `X-1` of order `X`, with its share of the money; what is not named stays in `X`. The
parts are audited at once, so that what is promised follows the lines.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.orders.audit import audit
from wms.orders.bundles import collapse
from wms.orders.events import OrdersMoved
from wms.orders.history import note
from wms.orders.lifecycle import CONFIRMATION
from wms.orders.merging import REGROUPED, recall
from wms.orders.models import Order, OrderLine, Shop
from wms.orders.split_rules import (
    Money,
    Part,
    Piece,
    by_handling,
    by_stock,
    by_weight,
    number_of,
    split_money,
    wrong,
)
from wms.stock import service as stock
from wms.stock.models import StockLevel

JOINED = "joined"  # why a part is cancelled whose lines are with its order again
_OWN = frozenset({"id", "number", "total", "paid", "cod", "due_kind", "due_at", "companions", "merged_into_id"})
# What an audit of papers found, which is asked again of each part; the reasons of stock are not.
_SOUND = (None, "stock_short", REGROUPED)


@dataclass(frozen=True)
class SplitUp:
    """An order and the parts that have just left it, by id."""

    order_id: int
    parts: tuple[int, ...]


# ---- what could be

def pieces(order_id: int) -> list[Piece]:
    """The lines of an order as its shop sold them, with what is still to be sent of each."""
    open_qty = OrderLine.qty - OrderLine.dropped
    rows = db.session.execute(
        select(OrderLine.id, OrderLine.sku_id, open_qty.label("qty"), OrderLine.price, Sku.weight_g, Sku.handling)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.order_id == order_id, OrderLine.bundle_line_id.is_(None), open_qty > 0)
        .order_by(OrderLine.id)
    )
    return [Piece(r.id, r.sku_id, r.qty, r.price, r.weight_g or 0, frozenset(r.handling)) for r in rows]


def proposed(warehouse_id: int, order_id: int, rule: str, limit_g: int = 0) -> list[Part]:
    """The parts that a rule (`split_rules.RULES`) would have leave an order; [] where it may stay whole.

    Raises `core.not_found`.
    """
    order = _of(warehouse_id, order_id)
    lines = pieces(order.id)
    if rule == "weight":
        return by_weight(lines, limit_g)
    return by_handling(lines) if rule == "handling" else by_stock(lines, _free(order, lines))


def _free(order: Order, lines: Sequence[Piece]) -> dict[int, int]:
    """Pieces that this order could have now: what is free, and what it is promised already."""
    levels = db.session.execute(
        select(StockLevel.sku_id, StockLevel.on_hand - StockLevel.promised)
        .join(Shop, Shop.owner_id == StockLevel.owner_id)
        .where(Shop.id == order.shop_id, StockLevel.warehouse_id == order.warehouse_id)
        .where(among(StockLevel.sku_id, {line.sku_id for line in lines}))
    )
    free: dict[int, int] = {row[0]: row[1] for row in levels}
    if order.confirmation == "confirmed":
        for line in lines:
            free[line.sku_id] = free.get(line.sku_id, 0) + line.qty
    return free


def split_preview(warehouse_id: int, order_id: int, parts: Sequence[Part]) -> dict[str, Any]:
    """What `split` would do, without doing it: `{parts: [{number, lines, total}], why}`; the first is the order itself.

    `why` {code, params} stands against it, None when nothing does.
    """
    order = _of(warehouse_id, order_id)
    lines = pieces(order.id)
    refused = _refusal(order) or _wrong(order, lines, parts)
    if refused:
        return {"parts": [], "why": {"code": refused.code, "params": refused.params}}
    numbers, taken = [order.number], _numbers(order)
    for _ in parts:
        numbers.append(number_of(_root_number(order), taken))
        taken.append(numbers[-1])
    everything = [_rest(lines, parts), *parts]
    shares = split_money(_money(order), [_value(lines, part) for part in everything])
    told = zip(numbers, everything, shares, strict=True)
    return {
        "parts": [{"number": nr, "lines": {str(id): qty for id, qty in part.items()}, "total": str(money.total)}
                  for nr, part, money in told],
        "why": None,
    }  # fmt: skip


# ---- splitting

def split(
    warehouse_id: int, order_id: int, parts: Sequence[Part], *, by: int | None, to_warehouse: int | None = None
) -> SplitUp:
    """These parts (order line id → pieces) leave an order of which nothing is picked, each an order of its own.

    `to_warehouse`: the one that sends the parts, else the order's own. Raises `core.not_found`, and (409, nothing has
    moved) `orders.split.<why>` of `split_rules.wrong`, `orders.in_work`, `orders.is_merged`, `orders.is_stopped`.
    """
    recall(warehouse_id, [order_id], by)
    order = editable(warehouse_id, order_id)
    sound = order.hold_reason in _SOUND and order.confirmation != "unconfirmed"
    _let_go([order.id])
    lines = pieces(order.id)
    refused = _wrong(order, lines, parts)
    if refused:
        raise refused
    shares = split_money(_money(order), [_value(lines, part) for part in (_rest(lines, parts), *parts)])
    made = [_new_part(order, money, to_warehouse or warehouse_id) for money in shares[1:]]
    rows = {line.id: line for line in order.lines}
    for new, part in zip(made, parts, strict=True):
        for line_id, qty in sorted(part.items()):
            _move(rows[line_id], new, qty)
    _put_money(order, shares[0])
    order.keep_apart = True
    _hold([order, *made])
    note("split", {order.id: {"parts": ", ".join(each.number for each in made)}}, person_id=by)
    note("split_off", {each.id: {"order": order.number} for each in made}, person_id=by)
    ids = tuple(each.id for each in made)
    audit([order.id, *ids], papers=not sound)
    publish(OrdersMoved(warehouse_id, (order.id, *ids), "split"))
    return SplitUp(order.id, ids)


def editable(warehouse_id: int, order_id: int) -> Order:
    """The order, locked, when its goods may still be changed. Raises as `split` does."""
    order = _of(warehouse_id, order_id, lock=True)
    refused = _refusal(order)
    if refused or order.processing != "waiting":
        raise refused or WmsError("orders.in_work", number=order.number, status=order.processing)
    return order


def _of(warehouse_id: int, order_id: int, *, lock: bool = False) -> Order:
    wanted = select(Order).where(Order.id == order_id, Order.warehouse_id == warehouse_id)
    wanted = wanted.execution_options(populate_existing=True)
    order = db.session.execute(wanted.with_for_update() if lock else wanted).scalar_one_or_none()
    if order is None:
        raise WmsError("core.not_found", thing="order", key=order_id)
    return order


def _refusal(order: Order) -> WmsError | None:
    if order.merged_into_id is not None or order.companions:
        return WmsError("orders.is_merged", order=order.number)
    if order.hold_reason == "intercepted":
        return WmsError("orders.is_stopped", order=order.number)
    if order.confirmation == "cancelled" or order.refund != "none" or order.shipping != "unshipped":
        return WmsError("orders.in_work", number=order.number, status=order.confirmation)
    if order.processing not in ("waiting", "waved"):  # from a wave it is recalled
        return WmsError("orders.in_work", number=order.number, status=order.processing)
    return None


def _wrong(order: Order, lines: Sequence[Piece], parts: Sequence[Part]) -> WmsError | None:
    why = wrong(lines, parts)
    return WmsError(f"orders.split.{why}", order=order.number) if why else None


def _rest(lines: Sequence[Piece], parts: Sequence[Part]) -> dict[int, int]:
    left = {line.id: line.qty - sum(part.get(line.id, 0) for part in parts) for line in lines}
    return {id: qty for id, qty in left.items() if qty}


def _value(lines: Sequence[Piece], part: Part) -> Decimal:
    return sum((line.price * part.get(line.id, 0) for line in lines), Decimal(0))


def _money(order: Order) -> Money:
    return Money(order.total, order.paid, order.cod)


def _put_money(order: Order, money: Money) -> None:
    order.total, order.paid, order.cod = money.total, money.paid, money.cod


def _let_go(order_ids: Iterable[int]) -> None:
    """What is promised to these orders is free, and their bundles are whole again.

    Raises `orders.split.bundle` (409) for one whose parts the floor's records name.
    """
    ids = sorted(order_ids)
    lines = select(OrderLine.id).where(among(OrderLine.order_id, ids))
    stock.release_promises(list(db.session.execute(lines).scalars()))
    collapse(ids)
    apart = select(Order.number).join(OrderLine, OrderLine.order_id == Order.id)
    number = db.session.execute(apart.where(among(Order.id, ids), OrderLine.exploded).limit(1)).scalar()
    if number is not None:
        raise WmsError("orders.split.bundle", order=number)


def _root_number(order: Order) -> str:
    return order.number if order.split_from_id is None else db.session.get_one(Order, order.split_from_id).number


def _numbers(order: Order) -> list[str]:
    """The numbers of the shop that begin as a part's would."""
    begin = _root_number(order) + "-"
    found = select(Order.number).where(Order.shop_id == order.shop_id, Order.number.startswith(begin, autoescape=True))
    return list(db.session.execute(found).scalars())


def _new_part(order: Order, money: Money, warehouse_id: int) -> Order:
    columns = (each.key for each in Order.__mapper__.column_attrs if each.key not in _OWN)
    facts = {name: getattr(order, name) for name in columns}
    made = Order(
        **facts, number=number_of(_root_number(order), _numbers(order)), total=money.total, paid=money.paid,
        cod=money.cod,
    )  # fmt: skip
    made.warehouse_id, made.split_from_id = warehouse_id, order.split_from_id or order.id
    made.keep_apart, made.gift_note = True, ""  # the card lies in the first parcel
    db.session.add(made)
    db.session.flush()
    return made


def _move(line: OrderLine, order: Order, qty: int) -> None:
    """So many pieces of a line go to another order, under the shop's own key of them: the line, when that is all."""
    if qty == line.qty:
        line.order_id = order.id
    else:
        line.qty -= qty
        facts = {name: getattr(line, name) for name in ("line_key", "sku_id", "price", "gift")}
        db.session.add(OrderLine(order_id=order.id, qty=qty, **facts))


def _hold(orders: Iterable[Order]) -> None:
    for order in orders:
        order.confirmation = CONFIRMATION.moves["hold"][1]
        order.hold_reason, order.hold_params = REGROUPED, None
    db.session.flush()


# ---- joining

_FAMILY = text(
    """
    SELECT f.id FROM sales_order o
    JOIN sales_order f ON f.id = coalesce(o.split_from_id, o.id) OR f.split_from_id = coalesce(o.split_from_id, o.id)
    WHERE o.id = ANY(:ids) ORDER BY f.id
    """
)


def family(order_id: int, *, lock: bool = True) -> list[Order]:
    """All that came of one order of a shop, the order itself first, locked unless told otherwise: but for parts that
    were joined again."""
    ids = db.session.execute(_FAMILY, {"ids": [order_id]}).scalars()
    wanted = select(Order).where(among(Order.id, list(ids))).order_by(Order.id)
    wanted = wanted.execution_options(populate_existing=True)
    found = db.session.execute(wanted.with_for_update() if lock else wanted).scalars()
    return [order for order in found if order.hold_reason != JOINED]


def unsplit(warehouse_id: int, order_id: int, *, by: int | None) -> int:
    """All parts of an order are joined again; returns its id. Any of them may be named.

    Raises `core.not_found`, `orders.not_split`, and (409) when one of them is begun or was stopped, as `split` does.
    """
    named = _of(warehouse_id, order_id)
    recall(warehouse_id, list(db.session.execute(_FAMILY, {"ids": [named.id]}).scalars()), by)
    root, *parts = family(named.id)
    if not parts:
        raise WmsError("orders.not_split", order=named.number)
    return join(root, parts, by=by)


def join(root: Order, parts: Sequence[Order], *, by: int | None) -> int:
    """As `unsplit`, of orders that are locked."""
    for order in (root, *parts):
        editable(order.warehouse_id, order.id)
    sound = all(order.hold_reason in _SOUND for order in (root, *parts))
    _let_go([root.id, *(part.id for part in parts)])
    db.session.expire_all()
    for part in parts:
        _take_back(root, part)
    _hold([root])
    note("joined", {root.id: {"parts": ", ".join(part.number for part in parts)}}, person_id=by)
    note("joined_into", {part.id: {"order": root.number} for part in parts}, person_id=by)
    audit([root.id], papers=not sound)
    publish(OrdersMoved(root.warehouse_id, (root.id, *(part.id for part in parts)), "join"))
    return root.id


def _take_back(root: Order, part: Order) -> None:
    lines = {line.line_key: line for line in root.lines}
    for line in list(part.lines):
        there = lines.get(line.line_key)
        if there is None:
            line.order_id = root.id
            db.session.flush()
        else:
            _merge_line(root, there, line)
    _put_money(root, Money(root.total + part.total, root.paid + part.paid, root.cod + part.cod))
    _put_money(part, Money(Decimal(0), Decimal(0)))
    part.confirmation = CONFIRMATION.after("cancel", part.confirmation)
    part.hold_reason, part.hold_params = JOINED, {"order": root.number}
    db.session.flush()
    db.session.expire(root)


def _merge_line(root: Order, there: OrderLine, line: OrderLine) -> None:
    """Pieces of one line of the shop are one line again; of the two that goes which no record of the floor names.

    Raises `orders.split.touched` (409) when both are named.
    """
    qty, dropped = there.qty + line.qty, there.dropped + line.dropped
    for gone, stays in ((line, there), (there, line)):
        try:
            with db.session.begin_nested():
                db.session.execute(text("DELETE FROM order_line WHERE id = :id"), {"id": gone.id})
        except IntegrityError:
            continue
        db.session.execute(
            text("UPDATE order_line SET order_id = :order, qty = :qty, dropped = :dropped WHERE id = :id"),
            {"order": root.id, "qty": qty, "dropped": dropped, "id": stays.id},
        )
        db.session.expunge(gone)
        db.session.expire(stays)
        return
    raise WmsError("orders.split.touched", order=root.number)


def parts_of(order_ids: Iterable[int]) -> Mapping[int, list[int]]:
    """Of these orders those that were split, with their parts that are still such."""
    found: dict[int, list[int]] = {}
    wanted = select(Order.split_from_id, Order.id).where(
        Order.split_from_id.in_(sorted(set(order_ids))), Order.hold_reason.is_distinct_from(JOINED)
    )
    for root, part in db.session.execute(wanted.order_by(Order.id)):
        found.setdefault(int(root or 0), []).append(part)
    return found
