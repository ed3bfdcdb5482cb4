"""Carts change hands, and the right person gets the right cart."""
from __future__ import annotations

from datetime import timedelta

import picking_floor as floor
import pytest
import wall_floor as wall
from picking_floor import ask, do, refused, scans
from test_locks import deadlocks, meet
from test_wave_life import told

from wms.access import service as access
from wms.core.transaction import transaction


@pytest.fixture
def house(app):
    house = floor.build()
    floor.order(house, "O1", {"S1": 2, "S3": 1})
    floor.order(house, "O2", {"S2": 3, "S5": 1})
    return house


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna")


@pytest.fixture
def bert(house):
    return floor.person(house, "Bert")


@pytest.fixture
def task(house, anna):
    floor.wave(house)
    task = floor.start(anna)
    do(anna, "pick.confirm", **scans(task, task["lines"][0]))
    return task


def idle(minutes):
    """Everything on the floor happened so long ago."""
    ago = timedelta(minutes=minutes)
    with transaction() as session:
        session.execute(floor.text("UPDATE pick_line SET done_at = done_at - :ago"), {"ago": ago})
        session.execute(
            floor.text("UPDATE pick_task SET started_at = started_at - :ago, assigned_at = assigned_at - :ago"),
            {"ago": ago},
        )


def test_an_idle_cart_is_taken_over_at_the_exact_line(house, anna, bert, task):
    assert refused(bert, "pick.take_over", code="C1") == "picking.at_work"
    idle(11)
    reply = do(bert, "pick.take_over", code="C1")
    assert (reply["next"], reply["message"]["code"]) == ("pick_line", "picking.taken_over_by_you")
    lines = reply["data"]["task"]["lines"]
    assert [line["status"] for line in lines] == ["picked", "open", "open", "open"]
    assert told(anna) == ["taken_over"]
    by = "SELECT data->>'by' FROM event WHERE topic = :t AND name = 'pick.changed'"
    assert floor.value(by, t=f"person:{anna.person_id}") == "Bert"
    assert refused(anna, "pick.confirm", **scans(task, task["lines"][1])) == "picking.others_task"
    assert do(anna, "pick.task")["next"] == "home"
    assert floor.pick_all(bert, {**task, "lines": lines})["next"] == "pick_done"
    floor.proved()


def test_how_long_is_idle_is_the_warehouses_say(house, anna, bert, task):
    do(house.boss, "pick.put_plan", idle_minutes=30)
    idle(11)
    assert refused(bert, "pick.take_over", code="C1") == "picking.at_work"
    idle(20)
    do(bert, "pick.take_over", code="C1")


def test_the_cart_of_somebody_who_signed_out_is_free(house, anna, bert, task):
    session = floor.value("SELECT id FROM device_session WHERE person_id = :id", id=anna.person_id)
    with transaction():
        access.close_session(session)
    do(bert, "pick.take_over", code="C1")


def test_a_supervisor_takes_any_cart(house, anna, task):
    sue = floor.person(house, "Sus", "picker", "supervisor")
    assert do(sue, "pick.take_over", code="C1")["next"] == "pick_line"
    assert told(anna) == ["taken_over"]


def test_who_is_at_work_may_hand_it_over(house, anna, bert, task):
    do(bert, "pick.ask_for", code="C1")
    asked = "SELECT data->>'by_id' FROM event WHERE topic = :t AND name = 'pick.take_over_asked'"
    assert floor.value(asked, t=f"person:{anna.person_id}") == str(bert.person_id)
    assert refused(bert, "pick.hand_over", task_id=task["id"], person_id=bert.person_id) == "picking.others_task"
    assert do(anna, "pick.hand_over", task_id=task["id"], person_id=bert.person_id)["next"] == "home"
    assert do(bert, "pick.task")["next"] == "pick_line"


def test_a_cart_that_was_handed_back_is_scanned_and_gone_on_with(house, anna, bert, task):
    do(anna, "pick.let_go", task_id=task["id"])
    assert do(bert, "pick.take_over", code="C1")["next"] == "pick_line"


