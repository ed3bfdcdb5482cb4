"""Zone relay: a cart is passed on from zone to zone, and whatever happens to it on the way."""
from __future__ import annotations

import packing_floor as packing
import picking_floor as floor
import pytest
import relay_floor as relay
from picking_floor import do, refused, scans
from relay_floor import step, tasks, tote_of
from test_wave_life import put_all_back, told

from wms.core.transaction import transaction
from wms.waves.engine import exact_walk
from wms.waves.walks import floor_of


@pytest.fixture
def house(app):
    house = relay.build()
    floor.order(house, "O1", {"S1": 2, "S7": 1, "S13": 1})
    floor.order(house, "O2", {"S2": 1, "S8": 3})
    return house


@pytest.fixture
def anna(house):
    return relay.picker(house, "Anna", "A")


@pytest.fixture
def bert(house):
    return relay.picker(house, "Bert", "B")


@pytest.fixture
def carl(house):
    return relay.picker(house, "Carl", "C")


def wave(house):
    return floor.wave(house, method="relay")


def go_on(picker, cart="C1"):
    """The picker of the next zone scans the cart that came: the task as the walk begins."""
    task = do(picker, "pick.task")["data"]["task"]
    do(picker, "pick.cart", task_id=task["id"], code=cart)
    return do(picker, "pick.task")["data"]["task"]


@pytest.fixture
def passed(house, anna, bert, carl):
    """Zone A is picked; Bert has the cart's task, Carl waits for it."""
    wave(house)
    task = floor.start(anna)
    do(bert, "pick.ready")
    do(carl, "pick.ready")
    return floor.pick_all(anna, task)


def test_a_cart_goes_from_zone_to_zone_and_then_to_packing(house, anna, bert, carl, passed):
    assert (passed["next"], passed["data"]["zone"], passed["message"]["code"]) == (
        "pick_done", "B", "picking.zone_done",
    )  # fmt: skip
    assert tasks("status") == [(1, "A", "picked"), (2, "B", "assigned"), (3, "C", "waiting")]
    shown = do(bert, "pick.task")
    assert (shown["next"], shown["data"]["task"]["from_zone"]) == ("pick_start", "B")
    assert refused(bert, "pick.cart", task_id=shown["data"]["task"]["id"], code="C2") == "picking.other_cart"
    at_b = go_on(bert)
    assert [slot["tote"] for slot in at_b["slots"]] == ["T1", "T2"]
    assert {line["bin"]["zone"] for line in at_b["lines"]} == {"B"}
    assert (step("O1"), step("O2")) == ("picking", "picking")
    assert floor.pick_all(bert, at_b)["data"]["zone"] == "C"
    assert (step("O1"), step("O2")) == ("picking", "picked")
    pat = packing.packer(house)
    assert packing.refused(pat, "pack.open", code=tote_of("O1")[0]) == "packing.still_picking"
    at_c = go_on(carl)
    assert {slot["tote"] for slot in at_c["slots"]} == {"T1", "T2"}
    done = floor.pick_all(carl, at_c)
    assert (done["data"]["zone"], done["message"]["code"]) == (None, "picking.task_done")
    assert (step("O1"), floor.value("SELECT status FROM wave")) == ("picked", "done")
    for order in ("O1", "O2"):
        packing.packed(pat, tote_of(order)[0])
    assert floor.value("SELECT count(*) FROM pick_tote WHERE in_use") == 0
    floor.proved()


def test_orders_of_one_zone_are_picked_as_any_other(house, anna):
    floor.order(house, "O3", {"S3": 1, "S4": 1})
    made = wave(house)
    assert tasks("status") == [(1, "A", "open"), (2, "B", "waiting"), (3, "C", "waiting"), (0, None, "open")]
    assert made["carts"] == 2
    inside = (
        "SELECT string_agg(o.number, ' ') FROM pick_tote s JOIN sales_order o ON o.id = s.order_id "
        "JOIN pick_task t ON t.id = s.task_id WHERE t.stage = 0"
    )
    assert floor.value(inside) == "O3"


