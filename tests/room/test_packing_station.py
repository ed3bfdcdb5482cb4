"""What a packer does besides packing: cards and leaflets, parcels put aside, photographs, speed mode."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
from packing_floor import opened, packed, refused, verified
from picking_floor import ask, do, value
from test_inbound_http import JPEG
from test_interception import stop
from test_packing_parcels import closed, fill, first_carton
from test_wave_life import put_all_back

from wms.access import service as access
from wms.access.models import Person
from wms.core.clock import now
from wms.core.transaction import transaction
from wms.insight import stuck
from wms.orders.service import Draft
from wms.printing.models import PrintJob


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def pat(house):
    return tables.packer(house)


def bearer(name):
    with transaction() as session:
        person = session.query(Person).filter_by(badge=f"B-{name}").one()
        return {"Authorization": f"Bearer {access.open_session(person, 'test')}"}


# ---- cards and leaflets


def test_a_card_and_a_leaflet_are_put_in_before_the_parcel_is_closed(app, house, pat):
    client, boss = app.test_client(), bearer("Sue")
    leaflet = {"shop": "SHOP", "name": "Spring leaflet", "min_total": "0"}
    sample = {**leaflet, "name": "Sample", "min_total": "100.00"}
    for rule in (leaflet, sample):
        assert client.put("/api/v1/insert-rules", json=rule, headers=boss).status_code == 200
    assert client.put("/api/v1/insert-rules", json={**leaflet, "shop": "?"}, headers=boss).status_code == 404
    assert client.put("/api/v1/insert-rules", json=leaflet, headers=bearer("Pat")).status_code == 403
    totes = tables.picked(house, {"O1": {"S1": 2, "S3": 1}}, gift_note="Happy birthday,\nAnn", total=99)
    parcel = opened(pat, totes["O1"])
    besides = [
        {"kind": "gift", "text": "Happy birthday,\nAnn"}, {"kind": "insert", "text": "Spring leaflet"},
    ]  # fmt: skip
    assert parcel["put_in"] == besides
    first = first_carton(pat, totes["O1"])
    about = {"parcel_id": first["id"], "weight_g": first["expected_g"], "source": "scale"}
    assert refused(pat, "pack.close", **about) == "packing.put_in_first"
    second = do(pat, "pack.close", **about, put_in=True)["data"]["parcel"]
    assert second["put_in"] == []  # the first has it all
    fill(pat, second)
    closed(pat, second)
    rows = client.get("/api/v1/parcels?order=O1", headers=boss).json
    assert [row["put_in"] for row in rows] == [besides, None]
    with transaction() as session:
        slips = session.query(PrintJob).filter_by(document="packing_slip").order_by(PrintJob.id)
        assert [job.data["footer"] for job in slips] == ["Happy birthday, Ann", ""]
    client.put("/api/v1/insert-rules", json={**leaflet, "active": False}, headers=boss)
    named = [(row["name"], row["min_total"], row["active"]) for row in
             client.get("/api/v1/insert-rules", headers=boss).json["items"]]  # fmt: skip
    assert named == [("Spring leaflet", "0.00", False), ("Sample", "100.00", True)]


def test_an_order_with_another_gift_note_is_another_order():
    plain = Draft("S", "1", (), 0, 0)
    assert plain.digest() == Draft("S", "1", (), 0, 0, gift_note="").digest()
    assert len({plain.digest(), Draft("S", "1", (), 0, 0, gift_note="x").digest(),
                Draft("S", "1", (), 0, 0, kind="gift").digest()}) == 3  # fmt: skip


# ---- put aside


def on_the_board(house):
    with transaction():
        return [each for each in stuck.describe(house.id, now()) if each["kind"] == "pack"]


def test_a_parcel_with_something_wrong_waits_in_sight_of_the_supervisor(house, pat):
    totes = tables.picked(house, {"O1": {"S1": 2}, "O2": {"S2": 3}})
    quin = tables.packer(house, "Quin", "PACK-2")
    parcel = opened(pat, totes["O1"])
    line = parcel["lines"][0]
    do(pat, "pack.verify", parcel_id=parcel["id"], code=line["sku"]["barcodes"][0], qty=1)
    about = {"parcel_id": parcel["id"], "order_line_id": line["order_line_id"]}
    assert refused(pat, "pack.put_off", **about, reason="bored") == "core.invalid"
    assert refused(pat, "pack.put_off", **about, reason="other", note=" ") == "core.invalid"
    assert refused(quin, "pack.put_off", **about, reason="damaged") == "packing.open_elsewhere"
    aside = do(pat, "pack.put_off", **about, reason="damaged", note="corner")
    assert (aside["next"], aside["data"]["parcel"]) == ("pack_home", None)
    (shown,) = aside["data"]["aside"]
    assert (shown["order"], shown["totes"], shown["reason"], shown["note"], shown["person"]) == (
        "O1", [totes["O1"]], "damaged", "corner", "Pat",
    )  # fmt: skip
    assert [tote["order"] for tote in do(pat, "pack.state")["data"]["waiting_totes"]] == ["O2"]
    assert [tote["order"] for tote in do(quin, "pack.state")["data"]["waiting_totes"]] == ["O2"]
    (stuck_one,) = on_the_board(house)
    assert (stuck_one["order"], stuck_one["reason"], stuck_one["detail"]["note"], stuck_one["detail"]["station"]) == (
        "O1", "damaged", "corner", "PACK-1",
    )  # fmt: skip
    again = opened(quin, totes["O1"])  # whoever scans the tote goes on, with what was verified
    assert (again["number"], again["lines"][0]["verified"]) == (parcel["number"], 1)
    assert do(pat, "pack.state")["data"]["aside"] == []
    assert on_the_board(house) == []
    fill(quin, again)
    closed(quin, again)
    floor.proved()


def test_a_stopped_order_that_was_put_aside_goes_back(house, pat):
    tote = tables.picked(house, {"O1": {"S1": 2}})["O1"]
    do(pat, "pack.put_off", parcel_id=opened(pat, tote)["id"], reason="missing")
    stop(house, "O1", "cancel")
    assert refused(pat, "pack.open", code=tote) == "packing.order_stopped"
    put_all_back(floor.person(house, "Anna"), tote)
    assert do(pat, "pack.state")["data"]["aside"] == []
    floor.proved()


# ---- photographs


def test_photographs_are_kept_with_their_parcel(app, house, pat):
    parcel = packed(pat, tables.picked(house, {"O1": {"S1": 2}})["O1"])
    client, mine = app.test_client(), bearer("Pat")
    path = f"/api/v1/parcel-photos?parcel={parcel['number']}"
    kept = client.post(path, data=JPEG, headers=mine).json
    with client.get(f"/api/v1/parcel-photos/{kept['file']}", headers=mine) as shown:
        assert shown.data == JPEG
    (row,) = client.get("/api/v1/parcels?order=O1", headers=mine).json
    story = do(house.boss, "board.order", order_id=house.orders["O1"])["data"]["order"]
    assert row["photos"] == story["parcels"][0]["photos"] == [kept["file"]]
    assert client.post(path, data=b"GIF89a", headers=mine).json["code"] == "core.not_a_photo"
    unknown = client.post("/api/v1/parcel-photos?parcel=P0", data=JPEG, headers=mine)
    assert (unknown.status_code, value("SELECT count(*) FROM parcel_photo")) == (404, 1)
    assert client.get("/api/v1/parcel-photos/..%2Fsecret_key", headers=mine).status_code == 404
    assert client.post(path, data=JPEG).status_code == 401


# ---- speed mode


def test_speed_mode_is_off_until_somebody_switches_it_on_at_this_table(house, pat):
    quin = tables.packer(house, "Quin", "PACK-2")
    assert do(pat, "pack.state")["data"]["closes_itself"] is False
    assert do(pat, "pack.mode", closes_itself=True)["message"]["code"] == "packing.speed_on"
    assert [do(who, "pack.state")["data"]["closes_itself"] for who in (pat, quin)] == [True, False]
    parcel = verified(pat, tables.picked(house, {"O1": {"S1": 2}})["O1"])
    assert ask(pat, "pack.close", parcel_id=parcel["id"], weight_g=900)["message"]["code"] == "packing.weight_off"
    do(pat, "pack.mode", closes_itself=False)
    assert do(pat, "pack.state")["data"]["closes_itself"] is False
