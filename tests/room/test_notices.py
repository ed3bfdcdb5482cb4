"""Buyers are told once, in their language, over real servers; what nobody knows is not sent again by itself."""
from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import packing_floor as tables
import picking_floor as floor
import pytest
from order_samples import ADDRESS, draft, order, shop, take
from picking_floor import at_once, do, value
from post_office import http, smtp
from sqlalchemy import text

from wms.access import service as access
from wms.core.clock import fixed, now
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.transaction import transaction
from wms.notices import service
from wms.notices.plugin import plugins
from wms.orders import service as orders
from wms.orders.events import OrderConfirmed, OrderUnpaid
from wms.shipping.events import ParcelSeen

LONDON = {"recipient": "Ann\r\nBcc: x@y.test", "email": "ann@box.test", "phone": "+44 7700 900123", "country": "UK"}
SECRET = "0123456789abcdef"


@pytest.fixture
def house(app):
    plugins()["virtual"].sent.clear()
    return shop(1000)


def way(house, plugin="virtual", *, shop="T", events=("accepted",), secrets=None, **more):
    with transaction():
        made = service.change_way(house, None, {
            "name": plugin, "plugin": plugin, "secrets": secrets or {}, **more})  # fmt: skip
        for event in events:
            service.put_rules(house, shop, event, [made["id"]])
        return made["id"]


def mail(house, box, **more):
    sender = "Our shop <shop@box.test>"
    return way(house, "email", settings={"host": "127.0.0.1", "port": str(box.port), "sender": sender,
                                         "security": "none"}, **more)  # fmt: skip


def rows(columns="status, tries, error, reached"):
    with transaction() as session:
        return [tuple(row) for row in session.execute(text(f"SELECT {columns} FROM notice ORDER BY id"))]


def due():
    with transaction() as session:
        session.execute(text("UPDATE notice SET due_at = now() - interval '1 s'"))


def test_once_for_an_order_and_only_where_a_shop_wants_it(house):
    way(house)
    with transaction():
        orders.add_shop("U", "Other shop", currency="EUR", carrier="own_fleet")
    china = {**ADDRESS, "recipient": "王小明", "phone": "13812345678", "country": "中国", "province": "浙江省",
             "city": "杭州市", "district": "西湖区"}  # fmt: skip
    hidden = draft("N2", phone="138****5678"), draft("N4", phone="~AgAAAAHw5WEBHdFY~138~")
    take(house, draft("N1", **china), *hidden, draft("N3", paid="0"))
    with transaction():
        orders.audit([order("N1").id])
        other = orders.Draft("U", "X1", draft("X1").lines, draft("X1").total, draft("X1").total, **ADDRESS)
        orders.take(house, [other])
    assert service.send_due() == 3
    assert rows() == [("sent", 1, "", "138****5678"), *[("failed", 1, "no phone", "")] * 2]
    (message,) = plugins()["virtual"].sent
    assert message.body == "【Test shop】您的订单 N1（2.00 EUR）已确认，正在备货。"
    first, unpaid = order("N1").id, order("N3").id
    with transaction():
        orders.audit([first])
        publish(OrderConfirmed(house, first))
        publish(OrderUnpaid(house, unpaid))  # of which the shop does not want to tell
    due()
    assert service.send_due() == 0
    assert len(plugins()["virtual"].sent) == 1


def test_mail_goes_out_over_smtp_and_its_head_has_our_lines_only(house):
    with smtp() as box:
        mail(house, box)
        with transaction():
            service.put_words(house, "", "accepted", "email", "en", "Hello {{ name }}", "Dear {{ name }}, {{ order }}")
        take(house, draft("N1", **LONDON))
        service.send_due()
    assert rows() == [("sent", 1, "", "a**@box.test")]
    (got,) = box.mails
    assert (got["To"], got["Subject"], got["Bcc"]) == ("ann@box.test", "Hello Ann Bcc: x@y.test", None)
    assert got.get_content().strip() == "Dear Ann Bcc: x@y.test, N1"
    assert "ann@" not in str(rows("*"))


