"""Short picks: the order leaves the task, the picker walks on, and the supervisor decides."""
from __future__ import annotations

import uuid

import picking_floor as floor
import pytest
from picking_floor import ask, do, refused, scans

from wms.core.transaction import transaction
from wms.stock import service as stock


@pytest.fixture
def house(app):
    house = floor.build()
    floor.order(house, "O1", {"S1": 2, "S2": 5, "S3": 1})
    floor.order(house, "O2", {"S2": 3, "S5": 1})
    return house


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna")


@pytest.fixture
def task(house, anna):
    floor.wave(house)
    return floor.start(anna)


def slot_of(task, order):
    return next(slot["slot"] for slot in task["slots"] if slot["order"] == order)


def line_of(task, sku, order="O1"):
    return next(
        each for each in task["lines"] if (each["sku"]["code"], each["slot"]) == (sku, slot_of(task, order))
    )


def short(picker, task, line, reason="missing"):
    return do(picker, "pick.short", task_id=task["id"], line_id=line["id"], reason=reason)


def processing(number):
    return floor.value("SELECT processing FROM sales_order WHERE number = :number", number=number)


def half_short(anna, task):
    """S1 of O1 is picked, two of five S2 too, then S2 is missing."""
    do(anna, "pick.confirm", **scans(task, line_of(task, "S1")))
    do(anna, "pick.confirm", **scans(task, line_of(task, "S2"), qty=2))
    return short(anna, task, line_of(task, "S2"))


def more(house, sku, bin, qty):
    with transaction():
        stock.receive(house.id, [stock.Goods(house.skus[sku], house.bins[bin], qty)], reference="ASN2", actor_id=None)


def test_the_order_leaves_the_task_and_the_picker_walks_on(house, anna, task):
    reply = half_short(anna, task)
    closed = {each["id"]: (each["status"], each["picked"]) for each in reply["data"]["lines"]}
    assert closed == {line_of(task, "S2")["id"]: ("short", 2), line_of(task, "S3")["id"]: ("withdrawn", 0)}
    assert (reply["next"], reply["data"]["progress"]) == ("pick_line", {"done": 3, "total": 5})
    assert processing("O1") == "short"
    assert floor.value("SELECT hold_reason FROM sales_order WHERE number = 'O1'")
    report = floor.proved()
    assert (report.held, report.promised) == (4, 8)  # O2 is held; O1's rest is promised still
    for line in (line_of(task, "S2"), line_of(task, "S3")):
        assert refused(anna, "pick.confirm", **scans(task, line, qty=1)) == "picking.line_gone"
        assert refused(anna, "pick.short", task_id=task["id"], line_id=line["id"], reason="missing") == (
            "picking.line_gone"
        )
    task = do(anna, "pick.task")["data"]["task"]
    assert floor.pick_all(anna, task)["next"] == "pick_done"
    assert (processing("O2"), floor.value("SELECT status FROM wave")) == ("picked", "done")


def test_a_short_pick_that_comes_twice_counts_once(house, anna, task):
    body = {"task_id": task["id"], "line_id": line_of(task, "S1")["id"], "command_id": str(uuid.uuid4())}
    do(anna, "pick.short", **body, reason="damaged")
    before = floor.everything()
    assert do(anna, "pick.short", **body, reason="damaged")["replayed"]
    assert floor.everything() == before
    assert refused(anna, "pick.short", **body, reason="missing") == "core.command_reused"


def test_an_unknown_reason_is_refused(house, anna, task):
    about = {"task_id": task["id"], "line_id": line_of(task, "S1")["id"]}
    assert refused(anna, "pick.short", **about, reason="tired") == "core.invalid"


def test_a_task_of_only_short_orders_finishes_and_frees_its_empty_totes(house, anna, task):
    do(anna, "pick.confirm", **scans(task, line_of(task, "S1")))
    short(anna, task, line_of(task, "S3"), "unreadable")
    assert short(anna, task, line_of(task, "S5", "O2"))["next"] == "pick_done"
    assert floor.value("SELECT string_agg(slot::text, ',') FROM pick_tote WHERE in_use") == str(slot_of(task, "O1"))
    report = floor.proved()
    assert report.held == 0


def test_shipping_without_drops_what_is_missing(house, anna, task):
    half_short(anna, task)
    reply = do(house.boss, "order.resolve_short", order_id=house.orders["O1"], how="ship_without")
    assert reply["data"]["pieces"] == 4
    assert processing("O1") == "picked"
    dropped = "SELECT string_agg(dropped::text, ',' ORDER BY id) FROM order_line WHERE order_id = :id"
    assert floor.value(dropped, id=house.orders["O1"]) == "0,3,1"
    again = {"order_id": house.orders["O1"], "how": "ship_without"}
    assert refused(house.boss, "order.resolve_short", **again) == "picking.not_short"
    floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_an_empty_order_is_not_shipped(house, anna, task):
    short(anna, task, line_of(task, "S1"))
    about = {"order_id": house.orders["O1"], "how": "ship_without"}
    assert refused(house.boss, "order.resolve_short", **about) == "picking.nothing_picked"
    assert refused(anna, "order.resolve_short", **about) == "core.not_allowed"
    other = {"order_id": house.orders["O2"], "how": "ship_without"}
    assert refused(house.boss, "order.resolve_short", **other) == "picking.not_short"
    assert refused(house.boss, "order.resolve_short", order_id=10**9, how="pick_again") == "core.not_found"


