"""Weights that do not fit: what would explain them, who decides, and what of it is kept with the parcel."""
from __future__ import annotations

from decimal import Decimal

import packing_floor as tables
import picking_floor as floor
import pytest
from packing_floor import opened, refused, verified
from picking_floor import do, value
from test_inbound_http import JPEG
from test_packing_parcels import closed, fill

from wms.access import service as access
from wms.access.models import Person
from wms.core.transaction import transaction
from wms.packing import cartons, weights
from wms.packing.cartons import CartonFacts
from wms.packing.rules import Cause, Tolerance, Weighed, cause

GOODS = {"mug": Weighed(300, 2), "pen": Weighed(20, 5), "unweighed": Weighed(0, 1)}
TARES = {"L": 250, "S": 60}


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        (-300, Cause("missing", "mug", 1, 0)), (-590, Cause("missing", "mug", 2, 10)),
        (310, Cause("extra", "mug", 1, 10)),
        (-100, Cause("missing", "pen", 5, 0)), (130, Cause("carton", "L", 1, 0)), (-62, Cause("carton", "S", 1, 2)),
        (-20, Cause("missing", "pen", 1, 0)), (-1200, None), (460, None), (9_000, None),
    ],
)  # fmt: skip
def test_the_likeliest_cause_of_a_difference(difference, expected):
    assert cause(difference, 60, GOODS, TARES, tare_g=120) == expected


def test_a_tolerance_is_per_cent_and_at_least_grams():
    usual = Tolerance()
    assert [usual.allowed_g(grams) for grams in (100, 750, 1000)] == [60, 60, 80]
    assert usual.holds(160, 100)
    assert not usual.holds(161, 100)
    assert usual.holds(99_999, 0)
    exact = Tolerance(Decimal(0), 0)
    assert exact.holds(100, 100)
    assert not exact.holds(101, 100)
    assert cause(10, 0, GOODS, {}, 0) is None


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def pat(house):
    return tables.packer(house)


def bearer(name, station_id=None):
    with transaction() as session:
        person = session.query(Person).filter_by(badge=f"B-{name}").one()
        return {"Authorization": f"Bearer {access.open_session(person, 'test', station_id)}"}


def strict(house, **facts):
    with transaction():
        weights.put(house.id, Decimal(5), facts.pop("grams", 20), facts.pop("decided_by", "supervisor"))


def outcomes():
    with transaction() as session:
        rows = session.execute(floor.text("SELECT weight_g, outcome, reason FROM parcel_weighing ORDER BY id"))
        return [tuple(row) for row in rows]


def test_a_packer_is_told_what_would_explain_it_and_may_confirm(house, pat):
    with transaction():
        cartons.put(house.id, [CartonFacts("BIG", 900, 900, 900, 480)])
    parcel = verified(pat, tables.picked(house, {"O1": {"S1": 3}})["O1"])
    assert (parcel["expected_g"], parcel["allowed_g"], parcel["decided_by"]) == (380, 60, "packer")
    doubt = do(pat, "pack.close", parcel_id=parcel["id"], weight_g=280)
    assert (doubt["message"]["code"], doubt["popup"]["difference_g"]) == ("packing.weight_off", -100)
    assert doubt["popup"]["cause"] == {"kind": "missing", "what": "Thing 1", "qty": 1}
    carton = do(pat, "pack.close", parcel_id=parcel["id"], weight_g=780)["popup"]["cause"]
    assert carton == {"kind": "carton", "what": "BIG", "qty": 1}
    assert do(pat, "pack.close", parcel_id=parcel["id"], weight_g=780, source="scale")["next"] == "pack_home"
    assert outcomes() == [(280, "off", ""), (780, "off", ""), (780, "confirmed", "")]


def test_where_supervisors_decide_a_packer_closes_nothing_alone(app, house, pat):
    strict(house)
    parcel = verified(pat, tables.picked(house, {"O1": {"S1": 2}})["O1"])
    about = {"parcel_id": parcel["id"], "weight_g": 400}
    for more in ({}, {}, {"weight_confirmed": True}, {"weight_confirmed": True, "reason": "because"}):
        said = do(pat, "pack.close", **about, **more)
        assert (said["next"], said["message"]["code"]) == ("pack_verify", "packing.weight_refused")
    assert value("SELECT status FROM parcel") == "open"
    with transaction():
        for badge, post in (("SUE", "supervisor"), ("TOM", "picker")):
            access.add_person(badge, badge.title(), access.hash_pin("123456"), house.id, [post], "en")
    client, mine = app.test_client(), bearer("Pat", pat.station_id)
    path = f"/api/v1/parcels/{parcel['id']}/agreement"
    word = {"badge": "SUE", "pin": "123456", "weight_g": 400, "reason": "a heavier catalogue inside"}
    for wrong, code in (
        ({"pin": "000000"}, "access.wrong_pin"), ({"badge": "?"}, "access.wrong_badge"),
        ({"badge": "TOM"}, "packing.not_a_supervisor"), ({"reason": "  "}, "core.invalid"),
    ):  # fmt: skip
        assert client.post(path, json={**word, **wrong}, headers=mine).json["code"] == code
    assert value("SELECT failed FROM pin_try") == 1
    assert client.post(path, json=word, headers=mine).json == {"agreed_by": "Sue"}
    assert do(pat, "pack.close", **{**about, "weight_g": 401})["next"] == "pack_verify"  # agreed was to another weight
    assert do(pat, "pack.close", **about)["next"] == "pack_home"
    assert outcomes()[-2:] == [(400, "agreed", "a heavier catalogue inside"), (401, "off", "")]


