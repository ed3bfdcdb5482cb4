"""A day on the demo's goods, worked by robots with badges: shorts, wrong scans, and everything adds up at the end.

While orders are picked, packed and shipped, the same goods are received, checked, put away, brought to their pick
faces and counted.
"""
from __future__ import annotations

import pytest

from bench.world import world
from wms.demo.load import Size

ORDERS = 60
CREW = {"pickers": 4, "packers": 2}
INSIDE = {"receivers": 3, "counters": 3}
SHARES = {
    "short_share": 0.04, "wrong_share": 0.2, "miscount_share": 0.4, "bad_share": 0.3, "overrule_share": 0.5,
}  # fmt: skip
UNFINISHED = """
    SELECT count(*) FROM stock_hold h JOIN order_line l ON l.id = h.order_line_id
    JOIN sales_order o ON o.id = l.order_id WHERE o.shipping = 'shipped' AND h.status = 'open'
"""
SHIPPED = "SELECT count(*) FROM sales_order WHERE shipping = 'shipped' AND processing = 'packed'"
SHORT = "SELECT count(*) FROM sales_order WHERE processing = 'short' AND hold_reason IS NOT NULL"
PRINTED = "SELECT document, count(*) FROM print_job WHERE status <> 'failed' GROUP BY document ORDER BY document"
# Trucks that left and trucks that were unloaded, of which no paper came out.
PAPERLESS = """
    SELECT 'M' || number FROM manifest m WHERE status = 'closed' AND NOT EXISTS (
        SELECT FROM print_job WHERE document = 'handover_manifest' AND document_id = m.id AND status <> 'failed')
    UNION ALL SELECT number FROM receipt r WHERE status = 'closed' AND NOT EXISTS (
        SELECT FROM print_job WHERE document = 'goods_receipt' AND document_id = r.id AND status <> 'failed')
"""
RECEIPTS = "SELECT number, status FROM receipt ORDER BY number"
LINES = "SELECT count(*) FILTER (WHERE received <> qty), count(*) FROM receipt_line"
AT_DOCK = """
    SELECT coalesce(sum(s.on_hand), 0)::int FROM stock_balance s JOIN bin b ON b.id = s.bin_id WHERE b.kind = 'receive'
"""
WALKS = "SELECT count(*) FILTER (WHERE status = 'planned'), count(*) FILTER (WHERE status = 'done') FROM putaway_task"
OVERRULED = "SELECT count(*) FROM putaway_task WHERE overrule_reason <> '' AND status = 'done'"
UNCOUNTED = "SELECT id, status FROM count_task WHERE status NOT IN ('done', 'cancelled')"
UNPOSTED = "SELECT id FROM count_line WHERE outcome IN ('pending', 'approval', 'again')"
AGAIN = """
    SELECT count(*), count(*) FILTER (WHERE a.person_id = b.person_id) FROM count_round a
    JOIN count_round b ON b.task_id = a.task_id AND b.nr = a.nr + 1
"""
# What the worker asked for in the last moments of the day, nobody had the time to fetch.
LAST_MOMENTS = "(SELECT max(at) - interval '5 seconds' FROM command)"
FACES = f"""
    SELECT id, status FROM replenish_task WHERE status NOT IN ('done', 'cancelled') AND asked_at < {LAST_MOMENTS}
"""
HELD_FOR_FACES = f"""
    SELECT h.id FROM stock_hold h LEFT JOIN replenish_task t ON h.reference = 'replenish ' || t.id
    WHERE h.origin = 'replenish' AND h.status = 'open'
      AND (t.status IS DISTINCT FROM 'open' OR t.asked_at < {LAST_MOMENTS})
"""
# SKUs that were picked, and moved by somebody else for this reason.
BESIDE_PICKING = """
    SELECT count(*) FROM (SELECT sku_id FROM stock_move WHERE reason = 'pick' GROUP BY 1) p
    WHERE EXISTS (SELECT 1 FROM stock_move m WHERE m.sku_id = p.sku_id AND m.reason = '{}')
"""