def test_what_a_server_says_decides_whether_it_is_tried_again(house):
    with smtp() as box:
        mail(house, box)
        take(house, draft("N1", **LONDON))
        box.fails = "busy"
        service.send_due()
        assert rows() == [("waiting", 1, "SMTP 451", "a**@box.test")]
        assert service.send_due() == 0  # its time has not come
        box.fails = "cut"  # it has the mail, and we never hear so
        due()
        service.send_due()
        assert rows("status, tries") == [("doubt", 2)]
        due()
        assert service.send_due() == 0
        assert len(box.mails) == 1
        with transaction():
            service.again(house, 1)
        box.fails = "refuse"
        service.send_due()
        assert rows("status, error") == [("failed", "the server refuses it (550)")]
        box.fails = ""
        with transaction():
            service.again(house, 1)
        service.send_due()
        assert rows("status, tries") == [("sent", 1)]
        with pytest.raises(WmsError, match="illegal_move"), transaction():
            service.again(house, 1)
    assert len({each["Message-ID"] for each in box.mails}) == 1
    take(house, draft("N2", **LONDON))  # the server is gone now
    service.send_due()
    assert rows("status")[1] == ("waiting",)


def test_two_workers_send_each_once_and_one_that_was_killed_leaves_a_doubt(app, house):
    way(house)
    take(house, *(draft(f"N{n}", phone="13812345678") for n in range(60)))
    at_once(app, service.send_due, service.send_due)
    sent = [message.id for message in plugins()["virtual"].sent]
    assert len(sent) == len(set(sent)) == 60
    take(house, draft("M1", phone="13812345678"))
    with transaction() as session:
        begun = "UPDATE notice SET status = 'sending', due_at = now() - interval '1 s' WHERE status = 'waiting'"
        session.execute(text(begun))
    assert service.send_due() == 0
    assert rows("status, error")[-1] == ("doubt", "killed")


def test_quiet_hours_are_waited_for(house):
    at = now().replace(hour=15, minute=30)  # half past eleven at night in Shanghai
    with fixed(at):
        way(house, quiet_from=22 * 60, quiet_until=8 * 60)
        take(house, draft("N1", phone="13812345678"))
        assert service.send_due() == 0
        (until,) = rows("due_at")[0]
    assert until == at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with fixed(until):
        assert service.send_due() == 1
    assert rows("status") == [("sent",)]


def test_gateways_and_webhooks_get_what_they_verify(house):
    with http() as box:
        url = f"http://127.0.0.1:{box.port}/send"
        form = '{"phones": ["{to}"], "template": "SMS_1", "params": {"no": "{order}", "who": "{name}"}}'
        way(house, "sms", settings={"url": url, "body": form, "header": "X-Key", "ok": "code=0"}, secrets={"key": "k1"})
        way(house, "webhook", settings={"url": url}, secrets={"secret": SECRET}, events=("address_question",))
        take(house, draft("N1", recipient='A "quoted" {to}', phone="13812345678"), draft("N2", address=""))
        service.send_due()
        box.answer = {"code": 7}
        take(house, draft("N3", phone="13812345678"))
        service.send_due()
        box.fails = "busy"
        take(house, draft("N4", phone="13812345678"))
        service.send_due()
    by = {body.get("event", "sms"): (head, body, raw) for head, body, raw in box.posts[:2]}
    head, body, _ = by["sms"]
    assert head["X-Key"] == "k1"
    assert body == {"phones": ["13812345678"], "template": "SMS_1", "params": {"no": "N1", "who": 'A "quoted" {to}'}}
    head, body, raw = by["address_question"]
    signed = hmac.new(SECRET.encode(), f"{head['X-WMS-Timestamp']}.".encode() + raw, hashlib.sha256).hexdigest()
    assert head["X-WMS-Signature"] == signed
    assert body["values"]["order"] == "N2"
    assert rows("status, error")[2:] == [("failed", "the gateway says no"), ("waiting", "HTTP 429")]
    assert "k1" not in str(value("SELECT string_agg(w::text, '') FROM notice_way w"))


