"""Pure decisions about print jobs."""
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any, TypeVar

from printers import DOCUMENTS
from printers.documents.bin_label import MOST_ROWS, PATTERNS

T = TypeVar("T")

# What a document is printed on where no route says so.
USUAL_MEDIA = {
    "waybill": "100x180", "packing_slip": "receipt-80", "bin_label": "100x50", "rack_label": "100x180",
    "lpn_label": "100x70", "sku_label": "60x40", "gs1_label": "60x40", "tote_label": "100x70",
    "pick_list": "receipt-80", "handover_manifest": "receipt-80", "goods_receipt": "receipt-80",
    "receipt": "receipt-80",
}  # fmt: skip

# Labels that are asked for by the range of bins.
LABELS = ("bin_label", "rack_label")
# Documents that come in dozens. On a printer that has other work they come last, and packing tables do not hear of
# them.
BY_DOZENS = (*LABELS, "tote_label", "pick_list")
MOST_TOTES = 500  # that are made at once
FASTEST = 600  # labels a minute; no printer needs more
MOST_COPIES = 50  # of one label that are asked for at once

# How long a document waits for a printer before nobody wants it any more: whoever asked for it has long helped
# themselves, and what then came out of a printer that is switched on would be stuck on the wrong thing.
WANTED_FOR = {
    "test_page": timedelta(minutes=10), "sku_label": timedelta(hours=12), "gs1_label": timedelta(hours=12),
    "lpn_label": timedelta(hours=12), "pick_list": timedelta(hours=12), "bin_label": timedelta(days=1),
    "rack_label": timedelta(days=1), "tote_label": timedelta(days=1),
}  # fmt: skip
_WANTED_FOR = timedelta(days=3)

# Nothing of these jobs has left for the printer, and they still will.
WAITING = ("queued", "rendered", "blocked", "leased")

# How a job stands, for who waits for many of them.
STANDS = {**dict.fromkeys((*WAITING, "sending"), "waiting"), "sent": "out", "confirmed": "out", "uncertain": "doubt"}

_MARKS = {"zh_Hans": "补打", "zh_Hant": "補打", "en": "REPRINT"}


def wanted_for(document: str) -> timedelta:
    """How long a document is worth printing."""
    return WANTED_FOR.get(document, _WANTED_FOR)


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


# ---- labels of the floor

def pattern_of(zone_id: int) -> int:
    """Which pattern stands for a zone: zones made one after the other have different ones."""
    return zone_id % PATTERNS


def arrow_of(level: int, levels: Collection[int]) -> str:
    """Where a bin is, seen from labels at the height of the first beam: the lowest of several levels is below it."""
    if len(set(levels)) < 2:
        return ""
    return "down" if level == min(levels) else "up"


def rack_name(codes: Sequence[str]) -> str:
    """What the codes of a bay have in common at their beginning, the first code where that is nothing."""
    first, last = min(codes), max(codes)  # what these two share, all in between do
    shared = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:shared].rstrip("-_./ ") or codes[0]


def parts_of(rows: Sequence[T]) -> list[list[T]]:
    """The rows of a rack on as few labels as hold them, about as many on each."""
    parts = -(-len(rows) // MOST_ROWS)
    size = -(-len(rows) // parts)
    return [list(rows[start : start + size]) for start in range(0, len(rows), size)]
