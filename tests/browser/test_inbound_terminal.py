"""A truck comes: received by GS1 scans on a handheld, looked at, put away; every picture is looked at too."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import HANDHELD, Gallery
from browser_orders import Books
from conftest import Hire
from playwright.sync_api import expect

from bench.world import World
from wms.demo.load import PALLET, PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=30, pickers=1, packers=1, stations=1, carts=1, totes=9)
SIZES = ((360, 640), (320, 480))


def prepare(data: Path) -> None:
    """The demo's two trucks are enough."""


def scan_gs1(device: Device, *parts: str) -> None:
    """A scanner that sends the separator as Ctrl+]: the parts of a label, each but the last ended by one."""
    device._last = ""
    for number, part in enumerate(parts):
        if number:
            device.page.keyboard.press("Control+]")
        device.page.keyboard.type(part)
    device.page.keyboard.press("Enter")


def receiver(hire: Hire, tile: str) -> Device:
    device = hire("/terminal", 360, 640)
    device.sign_in("R01", PIN)
    device.at("home")
    device.tap(tile)
    return device


def line(books: Books, receipt: str, position: int) -> tuple[str, str, str, str, int]:
    """(EAN, GTIN of the case, lot, expiry as on a label, pieces) of a line."""
    row = books.rows(
        "SELECT max(b.code) FILTER (WHERE b.packaging_id IS NULL) AS ean, "
        "max(b.code) FILTER (WHERE b.packaging_id > 0) AS box, l.lot, "
        "coalesce(to_char(l.expires_on, 'YYMMDD'), '') AS day, l.qty "
        "FROM receipt_line l JOIN receipt r ON r.id = l.receipt_id JOIN barcode b ON b.sku_id = l.sku_id "
        "WHERE r.number = %s AND l.position = %s GROUP BY l.id",
        receipt, position,
    )[0]  # fmt: skip
    return tuple(row)


def received(books: Books, number: str) -> int:
    return int(books.rows(
        "SELECT coalesce(sum(l.received), 0) FROM receipt_line l JOIN receipt r ON r.id = l.receipt_id "
        "WHERE r.number = %s", number,
    )[0][0])  # fmt: skip


def test_a_truck_is_received_and_put_away(hire: Hire, warehouse: World, books: Books, gallery: Gallery) -> None:
    device = receiver(hire, "#tile-receive")
    look = looking(gallery, device)
    device.at("receive_choose")
    look("receive-choose")
    device.scan("ASN-1001")
    device.at("receive_scan")
    device.scan(f"00{PALLET}")
    device.told("inbound.pallet_in", "ok", "ok")
    expect(device["#progress"]).not_to_have_attribute("data-received", "0")
    before = received(books, "ASN-1001")
    by_cases(device, books, look)
    assert received(books, "ASN-1001") == before + 26
    a_doubtful_label(device, books, look)
    too_many(device, books, look)
    nobody_knows(device, books, look)
    what_is_missing(device, look)
    put_away(hire, books, gallery)
    assert warehouse.check()["ok"]


Look = Callable[..., None]


def looking(gallery: Gallery, device: Device) -> Look:
    """`look(name, again)`: `again` brings back what a change of language, which connects anew, takes away."""

    def look(name: str, again: Callable[[], object] | None = None, keep: str | None = None) -> None:
        gallery.look(device, name, SIZES, HANDHELD, again=again, keep=keep)

    return look


def bring(device: Device, screen: str, act: Callable[[], None]) -> Callable[[], None]:
    """Do it again unless this screen is shown."""

    def again() -> None:
        if not device[f'[data-screen="{screen}"]'].count():
            act()
        device.at(screen)

    return again


def by_cases(device: Device, books: Books, look: Look) -> None:
    """Two cases by their labels, two loose pieces by a tap: one scan says item, lot and date."""
    _, case, lot, expires, pieces = line(books, "ASN-1001", 3)
    assert pieces == 26
    scan_gs1(device, f"01{case}17{expires}10{lot}")
    device.at("receive_item", "count")
    device.shows("#quantity", 12)
    device._last = ""
    device.page.wait_for_timeout(200)
    scan_gs1(device, f"01{case}10{lot}", f"17{expires}")
    device.shows("#quantity", 24)
    device.tap("#plus-1")
    device.shows("#quantity", 25)
    device.tap("#qty")
    device.type_number(26)
    device.shows("#quantity", 26)
    look("receive-item", keep="en")
    device.tap("#take")
    device.told("inbound.taken", "ok", "ok")
    device.at("receive_scan")
    look("receive-scan")


def a_doubtful_label(device: Device, books: Books, look: Look) -> None:
    """The separator is missing: the lot is asked for, and chosen among those announced."""
    ean, _, lot, expires, _ = line(books, "ASN-1001", 4)
    with books.still():
        scan_gs1(device, f"010{ean}10{lot}17{expires}")
        device.at("receive_item", "lot")
        look("receive-lot")
    device.tap(f"#lot-{lot}")
    device.at("receive_item", "count")
    device.tap("#rest")
    device.tap("#take")
    device.at("receive_scan")


