"""Cartons: which one is suggested, what it makes a parcel weigh, and how their kinds come in."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
from import_samples import bring, counts, table
from packing_floor import opened, refused
from picking_floor import do, value

from wms.access import service as access
from wms.access.models import Person
from wms.core.transaction import transaction
from wms.packing import cartons
from wms.packing.cartons import CartonFacts
from wms.packing.fitting import Box, Piece, fits, smallest, split

S = Box(1, "S", (200, 150, 60), 60, 1_000)
M = Box(2, "M", (300, 200, 150), 120, 5_000)
L = Box(3, "L", (400, 300, 250), 250, 20_000)
KINDS = [CartonFacts(box.code, *box.sides, box.tare_g, box.max_g) for box in (S, M, L)]


def chosen(*goods):
    box = smallest((L, S, M), [Piece(nr, sides, grams, qty) for nr, (sides, grams, qty) in enumerate(goods)])
    return box and box.code


def test_one_piece_goes_in_turned_any_way_up_to_the_last_millimetre():
    assert chosen(((60, 150, 200), 100, 1)) == "S"
    assert chosen(((60, 150, 201), 100, 1)) == "M"
    assert chosen(((401, 1, 1), 1, 1)) is None


def test_a_block_of_one_kind_may_fill_a_carton_and_a_mixture_may_not():
    assert chosen(((200, 150, 30), 100, 2)) == "S"
    assert chosen(((200, 150, 30), 100, 1), ((30, 200, 150), 100, 1)) == "M"
    assert chosen(((100, 100, 100), 300, 4)) == "M"
    assert chosen(((50, 50, 50), 1, 7), ((10, 300, 10), 1, 1)) == "M"  # the longest edge does not go into S


def test_nothing_is_heavier_than_its_carton_takes():
    assert chosen(((60, 60, 60), 600, 1)) == "S"
    assert chosen(((60, 60, 60), 600, 2)) == "M"
    assert fits(Box(9, "X", (70, 70, 70), 10), [Piece(1, (60, 60, 60), 90_000, 1)])  # one without a limit


def test_what_no_carton_holds_is_split():
    parts = split((S, M, L), [Piece(1, (100, 100, 100), 300, 31)])
    assert [(part.box.code, part.pieces) for part in parts] == [("L", {1: 24}), ("M", {1: 7})]
    parts = split((S, M, L), [Piece(1, (500, 10, 10), 300, 2), Piece(2, (10, 10, 10), 5, 3)])
    assert [(part.box and part.box.code, part.pieces) for part in parts] == [(None, {1: 2}), ("S", {2: 3})]
    heavy = split((S, M, L), [Piece(1, (390, 290, 100), 9_000, 5), Piece(2, (50, 50, 50), 10, 5)])
    assert sum(part.pieces.get(1, 0) for part in heavy) == sum(part.pieces.get(2, 0) for part in heavy) == 5
    assert all(fits(part.box, [Piece(1, (390, 290, 100), 9_000, part.pieces.get(1, 0))]) for part in heavy)


# ---- at the station


@pytest.fixture
def house(app):
    house = floor.build()
    with transaction() as session:
        cartons.put(house.id, KINDS)
        for sku, sides in {"S1": (190, 140, 25), "S2": (290, 190, 140), "S3": (100, 100, 100)}.items():
            told = dict(zip("lwh", sides, strict=True), code=sku)
            session.execute(
                floor.text("UPDATE sku SET length_mm = :l, width_mm = :w, height_mm = :h WHERE code = :code"), told
            )
    return house


@pytest.fixture
def pat(house):
    return tables.packer(house)


def test_a_parcel_is_expected_to_weigh_what_its_carton_does(house, pat):
    totes = tables.picked(house, {"O1": {"S1": 2}, "O2": {"S2": 3}, "O3": {"S4": 1}})
    first = opened(pat, totes["O1"])
    assert (first["carton"], first["expected_g"], first["parts"]) == (
        {"code": "S", "sides_mm": [200, 150, 60], "tare_g": 60, "max_g": 1000}, 260, [],
    )  # fmt: skip
    taken = do(pat, "pack.carton", parcel_id=first["id"], code="M")
    assert (taken["message"]["code"], taken["data"]["parcel"]["expected_g"]) == ("packing.carton_taken", 320)
    unmeasured = opened(pat, totes["O3"])
    assert (unmeasured["carton"], unmeasured["expected_g"]) == (None, 180)
    large = opened(pat, totes["O2"])
    assert do(pat, "pack.carton", parcel_id=large["id"], code="S")["message"]["code"] == "packing.carton_small"
    assert refused(pat, "pack.carton", parcel_id=large["id"], code="XXL") == "packing.not_a_carton"
    assert refused(pat, "pack.verify", parcel_id=large["id"], code="S") == "packing.not_an_item"
    assert [each["code"] for each in do(pat, "pack.state")["data"]["cartons"]] == ["L", "M", "S"]


def test_what_no_carton_holds_is_suggested_in_several_and_packed_so(house, pat):
    tote = tables.picked(house, {"O1": {"S2": 3, "S3": 2}})["O1"]
    parcel = opened(pat, tote)
    said = [(part["carton"], sum(line["qty"] for line in part["lines"])) for part in parcel["parts"]]
    assert said == [("L", 3), ("M", 2)]
    assert parcel["carton"]["code"] == "L"
    for part in parcel["parts"][0]["lines"]:
        line = next(each for each in parcel["lines"] if each["order_line_id"] == part["order_line_id"])
        do(pat, "pack.verify", parcel_id=parcel["id"], code=line["sku"]["barcodes"][0], qty=part["qty"])
    first = do(pat, "pack.split", parcel_id=parcel["id"])["data"]["parcel"]
    assert (first["carton"]["code"], first["expected_g"], first["parts"]) == ("L", 550, [])
    second = do(pat, "pack.close", parcel_id=first["id"], weight_g=550)["data"]["parcel"]
    assert (second["carton"]["code"], second["expected_g"], second["ordinal"]) == ("M", 320, 2)
    floor.proved()


# ---- how their kinds come in


def test_kinds_of_cartons_come_from_a_file(house):
    rows = [("S", 200, 150, 60, 70), ("XL", 600, 400, 400, 700), ("BAD", 0, 1, 1, 1)]
    assert counts(bring("cartons", table("箱型,长,宽,高,自重", *rows), house.id)) == (3, 1, 1, 0, 1)
    rows = "SELECT array_agg(code || ' ' || tare_g || ' ' || max_g ORDER BY code) FROM carton"
    assert value(rows) == ["L 250 20000", "M 120 5000", "S 70 1000", "XL 700 0"]


def test_kinds_of_cartons_come_over_http(app, house, pat):
    with transaction() as session:
        tokens = {
            badge: access.open_session(session.query(Person).filter_by(badge=badge).one(), "test")
            for badge in ("B-Pat", "B-Sue")
        }
    client = app.test_client()
    told = {"code": "XL", "length_mm": 600, "width_mm": 400, "height_mm": 400, "tare_g": 700}
    assert client.put("/api/v1/cartons", json=told, headers=bearer(tokens["B-Pat"])).status_code == 403
    made = client.put("/api/v1/cartons", json=told, headers=bearer(tokens["B-Sue"]))
    assert (made.status_code, made.json["max_g"]) == (200, 0)
    client.put("/api/v1/cartons", json={**told, "active": False}, headers=bearer(tokens["B-Sue"]))
    rows = client.get("/api/v1/cartons", headers=bearer(tokens["B-Pat"])).json["items"]
    assert [(row["code"], row["active"]) for row in rows] == [("L", True), ("M", True), ("S", True), ("XL", False)]
    assert "XL" not in [each["code"] for each in do(pat, "pack.state")["data"]["cartons"]]
    flat = client.put("/api/v1/cartons", json={**told, "width_mm": 0}, headers=bearer(tokens["B-Sue"]))
    assert flat.status_code == 422


def bearer(token):
    return {"Authorization": f"Bearer {token}"}
