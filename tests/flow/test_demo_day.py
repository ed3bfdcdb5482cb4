"""A day on the demo's goods, worked by robots with badges: shorts, wrong scans, and everything adds up at the end."""
from __future__ import annotations

import pytest

from bench.world import world
from wms.demo.load import Size

ORDERS = 60
CREW = {"pickers": 4, "packers": 2}
UNFINISHED = """
    SELECT count(*) FROM stock_hold h JOIN order_line l ON l.id = h.order_line_id
    JOIN sales_order o ON o.id = l.order_id WHERE o.shipping = 'shipped' AND h.status = 'open'
"""
SHIPPED = "SELECT count(*) FROM sales_order WHERE shipping = 'shipped' AND processing = 'packed'"
SHORT = "SELECT count(*) FROM sales_order WHERE processing = 'short' AND hold_reason IS NOT NULL"
PRINTED = "SELECT document, count(*) FROM print_job WHERE status <> 'failed' GROUP BY document ORDER BY document"


@pytest.fixture(scope="module")
def day():
    with world(Size(**CREW, orders=160)) as here:
        plan = {"max_orders": ORDERS, "wave_orders": 30, "short_share": 0.04, "wrong_share": 0.2, "speed": 0}
        yield here, here.robots(**CREW, **plan)


def test_every_order_is_shipped_or_waits_for_the_supervisor(day):
    here, report = day
    assert report["errors"] == []
    assert report["shipped"] + report["shorts"] == ORDERS
    assert report["shorts"] > 0
    assert here.rows(SHIPPED) == [(report["shipped"],)]
    assert here.rows(SHORT) == [(report["shorts"],)]


def test_nothing_is_held_for_what_has_left_and_stock_is_right_to_the_piece(day):
    here, _ = day
    assert here.rows(UNFINISHED) == [(0,)]
    found = here.check()
    assert (found["ok"], found["differences"], found["held"]) == (True, [], 0)


def test_every_parcel_has_its_papers(day):
    here, report = day
    assert here.rows(PRINTED) == [("packing_slip", report["parcels"]), ("waybill", report["parcels"])]


def test_the_report_tells_what_was_measured(day):
    _, report = day
    assert set(report) == {
        "seconds", "scans", "scans_per_second", "scan_to_answer_ms", "release_to_screen_ms", "by_command_ms",
        "tasks", "lines", "shorts", "parcels", "shipped", "refused", "sent_again", "errors",
    }  # fmt: skip
    for spread in (report["scan_to_answer_ms"], report["release_to_screen_ms"], *report["by_command_ms"].values()):
        assert set(spread) == {"n", "p50", "p95", "p99"}
        assert spread["p50"] <= spread["p95"] <= spread["p99"]
    assert sum(each["n"] for each in report["by_command_ms"].values()) == report["scans"]
    assert report["by_command_ms"]["pick.confirm"]["n"] == report["lines"]
    assert report["by_command_ms"]["pick.check"]["n"] > 0  # wrong scans were made, and none was taken for right
    assert report["parcels"] == report["shipped"]
