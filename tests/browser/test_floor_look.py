"""Settings that follow the badge, for either hand and at high contrast; a supervisor sees and speaks to a device."""
from __future__ import annotations

import re
from functools import partial

import pytest
from browser_hands import Device
from browser_looks import DESK, HANDHELD, Gallery
from browser_work import quiet
from conftest import Hire
from playwright.sync_api import expect

from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=20, pickers=3, packers=1, stations=1, carts=1, totes=9)
TERMINAL = ((360, 640), (320, 480))
HOSTILE = "<b>Dock 3</b> \u202e now " + "x" * 60


def shown_settings(device: Device) -> None:
    quiet(device)
    if not device["[data-sheet=settings]"].count():
        device.tap("#settings")
    expect(device["[data-sheet=settings]"]).to_be_visible()


def choose(device: Device, name: str, value: str) -> None:
    for _ in range(4):
        if device[f"#set-{name}"].get_attribute("data-value") == value:
            return
        device.tap(f"#set-{name}")
    raise AssertionError(f"{name} is never {value}")


def test_settings_follow_the_badge(hire: Hire, gallery: Gallery) -> None:
    device, other = hire("/terminal", *TERMINAL[0]), hire("/terminal", *TERMINAL[1])
    device.sign_in("P01", PIN)
    device.at("home")
    device.tap("#heard")
    shown_settings(device)
    choose(device, "hand", "left")
    choose(device, "contrast", "high")
    choose(device, "voice", "on")
    look = partial(gallery.look, device, sizes=TERMINAL, rules=HANDHELD)
    look("settings", again=partial(shown_settings, device), keep="en")
    device.tap("#sheet-close")
    device.tap("#tile-move")
    device.at("move_from")
    expect(device["html"]).to_have_attribute("data-said", re.compile("來源|take from"))
    for reached in (".scan-hand", "#menu"):
        box = device[reached].bounding_box()
        assert box is not None
        assert box["x"] < 40, reached  # by the left thumb
    look("left-move", again=partial(quiet, device))

    other.sign_in("P01", PIN)
    other.at("home")
    for name, value in (("hand", "left"), ("contrast", "high")):
        expect(other["html"]).to_have_attribute(f"data-{name}", value)
    other.tap("#menu")
    other.tap("#sign-out")
    other.at("login", "badge")
    expect(other["html"]).to_have_attribute("data-hand", "right")  # the next person's own


def test_a_supervisor_sees_speaks_to_and_sends_home(hire: Hire, gallery: Gallery) -> None:
    device, desk = hire("/terminal", *TERMINAL[0]), hire("/people#/floor", 1280, 800)
    desk.sign_in("S01", PIN)
    device.sign_in("P02", PIN)
    device.at("home")
    device.tap("#tile-count")
    device.at("count_none")
    row = desk['#floor tr:has-text("P02")']
    expect(row).to_contain_text("Count: chooses a bin")
    gallery.look(desk, "floor", ((1280, 800), (1024, 768)), DESK, again=lambda: expect(row).to_be_visible(), keep="en")
    row.click()
    desk["#note-text"].fill(HOSTILE)
    desk.tap("#note-send")
    expect(device["#note p"]).to_have_text(re.compile(r"^<b>Dock 3</b> now x+$"))
    expect(device["html"]).to_have_attribute("data-tone", "note")
    device.scan("A-01-01-1")  # goes to the flow behind it; the note stays
    expect(device["#note"]).to_be_visible()
    gallery.look(device, "note", TERMINAL, HANDHELD, locales=("zh_Hans",))
    opened = partial(expect(desk["#note-text"]).to_be_visible)
    gallery.look(desk, "floor-person", ((1280, 800),), DESK, again=lambda: reopened(desk, row, opened))
    device.tap("#note-read")
    expect(desk['#notes li[data-read="yes"]']).to_have_count(1)
    expect(device["#note"]).to_have_count(0)

    desk["#note-text"].fill("Shift is over")
    desk.tap("#send-home")
    desk.tap("#send-home")
    device.at("home")
    expect(device['#note[data-kind="home"] p']).to_have_text("Shift is over")
    device.tap("#note-read")
    desk.tap("#phrase-thanks")
    expect(device["#note p"]).to_have_text("做得好，谢谢！")  # in the reader's own language
    device.may_complain("401")
    desk.tap("#send-out")
    desk.tap("#send-out")
    device.told("ui.login.sent_home", "stop", "error")


def reopened(desk: Device, row: object, opened: object) -> None:
    if not desk["#note-text"].count():
        row.click()  # type: ignore[attr-defined]
    opened()  # type: ignore[operator]
