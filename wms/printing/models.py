"""Printers, which of them prints what where, and the queue of print jobs."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.core.private import SealedBytes, Veiled
from wms.printing.lifecycle import JOB


class Printer(Model):
    """A physical printer. One worker at a time holds its lease; `lease_token` fences off older ones.

    `must_answer`: silence to a status question means blocked. False for a printer that never answers;
    its jobs end `sent` without proof. `status_at` is when the status last changed. `rate`: at most so many
    labels a minute are sent to it. `profile`: which model it is, a key of printers/models.toml; "" drives it as any
    printer of its language. `agent_id`: it stands beside this agent, which drives it; `address` is then
    what the agent calls it, never where it is.
    """

    __tablename__ = "printer"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        CheckConstraint("language IN ('zpl', 'escpos')", name="language_known"),
        CheckConstraint("transport IN ('tcp', 'os_queue', 'agent')", name="transport_known"),
        CheckConstraint("(transport = 'agent') = (agent_id IS NOT NULL)", name="agent_drives"),
        CheckConstraint("rate > 0", name="rate_positive"),
        CheckConstraint("status IN ('ready', 'blocked', 'unknown')", name="status_known"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    code: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    transport: Mapped[str] = mapped_column(default="tcp")
    address: Mapped[str]  # host:port, or the name of the queue
    dpi: Mapped[int] = mapped_column(default=203)
    virtual: Mapped[bool] = mapped_column(default=False)
    must_answer: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    rate: Mapped[int | None]
    profile: Mapped[str] = mapped_column(default="", server_default="")
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("print_agent.id"), index=True)
    status: Mapped[str] = mapped_column(default="unknown")
    status_reasons: Mapped[list[Any]] = mapped_column(default=list)
    status_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    lease_token: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]


class PrintAgent(Model):
    """A program beside a packing table that drives its printers and reads its scale.

    It is made with a code that is good once and for a while; enrolling spends the code on a secret that the agent
    keeps. Only SHA-256 of either is stored. `weight_g` is what its scale showed last, None when nothing lay still.
    """

    __tablename__ = "print_agent"

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), index=True)
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_until: Mapped[datetime]
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    enrolled_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    version: Mapped[str] = mapped_column(default="")
    scale: Mapped[bool] = mapped_column(default=False)
    weight_g: Mapped[int | None]
    weighed_at: Mapped[datetime | None]


class PrinterRoute(Model):
    """At this station, this document on this media goes to this printer; the lowest rank that is not stopped first."""

    __tablename__ = "printer_route"
    __table_args__ = (UniqueConstraint("station_id", "document", "media", "rank"),)

    id: Mapped[BigId]
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    document: Mapped[str]
    media: Mapped[str]
    printer_id: Mapped[int] = mapped_column(ForeignKey("printer.id"))
    rank: Mapped[int] = mapped_column(default=1)


class LabelTemplate(Model):
    """How a warehouse arranges a document on a stock. `newest` and `published` are numbers of versions: the published
    one prints, and where there is none the document draws itself."""

    __tablename__ = "label_template"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "document", "media"),
        CheckConstraint("published BETWEEN 1 AND newest", name="published_exists"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    document: Mapped[str]
    media: Mapped[str]
    newest: Mapped[int] = mapped_column(default=1)
    published: Mapped[int | None]


class LabelTemplateVersion(Model):
    """One saved version; its body never changes. `brought_back` is the number of the older one that it repeats."""

    __tablename__ = "label_template_version"
    __table_args__ = (UniqueConstraint("template_id", "number"),)

    id: Mapped[BigId]
    template_id: Mapped[int] = mapped_column(ForeignKey("label_template.id"))
    number: Mapped[int]
    body: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="")
    brought_back: Mapped[int | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class LabelRun(Model):
    """Labels of bins or racks asked for together. Its jobs are those whose `reference` is `reference_of(id)`.

    `scope` says in words which ones: the first and the last code.
    """

    __tablename__ = "label_run"
    __table_args__ = (Index("ix_label_run_warehouse", "warehouse_id", "id"),)

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    document: Mapped[str]
    scope: Mapped[str]
    labels: Mapped[int]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]


class PrintRun(Model):
    """Documents that are printed one after the other in an order that somebody relies on: the waybills of a wave.

    `todo` are the ids of what they are of, in that order (`way`: pick or slot); `made` of them have their job or need
    none, and the job of `todo[n - 1]` has `run_place` n. `maker` is the background job that makes the next ones.
    `source` says what it is of, for one run of it at a time (`wave:7`); `title` is what people call that.
    `stopped_at`: nothing more of it goes to a printer; `stopped_by` doubt, when nobody knows whether a label came out,
    or a person.
    """

    __tablename__ = "print_run"
    __table_args__ = (
        CheckConstraint("made >= 0 AND made <= cardinality(todo)", name="made_of_those_to_do"),
        CheckConstraint("(stopped_at IS NULL) = (stopped_by IS NULL)", name="stopped_by_something"),
        CheckConstraint("stopped_by IN ('doubt', 'person')", name="stopped_by_known"),
        Index("ix_print_run_warehouse", "warehouse_id", "id"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    document: Mapped[str]
    source: Mapped[str]
    title: Mapped[str]
    way: Mapped[str]
    maker: Mapped[str]
    todo: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    made: Mapped[int] = mapped_column(default=0)
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]


# What documents say of the buyer: who and where, what they wrote, and what was written for them.
PERSONAL = ("recipient", "note", "footer")


class PrintJob(Model):
    """One copy of one version of one document. The payload never changes once rendered.

    `printer_id` None: no printer is set up for it yet. `reference` is what a person calls the thing
    the document belongs to (a parcel's number). In `data` what is PERSONAL is sealed at rest, and so is the payload,
    which is its picture. `voided`: what it says is void, it must not be printed
    again. `sha256` is of the payload as it is sent. `template_version_id` is the version of the template that it was
    drawn from, or, before that, is to be drawn from; None for a document that draws itself. `run_id`: it is the
    `run_place`-th of a run. `media_asked`: only this media will do. `expires_at`: if it still
    waits then, nobody wants it any more.
    """

    __tablename__ = "print_job"
    __table_args__ = (
        JOB.check(),
        UniqueConstraint("document", "document_id", "version", "copy"),
        Index(
            "ix_print_job_waiting",
            "printer_id",
            "id",
            postgresql_where="status IN ('queued', 'rendered', 'leased', 'sending', 'blocked')",
        ),
        Index("ix_print_job_station", "station_id", "id"),
        Index("ix_print_job_reference", "warehouse_id", "reference"),
        Index("ix_print_job_doubt", "station_id", postgresql_where="status = 'uncertain'"),
        Index("ix_print_job_run", "run_id", "run_place", postgresql_where="run_id IS NOT NULL"),
        CheckConstraint("(run_id IS NULL) = (run_place IS NULL)", name="place_in_a_run"),
    )

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    printer_id: Mapped[int | None] = mapped_column(ForeignKey("printer.id"))
    document: Mapped[str]
    document_id: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    copy: Mapped[int] = mapped_column(default=1)
    media: Mapped[str]
    media_asked: Mapped[str | None]
    reference: Mapped[str] = mapped_column(default="")
    voided: Mapped[bool] = mapped_column(default=False)
    data: Mapped[dict[str, Any]] = mapped_column(Veiled("print_job", PERSONAL))
    template_version_id: Mapped[int | None] = mapped_column(ForeignKey("label_template_version.id"))
    payload: Mapped[bytes | None] = mapped_column(SealedBytes("print_job.payload"))
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(default=JOB.initial)
    reason: Mapped[str | None]
    confirmation: Mapped[str | None]
    lease_token: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("print_job.id"))
    reprint_reason: Mapped[str | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("print_run.id"))
    run_place: Mapped[int | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
