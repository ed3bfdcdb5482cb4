"""Moving print jobs, one or thousands, and letting their stations know how they stand."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from wms.core.db import db
from wms.core.event import publish
from wms.printing import runs
from wms.printing.events import JobChanged
from wms.printing.models import Printer, PrintJob
from wms.printing.rules import BY_DOZENS

# Jobs of a station that are told of one by one when many move at once. It shows no more of them, and asks how they
# stand whenever it hears of one.
SHOWN = 10
_EACH = ("uncertain", "failed")  # somebody must act on each of these

_PRINTER = select(Printer.code).where(Printer.id == PrintJob.printer_id).correlate(PrintJob).scalar_subquery()
_TOLD = (
    PrintJob.id, PrintJob.warehouse_id, PrintJob.station_id, PrintJob.document, PrintJob.status, PrintJob.reason,
    PrintJob.reference, PrintJob.run_id, _PRINTER.label("printer"),
)  # fmt: skip


def move(statement: Any) -> list[int]:
    """Carry out an UPDATE of jobs, one statement however many they are, and tell their stations; returns their ids."""
    rows = db.session.execute(statement.returning(*_TOLD)).all()
    shown: dict[int, int] = defaultdict(int)
    told = []
    for row in sorted(rows, key=lambda each: -each.id):
        if _is_told(row):
            shown[row.station_id] += 1
            if shown[row.station_id] <= SHOWN or row.status in _EACH:
                told.append(row)
    for row in reversed(told):
        _publish(row, row.printer)
    _doubt(rows)
    return [row.id for row in rows]


def tell(job: PrintJob, printer: str | None) -> None:
    """Let the station of one job, which goes to the printer of this code, know how it stands."""
    if _is_told(job):
        _publish(job, printer)
    _doubt([job])


def _is_told(job: Any) -> bool:
    """Not what comes by dozens: it would push what the table itself prints out of sight, and whoever asked for it sees
    how it stands. Of runs only what stops them."""
    return job.document not in BY_DOZENS and (job.run_id is None or job.status in _EACH)


def _doubt(jobs: Sequence[Any]) -> None:
    for run_id in sorted({job.run_id for job in jobs if job.run_id is not None and job.status == "uncertain"}):
        runs.doubt(run_id)


def _publish(job: Any, printer: str | None) -> None:
    publish(
        JobChanged(
            job.warehouse_id, job.station_id, job.id, job.document, job.status, job.reason, printer, job.reference
        )
    )
