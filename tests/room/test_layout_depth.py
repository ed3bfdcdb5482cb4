"""The layout as the desk changes it: racks, edits of many bins, kinds, codes, check digits; and every refusal."""
from __future__ import annotations

import threading
import uuid

import picking_floor as floor
import pytest
from import_samples import bring, counts, table, told
from sqlalchemy import text

from wms.access import service as access
from wms.access.models import Person
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.transaction import carry_out, transaction
from wms.layout import service
from wms.layout.models import Bin
from wms.layout.service import Which
from wms.stock import service as stock

RACK = {
    "zone": "N", "zone_name": "New", "zone_colour": "#112233", "aisle": 0, "sides": "LR", "from_mm": 0, "to_mm": 6_000,
    "bays": 2, "places": 1, "levels": 3, "pattern": "{zone}{aisle:02}-{bay:02}{side}{level}", "capacity_ml": 50_000,
    "max_skus": 1, "mix_lots": False, "velocity": "A",
}  # fmt: skip


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def desk(app, house):
    """`desk(method, path, body)` asks as the supervisor does; returns (status, JSON)."""
    with transaction() as session:
        sue = session.get_one(Person, house.boss.person_id)
        headers = {"Authorization": f"Bearer {access.open_session(sue, 'desk')}"}
    client = app.test_client()

    def ask(method, path, body=None, key=None):
        more = {"Idempotency-Key": key} if key else {}
        reply = client.open(f"/api/v1{path}", method=method, json=body, headers={**headers, **more})
        return reply.status_code, reply.json

    return ask


def layout():
    """Every bin and zone, to see that nothing changed."""
    db.session.remove()
    rows = db.session.execute(text("SELECT to_jsonb(b) FROM bin b ORDER BY id")).scalars().all()
    rows += db.session.execute(text("SELECT to_jsonb(z) FROM zone z ORDER BY id")).scalars().all()
    db.session.remove()
    return rows


def one(code):
    with transaction() as session:
        found = session.query(Bin).filter_by(code=code).one()
        session.expunge(found)
    return found


def refused(desk, method, path, body, code):
    """Refused with this code, in words without gaps, and nothing changed."""
    before = layout()
    status, reply = desk(method, path, body)
    assert (reply.get("code"), status >= 400) == (code, True), reply
    assert "{" not in reply["detail"] or "pattern" in code, reply["detail"]
    assert layout() == before


# ---- racks

def test_a_rack_is_previewed_and_then_made(desk, house):
    before = layout()
    _, preview = desk("POST", "/racks/preview", RACK)
    assert (preview["bins"], preview["taken"], preview["in_the_way"]) == (12, [], 2)
    assert preview["codes"][:2] == ["N01-01L1", "N01-01L2"]
    assert preview["faces"] == [[1500, "L"], [1500, "R"], [4500, "L"], [4500, "R"]]
    assert layout() == before
    key = str(uuid.uuid4())
    status, made = desk("POST", "/racks", RACK, key)
    assert (status, len(made["ids"])) == (201, 12)
    assert desk("POST", "/racks", RACK, key)[1] == made  # the same click once more
    bin = one("N01-02R3")
    assert (bin.aisle, bin.y_mm, bin.side, bin.level, bin.bay, bin.kind) == (0, 4_500, "R", 3, 2, "pick")
    assert (bin.capacity_ml, bin.max_skus, bin.mix_lots, bin.mix_owners, bin.velocity) == (50_000, 1, False, True, "A")
    assert len(bin.check_digits) == 3
    more = {**RACK, "first_bay": 3, "zone_name": "Other", "zone_colour": "#ffffff"}
    assert desk("POST", "/racks", more)[0] == 201
    zone = next(zone for zone in desk("GET", "/zones")[1] if zone["code"] == "N")
    assert (zone["name"], zone["colour"]) == ("New", "#112233")  # as it was
    _, again = desk("POST", "/racks/preview", RACK)
    assert (len(again["taken"]), again["in_the_way"]) == (12, 26)
    refused(desk, "POST", "/racks", RACK, "layout.codes_taken")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"to_mm": 30_000}, "layout.off_floor"), ({"aisle": 9}, "layout.off_floor"),
        ({"pattern": "{zone.x}"}, "layout.pattern_wrong"), ({"pattern": "N"}, "layout.pattern_repeats"),
        ({"zone": "货区"}, "layout.code_not_printable"), ({"bays": 500, "places": 50}, "layout.too_many_bins"),
        ({"bays": 0}, "core.invalid"), ({"max_skus": 0}, "core.invalid"), ({"capacity_ml": 10**12}, "core.invalid"),
        ({"kind": "stage"}, "core.invalid"), ({"sides": "X"}, "core.invalid"), ({"zone_colour": "red"}, "core.invalid"),
    ],
)  # fmt: skip
def test_a_rack_that_cannot_be_is_refused(desk, other, code):
    refused(desk, "POST", "/racks", {**RACK, **other}, code)
    refused(desk, "POST", "/racks/preview", {**RACK, **other}, code)


