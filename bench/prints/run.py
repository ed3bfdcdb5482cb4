"""One case of the battery of printing, from an empty database to its proof."""
from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.chaos.served import Service
from bench.prints import ground
from bench.prints.ground import Asker, At
from bench.prints.proof import after_the_person, after_the_storm
from bench.world import ROOT, plain_environment
from printers.virtual import VirtualPrinter
from wms.agent import settings
from wms.core.config import Config
from wms.core.transaction import transaction
from wms.printing import service
from wms.runtime import application

AHEAD = 6  # jobs of each printer that wait
STUCK_SECONDS = 180.0  # without a label coming out: it is no use waiting any more
# Longer than the pause between two looks at a printer that holds a label: no real one starts in less.
OFF_SECONDS = (2.5, 4.0)
TROUBLE_SECONDS = (0.3, 3.0)
FINAL = ("confirmed", "uncertain", "failed", "sent", "cancelled", "expired")


@dataclass(frozen=True)
class Case:
    """So many jobs at so many printers, every second of which an agent drives, the others the workers. `kills` of a
    worker or the agent come evenly between them, `faults` of printers too.

    Half of the kills come from outside at any moment, half at the two moments that matter most.
    """

    name: str
    jobs: int
    printers: int
    workers: int
    kills: int
    faults: int


FULL = Case("full", 10_000, 10, 2, kills=60, faults=900)
SMALL = Case("small", 40, 4, 1, kills=2, faults=5)


@dataclass
class Outcome:
    """How a case went; `breaches` empty when everything is exact."""

    case: Case
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    doubts: int = 0
    out_after_all: int = 0
    reprints: int = 0
    breaches: list[str] = field(default_factory=list)


def run(case: Case, say: Callable[[str], None] = lambda what: None, seed: int = 1) -> Outcome:
    """Carry out a case."""
    with ground.empty("wms-prints-") as config, _printers(config, case.printers) as printers:
        folder, places = config.data / "agent", [At(each.name, each.port) for each in printers]
        tables = ground.add_tables(config, places, agent=folder)
        with _served(config, folder), application(config):
            storm = _Storm(case, config, printers, Asker(tables), say, random.Random(seed))
            storm.carry_out()
            return storm.outcome


@contextmanager
def _served(config: Config, folder: Path) -> Iterator[None]:
    """The web service for the agent in this folder."""
    service = Service(config)
    settings.write(folder, replace(settings.read(folder), server=f"http://127.0.0.1:{service.port}"))
    service.start()
    try:
        service.ready()
        yield
    finally:
        service.kill()


@contextmanager
def _printers(config: Config, count: int) -> Iterator[list[VirtualPrinter]]:
    with ExitStack() as stack:
        codes = [f"Z{nr}" for nr in range(1, count + 1)]
        yield [stack.enter_context(VirtualPrinter(code, "zpl", config.data / "virtual" / code)) for code in codes]


