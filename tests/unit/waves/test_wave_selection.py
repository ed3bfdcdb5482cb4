"""Which orders make the next wave: against brute force, within the limits, and what is refused."""
from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wms.waves.engine import PlanError
from wms.waves.engine.selection import AisleStock, Labour, SelectionProblem, WaitingOrder, select_wave

MANY = 400  # questions to `stop`: far more than a small problem needs to be proven


def counted(asks):
    """A `stop` that says yes at its n-th question."""
    numbers = itertools.count(1)
    return lambda: next(numbers) >= asks


def problem(orders, stock, **limits):
    """orders: [{sku: pieces}], a must-ship order as ({…}, True); stock: [{sku: pieces}] aisle by aisle."""
    waiting = []
    for number, each in enumerate(orders):
        items, must = each if isinstance(each, tuple) else (each, False)
        waiting.append(WaitingOrder(100 + number, tuple(items.items()), must))
    shelves = [AisleStock(10 + a, sku, qty) for a, items in enumerate(stock) for sku, qty in items.items()]
    return SelectionProblem(tuple(waiting), tuple(shelves), **limits)


def value_of(asked, orders, aisles):
    """Value of a choice by the definition; None when it breaks a limit."""
    chosen = [order for order in asked.orders if order.id in orders]
    want, have = Counter(), Counter()
    for order in chosen:
        want.update(dict(order.items))
    for each in asked.stock:
        if each.aisle in aisles:
            have[each.sku] += each.qty
    units = sum(want.values())
    if any(have[sku] < qty for sku, qty in want.items()) or not aisles:
        return None
    if not asked.min_units <= units <= (asked.max_units if asked.max_units is not None else units):
        return None
    if not asked.min_orders <= len(chosen) <= (asked.max_orders if asked.max_orders is not None else len(chosen)):
        return None
    if any(order.must_ship and order.id not in orders for order in asked.orders):
        return None
    if asked.labour is None:
        return units / len(aisles)
    labour, lines = asked.labour, sum(len(order.items) for order in chosen)
    seconds = labour.setup_s + labour.aisle_s * len(aisles) + labour.stop_s * lines + labour.unit_s * units
    seconds += labour.order_s * len(chosen)
    return 3600 * units / seconds


def best(asked):
    """The value of the best choice of all there are; None when there is none."""
    ids, aisles = [order.id for order in asked.orders], sorted({each.aisle for each in asked.stock})
    values = [
        value_of(asked, set(chosen), set(visited))
        for chosen in subsets(ids)
        for visited in subsets(aisles)
        if chosen
    ]
    return max((value for value in values if value is not None), default=None)


def subsets(values):
    return itertools.chain.from_iterable(itertools.combinations(values, n) for n in range(len(values) + 1))


contents = st.dictionaries(st.integers(1, 4), st.integers(1, 4), min_size=1, max_size=3)


@st.composite
def problems(draw):
    orders = draw(st.lists(st.one_of(contents, st.tuples(contents, st.booleans())), min_size=1, max_size=5))
    stock = draw(st.lists(st.dictionaries(st.integers(1, 4), st.integers(1, 6), min_size=1), min_size=1, max_size=4))
    low = draw(st.integers(0, 8))
    limits = {"min_units": low, "max_units": draw(st.none() | st.integers(max(low, 1), 20))}
    fewest = draw(st.integers(0, 2))
    limits |= {"min_orders": fewest, "max_orders": draw(st.none() | st.integers(max(fewest, 1), 5))}
    if draw(st.booleans()):
        limits["labour"] = Labour(*(draw(st.integers(least, 20)) for least in (0, 1, 0, 0, 0)))
    return problem(orders, stock, **limits)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_small_waves_are_as_good_as_the_best_of_all(asked):
    known = best(asked)
    if known is None:
        with pytest.raises(PlanError) as refused:
            select_wave(asked, seed=1, stop=counted(MANY))
        assert refused.value.code in {"nothing_fits", "must_ship_over_maximum", "must_ship_short"}
        return
    found = select_wave(asked, seed=1, stop=counted(MANY))
    assert value_of(asked, set(found.orders), set(found.aisles)) == pytest.approx(found.value)
    assert found.value == pytest.approx(known)
    assert found.units == sum(qty for order in asked.orders if order.id in found.orders for _, qty in order.items)
    assert found.bound is None or found.bound >= known - 1e-6


def floor(orders=400, skus=120, aisles=30, seed=3, **limits):
    """A floor of some size: two lines an order, a SKU in one to three aisles."""
    chance = np.random.default_rng(seed)
    wants = [
        {int(sku): int(chance.integers(1, 4)) for sku in chance.integers(0, skus, int(chance.integers(1, 4)))}
        for _ in range(orders)
    ]
    stock = [{} for _ in range(aisles)]
    for sku in range(skus):
        for aisle in chance.choice(aisles, int(chance.integers(1, 4)), replace=False):
            stock[aisle][sku] = int(chance.integers(2, 30))
    return problem(wants, stock, **limits)


@pytest.mark.parametrize("asks", [1, 2, 5, 12])
def test_whenever_it_is_stopped_the_wave_is_within_all_limits(asks):
    asked = floor(min_units=150, max_units=300)
    found = select_wave(asked, seed=1, stop=counted(asks))
    assert value_of(asked, set(found.orders), set(found.aisles)) == pytest.approx(found.value)


