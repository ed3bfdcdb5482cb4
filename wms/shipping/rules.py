"""Pure decisions of shipping: how a parcel's data reads on its documents."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import east_asian_width

UNKNOWN = "-"  # documents need something where a fact is not known
_MOST_NAMED = 3
_MOST_LISTED = 150  # five metres of paper
_WIDEST_NAME = 24
_WIDEST_NOTE = 60
_WIDEST_GREETING = 300
_WIDEST_TITLE = 28  # what fits at the smallest legible size on a 76 mm label
_WIDEST_HEADLINE = 20
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
    named = [f"{shortened(piece.name, _WIDEST_NAME)} ×{piece.qty}" for piece in pieces[:_MOST_NAMED]]
    more = sum(piece.qty for piece in pieces[_MOST_NAMED:])
    return "; ".join([*named, f"+{more}"] if more else named)


def slip_lines(pieces: Sequence[Piece]) -> list[Piece]:
    """What a packing slip lists: everything, or the first 150 and how much more there is."""
    if len(pieces) <= _MOST_LISTED:
        return list(pieces)
    rest = pieces[_MOST_LISTED:]
    return [*pieces[:_MOST_LISTED], Piece("…", f"+{len(rest)}", sum(piece.qty for piece in rest))]


def note(remark: str) -> str:
    """The buyer's remark as it fits on a label."""
    return shortened(" ".join(remark.split()), _WIDEST_NOTE)


def greeting(gift_note: str) -> str:
    """A gift note as it fits at the foot of a packing slip."""
    return shortened(" ".join(gift_note.split()), _WIDEST_GREETING)


def title(name: str) -> str:
    """The name of a shop or a party, or an order number, as its place on a label holds it."""
    return shortened(" ".join(name.split()), _WIDEST_TITLE)


def headline(text: str) -> str:
    """A carrier's name or a route code, which are printed large."""
    return shortened(" ".join(text.split()), _WIDEST_HEADLINE)


def shortened(text: str, widest: int) -> str:
    """At most `widest` wide, Latin letters counting 1 and Chinese characters 2; an ellipsis shows the cut."""
    if sum(map(_width, text)) <= widest:
        return text
    kept, room = "", widest - 1
    for char in text:
        room -= _width(char)
        if room < 0:
            break
        kept += char
    return kept.rstrip() + "…"


def _width(char: str) -> int:
    return 2 if east_asian_width(char) in "WF" else 1


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
