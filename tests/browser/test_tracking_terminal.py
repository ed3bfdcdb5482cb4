"""Goods with lots and serial numbers, from the shelf to the carton: what is asked, and what is refused."""
from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import DESK, HANDHELD, STATION, Gallery
from browser_orders import SHOP, Books, bring, open_shop, order
from browser_work import Office, put, quiet, take_cart_and_totes, weigh_and_close
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select, text

from bench.world import World
from wms.catalog.models import Sku
from wms.core.transaction import transaction
from wms.demo.load import PIN
from wms.layout.models import Bin
from wms.stock import service as stock

pytestmark = pytest.mark.browser

TERMINAL = ((360, 640), (320, 480))
STATION_SIZES = ((1280, 800),)
LOT = "LOT-2026-0815-A"
NUMBERS = ("SN-00017001", "SN-00017002", "SN-00017003")
METERS = ("SN-00018001", "SN-00018002", "SN-00018003")
FREE_BIN = "kind = 'pick' AND blocked_reason IS NULL AND id NOT IN (SELECT bin_id FROM stock_balance)"


def prepare(data: Path) -> None:
    """One SKU of which lot and numbers are scanned at every move, three pieces of it, and an order of two.

    Three pieces of another such SKU, in a bin with goods that came in before anybody asked for their lot.
    """
    open_shop()
    with transaction() as session:
        names = {"name": "Blood pressure monitor 血压计", "lot_tracking": "move", "serial_tracking": "move"}
        sku = Sku(code="TRACKED-1", weight_g=300, **names)
        session.add(sku)
        session.flush()
        bin = session.execute(select(Bin).where(text(FREE_BIN)).order_by(Bin.id).limit(1)).scalar_one()
        goods = stock.Goods(sku.id, bin.id, 3, lot=LOT, expires_on=date(2027, 8, 15), serials=NUMBERS)
        stock.receive(bin.warehouse_id, [goods], reference="ASN", actor_id=None)
        meter = Sku(code="METER-1", **{**names, "name": "Glucose meter 血糖仪"})
        strips = Sku(code="STRIPS-1", name="Test strips 试纸")
        session.add_all([meter, strips])
        session.flush()
        shelf = session.execute(select(Bin).where(text(FREE_BIN)).order_by(Bin.id).limit(1)).scalar_one()
        numbered = stock.Goods(meter.id, shelf.id, 3, lot=LOT, expires_on=date(2027, 8, 15), serials=METERS)
        stock.receive(bin.warehouse_id, [numbered, stock.Goods(strips.id, shelf.id, 5)], reference="ASN", actor_id=None)
        strips.lot_tracking = "receipt"
    bring(data, "orders", [{**order("TRACKED-A"), "sku": "TRACKED-1", "qty": "2", "price": "1"}])


def test_each_piece_is_asked_for_by_its_number(hire: Hire, warehouse: World, books: Books, gallery: Gallery) -> None:
    picker = hire("/terminal", 360, 640)
    picker.sign_in("P01", PIN)
    picker.tap("#tile-pick")
    picker.at("pick_wait")
    Office(warehouse.url).release(1, 1, shop=SHOP)
    take_cart_and_totes(picker, "CART-01", ["T-0001"])
    (line,) = books.lines("P01")
    look = partial(gallery.look, picker, sizes=TERMINAL, rules=HANDHELD, again=partial(quiet, picker))
    picker.scan(line.bin)
    picker.at("pick_line", "item")
    look("tracked-item")
    picker.scan("TRACKED-1")
    picker.at("pick_line", "lot")
    look("tracked-lot")
    picker.scan("LOT-2026-0815-B")
    picker.told("picking.wrong_lot", "item", "item")
    picker.acknowledge()
    picker.scan(LOT)
    picker.at("pick_line", "serial")
    picker.scan("SN-99999999")
    picker.told("picking.serial_not_here", "item", "item")
    picker.acknowledge()
    picker.scan(NUMBERS[2])
    expect(picker["#serials li"]).to_have_text([NUMBERS[2]])
    look("tracked-serial")
    picker.scan(NUMBERS[0])
    picker.at("pick_line", "tote")
    put(picker, line)
    picker.at("pick_done")

    station = hire("/station?station=PACK-1", 1280, 800)
    station.sign_in("K01", PIN)
    station.at("pack_home")
    station.scan("T-0001")
    station.at("pack_verify", "verify")
    station.scan("TRACKED-1")
    station.at("pack_verify", "serial")
    gallery.look(station, "tracked-station", sizes=STATION_SIZES, rules=STATION, again=partial(quiet, station))
    station.scan(NUMBERS[1])
    station.told("packing.serial_not_in_tote", "stop", "error")
    station.acknowledge()
    station.scan(NUMBERS[0])
    expect(station["#verified"]).to_have_attribute("data-done", "1")
    station.scan(NUMBERS[2])
    station.at("pack_verify", "weigh")
    weigh_and_close(station)
    kept = books.rows("SELECT lot, serial FROM parcel_trace ORDER BY serial")
    assert [tuple(row) for row in kept] == [(LOT, NUMBERS[0]), (LOT, NUMBERS[2])]


