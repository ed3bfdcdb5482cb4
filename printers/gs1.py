"""What a GS1 code says: numbers of goods and of logistic units, lots, dates and serials, each behind its identifier.

An element string is written here as people read it, (01)06901234567892(17)280131(10)L2026: the encoder puts FNC1 first
and behind every element of variable length that something follows (GS1 General Specifications, 7.8).
"""

from __future__ import annotations

import re
from datetime import date

from printers.errors import InvalidField

LENGTHS = (8, 12, 13, 14)  # of a GTIN
LONGEST = 20  # characters of a lot or a serial
LONGEST_BARS = 48  # characters of a GS1-128, identifiers and separators among them

# The characters of GS1 (AI encodable character set 82), without the brackets that mark the identifiers for people.
_TEXT = re.compile(r"""[!"%&'*+,\-./0-9:;<=>?A-Z_a-z]+\Z""")
_YEARS = (2000, 2049)  # those that two digits still say, to whoever reads them in this half of the century


def is_gtin(code: str) -> bool:
    """Whether these are the digits of a trade item number, with the right check digit."""
    return len(code) in LENGTHS and _checked(code)


def is_sscc(code: str) -> bool:
    """Whether these are the 18 digits of a logistic unit's number, with the right check digit."""
    return len(code) == 18 and _checked(code)


def is_text(text: str) -> bool:
    """Whether this can be a lot or a serial."""
    return len(text) <= LONGEST and _TEXT.match(text) is not None


def _checked(digits: str) -> bool:
    if not (digits.isascii() and digits.isdecimal() and digits.strip("0")):
        return False
    weighed = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(digits[:-1])))
    return (10 - weighed % 10) % 10 == int(digits[-1])


def elements(
    *, sscc: str = "", gtin: str = "", expires_on: str = "", lot: str = "", serial: str = ""
) -> list[str]:
    """The elements of a code in their order, "(01)06901234567892"; `expires_on` is an ISO date, empty is not said.

    Raises InvalidField, by the name of the argument, for what GS1 cannot say: nothing is ever left out or cut.
    """
    if not (sscc or gtin):
        raise InvalidField("gtin", "a GS1 label needs the number of an article (GTIN) or of a logistic unit (SSCC)")
    if sscc and (gtin or expires_on or lot or serial):
        raise InvalidField("sscc", "the number of a logistic unit stands alone: what is in it has labels of its own")
    if sscc and not is_sscc(sscc):
        raise InvalidField("sscc", "has 18 digits, the last of which checks the others")
    if gtin and not is_gtin(gtin):
        raise InvalidField("gtin", "has 8, 12, 13 or 14 digits, the last of which checks the others")
    day = f"(17){_date(expires_on)}" if expires_on else ""
    texts = [f"({ai}){_text(name, text)}" for ai, name, text in (("10", "lot", lot), ("21", "serial", serial)) if text]
    number = f"(00){sscc}" if sscc else f"(01){gtin.zfill(14)}"
    told = [number, *texts, day] if _looks_like_more(texts) else [number, day, *texts]
    return [each for each in told if each]


def _date(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidField("expires_on", "is a date: YYYY-MM-DD") from None
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise InvalidField("expires_on", f"GS1 says years from {_YEARS[0]} to {_YEARS[1]}")
    return f"{day:%y%m%d}"


def _text(name: str, text: str) -> str:
    if len(text) > LONGEST:
        raise InvalidField(name, f"has {len(text)} characters, GS1 takes {LONGEST}")
    if not _TEXT.match(text):
        raise InvalidField(name, "GS1 takes Latin letters, digits and !\"%&'*+,-./:;<=>?_ without spaces")
    return text


def _looks_like_more(texts: list[str]) -> bool:
    """Whether a lot at the end might be taken for a lot and a serial, or a serial for a serial and a lot, by who doubts
    that the scanner sends separators: then the date goes behind it, for what ends with a separator is beyond doubt."""
    if not texts:
        return False
    other = "21" if texts[-1].startswith("(10)") else "10"
    return other in texts[-1][len("(10)") + 1 : -1]
