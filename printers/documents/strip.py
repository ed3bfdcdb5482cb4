"""Documents that grow downwards: blocks, rules, and rows with a number at the right, on a roll or on a page.

On a roll the paper ends where the drawing does. A page that is full refuses the next row and names it: whoever asks
for the document shares the rows among pages, and numbers those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from printers.bitmap import Canvas
from printers.documents.base import Sheet
from printers.errors import InvalidField, MissingField, TextDoesNotFit
from printers.layout import Box, Pen, Style
from printers.media import Media, dots_per_mm

# A roll document longer than this is a mistake in the data, and would empty the roll.
LONGEST_MM = 7000

TITLE = Style(6, 3, lines=2, bold=True, align="centre")
SUBTITLE = Style(4, 3, align="centre")
SMALL = Style(2.8, 2.2, lines=10, align="centre")
HEAD = Style(2.8, 2, bold=True)
HEAD_RIGHT = Style(2.8, 2, bold=True, align="right")
NAME = Style(3.2, 3.2, lines=6)
CODE = Style(2.7, 1.8)
QTY = Style(4.4, 2.4, bold=True, align="right")


@dataclass
class Strip:
    """A document being drawn from the top down; `y` is the next free row of dots."""

    pen: Pen
    sheet: Sheet
    y: int = 0

    @property
    def margin(self) -> int:
        return self.pen.dots(2)

    @property
    def width(self) -> int:
        return self.pen.canvas.width - 2 * self.margin

    def space(self, mm: float) -> None:
        self.y += self.pen.dots(mm)

    def need(self, name: str, dots: int) -> None:
        """Raises TextDoesNotFit(name) when the paper ends before `dots` more rows."""
        if self.y + dots > self.pen.canvas.height:
            raise TextDoesNotFit(name)

    def block(self, name: str, text: str, style: Style) -> None:
        """Text across the paper, as many lines as the style allows."""
        room = self.pen.dots(style.size) * (style.lines + 1) * 2
        used = self.pen.text(name, text, Box(self.margin, self.y, self.width, room), style)
        self.need(name, used)
        self.y += used + (self.pen.dots(1.2) if used else 0)

    def rule(self, thickness: float = 0.25) -> None:
        dots = max(1, self.pen.dots(thickness))
        self.need("rule", dots)
        self.pen.canvas.fill(self.margin, self.y, self.width, dots)
        self.space(1.4)

    def bars(self, name: str, text: str, mm: float) -> None:
        """A Code 128 as wide as the paper, and its text below it."""
        self.space(0.8)
        height = self.pen.dots(mm)
        self.need(name, height)
        self.pen.code128(name, text, Box(0, self.y, self.pen.canvas.width, height))
        self.y += height + self.pen.dots(0.8)
        self.block(name, text, Style(3.6, 2, bold=True, align="centre"))

    def columns(self, narrow_mm: float) -> tuple[int, int]:
        """Width of the wide column at the left, and of the narrow one at the right."""
        narrow = self.pen.dots(narrow_mm)
        return self.width - narrow - self.pen.dots(2), narrow

    def pair(
        self, cell: tuple[str, str, Style], right: tuple[str, str, Style], mm: float, narrow_mm: float = 13
    ) -> None:
        """One line of `mm`: (field, text, style) at the left and at the right."""
        wide, narrow = self.columns(narrow_mm)
        height = self.pen.dots(mm)
        self.need(cell[0], height)
        self.pen.text(cell[0], cell[1], Box(self.margin, self.y, wide, height), cell[2])
        self.pen.text(right[0], right[1], Box(self.margin + self.width - narrow, self.y, narrow, height), right[2])

    def heading(self, left: str, right: str, narrow_mm: float = 13) -> None:
        self.pair(("caption", left, HEAD), ("caption", right, HEAD_RIGHT), 4, narrow_mm)
        self.space(3.8)

    def goods(self, name: str, title: tuple[str, str], code: tuple[str, str], right: tuple[str, str]) -> None:
        """A name in as many lines as it takes, its code below, a number large at the right: pairs of field and text."""
        wide, narrow = self.columns(13)
        room = self.pen.dots(NAME.size * 1.25 * NAME.lines)
        quantity = Box(self.margin + self.width - narrow, self.y, narrow, self.pen.dots(5))
        self.need(name, self.pen.height_of(f"{name}.{title[0]}", title[1], wide, NAME) + self.pen.dots(5))
        self.pen.text(f"{name}.{right[0]}", right[1], quantity, QTY)
        used = self.pen.text(f"{name}.{title[0]}", title[1], Box(self.margin, self.y, wide, room), NAME)
        self.y += used + self.pen.dots(0.8)
        self.pen.text(f"{name}.{code[0]}", code[1], Box(self.margin, self.y, wide, self.pen.dots(3.2)), CODE)
        self.space(4.4)

    def done(self) -> Pen:
        """The pen; on a roll its canvas is cut to what was drawn, as the rows below are blank paper."""
        if self.sheet.media.is_roll:
            canvas = Canvas(0, 0)
            canvas.dots = self.pen.canvas.dots[: self.y].copy()
            self.pen.canvas = canvas
        return self.pen


def strip(sheet: Sheet, rows: int, row_mm: float, other_mm: float = 160) -> Strip:
    """An empty strip: on a roll, with room for `rows` of `row_mm`. Raises TextDoesNotFit("lines") for too many."""
    if not sheet.media.is_roll:
        return Strip(sheet.pen(), sheet)
    millimetres = other_mm + rows * row_mm
    if millimetres > LONGEST_MM:
        raise TextDoesNotFit("lines")
    return Strip(sheet.pen(round(millimetres * dots_per_mm(sheet.dpi))), sheet)


def require_page(lines: Sequence[object], part: int, parts: int) -> None:
    """Raises MissingField or InvalidField for a page without lines, or one that is not among its `parts`."""
    if not lines:
        raise MissingField("lines")
    if not 1 <= part <= parts:
        raise InvalidField("part", f"must be from 1 to parts ({parts})")


def rows_on(media: Media, row_mm: float, other_mm: float, most: int) -> int:
    """How many rows of `row_mm` a page holds beside its `other_mm`; `most` on a roll, which somebody has to carry."""
    return most if media.is_roll else max(1, int((media.height_mm - other_mm) / row_mm))


def signatures(page: Strip, words: Sequence[str]) -> None:
    """Lines to write on, with room above each for a hand."""
    for word in words:
        page.space(9)
        page.rule()
        page.block("caption", word, Style(2.8, 2.2))
    page.space(2)


def page_of(part: int, parts: int) -> str:
    """"2/3" where there are several pages, else nothing."""
    return f"{part}/{parts}" if parts > 1 else ""


def facts(words: Sequence[tuple[str, str]], colon: str) -> str:
    """Captioned values on one line, blank ones left out."""
    return " · ".join(f"{word}{colon}{value}" for word, value in words if value)


def on_rolls_and_pages(media: Media) -> bool:
    """Rolls, and labels of the width of a receipt at least and tall enough for a few rows."""
    return media.is_roll or (media.width_mm >= 70 and media.height_mm >= 100)
