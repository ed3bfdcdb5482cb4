"""A shop, SKUs with stock, and orders for them."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from import_samples import warehouse
from sqlalchemy import text

from wms.catalog import service as catalog
from wms.catalog.service import SkuFacts
from wms.core.db import db
from wms.core.transaction import transaction
from wms.layout import service as layout
from wms.orders import service as orders
from wms.orders.models import Order
from wms.orders.service import Draft, DraftLine
from wms.stock import check
from wms.stock import service as stock

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
ADDRESS = {"recipient": "Ann", "phone": "+33 1", "country": "France", "address": "1 rue A"}


def shop(pieces: int = 10) -> int:
    """A warehouse with `pieces` of S1 and S2 each, and none of S3; the shop is `T`. Returns the warehouse's id."""
    house = warehouse()
    with transaction():
        catalog.put_skus([SkuFacts(code, f"Thing {code}") for code in ("S1", "S2", "S3")])
        orders.add_shop("T", "Test shop", currency="EUR", carrier="own_fleet")
        skus = catalog.sku_ids(["S1", "S2"])
        (bin_id, _) = layout.bin_ids(house, ["A01-01L1"])["A01-01L1"]
        goods = [stock.Goods(sku_id, bin_id, pieces) for sku_id in skus.values()]
        stock.receive(house, goods, reference="ASN", actor_id=None)
    return house


def draft(number: str = "1", *lines: tuple[str, int], paid: str | None = None, after: int = 0, **more: object) -> Draft:
    """An order of (SKU, pieces) lines at 2.00 each, paid in full, placed `after` minutes past eight."""
    wanted = lines or (("S1", 1),)
    total = sum((Decimal(2 * qty) for _, qty in wanted), Decimal(0))
    facts = {**ADDRESS, "placed_at": START + timedelta(minutes=after), **more}
    drafted = tuple(DraftLine(sku, sku, qty, Decimal(2)) for sku, qty in wanted)
    return Draft("T", number, drafted, total, total if paid is None else Decimal(paid), **facts)  # type: ignore[arg-type]


def take(house: int, *drafts: Draft) -> orders.Taken:
    with transaction():
        return orders.take(house, drafts)


def order(number: str = "1") -> Order:
    """The order as it stands in the database now."""
    db.session.remove()
    return db.session.query(Order).filter_by(number=number).one()


def promised() -> dict[str, int]:
    """Pieces promised by SKU code."""
    db.session.remove()
    rows = db.session.execute(text("SELECT s.code, l.promised FROM stock_level l JOIN sku s ON s.id = l.sku_id"))
    return {row.code: row.promised for row in rows}


def everything() -> dict[str, list[object]]:
    """Every row of orders and stock, to show that a refusal moved nothing."""
    db.session.remove()
    tables = ("sales_order", "order_line", "stock_level", "stock_promise", "stock_balance", "stock_move")
    return {t: list(db.session.execute(text(f"SELECT * FROM {t} ORDER BY id"))) for t in tables}


def proved() -> None:
    db.session.remove()
    with transaction():
        report = check.run()
    assert report.ok, report.lines()
