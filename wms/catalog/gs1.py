"""What the digits of a label say: GS1 element strings, and the lengths in which one trade item number is written.

Pure: text in, facts out. Sources: GS1 General Specifications, chapters 3 (application identifiers), 4.14 (which
of them go together) and 7.8 (element strings and separators); the grammar of each element is `biip`'s.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from biip import ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_element_strings import GS1ElementString

GS = "\x1d"
LENGTHS = (8, 12, 13, 14)  # of a GTIN
# Symbologies (ISO/IEC 15424) whose content is element strings: GS1-128, DataBar, DataMatrix, QR, DotCode.
ELEMENT_SYMBOLOGIES = ("]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1")
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_BRACKETED = re.compile(r"\((\d{2,4})\)([^(]*)", re.ASCII)
_DATES = ("11", "12", "13", "15", "16", "17")
_MOST_COUNTED = 10_000_000  # pieces; more is a misread label


class Unreadable(ValueError):
    """An element string that breaks the standard: `ai` is the application identifier at fault, or the text there."""

    def __init__(self, ai: str) -> None:
        self.ai = ai
        super().__init__(ai)


@dataclass(frozen=True)
class Label:
    """What an element string says.

    `gtin` has 14 digits and is of the goods themselves (AI 01), or of what a pallet contains (AI 02) with `count`
    of them. `hidden` names what a lot or serial may have swallowed for want of a separator: then `lot` or `serial`
    is "", `doubtful` holds the text that was read for it, and whoever asked must ask the person.
    """

    gtin: str = ""
    sscc: str = ""
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None
    produced_on: date | None = None
    count: int | None = None
    weight_g: int | None = None
    doubtful: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    @property
    def lot_uncertain(self) -> bool:
        """The lot is not known, though the label may well have one."""
        return not self.lot and ("10" in self.doubtful or "10" in self.hidden)

    @property
    def serial_uncertain(self) -> bool:
        return not self.serial and ("21" in self.doubtful or "21" in self.hidden)


# ---- numbers

def is_gtin(code: str) -> bool:
    """Whether these are the digits of a trade item number, check digit and all."""
    return len(code) in LENGTHS and _checked(code)


def is_sscc(code: str) -> bool:
    """Whether these are the 18 digits of a shipping container's number."""
    return len(code) == 18 and _checked(code)


def _checked(digits: str) -> bool:
    known = digits.isascii() and digits.isdecimal() and digits.strip("0") != ""
    return known and gs1_standard_check_digit(digits[:-1]) == int(digits[-1])


def lengths_of(gtin: str) -> list[str]:
    """One number in the lengths in which it may be written: a UPC (12 digits) is an EAN (13) with a zero before it."""
    bare = gtin.lstrip("0")
    return [bare.zfill(length) for length in LENGTHS if len(bare) <= length]


def spellings(code: str) -> list[str]:
    """Every code under which a thing may be known whose label reads `code`; the code itself comes first.

    Text that is no GS1 code has one spelling. Never raises.
    """
    bare = without_symbology(code)
    found = [code, bare]
    if is_gtin(bare):
        found += lengths_of(bare)
    if is_sscc(bare):
        found += ["00" + bare]
    label = readable(code)
    if label is not None and label.sscc:
        found += [label.sscc, "00" + label.sscc]
    if label is not None and label.gtin:
        found += lengths_of(label.gtin)
    return list(dict.fromkeys(found))


def readable(code: str) -> Label | None:
    """As `parse`, and None too for an element string that breaks the standard."""
    try:
        return parse(code)
    except Unreadable:
        return None


def without_symbology(code: str) -> str:
    """The code without the symbology identifier that some scanners put before it (`]C1`, `]E0`, …)."""
    return code[3:] if _SYMBOLOGY.match(code) and len(code) > 3 else code


# ---- element strings

def parse(code: str) -> Label | None:
    """What an element string says; None when the code is no element string.

    Known by its symbology identifier, by a separator, by brackets, or by a first element with a valid check digit
    (01, 02 or 00). Raises `Unreadable` for one that breaks the standard: an unknown identifier, a date that does not
    exist, a wrong check digit, one identifier with two values.
    """
    marked = code.startswith(ELEMENT_SYMBOLOGIES)
    text = without_symbology(code) if marked else code
    if not text.isascii():
        if marked:
            raise Unreadable(text[:4])
        return None
    text = text.strip(GS)
    if text.startswith("(") and _BRACKETED.match(text):
        return _understood(_bracketed(text))
    if not (marked or GS in text or _begins_like_one(text)):
        return None
    return _understood(_elements(text))


def _begins_like_one(text: str) -> bool:
    if text.startswith(("01", "02")) and len(text) > 15:
        return is_gtin(text[2:16])
    return text.startswith("00") and len(text) > 19 and is_sscc(text[2:20])


@dataclass(frozen=True)
class _Element:
    ai: str
    value: str
    found: GS1ElementString
    last: bool = False  # nothing follows
    cut: bool = False  # something follows without the separator that must stand there
    certain: bool = False  # brackets say where it ends


