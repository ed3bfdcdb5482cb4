"""The verbs of the printing room: ask for a document, print it again, say what came out."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Integer, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import make_transient_to_detached

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.prepared import Prepared, execute
from wms.printing import runs, told
from wms.printing.labels import again as labels_again
from wms.printing.labels import cancel as cancel_labels
from wms.printing.labels import outdated as labels_outdated
from wms.printing.labels import preview as label_preview
from wms.printing.labels import print_labels, print_new_totes
from wms.printing.labels import runs as label_runs
from wms.printing.labels import stations as label_stations
from wms.printing.lifecycle import JOB
from wms.printing.models import Printer, PrintJob, PrintRun
from wms.printing.routes import Route, printers_of, prints_here, station_at
from wms.printing.rules import BY_DOZENS, STANDS, WAITING, marked, wanted_for
from wms.printing.runs import bring, going, next_of, noted, sheet_of, unfinished
from wms.printing.runs import shown as runs_shown
from wms.printing.runs import shown_newest as newest_runs
from wms.printing.runs import start as start_run
from wms.printing.runs import stop as stop_run
from wms.printing.says import gs1_label, lpn_label, one_more, sku_label
from wms.printing.voided import lying as void_lying
from wms.printing.wake import wake
from wms.printing.weights import weight_at

__all__ = [
    "again", "bring", "cancel_labels", "describe", "describe_printers", "enqueue", "enqueue_at", "enqueue_test",
    "going", "gs1_label", "has_real_printer", "job", "jobs_of_reference", "jobs_of_station", "label_preview",
    "label_runs", "label_stations", "labels_again", "labels_outdated", "lpn_label", "newest_runs", "next_of", "noted",
    "one_more", "papers", "places", "print_labels", "print_new_totes", "printers_of_station", "prints_here", "progress",
    "resolve", "resume_run", "runs_shown", "sheet_of", "sku_label", "start_run", "station_at", "stop_run", "unfinished",
    "void", "void_lying", "weight_at",
]  # fmt: skip

NO_WORKER = "no_worker"

# Without what is printed: ten labels' bytes are of no use to a screen.
_JOBS = select(
    PrintJob.id, PrintJob.document, PrintJob.status, PrintJob.reason, PrintJob.reference, PrintJob.copy,
    PrintJob.confirmation, PrintJob.parent_id, PrintJob.asked_at, Printer.code.label("printer"),
    PrintJob.run_place.label("place"), func.cardinality(PrintRun.todo).label("of"),
    PrintJob.data["waybill_number"].astext.label("code"),
).outerjoin(Printer, Printer.id == PrintJob.printer_id).outerjoin(PrintRun, PrintRun.id == PrintJob.run_id)  # fmt: skip
# Not those of runs: a thousand of them would push out what the table itself prints. What somebody must answer is never
# pushed out, by whatever came later.
_OF_STATION = (
    _JOBS.where(PrintJob.station_id == bindparam("station_id"), PrintJob.document.not_in(BY_DOZENS))
    .where(PrintJob.run_id.is_(None), PrintJob.status != "uncertain")
    .order_by(PrintJob.id.desc())
    .limit(bindparam("limit", type_=Integer))
)
_IN_DOUBT = (
    _JOBS.where(PrintJob.station_id == bindparam("station_id"), PrintJob.status == "uncertain")
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


_ASKED = (
    "warehouse_id", "station_id", "printer_id", "document", "document_id", "version", "copy", "media", "media_asked",
    "reference", "voided", "data", "status", "reason", "run_id", "run_place", "asked_by", "asked_at", "expires_at",
)  # fmt: skip
_NEW = Prepared(
    "ask_for_print",
    f"INSERT INTO print_job ({', '.join(_ASKED)}) VALUES ({', '.join(f':{each}' for each in _ASKED)}) "  # noqa: S608
    "ON CONFLICT DO NOTHING RETURNING id",
)


def enqueue(
    document: str,
    document_id: int,
    station_id: int,
    data: dict[str, Any],
    *,
    asked_by: int | None,
    version: int = 1,
    reference: str = "",
    media: str | None = None,
    in_run: tuple[int, int] | None = None,
) -> PrintJob:
    """Ask for the first copy of a document at a station; asked again, the same job is returned.

    `data` is what the document of that name in `printers` takes. `reference` is what people call the
    thing it belongs to (a parcel's number). `media`: only a printer with this in it will do. Where no
    printer is set up the job waits, blocked, and is printed as soon as there is one: whoever packs is
    not held up. `in_run`: (run id, place) of one of a run.
    """
    found = runs.way(station_id, document, media, in_run[0] if in_run else None)
    return enqueue_at(
        found, document, document_id, station_id, data,
        asked_by=asked_by, version=version, reference=reference, media=media, in_run=in_run,
    )  # fmt: skip


def enqueue_at(
    found: Route, document: str, document_id: int, station_id: int, data: dict[str, Any], *, asked_by: int | None,
    version: int = 1, reference: str = "", media: str | None = None, in_run: tuple[int, int] | None = None,
) -> PrintJob:  # fmt: skip
    """`enqueue` where it is known already which printer it goes to."""
    asked_at = now()
    values = {
        "warehouse_id": found.warehouse_id,
        "station_id": station_id,
        "document": document,
        "document_id": document_id,
        "version": version,
        "copy": 1,
        "data": data,
        "reference": reference,
        "voided": False,
        "asked_by": asked_by,
        "asked_at": asked_at,
        "run_id": in_run[0] if in_run else None,
        "run_place": in_run[1] if in_run else None,
        "expires_at": asked_at + wanted_for(document),
        "media_asked": media,
        **found.placed(document, media),
    }
    new = execute(_NEW, {**values, "data": Jsonb(PrintJob.data.type.veiled(data))})
    if not new:
        return _first(document, document_id, version)
    job = PrintJob(id=new[0].id, **values)
    make_transient_to_detached(job)  # it is stored, and need not be read to be known
    db.session.add(job)
    return _announced(job, found)


def enqueue_test(
    document: str, template_id: int, station_id: int, data: dict[str, Any], version_id: int, *, asked_by: int | None
) -> PrintJob:
    """A label with made-up data, drawn from one version of a template. It belongs to nothing that is shipped: its
    document's id is below zero."""
    job = enqueue(document, -template_id, station_id, data, asked_by=asked_by, version=one_more(), reference="TEST")
    job.template_version_id = version_id
    db.session.flush()
    return job


def again(
    job_id: int, reason: str, *, warehouse_id: int, station_id: int | None, actor_id: int | None, in_run: bool = False
) -> PrintJob:
    """Print a document once more: a new job with its parent, reason and person, marked on the paper.

    It prints at `station_id` if given, else where the first did; `in_run` in the place of its run. Raises
    `printing.unknown_job`, `printing.voided`, `printing.still_waiting` (it has not been printed at all yet) or
    `printing.resolve_first` (nobody knows yet whether it was).
    """
    parent = _job(job_id, warehouse_id)
    first = _first(parent.document, parent.document_id, parent.version, lock=True)
    _require_printed(_latest(first))
    at = station_id or parent.station_id
    found = runs.way(at, parent.document, first.media_asked, parent.run_id if in_run else None)
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
        run_id=parent.run_id if in_run else None,
        run_place=parent.run_place if in_run else None,
        asked_by=actor_id,
        asked_at=now(),
        expires_at=now() + wanted_for(parent.document),
        media_asked=first.media_asked,
        **found.placed(parent.document, first.media_asked),
    )
    db.session.add(job)
    db.session.flush()
    return _announced(job, found)


