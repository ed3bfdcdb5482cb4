"""The packing slip put in the parcel: a receipt on 80 or 58 mm paper, as long as the order."""

from __future__ import annotations

from dataclasses import dataclass

from printers.bitmap import Canvas
from printers.documents.base import Document, Sheet
from printers.errors import MissingField, TextDoesNotFit
from printers.layout import Box, Pen, Style
from printers.media import Media, dots_per_mm


@dataclass(frozen=True)
class Line:
    """One line of the order; `qty` in base units."""

    sku: str
    name: str
    qty: int


@dataclass(frozen=True)
class PackingSlip:
    """Everything printed on a packing slip. `order_number` is printable ASCII, for its barcode."""

    shop: str
    order_number: str
    lines: tuple[Line, ...]
    recipient: str = ""
    footer: str = ""
    printed_at: str = ""
    locale: str = "zh_Hans"

    def __post_init__(self) -> None:
        if not self.lines:
            raise MissingField("lines")


_WORDS = {
    "zh_Hans": {
        "title": "装箱单", "to": "收件人", "item": "商品", "qty": "数量", "total": "合计", "lines": "种", "colon": "：",
    },
    "zh_Hant": {
        "title": "裝箱單", "to": "收件人", "item": "商品", "qty": "數量", "total": "合計", "lines": "種", "colon": "：",
    },
    "en": {
        "title": "Packing slip", "to": "To", "item": "Item", "qty": "Qty", "total": "Total", "lines": "SKUs",
        "colon": ": ",
    },
}  # fmt: skip

# A slip longer than this is a mistake in the data, and would empty the roll.
_LONGEST_MM = 7000

_SHOP = Style(6, 3, lines=2, bold=True, align="centre")
_TITLE = Style(4, 3, align="centre")
_NUMBER = Style(3.6, 2, bold=True, align="centre")
_NAME = Style(3.2, 3.2, lines=6)
_SKU = Style(2.7, 1.8)
_QTY = Style(4.4, 2.4, bold=True, align="right")
_SMALL = Style(2.8, 2.2, lines=10, align="centre")
_HEAD = Style(2.8, 2, bold=True)


@dataclass
class _Slip:
    """A slip being drawn from the top down; `y` is the next free row."""

    pen: Pen
    y: int = 0

    @property
    def margin(self) -> int:
        return self.pen.dots(2)

    @property
    def width(self) -> int:
        return self.pen.canvas.width - 2 * self.margin

    def space(self, mm: float) -> None:
        self.y += self.pen.dots(mm)

    def block(self, name: str, text: str, style: Style) -> None:
        """Text across the paper, as many lines as the style allows."""
        room = self.pen.dots(style.size) * (style.lines + 1) * 2
        used = self.pen.text(name, text, Box(self.margin, self.y, self.width, room), style)
        self.y += used + (self.pen.dots(1.2) if used else 0)

    def rule(self, thickness: float = 0.25) -> None:
        self.pen.canvas.fill(self.margin, self.y, self.width, max(1, self.pen.dots(thickness)))
        self.space(1.4)

    def columns(self) -> tuple[int, int]:
        """Width of the item column, and of the quantity column at its right."""
        quantity = self.pen.dots(13)
        return self.width - quantity - self.pen.dots(2), quantity

    def heading(self, item: str, quantity: str) -> None:
        wide, narrow = self.columns()
        height = self.pen.dots(4)
        right = Style(_HEAD.size, _HEAD.smallest, bold=True, align="right")
        self.pen.text("caption", item, Box(self.margin, self.y, wide, height), _HEAD)
        self.pen.text("caption", quantity, Box(self.margin + self.width - narrow, self.y, narrow, height), right)
        self.space(3.8)

    def line(self, index: int, line: Line) -> None:
        """Name above SKU at the left, quantity large at the right."""
        wide, narrow = self.columns()
        name = f"lines[{index}]"
        room = self.pen.dots(_NAME.size * 1.25 * _NAME.lines)
        quantity = Box(self.margin + self.width - narrow, self.y, narrow, self.pen.dots(5))
        self.pen.text(f"{name}.qty", f"×{line.qty}", quantity, _QTY)
        used = self.pen.text(f"{name}.name", line.name, Box(self.margin, self.y, wide, room), _NAME)
        self.y += used + self.pen.dots(0.8)
        self.pen.text(f"{name}.sku", line.sku, Box(self.margin, self.y, wide, self.pen.dots(3.2)), _SKU)
        self.space(4.4)


def _draw(data: PackingSlip, sheet: Sheet) -> Pen:
    words = _WORDS[data.locale]
    slip = _Slip(sheet.pen(_longest(data, sheet)))
    slip.space(2)
    slip.block("shop", data.shop, _SHOP)
    slip.block("title", words["title"], _TITLE)
    _order(slip, data.order_number)
    slip.block("recipient", f"{words['to']}{words['colon']}{data.recipient}" if data.recipient else "", _SMALL)
    slip.heading(words["item"], words["qty"])
    slip.rule(0.4)
    for index, line in enumerate(data.lines):
        slip.line(index, line)
        slip.rule()
    total = sum(line.qty for line in data.lines)
    slip.heading(f"{words['total']}  {len(data.lines)} {words['lines']}", f"×{total}")
    slip.space(1.5)
    slip.block("footer", data.footer, _SMALL)
    slip.block("printed_at", data.printed_at, Style(2.4, 1.8, align="centre"))
    slip.space(3)
    return _cropped(slip)


def _order(slip: _Slip, number: str) -> None:
    slip.space(0.8)
    height = slip.pen.dots(11)
    slip.pen.code128("order_number", number, Box(0, slip.y, slip.pen.canvas.width, height))
    slip.y += height + slip.pen.dots(0.8)
    slip.block("order_number", number, _NUMBER)


def _longest(data: PackingSlip, sheet: Sheet) -> int:
    """Rows enough for any slip with this many lines. Raises TextDoesNotFit for an absurd one."""
    millimetres = 160 + len(data.lines) * 34
    if millimetres > _LONGEST_MM:
        raise TextDoesNotFit("lines")
    return round(millimetres * dots_per_mm(sheet.dpi))


def _cropped(slip: _Slip) -> Pen:
    """The pen with its canvas cut to what was drawn: rows below are blank paper."""
    canvas = Canvas(0, 0)
    canvas.dots = slip.pen.canvas.dots[: slip.y].copy()
    slip.pen.canvas = canvas
    return slip.pen


def _accepts(media: Media) -> bool:
    return media.is_roll


PACKING_SLIP = Document("packing_slip", PackingSlip, _accepts, _draw)
