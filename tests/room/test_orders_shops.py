"""Shops over HTTP: whose goods they sell and how fresh, changed only between orders."""
from __future__ import annotations

from dataclasses import replace

import picking_floor as floor
import pytest
from order_samples import draft, take
from picking_floor import everything
from sqlalchemy import text

from wms.access import service as access
from wms.access.models import Person
from wms.catalog import service as catalog
from wms.core.transaction import transaction

floor.TABLES = tuple(dict.fromkeys((*floor.TABLES, "shop")))


@pytest.fixture
def house(app):
    return floor.build(skus=3)


@pytest.fixture
def call(app, house):
    def send(method, path, body=None, who=None):
        with transaction() as session:
            person = session.get_one(Person, (who or house.boss).person_id)
            token = access.open_session(person, "test")
        headers = {"Authorization": f"Bearer {token}"}
        return getattr(app.test_client(), method)(f"/api/v1/{path}", json=body, headers=headers)

    return send


def owner(code):
    with transaction():
        return catalog.add_owner(code, code.title())


def test_shops_are_listed_with_their_owners(call):
    items = call("get", "shops").json["items"]
    assert [each["code"] for each in items] == ["OTHER", "SHOP"]
    house = call("get", "owners").json["items"][0]["code"]
    assert {(each["owner"], each["min_days_shipping"]) for each in items} == {(house, 0)}


def test_a_supervisor_says_whose_goods_and_how_fresh(call, tx):
    acme = owner("ACME")
    reply = call("patch", "shops/OTHER", {"owner": "ACME", "min_days_shipping": 45})
    assert (reply.status_code, reply.json["owner"], reply.json["min_days_shipping"]) == (200, "ACME", 45)
    with tx() as session:
        rows = session.execute(text("SELECT code, owner_id, min_days_shipping FROM shop ORDER BY code")).all()
    assert [tuple(row) for row in rows] == [("OTHER", acme, 45), ("SHOP", 1, 0)]
    assert call("patch", "shops/OTHER", {"name": "Other one"}).json["min_days_shipping"] == 45


@pytest.mark.parametrize(("shop", "body", "code"), [
    ("NONE", {"min_days_shipping": 1}, "orders.unknown_shop"),
    ("SHOP", {"owner": "NOBODY"}, "catalog.unknown_owner"),
    ("SHOP", {"owner": " "}, "core.invalid"),
    ("SHOP", {"min_days_shipping": -1}, "core.invalid"),
    ("SHOP", {"min_days_shipping": 10**12}, "core.invalid"),
    ("SHOP", {"min_days_shipping": 1.5}, "core.invalid"),
    ("SHOP", {"code": "NEW"}, "core.invalid"),
])  # fmt: skip
def test_what_makes_no_sense_changes_nothing(call, shop, body, code):
    before = everything()
    reply = call("patch", f"shops/{shop}", body)
    assert reply.json["code"] == code, reply.text
    assert everything() == before


def test_a_shop_with_open_orders_keeps_its_owner(call, house):
    owner("ACME")
    take(house.id, replace(draft("1", ("S1", 1)), shop="SHOP"))
    before = everything()
    reply = call("patch", "shops/SHOP", {"owner": "ACME", "min_days_shipping": 9})
    assert (reply.status_code, reply.json["code"]) == (409, "orders.shop_has_orders")
    assert everything() == before
    assert call("patch", "shops/SHOP", {"min_days_shipping": 9}).status_code == 200


def test_only_a_supervisor_changes_a_shop(call, house):
    clerk = floor.person(house, "Cleo", "clerk")
    before = everything()
    assert call("patch", "shops/SHOP", {"min_days_shipping": 9}, who=clerk).status_code == 403
    assert everything() == before
