"""Picked in bulk, sorted at the put wall, packed out of its slots; and orders of one piece, a parcel a scan."""
from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import HANDHELD, STATION, Gallery
from browser_orders import PLENTY, SHOP, Books, bring, open_shop, order
from browser_work import Office, quiet, verify, weigh_and_close
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select

from bench.world import World
from wms.catalog.models import Sku
from wms.core.transaction import transaction
from wms.demo.load import PIN
from wms.stock.models import StockLevel

pytestmark = pytest.mark.browser

SMALL = ((320, 480), (360, 640))
BIG = ((1280, 800),)
# Order → (which SKU, pieces); A is promised first.
ORDERS = {"A": ((0, 1), (1, 2)), "B": ((0, 1), (2, 1)), "C": ((1, 1), (2, 1)), "D": ((0, 2), (2, 1))}
SINGLES = {"ONE": ((0, 1),), "TWO": ((0, 1),)}
CODES = "SELECT code FROM container WHERE kind = 'tote' ORDER BY id DESC LIMIT 2"
STATES = "SELECT o.number, o.processing FROM sales_order o JOIN shop s ON s.id = o.shop_id WHERE s.code = %s ORDER BY 1"


def prepare(data: Path) -> None:
    """The orders, of three SKUs of which there is plenty."""
    open_shop()
    with transaction() as session:
        plenty = select(Sku.code).join(StockLevel, StockLevel.sku_id == Sku.id)
        plenty = plenty.where(StockLevel.on_hand - StockLevel.promised >= PLENTY + 5, Sku.serial_tracking == "none")
        skus = session.execute(plenty.where(Sku.lot_tracking == "none").order_by(Sku.id).limit(3)).scalars().all()
    rows = [
        {**head, "sku": skus[sku], "qty": str(qty), "price": "1"}
        for head, lines in ((order(number), lines) for number, lines in {**ORDERS, **SINGLES}.items())
        for sku, qty in lines
    ]
    bring(data, "orders", rows)


def pick_task(picker: Device, books: Books, cart: str, tote: str, look: partial[None] | None = None) -> None:
    """A bulk task from its cart to its last stop, all into one tote."""
    picker.tap("#tile-pick")
    picker.at("bulk_start", "cart")
    if look:
        look("bulk-start", again=partial(quiet, picker))
    picker.scan(cart)
    first = True
    while True:
        expect(picker['.frame[data-screen="bulk_stop"][data-busy="no"], [data-screen="bulk_done"]']).to_be_visible()
        if picker['.frame[data-screen="bulk_done"]'].count():
            break
        stop = books.rows(
            "SELECT b.code AS bin, k.code AS sku FROM pick_line l JOIN bin b ON b.id = l.bin_id "
            "JOIN sku k ON k.id = l.sku_id JOIN pick_task t ON t.id = l.task_id "
            "WHERE t.status = 'picking' AND t.kind = 'bulk' AND l.status = 'open' ORDER BY l.seq LIMIT 1"
        )[0]  # fmt: skip
        picker.at("bulk_stop", "bin")
        if look and first:
            look("bulk-bin", again=partial(quiet, picker))
            picker.scan(cart)
            picker.told("picking.not_a_bin.cart", "stop", "error")
        done = picker["#progress"].get_attribute("data-done")
        picker.scan(stop.bin)
        picker.at("bulk_stop", "item")
        picker.scan(stop.sku)
        picker.at("bulk_stop", "tote")
        if look and first:
            look("bulk-tote", again=partial(quiet, picker))
            picker.tap("#qty")
            look("bulk-quantity", again=partial(picker.tap, "#qty"))
            picker.tap("#sheet-close")
            picker.tap("#short")
            look("bulk-short", again=partial(picker.tap, "#short"))
            picker.tap("#sheet-close")
        first = False
        picker.scan(tote)
        expect(picker[f'#progress[data-done="{done}"]']).to_have_count(0)
    if look:
        look("bulk-done", again=partial(quiet, picker))


