"""What comes of a count: what moved meanwhile, who counts again, who approves, what waits for holds."""
from __future__ import annotations

from datetime import timedelta

import counting_floor as counts
import picking_floor as floor
import pytest
from counting_floor import ask, begin, count, done, headers, lines, on_hand, plan, refused, see, status
from picking_floor import do, proved
from sqlalchemy import text

from wms.core import clock
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.counting import service as counting
from wms.stock import service as stock


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


# ---- what moves meanwhile

def test_a_pick_a_putaway_and_a_move_between_scan_and_posting_stay_right(house, ann, ben):
    """The count finds 2 too few; by the time it is posted, 5 were picked, 20 put away and 10 moved."""
    task = count(ann, "A1-1", S1=48)
    assert status(task) == "recount"
    floor.order(house, "O1", {"S1": 5})
    floor.wave(house)
    floor.pick_all(ben, floor.start(ben))
    counts.arrived(house, "S1", 20, "A1-1")
    counts.moved(house, "S1", 10, "A1-1", "A2-2")
    assert on_hand(house, "A1-1", "S1") == 50 - 5 + 20 - 10
    assert count(ben, "A1-1", S1=53) == task  # what is there: 55 in the books, less the 2
    assert status(task) == "done"
    assert lines(task) == [(1, "S1", 48, 50, "dropped", 0), (2, "S1", 53, 55, "posted", -2)]
    assert on_hand(house, "A1-1", "S1") == 53
    proved()


def test_what_moves_after_the_scan_is_not_taken_for_a_difference(house, ann, ben):
    """Counted first, then picked and put away, then declared done: the scan's own moment counts."""
    task = begin(ann, "A1-1")
    see(ann, task, "S1", 50)
    floor.order(house, "O1", {"S1": 5})
    floor.wave(house)
    floor.pick_all(ben, floor.start(ben))
    counts.arrived(house, "S1", 7, "A1-1")
    assert done(ann, task) == "counting.done"
    assert lines(task) == [(1, "S1", 50, 50, "same", 0)]
    assert on_hand(house, "A1-1", "S1") == 52
    proved()


def test_what_moves_while_a_line_is_being_scanned_is_counted_again(house, ann):
    """Half was counted, then one was taken: nobody can say whether it was among those counted."""
    task = begin(ann, "A1-1")
    see(ann, task, "S1", 20)
    counts.moved(house, "S1", 1, "A1-1", "A2-2")
    see(ann, task, "S1", 30)
    assert done(ann, task) == "counting.goes_again"
    assert lines(task) == [(1, "S1", 50, 49, "again", 0)]
    assert on_hand(house, "A1-1", "S1") == 49


def test_what_is_put_away_behind_the_counters_back_is_not_missing(house, ann):
    task = begin(ann, "A1-1")
    see(ann, task, "S1", 50)
    counts.arrived(house, "S4", 1, "A1-1")  # one piece is within tolerance, and must not be posted all the same
    assert done(ann, task) == "counting.goes_again"
    assert lines(task)[1] == (1, "S4", 0, 1, "again", 0)
    assert on_hand(house, "A1-1", "S4") == 1


def test_a_late_scan_is_laid_against_the_books_of_its_own_moment(house, ann):
    start = clock.now()
    with clock.fixed(start):
        task = begin(ann, "A1-1")
    with clock.fixed(start + timedelta(minutes=20)):  # meanwhile the device is out of reach
        counts.moved(house, "S1", 10, "A1-1", "A2-2")
    with clock.fixed(start + timedelta(minutes=40)):
        scanned = (start + timedelta(minutes=5)).isoformat()
        see(ann, task, "S1", 49, scanned_at=scanned)
        ended = (start + timedelta(minutes=6)).isoformat()
        assert done(ann, task, scanned_at=ended) == "counting.done"
    assert lines(task) == [(1, "S1", 49, 50, "posted", -1)]
    assert on_hand(house, "A1-1", "S1") == 39
    proved()


