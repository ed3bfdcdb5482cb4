"""Filling pick faces on a real database: by minimum, for a wave, after a short pick; and what to buy."""
from __future__ import annotations

from datetime import timedelta

import picking_floor as floor
import pytest
from counting_floor import arrived, headers, on_hand, refused
from picking_floor import ask, do, proved, value
from replenishment_floor import build, face, fetched, pack, tasks
from sqlalchemy import text

from wms.core import clock
from wms.core.transaction import transaction
from wms.replenishment import service as replenishment
from wms.replenishment.jobs import sweep
from wms.stock import service as stock


@pytest.fixture
def house(app):
    return build()


@pytest.fixture
def ann(house):
    return floor.person(house, "Ann", "receiver")


# ---- what is planned

def test_a_face_below_its_minimum_is_filled_up_in_whole_packs(house):
    pack(house, "S1", 24)
    face(house, "A1-1", "S1", 60, 150)
    sweep()
    assert tasks() == [("A4-1", "A1-1", "", 96, 24, "minimum", "open")]
    assert value("SELECT sum(qty) FROM stock_hold WHERE origin = 'replenish' AND status = 'open'") == 96
    sweep()
    assert len(tasks()) == 1  # what comes counts
    proved()


def test_a_face_at_its_minimum_is_left_alone(house):
    face(house, "A1-1", "S1", 50, 150)
    sweep()
    assert tasks() == []


def test_what_expires_first_goes_first_and_what_has_expired_stays(house):
    today = clock.now().date()
    for bin, lot, days in (("A4-2", "LATE", 90), ("A4-3", "SOON", 20)):
        arrived(house, "S1", 30, bin, lot=lot, expires_on=today + timedelta(days=days))
    with clock.fixed(clock.now() - timedelta(days=60)):
        arrived(house, "S1", 30, "A4-4", lot="GONE", expires_on=today - timedelta(days=1))
    face(house, "A1-1", "S1", 60, 130)
    sweep()
    assert [row[:4] for row in tasks()] == [
        ("A4-3", "A1-1", "SOON", 30), ("A4-2", "A1-1", "LATE", 30), ("A4-1", "A1-1", "", 20),
    ]  # fmt: skip


def test_a_face_that_may_not_mix_lots_gets_one_lot(house):
    today = clock.now().date()
    arrived(house, "S5", 30, "A4-2", lot="L1", expires_on=today + timedelta(days=20))
    arrived(house, "S5", 30, "A4-3", lot="L2", expires_on=today + timedelta(days=30))
    with transaction() as session:
        session.execute(text("UPDATE bin SET mix_lots = false WHERE code = 'A2-6'"))
    face(house, "A2-6", "S5", 10, 50)
    sweep()
    assert [row[:4] for row in tasks()] == [("A4-2", "A2-6", "L1", 30)]


def test_blocked_bins_and_held_pieces_are_no_source(house):
    with transaction() as session:
        session.execute(text("UPDATE bin SET blocked_reason = 'leak' WHERE code = 'A4-1'"))
    face(house, "A1-1", "S1", 60, 100)
    sweep()
    assert tasks() == []
    with transaction() as session:
        session.execute(text("UPDATE bin SET blocked_reason = NULL WHERE code = 'A4-1'"))
    with transaction():
        goods = [stock.Goods(house.skus["S1"], house.bins["A4-1"], 190)]
        stock.reserve(house.id, goods, origin="manual", reference="VIP")
    sweep()
    assert [row[3] for row in tasks()] == [10]


def test_a_wave_that_needs_more_than_lies_in_the_face_has_it_brought_ahead(house):
    face(house, "A1-1", "S1", 0, 60)
    floor.order(house, "O1", {"S1": 40})
    do(house.boss, "wave.build", max_orders=10, totes_per_cart=12)
    assert tasks() == []
    floor.order(house, "O2", {"S1": 45})
    do(house.boss, "wave.build", max_orders=10, totes_per_cart=12)  # both waves together need 85
    assert tasks() == [("A4-1", "A1-1", "", 35, 1, "wave", "open")]


