"""Telephone numbers that a carrier in China can call."""
from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile(r"[\s()（）._]+")
_SEPARATORS = re.compile(r"[/;；、，]|或")  # somebody gave two numbers; a comma alone may be an extension's
_EXTENSION = r"(?:(?:-|,|#|转|转分机|分机|ext|x)\d{1,6})?"
_MOBILE = re.compile(rf"(?:(?:\+|00)?86-?)?1[3-9]\d{{9}}{_EXTENSION}(?:\[\d{{1,6}}\])?", re.IGNORECASE)
_LANDLINE = re.compile(
    rf"(?:(?:\+|00)?86-?)?(?:0?10|0?2\d)-?[2-8]\d{{7}}{_EXTENSION}|"
    rf"(?:(?:\+|00)?86-?)?0[3-9]\d{{2}}-?[2-8]\d{{6,7}}{_EXTENSION}",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"[48]00-?\d{3}-?\d{4}")
_ABROAD = re.compile(r"(?:\+|00)(?!86)[1-9]\d{0,2}-?\d{4,12}")


def callable_number(phone: str) -> bool:
    """Whether these are one or more whole numbers: mobile, also virtual with its extension (虚拟号 …-1234), landline
    with area code, 400, or of another country with its code."""
    plain = _BREAKS.sub("", unicodedata.normalize("NFKC", phone).replace("—", "-").replace("–", "-"))
    numbers = [number for number in _SEPARATORS.split(plain) if number]
    return bool(numbers) and all(_callable(_spaced(number)) for number in numbers)


def _callable(number: str) -> bool:
    return any(form.fullmatch(number) for form in (_MOBILE, _LANDLINE, _SERVICE, _ABROAD))


def _spaced(number: str) -> str:
    """A mobile number as people group it, 138-0013-8000, without its hyphens."""
    grouped = re.fullmatch(r"((?:\+?86-?)?1\d{2})-(\d{4})-(\d{4})(.*)", number)
    return "".join(grouped.groups()) if grouped else number
