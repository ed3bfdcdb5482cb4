"""Pick confirms a second through the public doors, beside a bare Flask view that runs the same SQL.

    python -m bench.confirm [REPEATS]      prints tables; `python -m bench confirm` writes the results

Real `wms serve` processes on a database of their own with normal durability; load generator and database share the
processors. HTTP, Socket.IO and the bare view take turns, and the median of the repeats is told. After every run
answers = ledger rows = command rows, and at the end `wms check` is clean.
"""
from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import psycopg
import requests

from bench import ground as grounds
from bench.ground import Ground
from bench.trips import counted
from bench.world import READY_SECONDS, ROOT, cpu, free_port, plain_environment
from wms.core.config import Config
from wms.runtime import database

DOORS = ("http", "socket", "bare")
AT_ONCE = 32
WORKERS = 2
REPEATS = 5
TASKS = 96  # of a run: 3,456 confirms
HOT_SKUS, HOT_PEOPLE, AGAIN = 5, 40, 0.1
PATH = {"http": "HTTP", "socket": "Socket.IO", "bare": "bare Flask view"}


@dataclass
class Served:
    """A database with a ground on it, and the processes that serve it."""

    folder: Path
    database: str
    tasks: int = 0

    def work(self, tasks: int, door: str, *, keep: bool = False) -> list[list[Any]]:
        """The scans of so many tasks that nobody has begun: [[token, [body, …]], …]."""
        with psycopg.connect(self.database) as connection:
            rows = connection.execute(_WORK, {"first": self.tasks + 1, "last": self.tasks + tasks}).fetchall()
        if not keep:
            self.tasks += tasks
        found: dict[str, list[dict[str, Any]]] = {}
        for token, person_id, *scan in rows:
            body = dict(zip(("task_id", "line_id", "bin", "item", "tote", "qty"), scan, strict=True))
            body["command_id"] = str(uuid.uuid4())
            found.setdefault(token, []).append({**body, "person_id": person_id} if door == "bare" else body)
        return [[token, bodies] for token, bodies in found.items()]

    def count(self) -> dict[str, int]:
        """Rows that every confirm writes one of."""
        with psycopg.connect(self.database) as connection:
            row = connection.execute(_COUNT).fetchone()
        assert row is not None
        return dict(zip(("moves", "commands"), row, strict=True))

    def check(self) -> None:
        """Raises RuntimeError unless `wms check` is clean."""
        command = [sys.executable, "-m", "wms", "check", "--json"]
        done = subprocess.run(command, cwd=ROOT, env=plain_environment(WMS_DATA=str(self.folder)),
                              capture_output=True, text=True)  # fmt: skip
        if not done.stdout.strip() or not json.loads(done.stdout)["ok"]:
            raise RuntimeError(f"wms check: {done.stdout[-2000:]}{done.stderr[-2000:]}")


_WORK = """
    SELECT 'picker-' || substr(p.badge, 2), p.id, l.task_id, l.id, b.code, k.code, c.code, l.qty
    FROM pick_line l JOIN pick_task t ON t.id = l.task_id JOIN person p ON p.id = t.person_id
    JOIN bin b ON b.id = l.bin_id JOIN barcode k ON k.sku_id = l.sku_id
    JOIN pick_tote s ON s.task_id = l.task_id AND s.slot = l.slot JOIN container c ON c.id = s.container_id
    WHERE t.id BETWEEN %(first)s AND %(last)s ORDER BY l.task_id, l.seq
"""
_COUNT = """
    SELECT (SELECT count(*) FROM stock_move WHERE command_id IS NOT NULL), count(*) FROM command
"""


@contextmanager
def standing(ground: Ground, say: grounds.Say = lambda what: None) -> Iterator[Served]:
    """A database of its own with this ground, for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="wms-confirm-"))
    folder.chmod(0o755)  # the embedded database may run under an account of its own
    try:
        with database(Config(data=folder)) as config:
            grounds.make(config, ground, say)
            yield Served(folder, config.psycopg_url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(
    here: Served, door: str, *, workers: int = WORKERS, address: str = ""
) -> Iterator[tuple[int, psutil.Process]]:
    """`wms serve`, or the bare view, in its own processes: (port, the first process)."""
    port = free_port()
    settings = {"WMS_DATA": str(here.folder), "WMS_PORT": str(port), "WMS_DATABASE_URL": address or here.database}
    command = [sys.executable, "-m", "wms.serve", "--workers", str(workers)]
    if door == "bare":
        command = [sys.executable, "-m", "bench.bare", str(port), str(workers), address or here.database]
    log = (here.folder / f"{door}.log").open("ab")
    process = subprocess.Popen(command, cwd=ROOT, env=plain_environment(**settings), stdout=log, stderr=log)
    log.close()
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", process, here.folder / f"{door}.log")
        first = psutil.Process(process.pid)
        _settle(first)
        yield port, first
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(url, timeout=2)
            return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError(log.read_text()[-3000:])


def _settle(process: psutil.Process) -> None:
    """Wait until the processes have started and loaded the planner's machine code, and rest."""
    until, spent, used = time.monotonic() + 120, 1.0, 0.0
    while spent > 0.05 and time.monotonic() < until:
        time.sleep(1.0)
        before, used = used, processor_seconds(process)
        spent = used - before


def drive(door: str, port: int, work: list[list[Any]], at_once: int = AT_ONCE, again: float = 0.0) -> dict[str, Any]:
    """Let the load generator, in a process of its own, carry out this work."""
    plan = {"door": door, "port": port, "at_once": at_once, "work": work, "again": again}
    command = [sys.executable, "-m", "bench.driver"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(plan), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout)
    if found["wrong"]:
        raise RuntimeError(f"{door}: {len(found['wrong'])} wrong answers, such as {found['wrong'][0]}")
    return found


