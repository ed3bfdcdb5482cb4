from dataclasses import replace

import pytest
from wave_samples import StopAfter, a_floor, a_wave, path_length

from wms.waves.engine import Floor, PlanError, WaveLine, WaveOrder, WaveProblem, obstructed, plan_wave

FLOOR = Floor.one_block(3, spacing_mm=4_000, length_mm=10_000)
ORDERS = (
    WaveOrder(901, (WaveLine(11, 0, 3_000), WaveLine(12, 2, 4_000)), totes=2, volume_mm3=500, weight_g=300),
    WaveOrder(902, (WaveLine(13, 2, 4_000),), volume_mm3=700, weight_g=100),
    WaveOrder(903, (WaveLine(14, 1, 9_000), WaveLine(15, 0, 3_000)), volume_mm3=300, weight_g=600),
)
PROBLEM = WaveProblem(FLOOR, ORDERS, totes_per_cart=4)


def a_problem(orders: int = 40) -> WaveProblem:
    floor = a_floor()
    keys = iter(range(10_000))
    return WaveProblem(
        floor,
        tuple(
            WaveOrder(5_000 - number, tuple(WaveLine(next(keys), aisle, y) for aisle, y in order.stops))
            for number, order in enumerate(a_wave(floor, orders, (1, 6)))
        ),
        totes_per_cart=8,
    )


def test_a_cart_holds_orders_by_slot_and_picks_in_walking_order():
    plan = plan_wave(PROBLEM, seed=1, stop=lambda: False)
    (cart,) = plan.carts
    assert [(order.order_id, order.slots) for order in cart.orders] == [
        (901, (1, 2)),
        (902, (3,)),
        (903, (4,)),
    ]
    assert [pick.line_key for pick in cart.picks] in ([11, 15, 14, 12, 13], [12, 13, 14, 11, 15])
    assert {pick.line_key: pick.slots for pick in cart.picks}[14] == (4,)
    assert cart.length_mm == path_length(cart.path) == plan.length_mm


def test_every_line_is_picked_once_on_the_walk_of_its_orders_cart():
    problem = a_problem()
    plan = plan_wave(problem, seed=3, stop=StopAfter(300))
    assert sorted(order.order_id for cart in plan.carts for order in cart.orders) == sorted(
        order.id for order in problem.orders
    )
    by_id = {order.id: order for order in problem.orders}
    for cart in plan.carts:
        wanted = [(line, order.order_id) for order in cart.orders for line in by_id[order.order_id].lines]
        picked = [(WaveLine(p.line_key, p.aisle, p.y_mm), p.order_id) for p in cart.picks]
        assert sorted(picked, key=str) == sorted(wanted, key=str)
        walked = problem.floor.tour_length([(pick.aisle, pick.y_mm) for pick in cart.picks])
        assert walked == cart.length_mm == path_length(cart.path)
        slots = [slot for order in cart.orders for slot in order.slots]
        assert slots == list(range(1, len(slots) + 1))
        assert len(slots) <= problem.totes_per_cart


def test_saving_is_reported_against_first_come_in_s_shape():
    plan = plan_wave(a_problem(), seed=3, stop=StopAfter(300))
    assert plan.length_mm == sum(cart.length_mm for cart in plan.carts)
    assert plan.saving == 1 - plan.length_mm / plan.baseline_mm
    assert 0.1 < plan.saving < 0.9


def test_the_same_seed_gives_the_same_plan():
    assert plan_wave(a_problem(), seed=5, stop=StopAfter(400)) == plan_wave(a_problem(), seed=5, stop=StopAfter(400))


def test_a_wave_at_the_depot_saves_nothing_and_divides_by_nothing():
    order = WaveOrder(1, (WaveLine(1, 0, 0),))
    plan = plan_wave(replace(PROBLEM, orders=(order,)), seed=0, stop=lambda: True)
    assert (plan.length_mm, plan.baseline_mm, plan.saving) == (0, 0, 0.0)
    assert [pick.line_key for pick in plan.carts[0].picks] == [1]


