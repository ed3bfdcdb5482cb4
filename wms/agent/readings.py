"""What scales send over a serial line, as pure functions: bytes to frames, frames to readings, readings to a weight.

Understood, each as manuals of their makers show it:

    SICS                 `S S      1.234 kg`, S D while it moves, S + and S - beyond its range       (Mettler Toledo)
    with a head          `ST,GS,+  1.234kg`, `ST,+00123.4  g`, US while it moves, OL beyond its range (A&D and others)
    22 bytes             `ST,NT,` id lamp `,   13.5 kg`                                               (CAS)
    plain                `+  1.234 kg`, `GS 1.234 kg`, `Net Wt 1.234 Kg`, `2 lb 3.5 oz`    (Adam, Sartorius, NCI, Ohaus)
    Toledo, continuous   STX, three status bytes, six digits, six of the tare, CR, perhaps a check sum
    Toledo 8213 and 8217 STX `12.345` CR when it stands still, else STX `?` status CR; of no unit, which must be known

A frame that is not wholly one of these is not a weight: on a cable with noise, and in the middle of a line, a part of
a number looks like a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_GRAMS = {
    "g": Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}  # fmt: skip
UNITS = ("kg", "g", "lb", "oz")
_HEAVIEST = 100_000
_LONGEST = 64
_STX = "\x02"
_ENDS = "\r\n\x03\x04"

_NUMBER = r"(?P<sign>[-+]?)\s*(?P<number>[0-9]{1,8}(?:[.,][0-9]{1,6})?|[.,][0-9]{1,6})"
_SICS = re.compile(rf"S (?P<state>[SD])\s+{_NUMBER}\s*(?P<unit>[A-Za-z%]*)")
_HEADED = re.compile(rf"(?P<state>ST|US)\s*,(?:\s*(?:GS|NT)\s*,)?\s*{_NUMBER}\s*(?P<unit>[A-Za-z%]*)")
_CAS = re.compile(rf"(?P<state>ST|US),(?:GS|NT),[^,][^0-9,\s],\s*{_NUMBER}\s*(?P<unit>[A-Za-z%]*)")
# No tare, no total, no weight of one piece: those are sent in the same words.
_PLAIN = re.compile(
    rf"(?:(?:GS|NT|[GN]|[GN]/W|(?:Net|Gross)(?: Wt\.?)?)\s*)?{_NUMBER}"
    r"\s*(?P<unit>[A-Za-z%]*?)(?:\s*(?:GR|NT)|\s+[GN])?",
    re.IGNORECASE,
)
_POUNDS = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<pounds>[0-9]{1,3})\s*lbs?[\s:]+(?P<ounces>[0-9]{1,2}(?:\.[0-9]{1,4})?)\s*oz", re.IGNORECASE
)
_CONTINUOUS = re.compile(r"\x02([^\x00-\x1f]..)([ 0-9]{6})(?:[ 0-9]{6})?", re.DOTALL)
_ASKED = re.compile(rf"\x02\s*(?P<number>[0-9]{{1,5}}\.[0-9]{{1,3}})\s*(?P<unit>{'|'.join(UNITS)})?", re.IGNORECASE)
# Beyond its range, below it, taring, in error; or a display of dashes.
_NO_WEIGHT = re.compile(r"S\s*[-+I]|(?:OL|UL|QT)\b.*|-?OL-?|[HL]|Err.*|[-^_ ]{3,}[A-Za-z ]*", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """What a scale says once. `grams` None: there is no weight to be had; `stable` None: it does not say."""

    grams: int | None
    stable: bool | None = None


NO_WEIGHT = Reading(None)


class Frames:
    """Bytes as they come, cut into frames. The first one is given only if its beginning was seen."""

    def __init__(self) -> None:
        self._text = ""
        self._whole = False

    def take(self, data: bytes) -> list[str]:
        """The frames that these bytes complete."""
        found: list[str] = []
        for byte in data:
            character = chr(byte & 0x7F)  # the eighth bit may be a parity
            if character in _ENDS:
                if self._whole and self._text.strip():
                    found.append(self._text)
                self._begin("")
            elif character == _STX:
                self._begin(_STX)
            elif character != "\x00":
                self._add(character)
        return found

    def silence(self) -> None:
        """Nothing came for long: a line that stopped in its middle is none, and its rest is none either."""
        self._whole = not self._text
        self._text = ""

    def _begin(self, text: str) -> None:
        self._text, self._whole = text, True

    def _add(self, character: str) -> None:
        if len(self._text) < _LONGEST:
            self._text += character
        else:
            self._whole = False


def read(frame: str, unit: str = "") -> Reading | None:
    """What a frame says of the weight; None for one that says nothing of it. `unit` is that of a scale which sends
    none."""
    if frame.startswith(_STX):
        return _toledo(frame, unit)
    text = frame.strip()
    for form in (_SICS, _HEADED, _CAS):
        if found := form.fullmatch(text):
            return _weight(found["sign"], found["number"], found["unit"], found["state"] in ("S", "ST"))
    if found := _POUNDS.fullmatch(text):
        grams = Decimal(found["pounds"]) * _GRAMS["lb"] + Decimal(found["ounces"]) * _GRAMS["oz"]
        return _in_grams(found["sign"] == "-", grams, None)
    if _NO_WEIGHT.fullmatch(text):
        return NO_WEIGHT
    found = _PLAIN.fullmatch(text)
    return _weight(found["sign"], found["number"], found["unit"], None) if found else None


def _toledo(frame: str, unit: str) -> Reading | None:
    if frame[1:2] == "?":
        return NO_WEIGHT  # it moves, is empty below zero or overloaded
    if found := _ASKED.fullmatch(frame):  # it sends a number only when that stands still
        return _weight("", found["number"], found["unit"] or unit, True)
    found = _CONTINUOUS.fullmatch(frame)
    return _continuous(found[1], found[2]) if found else None


def _continuous(status: str, digits: str) -> Reading:
    """Status byte A: where the point is. B: sign, out of range, motion, kg or lb, not zeroed since it was switched on.
    C: another unit, ten times the resolution."""
    a, b, c = map(ord, status)
    unit = {0: "kg" if b & 0x10 else "lb", 1: "g", 3: "oz"}.get(c & 7)
    if b & 0x44 or c & 0x10 or unit is None or not digits.strip().isdigit():
        return NO_WEIGHT
    number = Decimal(digits.strip()).scaleb(2 - (a & 7))
    return _in_grams(bool(b & 2), number * _GRAMS[unit], not b & 8)


def _weight(sign: str, number: str, unit: str, stable: bool | None) -> Reading:
    factor = _GRAMS.get(unit.lower())
    if factor is None:
        return NO_WEIGHT  # pieces, per cent, troy ounces, or no unit at all
    return _in_grams(sign == "-", Decimal(number.replace(",", ".")) * factor, stable)


def _in_grams(negative: bool, weight: Decimal, stable: bool | None) -> Reading:
    grams = int(weight.to_integral_value(ROUND_HALF_UP))
    return NO_WEIGHT if (negative and grams) or weight > _HEAVIEST else Reading(grams, stable)


class Still:
    """Which weight lies still: one that was read the same three times, and not said to move. Once is not enough even
    where the scale says that it is stable: a digit may have been damaged on the way."""

    _TIMES = 3
    _STRANGE = 12  # frames in a row that say nothing of a weight: the last one is not to be believed any more

    def __init__(self) -> None:
        self._last: Reading | None = None
        self._times = self._strange = 0
        self.grams: int | None = None

    def clear(self) -> None:
        """Nothing is heard of the scale."""
        self._last, self._times, self.grams = None, 0, None

    def take(self, reading: Reading | None) -> int | None:
        """The weight that lies still with this reading, None for none."""
        self._strange = 0 if reading else self._strange + 1
        if reading is None:
            if self._strange >= self._STRANGE:
                self.clear()
            return self.grams
        self._times = self._times + 1 if reading == self._last else 1
        self._last = reading
        self.grams = reading.grams if reading.stable is not False and self._times >= self._TIMES else None
        return self.grams