class _Storm:
    def __init__(
        self, case: Case, config: Config, printers: list[VirtualPrinter], asker: Asker,
        say: Callable[[str], None], chance: random.Random,
    ) -> None:  # fmt: skip
        self.case, self.config, self.printers, self.asker, self._say = case, config, printers, asker, say
        self.outcome = Outcome(case)
        self._chance = chance
        agent = ("bench.prints.agent", str(config.data / "agent"))
        self._commands = [*([("bench.prints.worker",)] * case.workers), agent]
        self._drivers: list[subprocess.Popen[bytes]] = []
        self._troubled: dict[str, float] = {}  # printer: until when

    def carry_out(self) -> None:
        started = time.monotonic()
        try:
            self._drivers = [self._driver(command) for command in self._commands]
            self._rage()
            self._calm()
            self._prove(after_the_storm)
            self._look_and_print_again()
            self._prove(after_the_person)
        finally:
            for driver in self._drivers:
                driver.kill()
                driver.wait()
        self.outcome.seconds = time.monotonic() - started

    # ---- the storm

    def _rage(self) -> None:
        """Labels are asked for as they come out; with each share of them something happens."""
        kills, faults = self._due(self.case.kills), self._due(self.case.faults)
        moved = time.monotonic()
        done = -1
        while self.asker.asked < self.case.jobs or done < self.case.jobs // 2:
            self._ease()
            self._restart()
            before, done = done, self._final()
            moved = time.monotonic() if done != before else moved
            if time.monotonic() > moved + STUCK_SECONDS:
                raise RuntimeError(f"nothing comes out any more: {ground.counts(self.config.psycopg_url)}")
            room = self.case.printers * AHEAD - (self.asker.asked - done)
            if room > 0 and self.asker.asked < self.case.jobs:
                self.asker.ask(min(room, self.case.jobs - self.asker.asked))
            while kills and kills[0] <= done:
                kills.pop(0)
                self._kill()
            while faults and faults[0] <= done and self._trouble():
                faults.pop(0)
            time.sleep(0.05)

    def _due(self, times: int) -> list[int]:
        """After how many labels each of so many things happens."""
        last = self.case.jobs - self.case.printers * AHEAD
        return sorted(self._chance.randrange(max(1, last)) for _ in range(times))

    def _final(self) -> int:
        found = ground.counts(self.config.psycopg_url)
        return sum(found[status] for status in FINAL)

    def _trouble(self) -> bool:
        """Something happens to a printer that is sound; False when none is."""
        sound = [each for each in self.printers if each.name not in self._troubled]
        if not sound:
            return False
        printer, kind = self._chance.choice(sound), self._chance.choice(KINDS)
        seconds = self._chance.uniform(*(OFF_SECONDS if kind == "off" else TROUBLE_SECONDS))
        if kind == "off":
            printer.set(power=False)
        elif kind == "disconnect":
            printer.set(faults=[f"disconnect:{self._chance.randrange(6_000)}"])
        else:
            printer.set(faults=[kind])
        self.outcome.faults[kind] += 1
        self._troubled[printer.name] = time.monotonic() + seconds
        return True

    def _ease(self, *, all_of_them: bool = False) -> None:
        for printer in self.printers:
            until = self._troubled.get(printer.name)
            if until is not None and (all_of_them or until < time.monotonic()):
                printer.set(power=True, faults=[])
                del self._troubled[printer.name]

    def _driver(self, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
        crash = ""
        if self.outcome.kills["at a moment"] < self.case.kills // 2:
            moment = self._chance.choice(("committed", "sent"))
            most = max(2, self.case.jobs // (self.case.kills + 1) // 2)
            crash = f"{moment}:{self._chance.randrange(1, most)}"
        environment = plain_environment(
            WMS_DATABASE_URL=self.config.psycopg_url, WMS_DATA=str(self.config.data), WMS_LOG_FORMAT="console"
        )
        with (self.config.data / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT,
                env={**environment, "PRINT_CRASH": crash}, stdout=log, stderr=log,
            )  # fmt: skip

    def _restart(self) -> None:
        for nr, driver in enumerate(self._drivers):
            code = driver.poll()
            if code is None:
                continue
            if code != -signal.SIGKILL:
                raise RuntimeError(f"{self._commands[nr][0]} ended with {code}: {self._log()}")
            self._killed(nr, "at a moment")

    def _kill(self) -> None:
        if self.outcome.kills["at any moment"] >= self.case.kills - self.case.kills // 2:
            return  # the others kill themselves
        nr = self._chance.randrange(len(self._drivers))
        self._drivers[nr].kill()
        self._drivers[nr].wait()
        self._killed(nr, "at any moment")

    def _killed(self, nr: int, when: str) -> None:
        self.outcome.kills[when] += 1
        self.outcome.killed[self._commands[nr][0].rpartition(".")[2]] += 1
        self._drivers[nr] = self._driver(self._commands[nr])

    def _log(self) -> str:
        return (self.config.data / "worker.log").read_text(errors="replace")[-3000:]

    # ---- afterwards

    def _calm(self) -> None:
        """The trouble is over; wait until nothing waits any more."""
        self._say("calm")
        self._ease(all_of_them=True)
        started = time.monotonic()
        while (found := ground.counts(self.config.psycopg_url)).keys() - set(FINAL):
            self._restart()
            if time.monotonic() > started + STUCK_SECONDS:
                raise RuntimeError(f"something waits for ever: {found}")
            time.sleep(0.1)
        while any(printer._engine.waiting for printer in self.printers):  # what a hung one has swallowed
            time.sleep(0.1)
        time.sleep(0.5)

    @property
    def _folders(self) -> list[Path]:
        return [printer.folder for printer in self.printers]

    def _prove(self, breaches: Callable[..., Iterator[str]]) -> None:
        self.outcome.breaches += breaches(ground.jobs(), ground.came_out(self._folders))

    def _look_and_print_again(self) -> None:
        """Somebody looks for each label in doubt, says whether it is there, and has it printed again if not."""
        while doubtful := [job for job in ground.jobs() if job.status == "uncertain"]:
            out = ground.came_out(self._folders)
            self.outcome.doubts += len(doubtful)
            for job in doubtful:
                there = bool(out[job.label])
                self.outcome.out_after_all += there
                with transaction():
                    service.resolve(job.id, there, warehouse_id=1)
                if not there:
                    self.outcome.reprints += 1
                    with transaction():
                        service.again(job.id, "did not come out", warehouse_id=1, station_id=None, actor_id=None)
            self._calm()


KINDS = ("disconnect", "disconnect", "disconnect", "off", "paper_out", "head_open", "hang", "deaf", "slow")
