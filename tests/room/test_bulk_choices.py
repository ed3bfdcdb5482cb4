"""Missing pieces at a stop of many orders: the same ways out as for a line of a cart, for all that miss theirs."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
import wall_floor as wall
from picking_floor import do
from test_bulk_changed import sort_all
from test_short_choices import face, more
from wall_floor import processing, refused

ORDERS = {"O1": {"S1": 2, "S2": 1}, "O2": {"S1": 2}, "O3": {"S1": 1, "S3": 1}}


@pytest.fixture
def house(app):
    house = wall.build()
    for nr, (number, lines) in enumerate(ORDERS.items()):
        floor.order(house, number, lines, hours=24 + nr)
    return house


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna")


@pytest.fixture
def task(house, anna):
    """The picker stands at the stop of five pieces of S1, and has put two into the tote: those of O1."""
    wall.release(house)
    task = wall.start(anna)
    while task["stop"]["sku"]["code"] != "S1":
        task = do(anna, "bulk.stop", **wall.scans(task))["data"]["bulk"]
    return do(anna, "bulk.stop", **wall.scans(task, qty=2))["data"]["bulk"]


def about(task):
    return {"task_id": task["id"], "seq": task["stop"]["seq"]}


def ways(picker, task):
    found = do(picker, "bulk.short_ways", **about(task))["data"]
    return found["missing"], [each["how"] for each in found["ways"]]


def choose(picker, task, how):
    return do(picker, "bulk.short_choose", **about(task), reason="missing", how=how)


def sent(house, picker, *totes):
    """Sort and pack everything; returns how many pieces were sent."""
    sam = floor.person(house, "Sam")
    for tote in totes:
        sort_all(sam, tote)
    pat = tables.packer(house)
    for slot in ("W1-01", "W1-02", "W1-03"):
        tables.packed(pat, slot)
    assert floor.proved().promised == 0
    return floor.value("SELECT sum(qty) FROM parcel_line")


def test_the_rest_of_all_orders_comes_from_another_bin_in_one_stop(house, anna, task):
    assert ways(anna, task) == (3, ["count", "order"])
    more(house, "S1", "A4-5", 9)
    assert ways(anna, task)[1][0] == "another"
    reply = choose(anna, task, "another")
    assert (reply["next"], reply["message"]["code"]) == ("bulk_stop", "picking.bulk_short_another")
    task = reply["data"]["bulk"]
    while task["stop"]["sku"]["code"] != "S1":
        task = do(anna, "bulk.stop", **wall.scans(task))["data"]["bulk"]
    assert (task["stop"]["bin"]["code"], task["stop"]["qty"], task["stop"]["orders"]) == ("A4-5", 3, 2)
    assert floor.value("SELECT kind FROM count_task") == "short"
    assert wall.pick_all(anna, task)["next"] == "bulk_done"
    assert sent(house, anna, "T1") == 7


def test_a_stop_waits_at_the_end_while_its_bin_is_filled_up(house, anna, task):
    face(house, "S1", "A1-1", "A4-6")
    do(house.boss, "pick.put_plan", short_ways=["replenish"])
    assert ways(anna, task) == (3, ["replenish", "order"])
    task = choose(anna, task, "replenish")["data"]["bulk"]
    assert floor.value("SELECT urgency FROM replenish_task") == "emergency"
    assert floor.value("SELECT count(DISTINCT seq) FROM pick_line WHERE status = 'open' AND awaits") == 1
    assert wall.pick_all(anna, task)["next"] == "bulk_done"
    assert sent(house, anna, "T1") == 7


def test_the_picker_counts_the_bin_and_goes_on_at_the_same_stop(house, anna, task):
    assert choose(anna, task, "count")["next"] == "count_bin"
    assert do(anna, "bulk.state")["data"]["bulk"]["stop"]["seq"] == task["stop"]["seq"]


def test_orders_are_sent_without_the_pieces_unless_nothing_would_be_left(house, anna, task):
    do(house.boss, "pick.put_plan", short_ways=["line"])
    assert ways(anna, task)[1] == ["order"]  # O2 wants nothing but S1
    assert refused(anna, "bulk.short_choose", **about(task), reason="missing", how="line") == "picking.nothing_left"
    task = do(anna, "bulk.stop", **wall.scans(task, qty=1))["data"]["bulk"]
    assert ways(anna, task) == (2, ["line", "order"])
    reply = choose(anna, task, "line")
    if reply["next"] == "bulk_stop":
        wall.pick_all(anna, reply["data"]["bulk"])
    assert floor.value("SELECT sum(dropped) FROM order_line") == 2
    assert sent(house, anna, "T1") == 5


def test_the_supervisor_is_always_a_way(house, anna, task):
    reply = choose(anna, task, "order")
    assert reply["message"]["code"] == "picking.bulk_short"
    assert [processing(number) for number in ORDERS] == ["picking", "short", "short"]
    cart = {"task_id": task["id"], "line_id": task["stop"]["line_id"]}
    assert refused(anna, "pick.short_ways", **cart) == "picking.in_bulk"
    floor.proved()


def test_a_walk_brings_no_more_orders_than_slots_are_free(app):
    house = wall.build(slots=6)
    wall.picked(house, {f"A{n}": {"S1": 1} for n in range(2)})
    sort_all(floor.person(house, "Sam"))
    for n in range(8):
        floor.order(house, f"B{n}", {"S2": 1})
    assert wall.release(house)["carts"] == 2  # four slots are free: four and four
    with floor.transaction() as session:
        session.execute(floor.text("DELETE FROM wall_slot WHERE nr > 3"))
    for n in range(4):
        floor.order(house, f"C{n}", {"S3": 1})
    assert wall.release(house)["carts"] == 2  # one of three is free: half of the wall
