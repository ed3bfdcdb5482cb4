"""What rules do to orders that go on: gifts, a carrier, a kind, a note, tags. Each rule acts once on an order, and the
order's history says so. All of it set-based: thousands of orders at once are a few statements."""
from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Row, Text, cast, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from wms.catalog import service as catalog
from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.orders.auditing import once
from wms.orders.auditing.deciding import Effect
from wms.orders.auditing.tables import AuditRule
from wms.orders.history import note
from wms.orders.models import Order, OrderLine, Shop
from wms.stock.models import StockLevel

_LINE: Mapping[str, Any] = {
    "order_id": BigInteger(), "line_key": Text(), "sku_id": BigInteger(), "qty": BigInteger(),
}  # fmt: skip
MANY = 1_000_000_000  # gifts of a rule that gives to every order


def apply(wanted: Mapping[int, Sequence[Effect]]) -> None:
    """Do to these locked orders, in their sequence, what rules want; what a rule has done already is left out."""
    done = once.done(wanted)
    todo = {
        id: fresh
        for id, effects in wanted.items()
        if (fresh := [each for each in effects if each.rule.about not in done.get(id, ())])
    }
    if not todo:
        return
    orders = _orders(todo)
    _give(todo, orders)
    _set(todo, orders)
    once.put("done", ((id, each.rule.about) for id, effects in todo.items() for each in effects))


def _orders(ids: Iterable[int]) -> dict[int, Row[Any]]:
    rows = db.session.execute(
        select(Order.id, Order.warehouse_id, Order.kind, Order.gift_note, Order.tags, Order.carrier_by, Shop.owner_id)
        .join(Shop, Shop.id == Order.shop_id)
        .where(among(Order.id, ids))
    )
    return {row.id: row for row in rows}


# ---- what stands on the order itself

def _set(todo: Mapping[int, Sequence[Effect]], orders: Mapping[int, Row[Any]]) -> None:
    carriers, urgent, notes, tags = [], [], [], []
    for id, effects in todo.items():
        own = orders[id]
        if (first := _first(effects, "carrier")) and own.carrier_by != "clerk":  # who has seen the order knows better
            carriers.append((id, first))
        if (first := _first(effects, "urgent")) and own.kind != "urgent":
            urgent.append((id, first))
        if (first := _first(effects, "note")) and not own.gift_note:
            notes.append((id, first))
        added = [each for each in effects if each.action["what"] == "tag" and each.action["text"] not in own.tags]
        tags += [(id, each) for each in added]
    _put_carriers([(id, each.action["carrier"], each.rule.name) for id, each in carriers])
    _put("kind", [(id, "urgent") for id, _ in urgent])
    _put("gift_note", [(id, each.action["text"]) for id, each in notes])
    _put_tags(tags, orders)
    _note("rule_carrier", [(id, each, {"carrier": each.action["carrier"]}) for id, each in carriers])
    _note("rule_urgent", [(id, each, {}) for id, each in urgent])
    _note("rule_note", [(id, each, {"note": each.action["text"]}) for id, each in notes])
    _note("rule_tag", [(id, each, {"tag": each.action["text"]}) for id, each in tags])


def _first(effects: Sequence[Effect], what: str) -> Effect | None:
    """The rule that stands first has its say."""
    return next((each for each in effects if each.action["what"] == what), None)


def _put_carriers(rows: Sequence[tuple[int, str, str]]) -> None:
    if rows:
        table = rows_of("t", {"id": BigInteger(), "carrier": Text(), "rule": Text()}, rows)
        values = {"carrier": table.c.carrier, "carrier_by": "rule", "carrier_rule": table.c.rule}
        db.session.execute(update(Order).where(Order.id == table.c.id).values(**values))


def _put(column: str, rows: Sequence[tuple[int, str]]) -> None:
    if rows:
        table = rows_of("t", {"id": BigInteger(), "value": Text()}, rows)
        db.session.execute(update(Order).where(Order.id == table.c.id).values({column: table.c.value}))


def _put_tags(added: Sequence[tuple[int, Effect]], orders: Mapping[int, Row[Any]]) -> None:
    if not added:
        return
    tags: dict[int, list[str]] = {}
    for id, each in added:
        tags.setdefault(id, list(orders[id].tags)).append(each.action["text"])
    # As text: of lists an array would have one more dimension, and these are of different lengths.
    rows = [(id, json.dumps(list(dict.fromkeys(told)))) for id, told in tags.items()]
    table = rows_of("t", {"id": BigInteger(), "tags": Text()}, rows)
    told = func.jsonb_array_elements_text(cast(table.c.tags, JSONB)).column_valued("tag")
    listed = select(func.array_agg(told)).scalar_subquery()
    db.session.execute(update(Order).where(Order.id == table.c.id).values(tags=listed))


def _note(action: str, said: Sequence[tuple[int, Effect, Mapping[str, Any]]]) -> None:
    """Write into the orders' histories; several of one kind to one order are as many rows."""
    rest = list(said)
    while rest:
        now: dict[int, dict[str, Any]] = {}
        later = []
        for id, effect, more in rest:
            if id in now:
                later.append((id, effect, more))
            else:
                now[id] = {"rule": effect.rule.name, **({"found": effect.found} if effect.found else {}), **more}
        note(action, now)
        rest = later


# ---- gifts

