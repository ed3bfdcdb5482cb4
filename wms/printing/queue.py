"""The queue of one printer, as its dispatcher moves it. Every move is a conditional UPDATE."""
from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from printers.status import PrinterStatus
from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.core.prepared import Prepared, Rows, execute
from wms.core.transaction import alone
from wms.printing import lease, runs, told
from wms.printing.events import PrinterChanged
from wms.printing.lifecycle import JOB
from wms.printing.models import Printer, PrinterRoute, PrintJob
from wms.printing.routes import NO_PRINTER, Route, stations_of, stopped, usable
from wms.printing.rules import BY_DOZENS, WAITING
from wms.printing.templates import USED, Arranged
from wms.printing.wake import wake
from wms.printing.wire import Rendered, Target

SUBSTITUTED = "substituted: "  # characters that no font has, in the fields that follow


@dataclass(frozen=True)
class Work:
    """A job to be printed; `payload` None until it is rendered, from `template` where one is used for it now."""

    id: int
    document: str
    data: dict[str, Any]
    media: str
    payload: bytes | None
    template: Arranged | None = None


# These statements go past SQLAlchemy, which would seal and open.
_DATA, _PAYLOAD = PrintJob.data.type, PrintJob.payload.type


class PayloadChangedError(Exception):
    """What is to be sent is not what was rendered."""


# In one statement with what each is drawn from: a packer waits for it. Runs wait for what a packer waits for, each goes
# by the places of its own, and labels of the floor come when there is nothing else.
_COMING = Prepared(
    "coming_print_jobs",
    f"""
    SELECT j.id, j.document, j.data, j.media, j.payload, used.id AS version_id, used.body
    FROM print_job j JOIN printer p ON p.id = j.printer_id
    LEFT JOIN LATERAL ({USED.format(
        warehouse_id="p.warehouse_id", document="j.document", media="j.media", version_id="j.template_version_id"
    )}) used ON j.payload IS NULL
    WHERE j.printer_id = :printer_id AND j.status IN {WAITING}
    ORDER BY j.document IN {BY_DOZENS}, j.run_id IS NOT NULL, j.run_id, j.run_place, j.id LIMIT cast(:most AS integer)
    """,  # noqa: S608 - of the module's own words
)


def next_job(printer_id: int) -> Work | None:
    """The job that a printer is to print next, in a transaction of its own."""
    found = _works(alone(_COMING, {"printer_id": printer_id, "most": 1}))
    return found[0] if found else None


def next_here(printer_id: int) -> Work | None:
    """As `next_job`, within the open transaction."""
    found = _works(execute(_COMING, {"printer_id": printer_id, "most": 1}))
    return found[0] if found else None


def undrawn(printer_id: int, ahead: int) -> list[Work]:
    """What is to be drawn for a printer now, so that the next `ahead` of its jobs are; in a transaction of its own."""
    coming = _works(alone(_COMING, {"printer_id": printer_id, "most": ahead}))
    return [work for work in coming if work.payload is None]


def _works(rows: Rows) -> list[Work]:
    return [
        Work(
            row.id, row.document, _DATA.unveiled(row.data), row.media, row.payload and _PAYLOAD.opened(row.payload),
            Arranged(row.version_id, row.document, row.media, row.body) if row.version_id else None,
        )
        for row in rows
    ]  # fmt: skip


def with_work() -> set[int]:
    """The ids of the printers that jobs wait for."""
    waiting = select(PrintJob.printer_id).where(PrintJob.status.in_(WAITING)).distinct()
    return {printer_id for printer_id in db.session.execute(waiting).scalars() if printer_id is not None}


def keep(job_id: int, printer_id: int, rendered: Rendered) -> bool:
    """Store the payload, which never changes from now on.

    False when the job was cancelled or given to another printer meanwhile, which may speak otherwise.
    """
    return _forward(job_id, printer_id, "render", _drawn(rendered)) is not None


