"""Labels of bins and racks by the range: asked for at once, printed in the order of the walk, stopped at any time."""
from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.orm import aliased

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout import service as layout
from wms.layout.models import Bin, Station, Zone
from wms.layout.service import Which
from wms.printing.lifecycle import JOB
from wms.printing.models import LabelRun, Printer, PrinterRoute, PrintJob
from wms.printing.routes import Route, route, station_at
from wms.printing.rules import LABELS, WAITING, arrow_of, marked, parts_of, pattern_of, rack_name, wanted_for
from wms.printing.says import tote_label
from wms.printing.wake import wake
from wms.stock import service as stock
from wms.stock.models import Container

TOTES = "tote_label"
OF_THE_DESK = (*LABELS, TOTES)
MOST = 2_000  # labels of a run: a roll has about as many
PRINTED = ("sent", "confirmed")
UNPRINTED = ("failed", "cancelled", "expired")  # not what is in doubt: somebody says first whether it came out
ASKED_AGAIN = "asked_again"  # why what was stopped is no longer missing: a later run has it

Draft = tuple[int, dict[str, Any]]  # id of the bin that a label belongs to, and what is on it


def print_labels(
    warehouse_id: int, document: str, which: Which, station: str, *, locale: str, asked_by: int | None
) -> dict[str, Any]:
    """Ask for the labels of a selection at a station, all or none; returns the run as `runs` describes it.

    `document` is `bin_label`, one for each bin, or `rack_label`, one for each bay of which a bin is selected (a bay
    of many bins takes several). Raises `printing.unknown_station`, `printing.no_label_printer`,
    `layout.code_not_printable`, and what `layout.service.select_bins` raises.
    """
    at = station_at(warehouse_id, station)
    chosen = layout.labelled(warehouse_id, which, MOST)
    for each, _ in chosen:
        if not layout.printable(each.code):
            raise WmsError("layout.code_not_printable", bin=each.code, most=layout.LONGEST_CODE)
    return _run(warehouse_id, document, _drafts(warehouse_id, document, chosen, locale), at, asked_by)


def print_new_totes(
    warehouse_id: int, count: int, station: str, *, locale: str, asked_by: int | None
) -> dict[str, Any]:
    """Make so many totes and ask for their labels at a station, all or none; returns the run as `runs` describes it.

    Raises `printing.unknown_station` and `printing.no_label_printer`.
    """
    at = station_at(warehouse_id, station)
    ids = stock.new_totes(warehouse_id, count)
    return _run(warehouse_id, TOTES, _tote_drafts(ids, locale), at, asked_by)


def again(warehouse_id: int, run_id: int, asked_by: int | None) -> dict[str, Any]:
    """Print once more what did not come out of a run, as it is today; returns the run in which it is.

    What failed, or did not come out by somebody's word, is reprinted in the same run: with its parent, the reason, the
    person and the mark. Of what was stopped nothing was ever sent, and it is a run of its own.
    Raises `printing.unknown_run`, `printing.no_label_printer`, `printing.nothing_left` when all came out or still
    waits, or `printing.answer_first` when only doubts are left.
    """
    run = _one(warehouse_id, run_id, lock=True)
    left = _left(run)
    failed, stopped = [row for row in left if row.status == "failed"], [row for row in left if row.status != "failed"]
    if not left:
        _require_answers(run)
        raise WmsError("printing.nothing_left", run=run_id)
    station = db.session.get_one(Station, run.station_id)
    if failed:
        _reprint(run, failed, _route_of(station, run.document), asked_by)
    if not stopped:
        return _described([run])[0]
    db.session.execute(
        update(PrintJob).where(among(PrintJob.id, [row.id for row in stopped])).values(reason=ASKED_AGAIN)
    )
    return _run(warehouse_id, run.document, _today(run, stopped), station, asked_by)


def cancel(warehouse_id: int, run_id: int) -> dict[str, Any]:
    """Stop what of a run has not gone to the printer; returns the run. Raises `printing.unknown_run`."""
    run = _one(warehouse_id, run_id)
    _stop(*_jobs(run))
    return _described([run])[0]


