"""The stock page of the desk as a supervisor uses it: search, drill down, act and take back, files, the floor."""
from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import Books
from conftest import Hire
from playwright.sync_api import expect

from bench.world import World
from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=20, pickers=2, packers=1, stations=1, carts=2, totes=20)
BIG, SMALL = (1280, 800), (1024, 768)
LYING = """
    SELECT s.code AS sku, s.name, b.code AS bin, x.on_hand FROM stock_balance x JOIN sku s ON s.id = x.sku_id
    JOIN bin b ON b.id = x.bin_id WHERE b.kind = 'pick' AND x.on_hand > 3 AND x.held = 0
"""
EVERYWHERE = """
    SELECT s.code AS sku, s.name, x.on_hand FROM stock_balance x JOIN sku s ON s.id = x.sku_id WHERE x.on_hand > 0
"""
ANNEX = """
    WITH w AS (INSERT INTO warehouse
                   (code, name, phone, address, aisles, aisle_spacing_mm, aisle_length_mm, depot_aisle, depot_side)
               VALUES (%s, %s, '', '', 1, 1000, 1000, 0, 'front') RETURNING id)
    INSERT INTO posting (person_id, warehouse_id, post)
    SELECT p.id, w.id, 'supervisor' FROM w, person p WHERE p.badge = 'S01' RETURNING warehouse_id
"""
DOCS = {"floor": "en"}  # the pictures that belong into the documents
VIEWS = {"list": "#total-rows", "sku": "#history tbody tr", "bin": "#history tbody tr", "floor": "#floor[data-drawn]",
         "moves": "#moves tbody tr"}  # fmt: skip


@pytest.fixture
def desk(hire: Hire) -> Device:
    device = hire("/stock", *BIG)
    device.sign_in("S01", PIN)
    expect(device['#balances table[aria-busy="false"] tbody tr']).not_to_have_count(0)
    return device


@pytest.fixture
def annex(books: Books) -> Iterator[str]:
    """The code of a second warehouse where the supervisor may work too, for one test."""
    code = "ANNEX"
    house = books.one(ANNEX, code, code)
    yield code
    books.rows("DELETE FROM posting WHERE warehouse_id = %s RETURNING 1", house)


def find(device: Device, what: str) -> None:
    """Type into the search box and wait for the answer to just that."""
    device.page.keyboard.press("g")
    device["#find"].fill(what)
    expect(device[f'#found[data-for="{what}"]']).to_be_visible()


def at(device: Device, kind: str) -> None:
    expect(device[f'.stock-thing[data-thing="{kind}"] h1']).to_be_visible()


def test_from_a_search_to_the_sku_its_bin_and_the_move(desk: Device, books: Books) -> None:
    row = books.rows(f"{LYING} ORDER BY x.id LIMIT 1")[0]
    pieces = books.one(f"SELECT sum(on_hand) FROM ({EVERYWHERE} AND s.code = %s) x", row.sku)
    find(desk, row.sku.lower())
    expect(desk["#found .hit"].first).to_contain_text(row.name)
    desk["#find"].press("Enter")
    at(desk, "sku")
    expect(desk["h1"]).to_have_text(row.sku)
    expect(desk['[data-figure="on_hand"] dd']).to_have_text(str(pieces))
    address = desk.page.url
    desk[f'#lying a:text-is("{row.bin}")'].click()
    at(desk, "bin")
    expect(desk["h1"]).to_have_text(row.bin)
    expect(desk["#lying tbody tr"]).to_contain_text([row.sku])
    desk["#history tbody tr"].first.click()
    at(desk, "move")
    expect(desk[".stock-stop"].last).to_contain_text(row.bin)
    desk.page.go_back()
    at(desk, "bin")
    desk.page.go_back()
    at(desk, "sku")
    desk.page.goto(address)  # as a colleague opens what was sent
    at(desk, "sku")


def test_keys_alone_are_enough(desk: Device) -> None:
    press = desk.page.keyboard.press
    press("g")
    expect(desk["#find"]).to_be_focused()
    press("Escape")
    press("?")
    expect(desk['[data-panel="keys"] dt kbd']).to_contain_text(["/", "j", "k"])
    press("Escape")
    for key, row in (("j", 0), ("ArrowDown", 1), ("j", 2), ("k", 1)):
        press(key)
        expect(desk["#balances tbody tr"].nth(row)).to_be_focused()
    press("Enter")
    expect(desk['[data-drawer="balance"]']).to_be_visible()
    press("Escape")
    expect(desk['[data-drawer="balance"]']).to_have_count(0)


def test_an_order_is_found_read_and_stopped_without_a_mouse(desk: Device, annex: str, books: Books) -> None:
    number = books.one("SELECT number FROM sales_order WHERE confirmation = 'confirmed' ORDER BY id LIMIT 1")
    desk.tap("#menu")
    desk.tap("#sign-out")
    desk.page.goto(desk.url + "/orders")
    desk.at("login", "badge")
    desk.scan("S01")
    desk.scan(PIN)
    desk.tap(f"#house-{annex}")  # whoever works in two warehouses is asked in which
    expect(desk[".office-house"]).to_have_text(annex)
    desk.tap("#menu")
    desk["#house"].select_option(index=0)
    expect(desk[".office-house"]).not_to_have_text(annex)
    press = desk.page.keyboard.press
    expect(desk["#queue-to_process b"]).not_to_have_text("…")
    press("/")
    expect(desk["#narrow"]).to_be_focused()
    desk["#narrow"].fill(number)
    expect(desk["#orders tbody tr"]).to_have_count(1)
    assert f"q={number}" in desk.page.url
    press("Enter")
    press("Enter")
    expect(desk[f'.orders-one[data-order="{number}"] h1']).to_have_text(number)
    expect(desk["#why-not .stands-text"]).to_be_visible()
    desk["#why"].fill("Wrong address")
    press("Enter")
    expect(desk["#let-on"]).to_be_visible()
    expect(desk[".order-state"]).to_contain_text("Wrong address")
    desk.tap("#let-on")
    expect(desk["#stop-order"]).to_be_visible()
    expect(desk["#gift-save"]).to_be_disabled()
    desk["#gift-note"].fill("生日快乐 <b>")
    desk.tap("#gift-save")
    expect(desk[".orders-card .pairs, .orders-card dl"].first).to_contain_text("生日快乐 <b>")
    assert books.one("SELECT gift_note FROM sales_order WHERE number = %s", number) == "生日快乐 <b>"
    press("Escape")
    expect(desk["#orders tbody tr"]).to_have_count(1)


