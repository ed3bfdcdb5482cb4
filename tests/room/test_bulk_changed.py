"""Orders that leave their wave while their goods lie among others' in bulk: nothing is sent twice, all goes back."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
import wall_floor as wall
from picking_floor import do
from test_interception import let_on, stop
from test_wave_life import order_of, put_all_back
from wall_floor import lies, processing, put, refused

ORDERS = {"O1": {"S1": 1, "S2": 2}, "O2": {"S1": 2}}


@pytest.fixture
def house(app):
    return wall.build()


@pytest.fixture
def sam(house):
    return floor.person(house, "Sam")


def more_to_pick(house):
    """Released with the others and picked last, so that the wave is still going."""
    floor.order(house, "LATE", {"S6": 1}, hours=99)


def picked(house, orders=ORDERS, method="wall"):
    """The orders' goods lie in `T1`; the order LATE of their wave is not picked yet. Returns picker and task."""
    for number, lines in orders.items():
        floor.order(house, number, lines, hours=24 + len(house.orders))
    more_to_pick(house)
    wave = wall.release(house, method)
    anna = floor.person(house, "Anna")
    task = wall.start(anna)
    while task["stop"]["sku"]["code"] != "S6":
        task = do(anna, "bulk.stop", **wall.scans(task))["data"]["bulk"]
    return anna, task, wave["id"]


def sort_all(sam, tote="T1"):
    """Put every piece of a tote where the screen shows; returns the slots that were shown."""
    state, slots = do(sam, "wall.tote", code=tote), []
    while state["next"] == "wall_item":
        shown = do(sam, "wall.item", code=state["data"]["tote"]["items"][0]["code"], qty=9)["data"]["put"]
        slots.append(shown["slot"])
        state = do(sam, "wall.put", code=shown["code"])
    return slots


def nothing_left():
    """No goods lie between bins and parcels, nothing waits to go back, and the books are right."""
    lost = "SELECT sum(b.on_hand) FROM stock_balance b JOIN bin ON bin.id = b.bin_id WHERE bin.kind = 'stage'"
    assert not floor.value(lost)
    assert floor.value("SELECT count(*) FROM put_back WHERE status IN ('open', 'taken')") == 0
    assert floor.value("SELECT count(*) FROM pick_tote WHERE in_use") == 0
    return floor.proved()


# ---- stopped

def test_a_stopped_order_is_put_aside_as_it_is_sorted_and_cancelled_with_its_last_piece(house, sam):
    anna, task, _ = picked(house)
    stop(house, "O1", "cancel")
    assert order_of("O1", "processing", "confirmation") == ("picking", "held")  # its pieces lie in the tote
    wall.pick_all(anna, task, "T2")
    assert sorted(sort_all(sam)) == [0, 0, 1]
    assert order_of("O1", "processing", "confirmation") == ("waiting", "cancelled")
    sort_all(sam, "T2")
    put_all_back(anna, "W1-00")
    pat = tables.packer(house)
    for slot in ("W1-01", "W1-02"):
        tables.packed(pat, slot)
    report = nothing_left()
    assert (report.held, report.promised) == (0, 0)
    assert floor.value("SELECT sum(on_hand) FROM stock_balance WHERE bin_id = :b", b=house.bins["A1-2"]) == 50


def test_an_order_that_goes_on_before_it_is_sorted_is_sorted(house, sam):
    anna, task, _ = picked(house)
    stop(house, "O1")
    let_on(house, "O1")
    assert order_of("O1", "processing", "confirmation") == ("picking", "confirmed")
    wall.pick_all(anna, task, "T2")
    sort_all(sam)
    sort_all(sam, "T2")
    pat = tables.packer(house)
    for slot in ("W1-01", "W1-02", "W1-03"):
        tables.packed(pat, slot)
    nothing_left()


def test_an_order_that_goes_on_with_pieces_put_aside_has_those_picked_again(house, sam):
    anna, _task, _ = picked(house)
    stop(house, "O1")
    do(sam, "wall.tote", code="T1")
    put(sam, "S2", qty=2)  # aside
    assert (lies("W1-00"), processing("O1")) == (2, "short")
    let_on(house, "O1")
    assert order_of("O1", "processing", "confirmation") == ("picking", "confirmed")
    wall.pick_all(anna, do(anna, "bulk.state")["data"]["bulk"], "T2")
    for tote in ("T1", "T2"):
        sort_all(sam, tote)
    put_all_back(anna, "W1-00")
    pat = tables.packer(house)
    for slot in ("W1-01", "W1-02", "W1-03"):
        tables.packed(pat, slot)
    nothing_left()


