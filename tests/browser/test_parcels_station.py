"""A packer at the station: an order in two cartons, a card to put in, a parcel put aside, speed mode."""
from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from browser_hands import Device
from browser_looks import STATION, Gallery
from browser_orders import PLENTY, SHOP, Books, bring, open_shop, order
from browser_work import Office, quiet, weigh_and_close
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
    put_aside(packer, totes["PAR-ONE"], look)

    packer.page.keyboard.press("F7")  # speed mode: nothing but scans
    expect(packer['#mode[aria-pressed="true"]']).to_be_visible()
    packer.scan(totes["PAR-TWO"])
    packer.at("pack_verify", "verify")
    scan_all(packer)
    packer.at("pack_home", "tote")
    expect(packer[".closed-ready #waybill"]).to_be_visible()
    assert books.one("SELECT processing FROM sales_order WHERE number = 'PAR-TWO'") == "packed"
    assert warehouse.check()["ok"]


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


def put_aside(packer: Device, tote: str, look: partial[None]) -> None:
    """Something is wrong: parcel and tote are put aside, and taken up again by a scan."""
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
    weigh_and_close(packer)


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
