"""One case of the battery of terminals, from an empty database to its proof."""
from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from playwright.sync_api import Browser, sync_playwright

from bench.battery.proof import breaches
from bench.chaos.hands import Terminal
from bench.chaos.proxy import Faults, Proxy
from bench.chaos.served import Books, Service, served
from bench.chromium import ARGUMENTS, program
from bench.ground import SLOTS
from wms.runtime import application

RECOVERY_SECONDS = 10.0
PATIENCE = 60.0  # seconds until it is no use waiting any more
OFFLINE_SCANS = 6  # that are made while a killed server starts again


@dataclass(frozen=True)
class Case:
    """`scans` picks at each terminal, rounded up to whole totes, a trigger pulled every `pause` seconds.

    `kills` of the server and black `holes` of so many seconds come evenly between them. In each hole one of the
    terminals is loaded anew, in every second one the server dies too.
    """

    name: str
    terminals: int
    scans: int
    kills: int
    holes: tuple[float, ...]
    pause: float
    faults: Faults

    @property
    def lines(self) -> int:
        """Of an order, of which there are as many as totes on a cart."""
        return -(-self.scans // SLOTS)


STORM = Faults(lost=0.2, twice=0.1, held=0.03, resets=4)
FULL = Case("full", 3, 200, 18, (5, 60, 12, 30, 3, 45, 20, 8), 0.7, STORM)
SMALL = Case("small", 1, 24, 2, (6,), 0.1, STORM)


@dataclass
class Outcome:
    """How a case went; `breaches` empty when everything is exact."""

    case: Case
    seconds: float = 0.0
    terminals: Sequence[Terminal] = ()
    seen: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    recoveries: list[float] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)


def run(case: Case, say: Callable[[str], None] = lambda what: None) -> Outcome:
    """Carry out a case. Raises playwright's Error where there is no Chromium."""
    with served(case.terminals, case.lines) as service, _browser() as browser, Proxy(service.port, case.name) as proxy:
        storm = _Storm(case, service, proxy, browser, say)
        storm.carry_out()
        return storm.outcome


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        yield browser
        browser.close()