# The printer is locked before its job, as everywhere; new jobs for it need not wait for that.
_BEGIN = """
    WITH mine AS MATERIALIZED (
        SELECT id FROM printer WHERE id = :printer_id AND lease_token = :token FOR NO KEY UPDATE
    ), begun AS (
        UPDATE print_job j SET status = :status, lease_token = :token, sent_at = :at{kept}
        FROM mine
        WHERE j.id = :job_id AND j.printer_id = mine.id AND j.status = ANY(:sources) AND NOT j.voided
        RETURNING j.sha256
    )
    SELECT EXISTS (SELECT FROM mine) AS leased, EXISTS (SELECT FROM begun) AS begun, (SELECT sha256 FROM begun)
"""
_KEPT = ("payload", "sha256", "reason", "template_version_id")
_BEGIN_KEPT = Prepared("begin_print_job", _BEGIN.format(kept=""))
_BEGIN_DRAWN = Prepared("begin_drawn_job", _BEGIN.format(kept="".join(f", {each} = :{each}" for each in _KEPT)))


def begin(job_id: int, printer_id: int, token: int, payload: bytes, rendered: Rendered | None = None) -> bool:
    """Lease and send in one step; committed before the first byte leaves. `rendered`: just now, to be kept too.

    False when the job was cancelled, voided or given to another printer meanwhile. Raises LeaseLostError, and
    PayloadChangedError when `payload` is not what was rendered.
    """
    status = JOB.after("send", JOB.after("lease", "rendered"))
    of = {"job_id": job_id, "printer_id": printer_id, "token": token, "status": status, "at": now()}
    if rendered is None:
        [row] = execute(_BEGIN_KEPT, {**of, "sources": list(JOB.moves["lease"][0])})
    else:
        kept = {**_drawn(rendered), "payload": _PAYLOAD.sealed(rendered.payload)}
        [row] = execute(_BEGIN_DRAWN, {**kept, **of, "sources": list(JOB.moves["render"][0])})
    if not row.leased:
        raise lease.LeaseLostError(printer_id)
    if row.begun and not hmac.compare_digest(row.sha256 or b"", hashlib.sha256(payload).digest()):
        raise PayloadChangedError(job_id)
    return bool(row.begun)


def _drawn(rendered: Rendered) -> dict[str, Any]:
    reason = SUBSTITUTED + ", ".join(rendered.substituted) if rendered.substituted else None
    return {
        "status": JOB.moves["render"][1], "payload": rendered.payload, "reason": reason,
        "sha256": hashlib.sha256(rendered.payload).digest(), "template_version_id": rendered.template_version_id,
    }  # fmt: skip


def _forward(
    job_id: int, printer_id: int, action: str, values: dict[str, Any], *conditions: Any
) -> bytes | None:
    """Move a job of a printer from where `action` may start; its hash, None when it is not there. Nobody is told: it is
    on its way as before."""
    sources, _ = JOB.moves[action]
    moved = update(PrintJob).where(
        PrintJob.id == job_id, PrintJob.printer_id == printer_id, PrintJob.status.in_(sources), *conditions
    )
    row = db.session.execute(moved.values(values).returning(PrintJob.sha256)).one_or_none()
    return None if row is None else row.sha256 or b""


def sent(job_id: int, token: int, confirmation: str) -> None:
    """All bytes are with the printer; with evidence that they were printed the job is confirmed.

    Evidence counts even where a newer worker has put the job in doubt meanwhile.
    """
    action = "sent" if confirmation == "none" else "confirm"
    values = {"confirmation": confirmation, "done_at": now(), "reason": _how_drawn()}
    _move(job_id, action, PrintJob.lease_token == token, **values)


def held(job_id: int, token: int, reason: str) -> None:
    """The printer has it all and has not printed it: whoever drives the printer sees what becomes of it."""
    here = (PrintJob.id == job_id, PrintJob.status == "sending", PrintJob.lease_token == token)
    told.move(update(PrintJob).where(*here).values(reason=reason))


def in_doubt(job_id: int, token: int, reason: str) -> None:
    """Bytes went out and then it failed: only a person can say what came out."""
    _move(job_id, "lose", PrintJob.lease_token == token, reason=reason, done_at=now())


def not_sent(job_id: int, token: int, reason: str) -> None:
    """It was to be sent, but the printer took not one byte. What was voided meanwhile does not wait for it."""
    its = PrintJob.lease_token == token
    if not _move(job_id, "block", its, PrintJob.status == "sending", reason=reason):
        # An agent that nobody expected any more: in doubt by now, and a person may have been asked.
        _move(job_id, "fail", its, PrintJob.status == "uncertain", reason="not_sent", done_at=now())
    _move(job_id, "cancel", its, PrintJob.voided, done_at=now())


