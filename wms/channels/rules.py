"""Pure decisions: the next window, when to try again, how a shop is."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from wms.channels.plugin import Facts, Window

OVERLAP = timedelta(minutes=10)  # platforms' clocks and indexes lag, and some do not note every change
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=5)  # so that a shop that comes back has heard all within ten
LATE = timedelta(minutes=15)  # a shop's orders are this old, beyond its usual lag, before it counts as late


def next_window(done_until: datetime, moment: datetime, facts: Facts) -> Window | None:
    """The window after `done_until`, which it overlaps; None when there is nothing beyond yet."""
    start = done_until - OVERLAP
    end = min(start + facts.window, moment - facts.lag).replace(microsecond=0)
    return Window(start, end) if end > done_until else None


def pause_after(failures: int) -> timedelta:
    """How long a shop that failed so many times in a row is left alone."""
    doubled: int = 2 ** min(max(failures - 1, 0), 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def without_nul(value: Any) -> Any:
    """JSON without the character U+0000, which PostgreSQL stores in no text."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {without_nul(key): without_nul(each) for key, each in value.items()}
    return [without_nul(each) for each in value] if isinstance(value, list) else value


def hash_of(body: Mapping[str, Any]) -> bytes:
    """SHA-256 of what a shop said, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).digest()


def is_newer(
    changed_at: datetime | None, asked_at: datetime, known_change: datetime | None, known_ask: datetime | None
) -> bool:
    """Whether what was heard replaces what is known: changed later; at the same time by the platform's clock, which
    may count whole seconds, asked for no earlier."""
    if known_ask is None:
        return True
    if changed_at is not None and known_change is not None and changed_at != known_change:
        return changed_at > known_change
    return asked_at >= known_ask


def offered(available: int, safety: int, share: int) -> int:
    """How many of so many pieces a shop may offer: its share, in percent, of what is beyond the safety stock."""
    return max(0, available - safety) * share // 100


def health(*, paused: bool, failures: int, done_until: datetime | None, moment: datetime, facts: Facts) -> str:
    """`paused`, `failing` (the last try), `late` (its orders here are old), else `ok`."""
    if paused:
        return "paused"
    if failures:
        return "failing"
    if facts.passive:
        return "ok"
    late = done_until is None or moment - done_until > facts.lag + LATE
    return "late" if late else "ok"
