"""The inbound page: a receipt is typed in, seen to progress, settled and closed; another comes out of a file."""
from __future__ import annotations

import io
import re
from functools import partial
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import Books
from browser_work import Office
from conftest import Hire
from PIL import Image
from playwright.sync_api import expect

from bench.world import World
from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=20, pickers=1, packers=1, stations=1, carts=1, totes=9)
BIG, SMALL = (1280, 800), (1024, 768)
REFUSED = "Failed to load resource"  # what the browser says of every answer that is no success
PLAIN = """
    SELECT s.code, s.name, b.code AS barcode FROM sku s JOIN barcode b ON b.sku_id = s.id
    WHERE NOT s.expiry_tracked AND s.lot_tracking = 'none' AND s.serial_tracking = 'none'
      AND s.id NOT IN (SELECT sku_id FROM receipt_line) ORDER BY s.id LIMIT 3
"""
AT_DOCK = """
    SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b JOIN sku s ON s.id = b.sku_id
    JOIN bin ON bin.id = b.bin_id WHERE bin.kind = 'receive' AND s.code = %s
"""
TABS = ("lines", "entries", "aside", "checks", "photos", "putaway")


def prepare(data: Path) -> None:
    """The demo's two trucks are enough."""


@pytest.fixture
def desk(hire: Hire) -> Device:
    device = hire("/inbound", *BIG)
    device.sign_in("S01", PIN)
    expect(device["#receipts tbody tr"]).not_to_have_count(0)
    return device


def type_line(desk: Device, number: int, sku: str, qty: int) -> None:
    """A line by searching for its SKU, as it is typed."""
    field = f"#line-{number}-sku"
    desk[field].fill(sku[:-1])
    desk[f'{field}-found [data-sku="{sku}"]'].click()
    expect(desk[field]).to_have_value(sku)
    desk[f"#line-{number}-qty"].fill(str(qty))


def figure(desk: Device, name: str, number: int) -> None:
    expect(desk[f'[data-figure="{name}"] dd']).to_have_text(f"{number:,}")


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (180, 120, 60)).save(out, "JPEG")
    return out.getvalue()


def test_a_receipt_from_the_first_line_to_the_close(desk: Device, books: Books, warehouse: World) -> None:
    first, second, other = books.rows(PLAIN)
    desk.tap("#new-receipt")
    expect(desk["#create"]).to_be_disabled()
    desk["#new-number"].fill("PO-77")
    desk["#new-supplier"].fill("Lantern Works 灯笼厂")
    type_line(desk, 0, first.code, 10)
    type_line(desk, 1, second.code, 4)
    expect(desk["#new-total"]).to_contain_text("2 lines, 14 pieces")
    desk.page.go_back()
    expect(desk["#receipts"]).to_be_visible()
    desk.page.go_forward()
    expect(desk["#line-0-sku"]).to_have_value(first.code)  # what was typed is still there
    desk.tap("#create")
    expect(desk["h1"]).to_have_text("PO-77")
    expect(desk["#lines tbody tr"]).to_have_count(2)
    figure(desk, "expected", 14)
    rows = books.rows("SELECT l.qty FROM receipt_line l JOIN receipt r ON r.id = l.receipt_id WHERE r.number = 'PO-77'")
    assert sorted(row.qty for row in rows) == [4, 10]

    dock = Office(warehouse.url, "R01")
    dock.command("receive.open", code="PO-77")
    dock.command("receive.scan", code=first.barcode)
    dock.command("receive.set", qty=6)
    dock.command("receive.take")
    figure(desk, "received", 6)  # the page looks by itself
    figure(desk, "people", 1)
    expect(desk["#lines tbody tr"].first).to_contain_text("6 / 10")

    dock.command("receive.scan", code="4099999000016")
    dock.command("receive.aside", why="unknown", qty=2, note="red boxes")
    dock.photograph("PO-77", jpeg())
    desk.tap("#of-aside")
    expect(desk["#asides tbody tr"]).to_contain_text("red boxes")
    desk.tap('#asides [id^="identify-"]')
    desk["#identify-sku"].fill(other.code)
    desk.tap("#act-do")
    expect(desk[f'.toast[data-kind="ok"]:has-text("{other.code}")']).to_be_visible()
    expect(desk["#asides .office-tag-good"]).to_have_text("received")
    assert books.one("SELECT count(*) FROM barcode WHERE code = '4099999000016'") == 1
    desk.tap("#of-checks")  # nobody announced them: they are looked at
    desk.tap('#checks [id^="decide-"]')
    desk.tap("#act-do")
    expect(desk["#checks .office-tag-good"]).to_have_text("released")
    desk.tap("#of-photos")
    expect(desk['#gallery [data-shown="yes"]']).to_have_count(1)

    desk.tap("#of-entries")
    desk[f'#entries tr:has-text("{first.code}") [id^="undo-"]'].click()
    expect(desk["#entries .inbound-undone"]).to_have_text("6")
    figure(desk, "received", 2)
    expect(desk["#cancel"]).to_have_count(0)  # some came: it is finished, not called off
    desk.tap("#finish")
    expect(desk["#act-do"]).to_be_disabled()
    desk["#short-reason"].select_option("backorder")
    desk.tap("#act-do")
    expect(desk["#close"]).to_be_visible()
    figure(desk, "lacking", 14)
    desk.tap("#close")
    expect(desk[".stock-marks"]).to_contain_text("closed")
    row = books.rows("SELECT status, short_reason FROM receipt WHERE number = 'PO-77'")[0]
    assert (row.status, row.short_reason) == ("closed", "backorder")
    assert (books.one(AT_DOCK, first.code), books.one(AT_DOCK, other.code)) == (0, 2)


