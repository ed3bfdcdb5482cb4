"""Counting on a real database: blind, by another person, and right although goods move meanwhile."""
from __future__ import annotations

import json
import uuid
from datetime import timedelta

import counting_floor as counts
import picking_floor as floor
import pytest
from counting_floor import ask, begin, count, done, lines, on_hand, plan, refused, see, status
from picking_floor import do, proved, value
from sqlalchemy import select, text

from wms.core import clock
from wms.core.transaction import transaction
from wms.counting import service as counting
from wms.layout.models import Bin


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def ann(house):
    return floor.person(house, "Ann", "receiver")


@pytest.fixture
def ben(house):
    return floor.person(house, "Ben", "picker")


@pytest.fixture
def cat(house):
    return floor.person(house, "Cat", "supervisor")


# ---- one counter

def test_a_bin_that_is_right_is_counted_and_nothing_moves(house, ann):
    before = value("SELECT count(*) FROM stock_move")
    task = begin(ann, "A1-1")
    for _ in range(3):
        reply = see(ann, task, "S1", 16)
    assert (reply["message"]["code"], reply["message"]["params"]["counted"]) == ("counting.seen", 48)
    assert see(ann, task, f"69{house.skus['S1']:05}", 2)["data"]["seen"][0]["counted"] == 50
    assert done(ann, task) == "counting.done"
    assert (status(task), lines(task)) == ("done", [(1, "S1", 50, 50, "same", 0)])
    assert value("SELECT count(*) FROM stock_move") == before


def test_the_counter_never_sees_what_the_books_say(house, ann):
    counts.arrived(house, "S1", 777, "A1-1")
    ask(house, "A1-1")
    told = [do(ann, "count.state"), do(ann, "count.next"), do(ann, "count.bin", code="A1-1")]
    task = told[-1]["data"]["task"]["id"]
    told.append(see(ann, task, "S1", 3))
    told.append(do(ann, "count.done", task_id=task))
    assert lines(task) == [(1, "S1", 3, 827, "again", 0)]
    for each in told:
        words = json.dumps(each)
        assert "827" not in words
        assert "book" not in words
        assert "difference" not in words


def test_a_small_difference_is_posted_at_once(house, ann):
    task = count(ann, "A1-1", S1=49)
    assert (status(task), lines(task)) == ("done", [(1, "S1", 49, 50, "posted", -1)])
    assert on_hand(house, "A1-1", "S1") == 49
    assert value("SELECT reason || ' ' || reference FROM stock_move ORDER BY id DESC LIMIT 1") == f"count count {task}"
    proved()


def test_goods_that_nobody_expected_are_found(house, ann):
    task = count(ann, "A1-1", S1=50, S5=1)
    assert lines(task) == [(1, "S1", 50, 50, "same", 0), (1, "S5", 1, 0, "posted", 1)]
    assert on_hand(house, "A1-1", "S5") == 1
    proved()


def test_goods_that_were_expected_and_not_seen_are_counted_as_none(house, ann, ben):
    counts.arrived(house, "S5", 4, "A1-1")
    task = count(ann, "A1-1", S1=50)
    assert lines(task) == [(1, "S1", 50, 50, "same", 0), (1, "S5", 0, 4, "again", 0)]
    assert count(ben, "A1-1", S1=50) == task
    assert status(task) == "done"
    assert on_hand(house, "A1-1", "S5") == 0
    proved()


def test_an_empty_bin_takes_one_tap(house, ann):
    task = count(ann, "A4-6")
    assert (status(task), lines(task)) == ("done", [])


def test_typing_a_number_replaces_what_was_added_and_nought_takes_the_line_away(house, ann):
    task = begin(ann, "A1-1")
    seen = see(ann, task, "S1", 7)["data"]["seen"][0]
    shown = do(ann, "count.correct", task_id=task, tally_id=seen["id"], qty=50)["data"]["seen"]
    assert [each["counted"] for each in shown] == [50]
    other = next(e for e in see(ann, task, "S2", 1)["data"]["seen"] if e["sku"]["code"] == "S2")
    assert len(do(ann, "count.correct", task_id=task, tally_id=other["id"], qty=0)["data"]["seen"]) == 1
    done(ann, task)
    assert lines(task) == [(1, "S1", 50, 50, "same", 0)]


def test_a_scan_that_is_sent_twice_counts_once(house, ann):
    task, again = begin(ann, "A1-1"), str(uuid.uuid4())
    for _ in range(2):
        do(ann, "count.scan", task_id=task, code="S1", qty=50, command_id=again)
    done(ann, task)
    assert lines(task) == [(1, "S1", 50, 50, "same", 0)]


def test_goods_in_a_container_are_counted_inside_it(house, ann):
    counts.arrived(house, "S2", 6, "A1-1", container_id=house.totes["T1"])
    task = begin(ann, "A1-1")
    see(ann, task, "S1", 50)
    assert do(ann, "count.scan", task_id=task, code="T1")["data"]["task"]["container"] == "T1"
    see(ann, task, "S2", 6)
    assert do(ann, "count.scan", task_id=task, code="A1-1")["data"]["task"]["container"] is None
    done(ann, task)
    assert [line[4] for line in lines(task)] == ["same", "same"]


