from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wave_samples import floors, least_length, on_path, path_length, stops_on

from wms.waves.engine.carts import BatchOrder, batch_problem
from wms.waves.engine.errors import PlanError
from wms.waves.engine.floor import Floor
from wms.waves.engine.ground import bench
from wms.waves.engine.routing import MOST_EXACT_BLOCKS, exact_walk, s_shape
from wms.waves.engine.tours import tour_of


@pytest.mark.parametrize(("blocks", "examples"), [(1, 1_500), (2, 1_500), (3, 300), (4, 150), (5, 150)])
def test_exact_walk_is_as_short_as_the_best_permutation(blocks, examples):
    @given(st.data())
    @settings(max_examples=examples, deadline=None)
    def check(data):
        floor = data.draw(floors(most_aisles=5, blocks=blocks))
        stops = data.draw(stops_on(floor, most=5))
        walk = exact_walk(floor, stops)
        assert walk.length_mm == least_length(floor, stops)
        assert walk.bound_mm == walk.length_mm
        assert_walkable(floor, stops, walk)

    check()


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_walks_past_many_stops_are_walkable_and_never_longer_than_s_shape(blocks):
    @given(st.data())
    @settings(max_examples=200, deadline=None)
    def check(data):
        floor = data.draw(floors(most_aisles=12, blocks=blocks))
        stops = data.draw(stops_on(floor, most=60))
        walk = exact_walk(floor, stops)
        assert_walkable(floor, stops, walk)
        assert walk.length_mm <= s_shape(floor, stops).length_mm
        assert exact_walk(floor, stops) == walk
        measured = bench(batch_problem(floor, [BatchOrder(tuple(stops), ())], ())).orders.alone[0]
        assert measured == walk.length_mm

    check()


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_walks_over_more_blocks_than_are_exact_are_close_to_the_shortest(data):
    """The middle cross aisles of a floor are taken away, so the walk on it, proven shortest, can only be longer."""
    floor = data.draw(floors(most_aisles=6, blocks=MOST_EXACT_BLOCKS + 1))
    stops = data.draw(stops_on(floor, least=14, most=40))
    walk = exact_walk(floor, stops)
    assert_walkable(floor, stops, walk)
    fewer = Floor(floor.aisle_x_mm, floor.cross_y_mm[:1] + floor.cross_y_mm[2:], floor.depot_aisle, floor.depot_side)
    assert walk.length_mm <= exact_walk(fewer, stops).length_mm
    assert 0.8 * walk.length_mm <= walk.bound_mm <= walk.length_mm
    assert exact_walk(floor, stops) == walk


