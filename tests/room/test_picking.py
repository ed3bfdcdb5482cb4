"""Cart picking over the scan door: the whole way, refusals that move nothing, and scans that come twice."""
from __future__ import annotations

import uuid

import picking_floor as floor
import pytest
from picking_floor import ask, do, refused, scans

from wms.picking.terminal import with_screen


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


def line_of(task, sku, order="O1"):
    slot = next(slot["slot"] for slot in task["slots"] if slot["order"] == order)
    return next(line for line in task["lines"] if (line["sku"]["code"], line["slot"]) == (sku, slot))


def test_from_a_waiting_order_to_a_full_tote(house, anna):
    assert do(anna, "terminal.state")["next"] == "home"
    assert do(anna, "pick.ready")["next"] == "pick_wait"
    assert do(anna, "terminal.state")["next"] == "pick_wait"
    wave = floor.wave(house)
    assert (wave["orders"], wave["lines"], wave["units"], wave["carts"]) == (2, 5, 11, 1)
    told = floor.value("SELECT data FROM event WHERE topic = :topic", topic=f"person:{anna.person_id}")
    shown = do(anna, "pick.task")
    task = shown["data"]["task"]
    assert (shown["next"], told["task_id"]) == ("pick_start", task["id"])
    assert with_screen([told]) == [{**told, "screen": {"next": "pick_start", "data": {"task": task}}}]
    assert task["floor"]["aisles"] == 4
    assert task["path"][0] == task["path"][-1] == [4000, 0]
    do(anna, "pick.cart", task_id=task["id"], code="C1")
    placed = [do(anna, "pick.tote", task_id=task["id"], slot=n, code=f"T{n}")["next"] for n in (1, 2)]
    assert placed == ["pick_totes", "pick_line"]
    task = do(anna, "terminal.state")["data"]["task"]
    assert task["cart"] == {"code": "C1"}
    answers = [do(anna, "pick.confirm", **scans(task, line)) for line in task["lines"]]
    assert [each["data"]["progress"]["done"] for each in answers] == [1, 2, 3, 4, 5]
    assert [each["next"] for each in answers] == ["pick_line"] * 4 + ["pick_done"]
    assert floor.value("SELECT string_agg(DISTINCT processing, '') FROM sales_order") == "picked"
    assert floor.value("SELECT status FROM wave") == "done"
    assert floor.value("SELECT status FROM pick_task") == "picked"
    assert do(anna, "terminal.state")["next"] == "home"
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)
    in_totes = "SELECT sum(on_hand) FROM stock_balance WHERE bin_id = :stage AND container_id > 0"
    assert floor.value(in_totes, stage=house.bins["STAGE"]) == 11


def test_news_of_a_task_bring_the_screen_of_each_who_still_has_to_begin_it(house, anna, bert):
    for who in (anna, bert):
        do(who, "pick.ready")
    floor.wave(house, totes_per_cart=1)
    data = "SELECT data FROM event WHERE topic = :topic"
    news = [floor.value(data, topic=f"person:{who.person_id}") for who in (anna, bert)]
    brought = [each["screen"]["data"] for each in with_screen(news)]
    assert brought == [do(who, "pick.task")["data"] for who in (anna, bert)]
    do(anna, "pick.let_go", task_id=news[0]["task_id"])
    do(bert, "pick.cart", task_id=news[1]["task_id"], code="C1")
    assert with_screen(news) == news


def test_pieces_may_come_one_by_one(house, anna):
    floor.wave(house)
    task = floor.start(anna)
    line = line_of(task, "S3", "O2")
    for picked in (1, 2, 3):
        reply = do(anna, "pick.confirm", **scans(task, line, qty=1))
        assert reply["data"]["line"] == {"id": line["id"], "picked": picked, "qty": 4, "status": "open"}
    assert refused(anna, "pick.confirm", **scans(task, line, qty=2)) == "picking.too_many"
    assert do(anna, "pick.confirm", **scans(task, line, qty=1))["data"]["line"]["status"] == "picked"
    assert refused(anna, "pick.confirm", **scans(task, line, qty=1)) == "picking.already_done"
    floor.proved()


def test_a_wrong_scan_says_what_it_is_and_moves_nothing(house, anna):
    floor.wave(house)
    task = floor.start(anna)
    line = line_of(task, "S1")
    other = next(slot["tote"] for slot in task["slots"] if slot["slot"] != line["slot"])
    cases = [
        ({"bin": "A1-2"}, "picking.wrong_bin"),
        ({"bin": "nowhere"}, "picking.not_a_bin.unknown"),
        ({"bin": "T1"}, "picking.not_a_bin.tote"),
        ({"bin": "C1"}, "picking.not_a_bin.cart"),
        ({"item": f"69{house.skus['S2']:05}"}, "picking.wrong_item"),
        ({"item": "4006381333931"}, "picking.not_an_item.unknown"),
        ({"item": line["bin"]["code"]}, "picking.not_an_item.bin"),
        ({"qty": 3}, "picking.too_many"),
        ({"qty": 10**15}, "picking.too_many"),
        ({"qty": 0}, "picking.no_quantity"),
        ({"qty": -2}, "picking.no_quantity"),
        ({"tote": other}, "picking.wrong_tote"),
        ({"tote": "T9"}, "picking.wrong_tote"),
        ({"tote": "A1-1"}, "picking.not_a_tote.bin"),
        ({"tote": "69"}, "picking.not_a_tote.unknown"),
        ({"line_id": 10**9}, "core.not_found"),
        ({"task_id": 10**9}, "core.not_found"),
    ]
    found = [(changed, refused(anna, "pick.confirm", **scans(task, line, **changed))) for changed, _ in cases]
    assert found == cases
    reply = ask(anna, "pick.confirm", **scans(task, line, bin="A1-2"))
    assert reply["message"]["text"] == "This is bin A1-2. Go to bin A1-1."
    do(anna, "pick.confirm", **scans(task, line))


