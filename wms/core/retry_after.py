"""How long a server wants to be left alone, as its `Retry-After` says: one reading of it for all whom we ask."""
from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def pause(said: str | None, at: datetime, *, usual: float, longest: float) -> float:
    """Seconds from `at` on: as many as it says, or until the moment it says, at most `longest`; where it says nothing
    that can be read, the `usual`."""
    if not said or not said.isascii():
        return usual
    try:
        seconds = float(said) if said.strip()[:1].isdigit() else _until(said, at)
    except (ValueError, OverflowError):
        return usual
    return min(max(0.0, seconds), longest)


def _until(said: str, at: datetime) -> float:
    moment = parsedate_to_datetime(said)  # without a time zone it is GMT, as HTTP has it
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - at).total_seconds()