def outdated(warehouse_id: int, bin_ids: Collection[int]) -> None:
    """Labels of these bins that still wait say what is no longer so: they are not printed."""
    bins = layout.select_bins(warehouse_id, Which(ids=tuple(bin_ids)))
    beside = [each.id for rack in layout.racks_of(warehouse_id, bins) for each in rack]
    _stop(PrintJob.document == "bin_label", among(PrintJob.document_id, bin_ids))
    _stop(PrintJob.document == "rack_label", among(PrintJob.document_id, beside))


def runs(warehouse_id: int, limit: int = 10) -> list[dict[str, Any]]:
    """The newest runs, newest first: how many labels each has, and how many of them came out, wait and did not."""
    wanted = select(LabelRun).where(LabelRun.warehouse_id == warehouse_id).order_by(LabelRun.id.desc()).limit(limit)
    return _described(db.session.execute(wanted).scalars().all())


def stations(warehouse_id: int) -> list[dict[str, Any]]:
    """The stations, each with the code of the printer of either kind of label there, None where it has none."""
    ways = (
        select(PrinterRoute.station_id, PrinterRoute.document, Printer.code)
        .join(Printer, Printer.id == PrinterRoute.printer_id)
        .where(PrinterRoute.document.in_(OF_THE_DESK), Printer.active, Printer.warehouse_id == warehouse_id)
        .order_by(PrinterRoute.rank.desc(), PrinterRoute.id.desc())
    )
    known = {(row.station_id, row.document): row.code for row in db.session.execute(ways)}
    here = select(Station).where(Station.warehouse_id == warehouse_id).order_by(Station.code)
    return [
        {"code": each.code, "name": each.name, **{name: known.get((each.id, name)) for name in OF_THE_DESK}}
        for each in db.session.execute(here).scalars()
    ]


def preview(warehouse_id: int, document: str, bin_id: int, locale: str) -> dict[str, Any]:
    """What is on the label of one bin, or of the bay it stands in. Raises `layout.unknown_bin_id`."""
    chosen = layout.labelled(warehouse_id, Which(ids=(bin_id,)), 1)
    return _drafts(warehouse_id, document, chosen, locale)[0][1]


# ---- what is on them

def _drafts(
    warehouse_id: int, document: str, chosen: Sequence[tuple[Bin, Zone | None]], locale: str
) -> list[Draft]:
    bins = [each for each, _ in chosen]
    zones = {zone.id: zone for _, zone in chosen if zone}
    racks = layout.racks_of(warehouse_id, bins)
    if document == "rack_label":
        return [draft for rack in racks for draft in _rack_drafts(rack, zones.get(rack[0].zone_id or 0), locale)]
    levels = {each.id: {other.level for other in rack} for rack in racks for each in rack}
    return [
        (each.id, {**_facts(each, levels[each.id]), **_zone(zone), "locale": locale}) for each, zone in chosen
    ]


def _rack_drafts(rack: Sequence[Bin], zone: Zone | None, locale: str) -> list[Draft]:
    name = rack_name([each.code for each in rack])
    levels = {each.level for each in rack}
    parts = parts_of([(each.id, _facts(each, levels)) for each in rack])
    return [
        (
            rows[0][0],
            {"rack": name, "rows": [facts for _, facts in rows], **_zone(zone), "part": number, "parts": len(parts),
             "locale": locale},
        )
        for number, rows in enumerate(parts, 1)
    ]  # fmt: skip


def _tote_drafts(ids: Collection[int], locale: str) -> list[Draft]:
    its = select(Container.id, Container.code).where(among(Container.id, ids)).order_by(Container.id)
    return [(row.id, tote_label(row.code, locale)) for row in db.session.execute(its)]


def _facts(each: Bin, levels: Collection[int]) -> dict[str, Any]:
    return {
        "code": each.code, "level": each.level, "arrow": arrow_of(each.level, levels),
        "check_digits": each.check_digits,
    }  # fmt: skip


def _zone(zone: Zone | None) -> dict[str, Any]:
    return {"zone": zone.code, "pattern": pattern_of(zone.id)} if zone else {}