class _Storm:
    def __init__(
        self, case: Case, service: Service, proxy: Proxy, browser: Browser, say: Callable[[str], None]
    ) -> None:
        self.case, self.service, self.proxy, self._say = case, service, proxy, say
        self.books = Books(service.config.psycopg_url)
        self.outcome = Outcome(case)
        url, barcodes = f"http://127.0.0.1:{proxy.port}", self.books.barcodes()
        sessions = [self.books.session(nr) for nr in range(1, case.terminals + 1)]
        self.terminals = [Terminal(browser, url, session, barcodes, case.lines * SLOTS) for session in sessions]
        self.outcome.terminals = self.terminals
        self._due = [0.0] * case.terminals

    def carry_out(self) -> None:
        for terminal in self.terminals:
            terminal.page.locator('[data-screen="pick_line"]').wait_for()
            terminal.shelved()
        started = time.monotonic()
        self.proxy.rage(self.case.faults)
        for at, act in self._programme():
            self._work(lambda at=at: self._picked >= at)  # type: ignore[misc]
            act()
            self._settle()
        self._work(lambda: all(terminal.finished for terminal in self.terminals))
        self._settle()
        self.outcome.seconds = time.monotonic() - started
        self.outcome.seen = self.proxy.seen
        self.outcome.breaches += self._unproven()
        self.books.close()

    @property
    def _picked(self) -> int:
        return sum(terminal.confirmed for terminal in self.terminals)

    def _programme(self) -> list[tuple[int, Callable[[], None]]]:
        """What happens after how many picks."""
        case = self.case
        in_holes = len(case.holes) // 2
        holes: list[Callable[[], None]] = [partial(self._hole, each, nr) for nr, each in enumerate(case.holes)]
        kills: list[Callable[[], None]] = [self._kill] * (case.kills - in_holes)
        acts = [act for pair in zip(kills, holes, strict=False) for act in pair]
        acts += kills[len(holes) :] + holes[len(kills) :]
        step = case.terminals * case.lines * SLOTS / (len(acts) + 1)
        return [(round((nr + 0.5) * step), act) for nr, act in enumerate(acts)]

    def _work(self, done: Callable[[], bool], seconds: float | None = None) -> None:
        """Everybody scans until it is `done`, or for so long."""
        until = time.monotonic() + (PATIENCE * 10 if seconds is None else seconds)
        while not done() and time.monotonic() < until:
            moved = False
            for nr, terminal in enumerate(self.terminals):
                if self._due[nr] <= time.monotonic() and terminal.step():
                    self._due[nr] = time.monotonic() + self.case.pause
                    moved = True
            if not moved:
                self.terminals[0].page.wait_for_timeout(20)
        if seconds is None and not done():
            raise RuntimeError(f"nobody gets on: {[terminal.look() for terminal in self.terminals]}")

    def _kill(self) -> None:
        self._say("kill")
        self._die()
        begun = sum(terminal.scans for terminal in self.terminals)
        self._work(lambda: sum(t.scans for t in self.terminals) >= begun + OFFLINE_SCANS, seconds=5)

    def _die(self) -> None:
        self.service.kill()
        self.outcome.kills += 1
        self.service.start()

    def _hole(self, seconds: float, nr: int) -> None:
        """Nothing passes; meanwhile a page is loaded anew, from what its device has kept."""
        self._say(f"black for {seconds} s")
        self.proxy.black()
        self._work(lambda: False, seconds / 2)
        if nr % 2:
            self._die()
        self.terminals[nr % len(self.terminals)].reload()
        self._work(lambda: False, seconds / 2)
        self.proxy.clear()

    def _settle(self) -> None:
        """Network and server are sound again: how long until every terminal shows and keeps what the server knows?"""
        self.service.ready()
        self.proxy.calm()
        started = time.monotonic()
        while (wrong := self._unequal()) and time.monotonic() < started + PATIENCE:
            self.terminals[0].page.wait_for_timeout(50)
        took = time.monotonic() - started
        self.outcome.recoveries.append(took)
        self._say(f"equal after {took:.1f} s")
        if took > RECOVERY_SECONDS:
            self.outcome.breaches.append(f"terminals equal the server after {took:.1f} s only: {wrong}")
        self.proxy.rage(self.case.faults)

    def _unequal(self) -> list[str]:
        differ = ((nr, self._differs(nr, terminal)) for nr, terminal in enumerate(self.terminals, 1))
        return [f"terminal {nr}: {what}" for nr, what in differ if what]

    def _differs(self, nr: int, terminal: Terminal) -> str:
        seen = terminal.look()
        if seen["screen"] not in {"pick_line", "pick_done"} or seen["lamp"] == "offline" or seen["unsent"]:
            return str(seen)
        lines = self.books.lines(nr)
        kept = terminal.kept()
        closed = sum(status != "open" for _, status in lines.values())
        if seen["screen"] == "pick_line" and seen["done"] != closed:
            return f"shows {seen['done']} lines done, {closed} are"
        if {id: (picked, status) for id, picked, status in kept["lines"]} != lines:
            return "keeps other lines than the server"
        return f"{kept['waiting']} commands wait" if kept["waiting"] else ""

    def _unproven(self) -> Iterator[str]:
        told = {id: each for terminal in self.terminals for id, each in terminal.told.items()}
        with application(self.service.config):
            yield from breaches(told)
        yield from (f"{id} was refused: {each['code']}" for id, each in told.items() if not each["ok"])
        for nr, terminal in enumerate(self.terminals, 1):
            picked = sum(pieces for pieces, _ in self.books.lines(nr).values())
            if picked != terminal.confirmed:
                yield f"terminal {nr} picked {terminal.confirmed} pieces, {picked} are in the ledger"
            yield from (f"{id} was never answered" for id in terminal.sent if id not in terminal.told)
            if troubles := terminal.look().get("troubles"):
                yield f"terminal {nr} has {troubles} scans that need a person"
