"""One case of the battery: a database of its own, processes that work, and whoever kills them."""
from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import psycopg

from bench import ground as grounds
from bench.battery.proof import breaches
from bench.battery.script import Line, read, write
from bench.ground import SLOTS, Ground
from bench.world import plain_environment
from wms.core.config import Config
from wms.core.transaction import transaction
from wms.runtime import application, database
from wms.stock import service as stock
from wms.stock.service import Goods

ROOT = Path(__file__).resolve().parents[2]
PALLETS = 12
SHARE = 12  # a process that will be killed does about a twelfth of what is left


@dataclass(frozen=True)
class Case:
    """`people` scan `scans` times each, on `skus` SKUs. `kills` names what is killed meanwhile, and how often.

    before_commit, after_commit: the process that scans, just there. process: it, at any moment. database: the server
    process of one connection, upon which PostgreSQL starts anew and plays back its log.
    """

    name: str
    people: int
    scans: int
    skus: int
    hot: int = 0
    processes: int = 2
    kills: dict[str, int] = field(default_factory=dict)

    @property
    def ground(self) -> Ground:
        """Six in ten scans are picks."""
        lines = max(1, self.scans * 6 // 10 // SLOTS)
        return Ground(skus=self.skus, balances=self.skus, tasks=self.people, hot=self.hot, lines=lines)


CASES = (
    Case("500 SKUs", 100, 500, 500),
    Case("5 hot SKUs", 40, 500, 50, hot=5),
    Case("killed", 20, 200, 50, hot=5,
         kills={"before_commit": 4, "after_commit": 4, "process": 4, "database": 4}),
)  # fmt: skip
SMALL = (
    Case("hot", 10, 40, 20, hot=3),
    Case("killed", 6, 30, 20, hot=3, kills={"before_commit": 1, "after_commit": 1, "process": 1, "database": 1}),
)


@dataclass
class Outcome:
    """How a case went; `breaches` empty when everything is exact."""

    case: Case
    scans: int
    told: dict[str, dict[str, Any]]
    again: int
    killed: int
    seconds: float
    breaches: list[str]

    @property
    def done(self) -> int:
        return sum(each["ok"] for each in self.told.values())

    @property
    def refused(self) -> int:
        return len(self.told) - self.done

    @property
    def rate(self) -> int:
        return round(self.scans / self.seconds)


def run(case: Case) -> Outcome:
    """Carry out a case from an empty database to its proof."""
    with _standing(case) as config:
        scripts = write(read(config.psycopg_url, case.hot), case.scans, case.name)
        lines = {line.id: line for script in scripts for line in script}
        started = time.monotonic()
        work = _Work(case, config, lines)
        work.carry_out()
        seconds = time.monotonic() - started
        with application(config):
            wrong = breaches(work.told)
        lost = [f"scan {id} was never answered" for id in lines if id not in work.told]
        again = sum(bool(line.again) for line in lines.values())
        return Outcome(case, len(lines), work.told, again, work.killed, seconds, [*lost, *wrong])


@contextmanager
def _standing(case: Case) -> Iterator[Config]:
    folder = Path(tempfile.mkdtemp(prefix="wms-battery-"))
    folder.chmod(0o755)  # the embedded database may run under an account of its own
    try:
        with database(Config(data=folder, log_format="console")) as config:
            grounds.make(config, case.ground)
            with application(config):
                _add(case)
            yield config
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _add(case: Case) -> None:
    """Pallets that are moved about whole, each with goods of two SKUs."""
    with transaction():
        for number in range(PALLETS):
            pallet = stock.ensure_container(1, f"PAL{number}", "pallet")
            bin_id = 1 + number % case.skus
            goods = [Goods(1 + (number + more) % case.skus, bin_id, 10, container_id=pallet) for more in (0, 1)]
            stock.receive(1, goods, reference="battery", actor_id=None)


class _Work:
    """Sends every scan until it has its last word, to process after process if need be."""

    def __init__(self, case: Case, config: Config, lines: dict[str, Line]) -> None:
        self.case, self.config, self.lines = case, config, lines
        self.told: dict[str, dict[str, Any]] = {}
        self.killed = 0
        self._lock = threading.Lock()
        self._database_kills = case.kills.get("database", 0)
        self._kills = [name for name, times in sorted(case.kills.items()) for _ in range(times) if name != "database"]
        random.Random(case.name).shuffle(self._kills)
        shown = sys.stderr.isatty()
        self._bar = click.progressbar(length=len(lines), label=case.name, file=sys.stderr) if shown else None

    def carry_out(self) -> None:
        """Run shards of people in processes until nothing is left unanswered."""
        people = sorted({line.person for line in self.lines.values()})
        shards = [people[n :: self.case.processes] for n in range(self.case.processes)]
        threads = [threading.Thread(target=self._shard, args=(set(shard),)) for shard in shards]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._bar:
            self._bar.render_finish()

    def _shard(self, people: set[int]) -> None:
        """One process after another for these people; one that ends by itself is the last, whatever it left."""
        goes_on = True
        while goes_on and (left := [line for line in self._unanswered() if line.person in people]):
            goes_on = self._process(left)

    def _unanswered(self) -> list[Line]:
        return [line for line in self.lines.values() if line.id not in self.told]

    def _process(self, left: Sequence[Line]) -> bool:
        """Let one process work on what is left; returns whether it was killed on the way."""
        kill, database_too = self._fate()
        fatal = max(2, len(left) // SHARE)
        process = self._start(kill, fatal, len(left))
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(line.to_json() + "\n" for line in left))
        process.stdin.close()
        for answered, line in enumerate(process.stdout, 1):
            self._hear(line)
            if database_too and answered == fatal // 2:
                self._kill_a_connection()
            if kill == "process" and answered == fatal:
                process.kill()
        killed = process.wait() == -signal.SIGKILL and bool(kill)
        self.killed += killed
        return killed

    def _fate(self) -> tuple[str, bool]:
        """What ends the next process ("" when nothing does), and whether the database is killed under it too."""
        with self._lock:
            database_too = self._database_kills > 0
            self._database_kills -= database_too
            return (self._kills.pop() if self._kills else ""), database_too

    def _start(self, kill: str, fatal: int, scans: int) -> subprocess.Popen[str]:
        crash = f"{kill}:{min(fatal, scans)}" if kill.endswith("_commit") else ""
        environment = plain_environment(
            BATTERY_DATABASE=self.config.database_url or self.config.psycopg_url,
            BATTERY_FOLDER=str(self.config.data), BATTERY_CRASH=crash,
        )  # fmt: skip
        log = (self.config.data / "battery.log").open("ab")
        command = [sys.executable, "-m", "bench.battery.work"]
        with log:
            return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, stderr=log)  # fmt: skip

    def _kill_a_connection(self) -> None:
        with psycopg.connect(self.config.psycopg_url) as connection:
            victim = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend' AND application_name = 'wms' ORDER BY pid LIMIT 1"
            ).fetchone()
        if victim:
            os.kill(victim[0], signal.SIGKILL)
            self.killed += 1

    def _hear(self, line: str) -> None:
        """An acknowledgement. A line that a kill cut off was never heard."""
        try:
            told = json.loads(line)
        except ValueError:
            return
        with self._lock:
            self.told[told["id"]] = told
            if self._bar:
                self._bar.update(1)
