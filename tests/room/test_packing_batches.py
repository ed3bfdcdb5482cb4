"""Single-item orders: picked in bulk, and each scan at the station is a parcel."""
from __future__ import annotations

import uuid

import packing_floor as tables
import picking_floor as floor
import pytest
import wall_floor as wall
from packing_floor import refused
from picking_floor import do
from wall_floor import lies, processing


@pytest.fixture
def house(app):
    return wall.build()


@pytest.fixture
def pat(house):
    return tables.packer(house)


@pytest.fixture
def tote(house):
    wall.picked(house, {"O1": {"S1": 1}, "O2": {"S1": 1}, "O3": {"S2": 1}}, "single")
    return "T1"


def stop_order(number):
    with floor.transaction() as session:
        session.execute(
            floor.text("UPDATE sales_order SET confirmation = 'held' WHERE number = :number"), {"number": number}
        )


def test_only_orders_of_one_piece_go_into_such_a_wave(house):
    for number, lines in {"O1": {"S1": 1}, "O2": {"S1": 2}, "O3": {"S1": 1, "S2": 1}}.items():
        floor.order(house, number, lines)
    asked = {"max_orders": 9, "totes_per_cart": 9, "method": "single"}
    seen = do(house.boss, "wave.preview", **asked)["data"]
    assert (seen["orders"], seen["left_out"]) == (1, [{"reason": "not_single", "count": 2}])


def test_each_scan_packs_the_order_that_is_promised_first(house, pat, tote):
    assert [processing(number) for number in ("O1", "O2", "O3")] == ["picked"] * 3
    assert [each["tote"] for each in do(pat, "batch.state")["data"]["waiting_batches"]] == [tote]
    opened = do(pat, "batch.open", code=tote)
    assert (opened["next"], opened["data"]["batch"]["left"], opened["data"]["batch"]["pieces"]) == ("pack_single", 3, 3)
    first = do(pat, "batch.item", code="6900001")
    assert (first["data"]["packed"]["order"], first["data"]["batch"]["left"]) == ("O1", 2)
    assert (processing("O1"), processing("O2"), lies(tote)) == ("packed", "picked", 2)
    assert do(pat, "batch.state")["next"] == "pack_single"  # a page that comes back goes on with the same tote
    assert do(pat, "batch.item", code="S1")["data"]["packed"]["order"] == "O2"
    last = do(pat, "batch.item", code="S2")
    assert (last["data"]["packed"]["order"], last["next"], last["data"]["batch"]) == ("O3", "pack_home", None)
    parcels = floor.value("SELECT array_agg(status || verified || '/' || qty ORDER BY p.id) FROM parcel p "
                          "JOIN parcel_line l ON l.parcel_id = p.id")  # fmt: skip
    assert parcels == ["closed1/1"] * 3
    assert floor.value("SELECT count(*) FROM waybill") == 3
    assert floor.value("SELECT count(*) FROM pick_tote WHERE in_use") == 0
    assert floor.value("SELECT min(weight_g) FROM parcel") > 100
    floor.proved()


def test_a_scan_that_comes_twice_prints_once(house, pat, tote):
    do(pat, "batch.open", code=tote)
    body = {"code": "S1", "command_id": str(uuid.uuid4())}
    do(pat, "batch.item", **body)
    before = tables.everything()
    assert do(pat, "batch.item", **body)["replayed"]
    assert tables.everything() == before


def test_what_is_wrong_is_refused_and_nothing_moves(house, pat, tote):
    assert refused(pat, "batch.item", code="S1") == "packing.no_batch"
    assert refused(pat, "batch.open", code="T9") == "picking.not_a_bulk_tote"
    assert refused(pat, "batch.open", code="A1-1") == "picking.not_a_tote.bin"
    do(pat, "batch.open", code=tote)
    assert refused(pat, "batch.item", code="S5") == "picking.sort_not_inside"
    assert refused(pat, "batch.item", code="nothing") == "picking.sort_unknown"
    nobody = floor.person(house, "Nobody", "packer")
    assert refused(nobody, "batch.open", code=tote) == "packing.no_station"
    wall.picked(house, {"W1O": {"S3": 2}}, "wall", "T2")
    assert refused(pat, "batch.open", code="T2") == "packing.for_the_wall"


def test_an_order_that_was_stopped_is_passed_over_and_its_piece_put_aside(house, pat, tote):
    stop_order("O1")
    do(pat, "batch.open", code=tote)
    assert do(pat, "batch.item", code="S1")["data"]["packed"]["order"] == "O2"
    aside = do(pat, "batch.item", code="S1")
    assert (aside["message"]["code"], aside["message"]["params"]["order"]) == ("packing.aside_stopped", "O1")
    assert (lies("PACK-1-ASIDE"), floor.value("SELECT count(*) FROM parcel")) == (1, 1)
    assert processing("O1") == "short"
    assert floor.value("SELECT confirmation FROM sales_order WHERE number = 'O1'") == "held"
    floor.proved()


def test_two_packers_with_one_tote_pack_two_orders(app, house, pat, tote):
    pam = tables.packer(house, "Pam", "PACK-2")
    for each in (pat, pam):
        do(each, "batch.open", code=tote)
    done = floor.at_once(app, *(lambda who=who: floor.ask(who, "batch.item", code="S1") for who in (pat, pam)))
    assert sorted(each["data"]["packed"]["order"] for each in done) == ["O1", "O2"]
    again = floor.at_once(app, *(lambda who=who: floor.ask(who, "batch.item", code="S2") for who in (pat, pam)))
    assert sorted(each["ok"] for each in again) == [False, True]
    assert floor.value("SELECT count(*) FROM parcel WHERE status = 'closed'") == 3
    floor.proved()


def test_a_piece_that_is_not_in_the_tote_leaves_its_order_short(house, pat, tote):
    do(pat, "batch.open", code=tote)
    do(pat, "batch.item", code="S1")
    reply = do(pat, "batch.empty")
    assert (reply["message"]["params"]["pieces"], reply["message"]["params"]["orders"]) == (2, "O2, O3")
    assert (processing("O2"), processing("O3"), reply["next"]) == ("short", "short", "pack_home")
    do(house.boss, "order.resolve_short", order_id=house.orders["O2"], how="pick_again")
    anna = floor.person(house, "Anna")
    wall.pick_all(anna, wall.start(anna, "C2"), "T3")
    do(pat, "batch.open", code="T3")
    assert do(pat, "batch.item", code="S1")["data"]["packed"]["order"] == "O2"
    floor.proved()


def test_a_tote_that_is_put_off_waits_for_another_table(house, pat, tote):
    do(pat, "batch.open", code=tote)
    assert do(pat, "batch.put_off")["next"] == "pack_home"
    pam = tables.packer(house, "Pam", "PACK-2")
    assert do(pam, "batch.open", code=tote)["data"]["batch"]["left"] == 3


def test_a_piece_with_a_number_is_asked_for_it_and_kept_with_its_parcel(house, pat):
    with floor.transaction() as session:
        session.execute(floor.text("UPDATE sku SET serial_tracking = 'ship' WHERE code = 'S4'"))
    wall.picked(house, {"O1": {"S4": 1}}, "single")
    do(pat, "batch.open", code="T1")
    asked = do(pat, "batch.item", code="S4")
    assert (asked["data"]["asks"]["what"], floor.value("SELECT count(*) FROM parcel")) == ("serial", 0)
    done = do(pat, "batch.item", code="S4", serial="SN-7")
    assert done["data"]["packed"]["order"] == "O1"
    assert floor.value("SELECT serial FROM parcel_trace") == "SN-7"
    floor.proved()
