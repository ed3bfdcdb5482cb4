"""What a supervisor does on the board to a wave that is on its way."""
from __future__ import annotations

import re

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import SHOP, Books
from browser_work import Office, take_cart_and_totes
from conftest import Hire
from playwright.sync_api import expect

from bench.world import World
from wms.demo.load import PIN

pytestmark = pytest.mark.browser

WALL = ((1440, 900),)


def test_actions_on_the_spot(hire: Hire, warehouse: World, books: Books, gallery: Gallery) -> None:
    picker, board, office = hire("/terminal", 360, 640), hire("/board", 1440, 900), Office(warehouse.url)
    board.sign_in("S01", PIN)
    board.at_desk()
    picker.sign_in("P01", PIN)
    picker.tap("#tile-pick")
    picker.at("pick_wait")
    number = office.release(3, 1, shop=SHOP)
    take_cart_and_totes(picker, "CART-01", ["T-0001"])
    card = f'.wave[data-wave="{number}"]'

    # Pause and go on.
    expect(board[card]).to_be_visible()
    board[card].get_by_role("button", name="Pause", exact=True).click()  # once the board knows that it was released
    board.put_away("waves.paused")
    expect(board[f'{card}[data-paused="true"]']).to_be_visible()
    assert books.one("SELECT paused_at IS NOT NULL FROM wave WHERE number = %s", number)
    board[f"{card} .acts .act"].first.click()
    board.put_away("waves.resumed")

    # Carts that nobody has begun become a wave of their own; an order is taken out.
    board.tap(f"{card} .wave-open")
    expect(board['.drawer[data-drawer="wave"] .row-cart']).to_have_count(3)
    ticks = board['.drawer input[id^="cart-"]']
    expect(ticks).to_have_count(2)
    ticks.first.check()
    gallery.look(board, "board-ticked", sizes=WALL, rules=DESK, again=lambda: reopen(board, card))
    board.tap("#split-carts")
    board.put_away("picking.split")
    expect(board['.drawer[data-drawer="wave"] .row-cart']).to_have_count(2)
    board['.drawer input[id^="order-"]'].last.check()
    board.tap("#pull-orders")
    board.tap("#pull-orders")
    board.put_away("waves.pulled")
    left = "SELECT count(*) FROM wave_order o JOIN wave w ON w.id = o.wave_id WHERE w.number = %s AND o.active"
    assert books.one(left, number) == 1

    # Somebody is asked to stop, and their order too.
    board.page.keyboard.press("Escape")
    board['[data-person="Ann"]'].click()
    board.tap("#send-home")
    board.put_away("picking.going_home")
    picker.told("ui.life.why.send_home", "warning", "warning")
    order = books.one("SELECT o.number FROM sales_order o JOIN wave_order w ON w.order_id = o.id "
                      "JOIN wave ON wave.id = w.wave_id WHERE w.active AND wave.number = %s", number)  # fmt: skip
    board["#find"].fill(order)
    board.page.keyboard.press("Enter")
    board["#why"].fill("wrong address")
    board.tap("#stop-order")
    board.put_away("picking.intercepted")
    expect(board["#let-on"]).to_be_visible()
    gallery.look(board, "board-stopped", sizes=WALL, rules=DESK, again=lambda: find(board, order))
    board.tap("#let-on")
    board.put_away("picking.let_on")
    assert books.one("SELECT confirmation FROM sales_order WHERE number = %s", order) == "confirmed"


def reopen(board: Device, card: str) -> None:
    if not board['.drawer[data-drawer="wave"]'].count():
        board.tap(f"{card} .wave-open")
    tick = board['.drawer input[id^="cart-"]'].first
    expect(tick).to_be_visible()
    tick.check()
    expect(board["#split-carts"]).to_have_text(re.compile("1"))


def find(board: Device, order: str) -> None:
    if not board['.drawer[data-drawer="order"]'].count():
        board["#find"].fill(order)
        board.page.keyboard.press("Enter")
    expect(board["#let-on"]).to_be_visible()
