"""The layout page: a rack is drawn, bins are edited, blocked and labelled, digits rotated; by mouse and by keyboard."""
from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import Books
from browser_work import Office
from conftest import Hire
from playwright.sync_api import expect

from bench.world import World
from wms.demo.load import FLOOR, PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=60, pickers=1, packers=1, stations=1, carts=1, totes=20)
SIZES = ((1280, 800), (1024, 768))
DECIMETRES_OF_CROSS_AISLE = 18  # how the page draws the floor, in units of 100 mm
REFUSED = r"Failed to load resource"  # what the browser says of every answer that is no success


def prepare(data: Path) -> None:
    """The demo as it is."""


@pytest.fixture
def desk(hire: Hire) -> Device:
    """The layout page in a supervisor's browser."""
    return signed_in(hire, "S01")


def signed_in(hire: Hire, badge: str) -> Device:
    device = hire("/layout", 1280, 800)
    device.sign_in(badge, PIN)
    expect(device['.layout[data-ready="yes"]']).to_be_visible()
    return device


def place(desk: Device, aisle: int, side: str, mm: int) -> tuple[float, float]:
    """Where on the screen a place of the floor is, aisles counted from 1."""
    across = FLOOR.aisle_spacing_mm / 100
    x = (aisle - 0.5) * across + (across * 0.3 if side == "R" else -across * 0.3)
    y = DECIMETRES_OF_CROSS_AISLE + (FLOOR.aisle_length_mm - mm) / 100
    script = """([x, y]) => { const way = document.querySelector('.plan').getScreenCTM();
                const at = new DOMPoint(x, y).matrixTransform(way); return [at.x, at.y]; }"""
    found = desk.page.evaluate(script, [x, y])
    return found[0], found[1]


def drag(desk: Device, start: tuple[int, str, int], end: tuple[int, str, int]) -> None:
    desk.page.mouse.move(*place(desk, *start))
    desk.page.mouse.down()
    desk.page.mouse.move(*place(desk, *end), steps=8)
    desk.page.mouse.up()


def find(desk: Device, words: str, number: int) -> None:
    desk["#find"].fill(words)
    desk["#find"].press("Enter")
    expect(desk[".side"]).to_have_attribute("data-chosen", str(number))


def test_a_rack_is_drawn_undone_and_drawn_again(desk: Device, books: Books) -> None:
    bins = books.one("SELECT count(*) FROM bin WHERE kind = 'pick'")
    drawn = int(desk["#figure-bins"].inner_text().replace(",", ""))
    desk.tap("#tool-rack")
    drag(desk, (6, "R", 600), (6, "R", 4_200))  # over bays 1 to 4 (1,080 mm each): the level above them
    expect(desk["#rack-preview"]).to_have_attribute("data-bins", "4")
    measures = [desk[f"#rack-{name}"].input_value() for name in ("aisle", "bays", "first_bay", "first_level")]
    assert measures == ["6", "4", "1", "2"]
    desk["#rack-levels"].fill("3")
    expect(desk["#rack-preview"]).to_have_attribute("data-bins", "12")
    expect(desk[".codes li"].first).to_have_text("A06-01R2")
    desk["#rack-pattern"].fill("{zone}{aisle:02}")
    desk.may_complain(REFUSED)
    expect(desk["#rack-error"]).to_contain_text("more than one bin")
    expect(desk["#rack-make"]).to_be_disabled()
    assert books.one("SELECT count(*) FROM bin WHERE kind = 'pick'") == bins
    desk["#rack-pattern"].fill("{zone}{aisle:02}-{bay:02}{side}{level}")
    expect(desk["#rack-preview"]).to_have_attribute("data-bins", "12")
    desk.tap("#rack-make")
    desk.put_away("ui.layout.made")
    expect(desk["#figure-bins"]).to_have_text(f"{drawn + 12:,}")
    desk["#figure-bins"].click()
    desk.page.keyboard.press("Control+z")
    desk.put_away("ui.layout.undone")
    assert books.one("SELECT count(*) FROM bin WHERE kind = 'pick'") == bins
    desk.tap("#tool-rack")
    drag(desk, (6, "R", 600), (6, "R", 4_200))
    expect(desk["#rack-preview"]).to_have_attribute("data-bins", "12")  # levels and pattern as they were
    desk.tap("#rack-make")
    desk.put_away("ui.layout.made")
    rows = books.rows("SELECT level, bay, side, length(check_digits) AS digits FROM bin WHERE code LIKE 'A06-0_R_'")
    assert sorted((row.level, row.bay, row.side, row.digits) for row in rows) == [
        (level, bay, "R", 3) for level in (2, 3, 4) for bay in (1, 2, 3, 4)
    ]
    desk.tap('[data-level="3"]')
    find(desk, "A06-02R3", 1)
    desk.shows("#chosen", "A06-02R3")


