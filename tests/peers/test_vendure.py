"""A shop that nobody here wrote: Vendure, installed from npm and run for real, with a whole warehouse beside it.

Orders are placed by its own shop API, pulled while they change and while others are shipped, packed by robots, and told
back. WMS_VENDURE_ORDERS says how many; `make battery-vendure` takes 200.
"""
from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import requests
from sqlalchemy import select
from vendure_peer import NAME, PASSWORD, SECRET, Vendure, vendure

from bench.world import World, world
from wms.catalog.models import Sku
from wms.channels import service as channels
from wms.channels.client import Client, ExpiredError, RefusedError
from wms.channels.platforms import vendure as platform
from wms.channels.plugin import Account, Item, ParcelSent, Shipment
from wms.core.config import Config
from wms.core.transaction import transaction
from wms.demo.load import PIN, Size
from wms.layout.models import Warehouse
from wms.orders import service as orders
from wms.stock.models import StockLevel

ORDERS = int(os.environ.get("WMS_VENDURE_ORDERS", 12))
CREW = {"pickers": 2, "packers": 2}
SIZE = Size(orders=1, receivers=1, stations=2, carts=6, **CREW)
PATIENCE = 300  # seconds: a busy machine is slow, not broken
SHOP, GOODS, PAGE, TOUCHED = "VENDURE", 6, 5, 6
SETTINGS = {"carriers": {"own_fleet": "Our vans"}, "per_second": 1000, "page": PAGE}


@pytest.fixture(scope="module")
def there(server: str) -> Iterator[Vendure]:
    with vendure(server, f"vendure_{os.getpid()}") as found:
        yield found


@pytest.fixture(scope="module")
def here(there: Vendure) -> Iterator[World]:
    """A warehouse, its web service and its worker; a shop of it is connected."""
    with world(SIZE, prepare=partial(_connect, there)) as found:
        yield found


def _connect(there: Vendure, config: Config) -> None:
    with transaction() as session:
        free = StockLevel.on_hand - StockLevel.promised
        plenty = select(Sku.code).join(StockLevel, StockLevel.sku_id == Sku.id).order_by(free.desc()).limit(GOODS)
        skus = list(session.execute(plenty).scalars())
        house = session.execute(select(Warehouse.id)).scalar_one()
        orders.add_shop(SHOP, "Vendure", currency="EUR", carrier="own_fleet")
        facts = {
            "plugin": "vendure", "url": there.url, "app_key": NAME, "app_secret": PASSWORD, "webhook_secret": SECRET,
            "settings": SETTINGS, "every_s": 10,
        }  # fmt: skip
        channels.connect(house, SHOP, facts)
    there.offer(skus, 5000)


class Desk:
    """Somebody at the API of the warehouse."""

    def __init__(self, here: World, badge: str) -> None:
        self.url = f"{here.url}/api/v1"
        body = {"badge": badge, "pin": PIN, "device": "peer"}
        token = requests.post(f"{self.url}/sessions", json=body, timeout=PATIENCE).json()["data"]["token"]
        self._sign = {"Authorization": f"Bearer {token}"}

    def post(self, path: str, **body: Any) -> requests.Response:
        sign = {**self._sign, "Idempotency-Key": str(uuid.uuid4())}
        return requests.post(f"{self.url}/{path}", json=body, headers=sign, timeout=PATIENCE)

    def scan(self, name: str, **body: Any) -> requests.Response:
        return self.post(f"commands/{name}", command_id=str(uuid.uuid4()), **body)

    def do(self, name: str, **body: Any) -> dict[str, Any]:
        reply = self.scan(name, **body)
        assert reply.ok, reply.text
        return dict(reply.json()["data"])


def until(true: Callable[[], Any], *, pulled_by: Desk | None = None) -> None:
    """Wait for it; the shop is pulled, and told, meanwhile."""
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends
        if pulled_by:
            assert pulled_by.post(f"channels/{SHOP}/pull").status_code == 202
        time.sleep(1)


def outcomes(here: World) -> dict[str, str]:
    """What became of each order of the shop."""
    return dict(here.rows("SELECT platform_id, outcome FROM channel_order"))  # type: ignore[arg-type]