def _bracketed(text: str) -> Iterator[_Element]:
    if "".join(f"({ai}){value}" for ai, value in _BRACKETED.findall(text)) != text:
        raise Unreadable(text[:4])
    for ai, value in _BRACKETED.findall(text):
        value = value.strip(" " + GS)
        try:
            found = GS1ElementString.parse(ai + value)
        except ParseError:
            raise Unreadable(ai) from None
        if found.ai.ai != ai:
            raise Unreadable(ai)
        yield _Element(ai, found.value, found, certain=True)


def _elements(text: str) -> Iterator[_Element]:
    """Element by element, up to the first that a missing separator leaves without an end."""
    while text:
        try:
            found = GS1ElementString.extract(text)
        except ParseError:
            raise Unreadable(text[:2]) from None
        ai, rest = found.ai.ai, text[len(found) :]
        cut = found.ai.separator_required and rest != "" and not rest.startswith(GS)
        yield _Element(ai, found.value, found, last=not rest.strip(GS), cut=cut)
        if cut:
            return
        text = rest.lstrip(GS)


def _understood(elements: Iterator[_Element]) -> Label:
    label = Label()
    seen: dict[str, str] = {}
    for each in elements:
        if seen.setdefault(each.ai, each.value) != each.value:
            raise Unreadable(each.ai)
        label = _with(label, each)
    if ("01" in seen) and ("02" in seen):
        raise Unreadable("02")
    return _after_all(label, seen)


def _with(label: Label, each: _Element) -> Label:
    ai, value = each.ai, each.value
    if each.cut:
        # From here on nobody knows where one element ends and the next begins.
        return replace(label, doubtful={**label.doubtful, ai: value}, hidden=label.hidden | {"10", "21", "17"})
    if ai in ("01", "02"):
        if not is_gtin(value):
            raise Unreadable(ai)
        return replace(label, gtin=value)
    if ai == "00":
        if not is_sscc(value):
            raise Unreadable(ai)
        return replace(label, sscc=value)
    if ai in ("30", "37"):
        return replace(label, count=_counted(ai, value))
    if ai.startswith("310"):
        return replace(label, weight_g=int((each.found.decimal or Decimal(0)) * 1000))
    if each.found.ai.separator_required:
        return _with_text(label, each)
    return _with_date(label, ai, each.found.date)


def _with_date(label: Label, ai: str, day: date | None) -> Label:
    """Expiry (17) counts more than best before (15), wherever they stand."""
    if ai == "17" or (ai == "15" and label.expires_on is None):
        return replace(label, expires_on=day)
    return replace(label, produced_on=day) if ai == "11" else label


def _counted(ai: str, value: str) -> int:
    if not 1 <= int(value) <= _MOST_COUNTED:
        raise Unreadable(ai)
    return int(value)


def _with_text(label: Label, each: _Element) -> Label:
    hidden = frozenset() if each.certain else _swallowed(each)
    if hidden:
        return replace(label, doubtful={**label.doubtful, each.ai: each.value}, hidden=label.hidden | hidden)
    if each.ai == "10":
        return replace(label, lot=each.value)
    return replace(label, serial=each.value) if each.ai == "21" else label


def _after_all(label: Label, seen: dict[str, str]) -> Label:
    """A content without its number (02 without 37) has lost it to the lot before the end of the label."""
    if "02" in seen and label.count is None and label.lot and _tail_of(label.lot, "37"):
        return replace(label, lot="", doubtful={**label.doubtful, "10": label.lot}, hidden=label.hidden | {"37"})
    return label


# ---- the separator that is missing

def _swallowed(each: _Element) -> frozenset[str]:
    """The identifiers that stand inside a lot, serial or other text as though a separator were missing before them.

    A date, a trade item, a container or a weight carries its own proof (a day that exists, a check digit, a
    length). A serial inside a lot (21) and a lot inside a serial (10) carry none; they are suspected only where
    nothing ends the element, for a separator after it shows that this label has them.
    """
    other = "21" if each.ai == "10" else "10"
    for start in range(1, len(each.value) - 2):
        strong = _chain(each.value[start:])
        if strong:
            return strong
    return frozenset({other}) if each.last and _tail_of(each.value, other) else frozenset()


def _chain(text: str) -> frozenset[str]:
    """The identifiers of `text` when it begins with an element that proves itself and is readable to its end."""
    try:
        elements = list(_elements(text))
    except Unreadable:
        return frozenset()
    return frozenset(each.ai for each in elements) if _proves_itself(elements[0]) else frozenset()


def _proves_itself(each: _Element) -> bool:
    if each.ai in ("01", "02"):
        return is_gtin(each.value)
    if each.ai == "00":
        return is_sscc(each.value)
    return each.ai in _DATES or each.ai.startswith("310")


def _tail_of(value: str, ai: str) -> bool:
    """Whether an element of this identifier may end `value`: it stands inside, with something before and after it."""
    return ai in value[1:-1]