def test_the_list_narrows_sorts_and_goes_out_as_files(desk: Device, books: Books) -> None:
    desk["#narrow"].fill("lamp")
    lamps = books.rows(f"{EVERYWHERE} AND s.name ILIKE %s", "%lamp%")
    expect(desk["#total-rows"]).to_have_text(re.compile(rf"\b{len(lamps)}\b"))
    desk["#balances [data-sort='on_hand']"].click()
    expect(desk["#balances th[aria-sort='descending']"]).to_have_count(1)
    expect(desk["#balances tbody tr"].first).to_contain_text(str(max(row.on_hand for row in lamps)))
    with desk.page.expect_download() as csv_file:
        desk.tap("#export-csv")
    rows = list(csv.reader(io.StringIO(csv_file.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(lamps) + 1
    assert all("lamp" in row[1] for row in rows[1:])
    quantities = [int(row[rows[0].index("On hand")]) for row in rows[1:]]
    assert quantities == sorted(quantities, reverse=True)
    with desk.page.expect_download() as sheet:
        desk.tap("#export-xlsx")
    assert sheet.value.suggested_filename.endswith(".xlsx")
    with zipfile.ZipFile(sheet.value.path()) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == len(lamps) + 1


def test_goods_are_moved_and_the_move_is_taken_back(desk: Device, books: Books) -> None:
    goods, other = books.rows(f"{LYING} ORDER BY x.id LIMIT 2")
    left = f"SELECT on_hand FROM ({LYING}) x WHERE sku = %s AND bin = %s"
    desk[f'#balances tr:has(a:text-is("{goods.bin}")) td.number'].first.click()
    desk.tap("#act-move")
    desk["#move-qty"].fill("2")
    desk["#move-to"].fill(other.bin)
    desk.tap("#act-do")
    expect(desk[".toast-undo"]).to_be_visible()
    assert books.one(left, goods.sku, goods.bin) == goods.on_hand - 2
    desk.tap(".toast-undo")
    expect(desk['.toast[data-kind="ok"]'].filter(has_text="Taken back")).to_be_visible()
    assert books.one(left, goods.sku, goods.bin) == goods.on_hand


def test_a_move_that_the_books_do_not_allow_says_why(desk: Device, books: Books) -> None:
    before = books.one("SELECT count(*) FROM stock_move")
    desk.may_complain("404", "409", "422")
    desk["#balances tbody tr"].first.locator("td.number").first.click()
    desk.tap("#act-move")
    desk["#move-to"].fill("NO-SUCH-BIN")
    desk.tap("#act-do")
    expect(desk['.toast[data-kind="stop"]'].filter(has_text="NO-SUCH-BIN")).to_be_visible()
    expect(desk['[data-panel="move"]']).to_be_visible()
    assert books.one("SELECT count(*) FROM stock_move") == before


def test_the_floor_shows_every_bin_and_leads_to_it(desk: Device, books: Books) -> None:
    desk.tap("#tab-floor")
    count = books.one("SELECT count(*) FROM bin WHERE kind IN ('pick', 'bulk', 'quarantine')")
    expect(desk[f'#floor[data-drawn="{count}"]']).to_be_visible()
    for way in ("pieces", "age", "velocity"):
        desk.tap(f"#way-{way}")
        expect(desk[f'#floor[data-way="{way}"]']).to_be_visible()
        expect(desk[".stock-legend span"].first).to_be_visible()
    desk["#floor"].focus()
    for _ in range(3):
        desk.page.keyboard.press("ArrowRight")
    bin_code = desk["#floor-bin b"].get_attribute("data-bin")
    desk.page.keyboard.press("Enter")
    at(desk, "bin")
    expect(desk["h1"]).to_have_text(bin_code)


def test_whose_post_it_is_not_is_told_so(hire: Hire) -> None:
    picker = hire("/stock", *SMALL)
    picker.sign_in("P01", PIN)
    expect(picker['[role="alert"]']).to_contain_text("not for your post")


def see(device: Device, what: str) -> None:
    expect(device[what].first).to_be_visible()


def test_looks(hire: Hire, books: Books, warehouse: World, tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    device = hire("/stock", *BIG)
    device.sign_in("S01", PIN)
    sku, place = books.one("SELECT min(id) FROM sku"), books.one("SELECT min(id) FROM bin WHERE kind = 'pick'")
    for name, shown in VIEWS.items():
        address = {"sku": f"sku/{sku}", "bin": f"bin/{place}"}.get(name, name)
        device.page.goto(f"{warehouse.url}/stock#/{address}")
        again = partial(see, device, shown)
        again()
        gallery.look(device, f"stock-{name}", (BIG, SMALL), DESK, again=again, keep=DOCS.get(name))
    assert not gallery.wrong, "\n".join(gallery.wrong)
