"""What a template may hold. Everything else in it is a problem, named by its element."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any, get_type_hints

from printers.documents import DOCUMENTS
from printers.documents.base import Document
from printers.errors import DocumentError, UnknownDocument, UnknownMedia
from printers.media import Media, parse_media
from printers.templates.pictures import is_picture

KINDS = ("text", "barcode", "qr", "datamatrix", "line", "box", "picture")
CODES = ("barcode", "qr", "datamatrix")
RULES = ("shrink", "wrap", "refuse")
ALIGNS = ("left", "centre", "right")

MOST_ELEMENTS = 80
MOST_PICTURES = 6
LONGEST_WORDS = 200
WIDTHS, HEIGHTS = (20, 160), (15, 300)  # mm of a label
SIZES = (1.2, 60.0)  # mm of an em
THICKNESSES = (0.1, 5.0)
LEAST_SIDE = 0.1  # mm, of any element
_SLACK = 0.005  # mm: what arithmetic with decimal fractions leaves

_ID = re.compile(r"[A-Za-z0-9_-]{1,24}\Z")


@dataclass(frozen=True)
class Element:
    """One thing on the label. `x`, `y`, `w`, `h`, `size`, `smallest` and `thickness` are millimetres.

    A text or a code says `words`, then the value of `field`; where a field is named and empty, nothing is drawn. Text
    is set by its `rule`: `shrink` on one line, down to `smallest`; `wrap` on as many lines as its box holds, then
    smaller; `refuse` as it is or not at all. `picture` is a PNG in base 64, of which black is printed.
    """

    id: str
    kind: str
    x: float
    y: float
    w: float
    h: float
    field: str = ""
    words: str = ""
    size: float = 4.0
    smallest: float = 0.0  # 0: two fifths of the size, and legible
    bold: bool = False
    align: str = "left"
    middle: bool = False
    inverted: bool = False  # white on a black field
    rule: str = "shrink"
    dashed: bool = False
    thickness: float = 0.3
    picture: str = ""


@dataclass(frozen=True)
class Template:
    """A label of one document on one stock."""

    document: str
    media: str
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong with an element ("" for the template as a whole). `code` names it, `detail` says with what."""

    element: str
    code: str
    detail: str = ""


class TemplateError(DocumentError):
    """A template that cannot be used; `problems` says why, one for each element that is at fault."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        super().__init__(first.element or "template", f"{first.code} {first.detail}".strip())
        self.problems = problems


def templated() -> dict[str, Document[Any]]:
    """The documents that templates can be made for: those with a code of their own and no list in their data."""
    return {name: document for name, document in DOCUMENTS.items() if document.code}


def fields_of(document: str) -> list[str]:
    """The fields of a document that an element may name: "carrier", "recipient.name". Raises UnknownDocument."""
    return list(_fields(_templated(document).name))


def require_template(document: str, media: str, body: object) -> Template:
    """The template in `body`. Raises TemplateError, UnknownDocument or UnknownMedia."""
    template, problems = read_template(document, media, body)
    if problems:
        raise TemplateError(problems)
    return template


def read_template(document: str, media: str, body: object) -> tuple[Template, list[Problem]]:
    """What of `body` can be drawn, and what is wrong with the rest. Raises UnknownDocument or UnknownMedia."""
    kind, stock = _templated(document), _stock(media)
    listed = body.get("elements") if isinstance(body, Mapping) else None
    if not isinstance(listed, list) or not isinstance(body, Mapping) or set(body) != {"elements"}:
        return Template(document, media, ()), [Problem("", "not_a_template")]
    if len(listed) > MOST_ELEMENTS:
        return Template(document, media, ()), [Problem("", "too_many", str(MOST_ELEMENTS))]
    problems: list[Problem] = []
    elements: list[Element] = []
    for index, item in enumerate(listed):
        found = _element(index, item, stock, _fields(document))
        if isinstance(found, Problem):
            problems.append(found)
        elif any(found.id == other.id for other in elements):
            problems.append(Problem(found.id, "same_id"))
        else:
            elements.append(found)
    problems += _of_the_whole(kind, elements)
    return Template(document, media, tuple(elements)), problems


def _of_the_whole(kind: Document[Any], elements: list[Element]) -> list[Problem]:
    """A label that cannot be scanned or whose reprint looks like the first is not a label."""
    wrong = []
    if not any(each.kind in CODES and each.field == kind.code and not each.words for each in elements):
        wrong.append(Problem("", "code_missing", kind.code))
    if not any(each.kind == "text" and each.field == "reprint" for each in elements):
        wrong.append(Problem("", "reprint_missing", "reprint"))
    if sum(each.kind == "picture" for each in elements) > MOST_PICTURES:
        wrong.append(Problem("", "too_many_pictures", str(MOST_PICTURES)))
    return wrong


def _templated(document: str) -> Document[Any]:
    found = templated().get(document)
    if found is None:
        raise UnknownDocument(document)
    return found


def _stock(media: str) -> Media:
    stock = parse_media(media)
    if stock.is_roll or not (WIDTHS[0] <= stock.width_mm <= WIDTHS[1] and HEIGHTS[0] <= stock.height_mm <= HEIGHTS[1]):
        raise UnknownMedia(media)
    return stock


@lru_cache(maxsize=32)
def _fields(document: str) -> tuple[str, ...]:
    return tuple(_paths(DOCUMENTS[document].data, ""))


def _paths(data: Any, prefix: str) -> list[str]:
    """Those of a dataclass's texts and numbers."""
    hints = get_type_hints(data)
    found: list[str] = []
    for item in fields(data):
        if is_dataclass(hints[item.name]):
            found += _paths(hints[item.name], f"{prefix}{item.name}.")
        elif hints[item.name] in (str, int) and item.name not in ("locale", "pattern"):
            found.append(prefix + item.name)
    return found