def resolve(job_id: int, came_out: bool, *, warehouse_id: int, actor_id: int | None = None) -> PrintJob:
    """A person says whether an uncertain label came out: it is confirmed, or failed.

    A run that had stopped for the answer goes on: with the label once more, if it did not come out.
    Raises `printing.unknown_job`, or `printing.not_uncertain` when there is nothing to answer.
    """
    job = _job(job_id, warehouse_id)
    if job.status != "uncertain":
        raise WmsError("printing.not_uncertain", parcel=job.reference, status=job.status)
    job.status = JOB.after("confirm" if came_out else "fail", job.status)
    job.confirmation, job.reason = ("operator", None) if came_out else (None, runs.NOT_OUT)
    job.done_at = now()
    db.session.flush()
    told.tell(job, _code(job.printer_id))
    if job.run_id is not None and runs.waits_for_answer(job.run_id):
        resume_run(warehouse_id, job.run_id, actor_id)
    return job


def resume_run(warehouse_id: int, run_id: int, actor_id: int | None) -> dict[str, Any]:
    """A run goes on with the first of its labels that has not come out; returns it as `runs_shown` does.

    One that a person said did not come out is printed again in its place, marked. Raises as `runs.resume`.
    """
    run, lost = runs.resume(warehouse_id, run_id)
    for job in lost:
        again(job.id, runs.NOT_OUT, warehouse_id=warehouse_id, station_id=None, actor_id=actor_id, in_run=True)
    return runs_shown([run])[0]


def void(document: str, document_id: int) -> None:
    """What these labels say is void: those that wait are cancelled, none may be printed again."""
    same = (PrintJob.document == document, PrintJob.document_id == document_id)
    db.session.execute(update(PrintJob).where(*same).values(voided=True))
    sources, target = JOB.moves["cancel"]
    told.move(update(PrintJob).where(*same, PrintJob.status.in_(sources)).values(status=target, done_at=now()))


def jobs_of_station(station_id: int, limit: int = 10) -> list[dict[str, Any]]:
    """The newest jobs of a station, newest first, as `describe` gives them; those in doubt before all others."""
    asked = {"station_id": station_id, "limit": limit}
    rows: list[Any] = [*db.session.execute(_IN_DOUBT, asked), *db.session.execute(_OF_STATION, asked)]
    return [_picture(row, row.printer) for row in rows[:limit]]


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
    run = db.session.get(PrintRun, job.run_id) if job.run_id else None
    more = {"place": job.run_place, "of": len(run.todo) if run else None, "code": job.data.get("waybill_number")}
    return _picture(job, _code(job.printer_id), more)


def _picture(job: Any, printer: str | None, more: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "id": job.id,
        "document": job.document,
        "status": job.status,
        "reason": job.reason,
        "printer": printer,
        "parcel": job.reference,
        **(more or {"place": job.place, "of": job.of, "code": job.code}),
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




def _announced(job: PrintJob, found: Route) -> PrintJob:
    told.tell(job, found.printer)
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


from wms.printing import papers  # noqa: E402 - it asks for its pages through this module
from wms.printing.things import places_of as places  # noqa: E402 - likewise