def test_a_rack_is_taken_away_as_long_as_it_held_nothing(desk, house):
    ids = desk("POST", "/racks", RACK)[1]["ids"]
    assert desk("POST", "/bins/remove", {"ids": ids})[1] == {"bins": 12}
    assert {row["code"] for row in layout() if "kind" in row} == set(house.bins)


# ---- edits

def test_a_range_is_blocked_with_a_reason_and_opened_again(desk, house):
    which = {"first": "A1-2", "last": "A1-4"}
    nothing = {"edits": [{"which": which, "set": {"blocked_reason": " "}}]}
    refused(desk, "POST", "/bins/edit", nothing, "layout.reason_needed")
    _, done = desk("POST", "/bins/edit", {"edits": [{"which": which, "set": {"blocked_reason": "wet floor"}}]})
    assert done["changed"] == 3
    wet = db.session.query(Bin).filter_by(blocked_reason="wet floor")
    assert {each.code for each in wet} == {"A1-2", "A1-3", "A1-4"}
    back = [{"which": {"ids": each["ids"]}, "set": each["set"]} for each in done["undo"]]
    assert desk("POST", "/bins/edit", {"edits": back})[1]["changed"] == 3
    assert one("A1-3").blocked_reason is None


def test_what_is_undone_is_what_was(desk, house):
    desk("POST", "/bins/edit", {"edits": [{"which": {"level": 1}, "set": {"velocity": "C", "capacity_ml": 7}}]})
    before = layout()
    change = {"velocity": "A", "capacity_ml": None, "mix_lots": False, "zone": None, "y_mm": 5, "pick_order": 3}
    _, done = desk("POST", "/bins/edit", {"edits": [{"which": {"aisle": 2}, "set": change}]})
    assert (done["changed"], one("A3-1").y_mm, one("A3-1").zone_id) == (6, 5, None)
    back = [{"which": {"ids": each["ids"]}, "set": each["set"]} for each in done["undo"]]
    desk("POST", "/bins/edit", {"edits": back})
    assert layout() == before


def test_edits_are_carried_out_all_or_none(desk, house):
    good = {"which": {"first": "A1-1", "last": "A1-1"}, "set": {"velocity": "B"}}
    edits = [good, {"which": {"zone": "no"}, "set": {}}]
    refused(desk, "POST", "/bins/edit", {"edits": edits}, "layout.nothing_selected")


