"""The packing slip put in the parcel: a receipt on 80 or 58 mm paper, as long as the order."""

from __future__ import annotations

from dataclasses import dataclass

from printers.documents.base import Document, Sheet
from printers.documents.strip import SMALL, SUBTITLE, TITLE, strip
from printers.errors import MissingField
from printers.layout import Pen, Style
from printers.media import Media


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

def _draw(data: PackingSlip, sheet: Sheet) -> Pen:
    words = _WORDS[data.locale]
    slip = strip(sheet, len(data.lines), 34)
    slip.space(2)
    slip.block("shop", data.shop, TITLE)
    slip.block("title", words["title"], SUBTITLE)
    slip.bars("order_number", data.order_number, 11)
    slip.block("recipient", f"{words['to']}{words['colon']}{data.recipient}" if data.recipient else "", SMALL)
    slip.heading(words["item"], words["qty"])
    slip.rule(0.4)
    for index, line in enumerate(data.lines):
        slip.goods(f"lines[{index}]", ("name", line.name), ("sku", line.sku), ("qty", f"×{line.qty}"))
        slip.rule()
    total = sum(line.qty for line in data.lines)
    slip.heading(f"{words['total']}  {len(data.lines)} {words['lines']}", f"×{total}")
    slip.space(1.5)
    slip.block("footer", data.footer, SMALL)
    slip.block("printed_at", data.printed_at, Style(2.4, 1.8, align="centre"))
    slip.space(3)
    return slip.done()


def _accepts(media: Media) -> bool:
    return media.is_roll


PACKING_SLIP = Document("packing_slip", PackingSlip, _accepts, _draw)