def test_picking_again_needs_goods_in_another_bin(house, anna, task):
    half_short(anna, task)
    about = {"order_id": house.orders["O1"], "how": "pick_again"}
    # S3 could come from where it lies; S2 lies only in the bin where it was not found.
    assert refused(house.boss, "order.resolve_short", **about) == "picking.nowhere_else"
    more(house, "S2", "A4-6", 2)
    assert refused(house.boss, "order.resolve_short", **about) == "picking.nowhere_else"
    assert "only 3 of the 4" in ask(house.boss, "order.resolve_short", **about)["message"]["text"]


def test_picking_again_joins_the_cart_that_is_still_out(house, anna, task):
    half_short(anna, task)
    more(house, "S2", "A4-6", 9)
    do(house.boss, "order.resolve_short", order_id=house.orders["O1"], how="pick_again")
    names = floor.value("SELECT string_agg(name, ' ') FROM event WHERE topic = :t", t=f"person:{anna.person_id}")
    assert names.split()[-1] == "pick.changed"
    task = do(anna, "pick.task")["data"]["task"]
    added = [line for line in task["lines"] if line["status"] == "open" and line["slot"] == slot_of(task, "O1")]
    assert sorted((line["sku"]["code"], line["bin"]["code"], line["qty"]) for line in added) == [
        ("S2", "A4-6", 3),
        ("S3", "A1-3", 1),
    ]
    assert [line["seq"] for line in task["lines"]] == list(range(1, 8))
    assert floor.pick_all(anna, task)["data"]["progress"] == {"done": 7, "total": 7}
    assert (processing("O1"), processing("O2")) == ("picked", "picked")
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_picking_again_later_is_a_task_of_its_own_with_the_same_tote(house, anna, task):
    half_short(anna, task)
    floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])
    assert floor.value("SELECT status FROM wave") == "done"
    bert = floor.person(house, "Bert")
    do(bert, "pick.ready")
    more(house, "S2", "A4-6", 9)
    do(house.boss, "order.resolve_short", order_id=house.orders["O1"], how="pick_again")
    assert (floor.value("SELECT status FROM wave"), processing("O1")) == ("released", "picking")
    again = do(bert, "pick.task")["data"]["task"]
    tote = next(slot["tote"] for slot in task["slots"] if slot["order"] == "O1")
    assert again["slots"] == [{"slot": 1, "order": "O1", "tote": tote}]
    assert do(bert, "pick.cart", task_id=again["id"], code="C2")["next"] == "pick_line"
    assert floor.pick_all(bert, again)["next"] == "pick_done"
    assert (floor.value("SELECT status FROM wave"), processing("O1")) == ("done", "picked")
    assert floor.value("SELECT count(*) FROM pick_tote WHERE in_use") == 2
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_an_order_of_which_nothing_was_picked_starts_again_with_a_new_tote(house, anna, task):
    short(anna, task, line_of(task, "S1"))
    floor.pick_all(anna, do(anna, "pick.task")["data"]["task"])
    more(house, "S1", "A4-6", 9)
    do(house.boss, "order.resolve_short", order_id=house.orders["O1"], how="pick_again")
    assert processing("O1") == "waved"
    again = floor.start(anna, "C2", first_tote=9)
    assert again["slots"] == [{"slot": 1, "order": "O1", "tote": "T9"}]
    floor.pick_all(anna, again)
    assert processing("O1") == "picked"
    floor.proved()


def test_two_supervisors_decide_once(app, house, anna, task):
    half_short(anna, task)
    more(house, "S2", "A4-6", 9)
    replies = floor.at_once(
        app,
        *[
            lambda how=how: ask(house.boss, "order.resolve_short", order_id=house.orders["O1"], how=how)
            for how in ("ship_without", "pick_again", "ship_without")
        ],
    )
    assert sum(each["ok"] for each in replies) == 1
    assert {each["message"]["code"] for each in replies if not each["ok"]} == {"picking.not_short"}
    floor.proved()


def test_a_short_pick_and_a_confirmation_at_once_leave_the_stock_right(app, house, anna, task):
    line = line_of(task, "S2")
    floor.at_once(
        app,
        lambda: ask(anna, "pick.confirm", **scans(task, line, qty=1)),
        lambda: ask(anna, "pick.short", task_id=task["id"], line_id=line["id"], reason="missing"),
        lambda: ask(anna, "pick.confirm", **scans(task, line_of(task, "S3"))),
    )
    assert processing("O1") == "short"
    report = floor.proved()
    assert report.held == 4
