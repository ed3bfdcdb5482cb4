"""Runs of documents in an order that somebody relies on: made some at a time, stopped at once, gone on with exactly.

A run never goes past a label of which nobody knows whether it came out: the order would be lost. It stops in the very
transaction that puts the label in doubt, somebody says what came out, and it goes on from there.
"""
from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import structlog
from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import aliased

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.job import defer
from wms.layout.models import Station
from wms.printing import voided
from wms.printing.lifecycle import JOB
from wms.printing.models import Printer, PrintJob, PrintRun
from wms.printing.routes import Route, route, stopped
from wms.printing.rules import STANDS, WAITING
from wms.printing.wake import wake

log = structlog.get_logger(__name__)

# Labels that are made in one transaction. Few: a carrier's counter is locked meanwhile, and who closes a parcel waits.
AT_ONCE = 5
NOT_OUT = "did_not_come_out"
SHOWN = 30


def start(
    warehouse_id: int, station: Station, document: str, *, source: str, title: str, way: str, maker: str,
    todo: Sequence[int], asked_by: int | None,
) -> PrintRun:  # fmt: skip
    """A new run, of which `maker` makes the first labels now. Raises `printing.no_label_printer`."""
    if route(station.id, document).printer_id is None:
        raise WmsError("printing.no_label_printer", station=station.code, document=document)
    run = PrintRun(
        warehouse_id=warehouse_id, station_id=station.id, document=document, source=source, title=title, way=way,
        maker=maker, todo=list(todo), made=0, asked_by=asked_by, asked_at=now(),
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    _make_on(run)
    return run


def going(warehouse_id: int, source: str) -> PrintRun | None:
    """The run of this source that is not finished."""
    its = select(PrintRun).where(PrintRun.warehouse_id == warehouse_id, PrintRun.source == source)
    newest = db.session.execute(its.order_by(PrintRun.id.desc()).limit(1)).scalar_one_or_none()
    return newest if newest is not None and shown([newest])[0]["state"] != "done" else None


def next_of(run_id: int) -> tuple[PrintRun, list[tuple[int, int]]]:
    """The run, locked until the commit, and the next of it to be made: [(place, id)]; none while it is stopped."""
    run = db.session.execute(select(PrintRun).where(PrintRun.id == run_id).with_for_update()).scalar_one()
    if run.stopped_at is not None:
        return run, []
    return run, list(enumerate(run.todo, 1))[run.made : run.made + AT_ONCE]


def sheet_of(run_id: int, place: int) -> str:
    """What is said on the label of its place in the run: `7/1000`."""
    return f"{place}/{len(db.session.get_one(PrintRun, run_id).todo)}"


def way(station_id: int, document: str, media: str | None, run_id: int | None) -> Route:
    """Where a document is printed: one of a run where the label before it is, so that they come out as one stack."""
    if run_id is None:
        return route(station_id, document, media)
    its = (
        select(PrintJob.warehouse_id, Printer.id, Printer.code, PrintJob.media)
        .join(Printer, Printer.id == PrintJob.printer_id)
        .where(PrintJob.run_id == run_id, Printer.active)
        .order_by(PrintJob.run_place.desc(), PrintJob.copy.desc())
        .limit(1)
    )
    last = db.session.execute(its).one_or_none()
    return Route(*last) if last else route(station_id, document, media)


def noted(run: PrintRun, made: int) -> None:
    """So many more of a locked run have their job, or need none."""
    run.made += made
    db.session.flush()


def stop(warehouse_id: int, run_id: int) -> dict[str, Any]:
    """Nothing more of it goes to the printer; returns the run as `shown` does. Raises `printing.unknown_run`."""
    run = _locked(warehouse_id, run_id)
    if run.stopped_at is None:
        _halt(run, "person")
    return shown([run])[0]


def doubt(run_id: int) -> None:
    """It is not known whether one of its labels came out: what follows waits for the answer."""
    run = db.session.execute(select(PrintRun).where(PrintRun.id == run_id).with_for_update()).scalar_one()
    if run.stopped_at is None:
        _halt(run, "doubt")


def _halt(run: PrintRun, by: str) -> None:
    run.stopped_at, run.stopped_by = now(), by
    sources, target = JOB.moves["cancel"]
    waiting = update(PrintJob).where(PrintJob.run_id == run.id, PrintJob.status.in_(sources))
    stopped = waiting.values(status=target, done_at=now()).execution_options(synchronize_session=False)
    db.session.execute(stopped)
    db.session.flush()


def resume(warehouse_id: int, run_id: int) -> tuple[PrintRun, list[PrintJob]]:
    """It goes on with the first label that has not come out; all of it at another printer, if its own is stopped.
    Returns it with the jobs of those that a person said did not come out: they are to be printed again in their places.

    Raises `printing.unknown_run`, and `printing.answer_first` while nobody has said whether a label came out.
    """
    run = _locked(warehouse_id, run_id)
    left = _newest(run.id, "uncertain")
    if left:
        code, place = left[0].data.get("waybill_number") or left[0].reference, left[0].run_place
        raise WmsError("printing.answer_first", place=place, of=len(run.todo), label=code, job_id=left[0].id)
    if run.stopped_at is None:
        return run, []
    run.stopped_at = run.stopped_by = None
    sources, target = JOB.moves["resume"]
    waiting = update(PrintJob).where(PrintJob.run_id == run.id, PrintJob.status.in_(sources), ~PrintJob.voided)
    # Rendered anew: it may go to another printer by now.
    again = waiting.values(status=target, done_at=None, reason=None, payload=None, sha256=None, **_moved(run))
    for printer_id in set(db.session.execute(again.returning(PrintJob.printer_id)).scalars()):
        if printer_id is not None:
            wake(printer_id)
    _make_on(run)
    lost = _newest(run.id, "failed")
    return run, [job for job in lost if job.reason == NOT_OUT and not job.voided]


def _moved(run: PrintRun) -> dict[str, Any]:
    """What its jobs are given when their printer is stopped, and another of the station is not."""
    at = way(run.station_id, run.document, None, run.id).printer_id
    if at is None or not db.session.execute(select(stopped()).where(Printer.id == at)).scalar():
        return {}
    found = route(run.station_id, run.document)
    if found.printer_id is None or found.printer_id == at:
        return {}
    log.info("run_moved", run=run.id, printer=found.printer)
    return {"printer_id": found.printer_id, "media": found.media}


def waits_for_answer(run_id: int) -> bool:
    """Whether a run stopped for a doubt, and nobody's answer is missing any more."""
    run = db.session.get_one(PrintRun, run_id)
    return run.stopped_by == "doubt" and not _newest(run_id, "uncertain")


def _make_on(run: PrintRun) -> None:
    if run.made < len(run.todo):
        defer(run.maker, once=f"{run.maker}:{run.id}", run_id=run.id)


def unfinished() -> list[tuple[int, str]]:
    """Runs of which labels are still to be made: (id, maker). One whose worker was killed is found by this."""
    its = select(PrintRun.id, PrintRun.maker).where(
        PrintRun.stopped_at.is_(None), PrintRun.made < func.cardinality(PrintRun.todo)
    )
    return [(row.id, row.maker) for row in db.session.execute(its.order_by(PrintRun.id))]


def bring(document: str, document_id: int, station_id: int) -> bool:
    """A label that is to come out in a run is wanted at a station now: it leaves the run and prints there, unless it
    has gone to the printer already. Says whether it does."""
    found = route(station_id, document)
    movable = (*JOB.moves["cancel"][0], *JOB.moves["resume"][0])
    its = update(PrintJob).where(
        PrintJob.document == document, PrintJob.document_id == document_id, PrintJob.run_id.is_not(None),
        PrintJob.status.in_(movable), ~PrintJob.voided,
    )  # fmt: skip
    values: dict[str, Any] = {
        "run_id": None, "run_place": None, "station_id": station_id, "done_at": None, "payload": None, "sha256": None,
        **found.placed(document),
    }  # fmt: skip
    moved = db.session.execute(its.values(values).returning(PrintJob.id)).scalars().all()
    if moved and found.printer_id is not None:
        wake(found.printer_id)
    return bool(moved)


# ---- how they stand

def shown_newest(warehouse_id: int) -> list[dict[str, Any]]:
    """The newest runs, newest first."""
    its = select(PrintRun).where(PrintRun.warehouse_id == warehouse_id).order_by(PrintRun.id.desc()).limit(SHOWN)
    return shown(db.session.execute(its).scalars().all())


def shown(runs: Sequence[PrintRun]) -> list[dict[str, Any]]:
    """How runs stand: how many labels came out, wait, are in doubt and failed, and with which one each goes on.

    `state`: making, printing, stopped or done. `doubts`: the labels of which nobody knows whether they came out.
    `skipped`: those that nobody needs here any more; their orders were stopped, or packed before. `void`: labels that
    came out and are to be thrown away, because their orders were stopped or left the wave after that.
    """
    ids = [run.id for run in runs]
    standing = _standing(ids)
    codes = {row.id: row.code for row in db.session.execute(select(Station.id, Station.code))}
    void = voided.of_runs(ids)
    return [_picture(run, codes[run.station_id], standing.get(run.id, []), void.get(run.id, [])) for run in runs]


def _standing(run_ids: Collection[int]) -> dict[int, list[Any]]:
    """Per run a row for each status: (run_id, status, reason, printer, jobs, first: the lowest place). Of a label that
    was printed again the newest copy counts, and none of an order that was cancelled."""
    rows = db.session.execute(
        select(
            PrintJob.run_id, PrintJob.status, func.max(PrintJob.reason).label("reason"),
            func.max(Printer.code).label("printer"), func.count().label("jobs"),
            func.min(PrintJob.run_place).label("first"),
        )
        .outerjoin(Printer, Printer.id == PrintJob.printer_id)
        .where(PrintJob.run_id.in_(run_ids), ~_has_newer(), ~and_(PrintJob.voided, PrintJob.status == "cancelled"))
        .group_by(PrintJob.run_id, PrintJob.status)
    )  # fmt: skip
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.run_id, []).append(row)
    return found


