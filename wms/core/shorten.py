"""Texts that must fit a place of a known width, on paper."""
from __future__ import annotations

from unicodedata import east_asian_width


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
