"""An agent at work: it asks for jobs, gives them to its printers, and tells what became of them until that is heard."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from printers.status import PrinterStatus
from wms.agent.journal import Job, Journal
from wms.agent.link import Link, RefusedError
from wms.agent.machine import NO_DISK, Machine
from wms.agent.scale import Port, Scale, serial_port
from wms.agent.settings import Settings, SettingsError

log = logging.getLogger(__name__)

WAIT = 10.0
_RETRY, _LONGEST_RETRY = 0.5, 10.0


class Agent:
    """Everything of one station; `wait` is how long the service may keep a question for jobs, in seconds.

    Raises SettingsError when it is not enrolled or runs already.
    """

    def __init__(
        self, folder: Path, settings: Settings, *, scale: Callable[[], Port] | None = None, wait: float = WAIT
    ) -> None:
        self._wait = wait
        self._link = Link(settings.enrolled())
        try:
            self._journal = Journal(folder / "journal.sqlite")
        except sqlite3.OperationalError as error:
            raise SettingsError(f"the journal in {folder} is in use: another agent is running ({error})") from error
        self._good_until = 0.0  # by the monotonic clock: so long the service counts on us
        self._no_disk = False
        self._stop = threading.Event()
        self._news = threading.Event()
        self._machines = {
            name: Machine(to, self._journal, self._may_begin, self._news.set)
            for name, to in settings.printers.items()
        }
        opened = scale or ((lambda: serial_port(settings.scale)) if settings.scale else None)
        how = {"unit": settings.scale_unit, "question": settings.scale_asks}
        self._scale = Scale(opened, self._news.set, **how) if opened else None
        self._teller = threading.Thread(target=self._tell_news, name="teller", daemon=True)

    def run(self) -> None:
        """Work until `stop`. Raises RefusedError when the service does not know this agent any more."""
        self._journal.recover()
        for each in self._parts():
            each.start()
        self._teller.start()
        try:
            self._ask_and_print()
        finally:
            self._stop.set()
            self._news.set()
            self._teller.join()
            for each in self._parts():
                each.end()
            self._last_word()
            self._journal.close()

    def _last_word(self) -> None:
        """What was not begun is not sent; what a printer still holds nobody watches any more."""
        self._journal.recover()
        try:
            self._tell()
        except (OSError, RefusedError) as error:
            log.warning("told at the next start: %s", error)

    def stop(self) -> None:
        """Finish what is at hand, and end."""
        self._stop.set()

    def _parts(self) -> list[Any]:
        return [*self._machines.values(), *([self._scale] if self._scale else [])]

    def _may_begin(self) -> bool:
        return time.monotonic() < self._good_until

    def _ask_and_print(self) -> None:
        retry, greeted = _RETRY, False
        while not self._stop.is_set():
            try:
                if not greeted:
                    self._greet()
                    greeted = True
                self._tell()
                self._ask()
                retry, self._no_disk = _RETRY, False
            except OSError as error:
                log.warning("the service is away: %s", error)
                greeted = False
                retry = self._rested(retry)
            except sqlite3.Error as error:
                log.error("the journal takes nothing: %s", error)  # what it does not know is given to it again
                self._no_disk = True
                retry = self._rested(retry)

    def _rested(self, retry: float) -> float:
        self._stop.wait(retry * random.uniform(0.5, 1.0))  # noqa: S311 - so that not all come back at once
        return min(2 * retry, _LONGEST_RETRY)

    def _greet(self) -> None:
        self._link.greet([
            {"name": to.name, "language": to.language, "dpi": to.dpi, "must_answer": to.must_answer}
            for to in (machine.to for machine in self._machines.values())
        ])  # fmt: skip

    def _ask(self) -> None:
        asked = time.monotonic()
        jobs, reply = self._link.jobs(self._journal.owner, list(self._machines), self._journal.busy(), self._wait)
        # From the asking, not from the answer: that may have been long on its way. Asked again before it runs out.
        self._good_until = asked + float(reply["lease_seconds"])
        for name, machine in self._machines.items():
            machine.rate = reply["rates"].get(name)
            machine.know(reply.get("profiles", {}).get(name, ""))  # a service of before knows no models
        for job in jobs:
            self._take(job)

    def _take(self, job: Job) -> None:
        machine = self._machines.get(job.printer)
        if machine is None:
            log.error("job %s is for %r, which was not asked for", job.id, job.printer)
        elif self._journal.receive(job):
            machine.give(job)

    def _tell_news(self) -> None:
        while not self._stop.is_set():
            self._news.wait()
            self._news.clear()
            try:
                self._tell()
            except (OSError, RefusedError, sqlite3.Error) as error:
                log.warning("not told yet: %s", error)  # the next question comes after the next try

    def _tell(self) -> None:
        self._link.tell(self._report, self._heard)

    def _heard(self, report: dict[str, Any]) -> None:
        try:
            self._journal.told(report["results"])
        except sqlite3.Error as error:
            log.warning("told again, which changes nothing: %s", error)

    def _report(self) -> dict[str, Any]:
        no_disk = PrinterStatus("blocked", (NO_DISK,)) if self._no_disk else None
        printers = {name: no_disk or machine.status for name, machine in self._machines.items()}
        return {
            "results": self._journal.untold(),
            "printers": [
                {"name": name, "state": status.state, "reasons": list(status.reasons)}
                for name, status in printers.items()
            ],
            "scale": self._scale is not None,
            "weight_g": self._scale.weight_g if self._scale else None,
        }