def test_each_zone_is_a_shortest_walk_of_its_own(house):
    for n in range(3, 10):
        floor.order(house, f"O{n}", {f"S{n % 6 + 1}": 1, f"S{n % 5 + 7}": 1, f"S{n % 4 + 13}": 1})
    wave(house)
    with transaction() as session:
        grid = floor_of(house.id)
        for task in session.execute(floor.text("SELECT id, walk_mm FROM pick_task")):
            there = "SELECT b.aisle, b.y_mm FROM pick_line l JOIN bin b ON b.id = l.bin_id WHERE l.task_id = :id"
            places = session.execute(floor.text(there), {"id": task.id})
            assert exact_walk(grid, [tuple(row) for row in places]).length_mm == task.walk_mm
    total = "SELECT w.walk_mm - sum(t.walk_mm) FROM wave w JOIN pick_task t ON t.wave_id = w.id GROUP BY w.id"
    assert floor.value(total) == 0


def test_goods_of_no_zone_are_picked_in_the_first(house):
    with transaction() as session:
        session.execute(floor.text("UPDATE bin SET zone_id = NULL WHERE code = 'A3-1'"))
    wave(house)
    assert tasks("lines") == [(1, "A", 3), (2, "B", 2)]


def test_a_zone_where_nobody_works_starves_and_a_supervisor_takes_its_cart_on(house, anna, carl):
    wave(house)
    task = floor.start(anna)
    do(carl, "pick.ready")
    ids = [row[2] for row in tasks("id")]
    assert refused(house.boss, "pick.reassign", task_id=ids[1], person_id=anna.person_id) == "picking.zone_before"
    floor.pick_all(anna, task)
    with transaction() as session:
        session.execute(floor.text("UPDATE pick_task SET finished_at = finished_at - interval '2 hours'"))
    shown = do(house.boss, "board.snapshot")["data"]
    assert [zone["code"] for zone in shown["zones"] if zone["starves"]] == ["B"]
    assert [(one["reason"], one["detail"]["cart"]) for one in shown["stuck"]] == [("passed_on", "C1")]
    sam = floor.person(house, "Sam", "picker", "supervisor")
    taken = do(sam, "pick.take_over", code="C1")
    assert taken["next"] == "pick_line"
    floor.pick_all(sam, taken["data"]["task"])
    assert do(carl, "pick.task")["data"]["task"]["from_zone"] == "C"


def test_who_takes_over_in_a_zone_goes_on_at_the_line(house, bert, passed):
    at_b = go_on(bert)
    do(bert, "pick.confirm", **scans(at_b, at_b["lines"][0]))
    do(bert, "pick.let_go", task_id=at_b["id"])
    bob = relay.picker(house, "Bob", "B")
    task = do(bob, "pick.ready")["data"]["task"]
    assert (task["cart"], task["from_zone"]) == ({"code": "C1"}, None)
    assert floor.pick_all(bob, go_on(bob))["data"]["zone"] == "C"


def test_a_short_pick_takes_the_order_out_of_the_zones_to_come(house, bert, carl, passed):
    at_b = go_on(bert)
    of_o1 = next(line for line in at_b["lines"] if line["sku"]["code"] == "S7")
    do(bert, "pick.short", task_id=at_b["id"], line_id=of_o1["id"], reason="missing")
    assert tasks("status")[2] == (3, "C", "cancelled")
    assert step("O1") == "short"
    done = floor.pick_all(bert, {**at_b, "lines": [line for line in at_b["lines"] if line is not of_o1]})
    assert (done["data"]["zone"], floor.value("SELECT status FROM wave")) == (None, "done")
    do(house.boss, "order.resolve_short", order_id=house.orders["O1"], how="ship_without")
    parcel = packing.verified(packing.packer(house), tote_of("O1")[0])
    assert [(line["sku"]["code"], line["qty"]) for line in parcel["lines"]] == [("S1", 2)]
    floor.proved()


def test_what_is_picked_again_joins_the_last_zone(house, bert, carl, passed):
    with transaction():
        goods = [floor.stock.Goods(house.skus["S7"], house.bins["A3-6"], 5)]
        floor.stock.receive(house.id, goods, reference="MORE", actor_id=None)
    at_b = go_on(bert)
    of_o1 = next(line for line in at_b["lines"] if line["sku"]["code"] == "S7")
    do(bert, "pick.short", task_id=at_b["id"], line_id=of_o1["id"], reason="missing")
    do(house.boss, "order.resolve_short", order_id=house.orders["O1"], how="pick_again")
    left = [line for line in do(bert, "pick.task")["data"]["task"]["lines"] if line["status"] == "open"]
    assert sorted(line["sku"]["code"] for line in left) == ["S13", "S7", "S8"]
    floor.pick_all(bert, {**at_b, "lines": left})
    assert (step("O1"), step("O2"), len(tote_of("O1"))) == ("picked", "picked", 1)
    floor.proved()


