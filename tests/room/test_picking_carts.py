"""Who gets which task, and what may be scanned as its cart and totes."""
from __future__ import annotations

import picking_floor as floor
import pytest
from picking_floor import ask, do, refused, scans

from wms.access import service as access
from wms.core.actor import Actor
from wms.core.transaction import transaction
from wms.picking import service
from wms.stock import service as stock


@pytest.fixture
def house(app):
    house = floor.build()
    floor.order(house, "O1", {"S1": 2, "S3": 1})
    floor.order(house, "O2", {"S2": 3, "S3": 4, "S5": 1})
    return house


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna")


@pytest.fixture
def bert(house):
    return floor.person(house, "Bert")


def test_who_waited_longest_is_served_first(house, anna, bert):
    cleo = floor.person(house, "Cleo")
    for someone in (bert, anna, cleo):
        assert do(someone, "pick.ready")["next"] == "pick_wait"
    assert floor.wave(house, totes_per_cart=1)["carts"] == 2
    assert [do(each, "pick.task")["next"] for each in (bert, anna, cleo)] == ["pick_start", "pick_start", "pick_wait"]
    tasks = [do(each, "pick.task")["data"]["task"]["id"] for each in (bert, anna)]
    assert tasks == sorted(tasks)


def test_who_signed_out_gets_no_work(house, anna, bert):
    do(anna, "pick.ready")
    do(bert, "pick.ready")
    session = floor.value("SELECT id FROM device_session WHERE person_id = :id", id=anna.person_id)
    with transaction():
        access.close_session(session)
    floor.wave(house)
    assert do(bert, "pick.task")["next"] == "pick_start"
    assert do(anna, "pick.task")["next"] == "pick_wait"


def test_ready_twice_is_the_same_task(house, anna):
    floor.wave(house, totes_per_cart=1)
    first = do(anna, "pick.ready")["data"]["task"]["id"]
    assert do(anna, "pick.ready")["data"]["task"]["id"] == first


def test_many_who_are_ready_at_once_get_a_task_each(app, house):
    people = [floor.person(house, f"P{n}") for n in range(4)]
    floor.wave(house, totes_per_cart=1)
    replies = floor.at_once(app, *[lambda p=p: do(p, "pick.ready") for p in people])
    assert sorted(each["next"] for each in replies) == ["pick_start"] * 2 + ["pick_wait"] * 2
    tasks = [each["data"]["task"]["id"] for each in replies if each["data"]]
    assert len(set(tasks)) == 2


def test_a_release_and_a_person_who_is_ready_do_not_miss_each_other(app, house):
    people = [floor.person(house, f"P{n}") for n in range(3)]
    wave = do(house.boss, "wave.build", max_orders=10, totes_per_cart=1)["data"]["wave"]
    acts = [lambda p=p: do(p, "pick.ready") for p in people]
    floor.at_once(app, lambda: do(house.boss, "wave.release", wave_id=wave["id"]), *acts)
    nexts = sorted(do(p, "pick.task")["next"] for p in people)
    assert nexts == ["pick_start", "pick_start", "pick_wait"]


def test_a_program_cannot_pick(house):
    robot = Actor("key", house.id, frozenset({"picker"}))
    assert refused(robot, "pick.ready") == "picking.person_needed"


def test_each_wrong_cart_has_its_own_message(house, anna, bert):
    floor.wave(house, totes_per_cart=1)
    task = do(anna, "pick.ready")["data"]["task"]
    other = do(bert, "pick.ready")["data"]["task"]
    line = task["lines"][0]
    scanned = {"bin": "x", "item": "y", "tote": "z", "qty": 1}
    assert refused(anna, "pick.confirm", task_id=task["id"], line_id=line["id"], **scanned) == "picking.scan_cart_first"
    assert refused(anna, "pick.tote", task_id=task["id"], slot=1, code="T1") == "picking.scan_cart_first"
    cases = {
        "T1": "picking.not_a_cart.tote",
        "A1-1": "picking.not_a_cart.bin",
        "S1": "picking.not_a_cart.sku",
        "C99": "picking.not_a_cart.unknown",
    }
    assert {code: refused(anna, "pick.cart", task_id=task["id"], code=code) for code in cases} == cases
    do(bert, "pick.cart", task_id=other["id"], code="C1")
    assert refused(anna, "pick.cart", task_id=task["id"], code="C1") == "picking.cart_in_use"
    assert refused(bert, "pick.cart", task_id=task["id"], code="C2") == "picking.others_task"
    do(anna, "pick.cart", task_id=task["id"], code="C2")
    assert refused(anna, "pick.cart", task_id=task["id"], code="C3") == "picking.cart_taken"


def test_a_cart_with_too_few_places_is_refused(house, anna):
    with transaction():
        service.add_cart(house.id, "SMALL", 1)
    floor.wave(house)
    task = do(anna, "pick.ready")["data"]["task"]
    assert refused(anna, "pick.cart", task_id=task["id"], code="SMALL") == "picking.cart_too_small"


def test_each_wrong_tote_has_its_own_message(house, anna, bert):
    floor.order(house, "O3", {"S6": 1}, hours=48)
    floor.wave(house, totes_per_cart=2)
    task = floor.start(bert)
    mine = do(anna, "pick.ready")["data"]["task"]
    do(anna, "pick.cart", task_id=mine["id"], code="C2")
    cases = {
        "C2": "picking.not_a_tote.cart",
        "A1-1": "picking.not_a_tote.bin",
        "S1": "picking.not_a_tote.sku",
        "T99": "picking.not_a_tote.unknown",
        task["slots"][0]["tote"]: "picking.tote_in_use",
    }
    about = {"task_id": mine["id"], "slot": 1}
    assert {code: refused(anna, "pick.tote", **about, code=code) for code in cases} == cases
    assert refused(anna, "pick.tote", task_id=mine["id"], slot=7, code="T9") == "picking.no_such_slot"
    do(anna, "pick.tote", **about, code="T9")
    assert refused(anna, "pick.tote", **about, code="T10") == "picking.slot_taken"


