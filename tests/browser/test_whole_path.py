"""One wave from the supervisor's first click to the truck, by browsers that hold nothing back."""
from __future__ import annotations

import base64
import io

import pytest
import zxingcpp
from browser_hands import Device
from browser_orders import ORDERS, Books, Line
from browser_work import go_to, pick, put, take_cart_and_totes, verify, weigh_and_close
from conftest import Hire
from PIL import Image
from playwright.sync_api import Locator, expect

from bench.world import World
from wms.demo.load import PIN

pytestmark = pytest.mark.browser

NUMBERS = list(ORDERS)
TOTES = ("T-0001", "T-0002", "T-0003")


def test_an_order_goes_from_the_board_to_the_truck(hire: Hire, warehouse: World, books: Books) -> None:
    picker = hire("/terminal", 360, 640)
    picker.sign_in("P01", PIN)
    picker.tap("#tile-pick")
    picker.at("pick_wait")
    picker.page.evaluate("window.neverReloaded = true")

    board = hire("/board", 1440, 900)
    board.sign_in("S01", PIN)
    release_the_corner_shop(board, books)

    start(picker, books)
    left = pick_with_every_mistake(picker, books)
    assert picker.page.evaluate("window.neverReloaded") is True
    ship_without(board, left)

    station = hire("/station?station=PACK-1", 1280, 800)
    station.sign_in("K01", PIN)
    waybills = [pack(station, books, number, try_wrong=number == "CORNER-A") for number in NUMBERS]
    labels_show(hire, waybills)

    load(picker, books, waybills)
    expect(board['[data-step="shipped"]']).to_have_attribute("data-count", str(len(NUMBERS)))
    shipped = books.rows("SELECT DISTINCT processing, shipping FROM sales_order WHERE number = ANY(%s)", NUMBERS)
    assert [tuple(row) for row in shipped] == [("packed", "shipped")]
    assert_nothing_left(warehouse, books)
    bring_back(hire, books)


def release_the_corner_shop(board: Device, books: Books) -> None:
    """Choose the shop among all that waits, look what it comes to, build and release."""
    board.at_desk()
    board.tap("#new-wave")
    everything = board['[data-figure="orders"]']
    expect(everything).not_to_have_text("–")
    board.tap('[data-choice="shop"] [data-value="CORNER"]')
    for figure, wanted in (("orders", 3), ("lines", 5), ("units", 9), ("carts", 1)):
        board.shows(f'[data-figure="{figure}"]', wanted)
    with books.still():
        board.tap("#build-release")
        expect(board["#confirm-release"]).to_be_focused()
    board.tap("#confirm-release")
    expect(board['.wave[data-status="released"]']).to_have_count(1)
    assert books.left(NUMBERS) == (5, 5)


def bring_back(hire: Hire, books: Books) -> None:
    """A buyer wants to send an order back: the desk gets a number for that, and prints its label at the table."""
    desk = hire("/orders", 1280, 800)
    desk.sign_in("S01", PIN)
    expect(desk["#orders"]).to_be_visible()
    order_id = books.one("SELECT id FROM sales_order WHERE number = %s", NUMBERS[0])
    desk.page.evaluate("(id) => { location.hash = '#/order/' + id; }", order_id)
    desk["#return-reason"].fill("尺码不合")
    desk.tap("#return-ask")
    card = desk['#order-returns [data-status="issued"]']
    expect(card).to_contain_text("尺码不合")
    number = books.one("SELECT number FROM return_waybill WHERE order_id = %s", order_id)
    expect(card.locator("b")).to_have_text(number)
    desk.tap('[id^="return-print-"]')
    desk["#return-paper-station"].select_option("PACK-1")
    desk.tap("#return-paper-print")
    expect(desk[f'.toast[data-kind="ok"]:has-text("{number} prints")']).to_be_visible()
    assert books.one("SELECT count(*) FROM print_job WHERE data ->> 'waybill_number' = %s", number) == 1


def start(picker: Device, books: Books) -> None:
    """The task is there by itself: nobody touched the device."""
    picker.at("pick_start")
    with books.still():
        picker.scan("T-0001")
        picker.told("picking.not_a_cart.tote", "stop", "error")
    take_cart_and_totes(picker, "CART-01", TOTES)
    assert len(books.lines("P01")) == 5


def pick_with_every_mistake(picker: Device, books: Books) -> str:
    """Work the whole cart, wrong first and right then; returns the order of which a piece was missing."""
    lines = books.lines("P01")
    wrong_in_every_way(picker, books, lines)
    put(picker, lines[0])
    repeat(picker, books, lines)
    missing = next(line for line in reversed(lines) if line.order == "CORNER-C")
    for line in lines[1:]:
        short(picker, books, line) if line is missing else pick(picker, line)
    picker.at("pick_done")
    expect(picker["#bring"]).to_contain_text("CART-01")
    expect(picker[".row-short"]).to_have_count(1)
    assert sum(line.picked for line in books.lines("P01")) == sum(line.qty for line in lines) - missing.qty
    return missing.order


