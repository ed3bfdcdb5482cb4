"""Receipts over HTTP and from CSV: announced, received in bulk, finished, closed; photos, plans, verdicts."""
from __future__ import annotations

import io
from datetime import timedelta

import inbound_floor as dockside
import pytest
from inbound_floor import expect, lines, lying
from picking_floor import everything, proved, value

from wms.access import service as access
from wms.access.models import Person
from wms.core.clock import now
from wms.core.importing import import_file
from wms.core.transaction import transaction
from wms.inbound import service
from wms.stock import service as stock
from wms.stock.service import Goods

FAR = (now() + timedelta(days=300)).date().isoformat()
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 1000 + b"\xff\xd9"


@pytest.fixture
def dock(app):
    return dockside.build()


@pytest.fixture
def client(app, dock):
    with transaction() as session:
        token = access.open_session(session.get_one(Person, dock.house.boss.person_id), "test")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def call(client, path, body=None, status=200, method="post", **more):
    reply = getattr(client, method)(f"/api/v1/{path}", json=body, **more)
    assert reply.status_code == status, (path, reply.text[:500])
    return reply.json


def refused(client, path, body, code, **more):
    before = everything()
    reply = client.post(f"/api/v1/{path}", json=body, **more)
    assert reply.json["code"] == code, reply.text
    assert everything() == before


ASN = {
    "number": "ASN9", "supplier": "Tea Garden", "over_percent": 5,
    "lines": [{"sku": "TEA", "qty": 2, "pack": "CASE", "lot": "L1", "expires_on": FAR}, {"sku": "PLAIN", "qty": 40}],
}  # fmt: skip


def test_a_receipt_is_announced_and_read_back(dock, client):
    made = call(client, "receipts", ASN, 201)
    assert (made["number"], made["expected"], made["lines"], made["status"]) == ("ASN9", 64, 2, "expected")
    found = call(client, "receipts?q=tea", method="get")["items"]
    assert [each["number"] for each in found] == ["ASN9"]
    shown = call(client, "receipts/ASN9/lines", method="get")["items"]
    assert [(each["sku"], each["qty"], each["most"], each["pack"]) for each in shown] == [
        ("TEA", 24, 25, "CASE"), ("PLAIN", 40, 42, None),
    ]  # fmt: skip
    refused(client, "receipts", ASN, "inbound.receipt_exists")
    assert call(client, "receipts", {"blind": True}, 201)["number"].startswith("IN")


@pytest.mark.parametrize(("change", "code"), [
    ({"lines": []}, "inbound.no_lines"),
    ({"lines": [{"sku": "NONE", "qty": 1}]}, "inbound.unknown_sku"),
    ({"lines": [{"sku": "TEA", "qty": 1, "pack": "PALLET"}]}, "inbound.unknown_pack"),
    ({"lines": [{"sku": "TEA", "qty": 0}]}, "stock.bad_quantity"),
    ({"lines": [{"sku": "TEA", "qty": -1}]}, "stock.bad_quantity"),
    ({"lines": [{"sku": "TEA", "qty": 10**12}]}, "stock.bad_quantity"),
    ({"owner": "NOBODY"}, "core.not_found"), ({"kind": "gift"}, "core.invalid"),
    ({"over_percent": 101}, "core.invalid"), ({"kind": "transfer"}, "core.invalid"),
])  # fmt: skip
def test_a_wrong_announcement_is_refused_whole(dock, client, change, code):
    refused(client, "receipts", ASN | change, code)


def test_everything_is_received_at_once(dock, client):
    call(client, "receipts", ASN, 201)
    done = call(client, "receipts/ASN9/receive-all", {})
    assert (done["status"], done["received"], done["lines_done"]) == ("received", 64, 2)
    assert lying(dock, "TEA") == [("RECEIVE", "L1", "good", 24)]
    refused(client, "receipts/ASN9/receive-all", {}, "inbound.receipt_over")
    entries = call(client, "receipts/ASN9/entries", method="get")["items"]
    told = [(each["sku"], each["qty"], each["person"]) for each in entries]
    assert told == [("PLAIN", 40, "Sue"), ("TEA", 24, "Sue")]
    assert call(client, "receipts/ASN9/close", {})["status"] == "closed"
    proved()


