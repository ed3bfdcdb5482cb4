"""One printer that an agent may use, driven in a thread of its own, so that a dead one delays nobody else."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable

from printers.errors import Interrupted, InvalidField, NotReachable
from printers.fate import fate, settled_fate
from printers.gap import Gap
from printers.os_queue import OsQueue
from printers.profiles import GENERIC, Language, Profile, profiles
from printers.serial_port import Serial
from printers.status import PrinterStatus
from printers.transport import Limits, Tcp, Transport
from printers.usb_port import Usb
from wms.agent.journal import Job, Journal, Result
from wms.agent.settings import WAYS, Allowed, SettingsError

log = logging.getLogger(__name__)

LIMITS = Limits(connect=1.0, send=20.0, answer=1.0, drain=15.0)
# Seconds between two looks: at a printer that is stopped or holds a label, and at one that has nothing to do.
FAST, SLOW = 0.5, 2.0
# Why an agent itself cannot print: its disk takes nothing more, or something went wrong that its log tells.
NO_DISK, FAILED = "agent_disk", "agent_error"


def model_of(to: Allowed, key: str) -> Profile:
    """What is known of the model of that key; of one that this agent does not know, or that speaks another language, no
    more than its language."""
    language: Language = "zpl" if to.language == "zpl" else "escpos"
    known = profiles().get(key)
    return known if known is not None and known.language == language else GENERIC[language]


def way(to: Allowed, profile: str = "") -> Transport:
    """The transport to a printer. Raises SettingsError for an address that is none."""
    kind, _, rest = to.address.partition(":")
    model = model_of(to, profile)
    try:
        if kind == "queue":
            return OsQueue(rest)
        if kind == "usb":
            return Usb(rest, model, must_answer=to.must_answer, limits=LIMITS)
        if kind == "serial":
            return Serial(rest, model, must_answer=to.must_answer, limits=LIMITS)
        host, _, port = rest.removeprefix("//").rpartition(":")
        if kind != "tcp" or not rest.startswith("//") or not host:
            raise InvalidField("address", f"none of {WAYS}")
        # Whoever set the agent up has chosen this very address: no other network is asked for.
        return Tcp(
            host.strip("[]"), int(port), profile=model, must_answer=to.must_answer,
            allowed=lambda address, port: None, limits=LIMITS,
        )  # fmt: skip
    except (InvalidField, ValueError) as error:
        raise SettingsError(f"{to.name}: {to.address!r}: {error}") from error


class Machine:
    """Sends what it is given, and watches the printer. `changed` is called when there is something to tell."""

    def __init__(
        self, to: Allowed, journal: Journal, may_begin: Callable[[], bool], changed: Callable[[], None]
    ) -> None:
        self.to = to
        self.status = PrinterStatus("unknown")
        self.rate: int | None = None  # labels a minute at most
        self._profile = ""
        self._way = way(to)
        self._journal = journal
        self._may_begin = may_begin
        self._changed = changed
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._held: Job | None = None
        self._begun = False  # the journal has begun the job at hand
        self._unnoted: dict[int, tuple[Job, Result]] = {}  # what the disk did not take, to be noted later
        self._gap = Gap()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"printer {to.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def know(self, profile: str) -> None:
        """It is a printer of this model, by its key; "" for any of its language. From the next question on."""
        if profile != self._profile:
            self._profile, self._way = profile, way(self.to, profile)

    def give(self, job: Job) -> None:
        """Send this, after what was given before."""
        self._jobs.put(job)

    def end(self) -> None:
        """Stop after the job at hand; what was not begun is not sent."""
        self._ending.set()
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._round()
            except Exception as error:
                log.exception("printer %s", self.to.name)
                self._failed(self._held, error, begun=True)

    def _round(self) -> None:
        try:
            job = self._jobs.get(timeout=FAST if self._held or self.status.state != "ready" else SLOW)
        except queue.Empty:
            self._look()
            return
        if job is not None:
            self._print(job)

    def _look(self) -> None:
        if FAILED in self.status.reasons and self._gap.left():
            return  # a job would only fail again
        for job, result in list(self._unnoted.values()):
            self._note(job, result, self.status)
        status = self._way.status()
        if self._held is not None:
            self._let_go(self._held, status)
        self._tell(PrinterStatus("blocked", (NO_DISK,)) if self._unnoted else status)

    def _tell(self, status: PrinterStatus, *, news: bool = False) -> None:
        before, self.status = self.status, status
        if news or (before.state, before.reasons) != (status.state, status.reasons):
            self._changed()

    def _print(self, job: Job) -> None:
        while (left := self._gap.left()) > 0 and not self._ending.wait(min(left, FAST)):
            pass
        self._begun = False
        try:
            result = self._way.send(job.payload, lambda: self._begin(job))
        except _StaleError:
            self._note(job, Result("not_sent", reason="too_late"), self.status)
        except NotReachable as error:
            why = ", ".join(error.reasons)
            self._note(job, Result("not_sent", reason=why), PrinterStatus("blocked", error.reasons))
        except Interrupted as error:
            log.warning("job %s is in doubt: %s", job.id, error)
            self._gap.broke_off()
            self._note(job, Result("doubt", reason="interrupted"), self.status)
        except Exception as error:
            log.exception("job %s", job.id)
            self._gap.broke_off()
            self._failed(job, error, begun=self._begun)
        else:
            self._gap.went_well()
            became, status = fate(result), result.status or self.status
            self._held = job if became == "held" else None
            why = "" if became in ("printed", "sent") else ", ".join(status.reasons)
            self._note(job, Result(became, result.confirmation, why), status)

    def _begin(self, job: Job) -> None:
        """The last moment: not without a lease, and not before the journal knows."""
        if self._ending.is_set() or not self._may_begin():
            raise _StaleError
        self._journal.begin(job.id)
        self._begun = True
        self._gap.began(self.rate)

    def _let_go(self, job: Job, status: PrinterStatus) -> None:
        became, status = settled_fate(self._way.status, status)
        if became == "held":
            return
        self._held = None
        if became == "printed":
            self._note(job, Result("printed", "buffer_drained"), status)
        else:
            self._note(job, Result("doubt", reason=", ".join(status.reasons)), status)

    def _failed(self, job: Job | None, error: Exception, *, begun: bool) -> None:
        """Something that nobody foresaw: a job that had begun is in doubt, and the printer has stopped until it is
        looked at again."""
        self._held = None
        why = NO_DISK if isinstance(error, sqlite3.Error) else FAILED
        stopped = PrinterStatus("blocked", (why,))
        if job is None:
            self._tell(stopped)
        else:
            self._note(job, Result("doubt" if begun else "not_sent", reason=why), stopped)

    def _note(self, job: Job, result: Result, status: PrinterStatus) -> None:
        """On the disk before it is told. What the disk does not take is kept until it does, and the service, which
        waits for it, hands over nothing else."""
        try:
            self._journal.note(job.id, result)
        except sqlite3.Error:
            if job.id not in self._unnoted:
                log.exception("job %s is %s, and the journal does not take it", job.id, result.outcome)
            self._unnoted[job.id] = job, result
            self._tell(PrinterStatus("blocked", (NO_DISK,)))
        else:
            self._unnoted.pop(job.id, None)
            self._tell(status, news=True)


class _StaleError(Exception):
    """The service may have given the job up by now: it must not be begun."""
