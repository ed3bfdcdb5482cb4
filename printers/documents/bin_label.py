"""Labels of the floor: one for a bin, on its beam, and one for a whole bay of a rack, at the height of the eyes.

Reading order is the picker's: the code from the aisle, the arrow that says whether the bin is above or below the
label, the bars for the scanner, and the check digits for whoever cannot reach or scan them. A thermal head has no
colours, so a zone is told from the next by a pattern.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from printers.bitmap import Dots
from printers.documents.base import Document, Sheet, reprint_mark
from printers.documents.strip import page_of
from printers.errors import InvalidField, MissingField
from printers.layout import Align, Box, Pen, Style
from printers.media import Media

ARROWS = ("", "up", "down")
PATTERNS = 8
MOST_ROWS = 6


@dataclass(frozen=True)
class BinLabel:
    """What is printed on a bin's label. `code` is printable ASCII, for its barcode.

    `arrow` is "up", "down" or empty; `pattern` a number that tells zones apart; `reprint` n marks 补打 n.
    """

    code: str
    level: int = 0
    arrow: str = ""
    check_digits: str = ""
    zone: str = ""
    pattern: int = 0
    reprint: int = 0
    locale: str = "zh_Hans"

    def __post_init__(self) -> None:
        _require_arrow(self.arrow)


@dataclass(frozen=True)
class RackRow:
    """A bin of the bay."""

    code: str
    level: int = 0
    arrow: str = ""
    check_digits: str = ""

    def __post_init__(self) -> None:
        _require_arrow(self.arrow)


@dataclass(frozen=True)
class RackLabel:
    """What is printed on the label of a bay: `rows` from the topmost bin to the lowest, six at most.

    A bay with more bins takes several labels: this is `part` of `parts`.
    """

    rack: str
    rows: tuple[RackRow, ...]
    zone: str = ""
    pattern: int = 0
    part: int = 1
    parts: int = 1
    reprint: int = 0
    locale: str = "zh_Hans"

    def __post_init__(self) -> None:
        if not self.rows:
            raise MissingField("rows")
        if len(self.rows) > MOST_ROWS:
            raise InvalidField("rows", f"at most {MOST_ROWS} fit on a label")


_WORDS = {
    "zh_Hans": {"level": "层", "check": "校验", "reprint": "补打"},
    "zh_Hant": {"level": "層", "check": "校驗", "reprint": "補打"},
    "en": {"level": "LEVEL", "check": "CHECK", "reprint": "REPRINT"},
}


def _require_arrow(arrow: str) -> None:
    if arrow not in ARROWS:
        raise InvalidField("arrow", f"must be one of {ARROWS}")


# ---- pieces

def hatching(number: int, width: int, height: int, pitch: int) -> Dots:
    """Pattern `number` (modulo 8) on `width` × `height` dots; `pitch` is the distance of its lines in dots."""
    down, across = np.mgrid[0:height, 0:width]
    half, bar = pitch // 2, max(1, pitch // 3)
    patterns = (
        lambda: np.ones((height, width), dtype=np.bool_),
        lambda: (across + down) % pitch < bar,
        lambda: across % pitch < bar,
        lambda: (across // half + down // half) % 2 == 0,
        lambda: (across - down) % pitch < bar,
        lambda: down % pitch < bar,
        lambda: ((across % pitch - half) ** 2 + (down % pitch - half) ** 2) < (pitch * 0.32) ** 2,
        lambda: ((across + down) % pitch < bar // 2 + 1) | ((across - down) % pitch < bar // 2 + 1),
    )
    found: Dots = patterns[number % PATTERNS]()
    return found


def arrow_dots(up: bool, width: int, height: int) -> Dots:
    """A solid arrow: a head of half the height on a shaft of two fifths of the width."""
    picture = np.zeros((height, width), dtype=np.bool_)
    head = max(1, round(height * 0.55))
    for row in range(head):
        reach = round((row + 1) / head * width / 2)
        picture[row, width // 2 - reach : width // 2 + reach] = True
    shaft = round(width * 0.2)
    picture[head:, width // 2 - shaft : width // 2 + shaft] = True
    return picture if up else picture[::-1]


@dataclass
class _Drawing:
    """A label being drawn; all measures of its methods are millimetres."""

    pen: Pen
    words: dict[str, str]

    def box(self, x: float, y: float, width: float, height: float) -> Box:
        return self.pen.box(x, y, width, height)

    def text(
        self, name: str, text: str, box: Box, size: float, *, bold: bool = False, align: Align = "centre"
    ) -> None:
        self.pen.text(name, text, box, Style(size, min(size, 1.8), bold=bold, align=align, middle=True))

    def hatched(self, number: int, box: Box) -> None:
        self.pen.canvas.paste(hatching(number, box.width, box.height, self.pen.dots(2.4)), box.x, box.y)
        self.pen.canvas.frame(box.x, box.y, box.width, box.height, self.pen.dots(0.4))

    def tag(self, name: str, text: str, box: Box, size: float) -> None:
        """White text on a black field."""
        self.text(name, text, box.inset(self.pen.dots(0.6)), size, bold=True)
        self.pen.canvas.invert(box.x, box.y, box.width, box.height)

    def window(self, name: str, text: str, box: Box, size: float) -> None:
        """Text on a white field, in the middle of what is there already."""
        self.pen.canvas.dots[box.y : box.y + box.height, box.x : box.x + box.width] = False
        self.pen.canvas.frame(box.x, box.y, box.width, box.height, self.pen.dots(0.4))
        self.text(name, text, box.inset(self.pen.dots(0.6)), size, bold=True)

    def arrow(self, direction: str, box: Box) -> None:
        if direction:
            self.pen.canvas.paste(arrow_dots(direction == "up", box.width, box.height), box.x, box.y)

    def digits(self, digits: str, x: float, y: float, width: float, height: float) -> None:
        """The check digits, large in white on black, below their caption."""
        if digits:
            caption = min(3.2, height * 0.24)
            self.text("caption", self.words["check"], self.box(x, y, width, caption), caption * 0.9)
            self.tag("check_digits", digits, self.box(x, y + caption, width, height - caption), height * 0.62)


# ---- a bin

def _draw_bin(data: BinLabel, sheet: Sheet) -> Pen:
    pen = sheet.pen()
    drawing = _Drawing(pen, _WORDS[data.locale])
    width, height = sheet.media.width_mm, sheet.media.height_mm
    strip = _zone_strip(drawing, data, height)
    side = width * 0.2 if data.arrow or data.check_digits or data.level else 0.0
    left, room = strip + 2, width - strip - side - 4 - (1.5 if side else 0)
    if side:
        _bin_side(drawing, data, width - side - 2, side, height)
    mark = reprint_mark(drawing.words, data.reprint)
    big = height * 0.42
    drawing.text("code", data.code, drawing.box(left, 2, room, big), big, bold=True)
    if mark:
        drawing.text("reprint", mark, drawing.box(left, height - 4.6, room, 2.8), 2.4, align="right")
    bars = height - big - 6 - (2.6 if mark else 0)
    pen.code128("code", data.code, drawing.box(left, big + 3.5, room, bars))
    return pen


def _zone_strip(drawing: _Drawing, data: BinLabel, height: float) -> float:
    """The zone at the left edge: its pattern, and its name in a window. Returns where it ends."""
    if not data.zone:
        return 0.0
    drawing.hatched(data.pattern, drawing.box(2, 2, 9, height - 4))
    drawing.window("zone", data.zone, drawing.box(3, height / 2 - 4.5, 7, 9), 6)
    return 11.0


def _bin_side(drawing: _Drawing, data: BinLabel, x: float, width: float, height: float) -> None:
    """Level and arrow above the check digits."""
    share = height * (0.5 if data.check_digits else 0.8)
    word = f"{drawing.words['level']} {data.level}" if data.level else ""
    drawing.text("level", word, drawing.box(x, 2, width, 4.4), 4, bold=True)
    drawing.arrow(data.arrow, drawing.box(x + width / 2 - share * 0.3, 7, share * 0.6, share - 6.5))
    drawing.digits(data.check_digits, x, height * 0.56, width, height * 0.44 - 2.5)


# ---- a bay

def _draw_rack(data: RackLabel, sheet: Sheet) -> Pen:
    pen = sheet.pen()
    drawing = _Drawing(pen, _WORDS[data.locale])
    width, height = sheet.media.width_mm, sheet.media.height_mm
    top = _rack_head(drawing, data, width)
    pitch = min((height - top - 3) / len(data.rows), 42.0)
    for index, row in enumerate(data.rows):
        _rack_row(drawing, index, row, top + index * pitch, pitch, width)
    return pen


def _rack_head(drawing: _Drawing, data: RackLabel, width: float) -> float:
    """The bay's name above its zone; returns where it ends."""
    y = 2.0
    if data.zone:
        drawing.hatched(data.pattern, drawing.box(2, y, width - 4, 11))
        drawing.window("zone", data.zone, drawing.box(width / 2 - 18, y + 1.5, 36, 8), 6)
        y += 12
    drawing.text("rack", data.rack, drawing.box(3, y, width - 6, 17), 17, bold=True)
    words = "  ".join(filter(None, (page_of(data.part, data.parts), reprint_mark(drawing.words, data.reprint))))
    if words:
        drawing.text("part", words, drawing.box(3, y + 17, width - 6, 4), 3.4, align="right")
    return y + (22 if words else 18.5)


