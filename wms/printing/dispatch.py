"""Sends waiting jobs to printers: one thread a printer, so that a dead one delays nobody else.

Every job is rendered, then `sending` is committed, and only then the first byte leaves. A printer
that takes nothing blocks its jobs until it is back, or until another takes them; bytes that left and
then failed put the job in doubt, and it is never sent again by itself. What a stopped printer still
holds stays `sending` until it is out or in doubt, and nothing else is sent to it meanwhile.

Printers beside an agent are driven by it (`wms.printing.agents`); here their jobs are only drawn.
"""
from __future__ import annotations

import os
import socket
import threading
import uuid
from dataclasses import dataclass
from functools import partial

import structlog
from flask import Flask
from sqlalchemy import select

from printers import DocumentError, EncodingError, FontNotFound, Interrupted, NotReachable, PrintError
from printers.fate import fate, settled_fate
from printers.gap import Gap
from printers.status import PrinterStatus
from printers.transport import Sent
from wms.core.config import Config
from wms.core.db import db
from wms.core.transaction import transaction
from wms.printing import lease, queue, wire
from wms.printing.models import Printer
from wms.printing.queue import Work
from wms.printing.rules import why_not_drawn
from wms.printing.templates import Arranged
from wms.printing.wake import listen, wake
from wms.printing.wire import Rendered, Target

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pace:
    """Seconds between looks: `tick` at the queue and at blocked printers, `status` at idle printers."""

    tick: float = 1.0
    status: float = 1.5


def run(app: Flask, stop: threading.Event, *, pace: Pace | None = None) -> None:
    """Drive every printer of the database until `stop` is set. Blocks; start it in a thread."""
    Dispatcher(app, stop, pace or Pace()).run()


class Dispatcher:
    """One worker's printers. Several workers share them: each printer is driven by one at a time."""

    def __init__(self, app: Flask, stop: threading.Event, pace: Pace) -> None:
        self._app = app
        self._stop = stop
        self._pace = pace
        self._config: Config = app.extensions["wms_config"]
        self._allowed = wire.allowed_by(self._config)
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self._drivers: dict[int, Driver] = {}
        self._drawer = Drawer(app, stop)

    def run(self) -> None:
        """See `run`."""
        ears = threading.Thread(
            target=listen, args=(self._config.psycopg_url, self._woken, self._stop), name="print-listen", daemon=True
        )
        ears.start()
        while not self._stop.is_set():
            try:
                self._tick()
            except Exception:
                log.warning("print_tick_failed", exc_info=True)
            self._stop.wait(self._pace.tick)
        for driver in self._drivers.values():
            driver.end()
        self._drawer.end()
        ears.join()

    def _woken(self, printer_id: int) -> None:
        driver = self._drivers.get(printer_id)
        if driver is not None:
            driver.due.set()
        else:
            self._drawer.wake(printer_id)

    def _tick(self) -> None:
        with self._app.app_context():
            with transaction():
                lease.prolong({driver.to.id: driver.token for driver in self._drivers.values() if driver.token})
            with transaction():
                queue.expire()
            with transaction():
                queue.find_printers()
            with transaction():
                lease.doubt_what_agents_left()
            with transaction():
                lease.doubt_what_is_switched_off()
            targets, busy = self._seen()
        self._drawer.targets = {to.id: to for to in targets.values() if to.transport == "agent"}
        self._match({to.id: to for to in targets.values() if to.transport != "agent"})
        for printer_id in busy:
            self._woken(printer_id)

    def _seen(self) -> tuple[dict[int, Target], set[int]]:
        with transaction():
            rows = db.session.execute(select(Printer).where(Printer.active)).scalars()
            targets = {row.id: wire.target(row, self._allowed) for row in rows}
            return targets, queue.with_work()

    def _match(self, targets: dict[int, Target]) -> None:
        """One driver for each printer as it is set up now."""
        for printer_id, driver in list(self._drivers.items()):
            if targets.get(printer_id) != driver.to:
                driver.leave()
                if not driver.thread.is_alive():
                    del self._drivers[printer_id]
        for printer_id, to in targets.items():
            if printer_id not in self._drivers:
                self._drivers[printer_id] = Driver(self._app, to, self._owner, self._stop, self._pace)


