"""A label of goods, or of a logistic unit, that says lot, expiry and serial to every scanner in the trade: GS1."""

from __future__ import annotations

from dataclasses import dataclass, field

from printers import gs1
from printers.documents.base import REPRINT, Document, Sheet
from printers.errors import BarcodeDoesNotFit
from printers.layout import Box, Pen, Style
from printers.media import Media


@dataclass(frozen=True)
class Gs1Label:
    """What is printed on goods (`gtin`, 8 to 14 digits) or on a logistic unit (`sscc`, 18, and nothing else coded).

    `expires_on` is an ISO date, `lot` and `serial` have at most 20 characters. Made of these: `code` is everything as
    an element string, `key` the number alone, and `elements` the code with spaces in it, for people. What GS1 cannot
    say raises InvalidField.
    """

    gtin: str = ""
    sscc: str = ""
    lot: str = ""
    expires_on: str = ""
    serial: str = ""
    sku: str = ""
    name: str = ""
    qty: int = 1
    reprint: int = 0
    locale: str = "zh_Hans"
    code: str = field(init=False, default="")
    key: str = field(init=False, default="")
    elements: str = field(init=False, default="")

    def __post_init__(self) -> None:
        told = gs1.elements(
            sscc=self.sscc, gtin=self.gtin, expires_on=self.expires_on, lot=self.lot, serial=self.serial
        )
        made = {"code": "".join(told), "key": told[0], "elements": " ".join(told)}
        for name, text in made.items():
            object.__setattr__(self, name, text)  # the rest of the document is as frozen as any other


def _draw(data: Gs1Label, sheet: Sheet) -> Pen:
    """The DataMatrix says everything. So do the bars where there is room; else they say the number alone, by which a
    scanner without a camera finds the goods."""
    pen = sheet.pen(height=round(50 * sheet.dpi / 25.4) if sheet.media.is_roll else 0)
    width, height, margin = pen.canvas.width, pen.canvas.height, pen.dots(2)
    room, gap = width - 2 * margin, pen.dots(1)
    name = height // 7 if data.name else 0
    pen.text("name", data.name, Box(margin, margin, room, name), Style(5, 1.6, lines=3, bold=True))
    top = margin + name + (gap if name else 0)
    bars = height // 5
    side = min(height - top - bars - 2 * gap - margin, room * 2 // 5)
    pen.datamatrix("code", data.code, Box(margin, top, side, side), gs1=True)
    left = 2 * margin + side
    _facts(pen, data, Box(left, top, width - left - margin, side))
    _bars(pen, data, Box(pen.dots(0.5), top + side + gap, width - 2 * pen.dots(0.5), bars))
    return pen


def _facts(pen: Pen, data: Gs1Label, box: Box) -> None:
    """Each element with its identifier on a line of its own, and below them what is ours."""
    told = data.elements.split(" ")
    row = box.height * 3 // 4 // max(3, len(told))
    style = Style(4.5, 1.4, bold=True, middle=True)
    for at, text in enumerate(told):
        pen.text("elements", text, Box(box.x, box.y + at * row, box.width, row), style)
    many = f"× {data.qty}" if data.qty > 1 else ""
    mark = f"{REPRINT[data.locale]} {data.reprint}" if data.reprint else ""
    line = " · ".join(filter(None, [data.sku, many, mark]))
    rest = Box(box.x, box.y + box.height * 3 // 4, box.width, box.height // 4)
    pen.text("sku", line, rest, Style(3.5, 1.4, lines=2, middle=True))


def _bars(pen: Pen, data: Gs1Label, box: Box) -> None:
    try:
        pen.code128("code", data.code, box, gs1=True)
    except BarcodeDoesNotFit:
        pen.code128("key", data.key, box, gs1=True)


def _accepts(media: Media) -> bool:
    return media.is_roll or (media.width_mm >= 50 and media.height_mm >= 30)


GS1_LABEL = Document("gs1_label", Gs1Label, _accepts, _draw, "code", gs1=("code", "key"))
