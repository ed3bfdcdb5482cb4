"""What the office does with receipts: takes back, identifies, prints labels, sees the way to the shelf."""
from __future__ import annotations

import uuid

import print_table
import pytest
from inbound_floor import GTIN, expect, lines, lying
from picking_floor import do, proved, value
from test_inbound_http import FAR, call, client, dock, refused

from wms.core.transaction import transaction
from wms.inbound import service
from wms.layout.models import Station

__all__ = ["client", "dock"]  # fixtures


def put_aside(dock, number="A", code="4006381333931", qty=3):
    with transaction():
        receipt = service.by_number(dock.house.id, number)
        service.begin(receipt)
        return service.put_aside(receipt, reason="unknown", code=code, qty=qty, actor_id=None).id


def story(client, number="A"):
    return call(client, f"receipts/{number}/story", method="get")


def test_the_list_is_narrowed_by_kind(dock, client):
    expect(dock, "A", PLAIN=2)
    expect(dock, "B", PLAIN=2, _kind="purchase")
    found = call(client, "receipts?kind=purchase", method="get")["items"]
    assert [each["number"] for each in found] == ["B"]
    call(client, "receipts?kind=gift", None, 422, method="get")


def test_anybodys_scan_is_taken_back(dock, client):
    receipt = expect(dock, "A", PLAIN=20)
    for qty in (3, 4):
        do(dock.ann, "receive.open", code="A")
        do(dock.ann, "receive.scan", code="PLAIN-1")
        do(dock.ann, "receive.set", qty=qty)
        do(dock.ann, "receive.take")
    entries = call(client, "receipts/A/entries", method="get")["items"]
    first = next(each for each in entries if each["qty"] == 3)
    assert call(client, "receipts/A/undo", {"batch": first["batch"]})["received"] == 4
    assert lines(receipt) == [("PLAIN", 20, 4, 0)]
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "good", 4)]
    assert value("SELECT count(*) FROM receipt_entry WHERE undone_at IS NOT NULL") == 1
    refused(client, "receipts/A/undo", {"batch": first["batch"]}, "inbound.nothing_to_undo")
    refused(client, "receipts/A/undo", {"batch": str(uuid.uuid4())}, "inbound.nothing_to_undo")
    refused(client, "receipts/A/undo", {"batch": "last"}, "core.invalid")
    proved()


def test_what_left_the_dock_is_not_taken_back(dock, client):
    expect(dock, "A", PLAIN=20)
    call(client, "receipts/A/entries", {"entries": [{"sku": "PLAIN", "qty": 5}]})
    batch = call(client, "receipts/A/entries", method="get")["items"][0]["batch"]
    assert [(each["sku"], each["qty"]) for each in story(client)["waiting"]] == [("PLAIN", 5)]
    task = do(dock.ben, "putaway.load", code="PLAIN-1")["data"]["tasks"][0]
    shown = story(client)["putaway"]
    assert [(each["sku"], each["qty"], each["bin"], each["why"], each["person"]) for each in shown] == [
        ("PLAIN", 5, task["bin"]["code"], task["why"], "Ben")
    ]
    assert story(client)["waiting"] == []
    do(dock.ben, "putaway.bin", code=task["bin"]["code"])
    do(dock.ben, "putaway.put", task_id=task["id"], qty=5)
    assert (story(client)["putaway"], story(client)["waiting"]) == ([], [])
    refused(client, "receipts/A/undo", {"batch": batch}, "inbound.gone_from_dock")


def test_people_at_work_are_named(dock, client):
    expect(dock, "A", PLAIN=20)
    do(dock.ann, "receive.open", code="A")
    assert [each["name"] for each in story(client)["people"]] == ["Ann"]


def test_goods_put_aside_are_identified_and_their_code_is_remembered(dock, client):
    receipt = expect(dock, "A", PLAIN=20)
    aside = put_aside(dock)
    done = call(client, f"receipt-asides/{aside}/identify", {"sku": "PLAIN", "remember": True})
    assert (done["status"], done["outcome"]) == ("settled", "received")
    assert lines(receipt) == [("PLAIN", 20, 3, 0)]
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "good", 3)]
    do(dock.ann, "receive.open", code="A")
    assert do(dock.ann, "receive.scan", code="4006381333931")["data"]["item"]["sku"]["code"] == "PLAIN"
    refused(client, f"receipt-asides/{aside}/identify", {"sku": "PLAIN"}, "core.illegal_move")
    proved()