def _rack_row(drawing: _Drawing, index: int, row: RackRow, y: float, pitch: float, width: float) -> None:
    rule = drawing.box(2, y, width - 4, 1)
    drawing.pen.canvas.fill(rule.x, rule.y, rule.width, drawing.pen.dots(0.5))
    side, inner = 17.0, pitch - 2.4
    level = f"{row.level}" if row.level else ""
    drawing.text("level", level, drawing.box(2, y + 1.4, 7.5, inner), min(8.0, inner), bold=True)
    tall = min(inner, 11.0)
    drawing.arrow(row.arrow, drawing.box(9.5, y + 1.4 + (inner - tall) / 2, 7.5, tall))
    right = side if row.check_digits else 0.0
    left, room = 18.0, width - 20.0 - right - (1.0 if right else 0)
    name = f"rows[{index}].code"
    text = min(inner * 0.36, 8.0)
    drawing.text(name, row.code, drawing.box(left, y + 1.2, room, text), text, bold=True)
    drawing.pen.code128(name, row.code, drawing.box(left, y + 1.8 + text, room, inner - text - 0.8))
    if right:
        drawing.digits(row.check_digits, width - side - 2, y + 1.4, side, min(inner, 16.0))


def _accepts_bin(media: Media) -> bool:
    return not media.is_roll and 60 <= media.width_mm <= 150 and 30 <= media.height_mm <= 80


def _accepts_rack(media: Media) -> bool:
    return not media.is_roll and media.width_mm >= 70 and media.height_mm >= 120


BIN_LABEL = Document("bin_label", BinLabel, _accepts_bin, _draw_bin, "code")
RACK_LABEL = Document("rack_label", RackLabel, _accepts_rack, _draw_rack)
