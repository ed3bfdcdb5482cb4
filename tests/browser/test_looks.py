"""Every screen in every language and size: all of it there, large enough, high in contrast, and a picture of it."""
from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from browser_hands import Device
from browser_looks import DESK, HANDHELD, LABELS, STATION, Gallery
from browser_orders import Books, Line
from browser_work import Office, go_and_take, go_to, pick, put, quiet, verify, weigh_and_close
from conftest import Hire
from playwright.sync_api import expect

from bench.world import ROOT, World
from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=220, pickers=8, packers=2, stations=2, carts=20, totes=300)
TOTES = [f"T-00{number}" for number in range(91, 97)]
TERMINAL = ((360, 640), (320, 480))
TABLE = ((1280, 800),)
WALL = ((1440, 900),)

ROBOTS_MS = 240_000  # they walk at a person's pace, whatever else this machine does
SOME_DONE = re.compile(r"^[4-9]\d$")  # per cent of a wave

Look = Callable[..., None]


def test_the_handheld(hire: Hire, gallery: Gallery, warehouse: World, books: Books) -> None:
    device = hire("/terminal", 360, 640)

    def look(name: str, **more: object) -> None:
        gallery.look(device, f"terminal-{name}", TERMINAL, HANDHELD, **more)  # type: ignore[arg-type]

    device.at("login", "badge")
    look("login", keep="zh_Hans")
    device.scan("P08")
    device.at("login", "pin")
    look("pin", again=partial(device.scan, "P08"))
    device.scan(PIN)
    device.at("home")
    look("home", keep="en", again=partial(quiet, device))
    look("menu", again=partial(device.tap, "#menu"))
    device.tap("#sheet-close")
    device.tap("#tile-pick")
    device.at("pick_wait")
    look("wait", keep="zh_Hant", again=partial(quiet, device))
    look_at_cart(device, look, warehouse, books)
    lines = books.lines("P08")
    look_at_mistakes(device, look, lines)
    look_at_hands(device, look, lines)


def look_at_cart(device: Device, look: Look, warehouse: World, books: Books) -> None:
    """The demo's own wave is given up for one that fits a cart of six."""
    office = Office(warehouse.url)
    office.command("wave.cancel", wave_id=books.one("SELECT id FROM wave"))
    office.release(len(TOTES), len(TOTES))
    device.at("pick_start")
    look("cart", keep="zh_Hans", again=partial(quiet, device))
    device.scan("CART-08")
    for slot, tote in enumerate(TOTES, 1):
        device.at("pick_totes", str(slot))
        if slot == 4:
            look("totes", keep="en", again=partial(quiet, device))
        device.scan(tote)
    device.at("pick_line", "bin")


def look_at_mistakes(device: Device, look: Look, lines: list[Line]) -> None:
    at = next(at for at, line in enumerate(lines) if line.bin != lines[0].bin)
    for each in lines[:at]:
        pick(device, each)
    line, other = lines[at], next(one for one in reversed(lines) if one.bin not in (lines[0].bin, lines[at].bin))
    look("line", keep="en", again=partial(quiet, device))
    look("wrong-bin", keep="zh_Hans", again=partial(refused, device, other.bin, "picking.wrong_bin"))
    look("unknown", again=partial(refused, device, "6901234567892", "picking.not_a_bin.unknown"))
    look("already", again=partial(refused, device, lines[0].bin, "ui.pick.already_done"))
    go_to(device, line)
    look("item", again=partial(quiet, device))
    look("wrong-item", again=partial(refused, device, other.barcode, "picking.wrong_item"))
    go_and_take(device, line)
    look("tote", again=partial(quiet, device))
    look("wrong-tote", again=partial(refused, device, TOTES[line.slot % len(TOTES)], "picking.wrong_tote"))
    device.acknowledge()
    look("quantity", again=partial(device.tap, "#qty"))
    device.tap("#sheet-close")
    put(device, line)


def look_at_hands(device: Device, look: Look, lines: list[Line]) -> None:
    """What is left of the walk, with goods that are not there at its end."""
    todo = [line for line in lines if line.id in open_lines(device, lines)]
    for line in todo[:-1]:
        pick(device, line)
    go_to(device, todo[-1])
    look("short", again=partial(ask_short, device))
    device.tap("#way-order")
    device.at("pick_done")
    look("done", keep="zh_Hant", again=partial(quiet, device))


def open_lines(device: Device, lines: list[Line]) -> set[int]:
    done = int(device["#progress"].get_attribute("data-done") or 0)
    return {line.id for line in lines[done:]}


def ask_short(device: Device) -> None:
    device.tap("#short")
    device.tap("#reason-damaged")
    expect(device["#ways"]).to_have_attribute("data-ready", "true")


def refused(device: Device, code: str, answer: str) -> None:
    quiet(device)
    device.scan(code)
    expect(device[f'.banner[data-code="{answer}"]']).to_be_visible()


def test_the_table_the_labels_and_the_dock(hire: Hire, gallery: Gallery, warehouse: World, books: Books) -> None:
    warehouse.robots(pickers=2, packers=0, max_orders=12, wave_orders=12, speed=0, idle=1)
    station = hire("/station", 1280, 800)
    look = partial(gallery.look, station, sizes=TABLE, rules=STATION)
    station.at("login", "station")
    look("station-where")
    station.scan("PACK-2")
    station.at("login", "badge")
    station.scan("K02")
    station.scan(PIN)
    station.at("pack_home", "tote")
    look("station-home", again=partial(quiet, station))
    numbers = look_at_packing(station, look, books)
    look_at_printing(hire, gallery, station, look)
    look_at_dock(hire, gallery, books, numbers)


