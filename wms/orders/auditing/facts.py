"""What rules ask of orders, for thousands at once by a few queries: only what the rules at hand need is read."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, text

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.orders.auditing import blacklist
from wms.orders.auditing.conditions import Fact, LineFact, Rule, needs
from wms.orders.auditing.tables import PriceFloor
from wms.orders.models import Order, OrderLine, Shop

_OWN = ("kind", "currency", "total", "cod", "payment", "remark", "seller_remark", "province", "city", "district")
_WHO = ("recipient", "phone", "buyer", "address")
_LINED = frozenset({"pieces", "lines", "weight", "sku", "under_floor"})
_FIRST = text(
    """
    SELECT o.id FROM sales_order o WHERE o.id = ANY(:ids) AND o.buyer <> '' AND NOT EXISTS (
        SELECT 1 FROM sales_order b WHERE b.shop_id = o.shop_id AND b.buyer = o.buyer AND b.buyer <> ''
        AND (b.placed_at, b.id) < (o.placed_at, o.id))
    """
)
_RECENT = text(
    """
    SELECT o.id, count(*) AS orders FROM sales_order o JOIN sales_order b
        ON b.shop_id = o.shop_id AND b.buyer = o.buyer AND b.buyer <> ''
        AND b.placed_at <= o.placed_at AND b.placed_at > o.placed_at - make_interval(hours => cast(:hours AS integer))
    WHERE o.id = ANY(:ids) AND o.buyer <> '' GROUP BY o.id
    """
)


def facts(order_ids: Iterable[int], rules: Sequence[Rule]) -> list[Fact]:
    """The facts of these orders that these rules need, by id."""
    ids = sorted(set(order_ids))
    asked, hours = needs(rules)
    # What a gift for each so many pieces needs is counted on the lines too.
    lined = bool(_LINED & asked) or any(each.get("per") == "pieces" for rule in rules for each in rule.actions)
    rows = _orders(ids, who="blacklist" in asked)
    lines = _lines(ids) if lined else {}
    listed = _blacklisted(rows) if "blacklist" in asked else {}
    first = set(db.session.execute(_FIRST, {"ids": ids}).scalars()) if "first_order" in asked else set()
    recent = {each: _recent(ids, each) for each in sorted(hours)}
    return [
        Fact(
            order_id=row.id, shop=row.shop, platform=row.platform, **{name: getattr(row, name) for name in _OWN},
            lines=tuple(lines.get(row.id, ())), first=row.id in first,
            buyer_orders={each: found[row.id] for each, found in recent.items() if row.id in found},
            blacklisted=listed.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip


def _orders(ids: Sequence[int], *, who: bool) -> Sequence[Row[Any]]:
    wanted = [getattr(Order, name) for name in (*_OWN, *(_WHO if who else ()))]
    return db.session.execute(
        select(Order.id, Order.warehouse_id, Shop.code.label("shop"), Shop.platform, *wanted)
        .join(Shop, Shop.id == Order.shop_id)
        .where(among(Order.id, ids))
        .order_by(Order.id)
    ).all()


def _lines(ids: Sequence[int]) -> Mapping[int, list[LineFact]]:
    """The goods as they were ordered: bundles whole, without what rules gave."""
    rows = db.session.execute(
        select(
            OrderLine.order_id, Sku.code, (OrderLine.qty - OrderLine.dropped).label("qty"), OrderLine.price,
            Sku.weight_g, PriceFloor.price.label("floor"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .outerjoin(PriceFloor, (PriceFloor.sku_id == OrderLine.sku_id) & (PriceFloor.currency == Order.currency))
        .where(among(OrderLine.order_id, ids), OrderLine.bundle_line_id.is_(None), ~OrderLine.gift)
        .where(OrderLine.qty > OrderLine.dropped)
        .order_by(OrderLine.id)
    )  # fmt: skip
    found: dict[int, list[LineFact]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(LineFact(row.code, row.qty, row.price, row.weight_g, row.floor))
    return found


def _blacklisted(rows: Sequence[Row[Any]]) -> dict[int, tuple[str, ...]]:
    return blacklist.reasons({row.id: row for row in rows}, {row.id: row.warehouse_id for row in rows})


def _recent(ids: Sequence[int], hours: int) -> dict[int, int]:
    return {row.id: row.orders for row in db.session.execute(_RECENT, {"ids": ids, "hours": hours})}