class Driver:
    """Drives one printer in a thread of its own."""

    def __init__(self, app: Flask, to: Target, owner: str, stop: threading.Event, pace: Pace) -> None:
        self.to = to
        self.token: int | None = None
        self.due = threading.Event()
        self._app = app
        self._owner = owner
        self._stop = stop
        self._pace = pace
        self._left = False
        self._held: int | None = None  # the job that the printer has and has not printed
        self._gap = Gap()
        self._way = wire.way(to)
        self._coming: Work | None = None  # the next job, unless another was asked for since
        self._proved: tuple[int, str] | None = None  # a job that is printed, and how that is known; not written yet
        # The last job that was drawn, ahead or in case it must wait: its id, media and template.
        self._drawn: tuple[tuple[int, str, Arranged | None], Rendered] | None = None
        self._told: PrinterStatus | None = None  # what the database knows, while nobody else drives the printer
        self.thread = threading.Thread(target=self._run, name=f"print-{to.code}", daemon=True)
        self.thread.start()

    def leave(self) -> None:
        """Stop after the job at hand."""
        self._left = True
        self.due.set()

    def end(self) -> None:
        """Stop after the job at hand, and wait for that."""
        self.leave()
        self.thread.join()

    @property
    def _ending(self) -> bool:
        return self._left or self._stop.is_set()

    def _run(self) -> None:
        while not self._ending:
            try:
                with self._app.app_context():
                    self._round()
            except Exception:
                # Whatever state the job at hand is in, a fresh lease sorts it out: unsent or in doubt.
                log.warning("print_round_failed", printer=self.to.code, exc_info=True)
                self._abandon()
            if not self._ending:
                self.due.wait(min(self._pace.status, self._gap.left() or self._pace.status))
            self.due.clear()
        self._abandon()

    def _round(self) -> None:
        """Send what waits; with nothing to send, ask the printer how it is."""
        if self.token is None:
            with transaction():
                self.token = lease.take(self.to.id, self._owner)
        if self.token is None or (self._held is not None and not self._let_go(self._held, self.token)):
            return
        asked = False
        try:
            while not self._ending and self._held is None and not self._gap.left():
                work = self._chosen()
                if work is None:
                    break
                asked = True
                if not self._print(work, self.token):
                    return
        finally:
            self._write_proof(self.token)
        if not asked:
            self._heard(self._way.status())

    def _chosen(self) -> Work | None:
        work, self._coming = self._coming, None
        return self._next() if work is None or self.due.is_set() else work

    def _next(self) -> Work | None:
        self.due.clear()  # whatever is asked for from now on sets it again
        return queue.next_job(self.to.id)

    def _print(self, work: Work, token: int) -> bool:
        """Print one job. False when the printer cannot go on now."""
        if work.payload is not None:
            return self._sent(work.id, work.payload, None, token)
        try:
            rendered = self._render(work)
        except FontNotFound:
            with transaction():
                queue.hold_up(self.to.id, "no_font")  # this machine lacks it, the data is not at fault
            return False
        return rendered is None or self._sent(work.id, rendered.payload, rendered, token)

    def _render(self, work: Work) -> Rendered | None:
        """A job drawn, which is kept with the first byte; None when it failed."""
        which = (work.id, work.media, work.template)
        if self._drawn is None or self._drawn[0] != which:
            rendered = draw(self.to, work)
            self._drawn = (which, rendered) if rendered is not None else None
        return self._drawn[1] if self._drawn else None

    def _prepare(self, token: int) -> None:
        """While a label prints: the proof of the one before is written down, and the next one is drawn."""
        try:
            self._write_proof(token)
            self._coming = self._next()
            if self._coming is not None and self._coming.payload is None:
                self._render(self._coming)
        except Exception:
            log.warning("print_not_prepared", printer=self.to.code, exc_info=True)  # seen to when it is its turn

    def _sent(self, job_id: int, payload: bytes, rendered: Rendered | None, token: int) -> bool:
        try:
            begin = partial(self._begin, job_id, token, payload, rendered)
            result = self._way.send(payload, begin, partial(self._prepare, token))
        except _WithdrawnError:
            return True
        except queue.PayloadChangedError:
            log.error("payload_changed", job=job_id)
            with transaction():
                queue.failed(job_id, self.to.id, "payload_changed")
            return True
        except NotReachable as error:
            return self._blocked(job_id, token, error)
        except Interrupted as error:
            log.warning("label_in_doubt", job=job_id, printer=self.to.code, error=str(error))
            with transaction():
                queue.in_doubt(job_id, token, "interrupted")
            self._gap.broke_off()
            return True
        self._settle(job_id, token, result)
        if result.status is not None:
            self._note(result.status)
        return result.status is None or result.status.state != "blocked"

    def _settle(self, job_id: int, token: int, result: Sent) -> None:
        self._write_proof(token)  # of the one before, where there was no time for it
        self._gap.went_well()
        became, reasons = fate(result), result.status.reasons if result.status else ()
        if became == "printed":
            # Written when the next one is on its way: a printer that stands still waits for nothing else. Should this
            # process die before, it is in doubt.
            self._proved = (job_id, result.confirmation)
            return
        with transaction():
            if became == "held":
                self._held = job_id
                queue.held(job_id, token, ", ".join(reasons))
            elif became == "doubt":
                log.warning("label_in_doubt", job=job_id, printer=self.to.code, reasons=reasons)
                queue.in_doubt(job_id, token, ", ".join(reasons))
            else:
                queue.sent(job_id, token, result.confirmation)

    def _write_proof(self, token: int) -> None:
        if self._proved is not None:
            with transaction():
                queue.sent(self._proved[0], token, self._proved[1])
            self._proved = None

    def _let_go(self, job_id: int, token: int) -> bool:
        """Whether the printer has let go of the label it held: it came out, or nobody can tell any more."""
        became, status = settled_fate(self._way.status, self._way.status())
        if became != "held":
            self._held = None
            with transaction():
                if became == "printed":
                    queue.sent(job_id, token, "buffer_drained")
                else:
                    log.warning("label_in_doubt", job=job_id, printer=self.to.code, reasons=status.reasons)
                    queue.in_doubt(job_id, token, ", ".join(status.reasons))
        self._heard(status)
        return became != "held"

    def _begin(self, job_id: int, token: int, payload: bytes, rendered: Rendered | None) -> None:
        with transaction():
            if not queue.begin(job_id, self.to.id, token, payload, rendered):
                raise _WithdrawnError
        self._gap.began(self.to.rate)

    def _blocked(self, job_id: int, token: int, error: NotReachable) -> bool:
        with transaction():
            queue.not_sent(job_id, token, ", ".join(error.reasons))
        self._heard(PrinterStatus("blocked", error.reasons))
        return False

    def _heard(self, status: PrinterStatus) -> None:
        self._note(status)
        if status.state == "blocked":
            with transaction():
                queue.hold_up(self.to.id, ", ".join(status.reasons))

    def _note(self, status: PrinterStatus) -> None:
        """In a transaction of its own, because printers are locked before jobs everywhere; only if it is news."""
        news = PrinterStatus(status.state, status.reasons)
        if news != self._told:
            with transaction():
                queue.note_status(self.to, news)
            self._told = news

    def _abandon(self) -> None:
        """Give the lease back; a job left in `sending` is then doubted by whoever takes it next, or, where the printer
        is switched off, by the next tick."""
        token, self.token, self._held, self._told = self.token, None, None, None
        self._coming = self._proved = None
        if token is None:
            return
        try:
            with self._app.app_context(), transaction():
                lease.give_up(self.to.id, token)
        except Exception:
            log.warning("lease_not_given_up", printer=self.to.code, exc_info=True)


