"""A short pick on one screen: what is possible is offered, the best first, and the rest of the cart goes on."""
from __future__ import annotations

import picking_floor as floor
import pytest
from picking_floor import do, refused, scans
from test_locks import deadlocks, meet
from test_wave_life import of, order_of, told

from wms.core.transaction import transaction
from wms.replenishment import service as replenishment
from wms.stock import service as stock


@pytest.fixture
def house(app):
    house = floor.build()
    floor.order(house, "O1", {"S1": 5, "S3": 1})
    floor.order(house, "O2", {"S2": 3})
    return house


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna")


@pytest.fixture
def task(house, anna):
    floor.wave(house)
    return floor.start(anna)


def line_of(task, sku):
    return next(each for each in task["lines"] if each["sku"]["code"] == sku)


def ways(picker, task, sku):
    found = do(picker, "pick.short_ways", task_id=task["id"], line_id=line_of(task, sku)["id"])["data"]
    return found["missing"], [each["how"] for each in found["ways"]], found["ways"]


def choose(how, task, sku, reason="missing"):
    return {"task_id": task["id"], "line_id": line_of(task, sku)["id"], "reason": reason, "how": how}


def more(house, sku, bin, qty):
    with transaction():
        stock.receive(house.id, [stock.Goods(house.skus[sku], house.bins[bin], qty)], reference="ASN2", actor_id=None)


def face(house, sku, bin, reserve):
    """`bin` is a pick face of the SKU, which has a reserve in `reserve`."""
    with transaction() as session:
        session.execute(floor.text("UPDATE bin SET kind = 'bulk' WHERE code = :code"), {"code": reserve})
        replenishment.put_faces(house.id, [(house.bins[bin], house.skus[sku], 1, 60)])
    more(house, sku, reserve, 40)


def test_only_what_is_possible_is_offered_the_best_first(house, anna, task):
    assert ways(anna, task, "S1")[:2] == (5, ["count", "order"])
    more(house, "S1", "A4-6", 4)
    assert ways(anna, task, "S1")[1] == ["count", "order"]  # four are not enough for five
    more(house, "S1", "A4-5", 9)
    assert ways(anna, task, "S1")[2][0] == {
        "how": "another", "bins": [{"code": "A4-5", "qty": 9}, {"code": "A4-6", "qty": 4}]
    }  # fmt: skip
    do(anna, "pick.confirm", **scans(task, line_of(task, "S1"), qty=2))
    assert ways(anna, task, "S1")[0] == 3
    do(house.boss, "pick.put_plan", short_ways=["line", "another"])
    assert ways(anna, task, "S1")[1] == ["line", "another", "order"]
    assert refused(anna, "pick.short_choose", **choose("count", task, "S1")) == "picking.not_a_way"


def test_the_rest_comes_from_another_bin_on_the_way(house, anna, task):
    more(house, "S1", "A4-6", 9)
    do(anna, "pick.confirm", **scans(task, line_of(task, "S1"), qty=2))
    reply = do(anna, "pick.short_choose", **choose("another", task, "S1"))
    assert (reply["next"], reply["message"]["code"]) == ("pick_line", "picking.short_another")
    lines = reply["data"]["task"]["lines"]
    assert line_of({"lines": lines}, "S1")["status"] == "short"
    (added,) = [each for each in lines if each["bin"]["code"] == "A4-6"]
    assert (added["qty"], added["status"], added["sku"]["code"]) == (3, "open", "S1")
    assert len({each["seq"] for each in lines}) == len(lines)
    assert order_of("O1", "processing") == ("picking",)
    assert floor.value("SELECT kind FROM count_task") == "short"
    assert floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])["next"] == "pick_done"
    assert order_of("O1", "processing") == ("picked",)
    assert floor.value("SELECT sum(picked) FROM pick_line l JOIN sku ON sku.id = l.sku_id WHERE sku.code = 'S1'") == 5
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_a_bin_that_was_tried_is_not_another_bin(house, anna, task):
    more(house, "S1", "A4-6", 9)
    do(anna, "pick.short_choose", **choose("another", task, "S1"))
    task = do(anna, "pick.task")["data"]["task"]
    added = next(each for each in task["lines"] if each["bin"]["code"] == "A4-6")
    body = {"task_id": task["id"], "line_id": added["id"]}
    found = do(anna, "pick.short_ways", **body)["data"]["ways"]
    assert [each["how"] for each in found] == ["count", "order"]
    assert refused(anna, "pick.short_choose", **body, reason="missing", how="another") == "picking.nowhere_else"


