"""Packing over the scan door: the whole way, refusals that move nothing, scans that come twice."""
from __future__ import annotations

import uuid
from dataclasses import replace

import packing_floor as tables
import picking_floor as floor
import pytest
from packing_floor import opened, refused, verified
from picking_floor import ask, do, value
from sqlalchemy import text

from wms.access import service as access
from wms.access.models import Person
from wms.core.checkdigit import is_valid
from wms.core.transaction import transaction


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def totes(house):
    return tables.picked(house, {"O1": {"S1": 2, "S3": 1}, "O2": {"S2": 3}}, recipient="Ann", remark="gift")


@pytest.fixture
def pat(house, totes):
    return tables.packer(house)


def barcode(house, sku):
    return f"69{house.skus[sku]:05}"


def test_from_a_full_tote_to_a_closed_parcel(house, totes, pat):
    shown = do(pat, "pack.state")
    assert (shown["next"], shown["data"]["parcel"]) == ("pack_home", None)
    assert {(tote["tote"], tote["order"]) for tote in shown["data"]["waiting_totes"]} == {
        (tote, order) for order, tote in totes.items()
    }
    parcel = opened(pat, totes["O1"])
    assert parcel["order"] == {"number": "O1", "shop": "SHOP", "recipient": "A**", "remark": "gift"}
    assert (parcel["tote"], parcel["expected_g"], parcel["complete"]) == (totes["O1"], 380, False)
    assert [(line["sku"]["code"], line["qty"], line["verified"]) for line in parcel["lines"]] == [
        ("S1", 2, 0), ("S3", 1, 0),
    ]  # fmt: skip
    assert parcel["number"][0] == "P"
    assert is_valid(parcel["number"][1:])
    scans = [do(pat, "pack.verify", parcel_id=parcel["id"], code=barcode(house, sku)) for sku in ("S1", "S3", "S1")]
    assert [scan["data"]["line"]["verified"] for scan in scans] == [1, 1, 2]
    assert [scan["data"]["complete"] for scan in scans] == [False, False, True]
    assert do(pat, "pack.state")["data"]["parcel"]["complete"]
    scale = do(pat, "pack.scale", parcel_id=parcel["id"])["data"]
    assert (scale["source"], abs(scale["grams"] - 380) <= 10) == ("virtual", True)
    assert do(pat, "pack.scale", parcel_id=parcel["id"])["data"] == scale
    closed = do(pat, "pack.close", parcel_id=parcel["id"], weight_g=scale["grams"], source="scale")
    assert (closed["next"], closed["data"]["parcel"]["number"]) == ("pack_home", parcel["number"])
    assert closed["data"]["parcel"]["waybill"] == value("SELECT number FROM waybill WHERE status = 'issued'")
    assert value("SELECT processing FROM sales_order WHERE number = 'O1'") == "packed"
    assert value("SELECT in_use FROM pick_tote WHERE order_id = :id", id=house.orders["O1"]) is False
    inside = (
        "SELECT sum(on_hand) FROM stock_balance b JOIN bin ON bin.id = b.bin_id JOIN container c "
        "ON c.id = b.container_id WHERE bin.kind = 'packed' AND c.code = :code"
    )
    assert value(inside, code=parcel["number"]) == 3
    after = do(pat, "pack.state")["data"]
    assert (after["parcel"], after["today"], [tote["order"] for tote in after["waiting_totes"]]) == (
        None, {"parcels": 1}, ["O2"],
    )  # fmt: skip
    # Without a printer the labels wait, and packing goes on.
    assert {(job["document"], job["status"], job["reason"]) for job in after["jobs"]} == {
        ("waybill", "blocked", "no_printer"), ("packing_slip", "blocked", "no_printer"),
    }  # fmt: skip
    floor.proved()


