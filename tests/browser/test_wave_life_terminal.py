"""A wave on its way, as its pickers see it: missing pieces, carts that change hands, goods that go back."""
from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import HANDHELD, Gallery
from browser_orders import SHOP, Books, bring, open_shop, order
from browser_work import Office, go_and_take, pick, quiet, take_cart_and_totes, tote_on_screen
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select, text

from bench.world import World
from wms.catalog.models import Barcode, Sku
from wms.core.transaction import transaction
from wms.demo.load import PIN
from wms.layout.models import Bin
from wms.orders.models import Shop
from wms.stock import service as stock

pytestmark = pytest.mark.browser

TERMINAL = ((360, 640), (320, 480))
FREE_BIN = "kind = 'pick' AND blocked_reason IS NULL AND id NOT IN (SELECT bin_id FROM stock_balance)"
GOODS = {"LIFE-1": (9, 30), "LIFE-2": (20,), "LIFE-3": (20,)}  # SKU → pieces in each of its bins
ORDERS = {"LIFE-A": {"LIFE-1": 3, "LIFE-2": 1}, "LIFE-B": {"LIFE-3": 2, "LIFE-2": 2}}
# Of another shop, each promised after the one before it.
BULK = {number: {"LIFE-2": 2, "LIFE-3": 1} for number in ("BULK-A", "BULK-B", "BULK-C")}


def prepare(data: Path) -> None:
    """Three SKUs, the first of them in two bins, and the orders of two shops."""
    open_shop()
    with transaction() as session:
        free = list(session.execute(select(Bin).where(text(FREE_BIN)).order_by(Bin.id).limit(4)).scalars())
        for code, pieces in GOODS.items():
            sku = Sku(code=code, name=f"Thermos flask 保温杯 {code[-1]}", weight_g=300)
            session.add(sku)
            session.flush()
            session.add(Barcode(code=f"690000000{sku.id:04}", sku_id=sku.id))
            for qty in pieces:
                bin = free.pop()
                stock.receive(bin.warehouse_id, [stock.Goods(sku.id, bin.id, qty)], reference="ASN", actor_id=None)
        session.add(Shop(code="BULK", name="Bulk", platform="own", currency="GBP", carrier="own_fleet"))
    heads = {number: order(number) for number in ORDERS}
    heads |= {number: {**order(number), "shop": "BULK"} for number in BULK}
    rows = [
        {**heads[number], "sku": sku, "qty": str(qty), "price": "1"}
        for number, lines in {**ORDERS, **BULK}.items()
        for sku, qty in lines.items()
    ]
    bring(data, "orders", rows)


def open_short(device: Device) -> None:
    quiet(device)
    device.tap("#short")
    expect(device["#ways"]).to_have_attribute("data-ready", "true")


def asked_for(asker: Device, holder: Device, gallery: Gallery, name: str) -> None:
    """A colleague asks for the cart in hand and is given it; the picture shows the one who is asked."""
    expect(asker["#ask-for"]).to_be_visible()
    asker.tap("#ask-for")
    expect(holder["#hand-over"]).to_be_visible()
    holder.page.screenshot(path=str(gallery._folder / f"{name}.png"))
    holder.tap("#hand-over")
    holder.at("home")


def test_a_wave_on_its_way(hire: Hire, warehouse: World, books: Books, gallery: Gallery) -> None:
    anna, office = hire("/terminal", 360, 640), Office(warehouse.url)
    look = partial(gallery.look, sizes=TERMINAL, rules=HANDHELD)
    anna.sign_in("P01", PIN)
    anna.tap("#tile-pick")
    anna.at("pick_wait")
    office.release(2, 2, shop=SHOP)
    take_cart_and_totes(anna, "CART-01", ["T-0001", "T-0002"])
    lines = books.lines("P01")

    # Only one of three is there: it goes into the tote, and the rest comes from another bin.
    for line in lines:
        if line.sku == "LIFE-1":
            short_line = line
            break
        pick(anna, line)
    go_and_take(anna, short_line)
    anna.tap("#short")
    anna.tap("#short-part")
    anna.type_number(1)
    anna.scan(tote_on_screen(anna))
    expect(anna["#ways"]).to_have_attribute("data-ready", "true")
    anna.tap("#sheet-close")
    look(anna, "life-short", again=partial(open_short, anna))
    expect(anna["#ways .button"].first).to_have_id("way-another")
    anna.tap("#way-another")
    anna.told("picking.short_another", "ok", "ok")
    anna.at("pick_line", "bin")
    quiet(anna)
    added = books.rows("SELECT status, qty, picked FROM pick_line WHERE order_id = (SELECT id FROM sales_order "
                       "WHERE number = 'LIFE-A') AND sku_id = (SELECT id FROM sku WHERE code = 'LIFE-1') ORDER BY id")
    assert [tuple(row) for row in added] == [("short", 3, 1), ("open", 2, 0)]

    # A colleague asks for the cart, is given it, and goes on at the same line.
    bert = hire("/terminal", 320, 480)
    bert.sign_in("P02", PIN)
    bert.tap("#tile-pick")
    bert.at("pick_wait")
    bert.scan("CART-01")
    expect(bert['[data-code="picking.at_work"]']).to_have_count(1)
    asked_for(bert, anna, gallery, "life-asked")
    bert.at("pick_line", "bin")
    quiet(bert)

    # An order is stopped: said at once, and its goods go back.
    office.command("order.intercept", order_id=books.one("SELECT id FROM sales_order WHERE number = 'LIFE-A'"),
                   want="cancel", why="buyer cancelled")
    bert.told("ui.life.why.intercepted", "stop", "error")
    look(bert, "life-stopped")
    bert.acknowledge()
    left = [line for line in books.lines("P02") if line.status == "open"]
    for line in left:
        pick(bert, line)
    bert.at("pick_done" if left else "home")  # by the walk, the stopped order may have been all that was left
    tote = books.tote("LIFE-A")
    anna.tap("#tile-putback")
    anna.at("putback_none", "tote")
    look(anna, "putback-none", again=partial(quiet, anna))
    anna.scan(tote)
    anna.at("putback_item", "item")
    look(anna, "putback-item", again=partial(quiet, anna))
    looked = False
    while anna['[data-screen="putback_item"]'].count():
        item = next(iter(books.rows(
            "SELECT k.code, b.on_hand FROM stock_balance b JOIN sku k ON k.id = b.sku_id JOIN container c "
            "ON c.id = b.container_id WHERE c.code = %s AND b.on_hand > 0 ORDER BY k.code", tote)))
        anna.scan(item.code)
        anna.at("putback_item", "bin")
        if not looked:
            looked = True
            look(anna, "putback-bin", again=partial(take_out, anna, item.code))
        anna.scan(anna["#location"].inner_text().split("\n")[0])
        expect(anna['.frame[data-busy="no"]']).to_be_visible()
        expect(anna['[data-screen="putback_item"][data-step="bin"]']).to_have_count(0)
    anna.at("putback_none")
    assert books.one("SELECT confirmation FROM sales_order WHERE number = 'LIFE-A'") == "cancelled"
    assert books.one("SELECT count(*) FROM put_back WHERE status <> 'done'") == 0
    assert books.left(["LIFE-A"]) == (0, 0)