@pytest.mark.parametrize(
    "limits", [{"max_volume_mm3": 1_000}, {"max_weight_g": 900}, {"totes_per_cart": 3}, {"max_orders": 2}]
)
def test_each_limit_parts_the_orders(limits):
    plan = plan_wave(replace(PROBLEM, **limits), seed=0, stop=lambda: False)
    assert len(plan.carts) == 2


@pytest.mark.parametrize(
    ("changes", "code", "params"),
    [
        ({"orders": ()}, "wave_empty", {}),
        ({"totes_per_cart": 0}, "cart_invalid", {"limit": "totes_per_cart", "value": 0}),
        ({"max_weight_g": 0}, "cart_invalid", {"limit": "max_weight_g", "value": 0}),
        ({"totes_per_cart": 1}, "order_too_large", {"orders": (901,)}),
        ({"max_volume_mm3": 499}, "order_too_large", {"orders": (901, 902)}),
        ({"max_weight_g": 599}, "order_too_large", {"orders": (903,)}),
        ({"orders": (*ORDERS, ORDERS[0])}, "order_twice", {"orders": (901,)}),
        ({"orders": (replace(ORDERS[0], id=7), ORDERS[0])}, "line_twice", {"lines": (11, 12)}),
        ({"orders": (replace(ORDERS[0], lines=()), ORDERS[1])}, "order_invalid", {"orders": (901,)}),
        ({"orders": (replace(ORDERS[0], totes=0),)}, "order_invalid", {"orders": (901,)}),
        ({"orders": (replace(ORDERS[0], weight_g=-1),)}, "order_invalid", {"orders": (901,)}),
        ({"orders": (WaveOrder(1, (WaveLine(9, 3, 0),)),)}, "stop_outside_floor", {"lines": (9,)}),
        ({"orders": (WaveOrder(1, (WaveLine(9, 0, 10_001),)),)}, "stop_outside_floor", {"lines": (9,)}),
    ],
)
def test_infeasible_waves_are_refused_by_name(changes, code, params):
    with pytest.raises(PlanError) as caught:
        plan_wave(replace(PROBLEM, **changes), seed=0, stop=lambda: False)
    assert caught.value.code == code
    assert caught.value.params == params
    assert code in str(caught.value)


def test_a_floor_without_obstacles_is_planned_as_the_floor_itself():
    """As a graph with a table of distances, and by its aisles: few orders, so that both find the best carts."""
    problem = replace(a_problem(9), totes_per_cart=3)
    plain = plan_wave(problem, seed=1, stop=lambda: False)
    roads = plan_wave(replace(problem, floor=obstructed(problem.floor)), seed=1, stop=lambda: False)
    assert roads.baseline_mm == plain.baseline_mm
    assert plain.length_mm <= roads.length_mm <= 1.02 * plain.length_mm
    assert (plain.proven, roads.proven) == (True, False)  # walks over a table of distances are not proven


def test_a_plan_goes_one_way_and_around_obstacles():
    floor = Floor.one_block(3, spacing_mm=4_000, length_mm=10_000)
    roads = obstructed(floor, one_way={1: "front"}, blocked=[(2, 5_000, 6_000)])
    lines = (WaveLine(1, 1, 2_000), WaveLine(2, 1, 8_000), WaveLine(3, 2, 4_000), WaveLine(4, 2, 7_000))
    plan = plan_wave(WaveProblem(roads, (WaveOrder(1, lines),), 1), seed=0, stop=lambda: False)
    (cart,) = plan.carts
    along = [pick.line_key for pick in cart.picks if pick.aisle == 1]
    assert along == [2, 1]
    assert cart.length_mm == path_length(cart.path) <= plan.baseline_mm == path_length(plan.baseline[0].path)
    assert [each for each in plan.baseline[0].order if each in (0, 1)] == [1, 0]  # S-shape too goes its way there


def test_stops_that_no_walk_reaches_are_named():
    roads = obstructed(FLOOR, blocked=[(0, 2_000, 4_000)])
    with pytest.raises(PlanError) as caught:
        plan_wave(replace(PROBLEM, floor=roads), seed=0, stop=lambda: False)
    assert (caught.value.code, caught.value.params) == ("floor_unconnected", {"stops": ((0, 3_000),)})
