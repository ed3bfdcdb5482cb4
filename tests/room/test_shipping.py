"""Waybills and handover: numbers given out once, parcels shipped once, refusals that move nothing."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
from packing_floor import packed, refused, verified
from picking_floor import do, value
from sqlalchemy import text

from wms.core.checkdigit import is_valid
from wms.core.transaction import transaction
from wms.printing.models import PrintJob
from wms.shipping import asking, service
from wms.shipping.carriers import Carrier, plugin
from wms.shipping.models import Waybill

CHINA = {
    "recipient": "王小明", "phone": "13800000000", "province": "浙江省", "city": "杭州市", "district": "西湖区",
    "address": "文三路 1 号", "postcode": "310012", "remark": "请\n轻放",
}  # fmt: skip


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def totes(house):
    return tables.picked(house, {"O1": {"S1": 2, "S3": 1}, "O2": {"S2": 3}, "O3": {"S4": 1}}, **CHINA)


@pytest.fixture
def pat(house, totes):
    return tables.packer(house)


@pytest.fixture
def driver(house):
    return floor.person(house, "Dan")


def change(sql, **params):
    with transaction() as session:
        session.execute(text(sql), params)


def status_of(parcel):
    return value("SELECT status FROM parcel WHERE number = :number", number=parcel["number"])


def test_own_fleet_is_a_carrier():
    own: Carrier = plugin("own_fleet")
    assert own.in_transaction


def test_closed_parcel_has_its_waybill_and_both_documents(totes, pat):
    parcel = packed(pat, totes["O1"])
    assert parcel["waybill"][:2] == "OF"
    assert is_valid(parcel["waybill"][2:])
    with transaction() as session:
        waybill = session.query(Waybill).one()
        assert (waybill.status, waybill.number, waybill.route_code, waybill.sorting_code) == (
            "issued", parcel["waybill"], "杭州市 西湖区", "3100",
        )  # fmt: skip
        jobs = {job.document: job.data for job in session.query(PrintJob)}
    assert jobs["waybill"]["recipient"] == {
        "name": "王小明", "phone": "13800000000", "address": "浙江省杭州市西湖区文三路 1 号 310012",
    }  # fmt: skip
    assert (jobs["waybill"]["items"], jobs["waybill"]["note"]) == ("Thing 1 ×2; Thing 3 ×1", "请 轻放")
    assert jobs["packing_slip"]["lines"][0] == {"sku": "S1", "name": "Thing 1", "qty": 2}
    told = value("SELECT data FROM event WHERE name = 'parcel.waybill'")
    assert (told["parcel"], told["waybill"], told["carrier"]) == (parcel["number"], parcel["waybill"], "own_fleet")


@pytest.mark.parametrize("name", ["王**", "~王小明~cipher~"])
def test_a_name_that_the_platform_hides_is_on_no_label_of_our_own(house, name):
    """Its parcel is closed as one that a carrier refuses, until somebody has found out who gets it."""
    hidden = {**CHINA, "recipient": name, "phone": "~AgAAAAHw5WEBHdFY~138~", "address_id": "place"}
    tote = tables.picked(house, {"O1": {"S1": 1}}, **hidden)["O1"]
    parcel = packed(tables.packer(house), tote)
    assert (parcel["waybill"], status_of(parcel)) == (None, "closed")
    assert value("SELECT count(*) FROM print_job WHERE document = 'waybill'") == 0
    with transaction() as session:
        waybill = session.query(Waybill).one()
        assert (waybill.status, waybill.number, waybill.refused) == ("void", None, "data")
    assert value("SELECT reason FROM problem WHERE status = 'open'") == "carrier_refused"
    assert value("SELECT count(*) FROM event WHERE name = 'parcel.waybill_refused'") == 1
    change("UPDATE sales_order SET recipient = '', address_id = ''")
    parcel_id = value("SELECT id FROM parcel")
    with transaction():
        assert asking.by_other(house.id, parcel_id, "own_fleet")["number"]
    assert value("SELECT count(*) FROM print_job WHERE document = 'waybill'") == 1


def test_two_stations_at_once_get_two_numbers_without_a_gap(app, house, totes, pat):
    quin = tables.packer(house, "Quin", "PACK-2")
    first, second = verified(pat, totes["O1"])["id"], verified(quin, totes["O2"])["id"]
    replies = floor.at_once(
        app,
        lambda: do(pat, "pack.close", parcel_id=first, weight_g=380),
        lambda: do(quin, "pack.close", parcel_id=second, weight_g=380),
    )
    numbers = {reply["data"]["parcel"]["waybill"] for reply in replies}
    assert len(numbers) == 2
    assert value("SELECT next_number FROM carrier") == 3


def test_refused_close_uses_up_no_number(totes, pat):
    parcel = verified(pat, totes["O1"])["id"]
    do(pat, "pack.restart", parcel_id=parcel)
    assert refused(pat, "pack.close", parcel_id=parcel, weight_g=380) == "packing.not_complete"
    assert packed(pat, totes["O1"])["waybill"][5:14] == "000000001"


IN_THE_HOUSE = """
    SELECT sum(on_hand) FROM stock_balance JOIN bin ON bin.id = stock_balance.bin_id WHERE bin.kind = 'packed'
