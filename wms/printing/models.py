"""Printers, which of them prints what where, and the queue of print jobs."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.printing.lifecycle import JOB


class Printer(Model):
    """A physical printer. One worker at a time holds its lease; `lease_token` fences off older ones.

    `must_answer`: silence to a status question means blocked. False for a printer that never answers;
    its jobs end `sent` without proof. `status_at` is when the status last changed.
    """

    __tablename__ = "printer"
    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        CheckConstraint("language IN ('zpl', 'escpos')", name="language_known"),
        CheckConstraint("transport IN ('tcp', 'os_queue')", name="transport_known"),
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
    status: Mapped[str] = mapped_column(default="unknown")
    status_reasons: Mapped[list[Any]] = mapped_column(default=list)
    status_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    lease_token: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]


class PrinterRoute(Model):
    """At this station, this document on this media goes to this printer; the lowest rank first."""

    __tablename__ = "printer_route"
    __table_args__ = (UniqueConstraint("station_id", "document", "media", "rank"),)

    id: Mapped[BigId]
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    document: Mapped[str]
    media: Mapped[str]
    printer_id: Mapped[int] = mapped_column(ForeignKey("printer.id"))
    rank: Mapped[int] = mapped_column(default=1)


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


class PrintJob(Model):
    """One copy of one version of one document. The payload never changes once rendered.

    `printer_id` None: no printer is set up for it yet. `reference` is what a person calls the thing
    the document belongs to (a parcel's number). `voided`: what it says is void, it must not be printed
    again. `sha256` is of the payload as it is sent.
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
    reference: Mapped[str] = mapped_column(default="")
    voided: Mapped[bool] = mapped_column(default=False)
    data: Mapped[dict[str, Any]]
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(default=JOB.initial)
    reason: Mapped[str | None]
    confirmation: Mapped[str | None]
    lease_token: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("print_job.id"))
    reprint_reason: Mapped[str | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
