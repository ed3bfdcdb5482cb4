"""Interception: an order is stopped wherever it is, its goods are put aside at the next scan, or it goes on again."""
from __future__ import annotations

import uuid

import packing_floor as tables
import picking_floor as floor
import pytest
from packing_floor import refused
from picking_floor import ask, do, scans
from sqlalchemy import update
from test_locks import deadlocks, meet
from test_wave_life import of, order_of, put_all_back, told

from wms.access import service as access
from wms.orders import service as orders
from wms.orders.models import Order


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna")


def stop(house, number, want="hold", why="buyer asked"):
    return do(house.boss, "order.intercept", order_id=house.orders[number], want=want, why=why)["data"]["order"]


def let_on(house, number):
    return do(house.boss, "order.let_on", order_id=house.orders[number])["data"]["order"]


def stopped(house, number):
    with floor.transaction():
        return orders.stopped(house.orders[number])


# ---- before it is picked

def test_a_waiting_order_is_stopped_and_goes_on(house):
    floor.order(house, "O1", {"S1": 2})
    shown = stop(house, "O1")
    assert (shown["confirmation"], shown["stopped"], shown["why"]) == ("held", True, "buyer asked")
    assert stopped(house, "O1").reason == "buyer asked"
    wave = {"max_orders": 10, "totes_per_cart": 4}
    assert refused(house.boss, "wave.build", **wave) == "waves.nothing_to_wave"
    assert refused(house.boss, "order.intercept", order_id=house.orders["O1"], why="again") == "orders.already_stopped"
    assert refused(house.boss, "order.audit", order_id=house.orders["O1"]) == "orders.nothing_to_audit"
    assert let_on(house, "O1")["confirmation"] == "confirmed"
    assert stopped(house, "O1") is None
    assert refused(house.boss, "order.let_on", order_id=house.orders["O1"]) == "orders.not_stopped"
    assert floor.wave(house)["orders"] == 1


def test_a_waiting_order_that_is_to_be_cancelled_is(house):
    floor.order(house, "O1", {"S1": 2})
    assert stop(house, "O1", "cancel")["confirmation"] == "cancelled"
    assert floor.proved().promised == 0
    assert refused(house.boss, "order.intercept", order_id=house.orders["O1"], why="x") == "orders.cancelled_already"


def test_an_order_of_a_planned_wave_is_left_out_of_it(house):
    floor.order(house, "O1", {"S1": 2})
    floor.order(house, "O2", {"S2": 2})
    wave = do(house.boss, "wave.build", max_orders=10, totes_per_cart=4)["data"]["wave"]
    stop(house, "O1")
    assert order_of("O1", "processing") == ("waiting",)
    assert do(house.boss, "wave.release", wave_id=wave["id"])["data"]["wave"]["orders"] == 1
    let_on(house, "O1")
    assert floor.wave(house)["orders"] == 1
    floor.proved()


def test_reasons_are_asked_for_and_only_some_may_stop(house, anna):
    floor.order(house, "O1", {"S1": 2})
    body = {"order_id": house.orders["O1"]}
    assert refused(house.boss, "order.intercept", **body, why=" ") == "core.invalid"
    assert refused(anna, "order.intercept", **body, why="x") == "core.not_allowed"
    assert refused(house.boss, "order.intercept", order_id=10**9, why="x") == "core.not_found"


# ---- while it is picked

def test_an_untouched_order_leaves_the_cart_at_once(house, anna):
    floor.order(house, "O1", {"S1": 2})
    floor.order(house, "O2", {"S2": 2})
    floor.wave(house)
    task = floor.start(anna)
    assert stop(house, "O1")["processing"] == "waiting"
    assert told(anna) == ["intercepted"]
    assert refused(anna, "pick.confirm", **scans(task, of(task, "O1")[0])) == "picking.line_intercepted"
    check = {"task_id": task["id"], "line_id": of(task, "O1")[0]["id"], "expect": "bin", "code": "A1-1"}
    assert refused(anna, "pick.check", **check) == "picking.line_intercepted"
    floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])
    report = floor.proved()
    assert (report.held, report.promised) == (0, 2)
    let_on(house, "O1")
    assert floor.wave(house)["orders"] == 1


def half_picked(house, anna):
    floor.order(house, "O1", {"S1": 2, "S2": 5})
    floor.order(house, "O2", {"S3": 1})
    floor.wave(house)
    task = floor.start(anna)
    do(anna, "pick.confirm", **scans(task, of(task, "O1")[0]))
    return task