def test_a_line_waits_at_the_end_while_its_bin_is_filled_up(house, anna, task):
    face(house, "S1", "A1-1", "A4-6")
    do(house.boss, "pick.put_plan", short_ways=["replenish", "another"])
    assert ways(anna, task, "S1")[1][0] == "replenish"
    reply = do(anna, "pick.short_choose", **choose("replenish", task, "S1"))
    lines = reply["data"]["task"]["lines"]
    waiting = line_of({"lines": lines}, "S1")
    assert (waiting["status"], waiting["awaits"], waiting["seq"]) == ("open", True, max(each["seq"] for each in lines))
    assert floor.value("SELECT urgency FROM replenish_task") == "emergency"
    assert "replenish" not in ways(anna, task, "S1")[1]
    for line in lines:
        if line["id"] != waiting["id"]:
            do(anna, "pick.confirm", **scans(task, line))
    bert = floor.person(house, "Bert", "receiver")
    found = do(bert, "replenish.next")["data"]["task"]
    do(bert, "replenish.source", code="A4-6")
    do(bert, "replenish.take", code="S1", qty=found["qty"])
    do(bert, "replenish.put", code="A1-1")
    assert told(anna) == ["filled"]
    task = do(anna, "pick.task")["data"]["task"]
    assert line_of(task, "S1")["awaits"] is False
    assert do(anna, "pick.confirm", **scans(task, line_of(task, "S1")))["next"] == "pick_done"
    floor.proved()


def test_without_a_reserve_nothing_is_filled_up(house, anna, task):
    assert refused(anna, "pick.short_choose", **choose("replenish", task, "S1")) == "picking.no_reserve"


def test_the_picker_counts_the_bin_and_goes_on(house, anna, task):
    reply = do(anna, "pick.short_choose", **choose("count", task, "S1"))
    assert reply["next"] == "count_bin"
    assert floor.value("SELECT status FROM pick_line WHERE id = :id", id=line_of(task, "S1")["id"]) == "open"
    assert ways(anna, task, "S2")[1] == ["order"]  # one count at a time
    assert do(anna, "pick.task")["next"] == "pick_line"


def test_an_order_is_sent_without_the_pieces_where_that_is_allowed(house, anna, task):
    do(house.boss, "pick.put_plan", short_ways=["line"])
    do(anna, "pick.confirm", **scans(task, line_of(task, "S1"), qty=2))
    reply = do(anna, "pick.short_choose", **choose("line", task, "S1"))
    assert reply["message"]["code"] == "picking.short_line"
    assert reply["data"]["progress"] == {"done": 1, "total": 3}
    assert order_of("O1", "processing") == ("picking",)
    assert ways(anna, task, "S2")[1] == ["order"]  # nothing would be left of O2
    assert refused(anna, "pick.short_choose", **choose("line", task, "S2")) == "picking.nothing_left"
    floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])
    assert order_of("O1", "processing") == ("picked",)
    dropped = "SELECT string_agg(dropped::text, ',' ORDER BY id) FROM order_line WHERE order_id = :id"
    assert floor.value(dropped, id=house.orders["O1"]) == "3,0"
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_dropping_the_last_line_finishes_order_and_task(house, anna, task):
    do(house.boss, "pick.put_plan", short_ways=["line"])
    for line in task["lines"]:
        if line["sku"]["code"] != "S1":
            do(anna, "pick.confirm", **scans(task, line))
    assert do(anna, "pick.short_choose", **choose("line", task, "S1"))["next"] == "pick_done"
    assert (order_of("O1", "processing"), floor.value("SELECT status FROM wave")) == (("picked",), "done")
    floor.proved()


def test_the_supervisor_is_always_a_way(house, anna, task):
    reply = do(anna, "pick.short_choose", **choose("order", task, "S1", "damaged"))
    assert reply["message"]["code"] == "picking.short_noted"
    assert order_of("O1", "processing") == ("short",)
    assert refused(anna, "pick.short_choose", **choose("another", task, "S1")) == "picking.line_gone"


def test_damaged_goods_are_not_counted_and_not_filled_up(house, anna, task):
    more(house, "S1", "A4-6", 9)
    do(anna, "pick.short_choose", **choose("another", task, "S1", "damaged"))
    assert floor.value("SELECT count(*) FROM count_task") == 0


def test_who_has_not_the_task_is_offered_nothing(house, anna, task):
    bert = floor.person(house, "Bert")
    body = {"task_id": task["id"], "line_id": line_of(task, "S1")["id"]}
    assert refused(bert, "pick.short_ways", **body) == "picking.others_task"
    assert refused(bert, "pick.short_choose", **body, reason="missing", how="order") == "picking.others_task"


def test_another_bin_and_a_pull_of_the_same_order_meet(app, house, anna, task):
    more(house, "S1", "A4-6", 9)
    wave = floor.value("SELECT id FROM wave")
    replies = meet(
        app, f"SELECT 1 FROM pick_task WHERE id = {task['id']} FOR UPDATE",
        lambda: floor.ask(anna, "pick.short_choose", **choose("another", task, "S1")),
        lambda: floor.ask(house.boss, "wave.pull", wave_id=wave, order_ids=[house.orders["O1"]]),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, True], replies
    assert deadlocks() == 0
    left = "SELECT count(*) FROM pick_line WHERE order_id = :id AND status = 'open'"
    assert floor.value(left, id=house.orders["O1"]) == 0
    assert len(of(task, "O1")) == 2
    report = floor.proved()
    assert report.held == 3