def test_what_cannot_be_taken_over(house, anna, bert, task):
    assert refused(bert, "pick.take_over", code="C2") == "picking.nothing_on_cart"
    assert refused(bert, "pick.take_over", code="T1") == "picking.not_a_cart.tote"
    floor.order(house, "O3", {"S4": 1})
    floor.wave(house)
    floor.start(bert, "C2", 5)
    idle(60)
    assert refused(anna, "pick.take_over", code="C2") == "picking.finish_yours"
    do(house.boss, "wave.pause", wave_id=floor.value("SELECT min(id) FROM wave"))
    cleo = floor.person(house, "Cleo")
    assert refused(cleo, "pick.take_over", code="C1") == "picking.wave_paused"


def test_an_unbegun_task_of_the_taker_goes_to_somebody_else(house, anna, bert, task):
    floor.order(house, "O3", {"S4": 1})
    floor.wave(house)
    do(bert, "pick.ready")
    idle(60)
    do(bert, "pick.take_over", code="C1")
    assert do(anna, "pick.ready")["next"] == "pick_start"


def test_a_take_over_while_the_first_confirms(app, house, anna, bert, task):
    idle(60)
    line = task["lines"][1]
    replies = meet(
        app, f"SELECT 1 FROM pick_task WHERE id = {task['id']} FOR UPDATE",
        lambda: ask(bert, "pick.take_over", code="C1"),
        lambda: ask(anna, "pick.confirm", **scans(task, line)),
    )  # fmt: skip
    assert replies[0]["ok"], replies
    assert replies[1]["message"]["code"] == "picking.others_task"
    assert deadlocks() == 0
    do(bert, "pick.confirm", **scans(task, line))
    floor.proved()


def test_a_confirm_that_comes_first_makes_the_taker_ask(app, house, anna, bert, task):
    idle(60)
    replies = meet(
        app, f"SELECT 1 FROM pick_task WHERE id = {task['id']} FOR UPDATE",
        lambda: ask(anna, "pick.confirm", **scans(task, task["lines"][1])),
        lambda: ask(bert, "pick.take_over", code="C1"),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, False]
    assert replies[1]["message"]["code"] == "picking.at_work"


def test_the_supervisor_gives_a_cart_to_somebody(house, anna, bert, task):
    reply = do(house.boss, "pick.reassign", task_id=task["id"], person_id=bert.person_id)
    assert reply["message"]["params"]["person"] == "Bert"
    assert told(anna) == ["reassigned"]
    assert do(bert, "pick.task")["next"] == "pick_start"  # the cart must be found first
    body = {"task_id": task["id"], "person_id": bert.person_id}
    assert refused(house.boss, "pick.reassign", **body) == "picking.already_theirs"
    pat = floor.person(house, "Pat", "packer")
    assert refused(house.boss, "pick.reassign", task_id=task["id"], person_id=pat.person_id) == "core.not_found"
    do(bert, "pick.cart", task_id=task["id"], code="C1")
    floor.pick_all(bert, do(bert, "pick.task")["data"]["task"])
    assert refused(house.boss, "pick.reassign", task_id=task["id"], person_id=anna.person_id) == "picking.task_over"


def test_two_supervisors_give_the_same_cart_away(app, house, anna, bert, task):
    cleo = floor.person(house, "Cleo")
    replies = floor.at_once(
        app,
        *[
            lambda to=to: ask(house.boss, "pick.reassign", task_id=task["id"], person_id=to.person_id)
            for to in (bert, cleo)
        ],
    )
    assert [reply["ok"] for reply in replies] == [True, True]
    assert floor.value("SELECT count(*) FROM pick_task WHERE person_id IS NOT NULL") == 1


