"""Every list of the desk: orders and filters are sound SQL, pages meet, files have words, indexes serve."""
from __future__ import annotations

from itertools import product

import picking_floor as floor
import pytest
from sqlalchemy import text

from wms.core.catalogue import messages
from wms.core.export import stream
from wms.core.listing import Listing, read_cursor
from wms.core.transaction import transaction
from wms.counting.listing import COUNTS
from wms.inbound.listing import RECEIPTS
from wms.insight.inventory_list import BALANCES
from wms.insight.parcel_list import PARCELS
from wms.orders.listing import ORDERS
from wms.problems import service as problems
from wms.problems.listing import PROBLEMS
from wms.replenishment.listing import FACES, TASKS
from wms.stock.listing import ADJUSTMENTS
from wms.waves.listing import WAVES

LISTS = (ADJUSTMENTS, BALANCES, COUNTS, FACES, ORDERS, PARCELS, PROBLEMS, RECEIPTS, TASKS, WAVES)
# What a filter takes that is no text.
SAMPLES = {
    "sku": 1, "bin": 1, "container": 1, "zone": 1, "owner": 1, "expires_days": 1, "idle_days": 1, "held": True,
    "low": True, "blocked": True, "promised_before": "2026-11-23T08:00:00Z", "due": "amber",
}  # fmt: skip


def asked(listing: Listing, **query):
    first = next(iter(listing.sorts))
    return {"place": "rest", "sort": first, "down": True, "cursor": None, "limit": 2, **query}


@pytest.fixture
def house(app):
    house = floor.build()
    for n in range(5):
        floor.order(house, f"O{n}", {"S1": 1})
        with transaction():
            problems.report(house.id, house.boss.person_id, "", "unsafe")
    return house


def test_every_order_and_filter_of_every_list(house):
    for listing in LISTS:
        for sort, down in product(listing.sorts, (True, False)):
            with transaction():
                page = listing.page(house.boss, asked(listing, sort=sort, down=down, limit=500))
                whole = [item["id"] for item in page["items"]]
                page = listing.page(house.boss, asked(listing, sort=sort, down=down))
                found = page["items"]
                while page["next"]:
                    page = listing.page(house.boss, asked(listing, sort=sort, down=down, cursor=page["next"]))
                    found += page["items"]
                assert [item["id"] for item in found] == whole, (listing.name, sort, down)
                assert listing.count(house.boss, asked(listing)) == len(whole)
                assert listing.count(house.boss, asked(listing), most=1) == min(1, len(whole))
        for name in listing.where:
            with transaction():
                listing.page(house.boss, asked(listing, **{name: SAMPLES.get(name, "A%")}))
    with transaction():
        assert [len(each.page(house.boss, asked(each, limit=9))["items"]) for each in (ORDERS, PROBLEMS)] == [5, 5]


def test_every_file_has_words_for_its_heads(house):
    for listing in LISTS:
        for column in listing.columns:
            assert column.title in messages(), (listing.name, column.title)
            assert not column.words or any(code.startswith(column.words + ".") for code in messages()), column.words
        whole = b"".join(stream(listing, house.boss, asked(listing), "csv", progress=False)).decode("utf-8-sig")
        heads = whole.splitlines()[0]
        assert heads.count(",") == len(listing.columns) - 1, heads
        assert "ui." not in whole, (listing.name, whole)
        assert b"".join(stream(listing, house.boss, asked(listing), "xlsx", progress=False)).startswith(b"PK")


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({"state": "shipped", "sort": "promised", "down": False}, "ix_sales_order_queue"),
        ({"sort": "promised", "down": True}, "ix_sales_order_promised"),
        ({"sort": "number", "down": False}, "ix_sales_order_number"),
        ({"sort": "id", "down": True}, "pk_sales_order"),
    ],
)
def test_a_page_of_orders_is_read_from_an_index_in_its_order(house, query, index):
    """However many there are: the expression of the queue in the query must be that of the index, word by word."""
    with transaction() as session:
        cursor = ORDERS.page(house.boss, asked(ORDERS, **{**query, "state": None}, limit=1))["next"]
        for after in (None, cursor):
            statement, given = ORDERS._sorted(house.boss, asked(ORDERS, **query), read_cursor(after) if after else None)
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_bitmapscan = off"))
            session.execute(text("SET LOCAL enable_sort = off"))
            plan = "\n".join(session.execute(text(f"EXPLAIN {statement} LIMIT 60"), given).scalars())
            assert index in plan, plan
            assert "Filter: (CASE" not in plan, plan
