"""The board's numbers on a real database, and how many statements they take."""
from __future__ import annotations

from datetime import timedelta

import pytest
from insight_floor import BAY_MM, Day
from sqlalchemy import event

from wms.core import clock
from wms.core.actor import Actor
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.scan import answer
from wms.insight import service
from wms.stock.models import Container

MOST_STATEMENTS = 24


@pytest.fixture
def day(app, tx):
    with tx():
        yield Day()


@pytest.fixture
def statements(app):
    """Every statement that reaches the database, in order."""
    seen = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    yield seen
    event.remove(db.engine, "before_cursor_execute", listener)


def picture(day):
    db.session.flush()
    with clock.fixed(day.at):
        return service.measure(day.house.id)


def test_a_wave_tells_what_is_done_how_fast_and_when_the_rest_will_be(day):
    orders = [day.order(2, processing="picking", hours=2) for _ in range(4)]
    wave = day.wave(orders)
    anna, ben = day.person("Anna", seen=day.at), day.person("Ben", seen=day.at)
    day.task(wave, orders[:2], status="picking", person=anna, done=3)
    day.task(wave, orders[2:], status="picking", person=ben, done=1, short=[3])
    card = picture(day)["waves"][0]
    assert card["lines"] == {"total": 8, "done": 4, "short": 1, "left": 3}
    assert card["units"] == {"total": 16, "picked": 8}
    assert card["tasks"] == {"picking": 2}
    assert (card["orders"]["total"], card["saving"]) == (4, 60.0)
    # 4 lines in the 3 minutes since the first of them: 80 an hour, so 3 lines take 2¼ minutes.
    assert card["rate"] == 80
    assert card["eta"] == (day.at + timedelta(minutes=2.25)).isoformat()
    assert card["promised_at"] == (day.at + timedelta(hours=2)).isoformat()
    assert card["risk"] == "on_time"


@pytest.mark.parametrize(
    ("status", "hours", "done", "risk"),
    [
        ("released", 4, 1, "on_time"),
        ("released", 0.2, 1, "tight"),
        ("released", 0.01, 1, "late"),
        ("released", 4, 0, "on_time"),  # nobody has a pace yet: by the model of labour
        ("released", 0.02, 0, "late"),
        ("released", -1, 0, "late"),
        ("planned", 4, None, "planned"),
    ],
)
def test_risk_of_a_wave_against_its_earliest_promise(day, status, hours, done, risk):
    orders = [day.order(1, processing="waved", hours=hours), day.order(1, processing="picked", hours=-9)]
    wave = day.wave(orders, status=status)
    if done is not None:
        day.task(wave, orders, status="picking", person=day.person("Anna"), done=done)
    assert picture(day)["waves"][0]["risk"] == risk


def test_a_wave_that_just_begins_is_done_when_the_model_of_labour_says(day):
    orders = [day.order(3, processing="waved")]
    wave = day.wave(orders, walk_mm=90_000)
    task = day.task(wave, orders)
    assert picture(day)["waves"][0]["eta"] is None  # nobody goes for it
    task.status, task.person_id = "assigned", day.person("Anna").id
    card = picture(day)["waves"][0]
    # A cart of 120 s, 90 m, three stops of 8 s, six pieces of 2 s.
    assert (card["rate"], card["eta"]) == (0, (day.at + timedelta(seconds=120 + 90 + 24 + 12)).isoformat())


def test_a_planned_wave_shows_what_is_to_come_and_ended_waves_leave_the_board(day):
    wave = day.wave([day.order(3, processing="waved")], status="planned", walk_mm=0, baseline_mm=0)
    day.wave([day.order()], status="done", finished_at=day.ago(hours=1))
    day.wave([day.order()], status="done", finished_at=day.ago(hours=9))
    day.wave([day.order()], status="cancelled", finished_at=day.ago(hours=1))
    planned, done = picture(day)["waves"]
    assert (planned["id"], planned["saving"], planned["eta"]) == (wave.id, None, None)
    assert planned["lines"] == {"total": 3, "done": 0, "short": 0, "left": 0}
    assert (done["status"], done["risk"]) == ("done", "done")


