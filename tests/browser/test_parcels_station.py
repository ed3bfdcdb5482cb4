"""A packer at the station: an order in two cartons, a card to put in, a parcel put aside, speed mode."""
from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from browser_hands import Device
from browser_looks import DESK, STATION, Gallery, Rules
from browser_orders import PLENTY, SHOP, Books, bring, open_shop, order
from browser_work import Office, quiet, weigh_and_close, weighed
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select, text, update

from bench.world import World
from wms.catalog.models import Sku
from wms.core.transaction import transaction
from wms.demo.load import PIN
from wms.stock.models import StockLevel

pytestmark = pytest.mark.browser

BIG, BOTH = ((1280, 800),), ((1280, 800), (1024, 700))
CARTONS = (("XS", 200, 150, 60, 60), ("XM", 300, 200, 150, 120), ("XL", 400, 300, 250, 250))
OF_BIG = """
    SELECT p.ordinal, p.status, c.code AS carton, p.put_in
    FROM parcel p LEFT JOIN carton c ON c.id = p.carton_id JOIN sales_order o ON o.id = p.order_id
    WHERE o.number = 'PAR-BIG' ORDER BY p.id
"""


def prepare(data: Path) -> None:
    """One order that no carton holds, with a gift note; and two small ones."""
    open_shop()
    with transaction() as session:
        plenty = select(Sku.code).join(StockLevel, StockLevel.sku_id == Sku.id)
        plenty = plenty.where(StockLevel.on_hand - StockLevel.promised >= PLENTY)
        plenty = plenty.where(Sku.serial_tracking == "none", Sku.lot_tracking == "none")
        big, small = session.execute(plenty.order_by(Sku.id).limit(2)).scalars().all()
        for code, sides in ((big, (380, 280, 200)), (small, (90, 60, 40))):
            told = dict(zip(("length_mm", "width_mm", "height_mm"), sides, strict=True))
            session.execute(update(Sku).where(Sku.code == code).values(**told))
        session.execute(text("UPDATE carton SET active = false"))
    names = ("code", "length_mm", "width_mm", "height_mm", "tare_g")
    bring(data, "cartons", [dict(zip(names, map(str, row), strict=True)) for row in CARTONS])
    wanted = {"PAR-BIG": [(big, 2), (small, 1)], "PAR-ONE": [(small, 2)], "PAR-TWO": [(small, 1)]}
    rows = [
        {**head, "gift_note": "Happy birthday, Jane!" if number == "PAR-BIG" else "",
         "sku": sku, "qty": str(qty), "price": "1"}
        for number, head, lines in ((number, order(number), lines) for number, lines in wanted.items())
        for sku, qty in lines
    ]  # fmt: skip
    bring(data, "orders", rows)


def picked(url: str) -> dict[str, str]:
    """A picker picks the three orders; returns their totes by order."""
    picker = Office(url, "P01")
    task: dict[str, Any] = picker.command("pick.ready")["task"]
    about = {"task_id": task["id"]}
    picker.command("pick.cart", **about, code="CART-01")
    for slot in task["slots"]:
        picker.command("pick.tote", **about, slot=slot["slot"], code=f"T-{slot['slot']:04d}")
    for line in task["lines"]:
        scans = {"bin": line["bin"]["code"], "item": line["sku"]["barcodes"][0], "tote": f"T-{line['slot']:04d}"}
        picker.command("pick.confirm", **about, line_id=line["id"], qty=line["qty"], **scans)
    return {slot["order"]: f"T-{slot['slot']:04d}" for slot in task["slots"]}


def test_cartons_cards_and_trouble_at_the_station(
    hire: Hire, warehouse: World, books: Books, gallery: Gallery
) -> None:
    Office(warehouse.url).release(3, 3, shop=SHOP)
    totes = picked(warehouse.url)
    packer = hire("/station?station=PACK-1", 1280, 800)
    packer.sign_in("K01", PIN)
    packer.at("pack_home", "tote")
    look = partial(gallery.look, packer, rules=STATION, again=partial(quiet, packer))

    two_cartons(packer, books, totes["PAR-BIG"], look)
    anything(packer, books, look)
    put_aside(packer, books, totes["PAR-ONE"], look)

    packer.page.keyboard.press("F7")  # speed mode: nothing but scans
    expect(packer['#mode[aria-pressed="true"]']).to_be_visible()
    packer.scan(totes["PAR-TWO"])
    packer.at("pack_verify", "verify")
    scan_all(packer)
    packer.at("pack_home", "tote")
    expect(packer[".closed-ready #waybill"]).to_be_visible()
    assert books.one("SELECT processing FROM sales_order WHERE number = 'PAR-TWO'") == "packed"
    assert warehouse.check()["ok"]


