"""What order lines want of stock: whose, and how fresh."""
from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.orders.models import Order, OrderLine, Shop
from wms.stock.service import Want


def wants_of(lines: Iterable[tuple[int, int, int]]) -> list[Want]:
    """The wants of order lines, (line id, SKU id, pieces), in their order.

    Of the stock of their shop's owner, and with as many days left before expiry as the SKU or the shop asks for,
    whichever are more.
    """
    asked = list(lines)
    rows = db.session.execute(
        select(OrderLine.id, Shop.owner_id, func.greatest(Sku.min_days_shipping, Shop.min_days_shipping).label("days"))
        .join(Order, Order.id == OrderLine.order_id)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(among(OrderLine.id, (line_id for line_id, _, _ in asked)))
    )
    terms = {row.id: (row.owner_id, row.days) for row in rows}
    return [Want(line_id, sku_id, qty, *terms[line_id]) for line_id, sku_id, qty in asked]
