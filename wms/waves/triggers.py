"""When a wave rule is due and when a parcel must leave. Pure: moments are aware UTC, minutes count from midnight."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

TRIGGERS = ("hand", "times", "cutoff", "count")
WEEK = (1, 2, 3, 4, 5, 6, 7)  # Monday is 1
AHEAD_DAYS = 15  # promises further ahead than this count as if they were this far


@dataclass(frozen=True)
class Trigger:
    """What starts a rule.

    hand    a supervisor
    times   these minutes of the day on these weekdays
    cutoff  `minutes_before` the cut-off of a carrier
    count   as soon as `orders` wait, or the oldest of them waits `oldest_minutes`; with `both`, when both are true
    """

    kind: str = "hand"
    times: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = WEEK
    minutes_before: int = 60
    orders: int | None = None
    oldest_minutes: int | None = None
    both: bool = False


@dataclass(frozen=True)
class Cutoff:
    """A carrier takes what is ready at this minute of these weekdays."""

    carrier: str
    minute: int
    weekdays: tuple[int, ...] = WEEK


def moments(minutes: Iterable[int], weekdays: Sequence[int], zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The moments after `after` at which a clock in `zone` shows one of these minutes, the next first, without end.

    A minute that a change to summer time leaves out comes an hour later by the wall; one that comes twice counts once.
    """
    daily, day = sorted(set(minutes)), after.astimezone(zone).date()
    if not daily or not weekdays:
        return
    while True:
        if day.isoweekday() in weekdays:
            for minute in daily:
                wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
                at = wall.astimezone(after.tzinfo)
                if at > after:
                    yield at
        day += timedelta(days=1)


def next_cutoffs(cutoffs: Iterable[Cutoff], zone: ZoneInfo, after: datetime) -> dict[str, tuple[datetime, ...]]:
    """The cut-offs of each carrier after a moment, in sequence, for AHEAD_DAYS (at least the next one)."""
    found: dict[str, list[datetime]] = {}
    for each in cutoffs:
        until = after + timedelta(days=AHEAD_DAYS)
        for at in islice(moments([each.minute], each.weekdays, zone, after), AHEAD_DAYS):
            if at > until:
                break
            found.setdefault(each.carrier, []).append(at)
    return {carrier: tuple(sorted(at)) for carrier, at in found.items()}


def leave_by(coming: Sequence[datetime], promised_at: datetime) -> datetime | None:
    """The last of the coming cut-offs that still keeps the promise, the next when none does; None without cut-offs."""
    if not coming:
        return None
    return coming[max(0, bisect_right(coming, promised_at) - 1)]


def next_due(
    trigger: Trigger, carriers: Sequence[str], cutoffs: Sequence[Cutoff], zone: ZoneInfo, after: datetime
) -> datetime | None:
    """When the clock starts the rule next, later than `after`; None when no clock does. () carriers: all."""
    if trigger.kind == "times":
        return next(moments(trigger.times, trigger.weekdays, zone, after), None)
    if trigger.kind != "cutoff":
        return None
    before = timedelta(minutes=trigger.minutes_before)
    asked = [each for each in cutoffs if not carriers or each.carrier in carriers]
    return min(
        (next(moments([each.minute], each.weekdays, zone, after + before)) - before for each in asked), default=None
    )


def carriers_at(
    trigger: Trigger, coming: Mapping[str, Sequence[datetime]], carriers: Sequence[str], at: datetime
) -> dict[str, datetime]:
    """The carriers whose next cut-off is near enough at a moment, with that cut-off."""
    until = at + timedelta(minutes=trigger.minutes_before)
    return {
        carrier: cutoffs[0]
        for carrier, cutoffs in sorted(coming.items())
        if cutoffs and cutoffs[0] <= until and (not carriers or carrier in carriers)
    }


def is_enough(trigger: Trigger, orders: int, oldest: timedelta | None) -> bool:
    """Whether so many orders, the oldest waiting so long, start a rule of the kind `count`."""
    if trigger.kind != "count" or not orders:
        return False
    met = []
    if trigger.orders is not None:
        met.append(orders >= trigger.orders)
    if trigger.oldest_minutes is not None:
        met.append(oldest is not None and oldest >= timedelta(minutes=trigger.oldest_minutes))
    return bool(met) and (all(met) if trigger.both else any(met))
