"""How fast labels come out, each figure beside its limit: drawn, at the printer after the packer's last scan, and what
one dead printer or fifty at once do to the others.

    python -m bench print       writes `bench/results/print.json` (some 5 minutes)

Printers are `bench.fleet`, which note when the first byte of a label arrives; everything else is real.
"""
from __future__ import annotations

import random
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any

import psutil
import psycopg
import requests
from sqlalchemy import select

from bench.confirm import percentiles, serving, standing
from bench.fleet import Fleet, Paper
from bench.ground import Ground
from bench.prints import ground as tables
from bench.prints.ground import At
from bench.world import ROOT, cpu, plain_environment
from printers import characters
from printers.bench import label_rate, varied_waybills
from printers.bench_hostile import hostile_bench
from wms.core import sealed
from wms.core.config import Config
from wms.core.transaction import transaction
from wms.orders.models import Order
from wms.printing import service
from wms.printing.models import Printer
from wms.runtime import application

LABELS_PER_SECOND = 300
CLOSE_P95_MS, CLOSE_P99_MS, AGENT_P95_MS, DEAD_RATIO = 60, 150, 300, 1.2
PRINTERS, A_MINUTE = 50, 50  # a label of 180 mm at 6 inches a second
SHARE = 0.9  # of what the printers could; between two labels each waits for the proof of the first
LABEL_SECONDS, WINDOW_SECONDS, PACE_SECONDS = 10.0, 40.0, 20.0
TASKS = 25  # of 12 parcels
# Between two parcels. A packer needs seconds; without any, each label would wait for the proof of the one before.
PACK_SECONDS = 0.15
TABLES = 10
BUYERS = 10_000
READY_SECONDS = 120


def measure() -> dict[str, Any]:
    """{drawn, close, by_agent, dead, many, hostile, characters}."""
    return {
        "drawn": label_rate(LABEL_SECONDS), "close": close(), "by_agent": close(agent=True), "dead": dead(),
        "many": many(), "hostile": hostile_bench(BUYERS), "characters": characters.report(),
    }  # fmt: skip


# ---- pack confirm → first byte

