"""Moving by hand and looking up, over the door that terminals use."""
from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
import stock_floor as floor
from stock_floor import on_hand, proved, receive

from wms.catalog.models import Barcode, Packaging
from wms.core.scan import answer
from wms.core.transaction import transaction
from wms.stock import service


@pytest.fixture
def house(app):
    house = floor.build()
    with transaction() as session:
        pack = Packaging(sku_id=house.skus["S1"], code="CASE", qty=6)
        session.add(pack)
        session.flush()
        session.add_all([
            Barcode(code="6900000000011", sku_id=house.skus["S1"]),
            Barcode(code="CASE-OF-6", sku_id=house.skus["S1"], packaging_id=pack.id),
        ])  # fmt: skip
    receive(
        house, house.goods("S1", "B1", 30), house.goods("S2", "B1", 5, lot="A"), house.goods("S2", "B1", 4, lot="B"),
        house.goods("SER", "B1", 2, serials=("N1", "N2")),
    )  # fmt: skip
    return house


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna", "receiver")


def ask(actor, name, **body):
    return answer(name, {"command_id": str(uuid.uuid4()), **body}, actor).body


def do(actor, name, **body):
    reply = ask(actor, name, **body)
    assert reply["ok"], reply["message"]
    return reply


def refused(actor, name, **body):
    before = floor.everything()
    reply = ask(actor, name, **body)
    assert not reply["ok"], reply
    assert floor.everything() == before
    assert "{" not in reply["message"]["text"]
    return reply["message"]["code"]


def scan(actor, *codes):
    return [do(actor, "move.scan", code=code) for code in codes][-1]


def test_goods_are_moved_scan_by_scan(house, anna):
    assert do(anna, "move.state")["next"] == "move_from"
    shown = scan(anna, "B1")
    assert (shown["next"], shown["data"]["bin"]["code"], shown["data"]["lines"]) == ("move_hand", "B1", [])
    (line,) = scan(anna, "6900000000011", "CASE-OF-6")["data"]["lines"]
    assert (line["sku"]["code"], line["qty"], line["free"]) == ("S1", 7, 30)
    assert do(anna, "move.quantity", qty=9)["data"]["pieces"] == 9
    assert on_hand(house, "S1", "B1") == 30  # in hand is not moved yet
    done = scan(anna, "B2")
    assert (done["next"], done["message"]["code"]) == ("move_from", "stock.put_down")
    assert (on_hand(house, "S1", "B1"), on_hand(house, "S1", "B2")) == (21, 9)
    by_anna = "SELECT count(*) FROM stock_move WHERE reason = 'move' AND command_id IS NOT NULL AND actor_id = :anna"
    assert floor.value(by_anna, anna=anna.person_id) == 1
    proved()


def test_another_device_goes_on_with_what_is_in_hand(house, anna):
    scan(anna, "B1", "S1")
    assert do(anna, "move.state")["data"]["lines"][0]["qty"] == 1
    assert do(anna, "move.drop")["next"] == "move_from"
    assert on_hand(house, "S1", "B1") == 30


def test_the_lot_is_asked_for_where_there_are_several(house, anna):
    asked = scan(anna, "B1", "S2")
    assert (asked["next"], [each["lot"] for each in asked["data"]["choices"]]) == ("move_choose", ["A", "B"])
    shown = do(anna, "move.choose", balance_id=asked["data"]["choices"][1]["balance_id"])
    assert [(each["lot"], each["qty"]) for each in shown["data"]["lines"]] == [("B", 1)]
    assert scan(anna, "S2")["data"]["lines"][0]["qty"] == 2  # the lot is known now
    scan(anna, "B2")
    assert on_hand(house, "S2", "B2", lot="B") == 2
    gone = asked["data"]["choices"][0]["balance_id"]
    assert refused(anna, "move.choose", balance_id=gone) == "stock.nothing_to_choose"
    proved()


def test_pieces_with_numbers_are_scanned_one_by_one(house, anna):
    scan(anna, "B1")
    assert refused(anna, "move.scan", code="SER") == "stock.scan_serial"
    scan(anna, "N1")
    assert refused(anna, "move.scan", code="N1") == "stock.serial_twice"
    assert refused(anna, "move.quantity", qty=2) == "stock.serials_count"
    assert scan(anna, "N2", "B2")["message"]["params"]["qty"] == 2
    assert floor.value("SELECT count(*) FROM stock_serial WHERE bin_id = :bin", bin=house.bins["B2"]) == 2
    proved()