def test_times_that_cannot_be_are_refused(house, ann):
    task = begin(ann, "A1-1")
    late = (clock.now() - timedelta(hours=13)).isoformat()
    early = (clock.now() + timedelta(minutes=10)).isoformat()
    assert refused(ann, "count.scan", task_id=task, code="S1", scanned_at=late) == "counting.scan_too_old"
    assert refused(ann, "count.scan", task_id=task, code="S1", scanned_at=early) == "counting.scan_in_future"
    assert refused(ann, "count.scan", task_id=task, code="S1", scanned_at="yesterday") == "core.invalid"


# ---- recount, approval

def test_a_large_difference_is_counted_again_by_another_person(house, ann, ben):
    task = count(ann, "A1-1", S1=40)
    assert status(task) == "recount"
    assert do(ann, "count.next")["message"]["code"] == "counting.none"
    assert refused(ann, "count.bin", code="A1-1") == "counting.other_person"
    assert do(ben, "count.next")["data"]["task"]["id"] == task
    see(ben, begin(ben, "A1-1"), "S1", 40)
    assert done(ben, task) == "counting.done"
    assert on_hand(house, "A1-1", "S1") == 40
    proved()


def test_a_recount_that_agrees_with_the_books_drops_the_first(house, ann, ben):
    task = count(ann, "A1-1", S1=40)
    count(ben, "A1-1", S1=50)
    assert (status(task), on_hand(house, "A1-1", "S1")) == ("done", 50)
    assert lines(task) == [(1, "S1", 40, 50, "dropped", 0), (2, "S1", 50, 50, "same", 0)]


def test_counts_that_disagree_go_to_a_supervisor_who_did_not_count(house, ann, ben, cat):
    plan(house, other_person=False)
    task = count(ann, "A1-1", S1=40)
    count(cat, "A1-1", S1=30)
    assert status(task) == "approval"
    assert on_hand(house, "A1-1", "S1") == 50
    for actor in (cat, ann):
        with pytest.raises(WmsError, match="own_count"), transaction():
            counting.approve(house.id, task, actor.person_id)
    with transaction():
        counting.approve(house.id, task, house.boss.person_id)
    assert (status(task), on_hand(house, "A1-1", "S1")) == ("done", 30)
    proved()


def test_who_asked_for_a_count_may_not_approve_it(house, ann, ben):
    task = ask(house, "A1-1", asked_by=house.boss.person_id)
    count(ann, "A1-1", S1=40)
    count(ben, "A1-1", S1=30)
    before = counts.everything()
    for decide in (counting.approve, counting.refuse):
        with pytest.raises(WmsError, match="own_count"), transaction():
            decide(house.id, task, house.boss.person_id)
    assert counts.everything() == before


def test_a_supervisor_may_trust_the_books_or_ask_once_more(house, ann, ben, cat):
    task = count(ann, "A1-1", S1=40)
    count(ben, "A1-1", S1=30)
    with transaction():
        counting.again(house.id, task, house.boss.person_id)
    assert status(task) == "recount"
    count(cat, "A1-1", S1=40)  # agrees with the first of the three
    assert (status(task), on_hand(house, "A1-1", "S1")) == ("done", 40)
    other = count(ann, "A1-2", S2=10)
    count(ben, "A1-2", S2=20)
    with transaction():
        counting.refuse(house.id, other, house.boss.person_id)
    assert (status(other), on_hand(house, "A1-2", "S2")) == ("cancelled", 50)
    assert {line[4] for line in lines(other)} == {"dropped"}


def test_two_counts_that_agree_on_much_value_still_need_approval(house, ann, ben):
    with transaction() as session:
        session.execute(text("UPDATE stock_cost SET value = qty * 100 WHERE sku_id = :s"), {"s": house.skus["S1"]})
        session.execute(
            text("INSERT INTO stock_cost (warehouse_id, sku_id, qty, value) VALUES (:w, :s, 50, 5000) "
                 "ON CONFLICT DO NOTHING"), {"w": house.id, "s": house.skus["S1"]},
        )  # fmt: skip
    task = count(ann, "A1-1", S1=49)  # one piece, but worth more than is posted unasked
    assert status(task) == "recount"
    count(ben, "A1-1", S1=49)
    assert (status(task), on_hand(house, "A1-1", "S1")) == ("done", 49)
    other = count(ann, "A1-1", S1=20)
    count(ben, "A1-1", S1=20)
    assert (status(other), on_hand(house, "A1-1", "S1")) == ("approval", 49)


