"""The settings say which carrier takes what for how much; an order says why it has the one it has."""
from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from browser_looks import DESK, Gallery
from browser_orders import Books
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.transaction import transaction
from wms.demo.load import PIN, Size
from wms.layout import service as layout
from wms.layout.models import Warehouse
from wms.layout.rules import FloorPlan
from wms.orders import service as orders
from wms.orders.service import Draft, DraftLine
from wms.shipping import accounts, terms
from wms.stock.models import StockLevel

pytestmark = pytest.mark.browser

SIZE = Size(orders=10, pickers=2, packers=1, stations=1, carts=2, totes=9)
LOOKED = ("en",)  # a change of language would take away what is typed
BIG = (1280, 800)
ZTO = [
    {"zone": "江浙沪", "places": ["浙江", "江苏", "上海"], "first_g": 1000, "first_price": Decimal(5), "step_g": 1000,
     "step_price": Decimal("1.2"), "hours": 36},
    {"zone": "全国", "places": ["*"], "first_g": 1000, "first_price": Decimal("7.4"), "step_g": 1000,
     "step_price": Decimal(4), "hours": 60},
]  # fmt: skip


def prepare(data: Path) -> None:
    with transaction() as session:
        house = session.execute(select(Warehouse.id)).scalar_one()
        layout.create_warehouse("SOUTH", "华南仓", FloorPlan(2, 3000, 9000), address="广东省广州市白云区")
        for code, name in (("sf", "顺丰"), ("zto", "中通"), ("yto", "圆通")):
            accounts.change(code, name=name, plugin_name="own_fleet")
        terms.put(house, "zto", {"not_to": ["西藏", "新疆"], "refuses": ["cold"], "max_g": 30_000, "prices": ZTO})
        terms.put(house, "yto", {"not_to": ["海南"], "prices": [{**ZTO[1], "first_price": Decimal(6)}]})
        orders.add_shop("CHOICE", "Choice", carrier="own_fleet")
        free = select(Sku.code).join(StockLevel, StockLevel.sku_id == Sku.id)
        free = free.where(StockLevel.on_hand > StockLevel.promised, Sku.handling == [], Sku.weight_g.between(1, 900))
        sku = session.execute(free.order_by(Sku.id).limit(1)).scalar_one()
        orders.take(house, [
            Draft(
                "CHOICE", "CHOICE-1", (DraftLine("1", sku, 1, Decimal(9)),), Decimal(9), Decimal(9),
                recipient="王小明", phone="13800000000", country="CN", province="浙江省", city="杭州市",
                district="西湖区", address="文三路 1 号",
            )
        ])  # fmt: skip


