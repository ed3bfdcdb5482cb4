"""Picking in bulk: each place is visited once for all orders, and every piece stays provable."""
from __future__ import annotations

import uuid

import picking_floor as floor
import pytest
import wall_floor as wall
from picking_floor import do
from wall_floor import lies, processing, refused, scans

from wms.core.transaction import transaction
from wms.stock import service as stock


@pytest.fixture
def house(app):
    house = wall.build(slots=6)
    for number, lines in {"O1": {"S1": 2, "S2": 1}, "O2": {"S1": 3}, "O3": {"S1": 1, "S3": 2}}.items():
        floor.order(house, number, lines, hours=24 + len(house.orders))
    return house


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna")


@pytest.fixture
def task(house, anna):
    wall.release(house)
    return wall.start(anna)


def picked_of(number):
    return floor.value(
        "SELECT sum(l.picked) FROM pick_line l JOIN sales_order o ON o.id = l.order_id WHERE o.number = :n", n=number
    )


def test_the_walk_visits_each_place_once_for_all_orders(house, anna, task):
    assert (task["progress"], task["orders"], task["method"]) == ({"done": 0, "total": 3}, 3, "wall")
    assert (task["stop"]["sku"]["code"], task["stop"]["qty"], task["stop"]["orders"]) == ("S1", 6, 3)
    reply = do(anna, "bulk.stop", **scans(task))
    assert (reply["next"], reply["data"]["bulk"]["progress"]) == ("bulk_stop", {"done": 1, "total": 3})
    assert (lies("T1"), processing("O2")) == (6, "picking")
    done = wall.pick_all(anna, reply["data"]["bulk"])
    assert (done["next"], [each["code"] for each in done["data"]["bulk"]["totes"]]) == ("bulk_done", ["T1"])
    # Every order line has ledger rows of its own.
    moved = floor.value("SELECT array_agg(qty ORDER BY id) FROM stock_move WHERE reason = 'pick'")
    assert sorted(moved) == [1, 1, 2, 2, 3]
    assert floor.value("SELECT count(DISTINCT reference) FROM stock_move WHERE reason = 'pick'") == 5
    assert floor.value("SELECT status FROM wave") == "done"
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_a_full_tote_is_followed_by_an_empty_one(house, anna, task):
    part = do(anna, "bulk.stop", **scans(task, qty=4))["data"]["bulk"]
    assert (part["stop"]["sku"]["code"], part["stop"]["qty"] - part["stop"]["picked"]) == ("S1", 2)
    assert (picked_of("O1"), picked_of("O2"), picked_of("O3")) == (2, 2, 0)  # the earliest promise first
    rest = do(anna, "bulk.stop", **scans(part, tote="T2"))["data"]["bulk"]
    assert [each["code"] for each in rest["totes"]] == ["T2", "T1"]
    assert (lies("T1"), lies("T2")) == (4, 2)
    floor.proved()


def test_what_is_wrong_is_refused_and_nothing_moves(house, anna, task):
    def no(**changed):
        return refused(anna, "bulk.stop", **scans(task, **changed))

    assert no(bin="A2-1") == "picking.wrong_bin"
    assert no(bin="C1") == "picking.not_a_bin.cart"
    assert no(item="S2") == "picking.wrong_item"
    assert no(item="?") == "picking.not_an_item.unknown"
    assert no(qty=7) == "picking.too_many"
    assert no(qty=0) == "picking.no_quantity"
    assert no(tote="A1-1") == "picking.not_a_tote.bin"
    assert no(tote="W1-01") == "picking.not_a_tote.other"
    assert no(seq=99) == "core.not_found"
    bob = floor.person(house, "Bob")
    assert refused(bob, "bulk.stop", **scans(task)) == "picking.others_task"
    line = {"task_id": task["id"], "line_id": task["stop"]["line_id"]}
    assert refused(anna, "pick.confirm", **line, bin="A1-1", item="S1", tote="T1", qty=1) == "picking.in_bulk"
    body = {**scans(task), "command_id": str(uuid.uuid4())}
    do(anna, "bulk.stop", **body)
    before = floor.everything()
    assert do(anna, "bulk.stop", **body)["replayed"]
    assert floor.everything() == before
    assert refused(anna, "bulk.stop", **scans(task)) == "picking.already_done"


def test_a_tote_in_use_elsewhere_is_refused(house, anna, task):
    floor.order(house, "X", {"S4": 1})
    floor.wave(house)
    bob = floor.person(house, "Bob")
    floor.start(bob, "C2", 5)
    assert refused(anna, "bulk.stop", **scans(task, tote="T5")) == "picking.tote_in_use"
    with transaction():
        stock.receive(house.id, [stock.Goods(house.skus["S6"], house.bins["STAGE"], 1, house.totes["T6"])],
                      reference="X", actor_id=None)  # fmt: skip
    assert refused(anna, "bulk.stop", **scans(task, tote="T6")) == "picking.tote_not_empty"
    cart = do(bob, "pick.task")["data"]["task"]
    assert refused(bob, "bulk.stop", task_id=cart["id"], seq=1, bin="A1-4", item="S4", tote="T5", qty=1) == (
        "picking.not_in_bulk"
    )


