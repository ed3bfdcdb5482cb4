"""The page of programs: an endpoint is made, its secret shown once, a message looked at and sent again; keys, apps."""
from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from browser_hands import Device
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.transaction import transaction
from wms.demo.load import PIN, Size
from wms.layout.models import Warehouse
from wms.orders import service as orders
from wms.programs import endpoints
from wms.programs.wangdiantong import apps

pytestmark = pytest.mark.browser

SIZE = Size(orders=12, pickers=1, packers=1, stations=1, carts=1, totes=4)
BIG, SMALL = (1280, 800), (360, 640)


def prepare(data: Path) -> None:
    """A program that hears of orders, one order of which it is to be told, and an app of another."""
    with transaction() as session:
        house = session.execute(select(Warehouse.id)).scalar_one()
        facts = {"name": "ERP", "url": "https://erp.example.com/wms", "personal": True,
                 "events": ["order.cancelled", "order.shipped", "stock.changed"]}  # fmt: skip
        endpoints.add(house, facts, "Ada")
        orders.add_shop("MALL", "Mini-program 小程序")
        apps.add(house, {"name": "商城", "sid": "demo", "shops": ["MALL"], "carriers": {}})
    with transaction() as session:
        sku = session.execute(select(Sku.code).order_by(Sku.id).limit(1)).scalar_one()
        draft = orders.Draft("MALL", "M-1", (orders.DraftLine("1", sku, 1),), Decimal(5), Decimal(0))
        orders.cancel([orders.take_one(house, draft)[0]])


def test_an_endpoint_is_made_and_looked_after(hire: Hire) -> None:
    device = hire("/programs", *BIG)
    device.sign_in("A01", PIN)
    expect(device["#endpoints tbody tr"]).to_have_count(1)
    device.tap("#program-add")
    device["#program-name"].fill("Site 官网")
    device["#program-url"].fill("http://shop.example.com/hooks")
    device.may_complain("Failed to load resource")
    device.tap("#program-save")
    expect(device[".packing-error"]).to_contain_text("https://")  # and nothing of what was typed is lost
    device["#program-url"].fill("https://shop.example.com/hooks")
    device.tap("#program-events-order\\.confirmed")
    device.tap("#program-save")
    expect(device[".programs-secret input"]).to_have_value(re.compile("whsec_.{20,}"))
    device.tap("#secret-done")
    expect(device["#endpoints tbody tr"]).to_have_count(2)
    device["#endpoints tbody tr"].nth(1).click()
    expect(device[".programs-events"]).to_contain_text("order.confirmed")
    device.tap("#hook-switch")
    expect(device["#endpoints [data-state]"].nth(1)).to_have_attribute("data-state", "off")


def test_the_log_shows_a_message_and_sends_it_again(hire: Hire) -> None:
    device = hire("/programs#/log", *BIG)
    device.sign_in("S01", PIN)
    expect(device["#messages tbody tr"]).to_have_count(1)
    device["#messages tbody tr"].first.click()
    expect(device[".programs-body"]).to_contain_text('"event": "order.cancelled"')
    device.tap("#message-again")
    expect(device[".toast"].filter(has_text="sent again")).to_have_count(1)


def test_keys_and_apps_are_made(hire: Hire) -> None:
    device = hire("/programs#/keys", *BIG)
    device.sign_in("A01", PIN)
    device.tap("#program-add")
    device["#program-name"].fill("Mini-program")
    device.tap("#program-save")
    expect(device[".programs-secret input"]).to_have_count(2)
    device.tap("#secret-done")
    expect(device["#api-keys tbody tr"]).to_contain_text("Mini-program")
    _go(device, "apps")
    expect(device["#apps tbody tr"]).to_contain_text("MALL")


def _go(device: Device, tab: str) -> None:
    device.page.evaluate(f"location.hash = '#/{tab}'")