def test_somebody_is_sent_home_after_the_line_in_hand_or_at_once(house, anna, bert, task):
    assert refused(house.boss, "pick.send_home", person_id=bert.person_id) == "picking.no_task"
    do(house.boss, "pick.send_home", person_id=anna.person_id)
    assert told(anna) == ["send_home"]
    assert do(anna, "pick.confirm", **scans(task, task["lines"][1]))["next"] == "home"
    again = do(anna, "pick.ready")["data"]["task"]
    do(anna, "pick.cart", task_id=again["id"], code="C1")
    do(house.boss, "pick.send_home", person_id=anna.person_id, at_once=True)
    assert do(anna, "pick.task")["next"] == "home"
    assert floor.value("SELECT status FROM pick_task") == "open"


SHORT = {"short": "short", "another": "short_choose", "order": "short_choose"}


def second_bins(house):
    """What there is lies in aisle 4 too."""
    with transaction():
        goods = [floor.stock.Goods(sku, house.bins[f"A4-{n}"], 20) for n, sku in enumerate(house.skus.values(), 1)]
        floor.stock.receive(house.id, goods, reference="ASN2", actor_id=None)


@pytest.mark.parametrize("last", ["stop", *SHORT])
def test_who_picks_in_bulk_is_sent_home_after_the_stop_in_hand(house, anna, bert, last):
    do(house.boss, "wall.add", code="W1", slots=4)
    second_bins(house)
    wall.release(house)
    task = wall.start(anna)
    if task["stop"]["qty"] > 1:  # half a stop is still in hand
        do(anna, "bulk.stop", **wall.scans(task, qty=1))
    do(house.boss, "pick.send_home", person_id=anna.person_id)
    assert told(anna) == ["send_home"]
    task = do(anna, "bulk.state")["data"]["bulk"]
    about = {"task_id": task["id"], "seq": task["stop"]["seq"], "reason": "damaged"}
    if last == "stop":
        reply = do(anna, "bulk.stop", **wall.scans(task))
    else:
        reply = do(anna, f"bulk.{SHORT[last]}", **about, **({} if last == "short" else {"how": last}))
    assert (reply["next"], reply["message"]["code"]) == ("home", "picking.sent_home")
    assert do(anna, "pick.task")["next"] == "home"
    assert floor.value("SELECT status FROM pick_task") == "open"
    assert do(bert, "pick.take_over", code="C1")["next"] == "bulk_stop"
    wall.pick_all(bert, do(bert, "bulk.state")["data"]["bulk"], "T2")
    floor.proved()


@pytest.mark.parametrize("last", SHORT)
def test_a_line_that_is_short_is_the_line_in_hand(house, anna, bert, task, last):
    second_bins(house)
    do(house.boss, "pick.send_home", person_id=anna.person_id)
    about = {"task_id": task["id"], "line_id": task["lines"][1]["id"], "reason": "damaged"}
    reply = do(anna, f"pick.{SHORT[last]}", **about, **({} if last == "short" else {"how": last}))
    assert (reply["next"], reply["message"]["code"]) == ("home", "picking.sent_home")
    assert floor.value("SELECT status FROM pick_task") == "open"
    do(bert, "pick.take_over", code="C1")
    floor.pick_all(bert, do(bert, "pick.task")["data"]["task"])
    floor.proved()


def test_who_counts_the_bin_is_sent_home_after_the_stop(house, anna, task):
    do(house.boss, "pick.send_home", person_id=anna.person_id)
    about = {"task_id": task["id"], "line_id": task["lines"][1]["id"], "reason": "missing"}
    assert do(anna, "pick.short_choose", **about, how="count")["next"] == "count_bin"
    assert do(anna, "pick.confirm", **scans(task, task["lines"][1]))["next"] == "home"


def test_who_only_waits_is_taken_out_of_the_queue_and_told(house, anna, bert):
    assert do(bert, "pick.ready")["next"] == "pick_wait"
    reply = do(house.boss, "pick.send_home", person_id=bert.person_id)
    assert (reply["message"]["code"], reply["message"]["text"]) == ("picking.out_of_queue", "Bert is out of the queue.")
    assert floor.value("SELECT count(*) FROM pick_waiting") == 0
    by = "SELECT data->>'by' FROM event WHERE topic = :t AND name = 'pick.waiting_ended'"
    assert floor.value(by, t=f"person:{bert.person_id}") == "Sue"
    floor.wave(house)
    assert do(bert, "pick.task")["next"] == "home"
    assert refused(house.boss, "pick.send_home", person_id=bert.person_id) == "picking.no_task"