def test_fewer_pieces_than_wanted_leave_the_latest_promises_short(house, anna, task):
    part = do(anna, "bulk.stop", **scans(task, qty=4))["data"]["bulk"]
    reply = do(anna, "bulk.short", task_id=task["id"], seq=part["stop"]["seq"], reason="missing")
    assert (processing("O1"), processing("O2"), processing("O3")) == ("picking", "short", "short")
    left = reply["data"]["bulk"]
    assert (left["stop"]["sku"]["code"], left["following"]) == ("S2", None)  # S3 was for O3 only
    assert wall.pick_all(anna, left)["next"] == "bulk_done"
    report = floor.proved()
    assert (report.held, report.promised) == (0, 1 + 1 + 2)
    assert floor.value("SELECT count(*) FROM count_task") == 1


def test_a_stop_that_is_wholly_missing_may_end_the_task(house, anna, task):
    for reason in ("damaged", "unreadable", "expired"):
        state = do(anna, "bulk.state")
        if state["next"] != "bulk_stop":
            break
        stop = state["data"]["bulk"]["stop"]
        last = do(anna, "bulk.short", task_id=task["id"], seq=stop["seq"], reason=reason)
    assert last["next"] == "bulk_done"
    assert [processing(number) for number in ("O1", "O2", "O3")] == ["short"] * 3
    assert floor.value("SELECT count(*) FROM pick_tote WHERE in_use") == 0
    report = floor.proved()
    assert report.held == 0


def test_a_colleague_goes_on_at_the_same_stop_with_the_same_totes(house, anna, task):
    do(anna, "bulk.stop", **scans(task))
    do(anna, "pick.let_go", task_id=task["id"])
    bob = floor.person(house, "Bob")
    assert do(bob, "pick.ready")["next"] == "bulk_start"
    taken = do(bob, "pick.task")["data"]["bulk"]
    assert refused(bob, "bulk.cart", task_id=taken["id"], code="C2") == "picking.other_cart"
    taken = do(bob, "bulk.cart", task_id=taken["id"], code="C1")["data"]["bulk"]
    assert (taken["stop"]["sku"]["code"], taken["totes"][0]["code"]) == ("S2", "T1")
    assert do(bob, "terminal.state")["next"] == "bulk_stop"
    assert wall.pick_all(bob, taken)["next"] == "bulk_done"


def test_the_wave_of_one_order_a_walk_makes_as_many_carts(house):
    assert wall.release(house, "order", 12)["carts"] == 3


def test_goods_with_numbers_are_picked_and_sorted_by_their_numbers(app):
    house = wall.build()
    with transaction() as session:
        session.execute(floor.text("UPDATE sku SET serial_tracking = 'move' WHERE code = 'S6'"))
        session.execute(floor.text("UPDATE bin SET blocked_reason = 'x' WHERE code = 'A1-6'"))
        three = stock.Goods(house.skus["S6"], house.bins["A4-6"], 3, serials=("N1", "N2", "N3"))
        stock.receive(house.id, [three], reference="A", actor_id=None)
    for number in ("O1", "O2"):
        floor.order(house, number, {"S6": 1}, hours=24 + len(house.orders))
    wall.release(house)
    anna, sam = floor.person(house, "Anna"), floor.person(house, "Sam")
    task = wall.start(anna)
    assert refused(anna, "bulk.stop", **scans(task)) == "picking.serials_needed"
    assert refused(anna, "bulk.stop", **scans(task, serials=["N1", "N99"])) == "picking.serial_not_here"
    do(anna, "bulk.stop", **scans(task, serials=["N1", "N2"]))
    do(sam, "wall.tote", code="T1")
    assert refused(sam, "wall.item", code="S6") == "picking.sort_serial_needed"
    assert refused(sam, "wall.item", code="N3") == "picking.sort_serial_needed"
    for number in ("N2", "N1"):
        assert wall.put(sam, number)["message"]["code"] == "picking.wall_complete"
    in_slot = (
        "SELECT string_agg(s.code, ',') FROM stock_serial s JOIN container c ON c.id = s.container_id "
        "WHERE c.code = :c"
    )
    assert (floor.value(in_slot, c="W1-01"), floor.value(in_slot, c="W1-02")) == ("N2", "N1")
    floor.proved()


def test_pieces_of_two_lots_reach_the_lines_that_were_held_in_them(app):
    house = wall.build()
    with transaction() as session:
        session.execute(floor.text("UPDATE sku SET lot_tracking = 'move' WHERE code = 'S5'"))
        lots = (("A4-5", "L1"), ("A4-6", "L2"))
        goods = [stock.Goods(house.skus["S5"], house.bins[bin], 2, lot=lot) for bin, lot in lots]
        session.execute(floor.text("UPDATE bin SET blocked_reason = 'x' WHERE code = 'A1-5'"))
        stock.receive(house.id, goods, reference="A", actor_id=None)
    for number in ("O1", "O2"):
        floor.order(house, number, {"S5": 2}, hours=24 + len(house.orders))
    wall.release(house)
    anna, sam = floor.person(house, "Anna"), floor.person(house, "Sam")
    task = wall.start(anna)
    assert task["progress"]["total"] == 2
    while task["stop"]:
        assert refused(anna, "bulk.stop", **scans(task)) == "picking.lot_needed"
        task = do(anna, "bulk.stop", **scans(task, lot=task["stop"]["lot"]))["data"]["bulk"]
    do(sam, "wall.tote", code="T1")
    wall.put(sam, "S5", qty=2)
    wall.put(sam, "S5", qty=2)
    assert (processing("O1"), processing("O2")) == ("picked", "picked")
    floor.proved()
