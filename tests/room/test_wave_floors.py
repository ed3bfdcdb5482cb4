"""Waves on floors of several blocks, with one-way aisles and obstacles: walks as short as trying everything finds."""
from __future__ import annotations

from heapq import heappop, heappush
from itertools import pairwise, permutations

import picking_floor as floor
import pytest
from picking_floor import ask, do

from wms.core.transaction import transaction
from wms.layout import service as layout
from wms.layout.models import Bin
from wms.layout.rules import FloorPlan, Obstacle, OneWay

STEP = 500  # all bins, cross aisles and obstacles of these floors begin and end at whole steps
PLAIN = {"aisles": 4, "aisle_spacing_mm": 4_000, "aisle_length_mm": 20_000, "depot_aisle": 1}
BLOCKS = FloorPlan(**PLAIN, cross_aisles_mm=(9_500,))
BLOCKED = FloorPlan(**PLAIN, one_way=(OneWay(2, "front"),), obstacles=(Obstacle(0, 6_000, 7_000),))
ALL = FloorPlan(**PLAIN, cross_aisles_mm=(6_500, 12_500), one_way=BLOCKED.one_way, obstacles=(Obstacle(3, 0, 1_000),))


def steps(plan, aisle, y):
    """One step on: along the aisle if nothing forbids it, or to the next one where a cross aisle is."""
    towards = dict(plan.one_way).get(aisle)
    for side, onward in (("back", y + STEP), ("front", y - STEP)):
        low, high = sorted((y, onward))
        shut = any(at == aisle and begin <= low and high <= end for at, begin, end in plan.obstacles)
        if low >= 0 and high <= plan.aisle_length_mm and not shut and towards in (None, side):
            yield aisle, onward, STEP
    if y in (0, *plan.cross_aisles_mm, plan.aisle_length_mm):
        for beside in (aisle - 1, aisle + 1):
            if 0 <= beside < plan.aisles:
                yield beside, y, plan.aisle_spacing_mm


def lengths_from(plan, place):
    found, waiting = {}, [(0, place)]
    while waiting:
        far, here = heappop(waiting)
        if here not in found:
            found[here] = far
            for aisle, y, way in steps(plan, *here):
                heappush(waiting, (far + way, (aisle, y)))
    return found


def shortest(plan, places):
    """The shortest walk past all places, by trying every order of them."""
    depot = (plan.depot_aisle, 0 if plan.depot_side == "front" else plan.aisle_length_mm)
    far = {place: lengths_from(plan, place) for place in (*places, depot)}
    return min(sum(far[a][b] for a, b in pairwise((depot, *order, depot))) for order in permutations(places))


def may_walk(plan, path):
    """Whether a drawn walk goes only where it may; its length."""
    far = 0
    for (x, y), (u, v) in pairwise(path):
        aisle, way = x // plan.aisle_spacing_mm, abs(x - u) + abs(y - v)
        far += way
        if y == v:
            assert y in (0, *plan.cross_aisles_mm, plan.aisle_length_mm)
        else:
            assert x == u
            onward = STEP if v > y else -STEP
            assert all((aisle, at + onward, STEP) in steps(plan, aisle, at) for at in range(y, v, onward))
    return far


@pytest.fixture
def house(app):
    return floor.build(skus=24)


def lay(house, plan):
    with transaction():
        assert layout.set_floor(house.id, plan)


