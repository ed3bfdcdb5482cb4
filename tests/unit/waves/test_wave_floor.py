import pytest
from hypothesis import given
from hypothesis import strategies as st
from wave_samples import floors, path_length, stops_on

from wms.waves.engine.errors import PlanError
from wms.waves.engine.floor import Floor

FLOOR = Floor.one_block(3, spacing_mm=4_000, length_mm=10_000, depot_aisle=1, depot_side="back")


def test_depot_stands_at_an_end_of_its_aisle():
    assert FLOOR.depot == (1, 10_000)
    assert Floor((0,), (500, 900)).depot == (0, 500)


def test_distance_goes_straight_within_an_aisle():
    assert FLOOR.distance((1, 2_000), (1, 9_000)) == 7_000


def test_distance_between_aisles_takes_the_nearer_cross_aisle():
    assert FLOOR.distance((0, 1_000), (2, 2_000)) == 8_000 + 3_000
    assert FLOOR.distance((0, 9_000), (2, 8_000)) == 8_000 + 3_000


def test_a_middle_cross_aisle_shortens_the_way():
    two_blocks = Floor((0, 4_000), (0, 5_000, 10_000))
    assert two_blocks.blocks == 2
    assert two_blocks.distance((0, 4_000), (1, 6_000)) == 4_000 + 2_000


def test_trace_turns_where_the_picker_turns():
    assert FLOOR.trace([(0, 9_000), (0, 8_000), (2, 10_000)]) == (
        (4_000, 10_000),
        (0, 10_000),
        (0, 8_000),
        (0, 10_000),
        (8_000, 10_000),
        (4_000, 10_000),
    )
    assert FLOOR.trace([]) == ()


@pytest.mark.parametrize(
    ("xs", "ys", "aisle", "side", "field"),
    [
        ((), (0, 1), 0, "front", "aisle_x_mm"),
        ((0, 0), (0, 1), 0, "front", "aisle_x_mm"),
        ((5, 0), (0, 1), 0, "front", "aisle_x_mm"),
        ((0,), (0,), 0, "front", "cross_y_mm"),
        ((0,), (9, 9), 0, "front", "cross_y_mm"),
        ((0, 1), (0, 9), 2, "front", "depot_aisle"),
        ((0, 1), (0, 9), -1, "front", "depot_aisle"),
        ((0, 1), (0, 9), 0, "left", "depot_side"),
    ],
)
def test_impossible_floors_are_refused(xs, ys, aisle, side, field):
    with pytest.raises(PlanError) as caught:
        Floor(xs, ys, aisle, side)
    assert caught.value.code == "floor_invalid"
    assert caught.value.params["field"] == field


def test_floors_of_several_blocks():
    floor = Floor.two_blocks(3, spacing_mm=4, length_mm=20, middle_mm=9, depot_aisle=2, depot_side="back")
    assert (floor.aisle_x_mm, floor.cross_y_mm, floor.depot) == ((0, 4, 8), (0, 9, 20), (2, 20))
    assert Floor.evenly(2, 3, spacing_mm=4, length_mm=20).cross_y_mm == (0, 6, 13, 20)
    for blocks in (0, -1):
        with pytest.raises(PlanError, match="cross_y_mm"):
            Floor.evenly(2, blocks, spacing_mm=4, length_mm=20)
    with pytest.raises(PlanError, match="cross_y_mm"):
        Floor.two_blocks(2, spacing_mm=4, length_mm=20, middle_mm=20)


@given(st.data(), st.integers(1, 4))
def test_distance_is_what_walking_step_by_step_takes(data, blocks):
    floor = data.draw(floors(most_aisles=4, blocks=blocks))
    a, b = data.draw(stops_on(floor, least=2, most=2))
    assert floor.distance(a, b) == steps_between(floor, a, b)


def steps_between(floor, a, b):
    """By trying every step of 1 mm along aisles and cross aisles."""
    here, goal = {(floor.aisle_x_mm[a[0]], a[1])}, (floor.aisle_x_mm[b[0]], b[1])
    seen, steps = set(here), 0
    while goal not in here:
        across = {(x + dx, y) for x, y in here for dx in (1, -1) if y in floor.cross_y_mm}
        along = {(x, y + dy) for x, y in here for dy in (1, -1) if x in floor.aisle_x_mm}
        here = {point for point in (across | along) - seen if on_floor(floor, *point)}
        seen |= here
        steps += 1
    return steps


def on_floor(floor, x, y):
    return floor.aisle_x_mm[0] <= x <= floor.aisle_x_mm[-1] and floor.front_mm <= y <= floor.back_mm


@given(st.data())
def test_distance_is_a_metric_and_the_trace_has_the_tours_length(data):
    floor = data.draw(floors())
    stops = data.draw(stops_on(floor, least=3))
    a, b, c = stops[:3]
    assert floor.distance(a, b) == floor.distance(b, a)
    assert floor.distance(a, c) <= floor.distance(a, b) + floor.distance(b, c)
    assert path_length(floor.trace(stops)) == floor.tour_length(stops)
