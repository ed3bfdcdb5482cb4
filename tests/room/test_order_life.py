"""What an order's page says of it: the first thing in its way at every step, and its whole life in one line of time."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
from picking_floor import do
from print_table import add_printer
from sqlalchemy import text

from wms.core.transaction import transaction
from wms.insight import life, service, stands
from wms.orders import bulk


@pytest.fixture
def house(app):
    return floor.build()


def stand(house, number, locale="en"):
    with transaction():
        return stands.standing(house.id, house.orders[number], locale)


def step(house, number):
    """(stage, code) and the commands that are offered."""
    found = stand(house, number)
    return (found["stage"], found["code"], [each["name"] for each in found["actions"]]) if found else None


def printer(packer):
    with transaction() as session:
        add_printer(session, packer.station_id, "Z1", "zpl", 9, ("waybill", "100x180"))


def run(sql, **params):
    with transaction() as session:
        session.execute(text(sql), params)


def test_what_is_in_the_way_from_audit_to_truck(house):
    floor.order(house, "O1", {"S1": 2})
    run("UPDATE sales_order SET confirmation = 'held', hold_reason = 'unpaid', hold_params = '{}'")
    assert step(house, "O1") == ("audit", "held", ["audit"])
    run("UPDATE sales_order SET hold_reason = 'stock_short'")
    assert step(house, "O1")[0] == "stock"
    run("UPDATE sales_order SET confirmation = 'confirmed', hold_reason = NULL")
    assert step(house, "O1") == ("wave", "no_rules", [])
    do(house.boss, "order.intercept", order_id=house.orders["O1"], want="hold", why="asked")
    assert step(house, "O1") == ("audit", "intercepted", ["let_on"])
    do(house.boss, "order.let_on", order_id=house.orders["O1"])
    made = do(house.boss, "wave.build", max_orders=9, totes_per_cart=4)["data"]["wave"]
    assert step(house, "O1") == ("wave", "wave_planned", ["release"])
    do(house.boss, "wave.release", wave_id=made["id"])
    assert step(house, "O1")[:2] == ("pick", "wave_released")
    anna = floor.person(house, "Anna")
    task = floor.start(anna)
    floor.pick_all(anna, task)
    found = stand(house, "O1")
    assert (found["stage"], found["code"]) == ("pack", "picked")
    tote = task["slots"][0]["tote"]
    assert [tote in found[name] for name in ("text", "todo")] == [True, True]

    pat = tables.packer(house)
    printer(pat)
    parcel = tables.opened(pat, tote)
    assert step(house, "O1")[:2] == ("pack", "packing")
    run("INSERT INTO parcel_trouble (parcel_id, station_id, reason, note, at) SELECT id, station_id, 'damaged', "
        "'<b>cup</b>', now() FROM parcel")  # fmt: skip
    found = stand(house, "O1", "zh_Hans")
    assert (found["code"], "商品破损" in found["text"], "<b>cup</b>" in found["text"]) == ("put_aside", True, True)
    run("UPDATE parcel_trouble SET ended_at = now()")
    tables.packed(pat, tote)
    ways = {
        "queued": ("printer", "label_waits", []), "uncertain": ("printer", "label_doubt", ["came_out", "did_not"]),
        "failed": ("printer", "label_lost", ["reprint"]), "blocked": ("printer", "label_blocked", []),
        "confirmed": ("truck", "to_load", []),
    }  # fmt: skip
    for status, wanted in ways.items():
        run("UPDATE print_job SET status = :status WHERE document = 'waybill'", status=status)
        assert step(house, "O1") == wanted, status
    run("UPDATE waybill SET status = 'asked', number = NULL, trouble = 'A1005 busy'")
    assert "A1005 busy" in stand(house, "O1")["text"]
    run("UPDATE sales_order SET shipping = 'shipped'")
    assert step(house, "O1") is None
    assert parcel["id"]


def test_the_whole_life_in_one_line_of_time(house):
    tote = tables.picked(house, {"O1": {"S1": 2}})["O1"]
    clerk = floor.person(house, "Cleo", "clerk")
    with transaction():
        seen = bulk.begin(clerk, "remark", {"text": "<i>careful</i>"}, [house.orders["O1"]])
        bulk.go(clerk.warehouse_id, seen.id)
    pat = tables.packer(house)
    printer(pat)
    tables.packed(pat, tote)
    with transaction():
        story = service.order(house.id, order_id=house.orders["O1"], code=None)
        told = life.whole(story, "en")["events"]
    assert [each["at"] for each in told] == sorted(each["at"] for each in told)
    whats = {each["what"] for each in told}
    wanted = {"placed", "waved", "released", "picked", "said", "verified", "weighed", "packed", "waybill", "label"}
    assert wanted <= whats
    assert {each["kind"] for each in told} == {"shop", "wave", "pick", "office", "pack", "label"}
    (said,) = [each for each in told if each["what"] == "said"]
    assert (said["who"], "<i>careful</i>" in said["detail"]["text"]) == ("Cleo", True)
    (verified,) = [each for each in told if each["what"] == "verified"]
    assert (verified["who"], verified["detail"]["qty"]) == ("Pat", 2)
