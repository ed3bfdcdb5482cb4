"""The page of waves: a ready-made rule is looked at, changed, run, and does its work; an order says why it waits."""
from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import Books, corner_shop
from conftest import Hire
from playwright.sync_api import expect

from bench.world import World
from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=140, pickers=2, packers=1, stations=1, carts=2, totes=30)
BIG, SMALL = (1280, 800), (1024, 768)
WAITING = "SELECT count(*) FROM sales_order WHERE confirmation = 'confirmed' AND processing = 'waiting'"
ONE_THAT_WAITS = (
    "SELECT number FROM sales_order WHERE confirmation = 'confirmed' AND processing = 'waiting' ORDER BY id LIMIT 1"
)
WAVES = "SELECT count(*) FROM wave WHERE rule_id IS NOT NULL"


def prepare(data: Path) -> None:
    corner_shop(data)


@pytest.fixture
def desk(hire: Hire) -> Device:
    device = hire("/waves", *BIG)
    device.sign_in("S01", PIN)
    expect(device[".waves-preset"]).not_to_have_count(0)
    return device


def figure(desk: Device, name: str, text: str | re.Pattern[str]) -> None:
    expect(desk[f'[data-figure="{name}"]']).to_have_text(text)


def wait_still(desk: Device) -> None:
    expect(desk['.waves-ahead[data-busy="no"]']).to_be_visible()


def test_a_rule_from_the_shelf_to_a_released_wave(desk: Device, books: Books) -> None:
    waiting = books.one(WAITING)
    desk.tap("#preset-gift")
    expect(desk["#rules tbody tr"]).to_have_count(1)
    expect(desk['#rules [role="switch"]']).to_have_attribute("aria-checked", "false")
    desk["#rules tbody tr b"].click()
    wait_still(desk)
    figure(desk, "orders", "0")
    expect(desk['[data-reason="other_kind"]']).to_contain_text("kind other than gift")

    desk["#rule-name"].fill("Corner shop")
    desk.tap("#kinds-gift")  # any kind
    desk.tap("#shops-CORNER")
    figure(desk, "orders", "3")
    expect(desk['[data-reason="other_shop"]']).to_contain_text("shop other than CORNER")
    expect(desk['[data-reason="other_shop"] b']).to_have_text(f"{waiting - 3}")
    figure(desk, "saving", re.compile(r"^\d+ %$"))
    expect(desk["[data-figure=compared]"]).to_have_count(0)
    for criterion in ("densest_aisles", "most_an_hour"):
        desk.tap(f"#principle-{criterion}")
        figure(desk, "compared", re.compile(r"^[\d.,]+$"))
        expect(desk["#criterion-hint"]).to_be_visible()
    desk.tap("#principle-first_come")
    desk["#max_orders"].fill("2")
    figure(desk, "waves", "2")
    desk.tap("#method-cart")
    desk["#totes_per_cart"].fill("2")
    assert books.one(WAVES) == 0  # looking changes nothing
    desk.tap("#rule-keep")
    expect(desk["#rules tbody tr"]).to_contain_text("Corner shop")

    desk['#rules [id^="run-"]'].click()
    expect(desk["#rules tbody tr"]).to_contain_text("Waves: 2, orders: 3")
    books.becomes(2, WAVES + " AND status = 'released'")
    desk.tap("#tab-waves")
    expect(desk['#waves tr:has-text("Corner shop")']).to_have_count(2)
    expect(desk["#waves .office-tag-warn"]).to_have_count(2)


def test_a_rule_that_counts_runs_by_itself(desk: Device, books: Books) -> None:
    desk.page.keyboard.press("n")
    desk["#rule-name"].fill("Six at a time")
    desk["#count-orders"].fill("6")
    desk["#count-minutes"].fill("")
    desk["#max_orders"].fill("6")
    desk["#max_waves"].fill("1")
    desk.tap("#release-plan")
    wait_still(desk)
    figure(desk, "orders", "6")
    expect(desk['[data-reason="over_maximum"]']).to_contain_text("over the maximum of 6 orders")
    desk["#rule-name"].press("Enter")
    row = desk['#rules tr:has-text("Six at a time")']
    expect(row).to_contain_text("Waves: 1, orders: 6", timeout=240_000)  # within a minute, and the page looks itself
    row.locator('[role="switch"]').click()
    expect(row.locator('[role="switch"]')).to_have_attribute("aria-checked", "false")
    assert books.one("SELECT active FROM wave_rule WHERE name = 'Six at a time'") is False


