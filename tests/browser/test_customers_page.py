"""A clerk finds a customer by the last digits, is shown an address on record, and a supervisor sets up notices."""
from __future__ import annotations

import re
from functools import partial

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import Books
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select

from wms.core.db import db
from wms.core.transaction import transaction
from wms.customers import service as customers
from wms.demo.load import PIN, Size
from wms.layout.models import Warehouse
from wms.notices import service as notices
from wms.orders.models import Shop

pytestmark = pytest.mark.browser

SIZE = Size(orders=20, pickers=2, packers=1, stations=1, carts=1, totes=9)
BIG, SMALL = (1280, 800), (1024, 768)


def prepare(data: object) -> None:
    """The customers of the day's orders, and one notice for each order of one shop."""
    customers.link_due()
    with transaction() as session:
        house = session.execute(select(Warehouse.id)).scalars().first()
        shop = session.execute(select(Shop.code).order_by(Shop.id)).scalars().first()
        assert house
        assert shop
        ids = db.session.execute(select(db.metadata.tables["sales_order"].c.id)).scalars().all()
        made = notices.change_way(house, None, {"name": "SMS", "plugin": "virtual", "settings": {"fails": "refuse"}})
        notices.put_rules(house, shop, "accepted", [made["id"]])
        notices.want("accepted", list(ids))
    notices.send_due()


def at(hire: Hire, path: str, badge: str = "S01") -> Device:
    desk = hire(path, *BIG)
    desk.sign_in(badge, PIN)
    return desk


def test_found_by_the_last_digits_tagged_and_shown_on_record(hire: Hire, books: Books) -> None:
    desk = at(hire, "/customers")
    expect(desk["#customers tbody tr"]).not_to_have_count(0)
    digits = re.findall(r"\*{4}(\d{4})\b", desk["#customers tbody"].inner_text())[-1]
    desk["#narrow"].fill(digits)
    expect(desk["#customers tbody tr"]).to_have_count(1)
    expect(desk["#customers tbody tr"]).to_contain_text("**")
    expect(desk["#customers tbody tr"]).to_contain_text(digits)
    desk["#customers tbody tr a"].first.click()
    expect(desk[".personal"]).to_have_attribute("data-revealed", "no")
    desk["#new-tag"].fill("VIP")
    desk.tap("#add-tag")
    expect(desk["#customer-tags .customers-tags"]).to_contain_text("VIP")
    desk["#new-note"].fill("Rings before noon")
    desk.tap("#add-note")
    expect(desk["#customer-notes"]).to_contain_text("Rings before noon")
    desk.tap("#reveal")
    desk["#reveal-why"].fill("the buyer called")
    desk.tap("#reveal-go")
    expect(desk[".personal"]).to_have_attribute("data-revealed", "yes")
    expect(desk[".personal"]).not_to_contain_text("**")
    [row] = books.rows("SELECT why, by_name, order_id FROM personal_reveal")
    assert row.why == "the buyer called"
    desk["#customer-orders a"].first.click()
    expect(desk["#order-reveals"]).to_contain_text("the buyer called")
    expect(desk[".personal"]).to_contain_text("**")  # to be asked for anew


def test_looks(hire: Hire, gallery: Gallery) -> None:
    desk = at(hire, "/customers", "A01")
    see = partial(gallery.look, desk, sizes=(BIG, SMALL), rules=DESK)
    see("customers", again=lambda: expect(desk["#customers tbody tr"]).not_to_have_count(0))
    desk["#customers tbody tr a"].first.click()
    see("customer", again=lambda: expect(desk["#customer-orders tr"]).not_to_have_count(0))
    desk.tap("#tab-notices")
    see("notices", again=lambda: expect(desk["#notices tbody tr"]).not_to_have_count(0))
    desk.tap("#tab-setup")
    see("notice-setup", again=lambda: expect(desk["#notice-words"]).to_be_visible())
    desk["#notice-rules input"].first.click()
    expect(desk["#notice-rules input:checked"]).to_have_count(2)
    desk.tap("#words-shipped")
    expect(desk["#words-shown"]).to_contain_text("SF1234567890123")
    see("notice-words", again=partial(worded, desk))
    desk.page.keyboard.press("Escape")
    desk.tap("#tab-reveals")
    see("reveals", again=lambda: expect(desk["#reveals"]).to_be_visible())


def worded(desk: Device) -> None:
    if not desk["#words-shown"].count():
        desk.tap("#words-shipped")
    expect(desk["#words-shown"]).to_be_visible()
