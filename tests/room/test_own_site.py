"""A seller's own site pushes its orders, signed, and asks how they stand."""
from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from typing import Any

import order_samples as samples
import programs_house as programs
import pytest
from programs_house import rows

from wms.access import service as access
from wms.core.transaction import transaction


class Site:
    """Signs by the documented formula, on its own."""

    def __init__(self, http: Any, key_id: int, key: str) -> None:
        self.http, self.key_id, self.key, self.ahead = http, key_id, key, 0

    def headers(self, method: str, target: str, body: bytes, nonce: str | None = None) -> dict[str, str]:
        stamp, nonce = str(int(time.time()) + self.ahead), nonce or uuid.uuid4().hex
        told = "\n".join([stamp, nonce, method, target]).encode() + b"\n" + body
        sign = hmac.new(self.key.encode(), told, hashlib.sha256).hexdigest()
        return {"X-WMS-Key": str(self.key_id), "X-WMS-Timestamp": stamp, "X-WMS-Nonce": nonce,
                "X-WMS-Signature": f"v1={sign}", "Content-Type": "application/json"}  # fmt: skip

    def push(self, *orders: dict[str, Any]) -> Any:
        body = json.dumps({"orders": orders}).encode()
        target = "/api/v1/own-site/orders"
        return self.http.post(target, data=body, headers=self.headers("POST", target, body))

    def state(self, *numbers: str) -> list[dict[str, Any]]:
        target = "/api/v1/own-site/orders?shop=T&" + "&".join(f"number={each}" for each in numbers)
        reply = self.http.get(target, headers=self.headers("GET", target, b""))
        assert reply.status_code == 200, reply.json
        found: list[dict[str, Any]] = reply.json["items"]
        return found


def order(number: str, qty: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "shop": "T", "number": number, "paid": str(2 * qty), "recipient": "Ann", "phone": "+33 1", "country": "France",
        "address": "1 rue A", "lines": [{"sku": "S1", "qty": qty, "price": "2"}], **more,
    }  # fmt: skip


@pytest.fixture
def site(app):
    house = samples.shop(pieces=100)
    with transaction():
        row, key = access.make_api_key("Site", house, "clerk", signs=True)
        made = Site(app.test_client(), row.id, key)
    made.house = house
    return made


def test_an_order_comes_changes_is_asked_back_goes_on_and_is_cancelled(site):
    first = site.push(order("1")).json["items"]
    assert [(each["outcome"], each["new"]) for each in first] == [("taken", True)]
    assert site.push(order("1")).json["items"][0]["changed"] is False
    site.push(order("1", 3))
    (state,) = site.state("1", "nowhere")
    assert (state["state"], state["trade_status"], state["confirmation"]) == ("to_process", 55, "confirmed")
    assert rows("SELECT sum(qty) FROM order_line") == [(3,)]
    site.push(order("1", 3, refund="asked"))
    assert site.state("1")[0]["state"] == "refunding"
    site.push(order("1", 3))
    assert site.state("1")[0]["confirmation"] == "confirmed"
    site.push(order("1", 3, state="cancelled"))
    assert site.state("1")[0]["state"] == "cancelled"


def test_one_that_cannot_be_taken_in_keeps_no_other_out_and_is_taken_in_later(site):
    bad = order("2")
    bad["lines"][0]["sku"] = "NEW"
    told = {each["number"]: each for each in site.push(order("1"), bad).json["items"]}
    assert (told["1"]["outcome"], told["2"]["outcome"]) == ("taken", "refused")
    assert told["2"]["code"] == "catalog.unknown_sku"
    assert "NEW" in told["2"]["text"]
    assert rows("SELECT number FROM sales_order") == [("1",)]


def test_what_is_older_than_what_was_told_changes_nothing(site):
    site.push(order("1", 2, changed_at="2026-11-26T10:00:00+00:00"))
    site.push(order("1", 5, changed_at="2026-11-26T09:00:00+00:00"))
    assert rows("SELECT sum(qty) FROM order_line") == [(2,)]


def test_five_hundred_orders_are_one_call_and_one_more_is_too_many(site):
    many = [order(str(n)) for n in range(500)]
    reply = site.push(*many)
    assert reply.status_code == 200, reply.json
    assert {each["outcome"] for each in reply.json["items"]} == {"taken"}
    assert rows("SELECT count(*) FROM sales_order") == [(500,)]
    assert site.push(*many, order("500")).status_code == 422
    assert rows("SELECT count(*) FROM sales_order") == [(500,)]


# ---- signatures

def test_only_what_is_signed_right_in_time_and_once_is_let_in(site):
    target, body = "/api/v1/own-site/orders", json.dumps({"orders": [order("1")]}).encode()

    def asked(headers: dict[str, str], data: bytes = body, path: str = target) -> tuple[int, str]:
        reply = site.http.post(path, data=data, headers=headers)
        return reply.status_code, reply.json.get("code", "")

    good = site.headers("POST", target, body)
    assert asked(good, body.replace(b'"1"', b'"9"')) == (401, "access.bad_signature")
    assert asked(good, path=target + "?x=1") == (401, "access.bad_signature")
    assert asked({**good, "X-WMS-Key": "999"}) == (401, "access.bad_signature")
    assert asked({**good, "X-WMS-Timestamp": "soon"}) == (401, "access.bad_signature")
    site.ahead = 400
    assert asked(site.headers("POST", target, body)) == (401, "access.stale_signature")
    site.ahead = 0
    assert rows("SELECT count(*) FROM sales_order") == [(0,)]
    assert asked(good) == (200, "")
    assert asked(good) == (401, "access.stale_signature")
    sent_along = {"Authorization": f"Bearer {site.key}", "Content-Type": "application/json"}
    assert asked(sent_along) == (401, "access.must_sign")


def test_a_key_is_made_and_switched_off_at_the_desk(app, site):
    client, admin = app.test_client(), programs.bearer(site.house, "admin")
    made = client.post("/api/v1/api-keys", json={"name": "App", "post": "clerk"}, headers=admin).json
    assert made["signs"] is True
    other = Site(client, made["id"], made["key"])
    assert other.push(order("7")).status_code == 200
    listed = client.get("/api/v1/api-keys", headers=admin).json["items"]
    assert ["key" in each for each in listed] == [False, False]
    client.patch(f"/api/v1/api-keys/{made['id']}", json={"active": False}, headers=admin)
    assert other.push(order("8")).status_code == 401
    assert rows("SELECT number FROM sales_order") == [("7",)]


def test_a_shop_that_is_pulled_from_its_platform_is_not_pushed(app):
    import shop_front as front

    with front.opened() as shop:
        with transaction():
            row, key = access.make_api_key("Site", shop.house, "clerk", signs=True)
            site = Site(app.test_client(), row.id, key)
        refused = site.push(order("1"))
        assert (refused.status_code, refused.json["code"]) == (409, "channels.not_passive")
        assert rows("SELECT count(*) FROM raw_order") == [(0,)]
