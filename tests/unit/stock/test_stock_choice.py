"""Which goods serve a want: whose, how fresh, which lot first, which bin."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wms.stock.rules import Choice, Free, Shelf, Want, choose_bins, fresh, shortages

MONDAY, TUESDAY = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)


def chosen(want, *free):
    choices, unserved = choose_bins([want], free)
    return [(each.balance_id, each.qty) for each in choices], sum(each.qty for each in unserved)


def test_first_expired_goes_first():
    late, soon, never = Free(1, 1, 7, 9, days_left=90), Free(2, 2, 7, 3, days_left=10), Free(3, 3, 7, 50)
    assert chosen(Want(1, 7, 5), late, soon, never) == ([(2, 3), (1, 2)], 0)
    assert chosen(Want(1, 7, 60), late, soon, never) == ([(2, 3), (1, 9), (3, 48)], 0)


def test_of_one_day_the_lot_that_came_first_goes_first():
    new, old = Free(1, 1, 7, 5, days_left=10, received_at=TUESDAY), Free(2, 2, 7, 5, days_left=10, received_at=MONDAY)
    assert chosen(Want(1, 7, 2), new, old) == ([(2, 2)], 0)
    assert chosen(Want(1, 7, 2), new, Free(3, 3, 7, 5, days_left=10)) == ([(3, 2)], 0)  # without a lot: oldest


def test_pallets_come_after_what_lies_loose():
    pallet, loose = Free(1, 1, 7, 2, contained=True), Free(2, 2, 7, 50)
    assert chosen(Want(1, 7, 2), pallet, loose) == ([(2, 2)], 0)
    assert chosen(Want(1, 7, 52), pallet, loose) == ([(2, 50), (1, 2)], 0)


def test_of_one_lot_the_emptiest_bin_that_has_enough_goes_first():
    free = [Free(n, n, 7, qty, days_left=10, received_at=MONDAY) for n, qty in ((1, 9), (2, 4), (3, 2))]
    assert chosen(Want(1, 7, 3), *free) == ([(2, 3)], 0)
    assert chosen(Want(1, 7, 11), *free) == ([(1, 9), (3, 2)], 0)


@pytest.mark.parametrize(("min_days", "served"), [(0, 3), (10, 3), (11, 0)])
def test_only_what_is_fresh_enough_is_chosen(min_days, served):
    _, missing = chosen(Want(1, 7, 3, min_days=min_days), Free(1, 1, 7, 3, days_left=10))
    assert missing == 3 - served


def test_what_has_expired_is_never_chosen():
    assert chosen(Want(1, 7, 3), Free(1, 1, 7, 9, days_left=-1)) == ([], 3)
    assert chosen(Want(1, 7, 3), Free(1, 1, 7, 9, days_left=0)) == ([(1, 3)], 0)  # its last day
    assert (fresh(0, 0), fresh(-1, 0), fresh(None, 900)) == (True, False, True)


def test_the_goods_of_one_owner_never_serve_another():
    mine, theirs = Free(1, 1, 7, 2, owner_id=2), Free(2, 2, 7, 50)
    assert chosen(Want(1, 7, 5, owner_id=2), mine, theirs) == ([(1, 2)], 3)
    assert chosen(Want(1, 7, 5), mine, theirs) == ([(2, 5)], 0)


def test_two_wants_share_what_there_is():
    choices, unserved = choose_bins(
        [Want(1, 7, 3), Want(2, 7, 3, min_days=20)], [Free(1, 1, 7, 2, days_left=5), Free(2, 2, 7, 3, days_left=30)]
    )
    assert [(each.order_line_id, each.balance_id, each.qty) for each in choices] == [(1, 1, 2), (1, 2, 1), (2, 2, 2)]
    assert unserved == [Want(2, 7, 1, min_days=20)]


# ---- promises

def test_a_shelf_without_ages_has_what_is_not_promised():
    assert Shelf(10, 4).room(0) == 6
    assert Shelf(10, 4).room(500) == 6


def test_promises_count_as_though_they_took_the_freshest():
    shelf = Shelf(10, 4, {5: 3, 30: 6, None: 1, -2: 20})
    assert [shelf.room(days) for days in (0, 5, 6, 31)] == [6, 6, 3, -3]


@pytest.mark.parametrize(
    ("wants", "missing"),
    [
        ([Want(1, 7, 10)], {}),
        ([Want(1, 7, 11)], {7: 1}),
        ([Want(1, 7, 6, min_days=20)], {}),
        ([Want(1, 7, 7, min_days=20)], {7: 1}),
        ([Want(1, 7, 6, min_days=20), Want(2, 7, 4)], {}),
        ([Want(1, 7, 6, min_days=20), Want(2, 7, 5)], {7: 1}),
        ([Want(1, 7, 4, min_days=20), Want(2, 7, 3, min_days=21)], {7: 1}),
        ([Want(1, 7, 1, owner_id=2)], {7: 1}),
        ([Want(1, 8, 1), Want(2, 7, 1)], {8: 1}),
    ],
)
def test_an_order_is_short_by_what_its_own_terms_lack(wants, missing):
    assert shortages(wants, {(7, 1): Shelf(10, 0, {5: 4, 30: 6})}) == missing


@pytest.mark.parametrize(
    ("wished", "served"),
    [
        ({2: 3}, [(2, 3)]),  # instead of the emptiest
        ({1: 1, 2: 2}, [(1, 1), (2, 2)]),
        ({2: 4}, [(1, 3)]),  # more than was asked for
        ({2: 2}, [(1, 3)]),  # too little
        ({4: 9}, [(1, 3)]),  # that is gone
        ({3: 3}, [(1, 3)]),  # not its turn yet
    ],
)
def test_a_wish_decides_between_places_of_one_turn(wished, served):
    free = [Free(1, 1, 7, 3, days_left=10), Free(2, 2, 7, 5, days_left=10), Free(3, 3, 7, 9, days_left=90)]
    wishes = [Choice(1, balance, 7, balance, qty) for balance, qty in wished.items()]
    choices, unserved = choose_bins([Want(1, 7, 3)], free, wishes)
    assert ([(each.balance_id, each.qty) for each in choices], unserved) == (served, [])


def test_a_wish_for_a_later_turn_counts_once_the_first_is_used_up():
    free = [Free(1, 1, 7, 3, days_left=10), Free(2, 2, 7, 5, days_left=90), Free(3, 3, 7, 9, days_left=90)]
    wishes = [Choice(1, 1, 7, 1, 3), Choice(1, 3, 7, 3, 2)]
    choices, _ = choose_bins([Want(1, 7, 5)], free, wishes)
    assert [(each.balance_id, each.qty) for each in choices] == [(1, 3), (3, 2)]
