"""Floors of any shape, one-way aisles and obstacles."""

from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wave_samples import floors, on_path, path_length, stops_on

from wms.waves.engine.errors import PlanError
from wms.waves.engine.floor import Floor
from wms.waves.engine.graph import Edge, Graph, OnEdge, _Roads, graph_walk
from wms.waves.engine.kernels.bounds import tour_bound
from wms.waves.engine.obstacles import obstructed
from wms.waves.engine.routing import exact_walk, s_shape
from wms.waves.engine.tours import the_shorter_way

NEVER = 10**9


@st.composite
def graphs(draw):
    """A ring, so that all is connected, and shortcuts, some of them one way."""
    count = draw(st.integers(2, 7))
    edges = [Edge(node, (node + 1) % count, draw(st.integers(1, 9)), True) for node in range(count)]
    node = st.integers(0, count - 1)
    edges += draw(st.lists(st.builds(Edge, node, node, st.integers(0, 9), st.booleans()), max_size=8))
    return Graph(tuple((number, 0) for number in range(count)), tuple(edges), draw(node))


def places_on(graph):
    along = st.integers(0, len(graph.edges) - 1).flatmap(
        lambda edge: st.builds(OnEdge, st.just(edge), st.integers(0, graph.edges[edge].length_mm))
    )
    return st.lists(st.one_of(st.integers(0, len(graph.nodes) - 1), along), max_size=5)


def distances(graph, places):
    """Between all nodes and these places, by relaxing every arc until nothing changes."""
    keys = {*range(len(graph.nodes)), *(key_of(graph, place) for place in places)}
    arcs = []
    for number, edge in enumerate(graph.edges):
        if number in graph.closed:
            continue
        between = sorted((key[1].offset_mm, key) for key in keys if isinstance(key, tuple) and key[1].edge == number)
        stations = [(edge.a, 0), *((key, offset) for offset, key in between), (edge.b, edge.length_mm)]
        for (a, begin), (b, end) in pairwise(stations):
            arcs.append((a, b, end - begin))
            if not edge.one_way:
                arcs.append((b, a, end - begin))
    length = {(a, b): 0 if a == b else NEVER for a in keys for b in keys}
    changed = True
    while changed:
        changed = False
        for start in keys:
            for a, b, along in arcs:
                if length[start, a] + along < length[start, b]:
                    length[start, b] = length[start, a] + along
                    changed = True
    return length


def key_of(graph, place):
    """A place at the end of an edge is the node there."""
    if not isinstance(place, OnEdge):
        return place
    edge = graph.edges[place.edge]
    return {edge.length_mm: edge.b, 0: edge.a}.get(place.offset_mm, ("along", place))


