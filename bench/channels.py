"""`python -m bench.channels`: orders that change while they are pulled, by workers that are killed; none lost or twice.

Each platform in turn, from a virtual shop that turns requests away, answers late or not at all, repeats and shuffles.
In the end what is here must be what is there, word by word. Exits 1 on any breach.
"""
from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.prints.ground import empty
from bench.tables import show
from wms.catalog import service as catalog
from wms.catalog.service import SkuFacts
from wms.channels import pulling, service
from wms.channels.models import RawOrder
from wms.channels.virtual import amazon, chinese, douyin, shopee, shopify, woo
from wms.channels.virtual.server import serving
from wms.channels.virtual.shop import Faults, VirtualShop
from wms.core.clock import fixed
from wms.core.config import Config
from wms.core.db import db
from wms.core.transaction import transaction
from wms.layout import service as layout
from wms.layout.rules import FloorPlan, ZonePlan
from wms.orders import service as orders
from wms.orders.models import Order
from wms.runtime import application
from wms.stock import service as stock

START = datetime(2026, 11, 26, tzinfo=UTC)
DIALECTS = {
    "top": chinese.top, "jd": chinese.jd, "pinduoduo": chinese.pinduoduo, "woocommerce": woo.woocommerce,
    "shopify": shopify.shopify, "douyin": douyin.douyin, "shopee": shopee.shopee, "amazon": amazon.amazon,
}  # fmt: skip
SETTINGS = {"per_second": 5_000, "shop_id": shopee.SHOP_ID, "marketplaces": amazon.MARKETPLACE}
WEATHER = Faults(0.02, 0.01, 0.01, 0.01, twice=0.3, shuffled=0.5)
PLENTY = 10_000_000


@dataclass
class Outcome:
    plugin: str
    sold: int = 0
    changed: int = 0
    killed: int = 0
    requests: int = 0
    seconds: float = 0
    lost: int = 0
    doubled: int = 0
    stale: int = 0

    @property
    def broken(self) -> int:
        return self.lost + self.doubled + self.stale


def ground(shop: VirtualShop, plugin: str, url: str) -> int:
    """A warehouse with plenty of one SKU, and the account of a shop; returns the shop's id."""
    with fixed(START), transaction():
        plan = FloorPlan(aisles=4, aisle_spacing_mm=3_000, aisle_length_mm=20_000)
        house = layout.create_warehouse("W1", "One", plan)
        layout.generate_block(house.id, [ZonePlan("A", "Front", 0, 3)], positions=5, levels=1)
        catalog.put_skus([SkuFacts("S1", "Thing")])
        ((bin_id, _),) = layout.bin_ids(house.id, ["A01-01L1"]).values()
        sku_id = catalog.sku_ids(["S1"])["S1"]
        stock.receive(house.id, [stock.Goods(sku_id, bin_id, PLENTY)], reference="ASN", actor_id=None)
        orders.add_shop("T", "Shop")
        facts = {
            "plugin": plugin, "url": url, "app_key": shop.app_key, "app_secret": shop.secret,
            "access_token": shop.token, "settings": SETTINGS, "since": START,
        }  # fmt: skip
        return service.connect(house.id, "T", facts).shop_id


def sell(shop: VirtualShop, count: int) -> None:
    """So many orders over eight hours."""
    for nr in range(count):
        shop.sell(("S1", 1 + nr % 3))
        shop.pass_time(timedelta(hours=8) / count)


