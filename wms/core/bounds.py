"""What nothing that comes in may exceed, whatever it is for: refused once, before any schema or statement sees it."""
from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

DEEPEST = 12  # objects and lists inside each other
LONGEST_TEXT = 10_000  # characters
LARGEST = 2**63 - 1  # of PostgreSQL's bigint
_NONE = re.compile("[\0\ud800-\udfff]")


def check(value: Any, path: str = "body", depth: int = 0) -> None:
    """Raises marshmallow's ValidationError, which names the place, for what the database cannot hold.

    Those are texts that are very long or have NUL characters or halves of surrogate pairs in them, numbers
    beyond bigint, NaN and infinity, and structures of more than 12 levels.
    """
    reason = _wrong(value, depth)
    if reason:
        raise ValidationError({path: [reason]})
    if isinstance(value, Mapping):
        for key, each in value.items():
            check(key, f"{path}: name of a field", depth)
            check(each, str(key)[:60], depth + 1)
    elif isinstance(value, list | tuple):
        for each in value:
            check(each, path, depth + 1)


def _wrong(value: Any, depth: int) -> str | None:
    if depth > DEEPEST:
        return "is nested too deeply"
    if isinstance(value, str):
        return _wrong_text(value)
    if isinstance(value, int) and abs(value) > LARGEST:
        return "this number is too large"
    if isinstance(value, float) and not math.isfinite(value):
        return "is not a number"
    return None


def _wrong_text(text: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        return f"is longer than {LONGEST_TEXT} characters"
    if _NONE.search(text):
        return "has characters in it that are none"
    return None