def close(tasks: int = TASKS, *, agent: bool = False) -> dict[str, Any]:
    """Parcels are closed one after the other over HTTP; milliseconds until the first byte of the waybill is at the
    printer. `agent`: an agent drives it, in a process of its own."""
    with standing(Ground(skus=200, balances=200, tasks=tasks, lines=1)) as here, Fleet(2) as fleet:
        config = Config(data=here.folder, database_url=here.database, log_format="console")
        _equip(config, fleet)
        with ExitStack() as stack:
            stack.enter_context(working(config))
            port, _ = stack.enter_context(serving(here, "http", workers=1))
            if agent:
                stack.enter_context(_agent(config, port))
            _until_ready(config)
            waits = list(_closed(here.work(tasks, "bare"), port, fleet.papers[0]))
    return {"parcels": len(waits), **percentiles(waits[len(waits) // 10 :])}


@contextmanager
def _agent(config: Config, port: int) -> Iterator[None]:
    """The label printer stands beside an agent, which works for the length of the block."""
    folder = config.data / "agent"
    with application(config), transaction() as session:
        row = session.execute(select(Printer).where(Printer.code == "Z1")).scalar_one()
        tables.enrol(folder, 1, "PACK-1", [row], server=f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "wms.agent", "--folder", str(folder), "run"]
    with (config.data / "agent.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=plain_environment(), stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


_ADDRESS = """
    UPDATE sales_order SET recipient = %(recipient)s, phone = %(phone)s, country = 'CN', province = '浙江省',
        city = '杭州市', district = '西湖区', address = %(address)s WHERE id = %(id)s
"""


def _address(id: int) -> dict[str, Any]:
    said = {"recipient": "王小明", "phone": "13800000000", "address": f"文三路 {id} 号翡翠华庭 3 号楼 1201 室"}
    return {"id": id, **{name: getattr(Order, name).type.sealed(value) for name, value in said.items()}}


_EQUIP = (
    "INSERT INTO station (warehouse_id, code, name, kind) VALUES (1, 'PACK-1', 'Packing', 'pack')",
    "INSERT INTO person (badge, name, pin_hash, locale, active) VALUES ('PACK', 'Pat', 'none', 'en', true)",
    "INSERT INTO posting (person_id, warehouse_id, post) SELECT id, 1, 'packer' FROM person WHERE badge = 'PACK'",
    """
    INSERT INTO device_session (token_hash, person_id, warehouse_id, station_id, device, created_at, seen_at,
                                expires_at)
    SELECT sha256(convert_to('packer', 'UTF8')), p.id, 1, s.id, 'bench', now(),
           clock_timestamp() + interval '2 hours', clock_timestamp() + interval '12 hours'
    FROM person p, station s WHERE p.badge = 'PACK' AND s.code = 'PACK-1'
    """,
)
_PRINTER = """
    INSERT INTO printer (warehouse_id, code, name, language, transport, address, dpi, virtual, must_answer, active,
                         status, status_reasons, lease_token)
    VALUES (1, %(code)s, %(code)s, %(language)s, 'tcp', %(address)s, 203, true, true, true, 'unknown', '[]', 0)
"""
_ROUTE = """
    INSERT INTO printer_route (station_id, document, media, printer_id, rank)
    SELECT s.id, %(document)s, %(media)s, p.id, 1 FROM station s, printer p
    WHERE s.code = 'PACK-1' AND p.code = %(code)s
"""


def _equip(config: Config, fleet: Fleet) -> None:
    """Addresses for the orders, and a packing table with two printers."""
    kinds = (("Z1", "zpl", "waybill", "100x180"), ("E1", "escpos", "packing_slip", "receipt-80"))
    sealed.use(config)
    with psycopg.connect(config.psycopg_url) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM sales_order ORDER BY id")]
        connection.cursor().executemany(_ADDRESS, [_address(id) for id in ids])
        for statement in _EQUIP:
            connection.execute(statement)
        for (code, language, document, media), paper in zip(kinds, fleet.papers, strict=True):
            at = {"code": code, "language": language, "address": f"127.0.0.1:{paper.port}"}
            connection.execute(_PRINTER, at)
            connection.execute(_ROUTE, {"code": code, "document": document, "media": media})


def _closed(work: Sequence[list[Any]], port: int, paper: Paper) -> Iterator[float]:
    """Pick everything, then open, verify and close parcel after parcel; milliseconds of each close."""
    with requests.Session() as session:
        session.headers["Authorization"] = "Bearer packer"

        def do(name: str, **body: Any) -> dict[str, Any]:
            body["command_id"] = str(uuid.uuid4())
            answer = session.post(f"http://127.0.0.1:{port}/api/v1/commands/{name}", json=body, timeout=30).json()
            if not answer.get("ok"):
                raise RuntimeError(f"{name}: {answer}")
            found: dict[str, Any] = answer["data"]
            return found

        for token, bodies in work:
            totes = [_picked(port, token, body) for body in bodies]
            for tote in totes:
                parcel = do("pack.open", code=tote)["parcel"]
                for line in parcel["lines"]:
                    code = line["sku"]["barcodes"][0]
                    do("pack.verify", parcel_id=parcel["id"], code=code, qty=line["qty"])
                grams = do("pack.scale", parcel_id=parcel["id"])["grams"]
                before, pressed = len(paper.begun), time.time()
                do("pack.close", parcel_id=parcel["id"], weight_g=grams, source="scale")
                _until_more(paper, before)
                yield (paper.begun[before] - pressed) * 1000
                time.sleep(PACK_SECONDS)


def _until_more(paper: Paper, before: int) -> None:
    _until(lambda: len(paper.begun) > before, "no label came")


def _picked(port: int, token: str, body: dict[str, Any]) -> str:
    scan = {name: value for name, value in body.items() if name != "person_id"}
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(
        f"http://127.0.0.1:{port}/api/v1/commands/pick.confirm", json=scan, headers=headers, timeout=30
    ).json()
    if not answer.get("ok"):
        raise RuntimeError(f"pick.confirm: {answer}")
    return str(body["tote"])


# ---- one dead among others, and many at once

def dead() -> dict[str, Any]:
    """Labels are asked for at ten tables at a packer's pace: milliseconds until the first byte, at nine of them, while
    the tenth printer is well and while it is dead."""
    with tables.empty("wms-dead-") as config, Fleet(TABLES) as fleet:
        stations = tables.add_tables(config, _places(fleet), next_ones=False)
        with application(config), working(config):
            _until_ready(config)
            asker = _Waybills()
            _paced(asker, stations, fleet.papers, 3.0)  # connections are made, statements prepared
            well = _paced(asker, stations, fleet.papers, PACE_SECONDS)
            fleet.papers[-1].dead = True
            lame = _paced(asker, stations, fleet.papers, PACE_SECONDS)
    found = {"well": percentiles(well), "one_dead": percentiles(lame), "labels": len(well) + len(lame)}
    return {**found, "ratio": round(found["one_dead"]["p95_ms"] / found["well"]["p95_ms"], 2)}  # type: ignore[index]


def many(printers: int = PRINTERS) -> dict[str, Any]:
    """Every printer has labels waiting: how many a minute come out of each, driven by one worker."""
    seconds = 60 / A_MINUTE
    each = int((WINDOW_SECONDS + 20) / seconds)
    with tables.empty("wms-many-") as config, Fleet(printers, seconds=seconds) as fleet:
        stations = tables.add_tables(config, _places(fleet), next_ones=False)
        with application(config):
            asker = _Waybills()
            for _ in range(each):
                asker.ask(stations)
            with working(config) as worker:
                _until(lambda: all(paper.out for paper in fleet.papers), "some printer gets nothing")
                time.sleep(3)
                since, used = time.time(), cpu(worker)
                time.sleep(WINDOW_SECONDS)
                until, used = time.time(), cpu(worker) - used
    minutes = (until - since) / 60
    rates = sorted(paper.printed(since, until) / minutes for paper in fleet.papers)
    return {
        "printers": printers, "a_minute_each": round(sum(rates) / len(rates), 1), "slowest": round(rates[0], 1),
        "could": A_MINUTE, "labels_per_second": round(sum(rates) / 60, 1),
        "worker_cpu_share": round(used / (until - since), 2),
    }  # fmt: skip


class _Waybills:
    def __init__(self) -> None:
        self._asked = 0
        self._source = varied_waybills()

    def ask(self, stations: Sequence[int]) -> None:
        """One waybill at each of these stations, in one transaction."""
        with transaction():
            for station, data in zip(stations, islice(self._source, len(stations)), strict=True):
                self._asked += 1
                service.enqueue("waybill", self._asked, station, dict(data), asked_by=None)


def _paced(asker: _Waybills, stations: Sequence[int], papers: Sequence[Paper], seconds: float) -> list[float]:
    """Milliseconds from asking to the first byte of each label, at all tables but the last."""
    chance = random.Random(seconds)
    asked: dict[int, list[float]] = {paper.port: [] for paper in papers}
    before = {paper.port: len(paper.begun) for paper in papers}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        nr = chance.randrange(len(stations))
        asked[papers[nr].port].append(time.time())
        asker.ask([stations[nr]])
        time.sleep(chance.uniform(0.02, 0.1))
    sound = papers[:-1]
    _until(lambda: all(len(p.begun) - before[p.port] == len(asked[p.port]) for p in sound), "some label is missing")
    pairs = (pair for p in sound for pair in zip(asked[p.port], p.begun[before[p.port] :], strict=True))
    return [(begun - at) * 1000 for at, begun in pairs]


def _places(fleet: Fleet) -> list[At]:
    return [At(f"Z{nr}", paper.port) for nr, paper in enumerate(fleet.papers, 1)]


@contextmanager
def working(config: Config) -> Iterator[psutil.Process]:
    """`wms worker` for the length of the block."""
    environment = plain_environment(WMS_DATABASE_URL=config.psycopg_url, WMS_DATA=str(config.data))
    log = (config.data / "worker.log").open("ab")
    worker = subprocess.Popen(
        [sys.executable, "-m", "wms", "worker"], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    log.close()
    try:
        yield psutil.Process(worker.pid)
    finally:
        worker.terminate()
        worker.wait(READY_SECONDS)  # a busy machine is slow, not broken


def _until_ready(config: Config) -> None:
    def ready() -> bool:
        with psycopg.connect(config.psycopg_url) as connection:
            return not connection.execute("SELECT 1 FROM printer WHERE status <> 'ready' LIMIT 1").fetchall()

    _until(ready, "the printers are not driven")


def _until(seen: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not seen():
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise)
        time.sleep(0.002)


# ---- what is printed

Row = list[str]


def table(found: dict[str, Any]) -> list[Row]:
    """Each figure beside its limit."""
    drawn, closing, by_agent, dead_one, fifty = (
        found[name] for name in ("drawn", "close", "by_agent", "dead", "many")
    )
    rate, share = drawn["labels_per_second"], fifty["a_minute_each"] / fifty["could"]
    return [
        ["", "p50", "p95", "p99", "limit", ""],
        ["labels drawn and encoded, one core", f"{rate}/s", "", "", f"≥ {LABELS_PER_SECOND}/s",
         _met(rate >= LABELS_PER_SECOND)],
        [f"pack confirm → first byte, {closing['parcels']} parcels", *_ms(closing),
         f"≤ {CLOSE_P95_MS}, {CLOSE_P99_MS} ms",
         _met(closing["p95_ms"] <= CLOSE_P95_MS and closing["p99_ms"] <= CLOSE_P99_MS)],
        ["… through an agent", *_ms(by_agent), f"≤ {AGENT_P95_MS} ms", _met(by_agent["p95_ms"] <= AGENT_P95_MS)],
        [f"asked → first byte, {TABLES} printers", *_ms(dead_one["well"]), "", ""],
        ["… one of them dead: the others", *_ms(dead_one["one_dead"]), f"≤ {DEAD_RATIO} × p95",
         _met(dead_one["ratio"] <= DEAD_RATIO)],
        [f"{fifty['printers']} printers, labels a minute each", str(fifty["a_minute_each"]), "", "",
         f"≥ {SHARE:.0%} of {fifty['could']}", _met(share >= SHARE)],
        _hostile(found["hostile"]),
        _characters(found["characters"]),
    ]  # fmt: skip


def _hostile(found: dict[str, Any]) -> Row:
    """Of hostile names and addresses everything that got out."""
    counts = [len(found[name]) for name in ("commands", "crashes", "boxes")]
    words = [f"{count} {name}" for count, name in zip(counts, ("commands", "crashes", "empty boxes"), strict=True)]
    return [f"{found['buyers']:,} hostile buyers, in ZPL and ESC/POS", *words, "0", _met(not any(counts))]


def _characters(found: dict[str, Any]) -> Row:
    failing = len(found["unprintable"])
    known = f"{found['gb2312']:,} + {found['general_standard']:,}"
    return ["GB/T 2312 and 通用规范汉字表", known, f"{failing} fail", "", "0", _met(not failing)]


def _ms(found: dict[str, Any]) -> Row:
    return [f"{found[name]} ms" for name in ("p50_ms", "p95_ms", "p99_ms")]


def _met(met: bool) -> str:
    return "met" if met else "MISSED"
