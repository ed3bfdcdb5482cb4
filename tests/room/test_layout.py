"""Warehouses, floors and bins."""
from __future__ import annotations

import pytest
from import_samples import FLOOR, bring, counts, table, told, warehouse

from wms.access import service as access
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout import service
from wms.layout.models import Bin, Warehouse, Zone
from wms.layout.rules import SPECIAL_BINS, FloorPlan, ZonePlan
from wms.waves.engine.floor import Floor


@pytest.fixture
def house(app):
    return warehouse()


def bins(**wanted):
    db.session.remove()
    return {each.code: each for each in db.session.query(Bin).filter_by(**wanted)}


def test_a_new_warehouse_has_its_special_bins_once(app, tx):
    for _ in range(2):
        with tx():
            service.create_warehouse("W1", "One", FLOOR)
    assert {each.kind: each.code for each in bins().values()} == SPECIAL_BINS
    assert db.session.query(Warehouse).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"aisles": 0}, {"depot_aisle": 4}, {"depot_side": "roof"}, {"aisle_length_mm": 0}, {"aisle_spacing_mm": -1}],
)
def test_a_floor_that_makes_no_sense_is_refused(app, tx, wrong):
    with tx(), pytest.raises(WmsError, match="floor_wrong"):
        service.create_warehouse("W1", "One", FloorPlan(**{**vars(FLOOR), **wrong}))
    assert bins() == {}


def test_a_block_fills_aisles_from_a_pattern(house, tx):
    pick = bins(kind="pick")
    assert len(pick) == 4 * 5 * 2
    assert (pick["A01-01L1"].aisle, pick["A01-01L1"].y_mm, pick["A01-01L1"].side) == (0, 2_000, "L")
    assert (pick["B04-05R1"].aisle, pick["B04-05R1"].y_mm) == (3, 18_000)
    assert {zone.code: zone.colour for zone in db.session.query(Zone)} == {"A": "#4477aa", "B": "#aa3377"}
    by_order = sorted(pick.values(), key=lambda each: each.pick_order)
    assert [each.aisle for each in by_order] == sorted(each.aisle for each in by_order)
    assert by_order[10].code == "A02-05L1"  # the second aisle is walked back
    db.session.remove()
    with tx():
        assert service.generate_block(house, [ZonePlan("A", "Front", 0, 1)], positions=5, levels=1) == 0
        with pytest.raises(WmsError, match="floor_wrong"):
            service.generate_block(house, [ZonePlan("C", "Off", 3, 4)], positions=5, levels=1)


def test_one_more_level_stands_above_the_highest(house, tx):
    with tx():
        assert service.add_level(house) == 40
    above = bins(level=2)["A01-01L2"]
    below = bins()["A01-01L1"]
    assert (above.aisle, above.y_mm, above.side, above.zone_id) == (below.aisle, below.y_mm, below.side, below.zone_id)


@pytest.mark.parametrize("side", ["front", "back"])
def test_distance_from_the_depot_is_that_of_the_wave_engine(side):
    floor = FloorPlan(5, 3_000, 20_000, 2, side, cross_aisles_mm=(6_500, 12_000))
    rows = (0, 6_500, 12_000, 20_000)
    walked = Floor.crossed(5, spacing_mm=3_000, cross_y_mm=rows, depot_aisle=2, depot_side=side)
    places = [(aisle, y) for aisle in range(5) for y in (0, 1, 7_000, 13_000, 20_000)]
    for place in places:
        assert floor.from_depot(*place) == walked.distance(walked.depot, place)
        assert all(floor.between(place, other) == walked.distance(place, other) for other in places)


HEADER = "Zone,Bin Code,Aisle,Y mm,Side,Level,Kind,Zone Colour"
ROWS = [("F", "F1", 0, 1000, "L", 1, "pick", "#ff0000"), ("F", "F2", 3, 20000, "right", 2, "bulk", "#ff0000")]


def test_importing_a_floor_twice_changes_nothing(app, house):
    assert counts(bring("layout", table(HEADER, *ROWS), house)) == (2, 2, 0, 0, 0)
    assert counts(bring("layout", table(HEADER, *ROWS), house)) == (2, 0, 0, 2, 0)
    assert (bins()["F2"].side, bins()["F2"].kind, bins()["F2"].y_mm) == ("R", "bulk", 20_000)
    assert counts(bring("layout", table("bin,level", ("F1", 3)), house)) == (1, 0, 1, 0, 0)
    assert (bins()["F1"].level, bins()["F1"].y_mm, bins()["F1"].zone_id is not None) == (3, 1_000, True)


def test_each_bad_row_of_a_floor_is_named(app, house):
    bring("layout", table(HEADER, *ROWS), house)
    source = table(
        HEADER,
        ("F", "G1", 4, 0, "L", 1, "pick", ""), ("F", "G2", 0, 20001, "L", 1, "pick", ""),
        ("F", "G3", 0, 0, "up", 1, "pick", ""), ("F", "F1", 0, 1000, "L", 1, "bulk", ""),
        ("F", "STAGE", 0, 0, "L", 1, "pick", ""), ("F", "G4", 0, 0, "L", 1, "stage", ""),
        ("F", "G5", 0, 0, "L", 1, "pick", "red"), ("F", "G6", 1, 5, "L", 1, "pick", ""),
    )  # fmt: skip
    summary = bring("layout", source, house)
    assert counts(summary) == (8, 1, 0, 0, 7)
    assert sorted(told(summary)) == [
        (2, "aisle", "layout.off_floor", "4"),
        (3, "y_mm", "layout.off_floor", "20001"),
        (4, "Side", "core.csv_not_one_of", "up"),
        (5, "kind", "layout.kind_fixed", "bulk"),
        (6, "code", "layout.special_bin", "STAGE"),
        (7, "Kind", "core.csv_not_one_of", "stage"),
        (8, "Zone Colour", "layout.not_a_colour", "red"),
    ]
    assert bins()["F1"].kind == "pick"


def test_options_give_the_floor_and_missing_special_bins_are_made(app, tx):
    with tx() as session:
        bare = Warehouse(code="W1", name="One", aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
        session.add(bare)
        session.flush()
        house = bare.id
    floor = {"aisles": 6, "aisle_spacing_mm": 2500, "aisle_length_mm": 30_000, "depot_aisle": 2, "depot_side": "back"}
    summary = bring("layout", table(HEADER, ("F", "F1", 5, 30_000, "L", 1, "pick", "")), house, options=floor)
    assert (summary.created, summary.more["floor_changed"], summary.more["special_bins"]) == (1, 1, 10)
    with tx():
        assert service.floor_of(house) == FloorPlan(6, 2500, 30_000, 2, "back")
    with pytest.raises(WmsError, match="floor_too_small"):
        bring("layout", table(HEADER), house, options={"aisles": 5})
    with tx():
        assert service.floor_of(house).aisles == 6


def test_bins_over_http(app, tx, house):
    with tx():
        person = access.add_person("B1", "Pia", access.hash_pin("123456"), house, ["picker"], "en")
        headers = {"Authorization": f"Bearer {access.open_session(person, 'test')}"}
    client = app.test_client()
    page = client.get("/api/v1/bins?zone=B&q=03-&limit=4", headers=headers).json
    assert [item["code"] for item in page["items"]] == ["B03-01L1", "B03-01R1", "B03-02L1", "B03-02R1"]
    assert page["items"][0]["zone"] == "B"
    rest = client.get(f"/api/v1/bins?zone=B&q=03-&cursor={page['next']}", headers=headers).json
    assert (len(rest["items"]), rest["next"]) == (6, None)
