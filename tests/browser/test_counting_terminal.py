"""Counting and filling pick faces on the handheld, by people who make mistakes and lose their link."""
from __future__ import annotations

from functools import partial

import pytest
from browser_hands import Device
from browser_looks import HANDHELD, Gallery
from browser_orders import Books
from browser_work import quiet
from conftest import Hire
from playwright.sync_api import expect

from wms.demo.load import PIN

pytestmark = pytest.mark.browser

TERMINAL = ((360, 640), (320, 480))


def lying(books: Books, bin: str) -> list[tuple[str, int]]:
    """(SKU, pieces) that the books know in a bin."""
    rows = books.rows(
        "SELECT k.code, sum(b.on_hand)::int AS qty FROM stock_balance b JOIN sku k ON k.id = b.sku_id "
        "JOIN bin ON bin.id = b.bin_id WHERE bin.code = %s AND b.on_hand > 0 GROUP BY 1 ORDER BY 1", bin,
    )  # fmt: skip
    return [(row.code, row.qty) for row in rows]


def test_a_bin_is_counted_blind_and_another_offline(hire: Hire, books: Books, gallery: Gallery) -> None:
    device = hire("/terminal", 360, 640, shelf=True)
    device.may_complain("WebSocket", "ERR_INTERNET_DISCONNECTED", "net::")
    device.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    look = partial(gallery.look, device, sizes=TERMINAL, rules=HANDHELD)
    device.sign_in("P02", PIN)
    device.at("home")
    look("home", again=partial(quiet, device))
    device.tap("#tile-count")
    device.at("count_none")
    look("count-none", again=partial(quiet, device))
    device.tap("#next")
    device.at("count_bin", "bin")
    look("count-bin", again=partial(quiet, device))
    device.scan("no such bin")
    device.told("catalog.unknown_code", "stop", "error")
    bin = device["#location"].inner_text().replace("\n", "")
    ((sku, qty), *others) = lying(books, bin)
    assert not others
    device.scan(bin)
    device.at("count_items", "items")
    look("count-first", again=partial(quiet, device))
    for _ in range(3):
        device.scan(sku)
    device.shows("#pieces", 3)
    assert str(qty) not in device[".middle"].inner_text().replace(sku, "")
    look("count-items", again=partial(quiet, device))
    device.tap("#qty")
    look("count-quantity", again=partial(device.tap, "#qty"))
    device.type_number(qty - 1)
    device.shows("#quantity", qty - 1)
    device.tap("#done")
    device.at("count_none")
    assert lying(books, bin) == [(sku, qty - 1)]

    device.tap("#next")
    device.at("count_bin", "bin")
    bin = device["#location"].inner_text().replace("\n", "")
    ((sku, qty), *_) = lying(books, bin)
    device.scan(bin)
    device.at("count_items", "items")
    device.scan(sku)
    device.shows("#pieces", 1)
    device.context.set_offline(True)
    expect(device['[data-lamp="offline"]']).to_be_visible()
    device.scan(sku)
    device.told("ui.count.kept", "queued", "queued")
    device.page.reload()  # from the shelf, at the same bin
    device.at("count_items", "items")
    expect(device['#unsent[data-safe="yes"]']).to_have_attribute("data-count", "1")
    device.tap("#done")
    device.at("count_kept")
    look_offline(device, gallery)
    device.context.set_offline(False)
    device.at("count_none")
    rows = books.rows("SELECT l.counted, l.outcome FROM count_line l JOIN sku k ON k.id = l.sku_id "
                      "WHERE k.code = %s ORDER BY l.id DESC LIMIT 1", sku)  # fmt: skip
    assert (rows[0].counted, rows[0].outcome) == (2, "again" if qty > 3 else rows[0].outcome)


def look_offline(device: Device, gallery: Gallery) -> None:
    gallery._look_once(device, "count-kept", TERMINAL[0], HANDHELD)


def test_a_pick_face_is_filled(hire: Hire, books: Books, gallery: Gallery) -> None:
    device = hire("/terminal", 360, 640)
    look = partial(gallery.look, device, sizes=TERMINAL, rules=HANDHELD)
    device.sign_in("P03", PIN)
    device.tap("#tile-replenish")
    device.at("replenish_none")
    look("replenish-none", again=partial(quiet, device))
    carried = []
    for turn in range(2):
        device.tap("#next")
        device.at("replenish_go", "source")
        task = books.rows(
            "SELECT t.id, f.code AS source, o.code AS face, k.code AS sku, t.qty FROM replenish_task t "
            "JOIN bin f ON f.id = t.from_bin_id JOIN bin o ON o.id = t.to_bin_id JOIN sku k ON k.id = t.sku_id "
            "WHERE t.status = 'assigned'")[0]  # fmt: skip
        if not turn:
            look("replenish-go", again=partial(quiet, device))
            device.scan(task.face)
            device.told("replenishment.wrong_source", "stop", "error")
        device.scan(task.source)
        device.at("replenish_take", "item")
        if not turn:
            look("replenish-take", again=partial(quiet, device))
            device.tap("#short")
            look("replenish-short", again=partial(device.tap, "#short"))
            expect(device['.sheet [data-key="ok"]']).to_be_disabled()
            device.tap('.sheet [data-key="7"]')
            device.shows("#typed", 7)
            expect(device['.sheet [data-key="ok"]']).to_be_enabled()
            device.tap("#sheet-close")
        device.scan(task.sku)
        device.at("replenish_put", "face")
        carried.append(task)
    look("replenish-put", again=partial(quiet, device))
    for task in carried:
        before = dict(lying(books, task.face)).get(task.sku, 0)
        device.scan(task.face)
        device.told("replenishment.done", "ok", "ok")
        quiet(device)
        assert dict(lying(books, task.face))[task.sku] == before + task.qty
    device.at("replenish_none")
