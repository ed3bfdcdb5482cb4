"""The page of an order: merged into one parcel and parted, sent in parts and joined, changed and changed back."""
from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from browser_looks import DESK, Gallery
from browser_orders import SHOP, Books, open_shop
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.transaction import transaction
from wms.demo.load import PIN, Size
from wms.layout.models import Warehouse
from wms.orders import service as orders
from wms.orders.service import Draft, DraftLine
from wms.stock.models import StockLevel

pytestmark = pytest.mark.browser

BIG, NARROW = (1280, 1300), (360, 640)
SIZE = Size(orders=20, pickers=1, packers=1, stations=1, carts=1, totes=9)
PLACE = {"recipient": "王小明", "phone": "13800138000", "country": "中国", "province": "上海市", "city": "上海市",
         "district": "浦东新区", "address": "世纪大道 1 号"}  # fmt: skip


def prepare(data: Path) -> None:
    """Three orders of one person, each of two SKUs of which there is plenty."""
    open_shop()
    with transaction() as session:
        house = session.execute(select(Warehouse.id)).scalar_one()
        skus = session.execute(
            select(Sku.code).join(StockLevel, StockLevel.sku_id == Sku.id)
            .where(StockLevel.on_hand - StockLevel.promised >= 20).order_by(Sku.id).limit(2)
        ).scalars().all()  # fmt: skip
        lines = tuple(DraftLine(sku, sku, 3, Decimal(5)) for sku in skus)
        for number in ("TOGETHER-1", "TOGETHER-2", "ALONE-3"):
            place = {**PLACE, "address": "世纪大道 9 号"} if number == "ALONE-3" else PLACE
            orders.take(house, [
                Draft(SHOP, number, lines, Decimal(30), Decimal(30), promised_at=now() + timedelta(hours=30), **place)
            ])  # fmt: skip


def test_an_order_is_merged_split_and_changed_with_a_way_back(hire: Hire, books: Books, gallery: Gallery) -> None:
    one, two, alone = (
        int(books.one("SELECT id FROM sales_order WHERE number = %s", number))
        for number in ("TOGETHER-1", "TOGETHER-2", "ALONE-3")
    )
    desk = hire(f"/orders#/order/{one}", 1280, 800)
    desk.sign_in("C01", PIN)
    page = desk.page
    expect(page.locator("#could-join")).to_contain_text("TOGETHER-2")
    page.click("#merge")
    expect(page.locator("#merge-would")).to_contain_text("TOGETHER-1")
    gallery.look(desk, "merge", (BIG, NARROW), DESK, locales=("en",))
    page.click("#merge-save")
    expect(page.locator("#companions")).to_contain_text("TOGETHER-2")
    assert books.one("SELECT merged_into_id FROM sales_order WHERE id = %s", two) == one
    gallery.look(desk, "merged", (BIG,), DESK, locales=("en",))
    page.click("#unmerge")
    expect(page.locator("#could-join")).to_be_visible()

    page.goto(page.url.split("#")[0] + f"#/order/{alone}")
    page.click("#order-split")
    page.locator(".orders-qty").first.fill("2")
    expect(page.locator("#split-would")).to_contain_text("ALONE-3-1")
    gallery.look(desk, "split", (BIG, NARROW), DESK, locales=("en",))
    page.click("#split-save")
    expect(page.locator("#parts")).to_contain_text("ALONE-3-1")
    page.click("#unsplit")
    expect(page.locator("#parts")).to_have_count(0)
    page.evaluate("document.querySelectorAll('.toast-close').forEach((one) => one.click())")  # one may go by itself
    page.click("#order-edit")
    page.fill("#edit-address", "世纪大道 10 号")
    page.fill("#edit-reason", "asked on the phone")
    gallery.look(desk, "edit", (BIG,), DESK, locales=("en",))
    page.click("#edit-save")
    expect(page.locator("#edits")).to_contain_text("written anew")
    gallery.look(desk, "edited", (BIG,), DESK, locales=("en", "zh_Hans"))
    page.click("#undo-edit")
    expect(page.locator(".orders-undone")).to_be_visible()
    assert not books.one("SELECT edited FROM sales_order WHERE id = %s", alone)