def test_identified_goods_that_nobody_announced_wait_for_a_check(dock, client):
    expect(dock, "A", PLAIN=20)
    aside = put_aside(dock)
    call(client, f"receipt-asides/{aside}/identify", {"sku": "TEA", "lot": "L9", "expires_on": FAR})
    assert lying(dock, "TEA") == [("RECEIVE", "L9", "quarantine", 3)]
    assert [each["why"] for each in story(client)["checks"]] == ["unexpected"]
    assert value("SELECT count(*) FROM barcode WHERE code = '4006381333931'") == 0
    proved()


@pytest.mark.parametrize(("body", "code"), [
    ({"sku": "NONE"}, "core.not_found"),
    ({"sku": "TEA"}, "stock.lot_needed"),
    ({"sku": "PHONE", "serials": ["A"]}, "stock.serials_differ"),
    ({"sku": "PHONE"}, "stock.serials_needed"),
    ({"sku": ""}, "core.invalid"),
])  # fmt: skip
def test_goods_that_are_not_told_well_enough_stay_aside(dock, client, body, code):
    expect(dock, "A", PLAIN=20)
    aside = put_aside(dock)
    refused(client, f"receipt-asides/{aside}/identify", body, code)


def test_a_code_of_other_goods_is_not_taught(dock, client):
    expect(dock, "A", PLAIN=20)
    aside = put_aside(dock, code=GTIN)
    refused(client, f"receipt-asides/{aside}/identify", {"sku": "PLAIN", "remember": True}, "catalog.code_taken")


def test_more_than_is_tolerated_stays_aside(dock, client):
    expect(dock, "A", PLAIN=2)
    aside = put_aside(dock)
    refused(client, f"receipt-asides/{aside}/identify", {"sku": "PLAIN"}, "inbound.over_receipt")


def test_goods_of_a_finished_receipt_stay_aside_until_it_is_opened_again(dock, client):
    expect(dock, "A", PLAIN=20)
    aside = put_aside(dock)
    call(client, "receipts/A/finish", {"reason": "backorder"})
    refused(client, f"receipt-asides/{aside}/identify", {"sku": "PLAIN"}, "inbound.not_receiving")
    call(client, "receipts/A/reopen", {})
    call(client, f"receipt-asides/{aside}/identify", {"sku": "PLAIN"})


def test_labels_come_out_at_the_dock(dock, client):
    expect(dock, "A", PLAIN=20)
    refused(client, "receipts/A/labels", {"what": "lpn"}, "inbound.no_dock_station")
    with transaction() as session:
        session.add(Station(warehouse_id=dock.house.id, code="DOCK-1", name="Dock", kind="dock"))
    lpn = call(client, "receipts/A/labels", {"what": "lpn"})["reference"]
    again = call(client, "receipts/A/labels", {"what": "lpn", "lpn": lpn})
    assert (again["reference"], again["document"]) == (lpn, "lpn_label")
    call(client, "receipts/A/labels", {"what": "sku", "sku": "PLAIN", "qty": 4})
    refused(client, "receipts/A/labels", {"what": "lpn", "lpn": "NO-SUCH"}, "core.not_found")
    refused(client, "receipts/A/labels", {"what": "sku", "sku": ""}, "core.not_found")
    assert value("SELECT count(*) FROM print_job WHERE document = 'lpn_label'") == 2
    assert value("SELECT data->>'qty' FROM print_job WHERE document = 'sku_label'") == "4"
    with transaction() as session:
        station = session.query(Station).filter_by(code="DOCK-1").one()
        print_table.add_printer(session, station.id, "Z1", "zpl", 9101, ("gs1_label", "60x40"))
    tea = {"what": "sku", "sku": "TEA", "qty": 1, "lot": "L1", "expires_on": "2027-01-31"}
    assert call(client, "receipts/A/labels", tea)["document"] == "gs1_label"
    assert call(client, "receipts/A/labels", {**tea, "lot": "L" * 21})["document"] == "sku_label"
