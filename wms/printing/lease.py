"""Who drives a printer. One worker at a time; the token fences off a worker that was only slow.

The database's clock decides, because workers on several machines must agree.
"""
from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, or_, select, tuple_, update

from wms.core.clock import now
from wms.core.db import db
from wms.printing import service
from wms.printing.lifecycle import JOB
from wms.printing.models import Printer, PrintJob

LENGTH = timedelta(seconds=6)


class LeaseLostError(Exception):
    """Another worker drives this printer by now: stop, and touch nothing of it."""


def take(printer_id: int, owner: str) -> int | None:
    """Take the lease of a printer; returns its token, None while another worker holds it.

    A job that an earlier holder left in `sending` may be on paper or not: it becomes uncertain.
    """
    lease = (
        update(Printer)
        .where(
            Printer.id == printer_id,
            Printer.active,
            or_(Printer.lease_until.is_(None), Printer.lease_until < func.clock_timestamp()),
        )
        .values(
            lease_owner=owner, lease_token=Printer.lease_token + 1, lease_until=func.clock_timestamp() + LENGTH
        )
        .returning(Printer.lease_token)
    )
    token = db.session.execute(lease).scalar()
    if token is not None:
        _doubt(printer_id, token)
    return token


def prolong(tokens: Mapping[int, int]) -> None:
    """Keep the leases of {printer id: token} a while longer; those lost meanwhile are left alone."""
    if tokens:
        held = tuple_(Printer.id, Printer.lease_token).in_(sorted(tokens.items()))
        db.session.execute(update(Printer).where(held).values(lease_until=func.clock_timestamp() + LENGTH))


def require(printer_id: int, token: int) -> None:
    """Lock the lease until the end of this transaction. Raises LeaseLostError if it is another's."""
    mine = select(Printer.id).where(Printer.id == printer_id, Printer.lease_token == token)
    mine = mine.with_for_update(key_share=True)  # new jobs for the printer need not wait for it
    if db.session.execute(mine).scalar() is None:
        raise LeaseLostError(printer_id)


def give_up(printer_id: int, token: int) -> None:
    """Let another worker have the printer at once."""
    mine = update(Printer).where(Printer.id == printer_id, Printer.lease_token == token)
    db.session.execute(mine.values(lease_until=None, lease_owner=None))


def _doubt(printer_id: int, token: int) -> None:
    sources, target = JOB.moves["lose"]
    left = update(PrintJob).where(
        PrintJob.printer_id == printer_id, PrintJob.status.in_(sources), PrintJob.lease_token < token
    )
    values = {"status": target, "reason": "worker_stopped", "done_at": now()}
    for job_id in db.session.execute(left.values(values).returning(PrintJob.id)).scalars().all():
        service.tell(db.session.get_one(PrintJob, job_id, populate_existing=True))
