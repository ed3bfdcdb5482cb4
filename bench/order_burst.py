"""Orders on their way in: a burst of thousands until they are waved with their waybill numbers, a long backlog of a
shop pulled, and single ones that a shop gives notice of. The worker is real, shop and carrier are the virtual ones.
"""
from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import psutil
import psycopg
import requests

from bench import wave_job
from bench.channels import DIALECTS
from bench.confirm import Served, percentiles, serving
from bench.printing import working
from bench.world import cpu
from wms.channels import service as channels
from wms.channels.virtual import shopify
from wms.channels.virtual.server import serving as opened
from wms.channels.virtual.shop import VirtualShop
from wms.core.clock import now
from wms.core.config import Config
from wms.core.transaction import carry_out, transaction
from wms.layout.models import Station
from wms.orders.models import Shop
from wms.orders.settings import put_order_setting
from wms.runtime import application
from wms.shipping import accounts, terms
from wms.shipping.carriers.standins import SECRETS, Manners, StandIns
from wms.stock import check
from wms.waves import rule_runs, wave_rules
from wms.waves.presets import PRESETS
from wms.waves.wishes import Limits

ORDERS, A_WAVE, TOTES = 5_000, 500, 15
CARRIER_SECONDS = 0.05
WARM = 20  # orders that come before, so that connections are made and the planner's machine code is loaded
OLD = timedelta(seconds=90)  # more than a platform's lag: what is younger is left for the next window
SENDER = {
    "sender_name": "一号仓", "sender_phone": "0571-1", "sender_province": "浙江省", "sender_city": "杭州市",
    "sender_district": "余杭区", "sender_address": "一号路 1 号",
}  # fmt: skip
PATIENCE = 1_800  # seconds; a busy machine is slow, not broken
GLANCE = 0.2  # seconds between two looks at how far it is

# What a burst goes through, each counted by itself: (name, how many are through it). `:sold` orders are in each at the
# end, but for those that a stage takes out, which count as through the later ones.
_GONE = "confirmation IN ('cancelled', 'merged')"  # merged: it travels with another one
_OUT = f"(SELECT count(*) FROM sales_order WHERE {_GONE})"
STAGES: Mapping[str, str] = {
    "stored": "SELECT count(*) FROM channel_order WHERE outcome = 'taken'",
    "audited, merged, promised": f"SELECT count(*) FROM sales_order WHERE confirmation = 'confirmed' OR {_GONE}",
    "carrier chosen": f"SELECT count(*) FROM sales_order WHERE carrier_by = 'choice' OR {_GONE}",
    "in a wave": f"SELECT count(*) + {_OUT} FROM wave_order WHERE active",
    "released, its walks planned": f"SELECT count(*) + {_OUT} FROM pick_tote WHERE order_id IS NOT NULL",
    "waybill number fetched": f"SELECT count(*) + {_OUT} FROM waybill WHERE status = 'issued'",
}  # fmt: skip
_LOOK = "SELECT " + ", ".join(f"({each})" for each in STAGES.values())


def burst(orders: int = ORDERS) -> dict[str, Any]:
    """`orders` live-stream orders lie in a shop. Seconds from the wish to pull it until each stage has them all:
    {orders, seconds, stages: [{stage, began, done, per_second}], cpu, waves, waybills}."""
    with _standing("top") as here, StandIns(Manners(seconds=CARRIER_SECONDS)) as carriers:
        rule_id = _prepare(here, carriers)
        with working(here.config) as worker:
            _through(here, WARM, rule_id)
            before = here.spent(worker)
            found = _through(here, orders, rule_id)
            spent = {name: round(each - before[name], 1) for name, each in here.spent(worker).items()}
        _prove(orders + WARM, carriers)
    return {"orders": orders, **found, "cpu_seconds": spent}


@dataclass
class _Here:
    """A warehouse, and the shop that is connected to it; inside an application."""

    config: Config
    shop: VirtualShop
    sold: int = 0

    def sell(self, count: int, over: timedelta = timedelta()) -> None:
        """So many orders of one or two of the best sellers, as a live stream has them; some buy twice. They were placed
        in one moment, or one after the other `over` the time before it."""
        chance = random.Random(self.sold)
        for nr in range(count):
            self.sold += 1
            lines = {f"S{chance.randint(1, 60)}": 1 + (chance.random() < 0.2) for _ in range(chance.choice((1, 1, 2)))}
            sold = self.shop.sell(*lines.items(), recipient=f"买家{chance.randrange(self.sold * 20)}")
            sold.created = sold.modified = sold.created - OLD - over * (1 - nr / count)

    def spent(self, worker: psutil.Process) -> dict[str, float]:
        """Processor seconds that each part has used until now."""
        server = psutil.Process(int((self.config.data / "postgres" / "postmaster.pid").read_text().split()[0]))
        return {
            "worker": cpu(worker), "database": sum(map(cpu, (server, *server.children()))),
            "shop, carrier and supervisor": time.process_time(),
        }  # fmt: skip

    def look(self, connection: psycopg.Connection[Any]) -> list[int]:
        row = connection.execute(_LOOK).fetchone()  # type: ignore[call-overload]  # of the module's own words
        assert row is not None
        return list(row)


