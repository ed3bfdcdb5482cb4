"""Labels of what moves: the licence plate (LPN) of a pallet, a tote's label, and one for goods without a barcode."""

from __future__ import annotations

from dataclasses import dataclass

from printers import gs1
from printers.documents.base import Document, Sheet, reprint_mark
from printers.layout import Box, Pen, Style
from printers.media import Media

_WORDS = {
    "en": {"receipt": "Receipt", "lot": "Lot", "expires": "Expires", "qty": "Qty", "reprint": "REPRINT"},
    "zh_Hans": {"receipt": "入库单", "lot": "批次", "expires": "到期", "qty": "数量", "reprint": "补打"},
    "zh_Hant": {"receipt": "入庫單", "lot": "批號", "expires": "到期", "qty": "數量", "reprint": "補打"},
}


@dataclass(frozen=True)
class LpnLabel:
    """What is printed on a pallet's label. `code` is printable ASCII, of an SSCC its codes are GS1; `reprint` n marks
    补打 n."""

    code: str
    receipt: str = ""
    supplier: str = ""
    printed_at: str = ""
    reprint: int = 0
    locale: str = "zh_Hans"


@dataclass(frozen=True)
class ToteLabel:
    """What is printed on a tote or a cart. `code` is printable ASCII; `name` is what people call it, `zone` where it is
    at home."""

    code: str
    name: str = ""
    zone: str = ""
    reprint: int = 0
    locale: str = "zh_Hans"


@dataclass(frozen=True)
class SkuLabel:
    """What is printed on goods. `code` is printable ASCII, the content of the barcode."""

    code: str
    sku: str
    name: str
    qty: int = 1
    lot: str = ""
    expires_on: str = ""
    reprint: int = 0
    locale: str = "zh_Hans"


def _draw_lpn(data: LpnLabel, sheet: Sheet) -> Pen:
    """The number twice: in letters that are read from a truck's seat, and as bars and a square code."""
    pen = sheet.pen(height=_roll(sheet))
    words, width, height, margin = _frame(pen, data.locale)
    room = width - 2 * margin
    big = height // 5
    pen.text("code", data.code, Box(margin, margin, room, big), Style(14, 4, bold=True, align="centre", middle=True))
    top = margin + big + margin
    side = min(height - top - margin - height // 5, room // 3)
    bars = Box(2 * margin + side, top, room - side - margin, side)
    unit = data.code.removeprefix("00") if len(data.code) == 20 else data.code
    if gs1.is_sscc(unit):
        pen.datamatrix("code", f"(00){unit}", Box(margin, top, side, side), gs1=True)
        pen.code128("code", f"(00){unit}", bars, gs1=True)
    else:
        pen.qr("code", data.code, Box(margin, top, side, side))
        pen.code128("code", data.code, bars)
    facts = [f"{words['receipt']} {data.receipt}" if data.receipt else "", data.supplier, data.printed_at]
    _foot(pen, [*facts, reprint_mark(words, data.reprint)], top + side + margin // 2)
    return pen


def _draw_tote(data: ToteLabel, sheet: Sheet) -> Pen:
    """A square code for the scanner in a hand, bars for the one on the belt, and the code across the room."""
    pen = sheet.pen(height=_roll(sheet))
    words, width, height, margin = _frame(pen, data.locale)
    side = min(height * 2 // 5, width // 3)
    left, room = 2 * margin + side, width - 3 * margin - side
    pen.qr("code", data.code, Box(margin, margin, side, side))
    big = Style(16, 3, bold=True, align="centre", middle=True)
    pen.text("code", data.code, Box(left, margin, room, side), big)
    top = margin + side + margin // 2
    bars = (height - top - margin) * 3 // 5
    pen.code128("code", data.code, Box(margin, top, width - 2 * margin, bars))
    _foot(pen, [data.name, data.zone, reprint_mark(words, data.reprint)], top + bars + margin // 3)
    return pen


def _draw_sku(data: SkuLabel, sheet: Sheet) -> Pen:
    pen = sheet.pen(height=_roll(sheet))
    words, width, height, margin = _frame(pen, data.locale)
    room = width - 2 * margin
    name = height // 4
    pen.text("name", data.name, Box(margin, margin, room, name), Style(5, 2, lines=2, bold=True))
    top = margin + name + margin // 2
    bars = height // 3
    pen.code128("code", data.code, Box(margin, top, room, bars))
    many = str(data.qty) if data.qty > 1 else ""
    told = [(data.sku, ""), (data.lot, "lot"), (data.expires_on, "expires"), (many, "qty")]
    facts = [f"{words[word]} {text}" if word else text for text, word in told if text]
    _foot(pen, [*facts, reprint_mark(words, data.reprint)], top + bars + margin // 2)
    return pen


def _frame(pen: Pen, locale: str) -> tuple[dict[str, str], int, int, int]:
    return _WORDS[locale], pen.canvas.width, pen.canvas.height, pen.dots(3)


def _foot(pen: Pen, facts: list[str], y: int) -> None:
    """What is left of the label in one or two lines of small print."""
    margin = pen.dots(3)
    line = " · ".join(filter(None, facts))
    box = Box(margin, y, pen.canvas.width - 2 * margin, pen.canvas.height - y - margin // 2)
    pen.text("facts", line, box, Style(4, 1.8, lines=3))


def _roll(sheet: Sheet) -> int:
    """The length of a label from a roll, in dots; 0 for labels of a length of their own."""
    return round(50 * sheet.dpi / 25.4) if sheet.media.is_roll else 0


def _accepts(media: Media) -> bool:
    return media.is_roll or (media.width_mm >= 50 and media.height_mm >= 30)


LPN_LABEL = Document("lpn_label", LpnLabel, _accepts, _draw_lpn, "code")
TOTE_LABEL = Document("tote_label", ToteLabel, _accepts, _draw_tote, "code")
SKU_LABEL = Document("sku_label", SkuLabel, _accepts, _draw_sku, "code")