def tour_length(graph, places, length):
    keys = (graph.depot, *(key_of(graph, place) for place in places), graph.depot)
    return sum(length[a, b] for a, b in pairwise(keys))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_walk_through_any_graph_is_as_short_as_the_best_permutation(data):
    graph = data.draw(graphs())
    stops = data.draw(places_on(graph))
    walk = graph_walk(graph, stops)
    length = distances(graph, stops)
    assert walk.length_mm == min(tour_length(graph, order, length) for order in permutations(stops))
    assert walk.length_mm == walk.bound_mm
    assert sorted(walk.order) == list(range(len(stops)))
    assert tour_length(graph, [stops[index] for index in walk.order], length) == walk.length_mm


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_floor_without_obstacles_is_walked_as_the_floor_itself(data):
    floor = data.draw(floors(most_aisles=5, blocks=data.draw(st.integers(1, 3))))
    stops = data.draw(stops_on(floor, most=9))
    walk = obstructed(floor).walk(stops)
    assert walk.length_mm == exact_walk(floor, stops).length_mm == path_length(walk.path)
    assert floor.tour_length([stops[index] for index in walk.order]) == walk.length_mm
    assert all(on_path(floor, stop, walk.path) for stop in stops)
    turned, plain = obstructed(floor).s_shape(stops), s_shape(floor, stops)
    assert (turned.length_mm, turned.order, turned.path) == (plain.length_mm, plain.order, plain.path)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_many_stops_are_walked_near_the_shortest(data):
    """Twenty to thirty stops, too many to be proven: the known shortest walk over the plain floor is the measure."""
    floor = data.draw(floors(most_aisles=6, blocks=2))
    rng = Random(data.draw(st.integers(0, 99)))
    stops = [
        (rng.randrange(len(floor.aisle_x_mm)), rng.randint(floor.front_mm, floor.back_mm))
        for _ in range(rng.randint(20, 30))
    ]
    walk = obstructed(floor).walk(stops)
    shortest = exact_walk(floor, stops).length_mm
    assert shortest <= walk.length_mm <= 1.1 * shortest
    assert floor.tour_length([stops[index] for index in walk.order]) == walk.length_mm
    assert obstructed(floor).walk(stops) == walk


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_the_bound_of_one_way_floors_is_under_every_walk(data):
    """Few enough places for the shortest walk to be known; then twenty, whose bound is not far below their walk."""
    floor = data.draw(floors(most_aisles=6))
    one_way = {aisle: data.draw(st.sampled_from(["front", "back"])) for aisle in range(1, len(floor.aisle_x_mm) - 1)}
    rng = Random(data.draw(st.integers(0, 99)))
    stops = [
        (rng.randrange(len(floor.aisle_x_mm)), rng.randint(floor.front_mm, floor.back_mm)) for _ in range(20)
    ]
    streets = obstructed(floor, one_way=one_way)
    lengths, _ = _Roads(streets.graph, [streets.place(stop) for stop in stops[:9]]).table()
    walk = streets.walk(stops[:9])
    if len(lengths) > 2:
        assert tour_bound(the_shorter_way(lengths), walk.length_mm) <= walk.length_mm == walk.bound_mm
    many = streets.walk(stops)
    assert 0.5 * many.length_mm <= many.bound_mm <= many.length_mm


def test_a_one_way_aisle_is_walked_its_way_only():
    floor = Floor.one_block(2, spacing_mm=10, length_mm=100)
    assert obstructed(floor).walk([(1, 10)]).length_mm == 40
    back = obstructed(floor, one_way={1: "back"}).walk([(1, 10)])
    assert back.length_mm == 2 * 100 + 2 * 10
    assert back.path == ((0, 0), (10, 0), (10, 100), (0, 100), (0, 0))
    front = obstructed(floor, one_way={1: "front"}).walk([(1, 10), (1, 90)])
    assert front.path == ((0, 0), (0, 100), (10, 100), (10, 0), (0, 0))
    assert front.order == (1, 0)


def test_an_obstacle_is_walked_around():
    floor = Floor.one_block(2, spacing_mm=10, length_mm=100)
    stops = [(0, 40), (0, 60)]
    assert exact_walk(floor, stops).length_mm == 120
    blocked = obstructed(floor, blocked=[(0, 45, 55)]).walk(stops)
    assert blocked.length_mm == 2 * 40 + 2 * (10 + 100 + 10 + 40)
    at_the_ends = obstructed(floor, blocked=[(0, 40, 60)]).walk(stops)
    assert at_the_ends.length_mm == blocked.length_mm
    crossing = obstructed(floor, blocked_cross=[(0, 0)]).walk([(1, 0)])
    assert crossing.length_mm == 2 * (100 + 10 + 100)