def test_a_short_pick_has_its_face_filled_and_its_bin_counted_at_once(house, ann):
    face(house, "A1-1", "S1", 60, 80)
    sweep()
    assert [row[5] for row in tasks()] == ["minimum"]
    floor.order(house, "O1", {"S1": 5})
    floor.wave(house)
    picker = floor.person(house, "Pip")
    task = floor.start(picker)
    do(picker, "pick.short", task_id=task["id"], line_id=task["lines"][0]["id"], reason="missing")
    assert [(row[3], row[5]) for row in tasks()] == [(30, "emergency"), (50, "emergency")]
    assert _counts() == [("A1-1", "short", True)]
    assert do(ann, "replenish.next")["data"]["task"]["urgency"] == "emergency"
    proved()


def _counts():
    with transaction() as session:
        rows = session.execute(text("SELECT b.code, t.kind, t.urgent FROM count_task t JOIN bin b ON b.id = t.bin_id"))
        return [tuple(row) for row in rows]


def test_a_damaged_piece_asks_for_no_count(house):
    floor.order(house, "O1", {"S2": 5})
    floor.wave(house)
    picker = floor.person(house, "Pip")
    task = floor.start(picker)
    do(picker, "pick.short", task_id=task["id"], line_id=task["lines"][0]["id"], reason="damaged")
    assert (_counts(), tasks()) == ([], [])


def test_two_planners_at_once_bring_it_once(house, app):
    face(house, "A1-1", "S1", 60, 100)
    floor.at_once(app, *[sweep for _ in range(4)])
    assert sum(row[3] for row in tasks()) == 50
    proved()


def test_a_wave_goes_before_faces(house):
    """What lies in bulk is set aside for the face; the wave gets it all the same."""
    face(house, "A1-1", "S1", 60, 500)
    sweep()
    assert [row[3] for row in tasks()] == [200]
    floor.order(house, "O1", {"S1": 120})
    floor.wave(house)
    assert tasks()[0][6] == "cancelled"
    assert value("SELECT sum(qty) FROM stock_hold WHERE origin = 'order' AND status = 'open'") == 120
    proved()


def test_a_pick_in_other_bins_goes_before_faces(house):
    arrived(house, "S2", 30, "A4-2")
    face(house, "A1-2", "S2", 10, 500)
    floor.order(house, "O2", {"S2": 40})
    floor.wave(house)
    picker = floor.person(house, "Pip")
    task = floor.start(picker)
    do(picker, "pick.confirm", **floor.scans(task, task["lines"][0], qty=30))
    do(picker, "pick.short", task_id=task["id"], line_id=task["lines"][0]["id"], reason="missing")
    assert tasks()[0][3:] == (30, 1, "emergency", "open")
    do(house.boss, "order.resolve_short", order_id=house.orders["O2"], how="pick_again")
    assert tasks()[0][6] == "cancelled"
    assert value("SELECT sum(qty) FROM stock_hold WHERE origin = 'order' AND status = 'open'") == 10
    proved()


def test_what_somebody_is_fetching_does_not_give_way(house, ann):
    face(house, "A1-1", "S1", 60, 500)
    sweep()
    do(ann, "replenish.next")
    with transaction():
        assert replenishment.give_way(house.id, {house.skus["S1"]: 240}) == 0
    assert tasks()[0][6] == "assigned"


# ---- doing it

def test_goods_go_from_bulk_onto_the_cart_into_the_face(house, ann):
    face(house, "A1-1", "S1", 60, 100)
    sweep()
    do(ann, "replenish.next")
    reply = do(ann, "replenish.source", code="A4-1")
    assert (reply["next"], reply["data"]["task"]["qty"]) == ("replenish_take", 50)
    assert do(ann, "replenish.take", code="S1", qty=50)["next"] == "replenish_put"
    assert (on_hand(house, "A4-1", "S1"), on_hand(house, "STAGE", "S1")) == (150, 50)
    proved()
    reply = do(ann, "replenish.put", code="A1-1")
    assert (reply["next"], reply["message"]["code"]) == ("replenish_none", "replenishment.done")
    assert (on_hand(house, "A1-1", "S1"), on_hand(house, "STAGE", "S1")) == (100, 0)
    assert tasks() == [("A4-1", "A1-1", "", 50, 1, "minimum", "done")]
    assert value("SELECT count(*) FROM stock_hold WHERE status = 'open'") == 0
    proved()