def taken(here: World) -> dict[str, str]:
    """Our orders of the shop by number: confirmation."""
    asked = "SELECT o.number, o.confirmation FROM sales_order o JOIN shop s ON s.id = o.shop_id WHERE s.code = "
    found = here.rows(asked + f"'{SHOP}'")
    assert len(dict(found)) == len(found)  # type: ignore[arg-type]
    return dict(found)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def day(there: Vendure, here: World) -> dict[str, Any]:
    """Orders that are pulled while the shop changes some, sends some by itself, and sells more; then robots work."""
    skus, desk = list(there.variants), Desk(here, "S01")
    part = there.buy((skus[0], 3), (skus[1], 1))
    there.ship(part, {part["lines"][0]["id"]: 1}, "BY-HAND-1")  # one piece of three left before it came here
    wanted = [[(skus[nr % GOODS], 1 + nr % 3), (skus[(nr + 1) % GOODS], 1)] for nr in range(ORDERS)]
    sold = there.sell(wanted[: ORDERS - 3])
    by_hand, cancelled, refunded = sold[-3:]
    over = threading.Event()

    def meanwhile() -> None:
        for nr, order in enumerate(sold[:TOUCHED]):
            there.touch(order)
            if nr == 2:
                there.ship(by_hand, {line["id"]: line["quantity"] for line in by_hand["lines"]}, "BY-HAND-2")
                there.cancel(cancelled)
                there.refund(refunded)
        there.sell(wanted[ORDERS - 3 :], buyers=1)
        over.set()

    worker = threading.Thread(target=meanwhile)
    worker.start()
    until(over.is_set, pulled_by=desk)
    worker.join()
    until(lambda: outcomes(here).keys() == there.orders().keys(), pulled_by=desk)
    until(lambda: taken(here).get(refunded["code"], "held") == "held", pulled_by=desk)
    time.sleep(6)  # the shop's list lags so far: what it says last is here with the next pull
    pulls = here.rows("SELECT pulled_at FROM channel_account")
    until(lambda: here.rows("SELECT pulled_at FROM channel_account") != pulls, pulled_by=desk)
    before = taken(here)
    report = here.robots(**CREW, carts=SIZE.carts, max_orders=1000, wave_orders=30, speed=0, idle=15, wrong_share=0.0)
    told = "SELECT count(*) FROM shop_push WHERE status <> 'done'"
    until(lambda: here.rows(told) == [(0,)], pulled_by=desk)
    special = {"part": part, "by_hand": by_hand, "cancelled": cancelled, "refunded": refunded}
    return {"taken": before, "report": report, "special": {name: each["code"] for name, each in special.items()}}


def test_none_is_lost_none_is_doubled(there: Vendure, here: World, day: dict[str, Any]) -> None:
    known, special = outcomes(here), day["special"]
    assert len(there.orders()) == ORDERS + 1
    assert known.keys() == there.orders().keys()
    assert here.rows("SELECT platform_id, problem FROM channel_order WHERE outcome IN ('refused', 'unreadable')") == []
    assert set(known.values()) <= {"taken", "elsewhere", "waiting"}
    away = {special[name] for name in ("by_hand", "cancelled", "refunded")}
    assert {code for code, state in day["taken"].items() if state == "confirmed"} == known.keys() - away
    assert {day["taken"].get(code) for code in away} <= {None, "held", "cancelled"}
    twice = "SELECT 1 FROM raw_order GROUP BY shop_id, platform_id, body_hash HAVING count(*) > 1"
    assert here.rows(twice) == []


def test_what_robots_packed_is_shipped_there_with_its_tracking(
    there: Vendure, here: World, day: dict[str, Any]
) -> None:
    assert day["report"]["errors"] == []
    waybills = dict(here.rows(  # type: ignore[arg-type]
        "SELECT o.number, w.number FROM waybill w JOIN parcel p ON p.id = w.parcel_id "
        "JOIN sales_order o ON o.id = p.order_id WHERE p.status = 'shipped' AND w.status = 'issued'"
    ))  # fmt: skip
    shop, special = there.orders(), day["special"]
    going = {code for code, state in day["taken"].items() if state == "confirmed"}
    assert going <= waybills.keys()
    for code in going - {special["part"]}:
        (sent,) = shop[code]["fulfillments"]
        assert (shop[code]["state"], sent["state"], sent["method"]) == ("Shipped", "Shipped", "Our vans")
        assert sent["trackingCode"] == waybills[code]
    by_hand, ours = sorted(shop[special["part"]]["fulfillments"], key=lambda each: each["method"], reverse=True)
    assert (by_hand["trackingCode"], ours["trackingCode"]) == ("BY-HAND-1", waybills[special["part"]])
    assert sorted(line["quantity"] for line in ours["lines"]) == [1, 2]
    assert shop[special["part"]]["state"] == "Shipped"
    assert [each["trackingCode"] for each in shop[special["by_hand"]]["fulfillments"]] == ["BY-HAND-2"]
    assert not shop[special["cancelled"]]["fulfillments"]
    assert not shop[special["refunded"]]["fulfillments"]


