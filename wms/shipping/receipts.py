"""The buyer's receipt (小票), in the first parcel of an order: where a printer of the table is set up for receipts."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.orders.models import OrderLine
from wms.printing import service as printing
from wms.shipping.documents import Shipment
from wms.shipping.rules import barcode_text, label_locale, priced, printed_at, receipt_lines, title

DOCUMENT = "receipt"


def print_for(of: Shipment, station_id: int, asked_by: int | None) -> None:
    """Print what was bought and what was to be paid. Not for a present, and not for an order of which a person sends
    less than was ordered: its total says what was agreed, and is no sum of what is in the parcel any more."""
    if of.parcel.ordinal > 1 or of.order.gift_note or not printing.prints_here(station_id, DOCUMENT):
        return
    bought = _bought(of.order.id)
    if any(line.dropped for line in bought):
        return
    printing.enqueue(
        DOCUMENT, of.order.id, station_id, _data(of, bought), asked_by=asked_by, reference=of.parcel.number
    )


def _bought(order_id: int) -> list[Any]:
    """The lines as the buyer chose them: a bundle, not its parts."""
    lines = select(OrderLine.qty, OrderLine.price, OrderLine.dropped, Sku.name).join(Sku, Sku.id == OrderLine.sku_id)
    its = lines.where(OrderLine.order_id == order_id, OrderLine.bundle_line_id.is_(None)).order_by(OrderLine.id)
    return list(db.session.execute(its))


def _data(of: Shipment, bought: list[Any]) -> dict[str, Any]:
    """The data of a `receipt`. What the total has beside the goods is postage; what it lacks was taken off."""
    order, locale = of.order, label_locale(of.order.country)
    beside = order.total - sum((line.qty * line.price for line in bought), Decimal(0))
    return {
        "shop": title(of.shop.name),
        "number": barcode_text(order.number, of.parcel.number),
        "lines": receipt_lines([(line.name, line.qty, line.price) for line in bought], order.currency, locale),
        "total": priced(order.total, order.currency, locale),
        "shipping": priced(beside, order.currency, locale) if beside > 0 else "",
        "discount": priced(beside, order.currency, locale) if beside < 0 else "",
        "printed_at": printed_at(now()),
        "locale": locale,
    }