def test_bins_are_chosen_in_many_ways_and_edited(desk: Device, books: Books) -> None:
    drag(desk, (8, "L", 100), (9, "R", 5_200))
    chosen = 4 * 5
    expect(desk[".side"]).to_have_attribute("data-chosen", str(chosen))
    desk["#bin-capacity_ml"].fill("62.5")
    desk["#bin-max_skus"].fill("1")
    desk.tap('#bin-mix_lots [data-value="false"]')
    desk.tap('#velocity [data-value="A"]')
    desk.tap("#save")
    desk.put_away("ui.layout.saved")
    edited = "SELECT count(*) FROM bin WHERE capacity_ml = 62500 AND max_skus = 1 AND NOT mix_lots AND velocity = 'A'"
    assert books.one(edited) == chosen
    desk.tap("#undo")
    desk.put_away("ui.layout.undone")
    assert books.one("SELECT count(*) FROM bin WHERE capacity_ml IS NOT NULL OR velocity <> ''") == 0
    desk.page.mouse.click(*place(desk, 12, "L", 1_600))
    desk.shows("#chosen", "B12-02L")
    desk.page.keyboard.down("Shift")
    desk.page.mouse.click(*place(desk, 12, "L", 5_900))
    desk.page.keyboard.up("Shift")
    expect(desk[".side"]).to_have_attribute("data-chosen", "5")
    desk.page.keyboard.press("Escape")
    desk["#first"].fill("C20-24")
    desk["#last"].fill("C20-25")
    desk.tap("#choose-range")
    expect(desk[".side"]).to_have_attribute("data-chosen", "4")


def test_the_keyboard_is_enough(desk: Device, books: Books) -> None:
    find(desk, "A05-10L", 1)
    desk[".plan"].focus()
    desk.page.keyboard.press("ArrowUp")
    desk.shows("#chosen", "A05-11L")
    desk.page.keyboard.press("Shift+ArrowUp")
    desk.page.keyboard.press("Shift+ArrowUp")
    desk.page.keyboard.press("Shift+ArrowRight")
    expect(desk[".side"]).to_have_attribute("data-chosen", "6")
    desk["#block"].press("Enter")
    desk.may_complain(REFUSED)
    desk["#reason"].press("Enter")
    desk.put_away("layout.reason_needed")
    assert books.one("SELECT count(*) FROM bin WHERE blocked_reason IS NOT NULL") == 0
    desk["#reason"].fill("Leaking roof")
    desk["#reason"].press("Enter")
    desk.put_away("ui.layout.saved")
    expect(desk["#figure-blocked"]).to_have_text("6")
    expect(desk[".block-on"]).to_contain_text("Leaking roof")
    rows = books.rows("SELECT code FROM bin WHERE blocked_reason = 'Leaking roof' ORDER BY code")
    assert [row.code for row in rows] == [f"A05-{bay}{side}" for bay in (11, 12, 13) for side in "LR"]
    desk.tap("#unblock")
    desk.put_away("ui.layout.saved")
    expect(desk["#figure-blocked"]).to_have_text("0")


def test_what_holds_goods_is_neither_removed_nor_of_another_kind(desk: Device, books: Books) -> None:
    find(desk, "A05-01", 2)
    desk.may_complain(REFUSED)
    with books.still():
        desk.tap("#remove")
        desk.tap("#remove")
        desk.put_away("layout.bin_was_used")
        desk["#kind"].select_option("quarantine")
        desk.tap("#save")
        desk.put_away("layout.bin_not_empty")
    assert books.one("SELECT count(*) FROM bin WHERE code IN ('A05-01L', 'A05-01R') AND kind = 'pick'") == 2
    desk.page.keyboard.press("Escape")
    find(desk, "A05-01L", 1)
    desk.tap(".more summary")
    desk["#code"].fill("FRONT-1")
    desk.tap("#save")
    desk.put_away("ui.layout.saved")
    desk.shows("#chosen", "FRONT-1")
    desk.tap("#undo")
    desk.put_away("ui.layout.undone")
    assert books.one("SELECT count(*) FROM bin WHERE code = 'A05-01L'") == 1