def test_books_corrected_by_hand_meanwhile_are_not_corrected_twice(house, ann, ben):
    task = count(ann, "A1-1", S1=40)
    count(ben, "A1-1", S1=39)
    with transaction():
        goods = [stock.Goods(house.skus["S1"], house.bins["A1-1"], 39)]
        stock.adjust_to(house.id, goods, reason="import", reference="file", actor_id=None)
    before = counts.everything()
    with pytest.raises(WmsError, match="adjusted_since"), transaction():
        counting.approve(house.id, task, house.boss.person_id)
    assert counts.everything() == before


# ---- held pieces

def test_a_shortage_of_held_pieces_waits_for_the_holds_and_says_which(house, ann, ben):
    floor.order(house, "O1", {"S1": 45})
    floor.wave(house)
    task = count(ann, "A1-1", S1=30)
    count(ben, "A1-1", S1=30)
    assert (status(task), on_hand(house, "A1-1", "S1")) == ("counted", 45)
    assert lines(task)[1] == (2, "S1", 30, 50, "pending", -5)
    with transaction():
        (line,) = [each for each in counting.one(house.id, task)["lines"] if each["outcome"] == "pending"]
    assert line["in_the_way"] == [{"origin": "order", "reference": "O1", "qty": 45}]
    proved()
    with transaction():
        assert counting.retry(house.id, task) == 0
    with transaction() as session:
        held = session.execute(text("SELECT order_line_id FROM stock_hold WHERE status = 'open'")).scalars().all()
        stock.release_holds(held)
    with transaction():
        assert counting.retry(house.id, task) == 15
    assert (status(task), on_hand(house, "A1-1", "S1")) == ("done", 30)
    proved()


def test_what_waits_for_holds_is_counted_again_when_the_books_were_corrected(house, ann, ben):
    floor.order(house, "O1", {"S1": 45})
    floor.wave(house)
    task = count(ann, "A1-1", S1=30)
    count(ben, "A1-1", S1=30)
    with clock.fixed(clock.now() + timedelta(minutes=1)), transaction():
        goods = [stock.Goods(house.skus["S1"], house.bins["A1-1"], 2)]
        stock.adjust_by(house.id, goods, reason="found", reference="by hand", actor_id=None)
    with transaction():
        counting.retry(house.id, task)
    assert status(task) == "recount"


# ---- over HTTP

def test_the_desk_asks_looks_and_decides(app, house, ann, ben, cat):
    client, boss = app.test_client(), headers(house)
    asked = client.post("/api/v1/counts", json={"code": "A1-1"}, headers=boss)
    assert asked.status_code in (200, 201)
    (task,) = asked.json["tasks"]
    count(ann, "A1-1", S1=40)
    count(ben, "A1-1", S1=30)
    (shown,) = client.get("/api/v1/counts?status=approval", headers=boss).json["items"]
    assert [(line["round"], line["difference"], line["person"]) for line in shown["lines"]] == [
        (1, -10, "Ann"), (2, -20, "Ben"),
    ]  # fmt: skip
    own = client.post(f"/api/v1/counts/{task}/approve", headers=boss)
    assert (own.status_code, own.json["code"]) == (403, "counting.own_count")
    other = client.post(f"/api/v1/counts/{task}/approve", headers=headers(house, cat))
    assert (other.status_code, other.json["status"]) == (200, "done")
    assert client.get(f"/api/v1/counts/{task}", headers=boss).json["lines"][1]["posted"] == -20
    changed = client.put("/api/v1/counts/plan", json={"tolerance_pieces": 7}, headers=boss)
    assert changed.json["tolerance_pieces"] == 7
    assert client.get("/api/v1/counts/plan", headers=boss).json["tolerance_pieces"] == 7
    assert client.get("/api/v1/counts/999", headers=boss).status_code == 404
    assert client.post(f"/api/v1/counts/{task}/forget", headers=boss).status_code == 404
    again = client.post(f"/api/v1/counts/{task}/approve", headers=headers(house, cat))
    assert (again.status_code, again.json["code"]) == (409, "core.illegal_move")
