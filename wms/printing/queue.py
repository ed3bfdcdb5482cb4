"""The queue of one printer, as its dispatcher moves it. Every move is a conditional UPDATE."""
from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from printers.status import PrinterStatus
from printers.transport import Sent
from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.printing import lease, service
from wms.printing.events import PrinterChanged
from wms.printing.lifecycle import JOB
from wms.printing.models import Printer, PrintJob
from wms.printing.routes import route, stations_of
from wms.printing.rules import LABELS, WAITING
from wms.printing.wake import wake
from wms.printing.wire import Rendered, Target


@dataclass(frozen=True)
class Work:
    """A job to be printed; `payload` None until it is rendered."""

    id: int
    document: str
    data: dict[str, Any]
    media: str
    payload: bytes | None


def next_job(printer_id: int) -> Work | None:
    """The oldest job that waits for a printer; labels of the floor only when nobody waits for anything else."""
    oldest = (
        select(PrintJob.id, PrintJob.document, PrintJob.data, PrintJob.media, PrintJob.payload)
        .where(PrintJob.printer_id == printer_id, PrintJob.status.in_(WAITING))
        .order_by(PrintJob.document.in_(LABELS), PrintJob.id)
        .limit(1)
    )
    row = db.session.execute(oldest).one_or_none()
    return Work(*row) if row else None


def with_work() -> set[int]:
    """The ids of the printers that jobs wait for."""
    waiting = select(PrintJob.printer_id).where(PrintJob.status.in_(WAITING)).distinct()
    return {printer_id for printer_id in db.session.execute(waiting).scalars() if printer_id is not None}


def keep(job_id: int, rendered: Rendered) -> bool:
    """Store the payload, which never changes from now on. False when the job was cancelled meanwhile."""
    reason = f"substituted: {', '.join(rendered.substituted)}" if rendered.substituted else None
    digest = hashlib.sha256(rendered.payload).digest()
    return _move(job_id, "render", payload=rendered.payload, sha256=digest, reason=reason)


def begin(job_id: int, printer_id: int, token: int) -> bool:
    """Lease and send in one step; committed before the first byte leaves.

    False when the job was cancelled or given to another printer meanwhile. Raises LeaseLostError.
    """
    lease.require(printer_id, token)
    status = JOB.after("send", JOB.after("lease", "rendered"))
    sources, _ = JOB.moves["lease"]
    begun = update(PrintJob).where(
        PrintJob.id == job_id, PrintJob.printer_id == printer_id, PrintJob.status.in_(sources)
    )
    values = {"status": status, "lease_token": token, "sent_at": now()}
    return db.session.execute(begun.values(values).returning(PrintJob.id)).scalar() is not None


def sent(job_id: int, token: int, result: Sent) -> None:
    """All bytes are with the printer; with evidence that they were printed the job is confirmed.

    Evidence counts even where a newer worker has put the job in doubt meanwhile.
    """
    values: dict[str, Any] = {"confirmation": result.confirmation, "done_at": now()}
    if result.confirmation == "none":
        _move(job_id, "sent", PrintJob.lease_token == token, **values)
    else:
        _move(job_id, "confirm", PrintJob.lease_token == token, **values)


def in_doubt(job_id: int, token: int, reason: str) -> None:
    """Bytes went out and then it failed: only a person can say what came out."""
    _move(job_id, "lose", PrintJob.lease_token == token, reason=reason, done_at=now())


def not_sent(job_id: int, token: int, reason: str) -> None:
    """It was to be sent, but the printer took not one byte."""
    _move(job_id, "block", PrintJob.lease_token == token, PrintJob.status == "sending", reason=reason)


def failed(job_id: int, reason: str) -> None:
    """It cannot be drawn: trying again would not help."""
    _move(job_id, "fail", reason=reason, done_at=now())


def hold_up(printer_id: int, reason: str) -> None:
    """Everything that waits for a printer is blocked for this reason."""
    sources = set(JOB.moves["block"][0]) - {"sending"}
    waiting = or_(
        PrintJob.status.in_(sources),
        and_(PrintJob.status == "blocked", func.coalesce(PrintJob.reason, "") != reason),
    )
    stopped = update(PrintJob).where(PrintJob.printer_id == printer_id, waiting)
    _each(stopped.values(status=JOB.moves["block"][1], reason=reason))


def note_status(printer: Target, status: PrinterStatus) -> None:
    """Store a printer's status, and tell its stations when it is another one than before."""
    reasons = list(status.reasons)
    changed = (
        update(Printer)
        .where(Printer.id == printer.id, or_(Printer.status != status.state, Printer.status_reasons != reasons))
        .values(status=status.state, status_reasons=reasons, status_at=now())
        .returning(Printer.id)
    )
    if db.session.execute(changed).scalar() is not None:
        stations = stations_of(printer.id)
        publish(PrinterChanged(printer.warehouse_id, printer.code, status.state, reasons, stations))


def find_printers() -> None:
    """Give a printer to the jobs that have none, or whose printer was taken out of service."""
    active = select(Printer.id).where(Printer.active)
    lost = select(PrintJob).where(
        PrintJob.status.in_(JOB.moves["route"][0]),
        or_(PrintJob.printer_id.is_(None), PrintJob.printer_id.not_in(active)),
    )
    for job in db.session.execute(lost.order_by(PrintJob.id).with_for_update(skip_locked=True)).scalars().all():
        _reroute(job)


def _reroute(job: PrintJob) -> None:
    found = route(job.station_id, job.document)
    if found.printer_id is None or found.media is None:
        if job.printer_id is not None:
            job.printer_id, job.status, job.reason = None, "blocked", service.NO_PRINTER
            service.tell(job)
        return
    job.status = JOB.after("route", job.status)
    job.printer_id, job.media, job.reason = found.printer_id, found.media, None
    job.payload = job.sha256 = None  # nothing of it was sent, and the other printer may speak otherwise
    db.session.flush()
    service.tell(job)
    wake(found.printer_id)


def _move(job_id: int, action: str, *conditions: Any, **values: Any) -> bool:
    sources, target = JOB.moves[action]
    moved = update(PrintJob).where(PrintJob.id == job_id, PrintJob.status.in_(sources), *conditions)
    return bool(_each(moved.values(status=target, **values), quiet=action == "render"))


def _each(statement: Any, *, quiet: bool = False) -> list[int]:
    """Carry out an UPDATE of jobs and tell their stations; returns their ids."""
    ids = db.session.execute(statement.returning(PrintJob.id)).scalars().all()
    for job_id in ids:
        if not quiet:
            service.tell(db.session.get_one(PrintJob, job_id, populate_existing=True))
    return list(ids)