# ---- one element

def _number(low: float, high: float) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return math.isfinite(value) and low <= value <= high

    return fits


def _one_of(choices: tuple[str, ...]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in choices


def _switch(value: object) -> bool:
    return isinstance(value, bool)


def _words(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_WORDS


_CHECKS: dict[str, Callable[[object], bool]] = {
    "id": lambda value: isinstance(value, str) and bool(_ID.match(value)),
    "kind": _one_of(KINDS),
    "x": _number(0, WIDTHS[1]),
    "y": _number(0, HEIGHTS[1]),
    "w": _number(LEAST_SIDE, WIDTHS[1]),
    "h": _number(LEAST_SIDE, HEIGHTS[1]),
    "field": lambda value: isinstance(value, str),
    "words": _words,
    "size": _number(*SIZES),
    "smallest": _number(0, SIZES[1]),
    "bold": _switch,
    "align": _one_of(ALIGNS),
    "middle": _switch,
    "inverted": _switch,
    "rule": _one_of(RULES),
    "dashed": _switch,
    "thickness": _number(*THICKNESSES),
    "picture": lambda value: isinstance(value, str),
}
_ALWAYS = ("id", "kind", "x", "y", "w", "h")


def _element(index: int, item: object, stock: Media, known: tuple[str, ...]) -> Element | Problem:
    """The element, or the first thing that is wrong with it."""
    number = f"#{index + 1}"
    if not isinstance(item, Mapping):
        return Problem(number, "not_an_element")
    name = item["id"] if _CHECKS["id"](item.get("id")) else number
    for key in _ALWAYS:
        if key not in item:
            return Problem(name, "missing", key)
    for key, value in item.items():
        if key not in _CHECKS:
            return Problem(name, "unknown_key", str(key)[:40])
        if not _CHECKS[key](value):
            return Problem(name, "bad_value", key)
    element = Element(**item)
    return _wrong(element, stock, known) or element


def _wrong(element: Element, stock: Media, known: tuple[str, ...]) -> Problem | None:
    if element.x + element.w > stock.width_mm + _SLACK or element.y + element.h > stock.height_mm + _SLACK:
        return Problem(element.id, "outside")
    if element.field and element.field not in known:
        return Problem(element.id, "unknown_field", element.field[:60])
    if element.kind in ("text", *CODES) and not (element.field or element.words.strip()):
        return Problem(element.id, "says_nothing")
    if element.kind == "picture" and not is_picture(element.picture):
        return Problem(element.id, "bad_picture")
    if element.smallest > element.size:
        return Problem(element.id, "bad_value", "smallest")
    return None
