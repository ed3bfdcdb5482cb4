"""What the board tells of waves on their way: cut-offs, crews, zones that starve, lines and totes that wait."""
from __future__ import annotations

from datetime import timedelta

import pytest
from insight_floor import Day
from sqlalchemy import text, update

from wms.core import clock
from wms.core.db import db
from wms.core.transaction import transaction
from wms.insight import service
from wms.picking import service as picking
from wms.picking.models import PickLine, PutBack
from wms.picking.tasks import note_places


@pytest.fixture
def day(app):
    with transaction():
        yield Day()


def picture(day):
    db.session.flush()
    with clock.fixed(day.at):
        return service.measure(day.house.id)


def test_a_wave_is_measured_against_its_cut_off(day):
    orders = [day.order(4, processing="picking", hours=5)]
    wave = day.wave(orders, cutoff_at=day.at + timedelta(minutes=2))
    day.task(wave, orders, status="picking", person=day.person("Anna", seen=day.at), done=2)
    card = picture(day)["waves"][0]
    assert (card["due_at"], card["risk"]) == (wave.cutoff_at.isoformat(), "tight")
    wave.cutoff_at = day.at + timedelta(hours=9)
    card = picture(day)["waves"][0]
    assert (card["due_at"], card["risk"]) == (card["promised_at"], "on_time")


def test_a_wave_without_a_scan_goes_at_the_pace_of_its_crew(day):
    anna = day.person("Anna", seen=day.at)
    done = [day.order(6, processing="picked")]
    day.task(day.wave(done, finished_at=day.at), done, status="picked", person=anna, done=6)
    orders = [day.order(3, processing="waved")]
    day.task(day.wave(orders), orders, status="assigned", person=anna)
    card = picture(day)["waves"][-1]
    assert card["rate"] == 6
    assert card["eta"] == (day.at + timedelta(minutes=30)).isoformat()


def test_a_zone_with_work_and_nobody_on_the_way_starves(day):
    first, second = [day.order(12, processing="waved")], [day.order(1, processing="waved")]
    wave = day.wave([*first, *second])
    day.task(wave, first)
    busy = day.task(wave, second, status="picking", person=day.person("Anna", seen=day.at))
    note_places(wave_id=wave.id)
    there = db.session.execute(text("SELECT zone_ids FROM pick_task WHERE id = :id"), {"id": busy.id}).scalar()
    codes = {zone.id: zone.code for zone in day.zones}
    found = {each["code"]: each for each in picture(day)["zones"]}
    assert sum(each["lines"] for each in found.values()) == 13
    assert {code for code, each in found.items() if not each["starves"]} == {codes[each] for each in there}
    wave.paused_at = day.at
    assert picture(day)["zones"] == []


def test_lines_that_wait_for_goods_and_totes_that_nobody_puts_back_are_stuck(day):
    orders = [day.order(2, processing="picking")]
    task = day.task(day.wave(orders), orders, status="picking", person=day.person("Anna", seen=day.at), done=1)
    db.session.execute(update(PickLine).where(PickLine.status == "open").values(awaits=True))
    tote = db.session.execute(text("SELECT container_id FROM pick_tote WHERE task_id = :id"), {"id": task.id}).scalar()
    day.add(
        PutBack(
            warehouse_id=day.house.id, order_id=orders[0].id, container_id=tote, bin_id=day.stage.id, why="pulled",
            asked_at=day.ago(minutes=11),
        )
    )  # fmt: skip
    found = {each["kind"]: each for each in picture(day)["stuck"]}
    assert found["line"]["detail"]["person"] == "Anna"
    assert (found["put_back"]["reason"], found["put_back"]["detail"]["tote"]) == ("pulled", f"T{task.id}-1")


def test_a_stopped_order_is_held_with_the_action_that_lets_it_go_on(day):
    order = day.order(1)
    picking.intercept(day.house.id, order.id, wanted="hold", why="fraud?", by="Sue", by_id=None)
    (item,) = picture(day)["stuck"]
    assert item["actions"] == [{"name": "let_on", "command": "order.let_on", "body": {"order_id": order.id}}]


def test_a_waves_story_tells_which_orders_are_still_in_it(day):
    orders = [day.order(1, processing="waved") for _ in range(2)]
    wave = day.wave(orders)
    db.session.execute(text("UPDATE wave_order SET active = false WHERE order_id = :id"), {"id": orders[0].id})
    db.session.flush()
    story = service.wave(day.house.id, wave.id)
    assert {each["number"]: each["active"] for each in story["orders"]} == {
        orders[0].number: False, orders[1].number: True
    }  # fmt: skip
    assert (story["people"], story["paused_at"]) == ([], None)