def test_the_number_of_statements_does_not_grow_with_the_lines(dock, client, app):
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    counted = []

    def count(*_):
        counted.append(1)

    def statements(number, many):
        announced = [{"sku": sku, "qty": 1} for sku in ("PLAIN", "S1", "S2") for _ in range(many)]
        body = {"number": number, "lines": announced}
        call(client, "receipts", body, 201)
        counted.clear()
        event.listen(Engine, "before_cursor_execute", count)
        try:
            call(client, f"receipts/{number}/receive-all", {})
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        return len(counted)

    assert statements("FEW", 1) == statements("MANY", 100)


def test_entries_in_bulk_all_or_none(dock, client):
    call(client, "receipts", ASN, 201)
    good = {"sku": "PLAIN", "qty": 10}
    refused(client, "receipts/ASN9/entries", {"entries": [good, {"sku": "PLAIN", "qty": 33}]}, "inbound.over_receipt")
    refused(client, "receipts/ASN9/entries", {"entries": [good, {"sku": "S1", "qty": 1}]}, "inbound.not_expected")
    refused(client, "receipts/ASN9/entries", {"entries": [{"sku": "TEA", "qty": 1}]}, "inbound.other_lot")
    refused(client, "receipts/ASN9/entries", {"entries": [{"sku": "PLAIN", "qty": 0}]}, "stock.bad_quantity")
    case = {"sku": "TEA", "qty": 1, "pack": "CASE", "lot": "L1", "expires_on": FAR}
    done = call(client, "receipts/ASN9/entries", {"entries": [good, case, good]})
    assert (done["received"], done["status"]) == (32, "receiving")
    refused(client, "receipts/ASN9/finish", {}, "inbound.short")
    assert call(client, "receipts/ASN9/finish", {"reason": "backorder"})["short_reason"] == "backorder"
    assert call(client, "receipts/ASN9/reopen", {})["status"] == "receiving"
    proved()


def test_what_the_announcement_does_not_tell_is_not_made_up(dock, client):
    call(client, "receipts", {"number": "X", "lines": [{"sku": "TEA", "qty": 1}]}, 201)
    refused(client, "receipts/X/receive-all", {}, "stock.lot_needed")
    call(client, "receipts", {"number": "Y", "lines": [{"sku": "PHONE", "qty": 1}]}, 201)
    refused(client, "receipts/Y/receive-all", {}, "stock.serials_needed")
    body = {"entries": [{"sku": "PHONE", "qty": 1, "serials": ["A", "B"]}]}
    refused(client, "receipts/Y/entries", body, "stock.serials_differ")
    call(client, "receipts/Y/entries", {"entries": [{"sku": "PHONE", "qty": 1, "serials": ["A"]}]})


def test_a_receipt_is_called_off_only_while_nothing_came(dock, client):
    expect(dock, "A", PLAIN=2)
    assert call(client, "receipts/A/cancel", {})["status"] == "cancelled"
    expect(dock, "B", PLAIN=2)
    call(client, "receipts/B/entries", {"entries": [{"sku": "PLAIN", "qty": 1}]})
    refused(client, "receipts/B/cancel", {}, "inbound.already_received")


def test_a_receipt_is_closed_when_everything_is_settled(dock, client):
    receipt = expect(dock, "A", PLAIN=2)
    with transaction():
        found = service.by_number(dock.house.id, "A")
        aside = service.put_aside(found, reason="unknown", code="X", actor_id=None).id
    call(client, "receipts/A/receive-all", {})
    refused(client, "receipts/A/close", {}, "inbound.unsettled")
    assert [each["code"] for each in call(client, "receipt-asides", method="get")["items"]] == ["X"]
    assert call(client, f"receipt-asides/{aside}/settle", {"outcome": "returned"})["status"] == "settled"
    refused(client, f"receipt-asides/{aside}/settle", {"outcome": "returned"}, "core.illegal_move")
    call(client, "receipts/A/close", {})
    assert lines(receipt) == [("PLAIN", 2, 2, 0)]


