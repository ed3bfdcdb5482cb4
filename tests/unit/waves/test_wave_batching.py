import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wave_samples import StopAfter, a_floor, a_wave, floors, stops_on

from wms.waves.engine.batching import batch_orders, fcfs_s_shape
from wms.waves.engine.carts import BatchOrder, Bench, first_come
from wms.waves.engine.errors import PlanError
from wms.waves.engine.routing import exact_walk
from wms.waves.engine.savings import savings


@st.composite
def waves(draw):
    floor = draw(floors())
    capacity = (draw(st.integers(3, 8)), draw(st.integers(10, 30)))
    load = st.tuples(st.integers(1, 3), st.integers(0, 10))
    order = st.builds(BatchOrder, stops_on(floor, least=1).map(tuple), load)
    return floor, draw(st.lists(order, min_size=1, max_size=14)), capacity


def total(batches):
    return sum(batch.walk.length_mm for batch in batches)


def first_come_exact(floor, orders, capacity):
    """Independent of the engine's own way: first come, first served, with shortest walks."""
    carts, used = [], None
    for number, order in enumerate(orders):
        together = order.load if used is None else tuple(map(sum, zip(used, order.load, strict=True)))
        if used is not None and all(a <= b for a, b in zip(together, capacity, strict=True)):
            carts[-1].append(number)
            used = together
        else:
            carts.append([number])
            used = order.load
    return sum(exact_walk(floor, [s for n in cart for s in orders[n].stops]).length_mm for cart in carts)


@given(waves(), st.integers(0, 60), st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_whole_orders_within_capacity_and_never_worse_than_first_come(wave, questions, seed):
    floor, orders, capacity = wave
    batches = batch_orders(floor, orders, capacity, seed=seed, stop=StopAfter(questions))
    assert sorted(number for batch in batches for number in batch.orders) == list(range(len(orders)))
    for batch in batches:
        load = map(sum, zip(*(orders[number].load for number in batch.orders), strict=True))
        assert all(used <= most for used, most in zip(load, capacity, strict=True))
        assert set(batch.stops) == {stop for number in batch.orders for stop in orders[number].stops}
        assert batch.walk == exact_walk(floor, batch.stops)
    assert total(batches) <= first_come_exact(floor, orders, capacity)
    assert total(batches) <= total(fcfs_s_shape(floor, orders, capacity))


def test_the_same_seed_gives_the_same_carts():
    floor = a_floor()
    orders = a_wave(floor, 60, (1, 6))
    first, again = (batch_orders(floor, orders, (8,), seed=7, stop=StopAfter(700)) for _ in range(2))
    assert first == again


def test_a_later_stop_is_never_worse_and_in_the_end_better():
    floor = a_floor()
    orders = a_wave(floor, 60, (1, 6))
    lengths = [
        total(batch_orders(floor, orders, (8,), seed=1, stop=StopAfter(questions)))
        for questions in (0, 130, 400, 3_000)
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] < 0.9 * lengths[0]


@pytest.mark.parametrize("questions", [0, 1, 50, 130, 300])
def test_stop_is_honoured_at_once(questions):
    """After its first yes, stop is asked once more at most by each of the two phases."""
    floor = a_floor()
    stop = StopAfter(questions)
    batch_orders(floor, a_wave(floor, 60, (1, 6)), (8,), seed=1, stop=stop)
    assert stop.asked <= questions + 3


def test_one_cart_needs_no_search():
    floor = a_floor()
    stop = StopAfter(10**9)
    (batch,) = batch_orders(floor, a_wave(floor, 5, (1, 4)), (8,), seed=1, stop=stop)
    assert batch.orders == (0, 1, 2, 3, 4)
    assert stop.asked <= 1


def test_a_small_wave_ends_by_itself_at_the_best_carts():
    floor = a_floor(aisles=6)
    far, near = ((5, 30_000),), ((0, 1_000),)
    orders = [BatchOrder(stops, (1,)) for stops in (far, near, far, near)]
    batches = batch_orders(floor, orders, (2,), seed=1, stop=lambda: False)
    assert [batch.orders for batch in batches] == [(0, 2), (1, 3)]


def test_savings_is_cut_short_by_stop():
    floor = a_floor()
    orders = a_wave(floor, 40, (1, 6))
    bench = Bench(floor, orders, (8,))
    assert savings(bench, StopAfter(5)) == bench.singles
    assert 5 <= len(savings(bench, StopAfter(10**9))) < 10


def test_more_orders_than_candidates_still_fill_the_carts():
    floor = a_floor()
    orders = a_wave(floor, 400, (1, 2))
    carts = savings(Bench(floor, orders, (10,)), lambda: False)
    assert sorted(member for cart in carts for member in cart.members) == list(range(400))
    assert len(carts) <= 45


def test_first_come_closes_a_cart_at_the_first_order_that_does_not_fit():
    assert first_come([(2,), (2,), (1,), (4,), (1,)], (4,)) == [[0, 1], [2], [3], [4]]
    assert first_come([], (4,)) == []


def test_orders_too_large_are_all_named():
    with pytest.raises(PlanError) as caught:
        batch_orders(
            a_floor(),
            [BatchOrder(((0, 1_000),), load) for load in ((1, 9), (5, 1), (4, 8), (1, 8))],
            (4, 8),
            seed=0,
            stop=lambda: False,
        )
    assert caught.value.code == "order_too_large"
    assert caught.value.params["orders"] == (0, 1)
