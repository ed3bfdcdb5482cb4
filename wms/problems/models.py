"""Problems that people on the floor have reported."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from wms.core.db import BigId, Model
from wms.problems.lifecycle import PROBLEM


class Problem(Model):
    """`about` is a kind of `rules.REASONS`, `code` and `label` what was scanned: both empty where nothing was.

    `photos` are names of files (`core.photo`).
    """

    __tablename__ = "problem"
    __table_args__ = (
        PROBLEM.check(), Index("ix_problem_open", "warehouse_id", "id", postgresql_where="status = 'open'"),
    )  # fmt: skip

    id: Mapped[BigId]
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"))
    status: Mapped[str] = mapped_column(default=PROBLEM.initial)
    about: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    label: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    photos: Mapped[list[Any]] = mapped_column(default=list)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    cleared_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cleared_at: Mapped[datetime | None]