@pytest.mark.parametrize(
    ("which", "change", "code"),
    [
        ({}, {"velocity": "A"}, "layout.nothing_selected"), ({"aisle": 3, "level": 9}, {}, "layout.nothing_selected"),
        ({"ids": [10**9]}, {"velocity": "A"}, "layout.unknown_bin_id"),
        ({"level": 1}, {"zone": "?"}, "layout.unknown_zone"),
        ({"level": 1}, {"y_mm": 20_001}, "layout.off_floor"), ({"level": 1}, {"aisle": 4}, "layout.off_floor"),
        ({"level": 1}, {"code": "X"}, "layout.one_code_one_bin"), ({"level": 1}, {"max_skus": 0}, "core.invalid"),
        ({"level": 1}, {"max_weight_g": -1}, "core.invalid"), ({"level": 1}, {"kind": "customer"}, "core.invalid"),
        ({"level": 1}, {"kind": "quarantine"}, "layout.bin_not_empty"),
        ({"level": 1}, {"velocity": "D"}, "core.invalid"),
    ],
)  # fmt: skip
def test_an_edit_that_cannot_be_is_refused(desk, which, change, code):
    refused(desk, "POST", "/bins/edit", {"edits": [{"which": which, "set": change}]}, code)


def test_the_warehouses_own_bins_are_not_edited(desk, house):
    refused(desk, "PATCH", f"/bins/{house.bins['STAGE']}", {"velocity": "A"}, "layout.unknown_bin_id")
    refused(desk, "DELETE", f"/bins/{house.bins['SUPPLIER']}", None, "layout.unknown_bin_id")


def test_a_bin_gets_another_code_and_its_goods_stay(desk, house):
    status, shown = desk("PATCH", f"/bins/{house.bins['A1-1']}", {"code": "FRONT-1"})
    assert (status, shown["code"]) == (200, "FRONT-1")
    assert floor.value("SELECT on_hand FROM stock_balance WHERE bin_id = :bin", bin=house.bins["A1-1"]) == 50
    refused(desk, "PATCH", f"/bins/{house.bins['A1-2']}", {"code": "FRONT-1"}, "layout.code_taken")
    refused(desk, "PATCH", f"/bins/{house.bins['A1-2']}", {"code": "货位"}, "layout.code_not_printable")


def test_a_bin_that_held_goods_stays(desk, house):
    refused(desk, "DELETE", f"/bins/{house.bins['A1-1']}", None, "layout.bin_was_used")
    status, reply = desk("POST", "/bins/remove", {"ids": [house.bins["A4-6"], house.bins["A1-1"]]})
    assert (status, reply["params"]["bin"]) == (409, "A1-1")
    assert desk("DELETE", f"/bins/{house.bins['A4-6']}")[1] == {"bins": 1}


def test_the_kind_changes_while_the_bin_is_empty(desk, house):
    edit = {"edits": [{"which": {"first": "A4-1", "last": "A4-6"}, "set": {"kind": "bulk"}}]}
    _, done = desk("POST", "/bins/edit", edit)
    assert (done["changed"], one("A4-1").kind) == (6, "bulk")
    assert done["undo"] == [{"ids": sorted(house.bins[f"A4-{n}"] for n in range(1, 7)), "set": {"kind": "pick"}}]


