"""Pure decisions of the board: where an order stands, how fast a wave goes, and what that means."""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

WINDOW = timedelta(minutes=15)  # rates are measured over this much of the past
SHORTEST = timedelta(minutes=1)  # two scans a second apart are not yet a rate
MARGIN = timedelta(minutes=15)  # an ETA this close to the promise is tight
QUIET = timedelta(minutes=10)  # a walk without a scan for this long is stalled
HEARD = timedelta(minutes=6)  # open sockets are noted every five minutes

Step = Literal["new", "held", "ready", "waved", "picking", "short", "picked", "packed", "shipped", "gone"]
STEPS: tuple[Step, ...] = ("new", "held", "ready", "waved", "picking", "short", "picked", "packed", "shipped")
_BY_PROCESSING: dict[str, Step] = {
    "waiting": "ready",
    "waved": "waved",
    "picking": "picking",
    "short": "short",
    "picked": "picked",
    "packed": "packed",
}

Risk = Literal["planned", "done", "unknown", "on_time", "tight", "late"]


def step(confirmation: str, processing: str, shipping: str, refund: str) -> Step:
    """Where an order stands in the pipeline; `gone` when it is cancelled, waits only for its refund, or travels with
    another, which stands there for both."""
    if confirmation == "merged" and shipping == "unshipped":
        return "gone"
    if confirmation == "cancelled" or (refund != "none" and processing == "waiting"):
        return "gone"
    if shipping != "unshipped":
        return "shipped"
    if processing == "waiting" and confirmation != "confirmed":
        return "held" if confirmation == "held" else "new"
    return _BY_PROCESSING[processing]


def per_hour(count: int, first: datetime | None, moment: datetime) -> float:
    """The rate of `count` things since `first`, per hour; 0 when there were none.

    `first` is the earliest of them. What began within the window is measured from its beginning, so
    that a wave released five minutes ago is not three times too slow.
    """
    if not count or first is None:
        return 0.0
    elapsed = min(WINDOW, max(SHORTEST, moment - first))
    return count * (timedelta(hours=1) / elapsed)


def eta(left: int, rate: float, moment: datetime) -> datetime | None:
    """When `left` lines are done at `rate` per hour; None when nothing moves."""
    if not left:
        return moment
    return moment + timedelta(hours=left / rate) if rate else None


def risk(status: str, expected: datetime | None, promised: datetime | None, moment: datetime) -> Risk:
    """What an ETA means against the earliest promise among the orders that are not done."""
    if status == "done" or promised is None:
        return "done" if status == "done" else "unknown"
    if promised <= moment or (expected is not None and expected > promised):
        return "late"
    if status == "planned":
        return "planned"
    if expected is None:
        return "unknown"
    return "tight" if expected + MARGIN > promised else "on_time"


def saving_percent(walk_mm: int, baseline_mm: int) -> float | None:
    """How much less is walked than first come, first served in S-shape; None before it is known."""
    return round(100 * (1 - walk_mm / baseline_mm), 1) if baseline_mm and walk_mm else None


def doing(
    task_status: str | None, ready: bool, packing: bool, station: bool, last: datetime | None, moment: datetime
) -> str:
    """What a person does: picking, fetching (has a task, no cart yet), ready, packing, station or idle.

    `station`: signed in at one and active there lately, but with no parcel open.
    """
    if task_status is not None:
        return "picking" if task_status == "picking" else "fetching"
    if ready:
        return "ready"
    if packing:
        return "packing"
    return "station" if station and last is not None and moment - last < QUIET else "idle"


def connected(seen: datetime | None, last: datetime | None, moment: datetime) -> bool:
    """Whether a person's device was heard from lately."""
    heard = [when for when in (seen, last) if when is not None]
    return bool(heard) and moment - max(heard) < HEARD
