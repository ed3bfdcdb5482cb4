"""What the desk asks about the stock: a search for anything, and single things with their stories."""
from __future__ import annotations

from datetime import timedelta

import inventory_house
import picking_floor as floor
import pytest

from wms.core.clock import fixed, now
from wms.core.transaction import transaction
from wms.insight import inventory_things
from wms.insight.inventory_time import first_move_since
from wms.stock import service as stock


@pytest.fixture
def house(app):
    return inventory_house.build()


@pytest.fixture
def ask(app, house):
    return inventory_house.asking(app, house.id)


@pytest.fixture
def outsider(app, house):
    return inventory_house.asking(app, inventory_house.stranger(), "admin")


def found(ask, q):
    return {group["kind"]: [item["code"] for item in group["items"]] for group in ask("search", q=q)["groups"]}


def receipt(warehouse_id, number):
    with transaction() as session:
        session.execute(
            floor.text(
                "INSERT INTO receipt (warehouse_id, number, kind, supplier, owner_id, status, blind, over_percent, "
                "note, created_at, short_reason) "
                "VALUES (:house, :number, 'asn', 'Lin', 1, 'expected', false, 0, '', now(), '')"
            ),
            {"house": warehouse_id, "number": number},
        )


# ---- search

def test_one_box_finds_anything(house, ask):
    floor.order(house, "O-77", {"S2": 1})
    barcode = inventory_house.value("SELECT code FROM barcode WHERE sku_id = :id", id=house.skus["S3"])
    assert found(ask, barcode) == {"sku": ["S3"]}
    assert found(ask, "thing 4") == {"sku": ["S4"]}, "part of a name, in any case"
    assert found(ask, "a2-1") == {"bin": ["A2-1"]}, "hands type lower case"
    assert found(ask, "FRE") == {"lot": ["FRESH"]}
    assert found(ask, "T12")["container"] == ["T12"]
    assert found(ask, "O-7") == {"order": ["O-77"]}
    receipt(house.id, "ASN-4711")
    assert found(ask, "asn-47") == {"receipt": ["ASN-4711"]}
    assert found(ask, "Sue") == {"person": ["Sue"]}
    assert found(ask, "ASN-7") == {"reference": ["ASN-7"]}
    move = inventory_house.value("SELECT max(id) FROM stock_move")
    assert str(move) in found(ask, str(move))["move"]
    assert found(ask, "nothing like it") == {}


def test_serial_numbers_are_found(house, ask):
    with transaction() as session:
        session.execute(
            floor.text(
                "INSERT INTO stock_serial (warehouse_id, sku_id, code, bin_id, container_id, lot, owner_id, condition, "
                "seen_at) VALUES (:house, :sku, 'SN-0042', :bin, 0, '', 1, 'good', now())"
            ),
            {"house": house.id, "sku": house.skus["S1"], "bin": house.bins["A1-1"]},
        )
    (group,) = ask("search", q="sn-00")["groups"]
    assert (group["kind"], group["items"][0]["code"], group["items"][0]["note"]) == ("serial", "SN-0042", "A1-1")
    shown = ask(f"serials/{group['items'][0]['id']}")
    assert (shown["bin"], shown["sku"], shown["owner"]) == ("A1-1", "S1", "house")


def test_a_label_leads_to_its_goods_and_its_lot(house, ask):
    with transaction() as session:
        session.execute(
            floor.text("INSERT INTO barcode (code, sku_id) VALUES ('6901234567892', :sku)"), {"sku": house.skus["S1"]}
        )
    assert found(ask, "010690123456789210FRESH") == {"sku": ["S1"], "lot": ["FRESH"]}
    assert found(ask, "(01)06901234567892") == {"sku": ["S1"]}


def test_signs_of_patterns_are_only_signs(house, ask):
    assert found(ask, "%") == {}
    assert found(ask, "_1") == {}


