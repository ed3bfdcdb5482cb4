"""Pure decisions of shipping: how a parcel's data reads on its documents."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from wms.core.shorten import shortened

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


# The signs that mean one currency only where the label is read.
_SIGNS = {("CNY", "zh_Hans"): "¥", ("TWD", "zh_Hant"): "NT$", ("HKD", "zh_Hant"): "HK$"}


def priced(money: Decimal, currency: str, locale: str) -> str:
    """A sum as it is read: `¥1,288.00`, `-¥20.00`."""
    sign = _SIGNS.get((currency, locale), f"{currency} ")
    return f"{'-' if money < 0 else ''}{sign}{abs(money):,.2f}"


def amount(money: Decimal, currency: str, locale: str) -> str:
    """What is to be collected, for the courier; nothing for 0."""
    return priced(money, currency, locale) if money else ""


def receipt_lines(bought: Sequence[tuple[str, int, Decimal]], currency: str, locale: str) -> list[dict[str, Any]]:
    """The lines of a receipt from (name, pieces, price of one): all, or the first 150 and one sum of the rest."""
    listed, rest = bought[:_MOST_LISTED], bought[_MOST_LISTED:]
    lines = [
        {"name": title(name), "qty": qty, "amount": priced(qty * price, currency, locale)}
        for name, qty, price in listed
    ]
    if rest:
        left = sum((qty * price for _, qty, price in rest), Decimal(0))
        more = {"name": f"… +{len(rest)}", "qty": sum(qty for _, qty, _ in rest)}
        lines.append({**more, "amount": priced(left, currency, locale)})
    return lines


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


def sheet(place: str, moment: datetime) -> str:
    """The same on one of a run, with its place in the stack, `7/1000`: both fit beside each other on any label."""
    return f"{place} · {moment:%m-%d %H:%M}"