@contextmanager
def _standing(plugin: str) -> Iterator[_Here]:
    """A floor with goods, and a virtual shop that has sold nothing."""
    shop = VirtualShop()
    with wave_job.ground(0) as config, application(config), opened(shop, DIALECTS[plugin]) as url:
        facts = {
            "plugin": plugin, "url": url, "app_key": shop.app_key, "app_secret": shop.secret,
            "access_token": shop.token, "webhook_secret": shop.webhook_secret, "settings": {"per_second": 5_000},
            "since": now() - timedelta(minutes=20),
        }  # fmt: skip
        with transaction():
            channels.connect(1, "S", facts)
        yield _Here(config, shop)


def _prepare(here: _Here, carriers: StandIns) -> int:
    """Two carriers over a network to choose from, a packing table, and a rule for waves; returns the rule's id."""
    limits = Limits(max_orders=A_WAVE, max_waves=1000, totes_per_cart=TOTES)
    with transaction() as session:
        put_order_setting(1, {"merging": "automatic"})
        for code, first_price in (("zto", "8"), ("yto", "11")):
            settings = {
                "url": f"{carriers.url}/cainiao", "per_second": 2_000, "cp_code": code.upper(), **SENDER,
            }  # fmt: skip
            accounts.change(code, name=code, plugin_name="cainiao", settings=settings, secrets=SECRETS)
            price = {"places": ["*"], "first_g": 1000, "step_g": 1000, "step_price": Decimal(2)}
            terms.put(1, code, {"prices": [{**price, "first_price": Decimal(first_price)}]})
        session.query(Shop).one().platform = "taobao"  # whose buyers only 菜鸟 can read
        session.add(Station(warehouse_id=1, code="P1", name="Packing", kind="pack"))
        facts = PRESETS["live_first"].facts() | {"name": "live", "active": False, "limits": asdict(limits)}
        return wave_rules.keep(1, facts).id


def _through(here: _Here, orders: int, rule_id: int) -> dict[str, Any]:
    """Orders are sold at once, and everything happens to them."""
    before = here.sold
    here.sell(orders)
    begun = time.perf_counter()
    carry_out(partial(channels.pull_now, 1, "S"))
    first: list[float | None] = [None] * len(STAGES)
    done: list[float | None] = [None] * len(STAGES)
    waves = 0
    with psycopg.connect(here.config.psycopg_url, autocommit=True) as connection:
        while done[-1] is None:
            time.sleep(GLANCE)
            counts, at = here.look(connection), time.perf_counter() - begun
            if at > PATIENCE:
                raise RuntimeError(f"{dict(zip(STAGES, counts, strict=True))} of {here.sold}")
            for nr, count in enumerate(counts):
                first[nr] = first[nr] if first[nr] is not None or count <= before else at
                done[nr] = done[nr] if done[nr] is not None or count < here.sold else at
            if done[2] is not None and not waves:  # the supervisor presses the button when all are there
                waves = len(carry_out(partial(rule_runs.run_now, 1, rule_id, None))[1])
    stages = [
        {"stage": name, "began": round(began or 0, 1), "done": round(ended or 0, 1)}
        for name, began, ended in zip(STAGES, first, done, strict=True)
    ]
    return {"seconds": stages[-1]["done"], "stages": stages, "waves": waves}


def _prove(orders: int, carriers: StandIns) -> None:
    """Every order is there once, with one number; the books agree."""
    with transaction() as session:
        report = check.run()
        row = session.connection().exec_driver_sql(
            "SELECT count(*), count(DISTINCT number), (SELECT count(DISTINCT number) FROM waybill) FROM sales_order"
        ).one()
    issued = [number for numbers in carriers.books.numbers.values() for number in numbers]
    if not report.ok or row[0] != orders or row[1] != orders or row[2] != len(issued):
        raise RuntimeError(f"{row} of {orders} orders, {len(issued)} numbers; {report.lines()}")


# ---- a backlog

@dataclass(frozen=True)
class _Pulled:
    orders: int
    seconds: float

    @property
    def per_second(self) -> float:
        return round(self.orders / self.seconds, 1)


