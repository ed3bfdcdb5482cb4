"""Wave rules without a database: what fits, in what sequence, how lists are split, and when a rule is due."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.waves.rules import select_orders, why_not
from wms.waves.triggers import (
    Cutoff,
    Trigger,
    carriers_at,
    is_enough,
    leave_by,
    moments,
    next_cutoffs,
    next_due,
)
from wms.waves.wishes import Limits, Reason, Terms, Waiting, Wanted

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # Wednesday, 12:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


def order(number, **facts):
    content = facts.pop("content", ((1, 1),))
    told = {
        "carrier": "SF", "shop": "SHOP", "promised_at": NOW + timedelta(hours=24), "lines": len(content),
        "units": sum(qty for _, qty in content), "placed_at": NOW - timedelta(minutes=number), "content": content,
    }  # fmt: skip
    return Waiting(number, **{**told, **facts})


def ids(found):
    return [[each.order_id for each in wave] for wave in found.waves]


# ---- fitting

@pytest.mark.parametrize(
    ("facts", "terms", "code", "figures"),
    [
        ({"lines": 0}, Terms(), "nothing_to_pick", {}),
        ({}, Terms(carriers=("YTO", "ZTO")), "other_carrier", {"takes": "YTO, ZTO", "has": "SF"}),
        ({}, Terms(shops=("B",)), "other_shop", {"takes": "B", "has": "SHOP"}),
        ({"kind": "live"}, Terms(kinds=("gift",)), "other_kind",
         {"takes": [{"say": "waves.kind.gift"}], "has": [{"say": "waves.kind.live"}]}),
        ({}, Terms(cutoff_carriers=("YTO",)), "other_cutoff", {"takes": "YTO", "has": "SF"}),
        ({}, Terms(cutoff_carriers=()), "no_cutoff", {"has": "SF"}),
        ({}, Terms(promised_before=NOW), "promised_later", {"takes": NOW, "has": NOW + timedelta(hours=24)}),
        ({"zones": (frozenset("A"), frozenset("BC"))}, Terms(zones=("A",)), "other_zone",
         {"takes": "A", "has": "B, C"}),
        ({}, Terms(needs=("cold",)), "lacks_handling", {"takes": [{"say": "waves.handling.cold"}]}),
        ({"handling": frozenset({"cold", "liquid"})}, Terms(never=("cold", "fragile")), "has_handling",
         {"takes": [{"say": "waves.handling.cold"}, {"say": "waves.handling.fragile"}],
          "has": [{"say": "waves.handling.cold"}]}),
        ({"content": ((1, 2),)}, Terms(pieces="single"), "not_single", {"has": 2}),
        ({}, Terms(pieces="several"), "single", {"has": 1}),
    ],
)  # fmt: skip
def test_each_condition_names_what_it_takes_and_what_the_order_has(facts, terms, code, figures):
    assert why_not(order(1, **facts), terms) == Reason(code, figures)
    assert why_not(order(1, **facts), Terms()) == (Reason(code) if code == "nothing_to_pick" else None)


def test_an_order_that_meets_every_condition_fits():
    terms = Terms(
        carriers=("SF",), shops=("SHOP",), kinds=("live",), cutoff_carriers=("SF", "YTO"),
        promised_before=NOW + timedelta(hours=24), zones=("A", "B"), needs=("cold",), never=("liquid",),
        pieces="single",
    )  # fmt: skip
    fits = order(1, kind="live", zones=(frozenset("A"),), handling=frozenset({"cold"}))
    assert why_not(fits, terms) is None


def test_hot_sellers_need_so_many_orders_with_the_same_content_among_those_that_fit():
    same = [order(n, content=((1, 1), (2, 3))) for n in range(1, 5)]
    orders = [*same, order(9, content=((1, 1),)), order(10, carrier="YTO", content=((1, 1),))]
    found = select_orders(orders, Wanted(Terms(carriers=("SF",), alike=2)))
    assert ids(found) == [[1, 2, 3, 4]]
    assert found.left[9] == Reason("too_few_alike", {"takes": 2, "has": 1})  # order 10 does not fit, nor count
    assert found.left[10].code == "other_carrier"


def test_a_way_of_picking_takes_only_what_can_be_picked_so():
    assert Terms().picked("cart") == Terms()
    assert Terms(pieces="any").picked("single").pieces == "single"
    assert [Terms(alike=least).picked("same").alike for least in (None, 2, 9)] == [2, 2, 9]


# ---- sequence

def test_the_principles():
    orders = [
        order(1, promised_at=NOW + timedelta(hours=3), content=((7, 1), (8, 1), (9, 1)), carrier="YTO"),
        order(2, promised_at=NOW + timedelta(hours=2), content=((1, 1), (2, 1))),
        order(3, promised_at=NOW + timedelta(hours=4), content=((2, 1),)),
        order(4, promised_at=NOW + timedelta(hours=1), content=((5, 1),), carrier="YTO"),
    ]

    def sequence(principle, **more):
        return [one.order_id for one in select_orders(orders, Wanted(principle=principle, **more)).orders]

    assert sequence("first_come") == [4, 3, 2, 1]
    assert sequence("simple_first") == [4, 3, 2, 1]
    assert sequence("promise_first") == [4, 2, 1, 3]
    assert sequence("same_sku") == [2, 3, 4, 1]  # SKU 2 is wanted twice
    assert sequence("same_carrier", limits=Limits(max_waves=2)) == [4, 1, 2, 3]


def test_what_must_ship_goes_first_then_the_kinds_that_are_named_then_the_principle():
    orders = [
        order(1, placed_at=NOW - timedelta(days=1)), order(2, kind="live"), order(3, kind="gift"),
        order(4, must_ship=True), order(5, kind="live", must_ship=True),
    ]  # fmt: skip
    found = select_orders(orders, Wanted(principle="first_come", first_kinds=("live",), limits=Limits(max_orders=3)))
    assert ids(found) == [[5, 4, 2]]
    assert {number: why.code for number, why in found.left.items()} == {1: "over_maximum", 3: "over_maximum"}


# ---- waves

def test_a_long_list_is_split_by_every_limit_and_what_is_over_stays():
    orders = [order(n, content=((1, 2),), volume_ml=100, weight_g=50) for n in range(1, 11)]
    for limits, sizes in {
        Limits(max_orders=4, max_waves=3): [4, 4, 2],
        Limits(max_orders=4, max_waves=2): [4, 4],
        Limits(max_carts=1, totes_per_cart=3, max_waves=9): [3, 3, 3, 1],
        Limits(max_lines=5, max_waves=2): [5, 5],
        Limits(max_units=5, max_waves=1): [2],
        Limits(max_volume_ml=350, max_waves=1): [3],
        Limits(max_weight_g=499, max_waves=2): [9, 1],
        Limits(): [10],
    }.items():
        found = select_orders(orders, Wanted(limits=limits))
        assert [len(wave) for wave in found.waves] == sizes
        assert len(found.left) == 10 - sum(sizes)
    over = select_orders(orders, Wanted(limits=Limits(max_carts=1, totes_per_cart=3))).left[10]
    assert over == Reason("over_maximum", {"what": [{"say": "waves.amount.carts"}], "takes": 1, "waves": 1})


def test_too_few_make_no_wave_and_say_how_many_there_are():
    found = select_orders([order(n) for n in range(1, 8)], Wanted(limits=Limits(5, 5, max_waves=2)))
    assert ids(found) == [[1, 2, 3, 4, 5]]
    assert found.left == dict.fromkeys((6, 7), Reason("below_minimum", {"has": 2, "takes": 5}))


def test_an_order_that_is_larger_than_any_wave_stops_no_other():
    orders = [order(1, content=((1, 99),), must_ship=True), order(2)]
    found = select_orders(orders, Wanted(limits=Limits(max_units=10)))
    assert ids(found) == [[2]]
    assert found.left[1] == Reason("too_large", {"what": [{"say": "waves.amount.units"}], "has": 99, "takes": 10})


def test_carriers_never_share_a_wave_when_they_are_kept_together():
    orders = [order(n, carrier="SF" if n % 2 else "YTO") for n in range(1, 8)]
    found = select_orders(orders, Wanted(principle="same_carrier", limits=Limits(max_orders=3, max_waves=3)))
    assert ids(found) == [[1, 3, 5], [7], [2, 4, 6]]
    less = select_orders(orders, Wanted(principle="same_carrier", limits=Limits(max_waves=1)))
    assert ids(less) == [[1, 3, 5, 7]]
    assert less.left[2] == Reason("over_waves", {"takes": 1})


@given(
    sizes=st.lists(st.integers(1, 9), max_size=40), least=st.integers(1, 4), most=st.integers(1, 12),
    waves=st.integers(1, 5), principle=st.sampled_from(("first_come", "simple_first", "promise_first", "same_sku")),
)  # fmt: skip
def test_every_order_is_in_one_wave_or_has_one_reason(sizes, least, most, waves, principle):
    orders = [order(n, content=((n % 3, size),)) for n, size in enumerate(sizes, 1)]
    limits = Limits(min_orders=least, max_units=most, max_waves=waves)
    found = select_orders(orders, Wanted(limits=limits, principle=principle))
    taken = [one.order_id for one in found.orders]
    assert sorted([*taken, *found.left]) == [one.order_id for one in orders]
    assert len(found.waves) <= waves
    assert all(len(wave) >= least and sum(one.units for one in wave) <= most for wave in found.waves)
    assert found == select_orders(reversed(orders), Wanted(limits=limits, principle=principle))


# ---- triggers

def local(*moment):
    return datetime(*moment, tzinfo=SHANGHAI).astimezone(UTC)


def test_a_rule_of_times_is_due_by_the_clocks_of_its_warehouse():
    trigger = Trigger("times", times=(9 * 60, 14 * 60 + 30), weekdays=(3, 5))
    first = next_due(trigger, (), (), SHANGHAI, NOW)
    assert first == local(2026, 11, 25, 14, 30)
    assert next_due(trigger, (), (), SHANGHAI, first) == local(2026, 11, 27, 9, 0)  # not again at the same moment
    assert next_due(trigger, (), (), ZoneInfo("America/New_York"), NOW) == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    assert next_due(Trigger("hand"), (), (), SHANGHAI, NOW) is None
    assert next_due(Trigger("count", orders=3), (), (), SHANGHAI, NOW) is None


def test_a_rule_is_due_so_long_before_the_first_cut_off_of_its_carriers():
    known = [Cutoff("SF", 18 * 60), Cutoff("YTO", 16 * 60, (1, 2, 3, 4, 5)), Cutoff("YTO", 20 * 60)]
    trigger = Trigger("cutoff", minutes_before=120)
    assert next_due(trigger, (), known, SHANGHAI, NOW) == local(2026, 11, 25, 14, 0)
    assert next_due(trigger, ("SF",), known, SHANGHAI, NOW) == local(2026, 11, 25, 16, 0)
    assert next_due(trigger, ("ZTO",), known, SHANGHAI, NOW) is None
    coming = next_cutoffs(known, SHANGHAI, NOW)
    assert carriers_at(trigger, coming, (), local(2026, 11, 25, 14, 0)) == {"YTO": local(2026, 11, 25, 16, 0)}
    assert carriers_at(trigger, coming, ("SF",), local(2026, 11, 25, 14, 0)) == {}
    assert set(carriers_at(trigger, coming, (), local(2026, 11, 25, 16, 0))) == {"SF", "YTO"}


def test_an_order_must_leave_by_the_last_cut_off_that_keeps_its_promise():
    coming = next_cutoffs([Cutoff("SF", 18 * 60)], SHANGHAI, NOW)["SF"]
    assert leave_by(coming, NOW + timedelta(days=2)) == local(2026, 11, 26, 18, 0)
    assert leave_by(coming, NOW + timedelta(hours=7)) == local(2026, 11, 25, 18, 0)
    assert leave_by(coming, NOW - timedelta(hours=7)) == local(2026, 11, 25, 18, 0)  # late already: the next
    assert leave_by((), NOW) is None


def test_summer_time_leaves_no_day_out_and_doubles_none():
    berlin = ZoneInfo("Europe/Berlin")
    spring = datetime(2027, 3, 27, 0, 0, tzinfo=UTC)  # on the 28th the clock jumps from 2:00 to 3:00
    assert list(islice(moments([150], (6, 7, 1), berlin, spring), 3)) == [
        datetime(2027, 3, 27, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 3, 29, 0, 30, tzinfo=UTC),
    ]  # fmt: skip
    autumn = datetime(2027, 10, 30, 12, 0, tzinfo=UTC)
    assert list(islice(moments([150], (7, 1), berlin, autumn), 2)) == [
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 11, 1, 1, 30, tzinfo=UTC)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("trigger", "orders", "minutes", "enough"),
    [
        (Trigger("count", orders=10), 9, 999, False), (Trigger("count", orders=10), 10, 0, True),
        (Trigger("count", oldest_minutes=30), 1, 29, False), (Trigger("count", oldest_minutes=30), 1, 30, True),
        (Trigger("count", orders=10, oldest_minutes=30), 3, 30, True),
        (Trigger("count", orders=10, oldest_minutes=30, both=True), 3, 30, False),
        (Trigger("count", orders=10, oldest_minutes=30, both=True), 10, 30, True),
        (Trigger("count", oldest_minutes=30), 0, 0, False), (Trigger("hand"), 99, 99, False),
        (Trigger("count"), 99, 99, False),
    ],
)  # fmt: skip
def test_counts_and_ages_start_a_rule(trigger, orders, minutes, enough):
    assert is_enough(trigger, orders, timedelta(minutes=minutes)) is enough