def run(
    here: Served, door: str, *, tasks: int = TASKS, at_once: int = AT_ONCE, workers: int = WORKERS
) -> dict[str, Any]:
    """One run: figures, and that every answer left one move and one command."""
    with serving(here, door, workers=workers) as (port, web):
        drive(door, port, here.work(at_once, door), at_once)  # connections are made, statements prepared
        before, work = here.count(), here.work(tasks, door)
        server = server_of(here)
        spent = [processor_seconds(web), processor_seconds(server)]
        found = drive(door, port, work, at_once)
        spent = [processor_seconds(web) - spent[0], processor_seconds(server) - spent[1]]
    written = {name: count - before[name] for name, count in here.count().items()}
    wanted = sum(len(bodies) for _, bodies in work)
    if {found["answers"], *written.values()} != {wanted}:
        raise RuntimeError(f"{door}: {wanted} asked, {found['answers']} answered, written {written}")
    cpu_ms = [round(each * 1000 / wanted, 2) for each in (*spent, found["cpu_seconds"])]
    return {
        "confirms": wanted,
        "per_second": round(wanted / found["seconds"], 1),
        **percentiles(found["milliseconds"]),
        "cpu_ms": dict(zip(("web", "database", "generator"), cpu_ms, strict=True)),
    }


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """{p50_ms, p95_ms, p99_ms} of these."""
    ranked = sorted(milliseconds)
    return {f"p{p}_ms": round(ranked[min(len(ranked) - 1, len(ranked) * p // 100)], 1) for p in (50, 95, 99)}


def server_of(here: Served) -> psutil.Process:
    """The database server of this ground."""
    return psutil.Process(int((here.folder / "postgres" / "postmaster.pid").read_text().split()[0]))


def processor_seconds(process: psutil.Process) -> float:
    """What the process and those that it has started have used."""
    return sum(map(cpu, (process, *process.children(recursive=True))))


def trips(here: Served, door: str, tasks: int = 4) -> float:
    """Round trips to the database per confirm, counted on the wire between it and one web process.

    What the process asks beside the confirms (its sessions, its announcements) is counted in.
    """
    with counted(here.database) as (address, count), serving(here, door, workers=1, address=address) as (port, _):
        drive(door, port, here.work(2, door), 1)
        work, before = here.work(tasks, door), count()
        drive(door, port, work, 1)
        return round((count() - before) / sum(len(bodies) for _, bodies in work), 2)


def hot(here: Served) -> dict[str, Any]:
    """40 people on 5 SKUs, a tenth of the scans sent twice: every scan once in the ledger."""
    work, before = here.work(HOT_PEOPLE, "http"), here.count()
    with serving(here, "http") as (port, _):
        found = drive("http", port, work, HOT_PEOPLE, AGAIN)
    scans = sum(len(bodies) for _, bodies in work)
    written = {name: count - before[name] for name, count in here.count().items()}
    if set(written.values()) != {scans}:
        raise RuntimeError(f"{scans} scans on {HOT_SKUS} SKUs, written {written}")
    here.check()
    figures = {"per_second": round(found["answers"] / found["seconds"], 1), **percentiles(found["milliseconds"])}
    return {"people": HOT_PEOPLE, "skus": HOT_SKUS, "scans": scans, "answers": found["answers"],
            **figures, "exact": True}  # fmt: skip


def measure(repeats: int = REPEATS) -> dict[str, Any]:
    """{doors: {door: medians}, runs: […], hot: figures}."""
    runs: list[dict[str, Any]] = []
    with standing(Ground(tasks=len(DOORS) * (repeats * (TASKS + AT_ONCE) + 8))) as here:
        found = {door: {"round_trips": trips(here, door)} for door in DOORS}
        for nr in range(repeats):
            runs += [{"door": door, "repeat": nr + 1, **run(here, door)} for door in DOORS]
        here.check()
    for door in DOORS:
        found[door] |= _medians([each for each in runs if each["door"] == door])
    for door in DOORS[:2]:
        found[door]["of_bare"] = round(found[door]["per_second"] / found["bare"]["per_second"], 2)
    with standing(replace(Ground(), balances=HOT_SKUS, skus=HOT_SKUS, tasks=HOT_PEOPLE, hot=HOT_SKUS)) as here:
        on_hot = hot(here)
    return {"at_once": AT_ONCE, "web_processes": WORKERS, "doors": found, "hot": on_hot, "runs": runs}


def _medians(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    names = ("per_second", "p50_ms", "p95_ms", "p99_ms")
    found: dict[str, Any] = {name: round(statistics.median(each[name] for each in runs), 1) for name in names}
    parts = runs[0]["cpu_ms"]
    found["cpu_ms"] = {part: round(statistics.median(each["cpu_ms"][part] for each in runs), 2) for part in parts}
    return found


def table(found: dict[str, Any]) -> list[list[str]]:
    """What is printed."""
    head = ["", "confirms/s", "p50", "p95", "p99 ms", "CPU ms web", "database", "generator", "round trips", "of bare"]
    rows = [[PATH[door], *_cells(each)] for door, each in found["doors"].items()]
    each = found["hot"]
    times = [str(each[name]) for name in ("per_second", "p50_ms", "p95_ms", "p99_ms")]
    return [head, *rows, [f"{each['people']} people on {each['skus']} SKUs, exact", *times, *[""] * 5]]


def _cells(each: dict[str, Any]) -> list[str]:
    names = ("per_second", "p50_ms", "p95_ms", "p99_ms")
    ratio = f"{each['of_bare']:.0%}" if "of_bare" in each else ""
    return [*(str(each[name]) for name in names), *map(str, each["cpu_ms"].values()), str(each["round_trips"]), ratio]


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:2])), indent=2))
