"""The verbs of the printing room: ask for a document, print it again, say what came out."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.printing.events import JobChanged
from wms.printing.labels import again as labels_again
from wms.printing.labels import cancel as cancel_labels
from wms.printing.labels import outdated as labels_outdated
from wms.printing.labels import preview as label_preview
from wms.printing.labels import print_labels
from wms.printing.labels import runs as label_runs
from wms.printing.labels import stations as label_stations
from wms.printing.lifecycle import JOB
from wms.printing.models import Printer, PrintJob
from wms.printing.routes import Route, printers_of, route
from wms.printing.rules import LABELS, STANDS, WAITING, marked, usual_media
from wms.printing.says import lpn_label, one_more, sku_label
from wms.printing.wake import wake

__all__ = [
    "again", "cancel_labels", "describe", "describe_printers", "enqueue", "has_real_printer", "job",
    "jobs_of_reference", "jobs_of_station", "label_preview", "label_runs", "label_stations", "labels_again",
    "labels_outdated", "lpn_label", "one_more", "print_labels", "printers_of_station", "progress", "resolve",
    "sku_label", "tell", "void",
]  # fmt: skip

NO_PRINTER = "no_printer"
NO_WORKER = "no_worker"

# Without what is printed: ten labels' bytes are of no use to a screen.
_JOBS = select(
    PrintJob.id, PrintJob.document, PrintJob.status, PrintJob.reason, PrintJob.reference, PrintJob.copy,
    PrintJob.confirmation, PrintJob.parent_id, PrintJob.asked_at, Printer.code.label("printer"),
).outerjoin(Printer, Printer.id == PrintJob.printer_id)  # fmt: skip
_OF_STATION = (
    _JOBS.where(PrintJob.station_id == bindparam("station_id"), PrintJob.document.not_in(LABELS))
    .order_by(PrintJob.id.desc())
    .limit(bindparam("limit", type_=Integer))
)
_OF_REFERENCE = _JOBS.where(
    PrintJob.warehouse_id == bindparam("warehouse_id"), PrintJob.reference == bindparam("reference")
).order_by(PrintJob.id)
# The database's clock wrote the lease, so it also judges it.
_NOW = select(
    Printer.id,
    func.coalesce(Printer.lease_until > func.clock_timestamp(), False).label("driven"),
    select(func.count())
    .where(PrintJob.printer_id == Printer.id, PrintJob.status.in_(WAITING))
    .scalar_subquery()
    .label("waiting"),
).where(Printer.id.in_(bindparam("ids", expanding=True)))


def enqueue(
    document: str,
    document_id: int,
    station_id: int,
    data: dict[str, Any],
    *,
    asked_by: int | None,
    version: int = 1,
    reference: str = "",
) -> PrintJob:
    """Ask for the first copy of a document at a station; asked again, the same job is returned.

    `data` is what the document of that name in `printers` takes. `reference` is what people call the
    thing it belongs to (a parcel's number). Where no printer is set up the job waits, blocked, and is
    printed as soon as there is one: whoever packs is not held up.
    """
    found = route(station_id, document)
    values = {
        "warehouse_id": found.warehouse_id,
        "station_id": station_id,
        "document": document,
        "document_id": document_id,
        "version": version,
        "copy": 1,
        "data": data,
        "reference": reference,
        "asked_by": asked_by,
        "asked_at": now(),
        **_placed(document, found),
    }
    new = insert(PrintJob).values(values).on_conflict_do_nothing().returning(PrintJob)
    job = db.session.execute(new).scalar_one_or_none()
    return _announced(job, found) if job else _first(document, document_id, version)


def again(job_id: int, reason: str, *, warehouse_id: int, station_id: int | None, actor_id: int | None) -> PrintJob:
    """Print a document once more: a new job with its parent, reason and person, marked on the paper.

    It prints at `station_id` if given, else where the first did. Raises `printing.unknown_job`,
    `printing.voided`, `printing.still_waiting` (it has not been printed at all yet) or
    `printing.resolve_first` (nobody knows yet whether it was).
    """
    parent = _job(job_id, warehouse_id)
    first = _first(parent.document, parent.document_id, parent.version, lock=True)
    _require_printed(_latest(first))
    at = station_id or parent.station_id
    found = route(at, parent.document)
    copy = 1 + (db.session.execute(select(func.max(PrintJob.copy)).where(*_same(first))).scalar() or 0)
    job = PrintJob(
        warehouse_id=warehouse_id,
        station_id=at,
        document=parent.document,
        document_id=parent.document_id,
        version=parent.version,
        copy=copy,
        data=marked(parent.document, first.data, copy - 1),
        reference=parent.reference,
        parent_id=parent.id,
        reprint_reason=reason,
        asked_by=actor_id,
        asked_at=now(),
        **_placed(parent.document, found),
    )
    db.session.add(job)
    db.session.flush()
    return _announced(job, found)


def resolve(job_id: int, came_out: bool, *, warehouse_id: int) -> PrintJob:
    """A person says whether an uncertain label came out: it is confirmed, or failed.

    Raises `printing.unknown_job`, or `printing.not_uncertain` when there is nothing to answer.
    """
    job = _job(job_id, warehouse_id)
    if job.status != "uncertain":
        raise WmsError("printing.not_uncertain", parcel=job.reference, status=job.status)
    job.status = JOB.after("confirm" if came_out else "fail", job.status)
    job.confirmation, job.reason = ("operator", None) if came_out else (None, "did_not_come_out")
    job.done_at = now()
    db.session.flush()
    tell(job)
    return job


def void(document: str, document_id: int) -> None:
    """What these labels say is void: those that wait are cancelled, none may be printed again."""
    same = (PrintJob.document == document, PrintJob.document_id == document_id)
    db.session.execute(update(PrintJob).where(*same).values(voided=True))
    sources, target = JOB.moves["cancel"]
    stop = update(PrintJob).where(*same, PrintJob.status.in_(sources)).values(status=target, done_at=now())
    for cancelled in db.session.execute(stop.returning(PrintJob.id)).scalars().all():
        tell(db.session.get_one(PrintJob, cancelled, populate_existing=True))


def jobs_of_station(station_id: int, limit: int = 10) -> list[dict[str, Any]]:
    """The newest jobs of a station, newest first, as `describe` gives them."""
    rows = db.session.execute(_OF_STATION, {"station_id": station_id, "limit": limit})
    return [_picture(row, row.printer) for row in rows]


def jobs_of_reference(warehouse_id: int, reference: str) -> list[dict[str, Any]]:
    """The jobs that belong to a thing (a parcel's number), oldest first."""
    rows = db.session.execute(_OF_REFERENCE, {"warehouse_id": warehouse_id, "reference": reference})
    return [_picture(row, row.printer) for row in rows]


def progress(document: str, document_ids: Sequence[int]) -> dict[str, int]:
    """How many of these documents stand how, by their newest copies: {out, waiting, doubt, failed}."""
    counts = dict.fromkeys(("out", "waiting", "doubt", "failed"), 0)
    newest = (
        select(PrintJob.status)
        .where(PrintJob.document == document, among(PrintJob.document_id, document_ids))
        .ext(distinct_on(PrintJob.document_id))
        .order_by(PrintJob.document_id, PrintJob.version.desc(), PrintJob.copy.desc())
    )
    for status in db.session.execute(newest).scalars():
        counts[STANDS.get(status, "failed")] += 1
    return counts


def job(job_id: int, warehouse_id: int) -> PrintJob:
    """One job. Raises `printing.unknown_job`."""
    return _job(job_id, warehouse_id, lock=False)


def describe(job: PrintJob) -> dict[str, Any]:
    """A job as stations and the API see it."""
    return _picture(job, _code(job.printer_id))


def _picture(job: Any, printer: str | None) -> dict[str, Any]:
    return {
        "id": job.id,
        "document": job.document,
        "status": job.status,
        "reason": job.reason,
        "printer": printer,
        "parcel": job.reference,
        "copy": job.copy,
        "confirmation": job.confirmation,
        "parent_id": job.parent_id,
        "asked_at": job.asked_at.isoformat(),
    }


def printers_of_station(station_id: int) -> list[dict[str, Any]]:
    """A station's printers with what keeps them from printing and how many jobs wait for them."""
    return describe_printers(printers_of(station_id))


def describe_printers(rows: Sequence[Printer]) -> list[dict[str, Any]]:
    """Printers as stations and the API see them; one that no worker drives is unknown."""
    moment = {row.id: row for row in db.session.execute(_NOW, {"ids": [row.id for row in rows]})}
    described = []
    for row in rows:
        driven = moment[row.id].driven
        described.append(
            {
                "code": row.code,
                "name": row.name,
                "language": row.language,
                "virtual": row.virtual,
                "status": row.status if driven else "unknown",
                "reasons": row.status_reasons if driven else [NO_WORKER],
                "waiting": moment[row.id].waiting,
            }
        )
    return described


def has_real_printer(station_id: int) -> bool:
    """Whether a station prints on paper, as opposed to only on virtual printers or not at all."""
    return any(not row.virtual for row in printers_of(station_id))


def tell(job: PrintJob) -> None:
    """Let the job's station know how it stands."""
    _tell(job, _code(job.printer_id))


def _tell(job: PrintJob, printer: str | None) -> None:
    if job.document in LABELS:
        return  # hundreds of them would push what the table itself prints out of sight; the run shows how they stand
    publish(
        JobChanged(
            job.warehouse_id, job.station_id, job.id, job.document, job.status, job.reason, printer, job.reference
        )
    )


def _placed(document: str, found: Route) -> dict[str, Any]:
    if found.printer_id is None:
        return {"printer_id": None, "media": usual_media(document), "status": "blocked", "reason": NO_PRINTER}
    return {"printer_id": found.printer_id, "media": found.media, "status": JOB.initial}


def _announced(job: PrintJob, found: Route) -> PrintJob:
    _tell(job, found.printer)
    if found.printer_id is not None:
        wake(found.printer_id)
    return job


def _job(job_id: int, warehouse_id: int, *, lock: bool = True) -> PrintJob:
    wanted = select(PrintJob).where(PrintJob.id == job_id, PrintJob.warehouse_id == warehouse_id)
    found = db.session.execute(wanted.with_for_update() if lock else wanted).scalar_one_or_none()
    if found is None:
        raise WmsError("printing.unknown_job", id=job_id)
    return found


def _first(document: str, document_id: int, version: int, *, lock: bool = False) -> PrintJob:
    wanted = select(PrintJob).where(
        PrintJob.document == document,
        PrintJob.document_id == document_id,
        PrintJob.version == version,
        PrintJob.copy == 1,
    )
    return db.session.execute(wanted.with_for_update() if lock else wanted).scalar_one()


def _latest(first: PrintJob) -> PrintJob:
    newest = select(PrintJob).where(*_same(first)).order_by(PrintJob.copy.desc()).limit(1)
    return db.session.execute(newest).scalar_one()


def _same(first: PrintJob) -> tuple[Any, ...]:
    return (
        PrintJob.document == first.document,
        PrintJob.document_id == first.document_id,
        PrintJob.version == first.version,
    )


def _require_printed(latest: PrintJob) -> None:
    """A copy that waits or is in doubt would make two of a label when the next is asked for."""
    if latest.voided:
        raise WmsError("printing.voided", parcel=latest.reference)
    if latest.status in WAITING or latest.status == "sending":
        raise WmsError("printing.still_waiting", parcel=latest.reference, printer=_code(latest.printer_id) or "—")
    if latest.status == "uncertain":
        raise WmsError("printing.resolve_first", parcel=latest.reference)


def _code(printer_id: int | None) -> str | None:
    if printer_id is None:
        return None
    return db.session.execute(select(Printer.code).where(Printer.id == printer_id)).scalar_one()