def test_a_pallet_is_taken_up_whole_and_goods_go_into_one(house, anna):
    with transaction():
        pallet = service.ensure_container(house.id, "P1", "pallet")
        tote = service.ensure_container(house.id, "T1", "tote")
    receive(house, house.goods("S3", "RECEIVE", 7, container_id=pallet))
    shown = scan(anna, "P1")
    assert (shown["data"]["container"]["code"], shown["data"]["pieces"]) == ("P1", 7)
    assert refused(anna, "move.scan", code="S1") == "stock.whole_in_hand"
    assert scan(anna, "BULK1")["message"]["params"] == {"qty": 7, "where": "BULK1"}
    scan(anna, "B1", "S1")
    assert refused(anna, "move.scan", code="T1") == "stock.container_nowhere"
    assert scan(anna, "P1")["message"]["params"] == {"qty": 1, "where": "P1"}
    assert on_hand(house, "S1", "BULK1", container_id=pallet) == 1
    scan(anna, "T1", "P1")  # an empty tote, onto the pallet
    with transaction():
        assert service.tree(pallet) == sorted([pallet, tote])
    scan(anna, "P1")
    assert refused(anna, "move.scan", code="T1") == "stock.container_in_itself"
    proved()


def test_scans_that_make_no_sense_are_refused(house, anna):
    assert refused(anna, "move.scan", code="S1") == "stock.bin_first"
    assert refused(anna, "move.scan", code="PACKED") == "stock.not_by_hand"
    assert refused(anna, "move.quantity", qty=1) == "stock.nothing_in_hand"
    assert refused(anna, "move.scan", code="no such thing") == "catalog.unknown_code"
    scan(anna, "B1")
    assert refused(anna, "move.scan", code="S3") == "stock.none_here"
    scan(anna, "S1")
    for qty in (0, -1, 10**12):
        assert refused(anna, "move.quantity", qty=qty) == "stock.bad_quantity"
    assert refused(anna, "move.quantity", qty=31) == "stock.not_enough"
    assert refused(anna, "move.scan", code="SHUT") == "stock.bin_blocked"
    do(anna, "move.quantity", qty=4)
    assert refused(anna, "move.scan", code="SMALL") == "stock.bin_full"
    assert do(anna, "move.state")["data"]["pieces"] == 4  # still in hand
    assert refused(anna, "move.scan", code="B1") == "stock.same_place"


def test_two_people_have_the_same_pieces_in_hand_and_one_puts_them_down(house, anna):
    bert = floor.person(house, "Bert", "picker")
    for someone in (anna, bert):
        scan(someone, "B1", "S1")
        do(someone, "move.quantity", qty=30)
    scan(anna, "B2")
    assert refused(bert, "move.scan", code="B2") == "stock.not_enough"
    proved()


def test_anything_can_be_looked_up(house, anna):
    with transaction():
        pallet = service.ensure_container(house.id, "P1", "pallet")
    receive(house, house.goods("S1", "BULK1", 7, container_id=pallet))

    def look(code):
        reply = do(anna, "lookup.scan", code=code)
        assert reply["next"] == "lookup_show"
        return reply["data"]

    sku = look("6900000000011")
    assert (sku["kind"], sku["title"], sku["pieces"]) == ("sku", "Thing S1", 37)
    assert [(each["bin"], each["qty"], each["container"]) for each in sku["places"]] == [
        ("B1", 30, None), ("BULK1", 7, "P1"),
    ]  # fmt: skip
    assert look("CASE-OF-6")["facts"]["pack"] == 6
    assert look("B1")["pieces"] == 41
    box = look("P1")
    assert (box["kind"], box["facts"]["stands"], box["pieces"]) == ("container", "BULK1", 7)
    assert look("A")["pieces"] == 5
    piece = look("N1")
    assert (piece["kind"], piece["facts"]["stands"]) == ("serial", "B1")
    assert look("B-Anna")["kind"] == "person"
    assert refused(anna, "lookup.scan", code="no such thing") == "catalog.unknown_code"


def test_programs_do_not_carry_goods(house, anna):
    assert refused(replace(anna, person_id=None), "move.scan", code="B1") == "stock.person_needed"