def test_unknown_goods_are_refused(desk: Device, books: Books, warehouse: World) -> None:
    dock = Office(warehouse.url, "R01")
    dock.command("receive.open", code="PO-2001")
    dock.command("receive.scan", code="4099999000023")
    dock.command("receive.aside", why="unknown", qty=1, note="")
    dock.command("receive.leave")
    desk.tap("#tab-asides")
    with books.still():
        desk.tap('#asides tr:has-text("4099999000023") [id^="refuse-"]')
        desk["#outcome"].select_option("returned")
        desk.tap("#act-do")
        expect(desk['.toast[data-kind="ok"]:has-text("4099999000023")']).to_be_visible()
    assert books.one("SELECT outcome FROM receipt_aside WHERE code = '4099999000023'") == "returned"


def test_a_file_tells_what_did_not_go_in(desk: Device, books: Books, tmp_path: Path) -> None:
    sku = books.rows(PLAIN)[0].code
    file = tmp_path / "trucks.csv"
    file.write_text(f"number,sku,qty,supplier\nF-1,{sku},5,Acme\nF-2,NO-SUCH,5,Acme\nF-3,{sku},0,Acme\n", "utf-8")
    desk.tap("#import-receipts")
    desk["#file"].set_input_files(file)
    expect(desk["#rejects tbody tr"]).to_have_count(2)
    told = desk["#rejects tbody"].inner_text()
    assert re.search(r"3\s+sku\s+NO-SUCH", told), told
    assert re.search(r"4\s+qty\s+0", told), told
    made = books.rows("SELECT number FROM receipt WHERE number LIKE 'F-%%'")
    assert [row.number for row in made] == ["F-1"]


def test_a_receiver_sees_and_does_not_announce(hire: Hire) -> None:
    receiver = hire("/inbound#/new", *SMALL)
    receiver.sign_in("R01", PIN)
    expect(receiver["#receipts"]).to_be_visible()
    expect(receiver["#new-receipt"]).to_have_count(0)
    receiver.tap("#pages")
    expect(receiver[".nav-menu nav a"]).to_have_text(["Stock", "Inbound"])


def test_every_page_leads_to_every_other(hire: Hire) -> None:
    device = hire("/board", *BIG)
    device.sign_in("S01", PIN)
    device.at_desk()
    device.tap("#pages")
    every = [
        "Board", "Orders", "Audit", "Customers", "Waves", "Stock", "Inbound", "Counts", "Replenishment", "Packing",
        "Printers", "Problems", "Shops", "Programs", "Layout", "Label design", "People", "Settings",
    ]  # fmt: skip
    expect(device[".nav-menu nav a"]).to_have_text(every)
    device.tap("#nav-layout")
    expect(device['.layout[data-ready="yes"]']).to_be_visible()  # signed in already
    for name in ("orders", "customers", "stock", "inbound", "counts", "replenishment", "problems", "settings"):
        device.tap("#pages")
        expect(device[".nav-menu nav a"]).to_have_text(every)
        device.tap(f"#nav-{name}")
        expect(device[f'.office[data-screen="{name}"] #pages']).to_have_text(name.capitalize())
    device.page.set_viewport_size({"width": 1600, "height": 900})
    expect(device[".office-nav a"]).to_have_text(every)  # side by side where there is room


def test_the_search_of_any_page_leads_to_a_receipt(hire: Hire) -> None:
    device = hire("/stock", *BIG)
    device.sign_in("S01", PIN)
    for number in ("ASN-1001", "PO-2002"):  # from another page, and from the page itself
        device.page.keyboard.press("g")
        device["#find"].fill(number.lower())
        expect(device[f'#found[data-for="{number.lower()}"] section[data-kind="receipt"]']).to_contain_text(number)
        device["#find"].press("Enter")
        expect(device['[data-thing="receipt"] h1']).to_have_text(number)


def test_looks(hire: Hire, books: Books, warehouse: World, tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    dock = Office(warehouse.url, "R01")
    dock.command("receive.open", code="ASN-1001")
    sku = books.rows(
        "SELECT b.code FROM receipt_line l JOIN receipt r ON r.id = l.receipt_id JOIN barcode b ON b.sku_id = l.sku_id "
        "AND b.packaging_id IS NULL WHERE r.number = 'ASN-1001' AND l.position = 3"
    )[0].code
    dock.command("receive.scan", code=sku)
    dock.command("receive.set", qty=9, lot="L2602", expires_on="2027-09-30")
    dock.command("receive.take")
    dock.command("receive.scan", code="4099999000030")
    dock.command("receive.aside", why="unknown", qty=3, note="three tins without a label 三罐无标签")
    dock.photograph("ASN-1001", jpeg())
    dock.command("putaway.load", code=sku)
    Office(warehouse.url).call("receipts/PO-2001/receive-all", {})
    device = hire("/inbound", *BIG)
    device.sign_in("S01", PIN)
    views = {"list": ("", "#receipts tbody tr"), "new": ("new", "#create"), "import": ("import", "#file")}
    views |= {tab: (f"receipt/ASN-1001/{tab}", ".inbound-part") for tab in TABS}
    views["asides"], views["house-checks"] = ("asides", "#asides tbody tr"), ("checks", "#checks tbody tr")
    for name, (address, shown) in views.items():
        device.page.goto(f"{warehouse.url}/inbound#/{address}")
        again = partial(see, device, shown)
        again()
        gallery.look(device, f"inbound-{name}", (BIG, SMALL), DESK, again=again, keep="en" if name == "lines" else None)
    assert not gallery.wrong, "\n".join(gallery.wrong)


def see(device: Device, what: str) -> None:
    expect(device[what].first).to_be_visible()
    expect(device['.desk[data-busy="no"]']).to_be_visible()