def test_carriers_are_chosen_as_the_settings_say(hire: Hire, gallery: Gallery) -> None:
    device = hire("/settings#/choice", *BIG)
    device.sign_in("S01", PIN)
    expect(device['#terms tr[data-key="zto"]']).to_contain_text("西藏")
    device["#add-terms"].select_option("sf")
    device["#terms-not"].fill("西藏")
    device.tap("#terms-cod-true")
    device.tap("#add-price")
    for name, value in (("places", "*"), ("first_price", "18"), ("step_price", "8"), ("hours", "24")):
        device[f"#price-0-{name}"].fill(value)
    gallery.look(device, "choice-terms", (BIG,), DESK, locales=LOOKED)
    device.tap("#terms-keep")
    expect(device['#terms tr[data-key="sf"]']).to_contain_text("18.00 CNY")
    device.tap("#new-rule")
    device["#rule-name"].fill("Dear goods fast")
    device.tap("#rule-way-fastest")
    device["#rule-min_value"].fill("1000")
    device.tap("#rule-keep")
    expect(device["#rules tbody tr"]).to_have_count(1)
    device.tap("#new-quota")
    device["#quota-carrier"].select_option("zto")
    device["#quota-most"].fill("500")
    device.tap("#quota-keep")
    expect(device["#quotas tbody tr"]).to_contain_text("1 of 500")  # the order that is here counts
    for name, value in (("province", "浙江省"), ("city", "杭州市"), ("kg", "3.2"), ("value", "1500")):
        device[f"#try-{name}"].fill(value)
    device.tap("#try-ask")
    expect(device["#tried tbody tr"]).to_have_count(3)
    expect(device["#tried tbody tr"].first).to_contain_text("顺丰")
    device.page.goto(device.url + "/settings#/houses")
    device['#houses tr[data-key="CHOICE"]'].click()
    device.tap("#houses-list-SOUTH")
    device.tap("#houses-list button[aria-pressed=false]")
    gallery.look(device, "choice-houses", (BIG,), DESK, locales=LOOKED)
    device.tap("#houses-keep")
    expect(device['#houses tr[data-key="CHOICE"]']).to_contain_text("1. 华南仓")
    device.page.goto(device.url + "/orders")
    device.page.keyboard.press("g")
    device["#find"].fill("CHOICE-1")
    expect(device['#found[data-for="CHOICE-1"] section']).to_contain_text("CHOICE-1")
    device["#find"].press("Enter")
    expect(device["#order-choice-line"]).to_contain_text("中通")
    device["#name-carrier"].select_option("sf")
    expect(device["#order-choice"]).to_contain_text("named by a clerk")
    device.tap("#all-carriers")
    expect(device["#order-ranking tbody tr"]).to_have_count(3)


def test_how_orders_are_handled_is_set_and_what_is_refused_is_said_beside_its_field(
    hire: Hire, books: Books, gallery: Gallery
) -> None:
    device = hire("/settings#/orders", *BIG)
    device.may_complain("422")
    device.sign_in("S01", PIN)
    device.tap("#set-merging-automatic")
    device["#set-merge_minutes"].fill("20000")
    device.tap("#order-settings-keep")
    expect(device["#set-merge_minutes[aria-invalid=true]"]).to_be_focused()
    expect(device["#order-settings em"]).to_contain_text("14,400")
    assert books.one("SELECT count(*) FROM order_setting WHERE merging = 'automatic'") == 0
    gallery.look(device, "settings-orders", (BIG,), DESK, locales=LOOKED)
    assert device['.toast[data-kind="stop"]'].count() == 0
    device["#set-merge_minutes"].fill("45")
    device["#set-day_ends"].fill("17:30")
    device.tap("#order-settings-keep")
    expect(device['.toast[data-kind="ok"]:has-text("settings of orders")']).to_be_visible()
    assert books.one("SELECT merging || merge_minutes || day_ends FROM order_setting") == "automatic4517:30:00"
    expect(device["#set-merging-automatic[aria-pressed=true]"]).to_be_visible()
    expect(device["#order-settings-keep"]).to_be_disabled()
    device['#shop-settings tr[data-key="CHOICE"]'].click()
    device.tap("#set-merging-shops >> nth=-1")
    device["#set-pay_days"].fill("400")
    device["#set-remind_unpaid_minutes"].fill("90")
    device.tap("#shop-settings-keep")
    expect(device["#set-pay_days[aria-invalid=true]"]).to_be_focused()
    expect(device[".office-panel em"]).to_have_count(1)
    gallery.look(device, "settings-shop", (BIG,), DESK, locales=LOOKED)
    device["#set-pay_days"].fill("1")
    device.tap("#set-presale-true")
    device.tap("#shop-settings-keep")
    expect(device['#shop-settings tr[data-key="CHOICE"]']).to_contain_text("1 h 30")
    kept = "SELECT merging || pay_days || remind_unpaid_minutes || presale_ahead FROM shop WHERE code = 'CHOICE'"
    assert books.one(kept) == "shops190true"
    assert books.one("SELECT cancel_unpaid_minutes FROM shop WHERE code = 'CHOICE'") is None