# A scale that says by itself what lies on it, as A&D's do.
SERIAL_SCALE = """grams => {
  const line = `ST,GS,+${(grams / 1000).toFixed(3).padStart(8, '0')}kg\\r\\n`;
  const port = {
    open: async () => {
      port.readable = new ReadableStream({
        start: (told) => {
          const says = setInterval(() => told.enqueue(new TextEncoder().encode(line)), 100);
          window.unplug = () => { clearInterval(says); told.close(); };
        },
      });
    },
    close: async () => undefined,
  };
  const serial = Object.assign(new EventTarget(), { requestPort: async () => port, getPorts: async () => [] });
  Object.defineProperty(navigator, 'serial', { value: serial, configurable: true });
}"""
AGREED = """
    SELECT w.source, w.outcome, a.badge, w.reason FROM parcel_weighing w JOIN person a ON a.id = w.agreed_by
    ORDER BY w.id DESC LIMIT 1
"""


def two_cartons(packer: Device, books: Books, tote: str, look: partial[None]) -> None:
    """The order does not go into one carton: the station says so, and the card goes into the first."""
    packer.scan(tote)
    packer.at("pack_verify", "verify")
    expect(packer["#parts"]).to_contain_text("XL")
    expect(packer["#its-carton"]).to_contain_text("XL")
    look("parcels-split", BIG)
    packer.scan(first_code(packer))
    expect(packer["#split"]).to_be_visible()
    packer.page.keyboard.press("F8")
    packer.at("pack_verify", "weigh")
    expect(packer["#rest"]).to_be_visible()
    look("parcels-card", BOTH)
    packer.page.keyboard.press("F8")  # the card is in
    expect(packer[".put-in-done"]).to_be_visible()
    packer.page.keyboard.press("F8")
    packer.at("pack_verify", "verify")
    expect(packer["#ordinal"]).to_contain_text("2")
    packer.page.keyboard.press("F7")
    packer.tap("#carton-XM")
    expect(packer["#its-carton"]).to_contain_text("XM")
    packer.scan("XL")  # or by its code
    expect(packer["#its-carton"]).to_contain_text("XL")
    look("parcels-second", BOTH)
    scan_all(packer)
    packer.at("pack_verify", "weigh")
    weigh_and_close(packer)
    rows = [(row.ordinal, row.status, row.carton, bool(row.put_in)) for row in books.rows(OF_BIG)]
    assert rows == [(1, "closed", "XL", True), (2, "closed", "XL", False)]


def put_aside(packer: Device, books: Books, tote: str, look: partial[None]) -> None:
    """Something is wrong: parcel and tote are put aside, and taken up again by a scan; its weight is wrong too."""
    books.rows(
        "INSERT INTO weight_rule (warehouse_id, percent, grams, decided_by) SELECT id, 5, 30, 'supervisor' "
        "FROM warehouse RETURNING 1"
    )
    packer.scan(tote)
    packer.at("pack_verify", "verify")
    look("parcels-trouble", BIG, again=partial(open_trouble, packer))
    packer.tap("#trouble-damaged")
    packer.at("pack_home", "tote")
    expect(packer["#aside"]).to_contain_text("PAR-ONE")
    look("parcels-aside", BIG)
    packer.scan(tote)
    packer.at("pack_verify", "verify")
    scan_all(packer)
    packer.at("pack_verify", "weigh")
    weighed(packer)
    expected = int(re.sub(r"\D", "", packer[".weight-words p"].first.inner_text()))
    on_a_serial_line(packer, expected + 5000, look)
    doubted(packer, look)
    agreed(packer, look)
    assert books.rows(AGREED)[0] == ("scale", "agreed", "S01", "A brick for ballast")


def on_a_serial_line(packer: Device, grams: int, look: partial[None]) -> None:
    """A scale at this computer: chosen once, what it shows is the parcel's weight."""
    packer.page.evaluate(SERIAL_SCALE, grams)
    packer.tap("#weight")
    expect(packer["#scale-connect"]).to_be_visible()
    look("station-scale", BIG, again=lambda: open_weight(packer))
    packer.tap("#scale-connect")
    packer.told("ui.weigh.connected", "ok", "ok")
    expect(packer["#live"]).to_contain_text(str(grams))
    expect(packer["#weight"]).to_have_text(f"{grams}g")


def open_weight(packer: Device) -> None:
    quiet(packer)
    if not packer["#scale-connect"].count():
        packer.tap("#weight")
    expect(packer["#scale-connect"]).to_be_visible()


def doubted(packer: Device, look: partial[None]) -> None:
    """A weight that does not fit: what was expected, and what would explain it."""
    packer.page.keyboard.press("F8")
    expect(packer["#doubt"]).to_contain_text("5000")
    look("station-doubt", BOTH, again=None)


def agreed(packer: Device, look: partial[None]) -> None:
    """The supervisor comes, looks inside, shows badge and PIN, and says why."""
    packer.page.keyboard.press("F8")
    expect(packer["#agree-close"]).to_be_disabled()
    look("station-agree", BOTH, again=lambda: call(packer))
    packer.scan("S01")
    expect(packer["#agree-badge"]).to_have_value("S01")
    packer["#agree-pin"].fill(PIN)
    packer["#agree-reason"].fill("A brick for ballast")
    packer.tap("#agree-close")
    expect(packer[".closed-ready #waybill"]).to_be_visible()
    packer.page.evaluate("unplug()")  # from now on the station's own scale is asked again