def test_a_tote_is_free_again_only_when_it_was_packed_and_is_empty(house, anna, bert):
    floor.wave(house, totes_per_cart=1)
    task = floor.start(anna)
    floor.pick_all(anna, task)
    next_task = do(anna, "pick.ready")["data"]["task"]
    do(anna, "pick.cart", task_id=next_task["id"], code="C1")
    about = {"task_id": next_task["id"], "slot": 1, "code": "T1"}
    assert refused(anna, "pick.tote", **about) == "picking.tote_in_use"
    with transaction():
        (waiting,) = service.full_totes(house.id)
        assert (waiting.code, waiting.order) == ("T1", task["slots"][0]["order"])
        assert service.full_tote(house.id, waiting.container_id) == waiting
        service.free_totes(waiting.order_id)
        assert service.full_totes(house.id) == []
    assert refused(anna, "pick.tote", **about) == "picking.tote_not_empty"
    with transaction():
        parcel = stock.ensure_container(house.id, "P1", "parcel")
        stock.pour(
            house.id, waiting.container_id, from_bin_id=waiting.stage_bin_id, to_bin_id=house.bins["PACKED"],
            to_container_id=parcel, reason="pack", reference="P1", actor_id=None,
        )  # fmt: skip
    assert refused(anna, "pick.tote", **{**about, "code": "P1"}) == "picking.not_a_tote.parcel"
    do(anna, "pick.tote", **about)


def test_one_tote_scanned_by_two_people_at_once_serves_one(app, house, anna, bert):
    floor.wave(house, totes_per_cart=1)
    tasks = []
    for someone, cart in ((anna, "C1"), (bert, "C2")):
        tasks.append(do(someone, "pick.ready")["data"]["task"]["id"])
        do(someone, "pick.cart", task_id=tasks[-1], code=cart)
    replies = floor.at_once(
        app,
        lambda: ask(anna, "pick.tote", task_id=tasks[0], slot=1, code="T1"),
        lambda: ask(bert, "pick.tote", task_id=tasks[1], slot=1, code="T1"),
    )
    assert sorted(each["message"]["code"] for each in replies) == ["picking.tote_in_use", "picking.tote_placed"]


def test_one_cart_scanned_by_two_people_at_once_serves_one(app, house, anna, bert):
    floor.wave(house, totes_per_cart=1)
    mine, other = (do(p, "pick.ready")["data"]["task"]["id"] for p in (anna, bert))
    replies = floor.at_once(
        app,
        lambda: ask(anna, "pick.cart", task_id=mine, code="C1"),
        lambda: ask(bert, "pick.cart", task_id=other, code="C1"),
    )
    assert sorted(each["message"]["code"] for each in replies) == ["picking.cart_in_use", "picking.cart_taken_up"]


def test_a_colleague_goes_on_at_the_exact_line(house, anna, bert):
    floor.wave(house)
    task = floor.start(anna)
    do(anna, "pick.confirm", **scans(task, task["lines"][0]))
    assert do(bert, "pick.ready")["next"] == "pick_wait"
    assert do(anna, "pick.let_go", task_id=task["id"])["next"] == "home"
    assert do(anna, "terminal.state")["next"] == "home"
    body = scans(task, task["lines"][1])
    assert refused(anna, "pick.confirm", **body) == "picking.others_task"
    shown = do(bert, "terminal.state")
    assert (shown["next"], shown["data"]["task"]["cart"]) == ("pick_start", {"code": "C1"})
    assert refused(bert, "pick.cart", task_id=task["id"], code="C2") == "picking.other_cart"
    reply = do(bert, "pick.cart", task_id=task["id"], code="C1")
    assert reply["next"] == "pick_line"
    assert [line["status"] for line in reply["data"]["task"]["lines"]] == ["picked"] + ["open"] * 4
    assert [slot["tote"] for slot in reply["data"]["task"]["slots"]] == ["T1", "T2"]
    assert floor.pick_all(bert, reply["data"]["task"])["next"] == "pick_done"
    floor.proved()


def test_a_task_that_lies_waiting_keeps_its_cart(house, anna, bert):
    floor.wave(house, totes_per_cart=1)
    task = floor.start(anna)
    do(anna, "pick.let_go", task_id=task["id"])
    assert refused(anna, "pick.confirm", **scans(task, task["lines"][0])) == "picking.not_yours_any_more"
    taken = do(bert, "pick.ready")["data"]["task"]
    assert taken["id"] == task["id"]
    other = do(anna, "pick.ready")["data"]["task"]
    assert refused(anna, "pick.cart", task_id=other["id"], code="C1") == "picking.cart_in_use"


def test_a_finished_task_takes_no_more_scans(house, anna):
    floor.wave(house)
    task = floor.start(anna)
    floor.pick_all(anna, task)
    body = scans(task, task["lines"][0], qty=1)
    assert refused(anna, "pick.confirm", **body) == "picking.task_over"
    assert refused(anna, "pick.let_go", task_id=task["id"]) == "picking.task_over"