def test_tote_that_cannot_be_packed_is_refused_with_its_reason(house, totes, pat):
    assert refused(pat, "pack.open", code="NOPE") == "packing.unknown_tote"
    assert refused(pat, "pack.open", code="A1-1") == "packing.not_a_tote"
    assert refused(pat, "pack.open", code="T12") == "packing.empty_tote"
    for processing, code in (("picking", "still_picking"), ("short", "order_short")):
        change("UPDATE sales_order SET processing = :to WHERE number = 'O1'", to=processing)
        assert refused(pat, "pack.open", code=totes["O1"]) == f"packing.{code}"
    change("UPDATE sales_order SET processing = 'picked', confirmation = 'cancelled' WHERE number = 'O1'")
    assert refused(pat, "pack.open", code=totes["O1"]) == "packing.order_stopped"


def change(sql, **params):
    with transaction() as session:
        session.execute(text(sql), params)


def test_wrong_item_is_refused_at_once(house, totes, pat):
    parcel = opened(pat, totes["O1"])["id"]
    assert refused(pat, "pack.verify", parcel_id=parcel, code="0000") == "packing.unknown_barcode"
    assert refused(pat, "pack.verify", parcel_id=parcel, code="A1-1") == "packing.not_an_item"
    assert refused(pat, "pack.verify", parcel_id=parcel, code=barcode(house, "S2")) == "packing.not_in_parcel"
    assert refused(pat, "pack.verify", parcel_id=parcel, code=barcode(house, "S1"), qty=3) == "packing.too_many"
    do(pat, "pack.verify", parcel_id=parcel, code=barcode(house, "S1"), qty=2)
    assert refused(pat, "pack.verify", parcel_id=parcel, code=barcode(house, "S1")) == "packing.too_many"
    assert refused(pat, "pack.verify", parcel_id=parcel, code=barcode(house, "S1"), qty=0) == "core.invalid"
    assert refused(pat, "pack.verify", parcel_id=999, code=barcode(house, "S1")) == "packing.unknown_parcel"
    assert refused(pat, "pack.close", parcel_id=parcel, weight_g=380) == "packing.not_complete"


def test_scan_that_comes_twice_counts_once(house, totes, pat):
    parcel = opened(pat, totes["O1"])["id"]
    body = {"command_id": str(uuid.uuid4()), "parcel_id": parcel, "code": barcode(house, "S1"), "qty": 1}
    first, second = do(pat, "pack.verify", **body), do(pat, "pack.verify", **body)
    assert second["replayed"]
    assert first["data"] == second["data"]
    assert value("SELECT sum(verified) FROM parcel_line") == 1


def test_restart_counts_from_zero(totes, pat):
    parcel = verified(pat, totes["O1"])
    shown = do(pat, "pack.restart", parcel_id=parcel["id"])["data"]["parcel"]
    assert [line["verified"] for line in shown["lines"]] == [0, 0]


def test_weight_that_does_not_fit_is_asked_about_once(totes, pat):
    parcel = verified(pat, totes["O1"])["id"]
    reply = do(pat, "pack.close", parcel_id=parcel, weight_g=900)
    assert (reply["next"], reply["message"]["code"], reply["message"]["tone"]) == (
        "pack_verify", "packing.weight_off", "warning",
    )  # fmt: skip
    assert reply["popup"]["field"] == "weight_confirmed"
    assert value("SELECT status FROM parcel") == "open"
    assert value("SELECT count(*) FROM waybill") == 0
    assert do(pat, "pack.close", parcel_id=parcel, weight_g=901)["next"] == "pack_verify"
    assert do(pat, "pack.close", parcel_id=parcel, weight_g=901)["next"] == "pack_home"


def test_weight_may_be_confirmed_at_once_but_not_be_absurd(totes, pat):
    parcel = verified(pat, totes["O1"])["id"]
    assert refused(pat, "pack.close", parcel_id=parcel, weight_g=0) == "core.invalid"
    assert refused(pat, "pack.close", parcel_id=parcel, weight_g=5_000_000) == "core.invalid"
    assert do(pat, "pack.close", parcel_id=parcel, weight_g=900, weight_confirmed=True)["next"] == "pack_home"
    assert refused(pat, "pack.close", parcel_id=parcel, weight_g=900) == "packing.not_open"