BULK_STOP = """
    SELECT b.code AS bin, k.code AS sku, sum(l.qty)::int AS qty FROM pick_line l JOIN bin b ON b.id = l.bin_id
    JOIN sku k ON k.id = l.sku_id JOIN pick_task t ON t.id = l.task_id JOIN cart c ON c.id = t.cart_id
    WHERE t.kind = 'bulk' AND l.status = 'open' AND c.code = %s GROUP BY l.seq, b.id, k.id ORDER BY l.seq LIMIT 1
"""


def test_a_walk_in_bulk_on_its_way(hire: Hire, warehouse: World, books: Books, gallery: Gallery) -> None:
    """What others do to it is said as it is of a cart, and whoever is sent home goes after the stop in hand."""
    anna, office = hire("/terminal", 360, 640), Office(warehouse.url)
    look = partial(gallery.look, sizes=TERMINAL, rules=HANDHELD)
    office.release(2, 2, shop="BULK", method="wall")
    anna.sign_in("P01", PIN)
    anna.tap("#tile-pick")
    anna.at("bulk_start", "cart")
    anna.scan("CART-03")
    anna.at("bulk_stop", "bin")
    before = books.rows(BULK_STOP, "CART-03")[0]
    anna.shows("#quantity", before.qty)
    anna.scan(before.bin)
    anna.at("bulk_stop", "item")

    office.command("order.intercept", order_id=books.one("SELECT id FROM sales_order WHERE number = 'BULK-B'"),
                   want="hold", why="buyer asked")
    anna.told("ui.life.why_bulk.intercepted", "stop", "error")
    look(anna, "bulk-stopped")
    anna.acknowledge()
    stop = books.rows(BULK_STOP, "CART-03")[0]
    assert (stop.bin, stop.qty < before.qty) == (before.bin, True)
    anna.shows("#quantity", stop.qty)

    office.command("pick.send_home", person_id=books.one("SELECT id FROM person WHERE badge = 'P01'"))
    anna.told("ui.life.why.send_home", "warning", "warning")
    bert = hire("/terminal", 320, 480)
    bert.sign_in("P02", PIN)
    bert.tap("#tile-pick")
    bert.at("pick_wait")
    anna.scan(stop.sku)
    anna.at("bulk_stop", "tote")
    anna.scan(books.one("SELECT code FROM container WHERE kind = 'tote' ORDER BY id DESC LIMIT 1"))
    anna.at("home")
    bert.at("bulk_start", "cart")
    bert.scan("CART-03")
    bert.at("bulk_stop", "bin")

    # Instead of their own, somebody asks for the cart of a colleague, and is given it.
    office.release(1, 1, shop="BULK", method="wall")
    quiet(anna)
    anna.tap("#tile-pick")
    anna.at("bulk_start", "cart")
    anna.scan("CART-03")
    expect(anna["#take-over"]).to_be_visible()
    anna.tap("#take-over")
    asked_for(anna, bert, gallery, "bulk-asked")
    anna.at("bulk_stop", "bin")
    assert books.one("SELECT p.badge FROM pick_task t JOIN person p ON p.id = t.person_id JOIN cart c "
                     "ON c.id = t.cart_id WHERE c.code = 'CART-03' AND t.status = 'picking'") == "P01"


def take_out(device: Device, code: str) -> None:
    """The item in hand again, after the language changed."""
    quiet(device)
    if device['[data-step="item"]'].count():
        device.scan(code)
    device.at("putback_item", "bin")
