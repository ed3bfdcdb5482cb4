"""Sends waiting jobs to printers: one thread a printer, so that a dead one delays nobody else.

Every job is rendered, then `sending` is committed, and only then the first byte leaves. A printer
that takes nothing blocks its jobs until it is back; bytes that left and then failed put the job in
doubt, and it is never sent again by itself.
"""
from __future__ import annotations

import os
import socket
import threading
import uuid
from dataclasses import dataclass

import structlog
from flask import Flask
from sqlalchemy import select

from printers import Blocked, DocumentError, EncodingError, FontNotFound, Interrupted, NotReachable, PrintError
from printers.status import PrinterStatus
from wms.core.config import Config
from wms.core.db import db
from wms.core.transaction import transaction
from wms.printing import lease, queue, wire
from wms.printing.models import Printer
from wms.printing.queue import Work
from wms.printing.wake import listen
from wms.printing.wire import Target

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
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self._drivers: dict[int, Driver] = {}

    def run(self) -> None:
        """See `run`."""
        ears = threading.Thread(
            target=listen, args=(self._config.psycopg_url, self._woken, self._stop), name="print-listen", daemon=True
        )
        ears.start()
        threading.Thread(target=wire.warm_up, name="print-fonts", daemon=True).start()
        while not self._stop.is_set():
            try:
                self._tick()
            except Exception:
                log.warning("print_tick_failed", exc_info=True)
            self._stop.wait(self._pace.tick)
        for driver in self._drivers.values():
            driver.end()
        ears.join()

    def _woken(self, printer_id: int) -> None:
        driver = self._drivers.get(printer_id)
        if driver is not None:
            driver.due.set()

    def _tick(self) -> None:
        with self._app.app_context():
            with transaction():
                lease.prolong({driver.to.id: driver.token for driver in self._drivers.values() if driver.token})
            with transaction():
                queue.find_printers()
            targets, busy = self._seen()
        self._match(targets)
        for printer_id in busy:
            self._woken(printer_id)

    def _seen(self) -> tuple[dict[int, Target], set[int]]:
        with transaction():
            rows = db.session.execute(select(Printer).where(Printer.active)).scalars()
            targets = {row.id: wire.target(row, self._config.printer_networks) for row in rows}
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
            self.due.wait(self._pace.status)
            self.due.clear()
        self._abandon()

    def _round(self) -> None:
        """Send what waits; with nothing to send, ask the printer how it is."""
        if self.token is None:
            with transaction():
                self.token = lease.take(self.to.id, self._owner)
        if self.token is None:
            return
        asked = False
        while not self._ending:
            with transaction():
                work = queue.next_job(self.to.id)
            if work is None:
                break
            asked = True
            if not self._print(work, self.token):
                return
        if not asked:
            self._heard(wire.status(self.to))

    def _print(self, work: Work, token: int) -> bool:
        """Print one job. False when the printer cannot go on now."""
        try:
            payload = work.payload or self._rendered(work)
        except FontNotFound:
            with transaction():
                queue.hold_up(self.to.id, "no_font")  # this machine lacks it, the data is not at fault
            return False
        return payload is None or self._sent(work.id, payload, token)

    def _rendered(self, work: Work) -> bytes | None:
        """The payload, stored; None when the job failed or was cancelled."""
        try:
            rendered = wire.render(work.document, work.data, work.media, self.to)
        except (DocumentError, EncodingError) as error:
            log.warning("document_not_drawn", job=work.id, error=str(error))
            with transaction():
                queue.failed(work.id, f"cannot_render: {error}")
            return None
        with transaction():
            return rendered.payload if queue.keep(work.id, rendered) else None

    def _sent(self, job_id: int, payload: bytes, token: int) -> bool:
        try:
            result = wire.send(self.to, payload, lambda: self._begin(job_id, token))
        except _WithdrawnError:
            return True
        except NotReachable as error:
            return self._blocked(job_id, token, error)
        except Interrupted as error:
            log.warning("label_in_doubt", job=job_id, printer=self.to.code, error=str(error))
            with transaction():
                queue.in_doubt(job_id, token, "interrupted")
            return True
        with transaction():
            queue.sent(job_id, token, result)
        if result.status is not None:
            with transaction():  # of its own: printers are locked before jobs everywhere
                queue.note_status(self.to, result.status)
        return result.status is None or result.status.state != "blocked"

    def _begin(self, job_id: int, token: int) -> None:
        with transaction():
            if not queue.begin(job_id, self.to.id, token):
                raise _WithdrawnError

    def _blocked(self, job_id: int, token: int, error: NotReachable) -> bool:
        reasons = error.reasons if isinstance(error, Blocked) else (wire.reason_of(error),)
        with transaction():
            queue.not_sent(job_id, token, ", ".join(reasons))
        self._heard(PrinterStatus("blocked", reasons))
        return False

    def _heard(self, status: PrinterStatus) -> None:
        with transaction():
            queue.note_status(self.to, status)
            if status.state == "blocked":
                queue.hold_up(self.to.id, ", ".join(status.reasons))

    def _abandon(self) -> None:
        """Give the lease back; a job left in `sending` is then doubted by whoever takes it next."""
        token, self.token = self.token, None
        if token is None:
            return
        try:
            with self._app.app_context(), transaction():
                lease.give_up(self.to.id, token)
        except Exception:
            log.warning("lease_not_given_up", printer=self.to.code, exc_info=True)


class _WithdrawnError(PrintError):
    """The job was cancelled or moved just before its first byte."""
