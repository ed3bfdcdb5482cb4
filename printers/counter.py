"""The label counter of a ZPL printer: every label of its life, counted by itself."""

from __future__ import annotations

import re

# Asked in the language of the printer's settings, not in ZPL.
LABEL_COUNTER = b'! U1 getvar "odometer.total_label_count"\r\n'

_COUNTED = re.compile(rb'"(\d{1,12})"')
_COPIES = re.compile(rb"\^PQ(\d{1,4})")


def parse_label_counter(reply: bytes) -> int | None:
    """Read the reply to LABEL_COUNTER; None while it is not complete, or when the printer has no such counter."""
    match = _COUNTED.search(reply)
    return int(match[1]) if match else None


def labels_in(payload: bytes) -> int:
    """How many labels a payload of `printers.zpl.encode` prints."""
    return sum(int(copies) for copies in _COPIES.findall(payload))
