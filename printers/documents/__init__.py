"""The registry of documents and the one way to render them.

Add a kind of document with `register`, or from another distribution by an entry point in the group
`wms.documents` that names a `Document`; `load_plugins` collects those.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any, Literal

from printers.bitmap import Label
from printers.documents.base import Document, Sheet, locale_of
from printers.documents.bin_label import BIN_LABEL, RACK_LABEL
from printers.documents.goods_label import LPN_LABEL, SKU_LABEL, TOTE_LABEL
from printers.documents.goods_receipt import GOODS_RECEIPT
from printers.documents.gs1_label import GS1_LABEL
from printers.documents.manifest import HANDOVER_MANIFEST
from printers.documents.packing_slip import PACKING_SLIP
from printers.documents.pick_list import PICK_LIST
from printers.documents.receipt import RECEIPT
from printers.documents.test_page import TEST_PAGE
from printers.documents.waybill import WAYBILL
from printers.errors import UnknownDocument
from printers.fonts import find_fonts
from printers.media import parse_media

DOCUMENTS: dict[str, Document[Any]] = {
    document.name: document
    for document in (
        WAYBILL, PACKING_SLIP, PICK_LIST, HANDOVER_MANIFEST, GOODS_RECEIPT, RECEIPT, BIN_LABEL, RACK_LABEL, LPN_LABEL,
        TOTE_LABEL, SKU_LABEL, GS1_LABEL, TEST_PAGE,
    )
}  # fmt: skip


def render(
    document: str,
    data: Mapping[str, object] | object,
    *,
    media: str,
    dpi: int,
    on_missing: Literal["refuse", "substitute"] = "refuse",
) -> Label:
    """Draw `document` with `data` on `media` ("100x180", "76x130", "receipt-80") at 203, 300 or 600 dpi.

    Raises a DocumentError that names the field: MissingField, InvalidField, TextDoesNotFit,
    MissingGlyph; or UnknownDocument, UnknownMedia; or FontNotFound. With on_missing="substitute" a
    character without a glyph is drawn as 〓 and listed in `Label.substituted`.
    """
    kind = _document(document)
    stock = kind.require(parse_media(media))
    checked = kind.read(data)
    sheet = Sheet(stock, dpi, find_fonts(locale_of(checked)), on_missing == "substitute")
    pen = kind.draw(checked, sheet)
    height_mm = stock.height_mm or pen.canvas.height / pen.dots(1)
    return Label(pen.canvas.dots, dpi, stock.width_mm, height_mm, tuple(pen.substituted))


def register(document: Document[Any]) -> None:
    """Make `document` printable by its name, replacing any of that name."""
    DOCUMENTS[document.name] = document


def load_plugins(group: str = "wms.documents") -> list[str]:
    """Register the documents other distributions offer; returns their names."""
    found = [entry_point.load() for entry_point in entry_points(group=group)]
    for document in found:
        register(document)
    return [document.name for document in found]


def _document(name: str) -> Document[Any]:
    try:
        return DOCUMENTS[name]
    except KeyError:
        raise UnknownDocument(name) from None