def test_a_kind_with_many_hits_says_that_there_are_more(house, ask):
    (group,) = [each for each in ask("search", q="A")["groups"] if each["kind"] == "bin"]
    assert (len(group["items"]), group["more"]) == (6, True)
    (group,) = [each for each in ask("search", q="A1-")["groups"] if each["kind"] == "bin"]
    assert (len(group["items"]), group["more"]) == (6, False)


def test_nothing_of_another_warehouse_is_found(house, outsider):
    floor.order(house, "O-77", {"S2": 1})
    receipt(house.id, "ASN-4711")
    move = inventory_house.value("SELECT max(id) FROM stock_move")
    for q in ("A1-1", "FRESH", "T9", "O-77", "Sue", "ASN-7", "ASN-4711", str(move)):
        assert set(found(outsider, q)) <= {"sku"}, q  # goods are everybody's


def test_nothing_of_another_warehouse_is_shown(house, outsider):
    number = floor.order(house, "O-77", {"S2": 1})
    lot = inventory_house.value("SELECT id FROM stock_lot WHERE code = 'FRESH'")
    move = inventory_house.value("SELECT max(id) FROM stock_move")
    for path in (
        f"bins/{house.bins['A1-1']}", f"containers/{house.totes['T9']}", f"lots/{lot}", f"moves/{move}",
        f"people/{house.boss.person_id}", f"orders/{number}",
    ):  # fmt: skip
        assert outsider(path, 404)["code"] == "core.not_found", path
    shown = outsider(f"skus/{house.skus['S1']}")
    assert (shown["totals"]["on_hand"], shown["holds"], shown["promises"]) == (0, [], [])
    assert outsider("balances")["items"] == outsider("moves")["items"] == outsider("floor")["bins"] == []
    assert outsider("balances", bin=house.bins["A1-1"])["items"] == []
    assert outsider("moves", bin=house.bins["A1-1"])["items"] == []
    assert outsider("balances/total")["rows"] == 0
    assert [one["name"] for one in outsider("choices")["people"]] == ["Asker"]


@pytest.mark.parametrize("post", ["picker", "packer"])
def test_who_works_on_the_floor_does_not_read_the_books(app, house, post):
    ask = inventory_house.asking(app, house.id, post)
    for path in ("search", "balances", "balances/total", "balances.csv", "moves", "floor", "skus/1"):
        assert ask(path, 403)["code"] == "core.not_allowed"


# ---- single things

def test_a_sku_tells_how_much_of_it_is_free_and_who_has_a_claim(house, ask):
    floor.order(house, "O1", {"S1": 4})
    floor.wave(house)
    floor.order(house, "O2", {"S1": 2})
    shown = ask(f"skus/{house.skus['S1']}")
    totals = shown["totals"]
    assert (totals["on_hand"], totals["damaged"], totals["held"], totals["promised"]) == (65, 3, 4, 6)
    free = "SELECT sum(on_hand - promised) FROM stock_level WHERE sku_id = :sku"
    assert totals["available"] == inventory_house.value(free, sku=house.skus["S1"])
    assert [(one["order_number"], one["qty"], one["bin"]) for one in shown["holds"]] == [("O1", 4, "A2-2")]
    assert {(one["order_number"], one["qty"]) for one in shown["promises"]} == {("O1", 4), ("O2", 2)}


def test_the_curve_of_a_sku_follows_what_came_and_went(house):
    sku = house.skus["S2"]
    with fixed(now() + timedelta(days=2)):
        with transaction():
            stock.receive(
                house.id, [stock.Goods(sku, house.bins["A1-2"], 8)], reference="ASN-8", actor_id=None
            )
        with transaction():
            days = inventory_things.curve(house.id, sku, 4)
    assert [(one["on_hand"], one["came"], one["went"]) for one in days][-3:] == [(50, 50, 0), (50, 0, 0), (58, 8, 0)]
    assert days[0]["on_hand"] == 0


