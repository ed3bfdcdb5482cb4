"""The order desk by keys alone: ticked, looked at, done, taken back; an order's page says what is in its way."""
from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import Books
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import text

from wms.core.transaction import transaction
from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=30, pickers=1, packers=1, stations=1, carts=1, totes=9)
WIDE = (1280, 800)


def prepare(data: Path) -> None:
    """Of what is to be shipped one order is two hours late, and one has three hours left; two others have a tag."""
    with transaction() as session:
        which = "SELECT id FROM sales_order WHERE confirmation = 'confirmed' ORDER BY id DESC LIMIT 2"
        session.execute(text(f"UPDATE sales_order SET tags = '{{VIP 客户}}', kind = 'live' WHERE id IN ({which})"))
        for nr, hours in enumerate((-2, 3)):
            which = "SELECT id FROM sales_order WHERE due_kind = 'ship' AND confirmation = 'confirmed' ORDER BY id"
            session.execute(
                text(f"UPDATE sales_order SET ship_by = now() + :left WHERE id = ({which} OFFSET {nr} LIMIT 1)"),
                {"left": timedelta(hours=hours, minutes=5)},
            )


@pytest.fixture
def desk(hire: Hire) -> Device:
    device = hire("/orders", *WIDE)
    device.sign_in("S01", PIN)
    expect(device["#orders tbody tr"].first).to_be_visible()
    return device


def test_many_orders_by_keys(desk: Device, books: Books) -> None:
    press = desk.page.keyboard.press
    urgent = "SELECT count(*) FROM sales_order WHERE kind = 'urgent'"
    before = books.one(urgent)
    desk.tap("#queue-to_process")
    expect(desk['#queue-to_process[aria-pressed="true"]']).to_be_visible()
    expect(desk['#orders table[aria-busy="false"]']).to_be_visible()  # what is ticked is of the list that comes
    press("j")
    press(" ")
    press("j")
    press(" ")
    expect(desk["#bulk b"]).to_have_text("2 ticked")
    desk.tap("#bulk-urgent")
    told = desk['.bulk-told[data-status="looked"]']
    expect(told).to_have_attribute("data-done", "2")
    assert books.one(urgent) == before
    desk.tap("#bulk-go")
    expect(desk['.toast[data-kind="ok"]:has-text("done for 2 of 2")']).to_be_visible()
    assert books.one(urgent) == before + 2
    desk[".toast-undo"].last.click()
    expect(desk['.toast[data-kind="ok"]:has-text("taken back for 2 of 2")']).to_be_visible()
    assert books.one(urgent) == before
    desk.page.keyboard.press("a")
    desk.tap("#bulk-waybills")
    desk["#option-station"].select_option(index=1)
    desk.tap("#bulk-look")
    expect(desk['.bulk-outcome[data-code="orders.act_no_waybill"]']).to_be_visible()
    expect(desk["#bulk-go"]).to_have_count(0)


def test_an_order_says_what_stands_against_it(desk: Device, books: Books) -> None:
    number = books.one("SELECT number FROM sales_order WHERE confirmation = 'held' ORDER BY id LIMIT 1")
    desk.page.keyboard.press("/")
    desk["#narrow"].fill(number)
    expect(desk["#orders tbody tr"]).to_have_count(1)
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.press("Enter")
    expect(desk['#why-not[data-code="held"]']).to_be_visible()
    desk.tap("#stands-audit")
    expect(desk[f'.toast:has-text("{number}")']).to_be_visible()
    expect(desk['.life-line li[data-kind="shop"]'].first).to_be_visible()


def test_what_is_late_is_counted_found_and_said(desk: Device, books: Books, gallery: Gallery) -> None:
    late = books.one("SELECT count(*) FROM sales_order WHERE due_at <= now()")
    expect(desk["#queue-overdue b"]).to_have_text(str(late))
    expect(desk['.orders-due[data-colour="red"]']).not_to_have_count(0)
    gallery.look(desk, "orders-due", (WIDE,), DESK, locales=("zh_Hans", "zh_Hant", "en"))
    desk.tap("#queue-overdue")
    expect(desk["#orders tbody tr"]).to_have_count(int(late))
    expect(desk['#orders th[aria-sort="ascending"]']).to_contain_text("Due")
    expect(desk["#orders tbody tr"].first).to_contain_text("late")
    desk["#by-due_kind"].select_option("address")
    of_address = books.one("SELECT count(*) FROM sales_order WHERE due_at <= now() AND due_kind = 'address'")
    expect(desk["#orders tbody tr"]).to_have_count(int(of_address))


def test_the_list_is_narrowed_by_tag_and_kind(desk: Device) -> None:
    desk["#by-kind"].select_option("live")
    rows = desk["#orders tbody tr"]
    expect(rows).to_have_count(2)
    desk['#orders a[href*="tag="]'].first.click()
    expect(desk["#by-tag"]).to_have_value("VIP 客户")
    expect(desk["#by-kind"]).to_have_value("")
    expect(rows).to_have_count(2)
    desk["#by-tag"].fill("VIP")
    expect(rows).to_have_count(0)
    desk.tap("#clear")
