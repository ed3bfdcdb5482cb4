"""A small day on which waves are picked in every way, side by side, while orders are stopped, pulled and split off,
waves paused and cancelled, and carts left and taken over."""
from __future__ import annotations

import pytest

from bench.world import world
from wms.demo.load import Size

CREW = {"pickers": 4, "packers": 2}
SHARES = {"short_share": 0.1, "choose_share": 0.7, "leave_share": 0.08, "wrong_share": 0.1}
METHODS = "SELECT DISTINCT method FROM wave WHERE status = 'done' ORDER BY method"
TWICE = "SELECT order_id FROM parcel WHERE status <> 'void' GROUP BY order_id HAVING count(*) > 1"
# Where each order stands that was in a wave which was released, or that was stopped; the wave that waits for a newcomer
# is not this day's.
STAND = """
    SELECT o.number, o.confirmation, o.processing, o.shipping, o.hold_reason FROM sales_order o
    WHERE NOT EXISTS (SELECT 1 FROM wave_order m JOIN wave w ON w.id = m.wave_id
                      WHERE m.order_id = o.id AND m.active AND w.status = 'planned')
      AND EXISTS (SELECT 1 FROM wave_order m WHERE m.order_id = o.id)
    ORDER BY o.id
"""
IN_USE = """
    SELECT o.number, o.processing, c.code FROM pick_tote s JOIN container c ON c.id = s.container_id
    LEFT JOIN sales_order o ON o.id = s.order_id WHERE s.in_use AND o.processing IS DISTINCT FROM 'short'
"""
BETWEEN = """
    SELECT c.code, bin.kind, sum(b.on_hand)::int FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    JOIN container c ON c.id = b.container_id
    WHERE bin.kind IN ('stage', 'packed') AND b.on_hand > 0 AND NOT EXISTS (
        SELECT 1 FROM pick_tote s JOIN sales_order o ON o.id = s.order_id
        WHERE s.container_id = c.id AND s.in_use AND o.processing = 'short')
      AND NOT EXISTS (SELECT 1 FROM put_back p JOIN parcel ON parcel.container_id = p.container_id
                      WHERE p.container_id = c.id AND p.status IN ('open', 'taken'))
    GROUP BY c.code, bin.kind
"""
HELD = "SELECT id FROM stock_hold WHERE status = 'open' AND order_line_id IS NOT NULL"
# A parcel that was stopped on the truck comes off it when the truck is closed, after the pickers' day.
OFF_THE_TRUCK = """
    SELECT o.number FROM put_back p JOIN parcel ON parcel.container_id = p.container_id
    JOIN sales_order o ON o.id = parcel.order_id WHERE p.status IN ('open', 'taken')
"""
GOING_BACK = """
    SELECT id FROM put_back p WHERE status IN ('open', 'taken')
    AND NOT EXISTS (SELECT 1 FROM parcel WHERE parcel.container_id = p.container_id)
"""
OPEN_TASKS = "SELECT id, status FROM pick_task WHERE status NOT IN ('picked', 'cancelled')"
IN_TWO = "SELECT order_id FROM wave_order WHERE active GROUP BY order_id HAVING count(*) > 1"
PACKED = """
    SELECT count(*) FROM (
        SELECT p.id FROM parcel p JOIN parcel_line l ON l.parcel_id = p.id WHERE p.status = 'shipped' GROUP BY p.id
        HAVING sum(l.qty) <> (SELECT sum(m.qty) FROM stock_move m
                              WHERE m.reason = 'ship' AND m.from_container_id = p.container_id)
    ) AS different
"""
# What was sent of each shipped order is what was ordered of it, less what a person decided to send without.
SENT = """
    SELECT o.number FROM sales_order o JOIN order_line l ON l.order_id = o.id AND NOT l.exploded
    LEFT JOIN (SELECT n.order_line_id, sum(n.qty) AS qty FROM parcel_line n JOIN parcel p ON p.id = n.parcel_id
               WHERE p.status = 'shipped' GROUP BY 1) AS sent ON sent.order_line_id = l.id
    WHERE o.shipping = 'shipped' AND coalesce(sent.qty, 0) <> l.qty - l.dropped
"""
# Goods of which a box of one piece can be sealed for each order that wants just that, out of one bin.
TO_SEAL = """
    WITH wanted AS (
        SELECT sku_id, count(*) AS orders FROM (
            SELECT min(l.sku_id) AS sku_id FROM sales_order o JOIN order_line l ON l.order_id = o.id
            WHERE o.processing = 'waiting' GROUP BY o.id HAVING count(*) = 1 AND sum(l.qty) = 1) AS singles
        GROUP BY sku_id
    )
    SELECT DISTINCT ON (w.orders, w.sku_id) bin.code, sku.code, w.orders FROM wanted w JOIN sku ON sku.id = w.sku_id
    JOIN stock_balance b ON b.sku_id = w.sku_id AND b.on_hand - b.held >= w.orders
    JOIN bin ON bin.id = b.bin_id AND bin.kind = 'pick'
    WHERE (sku.lot_tracking, sku.serial_tracking, sku.expiry_tracked) = ('none', 'none', false)
    ORDER BY w.orders DESC, w.sku_id, bin.code LIMIT 3
"""
CHANGES = {"pull", "pause", "cancel", "let on", "stop waved", "stop picking", "stop picked", "stop packed",
           "stop ready"}  # fmt: skip