def test_what_was_agreed_to_does_not_count_for_another_content(app, house, pat):
    strict(house)
    parcel = verified(pat, tables.picked(house, {"O1": {"S1": 1, "S2": 2}})["O1"])
    rae = tables.packer(house, "Rae", "PACK-1", "supervisor")
    about = {"parcel_id": parcel["id"], "weight_g": 700, "weight_confirmed": True}
    assert do(rae, "pack.close", **about)["next"] == "pack_verify"  # a supervisor too says why
    with transaction() as session:
        weights.agree(_packer(rae), session.get_one(weights.Parcel, parcel["id"]), 700, "wet", rae.person_id)
        session.execute(floor.text("UPDATE parcel SET expected_g = 900"))
    assert do(rae, "pack.close", **about)["next"] == "pack_verify"
    done = do(rae, "pack.close", **about, reason="wet carton")
    assert done["next"] == "pack_home"
    assert outcomes()[-1] == (700, "agreed", "wet carton")


def _packer(actor):
    return weights.Packer(actor.warehouse_id, actor.station_id, actor.person_id)


def test_the_rule_is_the_supervisors_to_change(app, house, pat):
    client = app.test_client()
    boss, mine = bearer("Sue"), bearer("Pat")
    assert client.get("/api/v1/weight-rule", headers=mine).json == {
        "percent": "8.0", "grams": 60, "decided_by": "packer",
    }  # fmt: skip
    rule = {"percent": "2.5", "grams": 15, "decided_by": "supervisor"}
    assert client.put("/api/v1/weight-rule", json=rule, headers=mine).status_code == 403
    for wrong in ({"percent": "101"}, {"percent": "NaN"}, {"grams": -1}, {"grams": 1.5}, {"decided_by": "nobody"}):
        assert client.put("/api/v1/weight-rule", json={**rule, **wrong}, headers=boss).status_code == 422
    assert client.put("/api/v1/weight-rule", json=rule, headers=boss).json == rule
    assert client.get("/api/v1/weight-rule", headers=mine).json == rule
    parcel = opened(pat, tables.picked(house, {"O1": {"S1": 10}})["O1"])
    assert (parcel["allowed_g"], parcel["decided_by"]) == (27, "supervisor")


def test_all_that_is_known_of_a_parcel_by_its_waybill(app, house, pat):
    client = app.test_client()
    parcel = verified(pat, tables.picked(house, {"O1": {"S1": 2}}, gift_note="Hi")["O1"])
    do(pat, "pack.close", parcel_id=parcel["id"], weight_g=900, put_in=True)
    do(pat, "pack.close", parcel_id=parcel["id"], weight_g=900, put_in=True, weight_confirmed=True)
    mine = bearer("Pat")
    client.post(f"/api/v1/parcel-photos?parcel={parcel['number']}", data=JPEG, headers=mine)
    waybill = value("SELECT waybill FROM parcel")
    by_waybill = client.get(f"/api/v1/parcel-evidence?code={waybill}", headers=mine).json
    assert by_waybill == client.get(f"/api/v1/parcel-evidence?code={parcel['number']}", headers=mine).json
    line = by_waybill["lines"][0]
    assert (line["verified"], line["scanned_by"], bool(line["scanned_at"])) == (2, "Pat", True)
    assert [(each["weight_g"], each["outcome"], each["person"]) for each in by_waybill["weighings"]] == [
        (900, "off", "Pat"), (900, "confirmed", "Pat"),
    ]  # fmt: skip
    assert (by_waybill["packed_by"], by_waybill["status"], by_waybill["parcels"]) == ("Pat", "closed", 1)
    assert by_waybill["put_in"] == [{"kind": "gift", "text": "Hi"}]
    assert [each["person"] for each in by_waybill["pictures"]] == ["Pat"]
    assert [each["number"] for each in by_waybill["waybills"]] == [waybill]
    assert client.get("/api/v1/parcel-evidence?code=NONE", headers=mine).status_code == 404
    with transaction() as session:
        session.execute(floor.text("UPDATE parcel SET waybill = NULL"))  # void: the number was on it
    assert client.get(f"/api/v1/parcel-evidence?code={waybill}", headers=mine).json["number"] == parcel["number"]


def test_a_gift_note_changes_until_the_first_parcel_is_closed(app, house, pat):
    client = app.test_client()
    totes = tables.picked(house, {"O1": {"S1": 2}}, gift_note="Hi")
    boss, order_id = bearer("Sue"), value("SELECT id FROM sales_order")
    path = f"/api/v1/orders/{order_id}/gift-note"
    assert client.put(path, json={"gift_note": "x"}, headers=bearer("Pat")).status_code == 403
    assert client.put(path, json={"gift_note": "x" * 301}, headers=boss).status_code == 422
    assert client.put("/api/v1/orders/999/gift-note", json={"gift_note": "x"}, headers=boss).status_code == 404
    kept = client.put(path, json={"gift_note": " Happy birthday "}, headers=boss)
    assert kept.json == {"gift_note": "Happy birthday"}
    parcel = opened(pat, totes["O1"])
    assert parcel["put_in"] == [{"kind": "gift", "text": "Happy birthday"}]
    assert client.put(path, json={"gift_note": ""}, headers=boss).json == {"gift_note": ""}
    fill(pat, opened(pat, totes["O1"]))
    closed(pat, parcel)
    assert client.put(path, json={"gift_note": "late"}, headers=boss).json["code"] == "packing.note_is_in"
    assert value("SELECT gift_note FROM sales_order") == ""


def test_a_weight_is_kept_only_with_a_parcel_of_this_station(house, pat):
    parcel = verified(pat, tables.picked(house, {"O1": {"S1": 2}})["O1"])
    quin = tables.packer(house, "Quin", "PACK-2")
    assert refused(quin, "pack.close", parcel_id=parcel["id"], weight_g=280) == "packing.open_elsewhere"
    assert outcomes() == []