def test_several_goods_are_carried_and_put_down_one_by_one(house, ann):
    arrived(house, "S2", 80, "A4-2")
    face(house, "A1-1", "S1", 60, 100)
    face(house, "A1-2", "S2", 60, 90)
    sweep()
    fetched(ann, "A4-1", "S1")
    reply = fetched(ann, "A4-2", "S2")
    assert (reply["next"], len(reply["data"]["carried"])) == ("replenish_put", 2)
    assert refused(ann, "replenish.put", code="A1-3") == "replenishment.wrong_face"
    far = [do(ann, "replenish.put", code=code)["data"]["progress"] for code in ("A1-2", "A1-1")]
    assert far == [{"done": 1, "total": 2}, {"done": 2, "total": 2}]
    assert [on_hand(house, bin, sku) for bin, sku in (("A1-1", "S1"), ("A1-2", "S2"))] == [100, 90]
    proved()


def test_two_goods_for_one_bin_need_a_scan_of_the_item(house, ann):
    arrived(house, "S2", 80, "A4-2")
    face(house, "A1-1", "S1", 60, 100)
    face(house, "A1-1", "S2", 10, 30)
    sweep()
    fetched(ann, "A4-1", "S1")
    fetched(ann, "A4-2", "S2")
    assert refused(ann, "replenish.put", code="A1-1") == "replenishment.which_item"
    assert refused(ann, "replenish.put", code="A1-1", item="S3") == "replenishment.not_for_this_bin"
    do(ann, "replenish.put", code="A1-1", item="S2")
    do(ann, "replenish.put", code="A1-1")
    assert on_hand(house, "A1-1", "S2") == 30


def test_what_has_no_room_in_the_face_goes_back(house, ann):
    face(house, "A1-1", "S1", 60, 100)
    sweep()
    fetched(ann)
    assert refused(ann, "replenish.put", code="A1-1", qty=51) == "replenishment.too_many"
    assert do(ann, "replenish.put", code="A1-1", qty=20)["message"]["code"] == "replenishment.put_down"
    do(ann, "replenish.put", code="A4-1")
    assert [on_hand(house, bin, "S1") for bin in ("A1-1", "A4-1", "STAGE")] == [70, 180, 0]
    assert value("SELECT status || put || '-' || returned FROM replenish_task") == "done20-30"
    proved()


def test_a_face_that_is_full_by_its_own_limits_refuses(house, ann):
    with transaction() as session:
        session.execute(text("UPDATE bin SET max_weight_g = 6000 WHERE code = 'A1-1'"))  # 60 pieces
    face(house, "A1-1", "S1", 60, 100)
    sweep()
    fetched(ann)
    assert refused(ann, "replenish.put", code="A1-1") == "stock.bin_overweight"
    do(ann, "replenish.put", code="A1-1", qty=10)
    assert on_hand(house, "A1-1", "S1") == 60


def test_goods_on_a_pallet_are_taken_by_its_code(house, ann):
    with transaction():
        pallet = stock.ensure_container(house.id, "PAL-1", "pallet")
    arrived(house, "S3", 40, "A4-3", container_id=pallet)
    face(house, "A1-3", "S3", 60, 90)
    sweep()
    do(ann, "replenish.next")
    do(ann, "replenish.source", code="A4-3")
    do(ann, "replenish.take", code="PAL-1", qty=40)
    do(ann, "replenish.put", code="A1-3")
    assert on_hand(house, "A1-3", "S3") == 90
    proved()