@pytest.fixture(scope="module")
def day():
    with world(Size(pickers=5, packers=2, orders=150)) as here:
        ahead = ",".join(f"{bin_code} {sku} {boxes}" for bin_code, sku, boxes in here.rows(TO_SEAL))
        plan = {"changes": 1, "wave_orders": 12, "speed": 0, "idle": 12, "seconds": 900, "ahead": ahead, **SHARES}
        methods = "prepack,cart,wall,single,same,relay,consolidate,order"
        yield here, here.robots(**CREW, sorters=1, methods=methods, **plan)


def test_every_order_is_shipped_once_or_waits_for_a_reason(day):
    here, report = day
    assert report["errors"] == []
    off = {number for (number,) in here.rows(OFF_THE_TRUCK)}
    stand = [tuple(row[1:]) for row in here.rows(STAND) if row[0] not in off]
    shipped = ("confirmed", "packed", "shipped", None)
    waiting = [each for each in stand if each != shipped]
    for confirmation, processing, shipping, reason in waiting:
        assert shipping == "unshipped"
        assert confirmation == "cancelled" or reason is not None, (confirmation, processing)
        assert processing == ("waiting" if confirmation != "confirmed" else "short"), (confirmation, processing, reason)
    assert (here.rows(TWICE), here.rows(IN_TWO), here.rows(SENT)) == ([], [], [])
    assert report["shipped"] == len(stand) - len(waiting) > len(stand) / 2


def test_most_kinds_of_things_happened(day):
    """Who comes when is chance, and with it what there is to change: hardly a day has all of it."""
    here, report = day
    assert {method for (method,) in here.rows(METHODS)} >= {"prepack", "cart", "wall", "single"}
    kinds = CHANGES | {"split_carts", "send_home", "reassign"}
    assert len(kinds & set(report["changes"])) >= len(kinds) / 2, report["changes"]
    for what in ("boxes", "sorted", "wrong", "put_back", "shorts"):
        assert report[what] > 0, what


def test_each_parcel_took_its_own_pieces_along_and_stock_is_right(day):
    here, _ = day
    assert here.rows(PACKED) == [(0,)]
    found = here.check()
    assert (found["ok"], found["differences"]) == (True, [])


def test_nothing_is_left_over(day):
    here, _ = day
    for query in (OPEN_TASKS, IN_USE, BETWEEN, HELD, GOING_BACK):
        assert here.rows(query) == [], query