def too_many(device: Device, books: Books, look: Look) -> None:
    """One more than was announced is refused, and put back."""
    ean, _, lot, expires, _ = line(books, "ASN-1001", 4)
    with books.still():
        scan_gs1(device, f"010{ean}17{expires}10{lot}")
        device.at("receive_item", "count")
        device.tap("#take")
        device.told("inbound.over_receipt", "stop", "error")
        look("receive-over")
        device.acknowledge()
    device.tap("#drop")
    device.at("receive_scan")


def nobody_knows(device: Device, books: Books, look: Look) -> None:
    device.scan("4006381333931")
    device.at("receive_unknown")
    device.told("inbound.unknown_goods", "warning", "warning")
    look("receive-unknown")
    device.tap("#aside")
    device.type_number(2)
    device["#asked-text"].fill("blue box")
    device.tap("#asked-ok")
    device.at("receive_scan")
    assert [tuple(row) for row in books.rows("SELECT qty, note FROM receipt_aside")] == [(2, "blue box")]
    device["#photo input"].set_input_files(
        files=[{"name": "photo.png", "mimeType": "image/png", "buffer": a_picture()}]
    )
    device.told("ui.receive.photo_kept", "ok", "ok")
    assert len(books.rows("SELECT 1 FROM receipt_photo WHERE aside_id IS NOT NULL")) == 1


def a_picture() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (2400, 1200), "#3366aa").save(out, "PNG")
    return out.getvalue()


def what_is_missing(device: Device, look: Look) -> None:
    device.tap("#done")
    device.at("receive_short")
    expect(device[".list-row"]).to_have_count(2)
    look("receive-short", bring(device, "receive_short", lambda: device.tap("#done")))
    device.tap("#short-confirm")
    device.tap("#choice-backorder")
    device.told("inbound.finished_printed", "ok", "ok")
    device.at("receive_choose")
    expect(device['[data-receipt="ASN-1001"]']).to_have_count(0)
    device.tap("#home")


def put_away(hire: Hire, books: Books, gallery: Gallery) -> None:
    """The pallet and the loose goods onto the truck, then one bin after the other."""
    device = receiver(hire, "#tile-putaway")
    look = looking(gallery, device)
    device.at("putaway_load")
    look("putaway-dock")
    device.scan(f"00{PALLET}")
    expect(device["#truck"]).to_have_attribute("data-count", "1")
    ean = line(books, "ASN-1001", 3)[0]
    device.scan(ean)
    expect(device["#truck"]).to_have_attribute("data-count", "2")
    look("putaway-truck")
    device.tap("#go")
    device.at("putaway_walk", "bin")
    look("putaway-walk", bring(device, "putaway_walk", lambda: device.tap("#go")))
    told = device["#location"].inner_text().replace("\n", "")
    other = books.rows("SELECT code FROM bin WHERE kind = 'pick' ORDER BY id DESC LIMIT 1")[0][0]
    with books.still():
        device.scan(other)
        device.at("putaway_other")
        look("putaway-other", bring(device, "putaway_other", lambda: stand_again(device, other)))
        device.tap("#back")
        device.at("putaway_walk", "bin")
    device.scan(told)
    device.at("putaway_put")
    look("putaway-put")
    device.scan(told)
    device.told("inbound.put", "ok", "ok")
    while device['[data-screen="putaway_walk"]'].count():
        told = device["#location"].inner_text().replace("\n", "")
        device.scan(told)
        device.at("putaway_put")
        device.tap("#put")
        expect(device['[data-screen="putaway_put"]']).to_have_count(0)
    device.at("putaway_load")
    assert books.rows("SELECT 1 FROM putaway_task WHERE status <> 'done'") == []


def stand_again(device: Device, code: str) -> None:
    if device["#go"].count():
        device.tap("#go")
        device.at("putaway_walk")
    device.scan(code)


def test_goods_are_checked(hire: Hire, books: Books, gallery: Gallery) -> None:
    device = receiver(hire, "#tile-receive")
    expect(device['[data-screen="receive_choose"], [data-screen="receive_scan"]']).to_have_count(1)
    if device["#leave"].count():  # whoever was here before went away in the middle
        device.tap("#leave")
    device.at("receive_choose")
    device.tap('[data-receipt="PO-2001"]')
    device.at("receive_scan")
    ean = line(books, "PO-2001", 1)[0]
    device.scan(ean)
    device.at("receive_item", "count")
    device.tap("#rest")
    device.tap("#take")
    device.told("inbound.taken_to_check", "info", "step")
    device.tap("#leave")
    device.at("receive_choose")
    device.tap("#home")
    device.tap("#tile-check")
    device.at("check_list")
    look = looking(gallery, device)
    look("check-list")
    device.scan(ean)
    device.at("check_one")
    device.shows("#sample", 1)
    look("check-one", bring(device, "check_one", lambda: device.scan(ean)))
    device.tap("#some-bad")
    device.type_number(0)
    device.told("inbound.released", "ok", "ok")
    assert [tuple(row) for row in books.rows("SELECT status, defects FROM quality_check")] == [("released", 0)]
