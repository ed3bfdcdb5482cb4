"""Pure decisions of shipping: how a parcel's data reads on its documents."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

UNKNOWN = "-"  # documents need something where a fact is not known
_MOST_NAMED = 3
_LONGEST_NAME = 24
_LONGEST_NOTE = 60
_SIMPLIFIED = {"", "cn", "chn", "china", "中国", "中國"}
_TRADITIONAL = {
    "tw", "twn", "taiwan", "台湾", "台灣", "hk", "hkg", "hong kong", "香港", "mo", "macau", "macao", "澳門", "澳门",
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """Pieces of one SKU in a parcel."""

    sku: str
    name: str
    qty: int


def label_locale(country: str) -> str:
    """The language of a label's captions, by the country it goes to; none given means mainland China."""
    key = country.strip().casefold()
    if key in _SIMPLIFIED:
        return "zh_Hans"
    return "zh_Hant" if key in _TRADITIONAL else "en"


def items_summary(pieces: Sequence[Piece]) -> str:
    """The contents on one line of a label: three names at most, then how much more there is."""
    named = [f"{shortened(piece.name, _LONGEST_NAME)} ×{piece.qty}" for piece in pieces[:_MOST_NAMED]]
    more = sum(piece.qty for piece in pieces[_MOST_NAMED:])
    return "; ".join([*named, f"+{more}"] if more else named)


def note(remark: str) -> str:
    """The buyer's remark as it fits on a label."""
    return shortened(" ".join(remark.split()), _LONGEST_NOTE)


def shortened(text: str, longest: int) -> str:
    """At most `longest` characters, the cut shown by an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def barcode_text(order_number: str, parcel: str) -> str:
    """What a document's order barcode carries: the order's number if bars can say it, else the parcel's."""
    fits = order_number.isascii() and order_number.isprintable() and 0 < len(order_number) <= 24
    return order_number if fits else parcel


def full_address(*parts: str) -> str:
    """The parts of an address from wide to narrow, without those an inner part repeats."""
    kept: list[str] = []
    for index, part in enumerate(parts):
        if part and not any(part in inner for inner in parts[index + 1 :]):
            kept.append(part)
    separator = "" if any("一" <= char <= "鿿" for part in kept for char in part) else ", "
    return separator.join(kept)


def printed_at(moment: datetime) -> str:
    """A time as documents show it."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
