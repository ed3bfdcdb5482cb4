"""A small day on which waves are picked in every way, side by side."""
from __future__ import annotations

import pytest

from bench.world import world
from wms.demo.load import Size

ORDERS = 70
CREW = {"pickers": 3, "packers": 2}
METHODS = "SELECT method, count(*) FROM wave WHERE status = 'done' GROUP BY method ORDER BY method"
TWICE = "SELECT order_id FROM parcel WHERE status <> 'void' GROUP BY order_id HAVING count(*) > 1"
STEPS = """
    SELECT o.processing, count(*) FROM wave_order m JOIN wave w ON w.id = m.wave_id
    JOIN sales_order o ON o.id = m.order_id WHERE m.active AND w.status <> 'planned'
    GROUP BY o.processing ORDER BY o.processing
"""
IN_USE = """
    SELECT count(*) FROM pick_tote s JOIN sales_order o ON o.id = s.order_id WHERE s.in_use AND o.processing <> 'short'
"""
PACKED = """
    SELECT count(*) FROM (
        SELECT p.id FROM parcel p JOIN parcel_line l ON l.parcel_id = p.id GROUP BY p.id
        HAVING sum(l.qty) <> (SELECT sum(m.qty) FROM stock_move m
                              WHERE m.reason = 'ship' AND m.from_container_id = p.container_id)
    ) AS different
"""
PRINTED = "SELECT count(*) FROM print_job WHERE document = 'waybill' AND status <> 'failed'"


@pytest.fixture(scope="module")
def day():
    with world(Size(pickers=5, packers=2, orders=160)) as here:
        plan = {"max_orders": ORDERS, "wave_orders": 12, "speed": 0, "short_share": 0.03, "wrong_share": 0.2}
        yield here, here.robots(**CREW, sorters=2, methods="cart,wall,single,same,relay,consolidate", **plan)


def test_every_order_is_shipped_once_or_waits_for_the_supervisor(day):
    here, report = day
    assert report["errors"] == []
    steps = dict(here.rows(STEPS))
    assert set(steps) <= {"packed", "short"}, steps
    assert (here.rows(TWICE), sum(steps.values())) == ([], ORDERS)
    assert report["shipped"] == steps["packed"]
    assert report["shipped"] == report["parcels"] == here.rows(PRINTED)[0][0]


def test_all_methods_were_used(day):
    here, report = day
    assert [method for method, _ in here.rows(METHODS)] == ["cart", "consolidate", "relay", "same", "single", "wall"]
    assert here.rows("SELECT sum(made) > 0, bool_and(ended_at IS NOT NULL) FROM parcel_run") == [(True, True)]
    assert report["sorted"] > 0
    assert report["wrong"] > 0


def test_each_parcel_took_its_own_pieces_along_and_stock_is_right(day):
    here, _ = day
    assert here.rows(PACKED) == [(0,)]
    found = here.check()
    assert (found["ok"], found["differences"]) == (True, [])


def test_no_slot_and_no_tote_is_left_taken(day):
    here, _ = day
    assert here.rows(IN_USE) == [(0,)]
