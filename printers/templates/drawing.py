"""Drawing a template with the data of its document: the one way from a template to dots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as fields_of_class
from dataclasses import is_dataclass
from typing import Any, Literal, cast

import zxingcpp

from printers.bitmap import Label
from printers.documents import DOCUMENTS
from printers.documents.base import REPRINT, Sheet, locale_of
from printers.documents.waybill import place, weight
from printers.errors import BarcodeDoesNotFit, DocumentError, InvalidField, MissingGlyph, TextDoesNotFit
from printers.fonts import find_fonts
from printers.layout import LINE, Align, Box, Pen, Style
from printers.media import parse_media
from printers.templates.pictures import picture_dots
from printers.templates.shape import CODES, Element, Problem, Template

_LEGIBLE = 1.5  # mm: the least size of a text that does not name one

# Why an element could not be drawn; the first that fits.
_CODES = (
    (BarcodeDoesNotFit, "code_too_small"), (TextDoesNotFit, "text_too_long"), (MissingGlyph, "missing_glyph"),
    (InvalidField, "not_printable"),
)  # fmt: skip


def render_template(
    template: Template,
    data: Mapping[str, object] | object,
    *,
    dpi: int,
    on_missing: Literal["refuse", "substitute"] = "refuse",
    problems: list[Problem] | None = None,
) -> Label:
    """Draw `template` with the data of its document.

    Raises a DocumentError as `printers.render` does; its `element` is the id of the element at fault. With `problems`
    every element that cannot be drawn is listed there instead, and the others are drawn.
    """
    document, stock = DOCUMENTS[template.document], parse_media(template.media)
    checked = document.read(data)
    pen = Sheet(stock, dpi, find_fonts(locale_of(checked)), on_missing == "substitute").pen()
    values = values_of(checked)
    for element in template.elements:
        try:
            _draw(pen, element, values, element.field in document.gs1 and not element.words)
        except DocumentError as error:
            if problems is None:
                error.element = element.id
                raise
            code = next((code for kind, code in _CODES if isinstance(error, kind)), "not_drawn")
            problems.append(Problem(element.id, code, error.field))
    return Label(pen.canvas.dots, dpi, stock.width_mm, stock.height_mm, tuple(pen.substituted))


def unreadable(template: Template, data: Mapping[str, object] | object, label: Label) -> list[Problem]:
    """The codes that a scanner would not read from the finished label, because something lies over them."""
    values = values_of(DOCUMENTS[template.document].read(data))
    codes = [each for each in template.elements if each.kind in CODES and said(each, values)]
    found = {code.text for code in zxingcpp.read_barcodes(label.image().convert("L"))} if codes else set()
    return [Problem(each.id, "unreadable", said(each, values)) for each in codes if said(each, values) not in found]


def values_of(data: object) -> dict[str, str]:
    """Every field of a document's data as a label says it, by its path; empty where there is nothing to say."""
    flat = _flat(data, "")
    if flat.get("reprint"):
        flat["reprint"] = f"{REPRINT[locale_of(data)]} {flat['reprint']}"
    if "arrow" in flat:
        flat["arrow"] = {"up": "↑", "down": "↓"}.get(flat["arrow"], "")
    if "weight_g" in flat:
        flat["weight_g"] = weight(getattr(data, "weight_g", 0))
    if "parcel_index" in flat:
        flat["parcel_index"] = place(getattr(data, "parcel_index", 1), getattr(data, "parcel_count", 0))
    return flat


def _flat(data: Any, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in fields_of_class(data):
        value = getattr(data, item.name)
        if is_dataclass(value):
            found |= _flat(value, f"{prefix}{item.name}.")
        else:
            found[prefix + item.name] = str(value) if value else ""
    return found


def said(element: Element, values: Mapping[str, str]) -> str:
    """What a text or a code says."""
    if not element.field:
        return element.words
    value = values[element.field]
    return element.words + value if value.strip() else ""


# ---- one element

def _draw(pen: Pen, element: Element, values: Mapping[str, str], gs1: bool) -> None:
    box = _box(pen, element)
    if element.kind == "line":
        _line(pen, element, box)
    elif element.kind == "box":
        least = min(box.width, box.height) // 2 or 1
        pen.canvas.frame(box.x, box.y, box.width, box.height, min(max(1, pen.dots(element.thickness)), least))
    elif element.kind == "picture":
        dots = picture_dots(element.picture, box.width, box.height)
        left, top = (box.width - dots.shape[1]) // 2, (box.height - dots.shape[0]) // 2
        pen.canvas.paste(dots, box.x + left, box.y + top)
    elif text := said(element, values):
        _say(pen, element, box, text, gs1)


def _say(pen: Pen, element: Element, box: Box, text: str, gs1: bool) -> None:
    name = element.field or element.id
    if element.kind in CODES:
        draw = {"barcode": pen.code128, "qr": pen.qr, "datamatrix": pen.datamatrix}[element.kind]
        draw(name, text, box, gs1=gs1)
    elif element.inverted:
        # Within its box, so that no stroke is white on white.
        pen.text(name, text, box.inset(min(pen.dots(0.6), box.width // 4)), _style(element))
        pen.canvas.invert(box.x, box.y, box.width, box.height)
    else:
        pen.text(name, text, box, _style(element))


def _style(element: Element) -> Style:
    smallest = element.smallest or min(element.size, max(_LEGIBLE, element.size * 0.4))
    lines = 1
    if element.rule == "refuse":
        smallest = element.size
    elif element.rule == "wrap":
        lines = max(1, 1 + int((element.h - smallest) / (smallest * LINE)))
    align = cast(Align, element.align)
    return Style(element.size, smallest, lines=lines, bold=element.bold, align=align, middle=element.middle)


def _line(pen: Pen, element: Element, box: Box) -> None:
    if element.dashed and box.width >= box.height:
        pen.canvas.dashes(box.x, box.y, box.width, box.height, max(2, pen.dots(1.5)))
    else:
        pen.canvas.fill(box.x, box.y, box.width, box.height)


def _box(pen: Pen, element: Element) -> Box:
    """The element's place in dots: at least one dot each way, and never past the edge."""
    left = min(pen.dots(element.x), pen.canvas.width - 1)
    top = min(pen.dots(element.y), pen.canvas.height - 1)
    right = min(max(pen.dots(element.x + element.w), left + 1), pen.canvas.width)
    bottom = min(max(pen.dots(element.y + element.h), top + 1), pen.canvas.height)
    return Box(left, top, right - left, bottom - top)