def tote_of(task, number):
    return next(slot["tote"] for slot in task["slots"] if slot["order"] == number)


def test_a_half_picked_order_goes_on_where_it_was(house, anna):
    task = half_picked(house, anna)
    stop(house, "O1")
    assert order_of("O1", "processing") == ("picking",)
    assert floor.value("SELECT count(*) FROM put_back WHERE status = 'open'") == 1
    let_on(house, "O1")
    assert told(anna) == ["intercepted", "added"]
    assert floor.value("SELECT count(*) FROM put_back WHERE status = 'cancelled'") == 1
    task = do(anna, "pick.task")["data"]["task"]
    assert floor.pick_all(anna, task)["next"] == "pick_done"
    assert order_of("O1", "processing", "confirmation") == ("picked", "confirmed")
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_a_half_picked_order_goes_back_and_is_cancelled(house, anna):
    task = half_picked(house, anna)
    stop(house, "O1", "cancel")
    assert order_of("O1", "processing", "confirmation") == ("picking", "held")
    floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])
    put_all_back(anna, tote_of(task, "O1"))
    assert order_of("O1", "processing", "confirmation") == ("waiting", "cancelled")
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_once_a_piece_is_back_the_order_does_not_go_on_as_it_was(house, anna):
    floor.order(house, "O1", {"S1": 2, "S2": 5})
    floor.wave(house)
    task = floor.start(anna)
    floor.pick_all(anna, task)
    stop(house, "O1")
    tote = tote_of(task, "O1")
    item = do(anna, "putback.take", code=tote)["data"]["task"]["items"][0]
    do(anna, "putback.put", item=item["sku"]["code"], bin=item["bin"]["code"], qty=1)
    assert refused(house.boss, "order.let_on", order_id=house.orders["O1"]) == "picking.put_back_begun"
    put_all_back(anna, tote)
    assert order_of("O1", "processing", "confirmation") == ("waiting", "held")
    floor.proved()
    # All is back: now it may be released, and is audited and picked again.
    with floor.transaction() as session:
        facts = {"recipient": "R", "phone": "1", "country": "UK", "address": "A"}
        session.execute(update(Order).where(Order.number == "O1").values(facts))
    assert let_on(house, "O1")["confirmation"] == "confirmed"
    assert floor.wave(house)["orders"] == 1
    floor.pick_all(anna, floor.start(anna, "C2", 3))
    assert order_of("O1", "processing") == ("picked",)
    floor.proved()


def test_nobody_else_is_given_a_tote_with_goods_that_go_back(house, anna):
    task = half_picked(house, anna)
    stop(house, "O1", "cancel")
    floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])
    tote = tote_of(task, "O1")
    item = do(anna, "putback.take", code=tote)["data"]["task"]["items"][0]
    do(anna, "putback.put", item=item["sku"]["code"], bin=item["bin"]["code"], qty=1)
    floor.order(house, "O3", {"S4": 1})
    floor.wave(house)
    new = do(anna, "pick.ready")["data"]["task"]
    do(anna, "pick.cart", task_id=new["id"], code="C2")
    assert refused(anna, "pick.tote", task_id=new["id"], slot=1, code=tote) == "picking.tote_not_empty"
    put_all_back(anna, tote)
    do(anna, "pick.tote", task_id=new["id"], slot=1, code=tote)


# ---- at the station and at the dock

def test_the_packing_station_refuses_at_every_scan(house):
    totes = tables.picked(house, {"O1": {"S1": 2}})
    pat = tables.packer(house)
    parcel = tables.opened(pat, totes["O1"])
    code = parcel["lines"][0]["sku"]["barcodes"][0]
    do(pat, "pack.verify", parcel_id=parcel["id"], code=code, qty=1)
    do(house.boss, "pick.put_plan", put_back_at="shelf R1")
    stop(house, "O1")
    about = {"parcel_id": parcel["id"]}
    assert refused(pat, "pack.verify", **about, code=code, qty=1) == "packing.order_stopped_at"
    assert refused(pat, "pack.scale", **about) == "packing.order_stopped_at"
    assert refused(pat, "pack.close", **about, weight_g=200, source="typed") == "packing.order_stopped_at"
    assert refused(pat, "pack.open", code=totes["O1"]) == "packing.order_stopped_at"
    assert "shelf R1" in ask(pat, "pack.open", code=totes["O1"])["message"]["text"]
    let_on(house, "O1")
    do(pat, "pack.verify", **about, code=code, qty=1)
    grams = do(pat, "pack.scale", **about)["data"]["grams"]
    assert do(pat, "pack.close", **about, weight_g=grams, source="scale")["next"] == "pack_home"
    floor.proved()