def test_digits_are_rotated_and_a_range_is_printed(desk: Device, books: Books, warehouse: World) -> None:
    find(desk, "C18-01 … C18-03", 6)
    for _ in range(2):  # the second time they are new
        desk.tap("#rotate")
        expect(desk[".side-foot .warn"]).to_contain_text("refused")
        desk.tap("#rotate")
        expect(desk[".panel-labels"]).to_be_visible()
        desk.tap("#labels-close")
    rows = books.rows("SELECT check_digits, retired_digits FROM bin WHERE code ~ '^C18-0[123]'")
    assert all(re.fullmatch(r"\d{3}", row.retired_digits) and row.check_digits != row.retired_digits for row in rows)
    assert len({row.check_digits for row in rows}) == 6
    find(desk, "C18-01L", 1)
    shown = desk["#check-digits"].inner_text()
    assert shown == books.one("SELECT check_digits FROM bin WHERE code = 'C18-01L'")
    find(desk, "C18-01 … C18-03", 6)
    desk.tap("#print")
    expect(desk[".sheet-of-paper img"]).to_be_visible()
    desk.tap("#print-now")
    expect(desk['.run[data-printed="6"][data-waiting="0"]']).to_be_visible()
    jobs = books.rows("SELECT data, status FROM print_job WHERE document = 'bin_label' ORDER BY id")
    walked = books.rows("SELECT code, check_digits FROM bin WHERE code ~ '^C18-0[123]' ORDER BY pick_order")
    printed = [(job.data["code"], job.data["check_digits"]) for job in jobs]
    assert printed == [(row.code, row.check_digits) for row in walked]
    assert {job.status for job in jobs} == {"confirmed"}
    desk.tap('#document [data-value="rack_label"]')
    desk.tap("#print-now")
    expect(desk['.run[data-printed="6"][data-waiting="0"]']).to_have_count(2)
    racks = books.one("SELECT count(*) FROM print_job WHERE document = 'rack_label' AND status = 'confirmed'")
    assert racks == 6


def test_a_label_in_doubt_is_asked_about_and_printed_again_only_when_it_is_missing(
    desk: Device, warehouse: World, books: Books, gallery: Gallery
) -> None:
    office = Office(warehouse.url, "S01")
    office.call("virtual-printers/ZPL-1", {"faults": ["disconnect:1500"]})
    find(desk, "C17-01L", 1)
    desk.tap("#print")
    desk.tap("#print-now")
    run = desk[".run"].first
    question, buttons = run.locator(".printers-question"), run.locator(".acts button")
    expect(question).to_contain_text("Did label 1 of 1 come out?")
    expect(question).to_contain_text("C17-01L")
    expect(buttons).to_have_count(2)  # yes and no, and none to print it again
    office.call("virtual-printers/ZPL-1", {"faults": []})
    gallery.look(desk, "layout-doubt", SIZES[1:], DESK, again=lambda: reopen(desk))
    question.locator('[id^="out-no-"]').click()
    expect(question).to_have_count(0)
    buttons.click()  # the one that prints it again
    expect(run).to_have_attribute("data-printed", "1")
    copies = books.rows("SELECT copy, parent_id, status, reprint_reason FROM print_job ORDER BY id DESC LIMIT 2")
    assert [(row.copy, row.status, row.reprint_reason) for row in copies] == [
        (2, "confirmed", "did_not_come_out"), (1, "failed", None),
    ]  # fmt: skip


def test_a_picker_only_learns_who_may(hire: Hire) -> None:
    picker = hire("/layout", 1280, 800)
    picker.sign_in("P01", PIN)
    expect(picker['.layout [role="alert"]']).to_contain_text("supervisors and administrators")
    assert picker[".plan"].count() == 0


# ---- how it looks