def test_parcel_belongs_to_one_station_at_a_time(house, totes, pat):
    other = tables.packer(house, "Quin", "PACK-2")
    boss = tables.packer(house, "Rae", "PACK-3", "supervisor")
    parcel = opened(pat, totes["O1"])
    assert opened(pat, totes["O1"])["number"] == parcel["number"]
    assert refused(other, "pack.open", code=totes["O1"]) == "packing.open_elsewhere"
    assert refused(other, "pack.verify", parcel_id=parcel["id"], code=barcode(house, "S1")) == "packing.open_elsewhere"
    assert [tote["order"] for tote in do(other, "pack.state")["data"]["waiting_totes"]] == ["O2"]
    assert opened(boss, totes["O1"])["number"] == parcel["number"]
    assert refused(pat, "pack.restart", parcel_id=parcel["id"]) == "packing.open_elsewhere"


def test_two_parcels_may_lie_on_one_table(totes, pat):
    first = opened(pat, totes["O1"])
    second = opened(pat, totes["O2"])
    assert do(pat, "pack.state")["data"]["parcel"]["number"] == second["number"]
    opened(pat, totes["O1"])
    assert do(pat, "pack.state")["data"]["parcel"]["number"] == first["number"]


def test_tote_opened_at_two_stations_at_once_is_one_parcel(app, house, totes, pat):
    other = tables.packer(house, "Quin", "PACK-2")
    replies = floor.at_once(
        app, lambda: ask(pat, "pack.open", code=totes["O1"]), lambda: ask(other, "pack.open", code=totes["O1"])
    )
    assert sorted(reply["ok"] for reply in replies) == [False, True]
    assert value("SELECT count(*) FROM parcel") == 1


def test_ledger_that_disagrees_with_the_tote_stops_the_close(house, totes, pat):
    parcel = verified(pat, totes["O1"])["id"]
    change("UPDATE pick_line SET picked = picked - 1 WHERE order_id = :id AND qty = 2", id=house.orders["O1"])
    change("UPDATE parcel_line SET qty = 1, verified = 1 WHERE qty = 2")
    assert refused(pat, "pack.close", parcel_id=parcel, weight_g=380) == "packing.tote_differs"


def test_unknown_carrier_stops_the_close_with_nothing_moved(house, pat):
    change("UPDATE sales_order SET carrier = 'nobody' WHERE number = 'O1'")
    tote = value("SELECT c.code FROM pick_tote t JOIN container c ON c.id = t.container_id WHERE t.order_id = :id",
                 id=house.orders["O1"])  # fmt: skip
    parcel = verified(pat, tote)["id"]
    assert refused(pat, "pack.close", parcel_id=parcel, weight_g=380) == "shipping.unknown_carrier"


def test_packing_needs_a_station_and_the_post(house, totes, pat):
    assert refused(replace(pat, station_id=None), "pack.open", code=totes["O1"]) == "packing.no_station"
    assert refused(floor.person(house, "Nell"), "pack.open", code=totes["O1"]) == "core.not_allowed"


def test_parcels_of_an_order_can_be_asked_for(app, house, totes, pat):
    done = tables.packed(pat, totes["O1"])
    with transaction() as session:
        token = access.open_session(session.query(Person).filter_by(badge="B-Pat").one(), "test")
    headers = {"Authorization": f"Bearer {token}"}
    (row,) = app.test_client().get("/api/v1/parcels?order=O1", headers=headers).json
    assert (row["number"], row["waybill"], row["status"], row["packed_by"]) == (
        done["number"], done["waybill"], "closed", "Pat",
    )  # fmt: skip
    assert app.test_client().get("/api/v1/parcels?order=O1").status_code == 401