def test_cancelled_there_it_stops_at_the_next_scan_here(there: Vendure, here: World, day: dict[str, Any]) -> None:
    """The shop's own plug-in tells us, by signed webhooks, of the order and then of its end."""
    boss, pickers = Desk(here, "S01"), [Desk(here, badge) for badge in ("P01", "P02")]  # as the robots were
    there.notices_to(f"{here.url}/api/v1/channels/{SHOP}/notices")
    first, second, *_ = there.variants
    other, order = there.sell([[(first, 1)], [(second, 2)]], buyers=1)  # the cart goes on without the one
    until(lambda: {taken(here).get(each["code"]) for each in (other, order)} == {"confirmed"})
    wave = boss.do("wave.build", max_orders=5, totes_per_cart=4, shop=SHOP)["wave"]
    boss.do("wave.release", wave_id=wave["id"])
    until(lambda: [each for each in pickers if "task" in each.do("pick.ready")])
    (picker,) = (each for each in pickers if "task" in each.do("pick.task"))
    task = picker.do("pick.task")["task"]
    (slot,) = (slot["slot"] for slot in task["slots"] if slot["order"] == order["code"])
    picker.do("pick.cart", task_id=task["id"], code="CART-05")
    for each in task["slots"]:
        picker.do("pick.tote", task_id=task["id"], slot=each["slot"], code=f"T-{150 + each['slot']:04d}")
    there.cancel(order)
    until(lambda: taken(here)[order["code"]] != "confirmed")
    (line,) = (line for line in task["lines"] if line["slot"] == slot)
    about = {"bin": line["bin"]["code"], "item": line["sku"]["barcodes"][0], "qty": 2, "tote": f"T-{150 + slot:04d}"}
    refused = picker.scan("pick.confirm", task_id=task["id"], line_id=line["id"], **about)
    assert (refused.ok, refused.json()["message"]["code"]) == (False, "picking.line_intercepted")
    assert (there.orders()[order["code"]]["state"], here.check()["ok"]) == ("Cancelled", True)


def test_parcels_are_told_once_and_no_more_than_there_is(there: Vendure) -> None:
    """Several parcels of a line; a telling that was cut short is finished; a refund, stock, and two ways in."""
    channel, client = platform.Vendure(), Client(1000)
    settings = {"carriers": {"own_fleet": "Our vans"}}
    account = Account("T", there.url, NAME, PASSWORD, "none yet", settings=settings)
    with pytest.raises(ExpiredError):
        channel.fetch(client, account, "NONE")
    with pytest.raises(RefusedError, match="INVALID_CREDENTIALS"):
        channel.refresh(client, Account("T", there.url, NAME, "wrong"))
    account = Account("T", there.url, NAME, PASSWORD, channel.refresh(client, account).access_token, settings=settings)
    key = there.admin(
        "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }",
        input={"roleIds": ["1"], "translations": [{"languageCode": "en", "name": "wms"}]},
    )["createApiKey"]["apiKey"]
    assert channel.fetch(client, Account("T", there.url, "", access_token=key), "NONE") is None

    there.offer(["PEER-1", "PEER-2"], 100)
    order = there.buy(("PEER-1", 3), ("PEER-2", 1))
    ids = {line["productVariant"]["sku"]: line["id"] for line in order["lines"]}
    first, second = ids["PEER-1"], ids["PEER-2"]
    parcels = (ParcelSent("T1", "own_fleet", {first: 2}), ParcelSent("T2", "own_fleet", {first: 1, second: 1}))
    channel.ship(client, account, Shipment(order["code"], parcels[:1], complete=False), frozenset())
    told = channel.read(account, channel.fetch(client, account, order["code"]) or {})
    assert (told.state, told.tracking, told.draft.paid) == ("open", {"T1"}, told.draft.total)
    assert {line.key: line.qty for line in told.draft.lines} == {first: 1, second: 1}
    assert there.orders()[order["code"]]["state"] == "PartiallyShipped"
    platform._add(client, account, parcels[1])  # and there the worker is killed
    for _ in range(2):
        channel.ship(client, account, Shipment(order["code"], parcels), frozenset())
    sent = there.orders()[order["code"]]
    assert sorted(each["trackingCode"] for each in sent["fulfillments"]) == ["T1", "T2"]
    told = channel.read(account, channel.fetch(client, account, order["code"]) or {})
    assert (sent["state"], told.state, told.tracking) == ("Shipped", "shipped", {"T1", "T2"})
    more = (ParcelSent("T3", "own_fleet", {first: 1}),)
    with pytest.raises(RefusedError, match="FULFILLED"):
        channel.ship(client, account, Shipment(order["code"], more), frozenset())
    assert len(there.orders()[order["code"]]["fulfillments"]) == 2

    back = there.buy(("PEER-1", 1))
    there.refund(back)
    told = channel.read(account, channel.fetch(client, account, back["code"]) or {})
    assert (told.state, told.refund) == ("open", "asked")
    for _ in range(2):
        channel.put_stock(client, account, Item(there.variants["PEER-1"], "", "PEER-1"), 77)
    on_hand, allocated = there.stock("PEER-1")
    assert (on_hand, allocated) == (78, 1)  # of which one is somebody's
