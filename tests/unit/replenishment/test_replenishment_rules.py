"""How much is brought, from where, and what is bought, without a database."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.replenishment.rules import Face, Source, days_left, fetches, is_low, is_too_much, to_buy, whole_packs
from wms.stock.velocity import classes, weights


def source(id, free, expires=None, bulk=True):
    return Source(id, id, "", 0, 1, free, expires, bulk)


def taken(wanted, sources, packs=()):
    return [(fetch.source.balance_id, fetch.qty, fetch.pack_qty) for fetch in fetches(wanted, sources, packs)]


def test_a_face_wants_to_be_full_when_it_is_below_its_minimum_and_nothing_comes():
    assert Face(1, 1, 1, 10, 50, on_hand=9).wants() == 41
    assert Face(1, 1, 1, 10, 50, on_hand=10).wants() == 0
    assert Face(1, 1, 1, 10, 50, on_hand=2, coming=8).wants() == 0
    assert Face(1, 1, 1, 10, 50, on_hand=2, coming=5).wants() == 43


def test_demand_that_is_not_there_is_brought_and_the_face_filled_with_it():
    face = Face(1, 1, 1, 10, 50, on_hand=20, free=15, coming=5)
    assert face.lacks(20) == 0
    assert face.lacks(21) == 25  # filled up: 50 − 20 − 5
    assert face.lacks(100) == 80  # more than it holds by rule: the wave needs it


def test_what_ends_first_goes_first_then_bulk_then_the_emptiest():
    late, soon = source(1, 5, date(2027, 1, 1)), source(2, 5, date(2026, 12, 1))
    assert taken(7, [source(3, 9), late, soon]) == [(2, 5, 1), (1, 2, 1)]
    assert taken(3, [source(1, 9, bulk=False), source(2, 9), source(3, 4)]) == [(3, 3, 1)]


def test_whole_packs_where_possible():
    assert whole_packs(50, [12, 24]) == (48, 24)
    assert whole_packs(20, [12, 24]) == (12, 12)
    assert whole_packs(5, [12, 24]) == (5, 1)
    assert taken(50, [source(1, 30), source(2, 90)], [24]) == [(1, 24, 24), (2, 24, 24)]
    assert taken(100, [source(1, 10)], [24]) == [(1, 10, 1)]


@given(
    st.integers(0, 100), st.lists(st.integers(1, 60), max_size=5), st.lists(st.integers(2, 30), max_size=2)
)
def test_never_more_than_wanted_nor_than_there_is(wanted, free, packs):
    found = taken(wanted, [source(nr, pieces) for nr, pieces in enumerate(free)], packs)
    assert sum(qty for _, qty, _ in found) <= min(wanted, sum(free))
    for nr, qty, pack in found:
        assert 0 < qty <= free[nr]
        assert qty % pack == 0


@pytest.mark.parametrize(
    ("velocity", "available", "expected", "multiple", "qty"),
    [
        ("10", 50, 0, 24, 264), ("10", 50, 200, 24, 72), ("10", 300, 0, 24, 0), ("0", 5, 0, 10, 0), ("0.1", 0, 0, 1, 3),
        ("10", -20, 0, 1, 320),
    ],
)  # fmt: skip
def test_what_to_buy(velocity, available, expected, multiple, qty):
    rule = {"lead_days": 10, "cover_days": 20, "min_qty": 0}
    assert to_buy(Decimal(velocity), available=available, expected=expected, multiple=multiple, **rule) == qty


def test_a_minimum_is_bought_up_to_though_nothing_moves():
    facts = {"lead_days": 1, "cover_days": 1, "min_qty": 40, "available": 5, "expected": 0, "multiple": 10}
    assert to_buy(Decimal(0), **facts) == 40


def test_low_and_too_much():
    assert is_low(Decimal(10), available=69, min_qty=0, lead_days=7)
    assert not is_low(Decimal(10), available=70, min_qty=0, lead_days=7)
    assert is_low(Decimal(0), available=4, min_qty=5, lead_days=7)
    assert is_too_much(Decimal(1), available=181, over_days=180)
    assert is_too_much(Decimal(0), available=1, over_days=180)
    assert not is_too_much(Decimal(0), available=0, over_days=180)
    assert (days_left(Decimal(3), 10), days_left(Decimal(3), -1), days_left(Decimal(0), 9)) == (3, 0, None)


def test_classes_by_the_share_of_lines():
    assert classes({1: Decimal(80), 2: Decimal(15), 3: Decimal(5)}) == {1: "A", 2: "B", 3: "C"}
    assert classes({1: Decimal(50), 2: Decimal(40), 3: Decimal(10)}) == {1: "A", 2: "A", 3: "B"}
    assert classes({1: Decimal(0), 2: Decimal(0)}) == {1: "C", 2: "C"}
    assert classes({}) == {}


@given(st.dictionaries(st.integers(), st.decimals(0, 1000, places=2), max_size=20))
def test_a_faster_sku_is_never_of_a_slower_class(lines):
    found = classes(lines)
    order = sorted(lines, key=lambda sku: (-lines[sku], sku))
    assert [found[sku] for sku in order] == sorted(found[sku] for sku in order)


def test_a_piece_a_day_adds_up_to_the_weights():
    fade = Decimal("0.93")
    assert abs(weights() - sum(fade**age for age in range(28))) < Decimal("1e-20")