EVERY, OVERLAP = 300, 600  # seconds between two pulls, and of the past that each reads once more


def backlog(plugin: str, orders: int) -> dict[str, Any]:
    """A worker pulls so many orders of a shop for the first time, and then reads all of them once more, as it does with
    those of the last ten minutes: {new, again: orders/s, steady: orders/s that a shop may sell on and on}."""
    with _standing(plugin) as here:
        here.sell(orders, over=timedelta(seconds=EVERY))
        with working(here.config), psycopg.connect(here.config.psycopg_url, autocommit=True) as connection:
            new = _pulled(here, connection, orders)
            connection.execute("UPDATE channel_cursor SET done_until = done_until - interval '15 minutes'")
            again = _pulled(here, connection, orders)
    # A pull reads what came since the last one, and the overlap again, and must be through before the next is due.
    steady = EVERY / (EVERY / new.per_second + OVERLAP / again.per_second)
    return {"orders": orders, "new": new.per_second, "again": again.per_second, "steady": round(steady, 1)}


def _pulled(here: _Here, connection: psycopg.Connection[Any], orders: int) -> _Pulled:
    """One pull from its first page to its last."""
    asked = "SELECT pulled_at FROM channel_account WHERE pulling_until IS NULL"
    before, requests_before = _one(connection, "SELECT pulled_at FROM channel_account"), _asked(here.shop)
    carry_out(partial(channels.pull_now, 1, "S"))
    _until(lambda: _asked(here.shop) > requests_before, "nothing is asked of the shop")
    begun = time.perf_counter()

    def over() -> bool:
        row = connection.execute(asked).fetchone()  # type: ignore[call-overload]
        stored = _one(connection, STAGES["stored"])
        return row is not None and row[0] != before and stored == here.sold

    _until(over, "the pull does not end")
    return _Pulled(orders, time.perf_counter() - begun)


def _asked(shop: VirtualShop) -> int:
    with shop.lock:
        return sum(shop.asked.values())


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    return row[0] if row else None


def _until(seen: Any, otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not seen():
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise)
        time.sleep(0.05)


# ---- one by one

NOTICES, A_SECOND = 200, 4.0


def notices(count: int = NOTICES, per_second: float = A_SECOND) -> dict[str, Any]:
    """A shop gives notice of orders as its buyers place them, at times that nobody plans; milliseconds from each
    webhook until the order is here."""
    chance = random.Random(1)
    with _standing("shopify") as here, working(here.config):
        served = Served(here.config.data, here.config.psycopg_url)
        with psycopg.connect(here.config.psycopg_url, autocommit=True) as connection:
            connection.execute("UPDATE channel_account SET next_pull_at = now() + interval '1 day'")
        sent: dict[str, float] = {}
        with (
            serving(served, "http", workers=1) as (port, _), requests.Session() as session,
            _watching(here.config, count + WARM) as seen,
        ):  # fmt: skip
            for nr in range(count + WARM):
                time.sleep(chance.expovariate(per_second) if nr >= WARM else 0.5)
                number = here.shop.sell(("S1", 1), recipient=f"买家{nr}").number
                sent[number] = time.perf_counter()
                _notify(session, port, here.shop, number)
    waits = [(seen[number] - at) * 1000 for number, at in sent.items()][WARM:]
    return {"orders": count, "per_second": per_second, **percentiles(waits), "most_ms": round(max(waits))}


@contextmanager
def _watching(config: Config, orders: int) -> Iterator[dict[str, float]]:
    """When each order was first seen in the database; ends when so many were."""
    seen: dict[str, float] = {}
    given_up = threading.Event()

    def watch() -> None:
        with psycopg.connect(config.psycopg_url, autocommit=True) as connection:
            while len(seen) < orders and not given_up.is_set():
                asked = "SELECT number FROM sales_order ORDER BY id OFFSET %s"
                rows = connection.execute(asked, [len(seen)]).fetchall()
                seen.update((row[0], time.perf_counter()) for row in rows)
                time.sleep(0.01)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield seen
        watching.join(PATIENCE)
        if len(seen) < orders:
            raise RuntimeError(f"{len(seen)} of {orders} orders came")
    finally:
        given_up.set()


def _notify(session: requests.Session, port: int, shop: VirtualShop, number: str) -> None:
    body = json.dumps({"id": int(number)}).encode()
    url = f"http://127.0.0.1:{port}/api/v1/channels/S/notices"
    headers = {**shopify.signed(shop, body), "Content-Type": "application/json"}
    answer = session.post(url, data=body, headers=headers, timeout=30)
    if not answer.ok:
        raise RuntimeError(answer.text[:300])