def test_cut_offs_the_time_zone_and_totes(desk: Device, books: Books) -> None:
    desk.tap("#tab-cutoffs")
    desk["#cutoff-carrier"].fill("own_fleet")
    desk["#cutoff-at"].fill("25:00")
    expect(desk["#cutoff-keep"]).to_be_disabled()
    desk["#cutoff-at"].fill("18:30")
    desk.tap("#cutoff-days-7")
    desk.tap("#cutoff-keep")
    expect(desk["#cutoffs tbody tr"]).to_contain_text("18:30")
    expect(desk["#cutoffs tbody tr"]).to_contain_text("Mon–Sat")
    desk["#time-zone"].fill("Europe/Berlin")
    desk.tap("#zone-keep")
    expect(desk['.toast[data-kind="ok"]:has-text("Europe/Berlin")']).to_be_visible()
    assert books.one("SELECT time_zone FROM warehouse") == "Europe/Berlin"
    desk.may_complain("Failed to load resource")
    desk["#time-zone"].fill("Moon")
    desk.tap("#zone-keep")
    expect(desk['.toast[data-kind="stop"]:has-text("Moon")']).to_be_visible()
    assert books.one("SELECT time_zone FROM warehouse") == "Europe/Berlin"
    desk['#cutoffs [id^="cutoff-drop-"]'].click()
    expect(desk["#cutoffs tbody tr"]).to_have_count(0)
    assert books.one("SELECT count(*) FROM carrier_cutoff") == 0

    # What a tote holds, in litres.
    desk.tap("#tab-carts")
    desk["#tote_volume_ml"].fill("-1")
    expect(desk["#carts-keep"]).to_be_disabled()
    desk["#tote_volume_ml"].fill("400,5")
    desk.tap("#carts-keep")
    expect(desk['.toast[data-code="waves.carts_kept"]']).to_be_visible()
    assert books.one("SELECT tote_volume_ml FROM cart_room WHERE cart_weight_g IS NULL") == 400_500


def ask_why(desk: Device, number: str) -> None:
    desk.page.keyboard.press("w")
    desk["#why-number"].fill(number)
    desk["#why-number"].press("Enter")


def test_an_order_says_why_it_waits(desk: Device, books: Books) -> None:
    number = books.one(ONE_THAT_WAITS)
    ask_why(desk, number)
    expect(desk[f'.waves-answer[data-order="{number}"] .waves-reason']).not_to_be_empty()
    desk.may_complain("Failed to load resource")
    ask_why(desk, "NO-SUCH")
    expect(desk['[role="alert"]']).to_contain_text("There is no order NO-SUCH")


def test_it_can_be_read_in_every_language_and_size(
    desk: Device, books: Books, warehouse: World, tmp_path: Path
) -> None:
    gallery = Gallery(tmp_path)
    rules = books.one("SELECT count(*) FROM wave_rule")
    for number, preset in enumerate(("same_carrier", "live_first", "promise_first"), start=rules + 1):
        desk.tap(f"#preset-{preset}")
        expect(desk["#rules tbody tr"]).to_have_count(number)
    desk['#rules tr:has-text("Carrier by carrier") [role="switch"]'].click()  # no carrier has a cut-off: it never runs
    expect(desk['#rules [aria-checked="true"]']).to_have_count(1)
    gallery.look(desk, "waves-rules", (BIG, SMALL), DESK)
    number = books.one(ONE_THAT_WAITS)
    rule = books.one("SELECT id FROM wave_rule WHERE trigger ->> 'kind' = 'times' ORDER BY id LIMIT 1")
    for name, address, shown in (
        ("waves-rule", f"#/rule/{rule}", '.waves-ahead[data-busy="no"]'), ("waves-list", "#/waves", "#waves tbody tr"),
        ("waves-cutoffs", "#/cutoffs", "#cutoffs"), ("waves-carts", "#/carts", "#cart-room"),
        ("waves-why", f"#/why/{number}", ".waves-answer"),
    ):  # fmt: skip
        desk.page.goto(f"{warehouse.url}/waves{address}")
        keep = "en" if name == "waves-rule" else None
        gallery.look(desk, name, (BIG, SMALL), DESK, again=partial(see, desk, shown), keep=keep)
    assert not gallery.wrong, "\n".join(gallery.wrong)


def see(desk: Device, what: str) -> None:
    expect(desk[what].first).to_be_visible()