def test_who_is_given_a_task_while_they_are_sent_home_is_freed_of_it(app, house, bert):
    do(bert, "pick.ready")
    wave = do(house.boss, "wave.build", max_orders=9, totes_per_cart=9)["data"]["wave"]
    replies = meet(
        app, "SELECT 1 FROM pick_waiting FOR UPDATE",
        lambda: ask(house.boss, "wave.release", wave_id=wave["id"]),
        lambda: ask(house.boss, "pick.send_home", person_id=bert.person_id),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, True], replies
    assert (told(bert), do(bert, "pick.task")["next"]) == (["sent_home"], "home")
    assert floor.value("SELECT status FROM pick_task") == "open"


def test_who_is_given_a_cart_while_its_wave_is_paused_is_freed_of_it(app, house, bert):
    wave = floor.wave(house)
    with transaction() as session:  # he was about to be given it as one who waits
        session.execute(
            floor.text("INSERT INTO pick_waiting (person_id, warehouse_id, since) VALUES (:who, :house, now())"),
            {"who": bert.person_id, "house": house.id},
        )
    asked, paused = meet(
        app, "SELECT 1 FROM pick_waiting FOR UPDATE",
        lambda: ask(bert, "pick.ready"),
        lambda: ask(house.boss, "wave.pause", wave_id=wave["id"]),
    )  # fmt: skip
    assert (asked["next"], paused["ok"]) == ("pick_start", True), (asked["message"], paused["message"])
    assert (told(bert), do(bert, "pick.task")["next"]) == (["paused"], "home")
    task = asked["data"]["task"]["id"]
    assert refused(bert, "pick.cart", task_id=task, code="C1") == "picking.not_yours_any_more"
    assert do(bert, "pick.ready")["next"] == "pick_wait"
    assert deadlocks() == 0
    do(house.boss, "wave.resume", wave_id=wave["id"])
    assert do(bert, "pick.task")["next"] == "pick_start"


# ---- who gets which

def zones(house):
    """Aisles 3 and 4 are a zone of their own."""
    with transaction() as session:
        session.execute(
            floor.text("INSERT INTO zone (warehouse_id, code, name, colour) VALUES (:w, 'COLD', 'Cold', '#00f')"),
            {"w": house.id},
        )
        session.execute(
            floor.text("UPDATE bin SET zone_id = (SELECT id FROM zone WHERE code = 'COLD') WHERE aisle >= 2")
        )


def far(house):
    """An order whose goods lie in aisle 4."""
    with floor.transaction():
        goods = [floor.stock.Goods(house.skus["S6"], house.bins["A4-6"], 9)]
        floor.stock.receive(house.id, goods, reference="ASN3", actor_id=None)
    return floor.order(house, "FAR", {"S6": 55})


def test_people_get_carts_in_their_zones_and_with_their_skills(house, anna, bert):
    zones(house)
    far(house)
    do(house.boss, "pick.put_zone", zone="COLD", skills=["cold"])
    do(house.boss, "pick.put_person", person_id=bert.person_id, zones=[], skills=["cold"])
    do(house.boss, "pick.put_person", person_id=anna.person_id, zones=["Z"], skills=[])
    floor.wave(house, totes_per_cart=1)
    cold = (
        "SELECT {} FROM pick_task t "
        "WHERE EXISTS (SELECT 1 FROM zone z WHERE z.code = 'COLD' AND z.id = ANY(t.zone_ids))"
    )
    cleo, dora = floor.person(house, "Cleo"), floor.person(house, "Dora")
    assert [do(each, "pick.ready")["next"] for each in (anna, cleo, dora)] == ["pick_start", "pick_start", "pick_wait"]
    assert floor.value(cold.format("status")) == "open"
    assert do(bert, "pick.ready")["next"] == "pick_start"
    assert floor.value(cold.format("person_id")) == bert.person_id
    shown = do(house.boss, "pick.plan")["data"]
    assert {each["name"]: (each["zones"], each["skills"]) for each in shown["people"]}["Bert"] == ([], ["cold"])
    assert shown["zone_skills"] == {"COLD": ["cold"], "Z": []}
    body = {"person_id": anna.person_id, "zones": ["NOWHERE"]}
    assert refused(house.boss, "pick.put_person", **body) == "core.not_found"