def test_a_shortage_at_the_source_takes_what_is_there_and_the_rest_from_elsewhere(house, ann):
    arrived(house, "S1", 30, "A4-2")
    face(house, "A1-1", "S1", 60, 80)
    sweep()
    assert tasks() == [("A4-2", "A1-1", "", 30, 1, "minimum", "open")]  # the emptiest first, so that it runs empty
    do(ann, "replenish.next")
    do(ann, "replenish.source", code="A4-2")
    assert refused(ann, "replenish.take", code="S1", qty=12) == "replenishment.fewer"
    assert refused(ann, "replenish.short", qty=30) == "replenishment.not_short"
    assert do(ann, "replenish.short", qty=12)["message"]["code"] == "replenishment.short_noted"
    assert tasks() == [
        ("A4-2", "A1-1", "", 12, 1, "minimum", "carried"), ("A4-1", "A1-1", "", 18, 1, "minimum", "open"),
    ]  # fmt: skip
    assert _counts() == [("A4-2", "short", True)]
    proved()


def test_an_empty_source_gives_nothing_and_another_is_found(house, ann):
    arrived(house, "S1", 30, "A4-2")
    face(house, "A1-1", "S1", 60, 80)
    sweep()
    do(ann, "replenish.next")
    do(ann, "replenish.source", code="A4-2")
    assert do(ann, "replenish.short", qty=0)["next"] == "replenish_none"
    assert [row[6] for row in tasks()] == ["cancelled", "open"]
    assert do(ann, "replenish.next")["data"]["task"]["from"]["code"] == "A4-1"
    assert on_hand(house, "A4-2", "S1") == 30  # the books wait for the count
    proved()


def test_mistakes_are_refused_and_nothing_moves(house, ann):
    face(house, "A1-1", "S1", 60, 100)
    assert do(ann, "replenish.next")["message"]["code"] == "replenishment.none"
    assert refused(ann, "replenish.source", code="A4-1") == "replenishment.no_task"
    assert refused(ann, "replenish.put", code="A1-1") == "replenishment.nothing_carried"
    sweep()
    do(ann, "replenish.next")
    assert refused(ann, "replenish.take", code="S1", qty=50) == "replenishment.scan_source_first"
    assert refused(ann, "replenish.source", code="A1-1") == "replenishment.wrong_source"
    assert refused(ann, "replenish.source", code="S1") == "catalog.expected_bin"
    do(ann, "replenish.source", code="A4-1")
    assert refused(ann, "replenish.take", code="S2", qty=50) == "replenishment.wrong_item"
    assert refused(ann, "replenish.take", code="S1", qty=51) == "replenishment.too_many"
    for qty in (0, -5, 10**12):
        assert refused(ann, "replenish.take", code="S1", qty=qty) == "core.invalid"
    do(ann, "replenish.let_go")
    assert tasks()[0][6] == "open"


def test_two_people_get_two_tasks(house, ann, app):
    arrived(house, "S2", 80, "A4-2")
    face(house, "A1-1", "S1", 60, 100)
    face(house, "A1-2", "S2", 60, 90)
    sweep()
    ben = floor.person(house, "Ben", "picker")
    got = floor.at_once(app, lambda: ask(ann, "replenish.next"), lambda: ask(ben, "replenish.next"))
    assert len({each["data"]["task"]["id"] for each in got}) == 2


def test_a_supervisor_gives_a_task_up_and_its_pieces_are_free(house, ann, app):
    face(house, "A1-1", "S1", 60, 100)
    sweep()
    client, boss = app.test_client(), headers(house)
    (task,) = client.get("/api/v1/replenishment/tasks", headers=boss).json["items"]
    gone = client.post(f"/api/v1/replenishment/tasks/{task['id']}/cancel", headers=boss)
    assert gone.json["status"] == "cancelled"
    assert value("SELECT sum(held) FROM stock_balance") == 0
    again = client.post(f"/api/v1/replenishment/tasks/{task['id']}/cancel", headers=boss)
    assert again.status_code == 409