def test_a_paused_wave_passes_nothing_on_until_it_goes_on(house, anna, bert):
    made = wave(house)
    task = floor.start(anna)
    do(bert, "pick.ready")
    do(house.boss, "wave.pause", wave_id=made["id"])
    assert floor.pick_all(anna, task)["data"]["zone"] == "B"
    assert do(bert, "pick.task")["next"] == "pick_wait"
    assert refused(bert, "pick.take_over", code="C1") == "picking.wave_paused"
    do(house.boss, "wave.resume", wave_id=made["id"])
    assert do(bert, "pick.task")["data"]["task"]["cart"] == {"code": "C1"}


def test_a_pulled_order_leaves_all_zones(house, bert, carl, passed):
    made = floor.value("SELECT id FROM wave")
    tote = tote_of("O1")[0]
    do(house.boss, "wave.pull", wave_id=made, order_ids=[house.orders["O1"]])
    assert tasks("status") == [(1, "A", "picked"), (2, "B", "assigned"), (3, "C", "cancelled")]
    assert (step("O1"), told(bert)) == ("waiting", ["pulled"])
    put_all_back(house.boss, tote)
    assert floor.pick_all(bert, go_on(bert))["data"]["zone"] is None
    assert (step("O2"), floor.value("SELECT status FROM wave")) == ("picked", "done")
    floor.proved()


def test_a_cancelled_wave_ends_every_zone_and_its_goods_go_back(house, bert, passed):
    totes = [tote_of(order)[0] for order in ("O1", "O2")]
    do(house.boss, "wave.cancel", wave_id=floor.value("SELECT id FROM wave"))
    assert {row[2] for row in tasks("status")} == {"picked", "cancelled"}
    assert do(bert, "pick.task")["next"] == "home"
    for tote in totes:
        put_all_back(house.boss, tote)
    assert floor.value("SELECT count(*) FROM pick_tote WHERE in_use") == 0
    floor.proved()


def test_a_zone_of_which_nothing_is_left_is_left_out(house, bert, carl):
    floor.order(house, "O3", {"S9": 1, "S14": 1})
    made = wave(house)
    do(bert, "pick.ready")
    do(house.boss, "wave.pull", wave_id=made["id"], order_ids=[house.orders["O1"], house.orders["O2"]])
    assert tasks("status", "cart_id") == [(1, "A", "cancelled", None), (2, "B", "assigned", None),
                                          (3, "C", "waiting", None)]  # fmt: skip
    do(carl, "pick.ready")
    task = floor.start(bert)
    assert floor.pick_all(bert, task)["data"]["zone"] == "C"
    assert floor.pick_all(carl, go_on(carl))["data"]["zone"] is None
    assert step("O3") == "picked"


def test_a_stopped_order_is_let_on_and_picked_where_the_cart_is(house, bert, carl, passed):
    do(house.boss, "order.intercept", order_id=house.orders["O1"], want="hold", why="fraud?")
    assert tasks("status")[2] == (3, "C", "cancelled")
    do(house.boss, "order.let_on", order_id=house.orders["O1"])
    at_b = go_on(bert)
    floor.pick_all(bert, at_b)
    assert (step("O1"), step("O2")) == ("picked", "picked")
    floor.proved()


def test_the_zones_of_a_cart_stay_together_when_carts_leave_the_wave(house):
    floor.order(house, "O3", {"S3": 1})
    made = wave(house)
    first = floor.value("SELECT min(id) FROM pick_task WHERE stage = 1")
    split = do(house.boss, "wave.split_carts", wave_id=made["id"], task_ids=[first])["data"]["wave"]
    moved = floor.value("SELECT count(*) FROM pick_task WHERE wave_id = :id AND stage > 0", id=split["id"])
    assert (moved, floor.value("SELECT count(*) FROM pick_task WHERE wave_id = :id", id=made["id"])) == (3, 1)
