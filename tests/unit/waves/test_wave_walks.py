from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wave_samples import floors, path_length, stops_on

from wms.waves.engine.errors import PlanError
from wms.waves.engine.floor import Floor
from wms.waves.engine.lengths import WalkMeter
from wms.waves.engine.routing import exact_walk, s_shape


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_exact_walk_is_as_short_as_the_best_permutation(data):
    floor = data.draw(floors())
    stops = data.draw(stops_on(floor))
    walk = exact_walk(floor, stops)
    assert walk.length_mm == min(floor.tour_length(order) for order in permutations(stops))
    assert_walkable(floor, stops, walk)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_exact_walk_of_many_stops_is_walkable_and_agrees_with_the_fast_length(data):
    floor = data.draw(floors(most_aisles=12))
    stops = data.draw(stops_on(floor, most=60))
    walk = exact_walk(floor, stops)
    assert_walkable(floor, stops, walk)
    meter = WalkMeter(floor, stops)
    assert meter.length(meter.masks(stops)) == walk.length_mm
    assert walk.length_mm <= s_shape(floor, stops).length_mm
    assert exact_walk(floor, stops) == walk


def assert_walkable(floor, stops, walk):
    assert sorted(walk.order) == list(range(len(stops)))
    assert floor.tour_length([stops[index] for index in walk.order]) == walk.length_mm
    assert path_length(walk.path) == walk.length_mm
    assert not stops or (on_path(floor, floor.depot, walk.path[:1]) and walk.path[0] == walk.path[-1])
    assert all(on_path(floor, stop, walk.path) for stop in stops)


def on_path(floor, stop, path):
    x, y = floor.aisle_x_mm[stop[0]], stop[1]
    return any(
        min(a[0], b[0]) <= x <= max(a[0], b[0]) and min(a[1], b[1]) <= y <= max(a[1], b[1])
        for a, b in zip(path, path[1:] or path, strict=False)
    )


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


@given(st.data())
@settings(deadline=None)
def test_s_shape_is_walkable(data):
    floor = data.draw(floors())
    stops = data.draw(stops_on(floor, most=20))
    walk = s_shape(floor, stops)
    assert sorted(walk.order) == list(range(len(stops)))
    assert path_length(walk.path) == walk.length_mm
    assert floor.tour_length([stops[index] for index in walk.order]) <= walk.length_mm
    assert all(on_path(floor, stop, walk.path) for stop in stops)


def test_s_shape_walks_whole_aisles_and_returns_from_an_odd_last_one():
    floor = Floor.one_block(4, spacing_mm=4_000, length_mm=10_000)
    walk = s_shape(floor, [(3, 2_000), (0, 9_000), (1, 1_000), (3, 6_000)])
    assert walk.order == (1, 2, 0, 3)
    assert walk.length_mm == 2 * 10_000 + 2 * 6_000 + 2 * 12_000


def test_s_shape_begins_at_the_end_nearer_to_the_depot():
    floor = Floor.one_block(3, spacing_mm=4_000, length_mm=10_000, depot_aisle=2, depot_side="back")
    assert s_shape(floor, [(0, 500), (2, 500)]).order == (1, 0)


@pytest.mark.parametrize("walk", [exact_walk, s_shape])
def test_stops_outside_and_second_blocks_are_refused(walk):
    floor = Floor.one_block(2, spacing_mm=4_000, length_mm=10_000)
    with pytest.raises(PlanError) as caught:
        walk(floor, [(0, 500), (2, 500), (1, 10_001), (0, -1), (-1, 0)])
    assert caught.value.code == "stop_outside_floor"
    assert caught.value.params["stops"] == ((2, 500), (1, 10_001), (0, -1), (-1, 0))
    with pytest.raises(PlanError, match="floor_unsupported"):
        walk(Floor((0,), (0, 5, 10)), [])