def run(config: Config, plugin: str, count: int, kills: int) -> Outcome:
    """One platform, in an empty database."""
    outcome, shop = Outcome(plugin), VirtualShop(moment=START)

    def meanwhile(_: VirtualShop) -> None:
        for _ in range(5):
            number = shop.random.choice(list(shop.orders))
            shop.change(number, remark=f"changed {shop.random.random()}")
            outcome.changed += 1
        shop.sell(("S1", 1))
        shop.pass_time(timedelta(seconds=1))

    with serving(shop, DIALECTS[plugin]) as url:
        shop_id = ground(shop, plugin, url)
        sell(shop, count)
        shop.meanwhile, shop.faults = meanwhile, WEATHER
        began = time.monotonic()
        for nr in range(kills):
            with puller(config, shop_id, shop):
                until(nr, kills, count)
            outcome.killed += 1
            shop.pass_time(timedelta(minutes=3))  # what it held is free again
        for _ in range(3):
            pull(shop, shop_id)
        outcome.seconds = time.monotonic() - began
        shop.meanwhile, shop.faults = None, Faults()
        for _ in range(20):
            pull(shop, shop_id)
    outcome.requests = sum(shop.asked.values())
    compare(shop, outcome)
    return outcome


def pull(shop: VirtualShop, shop_id: int) -> None:
    shop.pass_time(timedelta(minutes=6))
    assert shop.moment is not None
    with fixed(shop.moment):
        pulling.pull(shop_id, budget_s=3_600)


@contextmanager
def puller(config: Config, shop_id: int, shop: VirtualShop) -> Iterator[None]:
    """A worker that pulls, killed at the end of the block."""
    assert shop.moment is not None
    told = [config.database_url, str(config.data), str(shop_id), shop.moment.isoformat()]
    process = subprocess.Popen([sys.executable, "-m", "bench.channels", "--pull", *told])
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def until(nr: int, kills: int, count: int) -> None:
    """Wait until this worker has done its part of the orders, or there is nothing left for it."""
    wanted, last, since = count * (nr + 1) // (kills + 1), -1, time.monotonic()
    while last < wanted and time.monotonic() - since < 30:
        with transaction():
            here = db.session.execute(select(func.count()).select_from(Order)).scalar_one()
        if here != last:
            last, since = here, time.monotonic()
        time.sleep(0.05)


def work(url: str, data: str, shop_id: str, moment: str) -> None:
    """What a worker does that is about to be killed."""
    config = Config(database_url=url, data=Path(data), pool_size=2, log_format="console")
    with application(config), fixed(datetime.fromisoformat(moment)):
        while True:
            pulling.pull(int(shop_id), budget_s=3_600)


def compare(shop: VirtualShop, outcome: Outcome) -> None:
    """What is here beside what is there."""
    with transaction():
        here = {number: remark for number, remark in db.session.execute(select(Order.number, Order.remark))}  # noqa: C416
        rows = db.session.execute(select(func.count()).select_from(Order)).scalar_one()
        same = select(func.count()).select_from(RawOrder).group_by(RawOrder.platform_id, RawOrder.body_hash)
        twice = len(db.session.execute(same.having(func.count() > 1)).all())
    outcome.sold = len(shop.orders)
    outcome.lost = len(shop.orders.keys() - here.keys())
    outcome.doubled = rows - len(here) + twice + len(here.keys() - shop.orders.keys())
    outcome.stale = sum(order.remark != here.get(number, order.remark) for number, order in shop.orders.items())


HEAD = ["", "orders", "changed", "killed", "requests", "seconds", "lost", "doubled", "stale"]


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.channels")
    asked.add_argument("--orders", type=int, default=10_000)
    asked.add_argument("--kills", type=int, default=8)
    asked.add_argument("--platform", action="append", choices=sorted(DIALECTS))
    asked.add_argument("--pull", nargs=4, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.pull:
        work(*given.pull)
    outcomes = []
    for plugin in given.platform or sorted(DIALECTS):
        with empty("wms-channels-") as config, application(config):
            outcomes.append(run(config, plugin, given.orders, given.kills))
    show([HEAD, *([one.plugin, *map(str, _figures(one))] for one in outcomes)])
    return 1 if any(one.broken for one in outcomes) else 0


def _figures(one: Outcome) -> list[int]:
    took = round(one.seconds)
    return [one.sold, one.changed, one.killed, one.requests, took, one.lost, one.doubled, one.stale]


if __name__ == "__main__":
    sys.exit(main())
