"""The receipt (小票): what was bought and what was paid. Amounts arrive as text, as the till or the order says them."""

from __future__ import annotations

from dataclasses import dataclass

from printers.documents.base import Document, Sheet, reprint_mark
from printers.documents.strip import SMALL, SUBTITLE, TITLE, facts, strip
from printers.errors import MissingField
from printers.layout import Pen, Style
from printers.media import Media


@dataclass(frozen=True)
class ReceiptLine:
    """One line; `amount` is that of all its pieces."""

    name: str
    qty: int
    amount: str


@dataclass(frozen=True)
class Receipt:
    """Everything printed on a receipt. `number` is printable ASCII, for its barcode."""

    shop: str
    number: str
    lines: tuple[ReceiptLine, ...]
    total: str
    discount: str = ""
    shipping: str = ""
    paid_by: str = ""
    cashier: str = ""
    footer: str = ""
    printed_at: str = ""
    reprint: int = 0
    locale: str = "zh_Hans"

    def __post_init__(self) -> None:
        if not self.lines:
            raise MissingField("lines")


_WORDS = {
    "zh_Hans": {
        "title": "收据", "item": "商品", "amount": "金额", "discount": "优惠", "shipping": "运费", "total": "合计",
        "paid": "支付方式", "cashier": "收银", "reprint": "补打", "colon": "：",
    },
    "zh_Hant": {
        "title": "收據", "item": "商品", "amount": "金額", "discount": "優惠", "shipping": "運費", "total": "合計",
        "paid": "付款方式", "cashier": "收銀", "reprint": "補打", "colon": "：",
    },
    "en": {
        "title": "Receipt", "item": "Item", "amount": "Amount", "discount": "Discount", "shipping": "Shipping",
        "total": "Total", "paid": "Paid by", "cashier": "Cashier", "reprint": "REPRINT", "colon": ": ",
    },
}  # fmt: skip

_NAME = Style(3.2, 2.4, lines=4)
_AMOUNT = Style(3.4, 1.8, align="right")
_TOTAL = Style(5.4, 3, bold=True)
_TOTAL_RIGHT = Style(5.4, 2.2, bold=True, align="right")
_MONEY_MM = 24


def _draw(data: Receipt, sheet: Sheet) -> Pen:
    words = _WORDS[data.locale]
    slip = strip(sheet, len(data.lines), 18)
    slip.space(2)
    slip.block("shop", data.shop, TITLE)
    said = (words["title"], reprint_mark(words, data.reprint))
    slip.block("title", "  ".join(filter(None, said)), SUBTITLE)
    slip.heading(words["item"], words["amount"], _MONEY_MM)
    slip.rule(0.4)
    for index, line in enumerate(data.lines):
        name = f"lines[{index}]"
        title = f"{line.name} ×{line.qty}"
        wide, _ = slip.columns(_MONEY_MM)
        slip.pair((f"{name}.name", title, _NAME), (f"{name}.amount", line.amount, _AMOUNT), 15.6, _MONEY_MM)
        slip.y += max(slip.pen.dots(3.4), slip.pen.height_of(f"{name}.name", title, wide, _NAME)) + slip.pen.dots(1.6)
    slip.rule()
    for name in ("discount", "shipping"):
        if text := getattr(data, name):
            slip.pair((name, words[name], Style(3.2, 2.4)), (name, text, _AMOUNT), 4, _MONEY_MM)
            slip.space(4.6)
    half = sheet.media.width_mm * 0.55
    slip.pair(("total", words["total"], _TOTAL), ("total", data.total, _TOTAL_RIGHT), 6.6, half)
    slip.space(8)
    paid = [(words["paid"], data.paid_by), (words["cashier"], data.cashier)]
    slip.block("paid_by", facts(paid, words["colon"]), SMALL)
    slip.bars("number", data.number, 9)
    slip.block("footer", data.footer, SMALL)
    slip.block("printed_at", data.printed_at, Style(2.4, 1.8, align="centre"))
    slip.space(3)
    return slip.done()


def _accepts(media: Media) -> bool:
    return media.is_roll


RECEIPT = Document("receipt", Receipt, _accepts, _draw)