def test_orders_are_picked_together_sorted_into_slots_and_packed(
    hire: Hire, warehouse: World, books: Books, gallery: Gallery
) -> None:
    office = Office(warehouse.url)
    office.release(9, 9, shop=SHOP, method="single")
    singles = books.one("SELECT max(id) FROM pick_task")
    office.release(9, 9, shop=SHOP, method="wall")
    tote, other = (row.code for row in books.rows(CODES))
    picker = hire("/terminal", 360, 640)
    picker.sign_in("P01", PIN)
    picker.at("home")
    pick_task(picker, books, "CART-01", other)  # the single items came first
    picker.tap("#home")
    pick_task(picker, books, "CART-01", tote, partial(gallery.look, picker, sizes=SMALL, rules=HANDHELD))
    done = "SELECT count(*) FROM pick_task WHERE kind = 'bulk' AND status = 'picked' AND id >= %s"
    assert books.one(done, singles) == 2

    sorter, board = hire("/wall", 320, 480), hire("/wall", 1280, 800)
    sorter.sign_in("P02", PIN)
    sorter.at("wall_tote", "tote")
    look = partial(gallery.look, sorter, sizes=SMALL, rules=HANDHELD)
    board.sign_in("P03", PIN)
    board.at("wall_tote", "tote")
    look("wall-tote", again=partial(quiet, sorter))
    sorter.scan("no such tote")
    sorter.told("picking.not_a_tote.unknown", "stop", "error")
    sorter.scan(tote)
    sorter.at("wall_item", "item")
    look("wall-item", again=partial(quiet, sorter))
    shown = 0
    while not sorter['.frame[data-screen="wall_tote"]'].count():
        sorter.at("wall_item", "item")
        item = books.rows(
            "SELECT k.code FROM stock_balance b JOIN container c ON c.id = b.container_id "
            "JOIN sku k ON k.id = b.sku_id WHERE c.code = %s AND b.on_hand > 0 ORDER BY 1 LIMIT 1", tote
        )[0]  # fmt: skip
        sorter.scan(item.code)
        sorter.at("wall_put", "slot")
        slot = sorter["#slot"].get_attribute("data-slot")
        expect(sorter["html"]).to_have_attribute("data-said", re.compile(rf"(^|\D){slot}(\D|$)"))
        if not shown:
            look("wall-put", again=partial(quiet, sorter))
            sorter.scan("WALL-1-24")
            sorter.told("picking.wrong_slot", "stop", "error")
            assert books.rows("SELECT 1 FROM stock_move WHERE reason = 'sort'") == []
            sorter.page.reload()  # goes on with what is in hand
            sorter.at("wall_put", "slot")
        if shown == 1:
            sorter.tap("#slot")  # tapping is as good as scanning
        else:
            sorter.scan(f"WALL-1-{int(slot or 0):02d}")
        expect(sorter['.frame[data-screen="wall_put"]']).to_have_count(0)
        shown += 1
        if shown == 3:
            expect(board['[data-state="filling"], [data-state="ready"]'].first).to_be_visible()  # by itself
    assert shown == 10
    expect(sorter["#ready"]).to_have_attribute("data-count", "4")
    expect(board["#ready"]).to_have_attribute("data-count", "4")
    look("wall-ready", again=partial(quiet, sorter))
    gallery.look(board, "wall-big", BIG, STATION, again=partial(quiet, board))
    sorter.tap("#undo")
    sorter.at("wall_item", "item")
    expect(sorter["#ready"]).to_have_attribute("data-count", "3")
    sorter.tap("#empty")
    look("wall-empty", again=partial(sorter.tap, "#empty"))
    sorter.tap("#choice-look")
    item = books.one("SELECT k.code FROM wall_put p JOIN sku k ON k.id = p.sku_id ORDER BY p.id DESC LIMIT 1")
    sorter.scan(item)
    sorter.at("wall_put", "slot")
    sorter.tap("#slot")
    sorter.at("wall_tote", "tote")

    packer = hire("/station?station=PACK-1", 1280, 800)
    packer.sign_in("K01", PIN)
    for number in ORDERS:
        packer.at("pack_home")
        packer.scan(books.tote(number))
        packer.at("pack_verify")
        verify(packer, books, number)
        weigh_and_close(packer)
    expect(board["#ready"]).to_have_attribute("data-count", "0")
    expect(board['[data-state="filling"]']).to_have_count(0)

    packer.scan(other)
    packer.at("pack_single", "item")
    look = partial(gallery.look, packer, sizes=BIG, rules=STATION)
    look("single-open", again=partial(quiet, packer))
    packer.scan("WALL-1")
    packer.told("packing.what.wall", "info", "step")
    item = books.one("SELECT k.code FROM stock_balance b JOIN container c ON c.id = b.container_id "
                     "JOIN sku k ON k.id = b.sku_id WHERE c.code = %s AND b.on_hand > 0", other)  # fmt: skip
    packer.scan(item)
    expect(packer["#left"]).to_have_text("1")
    expect(packer[".closed-ready #waybill"]).to_be_visible()
    look("single-packed", again=partial(quiet, packer))
    packer.scan(item)
    packer.at("pack_home")
    assert {row.processing for row in books.rows(STATES, SHOP)} == {"packed"}
    assert books.one("SELECT count(*) FROM print_job WHERE document = 'waybill'") == len(ORDERS) + len(SINGLES)
    assert warehouse.check()["ok"]