def test_orders_are_counted_by_step_and_shipped_ones_for_a_day(day):
    steps = ["waiting", "waiting", "waved", "picking", "short", "picked", "packed"]
    for step in steps:
        day.order(1, processing=step)
    day.order(confirmation="held", hold_reason="unpaid")
    day.order(confirmation="unconfirmed")
    day.order(confirmation="cancelled")
    gone = [day.order(1, processing="packed", shipping="shipped") for _ in range(2)]
    day.order(1, processing="packed", shipping="shipped")  # left longer ago than a day, with no manifest here
    day.manifest([day.parcel(order, person=day.person(f"P{order.id}")) for order in gone])
    day.order(refund="asked")
    found = picture(day)["orders"]
    assert found["states"] == {
        "to_process": 4, "in_process": 4, "ready_to_go": 1, "shipped": 2, "refunding": 1,
    }  # fmt: skip
    assert found["steps"] == {
        "new": 1, "held": 1, "ready": 2, "waved": 1, "picking": 1, "short": 1, "picked": 1, "packed": 1, "shipped": 2,
    }  # fmt: skip


def test_what_is_ready_for_a_wave_can_be_chosen_by_carrier_shop_and_promise(day):
    for hours in (1, 1, 5):
        day.order(hours=hours)
    day.order(carrier="sf")
    found = picture(day)["ready"]
    assert found["orders"] == 4
    assert found["carriers"] == [
        {"code": "own_fleet", "name": "Own fleet", "orders": 3},
        {"code": "sf", "name": "sf", "orders": 1},
    ]
    assert {shop["code"]: shop["orders"] for shop in found["shops"]} == {"tea": 2, "toy": 2}
    assert [each["orders"] for each in found["promises"]] == [2, 3, 4]
    assert found["promises"][-1]["before"] == (day.at + timedelta(hours=5)).isoformat()


def test_people_show_what_they_do_and_where(day):
    orders = [day.order(2, processing="picking") for _ in range(2)]
    wave = day.wave(orders)
    anna = day.person("Anna", seen=day.ago(minutes=20))
    day.task(wave, orders, status="picking", person=anna, done=2, cart=day.cart("C1"))
    day.person("Idle", seen=day.ago(minutes=2))
    day.person("Gone")
    day.person("Sue", posts=("supervisor", "picker"), seen=day.at)
    packer = day.person("Pia", posts=("packer",), station=day.table, seen=day.ago(minutes=1))
    day.parcel(day.order(1, processing="packed"), person=packer)
    day.parcel(day.order(1, processing="picked"), person=packer, status="open", waybill=None, job=None)
    shown = picture(day)
    people = {each["name"]: each for each in shown["people"]}
    doing = {name: each["doing"] for name, each in people.items()}
    assert doing == {"Anna": "picking", "Idle": "idle", "Pia": "packing"}
    anna = people["Anna"]
    assert (anna["task"]["done"], anna["task"]["total"], anna["cart"], anna["lines_hour"]) == (2, 4, "C1", 2)
    assert anna["connected"], "a scan a minute ago counts, though the session was noted long ago"
    assert (people["Pia"]["parcels_hour"], people["Pia"]["station"]) == (1, "PACK-1")
    walk = shown["walks"][0]
    assert walk["at"] == anna["last"]
    assert walk["at"]["code"] != walk["next"]["code"]
    assert shown["carts"] == {"in_use": 1, "total": 1, "totes": 2}


def test_remaining_work_lies_where_the_open_lines_are(day):
    orders = [day.order(4, processing="picking")]
    day.task(day.wave(orders), orders, status="picking", person=day.person("Anna"), done=1)
    work = picture(day)["work"]
    assert sum(cell[3] for cell in work) == 3
    assert sum(cell[4] for cell in work) == 6
    faces = {tuple(face[:3]) for face in service.floor_plan(day.house.id)["faces"]}
    assert {tuple(cell[:3]) for cell in work} <= faces
    assert len(faces) == 10 * 20 * 2
    assert min(face[2] for face in faces) + BAY_MM in {face[2] for face in faces}


def stuck(day):
    return {each["kind"] + ":" + each["reason"]: each for each in picture(day)["stuck"]}


