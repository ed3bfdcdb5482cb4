"""The verbs of reporting problems: what a code is, report, add words or a picture, clear."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from wms.catalog import service as catalog
from wms.core import photo
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.problems import rules
from wms.problems.events import ProblemCleared, ProblemReported
from wms.problems.lifecycle import PROBLEM
from wms.problems.models import Problem

__all__ = [
    "About", "about", "add_note", "add_photo", "clear", "photo_file", "report", "report_late", "report_program",
    "report_shipment", "settle_conflict", "settle_late", "settle_program", "settle_shipments",
]  # fmt: skip

FOLDER = "problems"
MOST_PHOTOS = 6
LONGEST_NOTE = 500


@dataclass(frozen=True)
class About:
    """What a problem is about: a kind of `rules.REASONS`, and how it is called."""

    kind: str
    code: str = ""
    label: str = ""


def about(warehouse_id: int, code: str) -> About:
    """What a code stands for; without one, some place on the floor. Raises as `catalog.read` does."""
    if not code:
        return About(rules.PLACE)
    found = catalog.read(code, warehouse_id).found
    if found is None:
        raise WmsError("catalog.unknown_code", scanned=code)
    return About(rules.about(found.kind, found.family), found.code, found.label)


def report(warehouse_id: int, person_id: int | None, code: str, reason: str) -> Problem:
    """Something is wrong. Raises as `about`, and `problems.other_reason` for a reason that this has not."""
    what = about(warehouse_id, code)
    if reason not in rules.REASONS[what.kind]:
        raise WmsError("problems.other_reason", reason=reason)
    made = Problem(
        warehouse_id=warehouse_id, about=what.kind, code=what.code, label=what.label, reason=reason,
        person_id=person_id, at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    publish(ProblemReported(warehouse_id, made.id))
    return made


def add_note(warehouse_id: int, person_id: int | None, problem_id: int, note: str) -> Problem:
    """Whoever reported it says more; said twice, the last counts. Raises `core.not_found`, `core.illegal_move`."""
    found = _own(warehouse_id, person_id, problem_id)
    found.note = note
    publish(ProblemReported(warehouse_id, found.id))
    return found


def add_photo(warehouse_id: int, person_id: int | None, problem_id: int, picture: bytes) -> str:
    """Whoever reported it shows it; returns the picture's name.

    Raises as `add_note` and `core.photo.keep`, and `problems.photos_enough`.
    """
    found = _own(warehouse_id, person_id, problem_id)
    if len(found.photos) >= MOST_PHOTOS:
        raise WmsError("problems.photos_enough", most=MOST_PHOTOS)
    name = photo.keep(FOLDER, found.id, picture)
    found.photos = [*found.photos, name]
    publish(ProblemReported(warehouse_id, found.id))
    return name


def clear(warehouse_id: int, person_id: int | None, problem_id: int) -> Problem:
    """It has been seen to. Raises `core.not_found`, `core.illegal_move` when somebody else was faster."""
    found = _one(warehouse_id, problem_id)
    found.status = PROBLEM.after("clear", found.status)
    found.cleared_by, found.cleared_at = person_id, now()
    publish(ProblemCleared(warehouse_id, found.id))
    return found


def settle_conflict(
    warehouse_id: int, person_id: int | None, scan: str, refusal: str, facts: str, scanned_at: datetime | None
) -> Problem:
    """A scan of a terminal without a link was refused afterwards, and a person has seen to the goods: who, and when."""
    moment = now()
    made = Problem(
        warehouse_id=warehouse_id, status=PROBLEM.after("clear", PROBLEM.initial), about=rules.CONFLICT, code=scan,
        label=facts, reason=rules.REFUSED, note=refusal, person_id=person_id,
        at=rules.moment(scanned_at, moment), cleared_by=person_id, cleared_at=moment,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def report_shipment(warehouse_id: int, code: str, parcel: str, reason: str, note: str) -> None:
    """Something is wrong with a parcel on its way (`rules.SHIPMENT_REASONS`). As long as that is open it is not
    reported again; what is said of it now is."""
    same = (Problem.warehouse_id == warehouse_id, Problem.about == rules.SHIPMENT, Problem.label == parcel)
    wanted = select(Problem).where(*same, Problem.reason == reason, Problem.status == PROBLEM.initial)
    found = db.session.execute(wanted.with_for_update()).scalars().first()
    if found is None:
        found = Problem(
            warehouse_id=warehouse_id, about=rules.SHIPMENT, code=code, label=parcel, reason=reason, at=now()
        )
        db.session.add(found)
    elif found.note == note[:LONGEST_NOTE]:
        return
    found.code, found.note = code, note[:LONGEST_NOTE]
    db.session.flush()
    publish(ProblemReported(warehouse_id, found.id))


def settle_shipments(parcels: Sequence[str], reasons: Sequence[str] = ()) -> None:
    """This is not wrong with parcels any more; without `reasons` nothing is."""
    if not parcels:
        return
    its = select(Problem.warehouse_id, Problem.id).where(
        Problem.about == rules.SHIPMENT, Problem.status == PROBLEM.initial, among(Problem.label, parcels),
        Problem.reason.in_(reasons or rules.SHIPMENT_REASONS),
    )  # fmt: skip
    for row in db.session.execute(its.order_by(Problem.id)).all():
        clear(row.warehouse_id, None, row.id)


def report_late(late: Sequence[tuple[int, str, str]]) -> None:
    """Orders are late: (warehouse id, order number, one of `rules.ORDER_REASONS`). Whoever calls says each once."""
    moment = now()
    made = [
        Problem(warehouse_id=house, about=rules.ORDER, code=number, label=number, reason=reason, at=moment)
        for house, number, reason in late
    ]
    db.session.add_all(made)
    db.session.flush()
    for one in made:
        publish(ProblemReported(one.warehouse_id, one.id))


def settle_late(problem_ids: Sequence[int]) -> None:
    """What orders were late for has been done, or is not wanted any more."""
    its = select(Problem.warehouse_id, Problem.id).where(
        among(Problem.id, problem_ids), Problem.about == rules.ORDER, Problem.status == PROBLEM.initial
    )
    for row in db.session.execute(its.order_by(Problem.id)).all():
        clear(row.warehouse_id, None, row.id)


def report_program(warehouse_id: int, code: str, name: str, reason: str, note: str) -> None:
    """A program takes nothing of what it is to be told (`rules.PROGRAM_REASONS`). Reported once until it is cleared."""
    if _of_program(warehouse_id, code):
        return
    made = Problem(
        warehouse_id=warehouse_id, about=rules.PROGRAM, code=code, label=name, reason=reason,
        note=note[:LONGEST_NOTE], at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    publish(ProblemReported(warehouse_id, made.id))


def settle_program(warehouse_id: int, code: str) -> None:
    """It takes what it is told again, or is to be told nothing any more."""
    for problem_id in _of_program(warehouse_id, code):
        clear(warehouse_id, None, problem_id)


def _of_program(warehouse_id: int, code: str) -> list[int]:
    """Ids of what is open of a program."""
    its = (Problem.warehouse_id == warehouse_id, Problem.about == rules.PROGRAM, Problem.code == code)
    wanted = select(Problem.id).where(*its, Problem.status == PROBLEM.initial).order_by(Problem.id)
    return list(db.session.execute(wanted).scalars())


def photo_file(warehouse_id: int, name: str) -> Path:
    """The file of a picture of a problem here. Raises `core.not_found`."""
    here: Any = select(Problem.id).where(Problem.warehouse_id == warehouse_id, Problem.photos.contains([name]))
    known = db.session.execute(here.limit(1)).scalar_one_or_none()
    return photo.find(FOLDER, name if known else None)


def _own(warehouse_id: int, person_id: int | None, problem_id: int) -> Problem:
    found = _one(warehouse_id, problem_id)
    if found.person_id != person_id:
        raise WmsError("core.not_found", thing="problem", key=str(problem_id))
    if found.status != PROBLEM.initial:
        raise WmsError("core.illegal_move", thing="problem", action="add", status=found.status)
    return found


def _one(warehouse_id: int, problem_id: int) -> Problem:
    wanted = select(Problem).where(Problem.id == problem_id, Problem.warehouse_id == warehouse_id)
    found = db.session.execute(wanted.with_for_update()).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="problem", key=str(problem_id))
    return found