def test_a_parcel_that_was_begun_is_void_when_its_goods_go_back(house, anna):
    totes = tables.picked(house, {"O1": {"S1": 2}})
    pat = tables.packer(house)
    parcel = tables.opened(pat, totes["O1"])
    stop(house, "O1", "refund")
    assert order_of("O1", "refund") == ("asked",)
    put_all_back(anna, totes["O1"])
    assert order_of("O1", "processing", "confirmation", "refund") == ("waiting", "cancelled", "asked")
    assert floor.value("SELECT status FROM parcel WHERE id = :id", id=parcel["id"]) == "void"
    assert refused(pat, "pack.close", parcel_id=parcel["id"], weight_g=200, source="typed") == "packing.not_open"
    floor.proved()


def test_a_closed_parcel_is_stopped_at_the_truck_and_goes_back(house, anna):
    totes = tables.picked(house, {"O1": {"S1": 2}})
    parcel = tables.packed(tables.packer(house), totes["O1"])
    driver = floor.person(house, "Dan", "packer")
    stop(house, "O1", "cancel")
    assert refused(driver, "load.scan", code=parcel["number"]) == "shipping.order_stopped"
    let_on(house, "O1")
    do(driver, "load.scan", code=parcel["number"])
    stop(house, "O1", "cancel")
    manifest = floor.value("SELECT id FROM manifest")
    assert refused(driver, "load.close", manifest_id=manifest) == "shipping.stopped_on_board"
    do(anna, "putback.take", code=parcel["number"])
    assert refused(anna, "putback.put", item="S1", bin="A1-1", qty=1) == "packing.unload_first"
    do(driver, "load.unload", code=parcel["number"])
    put_all_back(anna, parcel["number"])
    assert order_of("O1", "processing", "confirmation") == ("waiting", "cancelled")
    assert floor.value("SELECT status FROM parcel") == "void"
    assert floor.value("SELECT status FROM waybill") == "void"
    assert floor.value("SELECT sum(on_hand) FROM stock_balance WHERE bin_id = :b", b=house.bins["A1-1"]) == 50
    floor.proved()


def test_a_shipped_order_is_too_late_to_stop(house):
    totes = tables.picked(house, {"O1": {"S1": 2}})
    parcel = tables.packed(tables.packer(house), totes["O1"])
    driver = floor.person(house, "Dan", "packer")
    do(driver, "load.scan", code=parcel["number"])
    do(driver, "load.close", manifest_id=floor.value("SELECT id FROM manifest"))
    assert refused(house.boss, "order.intercept", order_id=house.orders["O1"], why="x") == "orders.too_late"


# ---- who meets whom

def test_the_last_pick_and_the_interception_meet(app, house, anna):
    floor.order(house, "O1", {"S1": 2})
    floor.wave(house)
    task = floor.start(anna)
    replies = meet(
        app, f"SELECT 1 FROM pick_task WHERE id = {task['id']} FOR UPDATE",
        lambda: ask(anna, "pick.confirm", **scans(task, task["lines"][0])),
        lambda: ask(house.boss, "order.intercept", order_id=house.orders["O1"], want="cancel", why="x"),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, True], replies
    assert order_of("O1", "processing", "confirmation") == ("picked", "held")
    assert deadlocks() == 0
    put_all_back(anna, task["slots"][0]["tote"])
    floor.proved()


def test_an_interception_during_a_release_finds_the_tasks(app, house):
    floor.order(house, "O1", {"S1": 2})
    floor.order(house, "O2", {"S2": 2})
    wave = do(house.boss, "wave.build", max_orders=10, totes_per_cart=4)["data"]["wave"]
    replies = floor.at_once(
        app,
        lambda: ask(house.boss, "wave.release", wave_id=wave["id"]),
        lambda: ask(house.boss, "order.intercept", order_id=house.orders["O1"], why="x"),
    )
    assert [reply["ok"] for reply in replies] == [True, True], replies
    assert order_of("O1", "processing") == ("waiting",)
    assert floor.value(
        "SELECT count(*) FROM pick_line l JOIN sales_order o ON o.id = l.order_id "
        "WHERE o.number = 'O1' AND l.status = 'open'"
    ) == 0  # fmt: skip
    floor.proved()