def test_lots_are_asked_for_where_a_sku_has_them(house, ann):
    with transaction() as session:
        session.execute(text("UPDATE sku SET lot_tracking = 'receipt' WHERE code = 'S5'"))
    counts.arrived(house, "S5", 3, "A2-6", lot="L1")
    counts.arrived(house, "S5", 4, "A2-6", lot="L2")
    task = begin(ann, "A2-6")
    reply = do(ann, "count.scan", task_id=task, code="S5", qty=3)
    assert (reply["next"], sorted(reply["data"]["lots"])) == ("count_lot", ["L1", "L2"])
    assert value("SELECT count(*) FROM count_tally") == 0
    see(ann, task, "S5", 3, lot="L1")
    see(ann, task, "S5", 5, lot="L2")
    done(ann, task)
    assert lines(task) == [(1, "S5", 3, 3, "same", 0), (1, "S5", 5, 4, "posted", 1)]
    proved()


def test_pieces_from_before_lots_were_kept_are_counted_without_one(house, ann):
    counts.arrived(house, "S5", 4, "A2-6")
    with transaction() as session:
        session.execute(text("UPDATE sku SET lot_tracking = 'receipt' WHERE code = 'S5'"))
    counts.arrived(house, "S5", 3, "A2-6", lot="L1")
    task = begin(ann, "A2-6")
    asked = do(ann, "count.scan", task_id=task, code="S5", qty=5)
    assert (asked["next"], asked["data"]["no_lot"]) == ("count_lot", True)
    see(ann, task, "S5", 5, no_lot=True)
    see(ann, task, "S5", 3, lot="L1")
    done(ann, task)
    assert lines(task) == [(1, "S5", 5, 4, "posted", 1), (1, "S5", 3, 3, "same", 0)]
    proved()


def test_no_lot_is_taken_only_where_such_pieces_lie(house, ann):
    with transaction() as session:
        session.execute(text("UPDATE sku SET lot_tracking = 'receipt' WHERE code = 'S5'"))
    counts.arrived(house, "S5", 3, "A2-6", lot="L1")
    task = begin(ann, "A2-6")
    reply = see(ann, task, "S5", 3, no_lot=True)
    assert (reply["next"], reply["data"]["no_lot"], reply["data"]["seen"]) == ("count_lot", False, [])
    assert value("SELECT count(*) FROM count_tally") == 0


def test_only_one_sku_of_a_bin_is_counted_where_only_that_was_asked(house, ann):
    counts.arrived(house, "S1", 9, "A1-2")
    with transaction():
        assert len(counting.ask_sku(house.id, house.skus["S1"])) == 2
    task = do(ann, "count.next")["data"]["task"]
    assert (task["bin"]["code"], task["sku"]["code"]) == ("A1-1", "S1")
    do(ann, "count.bin", code="A1-1")
    see(ann, task["id"], "S1", 50)
    done(ann, task["id"])
    task = do(ann, "count.next")["data"]["task"]
    do(ann, "count.bin", code="A1-2")
    assert refused(ann, "count.scan", task_id=task["id"], code="S2") == "counting.only_sku"
    see(ann, task["id"], "S1", 9)
    done(ann, task["id"])
    assert lines(task["id"]) == [(1, "S1", 9, 9, "same", 0)]  # S2, which lies there too, was not asked for


# ---- people

def test_two_counters_at_once_take_two_bins_or_one_of_them_is_told(house, ann, ben, app):
    ask(house, "A1-1")
    got = floor.at_once(app, lambda: floor.ask(ann, "count.next"), lambda: floor.ask(ben, "count.next"))
    assert sorted(each["next"] for each in got) == ["count_bin", "count_none"]
    both = floor.at_once(
        app, lambda: floor.ask(ann, "count.bin", code="A1-1"), lambda: floor.ask(ben, "count.bin", code="A1-1")
    )
    assert sorted(each["ok"] for each in both) == [False, True]
    assert next(each for each in both if not each["ok"])["message"]["code"] == "counting.taken"


def test_two_devices_of_one_counter_add_up(house, ann, app):
    task = begin(ann, "A1-1")
    floor.at_once(app, *[lambda: floor.ask(ann, "count.scan", task_id=task, code="S1", qty=5) for _ in range(10)])
    done(ann, task)
    assert lines(task) == [(1, "S1", 50, 50, "same", 0)]


def test_a_bin_handed_back_forgets_what_was_counted(house, ann, ben):
    task = begin(ann, "A1-1")
    see(ann, task, "S1", 3)
    do(ann, "count.let_go")
    assert (status(task), value("SELECT count(*) FROM count_tally")) == ("open", 0)
    assert count(ben, "A1-1", S1=50) == task
    assert status(task) == "done"