def test_a_floor_in_two_parts_names_the_stops_beyond():
    floor = Floor.one_block(3, spacing_mm=10, length_mm=100)
    parts = obstructed(floor, blocked_cross=[(0, 1), (1, 1)])
    assert parts.walk([(1, 50)]).length_mm == 120
    with pytest.raises(PlanError) as caught:
        parts.walk([(2, 50), (1, 50), (2, 0), (2, 50)])
    assert caught.value.code == "floor_unconnected"
    assert caught.value.params["stops"] == ((2, 50), (2, 0), (2, 50))
    with pytest.raises(PlanError) as caught:
        obstructed(floor, blocked=[(0, 40, 60)]).walk([(0, 50), (0, 40)])
    assert caught.value.params["stops"] == ((0, 50),)


def test_a_stop_that_cannot_be_left_or_reached_is_named():
    dead_end = Graph(((0, 0), (1, 0), (2, 0)), (Edge(0, 1, 5), Edge(1, 2, 5, True)))
    with pytest.raises(PlanError, match="floor_unconnected") as caught:
        graph_walk(dead_end, [1, 2, OnEdge(1, 3)])
    assert caught.value.params["stops"] == (2, OnEdge(1, 3))
    source = Graph(((0, 0), (1, 0)), (Edge(1, 0, 5, True),))
    with pytest.raises(PlanError, match="floor_unconnected"):
        graph_walk(source, [1])
    assert graph_walk(dead_end.without([1]), [1]).length_mm == 10
    with pytest.raises(PlanError, match="floor_unconnected"):
        graph_walk(dead_end.without([0]), [1])


def test_no_stops_and_stops_at_the_depot():
    graph = Graph(((0, 0), (1, 0)), (Edge(0, 1, 5),))
    assert graph_walk(graph, []).path == ()
    assert graph_walk(graph, [0, OnEdge(0, 0), 0]).order == (0, 1, 2)
    assert graph_walk(graph, [0]).length_mm == 0


@pytest.mark.parametrize("place", [2, -1, OnEdge(1, 0), OnEdge(0, 6), OnEdge(0, -1), None])
def test_places_off_the_graph_are_refused(place):
    graph = Graph(((0, 0), (1, 0)), (Edge(0, 1, 5),))
    with pytest.raises(PlanError) as caught:
        graph_walk(graph, [1, place])
    assert caught.value.code == "stop_outside_floor"
    assert caught.value.params["stops"] == (place,)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"edges": (Edge(0, 2, 5),)}, "edges"),
        ({"edges": (Edge(0, 1, -5),)}, "edges"),
        ({"depot": 2}, "depot"),
        ({"closed": frozenset([1])}, "closed"),
    ],
)
def test_impossible_graphs_are_refused(changes, field):
    with pytest.raises(PlanError, match="graph_invalid") as caught:
        Graph(**{"nodes": ((0, 0), (1, 0)), "edges": (Edge(0, 1, 5),), **changes})
    assert caught.value.params["field"] == field


@pytest.mark.parametrize(
    ("obstacles", "field"),
    [
        ({"one_way": {2: "back"}}, "one_way"),
        ({"one_way": {0: "left"}}, "one_way"),
        ({"blocked": [(0, 5, 5)]}, "blocked"),
        ({"blocked": [(0, 5, 101)]}, "blocked"),
        ({"blocked": [(2, 5, 6)]}, "blocked"),
        ({"blocked_cross": [(2, 0)]}, "blocked_cross"),
        ({"blocked_cross": [(0, 1)]}, "blocked_cross"),
    ],
)
def test_obstacles_off_the_floor_are_refused(obstacles, field):
    with pytest.raises(PlanError, match="floor_invalid") as caught:
        obstructed(Floor.one_block(2, spacing_mm=10, length_mm=100), **obstacles)
    assert caught.value.params["field"] == field


def test_obstructed_floors_refuse_stops_outside():
    with pytest.raises(PlanError, match="stop_outside_floor"):
        obstructed(Floor.one_block(2, spacing_mm=10, length_mm=100)).walk([(0, 5), (2, 5)])
    with pytest.raises(PlanError, match="stop_without_place"):
        obstructed(Floor.one_block(2, spacing_mm=10, length_mm=100)).walk([(0, 5), (1, None)])
