import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wave_samples import StopAfter, a_floor, a_wave, floors, stops_on

from wms.waves.engine.batching import into_carts
from wms.waves.engine.carts import BatchOrder, BatchProblem, batch_problem, first_come, members_of
from wms.waves.engine.errors import PlanError
from wms.waves.engine.floor import Floor
from wms.waves.engine.ground import bench
from wms.waves.engine.related import related
from wms.waves.engine.routing import exact_walk
from wms.waves.engine.savings import savings


def never():
    return False


def partitions(items):
    """Every way to put items into groups."""
    if not items:
        yield []
        return
    first, *others = items
    for rest in partitions(others):
        yield [[first], *rest]
        for number, group in enumerate(rest):
            yield [*rest[:number], [first, *group], *rest[number + 1 :]]


def least_by_hand(floor, orders, capacity):
    """Independent of the engine: the best of all partitions, each cart walked exactly."""

    def fits(group):
        load = map(sum, zip(*(orders[number].load for number in group), strict=True))
        return all(used <= most for used, most in zip(load, capacity, strict=True))

    lengths = {}

    def length(group):
        key = frozenset(group)
        if key not in lengths:
            lengths[key] = exact_walk(floor, [stop for number in group for stop in orders[number].stops]).length_mm
        return lengths[key]

    plans = (plan for plan in partitions(list(range(len(orders)))) if all(map(fits, plan)))
    return min(sum(map(length, plan)) for plan in plans)


@st.composite
def waves(draw):
    floor = draw(floors())
    capacity = (draw(st.integers(3, 8)), draw(st.integers(10, 30)))
    load = st.tuples(st.integers(1, 3), st.integers(0, 10))
    order = st.builds(BatchOrder, stops_on(floor, least=1).map(tuple), load)
    return floor, draw(st.lists(order, min_size=1, max_size=20)), capacity


def batch_orders(floor, orders, capacity, **how):
    """The numbers of the orders of each cart."""
    found = into_carts(batch_problem(floor, orders, capacity), **how)
    return [tuple(members.tolist()) for members in members_of(found.where)]


def total(floor, orders, carts):
    return sum(exact_walk(floor, [s for n in cart for s in orders[n].stops]).length_mm for cart in carts)


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
    return total(floor, orders, carts)


