"""`python -m wms.demo.outside`: the demo's virtual shops with their buyers, and its virtual carriers, until SIGTERM."""
from __future__ import annotations

import json
import random
import secrets
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import click
import requests

from wms.channels import service as channels
from wms.channels.virtual.server import serving
from wms.channels.virtual.shop import Place, Sold, SoldLine, VirtualShop
from wms.channels.virtual.shopify import signed
from wms.core.config import read
from wms.core.error import WmsError
from wms.core.transaction import carry_out, transaction
from wms.demo import connections, goods, roads
from wms.demo.buyers import FRONTS, Buyers
from wms.demo.ports import address
from wms.runtime import application
from wms.shipping.carriers.standins import SECRETS, StandIns

FIRST_S, PACE_S = 2.0, 15.0  # seconds between the first orders, and then on average
BUSY_FIRST = 6  # orders that come quickly, so that there is something to see
ROADS_S = 5.0  # between two looks at what has left
KEPT = 400  # orders of a shop that it remembers
BESTSELLERS = 60  # of the goods with most pieces, buyers want these
PATIENCE_S = 10


@dataclass
class Memory:
    """What shops and carriers know, in a file: the demo goes on with its data, and so do they."""

    path: Path
    seen: str = ""

    def load(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def save(self, shops: Mapping[str, VirtualShop], servers: StandIns) -> None:
        """Write down what changed since; nothing, where nothing did."""
        known = {code: _remembered(shop) for code, shop in shops.items()}
        numbers = [[*key, each] for key, each in list(servers.books.numbers.items())[-KEPT * len(shops) :]]
        told = json.dumps({"shops": known, "numbers": numbers, "voided": sorted(servers.books.voided)}, default=str)
        if told != self.seen:
            self.seen = told
            draft = self.path.with_suffix(".new")
            draft.write_text(told, encoding="utf-8")
            draft.replace(self.path)


def _remembered(shop: VirtualShop) -> dict[str, Any]:
    with shop.lock:
        return {"items": shop.items, "orders": [asdict(each) for each in list(shop.orders.values())[-KEPT:]]}


def _order(told: Mapping[str, Any]) -> Sold:
    lines = [SoldLine(**{**line, "price": Decimal(line["price"])}) for line in told["lines"]]
    moments = {name: told[name] and datetime.fromisoformat(told[name]) for name in ("created", "modified", "refund_at")}
    place = Place(**told["place"]) if told["place"] else None
    parcels = [(carrier, number) for carrier, number in told["parcels"]]
    return Sold(**{**told, **moments, "lines": lines, "place": place, "parcels": parcels})


def opened(known: Mapping[str, Any]) -> dict[str, VirtualShop]:
    """The shops with what they remember, and secrets of this run. Numbers of orders go on with the clock, so that none
    is given twice, whatever was forgotten."""
    shops = {}
    for nr, front in enumerate(FRONTS):
        shop = VirtualShop(seed=nr, sold=nr * 10**9 + int(time.time()) % 10**9)
        names = ("app_key", "secret", "token", "refresh_token", "webhook_secret")
        for name in names:
            setattr(shop, name, secrets.token_hex(16))
        before = known.get(front.code, {"items": {}, "orders": []})
        shop.items.update(before["items"])
        shop.orders.update((each["number"], _order(each)) for each in before["orders"])
        shops[front.code] = shop
    return shops


@contextmanager
def carriers(known: Mapping[str, Any]) -> Iterator[StandIns]:
    """The stand-ins with what they remember, and secrets of this run."""
    mine = {name: secrets.token_hex(16) for name in SECRETS}
    with StandIns(issued=int(time.time() * 10), secrets=mine) as servers:
        for carrier, key, numbers in known.get("numbers", ()):
            servers.books.numbers[(carrier, key)] = numbers
        servers.books.voided.update(known.get("voided", ()))
        yield servers


@dataclass
class Life:
    """Buyers and roads, one step at a time. `url`: of the web service."""

    buyers: Sequence[Buyers]
    servers: StandIns
    memory: Memory
    url: str
    warehouse_id: int
    chance: random.Random
    ordered: int = 0
    next_order: float = 0.0
    next_look: float = 0.0

    def step(self) -> None:
        """Do what is due."""
        if time.monotonic() >= self.next_order:
            self._trade()
        if time.monotonic() >= self.next_look:
            self.next_look = time.monotonic() + ROADS_S
            self._travel()
            self._save()

    def _trade(self) -> None:
        soon = self.ordered < BUSY_FIRST
        self.next_order = time.monotonic() + (FIRST_S if soon else self.chance.expovariate(1 / PACE_S))
        mine = self.buyers[self.ordered % len(self.buyers)] if soon else self.chance.choice(self.buyers)
        self.ordered += 1
        told = [mine.buy(), None if soon else mine.reconsider()]
        self._save()  # before anybody hears of it
        for order in filter(None, told):
            self._tell(mine, order)

    def _save(self) -> None:
        self.memory.save({each.front.code: each.shop for each in self.buyers}, self.servers)

    def _tell(self, mine: Buyers, order: Sold) -> None:
        """Shopify tells by a webhook; of the others the messages that come over connections of their own are not
        imitated: here they are what a clerk would do who fetches the order."""
        try:
            if mine.front.plugin == "shopify":
                body = json.dumps({"id": int(order.number)}).encode()
                where = f"{self.url}/api/v1/channels/{mine.front.code}/notices"
                requests.post(where, data=body, headers=signed(mine.shop, body), timeout=PATIENCE_S)
            else:
                carry_out(partial(channels.fetch_now, self.warehouse_id, mine.front.code, order.number))
        except (requests.RequestException, WmsError):
            return  # the next pull finds it

    def _travel(self) -> None:
        try:
            roads.go_on(self.servers, self.url)
        except requests.RequestException as error:
            click.echo(f"carriers: {error}", err=True)  # told again in a moment


def main() -> None:
    """Run until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    config = read()
    memory = Memory(config.data / "virtual" / "outside.json")
    memory.path.parent.mkdir(parents=True, exist_ok=True)
    known, here = memory.load(), address(config.host, config.port)
    shops = opened(known.get("shops", {}))
    with ExitStack() as running:
        running.enter_context(application())
        servers = running.enter_context(carriers(known))
        urls = {
            front.code: (running.enter_context(serving(shops[front.code], front.dialect)), shops[front.code])
            for front in FRONTS
        }
        with transaction():
            warehouse_id = connections.house()
            if warehouse_id is not None:
                connections.connect(warehouse_id, urls, servers, here)
            stocked = connections.goods()
        prices = {item.code: item.price for item in goods.items(0)}
        wanted = [(code, prices[code]) for code in stocked if code in prices][:BESTSELLERS]
        if warehouse_id is None or not wanted:
            click.echo("there is nothing of the demo here to sell", err=True)
            stop.wait()
            return
        chance = random.Random()  # noqa: S311 - a demo
        buyers = [Buyers(front, shops[front.code], wanted, chance) for front in FRONTS]
        life = Life(buyers, servers, memory, here, warehouse_id, chance)
        while not stop.wait(0.5):
            life.step()


if __name__ == "__main__":
    main()
