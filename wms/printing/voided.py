"""Labels that are void and yet lie somewhere: they came out, or may have, before what they say was given back."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from wms.core.db import db
from wms.printing.models import PrintJob

OUT = ("sending", "sent", "confirmed", "uncertain")
_CODE = func.coalesce(PrintJob.data["waybill_number"].astext, PrintJob.reference)


def lying(document: str, document_ids: Select[int]) -> list[str]:
    """What can be read off the void labels that came out of the documents with the ids that this finds, each once."""
    its = select(_CODE).where(PrintJob.document == document, PrintJob.document_id.in_(document_ids))
    return sorted(set(db.session.execute(its.where(PrintJob.voided, PrintJob.status.in_(OUT))).scalars()))


def of_runs(run_ids: Sequence[int]) -> dict[int, list[dict[str, object]]]:
    """The same of runs, with their places: run id → [{place, code}]."""
    its = select(PrintJob.run_id, PrintJob.run_place, _CODE.label("code")).where(
        PrintJob.run_id.in_(run_ids), PrintJob.voided, PrintJob.status.in_(OUT)
    )
    found: dict[int, list[dict[str, object]]] = {}
    for row in db.session.execute(its.order_by(PrintJob.run_id, PrintJob.run_place)):
        assert row.run_id is not None
        found.setdefault(row.run_id, []).append({"place": row.run_place, "code": row.code})
    return found