def _give(todo: Mapping[int, Sequence[Effect]], orders: Mapping[int, Row[Any]]) -> None:
    """Put gifts on the orders, as long as the rule has some left and stock is free that no order here has bought."""
    wanted = [(id, each) for id, effects in todo.items() for each in effects if each.action["what"] == "gift"]
    if not wanted:
        return
    skus = catalog.sku_ids(each.action["sku"] for _, each in wanted)
    left = _left(each for _, each in wanted)
    free = _free(orders, skus.values())
    given: list[tuple[int, Effect]] = []
    refused: dict[str, list[tuple[int, Effect, Mapping[str, Any]]]] = defaultdict(list)
    for id, each in wanted:
        about, sku_id = _gift(each), skus.get(each.action["sku"])
        shelf = (orders[id].warehouse_id, orders[id].owner_id, sku_id)
        told = {"sku": each.action["sku"], "qty": each.qty}
        if left.get(about, each.qty) < 1:
            refused["gift_used_up"].append((id, each, told))
        elif free.get(shelf, 0) < each.qty:
            refused["gift_short"].append((id, each, told))
        else:
            free[shelf] -= each.qty
            left[about] = left.get(about, MANY) - 1
            given.append((id, each))
    _put_lines(given, skus)
    once.put("done", ((id, _gift(each)) for id, each in given))
    _note("rule_gift", [(id, each, {"sku": each.action["sku"], "qty": each.qty}) for id, each in given])
    for action, said in refused.items():
        _note(action, said)


def _gift(effect: Effect) -> str:
    """What marks call the gifts of a rule: each of its kinds of goods is counted by itself."""
    return f"gift:{effect.rule.id}:{effect.action['sku']}"


def _left(gifts: Iterable[Effect]) -> dict[str, int]:
    """To how many orders the rules that give to a number of orders only may still give; their rows are locked, so that
    two audits at once do not give the last one twice."""
    limits = {_gift(each): (each.rule.id, int(each.action["limit"])) for each in gifts if each.action.get("limit")}
    if not limits:
        return {}
    rules = select(AuditRule.id).where(among(AuditRule.id, (rule_id for rule_id, _ in limits.values())))
    db.session.execute(rules.order_by(AuditRule.id).with_for_update())
    given = once.times(limits)
    return {about: limit - given.get(about, 0) for about, (_, limit) in limits.items()}


def _free(orders: Mapping[int, Row[Any]], sku_ids: Iterable[int]) -> dict[tuple[int, int, int | None], int]:
    """Pieces that nobody was promised, by warehouse, owner and SKU, less what these orders have bought themselves.

    Nothing is locked for it: the promise decides. It takes back a gift for which there is nothing left by then.
    """
    ids = sorted(set(sku_ids))
    houses = {row.warehouse_id for row in orders.values()}
    levels = db.session.execute(
        select(StockLevel.warehouse_id, StockLevel.owner_id, StockLevel.sku_id,
               (StockLevel.on_hand - StockLevel.promised).label("free"))
        .where(among(StockLevel.warehouse_id, houses), among(StockLevel.sku_id, ids))
    )  # fmt: skip
    free = {(row.warehouse_id, row.owner_id, row.sku_id): row.free for row in levels}
    bought = db.session.execute(
        select(Order.warehouse_id, Shop.owner_id, OrderLine.sku_id, func.sum(OrderLine.qty - OrderLine.dropped))
        .join(Order, Order.id == OrderLine.order_id)
        .join(Shop, Shop.id == Order.shop_id)
        .where(among(OrderLine.order_id, orders), among(OrderLine.sku_id, ids))
        .group_by(Order.warehouse_id, Shop.owner_id, OrderLine.sku_id)
    )
    for house, owner, sku_id, qty in bought:
        if (house, owner, sku_id) in free:
            free[house, owner, sku_id] -= int(qty)
    return free


def _put_lines(given: Sequence[tuple[int, Effect]], skus: Mapping[str, int]) -> None:
    if not given:
        return
    rows = [(id, _gift(each), skus[each.action["sku"]], each.qty) for id, each in given]
    table = rows_of("l", _LINE, rows)
    fixed = {"price": literal(0), "dropped": literal(0), "gift": literal(True)}
    source = select(*(table.c[name] for name in _LINE), *fixed.values()).order_by(table.c.nr)
    db.session.execute(insert(OrderLine).from_select([*_LINE, *fixed], source))


def without_gifts(short: Mapping[int, Mapping[int, int]]) -> list[int]:
    """Of the orders for which these pieces (SKU id → pieces, by order) are missing, those that lack nothing but their
    gifts: the gifts are taken off, so that they can be promised without. Returns their ids."""
    lines = db.session.execute(
        select(OrderLine.id, OrderLine.order_id, OrderLine.sku_id, OrderLine.qty)
        .where(among(OrderLine.order_id, short), OrderLine.gift)
    ).all()  # fmt: skip
    gifts: dict[int, dict[int, int]] = defaultdict(dict)
    for line in lines:
        gifts[line.order_id][line.sku_id] = line.qty
    free = {id for id, its in gifts.items() if its.keys() >= short[id].keys()}
    if free:
        db.session.execute(delete(OrderLine).where(among(OrderLine.id, (x.id for x in lines if x.order_id in free))))
        note("gift_taken_off", free)
    return sorted(free)