def test_photos(dock, client):
    expect(dock, "A", PLAIN=2)
    def send(data):
        return client.post("/api/v1/receipt-photos?receipt=A", data=data)

    kept = send(JPEG).json
    with client.get(f"/api/v1/receipt-photos/{kept['file']}") as shown:
        assert shown.data == JPEG
    assert client.get("/api/v1/receipt-photos/..%2Fsecret_key").status_code == 404
    assert send(b"GIF89a").json["code"] == "core.not_a_photo"
    assert send(JPEG[:-2] + b"0" * 2 * 1024 * 1024 + b"\xff\xd9").json["code"] == "core.photo_too_large"
    assert [each["file"] for each in call(client, "receipts/A/story", method="get")["photos"]] == [kept["file"]]
    assert value("SELECT count(*) FROM receipt_photo") == 1


def test_plans_and_verdicts(dock, client):
    body = {"sku": "PLAIN", "supplier": "", "level": "steps", "value": 2, "accept": 0}
    call(client, "quality-plans", body, method="put")
    call(client, "quality-plans", body | {"level": "steps", "value": 4}, 422, method="put")
    assert [plan["sku"] for plan in call(client, "quality-plans", method="get")] == ["PLAIN"]
    expect(dock, "A", PLAIN=20)
    call(client, "receipts/A/receive-all", {})
    check = call(client, "quality-checks", method="get")["items"][0]
    assert (check["qty"], check["sample"]) == (20, 5)
    assert call(client, f"quality-checks/{check['id']}/decide", {"defects": 0})["status"] == "released"
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "good", 20)]
    proved()


def test_a_csv_of_receipts(dock, client):
    text = (
        "ASN,Item,Quantity,Packaging,Supplier,Batch,Expiry,ETA\n"
        f"C1,TEA,2,CASE,Tea Garden,L1,{FAR},2026-12-01\nC1,PLAIN,5,,Tea Garden,,,2026-12-01\n"
        "C2,PLAIN,5,,Tea Garden,,,\nC2,NONE,1,,Tea Garden,,,\nC3,PLAIN,0,,,,,\nC4,PLAIN,1,,A,,,\nC4,S1,1,,B,,,\n"
    )
    done = import_file("receipts", io.BytesIO(text.encode()), warehouse_id=dock.house.id)
    assert (done.created, done.rejected) == (1, 5)
    assert {(each.line, each.code) for each in done.rejects} == {
        (4, "inbound.other_line_wrong"), (5, "catalog.unknown_sku"), (6, "core.csv_out_of_range"),
        (7, "inbound.other_line_wrong"), (8, "core.csv_contradicts"),
    }  # fmt: skip
    assert call(client, "receipts/C1", method="get")["expected"] == 29
    assert import_file("receipts", io.BytesIO(text.encode()), warehouse_id=dock.house.id).unchanged == 1


def test_a_transfer_arrives(dock, client):
    other = second_house()
    with transaction():
        place = other["bins"]["B1"]
        goods = [Goods(dock.skus["PLAIN"], place, 10)]
        stock.receive(other["id"], goods, reference="x", actor_id=None)
        made = stock.open_transfer(other["id"], dock.house.id, goods, actor_id=None)
        stock.ship_transfer(other["id"], made.id, actor_id=None)
        transfer_id, number = made.id, made.number
    shown = call(client, "receipts", {"kind": "transfer", "transfer_id": transfer_id}, 201)
    assert (shown["number"], shown["expected"]) == (number, 10)
    call(client, f"receipts/{number}/entries", {"entries": [{"sku": "PLAIN", "qty": 7}]})
    refused(client, f"receipts/{number}/entries", {"entries": [{"sku": "PLAIN", "qty": 4}]}, "inbound.over_receipt")
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "good", 7), ("TRANSIT", "", "good", 3)]
    call(client, f"receipts/{number}/finish", {"reason": "not_delivered"})
    call(client, f"receipts/{number}/close", {})
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "good", 7)]
    assert value("SELECT status FROM stock_transfer") == "received"
    proved()


def second_house():
    from wms.layout import service as layout
    from wms.layout.service import BinFacts, FloorPlan

    with transaction():
        house = layout.create_warehouse("W2", "Two", FloorPlan(1, 3_000, 10_000)).id
        layout.put_bins(house, [BinFacts("B1")])
        return {"id": house, "bins": {code: found[0] for code, found in layout.bin_ids(house, ["B1"]).items()}}
