"""The demo with its virtual shops and carriers: orders come by themselves, and get their numbers."""
from __future__ import annotations

import random
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import requests

from bench.world import World, world
from wms.channels.virtual.shop import VirtualShop
from wms.demo import outside
from wms.demo.buyers import FRONTS, MOST_WAITING, Buyers
from wms.demo.children import end_leftovers
from wms.demo.load import PIN, Size
from wms.shipping.carriers.standins import StandIns

PATIENCE_S = 120  # a busy machine is slow, not broken
GOODS = [(f"D{nr:04}", 20 + nr) for nr in range(1, 20)]
ARRIVED = """
    SELECT s.code FROM sales_order o JOIN shop s ON s.id = o.shop_id JOIN channel_account a ON a.shop_id = s.id
    WHERE o.confirmation = 'confirmed' AND o.processing = 'waiting'
"""
NUMBERED = """
    SELECT c.plugin, w.number FROM waybill w JOIN carrier c ON c.id = w.carrier_id JOIN parcel p ON p.id = w.parcel_id
    JOIN sales_order o ON o.id = p.order_id JOIN channel_account a ON a.shop_id = o.shop_id WHERE w.status = 'issued'
"""


def until(found, what):
    """What is found at last, other than nothing."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if seen := found():
            return seen
        time.sleep(0.2)
    raise AssertionError(what)


def test_an_order_comes_is_audited_and_gets_its_number():
    with ExitStack() as running:
        here: World = running.enter_context(world(Size(orders=60), shops=True))
        arrived = until(lambda: here.rows(ARRIVED), "no order came")
        assert {row[0] for row in arrived} <= {front.code for front in FRONTS}
        boss = signed_in(here, "S01")
        states = until(lambda: shops_of(boss), "no shop was pulled")
        assert {(each["failures"], each["troubled"], each["push_refused"]) for each in states} == {(0, 0, 0)}
        made = boss("post", "/waves", shop=arrived[0][0], max_orders=20, totes_per_cart=4)
        if made.ok:  # else the demo's own rule, which looks once a minute, was quicker
            assert boss("post", f"/waves/{made.json()['id']}/release").ok
        numbers = until(lambda: here.rows(NUMBERED), "no carrier gave a number")
        assert {plugin for plugin, _ in numbers} <= {"sf", "kuaidi100", "cainiao"}
        assert all(number[:2] in ("SF", "YT", "CN") for _, number in numbers)
        assert here.check()["ok"]
        demo = next(each for each in psutil.Process().children() if "demo" in each.cmdline())
        family = demo.children(recursive=True)
        assert any("wms.demo.outside" in each.cmdline() for each in family)
        demo.kill()  # its children stay behind; the next start ends them first
        demo.wait()
        assert end_leftovers(here.data / "demo.pids") == 4
        assert psutil.wait_procs(family, PATIENCE_S)[1] == []


def shops_of(boss):
    """How the shops go, once all were pulled."""
    found = boss("get", "/channels").json()["items"]
    return found if len(found) == len(FRONTS) and all(each["pulled_at"] for each in found) else None


def signed_in(here, badge):
    """A function (how, path, fields) that asks as this person."""
    who = requests.Session()
    body = {"badge": badge, "pin": PIN, "device": "test"}
    token = who.post(f"{here.url}/api/v1/sessions", json=body, timeout=PATIENCE_S).json()["data"]["token"]
    who.headers["Authorization"] = f"Bearer {token}"

    def ask(how, path, **fields):
        return who.request(how, f"{here.url}/api/v1{path}", json=fields or None, timeout=PATIENCE_S)

    return ask


# ---- buyers, and what shops remember

@pytest.fixture(params=FRONTS, ids=lambda front: front.code)
def buyers(request):
    shop = VirtualShop(moment=datetime(2026, 11, 26, 4, tzinfo=UTC))
    return Buyers(request.param, shop, GOODS, random.Random(4))


def test_buyers_wait_while_nothing_is_sent_and_change_their_minds(buyers):
    sold = list(iter(buyers.buy, None))
    waiting = [order for order in sold if order.status in ("open", "unpaid")]
    assert len(waiting) == MOST_WAITING
    assert buyers.reconsider() is None  # nobody does at once
    twice = {(order.recipient, order.place) for order in sold}
    assert len(twice) < len(sold)  # some go into one parcel
    assert {order.remark for order in sold} == {remark for remark, _ in buyers.front.remarks}
    assert {line.price for order in sold for line in order.lines} <= {price for _, price in GOODS}
    buyers.shop.pass_time(timedelta(minutes=5))
    changed = [order for _ in range(60) if (order := buyers.reconsider())]
    assert changed
    assert {order.status for order in changed} <= {"open", "cancelled"}


def test_shops_and_carriers_remember(buyers, tmp_path: Path):
    memory = outside.Memory(tmp_path / "outside.json")
    first = buyers.buy()
    buyers.shop.send(first.number, "SF", "SF1") if first.status == "open" else None
    with StandIns(issued=5) as servers:
        servers.books.numbers[("sf", "key")] = ["SF1"]
        memory.save({buyers.front.code: buyers.shop}, servers)
    known = memory.load()
    again = outside.opened(known["shops"])[buyers.front.code]
    assert again.orders == {first.number: first}
    assert again.items == buyers.shop.items
    assert again.sell(("D0001", 1)).number not in buyers.shop.orders
    with outside.carriers(known) as servers:
        assert servers.books.numbers == {("sf", "key"): ["SF1"]}
        assert again.secret != VirtualShop.secret
        assert not set(servers.secrets.values()) & set(outside.SECRETS.values())
