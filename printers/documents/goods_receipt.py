"""The receipt of goods (收货单): what of a delivery came in, line by line, what differs, and where both sign for it."""

from __future__ import annotations

from dataclasses import dataclass

from printers.documents.base import Document, Sheet, reprint_mark
from printers.documents.strip import (
    SUBTITLE,
    TITLE,
    Strip,
    facts,
    on_rolls_and_pages,
    page_of,
    require_page,
    rows_on,
    signatures,
    strip,
)
from printers.layout import Box, Pen, Style
from printers.media import Media


@dataclass(frozen=True)
class GoodsLine:
    """Pieces of a SKU: `expected` 0 for goods that nobody announced; `rejected` of the `received` are no good."""

    sku: str
    name: str
    received: int
    expected: int = 0
    rejected: int = 0
    lot: str = ""


@dataclass(frozen=True)
class GoodsReceipt:
    """Everything printed on a receipt of goods. `number` is printable ASCII, for its barcode.

    `pieces` and `differing` are those of the whole receipt; this is page `part` of `parts`, its first line number
    `first`. `blind` 1: nobody knew what was expected, and nothing is said of it. `unfinished` 1: more may come.
    """

    supplier: str
    number: str
    lines: tuple[GoodsLine, ...]
    warehouse: str = ""
    finished_at: str = ""
    finished_by: str = ""
    reason: str = ""
    note: str = ""
    pieces: int = 0
    differing: int = 0
    blind: int = 0
    unfinished: int = 0
    printed_at: str = ""
    first: int = 1
    part: int = 1
    parts: int = 1
    reprint: int = 0
    locale: str = "zh_Hans"

    def __post_init__(self) -> None:
        require_page(self.lines, self.part, self.parts)


_WORDS = {
    "zh_Hans": {
        "title": "收货单", "unfinished": "未完", "at": "仓库", "finished": "收货时间", "by": "收货人", "item": "商品",
        "qty": "实收", "expected": "应收", "rejected": "不合格", "lot": "批次", "pieces": "总件数",
        "differing": "差异行", "reason": "差异原因", "note": "备注", "sign": "仓库签字", "driver": "送货人签字",
        "reprint": "补打", "colon": "：",
    },
    "zh_Hant": {
        "title": "收貨單", "unfinished": "未完", "at": "倉庫", "finished": "收貨時間", "by": "收貨人", "item": "商品",
        "qty": "實收", "expected": "應收", "rejected": "不合格", "lot": "批號", "pieces": "總件數",
        "differing": "差異行", "reason": "差異原因", "note": "備註", "sign": "倉庫簽字", "driver": "送貨人簽字",
        "reprint": "補打", "colon": "：",
    },
    "en": {
        "title": "Goods received", "unfinished": "not finished", "at": "At", "finished": "Finished", "by": "By",
        "item": "Item", "qty": "Received", "expected": "expected", "rejected": "rejected", "lot": "lot",
        "pieces": "Pieces", "differing": "Lines that differ", "reason": "Reason", "note": "Note", "sign": "Warehouse",
        "driver": "Delivered by", "reprint": "REPRINT", "colon": ": ",
    },
}  # fmt: skip

_NAME = Style(3, 2, lines=2)
_QTY = Style(4.4, 2.2, bold=True, align="right", middle=True)
_SMALL = Style(2.6, 1.8)
_FACT = Style(3, 2, lines=3)
_ROW_MM = 13.6


def _draw(data: GoodsReceipt, sheet: Sheet) -> Pen:
    words = _WORDS[data.locale]
    page = strip(sheet, len(data.lines), _ROW_MM + 1, 150)
    page.space(2)
    page.block("supplier", data.supplier, TITLE)
    unfinished = words["unfinished"] if data.unfinished else ""
    said = (words["title"], page_of(data.part, data.parts), unfinished, reprint_mark(words, data.reprint))
    page.block("title", "  ".join(filter(None, said)), SUBTITLE)
    page.bars("number", data.number, 9)
    page.block("warehouse", facts([(words["at"], data.warehouse)], words["colon"]), _FACT)
    finished = [(words["finished"], data.finished_at), (words["by"], data.finished_by)]
    page.block("finished_at", facts(finished, words["colon"]), _FACT)
    page.heading(words["item"], words["qty"], 20)
    page.rule(0.4)
    for index, line in enumerate(data.lines):
        _line(page, data, line, index)
    totals = [(words["pieces"], str(data.pieces or sum(line.received for line in data.lines)))]
    totals += [(words["differing"], str(data.differing))] if data.differing and not data.blind else []
    page.block("pieces", facts(totals, words["colon"]), Style(3.4, 2, bold=True))
    if data.part == data.parts:
        why = [(words["reason"], data.reason), (words["note"], data.note)]
        page.block("reason", facts(why, words["colon"]), _FACT)
        page.block("printed_at", data.printed_at, _SMALL)
        signatures(page, (words["sign"], words["driver"]))
    return page.done()


def _line(page: Strip, data: GoodsReceipt, line: GoodsLine, index: int) -> None:
    """The name and what came, below it the code and what makes a difference."""
    name, words = f"lines[{index}]", _WORDS[data.locale]
    page.need(name, page.pen.dots(_ROW_MM))
    title = f"{data.first + index}. {line.name}"
    page.pair((f"{name}.name", title, _NAME), (f"{name}.received", f"×{line.received}", _QTY), 7.6, 20)
    page.space(7.8)
    differs = not data.blind and line.received != line.expected
    more = [(words["lot"], line.lot), (words["expected"], str(line.expected) if differs else "")]
    more += [(words["rejected"], str(line.rejected) if line.rejected else "")]
    small = Box(page.margin, page.y, page.width, page.pen.dots(3))
    page.pen.text(f"{name}.sku", " · ".join(filter(None, (line.sku, facts(more, " ")))), small, _SMALL)
    page.space(3.4)
    page.rule()


def _rows(media: Media) -> int:
    return rows_on(media, _ROW_MM, 98, 60)


GOODS_RECEIPT = Document("goods_receipt", GoodsReceipt, on_rolls_and_pages, _draw, rows=_rows)