def test_goods_do_not_slip_into_a_bin_whose_kind_changes(app, house):
    """Whoever has looked what kind of bin it is moves first; the change then finds the goods."""
    looked, changed, outcome = threading.Event(), threading.Event(), []

    def goods_in():
        with app.app_context():
            with transaction():
                db.session.execute(text("SELECT kind FROM bin WHERE code = 'A4-1'"))
                looked.set()
                changed.wait(1)
                goods = [stock.Goods(house.skus["S1"], house.bins["A4-1"], 5)]
                stock.receive(house.id, goods, reference="R", actor_id=None)
            db.session.remove()

    def change():
        with app.app_context():
            looked.wait(120)
            edits = [(Which(ids=(house.bins["A4-1"],)), {"kind": "quarantine"})]
            try:
                carry_out(lambda: service.edit(house.id, edits))
            except WmsError as error:
                outcome.append(error.code)
            changed.set()

    threads = [threading.Thread(target=each) for each in (goods_in, change)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(120)
    assert outcome == ["layout.bin_not_empty"]
    assert one("A4-1").kind == "pick"
    assert floor.proved()


def test_a_bin_that_moves_does_not_break_the_walk_to_it(desk, house):
    floor.order(house, "O1", {"S1": 1, "S2": 1})
    floor.wave(house)
    before = floor.value("SELECT to_jsonb(t) - 'status' FROM pick_task t")
    desk("PATCH", f"/bins/{house.bins['A1-1']}", {"aisle": 3, "y_mm": 9})
    assert floor.value("SELECT to_jsonb(t) - 'status' FROM pick_task t") == before
    task = floor.do(floor.person(house, "Ann"), "pick.ready")["data"]["task"]
    moved = next(line for line in task["lines"] if line["bin"]["code"] == "A1-1")
    assert (moved["bin"]["aisle"], moved["bin"]["y_mm"]) == (3, 9)


# ---- check digits

def test_digits_are_typed_instead_of_a_scan(desk, house, tx):
    assert desk("POST", "/bins/check-digits", {"which": {"first": "A1-1", "last": "A1-6"}})[1] == {"bins": 6}
    given = one("A1-1").check_digits
    other = next(f"{n}" for n in range(100, 1000) if f"{n}" != given)
    with tx():
        assert service.check_bin(house.id, house.bins["A1-1"], given) == "digits"
        assert service.check_bin(house.id, house.bins["A1-1"], " a1-1\r") == "code"
        for scanned, code in ((other, "wrong_check_digits"), ("A1-2", "wrong_bin"), ("", "wrong_bin")):
            with pytest.raises(WmsError, match=f"layout.{code}"):
                service.check_bin(house.id, house.bins["A1-1"], scanned)
        with pytest.raises(WmsError, match=r"layout\.wrong_check_digits"):
            service.check_bin(house.id, house.bins["A2-1"], given)  # this one has none yet
        with pytest.raises(WmsError, match=r"layout\.unknown_bin"):
            service.check_bin(house.id + 1, house.bins["A1-1"], given)


def test_rotated_digits_tell_an_old_label(desk, house, tx):
    seen = []
    for _ in range(4):
        desk("POST", "/bins/check-digits", {"which": {"ids": [house.bins["A1-1"]]}, "digits": 2})
        seen.append(one("A1-1").check_digits)
    assert len(set(seen)) == 4
    assert one("A1-1").digits_at is not None
    with tx():
        assert service.check_bin(house.id, house.bins["A1-1"], seen[-1]) == "digits"
        for old in seen[:-1]:
            with pytest.raises(WmsError, match=r"layout\.old_label"):
                service.check_bin(house.id, house.bins["A1-1"], old)


def test_digits_are_rotated_once_for_one_click(desk, house):
    key = str(uuid.uuid4())
    for _ in range(2):
        desk("POST", "/bins/check-digits", {"which": {"aisle": 0}}, key)
    assert {each.retired_digits for each in db.session.query(Bin).filter_by(aisle=0, kind="pick")} == {""}
    refused(desk, "POST", "/bins/check-digits", {"which": {"level": 7}}, "layout.nothing_selected")
    refused(desk, "POST", "/bins/check-digits", {"which": {"level": 1}, "digits": 4}, "core.invalid")


def test_two_rotations_at_once_leave_neighbours_different(app, house):
    def rotate(aisle):
        with app.app_context():
            carry_out(lambda: service.rotate(house.id, [house.bins[f"A1-{n}"] for n in aisle]))
            db.session.remove()

    threads = [threading.Thread(target=rotate, args=(half,)) for half in ((1, 2, 3), (3, 4, 5, 6))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(120)
    db.session.remove()
    digits = [each.check_digits for each in db.session.query(Bin).filter_by(aisle=0, kind="pick")]
    assert all(digits)
    assert len(set(digits)) == len(digits)


# ---- floor, zones, everything at once

def test_the_whole_layout_in_one_answer(desk, house):
    _, plan = desk("GET", "/layout")
    assert (plan["floor"]["aisles"], [zone["code"] for zone in plan["zones"]]) == (4, ["Z"])
    shown = [dict(zip(plan["columns"], row, strict=True)) for row in plan["bins"]]
    assert {each["code"] for each in shown} == set(house.bins) - set(map(str.upper, floor.SPECIAL))
    assert shown[0]["zone"] == "Z"


def test_zones_are_made_named_and_taken_away(desk, house):
    status, zones = desk("PUT", "/zones", {"code": "Q", "name": "Cold 冷藏", "colour": "#123456"})
    assert (status, [zone["name"] for zone in zones]) == (200, ["Cold 冷藏", "Zone"])
    assert desk("PUT", "/zones", {"code": "Q", "colour": "#654321"})[1][0] == {**zones[0], "colour": "#654321"}
    refused(desk, "DELETE", "/zones/Z", None, "layout.zone_in_use")
    refused(desk, "DELETE", "/zones/X", None, "layout.unknown_zone")
    assert [zone["code"] for zone in desk("DELETE", "/zones/Q")[1]] == ["Z"]


def test_the_floor_grows_but_does_not_leave_bins_outside(desk, house):
    _, now = desk("GET", "/warehouses/floor")
    assert desk("PUT", "/warehouses/floor", {**now, "aisles": 6})[0] == 200
    assert desk("GET", "/warehouses/floor")[1]["aisles"] == 6
    for wrong, code in (({"aisles": 3}, "layout.floor_too_small"), ({"depot_side": "roof"}, "layout.floor_wrong")):
        status, reply = desk("PUT", "/warehouses/floor", {**now, **wrong})
        assert (status >= 400, reply["code"]) == (True, code)
    assert desk("GET", "/warehouses/floor")[1]["aisles"] == 6


# ---- import

def test_every_column_is_imported_under_chinese_headers_too(app, house):
    header = "库位编码,库区,巷道,距离,侧,层,货架,容积,限重,SKU上限,允许混批,允许混货主,ABC分类,校验码,停用原因"
    rows = [("X-1", "Z", 1, 500, "右", 2, 7, 60000, 80000, 1, "否", "是", "A", "472", "漏水")]
    assert counts(bring("layout", table(header, *rows), house.id)) == (1, 1, 0, 0, 0)
    bin = one("X-1")
    assert (bin.bay, bin.capacity_ml, bin.max_weight_g, bin.max_skus) == (7, 60_000, 80_000, 1)
    assert (bin.mix_lots, bin.mix_owners, bin.velocity, bin.check_digits) == (False, True, "A", "472")
    assert bin.blocked_reason == "漏水"
    assert counts(bring("layout", table(header, *rows), house.id)) == (1, 0, 0, 1, 0)


def test_imported_digits_retire_the_ones_before(app, house, tx):
    for digits in ("111", "222", "222"):
        bring("layout", table("bin,check_digits", ("A1-1", digits)), house.id)
    assert (one("A1-1").check_digits, one("A1-1").retired_digits) == ("222", "111")
    with tx(), pytest.raises(WmsError, match=r"layout\.old_label"):
        service.check_bin(house.id, house.bins["A1-1"], "111")


def test_limits_that_make_no_sense_are_turned_away(app, house):
    header = "bin,capacity_ml,max_weight_g,max_skus,mix_lots,velocity,check_digits"
    rows = [
        ("Y-1", -1, "", "", "", "", ""), ("Y-2", "", 10**13, "", "", "", ""), ("Y-3", "", "", 0, "", "", ""),
        ("Y-4", "", "", "", "perhaps", "", ""), ("Y-5", "", "", "", "", "D", ""), ("Y-6", "", "", "", "", "", "12a"),
    ]  # fmt: skip
    before = layout()
    summary = bring("layout", table(header, *rows), house.id)
    assert counts(summary) == (6, 0, 0, 0, 6)
    assert [(line, code) for line, _, code, _ in told(summary)] == [
        (2, "core.csv_out_of_range"), (3, "core.csv_out_of_range"), (4, "core.csv_out_of_range"),
        (5, "core.csv_not_one_of"), (6, "core.csv_not_one_of"), (7, "layout.not_check_digits"),
    ]  # fmt: skip
    assert layout() == before
