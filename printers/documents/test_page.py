"""A page that shows whether a printer is set up well: its edges, resolution, darkness and Chinese."""

from __future__ import annotations

from dataclasses import dataclass

from printers.documents.base import Document, Sheet
from printers.layout import Box, Pen, Style
from printers.media import Media, dots_per_mm


@dataclass(frozen=True)
class TestPage:
    """What is printed on a test page. `code` is printable ASCII, to be scanned from the paper."""

    __test__ = False  # the name is a document's, not a test case

    printer: str
    code: str = "TEST-0123456789"
    printed_at: str = ""
    locale: str = "zh_Hans"


_SENTENCE = "永和九年，岁在癸丑 鬱龘𠮷 Aa 0123456789"


_ON_A_ROLL = 62  # mm


def _draw(data: TestPage, sheet: Sheet) -> Pen:
    """Everything is placed relative to the width, so that any stock of 50 mm and more works."""
    pen = sheet.pen(height=round(_ON_A_ROLL * dots_per_mm(sheet.dpi)) if sheet.media.is_roll else 0)
    width, margin = pen.canvas.width, pen.dots(2)
    edge = pen.dots(0.25) or 1
    pen.canvas.frame(0, 0, width, pen.canvas.height, edge)
    room = width - 2 * margin
    y = margin
    y += pen.text("printer", data.printer, Box(margin, y, room, pen.dots(7)), Style(5, 2.5, bold=True))
    facts = f"{sheet.media.name}  {sheet.dpi} dpi  {width}×{pen.canvas.height}  {data.printed_at}"
    y += margin + pen.text("facts", facts, Box(margin, y + margin, room, pen.dots(4)), Style(2.8, 1.6))
    pen.code128("code", data.code, Box(margin, y + margin, room, pen.dots(9)))
    y += margin + pen.dots(10)
    for size in (2.0, 2.5, 3.0):
        height = pen.dots(size * 1.2)
        pen.text("sentence", _SENTENCE, Box(margin, y, room, height), Style(size, 1.2))
        y += height
    _gauges(pen, margin, y + pen.dots(1), data.code)
    return pen


def _gauges(pen: Pen, margin: int, y: int, code: str) -> None:
    """A QR code, lines of 1 to 6 dots, and greys whose evenness shows a worn or dirty head."""
    side = min(pen.dots(24), pen.canvas.height - y - margin)
    pen.qr("code", code, Box(margin, y, side, side))
    x = margin * 2 + side
    for thickness in range(1, 7):
        pen.canvas.fill(x, y, thickness, side // 2)
        x += thickness * 3
    left, top = margin * 2 + side, y + side // 2 + pen.dots(1)
    right, bottom = pen.canvas.width - margin, y + side
    middle = (left + right) // 2
    pen.canvas.dots[top:bottom:2, left:middle:2] = True
    pen.canvas.dots[top:bottom, middle:right] = True


def _accepts(media: Media) -> bool:
    return media.is_roll or (media.width_mm >= 50 and media.height_mm >= 60)


TEST_PAGE = Document("test_page", TestPage, _accepts, _draw)
