"""The label designer: elements by mouse and keys, the very dots, faults by element, versions, a test on paper."""
from __future__ import annotations

import base64
import io
from functools import partial
from pathlib import Path

import pytest
import zxingcpp
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import Books
from conftest import Hire
from PIL import Image
from playwright.sync_api import expect

from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=10, pickers=1, packers=1, stations=1, carts=1, totes=9)
SIZES = ((1280, 800), (1024, 768))
REFUSED = r"Failed to load resource"  # what the browser says of every answer that is no success
ROUTE, ADDRESS, QR = "#part-e6", "#part-e13", "#part-e28"


def prepare(data: Path) -> None:
    """The demo as it is."""


def at_templates(hire: Hire) -> Device:
    desk = hire("/templates", *SIZES[0])
    desk.sign_in("S01", PIN)
    expect(desk["#template-new"]).to_be_enabled()
    return desk


def drawn(desk: Device) -> Image.Image:
    """The picture of the label, once it shows what was changed last."""
    expect(desk['.design[data-waiting="no"]']).to_be_visible()
    source = desk["#paper img"].get_attribute("src") or ""
    return Image.open(io.BytesIO(base64.b64decode(source.split(",")[1])))


def codes(picture: Image.Image) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(picture.convert("L"))}


def drag(desk: Device, selector: str, dx: float, dy: float) -> None:
    box = desk[selector].bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    desk.page.mouse.move(x + dx, y + dy, steps=6)
    desk.page.mouse.up()


def number(desk: Device, name: str) -> float:
    return float(desk[f"#el-{name}"].input_value())


def begun(desk: Device, media: str, document: str = "waybill") -> None:
    desk.tap("#template-new")
    desk["#new-document"].select_option(document)
    desk["#new-media"].fill(media)
    desk.tap("#template-make")
    expect(desk["#paper img"]).to_be_visible()


def test_a_label_is_arranged_tried_saved_published_and_brought_back(hire: Hire, books: Books) -> None:
    desk = at_templates(hire)
    desk.may_complain(REFUSED)
    begun(desk, "100x180")
    first = drawn(desk)
    assert (first.size, codes(first)) == ((800, 1440), {"TEST78901234"})

    drag(desk, ADDRESS, 0, 30)  # by mouse
    address_y = number(desk, "y")
    moved = drawn(desk)
    assert moved.tobytes() != first.tobytes()
    drag(desk, f"{ADDRESS} .design-s", 0, -20)
    assert (number(desk, "y"), number(desk, "h") < 20.5) == (address_y, True)
    drawn(desk)
    desk.page.keyboard.press("Control+z")
    desk.page.keyboard.press("Control+z")
    assert drawn(desk).tobytes() == first.tobytes()
    expect(desk['.design[data-dirty="no"]']).to_be_visible()
    desk.page.keyboard.press("Control+y")
    assert drawn(desk).tobytes() == moved.tobytes()
    desk.page.keyboard.press("Control+z")

    desk[ROUTE].focus()  # by keys
    x, w = number(desk, "x"), number(desk, "w")
    for key in ("Shift+ArrowDown", "ArrowRight", "ArrowRight", "Alt+ArrowRight", "Control+ArrowLeft"):
        desk.page.keyboard.press(key)
    expect(desk["#el-x"]).to_have_value(f"{x + 1.1:g}")
    expect(desk["#el-w"]).to_have_value(f"{w - 0.5:g}")
    desk.page.keyboard.press("Tab")
    expect(desk["#part-e7"]).to_be_focused()

    desk[QR].focus()  # a fault is named by its element, and nothing can be saved with it
    desk["#el-field"].select_option("recipient.name")
    expect(desk['[data-problem="not_printable"][data-element="e28"]']).to_be_visible()
    expect(desk[f"{QR}.design-wrong"]).to_be_visible()
    expect(desk["#publish"]).to_be_disabled()
    desk["#el-field"].select_option("waybill_number")
    expect(desk['[data-problem]']).to_have_count(0)
    desk["#sample"].select_option("hostile")
    expect(desk[".design-verdict small"]).to_contain_text("😀")
    assert codes(drawn(desk)) == {"TEST78901234"}
    desk["#row-e6"].click()
    desk["#el-rule"].select_option("refuse")
    desk["#el-size"].fill("40")
    expect(desk['[data-problem="text_too_long"][data-element="e6"]']).to_be_visible()
    desk.page.keyboard.press("Control+z")
    desk.page.keyboard.press("Control+z")
    expect(desk['[data-problem]']).to_have_count(0)

    desk.page.keyboard.press("Control+s")
    expect(desk['.design[data-dirty="no"]']).to_be_visible()
    assert books.rows("SELECT newest, published FROM label_template") == [(2, None)]
    desk.tap("#publish")
    expect(desk[".design-bar .office-tag-good"]).to_have_text("Version 2 prints")
    desk.tap("#versions")
    desk.tap("#bring-1")
    expect(desk["[data-drawer]"]).to_have_count(0)
    desk["#sample"].select_option("usual")
    assert drawn(desk).tobytes() == first.tobytes()
    desk.tap("#test")
    desk.tap("#test-print")
    expect(desk['.toast[data-kind="ok"]:has-text("printer")']).to_be_visible()
    tests = "SELECT number, document_id < 0 FROM print_job JOIN label_template_version v ON v.id = template_version_id"
    assert books.rows(tests) == [(3, True)]


def test_a_label_of_gs1_is_arranged_and_its_codes_say_what_they_are(hire: Hire) -> None:
    desk = at_templates(hire)
    begun(desk, "70x50", "gs1_label")
    whole, key = "(01)00200000012342(17)271031(10)L20261101", "(01)00200000012342"
    assert codes(drawn(desk)) == {whole, key}
    desk["#row-e5"].click()  # the bars say everything, if there is room
    desk["#el-field"].select_option("code")
    expect(desk['[data-problem="code_too_small"][data-element="e5"]']).to_be_visible()
    desk.page.keyboard.press("Control+z")
    desk.tap("#add-datamatrix")
    expect(desk["#el-field"]).to_have_value("code")


def test_looks(hire: Hire, gallery: Gallery) -> None:
    desk = at_templates(hire)
    desk.may_complain(REFUSED)
    look = partial(gallery.look, desk, sizes=SIZES, rules=DESK)
    begun(desk, "100x150")
    look("design", again=partial(at_rest, desk), keep="en")
    desk["#sample"].select_option("long")
    desk["#el-rule"].select_option("refuse")
    expect(desk['[data-problem]']).not_to_have_count(0)
    look("design-problem", again=partial(at_rest, desk))
    desk.page.keyboard.press("Control+z")
    look("design-versions", again=partial(opened, desk, "#versions", "#version-list"))
    desk.page.keyboard.press("Escape")
    look("design-test", again=partial(opened, desk, "#test", '[data-panel="template-test"]'))
    desk.page.keyboard.press("Escape")
    desk.page.goto(desk.url + "/templates")
    look("templates", again=lambda: expect(desk["#templates tbody tr"]).not_to_have_count(0))


def at_rest(desk: Device) -> None:
    drawn(desk)
    desk[ADDRESS].focus()


def opened(desk: Device, opener: str, shown: str) -> None:
    if not desk[shown].count():
        desk.tap(opener)
    expect(desk[shown]).to_be_visible()
