"""Zones that hand a cart on, and zones that are picked at once, as their pickers and the packer see it."""
from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from browser_looks import HANDHELD, STATION, Gallery
from browser_orders import SHOP, Books, bring, open_shop, order
from browser_work import Office, pick, quiet, take_cart_and_totes, verify, weigh_and_close
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select, text

from bench.world import World
from wms.catalog.models import Barcode, Sku
from wms.core.transaction import transaction
from wms.demo.load import PIN
from wms.layout.models import Bin, Warehouse
from wms.stock import service as stock
from wms.waves.relay import pick_order

pytestmark = pytest.mark.browser

SMALL = ((320, 480), (360, 640))
FREE_BIN = "bin.kind = 'pick' AND blocked_reason IS NULL AND bin.id NOT IN (SELECT bin_id FROM stock_balance)"
ORDERS = ("RELAY-A", "BOTH-A")


def prepare(data: Path) -> None:
    """A SKU in each of the first two zones, and two orders that want both."""
    open_shop()
    with transaction() as session:
        house = session.execute(select(Warehouse.id)).scalar_one()
        for number, zone_id in enumerate(pick_order(house)[:2], start=1):
            free = select(Bin.id).where(Bin.zone_id == zone_id, text(FREE_BIN)).order_by(Bin.id)
            sku = Sku(code=f"ZONE-{number}", name=f"Tea caddy 茶叶罐 {number}", weight_g=300)
            session.add(sku)
            session.flush()
            session.add(Barcode(code=f"690000000{sku.id:04}", sku_id=sku.id))
            goods = stock.Goods(sku.id, session.execute(free.limit(1)).scalar_one(), 9)
            stock.receive(house, [goods], reference="ASN", actor_id=None)
    heads = [order(number) for number in ORDERS]
    bring(data, "orders", [{**head, "sku": f"ZONE-{n}", "qty": str(n), "price": "1"} for head in heads for n in (1, 2)])


def test_a_cart_is_passed_on_and_totes_meet(hire: Hire, warehouse: World, books: Books, gallery: Gallery) -> None:
    office = Office(warehouse.url)
    zones = books.rows(
        "SELECT z.code FROM sku k JOIN stock_balance b ON b.sku_id = k.id JOIN bin ON bin.id = b.bin_id "
        "JOIN zone z ON z.id = bin.zone_id WHERE k.code LIKE 'ZONE-_' ORDER BY k.code"
    )
    anna, bert = hire("/terminal", 360, 640), hire("/terminal", 320, 480)
    for picker, badge, zone in ((anna, "P01", zones[0].code), (bert, "P02", zones[1].code)):
        person = books.one("SELECT id FROM person WHERE badge = %s", badge)
        office.command("pick.put_person", person_id=person, zones=[zone], skills=[])
        picker.sign_in(badge, PIN)
        picker.tap("#tile-pick")
        picker.at("pick_wait")
    look = partial(gallery.look, sizes=SMALL, rules=HANDHELD)

    office.release(1, 1, shop=SHOP, method="relay")
    take_cart_and_totes(anna, "CART-01", ["T-0001"])
    bert.at("pick_wait")
    pick(anna, *books.lines("P01"))
    anna.at("pick_done")
    expect(anna["#bring"]).to_contain_text(f"CART-01 to the hand-over point of zone {zones[1].code}")
    look(anna, "relay-done", again=partial(quiet, anna))
    bert.at("pick_start")  # by itself
    expect(bert["h1.do"]).to_contain_text(f"{zones[1].code} 区交接点扫描拣货车 CART-01")  # who reads Chinese
    look(bert, "relay-start", again=partial(quiet, bert))
    bert.scan("CART-01")
    bert.at("pick_line", "bin")
    pick(bert, *books.lines("P02"))
    bert.at("pick_done")
    expect(bert["#bring"]).to_contain_text("打包台")

    for picker in (anna, bert):
        picker.tap("#next")
        picker.at("pick_wait")
    office.release(1, 1, shop=SHOP, method="consolidate")
    take_cart_and_totes(anna, "CART-02", ["T-0003"])
    take_cart_and_totes(bert, "CART-03", ["T-0004"])
    pick(anna, *books.lines("P01"))
    anna.at("pick_done")
    packer = hire("/station?station=PACK-1", 1280, 800)
    packer.sign_in("K01", PIN)
    packer.at("pack_home")
    packer.scan("T-0003")
    expect(packer["#gathering"]).to_contain_text("CART-03")
    gallery.look(packer, "station-gathering", ((1280, 800),), STATION, again=partial(quiet, packer))
    pick(bert, *books.lines("P02"))
    bert.at("pick_done")
    packer.scan("T-0004")
    packer.at("pack_verify")
    verify(packer, books, "BOTH-A")
    weigh_and_close(packer)
    packer.scan("T-0001")
    packer.at("pack_verify")
    verify(packer, books, "RELAY-A")
    weigh_and_close(packer)
    assert warehouse.check()["ok"]
