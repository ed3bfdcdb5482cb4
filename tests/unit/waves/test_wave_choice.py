"""Waves by a criterion, without a database: what must go goes, limits hold, and who is left is told the figure."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wms.waves.criterion import Best, Chosen, Measure, Tally, Times, filling, goes_anyway, value_of
from wms.waves.labour import Rates, Work
from wms.waves.rules import select_orders
from wms.waves.wishes import Limits, Reason, Waiting, Wanted

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
ASKS = 60  # far more than such a small choice needs to be proven best
PER_AISLE = [{"say": "waves.by.densest_aisles"}]


def order(number, goods=((1, 1, 1),), **facts):
    """goods: (SKU, aisle, pieces), …"""
    told = {
        "carrier": "SF", "shop": "SHOP", "promised_at": NOW + timedelta(hours=24 + number), "lines": len(goods),
        "units": sum(qty for _, _, qty in goods), "placed_at": NOW + timedelta(minutes=number),
        "leave_by": NOW + timedelta(hours=24),
    }  # fmt: skip
    return Waiting(number, **{**told, **facts}), goods


def wish(principle="densest_aisles", **limits):
    return Wanted(principle=principle, limits=Limits(**limits), soon=NOW + timedelta(hours=4))


def chosen(orders, wanted=None, times=None):
    wanted = wanted or wish()
    asked = count()
    best = Best(
        Measure({one.order_id: goods for one, goods in orders}, times), wanted, seed=1,
        stops=lambda: lambda: next(asked) >= ASKS,
    )  # fmt: skip
    return select_orders([one for one, _ in orders], wanted, filling(best))


def ids(found):
    return [sorted(each.order_id for each in wave) for wave in found.waves]


def test_of_no_orders_there_is_no_wave():
    assert chosen([]).waves == ()


def test_the_orders_of_the_densest_aisles_go_and_the_others_are_told_the_figure():
    dense = [order(n, ((n, 1, 3),)) for n in range(1, 5)]
    spread = [order(n, ((n, n, 1),)) for n in range(5, 8)]
    found = chosen(spread + dense, wish(min_orders=3, max_orders=9))
    assert ids(found) == [[1, 2, 3, 4]]
    assert found.left[6] == Reason("better_wave", {"has": "6.50", "takes": "12.0", "what": PER_AISLE})


def test_what_must_ship_takes_its_aisles_with_it():
    """With an aisle that has to be visited anyway, its other orders cost nothing more."""
    orders = [order(1, ((1, 7, 1),), must_ship=True), order(2, ((2, 7, 1),)), order(3, ((3, 2, 1),))]
    orders += [order(4, ((4, 3, 1),), kind="live"), order(5, ((5, 3, 1),))]
    wanted = Wanted(principle="densest_aisles", limits=Limits(), first_kinds=("live",))
    assert ids(chosen(orders, wanted)) == [[1, 2, 4, 5]]


def test_when_all_must_ship_all_go():
    orders = [order(n, ((n, n, 1),), must_ship=True) for n in range(1, 6)]
    found = chosen(orders, wish(max_orders=5))
    assert (ids(found), found.left) == ([[1, 2, 3, 4, 5]], {})


def test_of_more_that_must_ship_than_a_wave_holds_the_earliest_promises_go():
    orders = [order(n, ((n, n, 1),), must_ship=True, promised_at=NOW + timedelta(hours=9 - n)) for n in range(1, 6)]
    orders.append(order(6, ((6, 5, 9),)))
    found = chosen(orders, wish(max_orders=3))
    assert ids(found) == [[3, 4, 5]]
    over = {"what": [{"say": "waves.amount.orders"}], "takes": 3, "waves": 1}
    assert found.left[2] == found.left[1] == found.left[6] == Reason("over_maximum", over)
    assert ids(chosen(orders, wish(max_orders=3, max_waves=2))) == [[3, 4, 5], [1, 2, 6]]


def test_without_a_cut_off_a_near_promise_is_kept():
    alone = {"leave_by": None, "promised_at": NOW + timedelta(hours=3)}
    near, far = order(1, ((1, 9, 1),), **alone), order(2, ((2, 8, 1),), leave_by=None)
    dense = [order(n, ((n, 1, 5),)) for n in range(3, 6)]
    assert goes_anyway(near[0], wish())
    assert not goes_anyway(far[0], wish())
    assert ids(chosen([near, far, *dense])) == [[1, 3, 4, 5]]


def test_what_no_open_bin_has_is_left_unless_it_must_ship_and_then_takes_room():
    orders = [order(n, ((n, 1, 1),)) for n in range(1, 4)]
    gone, must = (order(4)[0], None), (order(5, must_ship=True)[0], None)
    found = chosen([*orders, gone, must], wish(max_orders=3))
    (wave,) = ids(found)
    assert (len(wave), wave[-1], found.left[4]) == (3, 5, Reason("in_no_bin"))
    assert [reason.code for number, reason in found.left.items() if number < 4] == ["over_maximum"]


def test_fewer_than_a_wave_needs_wait():
    found = chosen([order(n, ((n, n, 1),)) for n in range(1, 4)], wish(min_orders=4))
    assert (found.waves, found.left[1]) == ((), Reason("below_minimum", {"has": 3, "takes": 4}))


def test_fewer_than_a_wave_needs_go_when_a_cut_off_is_near_with_the_best_company():
    near = order(1, ((1, 1, 1),), must_ship=True, leave_by=NOW + timedelta(hours=1))
    found = chosen([near, order(2, ((2, 1, 1),)), order(3, ((3, 2, 1),))], wish(min_orders=9))
    assert ids(found) == [[1, 2]]
    assert found.left[3].code == "better_wave"
    far = order(1, ((1, 1, 1),), must_ship=True)
    assert chosen([far], wish(min_orders=9)).left[1].code == "below_minimum"


def test_limits_that_no_set_of_orders_meets_make_no_wave():
    orders = [order(n, ((n, 1, 5),)) for n in range(1, 6)]
    found = chosen(orders, wish(min_orders=3, max_units=10))
    assert found.waves == ()
    assert {reason.code for reason in found.left.values()} <= {"below_minimum", "over_maximum"}


def test_pieces_an_hour_weigh_the_work_of_each_order():
    """Four pieces in one stop beat one piece in each of four, though both are in one aisle."""
    times = Times(order_s=10, aisle_s=60, stop_s=20, unit_s=1)
    fast = [order(n, ((n, 1, 4),)) for n in range(1, 4)]
    slow = [order(n, tuple((10 * n + k, 1, 1) for k in range(4))) for n in range(4, 7)]
    found = chosen(slow + fast, wish("most_an_hour", min_orders=3, max_orders=3), times)
    assert ids(found) == [[1, 2, 3]]
    measure = Measure({one.order_id: goods for one, goods in fast + slow}, times)
    assert value_of(measure, found.waves) == pytest.approx(3600 * 12 / (60 + 3 * (10 + 20 + 4)))
    assert Tally(measure).value == 0


def test_stopped_at_once_it_is_never_worse_than_first_come():
    first = [order(n, ((n, 1, 1),)) for n in range(1, 6)]
    wide = [order(n, ((n, n, 3), (n, n + 9, 3))) for n in range(6, 30)]
    measure = Measure({one.order_id: goods for one, goods in first + wide})
    wanted = wish(min_orders=5, max_orders=5, max_units=8)
    best = Best(measure, wanted, seed=1, stops=lambda: lambda: True)
    found = select_orders([one for one, _ in first + wide], wanted, filling(best))
    assert ids(found) == [[1, 2, 3, 4, 5]]


contents = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3)), min_size=1, max_size=3)
bound = st.none() | st.integers(1, 12)


@st.composite
def cases(draw):
    orders = [
        order(number, tuple({each[:2]: each for each in draw(contents)}.values()), must_ship=draw(st.booleans()))
        for number in range(1, draw(st.integers(0, 9)) + 1)
    ]
    limits = {name: draw(bound) for name in ("max_orders", "max_lines", "max_units")}
    principle = draw(st.sampled_from(["densest_aisles", "most_an_hour"]))
    least = draw(st.integers(1, 3))
    if limits["max_orders"]:
        least = min(least, limits["max_orders"])
    return orders, wish(principle, min_orders=least, max_waves=draw(st.integers(1, 3)), **limits)


@given(cases())
@settings(max_examples=80, deadline=None)
def test_limits_hold_every_order_is_in_or_told_why_not_and_the_choice_is_the_same_again(case):
    orders, wanted = case
    times = Times(5, 30, 8, 2) if wanted.principle == "most_an_hour" else None
    found = chosen(orders, wanted, times)
    taken = [each.order_id for each in found.orders]
    assert sorted([*taken, *found.left]) == [one.order_id for one, _ in orders]
    assert len(found.waves) <= wanted.limits.max_waves
    for wave in found.waves:
        assert len(wave) >= wanted.limits.min_orders
        for name, most in wanted.limits.each().items():
            assert sum(each.load()[name] for each in wave) <= most
    for number, reason in found.left.items():
        if orders[number - 1][0].must_ship:
            assert reason.code in {"over_maximum", "too_large", "below_minimum"}
    assert chosen(orders, wanted, times) == found
    if "below_minimum" not in found.left_out:
        again = filling(Chosen([frozenset(wave) for wave in ids(found)]))
        assert ids(select_orders([one for one, _ in orders], wanted, again)) == ids(found)


def test_a_choice_checked_again_has_what_came_meanwhile_and_must_ship():
    orders = [order(n, ((n, 1, 1),))[0] for n in range(1, 5)]
    came = order(9, must_ship=True)[0]
    wanted = wish(max_orders=3)
    found = select_orders([*orders[1:], came], wanted, filling(Chosen([{1, 2, 3}])))
    assert ids(found) == [[2, 3, 9]]
    assert found.left == {4: Reason("better_wave")}


def test_the_model_of_labour_adds_up_and_knows_the_pace():
    work = Work(carts=2, walk_mm=300_000, stops=20, units=30) + Work(units=10, sorted=5)
    assert Rates().seconds(work) == 2 * 120 + 300 + 20 * 8 + 40 * 2 + 5 * 4
    assert Rates(pace=1.5).seconds(work) == 1.5 * Rates().seconds(work)
    assert (Rates().costs().cart_mm, Rates(pace=3).costs().stop_mm) == (120_000, 8_000)