def test_urgent_bins_go_first_then_near_ones(house, ann):
    for bin in ("A4-1", "A1-3", "A1-1"):
        ask(house, bin)
    ask(house, "A3-3", urgent=True, kind="short")
    walk, done = [], []
    for _ in range(4):
        shown = do(ann, "count.next")["data"]
        task = shown["task"]
        walk.append(task["bin"]["code"])
        done.append(shown["progress"]["done"])
        do(ann, "count.bin", code=walk[-1])
        do(ann, "count.scan", task_id=task["id"], code="S1", qty=500)
        do(ann, "count.done", task_id=task["id"])
    assert (walk, done) == (["A3-3", "A4-1", "A1-1", "A1-3"], [0, 1, 2, 3])


def test_a_bin_has_one_count_at_a_time_as_wide_as_the_widest(house):
    first = ask(house, "A1-1", sku_id=house.skus["S1"], kind="sku")
    assert ask(house, "A1-1", urgent=True) == first
    assert value("SELECT urgent AND sku_id IS NULL FROM count_task WHERE id = :id", id=first)


# ---- refusals

def test_mistakes_are_refused_and_nothing_moves(house, ann, ben):
    assert refused(ann, "count.bin", code="RECEIVE") == "counting.not_storing"
    assert refused(ann, "count.bin", code="S1") == "catalog.expected_bin"
    ask(house, "A1-1")
    do(ann, "count.next")
    assert refused(ann, "count.bin", code="A1-2") == "counting.wrong_bin"
    task = do(ann, "count.state")["data"]["task"]["id"]
    assert refused(ann, "count.scan", task_id=task, code="S1") == "counting.scan_bin_first"
    assert refused(ann, "count.done", task_id=task) == "counting.scan_bin_first"
    begin(ann, "A1-1")
    assert refused(ann, "count.done", task_id=task) == "counting.nothing_seen"
    assert refused(ann, "count.scan", task_id=task, code="A1-2") == "counting.bin_not_done"
    assert refused(ann, "count.scan", task_id=task, code="C1") == "counting.not_goods"
    assert refused(ann, "count.scan", task_id=task, code="nothing") == "catalog.unknown_code"
    for qty in (0, -1, 10**12, 1.5, "many"):
        assert refused(ann, "count.scan", task_id=task, code="S1", qty=qty) == "core.invalid"
    assert refused(ann, "count.correct", task_id=task, tally_id=1, qty=1) == "core.not_found"
    see(ann, task, "S1", 10_000_000)
    assert refused(ann, "count.scan", task_id=task, code="S1") == "counting.too_many"
    assert refused(ann, "count.empty", task_id=task) == "counting.not_empty"
    assert refused(ben, "count.scan", task_id=task, code="S1") == "counting.no_task"
    assert refused(ben, "count.done", task_id=task) == "counting.no_task"
    assert refused(ann, "count.scan", task_id=task + 1, code="S1") == "counting.no_task"


# ---- planning

def test_the_cycle_spreads_bins_over_their_days_and_draws_an_audit(house, ann):
    with transaction() as session:
        session.execute(
            text("INSERT INTO stock_class (warehouse_id, sku_id, velocity, pieces_a_day, lines_a_day, computed_at) "
                 "VALUES (:w, :s, 'A', 1, 1, now())"), {"w": house.id, "s": house.skus["S2"]},
        )  # fmt: skip
    plan(house, days_a=1, days_b=90, days_c=3, audit_bins=2)
    with transaction():
        assert counting.plan_cycle(house.id) == 1 + 2  # the one of class A, and a third of five of class C
        assert counting.plan_cycle(house.id) == 0
        assert counting.plan_audit(house.id) == 2
        assert counting.plan_audit(house.id) == 0
    with transaction() as session:
        planned = session.execute(text("SELECT b.code FROM count_task t JOIN bin b ON b.id = t.bin_id "
                                       "WHERE t.kind = 'cycle' ORDER BY 1")).scalars().all()  # fmt: skip
    assert planned == ["A1-1", "A1-2", "A1-3"]
    count(ann, "A1-2", S2=50)
    with clock.fixed(clock.now() + timedelta(days=1, minutes=1)), transaction():
        counting.plan_cycle(house.id)
    assert value("SELECT count(*) FROM count_task WHERE kind = 'cycle' AND bin_id = :b", b=house.bins["A1-2"]) == 2


def test_a_bin_that_a_walk_emptied_is_looked_into(house, ann, ben):
    floor.order(house, "O1", {"S1": 50, "S2": 3})
    floor.wave(house)
    floor.pick_all(ben, floor.start(ben))
    (task,) = [do(ann, "count.next")["data"]["task"]]
    assert (task["kind"], task["bin"]["code"]) == ("zero", "A1-1")
    assert value("SELECT count(*) FROM count_task") == 1
    do(ann, "count.bin", code="A1-1")
    do(ann, "count.empty", task_id=task["id"])
    assert status(task["id"]) == "done"


def test_zero_checks_are_asked_only_where_the_books_say_empty_and_only_if_wanted(house):
    def bins(*codes):
        return select(Bin.id).where(Bin.code.in_(codes))

    with transaction():
        assert len(counting.zero_check(house.id, bins("A1-1", "A4-6", "STAGE"))) == 1
    plan(house, zero_checks=False)
    with transaction():
        assert counting.zero_check(house.id, bins("A4-5")) == []
