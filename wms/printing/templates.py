"""Templates of labels: every save is a version, the published one prints, an older one can be brought back.

A job keeps the version that it was drawn from, and its payload; what is published later changes neither.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from printers import Label, PrintError, UnknownDocument, UnknownMedia
from printers.templates import (
    Problem,
    Template,
    TemplateError,
    read_template,
    render_template,
    require_template,
    sample,
    unreadable,
)
from wms.access.models import Person
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.prepared import Prepared, execute
from wms.printing import routes
from wms.printing.models import LabelTemplate, LabelTemplateVersion

SHOWN = 50  # versions of a template that are listed
_DPI = 203  # at which a template must draw its usual sample before it is published: the coarsest there is


@dataclass(frozen=True)
class Arranged:
    """A version of a template as a job is drawn from it."""

    version_id: int
    document: str
    media: str
    body: dict[str, Any]

    def read(self) -> Template:
        """Raises printers.templates.TemplateError."""
        return require_template(self.document, self.media, self.body)


@dataclass(frozen=True)
class Tried:
    """A template drawn with a sample: what could be drawn, and what is wrong with the rest."""

    label: Label
    problems: list[Problem]


# Whatever version a job asks for was made for one stock; on another one it is not the same label.
USED = """
    SELECT v.id, v.body FROM label_template t JOIN label_template_version v ON v.template_id = t.id
    WHERE t.warehouse_id = {warehouse_id} AND t.document = {document} AND t.media = {media}
      AND (v.number = t.published OR v.id = {version_id})
    ORDER BY v.id = {version_id} DESC LIMIT 1
