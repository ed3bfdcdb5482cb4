"""What a count means, without a database: where pieces belong, what is within tolerance, when a scan was made."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.core.error import WmsError
from wms.counting.rules import Found, Seen, Spot, Tolerance, after, judge, moment_of, quota, spread

T0 = datetime(2026, 11, 25, 8, tzinfo=UTC)
T1, T2, T9 = (T0 + timedelta(minutes=n) for n in (1, 2, 9))
LIMITS = Tolerance(pieces=2, percent=10, value=Decimal(50), approval_value=Decimal(500))


def spot(sku=1, lot="", container=0, owner=1, condition="good"):
    return Spot(sku, lot, container, owner, condition)


def seen(counted, sku=1, lot="", container=0, condition="", first=T1, at=T1):
    return Seen(sku, lot, container, condition, counted, first, at)


def found_of(tallies, *books, only=None):
    """What is found when the books say `books[i]` at T0, T1, T2 and T9 (the last one from then on)."""
    moments = dict(zip((T0, T1, T2, T9), [*books, *[books[-1]] * (4 - len(books))], strict=True))
    found = spread(tallies, moments, began_at=T0, done_at=T9, only_sku=only, new_condition="good")
    return [(f.spot, f.counted, f.book, f.moved) for f in found]


def test_what_was_seen_is_laid_against_the_books_of_that_moment():
    assert found_of([seen(5)], {spot(): 9}, {spot(): 6}, {spot(): 1}) == [(spot(), 5, 6, False)]


def test_what_nobody_saw_is_none_as_of_the_end():
    assert found_of([seen(5)], {spot(): 5, spot(2): 3}) == [(spot(), 5, 5, False), (spot(2), 0, 3, False)]
    assert found_of([seen(5)], {spot(): 5}, {spot(): 5}, {spot(): 5, spot(2): 3}) == [
        (spot(), 5, 5, False), (spot(2), 0, 3, True),
    ]  # fmt: skip


def test_only_the_sku_that_was_asked_for_is_missed():
    assert found_of([], {spot(): 5, spot(2): 3}, only=2) == [(spot(2), 0, 3, False)]


def test_pieces_whose_lot_is_not_told_fill_the_lots_in_order_and_what_is_over_goes_to_the_first():
    book = {spot(lot="A"): 3, spot(lot="B"): 4}
    assert found_of([seen(5)], book) == [(spot(lot="A"), 3, 3, False), (spot(lot="B"), 2, 4, False)]
    assert found_of([seen(9)], book) == [(spot(lot="A"), 5, 3, False), (spot(lot="B"), 4, 4, False)]


def test_pieces_whose_lot_is_told_come_before_those_of_any_lot():
    book = {spot(lot="A"): 3, spot(lot="B"): 4}
    assert found_of([seen(4), seen(3, lot="A")], book) == [
        (spot(lot="A"), 3, 3, False), (spot(lot="B"), 4, 4, False),
    ]  # fmt: skip


def test_goods_of_several_owners_are_shared_out():
    book = {spot(owner=1): 2, spot(owner=7): 2}
    assert [row[1] for row in found_of([seen(4)], book)] == [2, 2]


def test_what_is_unknown_to_the_books_is_new():
    assert found_of([seen(2, lot="NEW", condition="damaged")], {}) == [
        (spot(lot="NEW", condition="damaged"), 2, 0, False)
    ]


def test_what_changed_between_first_and_last_scan_is_marked():
    tally = seen(5, first=T1, at=T2)
    assert found_of([tally], {spot(): 5}, {spot(): 5}, {spot(): 4}) == [(spot(), 5, 4, True)]


@given(st.dictionaries(st.sampled_from("ABC"), st.integers(0, 9)), st.lists(st.integers(1, 9), max_size=3))
def test_no_piece_is_lost_or_invented(lots, counts):
    book = {spot(lot=lot): pieces for lot, pieces in lots.items()}
    tallies = [seen(pieces, lot=lot) for lot, pieces in zip("ABX", counts, strict=False)]
    tallies = [*tallies, seen(4)]
    assert sum(row[1] for row in found_of(tallies, book)) == sum(t.counted for t in tallies)
    assert sum(row[2] for row in found_of(tallies, book)) == sum(book.values())


def found(counted, book, moved=False):
    return Found(spot(), counted, book, T1, moved)


@pytest.mark.parametrize(
    ("counted", "book", "value", "round", "earlier", "outcome"),
    [
        (5, 5, 0, 1, [], "same"),
        (4, 5, 10, 1, [], "posted"),
        (2, 5, 10, 1, [], "again"),
        (4, 5, 51, 1, [], "again"),  # few pieces, much value
        (95, 100, 10, 1, [], "posted"),  # 5 of 100 are within 10%
        (89, 100, 10, 1, [], "again"),
        (2, 5, 10, 2, [-3], "posted"),  # two agree
        (2, 5, 501, 2, [-3], "approval"),  # two agree, but on too much
        (3, 5, 10, 2, [-3], "approval"),  # two disagree, though little is missing
        (5, 5, 0, 2, [-3], "same"),  # the second agrees with the books
        (4, 5, 10, 2, [], "posted"),
        (2, 5, 10, 2, [], "approval"),  # the first saw nothing wrong
        (2, 5, 10, 3, [-1, -3], "posted"),
    ],
)
def test_what_becomes_of_a_difference(counted, book, value, round, earlier, outcome):
    assert judge(found(counted, book), Decimal(value), LIMITS, round, earlier) == outcome


def test_a_place_that_changed_while_it_was_counted_is_never_posted_unasked():
    assert judge(found(4, 5, moved=True), Decimal(0), LIMITS, 1, []) == "again"
    assert judge(found(4, 5, moved=True), Decimal(0), LIMITS, 2, []) == "approval"
    assert judge(found(5, 5, moved=True), Decimal(0), LIMITS, 1, []) == "same"


@pytest.mark.parametrize(
    ("outcomes", "action"),
    [
        ([], "finish"), (["same", "posted"], "finish"), (["posted", "pending"], ""),
        (["again", "approval"], "ask_again"),
        (["approval", "pending"], "ask_approval"),
    ],
)  # fmt: skip
def test_where_a_counted_bin_goes(outcomes, action):
    assert after(outcomes) == action


def test_the_moment_of_a_scan():
    assert moment_of(None, T9, T0) == T9
    assert moment_of(T1, T9, T0) == T1
    assert moment_of(T0 - timedelta(minutes=1), T9, T0) == T0  # a clock a little slow
    assert moment_of(T9 + timedelta(minutes=1), T9, T0) == T9  # a clock a little fast
    for wrong, code in ((T9 + timedelta(minutes=3), "in_future"), (T9 - timedelta(hours=13), "too_old")):
        with pytest.raises(WmsError, match=code):
            moment_of(wrong, T9, T0)


@pytest.mark.parametrize(("bins", "days", "a_day"), [(0, 30, 0), (1, 30, 1), (30, 30, 1), (31, 30, 2), (900, 90, 10)])
def test_a_cycle_is_spread_over_its_days(bins, days, a_day):
    assert quota(bins, days) == a_day
