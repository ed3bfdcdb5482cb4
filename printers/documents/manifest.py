"""The handover manifest (交接单): what a driver takes, line by line, and where both sign for it."""

from __future__ import annotations

from dataclasses import dataclass

from printers.documents.base import Document, Sheet, reprint_mark
from printers.documents.strip import (
    SUBTITLE,
    TITLE,
    facts,
    on_rolls_and_pages,
    page_of,
    require_page,
    rows_on,
    signatures,
    strip,
)
from printers.documents.waybill import weight
from printers.layout import Pen, Style
from printers.media import Media


@dataclass(frozen=True)
class ManifestLine:
    """A parcel; `weight_g` 0 means not weighed."""

    waybill_number: str
    weight_g: int = 0


@dataclass(frozen=True)
class HandoverManifest:
    """Everything printed on a manifest. `number` is printable ASCII, for its barcode.

    `parcels` and `weight_g` are those of the whole manifest, 0 meaning those of the lines. This is page `part` of
    `parts`, and its first line is number `first`.
    """

    carrier: str
    number: str
    lines: tuple[ManifestLine, ...]
    warehouse: str = ""
    closed_at: str = ""
    closed_by: str = ""
    parcels: int = 0
    weight_g: int = 0
    first: int = 1
    part: int = 1
    parts: int = 1
    reprint: int = 0
    locale: str = "zh_Hans"

    def __post_init__(self) -> None:
        require_page(self.lines, self.part, self.parts)


_WORDS = {
    "zh_Hans": {
        "title": "交接单", "from": "发货仓", "closed": "交接时间", "by": "交接人", "waybill": "运单号",
        "weight": "重量", "parcels": "件数", "sign": "发货方签字",
        "driver": "揽收员签字", "reprint": "补打", "colon": "：",
    },
    "zh_Hant": {
        "title": "交接單", "from": "出貨倉", "closed": "交接時間", "by": "交接人", "waybill": "運單號",
        "weight": "重量", "parcels": "件數", "sign": "出貨方簽字",
        "driver": "取件員簽字", "reprint": "補打", "colon": "：",
    },
    "en": {
        "title": "Handover manifest", "from": "From", "closed": "Closed", "by": "By", "waybill": "Waybill",
        "weight": "Weight", "parcels": "Parcels", "sign": "Warehouse", "driver": "Driver", "reprint": "REPRINT",
        "colon": ": ",
    },
}  # fmt: skip

_ROW = Style(3.4, 1.9, middle=True)
_WEIGHT = Style(3.2, 1.9, align="right", middle=True)
_FACT = Style(3, 2.2, lines=3)
_ROW_MM = 5.0


def _draw(data: HandoverManifest, sheet: Sheet) -> Pen:
    words = _WORDS[data.locale]
    page = strip(sheet, len(data.lines), _ROW_MM, 130)
    page.space(2)
    page.block("carrier", data.carrier, TITLE)
    said = (words["title"], page_of(data.part, data.parts), reprint_mark(words, data.reprint))
    page.block("title", "  ".join(filter(None, said)), SUBTITLE)
    page.bars("number", data.number, 9)
    page.block("warehouse", facts([(words["from"], data.warehouse)], words["colon"]), _FACT)
    closed = [(words["closed"], data.closed_at), (words["by"], data.closed_by)]
    page.block("closed_at", facts(closed, words["colon"]), _FACT)
    page.heading(words["waybill"], words["weight"], 20)
    page.rule(0.4)
    for index, line in enumerate(data.lines):
        name = f"lines[{index}]"
        row = (f"{name}.waybill_number", f"{data.first + index}. {line.waybill_number}", _ROW)
        page.pair(row, (f"{name}.weight_g", weight(line.weight_g), _WEIGHT), 4.6, 20)
        page.space(_ROW_MM)
    page.rule(0.4)
    parcels = data.parcels or len(data.lines)
    total = data.weight_g or sum(line.weight_g for line in data.lines)
    page.heading(f"{words['parcels']}{words['colon']}{parcels}", weight(total), 20)
    if data.part == data.parts:
        signatures(page, (words["sign"], words["driver"]))
    return page.done()


def _rows(media: Media) -> int:
    return rows_on(media, _ROW_MM, 98, 100)


HANDOVER_MANIFEST = Document("handover_manifest", HandoverManifest, on_rolls_and_pages, _draw, rows=_rows)
