"""The list of problems that people on the floor have reported."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.listing import Column, Listing, Sort, by_beginning

_TOLD = text(
    """
    SELECT p.id, p.status, p.about, p.code, p.label, p.reason, p.note, p.photos, p.at, r.name AS person,
           c.name AS cleared_by, p.cleared_at
    FROM problem p LEFT JOIN person r ON r.id = p.person_id LEFT JOIN person c ON c.id = p.cleared_by
    WHERE p.id = ANY(:ids)
    """
)


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = db.session.execute(_TOLD, {"ids": list(ids)})
    moments = ("at", "cleared_at")
    return [
        {**row._mapping, **{name: at.isoformat() if (at := row._mapping[name]) else None for name in moments}}
        for row in rows
    ]


PROBLEMS = Listing(
    name="problems",
    table="problem p",
    key="p.id",
    always="p.warehouse_id = :warehouse_id",
    where={"status": "p.status = :status", "about": "p.about = :about", "q": "p.code LIKE :begin"},
    sorts={"id": Sort("p.id")},
    worked_out=by_beginning,
    tell=_tell,
    title="ui.office.nav.problems",
    columns=(
        Column("at", "ui.problems.at", 17, "moment"),
        Column("about", "ui.problems.about", words="ui.problems_about"),
        Column("code", "ui.problems.code", 18),
        Column("label", "ui.stock.name", 30),
        Column("reason", "ui.problems.reason", 18, words="ui.problem.reason"),
        Column("note", "ui.problems.note", 40),
        Column("person", "ui.stock.person", 18),
        Column("status", "ui.counts.status", words="ui.problems_status"),
        Column("cleared_by", "ui.problems.cleared_by", 18),
        Column("cleared_at", "ui.problems.cleared_at", 17, "moment"),
    ),
)