def test_loading_is_closed_or_the_order_stopped_never_both(app, house):
    totes = tables.picked(house, {"O1": {"S1": 2}})
    parcel = tables.packed(tables.packer(house), totes["O1"])
    driver = floor.person(house, "Dan", "packer")
    do(driver, "load.scan", code=parcel["number"])
    manifest = floor.value("SELECT id FROM manifest")
    replies = meet(
        app, f"SELECT 1 FROM sales_order WHERE id = {house.orders['O1']} FOR UPDATE",
        lambda: ask(house.boss, "order.intercept", order_id=house.orders["O1"], want="cancel", why="x"),
        lambda: ask(driver, "load.close", manifest_id=manifest),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, False], replies
    assert replies[1]["message"]["code"] == "shipping.stopped_on_board"


def short_half(house, anna):
    """Of O1 two pieces lie in their tote, the rest was not found: its cart is done, and the supervisor decides."""
    floor.order(house, "O1", {"S1": 2, "S2": 5})
    floor.wave(house)
    task = floor.start(anna)
    first, second = task["lines"]
    do(anna, "pick.confirm", **scans(task, first))
    do(anna, "pick.short", task_id=task["id"], line_id=second["id"], reason="damaged")
    assert order_of("O1", "processing", "confirmation") == ("short", "confirmed")
    return tote_of(task, "O1")


@pytest.mark.parametrize("how", ["ship_without", "pick_again"])
def test_a_short_order_that_is_stopped_while_the_supervisor_decides_stays_stopped(app, house, anna, how):
    tote = short_half(house, anna)
    replies = meet(
        app, f"SELECT 1 FROM sales_order WHERE id = {house.orders['O1']} FOR UPDATE",
        lambda: ask(house.boss, "order.intercept", order_id=house.orders["O1"], want="cancel", why="buyer asked"),
        lambda: ask(house.boss, "order.resolve_short", order_id=house.orders["O1"], how=how),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, False], replies
    assert replies[1]["message"]["code"] == "picking.short_stopped"
    assert "buyer asked" in replies[1]["message"]["text"]
    assert stopped(house, "O1").reason == "buyer asked"
    about = {"order_id": house.orders["O1"], "how": how}
    assert refused(house.boss, "order.resolve_short", **about) == "picking.short_stopped"
    assert deadlocks() == 0
    put_all_back(anna, tote)
    assert order_of("O1", "processing", "confirmation") == ("waiting", "cancelled")
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_a_short_order_that_goes_on_after_all_is_decided_then(house, anna):
    short_half(house, anna)
    stop(house, "O1", "refund")
    about = {"order_id": house.orders["O1"], "how": "ship_without"}
    assert refused(house.boss, "order.resolve_short", **about) == "picking.short_stopped"
    let_on(house, "O1")
    assert order_of("O1", "processing", "confirmation", "refund") == ("short", "confirmed", "none")
    do(house.boss, "order.resolve_short", **about)
    assert order_of("O1", "processing") == ("picked",)
    floor.proved()


def test_a_stopped_order_that_goes_on_while_money_is_asked_back_is_not_picked_again(house, anna):
    half_picked(house, anna)
    stop(house, "O1")
    with floor.transaction() as session:  # its shop was asked for the money meanwhile
        session.execute(update(Order).where(Order.number == "O1").values(refund="asked"))
    let_on(house, "O1")
    assert order_of("O1", "processing", "confirmation", "refund") == ("short", "confirmed", "asked")
    assert floor.value("SELECT count(*) FROM pick_line l JOIN sales_order o ON o.id = l.order_id "
                       "WHERE o.number = 'O1' AND l.status = 'open'") == 0
    floor.proved()


# ---- over HTTP

def test_a_program_stops_an_order_and_lets_it_go_on(app, house):
    floor.order(house, "O1", {"S1": 2})
    with floor.transaction():
        key = access.create_api_key("after-sales", house.id, "clerk")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    path = f"/api/v1/orders/{house.orders['O1']}"

    def post(what, body=None):
        return client.post(f"{path}/{what}", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})

    told = post("intercept", {"want": "hold", "why": "buyer asked"})
    assert (told.status_code, told.json["stopped"], told.json["why"]) == (200, True, "buyer asked")
    again = post("intercept", {"want": "hold", "why": "again"})
    assert (again.status_code, again.json["code"]) == (409, "orders.already_stopped")
    assert post("intercept", {"want": "burn", "why": "x"}).status_code == 422
    assert post("let-on").json["confirmation"] == "confirmed"
    assert post("let-on").json["code"] == "orders.not_stopped"
