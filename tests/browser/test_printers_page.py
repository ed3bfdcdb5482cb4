"""The page of printers: found, added, tested, switched off, arranged; and the waybills of a wave as one run."""
from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import Books, corner_shop
from browser_work import Office
from conftest import Hire
from playwright.sync_api import expect

from bench.world import World
from printers.virtual import VirtualPrinter
from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=140, pickers=2, packers=1, stations=2, carts=3, totes=40)
BIG, SMALL = (1280, 800), (1024, 768)
LABELS = "SELECT count(*) FROM print_job WHERE run_id IS NOT NULL AND status = 'confirmed'"


def prepare(data: Path) -> None:
    corner_shop(data)


@pytest.fixture
def desk(hire: Hire) -> Device:
    device = hire("/printers", *BIG)
    device.sign_in("A01", PIN)
    expect(device['#printers [data-status="ready"]']).to_have_count(4)
    return device


@pytest.fixture
def stray(tmp_path: Path) -> Iterator[str]:
    """A printer of the network that nobody has set up yet; returns its address."""
    for last in range(201, 214):  # another test of the same kind may run on this machine
        with contextlib.suppress(OSError), VirtualPrinter("STRAY", "zpl", tmp_path, port=9100, host=f"127.8.8.{last}"):
            yield f"127.8.8.{last}"
            return


def pretend(warehouse: World, code: str, *faults: str) -> None:
    Office(warehouse.url, "S01").call(f"virtual-printers/{code}", {"faults": list(faults)})


def told(desk: Device, kind: str, words: str) -> None:
    expect(desk[f'.toast[data-kind="{kind}"]:has-text("{words}")']).to_be_visible()


def test_a_printer_is_found_added_and_tested(desk: Device, stray: str) -> None:
    desk.may_complain("409 .CONFLICT.")
    desk.page.keyboard.press("f")
    desk["#find-network"].fill("10.0.0.0/8")
    desk.page.keyboard.press("Enter")
    expect(desk[".panel em"]).to_contain_text("10.0.0.0/8 has more than 4096 addresses")
    desk["#find-network"].fill("127.8.8.200/28")
    desk.page.keyboard.press("Enter")
    row = desk[f'#found-printers li[data-address="{stray}:9100"]']
    expect(row).to_contain_text("ZPL")
    row.get_by_role("button").click()
    expect(desk["#printer-address"]).to_have_value(f"{stray}:9100")
    desk["#printer-code"].fill("DOOR")
    desk["#printer-name"].fill("By the door")
    expect(desk["#printer-profile"]).to_have_value("virtual-zpl")  # it said its model
    desk["#printer-rate"].fill("0")
    expect(desk["#printer-keep"]).to_be_disabled()
    desk["#printer-rate"].fill("120")
    desk.page.keyboard.press("Enter")  # it is added, and its test page printed
    expect(desk['.printers-test[data-status="confirmed"]']).to_be_visible()
    desk.tap("#test-yes")
    told(desk, "ok", "By the door works")
    expect(desk['#printers tr[data-key="DOOR"] [data-status="ready"]']).to_be_visible()
    desk.tap("#off-DOOR")
    expect(desk["#on-DOOR"]).to_be_visible()
    desk[".toast-undo"].last.click()
    expect(desk["#off-DOOR"]).to_be_visible()
    desk['#printers tr[data-key="DOOR"] b'].first.click()
    expect(desk["#printer-rate"]).to_have_value("120")
    desk["#printer-language"].select_option("escpos")  # no such model speaks that
    expect(desk["#printer-profile"]).to_have_value("")
    desk["#printer-language"].select_option("zpl")
    desk["#printer-address"].fill("8.8.8.8:9100")
    desk.tap("#printer-keep")
    told(desk, "stop", "WMS_PRINTER_NETWORKS")
    desk.page.keyboard.press("Escape")
    desk.tap("#off-DOOR")  # its printer ends with this test


def test_what_is_wrong_is_seen_and_what_to_do(desk: Device, warehouse: World) -> None:
    pretend(warehouse, "ESCPOS-1", "paper_out")
    row = desk['#printers tr[data-key="ESCPOS-1"]']
    expect(row).to_contain_text("Out of paper: put in a new roll.")
    pretend(warehouse, "ESCPOS-1")
    expect(row.locator('[data-status="ready"]')).to_be_visible()


def test_another_printer_takes_over_where_that_is_arranged(desk: Device, books: Books) -> None:
    desk.tap("#tab-routes")
    desk.tap("#route-PACK-1-waybill")
    desk["#route-add"].select_option("ZPL-2")
    desk['.printers-order [data-printer="ZPL-2"]'].get_by_role("button", name="ZPL-2 earlier").click()
    desk.tap("#route-keep")
    expect(desk["#route-PACK-1-waybill li b"]).to_have_text(["ZPL-2", "ZPL-1"])
    desk[".toast-undo"].last.click()
    expect(desk["#route-PACK-1-waybill li b"]).to_have_text(["ZPL-1"])