def test_what_leaves_and_what_is_signed_for_is_told_with_its_number(app):
    plugins()["virtual"].sent.clear()
    built = floor.build()
    way(built.id, shop="SHOP", events=("shipped", "delivered"))
    totes = tables.picked(built, {"O1": {"S1": 1}}, recipient="王小明", phone="13812345678", country="CN")
    parcel = tables.packed(tables.packer(built), totes["O1"])
    dan = floor.person(built, "Dan")
    loaded = do(dan, "load.scan", code=parcel["number"])["data"]
    do(dan, "load.close", manifest_id=loaded["manifest"]["id"])
    service.send_due()
    assert parcel["waybill"] in plugins()["virtual"].sent[-1].body
    seen = ParcelSeen(built.id, value("SELECT id FROM parcel"), value("SELECT order_id FROM parcel"), "", "signed")
    with transaction() as session:
        session.execute(text(TRACED))
        publish(seen)  # of its parcels not all have been signed for
    assert rows("event, status") == [("shipped", "sent")]
    with transaction() as session:
        session.execute(text("UPDATE parcel_track SET state = 'signed'"))
        publish(seen)
        publish(seen)
    service.send_due()
    assert rows("event, status") == [("shipped", "sent"), ("delivered", "sent")]


TRACED = """
    INSERT INTO parcel_track (waybill_id, warehouse_id, by_carrier_id, left_at, tries, trouble)
    SELECT w.id, p.warehouse_id, w.carrier_id, now(), 0, '' FROM waybill w JOIN parcel p ON p.id = w.parcel_id
    ON CONFLICT DO NOTHING
"""


def test_the_page_sets_up_previews_and_tries(app, house):
    with transaction():
        boss, clerk = (access.create_api_key(post, house, post) for post in ("supervisor", "clerk"))
    client = app.test_client()

    def call(method, path, body=None, key=boss, **query):
        head = {"Authorization": f"Bearer {key}"}
        return client.open(f"/api/v1/notices{path}", method=method, json=body, headers=head, query_string=query)

    assert call("POST", "/ways", {"name": "m", "plugin": "email"}).json["code"] == "notices.bad_setting"
    plain = {"host": "mail.example.com", "sender": "a@b.test", "security": "none"}
    assert call("POST", "/ways", {"name": "m", "plugin": "email", "settings": plain}).status_code == 422
    assert value("SELECT count(*) FROM notice_way") == 0
    made = call("POST", "/ways", {"name": "sms", "plugin": "virtual"}).json
    assert call("POST", f"/ways/{made['id']}/test", {"event": "shipped", "to": "13800000000"}).status_code == 204
    assert "SF1234567890123" in plugins()["virtual"].sent[-1].body
    assert call("PUT", "/rules", {"shop": "T", "event": "shipped", "ways": [made["id"]]}).json["rules"] == [
        {"shop": "T", "event": "shipped", "way": made["id"]}
    ]
    of = {"event": "shipped", "plugin": "virtual", "language": "en"}
    bad = call("PUT", "/words", {**of, "body": "{% for a in name %}x{% endfor %}"})
    assert (bad.status_code, bad.json["code"]) == (422, "notices.bad_template")
    kept = call("PUT", "/words", {**of, "shop": "T", "body": "Gone: {{ tracking }}"}).json
    assert (kept["own"], kept["shown"]["body"]) == (True, "Gone: SF1234567890123")
    assert call("GET", "/words", **of).json["own"] is False
    assert call("PUT", "/words", {**of, "shop": "T", "body": ""}).json["own"] is False
    assert call("GET", "", key=clerk).json["items"] == []
    assert call("GET", "/setup", key=clerk).status_code == 403
