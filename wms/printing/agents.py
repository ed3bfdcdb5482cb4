"""Agents: programs beside packing tables that drive printers and scales this service cannot reach.

An agent dials out, so it works behind any router. It is bound to a station by a code that is good once; it names its
printers and never learns an address from here. Jobs go to it drawn and `sending`: from then on its journal knows
whether the first byte left, and says so when it comes back, however much later.
"""
from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import exists, select, update

from printers.status import PrinterStatus
from printers.transport import AllowedNetworks
from wms.access.service import CODE_GOOD_FOR, digest, digest_of_code, one_time_code
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock as named_lock
from wms.layout.models import Station
from wms.printing import lease, queue
from wms.printing.models import PrintAgent, Printer, PrintJob
from wms.printing.routes import station_at
from wms.printing.wake import wake
from wms.printing.wire import Target, target

log = structlog.get_logger(__name__)

SECRET = "wmsa_"  # noqa: S105 - how every agent's secret begins, and no person's token


@dataclass(frozen=True)
class Agent:
    """An enrolled agent that has shown its secret."""

    id: int
    warehouse_id: int
    station_id: int


@dataclass(frozen=True)
class Handed:
    """A job on its way to an agent. `printer` is what the agent calls it."""

    id: int
    printer: str
    token: int
    payload: bytes

    def told(self) -> dict[str, Any]:
        content = base64.b64encode(self.payload).decode()
        return {
            "id": self.id, "printer": self.printer, "token": self.token, "payload": content,
            "sha256": hashlib.sha256(self.payload).hexdigest(),
        }  # fmt: skip


# ---- enrolment

def open_one(warehouse_id: int, station: str, name: str, *, by: int | None) -> tuple[PrintAgent, str]:
    """An agent for a station, and the code with which it enrols: told once, only its hash is kept.

    Raises `printing.unknown_station`.
    """
    at = station_at(warehouse_id, station)
    code, code_hash = one_time_code()
    agent = PrintAgent(
        warehouse_id=warehouse_id, station_id=at.id, name=name, code_hash=code_hash,
        code_until=now() + CODE_GOOD_FOR, made_by=by,
    )  # fmt: skip
    db.session.add(agent)
    db.session.flush()
    log.info("agent_opened", agent=agent.id, station=station, by=by)
    return agent, code


def enrol(code: str, secret: str) -> PrintAgent:
    """Spend a code on the agent that keeps this secret, which it has made itself.

    The same agent may ask again when the answer was lost. Raises `printing.wrong_agent_code`.
    """
    mine = digest(secret)
    spent = (
        update(PrintAgent)
        .where(
            PrintAgent.code_hash == digest_of_code(code), PrintAgent.code_until > now(), PrintAgent.active,
            (PrintAgent.secret_hash.is_(None)) | (PrintAgent.secret_hash == mine),
        )
        .values(secret_hash=mine, enrolled_at=now())
        .returning(PrintAgent)
    )  # fmt: skip
    agent = db.session.execute(spent).scalar_one_or_none()
    if agent is None:
        raise WmsError("printing.wrong_agent_code")
    log.info("agent_enrolled", agent=agent.id, station=agent.station_id)
    return agent


def authenticate(secret: str) -> Agent:
    """The agent that shows this secret. Raises `core.not_signed_in`."""
    known = select(PrintAgent.id, PrintAgent.warehouse_id, PrintAgent.station_id).where(
        PrintAgent.secret_hash == digest(secret), PrintAgent.active
    )
    row = db.session.execute(known).one_or_none()
    if row is None:
        raise WmsError("core.not_signed_in")
    return Agent(*row)


def revoke(warehouse_id: int, agent_id: int) -> None:
    """The agent is lost or leaves: its secret is worth nothing any more, and its printers are out of service.

    Raises `printing.unknown_agent`.
    """
    agent = db.session.get(PrintAgent, agent_id)
    if agent is None or agent.warehouse_id != warehouse_id:
        raise WmsError("printing.unknown_agent", id=agent_id)
    agent.active, agent.weight_g = False, None
    db.session.execute(update(Printer).where(Printer.agent_id == agent_id).values(active=False))
    db.session.flush()
    log.info("agent_revoked", agent=agent_id)


def described(warehouse_id: int) -> list[dict[str, Any]]:
    """The agents of a warehouse, with their printers."""
    rows = db.session.execute(
        select(PrintAgent, Station.code)
        .join(Station, Station.id == PrintAgent.station_id)
        .where(PrintAgent.warehouse_id == warehouse_id, PrintAgent.active)
        .order_by(PrintAgent.id)
    ).all()
    printers = db.session.execute(
        select(Printer.agent_id, Printer.code).where(Printer.warehouse_id == warehouse_id, Printer.active)
    ).all()
    return [
        {
            "id": agent.id, "name": agent.name, "station": station, "version": agent.version,
            "enrolled": agent.enrolled_at is not None, "scale": agent.scale,
            "seen_at": agent.seen_at.isoformat() if agent.seen_at else None,
            "printers": sorted(code for agent_id, code in printers if agent_id == agent.id),
        }
        for agent, station in rows
    ]  # fmt: skip


