"""Orders with the same content at a packing station: a sample, and runs of waybills, one with a dead printer."""
from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import STATION, Gallery
from browser_orders import PLENTY, SHOP, Books, bring, open_shop, order
from browser_work import Office, quiet, weigh_and_close
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select

from bench.world import World
from wms.catalog.models import Sku
from wms.core.transaction import transaction
from wms.demo.load import PIN
from wms.stock.models import StockLevel

pytestmark = pytest.mark.browser

BIG = ((1280, 800),)
HITS = 16
AHEAD, PIECES = ("BOX-1", "BOX-2"), 3
PRINTED = "SELECT count(*) FROM print_job WHERE document = 'waybill' AND status = 'confirmed'"
STATES = "SELECT DISTINCT o.processing FROM sales_order o JOIN shop s ON s.id = o.shop_id WHERE s.code = %s"
LOOSE = """
    SELECT bin.code AS bin, k.code AS sku
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id JOIN sku k ON k.id = b.sku_id
    JOIN order_line l ON l.sku_id = k.id JOIN sales_order o ON o.id = l.order_id
    WHERE o.number = %s AND b.container_id = 0 AND bin.kind IN ('pick', 'bulk') AND b.on_hand - b.held >= 6
    ORDER BY b.id LIMIT 1
"""
TOTE = "SELECT code FROM container WHERE kind = 'tote' ORDER BY id DESC LIMIT 1"


def prepare(data: Path) -> None:
    """Orders of two SKUs of which there is plenty, all alike but two, for which boxes will be packed ahead."""
    open_shop()
    with transaction() as session:
        plenty = select(Sku.code).join(StockLevel, StockLevel.sku_id == Sku.id)
        plenty = plenty.where(StockLevel.on_hand - StockLevel.promised >= 3 * HITS + PLENTY)
        plenty = plenty.where(Sku.serial_tracking == "none", Sku.lot_tracking == "none")
        skus = session.execute(plenty.order_by(Sku.id).limit(2)).scalars().all()
    wanted = {f"HIT-{n:02d}": [(skus[0], 1), (skus[1], 2)] for n in range(1, HITS + 1)}
    wanted |= {number: [(skus[0], PIECES)] for number in AHEAD}
    rows = [
        {**head, "sku": sku, "qty": str(qty), "price": "1"}
        for head, lines in ((order(number), lines) for number, lines in wanted.items())
        for sku, qty in lines
    ]
    bring(data, "orders", rows)


def pick_into(url: str, tote: str) -> None:
    """A picker picks the only task, all of it into one tote."""
    picker = Office(url, "P01")
    task = picker.command("bulk.cart", task_id=picker.command("pick.ready")["bulk"]["id"], code="CART-01")["bulk"]
    while task["stop"]:
        stop = task["stop"]
        about = {"bin": stop["bin"]["code"], "item": stop["sku"]["barcodes"][0], "tote": tote}
        left = stop["qty"] - stop["picked"]
        task = picker.command("bulk.stop", task_id=task["id"], seq=stop["seq"], qty=left, **about)["bulk"]


def test_a_sample_and_runs_of_waybills(hire: Hire, warehouse: World, books: Books, gallery: Gallery) -> None:
    office, tote = Office(warehouse.url), str(books.one(TOTE))
    office.release(HITS, HITS, shop=SHOP, method="same", alike=10)
    pick_into(warehouse.url, tote)
    packer = hire("/station?station=PACK-1", 1280, 800)
    packer.sign_in("K01", PIN)
    packer.at("pack_home", "tote")
    look = partial(gallery.look, packer, sizes=BIG, rules=STATION, again=partial(quiet, packer))
    packer.scan(tote)
    packer.at("pack_same", "item")
    expect(packer["#contents .content-count b"]).to_have_text(str(HITS))
    look("same-open")
    one, two = (row.code for row in books.rows(
        "SELECT DISTINCT k.code FROM stock_balance b JOIN container c ON c.id = b.container_id "
        "JOIN sku k ON k.id = b.sku_id WHERE c.code = %s ORDER BY 1", tote))  # fmt: skip
    packer.scan(one)
    packer.at("pack_verify", "verify")
    packer.page.keyboard.press("F2")  # not this one after all
    packer.at("pack_same", "item")
    packer.scan(two)
    packer.at("pack_verify", "verify")
    number = lambda text: int(re.sub(r"\D", "", text))  # noqa: E731
    missing = [
        (line.locator("small").first.inner_text(),
         number(line.locator(".good-count small").inner_text()) - number(line.locator(".good-count b").inner_text()))
        for line in packer["[data-line]"].all()
    ]  # fmt: skip
    for code, pieces in missing:  # read before: a line that is complete moves to the end
        for _ in range(pieces):
            packer.scan(code)
    packer.at("pack_verify", "weigh")
    weigh_and_close(packer)
    packer.at("pack_same", "item")
    look("same-proved")

    packer.page.keyboard.press("F2")  # ten
    expect(packer["#contents .content-count b"]).to_have_text(str(HITS - 11))
    packer.at("pack_same", "item")
    expect(packer["#run"]).to_have_count(0)  # over, and all of it on paper
    assert books.one(PRINTED) == 11

    office.call("virtual-printers/ZPL-1", {"power": False})
    expect(packer['[data-printer="ZPL-1"][data-status="blocked"]']).to_be_visible()
    packer.tap("#print-all")
    packer.at("pack_home", "tote")  # the tote is empty; the labels still come
    expect(packer[f'#run[data-made="{HITS - 11}"][data-out="0"]']).to_be_visible()
    look("same-waiting")
    packer.page.reload()
    packer.at("pack_home", "tote")
    expect(packer["#run"]).to_be_visible()
    office.call("virtual-printers/ZPL-1", {"power": True})
    expect(packer["#run"]).to_have_count(0)
    assert books.one(PRINTED) == books.one("SELECT count(*) FROM print_job WHERE document = 'waybill'") == HITS

    pack_ahead(packer, books, look)
    office.release(9, 9, shop=SHOP, method="prepack")
    packer.page.reload()
    packer.at("pack_home", "tote")
    expect(packer['[data-boxes="2"][data-orders="2"]']).to_be_visible()
    look("ahead-serve")
    for box in books.rows("SELECT code FROM sealed_box ORDER BY code"):
        packer.scan(box.code)
        expect(packer[".closed-ready #waybill"]).to_be_visible()
        packer.at("pack_home", "tote")
    assert {row.processing for row in books.rows(STATES, SHOP)} == {"packed"}
    assert warehouse.check()["ok"]


def pack_ahead(packer: Device, books: Books, look: partial[None]) -> None:
    """Two boxes are sealed out of a bin, after the pattern of the first; nothing is moved by a wrong scan."""
    (loose,) = books.rows(LOOSE, AHEAD[0])
    packer.page.keyboard.press("F6")
    packer.at("pack_ahead", "bin")
    packer.scan(loose.sku)
    packer.told("packing.not_a_bin", "stop", "error")
    packer.scan(loose.bin)
    packer.at("pack_ahead", "piece")
    for n in range(1, PIECES + 1):
        packer.scan(loose.sku)
        packer.shows("#pieces", n)
    look("ahead-pattern")
    packer.page.keyboard.press("F9")
    packer.type_number(2)
    packer.at("pack_ahead", "bin")
    expect(packer['#boxes-there [data-boxes="2"]']).to_be_visible()
    packer.page.keyboard.press("F4")
    packer.at("pack_home", "tote")
