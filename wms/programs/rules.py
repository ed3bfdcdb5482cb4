"""Pure decisions about telling programs: signatures, pauses, what an answer means."""
from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from wms.core.retry_after import pause

# From the end of a try that came to nothing until the next one; the last one over and over.
PAUSES = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600))
GIVE_UP = timedelta(days=3)  # a message is sent no more
SWITCH_OFF = timedelta(days=5)  # an endpoint that has taken nothing for so long
REFUSED_IN_A_ROW = 3  # messages: then it is the endpoint, and not what it was told
OLD_SECRET = timedelta(hours=24)  # how long a secret signs on beside the one that replaces it
LONGEST_RETRY_AFTER = timedelta(hours=1)
KEPT = timedelta(days=30)

Verdict = Literal["taken", "silent", "refused", "gone"]


def signature(secrets: Sequence[str], timestamp: int, body: bytes) -> str:
    """`v1=` and the hexadecimal HMAC-SHA256 of `timestamp.body`, one for each secret that counts."""
    told = f"{timestamp}.".encode() + body
    return ",".join(f"v1={hmac.new(each.encode(), told, hashlib.sha256).hexdigest()}" for each in secrets)


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many tries in a row that came to nothing."""
    return PAUSES[min(max(failures, 1), len(PAUSES)) - 1]


def verdict(status: int | None) -> Verdict:
    """What an answer means; None is none.

    A redirect is no answer that anybody meant for us: it is a silence, as trouble of the server is.
    """
    if status is None or status >= 500 or status in (408, 425, 429) or 300 <= status < 400:
        return "silent"
    if 200 <= status < 300:
        return "taken"
    return "gone" if status == 410 else "refused"


@dataclass(frozen=True)
class Health:
    """How an endpoint is after an answer: see `WebhookEndpoint`."""

    failures: int
    refusals: int
    failing_since: datetime | None
    next_at: datetime
    off: Literal["", "failing", "gone"] = ""


def health_after(
    found: Verdict, failures: int, refusals: int, failing_since: datetime | None, now: datetime, retry_after: str = ""
) -> Health:
    """How an endpoint is, after it answered like this."""
    if found == "taken":
        return Health(0, 0, None, now)
    since = failing_since or now
    off: Literal["", "failing", "gone"] = "failing" if now - since >= SWITCH_OFF else ""
    if found == "gone":
        return Health(failures + 1, refusals, since, now, "gone")
    if found == "silent":
        asked = pause(retry_after, now, usual=0, longest=LONGEST_RETRY_AFTER.total_seconds())
        wait = max(pause_after(failures + 1), timedelta(seconds=asked))
        return Health(failures + 1, refusals, since, now + wait, off)
    over = refusals + 1 - REFUSED_IN_A_ROW
    return Health(failures, refusals + 1, since, now + pause_after(over + 1) if over >= 0 else now, off)


def state_of(*, active: bool, failing: bool, waiting: int) -> str:
    """How an endpoint is called: `off`, `failing`, `busy` (with much to hear still), `ok`."""
    if not active:
        return "off"
    if failing:
        return "failing"
    return "busy" if waiting > 1000 else "ok"