@given(waves(), st.integers(0, 40), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_whole_orders_within_capacity_and_never_worse_than_first_come(wave, questions, seed):
    floor, orders, capacity = wave
    batches = batch_orders(floor, orders, capacity, seed=seed, stop=StopAfter(questions))
    assert sorted(number for batch in batches for number in batch) == list(range(len(orders)))
    for batch in batches:
        load = map(sum, zip(*(orders[number].load for number in batch), strict=True))
        assert all(used <= most for used, most in zip(load, capacity, strict=True))
    assert total(floor, orders, batches) <= first_come_exact(floor, orders, capacity)


def test_the_same_seed_gives_the_same_carts():
    floor = a_floor()
    orders = a_wave(floor, 60, (1, 6))
    first, again = (batch_orders(floor, orders, (8,), seed=7, stop=StopAfter(700)) for _ in range(2))
    assert first == again


def test_a_later_stop_is_never_worse_and_in_the_end_better():
    floor = a_floor()
    orders = a_wave(floor, 60, (1, 6))
    lengths = [
        total(floor, orders, batch_orders(floor, orders, (8,), seed=1, stop=StopAfter(questions)))
        for questions in (0, 20, 60, 400)
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] < 0.9 * lengths[0]


@pytest.mark.parametrize("questions", [0, 1, 5, 20, 90])
def test_stop_is_honoured_at_once(questions):
    """After its first yes, stop is asked a few times more at most, by phases that end."""
    floor = a_floor()
    stop = StopAfter(questions)
    batch_orders(floor, a_wave(floor, 60, (1, 6)), (8,), seed=1, stop=stop)
    assert stop.asked <= questions + 5


def test_one_cart_needs_no_search():
    floor = a_floor()
    stop = StopAfter(10**9)
    (batch,) = batch_orders(floor, a_wave(floor, 5, (1, 4)), (8,), seed=1, stop=stop)
    assert batch == (0, 1, 2, 3, 4)
    assert stop.asked <= 1


def test_a_small_wave_ends_by_itself_at_the_best_carts():
    floor = a_floor(aisles=6)
    far, near = ((5, 30_000),), ((0, 1_000),)
    orders = [BatchOrder(stops, (1,)) for stops in (far, near, far, near)]
    batches = batch_orders(floor, orders, (2,), seed=1, stop=lambda: False)
    assert batches == [(0, 2), (1, 3)]


@given(waves(), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_few_orders_get_the_best_carts_there_are(wave, seed):
    floor, orders, capacity = wave
    orders = orders[:7]
    found = into_carts(batch_problem(floor, orders, capacity), seed=seed, stop=never)
    assert found.proven
    assert found.cost_mm == least_by_hand(floor, orders, capacity)


def test_search_finds_the_best_carts_of_a_wave_that_splits_into_small_ones():
    """Four aisles of their own five orders: what is best for each aisle is best for all."""
    floor = a_floor(aisles=4)
    groups = [[BatchOrder(((aisle, 1_000 * (3 + 5 * n)),), (1,)) for n in range(5)] for aisle in range(4)]
    found = into_carts(
        batch_problem(floor, [order for group in groups for order in group], (5,)), seed=1, stop=StopAfter(300)
    )
    assert found.cost_mm == sum(least_by_hand(floor, group, (5,)) for group in groups)


def test_the_cost_is_the_walks_of_the_carts():
    floor = a_floor()
    orders = a_wave(floor, 60, (1, 6))
    found = into_carts(batch_problem(floor, orders, (8,)), seed=3, stop=StopAfter(60))
    batches = batch_orders(floor, orders, (8,), seed=3, stop=StopAfter(60))
    assert found.cost_mm == total(floor, orders, batches)
    assert found.where[0] == 0
    assert len(batches) == found.where.max() + 1


def test_a_cart_that_costs_more_is_used_less_often():
    """One cart walks as far as two; a price for each cart decides."""
    floor = Floor.one_block(2, spacing_mm=1_000, length_mm=10_000)
    orders = [BatchOrder(((0, 5_000),), (1,)) for _ in range(20)]
    problem = batch_problem(floor, orders, (15,))
    priced = BatchProblem(
        problem.floor, problem.aisle, problem.y, problem.start, problem.place, problem.load, problem.capacity,
        cart_mm=700, stop_mm=30,
    )  # fmt: skip
    found = into_carts(priced, seed=1, stop=StopAfter(20))
    assert found.cost_mm == 2 * (10_000 + 700 + 30 * 2)  # the depot's own place counts as a stop of each


def test_most_orders_is_a_limit_of_its_own():
    floor = a_floor()
    problem = batch_problem(floor, a_wave(floor, 30, (1, 3)), (100,), most_orders=4)
    found = into_carts(problem, seed=1, stop=StopAfter(50))
    assert np.bincount(found.where).max() <= 4


@pytest.mark.parametrize("middles", [(16_000,), (9_000, 18_000)])
def test_floors_of_several_blocks_are_measured_exactly(middles):
    one = a_floor(aisles=6)
    floor = Floor(one.aisle_x_mm, (0, *middles, 31_000), one.depot_aisle)
    orders = a_wave(floor, 18, (1, 4), seed=4)
    problem = batch_problem(floor, orders, (5,))
    found = into_carts(problem, seed=1, stop=StopAfter(15))
    assert np.bincount(found.where).max() <= 5
    assert found.cost_mm < found.first_come_mm
    single = into_carts(batch_problem(one, orders, (5,)), seed=1, stop=StopAfter(15))
    assert found.cost_mm < single.cost_mm


def test_a_floor_known_by_distances_only():
    floor = a_floor(aisles=4)
    orders = a_wave(floor, 16, (1, 3), seed=2)
    places = sorted({stop for order in orders for stop in order.stops})
    points = [*places, floor.depot]
    problem = BatchProblem(
        floor=None, aisle=np.zeros(0, np.int64), y=np.zeros(0, np.int64),
        start=np.cumsum([0, *(len(order.stops) for order in orders)]),
        place=np.array([places.index(stop) for order in orders for stop in order.stops]),
        load=np.ones((16, 1), np.int64), capacity=np.array([4]),
        distances=np.array([[floor.distance(a, b) for b in points] for a in points]),
    )  # fmt: skip
    found = into_carts(problem, seed=1, stop=StopAfter(40))
    exact = into_carts(batch_problem(floor, orders, (4,)), seed=1, stop=StopAfter(40))
    assert np.bincount(found.where).max() <= 4
    assert exact.cost_mm <= found.cost_mm < 1.1 * exact.cost_mm


def test_a_large_wave_is_searched_in_halves_and_tells_its_progress():
    floor = a_floor(aisles=6)
    problem = batch_problem(floor, a_wave(floor, 400, (1, 2)), (10,))
    costs = []
    runs = [into_carts(problem, seed=5, seconds=0.4, stop=StopAfter(120), progress=costs.append) for _ in range(2)]
    assert (runs[0].where == runs[1].where).all()
    assert np.bincount(runs[0].where).max() <= 10
    assert costs[: len(costs) // 2] == sorted(costs[: len(costs) // 2], reverse=True)
    assert runs[0].cost_mm == costs[-1] < 0.8 * runs[0].first_come_mm


def test_no_orders_make_no_carts():
    found = into_carts(batch_problem(a_floor(), [], (4,)), seed=0, stop=never)
    assert (found.where.size, found.cost_mm, found.proven) == (0, 0, True)


def test_savings_is_cut_short_by_stop():
    floor = a_floor()
    work = bench(batch_problem(floor, a_wave(floor, 40, (1, 6)), (8,)))
    near = related(work, never)
    assert savings(work, near, StopAfter(2)).max() == 39
    assert 5 <= savings(work, near, never).max() + 1 < 10


def test_more_orders_than_candidates_still_fill_the_carts():
    floor = a_floor()
    work = bench(batch_problem(floor, a_wave(floor, 450, (1, 2)), (10,)))
    where = savings(work, related(work, never), never)
    assert np.bincount(where).max() <= 10
    assert where.max() + 1 <= 52


def test_first_come_closes_a_cart_at_the_first_order_that_does_not_fit():
    load = np.array([[2], [2], [1], [4], [1]])
    assert first_come(load, np.array([4])).tolist() == [0, 0, 1, 2, 3]
    assert first_come(load[:0], np.array([4])).tolist() == []


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