"""
_USED = Prepared(
    "template_used",
    USED.format(
        warehouse_id=":warehouse_id", document=":document", media=":media", version_id="cast(:version_id AS bigint)"
    ),
)


def used(warehouse_id: int, document: str, media: str, version_id: int | None = None) -> Arranged | None:
    """What a document is drawn from on a stock: the version a job asks for, else the published one, else nothing."""
    asked = {"warehouse_id": warehouse_id, "document": document, "media": media, "version_id": version_id}
    return next((Arranged(row.id, document, media, row.body) for row in execute(_USED, asked)), None)


def listed(warehouse_id: int) -> list[dict[str, Any]]:
    """The templates of a warehouse by document and stock."""
    its = select(LabelTemplate).where(LabelTemplate.warehouse_id == warehouse_id)
    rows = db.session.execute(its.order_by(LabelTemplate.document, LabelTemplate.media)).scalars()
    return [_summary(row) for row in rows]


def shown(warehouse_id: int, template_id: int, number: int | None = None) -> dict[str, Any]:
    """A template with its versions, the newest first, and the body of one of them: `number`, else the newest.

    Raises `printing.unknown_template` or `printing.unknown_version`.
    """
    row = _row(warehouse_id, template_id)
    rows = db.session.execute(
        select(LabelTemplateVersion, Person.name)
        .outerjoin(Person, Person.id == LabelTemplateVersion.made_by)
        .where(LabelTemplateVersion.template_id == row.id)
        .order_by(LabelTemplateVersion.number.desc())
        .limit(SHOWN)
    ).all()
    version = _version(row, number or row.newest)
    versions = [_described(each.LabelTemplateVersion, each.name) for each in rows]
    return {
        **_summary(row), "versions": versions, "number": version.number, "body": version.body,
        "stations": _stations(row),
    }  # fmt: skip


def make(warehouse_id: int, document: str, media: str, body: dict[str, Any], made_by: int | None) -> dict[str, Any]:
    """A template with its first version, which is not published.

    Raises `printing.template_exists`, or `printing.bad_template` with the element that is wrong.
    """
    _require(document, media, body)
    fresh = insert(LabelTemplate).values(warehouse_id=warehouse_id, document=document, media=media, newest=1)
    template_id = db.session.execute(fresh.on_conflict_do_nothing().returning(LabelTemplate.id)).scalar()
    if template_id is None:
        raise WmsError("printing.template_exists", document=document, media=media)
    _add(db.session.get_one(LabelTemplate, template_id), 1, body, "", made_by)
    return shown(warehouse_id, template_id)


def save(
    warehouse_id: int, template_id: int, base: int, body: dict[str, Any], note: str, made_by: int | None
) -> dict[str, Any]:
    """A new version, made from version `base`.

    Raises `printing.template_changed` when somebody saved another since, or `printing.bad_template`.
    """
    row = _row(warehouse_id, template_id, lock=True)
    if base != row.newest:
        raise WmsError("printing.template_changed", number=row.newest)
    _require(row.document, row.media, body)
    row.newest += 1
    _add(row, row.newest, body, note, made_by)
    return shown(warehouse_id, template_id)


def bring_back(warehouse_id: int, template_id: int, number: int, made_by: int | None) -> dict[str, Any]:
    """An older version once more, as the newest one. Raises `printing.unknown_version`."""
    row = _row(warehouse_id, template_id, lock=True)
    old = _version(row, number)
    row.newest += 1
    _add(row, row.newest, old.body, old.note, made_by, brought_back=number)
    return shown(warehouse_id, template_id)


def publish(warehouse_id: int, template_id: int, number: int) -> dict[str, Any]:
    """From now on labels are drawn from this version.

    Raises `printing.template_older` when a newer one is published already, and `printing.bad_template` when its usual
    sample cannot be drawn or a code of it cannot be scanned.
    """
    row = _row(warehouse_id, template_id, lock=True)
    version = _version(row, number)
    if row.published is not None and number < row.published:
        raise WmsError("printing.template_older", number=number, published=row.published)
    problems = tried(row.document, row.media, version.body, "usual", "zh_Hans", _DPI).problems
    if problems:
        raise _refused(problems)
    row.published, version.published_at = number, now()
    db.session.flush()
    return shown(warehouse_id, template_id)


def withdraw(warehouse_id: int, template_id: int) -> dict[str, Any]:
    """From now on the document draws itself again; the versions stay."""
    row = _row(warehouse_id, template_id, lock=True)
    row.published = None
    db.session.flush()
    return shown(warehouse_id, template_id)


def tried(document: str, media: str, body: Any, name: str, locale: str, dpi: int) -> Tried:
    """Draw a template, saved or not, with a sample. Raises `printing.no_template`, or `core.invalid` for a bad dpi."""
    try:
        template, problems = read_template(document, media, body)
        data = sample(document, name, locale)
    except (UnknownDocument, UnknownMedia) as error:
        raise WmsError("printing.no_template", document=document, media=media) from error
    try:
        label = render_template(template, data, dpi=dpi, on_missing="substitute", problems=problems)
    except PrintError as error:
        raise WmsError("printing.cannot_render", reason=str(error)) from error
    at_fault = {each.element for each in problems}
    problems += [each for each in unreadable(template, data, label) if each.element not in at_fault]
    return Tried(label, problems)


def at_station(warehouse_id: int, template_id: int, number: int, station: str) -> tuple[LabelTemplateVersion, int]:
    """The version and the station that a test of it is printed at.

    Raises `printing.no_template_printer` when the station prints the document on another stock or not at all.
    """
    row = _row(warehouse_id, template_id)
    version = _version(row, number)
    place = next((each for each in _stations(row) if each["code"] == station), None)
    if place is None:
        raise WmsError("printing.no_template_printer", station=station, document=row.document, media=row.media)
    return version, cast(int, place["id"])


def of(warehouse_id: int, template_id: int) -> LabelTemplate:
    """A template. Raises `printing.unknown_template`."""
    return _row(warehouse_id, template_id)


def _row(warehouse_id: int, template_id: int, *, lock: bool = False) -> LabelTemplate:
    wanted = select(LabelTemplate).where(LabelTemplate.id == template_id, LabelTemplate.warehouse_id == warehouse_id)
    found = db.session.execute(wanted.with_for_update() if lock else wanted).scalar_one_or_none()
    if found is None:
        raise WmsError("printing.unknown_template", id=template_id)
    return found


def _version(row: LabelTemplate, number: int) -> LabelTemplateVersion:
    wanted = select(LabelTemplateVersion).where(
        LabelTemplateVersion.template_id == row.id, LabelTemplateVersion.number == number
    )
    found = db.session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise WmsError("printing.unknown_version", number=number)
    return found


def _add(
    row: LabelTemplate, number: int, body: dict[str, Any], note: str, made_by: int | None,
    brought_back: int | None = None,
) -> None:  # fmt: skip
    db.session.add(
        LabelTemplateVersion(
            template_id=row.id, number=number, body=body, note=note, made_by=made_by, made_at=now(),
            brought_back=brought_back,
        )
    )  # fmt: skip
    db.session.flush()


def _require(document: str, media: str, body: Any) -> None:
    try:
        require_template(document, media, body)
    except TemplateError as error:
        raise _refused(error.problems) from error
    except (UnknownDocument, UnknownMedia) as error:
        raise WmsError("printing.no_template", document=document, media=media) from error


def _refused(problems: list[Problem]) -> WmsError:
    first = problems[0]
    reason = f"{first.code.replace('_', ' ')} {first.detail}".strip()
    return WmsError("printing.bad_template", element=first.element or "–", reason=reason, problem=first.code)


def _summary(row: LabelTemplate) -> dict[str, Any]:
    return {
        "id": row.id, "document": row.document, "media": row.media, "newest": row.newest, "published": row.published,
    }  # fmt: skip


def _described(version: LabelTemplateVersion, made_by: str | None) -> dict[str, Any]:
    return {
        "number": version.number, "note": version.note, "brought_back": version.brought_back, "made_by": made_by,
        "made_at": version.made_at.isoformat(),
        "published_at": version.published_at.isoformat() if version.published_at else None,
    }  # fmt: skip


def _stations(row: LabelTemplate) -> list[dict[str, Any]]:
    """Where this document comes out on this stock: the stations, and the first printer of each."""
    return [
        {"id": at.id, "code": at.code, "name": at.name, "printer": printer.code, "dpi": printer.dpi}
        for at, printer in routes.places(row.warehouse_id, row.document, row.media)
    ]
