"""What goes wrong on a real floor: the work goes on, the people are told, and nothing counts twice."""
from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from browser_hands import Device
from browser_orders import SHOP, Books, Line, bring, open_shop, order
from browser_work import Office, go_and_take, go_to, pick, put, take_cart_and_totes, tote_on_screen, verify
from conftest import Hire
from playwright.sync_api import expect

from bench.world import World
from wms.core import embedded
from wms.core.clock import now
from wms.core.private import mask_name
from wms.demo.load import PIN

pytestmark = pytest.mark.browser

NO_LINK = (r"WebSocket connection to", r"Failed to load resource", r"net::ERR_")
HOSTILE = """<img src=x onerror="document.title='owned'">"""
BLOCKED_WITHIN_S = 3.0
BUSY_MACHINE_S = 12.0  # other tests run beside this one

MOVES = """
SELECT move.qty FROM stock_move move JOIN bin ON bin.id = move.from_bin_id JOIN sku ON sku.id = move.sku_id
WHERE bin.code = %s AND sku.code = %s AND move.reason = 'pick' ORDER BY move.id
"""

Start = Callable[..., tuple[Device, list[Line]]]
Outage = Callable[[], None]


def prepare(data: Path) -> None:
    """One order whose texts try to be markup, from a shop of its own."""
    open_shop()
    bring(data, "skus", [{"code": "HOSTILE", "name": HOSTILE, "barcodes": "4006381333931", "weight_g": "100"}])
    bring(data, "stock", [{"bin": "A01-01L", "sku": "HOSTILE", "qty": "3"}])
    late = (now() + timedelta(days=9)).isoformat()  # so that no other test's wave takes it
    head = {**order("HOSTILE-1", HOSTILE), "remark": HOSTILE, "promised_at": late}
    bring(data, "orders", [{**head, "sku": "HOSTILE", "qty": "1", "price": "1"}])


@pytest.fixture(scope="module")
def office(warehouse: World, books: Books) -> Office:
    """The supervisor, who has given the demo's own wave up: its orders are free for these tests."""
    sue = Office(warehouse.url)
    sue.command("wave.cancel", wave_id=books.one("SELECT id FROM wave"))
    return sue


@pytest.fixture
def start(hire: Hire, office: Office, books: Books) -> Start:
    """`start(badge)` gives a picker with a cart who stands before the first bin, and the lines of the task."""

    def begin(badge: str, orders: int = 3, shelf: bool = False, **filter: object) -> tuple[Device, list[Line]]:
        picker = hire("/terminal", 360, 640, shelf=shelf)
        picker.sign_in(badge, PIN)
        picker.tap("#tile-pick")
        picker.at("pick_wait")
        office.release(orders, orders, **filter)
        number = int(badge[1:])
        take_cart_and_totes(picker, f"CART-{number:02}", [f"T-{10 * number + slot:04}" for slot in range(orders)])
        return picker, books.lines(badge)

    return begin


def moves_of(books: Books, line: Line) -> list[int]:
    """The pieces of each move that took goods of this line out of its bin."""
    return [row.qty for row in books.rows(MOVES, line.bin, line.sku)]