def counter(hire: Hire, bin: str) -> Device:
    """Somebody who stands at this bin to count it."""
    device = hire("/terminal", 360, 640)
    device.sign_in("P02", PIN)
    device.tap("#tile-count")
    device.at("count_none")
    device.scan(bin)
    device.at("count_items", "items")
    return device


def rescanned(device: Device, code: str, screen: str) -> None:
    """A change of language asks the server where the count stands: the scan is made again."""
    quiet(device)
    if not device[f'[data-screen="{screen}"]'].count():
        device.scan(code)
        device.at(screen)
    quiet(device)


def test_a_count_asks_for_lots_and_numbers(hire: Hire, books: Books, gallery: Gallery) -> None:
    bin = books.one("SELECT b.code FROM stock_serial s JOIN bin b ON b.id = s.bin_id WHERE s.code = %s", METERS[0])
    device = counter(hire, bin)
    look = partial(gallery.look, device, sizes=TERMINAL, rules=HANDHELD)
    device.scan("STRIPS-1")
    device.at("count_lot")
    look("count-no-lot", again=partial(rescanned, device, "STRIPS-1", "count_lot"))
    device.tap("#no-lot")
    device.at("count_items", "items")
    device.shows("#pieces", 1)
    device.tap("#qty")
    device.type_number(5)
    device.shows("#pieces", 5)
    device.scan("METER-1")
    device.at("count_serial")
    look("count-serial", again=partial(rescanned, device, "METER-1", "count_serial"))
    device.scan(METERS[0])
    device.at("count_items", "items")
    device.shows("#pieces", 6)
    look("count-numbered", again=partial(quiet, device))
    for pieces, number in enumerate(METERS[1:], 7):
        device.scan(number)
        device.shows("#pieces", pieces)
    device.shows("#pieces", 8)
    device.tap("#done")
    device.at("count_none")
    lines = books.rows(
        "SELECT k.code, l.lot, l.counted, l.outcome FROM count_line l JOIN sku k ON k.id = l.sku_id ORDER BY k.code"
    )
    assert [tuple(line) for line in lines] == [("METER-1", LOT, 3, "same"), ("STRIPS-1", "", 5, "same")]


def test_the_desk_adjusts_numbered_goods_by_their_numbers(hire: Hire, books: Books, gallery: Gallery) -> None:
    desk = hire("/stock#/list?q=METER-1", 1280, 800)
    desk.sign_in("S01", PIN)
    desk["#balances tbody tr td.number"].first.click()
    desk.tap("#act-adjust")
    desk["#adjust-qty"].fill("1")
    desk["#adjust-reason"].select_option("lost")
    desk["#adjust-numbers"].fill(METERS[0])
    expect(desk["#act-do"]).to_be_disabled()
    desk["#adjust-numbers"].fill(f"{METERS[0]}\n{METERS[2]}")
    gallery._look_once(desk, "adjust-numbers", (1280, 800), DESK)
    desk.tap("#act-do")
    expect(desk[".toast-undo"]).to_be_visible()
    here = "SELECT string_agg(s.code, ' ' ORDER BY s.code) FROM stock_serial s WHERE s.code = ANY(%s) AND {}"
    inside = here.format("s.bin_id IN (SELECT id FROM bin WHERE kind = 'pick')")
    assert books.one(inside, list(METERS)) == METERS[1]
    desk.tap(".toast-undo")
    expect(desk['.toast[data-kind="ok"]'].filter(has_text="Taken back")).to_be_visible()
    assert books.one(inside, list(METERS)) == " ".join(METERS)
