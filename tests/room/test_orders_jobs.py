"""Orders that wait for goods go on by themselves when the goods come in."""
from __future__ import annotations

import pytest
from order_samples import draft, order, promised, shop, take
from sqlalchemy import text

from wms.catalog import service as catalog
from wms.core.db import db
from wms.layout import service as layout
from wms.orders import jobs
from wms.stock import service as stock


@pytest.fixture
def house(app):
    return shop(pieces=2)


def arrive(tx, house, sku, pieces):
    with tx():
        (bin_id, _) = layout.bin_ids(house, ["A01-01L1"])["A01-01L1"]
        goods = [stock.Goods(catalog.sku_ids([sku])[sku], bin_id, pieces)]
        stock.receive(house, goods, reference="ASN2", actor_id=None)


def queued():
    db.session.remove()
    rows = db.session.execute(text("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")).all()
    return [(row.task_name, row.args) for row in rows]


def test_goods_that_come_in_wake_the_orders_that_wait_for_them(house, tx):
    take(house, draft("1", ("S1", 5)), draft("2", ("S1", 1), after=5), draft("3", ("S3", 1), after=6))
    assert (order("1").hold_reason, order("2").confirmation) == ("stock_short", "confirmed")
    arrive(tx, house, "S1", 10)
    arrive(tx, house, "S1", 1)
    assert queued() == [("orders.audit_short", {"warehouse_id": house})]  # one job, however often goods come
    jobs.audit_short(house)
    assert order("1").confirmation == "confirmed"
    assert (order("3").confirmation, order("3").hold_reason) == ("held", "stock_short")
    assert promised()["S1"] == 6


def test_nothing_is_queued_when_nobody_waits(house, tx):
    take(house, draft("1"))
    arrive(tx, house, "S2", 10)
    assert queued() == []
