"""A clerk takes a ready-made rule, tries it on past orders, keeps it, and brings back what it was; and how it looks."""
from __future__ import annotations

from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery, speak
from conftest import Hire
from playwright.sync_api import expect

from bench.world import World
from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=40, pickers=1, packers=1, stations=1, carts=1, totes=9)
BIG, SMALL = (1280, 800), (1024, 768)


def prepare(data: Path) -> None:
    """The demo's orders are enough."""


def at(desk: Device, address: str, seen: str) -> None:
    desk.page.evaluate("address => { location.hash = address }", address)
    expect(desk[seen]).to_be_visible()


def test_a_rule_is_made_tried_kept_and_brought_back(hire: Hire, gallery: Gallery, warehouse: World) -> None:
    desk = hire("/audit", *BIG)
    desk.sign_in("S01", PIN)
    expect(desk["#preset-large"]).to_be_visible()
    desk.page.keyboard.press("n")
    expect(desk["#rule-keep"]).to_be_disabled()  # nothing is said yet
    at(desk, "#/rule/large", "#rule-says p")
    expect(desk["#rule-name"]).to_have_value("Large amount")
    desk["#when-0-least"].fill("1")
    desk.tap("#when-add")
    expect(desk["#rule-says"]).to_contain_text("the amount is 1 or more and there is a remark")
    desk.tap("#when-1-away")
    desk.tap("#try-last-500")
    expect(desk["#trial-said"]).to_contain_text("of 40 orders")
    gallery.look(desk, "audit-rule", (BIG, SMALL), DESK, keep="en")
    speak(desk, "en")
    desk.tap("#rule-keep")
    row = desk["#rules tbody tr"]
    expect(row).to_have_count(1)
    expect(row).to_contain_text("When the amount is 1 or more → finance looks at it: A large amount")
    desk.tap('[id^="switch-"]')
    expect(desk['[id^="switch-"]']).to_have_attribute("aria-checked", "false")
    gallery.look(desk, "audit-rules", (BIG, SMALL), DESK, keep="en", again=lambda: at(desk, "#/rules", "#rules"))
    desk.tap('[id^="versions-"]')
    desk.tap("#restore-1")
    expect(desk['[id^="switch-"]']).to_have_attribute("aria-checked", "true")


def test_other_tabs(hire: Hire, gallery: Gallery) -> None:
    desk = hire("/audit#/blacklist", *BIG)
    desk.sign_in("S01", PIN)
    desk["#black-phone"].fill("13800138000")
    desk["#black-reason"].fill("Refuses parcels")
    desk.tap("#black-add")
    expect(desk["#blacklist tbody tr"]).to_contain_text("138****8000")
    gallery.look(desk, "audit-blacklist", (BIG, SMALL), DESK, locales=("en", "zh_Hans"))
    at(desk, "#/floors", "#floor-form")
    desk["#floor-sku"].fill("D0001")
    desk["#floor-price"].fill("9.9")
    desk.tap("#floor-add")
    expect(desk["#price-floors tbody tr"]).to_contain_text("D0001")
    at(desk, "#/unpaid", "#unpaid")
    field = desk["#cancel_unpaid_minutes-MAOWU"]
    field.fill("48")
    field.press("Enter")
    expect(desk['.toast:has-text("MAOWU")']).to_be_visible()
    gallery.look(desk, "audit-unpaid", (BIG, SMALL), DESK, locales=("en", "zh_Hans"))
    at(desk, "#/waiting", "#audit-waiting")