"""


def test_from_the_table_into_the_truck(house, totes, pat, driver):
    first, second = packed(pat, totes["O1"]), packed(pat, totes["O2"])
    before = do(driver, "load.state")["data"]
    assert before["manifest"] is None
    assert before["carriers"] == [{"code": "own_fleet", "name": "自有车队 Own fleet", "waiting": 2}]
    loaded = do(driver, "load.scan", code=first["number"])["data"]
    assert (loaded["parcel"], loaded["manifest"]["number"]) == (first, 1)
    do(driver, "load.scan", code=second["waybill"])
    assert do(driver, "load.state")["data"]["manifest"]["parcels"] == [first, second]
    assert do(driver, "load.unload", code=second["number"])["data"]["manifest"]["parcels"] == [first]
    assert status_of(second) == "closed"
    do(driver, "load.scan", code=second["number"])
    manifest = do(driver, "load.state")["data"]["manifest"]
    closed = do(driver, "load.close", manifest_id=manifest["id"])
    assert (closed["data"]["closed"]["status"], closed["message"]["params"]["parcels"]) == ("closed", 2)
    assert closed["data"]["manifest"] is None
    assert closed["data"]["carriers"]
    assert {status_of(first), status_of(second)} == {"shipped"}
    assert value("SELECT string_agg(number, ',' ORDER BY id) FROM sales_order WHERE shipping = 'shipped'") == "O1,O2"
    assert not value(IN_THE_HOUSE)
    assert do(driver, "load.state")["data"]["manifest"] is None
    floor.proved()


def test_what_may_not_be_loaded_is_refused_with_its_reason(house, totes, pat, driver):
    open_one = verified(pat, totes["O2"])
    parcel = packed(pat, totes["O1"])
    assert refused(driver, "load.scan", code="NOPE") == "shipping.unknown_parcel"
    assert refused(driver, "load.scan", code="T1") == "shipping.not_a_parcel"
    assert refused(driver, "load.scan", code=open_one["number"]) == "shipping.not_closed"
    assert refused(driver, "load.unload", code=parcel["number"]) == "shipping.not_loaded"
    change("UPDATE sales_order SET confirmation = 'cancelled' WHERE number = 'O1'")
    assert refused(driver, "load.scan", code=parcel["number"]) == "shipping.order_stopped"
    change("UPDATE sales_order SET confirmation = 'confirmed' WHERE number = 'O1'")
    do(driver, "load.scan", code=parcel["number"])
    assert refused(driver, "load.scan", code=parcel["waybill"]) == "shipping.already_loaded"
    manifest = do(driver, "load.state")["data"]["manifest"]["id"]
    do(driver, "load.close", manifest_id=manifest)
    assert refused(driver, "load.scan", code=parcel["number"]) == "shipping.already_shipped"
    assert refused(driver, "load.unload", code=parcel["number"]) == "shipping.not_loaded"
    assert refused(driver, "load.close", manifest_id=manifest) == "shipping.manifest_closed"
    assert refused(driver, "load.close", manifest_id=999) == "shipping.unknown_manifest"


def test_parcel_of_another_carrier_stays_on_the_floor(house, totes, pat, driver):
    with transaction():
        service.ensure_carrier("express", "Express")
    change("UPDATE sales_order SET carrier = 'express' WHERE number = 'O2'")
    own, express = packed(pat, totes["O1"]), packed(pat, totes["O2"])
    assert own["waybill"] != express["waybill"]
    do(driver, "load.scan", code=own["number"])
    assert refused(driver, "load.scan", code=express["number"]) == "shipping.other_carrier"
    other = floor.person(house, "Eve")
    assert do(other, "load.scan", code=express["number"])["data"]["manifest"]["carrier"]["code"] == "express"
    assert value("SELECT count(*) FROM manifest WHERE status = 'open'") == 2


def test_empty_manifest_is_not_closed(totes, pat, driver):
    parcel = packed(pat, totes["O1"])
    manifest = do(driver, "load.scan", code=parcel["number"])["data"]["manifest"]["id"]
    do(driver, "load.unload", code=parcel["number"])
    assert refused(driver, "load.close", manifest_id=manifest) == "shipping.empty_manifest"


def test_voided_waybill_is_neither_loaded_nor_printed_again(house, totes, pat, driver):
    parcel = packed(pat, totes["O1"])
    job = value("SELECT id FROM print_job WHERE document = 'waybill'")
    parcel_id = value("SELECT id FROM parcel")
    with transaction():
        service.void(parcel_id)
    assert refused(driver, "load.scan", code=parcel["number"]) == "shipping.voided"
    assert refused(driver, "load.scan", code=parcel["waybill"]) == "shipping.voided"
    assert refused(pat, "print.again", job_id=job, reason="torn") == "printing.voided"
    assert value("SELECT status FROM print_job WHERE document = 'waybill'") == "cancelled"
    with transaction():
        fresh = service.issue(parcel_id, pat.station_id, None).number
    assert fresh != parcel["waybill"]
    assert refused(driver, "load.scan", code=parcel["waybill"]) == "shipping.voided"
    assert do(driver, "load.scan", code=fresh)["ok"]
    assert value("SELECT count(*) FROM print_job WHERE document = 'waybill'") == 2


def test_two_people_load_one_carriers_manifest(app, house, totes, pat, driver):
    other = floor.person(house, "Eve")
    first, second = packed(pat, totes["O1"]), packed(pat, totes["O2"])
    floor.at_once(
        app,
        lambda: do(driver, "load.scan", code=first["number"]),
        lambda: do(other, "load.scan", code=second["number"]),
    )
    assert value("SELECT count(*) FROM manifest") == 1
    assert len(do(other, "load.state")["data"]["manifest"]["parcels"]) == 2


def test_closing_twice_at_once_ships_once(app, house, totes, pat, driver):
    parcel = packed(pat, totes["O1"])
    manifest = do(driver, "load.scan", code=parcel["number"])["data"]["manifest"]["id"]
    replies = floor.at_once(app, *[lambda: floor.ask(driver, "load.close", manifest_id=manifest)] * 3)
    assert sorted(reply["ok"] for reply in replies) == [False, False, True]
    assert value("SELECT count(*) FROM stock_move WHERE reason = 'ship'") == 2
    floor.proved()
