"""Faces and reorder rules from outside, what runs low, what to buy, and how fast goods go."""
from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import picking_floor as floor
import pytest
from counting_floor import arrived, headers
from replenishment_floor import build
from sqlalchemy import text

from wms.core import clock
from wms.core.db import db
from wms.core.importing import import_file
from wms.core.transaction import transaction
from wms.replenishment import service as replenishment
from wms.stock import service as stock


@pytest.fixture
def house(app):
    return build()


@pytest.fixture
def ann(house):
    return floor.person(house, "Ann", "receiver")


# ---- faces and rules from outside

def test_faces_and_rules_come_by_file_and_over_http(house, app):
    file = "bin,sku,min,max\nA1-1,S1,10,50\nA1-2,S2,5,5\nNOWHERE,S1,1,2\nRECEIVE,S1,1,2\nA1-3,NONE,1,2\n"
    summary = import_file("faces", io.BytesIO(file.encode()), warehouse_id=house.id)
    assert (summary.created, [reject.code for reject in summary.rejects]) == (
        1, ["replenishment.bad_range", "layout.unknown_bin", "layout.special_bin", "catalog.unknown_sku"],
    )  # fmt: skip
    assert import_file("faces", io.BytesIO(file.encode()), warehouse_id=house.id).unchanged == 1
    rules = "sku,min,lead_days,multiple,supplier\nS1,500,10,12,=ACME\nNONE,1,1,1,X\n"
    summary = import_file("reorder", io.BytesIO(rules.encode()), warehouse_id=house.id)
    assert (summary.created, summary.rejected) == (1, 1)
    assert import_file("reorder", io.BytesIO(rules.encode()), warehouse_id=house.id).unchanged == 1

    client, boss = app.test_client(), headers(house)
    body = {"bin": "A1-2", "sku": "S2", "min_qty": 5, "max_qty": 60}
    made = client.post("/api/v1/replenishment/faces", json=body, headers=boss)
    assert (made.status_code, made.json["on_hand"]) == (200, 50)
    listed = client.get("/api/v1/replenishment/faces", headers=boss).json["items"]
    assert [(each["bin"], each["max_qty"]) for each in listed] == [("A1-1", 50), ("A1-2", 60)]
    bad = client.post("/api/v1/replenishment/faces", json={**body, "max_qty": 5}, headers=boss)
    assert bad.json["code"] == "replenishment.bad_range"
    assert client.delete(f"/api/v1/replenishment/faces/{made.json['id']}", headers=boss).status_code == 204
    assert client.delete(f"/api/v1/replenishment/faces/{made.json['id']}", headers=boss).status_code == 404
    csv = client.get("/api/v1/replenishment/suggestions?format=csv", headers=boss)
    assert csv.mimetype == "text/csv"
    assert "S1,Thing 1,252,'=ACME,250,0" in csv.text  # 500 − 250, in dozens; a formula made harmless


def test_alerts_tell_what_runs_low_ends_soon_or_lies_too_long(house, app):
    today = clock.now().date()
    arrived(house, "S6", 5, "A4-2", lot="SOON", expires_on=today + timedelta(days=10))
    with transaction():
        replenishment.put_rule(house.id, house.skus["S2"], min_qty=60)
        db.session.execute(
            text("INSERT INTO stock_class (warehouse_id, sku_id, velocity, pieces_a_day, lines_a_day, computed_at) "
                 "SELECT :w, id, 'A', CASE code WHEN 'S3' THEN 10 WHEN 'S1' THEN 0.1 ELSE 1 END, 1, now() FROM sku"),
            {"w": house.id},
        )  # fmt: skip
    with transaction():
        found = {(each["kind"], each["sku"]): each for each in replenishment.alerts(house.id)}
    assert set(found) == {("low", "S2"), ("low", "S3"), ("over", "S1"), ("expiring", "S6")}
    assert found["low", "S3"]["days_left"] == 5
    client, boss = app.test_client(), headers(house)
    low = client.get("/api/v1/replenishment/alerts?kind=low", headers=boss).json["items"]
    assert [(each["sku"], each["min_qty"]) for each in low] == [("S2", 60), ("S3", 0)]


def test_suggestions_count_what_is_on_its_way(house):
    with transaction():
        replenishment.put_rule(house.id, house.skus["S3"], lead_days=10, cover_days=20, multiple=24)
        db.session.execute(
            text("INSERT INTO stock_class (warehouse_id, sku_id, velocity, pieces_a_day, lines_a_day, computed_at) "
                 "VALUES (:w, :s, 'A', 10, 1, now())"), {"w": house.id, "s": house.skus["S3"]},
        )  # fmt: skip
    with transaction():
        (one,) = replenishment.suggestions(house.id)
        assert (one["sku"], one["qty"]) == ("S3", 264)  # 10 × 30 − 50 = 250, in packs of 24
    from wms.replenishment import buying

    known = list(buying._expected)
    replenishment.goods_expected(lambda warehouse_id: {house.skus["S3"]: 200})
    try:
        with transaction():
            (one,) = replenishment.suggestions(house.id)
            assert (one["qty"], one["expected"]) == (72, 200)
    finally:
        buying._expected[:] = known


def test_velocity_follows_the_picks_of_four_weeks(house):
    picker = floor.person(house, "Pip")
    for days, number in ((40, "OLD"), (3, "NEW")):
        with clock.fixed(clock.now() - timedelta(days=days)):
            floor.person(house, f"P{days}")
            floor.order(house, number, {"S1": 7})
            _pick_straight(house, number)
    with transaction():
        assert stock.classify(house.id) == 6
    with transaction() as session:
        rows = session.execute(text("SELECT k.code, c.velocity, c.pieces_a_day, c.lines_a_day FROM stock_class c "
                                    "JOIN sku k ON k.id = c.sku_id ORDER BY 1")).all()  # fmt: skip
    first = rows[0]
    assert (first.code, first.velocity) == ("S1", "A")
    weight = Decimal("0.93") ** 3 * (1 - Decimal("0.93")) / (1 - Decimal("0.93") ** 28)
    assert abs(first.pieces_a_day - 7 * weight) < Decimal("0.001")
    assert abs(first.lines_a_day - weight) < Decimal("0.001")
    assert {row.velocity for row in rows[1:]} == {"C"}
    assert picker


def _pick_straight(house, number):
    with transaction() as session:
        line = session.execute(
            text("SELECT l.id, l.sku_id, l.qty FROM order_line l JOIN sales_order o ON o.id = l.order_id "
                 "WHERE o.number = :number"), {"number": number},
        ).one()  # fmt: skip
        (held,) = stock.hold(house.id, [stock.Want(line.id, line.sku_id, line.qty)])
        stock.pick(held.hold_id, held.qty, to_bin_id=house.bins["STAGE"], to_container_id=house.totes["T1"],
                   reference="pick", actor_id=None)  # fmt: skip