def test_more_time_never_makes_it_worse():
    asked = floor(min_units=150, max_units=300)
    values = [select_wave(asked, seed=1, stop=counted(asks)).value for asks in (1, 4, 16, 64)]
    assert values == sorted(values)
    assert values[-1] > values[0]


@pytest.mark.parametrize("limits", [{}, {"max_orders": 80, "labour": Labour(120, 25, 8, 3)}])
def test_the_same_seed_and_amount_of_work_give_the_same_wave(limits):
    asked = floor(min_units=100, max_units=300, **limits)
    assert select_wave(asked, seed=5, stop=counted(30)) == select_wave(asked, seed=5, stop=counted(30))


def test_it_stops_at_once():
    asked = floor(orders=3000, skus=800, aisles=60, min_units=500, max_units=2000)
    asked_to_stop = 0

    def stop():
        nonlocal asked_to_stop
        asked_to_stop += 1
        return True

    assert select_wave(asked, seed=1, stop=stop).orders
    assert asked_to_stop <= 3  # each part of the search looks once, and begins nothing


def test_must_ship_orders_are_always_in():
    asked = floor(max_units=120, max_orders=60)
    dear = [order for order in asked.orders if len(order.items) == 3][:8]
    urgent = tuple(WaitingOrder(o.id, o.items, must_ship=o in dear) for o in asked.orders)
    asked = SelectionProblem(urgent, asked.stock, max_units=120, max_orders=60)
    found = select_wave(asked, seed=1, stop=counted(30))
    assert {order.id for order in dear} <= set(found.orders)
    assert value_of(asked, set(found.orders), set(found.aisles)) == pytest.approx(found.value)


def test_an_hour_of_labour_is_weighed_where_it_is_asked_for():
    # One aisle holds ten single pieces, the other one order of eight: lines cost more than the walk to the aisle.
    asked = problem(
        [{1: 1} for _ in range(10)] + [{2: 8}], [{1: 10}, {2: 8}], max_orders=10, labour=Labour(0, 5, 20, 1)
    )
    assert select_wave(asked, seed=1, stop=counted(MANY)).orders == (110,)
    aisles = SelectionProblem(asked.orders, asked.stock, max_orders=10)
    assert select_wave(aisles, seed=1, stop=counted(MANY)).orders == tuple(range(100, 110))


def test_orders_that_greed_cannot_pack_are_found_by_a_program():
    # The largest order uses what three others need: only those three reach the fewest units.
    asked = problem([{1: 2, 2: 2, 3: 2}, {1: 3}, {2: 3}, {3: 3}], [{1: 3, 2: 3, 3: 3}], min_units=9)
    assert select_wave(asked, seed=1, stop=lambda: True).orders == (101, 102, 103)


@pytest.mark.parametrize(
    ("asked", "code", "params"),
    [
        (problem([], [{1: 1}]), "wave_empty", {}),
        (problem([{}], [{1: 1}]), "order_invalid", {"orders": (100,)}),
        (problem([{1: 0}], [{1: 1}]), "order_invalid", {"orders": (100,)}),
        (problem([{1: 1}], [{1: -1}]), "stock_invalid", {"aisles": (10,)}),
        (problem([{1: 1}], [{1: 1}], min_units=3, max_units=2), "limits_crossed", {"limit": "units"}),
        (problem([{1: 1}], [{1: 1}], max_orders=0), "limits_crossed", {"limit": "orders"}),
        (problem([{1: 1}], [{1: 1}], labour=Labour(0, 0, 0, 0)), "limits_crossed", {"limit": "labour"}),
        (problem([{1: 2}], [{1: 1}]), "nothing_fits", {}),
        (problem([{1: 2}], []), "nothing_fits", {}),
        (problem([{1: 2}], [{1: 5}], min_units=3), "nothing_fits", {}),
        (problem([({1: 2}, True), {1: 1}], [{1: 1}]), "must_ship_short", {"orders": (100,)}),
        (problem([({1: 2}, True), ({1: 2}, True)], [{1: 3}]), "must_ship_short", {"orders": (101,)}),
        (
            problem([({1: 2}, True), ({1: 2}, True)], [{1: 9}], max_units=3),
            "must_ship_over_maximum",
            {"limit": "units", "wanted": 4, "maximum": 3},
        ),
        (
            problem([({1: 2}, True), ({1: 2}, True)], [{1: 9}], max_orders=1),
            "must_ship_over_maximum",
            {"limit": "orders", "wanted": 2, "maximum": 1},
        ),
    ],
)
def test_what_cannot_be_a_wave_is_refused(asked, code, params):
    with pytest.raises(PlanError) as refused:
        select_wave(asked, seed=1, stop=lambda: False)
    assert (refused.value.code, refused.value.params) == (code, params)


def test_an_order_twice_is_refused():
    twice = WaitingOrder(7, ((1, 1),))
    with pytest.raises(PlanError) as refused:
        select_wave(SelectionProblem((twice, twice), (AisleStock(1, 1, 5),)), seed=1, stop=lambda: True)
    assert (refused.value.code, refused.value.params) == ("order_twice", {"orders": (7,)})


def test_items_named_twice_are_added_up():
    asked = SelectionProblem((WaitingOrder(1, ((5, 2), (5, 2))),), (AisleStock(1, 5, 1), AisleStock(1, 5, 2)))
    with pytest.raises(PlanError) as refused:
        select_wave(asked, seed=1, stop=lambda: True)
    assert refused.value.code == "nothing_fits"