def failed(job_id: int, printer_id: int, reason: str) -> None:
    """It cannot be drawn or must not be sent: trying again would not help."""
    _move(job_id, "fail", PrintJob.printer_id == printer_id, reason=reason, done_at=now())


def expire() -> None:
    """What has waited until nobody wants it any more is not printed."""
    sources, target = JOB.moves["expire"]
    over = update(PrintJob).where(PrintJob.status.in_(sources), PrintJob.expires_at < now())
    told.move(over.values(status=target, done_at=now()))


def hold_up(printer_id: int, reason: str) -> None:
    """Everything that waits for a printer is blocked for this reason."""
    sources = set(JOB.moves["block"][0]) - {"sending"}
    waiting = or_(
        PrintJob.status.in_(sources),
        and_(PrintJob.status == "blocked", func.coalesce(PrintJob.reason, "") != reason),
    )
    stopped = update(PrintJob).where(PrintJob.printer_id == printer_id, waiting)
    told.move(stopped.values(status=JOB.moves["block"][1], reason=reason))


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
    """Give a printer to the jobs that have none, or whose printer is out of service, or stopped while another is not.

    Of none of them has a byte been sent. A run stays at a printer that is only stopped: it would come out as two
    stacks, one of them at a colleague's table, and whoever stops it and goes on with it has it moved (`runs.resume`).
    """
    active, stuck = select(Printer.id).where(Printer.active), select(Printer.id).where(stopped())
    lost = select(PrintJob).where(
        PrintJob.status.in_(JOB.moves["route"][0]),
        or_(
            PrintJob.printer_id.is_(None),
            PrintJob.printer_id.not_in(active),
            and_(PrintJob.printer_id.in_(stuck), PrintJob.run_id.is_(None), _another_way()),
        ),
    )
    ways: dict[tuple[int, str, str | None, int | None], Route] = {}
    for job in db.session.execute(lost.order_by(PrintJob.id).with_for_update(skip_locked=True)).scalars().all():
        asked = (job.station_id, job.document, job.media_asked, job.run_id)
        if asked not in ways:
            ways[asked] = runs.way(*asked)
        _reroute(job, ways[asked])


def draw_anew(printer_id: int) -> None:
    """What waits for a printer is drawn again: it is set up otherwise now. Nothing of it was sent."""
    sources, target = JOB.moves["route"]
    waiting = update(PrintJob).where(PrintJob.printer_id == printer_id, PrintJob.status.in_(sources))
    told.move(waiting.values(status=target, payload=None, sha256=None, reason=None))


def _another_way() -> Any:
    """A printer that a job could go to instead."""
    other = aliased(Printer)
    return exists().where(
        PrinterRoute.station_id == PrintJob.station_id,
        PrinterRoute.document == PrintJob.document,
        func.coalesce(PrintJob.media_asked, PrinterRoute.media) == PrinterRoute.media,
        other.id == PrinterRoute.printer_id,
        other.active,
        usable(other),
    )


def _reroute(job: PrintJob, found: Route) -> None:
    if found.printer_id is None or found.media is None:
        if job.printer_id is not None:
            job.printer_id, job.status, job.reason = None, "blocked", NO_PRINTER
            told.tell(job, None)
        return
    job.status = JOB.after("route", job.status)
    job.printer_id, job.media, job.reason = found.printer_id, found.media, None
    job.payload = job.sha256 = None  # nothing of it was sent, and the other printer may speak otherwise
    told.tell(job, found.printer)
    wake(found.printer_id)


def _how_drawn() -> Any:
    """What a job's reason is once it is out: how it was drawn, but no longer what held it up."""
    return case((PrintJob.reason.startswith(SUBSTITUTED), PrintJob.reason), else_=None)


def _move(job_id: int, action: str, *conditions: Any, **values: Any) -> bool:
    sources, target = JOB.moves[action]
    moved = update(PrintJob).where(PrintJob.id == job_id, PrintJob.status.in_(sources), *conditions)
    return bool(told.move(moved.values(status=target, **values)))
