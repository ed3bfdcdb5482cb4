"""An administrator enrols a handheld by its code, sees who works on it, and revokes it; and how all of it looks."""
from __future__ import annotations

from functools import partial

import pytest
from browser_hands import Device
from browser_looks import DESK, HANDHELD, Gallery
from conftest import Hire
from playwright.sync_api import expect

from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=20, pickers=2, packers=1, stations=1, carts=1, totes=9)
BIG, SMALL = (1280, 800), (1024, 768)
TERMINAL = ((360, 640), (320, 480))


def administrator(hire: Hire, path: str) -> Device:
    desk = hire(path, *BIG)
    desk.sign_in("A01", PIN)
    return desk


def shown_code(desk: Device, name: str) -> str:
    """The address that the QR code leads to."""
    desk["#code-name"].fill(name)
    desk.tap("#code-new")
    return desk["#qr"].get_attribute("aria-label") or ""


def test_a_handheld_is_enrolled_speaks_as_its_person_and_is_revoked(hire: Hire) -> None:
    desk = administrator(hire, "/people#/devices")
    expect(desk["#unenrolled"]).to_be_checked()
    handheld = hire("/terminal", 320, 480)
    handheld.may_complain("401", "403", "404")
    handheld.at("login", "badge")
    handheld.tap("#enrol")
    handheld.at("login", "enrol")
    handheld.scan("ABCDE-FGHJK")
    handheld.told("access.wrong_code", "stop", "error")
    handheld.scan(shown_code(desk, "Handheld 7"))  # the scanner types the address
    handheld.at("login", "badge")
    handheld.shows("#device-name", "Device Handheld 7")
    expect(handheld["#enrol"]).to_have_count(0)
    row = desk['#devices tr:has-text("Handheld 7")']
    expect(row).to_be_visible()  # the code is put away, and the list shows the device
    expect(desk["#qr"]).to_have_count(0)

    handheld.scan("P02")
    expect(handheld["html"]).to_have_attribute("lang", "zh-Hans")  # before the PIN
    handheld.tap("#back")
    expect(handheld["html"]).to_have_attribute("lang", "en")
    handheld.scan("P02")
    handheld.scan(PIN)
    handheld.at("home")
    handheld.tap("#louder")
    expect(handheld["html"]).to_have_attribute("data-tone", "ok")
    handheld.tap("#heard")
    expect(handheld["#louder"]).to_have_count(0)

    revoke = row.locator('[id^="revoke-"]')
    revoke.click()
    revoke.click()
    expect(row.locator(".office-tag-bad")).to_be_visible()
    handheld.at("login", "badge")  # the socket was closed, and came back to a shut door
    handheld.told("ui.login.device_revoked", "stop", "error")
    handheld.acknowledge()
    handheld.scan("P02")
    handheld.scan(PIN)
    handheld.told("access.device_revoked", "stop", "error")
    desk.tap("#tab-shifts")
    expect(desk['#shifts tr:has-text("Handheld 7")']).to_contain_text("device revoked")


def test_looks(hire: Hire, gallery: Gallery) -> None:
    handheld = hire("/terminal", *TERMINAL[0])
    handheld.at("login", "badge")
    look = partial(gallery.look, handheld, sizes=TERMINAL, rules=HANDHELD)
    look("login-badge")
    look("login-enrol", again=partial(asked_for_a_code, handheld))
    handheld.tap("#back")
    handheld.sign_in("P01", PIN)
    handheld.at("home")
    look("home-hear")
    desk = administrator(hire, "/people#/people")
    see = gallery.look
    see(desk, "people", (BIG, SMALL), DESK, again=lambda: expect(desk["#people tbody tr"]).not_to_have_count(0))
    see(desk, "person", (BIG, SMALL), DESK, again=partial(opened, desk, '#people tr:has-text("P01")', ".drawer #posts"))
    see(desk, "person-new", (BIG, SMALL), DESK, again=partial(opened, desk, "#person-new", "#new-badge"))
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("Escape")
    desk.tap("#tab-devices")
    shown_code(desk, "Handheld 8")
    see(desk, "device-code", (BIG, SMALL), DESK, again=partial(coded, desk))
    desk.page.keyboard.press("Escape")
    desk.tap("#tab-shifts")
    see(desk, "shifts", (BIG, SMALL), DESK, again=lambda: expect(desk["#shifts tbody tr"]).not_to_have_count(0))


def asked_for_a_code(handheld: Device) -> None:
    if not handheld['[data-step="enrol"]'].count():
        handheld.tap("#enrol")
    handheld.at("login", "enrol")


def opened(desk: Device, opener: str, shown: str) -> None:
    if not desk[shown].count():
        desk[opener].click()
    expect(desk[shown]).to_be_visible()


def coded(desk: Device) -> None:
    if not desk["#qr"].count():
        shown_code(desk, "Handheld 8")
    expect(desk["#code"]).to_be_visible()
