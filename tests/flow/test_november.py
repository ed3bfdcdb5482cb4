"""The real November of a British wholesaler: 300 of its orders are imported, picked, packed and shipped by robots."""
from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bench.world import world
from wms.demo.load import Size

pytestmark = pytest.mark.shared

SHARED = Path(os.environ.get("WMS_SHARED") or Path(__file__).resolve().parents[3] / "shared")
FILE = SHARED / "data" / "orders" / "online-retail-2010-11.csv"
COMMAND = ("import", "orders", str(FILE), "--profile", "online-retail", "--create-missing", "--stock", "1", "--json")

ORDERS = 300
FLOOR = {"stations": 5, "carts": 10, "totes": 400}
CREW = {"pickers": 8, "packers": 5}
SHIPPED = """
    SELECT count(*), sum(l.lines) FROM sales_order o JOIN shop s ON s.id = o.shop_id
    JOIN (SELECT order_id, count(*) AS lines FROM order_line GROUP BY order_id) l ON l.order_id = o.id
    WHERE s.code = 'online-retail' AND o.shipping = 'shipped'
"""
HELD_FOR_ORDERS = "SELECT coalesce(sum(qty), 0)::int FROM stock_hold WHERE status = 'open' AND origin = 'order'"
EVERYTHING = """
    SELECT (SELECT count(*) FROM sales_order), (SELECT count(*) FROM order_line), (SELECT count(*) FROM stock_move),
           (SELECT sum(on_hand) FROM stock_balance), (SELECT sum(qty) FROM stock_promise WHERE status = 'open')
"""


def test_november_is_imported_picked_packed_and_shipped():
    with world(Size(**CREW, **FLOOR, orders=80)) as here:
        told = json.loads(here.wms(*COMMAND))
        assert told["created"] == 2_719
        assert told["rejected"] == 0

        report = here.robots(**CREW, **FLOOR, max_orders=ORDERS, speed=0, idle=12)
        assert report["errors"] == []
        assert report["shipped"] == ORDERS
        ((shipped, lines),) = here.rows(SHIPPED)
        assert shipped == ORDERS  # theirs were promised years before the demo's own
        assert report["lines"] >= lines

        found = here.check()
        assert (found["ok"], found["differences"]) == (True, [])
        assert here.rows(HELD_FOR_ORDERS) == [(0,)]  # pick faces may have pieces set aside for them

        before = here.rows(EVERYTHING)
        again = json.loads(here.wms(*COMMAND))
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2_719)
        assert here.rows(EVERYTHING) == before