def test_who_may_not_go_anywhere_waits_while_others_work(house, anna, bert):
    do(house.boss, "pick.put_zone", zone="Z", skills=["cold"])
    do(house.boss, "pick.put_person", person_id=bert.person_id, skills=["cold"])
    do(anna, "pick.ready")
    do(bert, "pick.ready")
    floor.wave(house)
    assert do(anna, "pick.task")["next"] == "pick_wait"
    assert do(bert, "pick.task")["next"] == "pick_start"


def test_what_must_leave_first_is_picked_first(house, anna):
    first = floor.wave(house)
    floor.order(house, "O3", {"S4": 1})
    second = floor.wave(house)
    with transaction() as session:
        session.execute(floor.text("UPDATE wave SET cutoff_at = now() WHERE id = :id"), {"id": second["id"]})
    assert do(anna, "pick.ready")["data"]["task"]["wave"]["id"] == second["id"]
    assert first["id"] < second["id"]


def test_people_who_are_put_on_a_wave_get_its_carts_first(house, anna, bert):
    floor.wave(house)
    floor.order(house, "O3", {"S4": 1})
    second = floor.wave(house)
    do(house.boss, "wave.people", wave_id=second["id"], person_ids=[bert.person_id])
    assert do(bert, "pick.ready")["data"]["task"]["wave"]["id"] == second["id"]
    pat = floor.person(house, "Pat", "packer")
    body = {"wave_id": second["id"], "person_ids": [pat.person_id]}
    assert refused(house.boss, "wave.people", **body) == "core.not_found"


def test_the_nearest_cart_goes_to_who_stands_there(house, anna):
    floor.order(house, "O3", {"S4": 1})
    floor.wave(house, totes_per_cart=1)
    task = floor.start(anna)
    floor.pick_all(anna, task)
    last = task["lines"][-1]["bin"]
    here = last["aisle"] * 4000, last["y_mm"]
    sql = (
        "SELECT t.id FROM pick_task t JOIN bin b ON b.id = t.first_bin_id WHERE t.status = 'open' "
        "ORDER BY abs(b.aisle * 4000 - :x) + abs(b.y_mm - :y), t.id LIMIT 1"
    )
    nearest = floor.value(sql, x=here[0], y=here[1])
    assert do(anna, "pick.ready")["data"]["task"]["id"] == nearest


def test_who_asks_for_work_while_a_supervisor_gives_them_a_cart_gets_that_one(app, house, bert):
    floor.wave(house, totes_per_cart=1)
    first, second = floor.value("SELECT array_agg(id ORDER BY id) FROM pick_task")
    with transaction() as session:  # he began to wait in the very moment in which the wave was released
        session.execute(
            floor.text("INSERT INTO pick_waiting (person_id, warehouse_id, since) VALUES (:who, :house, now())"),
            {"who": bert.person_id, "house": house.id},
        )
    given, asked = meet(
        app,
        "SELECT 1 FROM pick_waiting FOR UPDATE",
        lambda: ask(house.boss, "pick.reassign", task_id=second, person_id=bert.person_id),
        lambda: ask(bert, "pick.ready"),
    )
    assert (given["ok"], asked["ok"]) == (True, True), (given["message"], asked["message"])
    assert asked["data"]["task"]["id"] == second
    assert floor.value(f"SELECT status FROM pick_task WHERE id = {first}") == "open"
