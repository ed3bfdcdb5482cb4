"""Pure decisions about print jobs."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from printers import DOCUMENTS

# What a document is printed on where no route says so.
USUAL_MEDIA = {
    "waybill": "100x180", "packing_slip": "receipt-80", "lpn_label": "100x70", "sku_label": "60x40",
}  # fmt: skip

# Nothing of these jobs has left for the printer, and they still will.
WAITING = ("queued", "rendered", "blocked", "leased")

_MARKS = {"zh_Hans": "补打", "zh_Hant": "補打", "en": "REPRINT"}


def usual_media(document: str) -> str:
    """The media assumed for a document that no printer is set up for."""
    return USUAL_MEDIA.get(document, "100x180")


def marked(document: str, data: Mapping[str, Any], reprint: int) -> dict[str, Any]:
    """`data` of a document with the mark of reprint number `reprint` (1 is the first): 补打 1."""
    known = {item.name for item in fields(DOCUMENTS[document].data)}
    if "reprint" in known:
        return {**data, "reprint": reprint}
    if "footer" in known:
        mark = f"{_MARKS[data.get('locale', 'zh_Hans')]} {reprint}"
        return {**data, "footer": "\n".join(filter(None, [mark, data.get("footer", "")]))}
    return dict(data)
