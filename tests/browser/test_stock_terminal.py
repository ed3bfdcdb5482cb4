"""Moving goods and looking things up on a handheld, as a person does it, in every language and size."""
from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from browser_hands import Device
from browser_looks import HANDHELD, Gallery
from browser_orders import Books
from browser_work import quiet
from conftest import Hire
from playwright.sync_api import expect

from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=20, pickers=4, packers=1, stations=1, carts=2, totes=20)
TERMINAL = ((360, 640), (320, 480))

Look = Callable[..., None]


def test_goods_are_moved_and_looked_up(hire: Hire, gallery: Gallery, books: Books) -> None:
    two = books.rows(
        "SELECT bin.code AS bin, barcode.code AS barcode, b.on_hand, b.bin_id, b.sku_id FROM stock_balance b "
        "JOIN (SELECT id, code, kind FROM bin) bin ON bin.id = b.bin_id JOIN barcode ON barcode.sku_id = b.sku_id "
        "WHERE bin.kind = 'pick' AND b.on_hand - b.held > 9 ORDER BY b.id LIMIT 2"
    )  # fmt: skip
    goods, other = two
    device = hire("/terminal", 360, 640)
    device.sign_in("S01", PIN)
    look = partial(_look, gallery, device)
    device.at("home")
    look("home")
    device.tap("#tile-move")
    device.at("move_from")
    look("move-from")
    device.scan(goods.bin)
    device.at("move_hand", "item")
    look("move-item")
    device.scan(other.barcode)
    device.told("stock.none_here", "stop", "error")
    look("move-none", again=partial(refused, device, other.barcode))
    device.acknowledge()
    device.scan(goods.barcode)
    device.at("move_hand", "target")
    device.shows("#quantity", 1)
    device.tap("#qty")
    look("move-quantity", again=partial(reopened, device))
    device.type_number(7)
    device.shows("#quantity", 7)
    look("move-target")
    device.scan(other.bin)
    device.at("move_from")
    there = "SELECT on_hand FROM stock_balance WHERE bin_id = {} AND sku_id = {}"
    assert books.one(there.format(goods.bin_id, goods.sku_id)) == goods.on_hand - 7
    assert books.one(there.format(other.bin_id, goods.sku_id)) == 7
    look_things_up(device, look, goods, other)


def look_things_up(device: Device, look: Look, goods, other) -> None:
    device.tap("#home")
    device.tap("#tile-lookup")
    device.at("lookup_scan")
    look("lookup")
    device.scan(other.bin)
    device.at("lookup_show", "bin")
    expect(device["#places .list-row"]).to_have_count(2)
    look("lookup-bin", again=partial(looked, device, other.bin, "bin"))
    device.scan(goods.barcode)
    device.at("lookup_show", "sku")
    look("lookup-item", again=partial(looked, device, goods.barcode, "sku"))
    device.scan("S01")
    device.at("lookup_show", "person")
    device.scan("nothing-has-this")
    device.told("catalog.unknown_code", "stop", "error")


def _look(gallery: Gallery, device: Device, name: str, again: Callable[[], None] | None = None) -> None:
    gallery.look(device, f"terminal-{name}", TERMINAL, HANDHELD, again=again or partial(quiet, device))


def refused(device: Device, code: str) -> None:
    quiet(device)
    device.scan(code)
    expect(device["#ack"]).to_be_visible()


def reopened(device: Device) -> None:
    if not device[".sheet .key"].count():
        quiet(device)
        device.tap("#qty")


def looked(device: Device, code: str, kind: str) -> None:
    """A change of language asks the server where this person stands: the scan is made again."""
    quiet(device)
    if not device[f'[data-screen="lookup_show"][data-step="{kind}"]'].count():
        device.scan(code)
        device.at("lookup_show", kind)
