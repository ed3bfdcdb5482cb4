"""By when something is due, and how pressing it is."""
from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from wms.orders.due_rules import DUE, MOMENTS, colour, days_after, due, same_day

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
CHINA = ZoneInfo("Asia/Shanghai")
MOMENT = {name: NOW + timedelta(nr) for nr, name in enumerate(("pay_by", "ship_by", "hold_by", "promised_at"))}
USUAL = {"confirmation": "confirmed", "payment": "paid", "shipping": "unshipped", "refund": "none", "kind": "normal",
         "group_state": "", "hold_reason": None}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, "ship"),
        ({"payment": "unpaid", "confirmation": "held", "hold_reason": "unpaid"}, "pay"),
        ({"payment": "part", "kind": "presale"}, None),
        ({"payment": "part"}, "pay"),
        ({"confirmation": "held", "hold_reason": "stock_short"}, "stock"),
        ({"confirmation": "held", "hold_reason": "stock_short", "kind": "presale"}, "ship"),
        ({"confirmation": "held", "hold_reason": "address_incomplete"}, "address"),
        ({"confirmation": "held", "hold_reason": "intercepted"}, "ship"),
        ({"group_state": "open"}, None),
        ({"shipping": "shipped"}, None),
        ({"confirmation": "cancelled"}, None),
        ({"refund": "asked"}, None),
        ({"confirmation": "merged"}, "ship"),
    ],
)
def test_what_is_due_next(facts, kind):
    found = due({**USUAL, **facts}, MOMENT)
    assert (found and found[0]) == kind
    if found:
        assert found[1] == MOMENT[MOMENTS[found[0]][0]]
        assert due({**USUAL, **facts}, {"promised_at": NOW})[1] == NOW  # where nothing better is known


def test_it_turns_amber_then_red_then_is_over():
    hours = {"pay": (25, 24, 4, 0), "stock": (5, 4, 1, 0)}
    for kind, left in hours.items():
        assert [colour(kind, NOW + timedelta(hours=hour), NOW) for hour in left] == ["green", "amber", "red", "overdue"]


def test_days_are_of_the_clock_on_the_wall():
    paris = ZoneInfo("Europe/Paris")
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)  # the clocks go back that night
    assert days_after(before, 2, paris) == before + timedelta(days=2, hours=1)
    assert same_day(NOW, time(18), CHINA) == datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert same_day(NOW + timedelta(hours=2), time(18), CHINA) == datetime(2026, 11, 27, 10, tzinfo=UTC)


def test_every_value_that_decides_is_tried():
    """So that the comparison with SQL (`test_orders_due.py`) leaves nothing out."""
    assert {name for _, row in DUE for name in row} == set(USUAL)
    assert len(list(product(*EVERY.values()))) == 5 * 3 * 2 * 3 * 2 * 2 * 4


EVERY = {
    "confirmation": ("unconfirmed", "held", "confirmed", "cancelled", "merged"), "payment": ("unpaid", "part", "paid"),
    "shipping": ("unshipped", "shipped"), "refund": ("none", "asked", "refunded"), "kind": ("normal", "presale"),
    "group_state": ("", "open"), "hold_reason": (None, "stock_short", "address_incomplete", "unpaid"),
}  # fmt: skip
