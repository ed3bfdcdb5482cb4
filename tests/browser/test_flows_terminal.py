"""A device learns its scanner, prints a label, reports a problem, and reads a code with its camera."""
from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from browser_hands import Device
from browser_looks import HANDHELD, Gallery
from browser_orders import Books
from browser_work import quiet
from conftest import PATIENCE_MS, Hire
from PIL import Image
from playwright.sync_api import Browser, expect

from bench.chromium import ARGUMENTS, program
from bench.world import World
from printers.barcodes import qr
from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=20, pickers=4, packers=1, stations=1, carts=2, totes=20)
TERMINAL = ((360, 640), (320, 480))
SENT = "]C110Yz-1|21Test"  # the test code, from a scanner that names the kind of barcode and sends | for GS


def test_a_device_learns_its_scanner_and_prints_and_reports(hire: Hire, gallery: Gallery, books: Books) -> None:
    device = hire("/terminal", 360, 640)
    look = partial(_look, gallery, device)
    learn_scanner(device, look)
    device.sign_in("]C1S01", PIN)  # what the scanner puts before a code is gone by now
    device.at("home")
    place = books.one("SELECT code FROM bin WHERE kind = 'pick' ORDER BY id LIMIT 1")
    print_label(device, look, place)
    assert books.one("SELECT count(*) FROM print_job WHERE document = 'bin_label'") == 2
    report(device, look, place)
    (row,) = books.rows("SELECT about, code, reason, note, status, photos FROM problem")
    assert (row.about, row.code, row.reason, row.note, row.status) == ("bin", place, "blocked", "A pallet", "open")
    assert len(row.photos) == 1


def learn_scanner(device: Device, look: Callable[..., None]) -> None:
    device.at("login", "badge")
    look("login")
    device.tap("#set-up-scanner")
    device.at("scanner_read")
    look("scanner-read")
    device.page.keyboard.type("10yZ-1|21tEST")
    device.page.keyboard.press("Enter")
    expect(device["#fault"]).to_have_attribute("data-fault", "caps")
    look("scanner-fault")
    device.page.keyboard.type(SENT)
    device.page.keyboard.press("Tab")
    device.at("scanner_known")
    expect(device["#facts"]).to_contain_text("|")
    look("scanner-known")
    device.tap("#leave")
    device.at("login", "badge")


def print_label(device: Device, look: Callable[..., None], place: str) -> None:
    device.tap("#tile-label")
    device.at("label_scan")
    look("label-scan")
    device.scan(place)
    device.at("label_choose")
    look("label-choose", again=partial(scanned, device, place, "label_choose"))
    device.tap("#copies")
    device.type_number(2)
    device.tap("#print")
    device.told("printing.label_asked", "ok", "ok")
    device.at("label_scan")
    device.tap("#home")


def report(device: Device, look: Callable[..., None], place: str) -> None:
    device.tap("#tile-problem")
    device.at("problem_what")
    look("problem-what")
    device.scan(place)
    device.at("problem_why")
    look("problem-why", again=partial(scanned, device, place, "problem_why"))
    device.tap("#reason-blocked")
    device.at("problem_sent")
    device.tap("#words")
    device["#asked-text"].fill("A pallet")
    device.tap("#asked-ok")
    expect(device["#reported"]).to_contain_text("A pallet")
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(picture, "PNG")  # the page makes a small JPEG of whatever the camera gives
    device["#photo input"].set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()})
    device.told("ui.problem.photo_kept", "ok", "ok")


def _look(gallery: Gallery, device: Device, name: str, again: Callable[[], None] | None = None) -> None:
    gallery.look(device, f"terminal-{name}", TERMINAL, HANDHELD, again=again or partial(quiet, device))


def scanned(device: Device, code: str, screen: str) -> None:
    """A change of language asks the server where this person stands: the scan is made again."""
    quiet(device)
    if not device[f'[data-screen="{screen}"]'].count():
        device.scan(code)
        device.at(screen)


# ---- the camera

@pytest.fixture
def seeing(chromium: Browser, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera looks at a badge."""
    film = tmp_path / "badge.y4m"
    code = qr("badge", "S01", side=300, dpi=203)
    grey = np.full((480, 640), 230, dtype=np.uint8)
    grey[60 : 60 + code.shape[0], 120 : 120 + code.shape[1]] = np.where(code, 20, 250)
    colours = np.full(480 * 640 // 2, 128, dtype=np.uint8)
    frame = b"FRAME\n" + grey.tobytes() + colours.tobytes()
    film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 3)
    looks = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    browser = chromium.browser_type.launch(
        executable_path=program(), args=[*ARGUMENTS, *looks, f"--use-file-for-fake-video-capture={film}"]
    )
    yield browser
    browser.close()


def test_a_camera_reads_a_badge_and_is_switched_off(seeing: Browser, warehouse: World) -> None:
    device = Device(seeing, warehouse.url, "/terminal", 360, 640, PATIENCE_MS)
    device.at("login", "badge")
    expect(device["#camera"]).to_have_count(0)
    device.tap('.scan-hand[aria-pressed="false"]')
    device.tap("#camera")
    device.at("login", "pin")
    expect(device[".camera"]).to_have_count(0)
    device.context.close()
    assert device.complaints == []
