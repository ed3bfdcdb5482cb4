"""Who drives a printer. One worker at a time; the token fences off a worker that was only slow.

The database's clock decides, because workers on several machines must agree.
"""
from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, tuple_, update

from wms.core.clock import now
from wms.core.db import db
from wms.printing import told
from wms.printing.lifecycle import JOB
from wms.printing.models import Printer, PrintJob

LENGTH = timedelta(seconds=6)
OF_AGENT = timedelta(seconds=20)  # by itself or renewed: it speaks over lines that may be slow
AGENT_GONE = timedelta(seconds=60)  # without its lease: nobody waits any longer for what it says of its jobs


class LeaseLostError(Exception):
    """Another worker drives this printer by now: stop, and touch nothing of it."""


def take(printer_id: int, owner: str, length: timedelta = LENGTH) -> int | None:
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
            lease_owner=owner, lease_token=Printer.lease_token + 1, lease_until=func.clock_timestamp() + length
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


def renew(printer_id: int, owner: str, length: timedelta) -> int | None:
    """The token of this holder, who goes on even where the lease had run out if nobody else took it; else None."""
    mine = (Printer.id == printer_id, Printer.lease_owner == owner, Printer.active)
    longer = update(Printer).where(*mine).values(lease_until=func.clock_timestamp() + length)
    return db.session.execute(longer.returning(Printer.lease_token)).scalar()


def anew(printer_id: int, token: int) -> int:
    """The holder's next token, so that what is said of one job is never taken for another. Raises LeaseLostError."""
    require(printer_id, token)
    mine = update(Printer).where(Printer.id == printer_id).values(lease_token=Printer.lease_token + 1)
    return db.session.execute(mine.returning(Printer.lease_token)).scalar_one()


def require(printer_id: int, token: int) -> None:
    """Lock the lease until the end of this transaction. Raises LeaseLostError if it is another's."""
    mine = select(Printer.id).where(Printer.id == printer_id, Printer.lease_token == token)
    mine = mine.with_for_update(key_share=True)  # new jobs for the printer need not wait for it
    if db.session.execute(mine).scalar() is None:
        raise LeaseLostError(printer_id)


def give_up(printer_id: int, token: int) -> None:
    """Let another worker have the printer at once."""
    mine = update(Printer).where(Printer.id == printer_id, Printer.lease_token == token)
    db.session.execute(mine.values(lease_until=func.clock_timestamp(), lease_owner=None))


def doubt_what_agents_left() -> None:
    """Jobs of agents that have been away for long: when one comes back it may still say that they came out."""
    gone = select(Printer.id).where(
        Printer.agent_id.is_not(None), Printer.lease_until < func.clock_timestamp() - AGENT_GONE
    )
    _lose("agent_gone", PrintJob.printer_id.in_(gone))


def doubt_what_is_switched_off() -> None:
    """Jobs that a printer held when it was switched off: nobody will take its lease, and so nobody would ask."""
    off = select(Printer.id).where(
        ~Printer.active, Printer.agent_id.is_(None),
        or_(Printer.lease_until.is_(None), Printer.lease_until < func.clock_timestamp()),
    )  # fmt: skip
    _lose("switched_off", PrintJob.printer_id.in_(off))


def _doubt(printer_id: int, token: int) -> None:
    _lose("worker_stopped", PrintJob.printer_id == printer_id, PrintJob.lease_token < token)


def _lose(reason: str, *which: Any) -> None:
    sources, target = JOB.moves["lose"]
    left = update(PrintJob).where(PrintJob.status.in_(sources), *which)
    told.move(left.values(status=target, reason=reason, done_at=now()))