def test_codes_are_checked_step_by_step_too(house, anna):
    floor.wave(house)
    task = floor.start(anna)
    line = line_of(task, "S1")
    about = {"task_id": task["id"], "line_id": line["id"]}
    right = scans(task, line)
    for expect in ("bin", "item", "tote"):
        before = floor.everything()
        assert do(anna, "pick.check", **about, expect=expect, code=right[expect])["message"] is None
        assert floor.everything() == before
    assert refused(anna, "pick.check", **about, expect="bin", code="A1-2") == "picking.wrong_bin"
    assert refused(anna, "pick.check", **about, expect="item", code="S2") == "picking.wrong_item"
    assert refused(anna, "pick.check", **about, expect="tote", code="C1") == "picking.not_a_tote.cart"


HOSTILE = ["'; DROP TABLE sku; --", "\u202e\u0000\u0007", "\ud800", "😀" * 500, "%s%(x)s{name}{0}", "ＡＢＣ", " \n\t "]


@pytest.mark.parametrize("code", HOSTILE)
def test_hostile_codes_are_only_unknown_codes(house, anna, code):
    floor.wave(house)
    task = floor.start(anna)
    line = task["lines"][0]
    for field, kind in (("bin", "bin"), ("item", "an_item"), ("tote", "tote")):
        reply = ask(anna, "pick.confirm", **scans(task, line, **{field: code}))
        wanted = f"picking.not_a_{kind}.unknown".replace("a_an", "an")
        assert reply["message"]["code"] in (wanted, "core.invalid")
    assert refused(anna, "pick.check", task_id=task["id"], line_id=line["id"], expect="bin", code=code) in (
        "picking.not_a_bin.unknown",
        "core.invalid",
    )


@pytest.mark.parametrize("changed", [{"qty": 1.5}, {"qty": None}, {"line_id": 2**70}, {"task_id": "x"}, {"bin": 7}])
def test_a_body_of_the_wrong_shape_is_refused(house, anna, changed):
    floor.wave(house)
    task = floor.start(anna)
    assert refused(anna, "pick.confirm", **scans(task, task["lines"][0], **changed)) == "core.invalid"


def test_what_scanners_add_around_a_code_does_not_matter(house, anna):
    floor.wave(house)
    task = floor.start(anna)
    line = task["lines"][0]
    do(anna, "pick.confirm", **scans(task, line, bin=f" {line['bin']['code']}\r\n", item=f"{line['sku']['code']}\x1d"))


def test_another_persons_task_is_not_mine(house, anna, bert):
    floor.wave(house)
    task = floor.start(anna)
    body = scans(task, task["lines"][0])
    assert refused(bert, "pick.confirm", **body) == "picking.others_task"
    assert "Anna" in ask(bert, "pick.confirm", **body)["message"]["text"]
    assert refused(bert, "pick.let_go", task_id=task["id"]) == "picking.others_task"
    assert refused(bert, "pick.short", task_id=task["id"], line_id=body["line_id"], reason="missing") == (
        "picking.others_task"
    )
    packer = floor.person(house, "Paul", "packer")
    assert refused(packer, "pick.confirm", **body) == "core.not_allowed"


def test_a_scan_that_comes_twice_moves_once(house, anna):
    floor.wave(house)
    task = floor.start(anna)
    body = {**scans(task, line_of(task, "S3", "O2"), qty=1), "command_id": str(uuid.uuid4())}
    first = do(anna, "pick.confirm", **body)
    before = floor.everything()
    again = do(anna, "pick.confirm", **body)
    assert again.pop("replayed") is True
    assert again == first
    assert floor.everything() == before
    assert refused(anna, "pick.confirm", **{**body, "qty": 2}) == "core.command_reused"


def test_the_same_scan_from_two_devices_at_once_moves_once(app, house, anna):
    floor.wave(house)
    task = floor.start(anna)
    body = {**scans(task, line_of(task, "S3", "O2"), qty=1), "command_id": str(uuid.uuid4())}
    replies = floor.at_once(app, *[lambda: ask(anna, "pick.confirm", **body)] * 4)
    assert [each["ok"] for each in replies] == [True] * 4
    assert sum(not each.get("replayed") for each in replies) == 1
    assert floor.value("SELECT count(*) FROM stock_move WHERE reason = 'pick'") == 1


def test_two_scans_for_the_last_piece_pick_one(app, house, anna):
    floor.wave(house)
    task = floor.start(anna)
    body = scans(task, line_of(task, "S3", "O1"))
    replies = floor.at_once(app, *[lambda: ask(anna, "pick.confirm", **body)] * 4)
    assert sorted(each["message"]["code"] for each in replies) == ["picking.already_done"] * 3 + ["picking.picked"]
    floor.proved()


def test_all_lines_at_once_finish_the_task(app, house, anna):
    floor.wave(house)
    task = floor.start(anna)
    acts = [lambda line=line: do(anna, "pick.confirm", **scans(task, line)) for line in task["lines"]]
    replies = floor.at_once(app, *acts)
    assert sorted(each["data"]["progress"]["done"] for each in replies) == [1, 2, 3, 4, 5]
    assert floor.value("SELECT status FROM wave") == "done"
    floor.proved()