# ---- what it tells

def greet(agent: Agent, version: str, printers: Sequence[Mapping[str, Any]]) -> None:
    """It has started, with these printers: those that are new are set up, and print once a route leads to them."""
    named_lock("printing.agent", agent.id)
    db.session.execute(
        update(PrintAgent).where(PrintAgent.id == agent.id).values(version=version, seen_at=now())
    )
    known = select(Printer.address).where(Printer.agent_id == agent.id)
    names = set(db.session.execute(known).scalars())
    for told in printers:
        if told["name"] not in names:
            names.add(told["name"])
            _add(agent, told)


def _add(agent: Agent, told: Mapping[str, Any]) -> None:
    taken = select(exists().where(Printer.warehouse_id == agent.warehouse_id, Printer.code == told["name"]))
    code = f"{told['name']}-{agent.id}" if db.session.execute(taken).scalar() else told["name"]
    db.session.add(
        Printer(
            warehouse_id=agent.warehouse_id, code=code, name=code, language=told["language"], transport="agent",
            address=told["name"], dpi=told["dpi"], must_answer=told["must_answer"], agent_id=agent.id,
        )
    )  # fmt: skip
    db.session.flush()


def note_results(agent: Agent, results: Sequence[Mapping[str, Any]]) -> None:
    """What became of jobs; told again it changes nothing."""
    its = select(PrintJob.id, PrintJob.printer_id).join(Printer, Printer.id == PrintJob.printer_id)
    its = its.where(Printer.agent_id == agent.id, PrintJob.id.in_([each["id"] for each in results]))
    printers: dict[int, int] = {row.id: row.printer_id for row in db.session.execute(its)}
    for each in sorted(results, key=lambda result: result["id"]):
        if each["id"] in printers:
            _note(each)
            wake(printers[each["id"]])


def _note(told: Mapping[str, Any]) -> None:
    job_id, token, reason = told["id"], told["token"], told["reason"]
    match told["outcome"]:
        case "printed" | "sent":
            queue.sent(job_id, token, told["confirmation"])
        case "held":
            queue.held(job_id, token, reason)
        case "doubt":
            log.warning("label_in_doubt", job=job_id, reasons=reason)
            queue.in_doubt(job_id, token, reason)
        case _:
            queue.not_sent(job_id, token, reason)


def note_status(agent: Agent, printer: str, status: PrinterStatus) -> None:
    """How one of its printers is."""
    row = db.session.execute(_named(agent, printer)).scalar_one_or_none()
    if row is None:
        return
    to = _target(row)
    queue.note_status(to, status)
    if status.state == "blocked":
        queue.hold_up(to.id, ", ".join(status.reasons))
    else:
        wake(to.id)  # whoever waits for jobs of it looks again


def note_weight(agent: Agent, scale: bool, weight_g: int | None) -> None:
    """What its scale shows; None while nothing lies still on it. It is heard at the same time."""
    row = {"scale": scale, "weight_g": weight_g, "weighed_at": now(), "seen_at": now()}
    db.session.execute(update(PrintAgent).where(PrintAgent.id == agent.id).values(row))


# ---- what it is given

def printers_of(agent: Agent) -> list[Target]:
    """Its printers that are in service."""
    rows = db.session.execute(
        select(Printer).where(Printer.agent_id == agent.id, Printer.active).order_by(Printer.id)
    ).scalars()
    return [_target(row) for row in rows]


def hold(to: Target, owner: str) -> int | None:
    """The token under which this agent goes on with a printer; None while another process holds it."""
    token = lease.renew(to.id, owner, lease.OF_AGENT)
    return token if token is not None else lease.take(to.id, owner, lease.OF_AGENT)


def hand_over(to: Target, token: int, busy: Collection[int], *, again: bool) -> Handed | None:
    """The next job of a printer, `sending` from now on. None when there is none, or the printer cannot take it.

    `again`: one that it was given and does not know (it is not `busy` with it) never arrived, and is given again.
    Raises queue.PayloadChangedError.
    """
    under_way = select(PrintJob.id, PrintJob.payload, PrintJob.lease_token).where(
        PrintJob.printer_id == to.id, PrintJob.status == "sending"
    )
    row = db.session.execute(under_way.order_by(PrintJob.id).limit(1)).one_or_none()
    if row is not None:
        lost = again and row.id not in busy
        return Handed(row.id, to.address, row.lease_token, row.payload) if lost else None
    blocked = select(Printer.status == "blocked").where(Printer.id == to.id)
    work = None if db.session.execute(blocked).scalar() else queue.next_here(to.id)
    if work is None or work.payload is None:
        return None
    token = lease.anew(to.id, token)
    begun = queue.begin(work.id, to.id, token, work.payload)
    return Handed(work.id, to.address, token, work.payload) if begun else None


def _named(agent: Agent, printer: str) -> Any:
    return select(Printer).where(Printer.agent_id == agent.id, Printer.address == printer, Printer.active)


def _target(row: Printer) -> Target:
    return target(row, AllowedNetworks())  # of no matter: it never learns an address