def test_held_and_short_orders_come_with_the_action_that_solves_them(day):
    held = day.order(confirmation="held", hold_reason="unpaid")
    short = [day.order(2, processing="short")]
    day.task(day.wave(short), short, status="picked", person=day.person("Anna"), done=1, short=[1])
    found = stuck(day)
    audit = {"name": "audit", "command": "order.audit", "body": {"order_id": held.id}}
    assert found["held:unpaid"]["actions"] == [audit]
    missing = found["short:missing"]
    assert {action["body"]["how"] for action in missing["actions"]} == {"pick_again", "ship_without"}
    assert (missing["order"], missing["detail"]["person"]) == (short[0].number, "Anna")


@pytest.mark.parametrize(
    ("waybill", "job", "found", "actions"),
    [
        ("issued", "confirmed", None, []),
        ("issued", "sent", None, []),
        ("issued", "uncertain", "label:uncertain", ["came_out", "did_not"]),
        ("issued", "failed", "label:failed", ["reprint"]),
        ("issued", "blocked", "label:waiting", []),
        ("issued", "queued", "label:waiting", []),
        ("issued", None, "label:not_asked", []),
        ("asked", None, "label:no_waybill", []),
        (None, None, "label:no_waybill", []),
    ],
)
def test_packed_but_without_a_label_that_is_surely_on_it(day, waybill, job, found, actions):
    order = day.order(1, processing="packed")
    day.parcel(order, person=day.person("Pia"), waybill=waybill, job=job)
    shown = stuck(day)
    assert list(shown) == ([found] if found else [])
    if found:
        assert [action["name"] for action in shown[found]["actions"]] == actions


def test_a_newer_copy_settles_an_older_one_that_failed(day):
    from wms.printing.models import PrintJob

    parcel = day.parcel(day.order(1, processing="packed"), person=day.person("Pia"), job="failed")
    day.add(
        PrintJob(
            warehouse_id=day.house.id, station_id=day.table.id, document="waybill", document_id=parcel.id, copy=2,
            media="100x180", data={}, status="confirmed", asked_at=day.at,
        )
    )  # fmt: skip
    assert not stuck(day)


def test_walks_that_stand_still_are_stuck(day):
    orders = [day.order(2, processing="picking") for _ in range(3)]
    wave = day.wave(orders)
    anna, ben = day.person("Anna"), day.person("Ben")
    day.task(wave, orders[:1], status="picking", person=anna, done=1, last=day.ago(minutes=11))
    day.task(wave, orders[1:2], status="picking", person=ben, done=1)
    day.task(wave, orders[2:], cart=day.cart("C1"))
    found = stuck(day)
    assert set(found) == {"walk:quiet", "walk:handed_back"}
    assert found["walk:quiet"]["detail"]["person"] == "Anna"


def test_printers_that_are_not_ready_are_named(day):
    assert picture(day)["printers"] == {"total": 1, "not_ready": [_blocked()]}


def _blocked():
    return {
        "code": "ZPL-1", "name": "Labels", "language": "zpl", "virtual": False, "status": "blocked",
        "reasons": ["paper_out"], "waiting": 0,
    }  # fmt: skip


def test_another_warehouse_sees_nothing_of_it(day):
    orders = [day.order(2, processing="picking")]
    day.task(day.wave(orders), orders, status="picking", person=day.person("Anna", seen=day.at), done=1)
    day.order(confirmation="held")
    shown = service.measure(day.house.id + 1)
    empty = {name: shown[name] for name in ("waves", "people", "walks", "stuck", "work")}
    assert empty == {name: [] for name in empty}
    assert set(shown["orders"]["steps"].values()) == {0}
    with pytest.raises(WmsError, match="not_found"):
        service.floor_plan(day.house.id + 1)
    with pytest.raises(WmsError, match="not_found"):
        service.order(day.house.id + 1, order_id=orders[0].id, code=None)
    with pytest.raises(WmsError, match="not_found"):
        service.wave(day.house.id + 1, 1)