def test_the_waybills_of_a_wave_as_one_run(hire: Hire, books: Books, warehouse: World) -> None:
    wave = released(warehouse)
    desk = hire("/waves#/waves", *BIG)
    desk.sign_in("S01", PIN)
    pretend(warehouse, "ZPL-1", "disconnect:2000")
    desk.tap(f"#waybills-{wave}")
    desk.tap("#way-slot")
    desk.tap("#waybills-print")
    desk[".toast-undo"].last.click()  # look at it
    expect(desk[".printers-question"]).to_contain_text(re.compile(r"Did label 1 of \d+ come out\?"))
    assert books.one(LABELS) == 0
    pretend(warehouse, "ZPL-1", "paper_out")
    table = hire("/station?station=PACK-1", *BIG)  # there it lies: whoever packs answers with the scanner
    table.sign_in("K01", PIN)
    expect(table[".job-ask"]).to_contain_text(re.compile(r"Did label 1 of \d+ come out\?"))
    table.scan(str(books.one("SELECT data->>'waybill_number' FROM print_job WHERE status = 'uncertain'")))
    expect(table[".job-ask"]).to_have_count(0)
    run = desk[".printers-run"]
    expect(run).to_contain_text("Out of paper")
    run.get_by_role("button", name="Stop").click()
    pretend(warehouse, "ZPL-1")
    run.get_by_role("button", name="Go on with label 2").click()
    expect(desk['.printers-run[data-state="done"]']).to_be_visible()
    orders = books.one("SELECT count(*) FROM wave_order WHERE wave_id = %s", wave)
    assert books.one(LABELS) == orders
    assert books.one("SELECT count(DISTINCT document_id) FROM print_job WHERE run_id IS NOT NULL") == orders


def released(warehouse: World) -> int:
    """A wave on its way, whose orders have no waybills yet."""
    office = Office(warehouse.url, "S01")
    wave: int = office.command("wave.build", max_orders=12, totes_per_cart=12)["wave"]["id"]
    office.command("wave.release", wave_id=wave)
    return wave


def test_looks(desk: Device, warehouse: World, gallery: Gallery) -> None:
    pretend(warehouse, "ZPL-2", "paper_out", "head_open")
    expect(desk['#printers tr[data-key="ZPL-2"] [data-status="blocked"]']).to_be_visible()
    gallery.look(desk, "printers", (BIG, SMALL), DESK, keep="en")
    gallery.look(desk, "printer", (BIG, SMALL), DESK, again=partial(panel, desk, "#new-printer"))
    gallery.look(desk, "printers-find", (BIG, SMALL), DESK, again=partial(panel, desk, "#find-printers"))
    desk.page.keyboard.press("Escape")
    gallery.look(desk, "printers-test", (BIG, SMALL), DESK, again=partial(stuck, desk))
    desk.page.keyboard.press("Escape")
    pretend(warehouse, "ZPL-2")
    desk.tap("#tab-routes")
    gallery.look(desk, "printers-routes", (BIG, SMALL), DESK, again=partial(seen, desk, "#routes"))
    gallery.look(desk, "printers-route", (BIG, SMALL), DESK, again=partial(panel, desk, "#route-PACK-1-waybill"))
    desk.page.keyboard.press("Escape")
    run(warehouse)
    desk.tap("#tab-runs")
    gallery.look(desk, "printers-runs", (BIG, SMALL), DESK, again=partial(seen, desk, ".printers-question"))
    pretend(warehouse, "ZPL-1")
    desk.tap("#tab-agents")
    desk.tap("#new-agent")
    desk["#agent-name"].fill("Packing table 1")
    desk.tap("#agent-ask")
    expect(desk["#agent-code"]).to_have_text(re.compile(r"^[A-Z2-9]{5}-[A-Z2-9]{5}$"))
    gallery.look(desk, "printers-agent", (BIG, SMALL), DESK, locales=("zh_Hant",))  # another one would close it
    desk.tap("#agent-done")
    expect(desk["#agents tbody tr"]).to_contain_text(["Packing table 1"])
    gallery.look(desk, "printers-agents", (BIG, SMALL), DESK, again=partial(seen, desk, "#agents"))
    desk.tap('#agents [id^="revoke-"]')
    desk.tap('#agents [id^="revoke-"]')
    expect(desk["#agents tbody tr"]).to_have_count(0)


def run(warehouse: World) -> None:
    """Waybills of a wave, of which nobody knows whether the first came out."""
    office, wave = Office(warehouse.url, "S01"), released(warehouse)
    pretend(warehouse, "ZPL-1", "disconnect:2000")
    office.call(f"waves/{wave}/waybills", {"station": "PACK-1", "way": "pick"})


def panel(desk: Device, opener: str) -> None:
    if not desk[".panel"].count():
        desk.tap(opener)
    seen(desk, ".panel")


def stuck(desk: Device) -> None:
    panel(desk, "#test-ZPL-2")
    seen(desk, '.printers-test[data-status="blocked"]')


def seen(desk: Device, what: str) -> None:
    expect(desk[what].first).to_be_visible()
    expect(desk[".office-asking"]).to_have_count(0)  # grey until the answer is there