@pytest.mark.parametrize("plan", [BLOCKS, BLOCKED, ALL], ids=["two blocks", "one-way and obstacle", "three blocks"])
def test_walks_are_as_short_as_trying_everything_finds(house, plan):
    lay(house, plan)
    wanted = {"O1": ["S2", "S9", "S15", "S16", "S23"], "O2": ["S1", "S3", "S14", "S20"], "O3": ["S13"]}
    for number, skus in wanted.items():
        floor.order(house, number, dict.fromkeys(skus, 1))
    made = floor.wave(house, totes_per_cart=1)
    with transaction() as session:
        spots = {each.id: (each.aisle, each.y_mm) for each in session.query(Bin)}
        rows = session.execute(floor.text(
            "SELECT o.number, t.walk_mm, t.path, array_agg(l.bin_id ORDER BY l.seq) AS bins FROM pick_task t"
            " JOIN pick_line l ON l.task_id = t.id JOIN sales_order o ON o.id = l.order_id GROUP BY 1, 2, 3"
        )).all()  # fmt: skip
    assert sorted(row.number for row in rows) == sorted(wanted)
    for row in rows:
        places = [spots[bin_id] for bin_id in row.bins]
        assert row.walk_mm == shortest(plan, places) == may_walk(plan, row.path)
        depot = (plan.depot_aisle, 0)
        far = {place: lengths_from(plan, place) for place in (*places, depot)}
        assert sum(far[a][b] for a, b in pairwise((depot, *places, depot))) == row.walk_mm  # in the order of the lines
    total = sum(row.walk_mm for row in rows)
    assert floor.value("SELECT walk_mm FROM wave") == total <= floor.value("SELECT baseline_mm FROM wave")
    assert made["carts"] == 3


def test_carts_on_a_floor_with_obstacles_are_planned_and_the_terminal_is_told(house):
    lay(house, ALL)
    for n in range(20):
        floor.order(house, f"O{n}", {f"S{1 + n}": 1, f"S{1 + (n * 7 + 5) % 24}": 2})
    assert do(house.boss, "wave.preview", max_orders=100, totes_per_cart=4)["ok"]
    made = floor.wave(house, totes_per_cart=4)
    assert (made["carts"], 0 < made["walk_m"] < made["baseline_m"]) == (5, True)
    task = do(floor.person(house, "Anna"), "pick.ready")["data"]["task"]
    assert may_walk(ALL, task["path"]) > 0
    assert task["floor"]["cross_aisles_mm"] == [6_500, 12_500]
    assert task["floor"]["one_way"] == [{"aisle": 2, "towards": "front"}]
    assert task["floor"]["obstacles"] == [{"aisle": 3, "from_mm": 0, "to_mm": 1_000}]
    assert do(house.boss, "board.floor")["data"]["floor"]["cross_aisles_mm"] == [6_500, 12_500]
    floor.proved()


def test_a_plan_is_played_again_with_what_it_is_measured_against(house):
    lay(house, ALL)
    for n in range(8):
        floor.order(house, f"O{n}", {f"S{1 + n}": 1, f"S{24 - n}": 2})
    made = floor.wave(house, totes_per_cart=4)
    shown = do(house.boss, "board.replay", wave_id=made["id"])["data"]["replay"]
    assert (shown["number"], len(shown["carts"]), len(shown["baseline"])) == (made["number"], 2, 2)
    for walks, total in ((shown["carts"], "walk_mm"), (shown["baseline"], "baseline_mm")):
        assert [may_walk(ALL, each["path"]) for each in walks] == [each["walk_mm"] for each in walks]
        assert sum(each["walk_mm"] for each in walks) == shown[total]
    for cart in shown["carts"]:
        assert len(cart["stops"]) == len({tuple(stop) for stop in cart["stops"]}) > 0
        assert all(on_path(stop, cart["path"]) for stop in cart["stops"])
    assert floor.refused(house.boss, "board.replay", wave_id=999) == "core.not_found"
    # What these carts were measured against is no more theirs once some of them left.
    floor.value("UPDATE wave SET baseline_mm = baseline_mm - 1 RETURNING id")
    assert do(house.boss, "board.replay", wave_id=made["id"])["data"]["replay"]["baseline"] == []


def on_path(stop, path):
    return any(
        min(a[0], b[0]) <= stop[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= stop[1] <= max(a[1], b[1])
        for a, b in pairwise(path)
    )


def test_bins_that_nobody_reaches_are_named(house):
    floor.order(house, "O1", {"S1": 2, "S2": 1})
    made = do(house.boss, "wave.build", max_orders=9, totes_per_cart=4)["data"]["wave"]
    lay(house, BLOCKED)
    with transaction() as session:
        session.get(Bin, house.bins["A1-2"]).y_mm = 6_500
    assert floor.refused(house.boss, "wave.release", wave_id=made["id"]) == "waves.bin_unreachable"
    assert "A1-2" in ask(house.boss, "wave.release", wave_id=made["id"])["message"]["text"]