def _has_newer() -> Any:
    newer = aliased(PrintJob)
    same = and_(newer.run_id == PrintJob.run_id, newer.run_place == PrintJob.run_place, newer.copy > PrintJob.copy)
    return select(newer.id).where(same).exists()


def _newest(run_id: int, status: str) -> Sequence[PrintJob]:
    its = select(PrintJob).where(PrintJob.run_id == run_id, PrintJob.status == status, ~_has_newer())
    return db.session.execute(its.order_by(PrintJob.run_place)).scalars().all()


def _picture(run: PrintRun, station: str, rows: Sequence[Any], void: Sequence[Any]) -> dict[str, Any]:
    counts = {"out": 0, "waiting": 0, "doubt": 0, "failed": 0, "stopped": 0}
    for row in rows:
        counts["stopped" if row.status == "cancelled" else STANDS.get(row.status, "failed")] += row.jobs
    open_ones = [row.first for row in rows if row.status in (*WAITING, "cancelled", "uncertain")]
    to_make = len(run.todo) - run.made
    at_first = sorted(rows, key=lambda row: row.status not in WAITING)  # what waits tells where it goes on
    following = min([*open_ones, *([run.made + 1] if to_make else [])], default=None)
    return {
        "id": run.id,
        "title": run.title,
        "source": run.source,
        "document": run.document,
        "way": run.way,
        "station": station,
        "printer": next((row.printer for row in at_first if row.printer), None),
        "labels": len(run.todo),
        "made": run.made,
        "skipped": run.made - sum(counts.values()),
        **counts,
        "state": _state(run, to_make, counts),
        "stopped_by": run.stopped_by,
        "next": following,
        "doubts": [_doubtful(run, job) for job in _newest(run.id, "uncertain")] if counts["doubt"] else [],
        "void": list(void),
        "reason": next((row.reason for row in rows if row.status == "blocked"), None),
        "asked_at": run.asked_at.isoformat(),
    }


def _state(run: PrintRun, to_make: int, counts: dict[str, int]) -> str:
    left = to_make or counts["waiting"] or counts["stopped"] or counts["doubt"]
    if not left:
        return "done"
    return "stopped" if run.stopped_at else "making" if to_make else "printing"


def _doubtful(run: PrintRun, job: PrintJob) -> dict[str, Any]:
    code = job.data.get("waybill_number") or job.reference
    return {"job_id": job.id, "place": job.run_place, "of": len(run.todo), "code": code, "parcel": job.reference}


def _locked(warehouse_id: int, run_id: int) -> PrintRun:
    its = select(PrintRun).where(PrintRun.id == run_id, PrintRun.warehouse_id == warehouse_id).with_for_update()
    run = db.session.execute(its.execution_options(populate_existing=True)).scalar_one_or_none()
    if run is None:
        raise WmsError("printing.unknown_run", run=run_id)
    return run
