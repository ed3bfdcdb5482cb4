"""The real November file of a British gift wholesaler, imported as its merchant would."""
from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from import_samples import bring, counts, warehouse
from order_samples import proved
from sqlalchemy import func

from wms.catalog.models import Sku
from wms.core.db import db
from wms.layout.models import Bin
from wms.orders.models import Order, OrderLine

SHARED = Path(os.environ.get("WMS_SHARED") or Path(__file__).resolve().parents[3] / "shared")
FILE = SHARED / "data" / "orders" / "online-retail-2010-11.csv"

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason=f"the November file is not at {FILE}; set WMS_SHARED to the folder that holds data/orders"
)
FEE = re.compile(r"POST|DOT|C2|M|D|BANK CHARGES|AMAZONFEE|gift_\d+_\d+")


def truth():
    """What the file holds, counted straight from its rows: goods by invoice and SKU, fees by invoice."""
    goods = defaultdict(lambda: defaultdict(int))
    totals = defaultdict(Decimal)
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            qty, price = int(row["Quantity"]), Decimal(row["Price"])
            if row["Invoice"].startswith("C") or qty < 1 or not price:
                continue
            totals[row["Invoice"]] += qty * price
            if not FEE.fullmatch(row["StockCode"]):
                goods[row["Invoice"]][row["StockCode"].upper()] += qty
    return goods, totals


def test_november_comes_in_whole_and_a_second_time_changes_nothing(app):
    house = warehouse(positions=125)
    refused = bring("orders", FILE, house, profile="online-retail")
    assert counts(refused) == (78_015, 0, 0, 0, 76_200)
    assert db.session.query(Sku).count() == 0

    options = {"create_missing": True, "stock": 1}
    summary = bring("orders", FILE, house, profile="online-retail", options=options)
    assert counts(summary) == (78_015, 2_719, 0, 0, 0)
    assert {name: count for name, count in summary.more.items() if count} == {
        "cancellation_lines": 1_194,
        "cancellation_invoices": 576,
        "cancellations_of_whole_orders": 11,
        "fee_lines": 264,
        "zero_price_lines": 132,
        "stock_correction_lines": 225,
        "invoices_without_goods": 374,
        "merged_lines": 2_891,
        "exact_duplicates": 1_429,
        "guest_orders": 149,
        "lines": 73_309,
        "cancelled": 11,
        "confirmed": 2_708,
        "shops_created": 1,
        "skus_created": 2_951,
        "bins_created": 2_000,
        "stock_skus": 2_951,
        "stock_pieces": 724_954,
    }
    aside = sum(summary.more[f"{kind}_lines"] for kind in ("cancellation", "fee", "zero_price", "stock_correction"))
    assert aside + summary.more["lines"] + summary.more["merged_lines"] == summary.read
    assert_truth()
    proved()

    again = bring("orders", FILE, house, profile="online-retail", options=options)
    assert counts(again) == (78_015, 0, 0, 2_719, 0)
    assert [again.more.get(name, 0) for name in ("skus_created", "stock_pieces", "bins_created")] == [0, 0, 0]
    db.session.remove()
    assert db.session.query(Bin).filter_by(kind="pick").count() == 3_000


def assert_truth():
    goods, totals = truth()
    db.session.remove()
    lines = db.session.query(Order.number, Sku.code, OrderLine.qty).join(OrderLine.order).join(Sku)
    stored = defaultdict(dict)
    for number, sku, qty in lines:
        stored[number][sku] = qty
    assert {number: dict(skus) for number, skus in goods.items()} == stored
    amounts = db.session.query(Order.number, Order.total, Order.paid)
    assert {number: (total, paid) for number, total, paid in amounts} == {
        number: (totals[number].quantize(Decimal("0.01")),) * 2 for number in goods
    }
    gone = db.session.query(func.count()).filter(Order.confirmation == "cancelled", Order.refund == "refunded").scalar()
    assert gone == 11