@given(st.data(), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_searched_tours_and_their_bounds_enclose_the_shortest(data, blocks):
    floor = data.draw(floors(most_aisles=8, blocks=blocks))
    places = list(dict.fromkeys([floor.depot, *data.draw(stops_on(floor, least=16, most=30))]))
    lengths = np.array([[floor.distance(a, b) for b in places] for a in places])
    tour, length, bound = tour_of(lengths, seed=1)
    shortest = exact_walk(floor, places).length_mm
    assert sorted(tour) == list(range(len(places)))
    assert floor.tour_length([places[point] for point in tour]) == length
    assert bound <= shortest <= length <= 1.05 * shortest


def assert_walkable(floor, stops, walk):
    assert sorted(walk.order) == list(range(len(stops)))
    assert floor.tour_length([stops[index] for index in walk.order]) == walk.length_mm
    assert_path(floor, stops, walk)


def assert_path(floor, stops, walk):
    """Along aisles and cross aisles, as long as the walk, past every stop, from the depot and back to it."""
    assert path_length(walk.path) == walk.length_mm
    assert all(on_path(floor, stop, walk.path) for stop in stops)
    if stops:
        depot = floor.aisle_x_mm[floor.depot_aisle], floor.depot[1]
        assert walk.path[0] == walk.path[-1] == depot
    for a, b in pairwise(walk.path):
        assert (a[0] == b[0] and a[0] in floor.aisle_x_mm) or (a[1] == b[1] and a[1] in floor.cross_y_mm)


def test_no_stops_no_walk():
    floor = Floor.one_block(3, spacing_mm=4_000, length_mm=10_000)
    assert exact_walk(floor, []) == s_shape(floor, [])
    assert exact_walk(floor, []).path == ()


def test_an_empty_aisle_serves_as_a_passage():
    """Three stops near the back, depot at the front of an empty aisle: up one way, back through another."""
    floor = Floor.one_block(4, spacing_mm=1, length_mm=100)
    walk = exact_walk(floor, [(1, 99), (2, 99), (3, 50)])
    assert walk.length_mm == 2 * 100 + 2 * 3 + 2
    assert walk.order in {(0, 1, 2), (2, 1, 0)}


def test_the_largest_gap_is_left_out():
    floor = Floor.one_block(3, spacing_mm=1, length_mm=100)
    walk = exact_walk(floor, [(0, 50), (1, 1), (1, 99), (2, 50)])
    assert walk.length_mm == 2 * 100 + 2 * 2 + 2 * 2


def test_equal_stops_are_visited_in_the_order_given():
    floor = Floor.one_block(2, spacing_mm=4_000, length_mm=10_000)
    assert exact_walk(floor, [(1, 700), (0, 300), (1, 700), (0, 300)]).order in {(1, 3, 0, 2), (0, 2, 1, 3)}


@pytest.mark.parametrize("blocks", [1, 2, 3, 6])
def test_s_shape_is_walkable(blocks):
    @given(st.data())
    @settings(deadline=None)
    def check(data):
        floor = data.draw(floors(blocks=blocks))
        stops = data.draw(stops_on(floor, most=20))
        walk = s_shape(floor, stops)
        assert sorted(walk.order) == list(range(len(stops)))
        assert floor.tour_length([stops[index] for index in walk.order]) <= walk.length_mm
        assert_path(floor, stops, walk)

    check()


def test_s_shape_walks_whole_aisles_and_returns_from_an_odd_last_one():
    floor = Floor.one_block(4, spacing_mm=4_000, length_mm=10_000)
    walk = s_shape(floor, [(3, 2_000), (0, 9_000), (1, 1_000), (3, 6_000)])
    assert walk.order == (1, 2, 0, 3)
    assert walk.length_mm == 2 * 10_000 + 2 * 6_000 + 2 * 12_000


def test_s_shape_begins_at_the_end_nearer_to_the_depot():
    floor = Floor.one_block(3, spacing_mm=4_000, length_mm=10_000, depot_aisle=2, depot_side="back")
    assert s_shape(floor, [(0, 500), (2, 500)]).order == (1, 0)


def test_s_shape_over_two_blocks_goes_up_the_nearest_aisle_and_comes_back_block_by_block():
    """Up aisle 1 through the near block; aisles 1 and 2 of the far block; then 3, 2 of the near one."""
    floor = Floor.two_blocks(4, spacing_mm=4_000, length_mm=20_000, middle_mm=10_000, depot_aisle=0)
    stops = [(1, 3_000), (1, 14_000), (2, 16_000), (2, 8_000), (3, 4_000)]
    walk = s_shape(floor, stops)
    assert walk.order == (0, 1, 2, 3, 4)
    assert walk.path == (
        (0, 0),
        (4_000, 0),
        (4_000, 20_000),
        (8_000, 20_000),
        (8_000, 0),
        (12_000, 0),
        (12_000, 4_000),
        (12_000, 0),
        (0, 0),
    )


def test_a_middle_cross_aisle_is_used():
    floor = Floor.two_blocks(2, spacing_mm=10, length_mm=200, middle_mm=100)
    assert exact_walk(floor, [(0, 90), (1, 110)]).length_mm == 2 * 110 + 2 * 10


@pytest.mark.parametrize("blocks", [1, 2, MOST_EXACT_BLOCKS + 1])
@pytest.mark.parametrize("walk", [exact_walk, s_shape])
def test_stops_outside_the_floor_are_refused(walk, blocks):
    floor = Floor.evenly(2, blocks, spacing_mm=4_000, length_mm=10_000)
    with pytest.raises(PlanError) as caught:
        walk(floor, [(0, 500), (2, 500), (1, 10_001), (0, -1), (-1, 0)])
    assert caught.value.code == "stop_outside_floor"
    assert caught.value.params["stops"] == ((2, 500), (1, 10_001), (0, -1), (-1, 0))


@pytest.mark.parametrize("blocks", [1, 2, MOST_EXACT_BLOCKS + 1])
@pytest.mark.parametrize("walk", [exact_walk, s_shape])
@pytest.mark.parametrize("unplaced", [None, (1, None), (None, 5), (1,), (1, "5")])
def test_a_bin_without_coordinates_is_refused_by_its_number(walk, blocks, unplaced):
    floor = Floor.evenly(2, blocks, spacing_mm=4_000, length_mm=10_000)
    with pytest.raises(PlanError) as caught:
        walk(floor, [(0, 500), unplaced, (1, 500)])
    assert caught.value.code == "stop_without_place"
    assert caught.value.params["stops"] == (1,)