def test_it_can_be_read_in_every_language_and_size(desk: Device, gallery: Gallery) -> None:
    gallery.look(desk, "layout-floor", SIZES, DESK)
    find(desk, "B09-03 … B09-12", 20)
    desk.tap(".more summary")
    gallery.look(desk, "layout-bins", SIZES, DESK)
    desk.tap("#block")
    gallery.look(desk, "layout-block", SIZES, DESK)
    desk.page.keyboard.press("Escape")
    desk.tap("#print")
    gallery.look(desk, "layout-labels", SIZES, DESK, again=lambda: reopen(desk))
    desk.tap("#labels-close")
    desk.tap("#rotate")
    gallery.look(desk, "layout-rotate", SIZES, DESK)
    desk.page.keyboard.press("Escape")
    desk.tap("#zoom-fit")
    desk.tap("#tool-rack")
    drag(desk, (10, "L", 600), (10, "R", 9_000))
    expect(desk["#rack-preview"]).to_be_visible()
    gallery.look(desk, "layout", SIZES, DESK, keep="en")
    assert json.loads(desk.page.evaluate("JSON.stringify(document.documentElement.scrollWidth <= innerWidth)"))


def reopen(desk: Device) -> None:
    if not desk[".panel-labels"].count():
        desk.tap("#print")
    expect(desk[".sheet-of-paper img"]).to_be_visible()


# ---- ways of the floor

def test_ways_are_laid_and_a_plan_on_them_is_played_again(
    desk: Device, hire: Hire, warehouse: World, books: Books, gallery: Gallery
) -> None:
    desk.tap("#floor-more summary")
    desk.tap("#add-cross_aisles_mm")
    desk["#floor-cross_aisles_mm-0"].fill("27000")
    desk.may_complain(REFUSED)
    desk.tap("#floor-save")
    desk.put_away("layout.cross_aisle_outside")
    desk["#floor-cross_aisles_mm-0"].fill("13500")
    desk.tap("#add-one_way")
    desk["#floor-one_way-0"].fill("2")
    desk["#floor-one_way-0-towards"].select_option("front")
    desk.tap("#add-obstacles")
    for name, value in (("", "3"), ("-from", "4900"), ("-to", "7000")):
        desk[f"#floor-obstacles-0{name}"].fill(value)
    expect(desk[".way-cross"]).to_have_count(1)
    expect(desk[".way-shut"]).to_have_count(1)
    desk.tap("#floor-save")
    desk.put_away("layout.bins_unreachable")
    desk["#floor-obstacles-0-to"].fill("5900")  # between two bays
    gallery.look(desk, "layout-ways", SIZES, DESK)
    desk.tap("#floor-save")
    desk.put_away("ui.layout.floor_saved")
    (row,) = books.rows("SELECT cross_aisles_mm, one_way, obstacles FROM warehouse")
    assert row.cross_aisles_mm == [13_500]
    assert row.one_way == [{"aisle": 1, "towards": "front"}]
    assert row.obstacles == [{"aisle": 2, "from_mm": 4_900, "to_mm": 5_900}]

    number = Office(warehouse.url).release(24, 4)
    board = hire("/board", 1440, 900)
    board.sign_in("S01", PIN)
    board.at_desk()
    expect(board[".floor .way-one"]).not_to_have_count(0)
    play_again(board, number)
    carts = books.one("SELECT count(*) FROM wave_cart")
    plan = '.replay-side[data-side="plan"]'
    expect(board[f"{plan} .replay-cart"]).to_have_count(carts)
    expect(board['.replay-side[data-side="baseline"] .replay-cart']).not_to_have_count(0)
    expect(board[f'{plan} .replay-cart[data-phase="walks"]']).not_to_have_count(0)
    gallery.look(board, "board-replay", ((1440, 900), (1280, 800)), DESK, again=lambda: play_again(board, number))
    board["#replay-at"].fill("1000")
    expect(board[f"{plan} .replay-metres"]).to_have_attribute("data-done", str(carts))
    expect(board[f"{plan} .replay-stop:not(.replay-lit)"]).to_have_count(0)
    board.tap("#replay-play")
    expect(board["#replay-play"]).to_have_attribute("data-playing", "yes")
    board.page.keyboard.press("Escape")
    expect(board[".panel-replay"]).to_have_count(0)


def play_again(board: Device, number: int) -> None:
    """The replay of a wave in the middle of it."""
    if not board['.drawer[data-drawer="wave"]'].count():
        board.tap(f'.wave[data-wave="{number}"] .wave-open')
    if not board[".panel-replay"].count():
        board.tap("#replay")
    board["#replay-at"].fill("300")
    expect(board["#replay-play"]).to_have_attribute("data-playing", "no")