@pytest.fixture
def outage(warehouse: World, books: Books) -> Iterator[Outage]:
    """Call it to kill the database server as a power cut would; at the end it runs again whatever happened."""

    def strike() -> None:
        books.close()
        server = int((warehouse.data / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGQUIT)  # "immediate": no connection is closed in order

    yield strike
    start_database(warehouse)


def start_database(warehouse: World) -> None:
    """What the next process that needs the database does."""
    _, handle = embedded.start(warehouse.data)
    embedded.stop(handle)


def test_a_scan_waits_for_the_database(start: Start, books: Books, warehouse: World, outage: Outage) -> None:
    picker, lines = start("P01")
    picker.may_complain(*NO_LINK)
    go_and_take(picker, lines[0])
    before = moves_of(books, lines[0])
    outage()
    picker.scan(tote_on_screen(picker))
    expect(picker["#unsent"]).to_have_attribute("data-count", "1")
    expect(picker['[data-lamp="offline"]']).to_be_visible()
    expect(picker["html"]).to_have_attribute("data-tone", "queued")
    picker.at("pick_line", "bin")  # the next line: the picker walks on
    assert picker["#progress"].get_attribute("data-done") == "0"  # but nothing turns green early
    start_database(warehouse)
    expect(picker["#unsent"]).to_have_count(0)
    expect(picker["#progress"]).to_have_attribute("data-done", "1")
    assert moves_of(books, lines[0]) == [*before, lines[0].qty]
    pick(picker, lines[1])
    assert warehouse.check()["ok"]


def test_scans_outlive_a_killed_web_service(start: Start, books: Books, warehouse: World) -> None:
    picker, lines = start("P02")
    picker.may_complain(*NO_LINK)
    before = [moves_of(books, line) for line in lines[:2]]
    go_and_take(picker, lines[0])
    picker.scan(tote_on_screen(picker))
    kill_web_service(warehouse)  # with the answer to that scan perhaps on its way
    expect(picker['[data-lamp="offline"]']).to_be_visible()
    go_and_take(picker, lines[1])
    picker.scan(tote_on_screen(picker))
    expect(picker["#unsent"]).to_have_count(0)
    expect(picker["#progress"]).to_have_attribute("data-done", "2")
    after = [moves_of(books, line) for line in lines[:2]]
    assert after == [[*known, line.qty] for known, line in zip(before, lines, strict=False)]
    assert warehouse.check()["ok"]


def kill_web_service(warehouse: World) -> None:
    """`kill -9`; the demo starts it again."""
    web_service = json.loads((warehouse.data / "demo.pids").read_text())[0][0]
    os.killpg(web_service, signal.SIGKILL)


def test_a_reload_goes_on_at_the_same_line_and_step(start: Start, books: Books) -> None:
    picker, lines = start("P03", orders=8)
    at = next(at for at, line in enumerate(lines) if line.bin != lines[0].bin)
    for line in lines[:at]:
        pick(picker, line)
    line = lines[at]
    go_to(picker, line)
    with books.still():
        picker.page.reload()
        picker.at("pick_line", "item")
        picker.shows("#location", line.bin)
        picker.scan(line.barcode)
        picker.at("pick_line", "tote")
        picker.page.reload()
        picker.at("pick_line", "tote")
        picker.shows("#quantity", line.qty)
    put(picker, line)


def test_a_printer_that_is_off(start: Start, hire: Hire, books: Books) -> None:
    picker, lines = start("P04", orders=1)
    for line in lines:
        pick(picker, line)
    labels = hire("/labels", 1280, 800)
    labels.sign_in("S01", PIN)
    printed = labels['[data-printer="ZPL-1"] li[data-sequence]']
    labels.tap("#power-ZPL-1")
    expect(labels['[data-printer="ZPL-1"][data-power="off"]']).to_be_visible()
    station = hire("/station?station=PACK-1", 1280, 800)
    station.sign_in("K01", PIN)
    station.at("pack_home", "tote")
    station.scan(books.tote(lines[0].order))
    station.at("pack_verify", "verify")
    verify(station, books, lines[0].order)
    station.page.keyboard.press("F8")
    station.at("pack_home", "tote")
    closed = time.monotonic()
    printer = station['[data-printer="ZPL-1"][data-status="blocked"]']
    expect(printer.locator(".printer-todo")).to_contain_text("switch it on")
    assert time.monotonic() - closed < BLOCKED_WITHIN_S + BUSY_MACHINE_S
    expect(station['.job[data-status="blocked"]']).to_have_count(1)
    labels.tap("#power-ZPL-1")
    expect(printed).to_have_count(1)
    expect(station['.job[data-status="blocked"]']).to_have_count(0)
    expect(station['[data-printer="ZPL-1"][data-status="ready"]']).to_be_visible()
    assert books.one("SELECT count(*) FROM print_job WHERE document = 'waybill'") == 1


def test_hostile_texts_are_only_texts(start: Start, hire: Hire, books: Books) -> None:
    picker, (line,) = start("P05", orders=1, shop=SHOP)
    go_to(picker, line)
    picker.shows(".item-name", HOSTILE)
    picker.scan(line.barcode)
    picker.at("pick_line", "tote")
    put(picker, line)
    station = hire("/station?station=PACK-2", 1280, 800)
    station.sign_in("K02", PIN)
    station.at("pack_home", "tote")
    station.scan(books.tote("HOSTILE-1"))
    station.at("pack_verify", "verify")
    station.shows(".good-name", HOSTILE)
    expect(station[".order-words"]).to_contain_text(mask_name(HOSTILE))
    expect(station[".remark"]).to_contain_text(HOSTILE)
    board = hire("/board", 1440, 900)
    board.sign_in("S01", PIN)
    board.at_desk()
    board["#find"].fill("HOSTILE-1")
    board.page.keyboard.press("Enter")
    expect(board['[data-drawer="order"]']).to_contain_text(HOSTILE)
    for device in (picker, station, board):
        assert device["img[src='x']"].count() == 0
        assert device.page.title() != "owned"


def test_one_person_at_two_terminals_and_in_two_tabs(start: Start, hire: Hire, books: Books) -> None:
    first, lines = start("P06")
    second = hire("/terminal", 360, 640)
    second.sign_in("P06", PIN)
    first.at("elsewhere", "device")
    with books.still():
        first.scan(lines[0].bin)  # does not count here
    pick(second, lines[0])
    first.tap("#take-over-here")
    second.at("elsewhere", "device")
    pick(first, lines[1])
    tab = first.context.new_page()
    tab.goto(first.url + "/terminal")
    covered = '.frame[data-screen="elsewhere"][data-step="tab"]'
    expect(tab.locator(covered)).to_be_visible()
    tab.locator("#take-over-here").click()
    expect(first[covered]).to_be_visible()
    expect(tab.locator('.frame[data-screen="pick_line"] #progress')).to_have_attribute("data-done", "2")
    assert sum(line.picked for line in books.lines("P06")) == lines[0].qty + lines[1].qty


KEPT = """() => new Promise((done) => {
  indexedDB.open('wms-outbox').onsuccess = (event) => {
    const rows = event.target.result.transaction('hand').objectStore('hand').getAll();
    rows.onsuccess = () => done(rows.result.map((row) => row.name));
  };
})"""
NO_ROOM = "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
SETTLED = "SELECT p.badge FROM problem JOIN person p ON p.id = problem.cleared_by WHERE note = 'picking.already_done'"


def test_a_task_without_a_network_from_reload_to_conflict(start: Start, hire: Hire, books: Books) -> None:
    picker, lines = start("P08", orders=8, shelf=True)
    picker.may_complain(*NO_LINK)
    picker.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    go_and_take(picker, lines[0])
    with books.still():
        picker.context.set_offline(True)
        picker.page.reload()  # from the shelf, with what is in hand
        picker.at("pick_line", "tote")
        expect(picker['[data-lamp="offline"]']).to_be_visible()
        picker.scan(tote_on_screen(picker))
        picker.told("ui.pick.queued", "queued", "queued")
        go_and_take(picker, lines[1])
        picker.scan(tote_on_screen(picker))
        expect(picker['#unsent[data-safe="yes"]']).to_have_attribute("data-count", "2")  # it is on the disk
        picker.page.reload()
        expect(picker["#unsent"]).to_have_attribute("data-count", "2")
        go_and_take(picker, lines[2])
        picker.page.evaluate(NO_ROOM)
        picker.scan(tote_on_screen(picker))
        picker.told("ui.link.not_kept", "stop", "error")
        picker.shows("#location", lines[2].bin)  # it must be done again
    second = hire("/terminal", 360, 640)
    second.sign_in("P08", PIN)
    pick(second, lines[0])
    picker.context.set_offline(False)
    picker.at("elsewhere", "device")
    picker.page.reload()  # brings nobody back
    picker.at("elsewhere", "device")
    picker.tap("#take-over-here")
    picker.at("pick_line")
    expect(picker["#unsent"]).to_have_count(0)
    expect(picker["#progress"]).to_have_attribute("data-done", "2")
    picker.tap("#troubles")
    expect(picker['.list-row[data-reason="picking.already_done"]']).to_contain_text(lines[0].bin)
    picker.tap(".trouble-clear")
    expect(picker["#troubles"]).to_have_count(0)
    assert [row.badge for row in books.rows(SETTLED)] == ["P08"]
    assert [line.picked for line in books.lines("P08")][:3] == [lines[0].qty, lines[1].qty, 0]
    picker.tap("#menu")
    picker.tap("#sign-out")
    picker.at("login", "badge")
    assert picker.page.evaluate(KEPT) == []


def test_a_session_that_ended_keeps_its_scans(start: Start, books: Books, warehouse: World) -> None:
    picker, lines = start("P07", orders=2)
    picker.may_complain(*NO_LINK)
    go_and_take(picker, lines[0])
    before = moves_of(books, lines[0])
    token = picker.page.evaluate("JSON.parse(localStorage.getItem('wms.session.terminal')).token")
    session = f"{warehouse.url}/api/v1/sessions/current"
    assert requests.delete(session, headers={"Authorization": f"Bearer {token}"}, timeout=30).ok
    picker.sign_in("P07", PIN)  # the page that asks for it comes by itself
    picker.at("pick_line", "tote")
    kill_web_service(warehouse)
    picker.scan(tote_on_screen(picker))
    expect(picker["#unsent"]).to_have_attribute("data-count", "1")
    books.rows("UPDATE device_session SET expires_at = now() RETURNING id")  # the shift is over meanwhile
    picker.at("login", "badge")
    expect(picker[".chip-queued"]).to_contain_text(re.compile(r"\b1\b"))
    assert moves_of(books, lines[0]) == before
    picker.sign_in("P07", PIN)
    expect(picker["#progress"]).to_have_attribute("data-done", "1")
    expect(picker["#unsent"]).to_have_count(0)
    assert moves_of(books, lines[0]) == [*before, lines[0].qty]
