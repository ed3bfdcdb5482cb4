"""Deadlines: what is to be done next for an order, by when, and how pressing that is. Pure, and the same in SQL.

The database works kind and moment out of the order's own columns whenever one of them changes, so that no step can
forget it; `due` says the same in Python, and a test compares the two for every combination.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

KINDS = ("pay", "ship", "stock", "address")
COLOURS = ("green", "amber", "red", "overdue")
# Holds that a question to the buyer ends.
ADDRESS = frozenset({
    "address_incomplete", "address_unknown", "address_ambiguous", "address_contradicts", "address_vague",
    "address_masked", "phone_invalid",
})  # fmt: skip

# The first row that fits names what is due (None: nothing). It fits when every column it lists has one of its values.
DUE: Sequence[tuple[str | None, Mapping[str, frozenset[str]]]] = (
    (None, {"shipping": frozenset({"shipped"})}),
    (None, {"refund": frozenset({"asked", "refunded"})}),
    (None, {"confirmation": frozenset({"cancelled"})}),
    (None, {"group_state": frozenset({"open"})}),  # the platform ends it one way or the other
    (None, {"payment": frozenset({"part"}), "kind": frozenset({"presale"})}),  # 待尾款: when, the platform says
    ("pay", {"payment": frozenset({"unpaid", "part"})}),
    ("ship", {"kind": frozenset({"presale"}), "hold_reason": frozenset({"stock_short"})}),  # its goods are to come yet
    ("stock", {"confirmation": frozenset({"held"}), "hold_reason": frozenset({"stock_short"})}),
    ("address", {"confirmation": frozenset({"held"}), "hold_reason": ADDRESS}),
    ("ship", {}),
)
# Where the moment stands, and what stands in for it.
MOMENTS: Mapping[str, tuple[str, ...]] = {
    "pay": ("pay_by", "promised_at"),
    "ship": ("ship_by", "promised_at"),
    "stock": ("hold_by", "ship_by", "promised_at"),
    "address": ("hold_by", "ship_by", "promised_at"),
}
# How long before its moment something turns red, and amber.
WARNINGS: Mapping[str, tuple[timedelta, timedelta]] = {
    "pay": (timedelta(hours=4), timedelta(hours=24)),
    "ship": (timedelta(hours=4), timedelta(hours=24)),
    "stock": (timedelta(hours=1), timedelta(hours=4)),
    "address": (timedelta(hours=1), timedelta(hours=4)),
}


def due(facts: Mapping[str, str | None], moments: Mapping[str, datetime | None]) -> tuple[str, datetime] | None:
    """What is due and when; None: nothing is. `facts` are the columns of DUE, `moments` those of MOMENTS, of which
    `promised_at` is never None."""
    kind = next(kind for kind, row in DUE if all(facts.get(name) in values for name, values in row.items()))
    if kind is None:
        return None
    moment = next(found for name in MOMENTS[kind] if (found := moments.get(name)) is not None)
    return kind, moment


def colour(kind: str, moment: datetime, now: datetime) -> str:
    """One of COLOURS."""
    red, amber = WARNINGS[kind]
    left = moment - now
    if left <= timedelta(0):
        return "overdue"
    return "red" if left <= red else "amber" if left <= amber else "green"


def days_after(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """So many days later by the clock on the wall there: across a change of the clocks it is the same hour."""
    return (start.astimezone(zone) + timedelta(days=days)).astimezone(start.tzinfo)


def same_day(moment: datetime, ends: time, zone: ZoneInfo) -> datetime:
    """By when something is to be seen to that turned up now: the end of this working day, the next one's after that."""
    here = moment.astimezone(zone)
    end = datetime.combine(here.date(), ends, zone)
    if end <= here:
        end = datetime.combine(here.date() + timedelta(days=1), ends, zone)
    return end.astimezone(moment.tzinfo)


# ---- as SQL, laid out as PostgreSQL shows it, so that models and migrations can be compared

def _test(name: str, values: frozenset[str]) -> str:
    quoted = [f"'{value}'" for value in sorted(values)]
    return f"{name} = {quoted[0]}" if len(quoted) == 1 else f"{name} = ANY (ARRAY[{', '.join(quoted)}])"


def _case(said: Mapping[str | None, str]) -> str:
    *rows, (last, _) = DUE
    whens = [f"WHEN {' AND '.join(_test(*one) for one in row.items())} THEN {said[kind]}" for kind, row in rows]
    return "\nCASE\n" + "\n".join(whens) + f"\nELSE {said[last]}\nEND"


def due_kind_case() -> str:
    """The column `due_kind` of an order."""
    return _case({None: "NULL", **{kind: f"'{kind}'" for kind in KINDS}})


def due_at_case() -> str:
    """The column `due_at` of an order."""
    return _case({None: "NULL", **{kind: f"COALESCE({', '.join(names)})" for kind, names in MOMENTS.items()}})