def call(packer: Device) -> None:
    quiet(packer)
    if not packer["#agree-close"].count():
        packer.page.keyboard.press("F8")
    expect(packer["#agree-close"]).to_be_visible()


def anything(packer: Device, books: Books, look: partial[None]) -> None:
    """A waybill shows its parcel's evidence; a bin and a badge are named, with what to do."""
    waybill = books.one("SELECT waybill FROM parcel WHERE status = 'closed' ORDER BY id LIMIT 1")
    packer.scan(str(waybill))
    expect(packer["#evidence"]).to_have_attribute("data-status", "closed")
    expect(packer["#weighings li"]).to_have_count(1)
    show = partial(scan_quietly, packer, str(waybill))
    look("station-evidence", BOTH, again=show)
    packer.tap("#sheet-close")
    packer.scan("XL")
    packer.told("packing.what.carton", "info", "step")


def scan_quietly(packer: Device, code: str) -> None:
    quiet(packer)
    packer.scan(code)
    expect(packer["#evidence"]).to_be_visible()
    quiet(packer)


def open_trouble(packer: Device) -> None:
    quiet(packer)
    packer.page.keyboard.press("F9")
    expect(packer["#trouble-damaged"]).to_be_visible()


def first_code(packer: Device) -> str:
    """The code of the first item."""
    return packer["[data-line] small"].first.inner_text()


def scan_all(packer: Device) -> None:
    """Every piece that is missing, one after the other."""
    number = lambda text: int(re.sub(r"\D", "", text))  # noqa: E731
    missing = [
        line.locator("small").first.inner_text()
        for line in packer["[data-line]"].all()
        for _ in range(number(line.locator(".good-count small").inner_text()))
    ]  # read before: a line that is complete moves to the end
    for done, code in enumerate(missing):
        expect(packer["#verified"]).to_have_attribute("data-done", str(done))
        packer.scan(code)


GUIDE = Rules(15, 7, {".guide-devices a": ("height", 56), ".guide-button": ("height", 56)}, whole=False)


def test_guides_are_read_before_anybody_signs_in(hire: Hire, gallery: Gallery) -> None:
    device = hire("/terminal", 320, 480)
    device.at("login", "badge")
    device.tap("#guide")
    expect(device['[data-guide="all"]']).to_be_visible()
    gallery.look(device, "guide-all", ((320, 480), (1280, 800)), GUIDE)
    for kind in ("zebra", "honeywell", "android", "ring", "ios"):
        device.tap(f"#guide-{kind}")
        expect(device[f'[data-guide="{kind}"] ol li']).not_to_have_count(0)
        expect(device[".scanner-matrix"]).to_have_count(1)
        gallery.look(device, f"guide-{kind}", ((320, 480),), GUIDE)
        device.tap("#guide-all")


def test_the_desk_keeps_cartons_inserts_and_how_exact_weights_are(hire: Hire, books: Books, gallery: Gallery) -> None:
    desk = hire("/packing", 1280, 800)
    desk.sign_in("S01", PIN)
    desk.tap("#tab-cartons")
    expect(desk["#cartons tbody tr"]).not_to_have_count(0)
    desk.tap("#carton-new")
    for field, value in (("carton-code", "XT"), ("length_mm", "500"), ("width_mm", "400"), ("height_mm", "300")):
        desk[f"#{field}"].fill(value)
    desk.tap("#carton-save")
    expect(desk['#cartons [data-key="XT"]']).to_be_visible()
    desk.tap("#flip-XT")
    expect(desk['#cartons [data-key="XT"] .office-tag-bad']).to_be_visible()
    assert books.one("SELECT active FROM carton WHERE code = 'XT'") is False
    gallery.look(desk, "packing-cartons", ((1280, 800),), DESK)
    desk.tap("#tab-inserts")
    desk["#insert-name"].fill("Leaflet")
    desk.tap("#insert-add")
    expect(desk["#inserts tbody tr"]).to_have_count(1)
    gallery.look(desk, "packing-inserts", ((1280, 800),), DESK)
    desk.tap("#tab-weights")
    desk["#rule-percent"].fill("5")
    desk["#rule-decides"].select_option("supervisor")
    desk.tap("#rule-save")
    desk.settled()
    gallery.look(desk, "packing-weights", ((1280, 800),), DESK)
    assert books.one("SELECT decided_by FROM weight_rule") == "supervisor"
    waybill = books.one("SELECT waybill FROM parcel WHERE status = 'closed' ORDER BY id LIMIT 1")
    desk.tap("#tab-parcels")
    desk["#parcel-q"].fill(str(waybill))
    desk.page.keyboard.press("Enter")
    expect(desk["#evidence"]).to_be_visible()
    gallery.look(desk, "packing-evidence", ((1280, 800),), DESK)