def test_what_was_put_aside_is_not_taken_back_once_its_order_is_gone(house, sam):
    wall.picked(house, {"O1": {"S1": 1}})
    stop(house, "O1", "cancel")
    do(sam, "wall.tote", code="T1")
    put(sam, "S1")
    assert order_of("O1", "processing", "confirmation") == ("waiting", "cancelled")
    assert refused(sam, "wall.undo") == "picking.undo_too_late"
    put_all_back(sam, "W1-00")
    nothing_left()


def test_what_was_taken_back_to_the_wall_need_not_be_put_back(house, sam):
    wall.picked(house, {"O1": {"S1": 1, "S2": 1}})
    stop(house, "O1")
    do(sam, "wall.tote", code="T1")
    put(sam, "S1")
    do(sam, "wall.undo")
    assert do(sam, "putback.take", code="W1-00")["next"] == "putback_none"
    assert let_on(house, "O1")["processing"] == "picking"
    sort_all(sam)
    tables.packed(tables.packer(house), "W1-01")
    nothing_left()


def test_a_stopped_single_order_goes_back_from_the_box_at_the_station(house, sam):
    wall.picked(house, {"O1": {"S1": 1}, "O2": {"S1": 1}}, "single")
    stop(house, "O1", "refund")
    assert order_of("O1", "processing", "confirmation") == ("picked", "held")
    pat = tables.packer(house)
    do(pat, "batch.open", code="T1")
    assert do(pat, "batch.item", code="S1")["data"]["packed"]["order"] == "O2"
    assert do(pat, "batch.item", code="S1")["message"]["code"] == "packing.aside_stopped"
    assert order_of("O1", "processing", "confirmation", "refund") == ("waiting", "cancelled", "asked")
    put_all_back(sam, "PACK-1-ASIDE")
    nothing_left()


# ---- pulled

def test_a_pulled_order_takes_what_is_sorted_and_what_is_not_out_of_its_way(house, sam):
    anna, task, wave = picked(house)
    do(sam, "wall.tote", code="T1")
    put(sam, "S1")
    do(house.boss, "wave.pull", wave_id=wave, order_ids=[house.orders["O1"]])
    assert order_of("O1", "processing", "confirmation") == ("waiting", "confirmed")
    assert floor.proved().promised == 4  # three of O1, promised anew, and one of LATE
    put_all_back(anna, "W1-01")
    wall.pick_all(anna, task, "T2")
    assert sorted(sort_all(sam)) == [0, 1]  # nobody wants O1's two any more
    put_all_back(anna, "W1-00")
    sort_all(sam, "T2")
    wall.release(house)
    wall.pick_all(anna, wall.start(anna, "C2"), "T3")
    sort_all(sam, "T3")
    assert processing("O1") == "picked"
    pat = tables.packer(house)
    for slot in ("W1-01", "W1-02", "W1-03"):
        tables.packed(pat, slot)
    assert floor.value("SELECT sum(l.qty) FROM parcel_line l") == 6
    nothing_left()


def test_an_order_that_leaves_its_wave_while_its_slot_is_shown_gets_nothing(house, sam):
    _anna, _task, wave = picked(house)
    do(sam, "wall.tote", code="T1")
    do(sam, "wall.item", code="S1")
    do(house.boss, "wave.pull", wave_id=wave, order_ids=[house.orders["O1"]])
    wall.release(house)  # and is in another by now
    reply = do(sam, "wall.put", code="W1-01")
    assert (reply["next"], reply["data"]["put"]["slot"], lies("W1-01")) == ("wall_put", 0, 0)
    do(sam, "wall.put", code="W1-00")
    assert (lies("W1-00"), processing("O1")) == (1, "waved")
    floor.proved()


def test_bulk_totes_of_a_cancelled_wave_go_back_as_they_are(house, sam):
    anna, _task, wave = picked(house)
    do(house.boss, "wave.cancel", wave_id=wave)
    assert [order_of(number, "processing")[0] for number in ORDERS] == ["waiting", "waiting"]
    assert refused(sam, "wall.tote", code="T1") == "picking.not_a_bulk_tote"
    put_all_back(anna, "T1")
    report = nothing_left()
    assert (report.held, report.promised) == (0, 6)
    wall.release(house)
    wall.pick_all(anna, wall.start(anna, "C2"), "T1")
    sort_all(sam)
    assert {processing(number) for number in ORDERS} == {"picked"}
    floor.proved()


def test_a_colleague_goes_on_with_a_bulk_cart_at_its_stop(house):
    anna, task, _ = picked(house)
    do(anna, "pick.let_go", task_id=task["id"])
    bert = floor.person(house, "Bert")
    reply = do(bert, "pick.take_over", code="C1")
    assert (reply["next"], reply["data"]["bulk"]["stop"]["sku"]["code"]) == ("bulk_stop", "S6")
    assert wall.pick_all(bert, reply["data"]["bulk"])["next"] == "bulk_done"