def wrong_in_every_way(picker: Device, books: Books, lines: list[Line]) -> None:
    """On the first line: another bin, a code that nobody knows, another item, more than is wanted."""
    line, other = lines[0], next(line for line in lines if line.bin != lines[0].bin)
    words = []
    with books.still():
        picker.shows("#location", line.bin)
        picker.scan(other.bin)
        words.append(picker.told("picking.wrong_bin", "error", "error"))
        picker.scan("NOBODY-KNOWS-ME")  # scanning on is an acknowledgement too
        words.append(picker.told("picking.not_a_bin.unknown", "error", "error"))
        picker.acknowledge()
        picker.scan(line.bin)
        picker.at("pick_line", "item")
        picker.scan(other.barcode)
        words.append(picker.told("picking.wrong_item", "item", "item"))
        picker.scan(line.barcode)
        picker.at("pick_line", "tote")
        picker.tap("#qty")
        picker.type_number(line.qty + 1)
        words.append(picker.told("ui.pick.too_many", "many", "many"))
        picker.acknowledge()
        picker.scan(TOTES[line.slot % 3])
        words.append(picker.told("picking.wrong_tote", "tote", "item"))
        picker.at("pick_line", "tote")
        picker.shows("#quantity", line.qty)
    assert line.bin in words[0]
    assert len(set(words)) == len(words)


def repeat(picker: Device, books: Books, lines: list[Line]) -> None:
    """The bin of the first line once more, though everything is taken from it."""
    assert lines[1].bin != lines[0].bin
    picker.at("pick_line", "bin")
    with books.still():
        picker.scan(lines[0].bin)
        picker.told("ui.pick.already_done", "already", "already")
        picker.acknowledge()


def short(picker: Device, books: Books, line: Line) -> None:
    """At the bin, and the goods are not: say why; nothing is taken, and the order leaves the task."""
    go_to(picker, line)
    moves = books.one("SELECT count(*) FROM stock_move")
    picker.tap("#short")
    expect(picker["#reason-missing"]).to_have_attribute("aria-pressed", "true")
    picker.tap("#way-order")
    expect(picker[f'[data-slot="{line.slot}"].slot-short, .row-short']).to_have_count(1)
    assert books.one("SELECT count(*) FROM stock_move") == moves
    assert books.one("SELECT short_reason FROM pick_line WHERE id = %s", line.id) == "missing"


def ship_without(board: Device, number: str) -> None:
    """The order waits on the board with its reason; two clicks send what there is."""
    trouble = board[f'.trouble[data-kind="short"][data-order="{number}"]']
    expect(trouble).to_be_visible()
    button = trouble.locator(".act", has_text="Ship without")
    button.click()
    trouble.locator(".act-sure").click()
    expect(trouble).to_have_count(0)


def pack(station: Device, books: Books, number: str, *, try_wrong: bool) -> str:
    """Verify, weigh and close the tote of this order; returns the waybill number that the station shows."""
    tote = books.tote(number)
    station.at("pack_home", "tote")
    expect(station[".tote-list"]).to_contain_text(tote)
    station.scan(tote)
    station.at("pack_verify", "verify")
    if try_wrong:
        refuse_wrong_item(station, books)
    verify(station, books, number)
    return weigh_and_close(station)


def refuse_wrong_item(station: Device, books: Books) -> None:
    other = books.to_pack("CORNER-B")[0].barcode
    with books.still():
        station.scan(other)
        station.told("packing.not_in_parcel", "item", "item")
        station.scan("NOBODY-KNOWS-ME")
        station.told("packing.unknown_barcode", "stop", "error")
        station.acknowledge()


def labels_show(hire: Hire, waybills: list[str]) -> None:
    """Each parcel's label came out of the station's printer, and a machine reads its waybill number off it."""
    office = hire("/labels", 1280, 800)
    office.sign_in("S01", PIN)
    pictures = office['[data-printer="ZPL-1"] li[data-sequence] img']
    expect(pictures).to_have_count(len(waybills))
    seen = [barcodes(pictures.nth(at)) for at in range(len(waybills))]
    assert all(any(waybill in label for label in seen) for waybill in waybills)


def barcodes(picture: Locator) -> set[str]:
    """What is written in the bar codes of the picture that the page shows, in the picture's own resolution."""
    address = picture.evaluate(
        """async image => { await image.decode(); const canvas = document.createElement('canvas');
        canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
        canvas.getContext('2d').drawImage(image, 0, 0); return canvas.toDataURL('image/png'); }"""
    )
    with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as label:
        return {found.text for found in zxingcpp.read_barcodes(label.convert("L"))}


def load(loader: Device, books: Books, waybills: list[str]) -> None:
    """Every parcel onto the truck, by either of its two numbers, and the manifest closed."""
    known = books.rows("SELECT number, waybill FROM parcel ORDER BY id")
    assert [row.waybill for row in known] == waybills
    assert books.rows("SELECT number FROM waybill ORDER BY id") == [(each,) for each in waybills]
    loader.tap("#home")
    loader.tap("#tile-load")
    loader.at("load")
    for count, row in enumerate(known, 1):
        loader.scan(row.waybill if count % 2 else row.number)
        loader.shows("#load-count", count)
    with books.still():
        loader.scan(waybills[0])
        loader.told("shipping.already_loaded", "info", "step")
    loader.tap("#close")
    loader.tap("#close-confirm")
    expect(loader["#closed"]).to_be_visible()


def assert_nothing_left(warehouse: World, books: Books) -> None:
    assert books.left(NUMBERS) == (0, 0)
    found = warehouse.check()
    assert found["ok"], found