def test_a_bin_tells_what_lies_in_it_against_what_may(house, ask):
    bin_id = house.bins["A2-1"]
    with transaction() as session:
        session.execute(floor.text("UPDATE sku SET length_mm = 100, width_mm = 100, height_mm = 100"))
        limits = "UPDATE bin SET capacity_ml = 10000, max_weight_g = 600 WHERE id = :id"
        session.execute(floor.text(limits), {"id": bin_id})
    shown = ask(f"bins/{bin_id}")
    totals = shown["totals"]
    assert (totals["on_hand"], totals["skus"], totals["volume_ml"], totals["weight_g"]) == (5, 1, 5000, 500)
    assert (shown["bin"]["capacity_ml"], shown["bin"]["max_weight_g"], shown["bin"]["zone"]) == (10000, 600, "Z")
    (row,) = ask("balances", bin=bin_id)["items"]
    assert (row["lot"]["code"], row["days_left"], row["on_hand"]) == ("OLD", -3, 5)


def test_a_move_tells_who_why_and_what_it_left_behind(house, ask):
    floor.order(house, "O1", {"S1": 4})
    floor.wave(house)
    ann = floor.person(house, "Ann")
    floor.pick_all(ann, floor.start(ann))
    (picked,) = ask("moves", reason="pick")["items"]
    with transaction():
        more = stock.Goods(house.skus["S1"], house.bins["A2-2"], 9, lot="FRESH", container_id=house.totes["T9"])
        stock.receive(house.id, [more], reference="late", actor_id=None)
    shown = ask(f"moves/{picked['id']}")
    assert shown["ends"]["from"] == {"before": 7, "after": 3}, "what came later does not count"
    assert (shown["ends"]["to"]["after"] - shown["ends"]["to"]["before"], shown["qty"]) == (4, 4)
    assert (shown["person"]["name"], shown["command"]["name"]) == ("Ann", "pick.confirm")
    received = ask(f"moves/{inventory_house.value('SELECT max(id) FROM stock_move')}")
    assert (received["ends"]["from"], received["ends"]["to"]) == (None, {"before": 3, "after": 12})


def test_lots_containers_and_people_have_stories(house, ask):
    lot = ask(f"lots/{inventory_house.value('SELECT id FROM stock_lot WHERE code = :c', c='FRESH')}")
    assert (lot["on_hand"], lot["days_left"], lot["sku"]) == (7, 20, "S1")
    box = ask(f"containers/{house.totes['T9']}")
    assert (box["bin"], box["kind"], box["children"]) == ("A2-2", "tote", [])
    assert [row["on_hand"] for row in ask("balances", container=house.totes["T9"])["items"]] == [7]
    person = ask(f"people/{house.boss.person_id}")
    assert (person["name"], person["posts"], person["done"]) == (
        "Sue", ["supervisor"], [{"reason": "receive", "moves": 3, "pieces": 15}],
    )  # fmt: skip
    assert len(ask("moves", person=house.boss.person_id)["items"]) == 3


def test_what_does_not_exist_is_not_found(house, ask):
    for kind in ("skus", "bins", "moves", "lots", "serials", "containers", "people", "orders"):
        assert ask(f"{kind}/987654321", 404)["code"] == "core.not_found", kind


def test_reasons_are_in_the_language_of_whoever_asks(app, house):
    ask = inventory_house.asking(app, house.id, "clerk", locale="zh_Hans")
    assert {one["reason_text"] for one in ask("moves")["items"]} == {"收货"}


def test_moments_are_found_among_the_moves(house):
    ids = []
    for hour in range(9):
        with fixed(now() + timedelta(days=1, hours=hour)), transaction():
            stock.receive(
                house.id, [stock.Goods(house.skus["S1"], house.bins["A1-1"], 1)], reference=f"h{hour}", actor_id=None
            )
        ids.append(inventory_house.value("SELECT max(id) FROM stock_move"))
    with transaction():
        start = now() + timedelta(days=1)
        assert [first_move_since(start + timedelta(hours=hour - 0.5)) for hour in range(9)] == ids
        assert first_move_since(start + timedelta(days=9)) == ids[-1] + 1