def _today(run: LabelRun, rows: Sequence[Any]) -> list[Draft]:
    """What is on these labels of a run now, in the order of the walk."""
    ids, locale = tuple({row.document_id for row in rows}), rows[0].data["locale"]
    if run.document == TOTES:
        return _tote_drafts(ids, locale)
    chosen = layout.labelled(run.warehouse_id, Which(ids=ids), MOST)
    return _drafts(run.warehouse_id, run.document, chosen, locale)


# ---- runs

def _run(
    warehouse_id: int, document: str, drafts: Sequence[Draft], station: Station, asked_by: int | None
) -> dict[str, Any]:
    found = _route_of(station, document)
    names = [_name(data) for _, data in drafts]
    scope = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
    run = LabelRun(
        warehouse_id=warehouse_id, station_id=station.id, document=document, scope=scope, labels=len(drafts),
        asked_by=asked_by, asked_at=now(),
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    _enqueue(run, [{"document_id": bin_id, "copy": 1, "data": data} for bin_id, data in drafts], found, asked_by)
    return _described([run])[0]


def _route_of(station: Station, document: str) -> Route:
    found = route(station.id, document)
    if found.printer_id is None:
        raise WmsError("printing.no_label_printer", station=station.code, document=document)
    return found


def _left(run: LabelRun) -> Sequence[Any]:
    """What of a run did not come out and was not asked for again."""
    wanted = select(
        PrintJob.id, PrintJob.document_id, PrintJob.copy, PrintJob.status, PrintJob.reason, PrintJob.data
    ).where(*_jobs(run), PrintJob.status.in_(UNPRINTED), _counts())
    return db.session.execute(wanted.order_by(PrintJob.id)).all()


def _counts() -> Any:
    """Of a label that was asked for once more only the newest counts."""
    newer = aliased(PrintJob)
    same = (
        newer.document == PrintJob.document, newer.document_id == PrintJob.document_id,
        newer.version == PrintJob.version, newer.copy > PrintJob.copy,
    )  # fmt: skip
    asked = PrintJob.reason.is_not_distinct_from(ASKED_AGAIN)
    return and_(~asked, ~and_(PrintJob.status == "failed", select(newer.id).where(*same).exists()))


def _reprint(run: LabelRun, failed: Sequence[Any], found: Route, asked_by: int | None) -> None:
    """What `service.again` does of one job, of many; a label that there is no longer is printed as it was."""
    today = dict(_today(run, failed))
    walk = {bin_id: at for at, bin_id in enumerate(today)}
    copies = [
        {
            "document_id": row.document_id, "copy": row.copy + 1, "parent_id": row.id,
            "reprint_reason": row.reason or row.status,
            "data": marked(run.document, today.get(row.document_id, row.data), row.copy),
        }
        for row in sorted(failed, key=lambda row: walk.get(row.document_id, len(walk)))
    ]  # fmt: skip
    _enqueue(run, copies, found, asked_by)


def _enqueue(run: LabelRun, copies: Sequence[dict[str, Any]], found: Route, asked_by: int | None) -> None:
    """All jobs in one statement; a run is a version of the labels, so that they may be asked for again.

    Stations are not told of each: whoever asked looks at the run.
    """
    asked_at = now()
    shared = {
        "warehouse_id": run.warehouse_id, "station_id": run.station_id, "document": run.document, "version": run.id,
        "reference": reference_of(run.id), "asked_by": asked_by, "asked_at": asked_at,
        "expires_at": asked_at + wanted_for(run.document), **found.placed(run.document),
    }  # fmt: skip
    db.session.execute(insert(PrintJob), [{**shared, **copy} for copy in copies])
    if found.printer_id is not None:
        wake(found.printer_id)


def reference_of(run_id: int) -> str:
    """What the jobs of a run have in common."""
    return f"LABELS-{run_id}"


def _name(data: dict[str, Any]) -> str:
    return str(data.get("code") or data["rack"])


def _jobs(run: LabelRun) -> tuple[Any, ...]:
    return PrintJob.warehouse_id == run.warehouse_id, PrintJob.reference == reference_of(run.id)


def _stop(*conditions: Any) -> None:
    sources, target = JOB.moves["cancel"]
    stopped = update(PrintJob).where(*conditions, PrintJob.status.in_(sources)).values(status=target, done_at=now())
    db.session.execute(stopped.execution_options(synchronize_session=False))


def _one(warehouse_id: int, run_id: int, *, lock: bool = False) -> LabelRun:
    run = db.session.get(LabelRun, run_id, with_for_update=lock)
    if run is None or run.warehouse_id != warehouse_id:
        raise WmsError("printing.unknown_run", run=run_id)
    return run


def _described(found: Sequence[LabelRun]) -> list[dict[str, Any]]:
    standing = _standing(found)
    stations = _codes(run.station_id for run in found)
    doubts = _doubts([run for run in found if any(row.status == "uncertain" for row in standing[run.id])])
    return [_picture(run, stations[run.station_id], standing[run.id], doubts.get(run.id, [])) for run in found]


def _doubts(found: Sequence[LabelRun]) -> dict[int, list[dict[str, Any]]]:
    """The labels of which nobody knows whether they came out, by run; `place` is the one among all of the run."""
    if not found:
        return {}
    runs = {reference_of(run.id): run for run in found}
    its = (PrintJob.warehouse_id.in_({run.warehouse_id for run in found}), PrintJob.reference.in_(runs))
    place = func.row_number().over(partition_by=PrintJob.reference, order_by=PrintJob.id).label("place")
    first = select(PrintJob.reference, PrintJob.document_id, place).where(*its, PrintJob.copy == 1).subquery()
    name = func.coalesce(PrintJob.data["code"].astext, PrintJob.data["rack"].astext).label("name")
    rows = db.session.execute(
        select(PrintJob.id, PrintJob.reference, first.c.place, name)
        .join(first, and_(first.c.reference == PrintJob.reference, first.c.document_id == PrintJob.document_id))
        .where(*its, PrintJob.status == "uncertain")
        .order_by(PrintJob.id)
    )
    asked: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        run = runs[row.reference]
        one = {"job_id": row.id, "place": row.place, "of": run.labels, "code": row.name, "parcel": row.reference}
        asked.setdefault(run.id, []).append(one)
    return asked


def _require_answers(run: LabelRun) -> None:
    """Raises `printing.answer_first` of the first label in doubt."""
    for one in _doubts([run]).get(run.id, []):
        raise WmsError(
            "printing.answer_first", place=one["place"], of=one["of"], label=one["code"], job_id=one["job_id"]
        )


def _standing(found: Sequence[LabelRun]) -> dict[int, list[Any]]:
    """How the jobs of runs stand that count, by run: rows of (reference, status, reason, printer, jobs)."""
    runs = {reference_of(run.id): run.id for run in found}
    rows = db.session.execute(
        select(PrintJob.reference, PrintJob.status, func.max(PrintJob.reason).label("reason"),
               func.max(Printer.code).label("printer"), func.count().label("jobs"))
        .outerjoin(Printer, Printer.id == PrintJob.printer_id)
        .where(PrintJob.reference.in_(runs), PrintJob.warehouse_id.in_({run.warehouse_id for run in found}))
        .where(_counts())
        .group_by(PrintJob.reference, PrintJob.status)
    )  # fmt: skip
    standing: dict[int, list[Any]] = {run.id: [] for run in found}
    for row in rows:
        standing[runs[row.reference]].append(row)
    return standing


def _codes(ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Station.id, Station.code).where(Station.id.in_(set(ids))))
    return {row.id: row.code for row in rows}


def _picture(run: LabelRun, station: str, rows: Sequence[Any], doubts: Sequence[Any]) -> dict[str, Any]:
    counts = Counter({row.status: row.jobs for row in rows})
    return {
        "id": run.id,
        "document": run.document,
        "scope": run.scope,
        "labels": run.labels,
        "station": station,
        "printer": next((row.printer for row in rows if row.printer), None),
        "asked_at": run.asked_at.isoformat(),
        "printed": sum(counts[each] for each in PRINTED),
        "waiting": sum(counts[each] for each in (*WAITING, "sending")),
        "failed": counts["failed"] + counts["expired"],
        "uncertain": counts["uncertain"],
        "doubts": list(doubts),
        "cancelled": counts["cancelled"],
        "reason": next((row.reason for row in rows if row.status == "blocked"), None),
    }