def test_the_number_of_statements_does_not_grow_with_the_floor(day, statements):
    def spent():
        db.session.flush()
        before = len(statements)
        service.measure(day.house.id)
        return len(statements) - before

    orders = [day.order(2, processing="picking") for _ in range(2)]
    day.task(day.wave(orders), orders, status="picking", person=day.person("Anna", seen=day.at), done=1)
    few = spent()
    for n in range(5):
        more = [day.order(2, processing="picking") for _ in range(4)]
        day.task(day.wave(more), more, status="picking", person=day.person(f"B{n}", seen=day.at), done=2)
    assert spent() == few <= MOST_STATEMENTS


def test_snapshots_are_shared_for_a_moment_and_say_so(app, tx, monkeypatch):
    with tx():
        house = Day().house.id
    monkeypatch.setattr(service, "FRESH_SECONDS", 600)  # counting alone may take this machine longer than a moment
    with tx():
        first, again = service.snapshot(house), service.snapshot(house)
    assert (first["reused"], again["reused"]) == (False, True)
    assert first["at"] == again["at"]


def test_an_orders_story_is_found_by_any_of_its_numbers(day):
    order = day.order(2, processing="packed")
    anna, pia = day.person("Anna"), day.person("Pia")
    day.task(day.wave([order]), [order], status="picked", person=anna, done=2)
    day.parcel(order, person=pia)
    db.session.flush()
    story = service.order(day.house.id, order_id=order.id, code=None)
    assert [each["what"] for each in story["events"]] == [
        "placed", "waved", "released", "pack_started", "packed", "waybill", "label", "picked", "picked",
    ]  # fmt: skip
    assert {line["picked"] for line in story["lines"]} == {2}
    assert story["parcels"][0]["waybill"] == f"OF{order.id:08}"
    assert {each["who"] for each in story["events"] if each["what"] == "picked"} == {"Anna"}
    tote = db.session.query(Container.code).filter(Container.kind == "tote").scalar()
    for code in (order.number, f"P{order.id}", f"OF{order.id:08}", tote, " " + order.number):
        assert service.order(day.house.id, order_id=None, code=code)["id"] == order.id
    with pytest.raises(WmsError, match="not_found"):
        service.order(day.house.id, order_id=None, code="nothing")


def test_a_waves_story_names_its_carts_and_orders(day):
    orders = [day.order(2, processing="picking", hours=3), day.order(2, processing="picking", hours=1)]
    wave = day.wave(orders)
    day.task(wave, orders, status="picking", person=day.person("Anna"), done=1, cart=day.cart("C1"))
    db.session.flush()
    story = service.wave(day.house.id, wave.id)
    assert [each["number"] for each in story["orders"]] == [orders[1].number, orders[0].number]
    cart = story["carts"][0]
    assert (cart["person"], cart["cart"], cart["done"], cart["total"]) == ("Anna", "C1", 1, 4)


def test_why_an_order_is_held_is_said_in_the_readers_language(app, tx):
    with tx():
        day = Day()
        figures = {"paid": "5.00", "total": "9.00", "currency": "CNY"}
        held = day.order(confirmation="held", hold_reason="unpaid", hold_params=figures)
        house = day.house.id
    reader = Actor("Sue", house, frozenset({"supervisor"}), locale="zh_Hans")
    shown = answer("board.snapshot", {}, reader).body["data"]["stuck"][0]
    assert "5.00" in shown["text"]
    assert "付" in shown["text"]
    story = answer("board.order", {"order_id": held.id}, reader).body["data"]["order"]
    assert story["hold_text"] == shown["text"]


def test_only_supervisors_may_ask_and_bad_questions_are_refused(app, tx, supervisor):
    with tx():
        supervisor = Actor("Sue", Day().house.id, frozenset({"supervisor"}))
    assert answer("board.snapshot", {}, supervisor).status == 200
    assert answer("board.floor", {}, supervisor).status == 200
    picker = Actor("Anna", supervisor.warehouse_id, frozenset({"picker"}))
    for name, body in (("snapshot", {}), ("floor", {}), ("wave", {"wave_id": 1}), ("order", {"order_id": 1})):
        assert answer(f"board.{name}", body, picker).status == 403
    for body in ({}, {"order_id": 1, "code": "x"}, {"code": ""}, {"order_id": "x"}):
        assert answer("board.order", body, supervisor).status == 422
    assert answer("board.wave", {"wave_id": 99}, supervisor).status == 404
