"""The paper that leads a picker when no handheld does: bins in the order of the walk, on a roll or on pages."""

from __future__ import annotations

from dataclasses import dataclass

from printers.documents.base import Document, Sheet, reprint_mark
from printers.documents.strip import SUBTITLE, TITLE, facts, on_rolls_and_pages, page_of, require_page, rows_on, strip
from printers.layout import Box, Pen, Style
from printers.media import Media


@dataclass(frozen=True)
class PickLine:
    """One visit to a bin; `tote` says where the pieces go, where the cart carries several orders."""

    bin: str
    sku: str
    name: str
    qty: int
    lot: str = ""
    tote: str = ""


@dataclass(frozen=True)
class PickList:
    """Everything printed on a pick list. `code` is printable ASCII, for its barcode; `part` of `parts` pages."""

    title: str
    code: str
    lines: tuple[PickLine, ...]
    picker: str = ""
    cart: str = ""
    printed_at: str = ""
    part: int = 1
    parts: int = 1
    reprint: int = 0
    locale: str = "zh_Hans"

    def __post_init__(self) -> None:
        require_page(self.lines, self.part, self.parts)


_WORDS = {
    "zh_Hans": {
        "picker": "拣货员", "cart": "拣货车", "bin": "库位 / 商品", "qty": "数量", "lot": "批次", "tote": "周转箱",
        "total": "合计", "reprint": "补打", "colon": "：",
    },
    "zh_Hant": {
        "picker": "揀貨員", "cart": "揀貨車", "bin": "儲位 / 商品", "qty": "數量", "lot": "批號", "tote": "周轉箱",
        "total": "合計", "reprint": "補打", "colon": "：",
    },
    "en": {
        "picker": "Picker", "cart": "Cart", "bin": "Bin / item", "qty": "Qty", "lot": "Lot", "tote": "Tote",
        "total": "Total", "reprint": "REPRINT", "colon": ": ",
    },
}  # fmt: skip

_BIN = Style(5.4, 2.6, bold=True, middle=True)
_QTY = Style(5.4, 2.6, bold=True, align="right", middle=True)
_NAME = Style(3, 2.1, lines=2)
_SMALL = Style(2.6, 1.8)
_ROW_MM = 16.6


def _draw(data: PickList, sheet: Sheet) -> Pen:
    words = _WORDS[data.locale]
    page = strip(sheet, len(data.lines), _ROW_MM, 110)
    page.space(2)
    page.block("title", data.title, TITLE)
    said = (page_of(data.part, data.parts), reprint_mark(words, data.reprint))
    page.block("part", "  ".join(filter(None, said)), SUBTITLE)
    page.bars("code", data.code, 9)
    who = facts([(words["picker"], data.picker), (words["cart"], data.cart)], words["colon"])
    page.block("picker", who, Style(3, 2.2, lines=2))
    page.block("printed_at", data.printed_at, _SMALL)
    page.heading(words["bin"], words["qty"])
    page.rule(0.4)
    for index, line in enumerate(data.lines):
        name = f"lines[{index}]"
        page.need(name, page.pen.dots(_ROW_MM))
        page.pair((f"{name}.bin", line.bin, _BIN), (f"{name}.qty", f"×{line.qty}", _QTY), 6.4, 18)
        page.space(6.6)
        page.pen.text(f"{name}.name", line.name, Box(page.margin, page.y, page.width, page.pen.dots(5.4)), _NAME)
        page.space(5.4)
        more = facts([(words["lot"], line.lot), (words["tote"], line.tote)], words["colon"])
        small = Box(page.margin, page.y, page.width, page.pen.dots(3))
        page.pen.text(f"{name}.sku", " · ".join(filter(None, (line.sku, more))), small, _SMALL)
        page.space(3)
        page.rule()
    page.heading(f"{words['total']}  {len(data.lines)}", f"×{sum(line.qty for line in data.lines)}")
    page.space(2)
    return page.done()


def _rows(media: Media) -> int:
    return rows_on(media, _ROW_MM + 2, 68, 60)


PICK_LIST = Document("pick_list", PickList, on_rolls_and_pages, _draw, rows=_rows)