class Drawer:
    """Draws what waits for printers that agents drive, in one thread: agents carry bytes and know nothing of fonts.

    A few labels ahead of each printer; the next ones when these are on their way.
    """

    AHEAD = 5

    def __init__(self, app: Flask, stop: threading.Event) -> None:
        self.targets: dict[int, Target] = {}
        self._app = app
        self._stop = stop
        self._due: set[int] = set()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="print-draw", daemon=True)
        self._thread.start()

    def wake(self, printer_id: int) -> None:
        """See what waits for this printer."""
        self._due.add(printer_id)
        self._woken.set()

    def end(self) -> None:
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._woken.wait()
            self._woken.clear()
            while self._due and not self._stop.is_set():
                to = self.targets.get(self._due.pop())
                if to is not None:
                    self._draw_all(to)

    def _draw_all(self, to: Target) -> None:
        try:
            with self._app.app_context():
                for work in queue.undrawn(to.id, self.AHEAD):
                    self._draw(to, work)
        except FontNotFound:
            with self._app.app_context(), transaction():
                queue.hold_up(to.id, "no_font")
        except Exception:
            log.warning("print_draw_failed", printer=to.code, exc_info=True)

    def _draw(self, to: Target, work: Work) -> None:
        rendered = draw(to, work)
        if rendered is not None:
            with transaction():
                if queue.keep(work.id, to.id, rendered):
                    wake(to.id)  # whoever carries it there


def draw(to: Target, work: Work) -> Rendered | None:
    """The bytes of a job; None when it cannot be drawn, and has failed. Raises FontNotFound."""
    try:
        return wire.render(work.document, work.data, work.media, to, work.template)
    except (DocumentError, EncodingError) as error:
        log.warning("document_not_drawn", job=work.id, error=str(error))
        with transaction():
            queue.failed(work.id, to.id, why_not_drawn(error))
        return None


class _WithdrawnError(PrintError):
    """The job was cancelled or moved just before its first byte."""
