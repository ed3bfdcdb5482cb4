"""Floors of several blocks, one-way aisles and obstacles: what is kept, and what makes no floor."""
from __future__ import annotations

import pytest
from import_samples import FLOOR, bring, counts, table, told, warehouse

from wms.access import service as access
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.layout import service
from wms.layout.models import Bin
from wms.layout.rules import FloorPlan, Obstacle, OneWay

WAYS = {
    "cross_aisles_mm": [6_500, 13_000],
    "one_way": [{"aisle": 1, "towards": "back"}],
    "obstacles": [{"aisle": 2, "from_mm": 3_000, "to_mm": 5_000}],
}


@pytest.fixture
def house(app):
    return warehouse()  # four aisles of 20 m, bins at 2, 6, 10, 14 and 18 m


@pytest.fixture
def desk(app, house):
    with transaction():
        key = access.create_api_key("erp", house, "supervisor")
    client = app.test_client()

    def ask(method, path, body=None):
        reply = client.open(f"/api/v1{path}", method=method, json=body, headers={"Authorization": f"Bearer {key}"})
        return reply.status_code, reply.json

    return ask


def plan(**ways):
    return FloorPlan(**{**vars(FLOOR), **ways})


def floor_of(house):
    with transaction():
        return service.floor_of(house)


def test_ways_are_kept_and_given_over_http(desk, house):
    _, now = desk("GET", "/warehouses/floor")
    assert (now["cross_aisles_mm"], now["one_way"], now["obstacles"]) == ([], [], [])
    wanted = {**now, **WAYS, "cross_aisles_mm": [13_000, 6_500]}
    assert desk("PUT", "/warehouses/floor", wanted) == (200, {**now, **WAYS})
    assert desk("GET", "/layout")[1]["floor"] == desk("GET", "/warehouses/floor")[1] == {**now, **WAYS}
    assert floor_of(house) == plan(
        cross_aisles_mm=(6_500, 13_000), one_way=(OneWay(1, "back"),), obstacles=(Obstacle(2, 3_000, 5_000),)
    )
    assert desk("PUT", "/warehouses/floor", {**now, **WAYS, "one_way": [{"aisle": 1, "towards": "up"}]})[0] == 422


@pytest.mark.parametrize(
    ("ways", "code", "params"),
    [
        ({"cross_aisles_mm": (20_000,)}, "cross_aisle_outside", {"at": 20_000, "length": 20_000}),
        ({"cross_aisles_mm": (0, 9_000)}, "cross_aisle_outside", {"at": 0, "length": 20_000}),
        ({"cross_aisles_mm": (9_000, 9_000)}, "cross_aisle_twice", {"at": 9_000}),
        ({"one_way": (OneWay(4, "back"),)}, "one_way_wrong", {"aisle": 5, "aisles": 4}),
        ({"one_way": (OneWay(1, "back"), OneWay(1, "front"))}, "one_way_wrong", {"aisle": 2, "aisles": 4}),
        ({"obstacles": (Obstacle(0, 5_000, 5_000),)}, "obstacle_wrong", {"aisle": 1, "begin": 5_000, "end": 5_000}),
        ({"obstacles": (Obstacle(0, 5_000, 20_001),)}, "obstacle_wrong", {"aisle": 1, "begin": 5_000, "end": 20_001}),
        ({"one_way": tuple(OneWay(n, "back") for n in range(4))}, "floor_in_parts",
         {"aisle": 1, "begin": 0, "end": 20_000}),
        ({"obstacles": (Obstacle(3, 3_000, 4_000), Obstacle(3, 8_000, 9_000))}, "floor_in_parts",
         {"aisle": 4, "begin": 4_000, "end": 8_000}),
        ({"one_way": (OneWay(2, "front"),), "obstacles": (Obstacle(2, 3_000, 4_000),)}, "floor_in_parts",
         {"aisle": 3, "begin": 0, "end": 3_000}),
        ({"obstacles": (Obstacle(0, 1_000, 6_001),)}, "bins_unreachable",
         {"bins": 4, "codes": "A01-01L1, A01-01R1, A01-02L1, A01-02R1"}),
    ],
)  # fmt: skip
def test_what_makes_no_floor_is_refused_by_name(house, ways, code, params):
    with transaction(), pytest.raises(WmsError) as refused:
        service.set_floor(house, plan(**ways))
    assert (refused.value.code, refused.value.params) == (f"layout.{code}", params)
    assert floor_of(house) == FLOOR


def test_a_cross_aisle_joins_what_obstacles_part(house):
    between = (Obstacle(3, 3_000, 4_000), Obstacle(3, 8_000, 9_000))
    with transaction():
        assert service.set_floor(house, plan(obstacles=between, cross_aisles_mm=(7_000,)))
        assert service.set_floor(house, plan(obstacles=(Obstacle(0, 2_000, 6_000),)))  # bins at its ends are reached


def test_no_bin_comes_to_stand_in_an_obstacle(desk, house):
    with transaction():
        service.set_floor(house, plan(obstacles=(Obstacle(0, 3_000, 5_000),)))
    _, page = desk("GET", "/bins?q=A01-01L1")
    status, reply = desk("PATCH", f"/bins/{page['items'][0]['id']}", {"y_mm": 4_000})
    assert (status, reply["code"]) == (422, "layout.in_obstacle")
    rack = {"zone": "A", "aisle": 0, "sides": "L", "from_mm": 1_000, "to_mm": 4_000, "bays": 2, "pattern": "N{bay}"}
    assert desk("POST", "/racks", rack)[1]["code"] == "layout.in_obstacle"
    rows = [("N1", 0, 4_000), ("N2", 0, 5_000)]
    summary = bring("layout", table("bin,aisle,y", *rows), house)
    assert (counts(summary), told(summary)) == ((2, 1, 0, 0, 1), [(2, "y_mm", "layout.in_obstacle", "4000")])
    with transaction() as session:
        assert session.query(Bin).filter(Bin.code.like("N%")).one().y_mm == 5_000


def test_a_bin_without_a_place_is_named(app, house):
    summary = bring("layout", table("bin,aisle,y", ("N1", "", 5), ("N2", 1, ""), ("A01-01L1", "", 1_000)), house)
    assert told(summary) == [
        (2, "aisle", "layout.no_place", ""), (3, "y_mm", "layout.no_place", ""), (4, "aisle", "layout.no_place", ""),
    ]  # fmt: skip
    assert counts(bring("layout", table("bin,level", ("N1", 2), ("A01-01L1", 2)), house)) == (2, 0, 1, 0, 1)


def test_ways_come_with_an_import_in_words(app, house):
    words = {"cross_aisles_mm": "13000, 6500", "one_way": "1:back", "obstacles": "2:3000-5000"}
    summary = bring("layout", table("bin,level", ("A01-01L1", 1)), house, options=words)
    assert summary.more["floor_changed"] == 1
    assert floor_of(house).facts() == {**FLOOR.facts(), **WAYS}
    with pytest.raises(WmsError, match="floor_wrong"):
        bring("layout", table("bin,level", ("A01-01L1", 1)), house, options={"obstacles": "2:3000"})
    with pytest.raises(WmsError, match="bins_unreachable"):
        bring("layout", table("bin,level", ("A01-01L1", 1)), house, options={"obstacles": "2:1000-3000"})
    assert floor_of(house).facts() == {**FLOOR.facts(), **WAYS}