@pytest.fixture(scope="module")
def day():
    with world(Size(**CREW, orders=160)) as here:
        plan = {"max_orders": ORDERS, "wave_orders": 30, "speed": 0, "idle": 12, **SHARES}  # a busy machine is slow
        yield here, here.robots(**CREW, **INSIDE, **plan)


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
    assert (found["ok"], found["differences"]) == (True, [])


def test_every_parcel_and_every_truck_has_its_papers(day):
    here, report = day
    printed = dict(here.rows(PRINTED))
    assert set(printed) == {"packing_slip", "waybill", "handover_manifest", "goods_receipt"}
    assert (printed["packing_slip"], printed["waybill"]) == (report["parcels"], report["parcels"])
    assert here.rows(PAPERLESS) == []


def test_the_report_tells_what_was_measured(day):
    _, report = day
    assert set(report) == {
        "seconds", "scans", "scans_per_second", "scan_to_answer_ms", "release_to_screen_ms", "by_command_ms",
        "tasks", "lines", "shorts", "sorted", "boxes", "parcels", "shipped", "received", "checked", "put_away",
        "replenished", "counted", "miscounted", "left", "taken_over", "put_back", "chosen", "changes", "wrong",
        "refused", "sent_again", "errors",
    }  # fmt: skip
    for spread in (report["scan_to_answer_ms"], report["release_to_screen_ms"], *report["by_command_ms"].values()):
        assert set(spread) == {"n", "p50", "p95", "p99"}
        assert spread["p50"] <= spread["p95"] <= spread["p99"]
    assert sum(each["n"] for each in report["by_command_ms"].values()) == report["scans"]
    assert report["by_command_ms"]["pick.confirm"]["n"] == report["lines"]
    assert report["by_command_ms"]["pick.check"]["n"] > 0  # wrong scans were made, and none was taken for right
    assert report["parcels"] == report["shipped"]


def test_all_that_was_expected_is_in_its_bin(day):
    here, report = day
    assert here.rows(RECEIPTS) == [("ASN-1001", "closed"), ("PO-2001", "closed"), ("PO-2002", "closed")]
    different, lines = here.rows(LINES)[0]
    assert (different, here.rows(AT_DOCK)) == (0, [(0,)])
    assert report["received"] == lines - 1  # two lines stand on one pallet, which is one scan
    assert report["checked"] == 5
    ((planned, done),) = here.rows(WALKS)
    assert (planned, done) == (0, report["put_away"])
    assert here.rows(OVERRULED)[0][0] > 0


def test_what_was_counted_carelessly_is_counted_again_by_a_colleague(day):
    here, report = day
    assert (here.rows(UNCOUNTED), here.rows(UNPOSTED)) == ([], [])
    ((again, by_the_same),) = here.rows(AGAIN)
    assert (again >= report["miscounted"] > 0, by_the_same) == (True, 0)
    assert report["counted"] >= again + 5


def test_pick_faces_are_filled_and_nothing_stays_set_aside_for_them(day):
    here, report = day
    assert report["replenished"] > 0
    assert here.rows(FACES) == []
    assert here.rows(HELD_FOR_FACES) == []


def test_people_worked_on_the_same_goods(day):
    here, _ = day
    for reason in ("receive", "putaway", "replenish"):
        assert here.rows(BESIDE_PICKING.format(reason))[0][0] > 0, reason


def test_what_must_be_refused_was_refused(day):
    _, report = day
    told = report["by_command_ms"]
    assert report["wrong"] >= told["pick.check"]["n"] + told["receive.aside"]["n"]
    colleagues = {code for code in report["refused"] if code.startswith("inbound.")}
    assert colleagues <= {"inbound.no_receipt", "inbound.receipt_over", "inbound.check_over", "inbound.nothing_at_dock",
                          "inbound.nothing_on_lpn", "inbound.part_taken", "inbound.less_at_dock"}  # fmt: skip
