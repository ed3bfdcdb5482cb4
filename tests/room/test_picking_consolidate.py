"""Zones that are picked at once: an order's totes meet at one station, and nothing is packed before all are there."""
from __future__ import annotations

import packing_floor as packing
import picking_floor as floor
import pytest
import relay_floor as relay
from picking_floor import ask, do, scans
from relay_floor import step, tasks, tote_of
from test_locks import deadlocks, meet
from test_wave_life import put_all_back, told


@pytest.fixture
def house(app):
    house = relay.build()
    floor.order(house, "O1", {"S1": 2, "S7": 1})
    floor.order(house, "O2", {"S8": 3, "S2": 1})
    return house


@pytest.fixture
def anna(house):
    return relay.picker(house, "Anna", "A")


@pytest.fixture
def bert(house):
    return relay.picker(house, "Bert", "B")


@pytest.fixture
def pat(house):
    return packing.packer(house)


@pytest.fixture
def both(house, anna, bert):
    """Anna and Bert are on their way at the same time, each with a cart of their own."""
    floor.wave(house, method="consolidate")
    return floor.start(anna, "C1", 1), floor.start(bert, "C2", 11)


def of(task, sku):
    return next(line for line in task["lines"] if line["sku"]["code"] == sku)


def test_totes_meet_at_the_station_of_the_first(house, anna, bert, pat, both):
    at_a, at_b = both
    assert tasks("status") == [(1, "A", "picking"), (2, "B", "picking")]
    done = floor.pick_all(anna, at_a)
    assert (done["data"]["zone"], step("O1")) == (None, "picking")
    tote_a, tote_b = tote_of("O1")
    reply = do(pat, "pack.open", code=tote_a)
    assert (reply["next"], reply["message"]["code"]) == ("pack_home", "packing.tote_waits")
    assert "zone B (Bert picks it with cart C2, 1 to go)" in reply["message"]["text"]
    assert [one["order"] for one in reply["data"]["gathering"]] == ["O1"]
    assert packing.refused(pat, "pack.open", code=tote_b) == "packing.still_picking"
    floor.pick_all(bert, at_b)
    assert (step("O1"), step("O2")) == ("picked", "picked")
    shown = do(pat, "pack.state")["data"]
    assert shown["gathering"][0]["missing"] == f"tote {tote_b} (zone B, picked by Bert on cart C2)"
    assert {tote["tote"] for tote in shown["waiting_totes"]} == {tote_b, *tote_of("O2")}
    other = packing.packer(house, "Kim", "PACK-2")
    assert tote_b not in {tote["tote"] for tote in do(other, "pack.state")["data"]["waiting_totes"]}
    assert packing.refused(other, "pack.open", code=tote_b) == "packing.gathers_elsewhere"
    parcel = packing.packed(pat, tote_b)
    assert parcel["number"]
    assert floor.value("SELECT sum(qty) FROM parcel_line") == 3
    assert floor.value("SELECT count(*) FROM pick_tote s JOIN sales_order o ON o.id = s.order_id AND o.number = 'O1' "
                       "WHERE s.in_use") == 0  # fmt: skip
    assert do(pat, "pack.state")["data"]["gathering"] == []
    floor.proved()


def test_the_parcel_names_all_its_totes(house, anna, bert, pat, both):
    for picker, task in zip((anna, bert), both, strict=True):
        floor.pick_all(picker, task)
    first, second = tote_of("O2")
    do(pat, "pack.open", code=second)
    parcel = do(pat, "pack.open", code=first)["data"]["parcel"]
    assert sorted(parcel["totes"]) == sorted([first, second])
    assert {line["sku"]["code"] for line in parcel["lines"]} == {"S8", "S2"}
    assert do(pat, "pack.open", code=second)["data"]["parcel"]["id"] == parcel["id"]


def test_of_two_last_lines_at_the_same_moment_one_is_the_last(app, house, anna, bert, both):
    at_a, at_b = both
    act = [lambda: do(anna, "pick.confirm", **scans(at_a, of(at_a, "S1"))),
           lambda: do(bert, "pick.confirm", **scans(at_b, of(at_b, "S7")))]  # fmt: skip
    done = meet(app, "SELECT 1 FROM sales_order WHERE number = 'O1' FOR UPDATE", *act)
    assert [reply["ok"] for reply in done] == [True, True]
    assert (step("O1"), deadlocks()) == ("picked", 0)


def test_missing_in_two_zones_at_the_same_moment_it_is_short_once(app, house, anna, bert, both):
    at_a, at_b = both

    def missing(picker, task, sku):
        return lambda: ask(picker, "pick.short", task_id=task["id"], line_id=of(task, sku)["id"], reason="missing")

    act = [missing(anna, at_a, "S1"), missing(bert, at_b, "S7")]
    replies = meet(app, "SELECT 1 FROM pick_task FOR UPDATE", *act)
    assert [reply["message"]["code"] for reply in replies] == ["picking.short_noted", "picking.line_gone"]
    assert (step("O1"), step("O2"), deadlocks()) == ("short", "waved", 0)


def test_a_short_pick_stops_the_order_in_the_other_zones(house, anna, bert, pat, both):
    at_a, at_b = both
    do(bert, "pick.confirm", **scans(at_b, of(at_b, "S7")))
    do(anna, "pick.short", task_id=at_a["id"], line_id=of(at_a, "S2")["id"], reason="missing")
    assert (step("O2"), told(bert)) == ("short", ["short"])
    assert do(bert, "pick.task")["next"] == "home"
    assert tasks("status")[1] == (2, "B", "picked")
    floor.pick_all(anna, {**at_a, "lines": [of(at_a, "S1")]})
    assert step("O1") == "picked"
    floor.proved()


def test_what_is_picked_again_comes_in_the_tote_that_was_there(house, anna, bert, pat, both):
    at_a, at_b = both
    do(anna, "pick.confirm", **scans(at_a, of(at_a, "S2")))
    with floor.transaction():
        goods = [floor.stock.Goods(house.skus["S8"], house.bins["A2-6"], 5)]
        floor.stock.receive(house.id, goods, reference="MORE", actor_id=None)
    do(bert, "pick.short", task_id=at_b["id"], line_id=of(at_b, "S8")["id"], reason="missing")
    do(house.boss, "order.resolve_short", order_id=house.orders["O2"], how="pick_again")
    task = do(bert, "pick.task")["data"]["task"]
    floor.pick_all(bert, task)
    assert (step("O2"), len(tote_of("O2"))) == ("picked", 2)
    floor.proved()


def test_a_stopped_order_goes_back_out_of_each_of_its_totes(house, anna, bert, both):
    for picker, task in zip((anna, bert), both, strict=True):
        floor.pick_all(picker, task)
    totes = tote_of("O1")
    do(house.boss, "order.intercept", order_id=house.orders["O1"], want="cancel", why="fraud?")
    for tote in totes:
        put_all_back(house.boss, tote)
    assert floor.value("SELECT confirmation FROM sales_order WHERE number = 'O1'") == "cancelled"
    floor.proved()


def test_a_supervisor_may_pack_at_another_station(house, anna, bert, pat, both):
    for picker, task in zip((anna, bert), both, strict=True):
        floor.pick_all(picker, task)
    first, second = tote_of("O1")
    do(pat, "pack.open", code=first)
    boss = packing.packer(house, "Max", "PACK-2", "packer", "supervisor")
    assert "at Table PACK-1" in do(boss, "pack.open", code=second)["message"]["text"]
    assert do(boss, "pack.open", code=first)["next"] == "pack_verify"
