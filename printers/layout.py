"""Placing text and codes: shrink, wrap, or refuse. Nothing is ever cut off silently."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np

from printers import barcodes
from printers.bitmap import Canvas, Dots
from printers.errors import TextDoesNotFit
from printers.fonts import Fonts, checked
from printers.glyphs import UNITS, Family, family_of
from printers.media import dots_per_mm

Align = Literal["left", "centre", "right"]

_LONGEST = 4000  # characters; no label holds as many

LINE = 1.2  # distance between baselines, in ems
_BASELINE = 0.88  # of the em below its top; the ideographic em box of Noto and Source Han

# Chinese line breaking (禁则): what may not begin a line, and what may not end one.
_NO_START = frozenset("，。、；：？！）》」』】〕”’…—·%％,.;:?!)]}〉")
_NO_END = frozenset("（《「『【〔“‘([{〈￥¥$")


@dataclass(frozen=True)
class Box:
    """A rectangle in dots."""

    x: int
    y: int
    width: int
    height: int

    def inset(self, dx: int, dy: int = 0) -> Box:
        """The same rectangle, smaller by `dx` at left and right and `dy` at top and bottom."""
        return Box(self.x + dx, self.y + dy, self.width - 2 * dx, self.height - 2 * dy)


@dataclass(frozen=True)
class Style:
    """How a text may be set: sizes in millimetres per em, `smallest` being the rule for refusal."""

    size: float
    smallest: float
    lines: int = 1
    bold: bool = False
    align: Align = "left"
    middle: bool = False  # centred vertically in its box instead of set from the top


@dataclass
class Pen:
    """Draws on a canvas in the measures of one resolution, and records what it had to substitute."""

    canvas: Canvas
    fonts: Fonts
    dpi: int
    substitute: bool = False
    substituted: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._per_mm = dots_per_mm(self.dpi)

    def dots(self, mm: float) -> int:
        """Millimetres as whole dots."""
        return round(mm * self._per_mm)

    def box(self, x: float, y: float, width: float, height: float) -> Box:
        """The rectangle of these millimetres; boxes that share an edge in millimetres share it in dots."""
        return _box(self._per_mm, x, y, width, height)

    def clean(self, name: str, text: str) -> str:
        """`text` as the fonts can draw it. Raises MissingGlyph unless substitution is allowed."""
        result, missing = checked(self.fonts, text, name, substitute=self.substitute)
        if missing and (name, missing) not in self.substituted:
            self.substituted.append((name, missing))
        return result

    def text(self, name: str, text: str, box: Box, style: Style) -> int:
        """Set `text` in `box`, as large as fits. Returns the height used, in dots.

        Raises TextDoesNotFit(name) when it does not fit at the smallest size, and MissingGlyph.
        """
        clean = self.clean(name, text)
        if not clean:
            return 0
        family = family_of(self.fonts, style.bold)
        fitted = _fit(family, clean, box.width, box.height, style, self.dpi)
        if fitted is None:
            raise TextDoesNotFit(name)
        size, lines = fitted
        used = size + round((len(lines) - 1) * size * LINE)
        top = box.y + ((box.height - used) // 2 if style.middle else 0)
        for number, line in enumerate(lines):
            self._line(_set(family, line, size), box, top + round(number * size * LINE), style.align)
        return used

    def height_of(self, name: str, text: str, width: int, style: Style) -> int:
        """Height in dots that `text` would use at full size in a box of `width` dots."""
        clean = self.clean(name, text)
        size = self.dots(style.size)
        lines = wrap(clean, family_of(self.fonts, style.bold).units(clean), width * UNITS // size)
        return size + round((len(lines) - 1) * size * LINE) if clean else 0

    def width_of(self, text: str, style: Style) -> int:
        """Width in dots of one line at full size."""
        units = sum(family_of(self.fonts, style.bold).units(text))
        return -(-units * self.dots(style.size) // UNITS)

    def code128(self, name: str, text: str, box: Box, *, gs1: bool = False) -> None:
        """A Code 128, centred in `box`, as wide as whole-dot modules allow."""
        self._centred(barcodes.code128(name, text, width=box.width, height=box.height, dpi=self.dpi, gs1=gs1), box)

    def qr(self, name: str, text: str, box: Box, *, gs1: bool = False) -> None:
        """A QR code, centred in `box`."""
        self._centred(barcodes.qr(name, text, side=min(box.width, box.height), dpi=self.dpi, gs1=gs1), box)

    def datamatrix(self, name: str, text: str, box: Box, *, gs1: bool = False) -> None:
        """A DataMatrix, centred in `box`."""
        self._centred(barcodes.datamatrix(name, text, side=min(box.width, box.height), dpi=self.dpi, gs1=gs1), box)

    def _centred(self, code: Dots, box: Box) -> None:
        rows, columns = code.shape
        self.canvas.paste(code, box.x + (box.width - columns) // 2, box.y + (box.height - rows) // 2)

    def _line(self, line: _Set, box: Box, top: int, align: Align) -> None:
        spare = box.width - line.width
        x = box.x + {"left": 0, "centre": spare // 2, "right": spare}[align]
        rows, columns = line.dots.shape
        # A stacked accent may reach past the em box; at the paper's edge the line is moved, never cut.
        left = min(max(x + line.left, 0), self.canvas.width - columns)
        self.canvas.paste(line.dots, left, min(max(top + line.top, 0), self.canvas.height - rows))


@lru_cache(maxsize=1024)  # a plan asks for the same ones label after label
def _box(per_mm: float, x: float, y: float, width: float, height: float) -> Box:
    left, top = round(x * per_mm), round(y * per_mm)
    return Box(left, top, round((x + width) * per_mm) - left, round((y + height) * per_mm) - top)


@dataclass(frozen=True)
class _Set:
    """A line of text as dots, placed relative to the top left of its em boxes."""

    dots: Dots
    left: int
    top: int
    width: int  # sum of the advances, which is not quite the width of the ink


# Captions, shops and senders recur on label after label; what is unique to one soon drops out.
@lru_cache(maxsize=512)
def _set(family: Family, text: str, size: int) -> _Set:
    glyphs = family.glyphs(text, size)
    starts: list[int] = []
    units = left = right = top = bottom = 0
    for (_, aside, above, columns, rows), advance in zip(glyphs, family.units(text), strict=True):
        x = units * size // UNITS + aside
        starts.append(x)
        units += advance
        if x < left:
            left = x
        if x + columns > right:
            right = x + columns
        if above < top:
            top = above
        if above + rows > bottom:
            bottom = above + rows
    dots = np.zeros((bottom - top, right - left), dtype=np.bool_)
    end = left
    for x, (ink, _, above, columns, rows) in zip(starts, glyphs, strict=True):
        y = above - top
        if x >= end:  # nearly always: copying costs half of what adding does
            dots[y : y + rows, x - left : x - left + columns] = ink
        else:
            dots[y : y + rows, x - left : x - left + columns] |= ink
        end = max(end, x + columns)
    return _Set(dots, left, top + round(size * _BASELINE), units * size // UNITS)


@lru_cache(maxsize=2048)
def _fit(
    family: Family, text: str, width: int, height: int, style: Style, dpi: int
) -> tuple[int, tuple[str, ...]] | None:
    """The largest size in dots at which `text` fits, and its lines there; None if it never does."""
    if len(text) > _LONGEST:
        return None
    least = round(style.smallest * dots_per_mm(dpi))
    units = family.units(text)
    total, widest = sum(units), max(units)
    for size in _sizes(min(round(style.size * dots_per_mm(dpi)), height), least):
        room = min(style.lines, 1 + int((height - size) / (size * LINE)))
        line = width * UNITS // size
        if total > line * room or widest > line:
            continue
        lines = wrap(text, units, line, room)
        if len(lines) <= room:
            return size, tuple(lines)
    return None


def _sizes(largest: int, least: int) -> list[int]:
    """Sizes to try, in steps of about 6 %: few enough that their glyphs stay cached."""
    step = max(1, round(largest * 0.06))
    return [*range(largest, least, -step), least] if largest >= least else []


def wrap(text: str, advances: list[int], width: int, most: int = 0) -> list[str]:
    """Break `text` into lines of at most `width` (in the unit of `advances`) by the rules of Chinese and English.

    With `most`, stops as soon as there are more lines than that.
    """
    lines = []
    start = 0
    while start < len(text):
        end = _line_end(text, advances, start, width)
        lines.append(text[start:end].rstrip())
        if most and len(lines) > most:
            break
        start = end + (len(text[end:]) - len(text[end:].lstrip())) if end < len(text) else end
    return lines


def _line_end(text: str, advances: list[int], start: int, width: int) -> int:
    """Where the line beginning at `start` ends: at a permitted break, else wherever it is full."""
    used = 0
    last_break = 0
    for i in range(start, len(text)):
        if i > start and _may_break(text[i - 1], text[i]):
            last_break = i
        used += advances[i]
        if used > width and text[i] != " ":
            return last_break or max(i, start + 1)
    return len(text)


def _may_break(before: str, after: str) -> bool:
    if after in _NO_START or before in _NO_END or after == " ":
        return False
    return before in " -/" or before >= "\u2e80" or after >= "\u2e80"