def look_at_packing(station: Device, look: Look, books: Books) -> list[str]:
    """One parcel looked at all the way and one more closed; returns their orders' numbers."""
    rows = books.rows(
        "SELECT o.number FROM sales_order o JOIN order_line line ON line.order_id = o.id "
        "WHERE o.processing = 'picked' GROUP BY o.number ORDER BY count(*) DESC, o.number LIMIT 2")  # fmt: skip
    numbers = [row.number for row in rows]
    station.scan(books.tote(numbers[0]))
    station.at("pack_verify", "verify")
    station.scan(books.to_pack(numbers[0])[0].barcode)
    expect(station["#verified"]).to_have_attribute("data-done", "1")
    look("station", again=partial(quiet, station), keep="zh_Hans")
    look("station-wrong", again=partial(refused, station, "6901234567892", "packing.unknown_barcode"))
    quiet(station)
    station.page.keyboard.press("F4")
    expect(station["#verified"]).to_have_attribute("data-done", "0")
    verify(station, books, numbers[0])
    look("station-weigh", again=partial(quiet, station))
    look("station-typed", again=partial(station.tap, "#weight"))
    station.tap("#sheet-close")
    weigh_and_close(station)
    look("station-closed", again=partial(quiet, station))
    station.scan(books.tote(numbers[1]))
    station.at("pack_verify", "verify")
    verify(station, books, numbers[1])
    return numbers


def look_at_printing(hire: Hire, gallery: Gallery, station: Device, look: Look) -> None:
    """The second parcel is closed while the label printer has no paper."""
    labels = hire("/labels", 1280, 800)
    labels.sign_in("S01", PIN)
    see = partial(gallery.look, labels, sizes=TABLE, rules=LABELS)
    expect(labels['[data-printer="ZPL-2"] img']).to_have_count(1)
    newest = labels['[data-printer="ZPL-2"]']
    quiet(labels)
    see("labels", keep="en", again=newest.scroll_into_view_if_needed)
    labels.tap("#paper_out-ZPL-2")
    expect(labels['[data-printer="ZPL-2"] .virtual-todo']).to_be_visible()
    see("labels-paper", again=partial(quiet, labels))
    station.page.keyboard.press("F8")
    station.at("pack_home", "tote")
    expect(station['.job[data-status="blocked"]']).to_be_visible()
    look("station-blocked", again=partial(quiet, station))
    labels.tap("#paper_out-ZPL-2")
    expect(station['.job[data-status="blocked"]']).to_have_count(0)
    again = station[".job .button"].first
    look("station-again", again=again.click)


def look_at_dock(hire: Hire, gallery: Gallery, books: Books, numbers: list[str]) -> None:
    device = hire("/terminal", 360, 640)
    device.sign_in("P07", PIN)
    look = partial(gallery.look, device, sizes=TERMINAL, rules=HANDHELD)
    device.tap("#tile-load")
    device.at("load")
    look("terminal-dock", again=partial(quiet, device))
    parcels = books.rows("SELECT number, carrier FROM parcel JOIN (SELECT id, carrier FROM sales_order) o "
                         "ON o.id = order_id ORDER BY number")  # fmt: skip
    same = [row.number for row in parcels if row.carrier == parcels[0].carrier]
    for count, number in enumerate(same, 1):
        device.scan(number)
        device.shows("#load-count", count)
    look("terminal-load", keep="en", again=partial(quiet, device))
    look("terminal-close", again=partial(device.tap, "#close"))
    device.tap("#close-confirm")
    expect(device["#closed"]).to_be_visible()
    quiet(device)


def test_the_board(hire: Hire, gallery: Gallery, warehouse: World, books: Books) -> None:
    board = hire("/board", 1440, 900)
    look = partial(gallery.look, board, sizes=WALL, rules=DESK)
    board.at("login", "badge")
    look("board-login")
    board.sign_in("S01", PIN)
    board.at_desk()
    with robots_at_work(warehouse):
        expect(board['.face[data-doing="picking"]']).not_to_have_count(0, timeout=ROBOTS_MS)
        share = board['.wave[data-status="released"] .ring-words b']
        expect(share.filter(has_text=SOME_DONE)).not_to_have_count(0, timeout=ROBOTS_MS)
        look("board", keep="en", again=partial(quiet, board))
        look("board-wave", again=partial(new_wave, board))
        board.page.keyboard.press("Escape")
        board["#find"].fill(books.one("SELECT max(number) FROM sales_order WHERE processing = 'packed'"))
        look("board-order", again=partial(find, board))


def new_wave(board: Device) -> None:
    board.tap("#new-wave")
    expect(board['[data-figure="orders"]']).not_to_have_text("–")


def find(board: Device) -> None:
    board["#find"].press("Enter")
    expect(board['[data-drawer="order"] .order-state']).to_be_visible()


@contextmanager
def robots_at_work(warehouse: World) -> Iterator[None]:
    """A floor on which people are about, at a person's pace times ten."""
    plan = ("--pickers=6", "--packers=2", "--speed=10", "--short=0.05", "--wave-orders=24", "--set=totes_per_cart=6")
    free = ("--set=stations=2", "--set=cart=CART-1{}", "--set=carts=9", "--set=tote=T-02{:02d}", "--set=totes=99")
    command = [sys.executable, "-m", "wms", "simulate", "--url", warehouse.url, *plan, *free]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    crew = subprocess.Popen(command, cwd=ROOT, env=warehouse.environment, **silent)
    try:
        yield
    finally:
        crew.kill()
        crew.wait()
